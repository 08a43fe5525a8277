/** SHLD and SHRD. */
import type { RowId } from "../../isa/rows.ts";
import type { Body } from "../insn.ts";
import { ECX } from "../state.ts";
import { modifyRm16, modifyRm32, reg16, reg32, writeBackRm16, writeBackRm32 } from "./data-operands.ts";
import { shld16, shld32, shrd16, shrd32 } from "./shift-operations.ts";

export const DOUBLE_SHIFT = {
  shld_rm16_r16_imm8: (cpu, insn) =>
    writeBackRm16(cpu, insn, shld16(cpu.state, modifyRm16(cpu, insn), reg16(cpu, insn), insn.imm & 31)),
  shld_rm32_r32_imm8: (cpu, insn) =>
    writeBackRm32(cpu, insn, shld32(cpu.state, modifyRm32(cpu, insn), reg32(cpu, insn), insn.imm & 31)),
  shld_rm16_r16_cl: (cpu, insn) =>
    writeBackRm16(cpu, insn, shld16(cpu.state, modifyRm16(cpu, insn), reg16(cpu, insn), cpu.gpr[ECX] & 31)),
  shld_rm32_r32_cl: (cpu, insn) =>
    writeBackRm32(cpu, insn, shld32(cpu.state, modifyRm32(cpu, insn), reg32(cpu, insn), cpu.gpr[ECX] & 31)),
  shrd_rm16_r16_imm8: (cpu, insn) =>
    writeBackRm16(cpu, insn, shrd16(cpu.state, modifyRm16(cpu, insn), reg16(cpu, insn), insn.imm & 31)),
  shrd_rm32_r32_imm8: (cpu, insn) =>
    writeBackRm32(cpu, insn, shrd32(cpu.state, modifyRm32(cpu, insn), reg32(cpu, insn), insn.imm & 31)),
  shrd_rm16_r16_cl: (cpu, insn) =>
    writeBackRm16(cpu, insn, shrd16(cpu.state, modifyRm16(cpu, insn), reg16(cpu, insn), cpu.gpr[ECX] & 31)),
  shrd_rm32_r32_cl: (cpu, insn) =>
    writeBackRm32(cpu, insn, shrd32(cpu.state, modifyRm32(cpu, insn), reg32(cpu, insn), cpu.gpr[ECX] & 31)),
} as const satisfies Partial<Record<RowId, Body>>;
