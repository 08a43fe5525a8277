/** A number in hex, padded to `digits`. */
export function hex(value: number, digits = 8): string {
  return (value >>> 0).toString(16).padStart(digits, "0");
}

/** A count with separators as the language has them. */
export function count(value: number, language: string): string {
  return new Intl.NumberFormat(language).format(value);
}

/** The instructions that a what-if rule is about, where its name does not spell them as a manual would. */
const RULE_NAMES: Readonly<Record<string, string>> = {
  "mov-sreg-traps": "MOV Sreg",
  "push-sreg-traps": "PUSH Sreg",
  "pop-sreg-traps": "POP Sreg",
  "lds-traps": "LDS, LES, LSS, LFS, LGS",
  "jmp-far-traps": "far JMP",
  "call-far-traps": "far CALL",
  "ret-far-traps": "far RET",
  umip: "SGDT, SIDT, SLDT, STR, SMSW (UMIP)",
};

/** How a what-if rule is called on the page: `popf-traps` is about POPF. */
export function ruleName(rule: string): string {
  return RULE_NAMES[rule] ?? rule.replace(/-traps$/, "").toUpperCase();
}

export interface Flag {
  readonly name: string;
  readonly low: number;
  readonly width: number;
}

/** The flags of EFLAGS that the page shows, control flags first. */
export const FLAGS: readonly Flag[] = [
  { name: "IF", low: 9, width: 1 },
  { name: "IOPL", low: 12, width: 2 },
  { name: "TF", low: 8, width: 1 },
  { name: "NT", low: 14, width: 1 },
  { name: "AC", low: 18, width: 1 },
  { name: "DF", low: 10, width: 1 },
  { name: "CF", low: 0, width: 1 },
  { name: "PF", low: 2, width: 1 },
  { name: "AF", low: 4, width: 1 },
  { name: "ZF", low: 6, width: 1 },
  { name: "SF", low: 7, width: 1 },
  { name: "OF", low: 11, width: 1 },
];

/** The bits of CR0 that the page names. */
export const CR0_BITS: readonly Flag[] = [
  { name: "PE", low: 0, width: 1 },
  { name: "MP", low: 1, width: 1 },
  { name: "EM", low: 2, width: 1 },
  { name: "TS", low: 3, width: 1 },
  { name: "NE", low: 5, width: 1 },
  { name: "WP", low: 16, width: 1 },
  { name: "AM", low: 18, width: 1 },
  { name: "PG", low: 31, width: 1 },
];

/** The value of a flag in a word. */
export function bitsOf(word: number, flag: Flag): number {
  return (word >>> flag.low) & ((1 << flag.width) - 1);
}

/** The name of a register or its image as its size has it: EIP, or IP. */
export function nameOfSize(name: string, size: 2 | 4): string {
  return size === 4 ? name : name.replace(/\bE(?=IP|SP|FLAGS)/, "");
}
