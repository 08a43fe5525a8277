import type { LoadedProgram, SourceLine } from "../types.ts";

/**
 * The lines of a program, and of the files that only the programs beside it have: a line of a file that is in several
 * means the program's own first.
 */
export function linesOf({
  lines,
  companions = [],
}: Pick<LoadedProgram, "lines" | "companions">): readonly SourceLine[] {
  const all = [...lines];
  const known = new Set(lines.map(({ file }) => file));
  for (const beside of companions) {
    all.push(...beside.lines.filter(({ file }) => !known.has(file)));
    for (const { file } of beside.lines) known.add(file);
  }
  return all;
}

/**
 * The code at which a breakpoint on a line stops: the line's own, or for one that gives no bytes (a label alone, a comment)
 * that of the next line in the file that gives some. Null where that is data, or nothing.
 */
export function codeLine(lines: readonly SourceLine[], file: string, line: number): SourceLine | null {
  let best: SourceLine | null = null;
  for (const one of lines) {
    if (one.file !== file || one.line < line) continue;
    const nearer = best === null || one.line < best.line;
    if (nearer || (one.line === best!.line && best!.row === null && one.row !== null)) best = one;
  }
  return best !== null && best.row !== null ? best : null;
}
