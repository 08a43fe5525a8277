import { AsmError } from "./diagnostics.ts";
import { messages } from "./messages.ts";
import type { Origin, Token } from "./source.ts";
import { outermost } from "./source.ts";
import { Suggester } from "./suggest.ts";
import type { Value } from "./value.ts";
import { UNKNOWN } from "./value.ts";

interface Entry {
  value: Value;
  /** The pass that defined it last. */
  pass: number;
  readonly kind: "label" | "constant";
  readonly origin: Origin;
}

/** All labels and EQUs, over the passes. */
export class Symbols {
  private readonly entries = new Map<string, Entry>();
  private readonly suggester = new Suggester();
  pass = 0;
  /** Definitions that came out differently from the pass before. */
  changes = 0;

  /** Gives a name its value. Raises an error if this pass already gave it one. */
  define(name: string, value: Value, kind: "label" | "constant", origin: Origin, at: Token): void {
    const known = this.entries.get(name);
    if (known === undefined) {
      this.entries.set(name, { value, pass: this.pass, kind, origin });
      this.changes++;
      return;
    }
    if (known.pass === this.pass) {
      const first = outermost(known.origin).source;
      throw new AsmError(messages.redefined(name, first.file, first.line), at);
    }
    if (!same(known.value, value)) this.changes++;
    known.value = value;
    known.pass = this.pass;
  }

  /**
   * The value of a name: UNKNOWN while it may still come, an error when `demand` says that it has to be there:
   * `before`: this pass has met it already.
   */
  value(name: string, at: Token, demand: "defined" | "before" | null): Value {
    const known = this.entries.get(name);
    const early = demand === "before" && known?.pass !== this.pass;
    if (known !== undefined && !early && !(known.value.unknown && demand !== null)) return known.value;
    if (demand === "before") throw new AsmError(messages.notYetDefined(name), at);
    if (demand === "defined") {
      if (known !== undefined) throw new AsmError(messages.circular(name), at);
      throw new AsmError(messages.undefinedSymbol(name, this.suggester.suggest(name, this.entries.keys())), at);
    }
    return UNKNOWN;
  }

  *[Symbol.iterator](): Generator<readonly [string, Value, "label" | "constant"]> {
    for (const [name, { value, kind }] of this.entries) yield [name, value, kind];
  }
}

function same(a: Value, b: Value): boolean {
  return (
    a.number === b.number &&
    a.unknown === b.unknown &&
    a.terms.length === b.terms.length &&
    a.terms.every((t, i) => t.key === b.terms[i]!.key && t.times === b.terms[i]!.times)
  );
}
