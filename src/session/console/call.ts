import type { Words } from "../../isa/types.ts";
import type { Breakpoint } from "../breakpoints/types.ts";
import { programHere } from "../domains.ts";
import { RunContext, symbolTable } from "../expression/context.ts";
import { evaluate } from "../expression/evaluate.ts";
import { parseExpression } from "../expression/parse.ts";
import type { Value } from "../expression/types.ts";
import type { Inspected } from "../inspect/index.ts";
import { type Side, sidesOf } from "../inspect/side.ts";
import { symbolAt } from "../inspect/symbols.ts";
import type { ConsoleEffect, Language } from "./types.ts";

/** A line that cannot be carried out: what is wrong, and what is accepted. */
export class ConsoleError extends Error {
  readonly words: Words;
  /** Where in the arguments, if it can be told. */
  readonly span: { readonly column: number; readonly end: number } | null;

  constructor(words: Words, span: { readonly column: number; readonly end: number } | null = null) {
    super(words.en);
    this.words = words;
    this.span = span;
  }
}

export const words = (en: string, zh: string): Words => ({ en, zh });

/** What a verb works on: the moment, its arguments, and where its output goes. */
export class Call {
  readonly at: Inspected;
  readonly language: Language;
  readonly breakpoints: readonly Breakpoint[];
  /** What was behind the slash of the verb: `8xw`. */
  readonly format: string;
  /** The rest of the line. */
  readonly rest: string;
  readonly lines: string[] = [];
  readonly effects: ConsoleEffect[] = [];

  constructor(
    at: Inspected,
    asked: { readonly language: Language; readonly breakpoints: readonly Breakpoint[] },
    format: string,
    rest: string,
  ) {
    this.at = at;
    this.language = asked.language;
    this.breakpoints = asked.breakpoints;
    this.format = format;
    this.rest = rest;
  }

  /** The same call with other arguments. */
  with(rest: string): Call {
    const call = new Call(this.at, this, this.format, rest);
    return Object.assign(call, { lines: this.lines, effects: this.effects });
  }

  say(...lines: readonly (string | Words)[]): void {
    for (const line of lines) this.lines.push(typeof line === "string" ? line : line[this.language]);
  }

  do(...effects: readonly ConsoleEffect[]): void {
    this.effects.push(...effects);
  }

  /** Words in the language of the one who asks. */
  in(text: Words): string {
    return text[this.language];
  }

  /** The value of an expression at the present moment. */
  value(text: string): Value {
    const parsed = parseExpression(text);
    if (!parsed.ok) throw new ConsoleError(parsed.problem.words, parsed.problem);
    const context = new RunContext(this.at.run, symbolTable(this.at.program)).moved();
    const result = evaluate(parsed.expression, context);
    if (!result.ok) throw new ConsoleError(result.problem.words, result.problem);
    return result.value;
  }

  /** A whole number from 1 to `most`, or `otherwise` where there is none. */
  count(text: string, otherwise: number, most = 1_000_000): number {
    if (text.trim() === "") return otherwise;
    const { bits } = this.value(text);
    if (bits < 1 || bits > most) {
      throw new ConsoleError(words(`A number from 1 to ${most} is wanted here.`, `这里需要 1 到 ${most} 之间的数。`));
    }
    return bits;
  }

  /** The guest as it means itself, or the processor as it is; on a bare machine they are one. */
  side(real: boolean): Side {
    const { physical, guest } = sidesOf(this.at.run);
    return real ? physical : (guest ?? physical);
  }

  /** `real` or `guest` in front of the arguments, and the rest of them. */
  sided(): { readonly real: boolean; readonly rest: string } {
    const found = /^(real|physical|guest)\b\s*(?!\.)/i.exec(this.rest);
    if (!found) return { real: false, rest: this.rest };
    return { real: found[1]!.toLowerCase() !== "guest", rest: this.rest.slice(found[0].length) };
  }

  /** ` <label+4>` for an address of the program, else nothing. */
  label(address: number): string {
    const name = symbolAt(programHere(this.at), address);
    return name === null ? "" : ` <${name}>`;
  }
}

export function hex(value: number, digits = 8): string {
  return `0x${(value >>> 0).toString(16).padStart(digits, "0")}`;
}
