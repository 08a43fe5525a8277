/** DIV and IDIV: #DE where the divisor is 0 or the quotient does not fit. They leave the flags as they are. */
import type { RowId } from "../../isa/rows.ts";
import type { Cpu } from "../cpu.ts";
import { DE } from "../fault.ts";
import type { Body } from "../insn.ts";
import { EAX, EDX } from "../state.ts";
import { AH, AL, AX, DX, readRm8, readRm16, readRm32 } from "./data-operands.ts";

/** Of an unsigned 64-bit dividend by a divisor greater than its high half: quotient and remainder below 2^32. */
const division = { quotient: 0, remainder: 0 };

/**
 * Divides `high:low` by `divisor`, all unsigned and below 2^32, `high` below `divisor`. In two steps of 16 bits, so that
 * every number stays below 2^48 and the floor of a quotient is exact.
 */
function divide64(high: number, low: number, divisor: number): void {
  const upper = high * 0x10000 + (low >>> 16);
  const first = Math.floor(upper / divisor);
  const lower = (upper - first * divisor) * 0x10000 + (low & 0xffff);
  const second = Math.floor(lower / divisor);
  division.quotient = first * 0x10000 + second;
  division.remainder = lower - second * divisor;
}

/** DIV r/m32. */
function div32(cpu: Cpu, divisor: number): void {
  const gpr = cpu.gpr;
  const high = gpr[EDX] >>> 0;
  if (high >= divisor) cpu.fault(DE, -1);
  divide64(high, gpr[EAX] >>> 0, divisor);
  gpr[EAX] = division.quotient;
  gpr[EDX] = division.remainder;
}

/** IDIV r/m32: magnitudes are divided; the quotient truncates towards 0, the remainder has the dividend's sign. */
function idiv32(cpu: Cpu, divisor: number): void {
  const gpr = cpu.gpr;
  const negative = gpr[EDX] < 0;
  const low = negative ? -gpr[EAX] >>> 0 : gpr[EAX] >>> 0;
  const high = negative ? (~gpr[EDX] + (gpr[EAX] === 0 ? 1 : 0)) >>> 0 : gpr[EDX];
  const magnitude = Math.abs(divisor);
  if (high >= magnitude) cpu.fault(DE, -1);
  divide64(high, low, magnitude);
  const negated = negative !== divisor < 0;
  if (division.quotient > (negated ? 0x80000000 : 0x7fffffff)) cpu.fault(DE, -1);
  gpr[EAX] = negated ? -division.quotient : division.quotient;
  gpr[EDX] = negative ? -division.remainder : division.remainder;
}

export const DIVISION = {
  div_rm8: (cpu, insn) => {
    const { gpr8, gpr16 } = cpu.state;
    const divisor = readRm8(cpu, insn);
    const dividend = gpr16[AX];
    if (dividend >>> 8 >= divisor) cpu.fault(DE, -1);
    gpr8[AL] = (dividend / divisor) | 0;
    gpr8[AH] = dividend % divisor;
  },
  div_rm16: (cpu, insn) => {
    const gpr16 = cpu.state.gpr16;
    const divisor = readRm16(cpu, insn);
    if (gpr16[DX] >= divisor) cpu.fault(DE, -1);
    const dividend = gpr16[DX] * 0x10000 + gpr16[AX];
    gpr16[AX] = Math.floor(dividend / divisor);
    gpr16[DX] = dividend % divisor;
  },
  div_rm32: (cpu, insn) => div32(cpu, readRm32(cpu, insn) >>> 0),
  idiv_rm8: (cpu, insn) => {
    const { gpr8, gpr16 } = cpu.state;
    const divisor = (readRm8(cpu, insn) << 24) >> 24;
    const dividend = (gpr16[AX] << 16) >> 16;
    if (divisor === 0) cpu.fault(DE, -1);
    const quotient = Math.trunc(dividend / divisor);
    if (quotient > 0x7f || quotient < -0x80) cpu.fault(DE, -1);
    gpr8[AL] = quotient;
    gpr8[AH] = dividend % divisor;
  },
  idiv_rm16: (cpu, insn) => {
    const gpr16 = cpu.state.gpr16;
    const divisor = (readRm16(cpu, insn) << 16) >> 16;
    const dividend = (gpr16[DX] << 16) | gpr16[AX];
    if (divisor === 0) cpu.fault(DE, -1);
    const quotient = Math.trunc(dividend / divisor);
    if (quotient > 0x7fff || quotient < -0x8000) cpu.fault(DE, -1);
    gpr16[AX] = quotient;
    gpr16[DX] = dividend % divisor;
  },
  idiv_rm32: (cpu, insn) => idiv32(cpu, readRm32(cpu, insn)),
} as const satisfies Partial<Record<RowId, Body>>;
