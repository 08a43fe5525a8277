import type { Cpu } from "./cpu.ts";
import { GP } from "./fault.ts";
import { CR0_CD, CR0_DEFINED, CR0_ET, CR0_NW, CR0_PE, CR0_PG, CR0_WP, CR4_DEFINED } from "./registers.ts";

/**
 * Loads CR0 (SDM Vol. 2B, MOV control registers). #GP(0) for paging without protection and for NW without CD. A change
 * of PG, WP or PE empties the TLBs.
 */
export function setCr0(cpu: Cpu, value: number): void {
  const { state } = cpu;
  if ((value & CR0_PG) !== 0 && (value & CR0_PE) === 0) cpu.fault(GP, 0);
  if ((value & CR0_NW) !== 0 && (value & CR0_CD) === 0) cpu.fault(GP, 0);
  const old = state.cr0;
  state.cr0 = (value & CR0_DEFINED) | CR0_ET;
  if (((old ^ state.cr0) & (CR0_PG | CR0_WP | CR0_PE)) !== 0) cpu.tlb.flush();
  cpu.refreshMode();
  cpu.forgetFetch();
  cpu.observer?.control(cpu, old, state.cr0);
}

/** Loads CR3, which removes every translation that is not global. */
export function setCr3(cpu: Cpu, value: number): void {
  cpu.state.cr3 = value;
  cpu.tlb.flushNonGlobal();
  cpu.forgetFetch();
}

/** Loads CR4; #GP(0) for a bit that this processor has not. A change that concerns paging empties the TLBs. */
export function setCr4(cpu: Cpu, value: number): void {
  if ((value & ~CR4_DEFINED) !== 0) cpu.fault(GP, 0);
  const { state } = cpu;
  const changed = state.cr4 !== value;
  state.cr4 = value;
  if (changed) cpu.tlb.flush();
  cpu.forgetFetch();
}
