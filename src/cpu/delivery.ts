import {
  SYSTEM_INTERRUPT_GATE_16,
  SYSTEM_INTERRUPT_GATE_32,
  SYSTEM_TASK_GATE,
  SYSTEM_TRAP_GATE_16,
  SYSTEM_TRAP_GATE_32,
} from "../isa/descriptors.ts";
import { ERROR_IDT } from "../isa/exceptions.ts";
import { DELIVERY_EXTERNAL, DELIVERY_FAULT, DELIVERY_SOFTWARE, DELIVERY_TRAP } from "./api.ts";
import type { Cpu } from "./cpu.ts";
import { Descriptor, isNull, markAccessed, readDescriptor } from "./descriptor.ts";
import { DB, DF, FAULT, GP, hasErrorCode, isContributory, NP, PF } from "./fault.ts";
import { getEflags } from "./flags.ts";
import { isReal, throughVectorTable } from "./real-mode.ts";
import { DR7_GD, FLAG_IF, FLAG_NT, FLAG_RF, FLAG_TF, FLAG_VM } from "./registers.ts";
import { setCode } from "./segmentation.ts";
import { newStack } from "./stack-switch.ts";
import { ACTIVE, CS, ESP, HALTED, SHADOW_NONE, SHUTDOWN, SS } from "./state.ts";
import { refuseTaskSwitch, TASK_GATE } from "./tss.ts";
import { enterFromVirtual8086, isVirtual8086 } from "./virtual-8086.ts";
import { VM_EXIT } from "./vmx/exit-signal.ts";
import type { VmxUnit } from "./vmx/unit.ts";

/** Exit reason of a triple fault. */
const TRIPLE_FAULT_EXIT = 2;

const gate = new Descriptor();
const target = new Descriptor();

/** How a delivery in a guest of VT-x went on. */
const DELIVERED = 0;
const FAULTED = 1;
const LEFT = 2;

/**
 * Delivers an event, and what its delivery raises in turn: a second exception, a double fault, and after that shutdown
 * (SDM Vol. 3A, 6.15, interrupt 8). Does not fault. `cpu.last` says what was delivered in the end; in a guest of VT-x it may
 * have been left instead (`cpu.left`). `before`: the exception in whose delivery this one was raised, or -1.
 */
export function deliverEvent(cpu: Cpu, vector: number, kind: number, errorCode: number, before = -1): void {
  const { state, last, guest } = cpu;
  const byInstruction = kind === DELIVERY_FAULT;
  if (guest !== null && before !== -1 && leavesGuest(cpu, guest, vector, kind, errorCode, byInstruction)) return;
  if (before === DF && isSerious(vector)) {
    shutDown(cpu, false);
    return;
  }
  let current = before === -1 ? vector : escalate(before, vector);
  if (current !== vector) guest?.endDelivery(true);
  let how = kind;
  let code = current === vector ? errorCode : 0;
  let replaced = before;
  // External interrupts and INT n are benign, whatever their vector.
  let exception = kind === DELIVERY_FAULT || kind === DELIVERY_TRAP;
  last.eip = state.eip;
  last.cs = state.selector[CS];
  last.base = state.base[CS];
  last.cpl = state.cpl;
  if (state.activity === HALTED) state.activity = ACTIVE;
  for (;;) {
    if (guest !== null) {
      if (leavesGuest(cpu, guest, current, how, code, byInstruction)) return;
      guest.beginDelivery(current, how, code);
    }
    const went = attempt(cpu, current, how, code);
    if (went === LEFT) {
      (guest as VmxUnit).exit({ ...cpu.takeExit(), byInstruction });
      return;
    }
    guest?.endDelivery(went === DELIVERED);
    if (went === DELIVERED) {
      last.vector = current;
      last.kind = how;
      last.errorCode = code;
      last.address = current === PF ? state.cr2 : 0;
      last.replaced = replaced;
      return;
    }
    const second = cpu.faultVector;
    // The exception bitmap sees it before it can become a double fault or a triple one (SDM Vol. 3C, 26.2).
    if (guest !== null && leavesGuest(cpu, guest, second, DELIVERY_FAULT, cpu.faultCode, byInstruction)) return;
    replaced = current;
    if (exception && current === DF && isSerious(second)) {
      last.replaced = replaced;
      shutDown(cpu, byInstruction);
      return;
    }
    current = exception ? escalate(current, second) : second;
    // The double fault is an event of its own: it did not happen in the delivery of what it replaced (SDM Vol. 3C, 28.2.4).
    if (current !== second) guest?.endDelivery(true);
    code = current === second ? cpu.faultCode : isReal(state) ? -1 : 0;
    how = DELIVERY_FAULT;
    exception = true;
  }
}

