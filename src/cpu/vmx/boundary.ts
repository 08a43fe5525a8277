import { ROW_LIST } from "../../isa/rows.ts";
import { VMX_CONTROLS } from "../../isa/vmx-controls.ts";
import type { Cpu } from "../cpu.ts";
import { FLAG_IF } from "../registers.ts";
import { type CpuState, SHADOW_MOV_SS, SHADOW_NONE, SHUTDOWN } from "../state.ts";
import { controlsOf, has } from "./modes.ts";
import type { ExitInformation } from "./vm-exit.ts";
import type { Vmcs } from "./vmcs.ts";

/** VM exits that are due between instructions: monitor trap flag, preemption timer, windows (SDM Vol. 3C, 26.2, 26.5). */

const WORD = 0x100000000;
const REASON_INTERRUPT_WINDOW = 7;
const REASON_NMI_WINDOW = 8;
const REASON_MTF = 37;
const REASON_TIMER = 52;
/** No step takes more cycles than this, were every page that it touches to be walked to; so far from its end, the timer need not be looked at. */
const MOST_CYCLES = 8192;

/** Controls that are looked at between instructions, as the processor keeps them while a guest runs. */
export const INTERRUPTS_EXIT = VMX_CONTROLS["external-interrupt-exiting"].mask,
  TRAP_FLAG = VMX_CONTROLS["monitor-trap-flag"].mask;
const INTERRUPT_WINDOW = VMX_CONTROLS["interrupt-window-exiting"].mask;
const NMI_WINDOW = VMX_CONTROLS["nmi-window-exiting"].mask;

/** Takes them from the VMCS; of two vectors, in which they have different bits. */
export function boundaryControls(vmcs: Vmcs): number {
  const primary = controlsOf(vmcs, "primary") & (TRAP_FLAG | INTERRUPT_WINDOW | NMI_WINDOW);
  return primary | (controlsOf(vmcs, "pin") & INTERRUPTS_EXIT);
}

/** Starts the preemption timer, if it is activated, with what the VMCS holds. */
export function startTimer(cpu: Cpu, vmcs: Vmcs): void {
  const { state } = cpu;
  if (!has(vmcs, "activate-preemption-timer")) {
    state.timerLow = -1;
    state.timerHigh = -1;
    return;
  }
  // It counts in the guest alone: what VMLAUNCH or VMRESUME costs is counted after its body, and does not belong to it.
  const entry = ROW_LIST[cpu.lastRow]?.cycles ?? 0;
  const end = now(cpu) + entry + (vmcs.get("preemptionTimerValue") >>> 0);
  state.timerLow = end | 0;
  state.timerHigh = Math.floor(end / WORD);
}

/** Stops the timer at an exit, and saves what is left of it if the exit controls say so (28.3.4). */
export function stopTimer(cpu: Cpu, vmcs: Vmcs): void {
  const left = timerLeft(cpu);
  if (left !== Number.POSITIVE_INFINITY && has(vmcs, "save-preemption-timer")) {
    vmcs.set("preemptionTimerValue", Math.max(0, left));
  }
  cpu.state.timerLow = -1;
  cpu.state.timerHigh = -1;
}

function now(cpu: Cpu): number {
  return cpu.bus.timerCycles?.() ?? 0;
}

/** Cycles until the timer ends, 0 or less if it has, Infinity if it does not run. */
export function timerLeft(cpu: Cpu): number {
  const { timerLow, timerHigh } = cpu.state;
  if (timerHigh < 0) return Number.POSITIVE_INFINITY;
  return (timerLow >>> 0) + timerHigh * WORD - now(cpu);
}

/** How many steps may be made before the timer must be looked at again. */
export function stepsUntilTimer(cpu: Cpu): number {
  const left = timerLeft(cpu);
  return left === Number.POSITIVE_INFINITY ? left : Math.max(1, Math.floor(left / MOST_CYCLES));
}

/** Whether every instruction boundary must be looked at. */
export function watchesEveryStep(state: CpuState): boolean {
  return state.pendingMtf !== 0 || (state.boundaryControls & (TRAP_FLAG | INTERRUPT_WINDOW | NMI_WINDOW)) !== 0;
}

/** The exit that is due before the next instruction, or null. A pending debug trap outranks all but the monitor trap flag. */
export function boundaryExit(cpu: Cpu, debug: boolean): ExitInformation | null {
  const { state } = cpu;
  if (state.pendingMtf !== 0) return { reason: REASON_MTF };
  if (debug) return null;
  if (timerLeft(cpu) <= 0) return { reason: REASON_TIMER };
  const controls = state.boundaryControls;
  if ((controls & NMI_WINDOW) !== 0 && state.nmiBlocking === 0 && state.shadow !== SHADOW_MOV_SS) {
    return { reason: REASON_NMI_WINDOW };
  }
  if ((controls & INTERRUPT_WINDOW) === 0 || state.activity === SHUTDOWN) return null;
  const open = (state.rawFlags & FLAG_IF) !== 0 && state.shadow === SHADOW_NONE;
  return open ? { reason: REASON_INTERRUPT_WINDOW } : null;
}
