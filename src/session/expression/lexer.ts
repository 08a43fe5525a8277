import type { Span } from "./types.ts";
import { ExpressionError, problems } from "./words.ts";

export type Token = Span &
  (
    | { readonly kind: "number"; readonly text: string; readonly value: number }
    | { readonly kind: "name"; readonly text: string }
    | { readonly kind: "operator"; readonly text: string }
  );

const MAX_TEXT = 1000;
const SPACE = /\s+/y;
const NUMBER = /[0-9][0-9A-Za-z_]*/y;
/** Labels as NASM has them, local ones too; a leading `$` as gdb writes registers. */
const NAME = /\$?[A-Za-z_.@][A-Za-z0-9_$#@~.]*/y;
const OPERATOR = /\|\||&&|==|!=|<>|<=|>=|<<|>>|[-+*/%~!&|^<>=()[\]:?]/y;
const CHARACTERS = /'([^']*)'|"([^"]*)"/y;

/** The tokens of an expression. Throws `ExpressionError`. */
export function tokens(text: string): Token[] {
  if (text.length > MAX_TEXT) throw new ExpressionError(problems.tooLong(), MAX_TEXT + 1, text.length + 1);
  const result: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  while (at < text.length) {
    const space = match(SPACE);
    if (space) {
      at += space[0].length;
      continue;
    }
    const column = at + 1;
    const found = match(NUMBER) ?? match(NAME) ?? match(CHARACTERS) ?? match(OPERATOR);
    if (!found) throw new ExpressionError(problems.badCharacter(text[at]!), column, column + 1);
    const [word] = found;
    at += word.length;
    const span = { column, end: at + 1 };
    if (/^[0-9]/.test(word)) result.push({ kind: "number", text: word, value: numberOf(word, span), ...span });
    else if (/^['"]/.test(word)) {
      const value = characters(found[1] ?? found[2] ?? "", span);
      result.push({ kind: "number", text: word, value, ...span });
    } else if (/^[A-Za-z_.@$]/.test(word)) result.push({ kind: "name", text: word.replace(/^\$/, ""), ...span });
    else result.push({ kind: "operator", text: word === "=" ? "==" : word === "<>" ? "!=" : word, ...span });
  }
  return result;
}

function numberOf(word: string, span: Span): number {
  const text = word.replaceAll("_", "").toLowerCase();
  const value = parse(text);
  if (value === null) throw new ExpressionError(problems.badNumber(word), span.column, span.end);
  if (value > 0xffffffff) throw new ExpressionError(problems.tooLarge(word), span.column, span.end);
  return value;
}

function parse(text: string): number | null {
  if (/^0x[0-9a-f]+$/.test(text)) return Number.parseInt(text.slice(2), 16);
  if (/^[0-9][0-9a-f]*h$/.test(text)) return Number.parseInt(text, 16);
  if (/^0b[01]+$/.test(text)) return Number.parseInt(text.slice(2), 2);
  if (/^[01]+b$/.test(text)) return Number.parseInt(text, 2);
  return /^[0-9]+$/.test(text) ? Number(text) : null;
}

/** A character constant as the assembler has it: the first character is the lowest byte. */
function characters(text: string, span: Span): number {
  const codes = [...text].map((char) => char.codePointAt(0)!);
  if (codes.length === 0 || codes.length > 4 || codes.some((code) => code > 0xff)) {
    throw new ExpressionError(problems.badCharacterConstant(), span.column, span.end);
  }
  return codes.reduceRight((value, code) => value * 256 + code, 0);
}
