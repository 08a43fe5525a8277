import {
  SYSTEM_INTERRUPT_GATE_16,
  SYSTEM_INTERRUPT_GATE_32,
  SYSTEM_TASK_GATE,
  SYSTEM_TRAP_GATE_16,
  SYSTEM_TRAP_GATE_32,
} from "../isa/descriptors.ts";
import { ERROR_IDT } from "../isa/exceptions.ts";
import { DELIVERY_FAULT, DELIVERY_SOFTWARE, DELIVERY_TRAP } from "./api.ts";
import type { Cpu } from "./cpu.ts";
import { Descriptor, isNull, markAccessed, readDescriptor } from "./descriptor.ts";
import { DB, DF, FAULT, GP, hasErrorCode, isContributory, NP, PF } from "./fault.ts";
import { getEflags } from "./flags.ts";
import { DR7_GD, FLAG_IF, FLAG_NT, FLAG_RF, FLAG_TF, FLAG_VM } from "./registers.ts";
import { setCode } from "./segmentation.ts";
import { newStack } from "./stack-switch.ts";
import { ACTIVE, CS, ESP, HALTED, SHADOW_NONE, SHUTDOWN, SS } from "./state.ts";
import { refuseTaskSwitch } from "./tss.ts";

const gate = new Descriptor();
const target = new Descriptor();

/**
 * Delivers an event, and what its delivery raises in turn: a second exception, a double fault, and after that shutdown
 * (SDM Vol. 3A, 6.15, interrupt 8). Does not fault. `cpu.last` says what was delivered in the end.
 */
export function deliverEvent(cpu: Cpu, vector: number, kind: number, errorCode: number): void {
  const { state, last } = cpu;
  let current = vector;
  let how = kind;
  let code = errorCode;
  let replaced = -1;
  // External interrupts and INT n are benign, whatever their vector.
  let exception = kind === DELIVERY_FAULT || kind === DELIVERY_TRAP;
  last.eip = state.eip;
  last.cs = state.selector[CS];
  last.cpl = state.cpl;
  if (state.activity === HALTED) state.activity = ACTIVE;
  for (;;) {
    try {
      deliverOnce(cpu, current, how, code);
      last.vector = current;
      last.kind = how;
      last.errorCode = code;
      last.address = current === PF ? state.cr2 : 0;
      last.replaced = replaced;
      return;
    } catch (error) {
      if (error !== FAULT) throw error;
    }
    const second = cpu.faultVector;
    const serious = isContributory(second) || second === PF;
    replaced = current;
    if (exception && current === DF && serious) {
      state.activity = SHUTDOWN;
      last.replaced = replaced;
      return;
    }
    const double = exception && ((isContributory(current) && isContributory(second)) || (current === PF && serious));
    current = double ? DF : second;
    code = double ? 0 : cpu.faultCode;
    how = DELIVERY_FAULT;
    exception = true;
  }
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
  const { state, last } = cpu;
  const { eip, cpl } = state;
  const cs = state.selector[CS];
  if (trap) deliverOnce(cpu, vector, DELIVERY_TRAP, -1);
  else throughIdt(cpu, vector, DELIVERY_SOFTWARE, -1);
  last.vector = vector;
  last.kind = DELIVERY_SOFTWARE;
  last.errorCode = -1;
  last.address = 0;
  last.eip = eip;
  last.cs = cs;
  last.cpl = cpl;
  last.replaced = -1;
  cpu.softwareDelivered();
}

/** An interrupt or trap gate in protected mode (SDM Vol. 2A, INT n, "PROTECTED-MODE" and below). */
function throughIdt(cpu: Cpu, vector: number, kind: number, errorCode: number): void {
  const { state } = cpu;
  const software = kind === DELIVERY_SOFTWARE;
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
  if (type === SYSTEM_TASK_GATE) refuseTaskSwitch(cpu, idtCode);

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
  if (inner) pushInner(cpu, wide, offset, flags, withCode ? errorCode : -1);
  else pushSame(cpu, wide, offset, flags, withCode ? errorCode : -1);

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
