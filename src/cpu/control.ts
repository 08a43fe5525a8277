import type { Cpu } from "./cpu.ts";
import { GP } from "./fault.ts";
import { enterReal } from "./real-mode.ts";
import { CR0_CD, CR0_DEFINED, CR0_ET, CR0_NW, CR0_PE, CR0_PG, CR0_WP, CR4_DEFINED, CR4_VMXE } from "./registers.ts";
import { VMX_OFF } from "./state.ts";

/**
 * Loads CR0 (SDM Vol. 2B, MOV control registers). #GP(0) for paging without protection and for NW without CD. A change
 * of PG, WP or PE empties the TLBs.
 */
export function setCr0(cpu: Cpu, value: number): void {
  const { state } = cpu;
  if ((value & CR0_PG) !== 0 && (value & CR0_PE) === 0) cpu.fault(GP, 0);
  if ((value & CR0_NW) !== 0 && (value & CR0_CD) === 0) cpu.fault(GP, 0);
  const fixed = cpu.vmx?.cr0Fixed ?? 0;
  if ((value & fixed) !== fixed) cpu.fault(GP, 0, "cr0-fixed", fixed & ~value);
  const old = state.cr0;
  state.cr0 = (value & CR0_DEFINED) | CR0_ET;
  if (((old ^ state.cr0) & (CR0_PG | CR0_WP | CR0_PE)) !== 0) cpu.tlb.flush();
  if ((old & ~state.cr0 & CR0_PE) !== 0) enterReal(cpu);
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
  const defined = cpu.vmx === null ? CR4_DEFINED : CR4_DEFINED | CR4_VMXE;
  if ((value & ~defined) !== 0) cpu.fault(GP, 0);
  // In VMX operation VMXE must stay (SDM Vol. 3C, 24.7).
  if (cpu.state.vmxMode !== VMX_OFF && (value & CR4_VMXE) === 0) cpu.fault(GP, 0, "cr4-vmxe");
  const { state } = cpu;
  const changed = state.cr4 !== value;
  state.cr4 = value;
  if (changed) cpu.tlb.flush();
  cpu.forgetFetch();
}
