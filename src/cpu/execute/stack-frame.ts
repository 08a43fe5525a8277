/** ENTER, LEAVE, BOUND: what compilers of block-structured languages use. */
import type { RowId } from "../../isa/rows.ts";
import type { Cpu } from "../cpu.ts";
import { BR } from "../fault.ts";
import type { Body, Insn } from "../insn.ts";
import { EBP, ESP, SS } from "../state.ts";
import { reg16, reg32 } from "./data-operands.ts";

/**
 * Everything that ENTER will read and write on the stack, in its order and without doing it: where it faults, nothing
 * has been written, so that it can be begun again after a page fault even if the display overlaps its own frame.
 */
function probeEnter(cpu: Cpu, insn: Insn, size: 2 | 4): void {
  const mask = cpu.stackMask;
  const level = insn.imm2 & 31;
  let top = cpu.gpr[ESP] - size;
  let display = cpu.gpr[EBP];
  cpu.checkWrite(SS, top & mask, size);
  for (let k = 1; k <= level; k++) {
    display -= size;
    if (k < level && size === 2) cpu.readMem16(SS, display & mask);
    if (k < level && size === 4) cpu.readMem32(SS, display & mask);
    top -= size;
    cpu.checkWrite(SS, top & mask, size);
  }
  // The new top of the stack must be writable, though nothing is written there.
  cpu.checkWrite(SS, (top - insn.imm) & mask, size);
}

export const FRAME = {
  enter_imm16_imm8_o16: (cpu, insn) => {
    probeEnter(cpu, insn, 2);
    const level = insn.imm2 & 31;
    let display = cpu.gpr[EBP];
    cpu.push16(display);
    const frame = cpu.gpr[ESP];
    for (let k = 1; k < level; k++) {
      display -= 2;
      cpu.push16(cpu.readMem16(SS, display & cpu.stackMask));
    }
    if (level > 0) cpu.push16(frame);
    cpu.setStackPointer(cpu.gpr[ESP] - insn.imm);
    cpu.state.gpr16[EBP << 1] = frame;
  },
  enter_imm16_imm8_o32: (cpu, insn) => {
    probeEnter(cpu, insn, 4);
    const level = insn.imm2 & 31;
    let display = cpu.gpr[EBP];
    cpu.push32(display);
    const frame = cpu.gpr[ESP];
    for (let k = 1; k < level; k++) {
      display -= 4;
      cpu.push32(cpu.readMem32(SS, display & cpu.stackMask));
    }
    if (level > 0) cpu.push32(frame);
    cpu.setStackPointer(cpu.gpr[ESP] - insn.imm);
    cpu.gpr[EBP] = frame;
  },

  leave_o16: (cpu) => {
    const frame = cpu.gpr[EBP];
    const value = cpu.readMem16(SS, frame & cpu.stackMask);
    cpu.setStackPointer(frame + 2);
    cpu.state.gpr16[EBP << 1] = value;
  },
  leave_o32: (cpu) => {
    const frame = cpu.gpr[EBP];
    const value = cpu.readMem32(SS, frame & cpu.stackMask);
    cpu.setStackPointer(frame + 4);
    cpu.gpr[EBP] = value;
  },

  bound_r16_m16and16: (cpu, insn) => {
    const offset = cpu.effectiveOffset(insn);
    const mask = insn.addressSize === 32 ? -1 : 0xffff;
    const lower = (cpu.readMem16(insn.segment, offset) << 16) >> 16;
    const upper = (cpu.readMem16(insn.segment, (offset + 2) & mask) << 16) >> 16;
    const index = (reg16(cpu, insn) << 16) >> 16;
    if (index < lower || index > upper) cpu.fault(BR, -1);
  },
  bound_r32_m32and32: (cpu, insn) => {
    const offset = cpu.effectiveOffset(insn);
    const mask = insn.addressSize === 32 ? -1 : 0xffff;
    const lower = cpu.readMem32(insn.segment, offset);
    const upper = cpu.readMem32(insn.segment, (offset + 4) & mask);
    const index = reg32(cpu, insn);
    if (index < lower || index > upper) cpu.fault(BR, -1);
  },
} as const satisfies Partial<Record<RowId, Body>>;
