import type { Diagnostic, ProgramSpec } from "../session/types.ts";
import { type Language, oneLine, say } from "./text.ts";

/** Columns of a source line that are shown with an error. */
const SHOWN = 120;

/** Assembler messages for people: place, message, the line with the place marked, and what would be accepted. */
export function diagnosticText(
  diagnostics: readonly Diagnostic[],
  files: Readonly<Record<string, string>>,
  shownPath: (file: string) => string,
  language: Language,
): string {
  const lines = new Map<string, readonly string[]>();
  const linesOf = (file: string) => {
    if (!lines.has(file)) lines.set(file, (files[file] ?? "").split(/\r\n|\n|\r/));
    return lines.get(file)!;
  };
  return diagnostics
    .map((diagnostic) => {
      const { file, line, column, endColumn, severity, message, hint } = diagnostic;
      const place = `${shownPath(file)}:${line}:${column}: ${severity}: ${oneLine(say(message, language))}\n`;
      const source = linesOf(file)[line - 1] ?? "";
      return place + excerpt(source, column, endColumn) + (hint ? `    ${oneLine(say(hint, language))}\n` : "");
    })
    .join("");
}

function excerpt(source: string, column: number, endColumn: number): string {
  if (source.trim() === "" || column > SHOWN) return "";
  const cut = source.slice(0, SHOWN).replaceAll("\t", " ");
  const width = Math.max(1, Math.min(endColumn, cut.length + 1) - column);
  return `    ${oneLine(cut)}\n    ${" ".repeat(column - 1)}${"^".repeat(width)}\n`;
}

/** The source files of a program; none for a binary. */
export function filesOf(spec: ProgramSpec): Readonly<Record<string, string>> {
  return spec.kind === "source" ? spec.files : {};
}
