import type { Words } from "../../isa/types.ts";

/** Where or at what a breakpoint stops. Addresses are linear as the guest means them, unless said. */
export type BreakpointPlace =
  /** Before the first instruction of a line. */
  | { readonly file: string; readonly line: number }
  /** Before the instruction at a guest-linear address. */
  | { readonly address: number }
  /** After an instruction of the guest has accessed memory. */
  | {
      readonly kind: "data";
      /** First byte: an expression of numbers and symbols. */
      readonly address: string;
      /** In bytes, 1 to DATA_LIMIT. */
      readonly size: number;
      readonly access: "read" | "write" | "any";
      readonly space: "linear" | "physical";
    }
  /** After the guest has used a port from `from` to `to`. */
  | { readonly kind: "port"; readonly from: number; readonly to: number; readonly direction: "in" | "out" | "any" }
  /** After a delivery: to the guest's own handler, or a trap that entered a VMM. `vector` null: any. */
  | { readonly kind: "vector"; readonly vector: number | null; readonly into: "guest" | "vmm" | "any" }
  /** After a change of privilege level, as the guest means it or of the real processor; null: any. */
  | {
      readonly kind: "ring";
      readonly from: number | null;
      readonly to: number | null;
      readonly view: "guest" | "real";
    }
  /** After the guest has switched paging or protection; `to` null: on or off. */
  | { readonly kind: "mode"; readonly bit: "paging" | "protection"; readonly to: "on" | "off" | null }
  /** After a sensitive instruction has run deprivileged without a trap; by row id, or null for any. */
  | { readonly kind: "silent"; readonly row: string | null }
  /** After a VM exit, or an entry that failed after its checks; by basic exit reason, or null for any. */
  | { readonly kind: "vm-exit"; readonly reason: number | null }
  /** After an instruction of VT-x or a VM entry has failed. */
  | { readonly kind: "vm-fail" }
  /** After a VM entry or a VM exit. */
  | { readonly kind: "vm-switch" }
  /** Where an expression has another value than before the last guest instruction. */
  | { readonly kind: "change"; readonly expression: string };

/** Which of its hits a breakpoint stops at, counted from the beginning of the run. */
export interface HitRule {
  readonly rule: "at" | "from" | "every";
  /** At least 1. */
  readonly count: number;
}

export interface Breakpoint {
  readonly id: string;
  readonly at: BreakpointPlace;
  /** Absent: enabled. */
  readonly enabled?: boolean;
  /** An expression that must not be 0; it is evaluated where the breakpoint would stop. */
  readonly condition?: string;
  readonly hits?: HitRule;
}

/** One breakpoint's reason to have stopped. */
export interface StopReason {
  /** The breakpoint's. */
  readonly id: string;
  readonly words: Words;
}

/** How a breakpoint stands with the program that is loaded. */
export interface BreakpointStatus {
  readonly id: string;
  /** Why it can never stop, or null. */
  readonly problem: Words | null;
  /** Code or data addresses that it watches. */
  readonly addresses: readonly number[];
}

/** Bytes that one data breakpoint can watch: as much as there can be of guest memory. */
export const DATA_LIMIT = 256 * 1024 * 1024;
