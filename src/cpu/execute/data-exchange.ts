/** XCHG, BSWAP, and the sign extensions of the accumulator. */
import type { RowId } from "../../isa/rows.ts";
import type { Body } from "../insn.ts";
import { EAX, EDX } from "../state.ts";
import {
  AL,
  AX,
  DX,
  modifyRm8,
  modifyRm16,
  modifyRm32,
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

export const EXCHANGE = {
  xchg_ax_r16op: (cpu, insn) => {
    const gpr16 = cpu.state.gpr16;
    const value = gpr16[AX];
    gpr16[AX] = gpr16[insn.rm << 1];
    gpr16[insn.rm << 1] = value;
  },
  xchg_eax_r32op: (cpu, insn) => {
    const gpr = cpu.gpr;
    const value = gpr[EAX];
    gpr[EAX] = gpr[insn.rm];
    gpr[insn.rm] = value;
  },
  xchg_r8_rm8: (cpu, insn) => {
    const value = modifyRm8(cpu, insn);
    writeBackRm8(cpu, insn, reg8(cpu, insn));
    setReg8(cpu, insn, value);
  },
  xchg_r16_rm16: (cpu, insn) => {
    const value = modifyRm16(cpu, insn);
    writeBackRm16(cpu, insn, reg16(cpu, insn));
    setReg16(cpu, insn, value);
  },
  xchg_r32_rm32: (cpu, insn) => {
    const value = modifyRm32(cpu, insn);
    writeBackRm32(cpu, insn, reg32(cpu, insn));
    setReg32(cpu, insn, value);
  },

  bswap_r32op: (cpu, insn) => {
    const value = cpu.gpr[insn.rm];
    cpu.gpr[insn.rm] = (value << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24);
  },
  // Undefined; processors leave 0 in the word.
  bswap_r16op: (cpu, insn) => {
    cpu.state.gpr16[insn.rm << 1] = 0;
  },

  cbw: (cpu) => {
    cpu.state.gpr16[AX] = (cpu.state.gpr8[AL] << 24) >> 24;
  },
  cwde: (cpu) => {
    cpu.gpr[EAX] = (cpu.gpr[EAX] << 16) >> 16;
  },
  cwd: (cpu) => {
    cpu.state.gpr16[DX] = (cpu.gpr[EAX] << 16) >> 31;
  },
  cdq: (cpu) => {
    cpu.gpr[EDX] = cpu.gpr[EAX] >> 31;
  },
} as const satisfies Partial<Record<RowId, Body>>;
