import type { Words } from "../isa/types.ts";

/**
 * How a VMM has treated one of the guest's instructions. `identical`: copied. `inline`: a sequence of its own. `callout`: the
 * VMM carries it out. `chained`: a direct jump. `indirect`: a jump whose target is looked up when it is taken. `simulated`:
 * innocuous, and yet called out, because it kept hitting a trace.
 */
export type TreatmentView = "identical" | "inline" | "callout" | "chained" | "indirect" | "simulated";

/** What code was translated for: a code segment and a ring of the guest's. */
export interface TranslationContext {
  /** Of the guest's CS: linear, and unsigned. */
  readonly base: number;
  readonly limit: number;
  readonly cpl: number;
  /** CS.D and SS.B. */
  readonly bigCode: boolean;
  readonly bigStack: boolean;
}

/** One of the guest's instructions in a unit: distances in bytes from the unit's place and from its EIP. */
export interface TranslatedInstruction {
  readonly offset: number;
  readonly from: number;
  readonly length: number;
  readonly treatment: TreatmentView;
  /** How often it has hit a trace. */
  readonly traces: number;
}

/** Where a unit goes on. `open`: to a stub that asks for a translation. `elided`: the other unit follows at once. */
export interface UnitSuccessor {
  /** The guest's EIP. */
  readonly target: number;
  readonly state: "open" | "chained" | "elided";
  /** Place of the jump's displacement. */
  readonly site: number;
  /** Place of its stub, or -1. */
  readonly stub: number;
  /** Where the bytes in the cache lead now: a place. */
  readonly leads: number;
}

/** A piece of the guest's code and what stands for it. Places are offsets in the cache. */
export interface TranslatedUnit {
  readonly index: number;
  readonly context: TranslationContext;
  /** The guest's EIP, unsigned. */
  readonly eip: number;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** False once it has been given up. */
  readonly valid: boolean;
  readonly instructions: readonly TranslatedInstruction[];
  readonly successors: readonly UnitSuccessor[];
  /** The guest's bytes as they were translated. */
  readonly bytes: Uint8Array;
}

/** Where the guest stands in the cache. */
export interface TranslatedPlace {
  readonly place: number;
  /** Index of a unit. */
  readonly unit: number;
  /** Number of the instruction in its unit, or -1 where the place belongs to none (a stub, a jump to a successor). */
  readonly instruction: number;
  /** The processor is there; else the VMM is at work, and the guest was interrupted there or is about to be resumed. */
  readonly running: boolean;
}

/** What a translator has done so far: a function of the step. */
export interface TranslationCounts {
  /** Units made, the guest's instructions and bytes in them, and the bytes of the cache that they came to. */
  readonly units: number;
  readonly instructions: number;
  readonly guestBytes: number;
  readonly cacheBytes: number;
  /** Successors made to lead straight to their unit, and those whose jump fell away. */
  readonly chained: number;
  readonly elided: number;
  /** Units translated anew because an instruction was to be treated otherwise, and given up because the code had changed. */
  readonly retranslated: number;
  readonly givenUp: number;
  /** Times the whole cache was dropped. */
  readonly flushed: number;
  /** Guest instructions ended as they are written, in translation, and by emulation. */
  readonly direct: number;
  readonly translated: number;
  readonly emulated: number;
  readonly callouts: readonly { readonly cause: string; readonly name: Words; readonly count: number }[];
}

/** How a VMM that translates its guest's code lets one look at that: all of it read at the present step. */
export interface TranslationView {
  /** Linear and physical address of the cache's first byte, and its size in bytes. */
  readonly linear: number;
  readonly physical: number;
  readonly size: number;
  /** End of the units, and begin of the stubs, which grow towards each other: places. */
  readonly codeEnd: number;
  readonly stubStart: number;
  /** Also those that have been given up, in the order of their places. */
  readonly units: readonly TranslatedUnit[];
  /** Places in the table of indirect jumps. */
  readonly targets: ReadonlySet<number>;
  readonly counts: TranslationCounts;
  /** Null where the guest stands outside the cache. */
  readonly present: TranslatedPlace | null;
  /** The guest runs as it is written. */
  readonly direct: boolean;
  /** Why an instruction of a unit has been treated as it was. */
  why(unit: TranslatedUnit, instruction: number): Words;
  /** Whether the way to a successor begins at a place: none of the guest's instructions stands there. */
  isWayOut(place: number): boolean;
  /** What an instruction in the cache does that its text does not say, or null. `bytes` begins with it. */
  remark(bytes: Uint8Array): Words | null;
}
