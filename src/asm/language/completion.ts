import { mnemonics } from "../../isa/rows.ts";
import { isMnemonic } from "../match.ts";
import { REGISTERS, type Register } from "../registers.ts";
import type { Token } from "../source.ts";
import { isStatementWord, REPEAT } from "../words.ts";
import { DIRECTIVE_WORDS, PREPROCESSOR_WORDS } from "./directive-words.ts";
import { parametersText } from "./macros.ts";
import type { NameIndex } from "./names.ts";
import { acceptedAt, placeIn } from "./operands.ts";
import { directiveOf, readText, type TextLine } from "./text.ts";
import type { Name, Position, Range } from "./types.ts";

export type CompletionKind =
  | "mnemonic"
  | "prefix"
  | "directive"
  | "preprocessor"
  | "macro"
  | "register"
  | "keyword"
  | "label"
  | "constant"
  | "define"
  | "parameter"
  | "file";

export interface Completion {
  readonly label: string;
  readonly kind: CompletionKind;
  /** A word or two beside the label: where it is defined, what it takes. */
  readonly detail: string;
  /** Smaller comes first. */
  readonly rank: number;
}

export interface Completions {
  /** What the chosen one replaces. */
  readonly range: Range;
  readonly items: readonly Completion[];
}

const SIZES = ["byte", "word", "dword", "qword"];
const DISTANCES = ["short", "near"];
const ADDRESS_REGISTER = /^(?:e..|bx|bp|si|di)$/;

