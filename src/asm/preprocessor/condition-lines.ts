import { AsmError } from "../diagnostics.ts";
import { messages } from "../messages.ts";
import { parseNumber } from "../numbers.ts";
import type { Token } from "../source.ts";
import { retext } from "../source.ts";

/** What the conditions ask of the preprocessor. */
export interface ConditionHost {
  expand(tokens: Token[]): Token[];
  /** The value of an expression that must be known here and now. */
  evaluate(tokens: Token[], directive: Token): bigint;
  isDefine(name: string): boolean;
  isMacro(name: string, least: number | null, most: number | null): boolean;
  isContext(name: string): boolean;
  contextName(token: Token): Token;
}

/** What may follow %if, %ifn, %elif and %elifn. */
const KINDS = ["", "def", "macro", "idn", "idni", "id", "num", "str", "token", "empty", "ctx", "env"] as const;
export type ConditionKind = (typeof KINDS)[number];

/** A directive of the %if family, taken apart: `%elifndef` is elif, negated, def. */
export interface ConditionDirective {
  readonly opens: boolean;
  readonly negated: boolean;
  readonly kind: ConditionKind;
}

/** Takes apart `if...` and `elif...`; null for anything else. `name` is lower case, without the percent sign. */
export function conditionDirective(name: string): ConditionDirective | null {
  const match = /^(el)?if(.*)$/.exec(name);
  if (!match) return null;
  const opens = match[1] === undefined;
  const rest = match[2]!;
  const exact = KINDS.find((k) => k === rest);
  if (exact !== undefined) return { opens, negated: false, kind: exact };
  const negative = rest[0] === "n" ? KINDS.find((k) => k === rest.slice(1)) : undefined;
  return negative === undefined ? null : { opens, negated: true, kind: negative };
}

/** Whether the condition holds, before negation. `tokens` is what follows the directive, not yet expanded. */
export function conditionHolds(kind: ConditionKind, tokens: Token[], directive: Token, host: ConditionHost): boolean {
  switch (kind) {
    case "":
      return host.evaluate(tokens, directive) !== 0n;
    case "def":
      return tokens.some((t) => host.isDefine(t.kind === "param" ? host.contextName(t).text : t.text));
    case "macro":
      return macroExists(tokens, directive, host);
    case "ctx":
      return tokens.some((t) => host.isContext(t.text));
    case "env":
      return false;
    case "idn":
    case "idni":
      return identical(host.expand(tokens), kind === "idni", directive);
    default:
      return looksLike(kind, host.expand(tokens));
  }
}

function looksLike(kind: "id" | "num" | "str" | "token" | "empty", tokens: readonly Token[]): boolean {
  const first = tokens[0];
  switch (kind) {
    case "empty":
      return first === undefined;
    case "token":
      return tokens.length === 1;
    case "id":
      return first?.kind === "id";
    case "str":
      return first?.kind === "string";
    case "num": {
      const digits = tokens.find((t) => !(t.kind === "op" && (t.text === "-" || t.text === "+")));
      return digits?.kind === "number" && parseNumber(digits.text) !== null;
    }
  }
}

function identical(tokens: readonly Token[], ignoreCase: boolean, directive: Token): boolean {
  const comma = tokens.findIndex((t) => t.kind === "op" && t.text === ",");
  if (comma < 0) throw new AsmError(messages.identicalNeedsComma(directive.text), directive);
  const text = (token: Token): string => {
    const body = token.kind === "string" ? `"${token.value}` : token.text;
    return ignoreCase ? body.toLowerCase() : body;
  };
  const left = tokens.slice(0, comma).map(text);
  const right = tokens.slice(comma + 1).map(text);
  return left.length === right.length && left.every((part, i) => part === right[i]);
}

function macroExists(tokens: readonly Token[], directive: Token, host: ConditionHost): boolean {
  const name = tokens[0];
  if (!name) throw new AsmError(messages.expected("a macro's name", null), directive);
  const count = (token: Token | undefined): number | null => {
    const value = token?.kind === "number" ? parseNumber(token.text) : null;
    return value === null ? null : Number(value);
  };
  const least = count(tokens[1]);
  if (tokens[2]?.text !== "-") return host.isMacro(name.text, least, least);
  return host.isMacro(name.text, least, count(tokens[3]) ?? Number.POSITIVE_INFINITY);
}

/** A number as tokens: the digits, with a minus sign before them if need be. */
export function numberTokens(value: bigint, place: Token): Token[] {
  const digits = retext(place, String(value < 0n ? -value : value), "number");
  if (value >= 0n) return [{ ...digits, space: false }];
  return [retext({ ...place, space: false }, "-", "op"), { ...digits, space: false }];
}
