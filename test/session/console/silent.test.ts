import { expect, it } from "vitest";
import { open } from "../inspect/system.ts";

it("`silent` goes to the next sensitive instruction that did not trap, `rsilent` back to the one before", () => {
  const session = open("lesson-popf.asm", "trap-and-emulate");
  const type = (line: string): number => {
    const { effects } = session.inspect({ kind: "console", line, language: "en", breakpoints: [] });
    const [effect] = effects;
    if (effect?.kind !== "command") throw new Error(`${line} gave no command`);
    for (let i = 0; i < effect.times; i++) {
      session.begin(effect.command);
      while (!session.advance(1_000_000).done);
    }
    expect(session.view().transition.map(({ kind }) => kind)).toContain("silent");
    return session.view().step;
  };
  const first = type("silent");
  const second = type("silent");
  expect(second).toBeGreaterThan(first);
  expect(type("silent 2")).toBeGreaterThan(second);
  type("rsilent");
  expect(type("rsilent")).toBe(second);
});
