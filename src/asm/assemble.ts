import { Assembler, DEFAULT_ORIGIN } from "./assembler.ts";
import { Diagnostics } from "./diagnostics.ts";
import { LineMap } from "./line-map.ts";
import { type ListingRow, listingRows, writeListing } from "./listing.ts";
import { messages } from "./messages.ts";
import { Files } from "./preprocessor/files.ts";
import { flatImage } from "./section.ts";
import type { Diagnostic } from "./source.ts";

export { DEFAULT_ORIGIN } from "./assembler.ts";
export { type LineEntry, LineMap } from "./line-map.ts";
export type { Diagnostic } from "./source.ts";

/** A name of the program: an address, or a number that EQU gave it. */
export interface AssembledSymbol {
  readonly value: number;
  readonly kind: "label" | "constant";
}

/** A section that is meant to run elsewhere than where the image has it. */
export interface MovedSection {
  /** In the image. */
  readonly address: number;
  readonly length: number;
  /** Where its labels say that it begins. */
  readonly runsAt: number;
}

export interface AssembleOptions {
  /** Name of the main source in diagnostics and in the line map. */
  readonly name: string;
  /** Text of an included file, or null when there is none; `from` is the name of the file that includes it. */
  readonly resolve?: (path: string, from: string) => string | null;
  /** Single-line macros defined before the first line, `NAME` or `NAME=VALUE`, as by NASM's -D. */
  readonly defines?: readonly string[];
}

/** What comes out. With errors, `bytes` is what could be assembled, for listings only. */
export interface Assembly {
  readonly ok: boolean;
  /** The image from `origin` on: every progbits section, gaps filled with zeros. Sections without contents follow it. */
  readonly bytes: Uint8Array;
  /** Physical address of the first byte: ORG, else 0x100000. */
  readonly origin: number;
  readonly symbols: ReadonlyMap<string, AssembledSymbol>;
  /** Address of the label `start`, else of the first byte. */
  readonly entry: number;
  readonly lines: LineMap;
  /** The sections whose labels say that they lie elsewhere (VSTART). */
  readonly moved: readonly MovedSection[];
  /** The listing as text: line number, address, bytes, source. */
  listing(): string;
  /** The listing as rows, macro expansions as a tree. */
  rows(): ListingRow[];
  /** All errors and warnings, file by file, by line and column. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Assembles a program in NASM's dialect to a flat image (`nasm -f bin`, multi-pass optimiser), code size 32 bits until
 * BITS says otherwise. Never throws; bounded in time and memory (`limits.ts`).
 */
export function assemble(source: string, options: AssembleOptions): Assembly {
  const diagnostics = new Diagnostics();
  const place = { source: { file: options.name, line: 1, text: "" }, expansion: null };
  const files = diagnostics.guard(place, () => {
    return new Files(options.name, source, options.resolve ?? (() => null), options.defines);
  });
  const assembler = new Assembler(files ?? new Files(options.name, "", () => null), diagnostics);
  if (files) assembler.run();
  const origin = assembler.origin ?? DEFAULT_ORIGIN;
  const image =
    diagnostics.errors > 0 && assembler.placements.length === 0 ? null : flatImage(assembler.sections, origin);
  if (image === null && diagnostics.errors === 0) diagnostics.error(place, messages.imageTooBig());
  const bytes = image ?? new Uint8Array(0);
  const symbols = symbolTable(assembler);
  const lines = new LineMap(assembler.placements, assembler.sections, bytes, origin);
  return {
    ok: diagnostics.errors === 0,
    bytes,
    origin,
    symbols,
    entry: symbols.get("start")?.value ?? origin,
    lines,
    moved: assembler.sections
      .filter(({ absolute, base, virtualBase, offset }) => absolute === null && base !== virtualBase && offset > 0)
      .map(({ base, virtualBase, offset }) => ({ address: base, length: offset, runsAt: virtualBase })),
    listing: () => writeListing(assembler.listed, bytes, origin),
    rows: () => listingRows(assembler.listed, bytes, origin),
    diagnostics: diagnostics.all(),
  };
}

function symbolTable(assembler: Assembler): Map<string, AssembledSymbol> {
  const table = new Map<string, AssembledSymbol>();
  for (const [name, value, kind] of assembler.symbols) {
    const resolved = value.unknown ? null : assembler.resolved(value);
    if (resolved === null || name.startsWith("..@")) continue;
    table.set(name, { value: Number(resolved.number), kind: resolved.at === null ? "constant" : kind });
  }
  return table;
}
