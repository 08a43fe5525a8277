/** ADD and ADC. */
import type { RowId } from "../../isa/rows.ts";
import type { Body } from "../insn.ts";
import { EAX } from "../state.ts";
import { adc8, adc16, adc32, add8, add16, add32 } from "./arithmetic-operations.ts";
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

export const ADDITION = {
  add_rm8_r8: (cpu, insn) => writeBackRm8(cpu, insn, add8(cpu.state, modifyRm8(cpu, insn), reg8(cpu, insn))),
  add_rm16_r16: (cpu, insn) => writeBackRm16(cpu, insn, add16(cpu.state, modifyRm16(cpu, insn), reg16(cpu, insn))),
  add_rm32_r32: (cpu, insn) => writeBackRm32(cpu, insn, add32(cpu.state, modifyRm32(cpu, insn), reg32(cpu, insn))),
  add_r8_rm8: (cpu, insn) => setReg8(cpu, insn, add8(cpu.state, reg8(cpu, insn), readRm8(cpu, insn))),
  add_r16_rm16: (cpu, insn) => setReg16(cpu, insn, add16(cpu.state, reg16(cpu, insn), readRm16(cpu, insn))),
  add_r32_rm32: (cpu, insn) => setReg32(cpu, insn, add32(cpu.state, reg32(cpu, insn), readRm32(cpu, insn))),
  add_al_imm8: (cpu, insn) => {
    cpu.state.gpr8[AL] = add8(cpu.state, cpu.state.gpr8[AL], insn.imm);
  },
  add_ax_imm16: (cpu, insn) => {
    cpu.state.gpr16[AX] = add16(cpu.state, cpu.state.gpr16[AX], insn.imm);
  },
  add_eax_imm32: (cpu, insn) => {
    cpu.gpr[EAX] = add32(cpu.state, cpu.gpr[EAX], insn.imm);
  },
  add_rm8_imm8: (cpu, insn) => writeBackRm8(cpu, insn, add8(cpu.state, modifyRm8(cpu, insn), insn.imm)),
  add_rm8_imm8_alias: (cpu, insn) => writeBackRm8(cpu, insn, add8(cpu.state, modifyRm8(cpu, insn), insn.imm)),
  add_rm16_imm16: (cpu, insn) => writeBackRm16(cpu, insn, add16(cpu.state, modifyRm16(cpu, insn), insn.imm)),
  add_rm16_simm8: (cpu, insn) => writeBackRm16(cpu, insn, add16(cpu.state, modifyRm16(cpu, insn), insn.imm)),
  add_rm32_imm32: (cpu, insn) => writeBackRm32(cpu, insn, add32(cpu.state, modifyRm32(cpu, insn), insn.imm)),
  add_rm32_simm8: (cpu, insn) => writeBackRm32(cpu, insn, add32(cpu.state, modifyRm32(cpu, insn), insn.imm)),
  adc_rm8_r8: (cpu, insn) => writeBackRm8(cpu, insn, adc8(cpu.state, modifyRm8(cpu, insn), reg8(cpu, insn))),
  adc_rm16_r16: (cpu, insn) => writeBackRm16(cpu, insn, adc16(cpu.state, modifyRm16(cpu, insn), reg16(cpu, insn))),
  adc_rm32_r32: (cpu, insn) => writeBackRm32(cpu, insn, adc32(cpu.state, modifyRm32(cpu, insn), reg32(cpu, insn))),
  adc_r8_rm8: (cpu, insn) => setReg8(cpu, insn, adc8(cpu.state, reg8(cpu, insn), readRm8(cpu, insn))),
  adc_r16_rm16: (cpu, insn) => setReg16(cpu, insn, adc16(cpu.state, reg16(cpu, insn), readRm16(cpu, insn))),
  adc_r32_rm32: (cpu, insn) => setReg32(cpu, insn, adc32(cpu.state, reg32(cpu, insn), readRm32(cpu, insn))),
  adc_al_imm8: (cpu, insn) => {
    cpu.state.gpr8[AL] = adc8(cpu.state, cpu.state.gpr8[AL], insn.imm);
  },
  adc_ax_imm16: (cpu, insn) => {
    cpu.state.gpr16[AX] = adc16(cpu.state, cpu.state.gpr16[AX], insn.imm);
  },
  adc_eax_imm32: (cpu, insn) => {
    cpu.gpr[EAX] = adc32(cpu.state, cpu.gpr[EAX], insn.imm);
  },
  adc_rm8_imm8: (cpu, insn) => writeBackRm8(cpu, insn, adc8(cpu.state, modifyRm8(cpu, insn), insn.imm)),
  adc_rm8_imm8_alias: (cpu, insn) => writeBackRm8(cpu, insn, adc8(cpu.state, modifyRm8(cpu, insn), insn.imm)),
  adc_rm16_imm16: (cpu, insn) => writeBackRm16(cpu, insn, adc16(cpu.state, modifyRm16(cpu, insn), insn.imm)),
  adc_rm16_simm8: (cpu, insn) => writeBackRm16(cpu, insn, adc16(cpu.state, modifyRm16(cpu, insn), insn.imm)),
  adc_rm32_imm32: (cpu, insn) => writeBackRm32(cpu, insn, adc32(cpu.state, modifyRm32(cpu, insn), insn.imm)),
  adc_rm32_simm8: (cpu, insn) => writeBackRm32(cpu, insn, adc32(cpu.state, modifyRm32(cpu, insn), insn.imm)),
} as const satisfies Partial<Record<RowId, Body>>;
