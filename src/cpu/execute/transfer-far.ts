import {
  SYSTEM_CALL_GATE_16,
  SYSTEM_CALL_GATE_32,
  SYSTEM_TASK_GATE,
  SYSTEM_TSS_16_AVAILABLE,
  SYSTEM_TSS_32_AVAILABLE,
} from "../../isa/descriptors.ts";
import type { RowId } from "../../isa/rows.ts";
import type { Cpu } from "../cpu.ts";
import { Descriptor, isNull, markAccessed, readDescriptor } from "../descriptor.ts";
import { GP, NP } from "../fault.ts";
import type { Body, Insn } from "../insn.ts";
import { call8086, is8086, jump8086 } from "../real-mode.ts";
import { setCode } from "../segmentation.ts";
import { newStack } from "../stack-switch.ts";
import { CS, ESP, SS } from "../state.ts";
import { refuseTaskSwitch, TASK_CALL, TASK_JMP } from "../tss.ts";

/** Far JMP and CALL (SDM Vol. 2A, CALL, and JMP): in protected mode by descriptors, else plainly. */

const target = new Descriptor();
const gate = new Descriptor();

/** Reads what the selector of a far transfer names; the checks that come first. */
function readTarget(cpu: Cpu, selector: number, into: Descriptor): void {
  if (isNull(selector)) cpu.fault(GP, 0);
  if (!readDescriptor(cpu, selector, into)) cpu.fault(GP, selector & 0xfffc);
}

/** A code segment named directly: it must be of this privilege level, or conforming and not less privileged. */
function checkDirect(cpu: Cpu): void {
  const { cpl } = cpu.state;
  const wrong = target.conforming ? target.dpl > cpl : target.rpl > cpl || target.dpl !== cpl;
  if (wrong) cpu.fault(GP, target.errorCode);
  if (!target.present) cpu.fault(NP, target.errorCode);
}

/**
 * What is neither code nor a task: a call gate. Checks it and the code segment it names, which is then in `target`.
 * Returns whether the gate is 32-bit.
 */
function enterGate(cpu: Cpu, jump: boolean): boolean {
  gate.selector = target.selector;
  gate.low = target.low;
  gate.high = target.high;
  const { type } = gate;
  const { cpl } = cpu.state;
  const code = gate.errorCode;
  if (gate.segment) cpu.fault(GP, code);
  const isTss = (type & ~2) === SYSTEM_TSS_16_AVAILABLE || (type & ~2) === SYSTEM_TSS_32_AVAILABLE;
  if (isTss || type === SYSTEM_TASK_GATE) {
    if (gate.dpl < cpl || gate.dpl < gate.rpl) cpu.fault(GP, code);
    if (!isTss && !gate.present) cpu.fault(NP, code);
    const to = type === SYSTEM_TASK_GATE ? gate.gateSelector : gate.selector;
    refuseTaskSwitch(cpu, code, to, jump ? TASK_JMP : TASK_CALL);
  }
  if (type !== SYSTEM_CALL_GATE_16 && type !== SYSTEM_CALL_GATE_32) cpu.fault(GP, code);
  if (gate.dpl < cpl || gate.dpl < gate.rpl) cpu.fault(GP, code);
  if (!gate.present) cpu.fault(NP, code);
  readTarget(cpu, gate.gateSelector, target);
  if (!target.code || target.dpl > cpl || (jump && !target.conforming && target.dpl !== cpl)) {
    cpu.fault(GP, target.errorCode);
  }
  if (!target.present) cpu.fault(NP, target.errorCode);
  return type === SYSTEM_CALL_GATE_32;
}

function gateOffset(wide: boolean): number {
  return wide ? gate.gateOffset : gate.gateOffset & 0xffff;
}

function checkOffset(cpu: Cpu, offset: number): void {
  if (offset >>> 0 > target.limit >>> 0) cpu.fault(GP, 0);
}

