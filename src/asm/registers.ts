/** A register that the assembler knows: its class, its width in bits and its number in ModRM. */
export interface Register {
  readonly name: string;
  readonly class: "general" | "segment" | "control" | "debug";
  readonly bits: 8 | 16 | 32;
  readonly number: number;
}

const FAMILIES: readonly (readonly [Register["class"], Register["bits"], readonly string[]])[] = [
  ["general", 8, ["al", "cl", "dl", "bl", "ah", "ch", "dh", "bh"]],
  ["general", 16, ["ax", "cx", "dx", "bx", "sp", "bp", "si", "di"]],
  ["general", 32, ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"]],
  ["segment", 16, ["es", "cs", "ss", "ds", "fs", "gs"]],
  ["control", 32, ["cr0", "cr1", "cr2", "cr3", "cr4", "cr5", "cr6", "cr7"]],
  ["debug", 32, ["dr0", "dr1", "dr2", "dr3", "dr4", "dr5", "dr6", "dr7"]],
];

/** All registers by name, lower case. */
export const REGISTERS: ReadonlyMap<string, Register> = new Map(
  FAMILIES.flatMap(([cls, bits, names]) => names.map((name, number) => [name, { name, class: cls, bits, number }])),
);

/** A name that NASM reserves for a register which this processor does not have (64-bit, x87, MMX, SSE and later). */
export function isForeignRegister(lower: string): boolean {
  return /^(?:r(?:[abcd]x|[sd]i|[sb]p|ip)|r(?:[89]|1[0-5])[bwdl]?|[xyz]mm(?:[12]?[0-9]|3[01])|mm[0-7]|st[0-7]|k[0-7]|bnd[0-3]|tr[0-7]|[sb]pl|[sd]il|(?:cr|dr)(?:[89]|1[0-5]))$/.test(
    lower,
  );
}
