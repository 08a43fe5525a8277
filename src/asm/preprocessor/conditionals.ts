import { AsmError } from "../diagnostics.ts";
import { messages } from "../messages.ts";
import type { Origin, Token } from "../source.ts";
import { type ConditionKind, conditionDirective } from "./condition-lines.ts";
import type { Conditional } from "./frames.ts";
import { unknownDirective } from "./names.ts";

/**
 * Opens, changes or closes a conditional block, if the directive is one of the %if family; else false.
 * @param open the blocks that are open, outermost first
 * @param reading lines are being read where the directive stands
 * @param test whether the condition behind the directive holds, before negation
 */
export function stepConditional(
  open: Conditional[],
  name: string,
  token: Token,
  origin: Origin,
  reading: boolean,
  test: (kind: ConditionKind) => boolean,
): boolean {
  if (name === "else") {
    const top = open.at(-1);
    if (!top) throw new AsmError(messages.withoutIf(token.text), token);
    if (top.elseSeen) throw new AsmError(messages.secondElse(token.text), token);
    top.elseSeen = true;
    top.state = top.state === "off" ? "on" : "done";
    return true;
  }
  if (name === "endif") {
    if (!open.pop()) throw new AsmError(messages.withoutIf(token.text), token);
    return true;
  }
  const parsed = conditionDirective(name);
  if (!parsed) {
    if (/^(el)?if/.test(name)) throw new AsmError(unknownDirective(token), token);
    return false;
  }
  const holds = (): boolean => test(parsed.kind) !== parsed.negated;
  if (parsed.opens) {
    const entry: Conditional = { token, origin, state: "done", elseSeen: false };
    open.push(entry);
    if (reading) entry.state = holds() ? "on" : "off";
    return true;
  }
  const top = open.at(-1);
  if (!top) throw new AsmError(messages.withoutIf(token.text), token);
  if (top.elseSeen) throw new AsmError(messages.secondElse(token.text), token);
  if (top.state === "on") top.state = "done";
  else if (top.state === "off" && holds()) top.state = "on";
  return true;
}