/** What may stand at a position, given the text before it. */
export function completionsAt(
  index: NameIndex,
  position: Position,
  files: Readonly<Record<string, string>>,
): Completions {
  const { file, line: number, column } = position;
  const line = index.texts.get(file)?.lines[number - 1];
  const none = { range: { file, line: number, column, endColumn: column }, items: [] };
  if (line === undefined || line.comment < column - 1) return none;
  const before = line.text.slice(0, column - 1);
  const quote = /^\s*%include\s+(["'])([^"']*)$/i.exec(before);
  if (quote !== null) {
    const range = { file, line: number, column: column - quote[2]!.length, endColumn: column };
    return { range, items: fileItems(index, file, files) };
  }
  const [prefix] = readText(file, before).lines;
  if (prefix!.tokens.at(-1)?.kind === "bad" || insideString(prefix!, column)) return none;
  const partial = /(?:%[%$]*|\.\.@|\.)?[\w$#@~.?]*$/.exec(before)![0];
  const range = { file, line: number, column: column - partial.length, endColumn: column };
  const tokens = line.continues ? null : prefix!.tokens.filter((token) => token.end <= before.length - partial.length);
  return { range, items: itemsFor(index, position, partial, tokens) };
}

const insideString = ({ tokens }: TextLine, column: number): boolean => {
  const last = tokens.at(-1);
  return last?.kind === "string" && last.end === column - 1;
};

function itemsFor(
  index: NameIndex,
  position: Position,
  partial: string,
  tokens: readonly Token[] | null,
): readonly Completion[] {
  const names = () => nameItems(index, position, partial);
  if (tokens === null) return [...names(), ...registerItems(null), ...keywordItems()];
  if (partial.startsWith("%")) return percentItems(index, position, tokens.length === 0);
  const directive = directiveOf({ tokens });
  if (directive !== "") return directive === "include" ? [] : names();
  const { head, operands, inBrackets } = placeIn(tokens, index);
  if (head === null) return statementItems(index);
  // A first word that means nothing yet may be a label without its colon.
  if (tokens.length === 1 && head.kind === "id" && !isHead(head.text, index)) return statementItems(index);
  if (partial.startsWith(".")) return names();
  if (inBrackets) return [...registerItems((name) => ADDRESS_REGISTER.test(name), 1), ...names()];
  return operandItems(head.text, operands, names());
}

function isHead(word: string, index: NameIndex): boolean {
  return isStatementWord(word) || index.macroNamed(word) !== null;
}

/** What may be an operand of an instruction; a macro's and a directive's may be anything. */
function operandItems(
  head: string,
  operands: readonly (readonly Token[])[],
  names: readonly Completion[],
): readonly Completion[] {
  const last = operands.at(-1)?.at(-1);
  // Behind an operator only numbers and names make sense.
  if (last !== undefined && last.kind !== "id") return names;
  if (!isMnemonic(head)) return isStatementWord(head) ? names : [...names, ...registerItems(null)];
  const { register, memory, value, target } = acceptedAt(head, operands);
  return [
    ...registerItems((name) => register(REGISTERS.get(name)!), target ? 6 : 1),
    ...(memory || value ? names : []),
    ...(memory ? keywordItems() : []),
    ...(target ? DISTANCES.map((label) => item(label, "keyword", "", 7)) : []),
  ];
}

const item = (label: string, kind: CompletionKind, detail = "", rank = 5): Completion => ({
  label,
  kind,
  detail,
  rank,
});

let words: readonly Completion[] | null = null;

function statementWords(): readonly Completion[] {
  words ??= [
    ...mnemonics().map((label) => item(label, "mnemonic")),
    ...["lock", ...Object.keys(REPEAT)].map((label) => item(label, "prefix")),
    ...Object.keys(DIRECTIVE_WORDS).map((label) => item(label, "directive", "", 6)),
  ];
  return words;
}

function statementItems(index: NameIndex): readonly Completion[] {
  const macros = new Map(index.macros.map((macro) => [macro.name, macro]));
  return [
    ...[...macros.values()].map((macro) => item(macro.name, "macro", parametersText(macro), 4)),
    ...statementWords(),
  ];
}

function percentItems(index: NameIndex, position: Position, first: boolean): readonly Completion[] {
  const macro = index.macroAround(position.file, position.line);
  const items: Completion[] = [];
  if (macro !== null) {
    const count = macro.most === Number.POSITIVE_INFINITY ? macro.least : macro.most;
    for (let n = 1; n <= count; n++) items.push(item(`%${n}`, "parameter", macro.name, 2));
    items.push(item("%0", "parameter", macro.name, 3));
    for (const name of index.names()) {
      const mine = name.key.startsWith(`macro-label ${position.file}:${macro.line.number} `);
      if (mine || name.kind === "context-label") items.push(item(name.name, "label", macro.name, 1));
    }
  }
  if (first) items.push(...Object.keys(PREPROCESSOR_WORDS).map((name) => item(`%${name}`, "preprocessor")));
  return items;
}

const registerItems = (wanted: ((name: string) => boolean) | null, rank = 6): Completion[] =>
  [...REGISTERS.values()]
    .filter(({ name }) => !/^(?:cr[1567]|dr[45])$/.test(name) && (wanted === null || wanted(name)))
    .map((register) => item(register.name, "register", String(register.bits), rank + commonness(register) / 10));

/** General registers come before others, and of them the wide ones first. */
function commonness({ class: kind, bits }: Register): number {
  return kind === "general" ? 5 - Math.log2(bits) : 3;
}

const keywordItems = (): Completion[] => SIZES.map((label) => item(label, "keyword", "", 7));

/** Names of the program, as they are written here: local labels without the label they belong to. */
function nameItems(index: NameIndex, { file, line }: Position, partial: string): Completion[] {
  const parent = index.parentAt(file, line);
  const items: Completion[] = [];
  for (const name of index.names()) {
    if (name.definitions.length === 0 || name.name.includes("%")) continue;
    const local = parent !== "" && name.name.startsWith(`${parent}.`);
    if (partial.startsWith(".") && !local) continue;
    const kind = kindOf(name);
    if (kind === null) continue;
    // Other labels' local labels only where they are asked for in full.
    if (!local && name.name.includes(".", 1) && !partial.includes(".")) continue;
    const label = local ? name.name.slice(parent.length) : name.name;
    const place = name.definitions[0]!;
    const near = local ? 3 : place.file === file ? 4 : 5;
    items.push(item(label, kind, place.file === file ? `${place.line}` : `${place.file}:${place.line}`, near));
  }
  return items;
}

function kindOf({ kind, name }: Name): CompletionKind | null {
  switch (kind) {
    case "label":
    case "structure":
      return name.startsWith("%") ? null : "label";
    case "constant":
      return "constant";
    case "define":
      return "define";
    default:
      return null;
  }
}

function fileItems(index: NameIndex, from: string, files: Readonly<Record<string, string>>): Completion[] {
  return Object.keys(files)
    .filter((name) => name !== index.main && name !== from && !name.endsWith(".asm"))
    .map((name) => item(name, "file", index.texts.has(name) ? "✓" : "", index.texts.has(name) ? 6 : 5));
}
