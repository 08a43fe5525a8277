import type { Placement } from "./assembler.ts";
import { trail } from "./diagnostics.ts";
import type { Section } from "./section.ts";
import { outermost } from "./source.ts";

/** Some bytes and the line they come from. */
export interface LineEntry {
  readonly address: number;
  readonly size: number;
  /** The line that a person wrote: for a macro's bytes, the outermost call. */
  readonly file: string;
  readonly line: number;
  /** What an instruction was assembled for, 16-bit or 32-bit code; null for data, room and padding. */
  readonly code: 16 | 32 | null;
  /** The macro calls in between, innermost first: the macro, and the line of its body that made the bytes. */
  readonly expansion: readonly { readonly name: string; readonly file: string; readonly line: number }[];
}

/** From addresses to source lines and back. Every byte of the image has an entry. */
export class LineMap {
  /** By address, without overlaps. */
  readonly entries: readonly LineEntry[];

  constructor(placements: readonly Placement[], sections: readonly Section[], image: Uint8Array, origin: number) {
    const found = placements
      .filter((p) => sections.includes(p.section))
      .map((p) => entryOf(p, p.section.base + p.offset))
      .sort((a, b) => a.address - b.address);
    this.entries = withGaps(found, origin, origin + image.length);
  }

  /** The entry that covers an address, or null. */
  at(address: number): LineEntry | null {
    let low = 0;
    let high = this.entries.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const entry = this.entries[middle]!;
      if (address < entry.address) high = middle - 1;
      else if (address >= entry.address + entry.size) low = middle + 1;
      else return entry;
    }
    return null;
  }

  /** The entries of a source line, by address: what it assembled to, macro expansions included. */
  of(file: string, line: number): LineEntry[] {
    return this.entries.filter(
      (e) => (e.line === line && e.file === file) || e.expansion.some((x) => x.line === line && x.file === file),
    );
  }
}

function entryOf({ origin, size, code }: Placement, address: number): LineEntry {
  const outer = outermost(origin).source;
  return { address, size, file: outer.file, line: outer.line, code, expansion: trail(origin) };
}

/** Gaps that alignment leaves between sections belong to what follows them. */
function withGaps(entries: readonly LineEntry[], from: number, to: number): LineEntry[] {
  const out: LineEntry[] = [];
  let next = from;
  for (const entry of entries) {
    if (entry.address > next && entry.address <= to) {
      out.push({ ...entry, address: next, size: entry.address - next, code: null, expansion: [] });
    }
    out.push(entry);
    next = Math.max(next, entry.address + entry.size);
  }
  return out;
}
