import type { Words } from "../../isa/types.ts";

/** A place between two characters of a file; line and column count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A stretch of one line; columns count from 1 and `endColumn` is exclusive. */
export interface Range {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
}

/** What is to stand in a range instead. */
export interface TextEdit extends Range {
  readonly text: string;
}

/** The files of a program by name, and which of them is assembled. */
export interface SourceFiles {
  readonly main: string;
  readonly files: Readonly<Record<string, string>>;
  /** The name under which `path`, included by `from`, is among the files; null if it is not. */
  readonly find: (path: string, from: string) => string | null;
}

/** What a name of the source is. */
export type NameKind = "label" | "constant" | "structure" | "macro" | "define" | "macro-label" | "context-label";

/** A name with all the places where it stands. */
export interface Name {
  readonly key: string;
  /** In full: `start.loop`, `%%next`, `print`. */
  readonly name: string;
  readonly kind: NameKind;
  readonly definitions: readonly Definition[];
  readonly references: readonly Range[];
}

/** Where a name gets its meaning. */
export interface Definition extends Range {
  /** The line, trimmed. */
  readonly text: string;
  /** What the comment behind it or above it says; empty where there is none. */
  readonly comment: string;
}

/** Why something cannot be done. */
export interface Refusal {
  readonly ok: false;
  readonly reason: Words;
}