function farJump(cpu: Cpu, selector: number, offset: number): void {
  if (is8086(cpu.state)) {
    jump8086(cpu, selector, offset);
    return;
  }
  readTarget(cpu, selector, target);
  let to = offset;
  if (target.code) checkDirect(cpu);
  else to = gateOffset(enterGate(cpu, true));
  checkOffset(cpu, to);
  setCode(cpu, target, cpu.state.cpl);
  cpu.state.eip = to;
}

function farCall(cpu: Cpu, selector: number, offset: number, wide: boolean): void {
  const { state } = cpu;
  if (is8086(state)) {
    call8086(cpu, selector, offset, wide);
    return;
  }
  readTarget(cpu, selector, target);
  if (target.code) {
    checkDirect(cpu);
    callSame(cpu, offset, wide);
    return;
  }
  const gateWide = enterGate(cpu, false);
  const to = gateOffset(gateWide);
  if (!target.conforming && target.dpl < state.cpl) callInner(cpu, to, gateWide);
  else callSame(cpu, to, gateWide);
}

function callSame(cpu: Cpu, offset: number, wide: boolean): void {
  const { state } = cpu;
  cpu.checkStack(wide ? 8 : 4);
  checkOffset(cpu, offset);
  cpu.push(state.selector[CS], wide);
  cpu.push(state.eip, wide);
  setCode(cpu, target, state.cpl);
  state.eip = offset;
}

/** Through a call gate to a more privileged level: the new stack takes SS:ESP, the parameters and CS:EIP. */
function callInner(cpu: Cpu, offset: number, wide: boolean): void {
  const { state } = cpu;
  const level = target.dpl;
  const size = wide ? 4 : 2;
  const count = gate.parameters;
  newStack.open(cpu, level);
  newStack.checkRoom(cpu, (4 + count) * size);
  checkOffset(cpu, offset);
  const pointer = cpu.gpr[ESP];
  newStack.push(cpu, state.selector[SS], wide);
  newStack.push(cpu, pointer, wide);
  for (let i = count - 1; i >= 0; i--) {
    const at = (pointer + i * size) & cpu.stackMask;
    newStack.push(cpu, wide ? cpu.readMem32(SS, at) : cpu.readMem16(SS, at), wide);
  }
  newStack.push(cpu, state.selector[CS], wide);
  newStack.push(cpu, state.eip, wide);
  newStack.prepare(cpu);
  markAccessed(cpu, target);
  setCode(cpu, target, level);
  newStack.commit(cpu);
  state.eip = offset;
}

/** Selector and offset of a far pointer in memory, handed to `go`. */
function fromMemory(
  cpu: Cpu,
  insn: Insn,
  wide: boolean,
  go: (cpu: Cpu, selector: number, offset: number, wide: boolean) => void,
): void {
  const at = cpu.effectiveOffset(insn);
  const mask = insn.addressSize === 32 ? -1 : 0xffff;
  const { segment } = insn;
  const offset = wide ? cpu.readMem32(segment, at) : cpu.readMem16(segment, at);
  go(cpu, cpu.readMem16(segment, (at + (wide ? 4 : 2)) & mask), offset, wide);
}

export const TRANSFER_FAR = {
  jmp_ptr16_16: (cpu, insn) => farJump(cpu, insn.imm2, insn.imm & 0xffff),
  jmp_ptr16_32: (cpu, insn) => farJump(cpu, insn.imm2, insn.imm),
  jmp_m16_16: (cpu, insn) => fromMemory(cpu, insn, false, farJump),
  jmp_m16_32: (cpu, insn) => fromMemory(cpu, insn, true, farJump),
  call_ptr16_16: (cpu, insn) => farCall(cpu, insn.imm2, insn.imm & 0xffff, false),
  call_ptr16_32: (cpu, insn) => farCall(cpu, insn.imm2, insn.imm, true),
  call_m16_16: (cpu, insn) => fromMemory(cpu, insn, false, farCall),
  call_m16_32: (cpu, insn) => fromMemory(cpu, insn, true, farCall),
} satisfies Partial<Record<RowId, Body>>;
