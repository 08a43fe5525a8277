/** What CPUID says of this processor: leaf to EAX, EBX, ECX, EDX. A plain processor of family 6, without an FPU. */

export type CpuidLeaf = readonly [eax: number, ebx: number, ecx: number, edx: number];

/** Feature bits of leaf 1, EDX, that are set. */
const CPUID_FEATURES = {
  de: 1 << 2,
  pse: 1 << 3,
  tsc: 1 << 4,
  msr: 1 << 5,
  cx8: 1 << 8,
  pge: 1 << 13,
  cmov: 1 << 15,
} as const;

/** VT-x, in leaf 1, ECX, of a processor that has it. */
export const CPUID_VMX = 1 << 5;

/** UMIP, in leaf 7, ECX. */
const CPUID_UMIP = 1 << 2;

const VENDOR = "RingsideSim!";
const BRAND = "Ringside IA-32 simulated processor";
const SIGNATURE = 0x00000610;

/** Four characters from `at`, as a little-endian doubleword. */
function characters(text: string, at: number): number {
  let value = 0;
  for (let i = 0; i < 4; i++) value |= (text.charCodeAt(at + i) || 0) << (8 * i);
  return value;
}

function brand(part: number): CpuidLeaf {
  const at = part * 16;
  return [characters(BRAND, at), characters(BRAND, at + 4), characters(BRAND, at + 8), characters(BRAND, at + 12)];
}

const MAX_BASIC = 7;
const MAX_EXTENDED = 0x80000004 | 0;
const NOTHING: CpuidLeaf = [0, 0, 0, 0];

const LEAVES = new Map<number, CpuidLeaf>([
  [0, [MAX_BASIC, characters(VENDOR, 0), characters(VENDOR, 8), characters(VENDOR, 4)]],
  [1, [SIGNATURE, 0, 0, Object.values(CPUID_FEATURES).reduce((all, bit) => all | bit, 0)]],
  [7, [0, 0, CPUID_UMIP, 0]],
  [0x80000000 | 0, [MAX_EXTENDED, 0, 0, 0]],
  [0x80000002 | 0, brand(0)],
  [0x80000003 | 0, brand(1)],
  [0x80000004 | 0, brand(2)],
]);

/**
 * The four registers (int32) for `leaf` (EAX) and `subleaf` (ECX). Leaves beyond the last one answer as the last basic
 * one, as the manual has it (SDM Vol. 2A, CPUID); absent ones in between answer zeros.
 */
export function cpuid(leaf: number, subleaf: number): CpuidLeaf {
  const extended = leaf < 0;
  const known = extended ? leaf <= MAX_EXTENDED : leaf <= MAX_BASIC;
  const chosen = known ? leaf : MAX_BASIC;
  if (chosen === 7 && subleaf !== 0) return NOTHING;
  return LEAVES.get(chosen) ?? NOTHING;
}
