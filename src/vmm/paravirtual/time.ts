/**
 * System time, in nanoseconds since the machine started, from virtual time in ticks: the platform's timer has one clock
 * of its 1.193182 MHz in eight ticks (`machine/platform.ts`).
 */
const TICKS_PER_SECOND = 8n * 1193182n;
const NS_PER_SECOND = 1_000_000_000n;

/** System time at a virtual time. */
export function nanoseconds(ticks: number): bigint {
  return (BigInt(ticks) * NS_PER_SECOND) / TICKS_PER_SECOND;
}

/** The first virtual time at which system time has reached `ns`; Infinity beyond what ticks can count. */
export function ticksAt(ns: bigint): number {
  const ticks = (ns * TICKS_PER_SECOND + NS_PER_SECOND - 1n) / NS_PER_SECOND;
  return ticks > BigInt(Number.MAX_SAFE_INTEGER) ? Number.POSITIVE_INFINITY : Number(ticks);
}

/** A 64-bit number as two doublewords (int32), the low one first. */
export function halves(value: bigint): [low: number, high: number] {
  return [Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n))];
}

/** What `halves` has taken apart, unsigned. */
export function whole(low: number, high: number): bigint {
  return BigInt(low >>> 0) | (BigInt(high >>> 0) << 32n);
}
