import { ATTR_DB, type CpuState, CS, ESP, SS, VMX_NON_ROOT } from "../cpu/state.ts";
import type { Breakpoints } from "./breakpoints/breakpoints.ts";
import { instructionsBackTo, instructionsUntil } from "./breakpoints/instructions.ts";
import { once, type Task, tickBack } from "./commands.ts";
import type { Run } from "./run.ts";
import { isCall, isReturn, isVmEntry } from "./run.ts";

/**
 * On to behind a call, software interrupt or repeated instruction, or from a VM entry to the VM exit, as one; anything else
 * is one guest instruction.
 */
export function overTask(run: Run, breakpoints: Breakpoints): Task {
  return instructionsUntil(breakpoints.scanner([]), breakpoints.tally, () => {
    const probe = run.probe;
    probe.readGuest();
    const { linear, length, esp, cpl, row, text } = probe.guestInstruction();
    const next = (linear + length) >>> 0;
    if (isVmEntry(row)) return () => !isInGuest(probe.readGuest());
    if (!isCall(row) && !/^rep/.test(text)) return () => true;
    return () => {
      const state = probe.readGuest();
      return linearEip(state) === next && state.cpl === cpl && above(state, esp) >= 0;
    };
  });
}

/** On to behind the return that leaves the present frame. */
export function outTask(run: Run, breakpoints: Breakpoints): Task {
  return instructionsUntil(breakpoints.scanner([]), breakpoints.tally, () => {
    const probe = run.probe;
    const { cpl, gpr } = probe.readGuest();
    const esp = gpr[ESP]! >>> 0;
    let returning = isReturn(probe.guestInstruction().row);
    return () => {
      const state = probe.readGuest();
      const left = returning && isOutside(state, cpl, esp);
      returning = isReturn(probe.guestInstruction().row);
      return left;
    };
  });
}

/** Whether a state is further out than a frame: in an outer ring, on whatever stack, or higher up on the same one. */
function isOutside(state: CpuState, cpl: number, esp: number): boolean {
  return state.cpl > cpl || (state.cpl === cpl && above(state, esp) > 0);
}

/** Whether the processor is in VMX non-root operation. */
const isInGuest = (state: CpuState): boolean => state.vmxMode === VMX_NON_ROOT;

const linearEip = (state: CpuState): number => (state.base[CS]! + state.eip) >>> 0;

/**
 * By how many bytes the stack pointer lies above an earlier one; negative below. SP of a 16-bit stack goes round: what is
 * pushed at 0 lies at FFFE, below it.
 */
function above({ attr, gpr }: CpuState, esp: number): number {
  const now = gpr[ESP]! >>> 0;
  return (attr[SS]! & ATTR_DB) !== 0 ? now - esp : ((now - esp) << 16) >> 16;
}

/** Back to the call whose return has just been made, or to the VM entry before the exit, as one; else one guest instruction. */
export function overBackTask(run: Run, breakpoints: Breakpoints): Task {
  const probe = run.probe;
  const state = probe.readGuest();
  const here = linearEip(state);
  const esp = state.gpr[ESP]! >>> 0;
  const { cpl } = state;
  const inGuest = isInGuest(state);
  const start = run.step;
  tickBack(run);
  if (isInGuest(probe.readGuest()) && !inGuest) {
    run.seek(start);
    return instructionsBackTo(breakpoints.scanner([]), breakpoints.tally, () => !isInGuest(probe.readGuest()));
  }
  if (!isReturn(probe.guestInstruction().row)) return once(() => {});
  run.seek(start);
  return instructionsBackTo(breakpoints.scanner([]), breakpoints.tally, () => {
    const at = probe.readGuest();
    if (at.cpl !== cpl || at.gpr[ESP]! >>> 0 !== esp) return false;
    const insn = probe.guestInstruction();
    return isCall(insn.row) && (insn.linear + insn.length) >>> 0 === here;
  });
}

/** Back to the call of the present frame. */
export function outBackTask(run: Run, breakpoints: Breakpoints): Task {
  const probe = run.probe;
  const { cpl, gpr } = probe.readGuest();
  const esp = gpr[ESP]! >>> 0;
  return instructionsBackTo(breakpoints.scanner([]), breakpoints.tally, () => {
    const state = probe.readGuest();
    // The last instruction of an outer ring is what was interrupted, call or not.
    return state.cpl > cpl || (isOutside(state, cpl, esp) && isCall(probe.guestInstruction().row));
  });
}
