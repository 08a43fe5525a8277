import { ATTR_UNUSABLE, TR } from "../../cpu/state.ts";
import type { Words } from "../../isa/types.ts";
import { beforeLastStep } from "./before.ts";
import type { Inspected } from "./index.ts";
import { readLinear, type Side, type SideName, sidesOf } from "./side.ts";

export interface TssAsk {
  /** What the last step changed is wanted too. */
  readonly changes: boolean;
}

/** A field of a TSS on one side; null where it lies beyond the limit or nothing is mapped. */
export interface TssField {
  readonly name: string;
  readonly words: Words | null;
  /** Hex digits to show. */
  readonly digits: number;
  readonly physical: number | null;
  readonly guest: number | null;
  /** The old value, where the last step changed it. */
  readonly before: Partial<Record<SideName, number | null>>;
}

/** What the I/O permission bitmap of a TSS allows to CPL > IOPL (SDM Vol. 1, 19.5.2). */
export interface PortMap {
  /** Offset of the bitmap in the TSS. */
  readonly offset: number;
  readonly inLimit: boolean;
  /** Ports that may be used, first and last, in order; cut off after the first 64 ranges. */
  readonly allowed: readonly (readonly [number, number])[];
  readonly ports: number;
}

export interface TssSide {
  readonly selector: number;
  readonly base: number;
  readonly limit: number;
  readonly wide: boolean;
  /** Null for a 16-bit TSS, which has none. */
  readonly portMap: PortMap | null;
}

export interface TssAnswer {
  readonly virtualized: boolean;
  /** Null while TR is unusable. */
  readonly physical: TssSide | null;
  readonly guest: TssSide | null;
  /** What the real TSS is, where it is not the guest's. */
  readonly note: Words | null;
  readonly fields: readonly TssField[];
}

interface Layout {
  readonly name: string;
  readonly offset: number;
  readonly size: 2 | 4;
}

const field = (name: string, offset: number, size: 2 | 4): Layout => ({ name, offset, size });

/** SDM Vol. 3A, figure 8-2. */
const WIDE: readonly Layout[] = [
  field("link", 0, 2),
  ...[0, 1, 2].flatMap((ring) => [field(`esp${ring}`, 4 + ring * 8, 4), field(`ss${ring}`, 8 + ring * 8, 2)]),
  ...["cr3", "eip", "eflags", "eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"].map((name, i) =>
    field(name, 28 + i * 4, 4),
  ),
  ...["es", "cs", "ss", "ds", "fs", "gs", "ldt"].map((name, i) => field(name, 72 + i * 4, 2)),
  field("T", 100, 2),
  field("I/O map", 102, 2),
];

/** SDM Vol. 3A, figure 8-10. */
const NARROW: readonly Layout[] = [
  "link",
  ...[0, 1, 2].flatMap((ring) => [`sp${ring}`, `ss${ring}`]),
  ...["ip", "flags", "ax", "cx", "dx", "bx", "sp", "bp", "si", "di", "es", "cs", "ss", "ds", "ldt"],
].map((name, i) => field(name, i * 2, 2));

const FIELD_WORDS: Readonly<Record<string, Words>> = {
  link: { en: "the task before", zh: "前一任务" },
  "I/O map": { en: "offset of the I/O bitmap", zh: "I/O 位图的偏移" },
  T: { en: "debug trap on a task switch", zh: "任务切换时的调试陷阱" },
};
for (const ring of [0, 1, 2]) {
  const words = { en: `stack for entries into ring ${ring}`, zh: `进入环 ${ring} 时的栈` };
  Object.assign(FIELD_WORDS, { [`esp${ring}`]: words, [`sp${ring}`]: words });
}

const IO_MAP_BASE = 102;
const PORTS = 65536;
const MAX_RANGES = 64;
const MAX_BYTES = IO_MAP_BASE + 2;

function isWide({ state }: Side): boolean {
  return (state.attr[TR]! & 8) !== 0;
}

function isUsable({ state }: Side): boolean {
  return (state.attr[TR]! & ATTR_UNUSABLE) === 0;
}

