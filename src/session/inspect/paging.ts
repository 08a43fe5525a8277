import { PAGE_SIZE } from "../../machine/memory.ts";
import { beforeLastStep } from "./before.ts";
import type { Inspected } from "./index.ts";
import { bitLetters, directoryOf, frameOf, isLarge, isPaging, isPresent } from "./page-entry.ts";
import { entriesOf, isVirtualized, pagingSides, type Side, type SideName } from "./side.ts";

export interface PagingAsk {
  /** Directory entries (0 to 1023) whose tables are wanted in full, on each side. */
  readonly open: Readonly<Record<SideName, readonly number[]>>;
  /** What the last step changed is wanted too. */
  readonly changes: boolean;
}

/** Entries that follow one another and say the same: absent ones, or pages of like bits whose frames follow too. */
export interface PageRun {
  readonly kind: "absent" | "page" | "large" | "table";
  /** Index of the first entry, and how many there are. */
  readonly index: number;
  readonly count: number;
  /** First linear address. */
  readonly linear: number;
  /** Physical address of the first entry, and its value. */
  readonly address: number;
  readonly raw: number;
  readonly bits: readonly string[];
  /** Physical address of the first page, or of the table. */
  readonly frame: number;
  /** The page or table lies beyond the side's memory. */
  readonly beyond: boolean;
  /** Of a table, how many of its entries are present. */
  readonly present: number;
  /** Of a table that was asked for: what is in it. Null else. */
  readonly pages: readonly PageRun[] | null;
}

/** An entry that the last step changed. */
export interface EntryChange {
  readonly level: "directory" | "table";
  /** First linear address that it maps. */
  readonly linear: number;
  readonly address: number;
  readonly before: number;
  readonly after: number;
}

/** A tree of page tables, and what the last step did to it. */
export interface PageTree {
  readonly paging: boolean;
  readonly cr3: number;
  readonly directory: number;
  /** Absent stretches are in it too, so that the runs cover all of the 4 GiB. Empty while paging is off. */
  readonly runs: readonly PageRun[];
  /** CR3 one step ago, if the last step loaded another; the entries are then not compared. */
  readonly cr3Before: number | null;
  /** The first entries that the last step changed, and how many there are in all. */
  readonly changes: readonly EntryChange[];
  readonly changeCount: number;
}

export interface PagingAnswer {
  readonly virtualized: boolean;
  /** A VMM is there, and yet the tables are the guest's own: it changes them by asking the VMM. */
  readonly direct: boolean;
  readonly physical: PageTree;
  readonly guest: PageTree | null;
}

const ENTRIES = 1024;
const MAX_CHANGES = 64;

/** The page tables of both sides as trees. */
export function inspectPaging({ run }: Inspected, ask: PagingAsk): PagingAnswer {
  const { physical, guest } = pagingSides(run);
  const before = ask.changes
    ? beforeLastStep(run, "paging", () => {
        const sides = pagingSides(run);
        return { physical: snapshot(sides.physical), guest: sides.guest && snapshot(sides.guest) };
      })
    : null;
  return {
    virtualized: guest !== null,
    direct: guest === null && isVirtualized(run),
    physical: treeOf(physical, ask.open.physical, before?.physical ?? null),
    guest: guest && treeOf(guest, ask.open.guest, before?.guest ?? null),
  };
}

function treeOf(side: Side, open: readonly number[], before: Snapshot | null): PageTree {
  const paging = isPaging(side);
  const cr3 = side.state.cr3 >>> 0;
  const directory = directoryOf(side);
  const moved = before !== null && before.cr3 !== cr3;
  const changes = before !== null && !moved ? changesSince(side, before) : { list: [], count: 0 };
  return {
    paging,
    cr3,
    directory,
    runs: paging ? directoryRuns(side, directory, new Set(open)) : [],
    cr3Before: moved ? before.cr3 : null,
    changes: changes.list,
    changeCount: changes.count,
  };
}

function directoryRuns(side: Side, directory: number, open: ReadonlySet<number>): PageRun[] {
  const runs: PageRun[] = [];
  const present = new Map<number, number>();
  const read = entriesOf(side, directory);
  for (let index = 0; index < ENTRIES; index++) {
    const address = directory + index * 4;
    const raw = read(index);
    const large = isLarge(side, raw);
    const kind = !isPresent(raw) ? "absent" : large ? "large" : "table";
    const frame = frameOf(raw, large);
    const linear = (index << 22) >>> 0;
    const run = makeRun(side, kind, index, linear, address, raw, frame, true);
    if (kind !== "table") merge(runs, run, PAGE_SIZE * ENTRIES);
    else {
      let count = present.get(frame);
      if (count === undefined) {
        count = countPresent(side, frame);
        present.set(frame, count);
      }
      runs.push({ ...run, present: count, pages: open.has(index) ? tableRuns(side, frame, linear) : null });
    }
  }
  return runs;
}

