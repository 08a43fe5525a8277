import { CONDITIONS } from "../../isa/conditions.ts";
import { AsmError } from "../diagnostics.ts";
import { tokeniseText } from "../lexer.ts";
import { LIMITS } from "../limits.ts";
import { messages } from "../messages.ts";
import { parseNumber } from "../numbers.ts";
import type { Origin, SourceLine, Token } from "../source.ts";
import { detokenise, retext } from "../source.ts";
import { pasteAdjacent } from "./paste.ts";

/** A line of a macro's or %rep's body, before anything in it is expanded. */
export interface BodyLine {
  readonly tokens: Token[];
  readonly source: SourceLine;
}

/** A multi-line macro. */
export interface Macro {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** The last parameter takes the rest of the line, commas included. */
  readonly greedy: boolean;
  readonly ignoreCase: boolean;
  /** It may call itself (%rmacro). */
  readonly recursive: boolean;
  readonly defaults: readonly Token[][];
  readonly body: BodyLine[];
  active: number;
}

/** One call of a macro. */
export interface MacroCall {
  readonly macro: Macro;
  readonly name: Token;
  readonly label: Token | null;
  /** Rotated by %rotate. */
  parameters: Token[][];
  /** Makes `%%x` unlike that of any other call. */
  readonly unique: number;
  readonly origin: Origin;
}

/** Reads `NAME 1-3+ default, default` behind %macro. */
export function parseMacroHead(tokens: readonly Token[], ignoreCase: boolean, recursive: boolean): Macro {
  const name = tokens[0];
  if (!name || (name.kind !== "id" && name.kind !== "param")) throw new AsmError(messages.macroHead(), name ?? null);
  let at = 1;
  const count = (): number => {
    const token = tokens[at++];
    const value = token?.kind === "number" ? parseNumber(token.text) : null;
    if (value === null || value > 1000n) throw new AsmError(messages.macroHead(), token ?? name);
    return Number(value);
  };
  const isOp = (text: string): boolean => tokens[at]?.kind === "op" && tokens[at]!.text === text;
  const least = count();
  let most = least;
  if (isOp("-")) {
    at++;
    if (isOp("*")) {
      at++;
      most = Number.POSITIVE_INFINITY;
    } else most = count();
  }
  if (most < least) throw new AsmError(messages.macroHead(), name);
  const greedy = isOp("+");
  if (greedy) at++;
  if (tokens[at]?.text === ".nolist") at++;
  const rest = tokens.slice(at);
  const defaults = rest.length > 0 ? splitArguments(rest, Number.POSITIVE_INFINITY) : [];
  return { name: name.text, least, most, greedy, ignoreCase, recursive, defaults, body: [], active: 0 };
}

/**
 * Parts a macro's arguments at commas; `{...}` keeps its commas.
 * @param most the last argument allowed swallows the rest
 */
export function splitArguments(tokens: readonly Token[], most: number): Token[][] {
  const args: Token[][] = [[]];
  let braces = 0;
  for (const token of tokens) {
    const op = token.kind === "op" ? token.text : "";
    const last = args.at(-1)!;
    if (op === "{" && (braces > 0 || last.length === 0)) {
      if (braces++ > 0) last.push(token);
    } else if (op === "}" && braces > 0) {
      if (--braces > 0) last.push(token);
    } else if (op === "," && braces === 0 && args.length < most) args.push([]);
    else last.push(last.length === 0 && token.space ? { ...token, space: false } : token);
  }
  return args;
}

/** The arguments of a call: what is written, then the defaults. Null when the macro does not take that many. */
export function argumentsFor(macro: Macro, tokens: readonly Token[]): Token[][] | null {
  const written =
    tokens.length === 0 ? [] : splitArguments(tokens, macro.greedy ? macro.most : Number.POSITIVE_INFINITY);
  if (written.length < macro.least || written.length > macro.most) return null;
  const all = [...written];
  while (all.length < macro.least + macro.defaults.length && all.length < macro.most) {
    all.push(macro.defaults[all.length - macro.least] ?? []);
  }
  return all;
}

/** Puts %1, %0, %%x and the like into a line of a macro's body. */
export function substituteParameters(tokens: Token[], call: MacroCall | null, context: (t: Token) => Token): Token[] {
  if (!tokens.some((t) => t.kind === "param")) return tokens;
  const out: Token[] = [];
  for (const token of tokens) {
    if (token.kind !== "param") {
      out.push(token);
      continue;
    }
    const body = token.text[1] === "{" ? `%${token.text.slice(2, -1)}` : token.text;
    const parts = replacement(body, token, call, context);
    for (let i = 0; i < parts.length; i++) out.push(i === 0 ? { ...parts[0]!, space: token.space } : parts[i]!);
    if (out.length > LIMITS.lineTokens) throw new AsmError(messages.lineTooLong(), token);
  }
  return pasteAdjacent(out);
}

function replacement(
  text: string,
  token: Token,
  call: MacroCall | null,
  context: (t: Token) => Token,
): readonly Token[] {
  if (text.startsWith("%$")) return [context(retext(token, text))];
  if (call === null) {
    if (/^%[A-Za-z]/.test(text)) return tokeniseText(text, token.source, token);
    throw new AsmError(messages.parameterOutside(token.text), token);
  }
  if (text.startsWith("%%")) return [retext(token, `..@${call.unique}.${text.slice(2)}`, "id")];
  if (text === "%0") return [retext(token, String(call.parameters.length), "number")];
  if (text === "%00") return call.label ? [call.label] : [];
  if (text === "%?" || text === "%??") {
    return [retext(call.name, text === "%?" ? call.name.text : call.macro.name)];
  }
  const plain = /^%([0-9]+)$/.exec(text);
  if (plain) return call.parameters[Number(plain[1]) - 1] ?? [];
  const signed = /^%([+-])([0-9]+)$/.exec(text);
  if (signed) {
    const argument = call.parameters[Number(signed[2]) - 1] ?? [];
    const code = argument[0];
    const name = code && argument.length === 1 ? (signed[1] === "+" ? code.text : inverseCondition(code.text)) : null;
    if (!code || name === null) throw new AsmError(messages.notCondition(detokenise(argument)), token);
    return [retext(code, name)];
  }
  const range = /^%(-?[0-9]+):(-?[0-9]+)$/.exec(text);
  if (range) return parameterRange(call, Number(range[1]), Number(range[2]), token);
  if (/^%[A-Za-z]/.test(text)) return tokeniseText(text, token.source, token);
  throw new AsmError(messages.badParameter(token.text), token);
}

/** `%{first:last}`: the parameters with commas between; negative numbers count from the end, and it may run backwards. */
function parameterRange(call: MacroCall, first: number, last: number, token: Token): Token[] {
  const count = call.parameters.length;
  const from = first < 0 ? count + first + 1 : first;
  const to = last < 0 ? count + last + 1 : last;
  if (from < 1 || to < 1 || from > count || to > count) throw new AsmError(messages.badParameter(token.text), token);
  const out: Token[] = [];
  const step = from <= to ? 1 : -1;
  for (let i = from; ; i += step) {
    out.push(...call.parameters[i - 1]!);
    if (i === to) return out;
    out.push(retext(token, ",", "op"));
  }
}

/** The condition that holds exactly when `name` does not (`%-1`), or null when it is none of Jcc's. */
function inverseCondition(name: string): string | null {
  const code = name.toLowerCase();
  const number = CONDITIONS.findIndex((c) => c.code === code || (c.aliases as readonly string[]).includes(code));
  return number < 0 ? null : CONDITIONS[number ^ 1]!.code;
}
