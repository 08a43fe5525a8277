import { splitLines, tokenise } from "../lexer.ts";
import type { Token } from "../source.ts";

/** A line of a file as it stands, continuation lines apart. */
export interface TextLine {
  /** Counted from 1. */
  readonly number: number;
  readonly text: string;
  readonly tokens: readonly Token[];
  /** Column of the comment's semicolon, from 0; the line's length where there is none. */
  readonly comment: number;
  /** The line goes on where the one before it ended in a backslash. */
  readonly continues: boolean;
  /** It ends in a backslash itself. */
  readonly continued: boolean;
}

/** A file taken apart. */
export interface TextFile {
  readonly name: string;
  readonly text: string;
  readonly lines: readonly TextLine[];
}

/** Takes a file apart, line by line. */
export function readText(name: string, text: string): TextFile {
  const raw = text.split(/\r\n|\n|\r/);
  let continues = false;
  const lines = raw.map((line, i): TextLine => {
    const continued = line.endsWith("\\");
    const body = continued ? line.slice(0, -1) : line;
    const tokens = tokenise({ file: name, line: i + 1, text: body });
    const end = tokens.at(-1)?.end ?? 0;
    const semicolon = body.indexOf(";", end);
    const made = {
      number: i + 1,
      text: line,
      tokens,
      comment: semicolon < 0 ? line.length : semicolon,
      continues,
      continued,
    };
    continues = continued;
    return made;
  });
  return { name, text, lines };
}

/** Whether a line holds a comment and nothing else. */
export function isComment({ tokens, comment, text }: TextLine): boolean {
  return tokens.length === 0 && comment < text.length;
}

/** A comment without its semicolon and what is drawn around it. */
export function commentText({ text, comment }: TextLine): string {
  return text
    .slice(comment)
    .replace(/^;+\s?/, "")
    .replace(/^[-=*~_\s]+$/, "")
    .trimEnd();
}

/** The name of a preprocessor directive that begins the line, lower case and without the percent sign; else empty. */
export function directiveOf({ tokens }: { readonly tokens: readonly Token[] }): string {
  const first = tokens[0];
  return first?.kind === "directive" ? first.text.slice(1).toLowerCase() : "";
}

/** Whether a token is that operator. */
export function isOp(token: Token | undefined, text: string): boolean {
  return token?.kind === "op" && token.text === text;
}

/** Whether the word could stand in a source as one identifier. */
export function isIdentifier(word: string): boolean {
  const lines = splitLines("", word);
  const tokens = lines.length === 1 ? tokenise(lines[0]!) : [];
  return tokens.length === 1 && tokens[0]!.kind === "id" && tokens[0]!.text === word;
}
