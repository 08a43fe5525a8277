import type { SourceLine, Token, TokenKind } from "./source.ts";
import { stringBytes } from "./strings.ts";

const OPERATORS = ["<=>", "<<<", ">>>", "<<", ">>", "<>", "<=", ">=", "==", "!=", "&&", "||", "^^", "//", "%%", "$$"];

/** Character classes by code unit: 1 may start an identifier, 2 digit, 4 may continue one, 8 white space. */
const CLASS = new Uint8Array(128);
for (let c = 0; c < 128; c++) {
  const ch = String.fromCharCode(c);
  if (/[A-Za-z_.?@]/.test(ch)) CLASS[c] = 1 | 4;
  else if (/[0-9]/.test(ch)) CLASS[c] = 2 | 4;
  else if (/[$#~]/.test(ch)) CLASS[c] = 4;
  else if (c === 0x20 || (c >= 9 && c <= 13)) CLASS[c] = 8;
}

const classOf = (text: string, at: number): number => {
  const c = text.charCodeAt(at);
  // NaN (past the end) compares false and falls through to 0; letters beyond ASCII may be in names, as in NASM.
  return c < 128 ? CLASS[c]! : c >= 128 ? 1 | 4 : 0;
};

/** Splits a file into lines, joins those that end in a backslash, and numbers them from 1. */
export function splitLines(file: string, text: string): SourceLine[] {
  const raw = text.split(/\r\n|\n|\r/);
  const lines: SourceLine[] = [];
  for (let i = 0; i < raw.length; i++) {
    const line = i + 1;
    let joined = raw[i]!;
    if (joined.endsWith("\\")) {
      const parts = [joined.slice(0, -1)];
      while (i + 1 < raw.length) {
        const next = raw[++i]!;
        const more = next.endsWith("\\");
        parts.push(more ? next.slice(0, -1) : next);
        if (!more) break;
      }
      joined = parts.join("");
    }
    lines.push({ file, line, text: joined });
  }
  return lines;
}

/** Splits one line into tokens; a comment ends it. Characters that fit nowhere become `bad` tokens. */
export function tokenise(source: SourceLine): Token[] {
  return tokeniseText(source.text, source, null);
}

/**
 * Splits any text into tokens, as `tokenise` does.
 * @param place when the text is made up (pasted, converted), the token whose place all of them take
 */
export function tokeniseText(text: string, source: SourceLine, place: Token | null): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let space = place ? place.space : false;
  for (;;) {
    while ((classOf(text, at) & 8) !== 0) {
      at++;
      space = true;
    }
    if (at >= text.length || text[at] === ";") return tokens;
    const kind = scan(text, at);
    const end = scanEnd;
    const slice = text.slice(at, end);
    const value = kind === "string" ? stringBytes(slice) : "";
    tokens.push(
      place
        ? { kind, text: slice, value, source: place.source, start: place.start, end: place.end, space }
        : { kind, text: slice, value, source, start: at, end, space },
    );
    at = end;
    space = false;
  }
}

/** Where the token that `scan` found ends. */
let scanEnd = 0;

function scan(text: string, at: number): TokenKind {
  const cls = classOf(text, at);
  if ((cls & 1) !== 0) {
    scanEnd = endOfWord(text, at + 1);
    // A question mark on its own is the operator.
    return scanEnd === at + 1 && text[at] === "?" ? "op" : "id";
  }
  if ((cls & 2) !== 0) return scanNumber(text, at);
  const c = text[at]!;
  if (c === "'" || c === '"' || c === "`") return scanString(text, at, c);
  if (c === "%") return scanPercent(text, at);
  if (c === "$") {
    const next = classOf(text, at + 1);
    if ((next & 2) !== 0 || (next & 1) !== 0) {
      scanEnd = endOfWord(text, at + 1);
      return (next & 2) !== 0 ? "number" : "id";
    }
  }
  for (const op of OPERATORS) {
    if (c === op[0] && text.startsWith(op, at)) {
      scanEnd = at + op.length;
      return "op";
    }
  }
  scanEnd = at + 1;
  return "+-*/^&|~!<>=?:,()[]{}$".includes(c) ? "op" : "bad";
}

function endOfWord(text: string, from: number): number {
  let end = from;
  while ((classOf(text, end) & 4) !== 0) end++;
  return end;
}

function scanNumber(text: string, at: number): TokenKind {
  let end = at;
  while (/[0-9A-Za-z_]/.test(text[end] ?? "")) end++;
  const whole = text.slice(at, end);
  if (text[end] === "." && /^[0-9_]+$/.test(whole)) {
    end++;
    while (/[0-9_]/.test(text[end] ?? "")) end++;
    const exponent = /^[eE][+-]?[0-9]+/.exec(text.slice(end, end + 32));
    scanEnd = end + (exponent ? exponent[0].length : 0);
    return "float";
  }
  scanEnd = end;
  return "number";
}

function scanString(text: string, at: number, quote: string): TokenKind {
  let end = at + 1;
  while (end < text.length && text[end] !== quote) end += quote === "`" && text[end] === "\\" ? 2 : 1;
  if (end >= text.length) {
    scanEnd = text.length;
    return "bad";
  }
  scanEnd = end + 1;
  return "string";
}

/** Everything that begins with a percent sign: parameters, directives, pasting, and the operators % and %%. */
function scanPercent(text: string, at: number): TokenKind {
  const next = text[at + 1] ?? "";
  const word = (classOf(text, at + 1) & 1) !== 0;
  if (next === "{") {
    const close = text.indexOf("}", at);
    scanEnd = close < 0 ? text.length : close + 1;
    return close < 0 ? "bad" : "param";
  }
  if (next === "[") {
    scanEnd = at + 2;
    return "op";
  }
  if (next === "?") {
    scanEnd = text[at + 2] === "?" ? at + 3 : at + 2;
    return "param";
  }
  // As NASM has it, %%3 is a macro's own label, not a remainder by 3: that one takes a space.
  if (next === "%" && (classOf(text, at + 2) & 3) !== 0) {
    scanEnd = endOfWord(text, at + 2);
    return "param";
  }
  if (next === "$") {
    let from = at + 1;
    while (text[from] === "$") from++;
    if ((classOf(text, from) & 1) !== 0) {
      scanEnd = endOfWord(text, from);
      return "param";
    }
  }
  if ((next === "+" || next === "-") && (classOf(text, at + 2) & 2) !== 0) {
    scanEnd = endOfDigits(text, at + 2);
    return "param";
  }
  if ((classOf(text, at + 1) & 2) !== 0) {
    scanEnd = endOfDigits(text, at + 1);
    return "param";
  }
  if (word) {
    scanEnd = endOfWord(text, at + 1);
    return "directive";
  }
  scanEnd = next === "+" || next === "%" ? at + 2 : at + 1;
  return "op";
}

function endOfDigits(text: string, from: number): number {
  let end = from;
  while ((classOf(text, end) & 2) !== 0) end++;
  return end;
}
