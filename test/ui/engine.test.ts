import { expect, test, vi } from "vitest";
import { toggleBreakpoint } from "../../src/ui/engine/breakpoints.ts";
import { compare } from "../../src/ui/engine/compare.ts";
import { openProgram, runBare } from "../../src/ui/engine/documents.ts";
import { edit } from "../../src/ui/engine/editing.ts";
import { boot, recover, shareMoment } from "../../src/ui/engine/links.ts";
import { command, run, seek } from "../../src/ui/engine/run.ts";
import { newProgram } from "../../src/ui/engine/texts.ts";
import { neededFiles } from "../../src/ui/programs/needed.ts";
import { LESSON, makeEngine } from "./make-engine.ts";

test("the page opens on the lesson, loaded and at its first step", async () => {
  const { engine, state } = makeEngine();
  await boot(engine);
  expect(state().run.status).toBe("ready");
  expect(state().document?.main).toBe("lesson-popf.asm");
  expect(state().run.view?.step).toBe(0);
  expect(state().facts?.whatIf.map((fact) => fact.rule)).toContain("popf-traps");
});

test("a step and a step back lead to the same view", async () => {
  const { engine, state } = makeEngine();
  await boot(engine);
  await command(engine, { kind: "tick", direction: "forward" });
  const there = state().run.view;
  await command(engine, { kind: "tick", direction: "forward" });
  await command(engine, { kind: "tick", direction: "back" });
  expect(state().run.view?.step).toBe(there?.step);
  expect(state().run.view?.physical).toEqual(there?.physical);
});

test("of many wishes of a drag the newest is where the run ends up", async () => {
  const { engine, state } = makeEngine();
  await boot(engine);
  await run(engine, "forward", null);
  const last = state().run.view!.step;
  await Promise.all([seek(engine, 1), seek(engine, 2), seek(engine, last - 1)]);
  await vi.waitFor(() => expect(state().run.view?.step).toBe(last - 1));
});

test("a breakpoint on a line stops the run there", async () => {
  const { engine, state } = makeEngine();
  await boot(engine);
  await toggleBreakpoint(engine, { file: "lesson-popf.asm", line: 9 });
  await run(engine, "forward", null);
  expect(state().run.cause).toBe("breakpoint");
  expect(state().run.view?.next.source).toEqual({ file: "lesson-popf.asm", line: 9 });
});

test("the comparison names the instruction, and under the what-if rule finds nothing", async () => {
  const { engine, state } = makeEngine();
  await boot(engine);
  await compare(engine);
  expect(state().compare.reply?.comparison.difference?.mnemonic).toBe("popfd");
  await compare(engine, ["popf-traps"]);
  expect(state().compare.reply?.comparison).toMatchObject({ equivalent: true, difference: null });
});

test("a program is run on bare metal from wherever one stands, and anew from its end", async () => {
  const { engine, state } = makeEngine();
  await boot(engine);
  expect(state().work.strategy).not.toBe("bare-metal");
  await runBare(engine);
  const there = state().run.view!;
  expect(there).toMatchObject({ strategy: "bare-metal", outcome: "halted" });
  await runBare(engine);
  expect(state().run.view).toMatchObject({ step: there.step, outcome: "halted" });
});

test("what is typed is a draft, and typing the original again is none", async () => {
  const { engine, state } = makeEngine();
  await boot(engine);
  edit(engine, `${LESSON}; more\n`);
  expect(Object.keys(state().drafts)).toEqual(["lesson-popf"]);
  edit(engine, LESSON);
  expect(state().drafts).toEqual({});
});

test("a crash is reported, the text is kept, and a new worker takes it up again", async () => {
  const { engine, state, breakDown, starts } = makeEngine();
  await boot(engine);
  edit(engine, `${LESSON}; mine\n`);
  breakDown();
  await command(engine, { kind: "step", direction: "forward" });
  expect(state().run.status).toBe("crashed");
  expect(state().run.crash).toBe("out of order");
  expect(state().document?.text).toContain("; mine");
  await recover(engine);
  expect(state().run.status).toBe("ready");
  expect(starts()).toBe(2);
});

test("a shared moment opens at its step, is verified, and leaves the reader's work alone", async () => {
  const maker = makeEngine();
  await boot(maker.engine);
  await command(maker.engine, { kind: "tick", direction: "forward" });
  await command(maker.engine, { kind: "tick", direction: "forward" });
  await shareMoment(maker.engine);
  const link = maker.copied[0]!;
  expect(link).toMatch(/^https:\/\/example\.org\/#1\./);

  const reader = makeEngine();
  await boot(reader.engine);
  await newProgram(reader.engine);
  const own = reader.state().work;
  expect(await reader.visit(link)).toBe(true);
  expect(reader.state().link.outcome).toBe("verified");
  expect(reader.state().run.view?.step).toBe(maker.state().run.view?.step);
  expect(reader.state().document?.kind).toBe("link");
  expect(reader.engine.workToKeep()).toEqual(own);
});

test("a bad link gives its reason and nothing else happens", async () => {
  const { engine, state } = makeEngine("#1.AAAA");
  await boot(engine);
  expect(state().link.problem?.en).toBeTruthy();
  expect(state().document?.kind).toBe("program");
  expect(state().run.status).toBe("ready");
});

test("a program that is asked for later wins over one that arrives later", async () => {
  const { engine, state } = makeEngine();
  await boot(engine);
  await Promise.all([newProgram(engine), openProgram(engine, "lesson-popf")]);
  expect(state().work.programId).toBe("lesson-popf");
});

test("a link carries the files that are included, directly or not, and no others", () => {
  const files = {
    "sensitive/x.asm": '%include "lib/a.inc"\n%include "y.inc"\n',
    "lib/a.inc": '  %include "lib/b.inc"\n',
    "lib/b.inc": "",
    "sensitive/y.inc": "",
    "lib/c.inc": "",
  };
  expect(Object.keys(neededFiles("sensitive/x.asm", files)).sort()).toEqual([
    "lib/a.inc",
    "lib/b.inc",
    "sensitive/x.asm",
    "sensitive/y.inc",
  ]);
});
