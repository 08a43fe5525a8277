/** MUL and IMUL. */
import type { RowId } from "../../isa/rows.ts";
import { setResult } from "../flags.ts";
import type { Body } from "../insn.ts";
import type { CpuState } from "../state.ts";
import { EAX, EDX } from "../state.ts";
import { AL, AX, DX, readRm8, readRm16, readRm32, reg16, reg32, setReg16, setReg32 } from "./data-operands.ts";

/** High 32 bits of the product of two unsigned doublewords (given as int32, as is the result). */
export function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  // Each partial sum stays below 2^33 and is exact.
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle % 0x10000);
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000)) | 0;
}

/** High 32 bits of the product of two signed doublewords. */
export function multiplyHighSigned(a: number, b: number): number {
  return (multiplyHigh(a, b) - (a < 0 ? b : 0) - (b < 0 ? a : 0)) | 0;
}

/** CF and OF say that the product does not fit; the others follow the low half, sign-extended in `low`. */
function setProduct(state: CpuState, low: number, overflow: boolean): void {
  setResult(state, low, overflow ? 1 << 31 : 0);
}

/** IMUL of two words, sign-extended: the product of which 16 bits are kept. */
function imul16(state: CpuState, a: number, b: number): number {
  const product = Math.imul(a, b);
  const low = (product << 16) >> 16;
  setProduct(state, low, low !== product);
  return low;
}

/** As `imul16` for doublewords. */
function imul32(state: CpuState, a: number, b: number): number {
  const low = Math.imul(a, b);
  setProduct(state, low, multiplyHighSigned(a, b) !== low >> 31);
  return low;
}

const signed16 = (value: number): number => (value << 16) >> 16;

export const MULTIPLICATION = {
  mul_rm8: (cpu, insn) => {
    const { gpr8, gpr16 } = cpu.state;
    const product = gpr8[AL] * readRm8(cpu, insn);
    gpr16[AX] = product;
    setProduct(cpu.state, (product << 24) >> 24, product > 0xff);
  },
  mul_rm16: (cpu, insn) => {
    const gpr16 = cpu.state.gpr16;
    const product = Math.imul(gpr16[AX], readRm16(cpu, insn));
    gpr16[AX] = product;
    gpr16[DX] = product >>> 16;
    setProduct(cpu.state, signed16(product), product >>> 16 !== 0);
  },
  mul_rm32: (cpu, insn) => {
    const gpr = cpu.gpr;
    const a = gpr[EAX];
    const b = readRm32(cpu, insn);
    const high = multiplyHigh(a, b);
    const low = Math.imul(a, b);
    gpr[EAX] = low;
    gpr[EDX] = high;
    setProduct(cpu.state, low, high !== 0);
  },
  imul_rm8: (cpu, insn) => {
    const { gpr8, gpr16 } = cpu.state;
    const product = ((gpr8[AL] << 24) >> 24) * ((readRm8(cpu, insn) << 24) >> 24);
    const low = (product << 24) >> 24;
    gpr16[AX] = product;
    setProduct(cpu.state, low, low !== product);
  },
  imul_rm16: (cpu, insn) => {
    const gpr16 = cpu.state.gpr16;
    const product = signed16(gpr16[AX]) * signed16(readRm16(cpu, insn));
    const low = signed16(product);
    gpr16[AX] = product;
    gpr16[DX] = product >> 16;
    setProduct(cpu.state, low, low !== product);
  },
  imul_rm32: (cpu, insn) => {
    const gpr = cpu.gpr;
    const a = gpr[EAX];
    const b = readRm32(cpu, insn);
    const high = multiplyHighSigned(a, b);
    const low = Math.imul(a, b);
    gpr[EAX] = low;
    gpr[EDX] = high;
    setProduct(cpu.state, low, high !== low >> 31);
  },
  imul_r16_rm16: (cpu, insn) =>
    setReg16(cpu, insn, imul16(cpu.state, signed16(reg16(cpu, insn)), signed16(readRm16(cpu, insn)))),
  imul_r32_rm32: (cpu, insn) => setReg32(cpu, insn, imul32(cpu.state, reg32(cpu, insn), readRm32(cpu, insn))),
  imul_r16_rm16_simm8: (cpu, insn) =>
    setReg16(cpu, insn, imul16(cpu.state, signed16(readRm16(cpu, insn)), signed16(insn.imm))),
  imul_r32_rm32_simm8: (cpu, insn) => setReg32(cpu, insn, imul32(cpu.state, readRm32(cpu, insn), insn.imm)),
  imul_r16_rm16_imm16: (cpu, insn) =>
    setReg16(cpu, insn, imul16(cpu.state, signed16(readRm16(cpu, insn)), signed16(insn.imm))),
  imul_r32_rm32_imm32: (cpu, insn) => setReg32(cpu, insn, imul32(cpu.state, readRm32(cpu, insn), insn.imm)),
} as const satisfies Partial<Record<RowId, Body>>;