/** A triple fault, which did not happen in the delivery of anything; it leaves a guest. */
function shutDown({ guest, state }: Cpu, byInstruction: boolean): void {
  guest?.endDelivery(true);
  if (guest === null) state.activity = SHUTDOWN;
  else guest.exit({ reason: TRIPLE_FAULT_EXIT, byInstruction });
}

/** Raised in the delivery of a double fault, it is a triple fault. */
function isSerious(vector: number): boolean {
  return isContributory(vector) || vector === PF;
}

/** What becomes of an exception raised in the delivery of another (SDM Vol. 3A, table 6-5). */
function escalate(first: number, second: number): number {
  const double = (isContributory(first) && isContributory(second)) || (first === PF && isSerious(second));
  return double ? DF : second;
}

/** Leaves the guest for an exception if the VMM wants it. Debug exceptions are asked for where DR6 would be written. */
function leavesGuest(
  cpu: Cpu,
  guest: VmxUnit,
  vector: number,
  kind: number,
  code: number,
  byInstruction: boolean,
): boolean {
  if (vector === DB || kind === DELIVERY_EXTERNAL) return false;
  const exit = guest.interceptsException(vector, kind, code, 0);
  if (exit === null) return false;
  // CR2 is not written by a page fault that leaves the guest.
  if (vector === PF) cpu.state.cr2 = cpu.replacedCr2;
  guest.exit({ ...exit, byInstruction });
  return true;
}

/** One attempt: DELIVERED, FAULTED (`cpu.faultVector`) or LEFT (`cpu.exitPending`). */
function attempt(cpu: Cpu, vector: number, kind: number, code: number): number {
  try {
    deliverOnce(cpu, vector, kind, code);
    return DELIVERED;
  } catch (error) {
    if (error === VM_EXIT) return LEFT;
    if (error !== FAULT) throw error;
    return FAULTED;
  }
}

/**
 * Delivers an event that a VM entry injects, once: whether it was delivered. If not, either `cpu.exitPending` says why the
 * guest is to be left, or `cpu.faultVector` what its delivery raised.
 */
export function deliverInjected(cpu: Cpu, vector: number, kind: number, code: number): boolean {
  const { state, last } = cpu;
  // The entry has seen to it that the event wakes the guest from whatever it was in.
  state.activity = ACTIVE;
  last.eip = state.eip;
  last.cs = state.selector[CS];
  last.base = state.base[CS];
  last.cpl = state.cpl;
  if (attempt(cpu, vector, kind, code) !== DELIVERED) return false;
  last.vector = vector;
  last.kind = kind;
  last.errorCode = code;
  last.address = 0;
  last.replaced = -1;
  cpu.refresh();
  return true;
}

/** One attempt; sets EXT for the codes of what goes wrong in it. */
function deliverOnce(cpu: Cpu, vector: number, kind: number, errorCode: number): void {
  cpu.ext = kind === DELIVERY_SOFTWARE ? 0 : 1;
  try {
    throughIdt(cpu, vector, kind, errorCode);
  } finally {
    cpu.ext = 0;
  }
}

/**
 * INT n, INT3 and INTO: the gate's DPL is checked, and a fault on the way is the instruction's own. INT1 (`trap`) is
 * delivered as a debug trap is: no look at DPL, EXT set in the codes. EIP is the next instruction's.
 */
export function softwareInterrupt(cpu: Cpu, vector: number, trap = false): void {
  const { state, last, guest } = cpu;
  const { eip, cpl } = state;
  const cs = state.selector[CS];
  const base = state.base[CS];
  guest?.beginSoftware(vector, DELIVERY_SOFTWARE, eip - cpu.startEip);
  if (trap) deliverOnce(cpu, vector, DELIVERY_TRAP, -1);
  else throughIdt(cpu, vector, DELIVERY_SOFTWARE, -1);
  last.vector = vector;
  last.kind = DELIVERY_SOFTWARE;
  last.errorCode = -1;
  last.address = 0;
  last.eip = eip;
  last.cs = cs;
  last.base = base;
  last.cpl = cpl;
  last.replaced = -1;
  guest?.endDelivery(true);
  cpu.softwareDelivered();
}

