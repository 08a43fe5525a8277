/** CMP: SUB without the result; and TEST: AND without the result. */
import type { RowId } from "../../isa/rows.ts";
import type { Body } from "../insn.ts";
import { EAX } from "../state.ts";
import { logic8, logic16, logic32, sub8, sub16, sub32 } from "./arithmetic-operations.ts";
import { AL, AX, readRm8, readRm16, readRm32, reg8, reg16, reg32 } from "./data-operands.ts";

export const COMPARISON = {
  cmp_rm8_r8: (cpu, insn) => {
    sub8(cpu.state, readRm8(cpu, insn), reg8(cpu, insn));
  },
  cmp_rm16_r16: (cpu, insn) => {
    sub16(cpu.state, readRm16(cpu, insn), reg16(cpu, insn));
  },
  cmp_rm32_r32: (cpu, insn) => {
    sub32(cpu.state, readRm32(cpu, insn), reg32(cpu, insn));
  },
  cmp_r8_rm8: (cpu, insn) => {
    sub8(cpu.state, reg8(cpu, insn), readRm8(cpu, insn));
  },
  cmp_r16_rm16: (cpu, insn) => {
    sub16(cpu.state, reg16(cpu, insn), readRm16(cpu, insn));
  },
  cmp_r32_rm32: (cpu, insn) => {
    sub32(cpu.state, reg32(cpu, insn), readRm32(cpu, insn));
  },
  cmp_al_imm8: (cpu, insn) => {
    sub8(cpu.state, cpu.state.gpr8[AL], insn.imm);
  },
  cmp_ax_imm16: (cpu, insn) => {
    sub16(cpu.state, cpu.state.gpr16[AX], insn.imm);
  },
  cmp_eax_imm32: (cpu, insn) => {
    sub32(cpu.state, cpu.gpr[EAX], insn.imm);
  },
  cmp_rm8_imm8: (cpu, insn) => {
    sub8(cpu.state, readRm8(cpu, insn), insn.imm);
  },
  cmp_rm8_imm8_alias: (cpu, insn) => {
    sub8(cpu.state, readRm8(cpu, insn), insn.imm);
  },
  cmp_rm16_imm16: (cpu, insn) => {
    sub16(cpu.state, readRm16(cpu, insn), insn.imm);
  },
  cmp_rm16_simm8: (cpu, insn) => {
    sub16(cpu.state, readRm16(cpu, insn), insn.imm);
  },
  cmp_rm32_imm32: (cpu, insn) => {
    sub32(cpu.state, readRm32(cpu, insn), insn.imm);
  },
  cmp_rm32_simm8: (cpu, insn) => {
    sub32(cpu.state, readRm32(cpu, insn), insn.imm);
  },
  test_rm8_r8: (cpu, insn) => {
    logic8(cpu.state, readRm8(cpu, insn) & reg8(cpu, insn));
  },
  test_rm16_r16: (cpu, insn) => {
    logic16(cpu.state, readRm16(cpu, insn) & reg16(cpu, insn));
  },
  test_rm32_r32: (cpu, insn) => {
    logic32(cpu.state, readRm32(cpu, insn) & reg32(cpu, insn));
  },
  test_al_imm8: (cpu, insn) => {
    logic8(cpu.state, cpu.state.gpr8[AL] & insn.imm);
  },
  test_ax_imm16: (cpu, insn) => {
    logic16(cpu.state, cpu.state.gpr16[AX] & insn.imm);
  },
  test_eax_imm32: (cpu, insn) => {
    logic32(cpu.state, cpu.gpr[EAX] & insn.imm);
  },
  test_rm8_imm8: (cpu, insn) => {
    logic8(cpu.state, readRm8(cpu, insn) & insn.imm);
  },
  test_rm8_imm8_alias: (cpu, insn) => {
    logic8(cpu.state, readRm8(cpu, insn) & insn.imm);
  },
  test_rm16_imm16: (cpu, insn) => {
    logic16(cpu.state, readRm16(cpu, insn) & insn.imm);
  },
  test_rm16_imm16_alias: (cpu, insn) => {
    logic16(cpu.state, readRm16(cpu, insn) & insn.imm);
  },
  test_rm32_imm32: (cpu, insn) => {
    logic32(cpu.state, readRm32(cpu, insn) & insn.imm);
  },
  test_rm32_imm32_alias: (cpu, insn) => {
    logic32(cpu.state, readRm32(cpu, insn) & insn.imm);
  },
} as const satisfies Partial<Record<RowId, Body>>;
