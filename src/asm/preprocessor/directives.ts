import { AsmError } from "../diagnostics.ts";
import { tokeniseText } from "../lexer.ts";
import { LIMITS } from "../limits.ts";
import { messages } from "../messages.ts";
import type { Token } from "../source.ts";
import { detokenise } from "../source.ts";
import { numberTokens } from "./condition-lines.ts";
import { splitArguments } from "./macros.ts";
import type { Preprocessor } from "./preprocessor.ts";

/** What a directive does; `rest` is what follows it, with macro parameters put in and nothing else expanded. */
type Action = (pp: Preprocessor, directive: Token, rest: Token[]) => void;

/** Directives that concern NASM's tooling and change nothing here. */
export const SKIPPED_DIRECTIVES: readonly string[] = ["pragma", "line", "depend"];

/** The name that %define and its kin give a meaning to, and what follows it. */
function named(pp: Preprocessor, directive: Token, rest: Token[]): [Token, Token[]] {
  const first = rest[0];
  if (first?.kind === "id") return [first, rest.slice(1)];
  if (first?.kind === "param") return [pp.contextName(first), rest.slice(1)];
  throw new AsmError(messages.expected("a name", first?.text ?? null), first ?? directive);
}

/** The parameter list right behind the name: `(a, b)` without a space before it. Null when there is none. */
function parameterList(rest: Token[]): [string[] | null, Token[]] {
  const open = rest[0];
  if (open?.kind !== "op" || open.text !== "(" || open.space) return [null, rest];
  const close = rest.findIndex((t) => t.kind === "op" && t.text === ")");
  if (close < 0) throw new AsmError(messages.expected("`)`", null), open);
  const names: string[] = [];
  for (let i = 1; i < close; i++) {
    const token = rest[i]!;
    const comma = token.kind === "op" && token.text === ",";
    if (i % 2 === 1 ? token.kind !== "id" : !comma) throw new AsmError(messages.parameterName(token.text), token);
    if (!comma) names.push(token.text);
  }
  return [names, rest.slice(close + 1)];
}

function define(ignoreCase: boolean, now: boolean): Action {
  return (pp, directive, rest) => {
    const [name, more] = named(pp, directive, rest);
    const [parameters, body] = parameterList(more);
    pp.defines.define(name.text, parameters, now ? pp.defines.expand(body) : body, ignoreCase);
  };
}

function assign(ignoreCase: boolean): Action {
  return (pp, directive, rest) => {
    const [name, more] = named(pp, directive, rest);
    const value = pp.evaluate(more, directive);
    pp.defines.define(name.text, null, numberTokens(value, name), ignoreCase);
  };
}

/** A string constant as a token; its bytes stand in `value`. */
function stringToken(place: Token, bytes: string): Token {
  if (bytes.length > LIMITS.lineChars) throw new AsmError(messages.lineTooLong(), place);
  const quote = bytes.includes('"') && !bytes.includes("'") ? "'" : '"';
  return { ...place, kind: "string", text: `${quote}${bytes}${quote}`, value: bytes, space: false };
}

function defineText(pp: Preprocessor, directive: Token, rest: Token[]): void {
  const [name, more] = named(pp, directive, rest);
  const text = detokenise(pp.defines.expand(more));
  pp.defines.define(name.text, null, [stringToken(name, text)], directive.text.toLowerCase().startsWith("%i"));
}

function defineTokens(pp: Preprocessor, directive: Token, rest: Token[]): void {
  const [name, more] = named(pp, directive, rest);
  const text = theString(pp.defines.expand(more)[0], directive);
  pp.defines.define(
    name.text,
    null,
    tokeniseText(text, name.source, name),
    directive.text.toLowerCase().startsWith("%i"),
  );
}

function theString(token: Token | undefined, directive: Token): string {
  if (token?.kind !== "string")
    throw new AsmError(messages.expected("a string in quotes", token?.text ?? null), token ?? directive);
  return token.value;
}

function stringLength(pp: Preprocessor, directive: Token, rest: Token[]): void {
  const [name, more] = named(pp, directive, rest);
  const text = theString(pp.defines.expand(more)[0], directive);
  pp.defines.define(name.text, null, numberTokens(BigInt(text.length), name), false);
}

