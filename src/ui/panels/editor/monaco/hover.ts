import type { editor, IRange, languages, Position } from "monaco-editor/editor/editor.api.js";
import { isRowId, ROW_LIST, ROWS } from "../../../../isa/rows.ts";
import type { Row, Words } from "../../../../isa/types.ts";
import type { SourceLine } from "../../../../session/types.ts";

/** What the hover needs to know of the page: the assembled lines of the file on view, and the words around the facts. */
export interface HoverContext {
  readonly lines: ReadonlyMap<number, SourceLine>;
  pick(words: Words): string;
  /** The name of a class, and of what a mark says. */
  phrase(key: "innocuous" | "control" | "location" | "mode" | "silent" | "privileged" | "bytes"): string;
}

let context: HoverContext = { lines: new Map(), pick: (words) => words.en, phrase: (key) => key };

export function setHoverContext(next: HoverContext): void {
  context = next;
}

const byMnemonic = new Map<string, Row>();
for (const row of ROW_LIST) {
  for (const name of [row.mnemonic, ...row.aliases]) if (!byMnemonic.has(name)) byMnemonic.set(name, row);
}

/** What the table says of the instruction under the pointer: the row the line was assembled to, or its mnemonic's first. */
export function provideHover(model: editor.ITextModel, position: Position): languages.Hover | null {
  const word = model.getWordAtPosition(position);
  if (word === null) return null;
  const name = word.word.toLowerCase();
  const candidate = byMnemonic.get(name);
  if (candidate === undefined) return null;
  const line = context.lines.get(position.lineNumber);
  const assembled = line?.row != null && isRowId(line.row) ? (ROWS[line.row] as Row) : null;
  const row = assembled !== null && [assembled.mnemonic, ...assembled.aliases].includes(name) ? assembled : candidate;
  const range: IRange = {
    startLineNumber: position.lineNumber,
    endLineNumber: position.lineNumber,
    startColumn: word.startColumn,
    endColumn: word.endColumn,
  };
  return { range, contents: contents(row, line, row === assembled).map((value) => ({ value })) };
}

function contents(row: Row, line: SourceLine | undefined, exact: boolean): string[] {
  const { pick, phrase } = context;
  const parts = [`**${row.mnemonic.toUpperCase()}** · ${phrase(row.sensitivity)} · ${row.manual}`, pick(row.words)];
  if (row.silent !== null) parts.push(`∅ **${phrase("silent")}** ${pick(row.silent.words)}`);
  else if (row.sensitivity !== "innocuous" && row.checks.length > 0) parts.push(`▲ ${phrase("privileged")}`);
  if (exact && line !== undefined) {
    const address = line.address.toString(16).padStart(8, "0");
    parts.push(`${phrase("bytes")} \`${address}: ${line.bytes}\``);
  }
  return parts;
}
