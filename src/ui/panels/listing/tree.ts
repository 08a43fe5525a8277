import type { ListingRow } from "../../../session/inspect/listing.ts";

/** A row of the listing with what its place in the tree says. */
export interface Item {
  /** Index among all rows; also the name by which it is folded. */
  readonly index: number;
  readonly row: ListingRow;
  /** Index of the call that this row belongs to, or null. */
  readonly parent: number | null;
  /** Of all that it gave: for a call, of its whole expansion. */
  readonly address: number | null;
  readonly size: number;
}

/** Finds out which rows belong to which calls, and what the calls gave in all. */
export function itemsOf(rows: readonly ListingRow[]): readonly Item[] {
  const made: { index: number; row: ListingRow; parent: number | null; address: number | null; size: number }[] = [];
  const calls: number[] = [];
  for (const [index, row] of rows.entries()) {
    while (calls.length > row.depth) calls.pop();
    const parent = calls.at(-1) ?? null;
    made.push({ index, row, parent, address: row.address, size: row.size });
    if (row.address !== null) {
      for (const call of calls) {
        const above = made[call]!;
        above.address ??= row.address;
        above.size += row.size;
      }
    }
    if (row.macro !== null) calls.push(index);
  }
  return made;
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

/** The innermost row that gave the byte at `address`, or null. */
export function itemAt(items: readonly Item[], address: number): Item | null {
  for (const item of items) {
    const { row } = item;
    if (row.address !== null && address >= row.address && address < row.address + row.size) return item;
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
