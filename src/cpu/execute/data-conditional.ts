/** SETcc and CMOVcc. CMOVcc reads its source whether it moves or not. */
import type { RowId } from "../../isa/rows.ts";
import {
  isBelow,
  isBelowOrEqual,
  isEqual,
  isLess,
  isLessOrEqual,
  isNegative,
  isOverflow,
  isParityEven,
} from "../flags.ts";
import type { Body } from "../insn.ts";
import { readRm16, readRm32, setReg16, setReg32, writeRm8 } from "./data-operands.ts";

export const CONDITIONAL_DATA = {
  seto_rm8: (cpu, insn) => writeRm8(cpu, insn, isOverflow(cpu.state) ? 1 : 0),
  setno_rm8: (cpu, insn) => writeRm8(cpu, insn, !isOverflow(cpu.state) ? 1 : 0),
  setb_rm8: (cpu, insn) => writeRm8(cpu, insn, isBelow(cpu.state) ? 1 : 0),
  setae_rm8: (cpu, insn) => writeRm8(cpu, insn, !isBelow(cpu.state) ? 1 : 0),
  sete_rm8: (cpu, insn) => writeRm8(cpu, insn, isEqual(cpu.state) ? 1 : 0),
  setne_rm8: (cpu, insn) => writeRm8(cpu, insn, !isEqual(cpu.state) ? 1 : 0),
  setbe_rm8: (cpu, insn) => writeRm8(cpu, insn, isBelowOrEqual(cpu.state) ? 1 : 0),
  seta_rm8: (cpu, insn) => writeRm8(cpu, insn, !isBelowOrEqual(cpu.state) ? 1 : 0),
  sets_rm8: (cpu, insn) => writeRm8(cpu, insn, isNegative(cpu.state) ? 1 : 0),
  setns_rm8: (cpu, insn) => writeRm8(cpu, insn, !isNegative(cpu.state) ? 1 : 0),
  setp_rm8: (cpu, insn) => writeRm8(cpu, insn, isParityEven(cpu.state) ? 1 : 0),
  setnp_rm8: (cpu, insn) => writeRm8(cpu, insn, !isParityEven(cpu.state) ? 1 : 0),
  setl_rm8: (cpu, insn) => writeRm8(cpu, insn, isLess(cpu.state) ? 1 : 0),
  setge_rm8: (cpu, insn) => writeRm8(cpu, insn, !isLess(cpu.state) ? 1 : 0),
  setle_rm8: (cpu, insn) => writeRm8(cpu, insn, isLessOrEqual(cpu.state) ? 1 : 0),
  setg_rm8: (cpu, insn) => writeRm8(cpu, insn, !isLessOrEqual(cpu.state) ? 1 : 0),
  cmovo_r16_rm16: (cpu, insn) => {
    const value = readRm16(cpu, insn);
    if (isOverflow(cpu.state)) setReg16(cpu, insn, value);
  },
  cmovo_r32_rm32: (cpu, insn) => {
    const value = readRm32(cpu, insn);
    if (isOverflow(cpu.state)) setReg32(cpu, insn, value);
  },
  cmovno_r16_rm16: (cpu, insn) => {
    const value = readRm16(cpu, insn);
    if (!isOverflow(cpu.state)) setReg16(cpu, insn, value);
  },
  cmovno_r32_rm32: (cpu, insn) => {
    const value = readRm32(cpu, insn);
    if (!isOverflow(cpu.state)) setReg32(cpu, insn, value);
  },
  cmovb_r16_rm16: (cpu, insn) => {
    const value = readRm16(cpu, insn);
    if (isBelow(cpu.state)) setReg16(cpu, insn, value);
  },
  cmovb_r32_rm32: (cpu, insn) => {
    const value = readRm32(cpu, insn);
    if (isBelow(cpu.state)) setReg32(cpu, insn, value);
  },
  cmovae_r16_rm16: (cpu, insn) => {
    const value = readRm16(cpu, insn);
    if (!isBelow(cpu.state)) setReg16(cpu, insn, value);
  },
  cmovae_r32_rm32: (cpu, insn) => {
    const value = readRm32(cpu, insn);
    if (!isBelow(cpu.state)) setReg32(cpu, insn, value);
  },
  cmove_r16_rm16: (cpu, insn) => {
    const value = readRm16(cpu, insn);
    if (isEqual(cpu.state)) setReg16(cpu, insn, value);
  },
  cmove_r32_rm32: (cpu, insn) => {
    const value = readRm32(cpu, insn);
    if (isEqual(cpu.state)) setReg32(cpu, insn, value);
  },
  cmovne_r16_rm16: (cpu, insn) => {
    const value = readRm16(cpu, insn);
    if (!isEqual(cpu.state)) setReg16(cpu, insn, value);
  },
  cmovne_r32_rm32: (cpu, insn) => {
    const value = readRm32(cpu, insn);
    if (!isEqual(cpu.state)) setReg32(cpu, insn, value);
  },
  cmovbe_r16_rm16: (cpu, insn) => {
    const value = readRm16(cpu, insn);
    if (isBelowOrEqual(cpu.state)) setReg16(cpu, insn, value);
  },
  cmovbe_r32_rm32: (cpu, insn) => {
    const value = readRm32(cpu, insn);
    if (isBelowOrEqual(cpu.state)) setReg32(cpu, insn, value);
  },
  cmova_r16_rm16: (cpu, insn) => {
    const value = readRm16(cpu, insn);
    if (!isBelowOrEqual(cpu.state)) setReg16(cpu, insn, value);
  },
  cmova_r32_rm32: (cpu, insn) => {
    const value = readRm32(cpu, insn);
    if (!isBelowOrEqual(cpu.state)) setReg32(cpu, insn, value);
  },
  cmovs_r16_rm16: (cpu, insn) => {
    const value = readRm16(cpu, insn);
    if (isNegative(cpu.state)) setReg16(cpu, insn, value);
  },
  cmovs_r32_rm32: (cpu, insn) => {
    const value = readRm32(cpu, insn);
    if (isNegative(cpu.state)) setReg32(cpu, insn, value);
  },
  cmovns_r16_rm16: (cpu, insn) => {
    const value = readRm16(cpu, insn);
    if (!isNegative(cpu.state)) setReg16(cpu, insn, value);
  },
  cmovns_r32_rm32: (cpu, insn) => {
    const value = readRm32(cpu, insn);
    if (!isNegative(cpu.state)) setReg32(cpu, insn, value);
  },
  cmovp_r16_rm16: (cpu, insn) => {
    const value = readRm16(cpu, insn);
    if (isParityEven(cpu.state)) setReg16(cpu, insn, value);
  },
  cmovp_r32_rm32: (cpu, insn) => {
    const value = readRm32(cpu, insn);
    if (isParityEven(cpu.state)) setReg32(cpu, insn, value);
  },
  cmovnp_r16_rm16: (cpu, insn) => {
    const value = readRm16(cpu, insn);
    if (!isParityEven(cpu.state)) setReg16(cpu, insn, value);
  },
  cmovnp_r32_rm32: (cpu, insn) => {
    const value = readRm32(cpu, insn);
    if (!isParityEven(cpu.state)) setReg32(cpu, insn, value);
  },
  cmovl_r16_rm16: (cpu, insn) => {
    const value = readRm16(cpu, insn);
    if (isLess(cpu.state)) setReg16(cpu, insn, value);
  },
  cmovl_r32_rm32: (cpu, insn) => {
    const value = readRm32(cpu, insn);
    if (isLess(cpu.state)) setReg32(cpu, insn, value);
  },
  cmovge_r16_rm16: (cpu, insn) => {
    const value = readRm16(cpu, insn);
    if (!isLess(cpu.state)) setReg16(cpu, insn, value);
  },
  cmovge_r32_rm32: (cpu, insn) => {
    const value = readRm32(cpu, insn);
    if (!isLess(cpu.state)) setReg32(cpu, insn, value);
  },
  cmovle_r16_rm16: (cpu, insn) => {
    const value = readRm16(cpu, insn);
    if (isLessOrEqual(cpu.state)) setReg16(cpu, insn, value);
  },
  cmovle_r32_rm32: (cpu, insn) => {
    const value = readRm32(cpu, insn);
    if (isLessOrEqual(cpu.state)) setReg32(cpu, insn, value);
  },
  cmovg_r16_rm16: (cpu, insn) => {
    const value = readRm16(cpu, insn);
    if (!isLessOrEqual(cpu.state)) setReg16(cpu, insn, value);
  },
  cmovg_r32_rm32: (cpu, insn) => {
    const value = readRm32(cpu, insn);
    if (!isLessOrEqual(cpu.state)) setReg32(cpu, insn, value);
  },
} as const satisfies Partial<Record<RowId, Body>>;