/** Values of all fields by name; null beyond the limit or where nothing is mapped. */
function valuesOf(side: Side | null): Map<string, number | null> {
  const values = new Map<string, number | null>();
  if (side === null || !isUsable(side)) return values;
  const { bytes, mapped } = readLinear(side, side.state.base[TR]! >>> 0, MAX_BYTES);
  const view = new DataView(bytes.buffer);
  const limit = side.state.limit[TR]! >>> 0;
  for (const { name, offset, size } of isWide(side) ? WIDE : NARROW) {
    const last = offset + size - 1;
    const there = last <= limit && (mapped[offset]! & mapped[last]!) !== 0;
    values.set(name, there ? (size === 4 ? view.getUint32(offset, true) : view.getUint16(offset, true)) : null);
  }
  return values;
}

/** The ports that the bitmap opens, judged as the processor does: two bytes are read, and both must be in the limit. */
function portMapOf(side: Side): PortMap | null {
  if (!isWide(side)) return null;
  const base = side.state.base[TR]! >>> 0;
  const limit = side.state.limit[TR]! >>> 0;
  const head = readLinear(side, base + IO_MAP_BASE, 2);
  if (limit < IO_MAP_BASE + 1 || (head.mapped[0]! & head.mapped[1]!) === 0) return null;
  const offset = head.bytes[0]! | (head.bytes[1]! << 8);
  const length = Math.max(0, Math.min(PORTS / 8 + 1, limit + 1 - offset));
  const { bytes, mapped } = readLinear(side, (base + offset) >>> 0, length);
  const allowed: [number, number][] = [];
  let ports = 0;
  for (let port = 0; port < PORTS; port++) {
    const at = port >>> 3;
    if (at + 1 >= length) break;
    if ((mapped[at]! & mapped[at + 1]!) === 0 || ((bytes[at]! >>> (port & 7)) & 1) !== 0) continue;
    ports++;
    const last = allowed[allowed.length - 1];
    if (last && last[1] === port - 1) last[1] = port;
    else if (allowed.length < MAX_RANGES) allowed.push([port, port]);
  }
  return { offset, inLimit: length > 1, allowed, ports };
}

function sideOf(side: Side | null): TssSide | null {
  if (side === null || !isUsable(side)) return null;
  const { state } = side;
  return {
    selector: state.selector[TR]! & 0xffff,
    base: state.base[TR]! >>> 0,
    limit: state.limit[TR]! >>> 0,
    wide: isWide(side),
    portMap: portMapOf(side),
  };
}

/** The task-state segment that TR names, the guest's beside the real one. */
export function inspectTss({ run }: Inspected, ask: TssAsk): TssAnswer {
  const { physical, guest } = sidesOf(run);
  const read = () => {
    const sides = sidesOf(run);
    return { physical: valuesOf(sides.physical), guest: valuesOf(sides.guest) };
  };
  const now = { physical: valuesOf(physical), guest: valuesOf(guest) };
  const was = ask.changes ? beforeLastStep(run, "tss", read) : null;
  const wide = [physical, guest].some((side) => side !== null && isUsable(side) && isWide(side));
  const narrow = [physical, guest].some((side) => side !== null && isUsable(side) && !isWide(side));
  const layouts = [
    ...(wide ? WIDE : []),
    ...(narrow ? NARROW.filter(({ name }) => !wide || !WIDE_NAMES.has(name)) : []),
  ];
  const fields = layouts.map(({ name, size }): TssField => {
    const before: Partial<Record<SideName, number | null>> = {};
    for (const side of ["physical", "guest"] as const) {
      const old = was?.[side].get(name);
      if (old !== undefined && old !== (now[side].get(name) ?? null)) before[side] = old;
    }
    return {
      name,
      words: FIELD_WORDS[name] ?? null,
      digits: size * 2,
      physical: now.physical.get(name) ?? null,
      guest: now.guest.get(name) ?? null,
      before,
    };
  });
  const note = (guest && run.strategy.shadowTables?.tss) ?? null;
  return { virtualized: guest !== null, physical: sideOf(physical), guest: sideOf(guest), note, fields };
}

const WIDE_NAMES: ReadonlySet<string> = new Set(WIDE.map(({ name }) => name));
