import { isReal } from "../../cpu/real-mode.ts";
import { ATTR_UNUSABLE, LDTR } from "../../cpu/state.ts";
import type { Words } from "../../isa/types.ts";
import type { ShadowEntry } from "../../vmm/strategy.ts";
import { beforeLastStep } from "./before.ts";
import { differencesInWords } from "./descriptor-notes.ts";
import {
  type BaseOf,
  type DescriptorView,
  type Namer,
  namerOf,
  viewDescriptor,
  viewVector,
} from "./descriptor-view.ts";
import type { Inspected } from "./index.ts";
import { readLinear, type Side, type SideName, type Sides, sidesOf } from "./side.ts";

export type TableName = "gdt" | "ldt" | "idt";

export interface TableAsk {
  readonly table: TableName;
  /** Entries that are empty on both sides too. */
  readonly all: boolean;
  /** Which of the entries listed: the first, and how many at most. */
  readonly from: number;
  readonly count: number;
  /** What the last step changed is wanted too. */
  readonly changes: boolean;
}

/** A table register. */
export interface TableRegister {
  readonly base: number;
  readonly limit: number;
  /** Whole entries within the limit (IDT: 256 at most). */
  readonly entries: number;
  /** Bytes of an entry: 8 of a descriptor, 4 of a far pointer, which is what IDTR leads to in real-address mode. */
  readonly size: 4 | 8;
}

/** An entry of a table on one side: beyond the limit and unmapped ones have no view. */
export interface TableEntry {
  readonly state: "ok" | "beyond" | "unmapped";
  readonly view: DescriptorView | null;
  /** Linear address. */
  readonly address: number;
  /** As it was one step ago, if the last step changed it; null if there was nothing. */
  readonly before?: DescriptorView | null;
  /** What the last step changed, in words. */
  readonly changes?: readonly Words[];
}

/** The same index of the guest's table and of the real one. `guest` is null on a bare machine. */
export interface TableRow {
  readonly index: number;
  readonly physical: TableEntry;
  readonly guest: TableEntry | null;
  readonly differs: boolean;
  /** Where and why the real entry is not the guest's. */
  readonly notes: readonly Words[];
}

export interface TableAnswer {
  readonly table: TableName;
  readonly virtualized: boolean;
  readonly physical: TableRegister;
  readonly guest: TableRegister | null;
  /** What the real table is, where it is not the guest's. */
  readonly note: Words | null;
  /** The registers one step ago, where the last step changed them. */
  readonly before: Partial<Record<SideName, TableRegister>>;
  /** How many entries are listed: all, or those that are not empty on both sides. */
  readonly total: number;
  /** Indexes, within the list, of the entries that the last step changed. */
  readonly changed: readonly number[];
  readonly from: number;
  readonly rows: readonly TableRow[];
}

const ENTRY = 8;
/** IP and CS of an interrupt handler. */
const POINTER = 4;
const MAX_ENTRIES = 8192;
const VECTORS = 256;

/** A table as it lies in memory. */
interface Raw {
  readonly register: TableRegister;
  /** Two dwords for each entry; one for a far pointer. */
  readonly words: Int32Array;
  /** By entry, whether all of it is mapped. */
  readonly mapped: Uint8Array;
}

type Raws = { readonly [S in SideName]: Raw | null };

function registerOf({ state }: Side, table: TableName): TableRegister {
  let base = 0;
  let limit = 0;
  let bytes = 0;
  if (table === "ldt") {
    if ((state.attr[LDTR]! & ATTR_UNUSABLE) === 0) {
      base = state.base[LDTR]! >>> 0;
      limit = state.limit[LDTR]! >>> 0;
      bytes = limit + 1;
    }
  } else {
    base = (table === "gdt" ? state.gdtrBase : state.idtrBase) >>> 0;
    limit = (table === "gdt" ? state.gdtrLimit : state.idtrLimit) & 0xffff;
    bytes = limit + 1;
  }
  const size = table === "idt" && isReal(state) ? POINTER : ENTRY;
  return { base, limit, entries: Math.min(table === "idt" ? VECTORS : MAX_ENTRIES, Math.floor(bytes / size)), size };
}

