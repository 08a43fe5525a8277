import { CR0_FIXED_1, CR4_FIXED_1, FEATURE_CONTROL_LOCK, FEATURE_CONTROL_VMX } from "../../isa/vmx-capabilities.ts";

/** What of the processor's state VMXON looks at before its operand. */
export interface VmxonState {
  readonly cr0: number;
  readonly cr4: number;
  /** IA32_FEATURE_CONTROL. */
  readonly featureControl: number;
}

/** `cr4` is the rule of all VMX instructions outside VMX operation: broken, they are #UD. The others are VMXON's #GP(0). */
export type VmxonRule = "cr0" | "feature" | "cr4";

const ENABLED = FEATURE_CONTROL_LOCK | FEATURE_CONTROL_VMX;

/** What must hold for VMX operation to begin (SDM Vol. 3C, 24.7 and 24.8, and VMXON in 31.3). */
export const VMXON_RULES: readonly { readonly id: VmxonRule; readonly holds: (state: VmxonState) => boolean }[] = [
  { id: "cr0", holds: ({ cr0 }) => (cr0 & CR0_FIXED_1) === CR0_FIXED_1 },
  { id: "feature", holds: ({ featureControl }) => (featureControl & ENABLED) === ENABLED },
  { id: "cr4", holds: ({ cr4 }) => (cr4 & CR4_FIXED_1) === CR4_FIXED_1 },
];

/** The rules that do not hold. */
export function brokenVmxonRules(state: VmxonState): VmxonRule[] {
  return VMXON_RULES.filter(({ holds }) => !holds(state)).map(({ id }) => id);
}
