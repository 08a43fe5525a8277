import { FLAG_VM } from "../registers.ts";
import { checksOf, type Fields } from "./entry-checks.ts";

const DPL_SHIFT = 5;

/** DPL of a segment's access rights. */
export const dpl = (rights: number): number => (rights >>> DPL_SHIFT) & 3;

/** Whether the guest is to be in virtual-8086 mode. */
export const isV86 = (v: Fields): boolean => (v.get("guestRflags") & FLAG_VM) !== 0;

/** A check of the guest-state area. */
export const guestCheck = checksOf("guest");
