import type { Words } from "../../isa/types.ts";
import type { FieldName } from "../../isa/vmcs.ts";
import type { Fault } from "./check-faults.ts";

/** Reads fields of a VMCS: 32 bits, signed; of a 64-bit field the low half, and by `high` the other. */
export interface Fields {
  get(name: FieldName): number;
  high(name: FieldName): number;
  /** Where the VMCS lies, and what stands at a physical address; absent, no address in a field is good. */
  readonly pointer?: number;
  read32?(physical: number): number;
}

/** What kind of check failed: a control (VM-instruction error 7), host state (8), or guest state (exit reason 33). */
export type CheckStage = "control" | "host" | "guest";

/** A check that VM entry makes (SDM Vol. 3C, chapter 27). */
export interface EntryCheck {
  readonly id: string;
  readonly stage: CheckStage;
  /** The fields that it looks at. */
  readonly fields: readonly FieldName[];
  /** What must hold. */
  readonly words: Words;
  /** Exit qualification where the check is of guest state and has one of its own; 0 for the others. */
  readonly qualification?: number;
  holds(vmcs: Fields): boolean;
  /**
   * Of a check that does not hold, what is wrong with which of its `fields`, and looks at no other: an event has kept those
   * alone. Absent or empty, the values say it.
   */
  readonly why?: ((vmcs: Fields) => readonly Fault[]) | undefined;
}

/** What makes the checks of a stage, of their parts in this order. */
export const checksOf =
  (stage: CheckStage) =>
  (
    id: string,
    fields: readonly FieldName[],
    en: string,
    zh: string,
    holds: EntryCheck["holds"],
    why?: EntryCheck["why"],
    qualification = 0,
  ): EntryCheck => ({ id, stage, fields, words: { en, zh }, qualification, holds, why });
