/**
 * Rotates, with their flags: only CF and OF change. `d` is unsigned for 8 and 16 bits; `count` is already cut to five
 * bits. A count of 0 changes nothing; one of a whole turn still sets the flags of ROL and ROR. Results may have bits
 * above their size.
 */
import { CF, carryOf, OF, setFlags } from "../flags.ts";
import type { CpuState } from "../state.ts";

/** CF and OF, 0 or 1 each. */
function setCarryOverflow(state: CpuState, carry: number, overflow: number): void {
  setFlags(state, CF | OF, carry | (overflow << 11));
}

export function rol8(state: CpuState, d: number, count: number): number {
  if (count === 0) return d;
  const turn = count & 7;
  const result = (d << turn) | (d >>> (8 - turn));
  setCarryOverflow(state, result & 1, (result ^ (result >>> 7)) & 1);
  return result;
}
export function rol16(state: CpuState, d: number, count: number): number {
  if (count === 0) return d;
  const turn = count & 15;
  const result = (d << turn) | (d >>> (16 - turn));
  setCarryOverflow(state, result & 1, (result ^ (result >>> 15)) & 1);
  return result;
}
export function rol32(state: CpuState, d: number, count: number): number {
  if (count === 0) return d;
  const result = (d << count) | (d >>> (32 - count));
  setCarryOverflow(state, result & 1, (result ^ (result >>> 31)) & 1);
  return result;
}

export function ror8(state: CpuState, d: number, count: number): number {
  if (count === 0) return d;
  const turn = count & 7;
  const result = (d >>> turn) | (d << (8 - turn));
  setCarryOverflow(state, (result >>> 7) & 1, ((result >>> 7) ^ (result >>> 6)) & 1);
  return result;
}
export function ror16(state: CpuState, d: number, count: number): number {
  if (count === 0) return d;
  const turn = count & 15;
  const result = (d >>> turn) | (d << (16 - turn));
  setCarryOverflow(state, (result >>> 15) & 1, ((result >>> 15) ^ (result >>> 14)) & 1);
  return result;
}
export function ror32(state: CpuState, d: number, count: number): number {
  if (count === 0) return d;
  const result = (d >>> count) | (d << (32 - count));
  setCarryOverflow(state, result >>> 31, ((result >>> 31) ^ (result >>> 30)) & 1);
  return result;
}

/** RCL of `bits` (8 or 16) and CF above them. */
function rclNarrow(state: CpuState, d: number, count: number, bits: number): number {
  const turn = count % (bits + 1);
  if (turn === 0) return d;
  const ring = d | (carryOf(state) << bits);
  const result = (ring << turn) | (ring >>> (bits + 1 - turn));
  const carry = (result >>> bits) & 1;
  setCarryOverflow(state, carry, carry ^ ((result >>> (bits - 1)) & 1));
  return result;
}
export function rcl8(state: CpuState, d: number, count: number): number {
  return rclNarrow(state, d, count, 8);
}
export function rcl16(state: CpuState, d: number, count: number): number {
  return rclNarrow(state, d, count, 16);
}
export function rcl32(state: CpuState, d: number, count: number): number {
  if (count === 0) return d;
  const result = (d << count) | (carryOf(state) << (count - 1)) | (count > 1 ? d >>> (33 - count) : 0);
  const carry = (d >>> (32 - count)) & 1;
  setCarryOverflow(state, carry, carry ^ (result >>> 31));
  return result;
}

/** RCR of `bits` (8 or 16) and CF above them. */
function rcrNarrow(state: CpuState, d: number, count: number, bits: number): number {
  const turn = count % (bits + 1);
  if (turn === 0) return d;
  const ring = d | (carryOf(state) << bits);
  const result = (ring >>> turn) | (ring << (bits + 1 - turn));
  const overflow = ((result >>> (bits - 1)) ^ (result >>> (bits - 2))) & 1;
  setCarryOverflow(state, (result >>> bits) & 1, overflow);
  return result;
}
export function rcr8(state: CpuState, d: number, count: number): number {
  return rcrNarrow(state, d, count, 8);
}
export function rcr16(state: CpuState, d: number, count: number): number {
  return rcrNarrow(state, d, count, 16);
}
export function rcr32(state: CpuState, d: number, count: number): number {
  if (count === 0) return d;
  const result = (d >>> count) | (carryOf(state) << (32 - count)) | (count > 1 ? d << (33 - count) : 0);
  setCarryOverflow(state, (d >>> (count - 1)) & 1, ((result >>> 31) ^ (result >>> 30)) & 1);
  return result;
}
