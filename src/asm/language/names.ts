import { isBuiltin } from "../preprocessor/builtins.ts";
import type { Token } from "../source.ts";
import { isStatementWord } from "../words.ts";
import { isReserved } from "./keywords.ts";
import { beginsMacro, endsMacro, type MacroOutline, macrosOf } from "./macros.ts";
import { commentText, directiveOf, isComment, isOp, readText, type TextFile, type TextLine } from "./text.ts";
import type { Definition, Name, NameKind, Range, SourceFiles } from "./types.ts";

/** One place where a name stands. */
export interface Occurrence {
  readonly key: string;
  readonly range: Range;
  readonly defines: boolean;
}

interface Entry {
  readonly key: string;
  readonly name: string;
  kind: NameKind;
  readonly definitions: Definition[];
  readonly references: Range[];
}

/** The block that a label without a dot opens: what `.x` belongs to from a line on. */
interface Scope {
  readonly file: string;
  readonly line: number;
  readonly parent: string;
}

/** Directives that give a single-line macro its meaning. */
const DEFINES = new Set(
  "define idefine xdefine ixdefine assign iassign defstr idefstr deftok ideftok strlen strcat substr".split(" "),
);
/** Directives whose words name single-line macros. */
const ABOUT_DEFINES = /^(?:undef|(?:el)?ifn?def)$/;
const ABOUT_MACROS = /^(?:uni?macro|(?:el)?ifn?macro)$/;
/** Directives whose text is no code. */
const TEXT = new Set("error warning fatal note pragma line depend push pop repl include".split(" "));

/**
 * Every name of a program with the places where it stands, read from the text alone: branches that %if leaves out
 * count, and a program that does not assemble has one all the same.
 */
export class NameIndex {
  readonly main: string;
  /** The files that the program is made of, in the order in which they are included. */
  readonly texts = new Map<string, TextFile>();
  readonly macros: MacroOutline[] = [];
  private readonly entries = new Map<string, Entry>();
  private readonly occurrences = new Map<string, Occurrence[]>();
  private readonly scopes: Scope[] = [];
  private readonly source: SourceFiles;
  private readonly read: (name: string, text: string) => TextFile;
  private parent = "";
  private instance = "";

  /** @param read takes a file apart; a caller that asks again and again keeps what it has read */
  constructor(source: SourceFiles, read: (name: string, text: string) => TextFile = readText) {
    this.source = source;
    this.main = source.main;
    this.read = read;
    this.gather(source.main);
    this.scan(source.main, new Set());
  }

  /** All names, in the order in which they were met. */
  names(): Iterable<Name> {
    return this.entries.values();
  }

  name(key: string): Name | null {
    return this.entries.get(key) ?? null;
  }

  /** The name that stands at a place, and its range; null where there is none. */
  at(file: string, line: number, column: number): Occurrence | null {
    const here = this.occurrences.get(`${file}\n${line}`) ?? [];
    return here.find(({ range }) => range.column <= column && column <= range.endColumn) ?? null;
  }

  /** The places on a line, from left to right. */
  onLine(file: string, line: number): readonly Occurrence[] {
    return this.occurrences.get(`${file}\n${line}`) ?? [];
  }

  /** The label that `.x` would belong to on a line. */
  parentAt(file: string, line: number): string {
    return this.scopes.findLast((scope) => scope.file === file && scope.line <= line)?.parent ?? "";
  }

  macroNamed(word: string): MacroOutline | null {
    const lower = word.toLowerCase();
    return this.macros.find((m) => m.name === word || (m.ignoreCase && m.name.toLowerCase() === lower)) ?? null;
  }

  /** The single-line macro of that name, or null. */
  defineNamed(word: string): Name | null {
    return this.entries.get(`define ${word}`) ?? null;
  }

