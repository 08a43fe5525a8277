/** OR and XOR. */
import type { RowId } from "../../isa/rows.ts";
import type { Body } from "../insn.ts";
import { EAX } from "../state.ts";
import { logic8, logic16, logic32 } from "./arithmetic-operations.ts";
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

export const OR = {
  or_rm8_r8: (cpu, insn) => writeBackRm8(cpu, insn, logic8(cpu.state, modifyRm8(cpu, insn) | reg8(cpu, insn))),
  or_rm16_r16: (cpu, insn) => writeBackRm16(cpu, insn, logic16(cpu.state, modifyRm16(cpu, insn) | reg16(cpu, insn))),
  or_rm32_r32: (cpu, insn) => writeBackRm32(cpu, insn, logic32(cpu.state, modifyRm32(cpu, insn) | reg32(cpu, insn))),
  or_r8_rm8: (cpu, insn) => setReg8(cpu, insn, logic8(cpu.state, reg8(cpu, insn) | readRm8(cpu, insn))),
  or_r16_rm16: (cpu, insn) => setReg16(cpu, insn, logic16(cpu.state, reg16(cpu, insn) | readRm16(cpu, insn))),
  or_r32_rm32: (cpu, insn) => setReg32(cpu, insn, logic32(cpu.state, reg32(cpu, insn) | readRm32(cpu, insn))),
  or_al_imm8: (cpu, insn) => {
    cpu.state.gpr8[AL] = logic8(cpu.state, cpu.state.gpr8[AL] | insn.imm);
  },
  or_ax_imm16: (cpu, insn) => {
    cpu.state.gpr16[AX] = logic16(cpu.state, cpu.state.gpr16[AX] | insn.imm);
  },
  or_eax_imm32: (cpu, insn) => {
    cpu.gpr[EAX] = logic32(cpu.state, cpu.gpr[EAX] | insn.imm);
  },
  or_rm8_imm8: (cpu, insn) => writeBackRm8(cpu, insn, logic8(cpu.state, modifyRm8(cpu, insn) | insn.imm)),
  or_rm8_imm8_alias: (cpu, insn) => writeBackRm8(cpu, insn, logic8(cpu.state, modifyRm8(cpu, insn) | insn.imm)),
  or_rm16_imm16: (cpu, insn) => writeBackRm16(cpu, insn, logic16(cpu.state, modifyRm16(cpu, insn) | insn.imm)),
  or_rm16_simm8: (cpu, insn) => writeBackRm16(cpu, insn, logic16(cpu.state, modifyRm16(cpu, insn) | insn.imm)),
  or_rm32_imm32: (cpu, insn) => writeBackRm32(cpu, insn, logic32(cpu.state, modifyRm32(cpu, insn) | insn.imm)),
  or_rm32_simm8: (cpu, insn) => writeBackRm32(cpu, insn, logic32(cpu.state, modifyRm32(cpu, insn) | insn.imm)),
  xor_rm8_r8: (cpu, insn) => writeBackRm8(cpu, insn, logic8(cpu.state, modifyRm8(cpu, insn) ^ reg8(cpu, insn))),
  xor_rm16_r16: (cpu, insn) => writeBackRm16(cpu, insn, logic16(cpu.state, modifyRm16(cpu, insn) ^ reg16(cpu, insn))),
  xor_rm32_r32: (cpu, insn) => writeBackRm32(cpu, insn, logic32(cpu.state, modifyRm32(cpu, insn) ^ reg32(cpu, insn))),
  xor_r8_rm8: (cpu, insn) => setReg8(cpu, insn, logic8(cpu.state, reg8(cpu, insn) ^ readRm8(cpu, insn))),
  xor_r16_rm16: (cpu, insn) => setReg16(cpu, insn, logic16(cpu.state, reg16(cpu, insn) ^ readRm16(cpu, insn))),
  xor_r32_rm32: (cpu, insn) => setReg32(cpu, insn, logic32(cpu.state, reg32(cpu, insn) ^ readRm32(cpu, insn))),
  xor_al_imm8: (cpu, insn) => {
    cpu.state.gpr8[AL] = logic8(cpu.state, cpu.state.gpr8[AL] ^ insn.imm);
  },
  xor_ax_imm16: (cpu, insn) => {
    cpu.state.gpr16[AX] = logic16(cpu.state, cpu.state.gpr16[AX] ^ insn.imm);
  },
  xor_eax_imm32: (cpu, insn) => {
    cpu.gpr[EAX] = logic32(cpu.state, cpu.gpr[EAX] ^ insn.imm);
  },
  xor_rm8_imm8: (cpu, insn) => writeBackRm8(cpu, insn, logic8(cpu.state, modifyRm8(cpu, insn) ^ insn.imm)),
  xor_rm8_imm8_alias: (cpu, insn) => writeBackRm8(cpu, insn, logic8(cpu.state, modifyRm8(cpu, insn) ^ insn.imm)),
  xor_rm16_imm16: (cpu, insn) => writeBackRm16(cpu, insn, logic16(cpu.state, modifyRm16(cpu, insn) ^ insn.imm)),
  xor_rm16_simm8: (cpu, insn) => writeBackRm16(cpu, insn, logic16(cpu.state, modifyRm16(cpu, insn) ^ insn.imm)),
  xor_rm32_imm32: (cpu, insn) => writeBackRm32(cpu, insn, logic32(cpu.state, modifyRm32(cpu, insn) ^ insn.imm)),
  xor_rm32_simm8: (cpu, insn) => writeBackRm32(cpu, insn, logic32(cpu.state, modifyRm32(cpu, insn) ^ insn.imm)),
} as const satisfies Partial<Record<RowId, Body>>;
