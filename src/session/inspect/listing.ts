import type { ListingRow } from "../../asm/listing.ts";
import { includeCandidates, type PreparedProgram, type SourceMap } from "../program.ts";
import type { Inspected } from "./index.ts";

export type { ListingRow } from "../../asm/listing.ts";

/** The listing is of the program as it was loaded: the same at every moment. */
export type ListingAsk = object;

export interface ListingAnswer {
  /** Null for a binary, which has no source. */
  readonly rows: readonly ListingRow[] | null;
  /** Those of the programs that run in domains beside it. */
  readonly beside: readonly { readonly domain: number; readonly rows: readonly ListingRow[] }[];
}

/** The listing, with the lines that gave nothing (comments, definitions) where they stand. */
export function inspectListing({ program }: Inspected): ListingAnswer {
  const rowsOf = ({ sources }: Pick<PreparedProgram, "sources">) =>
    sources === null ? null : withAllLines(sources.listing(), sources);
  const beside = program.companions.map(({ id, prepared }) => ({ domain: id, rows: rowsOf(prepared) ?? [] }));
  return { rows: rowsOf(program), beside };
}

/** How far the lines of a file have been listed. */
interface Reading {
  readonly file: string;
  readonly lines: readonly string[];
  /** Lines that have been listed. */
  done: number;
}

const INCLUDE = /^\s*%include\s+["'<]([^"'>]+)/i;

/**
 * Puts in the lines that never reach the assembler. Files that include others are left at their %include line and taken
 * up again behind it.
 */
export function withAllLines(
  rows: readonly ListingRow[],
  { main, files }: Pick<SourceMap, "main" | "files">,
): ListingRow[] {
  const all: ListingRow[] = [];
  const stack: Reading[] = [];
  const emit = (reading: Reading, upTo: number): void => {
    for (; reading.done < Math.min(upTo, reading.lines.length); reading.done++) {
      const text = reading.lines[reading.done]!;
      all.push({ file: reading.file, line: reading.done + 1, text, depth: 0, macro: null, ...NOTHING });
    }
  };
  const enter = (file: string): Reading => {
    const lines = (files[file] ?? "").replace(/\n$/, "").split("\n");
    const reading: Reading = { file, lines, done: 0 };
    stack.push(reading);
    return reading;
  };
  /** The line of `reading` that includes `file`, behind what has been listed; 0 if none is seen. */
  const includeLine = (reading: Reading, file: string): number => {
    for (let at = reading.done; at < reading.lines.length; at++) {
      const path = INCLUDE.exec(reading.lines[at]!)?.[1];
      const found = path && includeCandidates(path, reading.file).find((name) => Object.hasOwn(files, name));
      if (found === file) return at + 1;
    }
    return 0;
  };
  const leave = (): void => {
    const reading = stack.pop();
    if (reading !== undefined) emit(reading, reading.lines.length);
  };

  enter(main);
  for (const row of rows) {
    if (row.depth > 0) {
      all.push(row);
      continue;
    }
    while (stack.at(-1)!.file !== row.file) {
      const top = stack.at(-1)!;
      const at = includeLine(top, row.file);
      if (at > 0) {
        emit(top, at);
        enter(row.file);
      } else if (stack.some(({ file }) => file === row.file)) leave();
      else enter(row.file);
    }
    const top = stack.at(-1)!;
    emit(top, row.line - 1);
    all.push(row);
    top.done = Math.max(top.done, row.line);
  }
  while (stack.length > 0) leave();
  return all;
}

const NOTHING = { address: null, size: 0, bytes: "" } as const;
