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
