import type { Session } from "../session/session.ts";
import type { Breakpoint, StopReason } from "../session/types.ts";
import { BadInput } from "./errors.ts";
import { type Language, oneLine } from "./text.ts";

/** Verbs of the debugger that set breakpoints other than at a place. */
const VERB = /^(?:t?b(?:r|reak)?|[ra]?watch|catch|modebp)(?:\s|$)/i;

/** `label:start`, `line:22`, `line:FILE:22` and `addr:100000`, as links have them, in the debugger's words. */
function placeText(text: string): string {
  return text.replace(/^(?:label|line):/, "").replace(/^addr:(?:0x)?/i, "0x");
}

/**
 * What `--break` names, in the order given: a place with or without `if CONDITION`, as the debugger's verb `b` takes it, or
 * a whole verb (`watch counter`, `catch port 0x3f8 out`).
 */
export function parseBreakpoints(session: Session, texts: readonly string[], language: Language): Breakpoint[] {
  const set: Breakpoint[] = [];
  for (const text of texts) {
    const line = VERB.test(text) ? text : `b ${placeText(text)}`;
    const answer = session.inspect({ kind: "console", line, language, breakpoints: set });
    if (answer.failed) throw new BadInput(`--break ${oneLine(text)}: ${answer.lines.join(" ")}`);
    for (const effect of answer.effects) if (effect.kind === "break") set.push(effect.breakpoint);
  }
  const [bad] = session.inspect({ kind: "breakpoints", breakpoints: set }).filter(({ problem }) => problem !== null);
  if (bad !== undefined) throw new BadInput(`--break: ${bad.problem![language]}`);
  return set;
}

/**
 * The breakpoints before whose instruction the guest stands now: a run that begins here is at them already, while one
 * that goes on from here leaves them.
 */
export function reachedAlready(session: Session, breakpoints: readonly Breakpoint[]): StopReason[] {
  const { current, next, outcome } = session.view();
  if (current === "vmm" || outcome !== "running") return [];
  const statuses = session.inspect({ kind: "breakpoints", breakpoints });
  return breakpoints.flatMap(({ id, at, condition, enabled, hits }, i) => {
    const here = !("kind" in at) && statuses[i]!.addresses.includes(next.linear);
    if (!here || enabled === false || (hits !== undefined && hits.rule !== "from" && hits.count !== 1)) return [];
    if (condition !== undefined && condition.trim() !== "") {
      const [value] = session.inspect({ kind: "expression", text: [condition] });
      if (!value?.ok || value.value.bits === 0) return [];
    }
    return [{ id, words: { en: `Stopped before ${next.text}`, zh: `停在 ${next.text} 之前` } }];
  });
}
