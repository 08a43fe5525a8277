/** Names of registers, by the number that ModRM, SIB or the opcode gives them (SDM Vol. 2A, table 2-2). */

export const REGISTERS_8 = ["al", "cl", "dl", "bl", "ah", "ch", "dh", "bh"] as const;
export const REGISTERS_16 = ["ax", "cx", "dx", "bx", "sp", "bp", "si", "di"] as const;
export const REGISTERS_32 = ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"] as const;
/** Numbers 6 and 7 name no segment register: #UD. */
export const SEGMENT_REGISTERS = ["es", "cs", "ss", "ds", "fs", "gs"] as const;
/** Prefix bytes that override the segment, by segment register number. */
export const SEGMENT_PREFIXES = [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65] as const;
/** The control registers that exist; MOV with another number is #UD. */
export const CONTROL_REGISTERS = [0, 2, 3, 4] as const;
/** DR4 and DR5 are DR6 and DR7, or #UD while CR4.DE is set. */
export const DEBUG_REGISTERS = [0, 1, 2, 3, 4, 5, 6, 7] as const;

/** A general register: how many bits, and its number. */
export interface RegisterName {
  readonly kind: "general" | "segment" | "control" | "debug";
  /** In bits; 16 for segment registers. */
  readonly size: 8 | 16 | 32;
  readonly number: number;
}

const NAMES = new Map<string, RegisterName>([
  ...REGISTERS_8.map((n, number) => [n, { kind: "general", size: 8, number }] as const),
  ...REGISTERS_16.map((n, number) => [n, { kind: "general", size: 16, number }] as const),
  ...REGISTERS_32.map((n, number) => [n, { kind: "general", size: 32, number }] as const),
  ...SEGMENT_REGISTERS.map((n, number) => [n, { kind: "segment", size: 16, number }] as const),
  ...[0, 1, 2, 3, 4, 5, 6, 7].map((number) => [`cr${number}`, { kind: "control", size: 32, number }] as const),
  ...[0, 1, 2, 3, 4, 5, 6, 7].map((number) => [`dr${number}`, { kind: "debug", size: 32, number }] as const),
]);

/** What a name (any case) says as a register, or undefined. `cr1` and the like are names, if of nothing that exists. */
export function registerByName(name: string): RegisterName | undefined {
  return NAMES.get(name.toLowerCase());
}
