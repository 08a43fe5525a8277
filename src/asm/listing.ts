import type { Placement } from "./assembler.ts";
import type { Origin } from "./source.ts";
import { outermost } from "./source.ts";

const BYTES_PER_ROW = 8;

/** One row per line, and more for long data: line number, address, bytes, source; macro lines are marked <1>, <2>, ... */
export function writeListing(
  listed: readonly { readonly origin: Origin; readonly placement: Placement | null }[],
  image: Uint8Array,
  base: number,
): string {
  const rows: string[] = [];
  let shown = "";
  for (const { origin, placement } of listed) {
    const outer = outermost(origin).source;
    const depth = depthOf(origin);
    const key = `${outer.file}:${outer.line}`;
    // A macro's call is shown once: before its lines, or with the label that stands before it.
    if (depth > 0 && key !== shown) rows.push(row(outer.line, "", "", 0, outer.text));
    shown = key;
    const bytes = placement === null ? [] : hexRows(placement, image, base);
    const line = depth > 0 ? origin.source.line : outer.line;
    rows.push(row(line, bytes[0]?.[0] ?? "", bytes[0]?.[1] ?? "", depth, origin.source.text));
    for (const [address, hex] of bytes.slice(1)) rows.push(row(line, address, hex, depth, ""));
  }
  return `${rows.join("\n")}\n`;
}

function depthOf(origin: Origin): number {
  let depth = 0;
  for (let at = origin; at.expansion !== null; at = at.expansion.call) depth++;
  return depth;
}

function row(line: number, address: string, bytes: string, depth: number, text: string): string {
  const mark = depth > 0 ? `<${depth}> ` : "";
  return `${String(line).padStart(6)} ${address.padEnd(8)} ${bytes.padEnd(BYTES_PER_ROW * 2 + 1)} ${mark}${text}`.trimEnd();
}

/** Addresses and bytes in rows of eight; a long run of one byte is cut short, room without contents shows `??`. */
function hexRows({ section, offset, size }: Placement, image: Uint8Array, base: number): [string, string][] {
  const start = section.base + offset;
  const address = (at: number): string => (start + at).toString(16).toUpperCase().padStart(8, "0");
  if (section.nobits) return [[address(0), `?? x ${size}`]];
  const bytes = image.subarray(start - base, start - base + size);
  const hex = (part: Uint8Array): string =>
    [...part].map((b) => b.toString(16).toUpperCase().padStart(2, "0")).join("");
  if (size > BYTES_PER_ROW * 8 && bytes.every((b) => b === bytes[0]))
    return [[address(0), `${hex(bytes.subarray(0, 1))} x ${size}`]];
  const rows: [string, string][] = [];
  for (let at = 0; at < size; at += BYTES_PER_ROW) {
    rows.push([address(at), hex(bytes.subarray(at, at + BYTES_PER_ROW)) + (at + BYTES_PER_ROW < size ? "-" : "")]);
  }
  return rows;
}

/** A line of a listing, macro expansions as a tree: rows of a greater depth belong to the call before them. */
export interface ListingRow {
  readonly file: string;
  /** Counted from 1; within a macro, the line of its body. */
  readonly line: number;
  readonly text: string;
  /** Macro calls that led here: 0 for a line that stands in a file. */
  readonly depth: number;
  /** The macro that this line calls, whose lines follow; null where it calls none. */
  readonly macro: string | null;
  /** Of the first byte; null for lines that give none. */
  readonly address: number | null;
  /** How many bytes it gave, or reserved. */
  readonly size: number;
  /** The first bytes in hex, at most `LISTED_BYTES`; empty for reserved room. */
  readonly bytes: string;
}

/** Bytes of a row that are written out. */
export const LISTED_BYTES = 64;

/** The same as `writeListing`, for a reader that can fold: with the calls of every depth before what they expand to. */
export function listingRows(
  listed: readonly { readonly origin: Origin; readonly placement: Placement | null }[],
  image: Uint8Array,
  base: number,
): ListingRow[] {
  const rows: ListingRow[] = [];
  /** The calls, outermost first, that the row before belongs to. */
  let open: readonly Origin[] = [];
  for (const { origin, placement } of listed) {
    const calls: Origin[] = [];
    for (let at = origin; at.expansion !== null; at = at.expansion.call) calls.unshift(at.expansion.call);
    let shared = 0;
    while (shared < calls.length && calls[shared] === open[shared]) shared++;
    for (let depth = shared; depth < calls.length; depth++) {
      const { source } = calls[depth]!;
      const inner = depth + 1 < calls.length ? calls[depth + 1]! : origin;
      const macro = inner.expansion!.name;
      const last = rows.at(-1);
      // A label that stands before the call has brought the line already.
      const there = last?.depth === depth && last.macro === null && last.size === 0;
      if (there && last.file === source.file && last.line === source.line) rows[rows.length - 1] = { ...last, macro };
      else rows.push({ ...placeOf(source), depth, macro, address: null, size: 0, bytes: "" });
    }
    open = calls;
    rows.push({ ...placeOf(origin.source), depth: calls.length, macro: null, ...bytesOf(placement, image, base) });
  }
  return rows;
}

function placeOf({ file, line, text }: Origin["source"]): Pick<ListingRow, "file" | "line" | "text"> {
  return { file, line, text };
}

function bytesOf(
  placement: Placement | null,
  image: Uint8Array,
  base: number,
): Pick<ListingRow, "address" | "size" | "bytes"> {
  if (placement === null) return { address: null, size: 0, bytes: "" };
  const { section, offset, size } = placement;
  const address = section.base + offset;
  const start = address - base;
  const stored = section.nobits ? [] : [...image.subarray(start, start + Math.min(size, LISTED_BYTES))];
  return { address, size, bytes: stored.map((byte) => byte.toString(16).padStart(2, "0")).join(" ") };
}
