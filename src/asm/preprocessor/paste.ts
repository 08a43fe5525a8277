import { AsmError } from "../diagnostics.ts";
import { tokeniseText } from "../lexer.ts";
import { LIMITS } from "../limits.ts";
import { messages } from "../messages.ts";
import type { Token } from "../source.ts";

const joinable = (token: Token): boolean => token.kind === "id" || token.kind === "number";

/**
 * Joins names and numbers that substitution left side by side without a space (`foo%1`, `%1_end`), as NASM does after it
 * has put in a macro's parameters.
 */
export function pasteAdjacent(tokens: readonly Token[]): Token[] {
  const out: Token[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const first = tokens[i]!;
    let text = first.text;
    let next = i + 1;
    while (joinable(first) && next < tokens.length && joinable(tokens[next]!) && !tokens[next]!.space) {
      text += tokens[next++]!.text;
    }
    if (next === i + 1) out.push(first);
    else out.push(...joined(text, first));
    i = next - 1;
  }
  return out;
}

/** Joins what stands on either side of `%+`. Returns the same array when there is none. */
export function pasteExplicit(tokens: Token[]): Token[] {
  if (!tokens.some((t) => t.kind === "op" && t.text === "%+")) return tokens;
  const out: Token[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    const isPaste = token.kind === "op" && token.text === "%+";
    if (!isPaste) {
      out.push(token);
      continue;
    }
    const left = out.pop();
    const right = tokens[i + 1];
    if (left && right) {
      out.push(...joined(left.text + right.text, left));
      i++;
    } else if (left) out.push(left);
  }
  return out;
}

/** Tokens made by joining; one that doubles itself again and again ends at the limit of a line. */
function joined(text: string, place: Token): Token[] {
  if (text.length > LIMITS.lineChars) throw new AsmError(messages.lineTooLong(), place);
  return tokeniseText(text, place.source, place);
}

/** The position of the bracket that closes the one at `open`, or -1. */
export function closingBracket(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token.kind !== "op") continue;
    if (token.text === "[" || token.text === "%[") depth++;
    else if (token.text === "]" && --depth === 0) return i;
  }
  return -1;
}
