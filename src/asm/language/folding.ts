import { conditionDirective } from "../preprocessor/condition-lines.ts";
import { beginsMacro, endsMacro } from "./macros.ts";
import { labelWidth, type NameIndex } from "./names.ts";
import { directiveOf, isComment, type TextFile, type TextLine } from "./text.ts";

/** Lines that can be hidden behind the first of them; lines count from 1, both are part of it. */
export interface Fold {
  readonly start: number;
  readonly end: number;
  readonly kind: "comment" | "block";
}

type Block = "macro" | "rep" | "if" | "struc" | "istruc";

/** What of a file can be folded: blocks of the preprocessor, structures, comments, and each label with what follows it. */
export function foldsOf(file: TextFile, isMacro: NameIndex["macroNamed"]): readonly Fold[] {
  const folds: Fold[] = [];
  const add = (start: number, end: number, kind: Fold["kind"] = "block"): void => {
    if (end > start) folds.push({ start, end, kind });
  };
  const open: { readonly block: Block; start: number }[] = [];
  const close = (block: Block, line: number): void => {
    const at = open.findLastIndex((entry) => entry.block === block);
    if (at >= 0) add(open.splice(at)[0]!.start, line);
  };
  let label: { readonly start: number; readonly depth: number } | null = null;
  let comment: number | null = null;
  const closeLabel = (line: number): void => {
    if (label !== null) add(label.start, lastOf(file, label.start, line));
    label = null;
  };
  for (const line of file.lines) {
    const { number } = line;
    if (isComment(line)) comment ??= number;
    else if (comment !== null) {
      add(comment, number - 1, "comment");
      comment = null;
    }
    const [opens, closes] = blocksOf(line);
    if (closes !== null || opens === "else") {
      // A label's block ends where the block around it does.
      if (label !== null && label.depth >= open.length) closeLabel(number - 1);
    }
    if (opens === "else") {
      const at = open.findLast((entry) => entry.block === "if");
      if (at !== undefined) {
        add(at.start, number - 1);
        at.start = number;
      }
      continue;
    }
    if (closes !== null) close(closes, number);
    if (opens !== null) {
      if (label !== null && opens !== "if" && opens !== "rep") closeLabel(number - 1);
      open.push({ block: opens, start: number });
    } else if (closes === null && beginsBlock(line, isMacro)) {
      if (label !== null && label.depth < open.length) continue;
      closeLabel(number - 1);
      label = { start: number, depth: open.length };
    }
  }
  if (comment !== null) add(comment, file.lines.length, "comment");
  closeLabel(file.lines.length);
  return folds.sort((a, b) => a.start - b.start || b.end - a.end);
}

/** What a line opens and closes. */
function blocksOf(line: TextLine): readonly [Block | "else" | null, Block | null] {
  const directive = directiveOf(line);
  if (directive !== "") {
    if (beginsMacro(directive)) return ["macro", null];
    if (endsMacro(directive)) return [null, "macro"];
    if (directive === "rep") return ["rep", null];
    if (directive === "endrep") return [null, "rep"];
    if (directive === "endif") return [null, "if"];
    if (directive === "else") return ["else", null];
    const condition = conditionDirective(directive);
    return condition === null ? [null, null] : [condition.opens ? "if" : "else", null];
  }
  const word = line.tokens[0]?.kind === "id" ? line.tokens[0].text.toLowerCase() : "";
  if (word === "struc" || word === "istruc") return [word, null];
  if (word === "endstruc") return [null, "struc"];
  return word === "iend" ? [null, "istruc"] : [null, null];
}

/** Whether a line begins with a label that is not local. */
function beginsBlock({ tokens, continues }: TextLine, isMacro: NameIndex["macroNamed"]): boolean {
  if (continues) return false;
  const width = labelWidth(tokens, (word) => isMacro(word) !== null);
  const first = tokens[0];
  if (width === 0 || first!.kind !== "id" || /^\.(?!\.)/.test(first!.text)) return false;
  return tokens[width]?.text.toLowerCase() !== "equ";
}

/** The last line up to `end` that is neither empty nor the comment of what follows. */
function lastOf(file: TextFile, start: number, end: number): number {
  let last = end;
  while (last > start && file.lines[last - 1]!.tokens.length === 0) last--;
  return last;
}
