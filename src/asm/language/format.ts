import type { Token } from "../source.ts";
import { isStatementWord } from "../words.ts";
import { labelWidth } from "./names.ts";
import { isComment, isOp, type TextFile, type TextLine } from "./text.ts";

/** Where the parts of a line begin, in columns from 0. */
const STATEMENT = 8;
const COMMENT = 40;
/** Comments behind longer lines stand at a multiple of this. */
const COMMENT_STEP = 8;
const TAB = 8;
/** Comments that somebody has lined up further right than this are brought back. */
const FURTHEST = 80;

/** A line in its parts. `kept` stands as it is. */
type Parts =
  | { readonly kind: "kept"; readonly text: string }
  | { readonly kind: "blank" }
  | { readonly kind: "comment"; readonly column: number; readonly comment: string }
  | {
      readonly kind: "code";
      readonly label: string;
      /** The statement gives data or a constant its name: names in a row share a column. */
      readonly table: boolean;
      readonly statement: string;
      /** Where the statement begins if there is no label. */
      readonly column: number;
      readonly comment: string;
      /** Where statement and comment stand now. */
      readonly was: { readonly statement: number; readonly comment: number };
    };
type Code = Extract<Parts, { kind: "code" }>;

/** Statements that say how the file is to be taken: they may stand at the left. */
const ABOUT_THE_FILE = /^(?:bits|use16|use32|org|section|segment|cpu|global|default|absolute|i?struc|endstruc|iend)$/i;

/**
 * A file laid out in columns: labels at the left, statements at column 8, comments at column 40 or behind a longer line.
 * Only white space changes, and no line break: it assembles to the same bytes, and laying out again changes nothing.
 * @param isMacro whether a word calls a multi-line macro
 */
export function formatText(file: TextFile, isMacro: (word: string) => boolean): string {
  const parts = file.lines.map((line) => partsOf(line, isMacro));
  const out = parts.map((part, i) => lineOf(part, part.kind === "code" ? statementColumn(parts, i, part) : 0));
  const ends = /\r\n|\n|\r/.exec(file.text)?.[0] ?? "\n";
  return out.join(ends);
}

function lineOf(part: Parts, column: number): string {
  switch (part.kind) {
    case "kept":
      return part.text;
    case "blank":
      return "";
    case "comment":
      return " ".repeat(part.column) + part.comment;
    case "code": {
      const body = part.statement === "" ? part.label : part.label.padEnd(column) + part.statement;
      return part.comment === "" ? body : body.padEnd(commentColumn(body, part.was.comment)) + part.comment;
    }
  }
}

function partsOf(line: TextLine, isMacro: (word: string) => boolean): Parts {
  const { tokens, text, comment } = line;
  const touchy = line.continued || line.continues || tokens.some((token) => token.kind === "bad");
  if (touchy) return { kind: "kept", text };
  const behind = text.slice(comment).trimEnd();
  if (isComment(line)) return { kind: "comment", column: commentIndent(text.slice(0, comment)), comment: behind };
  const [first] = tokens;
  if (first === undefined) return { kind: "blank" };
  if (first.kind === "directive" || isOp(first, "[")) {
    // Preprocessor lines keep their indentation: it shows what is inside what.
    const column = widthOf(text.slice(0, first.start));
    const statement = text.slice(first.start, comment).trimEnd();
    const was = { statement: column, comment: widthOf(text.slice(0, comment)) };
    return { kind: "code", label: "", table: false, statement, column, comment: behind, was };
  }
  const width = labelWidth(tokens, isMacro);
  const rest = tokens.slice(width);
  if (width === 0 && !startsStatement(rest, isMacro)) return { kind: "kept", text: text.trimEnd() };
  const label = width === 0 ? "" : text.slice(first.start, tokens[width - 1]!.end).replace(/\s+:$/, ":");
  const table = width > 0 && rest.length > 0 && /^(?:equ|d[bwdq]|res[bwdq])$/i.test(rest[0]!.text);
  const column = first.start === 0 && ABOUT_THE_FILE.test(first.text) ? 0 : STATEMENT;
  const was = {
    statement: widthOf(text.slice(0, rest[0]?.start ?? 0)),
    comment: widthOf(text.slice(0, comment)),
  };
  return { kind: "code", label, table, statement: statementText(text, rest, comment), column, comment: behind, was };
}

/** Whether a line without a label begins a statement for certain. */
function startsStatement(tokens: readonly Token[], isMacro: (word: string) => boolean): boolean {
  const first = tokens[0];
  if (first?.kind === "param") return true;
  return first?.kind === "id" && (isStatementWord(first.text) || isMacro(first.text));
}

/** The statement with one space behind its first word, and one at least behind each comma. */
function statementText(text: string, tokens: readonly Token[], end: number): string {
  const [first, second] = tokens;
  if (first === undefined) return "";
  if (second === undefined) return text.slice(first.start, end).trimEnd();
  let out = text.slice(first.start, first.end) + (second.start > first.end ? " " : "");
  for (let i = 1; i < tokens.length; i++) {
    const token = tokens[i]!;
    const next = tokens[i + 1];
    out += text.slice(token.start, token.end);
    if (next === undefined) break;
    const gap = text.slice(token.end, next.start).replaceAll("\t", " ");
    out += gap === "" && isOp(token, ",") ? " " : gap;
  }
  return out;
}

/** Where the statement of a line begins. */
function statementColumn(parts: readonly Parts[], at: number, part: Code): number {
  if (part.label === "") return part.column;
  const alone = Math.max(STATEMENT, part.label.length + 1);
  if (!part.table) return alone;
  // Names of data and constants have their directives in one column, whatever comments are between.
  const group = [part, ...neighbours(parts, at, -1), ...neighbours(parts, at, 1)];
  if (group.length === 1) return alone;
  const longest = Math.max(...group.map(({ label }) => label.length));
  // Somebody has lined them up already.
  const { statement } = part.was;
  if (statement > longest && statement >= STATEMENT && group.every(({ was }) => was.statement === statement)) {
    return statement;
  }
  return Math.max(STATEMENT, Math.ceil((longest + 1) / TAB) * TAB);
}

function neighbours(parts: readonly Parts[], from: number, step: 1 | -1): Code[] {
  const found: Code[] = [];
  for (let at = from + step; ; at += step) {
    const part = parts[at];
    if (part?.kind === "code" && part.table) found.push(part);
    else if (part?.kind !== "comment" && part?.kind !== "blank") return found;
  }
}

/** The column of a comment behind a line: the common one, or behind a longer line where it stands or the next free. */
function commentColumn(body: string, was: number): number {
  if (body.length < COMMENT) return COMMENT;
  const next = Math.ceil((body.length + 1) / COMMENT_STEP) * COMMENT_STEP;
  return was > next && was % COMMENT_STEP === 0 && was <= FURTHEST ? was : next;
}

/** Comments at the left stay there; others stand with the statements, or with the comments behind them. */
function commentIndent(before: string): number {
  const width = widthOf(before);
  if (width === 0) return 0;
  return width >= COMMENT - COMMENT_STEP ? COMMENT : STATEMENT;
}

/** The width of white space with its tabs. */
function widthOf(space: string): number {
  let width = 0;
  for (const c of space) width = c === "\t" ? (Math.floor(width / TAB) + 1) * TAB : width + 1;
  return width;
}