function readTable(side: Side, table: TableName): Raw {
  const register = registerOf(side, table);
  const { size } = register;
  const { bytes, mapped } = readLinear(side, register.base, register.entries * size);
  const whole = new Uint8Array(register.entries);
  for (let i = 0; i < whole.length; i++) whole[i] = mapped[i * size]! & mapped[i * size + size - 1]!;
  return { register, words: new Int32Array(bytes.buffer), mapped: whole };
}

function readTables({ physical, guest }: Sides, table: TableName): Raws {
  return { physical: readTable(physical, table), guest: guest && readTable(guest, table) };
}

/** Bases of the segments of a side's GDT and LDT, for naming what gates lead to; each looked up once. */
export function basesOf(side: Side): BaseOf {
  const known = new Map<number, number | null>();
  return (selector) => {
    const key = selector & 0xfffc;
    let base = known.get(key);
    if (base === undefined) {
      base = lookUpBase(side, key);
      known.set(key, base);
    }
    return base;
  };
}

function lookUpBase(side: Side, selector: number): number | null {
  const descriptor = descriptorAt(side, selector);
  if (!descriptor || (descriptor.high & 0x1800) !== 0x1800) return null;
  const { low, high } = descriptor;
  return ((low >>> 16) | ((high & 0xff) << 16) | (high & 0xff000000)) >>> 0;
}

/** The descriptor that a selector names on a side now; null for a null selector, beyond the limit, or unmapped. */
export function descriptorAt(side: Side, selector: number): { readonly low: number; readonly high: number } | null {
  if ((selector & 0xfffc) === 0) return null;
  const { base, entries } = registerOf(side, (selector & 4) !== 0 ? "ldt" : "gdt");
  if (selector >>> 3 >= entries) return null;
  const { bytes, mapped } = readLinear(side, (base + (selector & 0xfff8)) >>> 0, ENTRY);
  if ((mapped[0]! & mapped[ENTRY - 1]!) === 0) return null;
  const view = new DataView(bytes.buffer);
  return { low: view.getInt32(0, true), high: view.getInt32(4, true) };
}

/** The GDT, the LDT or the IDT: the guest's beside the real one. */
export function inspectTable(at: Inspected, ask: TableAsk): TableAnswer {
  const { run } = at;
  const { table } = ask;
  const sides = sidesOf(run);
  const now = readTables(sides, table);
  const before = ask.changes ? beforeLastStep(run, `table ${table}`, () => readTables(sidesOf(run), table)) : null;
  const listed = listEntries(now, before, ask.all);
  const from = Math.min(Math.max(0, ask.from), listed.length);
  const builder = new RowBuilder(at, sides, table, now, before);
  return {
    table,
    virtualized: sides.guest !== null,
    physical: now.physical!.register,
    guest: now.guest?.register ?? null,
    note: (sides.guest && run.strategy.shadowTables?.[table]) ?? null,
    before: before ? registersBefore(now, before) : {},
    total: listed.length,
    changed: before ? listed.flatMap((index, i) => (hasChanged(now, before, index) ? [i] : [])) : [],
    from,
    rows: listed.slice(from, from + Math.max(0, ask.count)).map((index) => builder.row(index)),
  };
}

const SIDES = ["physical", "guest"] as const;

function registersBefore(now: Raws, before: Raws): Partial<Record<SideName, TableRegister>> {
  const result: Partial<Record<SideName, TableRegister>> = {};
  for (const side of SIDES) {
    const [is, was] = [now[side]?.register, before[side]?.register];
    if (is && was && (is.base !== was.base || is.limit !== was.limit)) result[side] = was;
  }
  return result;
}

/** Indexes of the entries to be listed: all, or those with something in them on either side, now or a step ago. */
function listEntries(now: Raws, before: Raws | null, all: boolean): number[] {
  const length = Math.max(...[now, before].flatMap((raws) => SIDES.map((side) => raws?.[side]?.register.entries ?? 0)));
  const listed: number[] = [];
  for (let index = 0; index < length; index++) {
    if (all || isUsed(now, index) || (before !== null && isUsed(before, index))) listed.push(index);
  }
  return listed;
}

function isUsed(raws: Raws, index: number): boolean {
  return SIDES.some((side) => {
    const raw = raws[side];
    return raw !== null && index < raw.register.entries && !isEmpty(wordsAt(raw, index));
  });
}

