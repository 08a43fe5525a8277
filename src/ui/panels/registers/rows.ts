import type { Change, RegisterFile, View } from "../../../session/types.ts";
import { bitsOf, CR0_BITS, FLAGS, type Flag, hex } from "../../format.ts";

export interface RegisterRow {
  readonly name: string;
  readonly physical: string;
  readonly guest: string;
  /** The guest is told something else than what is. */
  readonly differs: boolean;
  /** The value before the last step, where it changed it. */
  readonly wasPhysical: string | null;
  readonly wasGuest: string | null;
}
export interface RegisterGroup {
  readonly id: "ring" | "general" | "flags" | "control" | "segments" | "tables";
  readonly rows: readonly RegisterRow[];
}

const GPR = ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"];
const SEGMENTS = ["es", "cs", "ss", "ds", "fs", "gs", "ldtr", "tr"];

type Read = (file: RegisterFile) => string;

/**
 * The registers of a moment as rows, physical beside what the guest believes. Names of changes are the session's:
 * `eax`, `eflags`, `cs.selector`, `gdtr.base`, ...
 */
export function registerGroups(view: View): readonly RegisterGroup[] {
  const changes = {
    physical: new Map(view.changes.physical.map((change) => [change.name, change])),
    guest: new Map(view.changes.guest.map((change) => [change.name, change])),
  };
  const row = (name: string, read: Read, was: (side: Map<string, Change>) => string | null): RegisterRow => {
    const physical = read(view.physical);
    const guest = read(view.guest);
    return {
      name,
      physical,
      guest,
      differs: physical !== guest,
      wasPhysical: was(changes.physical),
      wasGuest: was(changes.guest),
    };
  };
  const word = (name: string, read: (file: RegisterFile) => number, digits = 8): RegisterRow =>
    row(
      name.toUpperCase(),
      (file) => hex(read(file), digits),
      (side) => {
        const change = side.get(name);
        return change === undefined ? null : hex(change.before, digits);
      },
    );
  const flag = (register: "eflags" | "cr0", bit: Flag): RegisterRow =>
    row(
      bit.name,
      (file) => String(bitsOf(file[register], bit)),
      (side) => {
        const change = side.get(register);
        if (change === undefined) return null;
        const before = bitsOf(change.before, bit);
        return before === bitsOf(change.after, bit) ? null : String(before);
      },
    );
  const table = (name: "gdtr" | "idtr"): RegisterRow =>
    row(
      name.toUpperCase(),
      (file) => `${hex(file[name].base)}:${hex(file[name].limit, 4)}`,
      (side) => {
        const base = side.get(`${name}.base`);
        const limit = side.get(`${name}.limit`);
        return base === undefined && limit === undefined
          ? null
          : [base && hex(base.before), limit && hex(limit.before, 4)].filter(Boolean).join(":");
      },
    );
  const segment = (index: number): RegisterRow =>
    row(
      SEGMENTS[index]!.toUpperCase(),
      (file) => hex(file.segments[index]?.selector ?? 0, 4),
      (side) => {
        const change = side.get(`${SEGMENTS[index]}.selector`) ?? side.get(SEGMENTS[index]!);
        return change === undefined ? null : hex(change.before, 4);
      },
    );

  return [
    {
      id: "ring",
      rows: [
        row(
          "CPL",
          (file) => String(file.cpl),
          (side) => (side.has("cpl") ? String(side.get("cpl")!.before) : null),
        ),
        word("eip", (file) => file.eip),
      ],
    },
    { id: "general", rows: GPR.map((name, index) => word(name, (file) => file.gpr[index] ?? 0)) },
    { id: "flags", rows: [word("eflags", (file) => file.eflags), ...FLAGS.map((bit) => flag("eflags", bit))] },
    { id: "segments", rows: SEGMENTS.map((_, index) => segment(index)) },
    {
      id: "control",
      rows: [
        word("cr0", (file) => file.cr0),
        ...CR0_BITS.map((bit) => flag("cr0", bit)),
        word("cr2", (file) => file.cr2),
        word("cr3", (file) => file.cr3),
        word("cr4", (file) => file.cr4),
      ],
    },
    { id: "tables", rows: [table("gdtr"), table("idtr")] },
  ];
}