function tableRuns(side: Side, table: number, linear: number): PageRun[] {
  const runs: PageRun[] = [];
  const read = entriesOf(side, table);
  for (let index = 0; index < ENTRIES; index++) {
    const address = table + index * 4;
    const raw = read(index);
    const kind = isPresent(raw) ? "page" : "absent";
    const at = (linear + index * PAGE_SIZE) >>> 0;
    merge(runs, makeRun(side, kind, index, at, address, raw, frameOf(raw, false), false), PAGE_SIZE);
  }
  return runs;
}

function makeRun(
  side: Side,
  kind: PageRun["kind"],
  index: number,
  linear: number,
  address: number,
  raw: number,
  frame: number,
  directory: boolean,
): PageRun {
  const bits = kind === "absent" ? [] : bitLetters(raw, directory);
  const beyond = kind !== "absent" && frame >= side.memory.size;
  return { kind, index, count: 1, linear, address, raw: raw >>> 0, bits, frame, beyond, present: 0, pages: null };
}

/** Adds a run, or lengthens the last one by it if it says the same. `size` is what an entry maps. */
function merge(runs: PageRun[], run: PageRun, size: number): void {
  const last = runs[runs.length - 1];
  const alike =
    last !== undefined &&
    last.kind === run.kind &&
    last.beyond === run.beyond &&
    (run.kind === "absent" ||
      (last.frame + last.count * size === run.frame && ((last.raw ^ run.raw) & (PAGE_SIZE - 1)) === 0));
  if (alike) runs[runs.length - 1] = { ...last, count: last.count + 1 };
  else runs.push(run);
}

function countPresent(side: Side, table: number): number {
  let count = 0;
  const read = entriesOf(side, table);
  for (let index = 0; index < ENTRIES; index++) if (isPresent(read(index))) count++;
  return count;
}

/** The directory and every table, as they were: each once, however often it is mapped. */
interface Snapshot {
  readonly cr3: number;
  readonly paging: boolean;
  readonly tables: ReadonlyMap<number, Int32Array>;
}

function snapshot(side: Side): Snapshot {
  const tables = new Map<number, Int32Array>();
  const cr3 = side.state.cr3 >>> 0;
  const paging = isPaging(side);
  if (!paging) return { cr3, paging, tables };
  const directory = copyTable(side, directoryOf(side), tables);
  for (const pde of directory) {
    if (isPresent(pde) && !isLarge(side, pde)) copyTable(side, frameOf(pde, false), tables);
  }
  return { cr3, paging, tables };
}

function copyTable(side: Side, frame: number, into: Map<number, Int32Array>): Int32Array {
  let copy = into.get(frame);
  if (!copy) {
    const read = entriesOf(side, frame);
    copy = Int32Array.from({ length: ENTRIES }, (_, i) => read(i));
    into.set(frame, copy);
  }
  return copy;
}

/** Entries of the directory and of its tables that are not what they were; a new table is told by its directory entry. */
function changesSince(side: Side, before: Snapshot): { list: EntryChange[]; count: number } {
  const list: EntryChange[] = [];
  let count = 0;
  const directory = directoryOf(side);
  if (!before.paging || !isPaging(side)) return { list, count };
  const compare = (level: EntryChange["level"], frame: number, linear: number, size: number) => {
    const was = before.tables.get(frame);
    if (!was) return;
    const read = entriesOf(side, frame);
    for (let i = 0; i < ENTRIES; i++) {
      const after = read(i);
      if (after === was[i]) continue;
      count++;
      if (list.length >= MAX_CHANGES) continue;
      const at = (linear + i * size) >>> 0;
      list.push({ level, linear: at, address: frame + i * 4, before: was[i]! >>> 0, after: after >>> 0 });
    }
  };
  compare("directory", directory, 0, PAGE_SIZE * ENTRIES);
  const seen = new Set([directory]);
  const read = entriesOf(side, directory);
  for (let index = 0; index < ENTRIES; index++) {
    const pde = read(index);
    const frame = frameOf(pde, false);
    if (!isPresent(pde) || isLarge(side, pde) || seen.has(frame)) continue;
    seen.add(frame);
    compare("table", frame, (index << 22) >>> 0, PAGE_SIZE);
  }
  return { list, count };
}