  /** The macro whose body holds a line, or null. */
  macroAround(file: string, line: number): MacroOutline | null {
    const text = this.texts.get(file);
    if (text === undefined) return null;
    let depth = 0;
    for (let at = line - 1; at >= 1; at--) {
      const directive = directiveOf(text.lines[at - 1]!);
      if (endsMacro(directive)) depth++;
      else if (beginsMacro(directive) && depth-- === 0) {
        return this.macros.find((m) => m.file === text && m.line.number === at) ?? null;
      }
    }
    return null;
  }

  /** The file that an %include on a line brings in, or null. */
  includedAt(file: string, line: number): string | null {
    const text = this.texts.get(file)?.lines[line - 1];
    const path = text === undefined || directiveOf(text) !== "include" ? undefined : text.tokens[1];
    return path?.kind === "string" ? this.source.find(path.value, file) : null;
  }

  private gather(name: string): void {
    const text = this.source.files[name];
    if (text === undefined || this.texts.has(name)) return;
    const file = this.read(name, text);
    this.texts.set(name, file);
    this.macros.push(...macrosOf(file));
    for (const line of file.lines) {
      const directive = directiveOf(line);
      if (directive === "include") {
        const found = line.tokens[1]?.kind === "string" ? this.source.find(line.tokens[1].value, name) : null;
        if (found !== null) this.gather(found);
      } else if (DEFINES.has(directive) && line.tokens[1]?.kind === "id") {
        this.define(`define ${line.tokens[1].text}`, line.tokens[1].text, "define", line.tokens[1], file, line);
      }
    }
  }

  private scan(name: string, seen: Set<string>): void {
    const file = this.texts.get(name);
    if (file === undefined || seen.has(name)) return;
    seen.add(name);
    const outer: string[] = [];
    this.enter(file, 1, this.parent);
    for (const line of file.lines) {
      const directive = directiveOf(line);
      if (beginsMacro(directive)) {
        this.macroHead(file, line);
        outer.push(this.parent);
        this.enter(file, line.number, `%${file.name}:${line.number}`);
      } else if (endsMacro(directive)) {
        this.enter(file, line.number, outer.pop() ?? this.parent);
      } else if (directive === "include") {
        const found = line.tokens[1]?.kind === "string" ? this.source.find(line.tokens[1].value, name) : null;
        if (found !== null) this.scan(found, seen);
        this.enter(file, line.number, this.parent);
      } else if (directive !== "") this.directive(directive, file, line);
      else this.code(file, line);
    }
  }

  private enter(file: TextFile, line: number, parent: string): void {
    this.parent = parent;
    this.scopes.push({ file: file.name, line, parent });
  }

  private macroHead(file: TextFile, line: TextLine): void {
    const name = line.tokens[1];
    if (name?.kind === "id") this.define(`macro ${name.text}`, name.text, "macro", name, file, line);
    this.operands(file, line, line.tokens.slice(2));
  }

  private directive(directive: string, file: TextFile, line: TextLine): void {
    const rest = line.tokens.slice(1);
    if (TEXT.has(directive)) return;
    if (DEFINES.has(directive)) {
      // The definition itself was gathered before; parameters are nobody else's business.
      let body = rest.slice(1);
      const parameters = new Set<string>();
      if (isOp(body[0], "(") && !body[0]!.space) {
        const close = body.findIndex((token) => isOp(token, ")"));
        for (const token of body.slice(0, close)) if (token.kind === "id") parameters.add(token.text);
        body = body.slice(close + 1);
      }
      this.operands(
        file,
        line,
        body.filter((token) => !parameters.has(token.text)),
      );
    } else if (ABOUT_DEFINES.test(directive)) {
      for (const token of rest) if (token.kind === "id") this.refer(`define ${token.text}`, token, file);
    } else if (ABOUT_MACROS.test(directive)) {
      if (rest[0]?.kind === "id") this.macroReference(rest[0], file);
    } else this.operands(file, line, rest);
  }

