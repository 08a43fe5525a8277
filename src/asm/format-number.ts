/** Numbers as the disassembler writes them: hexadecimal, lower case, small negative ones with a sign. */

/** `0x1f`; the low 32 bits, unsigned. */
export function hex(value: number): string {
  return `0x${(value >>> 0).toString(16)}`;
}

/** An immediate of `size` bits; `signed` lets -128 to -1 show as `-0x80` to `-0x1`. */
export function immediate(value: number, size: 8 | 16 | 32, signed: boolean): string {
  const shift = 32 - size;
  const narrow = (value << shift) >> shift;
  if (signed && narrow < 0 && narrow >= -128) return `-${hex(-narrow)}`;
  return hex(size === 32 ? narrow : narrow & ((1 << size) - 1));
}

/** A displacement behind a register, with its sign: `-0x8`, `+0xc0000000`. Within 16 MiB below zero it is negative. */
export function displacement(value: number): string {
  return value < 0 && value >= -0x100_0000 ? `-${hex(-value)}` : `+${hex(value)}`;
}
