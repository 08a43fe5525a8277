import { expect, it } from "vitest";
import type { Command, EventKind } from "../../../src/session/types.ts";
import { ask, open } from "./system.ts";

const MANY = 1_000_000;

/** What the step that led to the first event of a kind was, in the POPF lesson under trap-and-emulate. */
function at(event: EventKind) {
  const session = open("lesson-popf.asm", "trap-and-emulate");
  const command: Command = { kind: "run", direction: "forward", until: { kind: "event", event }, maxSteps: MANY };
  session.begin(command);
  while (!session.advance(MANY).done);
  const { step, instruction } = ask(session, { kind: "executed" });
  expect(step).toBe(session.view().step);
  return instruction;
}

it("the last step's instruction is told from the next one: executed, faulted, or held up by an interrupt", () => {
  expect(at("silent")).toMatchObject({ how: "executed", guest: true });
  expect(at("trap")).toMatchObject({ how: "faulted", guest: true });
  expect(at("inject")).toMatchObject({ guest: false, source: null });
});

it("nothing was executed at the beginning", () => {
  expect(ask(open("lesson-popf.asm", "bare-metal"), { kind: "executed" })).toEqual({ step: 0, instruction: null });
});

it("bare, an interrupt comes before its instruction", () => {
  const session = open("lesson-popf.asm", "bare-metal");
  session.begin({ kind: "run", direction: "forward", until: { kind: "event", event: "interrupt" }, maxSteps: MANY });
  while (!session.advance(MANY).done);
  expect(ask(session, { kind: "executed" }).instruction).toMatchObject({ how: "held-up", guest: true });
});
