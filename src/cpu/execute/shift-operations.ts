/**
 * Shifts, with their flags. `d` is unsigned for 8 and 16 bits; `count` is already cut to five bits. A count of 0
 * changes neither the operand nor a flag. Results may have bits above their size.
 */
import { carriesOf, setResult } from "../flags.ts";
import type { CpuState } from "../state.ts";

/** Flags of a result sign-extended to 32 bits; OF is set where CF and the sign differ (shifts to the left). */
function setLeft(state: CpuState, result: number, carry: number): void {
  setResult(state, result, carriesOf(carry, carry ^ (result >>> 31)));
}

/** As `setLeft`; OF is set where the two highest bits of the result differ (shifts to the right). */
function setRight(state: CpuState, result: number, overflow: number, carry: number): void {
  setResult(state, result, carriesOf(carry, overflow));
}

export function shl8(state: CpuState, d: number, count: number): number {
  if (count === 0) return d;
  const wide = d << count;
  setLeft(state, (wide << 24) >> 24, (wide >>> 8) & 1);
  return wide;
}
export function shl16(state: CpuState, d: number, count: number): number {
  if (count === 0) return d;
  const wide = d << count;
  setLeft(state, (wide << 16) >> 16, (wide >>> 16) & 1);
  return wide;
}
export function shl32(state: CpuState, d: number, count: number): number {
  if (count === 0) return d;
  const result = d << count;
  setLeft(state, result, (d >>> (32 - count)) & 1);
  return result;
}

export function shr8(state: CpuState, d: number, count: number): number {
  if (count === 0) return d;
  const result = d >>> count;
  setRight(state, result, (result >>> 6) & 1, (d >>> (count - 1)) & 1);
  return result;
}
export function shr16(state: CpuState, d: number, count: number): number {
  if (count === 0) return d;
  const result = d >>> count;
  setRight(state, result, (result >>> 14) & 1, (d >>> (count - 1)) & 1);
  return result;
}
export function shr32(state: CpuState, d: number, count: number): number {
  if (count === 0) return d;
  const result = d >>> count;
  setRight(state, result, (result >>> 30) & 1, (d >>> (count - 1)) & 1);
  return result;
}

/** SAR of a sign-extended operand of any size. */
function sar(state: CpuState, d: number, count: number): number {
  if (count === 0) return d;
  const result = d >> count;
  setRight(state, result, 0, (d >> (count - 1)) & 1);
  return result;
}
export function sar8(state: CpuState, d: number, count: number): number {
  return sar(state, (d << 24) >> 24, count);
}
export function sar16(state: CpuState, d: number, count: number): number {
  return sar(state, (d << 16) >> 16, count);
}
export function sar32(state: CpuState, d: number, count: number): number {
  return sar(state, d, count);
}

/** SHLD of a word: bits of `s` come in; beyond 16, those of `d` again, as in a rotation of both. */
export function shld16(state: CpuState, d: number, s: number, count: number): number {
  if (count === 0) return d;
  const pair = (d << 16) | s;
  const result = ((pair << count) | (pair >>> (32 - count))) >> 16;
  setLeft(state, result, (pair >>> (32 - count)) & 1);
  return result;
}
export function shld32(state: CpuState, d: number, s: number, count: number): number {
  if (count === 0) return d;
  const result = (d << count) | (s >>> (32 - count));
  setLeft(state, result, (d >>> (32 - count)) & 1);
  return result;
}

/** SHRD of a word: bits of `s` come in; beyond 16, those of `d` again, as in a rotation of both. */
export function shrd16(state: CpuState, d: number, s: number, count: number): number {
  if (count === 0) return d;
  const pair = (s << 16) | d;
  const wide = (pair >>> count) | (pair << (32 - count));
  const result = (wide << 16) >> 16;
  setRight(state, result, ((result >>> 15) ^ (result >>> 14)) & 1, (pair >>> (count - 1)) & 1);
  return result;
}
export function shrd32(state: CpuState, d: number, s: number, count: number): number {
  if (count === 0) return d;
  const result = (d >>> count) | (s << (32 - count));
  setRight(state, result, ((result >>> 31) ^ (result >>> 30)) & 1, (d >>> (count - 1)) & 1);
  return result;
}
