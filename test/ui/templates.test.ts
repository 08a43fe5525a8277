import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { Session } from "../../src/session/session.ts";
import { TEMPLATES } from "../../src/ui/templates/index.ts";
import { programFiles } from "../programs/library.ts";

const FOLDER = resolve(import.meta.dirname, "../../src/ui/templates");
const STRATEGIES = ["bare-metal", "trap-and-emulate"] as const;

/** Runs a template to its end, or a million steps. */
function check(id: string, strategy: (typeof STRATEGIES)[number], serial: RegExp, outcome: string): void {
  const session = new Session();
  const main = `${id}.asm`;
  const files = { ...programFiles, [main]: readFileSync(`${FOLDER}/${main}`, "utf8") };
  const program = { kind: "source", main, files } as const;
  const loaded = session.load({ program, strategy, memoryMiB: 16, whatIf: [], inputs: [] });
  expect(loaded.diagnostics).toEqual([]);
  session.begin({ kind: "run", direction: "forward", until: null, maxSteps: 1_000_000 });
  while (!session.advance(100_000).done);
  const view = session.view();
  expect(view.outcome).toBe(outcome);
  expect(view.console.serial).toMatch(serial);
  if (outcome === "exited") expect(view.exitCode).toBe(0);
}

test("every template has a file, and every file is a template", () => {
  expect(
    readdirSync(FOLDER)
      .filter((name) => name.endsWith(".asm"))
      .sort(),
  ).toEqual(TEMPLATES.map((id) => `${id}.asm`).sort());
});

describe.each(STRATEGIES)("under %s the template runs to its end", (strategy) => {
  test("hello", () => check("hello", strategy, /^Hello from ring 0!\n$/, "exited"));
  test("rings", () => check("rings", strategy, /^Hello from ring 3\n$/, "exited"));
  test("timer", () => check("timer", strategy, /^1 2 3 4 5 \n$/, "exited"));
  test("paging", () => check("paging", strategy, /^1234\npage fault at 40001000\n5678\n$/, "exited"));
  test("tasks, which both get their turns", () => check("tasks", strategy, /^A+b+A+b+[Ab]*\n$/, "exited"));
  test("empty", () => check("empty", strategy, /^$/, "halted"));
});
