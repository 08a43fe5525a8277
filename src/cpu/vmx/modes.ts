import { type ControlId, type ControlSetId, VMX_CONTROLS } from "../../isa/vmx-controls.ts";
import type { Fields } from "./entry-checks.ts";

/** A vector of controls; the secondary ones count as 0 unless the primary ones activate them (SDM Vol. 3C, 25.6.2). */
export function controlsOf(vmcs: Fields, set: ControlSetId): number {
  switch (set) {
    case "pin":
      return vmcs.get("pinBasedControls");
    case "primary":
      return vmcs.get("primaryControls");
    case "secondary":
      return has(vmcs, "activate-secondary-controls") ? vmcs.get("secondaryControls") : 0;
    case "exit":
      return vmcs.get("exitControls");
    case "entry":
      return vmcs.get("entryControls");
  }
}

/** Whether a control is 1. */
export function has(vmcs: Fields, id: ControlId): boolean {
  const { set, mask } = VMX_CONTROLS[id];
  return (controlsOf(vmcs, set) & mask) !== 0;
}

export function isUnrestricted(vmcs: Fields): boolean {
  return has(vmcs, "unrestricted-guest");
}

export function usesVirtualNmis(vmcs: Fields): boolean {
  return has(vmcs, "virtual-nmis");
}