/** An interrupt or trap gate (SDM Vol. 2A, INT n, "PROTECTED-MODE" and below); in real-address mode a far pointer. */
function throughIdt(cpu: Cpu, vector: number, kind: number, errorCode: number): void {
  const { state } = cpu;
  const software = kind === DELIVERY_SOFTWARE;
  if (isReal(state)) {
    throughVectorTable(cpu, vector, software);
    return;
  }
  const idtCode = vector * 8 + ERROR_IDT;
  if (vector * 8 + 7 > state.idtrLimit >>> 0) cpu.fault(GP, idtCode);
  gate.low = cpu.readSystem32(state.idtrBase + vector * 8);
  gate.high = cpu.readSystem32(state.idtrBase + vector * 8 + 4);
  const { type } = gate;
  const isGate =
    !gate.segment &&
    (type === SYSTEM_TASK_GATE ||
      type === SYSTEM_INTERRUPT_GATE_16 ||
      type === SYSTEM_TRAP_GATE_16 ||
      type === SYSTEM_INTERRUPT_GATE_32 ||
      type === SYSTEM_TRAP_GATE_32);
  if (!isGate) cpu.fault(GP, idtCode);
  if (software && gate.dpl < state.cpl) cpu.fault(GP, idtCode);
  if (!gate.present) cpu.fault(NP, idtCode);
  if (type === SYSTEM_TASK_GATE) refuseTaskSwitch(cpu, idtCode, gate.gateSelector, TASK_GATE);

  const selector = gate.gateSelector;
  if (isNull(selector)) cpu.fault(GP, 0);
  if (!readDescriptor(cpu, selector, target)) cpu.fault(GP, selector & 0xfffc);
  if (!target.code || target.dpl > state.cpl) cpu.fault(GP, target.errorCode);
  if (!target.present) cpu.fault(NP, target.errorCode);

  const wide = (type & 8) !== 0;
  const offset = wide ? gate.gateOffset : gate.gateOffset & 0xffff;
  const inner = !target.conforming && target.dpl < state.cpl;
  // A fault-class exception shows RF set; everything else what there is (SDM Vol. 3B, 18.3.1.1).
  const flags = getEflags(state) | (kind === DELIVERY_FAULT ? FLAG_RF : 0);
  const withCode = errorCode !== -1 && !software && (kind !== DELIVERY_FAULT || hasErrorCode(vector));
  const code = withCode ? errorCode : -1;
  if (isVirtual8086(state)) enterFromVirtual8086(cpu, target, wide, offset, flags, code);
  else if (inner) pushInner(cpu, wide, offset, flags, code);
  else pushSame(cpu, wide, offset, flags, code);

  state.eip = offset;
  let cleared = FLAG_TF | FLAG_NT | FLAG_RF | FLAG_VM;
  if (type === SYSTEM_INTERRUPT_GATE_16 || type === SYSTEM_INTERRUPT_GATE_32) cleared |= FLAG_IF;
  state.rawFlags &= ~cleared;
  state.shadow = SHADOW_NONE;
  if (vector === DB && !software) state.dr7 &= ~DR7_GD;
}

/** To an inner level: the stack comes from the TSS. */
function pushInner(cpu: Cpu, wide: boolean, offset: number, flags: number, errorCode: number): void {
  const { state } = cpu;
  const level = target.dpl;
  newStack.open(cpu, level);
  newStack.checkRoom(cpu, (errorCode === -1 ? 5 : 6) * (wide ? 4 : 2));
  if (offset >>> 0 > target.limit >>> 0) cpu.fault(GP, 0);
  newStack.push(cpu, state.selector[SS], wide);
  newStack.push(cpu, cpu.gpr[ESP], wide);
  newStack.push(cpu, flags, wide);
  newStack.push(cpu, state.selector[CS], wide);
  newStack.push(cpu, state.eip, wide);
  if (errorCode !== -1) newStack.push(cpu, errorCode, wide);
  newStack.prepare(cpu);
  markAccessed(cpu, target);
  setCode(cpu, target, level);
  newStack.commit(cpu);
}

/** To the same level: conforming code, or of the same DPL. */
function pushSame(cpu: Cpu, wide: boolean, offset: number, flags: number, errorCode: number): void {
  const { state } = cpu;
  const size = (errorCode === -1 ? 3 : 4) * (wide ? 4 : 2);
  cpu.checkStack(size);
  if (offset >>> 0 > target.limit >>> 0) cpu.fault(GP, 0);
  const before = cpu.gpr[ESP];
  try {
    cpu.push(flags, wide);
    cpu.push(state.selector[CS], wide);
    cpu.push(state.eip, wide);
    if (errorCode !== -1) cpu.push(errorCode, wide);
    markAccessed(cpu, target);
  } catch (error) {
    cpu.gpr[ESP] = before;
    throw error;
  }
  setCode(cpu, target, state.cpl);
}
