/** BT, BTS, BTR, BTC; BSF and BSR. */
import type { RowId } from "../../isa/rows.ts";
import type { Cpu } from "../cpu.ts";
import { setCarry, setFlags, setResult, ZF } from "../flags.ts";
import type { Body, Insn } from "../insn.ts";
import {
  modifyRm16,
  modifyRm32,
  readRm16,
  readRm32,
  reg16,
  reg32,
  setReg16,
  setReg32,
  writeBackRm16,
  writeBackRm32,
} from "./data-operands.ts";

/**
 * Offset of the word or doubleword in which bit number `bit` (signed) of a bit string in memory lies: a bit number in
 * a register reaches 2 GiB to either side of the operand's address.
 */
function bitStringOffset(cpu: Cpu, insn: Insn, bit: number): number {
  const element = insn.operandSize === 16 ? (bit >> 4) * 2 : (bit >> 5) * 4;
  const offset = cpu.effectiveOffset(insn) + element;
  return insn.addressSize === 32 ? offset | 0 : offset & 0xffff;
}

/** What becomes of the element `value`, of which `mask` is the bit. */
type Change = (value: number, mask: number) => number;
const set: Change = (value, mask) => value | mask;
const reset: Change = (value, mask) => value & ~mask;
const complement: Change = (value, mask) => value ^ mask;

/** BTS, BTR or BTC of a word, with the bit number in a register. */
function changeByRegister16(change: Change): Body {
  return (cpu, insn) => {
    const bit = (reg16(cpu, insn) << 16) >> 16;
    const value = insn.memory ? cpu.readModify16(insn.segment, bitStringOffset(cpu, insn, bit)) : modifyRm16(cpu, insn);
    writeBackRm16(cpu, insn, change(value, 1 << (bit & 15)));
    setCarry(cpu.state, (value >>> (bit & 15)) & 1);
  };
}

/** BTS, BTR or BTC of a doubleword, with the bit number in a register. */
function changeByRegister32(change: Change): Body {
  return (cpu, insn) => {
    const bit = reg32(cpu, insn);
    const value = insn.memory ? cpu.readModify32(insn.segment, bitStringOffset(cpu, insn, bit)) : modifyRm32(cpu, insn);
    writeBackRm32(cpu, insn, change(value, 1 << (bit & 31)));
    setCarry(cpu.state, (value >>> (bit & 31)) & 1);
  };
}

/** BTS, BTR or BTC of a word, with an immediate bit number. */
function changeByImmediate16(change: Change): Body {
  return (cpu, insn) => {
    const value = modifyRm16(cpu, insn);
    writeBackRm16(cpu, insn, change(value, 1 << (insn.imm & 15)));
    setCarry(cpu.state, (value >>> (insn.imm & 15)) & 1);
  };
}

/** BTS, BTR or BTC of a doubleword, with an immediate bit number. */
function changeByImmediate32(change: Change): Body {
  return (cpu, insn) => {
    const value = modifyRm32(cpu, insn);
    writeBackRm32(cpu, insn, change(value, 1 << (insn.imm & 31)));
    setCarry(cpu.state, (value >>> (insn.imm & 31)) & 1);
  };
}

/** Flags of a scan that found a bit: those of its index, but ZF = 0 (undefined but for ZF; see cpu/flags.ts). */
function setFound(cpu: Cpu, index: number): void {
  setResult(cpu.state, index, 0);
  if (index === 0) setFlags(cpu.state, ZF, 0);
}

export const BITS = {
  bt_rm16_r16: (cpu, insn) => {
    const bit = (reg16(cpu, insn) << 16) >> 16;
    const value = insn.memory ? cpu.readMem16(insn.segment, bitStringOffset(cpu, insn, bit)) : readRm16(cpu, insn);
    setCarry(cpu.state, (value >>> (bit & 15)) & 1);
  },
  bt_rm32_r32: (cpu, insn) => {
    const bit = reg32(cpu, insn);
    const value = insn.memory ? cpu.readMem32(insn.segment, bitStringOffset(cpu, insn, bit)) : readRm32(cpu, insn);
    setCarry(cpu.state, (value >>> (bit & 31)) & 1);
  },
  bt_rm16_imm8: (cpu, insn) => setCarry(cpu.state, (readRm16(cpu, insn) >>> (insn.imm & 15)) & 1),
  bt_rm32_imm8: (cpu, insn) => setCarry(cpu.state, (readRm32(cpu, insn) >>> (insn.imm & 31)) & 1),
  bts_rm16_r16: changeByRegister16(set),
  bts_rm32_r32: changeByRegister32(set),
  bts_rm16_imm8: changeByImmediate16(set),
  bts_rm32_imm8: changeByImmediate32(set),
  btr_rm16_r16: changeByRegister16(reset),
  btr_rm32_r32: changeByRegister32(reset),
  btr_rm16_imm8: changeByImmediate16(reset),
  btr_rm32_imm8: changeByImmediate32(reset),
  btc_rm16_r16: changeByRegister16(complement),
  btc_rm32_r32: changeByRegister32(complement),
  btc_rm16_imm8: changeByImmediate16(complement),
  btc_rm32_imm8: changeByImmediate32(complement),

  bsf_r16_rm16: (cpu, insn) => {
    const value = readRm16(cpu, insn);
    if (value === 0) {
      setFlags(cpu.state, ZF, ZF);
      return;
    }
    const index = 31 - Math.clz32(value & -value);
    setReg16(cpu, insn, index);
    setFound(cpu, index);
  },
  bsf_r32_rm32: (cpu, insn) => {
    const value = readRm32(cpu, insn);
    if (value === 0) {
      setFlags(cpu.state, ZF, ZF);
      return;
    }
    const index = 31 - Math.clz32(value & -value);
    setReg32(cpu, insn, index);
    setFound(cpu, index);
  },
  bsr_r16_rm16: (cpu, insn) => {
    const value = readRm16(cpu, insn);
    if (value === 0) {
      setFlags(cpu.state, ZF, ZF);
      return;
    }
    const index = 31 - Math.clz32(value);
    setReg16(cpu, insn, index);
    setFound(cpu, index);
  },
  bsr_r32_rm32: (cpu, insn) => {
    const value = readRm32(cpu, insn);
    if (value === 0) {
      setFlags(cpu.state, ZF, ZF);
      return;
    }
    const index = 31 - Math.clz32(value);
    setReg32(cpu, insn, index);
    setFound(cpu, index);
  },
} as const satisfies Partial<Record<RowId, Body>>;
