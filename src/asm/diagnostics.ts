import type { Words } from "../isa/types.ts";
import { LIMITS } from "./limits.ts";
import type { Message } from "./messages.ts";
import { messages } from "./messages.ts";
import type { Diagnostic, Origin, Severity, Token } from "./source.ts";
import { outermost } from "./source.ts";

/**
 * Thrown to leave a statement or line that cannot be understood; `Diagnostics.guard` turns it into a diagnostic. Not an
 * Error: a hostile source throws a hundred thousand of them, and a stack trace each would cost seconds.
 */
export class AsmError {
  readonly words: Message;
  readonly at: Token | null;
  readonly until: Token | null;
  constructor(words: Message, at: Token | null, until: Token | null = null) {
    this.words = words;
    this.at = at;
    this.until = until;
  }
}

/** Raised when going on makes no sense (%fatal, a limit): the run ends with what was found. */
export class FatalAsmError extends AsmError {}

/** Collects diagnostics: each once, and no more than a bounded number. */
export class Diagnostics {
  private readonly found = new Map<string, Diagnostic>();
  private dropped = 0;
  errors = 0;

  /**
   * Adds one diagnostic.
   * @param at the token that is wrong; null means the whole line
   * @param until the last token of the range, if it is more than `at`
   */
  report(severity: Severity, origin: Origin, words: Message, at: Token | null, until: Token | null = null): void {
    const outer = outermost(origin).source;
    const [start, end] = columns(outer.text, at?.source === outer ? at : null, until?.source === outer ? until : null);
    const key = `${outer.file}\n${outer.line}\n${start}\n${words.message.en}`;
    if (severity === "error") this.errors++;
    if (this.found.has(key)) return;
    if (this.found.size >= LIMITS.diagnostics) {
      this.dropped++;
      return;
    }
    this.found.set(key, {
      severity,
      file: outer.file,
      line: outer.line,
      column: start + 1,
      endColumn: end + 1,
      message: words.message,
      hint: words.hint,
      expansion: trail(origin),
      remedies: at?.source === outer ? (words.remedies ?? []) : [],
    });
  }

  error(origin: Origin, words: Message, at: Token | null = null, until: Token | null = null): void {
    this.report("error", origin, words, at, until);
  }

  warn(origin: Origin, words: Message, at: Token | null = null): void {
    this.report("warning", origin, words, at);
  }

  /** Runs `action`; an AsmError becomes a diagnostic at `origin` and the result is null. Fatal errors pass through. */
  guard<T>(origin: Origin, action: () => T): T | null {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof AsmError)) throw error;
      this.error(origin, error.words, error.at, error.until);
      if (error instanceof FatalAsmError) throw error;
      return null;
    }
  }

  /** Takes over what another collection found. */
  merge(other: Diagnostics): void {
    for (const [key, diagnostic] of other.found) if (!this.found.has(key)) this.found.set(key, diagnostic);
    this.errors += other.errors;
    this.dropped += other.dropped;
  }

  /** All diagnostics, file by file, by line and column; when some were dropped, the last one says how many. */
  all(): Diagnostic[] {
    const list = [...this.found.values()];
    const files = [...new Set(list.map((d) => d.file))];
    list.sort((a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column);
    const last = list.at(-1);
    if (this.dropped > 0 && last) {
      const more: Words = messages.moreDiagnostics(this.dropped).message;
      list.push({ ...last, message: more, hint: null, expansion: [], remedies: [] });
    }
    return list;
  }
}

function columns(text: string, at: Token | null, until: Token | null): [number, number] {
  if (at) return [at.start, Math.max(until ? until.end : at.end, at.start + 1)];
  const start = text.length - text.trimStart().length;
  const end = text.trimEnd().length;
  return start < end ? [start, end] : [0, 1];
}

/** The macro calls that led to a line, innermost first. */
export function trail(origin: Origin): { name: string; file: string; line: number }[] {
  const steps: { name: string; file: string; line: number }[] = [];
  for (let at = origin; at.expansion !== null && steps.length < LIMITS.trail; at = at.expansion.call) {
    steps.push({ name: at.expansion.name, file: at.source.file, line: at.source.line });
  }
  return steps;
}
