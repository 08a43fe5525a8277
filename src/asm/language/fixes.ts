import type { Words } from "../../isa/types.ts";
import type { Remedy } from "../message.ts";
import type { Diagnostic } from "../source.ts";
import { suggest } from "../suggest.ts";
import { beginsMacro, endsMacro, macrosOf } from "./macros.ts";
import type { NameIndex } from "./names.ts";
import { directiveOf, isOp, readText, type TextFile, type TextLine } from "./text.ts";
import type { TextEdit } from "./types.ts";

/** Something that mends a problem: what it does, and the edits that do it. */
export interface Fix {
  readonly title: Words;
  readonly edits: readonly TextEdit[];
}

/** Words of MASM's dialect that NASM does without: `offset message`, `dword ptr [ebx]`. */
const MASM = new Set(["offset", "ptr"]);

/**
 * What would mend a problem that the assembler found: its own suggestions, and others that are certain.
 * @param files every file at hand, those that the program does not include yet among them
 */
export function fixesFor(
  diagnostic: Diagnostic,
  index: NameIndex,
  files: Readonly<Record<string, string>>,
): readonly Fix[] {
  const line = index.texts.get(diagnostic.file)?.lines[diagnostic.line - 1];
  if (line === undefined || line.text.length < diagnostic.endColumn - 1) return [];
  const place: Place = { diagnostic, index, text: line.text };
  const masm = masmWord(place);
  if (masm !== null) return [masm];
  const own = diagnostic.remedies.flatMap((remedy) => fixOf(remedy, place) ?? []);
  return [...missingInclude(place, files), ...misspeltFile(place, files), ...own];
}

interface Place {
  readonly diagnostic: Diagnostic;
  readonly index: NameIndex;
  /** The line. */
  readonly text: string;
}

function edit({ diagnostic }: Place, column: number, endColumn: number, text: string): TextEdit {
  return { file: diagnostic.file, line: diagnostic.line, column, endColumn, text };
}

const one = (en: string, zh: string, edit: TextEdit): Fix => ({ title: { en, zh }, edits: [edit] });

