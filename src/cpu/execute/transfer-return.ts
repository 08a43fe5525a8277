import type { RowId } from "../../isa/rows.ts";
import type { Cpu } from "../cpu.ts";
import { Descriptor, isNull, markAccessed, readDescriptor } from "../descriptor.ts";
import { GP, NP, SS_FAULT } from "../fault.ts";
import { getEflags } from "../flags.ts";
import type { Body } from "../insn.ts";
import { is8086, jump8086 } from "../real-mode.ts";
import { FLAG_AC, FLAG_ID, FLAG_IF, FLAG_IOPL, FLAG_NT, FLAG_RF, FLAG_VM } from "../registers.ts";
import { nullInnerSegments, setCode, setSegment } from "../segmentation.ts";
import { ATTR_DB, ESP, SS, TR } from "../state.ts";
import { refuseTaskSwitch, TASK_IRET } from "../tss.ts";
import { returnToVirtual8086 } from "../virtual-8086.ts";
import { FLAGS_ALWAYS, loadFlags } from "./flags-system.ts";

/** Far RET and IRET (SDM Vol. 2B, RET; Vol. 2A, IRET): in protected mode by descriptors, else plainly. */

const code = new Descriptor();
const stack = new Descriptor();

/** Value on the stack, `index` slots above its top; nothing is popped. */
function peek(cpu: Cpu, index: number, wide: boolean, skipped = 0): number {
  const at = (cpu.gpr[ESP] + index * (wide ? 4 : 2) + skipped) & cpu.stackMask;
  return wide ? cpu.readMem32(SS, at) : cpu.readMem16(SS, at);
}

/** Checks the code segment to return to. It is then in `code`. */
function checkCode(cpu: Cpu, selector: number): void {
  const error = selector & 0xfffc;
  if (isNull(selector)) cpu.fault(GP, 0);
  if (!readDescriptor(cpu, selector, code)) cpu.fault(GP, error);
  const { rpl } = code;
  if (!code.code || rpl < cpu.state.cpl) cpu.fault(GP, error);
  if (code.conforming ? code.dpl > rpl : code.dpl !== rpl) cpu.fault(GP, error);
  if (!code.present) cpu.fault(NP, error);
}

/** Checks the stack segment that goes with a return to the outer level `rpl`. It is then in `stack`. */
function checkOuterStack(cpu: Cpu, selector: number, rpl: number): void {
  const error = selector & 0xfffc;
  if (isNull(selector)) cpu.fault(GP, 0);
  if (!readDescriptor(cpu, selector, stack)) cpu.fault(GP, error);
  if (stack.rpl !== rpl || !stack.writableData || stack.dpl !== rpl) cpu.fault(GP, error);
  if (!stack.present) cpu.fault(SS_FAULT, error);
}

function checkOffset(cpu: Cpu, offset: number): void {
  if (offset >>> 0 > code.limit >>> 0) cpu.fault(GP, 0);
}

/** SS:ESP of the outer level; of a 16-bit stack, only SP is replaced. */
function loadOuterStack(cpu: Cpu, selector: number, pointer: number, released: number): void {
  setSegment(cpu, SS, selector, stack);
  const wide = (stack.attributes & ATTR_DB) !== 0;
  const value = pointer + released;
  cpu.gpr[ESP] = wide ? value : (cpu.gpr[ESP] & ~0xffff) | (value & 0xffff);
}

