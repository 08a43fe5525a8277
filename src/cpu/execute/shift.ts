/** SHL, SHR, SAR. */
import type { RowId } from "../../isa/rows.ts";
import type { Body } from "../insn.ts";
import { ECX } from "../state.ts";
import { modifyRm8, modifyRm16, modifyRm32, writeBackRm8, writeBackRm16, writeBackRm32 } from "./data-operands.ts";
import { sar8, sar16, sar32, shl8, shl16, shl32, shr8, shr16, shr32 } from "./shift-operations.ts";

export const SHIFT = {
  shl_rm8_one: (cpu, insn) => writeBackRm8(cpu, insn, shl8(cpu.state, modifyRm8(cpu, insn), 1)),
  shl_rm8_one_alias: (cpu, insn) => writeBackRm8(cpu, insn, shl8(cpu.state, modifyRm8(cpu, insn), 1)),
  shl_rm16_one: (cpu, insn) => writeBackRm16(cpu, insn, shl16(cpu.state, modifyRm16(cpu, insn), 1)),
  shl_rm16_one_alias: (cpu, insn) => writeBackRm16(cpu, insn, shl16(cpu.state, modifyRm16(cpu, insn), 1)),
  shl_rm32_one: (cpu, insn) => writeBackRm32(cpu, insn, shl32(cpu.state, modifyRm32(cpu, insn), 1)),
  shl_rm32_one_alias: (cpu, insn) => writeBackRm32(cpu, insn, shl32(cpu.state, modifyRm32(cpu, insn), 1)),
  shl_rm8_cl: (cpu, insn) => writeBackRm8(cpu, insn, shl8(cpu.state, modifyRm8(cpu, insn), cpu.gpr[ECX] & 31)),
  shl_rm8_cl_alias: (cpu, insn) => writeBackRm8(cpu, insn, shl8(cpu.state, modifyRm8(cpu, insn), cpu.gpr[ECX] & 31)),
  shl_rm16_cl: (cpu, insn) => writeBackRm16(cpu, insn, shl16(cpu.state, modifyRm16(cpu, insn), cpu.gpr[ECX] & 31)),
  shl_rm16_cl_alias: (cpu, insn) =>
    writeBackRm16(cpu, insn, shl16(cpu.state, modifyRm16(cpu, insn), cpu.gpr[ECX] & 31)),
  shl_rm32_cl: (cpu, insn) => writeBackRm32(cpu, insn, shl32(cpu.state, modifyRm32(cpu, insn), cpu.gpr[ECX] & 31)),
  shl_rm32_cl_alias: (cpu, insn) =>
    writeBackRm32(cpu, insn, shl32(cpu.state, modifyRm32(cpu, insn), cpu.gpr[ECX] & 31)),
  shl_rm8_imm8: (cpu, insn) => writeBackRm8(cpu, insn, shl8(cpu.state, modifyRm8(cpu, insn), insn.imm & 31)),
  shl_rm8_imm8_alias: (cpu, insn) => writeBackRm8(cpu, insn, shl8(cpu.state, modifyRm8(cpu, insn), insn.imm & 31)),
  shl_rm16_imm8: (cpu, insn) => writeBackRm16(cpu, insn, shl16(cpu.state, modifyRm16(cpu, insn), insn.imm & 31)),
  shl_rm16_imm8_alias: (cpu, insn) => writeBackRm16(cpu, insn, shl16(cpu.state, modifyRm16(cpu, insn), insn.imm & 31)),
  shl_rm32_imm8: (cpu, insn) => writeBackRm32(cpu, insn, shl32(cpu.state, modifyRm32(cpu, insn), insn.imm & 31)),
  shl_rm32_imm8_alias: (cpu, insn) => writeBackRm32(cpu, insn, shl32(cpu.state, modifyRm32(cpu, insn), insn.imm & 31)),
  shr_rm8_one: (cpu, insn) => writeBackRm8(cpu, insn, shr8(cpu.state, modifyRm8(cpu, insn), 1)),
  shr_rm16_one: (cpu, insn) => writeBackRm16(cpu, insn, shr16(cpu.state, modifyRm16(cpu, insn), 1)),
  shr_rm32_one: (cpu, insn) => writeBackRm32(cpu, insn, shr32(cpu.state, modifyRm32(cpu, insn), 1)),
  shr_rm8_cl: (cpu, insn) => writeBackRm8(cpu, insn, shr8(cpu.state, modifyRm8(cpu, insn), cpu.gpr[ECX] & 31)),
  shr_rm16_cl: (cpu, insn) => writeBackRm16(cpu, insn, shr16(cpu.state, modifyRm16(cpu, insn), cpu.gpr[ECX] & 31)),
  shr_rm32_cl: (cpu, insn) => writeBackRm32(cpu, insn, shr32(cpu.state, modifyRm32(cpu, insn), cpu.gpr[ECX] & 31)),
  shr_rm8_imm8: (cpu, insn) => writeBackRm8(cpu, insn, shr8(cpu.state, modifyRm8(cpu, insn), insn.imm & 31)),
  shr_rm16_imm8: (cpu, insn) => writeBackRm16(cpu, insn, shr16(cpu.state, modifyRm16(cpu, insn), insn.imm & 31)),
  shr_rm32_imm8: (cpu, insn) => writeBackRm32(cpu, insn, shr32(cpu.state, modifyRm32(cpu, insn), insn.imm & 31)),
  sar_rm8_one: (cpu, insn) => writeBackRm8(cpu, insn, sar8(cpu.state, modifyRm8(cpu, insn), 1)),
  sar_rm16_one: (cpu, insn) => writeBackRm16(cpu, insn, sar16(cpu.state, modifyRm16(cpu, insn), 1)),
  sar_rm32_one: (cpu, insn) => writeBackRm32(cpu, insn, sar32(cpu.state, modifyRm32(cpu, insn), 1)),
  sar_rm8_cl: (cpu, insn) => writeBackRm8(cpu, insn, sar8(cpu.state, modifyRm8(cpu, insn), cpu.gpr[ECX] & 31)),
  sar_rm16_cl: (cpu, insn) => writeBackRm16(cpu, insn, sar16(cpu.state, modifyRm16(cpu, insn), cpu.gpr[ECX] & 31)),
  sar_rm32_cl: (cpu, insn) => writeBackRm32(cpu, insn, sar32(cpu.state, modifyRm32(cpu, insn), cpu.gpr[ECX] & 31)),
  sar_rm8_imm8: (cpu, insn) => writeBackRm8(cpu, insn, sar8(cpu.state, modifyRm8(cpu, insn), insn.imm & 31)),
  sar_rm16_imm8: (cpu, insn) => writeBackRm16(cpu, insn, sar16(cpu.state, modifyRm16(cpu, insn), insn.imm & 31)),
  sar_rm32_imm8: (cpu, insn) => writeBackRm32(cpu, insn, sar32(cpu.state, modifyRm32(cpu, insn), insn.imm & 31)),
} as const satisfies Partial<Record<RowId, Body>>;