function fixOf(remedy: Remedy, place: Place): Fix | null {
  const { column, endColumn } = place.diagnostic;
  switch (remedy.kind) {
    case "replace": {
      const text = asWritten(remedy.text, place);
      return one(`Change to \`${text}\``, `改为 \`${text}\``, edit(place, column, endColumn, text));
    }
    case "before": {
      const text = remedy.text.trim();
      return one(`Put \`${text}\` before it`, `在前面写 \`${text}\``, edit(place, column, column, remedy.text));
    }
    case "behind": {
      const { text } = remedy;
      // A comment may have been meant to follow: then nobody knows where the string ends.
      if (/^["'`]$/.test(text) && place.text.slice(column).includes(";")) return null;
      return one(`Put \`${text}\` behind it`, `在后面加 \`${text}\``, edit(place, endColumn, endColumn, text));
    }
    case "without":
      return without(remedy.words, place);
    case "end": {
      const { lines } = place.index.texts.get(place.diagnostic.file)!;
      const last = lines.at(-1)!;
      const at = last.text.length + 1;
      const text = last.text === "" ? `${remedy.text}\n` : `\n${remedy.text}\n`;
      return {
        title: { en: `Add \`${remedy.text}\` at the end`, zh: `在末尾添加 \`${remedy.text}\`` },
        edits: [{ file: place.diagnostic.file, line: last.number, column: at, endColumn: at, text }],
      };
    }
  }
}

/** A local label as it is written where it is used: without the label that it belongs to. */
function asWritten(text: string, { diagnostic, index }: Place): string {
  const parent = index.parentAt(diagnostic.file, diagnostic.line);
  return parent !== "" && text.startsWith(`${parent}.`) ? text.slice(parent.length) : text;
}

function without(words: readonly string[], place: Place): Fix | null {
  const { diagnostic, index } = place;
  const { tokens } = index.texts.get(diagnostic.file)!.lines[diagnostic.line - 1]!;
  const isWord = (token: { readonly text: string }) => words.includes(token.text.toLowerCase());
  // The word that stands right before the place, if there is one, else the first of the line.
  const token = tokens.findLast((t) => isWord(t) && t.end < diagnostic.column) ?? tokens.find(isWord);
  if (token === undefined) return null;
  const next = tokens[tokens.indexOf(token) + 1];
  const end = next === undefined ? token.end : next.start;
  return one(`Leave \`${token.text}\` out`, `去掉 \`${token.text}\``, edit(place, token.start + 1, end + 1, ""));
}

function masmWord(place: Place): Fix | null {
  const { column, endColumn } = place.diagnostic;
  const { tokens } = place.index.texts.get(place.diagnostic.file)!.lines[place.diagnostic.line - 1]!;
  const touching = tokens.find(
    (t) => t.start + 1 >= column && t.end + 1 <= endColumn && MASM.has(t.text.toLowerCase()),
  );
  const before = tokens.findLast((t) => t.end + 1 <= column);
  const token = touching ?? (before !== undefined && MASM.has(before.text.toLowerCase()) ? before : undefined);
  return token === undefined ? null : without([token.text.toLowerCase()], place);
}

/** The word is a macro or a label of a file that is at hand and not included. */
function missingInclude({ diagnostic, index, text }: Place, files: Readonly<Record<string, string>>): Fix[] {
  const word = text.slice(diagnostic.column - 1, diagnostic.endColumn - 1);
  if (!/^[A-Za-z_][\w$#@~.?]*$/.test(word) || diagnostic.severity !== "error") return [];
  const found = Object.keys(files).filter(
    (name) => !index.texts.has(name) && name.endsWith(".inc") && definesWord(name, files[name]!, word),
  );
  return found.slice(0, 3).map((name) => ({
    title: { en: `Include "${name}", which defines \`${word}\``, zh: `包含定义了 \`${word}\` 的 "${name}"` },
    edits: [includeEdit(index, name, files[name]!)],
  }));
}

function definesWord(name: string, text: string, word: string): boolean {
  if (!text.includes(word)) return false;
  const file = readText(name, text);
  if (macrosOf(file).some((macro) => macro.name === word)) return true;
  return file.lines.some(({ tokens }) => {
    const [first, second] = tokens;
    if (first?.kind === "directive") return /^%x?define$|^%assign$/i.test(first.text) && second?.text === word;
    return first?.text === word && (second?.text === ":" || second?.text.toLowerCase() === "equ");
  });
}

/**
 * An %include of a file: names alone go in front of what is included already, code behind the program's own, so that
 * nobody runs into it.
 */
function includeEdit(index: NameIndex, name: string, text: string): TextEdit {
  const { name: file, lines } = index.texts.get(index.main)!;
  const put = `%include "${name}"\n`;
  const isInclude = (line: TextLine) => directiveOf(line) === "include";
  if (!hasCode(readText(name, text))) {
    const setup = lines.findLast(({ tokens }) => /^(?:bits|org|use16|use32)$/i.test(tokens[0]?.text ?? ""));
    // Before whatever uses the names: behind ORG and BITS, else in front of the first line that is not a comment.
    const at = setup === undefined ? (lines.find(({ tokens }) => tokens.length > 0)?.number ?? 1) : setup.number + 1;
    return { file, line: at, column: 1, endColumn: 1, text: put };
  }
  const begins = lines.findIndex(({ tokens }) => tokens[0]?.kind === "id" && isOp(tokens[1], ":"));
  const last = lines.findLast((line, i) => isInclude(line) && i > begins && begins >= 0);
  if (last !== undefined) return { file, line: last.number + 1, column: 1, endColumn: 1, text: put };
  const end = lines.at(-1)!;
  const column = end.text.length + 1;
  return { file, line: end.number, column, endColumn: column, text: end.text === "" ? put : `\n${put}` };
}

/** Whether a file holds more than macros and constants. */
function hasCode(file: TextFile): boolean {
  let depth = 0;
  return file.lines.some((line) => {
    const directive = directiveOf(line);
    if (beginsMacro(directive)) depth++;
    else if (endsMacro(directive)) depth--;
    return depth === 0 && line.tokens[0]?.kind === "id" && line.tokens[1]?.text.toLowerCase() !== "equ";
  });
}

/** An %include of a file that does not exist under that name. */
function misspeltFile(place: Place, files: Readonly<Record<string, string>>): Fix[] {
  const { diagnostic, index } = place;
  const line = index.texts.get(diagnostic.file)!.lines[diagnostic.line - 1]!;
  const path = line.tokens[1];
  if (
    directiveOf(line) !== "include" ||
    path?.kind !== "string" ||
    index.includedAt(diagnostic.file, diagnostic.line) !== null
  ) {
    return [];
  }
  const near = suggest(
    path.value,
    Object.keys(files).filter((name) => name !== index.main),
  );
  if (near === null) return [];
  const text = `"${near}"`;
  return [one(`Change to \`${near}\``, `改为 \`${near}\``, edit(place, path.start + 1, path.end + 1, text))];
}
