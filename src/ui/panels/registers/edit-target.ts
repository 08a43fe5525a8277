import type { EditEvent, RegisterFile } from "../../../session/types.ts";
import { bitsOf, CR0_BITS, FLAGS, type Flag } from "../../format.ts";
import type { RegisterGroup, RegisterRow } from "./rows.ts";

/** What editing a row of the registers changes. */
export interface EditTarget {
  /** As the session names it. */
  readonly register: string;
  /** The field of it that the row shows; null for the whole. */
  readonly bit: Flag | null;
}

/** What a row edits. A row of a table register is its base and its limit. */
export function targetOf(group: RegisterGroup["id"], row: RegisterRow): EditTarget {
  const fields = group === "flags" ? FLAGS : group === "control" ? CR0_BITS : [];
  const bit = fields.find((field) => field.name === row.name) ?? null;
  if (bit === null) return { register: row.name.toLowerCase(), bit };
  return { register: group === "flags" ? "eflags" : "cr0", bit };
}

/** Whether a press is all it takes. */
export function isToggle({ bit }: EditTarget): boolean {
  return bit !== null && bit.width === 1;
}

/** The edits that set a target to `value`; of a table register, base and limit as they are typed (`base:limit`). */
export function editsOf({ register, bit }: EditTarget, file: RegisterFile, values: readonly number[]): EditEvent[] {
  const set = (name: string, value: number): EditEvent => ({ kind: "set-register", name, value });
  const [value = 0, limit] = values;
  if (register === "gdtr" || register === "idtr") {
    return [set(`${register}.base`, value), ...(limit === undefined ? [] : [set(`${register}.limit`, limit)])];
  }
  if (bit === null) return [set(register, value)];
  const whole = register === "eflags" ? file.eflags : file.cr0;
  const mask = ((1 << bit.width) - 1) << bit.low;
  return [set(register, ((whole & ~mask) | ((value << bit.low) & mask)) >>> 0)];
}

/** The edit that turns a flag over. */
export function toggleOf(target: EditTarget, file: RegisterFile): EditEvent[] {
  const whole = target.register === "eflags" ? file.eflags : file.cr0;
  return editsOf(target, file, [target.bit === null ? 0 : 1 - bitsOf(whole, target.bit)]);
}
