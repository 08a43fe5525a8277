/** How the translator has treated an instruction; the order is the numbering in simulated memory. */
export const TREATMENTS = ["identical", "inline", "callout", "chained", "indirect", "simulated"] as const;
/**
 * `identical`: copied. `inline`: a sequence in the cache. `callout`: the VMM carries it out. `chained`: a direct jump, its
 * targets known to the translator. `indirect`: a jump whose target is looked up. `simulated`: an innocuous instruction that
 * kept hitting a trace, now a callout.
 */
export type Treatment = (typeof TREATMENTS)[number];

/** One of the guest's instructions in a unit. */
export interface UnitInstruction {
  /** Where its translation begins, from the unit's start, in bytes. */
  readonly offset: number;
  /** Where it stands, from the unit's EIP, and its length, in bytes. */
  readonly from: number;
  readonly length: number;
  readonly treatment: Treatment;
  /** Index of its row, or -1. */
  readonly row: number;
  /** How often it has hit a trace. */
  traces: number;
}

/** Where a unit goes on when its last instruction has ended. */
export interface Successor {
  /** The guest's EIP. */
  readonly target: number;
  /** Place of the 32-bit displacement that leads there. */
  readonly site: number;
  /** Place of the stub that asks for its translation; -1 where none was needed. */
  readonly stub: number;
  /** `open`: leads to the stub. `chained`: leads to the unit. `elided`: the unit follows at once. */
  state: "open" | "chained" | "elided";
}

/** A translation unit: at most 12 of the guest's instructions, and the fragment of the cache that stands for them. */
export interface Unit {
  /** Number of its record. */
  readonly index: number;
  /** What it was translated for: code segment, ring (see contexts.ts). */
  readonly context: number;
  /** The guest's EIP of its first instruction. */
  readonly eip: number;
  /** Place in the cache, and the end (exclusive). */
  readonly start: number;
  end: number;
  /** False once it may not be entered any more: its code has changed, or has been translated anew. */
  valid: boolean;
  /** Guest-physical pages of its bytes; the second is -1 unless its first instruction crosses into it. */
  readonly pages: readonly [number, number];
  readonly instructions: readonly UnitInstruction[];
  readonly successors: readonly Successor[];
  /** The guest's bytes that were translated. */
  readonly bytes: Uint8Array;
}

export const MAX_INSTRUCTIONS = 12;
/** Bytes of guest code that a record holds. */
export const MAX_SOURCE = 88;
