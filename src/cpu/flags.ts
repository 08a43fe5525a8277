/**
 * The arithmetic flags, computed when somebody looks. Most instructions set six flags that nobody reads, so an
 * operation leaves its result and its carries behind and the flags are made of them later. No guest can tell.
 *
 * `lazyMask` names the flags that are pending: none, all six, or all but CF (after INC, DEC, STC, BT, ...).
 * - `lazyResult` is the result, sign-extended to 32 bits from the operand size: ZF, SF and PF follow from it.
 * - `lazyCarries` holds CF in bit 31, the carry into the sign bit in bit 30 (OF is their difference) and the carry
 *   out of bit 3 (AF) in bit 3; its other bits mean nothing.
 *
 * What the manual leaves undefined is settled as follows, after processors of the P6 family as Bochs has them:
 * - AND, OR, XOR, TEST, shifts and double shifts: AF = 0.
 * - SHL, SHLD: OF = CF ^ sign of the result, for every count. SHR, SHRD, RCR, ROR: OF = the two highest bits of the
 *   result differ. SAR: OF = 0. RCL, ROL: OF = CF ^ sign of the result.
 * - SHL and SHR by more than the operand has bits: CF = 0. SAR then: CF = the sign. 16-bit SHLD and SHRD by more
 *   than 16 rotate the pair of operands: the destination's own bits come in again.
 * - MUL, IMUL: SF, ZF and PF of the low half, AF = 0. DIV, IDIV: nothing changes.
 * - BT, BTS, BTR, BTC: nothing but CF changes. BSF, BSR of 0: only ZF changes and the destination stays; else SF and
 *   PF of the index, the rest 0.
 * - AAA, AAS, AAM, AAD, DAA, DAS: those not defined follow the result AL as after AND.
 */
import type { CpuState } from "./state.ts";

export const CF = 1 << 0;
export const PF = 1 << 2;
export const AF = 1 << 4;
export const ZF = 1 << 6;
export const SF = 1 << 7;
export const OF = 1 << 11;

/** The six arithmetic flags. */
export const ARITHMETIC_FLAGS = CF | PF | AF | ZF | SF | OF;
/** Those that INC and DEC write. */
const ALL_BUT_CARRY = ARITHMETIC_FLAGS & ~CF;

/** PF (bit 2) of a result: set when the low byte has an even number of ones. */
function parityFlag(result: number): number {
  return ((0x9669 >>> ((result ^ (result >> 4)) & 15)) & 1) << 2;
}

/** EFLAGS with every pending flag computed. */
export function getEflags(state: CpuState): number {
  const mask = state.lazyMask;
  const raw = state.rawFlags;
  if (mask === 0) return raw;
  const result = state.lazyResult;
  const carries = state.lazyCarries;
  const computed =
    (carries >>> 31) |
    parityFlag(result) |
    ((carries & 8) << 1) |
    (result === 0 ? ZF : 0) |
    ((result >>> 24) & SF) |
    (((carries ^ (carries << 1)) >>> 31) << 11);
  return (raw & ~mask) | (computed & mask);
}

/** Sets all of EFLAGS, no checks: `value` is taken as it is. */
export function setEflags(state: CpuState, value: number): void {
  state.rawFlags = value;
  state.lazyMask = 0;
}

/** Makes the state's words a function of the architectural state alone, so that they may be compared and kept. */
export function canonicalise(state: CpuState): void {
  state.rawFlags = getEflags(state);
  state.lazyMask = 0;
  state.lazyResult = 0;
  state.lazyCarries = 0;
}

/** Replaces the flags of `mask` by those of `value`; the other arithmetic flags keep their values. */
export function setFlags(state: CpuState, mask: number, value: number): void {
  state.rawFlags = (getEflags(state) & ~mask) | (value & mask);
  state.lazyMask = 0;
}

/** Sets CF to `carry` (0 or 1), leaving the rest as it is. */
export function setCarry(state: CpuState, carry: number): void {
  state.rawFlags = (state.rawFlags & ~CF) | carry;
  state.lazyMask &= ~CF;
}

/** Leaves all six flags pending. The arguments are explained at the head of this file. */
export function setResult(state: CpuState, result: number, carries: number): void {
  state.lazyMask = ARITHMETIC_FLAGS;
  state.lazyResult = result;
  state.lazyCarries = carries;
}

/** As `setResult` for an operation that leaves CF alone. */
export function setResultKeepCarry(state: CpuState, result: number, carries: number): void {
  if ((state.lazyMask & CF) !== 0) {
    state.rawFlags = (state.rawFlags & ~CF) | (state.lazyCarries >>> 31);
  }
  state.lazyMask = ALL_BUT_CARRY;
  state.lazyResult = result;
  state.lazyCarries = carries;
}

/** `lazyCarries` for given CF and OF (0 or 1 each), with AF = 0. */
export function carriesOf(carry: number, overflow: number): number {
  return (carry << 31) | ((carry ^ overflow) << 30);
}

/** CF as 0 or 1. */
export function carryOf(state: CpuState): number {
  return (state.lazyMask & CF) !== 0 ? state.lazyCarries >>> 31 : state.rawFlags & CF;
}

// The conditions of Jcc, SETcc and CMOVcc. Apart from CF, flags are pending all together or not at all.

/** CF = 1. */
export function isBelow(state: CpuState): boolean {
  return (state.lazyMask & CF) !== 0 ? state.lazyCarries < 0 : (state.rawFlags & CF) !== 0;
}

/** ZF = 1. */
export function isEqual(state: CpuState): boolean {
  return state.lazyMask !== 0 ? state.lazyResult === 0 : (state.rawFlags & ZF) !== 0;
}

/** CF = 1 or ZF = 1. */
export function isBelowOrEqual(state: CpuState): boolean {
  return isBelow(state) || isEqual(state);
}

/** SF = 1. */
export function isNegative(state: CpuState): boolean {
  return state.lazyMask !== 0 ? state.lazyResult < 0 : (state.rawFlags & SF) !== 0;
}

/** OF = 1. */
export function isOverflow(state: CpuState): boolean {
  if (state.lazyMask === 0) return (state.rawFlags & OF) !== 0;
  const carries = state.lazyCarries;
  return (carries ^ (carries << 1)) < 0;
}

/** PF = 1. */
export function isParityEven(state: CpuState): boolean {
  return ((state.lazyMask !== 0 ? parityFlag(state.lazyResult) : state.rawFlags) & PF) !== 0;
}

/** SF differs from OF. */
export function isLess(state: CpuState): boolean {
  if (state.lazyMask === 0) {
    const raw = state.rawFlags;
    return ((raw ^ (raw >>> 4)) & SF) !== 0;
  }
  const carries = state.lazyCarries;
  return (state.lazyResult ^ carries ^ (carries << 1)) < 0;
}

/** ZF = 1, or SF differs from OF. */
export function isLessOrEqual(state: CpuState): boolean {
  return isEqual(state) || isLess(state);
}

/** Whether condition `code` (an opcode's low four bits, 0 to 15) holds: the even ones, and their negations. */
export function condition(state: CpuState, code: number): boolean {
  return CONDITION_TESTS[code >>> 1]!(state) !== ((code & 1) !== 0);
}

/** The conditions with even codes, in order: O, B, E, BE, S, P, L, LE. */
const CONDITION_TESTS = [
  isOverflow,
  isBelow,
  isEqual,
  isBelowOrEqual,
  isNegative,
  isParityEven,
  isLess,
  isLessOrEqual,
] as const;