/** Far RET; `released` is the number of bytes of parameters. */
function farReturn(cpu: Cpu, released: number, wide: boolean): void {
  const { state } = cpu;
  const size = wide ? 4 : 2;
  const selector = peek(cpu, 1, wide) & 0xffff;
  const offset = peek(cpu, 0, wide);
  if (is8086(state)) {
    jump8086(cpu, selector, offset);
    cpu.setStackPointer(cpu.gpr[ESP] + 2 * size + released);
    return;
  }
  checkCode(cpu, selector);
  if (code.rpl === state.cpl) {
    checkOffset(cpu, offset);
    setCode(cpu, code, code.rpl);
    cpu.setStackPointer(cpu.gpr[ESP] + 2 * size + released);
    state.eip = offset;
    return;
  }
  const pointer = peek(cpu, 2, wide, released);
  const stackSelector = peek(cpu, 3, wide, released) & 0xffff;
  checkOuterStack(cpu, stackSelector, code.rpl);
  checkOffset(cpu, offset);
  markAccessed(cpu, stack);
  setCode(cpu, code, code.rpl);
  loadOuterStack(cpu, stackSelector, pointer, released);
  state.eip = offset;
  nullInnerSegments(cpu);
}

/** The flags that IRET loads at the level it runs at. */
function returnFlags(cpu: Cpu, wide: boolean): number {
  const { cpl } = cpu.state;
  let mask = FLAGS_ALWAYS | FLAG_NT;
  if (wide) mask |= FLAG_RF | FLAG_AC | FLAG_ID;
  if (cpl <= cpu.iopl) mask |= FLAG_IF;
  if (cpl === 0) mask |= FLAG_IOPL;
  return mask;
}

function interruptReturn(cpu: Cpu, wide: boolean): void {
  const { state } = cpu;
  const size = wide ? 4 : 2;
  const plain = is8086(state);
  if (!plain && (getEflags(state) & FLAG_NT) !== 0) {
    const link = cpu.readSystem16(state.base[TR]);
    refuseTaskSwitch(cpu, state.selector[TR] & 0xfffc, link, TASK_IRET);
  }
  const offset = peek(cpu, 0, wide);
  const selector = peek(cpu, 1, wide) & 0xffff;
  const flags = peek(cpu, 2, wide);
  const mask = returnFlags(cpu, wide);
  if (plain) {
    jump8086(cpu, selector, offset);
    cpu.setStackPointer(cpu.gpr[ESP] + 3 * size);
    loadFlags(cpu, flags, mask);
    return;
  }
  if (wide && (flags & FLAG_VM) !== 0 && state.cpl === 0) {
    returnToVirtual8086(
      cpu,
      (index) => peek(cpu, index, true),
      () => loadFlags(cpu, flags, mask | FLAG_VM),
    );
    return;
  }
  checkCode(cpu, selector);
  if (code.rpl === state.cpl) {
    checkOffset(cpu, offset);
    setCode(cpu, code, code.rpl);
    cpu.setStackPointer(cpu.gpr[ESP] + 3 * size);
  } else {
    const pointer = peek(cpu, 3, wide);
    const stackSelector = peek(cpu, 4, wide) & 0xffff;
    checkOuterStack(cpu, stackSelector, code.rpl);
    checkOffset(cpu, offset);
    markAccessed(cpu, stack);
    setCode(cpu, code, code.rpl);
    loadOuterStack(cpu, stackSelector, pointer, 0);
    nullInnerSegments(cpu);
  }
  state.eip = offset;
  loadFlags(cpu, flags, mask);
}

/** Blocking by NMI ends with IRET, even with one that faults (SDM Vol. 3A, 6.7.1). */
function iret(cpu: Cpu, wide: boolean): void {
  cpu.vmx?.beginIret();
  interruptReturn(cpu, wide);
  cpu.vmx?.endIret();
}

export const TRANSFER_RETURN = {
  retf_o16: (cpu) => farReturn(cpu, 0, false),
  retf_o32: (cpu) => farReturn(cpu, 0, true),
  retf_imm16_o16: (cpu, insn) => farReturn(cpu, insn.imm & 0xffff, false),
  retf_imm16_o32: (cpu, insn) => farReturn(cpu, insn.imm & 0xffff, true),
  iretw: (cpu) => iret(cpu, false),
  iretd: (cpu) => iret(cpu, true),
} satisfies Partial<Record<RowId, Body>>;
