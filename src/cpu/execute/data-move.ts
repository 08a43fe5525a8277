/** MOV without segment, control and debug registers; MOVZX, MOVSX, LEA, XLAT. */
import type { RowId } from "../../isa/rows.ts";
import type { Body } from "../insn.ts";
import { EAX, EBX } from "../state.ts";
import {
  AL,
  AX,
  byteIndex,
  readRm8,
  readRm16,
  readRm32,
  reg8,
  reg16,
  reg32,
  setReg8,
  setReg16,
  setReg32,
  writeRm8,
  writeRm16,
  writeRm32,
} from "./data-operands.ts";

export const MOVE = {
  mov_al_moffs8: (cpu, insn) => {
    cpu.state.gpr8[AL] = cpu.readMem8(insn.segment, cpu.effectiveOffset(insn));
  },
  mov_ax_moffs16: (cpu, insn) => {
    cpu.state.gpr16[AX] = cpu.readMem16(insn.segment, cpu.effectiveOffset(insn));
  },
  mov_eax_moffs32: (cpu, insn) => {
    cpu.gpr[EAX] = cpu.readMem32(insn.segment, cpu.effectiveOffset(insn));
  },
  mov_moffs8_al: (cpu, insn) => cpu.writeMem8(insn.segment, cpu.effectiveOffset(insn), cpu.state.gpr8[AL]),
  mov_moffs16_ax: (cpu, insn) => cpu.writeMem16(insn.segment, cpu.effectiveOffset(insn), cpu.state.gpr16[AX]),
  mov_moffs32_eax: (cpu, insn) => cpu.writeMem32(insn.segment, cpu.effectiveOffset(insn), cpu.gpr[EAX]),
  mov_rm8_r8: (cpu, insn) => writeRm8(cpu, insn, reg8(cpu, insn)),
  mov_rm16_r16: (cpu, insn) => writeRm16(cpu, insn, reg16(cpu, insn)),
  mov_rm32_r32: (cpu, insn) => writeRm32(cpu, insn, reg32(cpu, insn)),
  mov_r8_rm8: (cpu, insn) => setReg8(cpu, insn, readRm8(cpu, insn)),
  mov_r16_rm16: (cpu, insn) => setReg16(cpu, insn, readRm16(cpu, insn)),
  mov_r32_rm32: (cpu, insn) => setReg32(cpu, insn, readRm32(cpu, insn)),
  mov_r8op_imm8: (cpu, insn) => {
    cpu.state.gpr8[byteIndex(insn.rm)] = insn.imm;
  },
  mov_r16op_imm16: (cpu, insn) => {
    cpu.state.gpr16[insn.rm << 1] = insn.imm;
  },
  mov_r32op_imm32: (cpu, insn) => {
    cpu.gpr[insn.rm] = insn.imm;
  },
  mov_rm8_imm8: (cpu, insn) => writeRm8(cpu, insn, insn.imm),
  mov_rm16_imm16: (cpu, insn) => writeRm16(cpu, insn, insn.imm),
  mov_rm32_imm32: (cpu, insn) => writeRm32(cpu, insn, insn.imm),

  movzx_r16_rm8: (cpu, insn) => setReg16(cpu, insn, readRm8(cpu, insn)),
  movzx_r32_rm8: (cpu, insn) => setReg32(cpu, insn, readRm8(cpu, insn)),
  movzx_r32_rm16: (cpu, insn) => setReg32(cpu, insn, readRm16(cpu, insn)),
  movzx_r16_rm16: (cpu, insn) => setReg16(cpu, insn, readRm16(cpu, insn)),
  movsx_r16_rm8: (cpu, insn) => setReg16(cpu, insn, (readRm8(cpu, insn) << 24) >> 24),
  movsx_r32_rm8: (cpu, insn) => setReg32(cpu, insn, (readRm8(cpu, insn) << 24) >> 24),
  movsx_r32_rm16: (cpu, insn) => setReg32(cpu, insn, (readRm16(cpu, insn) << 16) >> 16),
  movsx_r16_rm16: (cpu, insn) => setReg16(cpu, insn, readRm16(cpu, insn)),

  lea_r16_m: (cpu, insn) => setReg16(cpu, insn, cpu.effectiveOffset(insn)),
  lea_r32_m: (cpu, insn) => setReg32(cpu, insn, cpu.effectiveOffset(insn)),

  xlatb: (cpu, insn) => {
    const gpr8 = cpu.state.gpr8;
    const offset = cpu.gpr[EBX] + gpr8[AL];
    gpr8[AL] = cpu.readMem8(insn.segment, insn.addressSize === 32 ? offset | 0 : offset & 0xffff);
  },
} as const satisfies Partial<Record<RowId, Body>>;
