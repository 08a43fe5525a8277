/** SUB and SBB. */
import type { RowId } from "../../isa/rows.ts";
import type { Body } from "../insn.ts";
import { EAX } from "../state.ts";
import { sbb8, sbb16, sbb32, sub8, sub16, sub32 } from "./arithmetic-operations.ts";
import {
  AL,
  AX,
  modifyRm8,
  modifyRm16,
  modifyRm32,
  readRm8,
  readRm16,
  readRm32,
  reg8,
  reg16,
  reg32,
  setReg8,
  setReg16,
  setReg32,
  writeBackRm8,
  writeBackRm16,
  writeBackRm32,
} from "./data-operands.ts";

export const SUBTRACTION = {
  sub_rm8_r8: (cpu, insn) => writeBackRm8(cpu, insn, sub8(cpu.state, modifyRm8(cpu, insn), reg8(cpu, insn))),
  sub_rm16_r16: (cpu, insn) => writeBackRm16(cpu, insn, sub16(cpu.state, modifyRm16(cpu, insn), reg16(cpu, insn))),
  sub_rm32_r32: (cpu, insn) => writeBackRm32(cpu, insn, sub32(cpu.state, modifyRm32(cpu, insn), reg32(cpu, insn))),
  sub_r8_rm8: (cpu, insn) => setReg8(cpu, insn, sub8(cpu.state, reg8(cpu, insn), readRm8(cpu, insn))),
  sub_r16_rm16: (cpu, insn) => setReg16(cpu, insn, sub16(cpu.state, reg16(cpu, insn), readRm16(cpu, insn))),
  sub_r32_rm32: (cpu, insn) => setReg32(cpu, insn, sub32(cpu.state, reg32(cpu, insn), readRm32(cpu, insn))),
  sub_al_imm8: (cpu, insn) => {
    cpu.state.gpr8[AL] = sub8(cpu.state, cpu.state.gpr8[AL], insn.imm);
  },
  sub_ax_imm16: (cpu, insn) => {
    cpu.state.gpr16[AX] = sub16(cpu.state, cpu.state.gpr16[AX], insn.imm);
  },
  sub_eax_imm32: (cpu, insn) => {
    cpu.gpr[EAX] = sub32(cpu.state, cpu.gpr[EAX], insn.imm);
  },
  sub_rm8_imm8: (cpu, insn) => writeBackRm8(cpu, insn, sub8(cpu.state, modifyRm8(cpu, insn), insn.imm)),
  sub_rm8_imm8_alias: (cpu, insn) => writeBackRm8(cpu, insn, sub8(cpu.state, modifyRm8(cpu, insn), insn.imm)),
  sub_rm16_imm16: (cpu, insn) => writeBackRm16(cpu, insn, sub16(cpu.state, modifyRm16(cpu, insn), insn.imm)),
  sub_rm16_simm8: (cpu, insn) => writeBackRm16(cpu, insn, sub16(cpu.state, modifyRm16(cpu, insn), insn.imm)),
  sub_rm32_imm32: (cpu, insn) => writeBackRm32(cpu, insn, sub32(cpu.state, modifyRm32(cpu, insn), insn.imm)),
  sub_rm32_simm8: (cpu, insn) => writeBackRm32(cpu, insn, sub32(cpu.state, modifyRm32(cpu, insn), insn.imm)),
  sbb_rm8_r8: (cpu, insn) => writeBackRm8(cpu, insn, sbb8(cpu.state, modifyRm8(cpu, insn), reg8(cpu, insn))),
  sbb_rm16_r16: (cpu, insn) => writeBackRm16(cpu, insn, sbb16(cpu.state, modifyRm16(cpu, insn), reg16(cpu, insn))),
  sbb_rm32_r32: (cpu, insn) => writeBackRm32(cpu, insn, sbb32(cpu.state, modifyRm32(cpu, insn), reg32(cpu, insn))),
  sbb_r8_rm8: (cpu, insn) => setReg8(cpu, insn, sbb8(cpu.state, reg8(cpu, insn), readRm8(cpu, insn))),
  sbb_r16_rm16: (cpu, insn) => setReg16(cpu, insn, sbb16(cpu.state, reg16(cpu, insn), readRm16(cpu, insn))),
  sbb_r32_rm32: (cpu, insn) => setReg32(cpu, insn, sbb32(cpu.state, reg32(cpu, insn), readRm32(cpu, insn))),
  sbb_al_imm8: (cpu, insn) => {
    cpu.state.gpr8[AL] = sbb8(cpu.state, cpu.state.gpr8[AL], insn.imm);
  },
  sbb_ax_imm16: (cpu, insn) => {
    cpu.state.gpr16[AX] = sbb16(cpu.state, cpu.state.gpr16[AX], insn.imm);
  },
  sbb_eax_imm32: (cpu, insn) => {
    cpu.gpr[EAX] = sbb32(cpu.state, cpu.gpr[EAX], insn.imm);
  },
  sbb_rm8_imm8: (cpu, insn) => writeBackRm8(cpu, insn, sbb8(cpu.state, modifyRm8(cpu, insn), insn.imm)),
  sbb_rm8_imm8_alias: (cpu, insn) => writeBackRm8(cpu, insn, sbb8(cpu.state, modifyRm8(cpu, insn), insn.imm)),
  sbb_rm16_imm16: (cpu, insn) => writeBackRm16(cpu, insn, sbb16(cpu.state, modifyRm16(cpu, insn), insn.imm)),
  sbb_rm16_simm8: (cpu, insn) => writeBackRm16(cpu, insn, sbb16(cpu.state, modifyRm16(cpu, insn), insn.imm)),
  sbb_rm32_imm32: (cpu, insn) => writeBackRm32(cpu, insn, sbb32(cpu.state, modifyRm32(cpu, insn), insn.imm)),
  sbb_rm32_simm8: (cpu, insn) => writeBackRm32(cpu, insn, sbb32(cpu.state, modifyRm32(cpu, insn), insn.imm)),
} as const satisfies Partial<Record<RowId, Body>>;
