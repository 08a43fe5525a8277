import type { Words } from "../../isa/types.ts";
import type { Breakpoint } from "../breakpoints/types.ts";
import type { Command, EditEvent } from "../types.ts";

export type Language = keyof Words;

/** A line as it was typed, and what the one who asks knows beside the session. */
export interface ConsoleAsk {
  readonly line: string;
  readonly language: Language;
  /** Those that are set, in the order in which `delete` numbers them, from 1. */
  readonly breakpoints: readonly Breakpoint[];
}

/**
 * What a line asks to be done besides saying something: by the same calls as the page's buttons. Whoever asked carries
 * them out in order.
 */
export type ConsoleEffect =
  /** Each until it has ended, as long as each ends as it should; then `console-where` says where that led. */
  | { readonly kind: "command"; readonly command: Command; readonly times: number }
  | { readonly kind: "restart" }
  | { readonly kind: "edit"; readonly event: EditEvent }
  /** `temporary`: taken away when a run has stopped at it. */
  | { readonly kind: "break"; readonly breakpoint: Breakpoint; readonly temporary: boolean }
  /** Numbers from 1, as `info break` shows them; null: all. */
  | { readonly kind: "delete"; readonly numbers: readonly number[] | null }
  | { readonly kind: "enable"; readonly numbers: readonly number[] | null; readonly on: boolean }
  | { readonly kind: "trace"; readonly on: boolean }
  | { readonly kind: "clear" };

export interface ConsoleAnswer {
  readonly lines: readonly string[];
  /** The line could not be carried out; `lines` says why and what is accepted. */
  readonly failed: boolean;
  readonly effects: readonly ConsoleEffect[];
}

/** Where the session stands, in a line or two. */
export interface WhereAsk {
  readonly language: Language;
  /** The short form, for every step of a trace. */
  readonly short: boolean;
}
export interface WhereAnswer {
  readonly lines: readonly string[];
}

export interface CompleteAsk {
  /** What stands before the cursor. */
  readonly text: string;
}
export interface CompleteAnswer {
  /** Where the word to be completed begins. */
  readonly from: number;
  readonly candidates: readonly string[];
}

/** A verb, as help shows it. */
export interface VerbFact {
  /** The names that it goes by, the shortest first. */
  readonly names: readonly string[];
  /** `x/NFU ADDRESS` */
  readonly usage: string;
  readonly words: Words;
  readonly group: VerbGroup;
}
export type VerbGroup = "move" | "back" | "stops" | "state" | "memory" | "tables" | "program" | "line";
