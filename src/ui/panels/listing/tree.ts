import type { ListingAnswer, ListingRow } from "../../../session/inspect/listing.ts";

/** A row of the listing with what its place in the tree says. */
export interface Item {
  /** Index among all rows; also the name by which it is folded. */
  readonly index: number;
  readonly row: ListingRow;
  /** The domain that its program runs in beside the one that was opened; null for that one. */
  readonly domain: number | null;
  /** Index of the call that this row belongs to, or null. */
  readonly parent: number | null;
  /** Of all that it gave: for a call, of its whole expansion. */
  readonly address: number | null;
  readonly size: number;
}

/** The rows of the program and of those beside it, one after the other. */
export function itemsOf({ rows, beside }: Omit<ListingAnswer, "rows"> & { rows: readonly ListingRow[] }) {
  const items: Item[] = [];
  addItems(items, rows, null);
  for (const other of beside) addItems(items, other.rows, other.domain);
  return items;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Finds out which rows belong to which calls, and what the calls gave in all. */
function addItems(made: Mutable<Item>[], rows: readonly ListingRow[], domain: number | null): void {
  const calls: number[] = [];
  for (const row of rows) {
    const index = made.length;
    while (calls.length > row.depth) calls.pop();
    const parent = calls.at(-1) ?? null;
    made.push({ index, row, domain, parent, address: row.address, size: row.size });
    if (row.address !== null) {
      for (const call of calls) {
        const above = made[call]!;
        above.address ??= row.address;
        above.size += row.size;
      }
    }
    if (row.macro !== null) calls.push(index);
  }
}

/** The rows that show while some calls are folded. */
export function visibleItems(items: readonly Item[], folded: ReadonlySet<number>): readonly Item[] {
  if (folded.size === 0) return items;
  const hidden = new Set<number>();
  return items.filter(({ index, parent }) => {
    const gone = parent !== null && (folded.has(parent) || hidden.has(parent));
    if (gone) hidden.add(index);
    return !gone;
  });
}

/** The innermost row that gave the byte at `address` of a domain's program, or null. */
export function itemAt(items: readonly Item[], address: number, domain: number | null): Item | null {
  for (const item of items) {
    const { row } = item;
    if (item.domain === domain && row.address !== null && address >= row.address && address < row.address + row.size)
      return item;
  }
  return null;
}

/** The row itself if it shows, else the call that it is folded into. */
export function shownFor(items: readonly Item[], item: Item, folded: ReadonlySet<number>): Item {
  let shown = item;
  for (let at: Item | undefined = item; at !== undefined; at = at.parent === null ? undefined : items[at.parent]) {
    if (folded.has(at.index) && at !== item) shown = at;
  }
  return shown;
}
