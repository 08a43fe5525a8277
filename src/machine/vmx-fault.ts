import type { Cpu } from "../cpu/cpu.ts";
import type { Check } from "../isa/types.ts";

/** Rules whose breaking an exception tells of: of VMX instructions, and of what VMX operation holds fast. */
export const VMX_FAULTS = [
  "no-vmx",
  "vmx-enabled",
  "vmx-operation",
  "vmxon-allowed",
  "vm-functions",
  "protected-mode",
  "cpl0",
  "cr0-fixed",
  "cr4-vmxe",
] as const;
export type VmxFault = (typeof VMX_FAULTS)[number];

const OF_VMX: ReadonlySet<Check["rule"]> = new Set(["vmx-enabled", "vmx-operation", "vmxon-allowed", "vm-functions"]);

/**
 * What an exception's event keeps of the rule of VT-x that was broken, or null if it was none: its place in VMX_FAULTS, the bits
 * that would have been 0 (`cr0-fixed`), and CR0, CR4 and IA32_FEATURE_CONTROL, which a delivery leaves alone.
 * @param checks Of the instruction's row.
 */
export function vmxFault(cpu: Cpu, checks: readonly Check[]): number[] | null {
  const { brokenRule, brokenBits, state } = cpu;
  if (brokenRule === null) return null;
  const ofRow = checks.some(({ rule }) => OF_VMX.has(rule));
  if (!ofRow && brokenRule !== "cr0-fixed" && brokenRule !== "cr4-vmxe") return null;
  const rule = cpu.vmx === null && brokenRule !== "protected-mode" && brokenRule !== "cpl0" ? "no-vmx" : brokenRule;
  const at = VMX_FAULTS.indexOf(rule as VmxFault);
  return at < 0 ? null : [at, brokenBits, state.cr0, state.cr4, state.featureControl];
}
