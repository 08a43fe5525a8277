/**
 * The operations of the adder and of the logic unit, with their flags. Operands may have any bits above their size;
 * so may results, which are cut where they are stored.
 */
import { carryOf, setResult, setResultKeepCarry } from "../flags.ts";
import type { CpuState } from "../state.ts";

/** A word for each bit position: the carry out of it, where `result` is `d + s` and perhaps a carry in. */
function additionCarries(d: number, s: number, result: number): number {
  return (d & s) | ((d | s) & ~result);
}

/** The borrow out of each bit position, where `result` is `d - s` and perhaps a borrow in. */
function subtractionBorrows(d: number, s: number, result: number): number {
  return (~d & s) | (~(d ^ s) & result);
}

/** Leaves flags behind for a result of 8 bits and the carries out of its positions. */
function setResult8(state: CpuState, result: number, carries: number): void {
  setResult(state, (result << 24) >> 24, (carries << 24) | (carries & 8));
}

/** As `setResult8` for 16 bits. */
function setResult16(state: CpuState, result: number, carries: number): void {
  setResult(state, (result << 16) >> 16, (carries << 16) | (carries & 8));
}

/** `d + s`, as ADD. */
export function add8(state: CpuState, d: number, s: number): number {
  const result = d + s;
  setResult8(state, result, additionCarries(d, s, result));
  return result;
}
export function add16(state: CpuState, d: number, s: number): number {
  const result = d + s;
  setResult16(state, result, additionCarries(d, s, result));
  return result;
}
export function add32(state: CpuState, d: number, s: number): number {
  const result = (d + s) | 0;
  setResult(state, result, additionCarries(d, s, result));
  return result;
}

/** `d + s + CF`, as ADC. */
export function adc8(state: CpuState, d: number, s: number): number {
  const result = d + s + carryOf(state);
  setResult8(state, result, additionCarries(d, s, result));
  return result;
}
export function adc16(state: CpuState, d: number, s: number): number {
  const result = d + s + carryOf(state);
  setResult16(state, result, additionCarries(d, s, result));
  return result;
}
export function adc32(state: CpuState, d: number, s: number): number {
  const result = (d + s + carryOf(state)) | 0;
  setResult(state, result, additionCarries(d, s, result));
  return result;
}

/** `d - s`, as SUB and CMP. */
export function sub8(state: CpuState, d: number, s: number): number {
  const result = d - s;
  setResult8(state, result, subtractionBorrows(d, s, result));
  return result;
}
export function sub16(state: CpuState, d: number, s: number): number {
  const result = d - s;
  setResult16(state, result, subtractionBorrows(d, s, result));
  return result;
}
export function sub32(state: CpuState, d: number, s: number): number {
  const result = (d - s) | 0;
  setResult(state, result, subtractionBorrows(d, s, result));
  return result;
}

/** `d - s - CF`, as SBB. */
export function sbb8(state: CpuState, d: number, s: number): number {
  const result = d - s - carryOf(state);
  setResult8(state, result, subtractionBorrows(d, s, result));
  return result;
}
export function sbb16(state: CpuState, d: number, s: number): number {
  const result = d - s - carryOf(state);
  setResult16(state, result, subtractionBorrows(d, s, result));
  return result;
}
export function sbb32(state: CpuState, d: number, s: number): number {
  const result = (d - s - carryOf(state)) | 0;
  setResult(state, result, subtractionBorrows(d, s, result));
  return result;
}

/** `d + 1` with CF kept, as INC. */
export function inc8(state: CpuState, d: number): number {
  const result = d + 1;
  const carries = d & ~result;
  setResultKeepCarry(state, (result << 24) >> 24, (carries << 24) | (carries & 8));
  return result;
}
export function inc16(state: CpuState, d: number): number {
  const result = d + 1;
  const carries = d & ~result;
  setResultKeepCarry(state, (result << 16) >> 16, (carries << 16) | (carries & 8));
  return result;
}
export function inc32(state: CpuState, d: number): number {
  const result = (d + 1) | 0;
  setResultKeepCarry(state, result, d & ~result);
  return result;
}

/** `d - 1` with CF kept, as DEC. */
export function dec8(state: CpuState, d: number): number {
  const result = d - 1;
  const borrows = ~d & result;
  setResultKeepCarry(state, (result << 24) >> 24, (borrows << 24) | (borrows & 8));
  return result;
}
export function dec16(state: CpuState, d: number): number {
  const result = d - 1;
  const borrows = ~d & result;
  setResultKeepCarry(state, (result << 16) >> 16, (borrows << 16) | (borrows & 8));
  return result;
}
export function dec32(state: CpuState, d: number): number {
  const result = (d - 1) | 0;
  setResultKeepCarry(state, result, ~d & result);
  return result;
}

/** Flags of AND, OR, XOR and TEST; gives the result back. */
export function logic8(state: CpuState, result: number): number {
  setResult(state, (result << 24) >> 24, 0);
  return result;
}
export function logic16(state: CpuState, result: number): number {
  setResult(state, (result << 16) >> 16, 0);
  return result;
}
export function logic32(state: CpuState, result: number): number {
  setResult(state, result, 0);
  return result;
}
