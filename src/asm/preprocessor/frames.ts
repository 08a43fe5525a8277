import type { Expansion, Origin, Token } from "../source.ts";
import type { BodyLine, Macro, MacroCall } from "./macros.ts";

/** A line that the assembler proper is to read: nothing is left in it to expand. */
export interface Line {
  readonly tokens: readonly Token[];
  readonly origin: Origin;
}

/** What the preprocessor asks of the assembler. */
export interface Host {
  /** Evaluates an expression with what is known at this point of the pass. */
  evaluate(tokens: readonly Token[]): bigint;
  /** A word that begins a statement, so that it is no macro written with the wrong number of arguments. */
  isStatement(word: string): boolean;
  readonly bits: 16 | 32;
  /** The section that the last SECTION without brackets has opened: what __SECT__ goes back to. */
  readonly section: string;
}

/** One %if that is open. */
export interface Conditional {
  readonly token: Token;
  readonly origin: Origin;
  /** Lines are read (`on`), may be read after a later %elif (`off`), or have all been (`done`). */
  state: "on" | "off" | "done";
  elseSeen: boolean;
}

/** Where lines come from: a file, the body of a macro call, or the body of a %rep. */
export interface Frame {
  readonly lines: readonly BodyLine[];
  at: number;
  readonly expansion: Expansion | null;
  readonly call: MacroCall | null;
  readonly conditionals: Conditional[];
  readonly file: string | null;
  /** A %rep's rounds that are still to come; `exited` after %exitrep. */
  rep: { left: number; exited: boolean } | null;
}

/** A %macro or %rep whose body is being collected. */
export interface Collecting {
  readonly token: Token;
  readonly origin: Origin;
  readonly lines: BodyLine[];
  readonly macro: Macro | null;
  count: number;
  depth: number;
}

/** A context of %push. */
export interface Context {
  readonly name: string;
  readonly unique: number;
}