/** What lies at an index within the limit. */
function wordsAt({ register, words }: Raw, index: number): ShadowEntry {
  if (register.size === POINTER) return { low: words[index]!, high: 0 };
  return { low: words[index * 2]!, high: words[index * 2 + 1]! };
}

/** The dwords of an entry; null beyond the limit or unmapped. */
function entryOf(raw: Raw | null, index: number): ShadowEntry | null {
  if (raw === null || index >= raw.register.entries || raw.mapped[index] === 0) return null;
  return wordsAt(raw, index);
}

function sameEntry(a: ShadowEntry | null, b: ShadowEntry | null): boolean {
  return a === b || (a !== null && b !== null && a.low === b.low && a.high === b.high);
}

function hasChanged(now: Raws, before: Raws, index: number): boolean {
  return SIDES.some((side) => !sameEntry(entryOf(now[side], index), entryOf(before[side], index)));
}

const isEmpty = (entry: ShadowEntry | null) => entry === null || (entry.low | entry.high) === 0;

const APPEARED: Words = { en: "appeared", zh: "出现" };
const OTHER_MODE: Words = {
  en: "the guest is in real mode, with far pointers for vectors; the processor is not",
  zh: "客户机处于实模式，其向量是远指针；处理器则不然",
};
const GONE: Words = { en: "gone", zh: "消失" };

/** Makes the rows of one answer. */
class RowBuilder {
  private readonly at: Inspected;
  private readonly sides: Sides;
  private readonly table: TableName;
  private readonly now: Raws;
  private readonly before: Raws | null;
  private readonly namer: Namer;
  private readonly bases: { readonly [S in SideName]: BaseOf };
  private readonly virtualCpl: number;

  constructor(at: Inspected, sides: Sides, table: TableName, now: Raws, before: Raws | null) {
    this.at = at;
    this.sides = sides;
    this.table = table;
    this.now = now;
    this.before = before;
    this.namer = namerOf(at);
    this.bases = { physical: basesOf(sides.physical), guest: basesOf(sides.guest ?? sides.physical) };
    this.virtualCpl = at.run.guest.virtualCpl();
  }

  row(index: number): TableRow {
    const physical = this.entry("physical", index);
    const guest = this.sides.guest === null ? null : this.entry("guest", index);
    const { differs, notes } = guest ? this.compare(index, guest, physical) : { differs: false, notes: [] };
    return { index, physical, guest, differs, notes };
  }

  private entry(side: SideName, index: number): TableEntry {
    const raw = this.now[side]!;
    const words = entryOf(raw, index);
    const address = (raw.register.base + index * raw.register.size) >>> 0;
    const view = words && this.view(side, raw, words);
    const state = words ? "ok" : index < raw.register.entries ? "unmapped" : "beyond";
    const was = this.before && entryOf(this.before[side], index);
    if (this.before === null || sameEntry(words, was)) return { state, view, address };
    const before = was && this.view(side, this.before[side]!, was);
    const changes =
      !before || isEmpty(was) ? [APPEARED] : !view || isEmpty(words) ? [GONE] : differencesInWords(before, view);
    return { state, view, address, before, changes };
  }

  private view(side: SideName, { register }: Raw, { low, high }: ShadowEntry): DescriptorView {
    if (register.size === POINTER) return viewVector(this.sides[side]!, this.namer, low);
    return viewDescriptor(this.sides[side]!, this.namer, this.bases[side], low, high);
  }

  /** What the strategy says of the pair; where it says nothing, how the fields differ. */
  private compare(
    index: number,
    guest: TableEntry,
    physical: TableEntry,
  ): { differs: boolean; notes: readonly Words[] } {
    const [theirs, real] = [entryOf(this.now.guest, index), entryOf(this.now.physical, index)];
    const differs = !sameEntry(theirs, real) && !(isEmpty(theirs) && isEmpty(real));
    if (!differs) return { differs, notes: [] };
    const { table, virtualCpl } = this;
    const { shadowNotes } = this.at.run.strategy;
    // Descriptors and far pointers are not shadows of each other.
    if (this.now.guest!.register.size !== this.now.physical!.register.size) return { differs, notes: [OTHER_MODE] };
    if (shadowNotes) return { differs, notes: shadowNotes({ table, index, guest: theirs, real, virtualCpl }) };
    return { differs, notes: guest.view && physical.view ? differencesInWords(guest.view, physical.view) : [] };
  }
}
