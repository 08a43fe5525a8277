import type { Words } from "../isa/types.ts";
import type { Remedy } from "./message.ts";

/** One line of a source file, as the person who wrote it sees it (continuation lines joined). */
export interface SourceLine {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly text: string;
}

/** One step of macro expansion: which macro (or %rep), and the line that called it. */
export interface Expansion {
  readonly name: string;
  readonly call: Origin;
}

/** Where a line that reached the assembler comes from: a line of a file, and the macro calls that led to it. */
export interface Origin {
  readonly source: SourceLine;
  readonly expansion: Expansion | null;
}

/** The kinds of token. `param` is %1, %%x, %$x and the like; `directive` is %define and the like. */
export type TokenKind = "id" | "number" | "float" | "string" | "op" | "param" | "directive" | "bad";

export interface Token {
  readonly kind: TokenKind;
  /** As written; for a string with its quotes. */
  readonly text: string;
  /** A string's bytes, one per character; else empty. */
  readonly value: string;
  readonly source: SourceLine;
  /** Columns in `source.text`, from 0; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  /** White space stands before it. */
  readonly space: boolean;
}

export type Severity = "error" | "warning";

/** What is wrong, where, and what would be accepted. */
export interface Diagnostic {
  readonly severity: Severity;
  readonly file: string;
  /** Line and columns count from 1; `endColumn` is exclusive. */
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
  readonly message: Words;
  readonly hint: Words | null;
  /** The macro calls that led here, innermost first: the macro, and the line of its body. */
  readonly expansion: readonly { readonly name: string; readonly file: string; readonly line: number }[];
  /** What would mend it at this very place; empty where the place is inside a macro, or nothing is certain. */
  readonly remedies: readonly Remedy[];
}

/** The line that a person wrote: the outermost macro call that led to `origin`. */
export function outermost(origin: Origin): Origin {
  let at = origin;
  while (at.expansion !== null) at = at.expansion.call;
  return at;
}

/** A token like `token` with another text, at the same place. */
export function retext(token: Token, text: string, kind: TokenKind = token.kind): Token {
  return { ...token, text, kind };
}

/** Writes tokens back as text, with a space where one stood. */
export function detokenise(tokens: readonly Token[]): string {
  let text = "";
  for (const token of tokens) text += token.space && text !== "" ? ` ${token.text}` : token.text;
  return text;
}