  /** A line of code: a label perhaps, then what is to be assembled. */
  private code(file: TextFile, line: TextLine): void {
    let { tokens } = line;
    if (line.continues) {
      this.operands(file, line, tokens);
      return;
    }
    if (isOp(tokens[0], "[") && isOp(tokens.at(-1), "]")) tokens = tokens.slice(1, -1);
    const width = labelWidth(tokens, (word) => this.macroNamed(word) !== null);
    const label = width > 0 ? tokens[0]! : null;
    const rest = tokens.slice(width);
    if (label !== null) this.label(label, rest[0], file, line);
    this.statement(rest, file, line);
  }

  private label(label: Token, next: Token | undefined, file: TextFile, line: TextLine): void {
    if (label.kind === "param") {
      this.parameter(label, file, line, true);
      return;
    }
    const constant = next?.kind === "id" && next.text.toLowerCase() === "equ";
    const name = this.resolve(label.text, this.parent);
    this.define(`label ${name}`, name, constant ? "constant" : "label", label, file, line);
    if (!constant && label.text[0] !== "." && !label.text.startsWith("..@")) this.enter(file, line.number, name);
  }

  private statement(tokens: readonly Token[], file: TextFile, line: TextLine): void {
    const [first, second] = tokens;
    if (first === undefined) return;
    const word = first.kind === "id" ? first.text.toLowerCase() : "";
    const macro = first.kind === "id" ? this.macroNamed(first.text) : null;
    if (macro !== null) {
      this.macroReference(first, file);
      this.call(macro, tokens.slice(1), file, line);
    } else if (word === "struc" && second?.kind === "id") {
      this.define(`label ${second.text}`, second.text, "structure", second, file, line);
      this.enter(file, line.number, second.text);
      this.operands(file, line, tokens.slice(2));
    } else if (word === "istruc" && second?.kind === "id") {
      this.instance = second.text;
      this.operands(file, line, [second]);
    } else if (word === "at" && second?.kind === "id" && second.text[0] === ".") {
      this.refer(`label ${this.instance}${second.text}`, second, file);
      this.operands(file, line, tokens.slice(2));
    } else if (word === "section" || word === "segment") {
      this.operands(
        file,
        line,
        tokens.slice(2).filter((_, i, all) => !isOp(all[i + 1], "=")),
      );
    } else if (word === "cpu" || word === "default" || word === "float") return;
    else this.operands(file, line, word !== "" && isStatementWord(word) ? tokens.slice(1) : tokens);
  }

  /** A macro's arguments; those that its body makes labels of are labels here. */
  private call(macro: MacroOutline, tokens: readonly Token[], file: TextFile, line: TextLine): void {
    let argument = 0;
    tokens.forEach((token, i) => {
      if (isOp(token, ",")) argument++;
      const whole = (i === 0 || isOp(tokens[i - 1], ",")) && (i + 1 === tokens.length || isOp(tokens[i + 1], ","));
      if (token.kind === "id" && whole && macro.labels.has(argument)) this.label(token, undefined, file, line);
      else this.operands(file, line, [token]);
    });
  }

  private operands(file: TextFile, line: TextLine, tokens: readonly Token[]): void {
    for (const token of tokens) {
      if (token.kind === "param") this.parameter(token, file, line, false);
      else if (token.kind === "id") this.word(token, file);
    }
  }

  private word(token: Token, file: TextFile): void {
    if (this.entries.has(`define ${token.text}`)) {
      this.refer(`define ${token.text}`, token, file);
      return;
    }
    if ((isReserved(token.text) && token.text[0] !== "$") || isBuiltin(token.text)) return;
    this.refer(`label ${this.resolve(token.text, this.parent)}`, token, file);
  }

  private macroReference(token: Token, file: TextFile): void {
    const macro = this.macroNamed(token.text);
    this.refer(`macro ${macro?.name ?? token.text}`, token, file);
  }

