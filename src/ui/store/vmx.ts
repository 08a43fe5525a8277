import type { VmxWalkAsk } from "../../session/inspect/vmx-walk.ts";

/** The views of the panel that shows VT-x. */
export const VMX_TABS = ["fields", "exit", "checks", "walk", "counts"] as const;
export type VmxTab = (typeof VMX_TABS)[number];

/** What the VT-x panel shows, wherever it was asked for. */
export interface VmxState {
  readonly tab: VmxTab;
  /** The VMCS that is looked at, by its physical address; null: the current one. */
  readonly pointer: number | null;
  /** What fields are looked for: a part of a name, or an encoding. */
  readonly search: string;
  /** The address that is walked, as typed (null: where the guest goes on), which kind it is, and for what access. */
  readonly walk: { readonly address: string | null } & Omit<VmxWalkAsk, "address">;
}

export const initialVmx: VmxState = {
  tab: "fields",
  pointer: null,
  search: "",
  walk: { address: null, space: "linear", access: "read", user: false },
};
