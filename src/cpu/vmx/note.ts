/**
 * What the processor tells the rest of the computer of VT-x, when it has happened. What else is to be known stands in the
 * VMCS and in the registers at that moment.
 */
export type VmxNote =
  /** The guest's state has been loaded. */
  | { readonly kind: "vm-entry" }
  /** The exit has been recorded in the VMCS, and the host's state loaded. */
  | { readonly kind: "vm-exit" }
  | VmxFailure;

/** An instruction of VT-x has failed, or an entry after its checks of controls and host state. */
export interface VmxFailure {
  readonly kind: "vm-fail";
  /** `entry`: reason 33 or 34 stands in the VMCS, and the host's state has been loaded. */
  readonly how: "invalid" | "valid" | "entry";
  /**
   * Of an instruction: the VM-instruction error, also where there is no current VMCS to hold it; 0 where that there is none
   * (or a bad VMXON region) is the whole cause. Of an entry: 0.
   */
  readonly error: number;
  /** Index in ENTRY_CHECKS of the check that failed, or -1. */
  readonly check: number;
  /** What the instruction was given: a physical address (a number up to 2^64), a field's encoding or a type; else 0. */
  readonly operand: number;
}
