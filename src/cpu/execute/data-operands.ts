/**
 * The operand in ModRM.rm, register or memory, by size: `read` it, `write` it, or `modify` it and then `writeBack`
 * (checked as a write at once, so that nothing can fault later). Also byte and word registers by number.
 * Byte and word values come back unsigned, doublewords signed; what is written may have any higher bits.
 */
import type { Cpu } from "../cpu.ts";
import type { Insn } from "../insn.ts";

/** Byte registers, as indices of `gpr8`. */
export const AL = 0,
  AH = 1,
  CL = 4;
/** Word registers, as indices of `gpr16`. */
export const AX = 0,
  CX = 2,
  DX = 4;

/** Index in `gpr8` of a byte register: AL, CL, DL, BL, AH, CH, DH, BH. */
export function byteIndex(register: number): number {
  return ((register & 3) << 2) | (register >>> 2);
}

/** Value of the byte register in ModRM.reg. */
export function reg8(cpu: Cpu, insn: Insn): number {
  return cpu.state.gpr8[byteIndex(insn.reg)];
}

/** Value of the word register in ModRM.reg. */
export function reg16(cpu: Cpu, insn: Insn): number {
  return cpu.state.gpr16[insn.reg << 1];
}

/** Value of the doubleword register in ModRM.reg. */
export function reg32(cpu: Cpu, insn: Insn): number {
  return cpu.gpr[insn.reg];
}

/** Sets the byte register in ModRM.reg. */
export function setReg8(cpu: Cpu, insn: Insn, value: number): void {
  cpu.state.gpr8[byteIndex(insn.reg)] = value;
}

/** Sets the word register in ModRM.reg; the upper half of the doubleword stays. */
export function setReg16(cpu: Cpu, insn: Insn, value: number): void {
  cpu.state.gpr16[insn.reg << 1] = value;
}

/** Sets the doubleword register in ModRM.reg. */
export function setReg32(cpu: Cpu, insn: Insn, value: number): void {
  cpu.gpr[insn.reg] = value;
}

export function readRm8(cpu: Cpu, insn: Insn): number {
  return insn.memory ? cpu.readMem8(insn.segment, cpu.effectiveOffset(insn)) : cpu.state.gpr8[byteIndex(insn.rm)];
}

export function readRm16(cpu: Cpu, insn: Insn): number {
  return insn.memory ? cpu.readMem16(insn.segment, cpu.effectiveOffset(insn)) : cpu.state.gpr16[insn.rm << 1];
}

export function readRm32(cpu: Cpu, insn: Insn): number {
  return insn.memory ? cpu.readMem32(insn.segment, cpu.effectiveOffset(insn)) : cpu.gpr[insn.rm];
}

export function writeRm8(cpu: Cpu, insn: Insn, value: number): void {
  if (insn.memory) cpu.writeMem8(insn.segment, cpu.effectiveOffset(insn), value);
  else cpu.state.gpr8[byteIndex(insn.rm)] = value;
}

export function writeRm16(cpu: Cpu, insn: Insn, value: number): void {
  if (insn.memory) cpu.writeMem16(insn.segment, cpu.effectiveOffset(insn), value);
  else cpu.state.gpr16[insn.rm << 1] = value;
}

export function writeRm32(cpu: Cpu, insn: Insn, value: number): void {
  if (insn.memory) cpu.writeMem32(insn.segment, cpu.effectiveOffset(insn), value);
  else cpu.gpr[insn.rm] = value;
}

export function modifyRm8(cpu: Cpu, insn: Insn): number {
  return insn.memory ? cpu.readModify8(insn.segment, cpu.effectiveOffset(insn)) : cpu.state.gpr8[byteIndex(insn.rm)];
}

export function modifyRm16(cpu: Cpu, insn: Insn): number {
  return insn.memory ? cpu.readModify16(insn.segment, cpu.effectiveOffset(insn)) : cpu.state.gpr16[insn.rm << 1];
}

export function modifyRm32(cpu: Cpu, insn: Insn): number {
  return insn.memory ? cpu.readModify32(insn.segment, cpu.effectiveOffset(insn)) : cpu.gpr[insn.rm];
}

export function writeBackRm8(cpu: Cpu, insn: Insn, value: number): void {
  if (insn.memory) cpu.writeBack8(value);
  else cpu.state.gpr8[byteIndex(insn.rm)] = value;
}

export function writeBackRm16(cpu: Cpu, insn: Insn, value: number): void {
  if (insn.memory) cpu.writeBack16(value);
  else cpu.state.gpr16[insn.rm << 1] = value;
}

export function writeBackRm32(cpu: Cpu, insn: Insn, value: number): void {
  if (insn.memory) cpu.writeBack32(value);
  else cpu.gpr[insn.rm] = value;
}