function joinStrings(pp: Preprocessor, directive: Token, rest: Token[]): void {
  const [name, more] = named(pp, directive, rest);
  const parts = pp.defines.expand(more).filter((t) => !(t.kind === "op" && t.text === ","));
  pp.defines.define(name.text, null, [stringToken(name, parts.map((t) => theString(t, directive)).join(""))], false);
}

/** `%substr NAME string start [, length]`: positions count from 1; a negative length counts from the end (NASM, 4.3). */
function subString(pp: Preprocessor, directive: Token, rest: Token[]): void {
  const [name, more] = named(pp, directive, rest);
  const operands = pp.defines.expand(more);
  const text = theString(operands[0], directive);
  const from = operands[1]?.kind === "op" && operands[1].text === "," ? 2 : 1;
  const [first = [], second = []] = splitArguments(operands.slice(from), 2);
  const start = Number(pp.evaluate(first, directive)) - 1;
  let length = second.length > 0 ? Number(pp.evaluate(second, directive)) : 1;
  if (length < 0) length = Math.max(0, text.length + length + 1 - start);
  const part = start < 0 ? text.slice(0, Math.max(0, start + length)) : text.slice(start, start + length);
  pp.defines.define(name.text, null, [stringToken(name, part)], false);
}

function undefine(pp: Preprocessor, directive: Token, rest: Token[]): void {
  pp.defines.undefine(named(pp, directive, rest)[0].text);
}

function removeMacro(pp: Preprocessor, directive: Token, rest: Token[]): void {
  const [name] = named(pp, directive, rest);
  pp.macros.delete(name.text.toLowerCase());
}

function say(severity: "error" | "warning"): Action {
  return (pp, directive, rest) => pp.report(severity, messages.userMessage(textOf(pp, rest)), directive);
}

function textOf(pp: Preprocessor, rest: Token[]): string {
  return pp.defines
    .expand(rest)
    .map((t, i) => (t.space && i > 0 ? " " : "") + (t.kind === "string" ? t.value : t.text))
    .join("");
}

function push(pp: Preprocessor, _directive: Token, rest: Token[]): void {
  pp.contexts.push({ name: rest[0]?.text ?? "", unique: pp.nextUnique() });
}

function pop(pp: Preprocessor, directive: Token, rest: Token[]): void {
  const top = pp.contexts.at(-1);
  const wanted = rest[0]?.text;
  if (!top) throw new AsmError(messages.noContext(directive.text), directive);
  if (wanted !== undefined && wanted.toLowerCase() !== top.name.toLowerCase()) {
    throw new AsmError(messages.wrongContext(wanted, top.name), rest[0]!);
  }
  pp.contexts.pop();
}

function rename(pp: Preprocessor, directive: Token, rest: Token[]): void {
  const top = pp.contexts.pop();
  if (!top) throw new AsmError(messages.noContext(directive.text), directive);
  pp.contexts.push({ name: rest[0]?.text ?? "", unique: top.unique });
}

const unsupported: Action = (_pp, directive) => {
  throw new AsmError(messages.unsupportedDirective(directive.text), directive);
};

const stray: Action = (_pp, directive) => {
  throw new AsmError(messages.strayEnd(directive.text), directive);
};

const nothing: Action = () => {};

/** The directives that need no look at where lines come from, by name without the percent sign. */
export const DIRECTIVES: Readonly<Record<string, Action | undefined>> = {
  define: define(false, false),
  idefine: define(true, false),
  xdefine: define(false, true),
  ixdefine: define(true, true),
  assign: assign(false),
  iassign: assign(true),
  undef: undefine,
  defstr: defineText,
  idefstr: defineText,
  deftok: defineTokens,
  ideftok: defineTokens,
  strlen: stringLength,
  strcat: joinStrings,
  substr: subString,
  unmacro: removeMacro,
  unimacro: removeMacro,
  clear: (pp) => pp.defines.clear(),
  error: say("error"),
  warning: say("warning"),
  note: nothing,
  fatal: (pp, _directive, rest) => pp.fatal(messages.userMessage(textOf(pp, rest))),
  push,
  pop,
  repl: rename,
  endmacro: stray,
  endm: stray,
  endrep: stray,
  use: unsupported,
  arg: unsupported,
  local: unsupported,
  stacksize: unsupported,
  pathsearch: unsupported,
  ...Object.fromEntries(SKIPPED_DIRECTIVES.map((name) => [name, nothing])),
};
