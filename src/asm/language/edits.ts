import type { TextEdit } from "./types.ts";

/** A text with the edits made that concern its file. Edits must not overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const lines = text.split(/(?<=\n)/);
  const sorted = [...edits].sort((a, b) => b.line - a.line || b.column - a.column);
  for (const { line, column, endColumn, text: put } of sorted) {
    while (lines.length < line) lines.push("");
    const old = lines[line - 1]!;
    lines[line - 1] = old.slice(0, column - 1) + put + old.slice(endColumn - 1);
  }
  return lines.join("");
}