  /** `%%x` is a label of the macro around, `%$x` one of the context that is open. */
  private parameter(token: Token, file: TextFile, line: TextLine, defines: boolean): void {
    const local = /^%%[A-Za-z_.?@]/.test(token.text);
    if (!local && !/^%\$/.test(token.text)) return;
    const macro = local ? this.macroAround(file.name, line.number) : null;
    const key = local ? `macro-label ${file.name}:${macro?.line.number ?? 0} ${token.text}` : `context ${token.text}`;
    const kind = local ? "macro-label" : "context-label";
    if (defines) this.define(key, token.text, kind, token, file, line);
    else this.refer(key, token, file, kind);
  }

  private resolve(written: string, parent: string): string {
    const name = written[0] === "$" ? written.slice(1) : written;
    return name[0] === "." && name[1] !== "." ? parent + name : name;
  }

  private entry(key: string, name: string, kind: NameKind): Entry {
    const known = this.entries.get(key);
    if (known !== undefined) return known;
    const made: Entry = { key, name, kind, definitions: [], references: [] };
    this.entries.set(key, made);
    return made;
  }

  private define(key: string, name: string, kind: NameKind, token: Token, file: TextFile, line: TextLine): void {
    const entry = this.entry(key, name, kind);
    entry.kind = kind;
    const range = rangeOf(token, file);
    entry.definitions.push({ ...range, text: line.text.slice(0, line.comment).trim(), comment: commentOf(file, line) });
    this.note({ key, range, defines: true });
  }

  private refer(key: string, token: Token, file: TextFile, kind?: NameKind): void {
    const name = key.slice(key.indexOf(" ") + 1);
    const structure = /^label (.+)_size$/.exec(key)?.[1];
    if (structure !== undefined && this.entries.get(`label ${structure}`)?.kind === "structure") {
      const whole = rangeOf(token, file);
      const range = { ...whole, endColumn: whole.endColumn - "_size".length };
      this.entries.get(`label ${structure}`)!.references.push(range);
      this.note({ key: `label ${structure}`, range, defines: false });
      return;
    }
    const range = rangeOf(token, file);
    const fallback = key.startsWith("macro ") ? "macro" : key.startsWith("define ") ? "define" : "label";
    this.entry(key, kind === undefined ? name : token.text, kind ?? fallback).references.push(range);
    this.note({ key, range, defines: false });
  }

  private note(occurrence: Occurrence): void {
    const place = `${occurrence.range.file}\n${occurrence.range.line}`;
    const list = this.occurrences.get(place);
    if (list === undefined) this.occurrences.set(place, [occurrence]);
    else list.push(occurrence);
  }
}

/** How many tokens of a line are its label: 0, 1, or 2 with a colon. */
export function labelWidth(tokens: readonly Token[], isMacro: (word: string) => boolean): number {
  const [first, second] = tokens;
  const colon = isOp(second, ":");
  if (first?.kind === "param") return colon ? 2 : 0;
  if (first?.kind !== "id") return 0;
  const known = isStatementWord(first.text) || isMacro(first.text);
  if (colon) return known && isReserved(first.text) ? 0 : 2;
  if (known || isReserved(first.text)) return 0;
  if (second === undefined) return 1;
  return second.kind === "id" && (isStatementWord(second.text) || isMacro(second.text)) ? 1 : 0;
}

function rangeOf(token: Token, file: TextFile): Range {
  // `$name` is `name` for certain; the sign stays where it is.
  const start = token.kind === "id" && token.text[0] === "$" ? token.start + 1 : token.start;
  return { file: file.name, line: token.source.line, column: start + 1, endColumn: token.end + 1 };
}

/** What the comment behind a definition says, or the block of comments right above it. */
function commentOf(file: TextFile, line: TextLine): string {
  const behind = commentText(line);
  if (behind !== "") return behind;
  const above: string[] = [];
  for (let at = line.number - 2; at >= 0 && isComment(file.lines[at]!); at--)
    above.unshift(commentText(file.lines[at]!));
  return above.join("\n").trim();
}
