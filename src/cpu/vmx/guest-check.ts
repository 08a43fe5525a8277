import type { FieldName } from "../../isa/vmcs.ts";
import { FLAG_VM } from "../registers.ts";
import type { Fault } from "./check-faults.ts";
import type { EntryCheck, Fields } from "./entry-checks.ts";

const DPL_SHIFT = 5;

/** DPL of a segment's access rights. */
export const dpl = (rights: number): number => (rights >>> DPL_SHIFT) & 3;

/** Whether the guest is to be in virtual-8086 mode. */
export const isV86 = (v: Fields): boolean => (v.get("guestRflags") & FLAG_VM) !== 0;

/** A check of the guest-state area. */
export function guestCheck(
  id: string,
  fields: readonly FieldName[],
  en: string,
  zh: string,
  holds: (vmcs: Fields) => boolean,
  why?: (vmcs: Fields) => readonly Fault[],
  qualification = 0,
): EntryCheck {
  return { id, stage: "guest", fields, words: { en, zh }, qualification, holds, why };
}
