import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { assemble } from "../../src/asm/assemble.ts";
import { WHAT_IF_RULES } from "../../src/isa/what-if.ts";
import { CompareRun } from "../../src/session/compare.ts";
import { type ExpectedRun, parseProgramHeader } from "../../src/session/program-header.ts";
import { Session } from "../../src/session/session.ts";
import type { Comparison, LoadRequest, StrategyId, View } from "../../src/session/types.ts";
import { findStrategy } from "../../src/vmm/registry.ts";
import { comparesByTraces } from "../../src/vmm/strategy.ts";
import { missingOracle, NASM } from "../asm/nasm.ts";
import { companionPaths, PROGRAMS, programFiles, programPaths, programText } from "./library.ts";

const SLICE = 200_000;
const BUDGET = 5_000_000;
const MEMORY_MIB = 16;
const TOPICS = [
  "lesson",
  "sensitive",
  "protection",
  "paging",
  "faults",
  "interrupts",
  "tasks",
  "devices",
  "compute",
  "vmx",
];
/** The 18 mnemonics of Robin and Irvine. */
const ROBIN_IRVINE = "sgdt sidt sldt smsw pushf popf lar lsl verr verw pop push call jmp int ret str mov".split(" ");

function request(path: string, strategy: StrategyId, whatIf: readonly string[]): LoadRequest {
  const { inputs } = parseProgramHeader(programText(path)).program;
  return {
    program: { kind: "source", main: path, files: programFiles },
    strategy,
    memoryMiB: MEMORY_MIB,
    whatIf,
    inputs,
  };
}

/** Runs a program to its end and gives the last view. */
function runToEnd(path: string, strategy: StrategyId, whatIf: readonly string[] = []): View {
  const session = new Session();
  const loaded = session.load(request(path, strategy, whatIf));
  expect(loaded.diagnostics).toEqual([]);
  expect(loaded.ok).toBe(true);
  session.begin({ kind: "run", direction: "forward", until: null, maxSteps: BUDGET });
  while (!session.advance(SLICE).done);
  return session.view();
}

function compare(path: string, strategy: StrategyId, whatIf: readonly string[] = []): Comparison {
  const run = new CompareRun(request(path, "bare-metal", whatIf), request(path, strategy, whatIf));
  expect(run.problem).toBeNull();
  while (!run.advance(SLICE).done);
  return run.result();
}

/** What a run shows, reduced to what is expected of it. */
function check(view: View, expected: ExpectedRun): void {
  const { screen } = view.console;
  const seen: ExpectedRun = {
    outcome: expected.outcome === null ? null : (view.outcome as ExpectedRun["outcome"]),
    exitCode: expected.exitCode === null ? null : view.exitCode,
    debug: expected.debug === null ? null : view.console.debug,
    serial: expected.serial === null ? null : view.console.serial,
    screen: expected.screen.map(({ row }) => ({ row, text: (screen[row] ?? "").trimEnd() })),
  };
  expect(seen).toEqual(expected);
}

/** The macros that are defined when a program is assembled for a strategy. */
const definesFor = (strategy: StrategyId): readonly string[] => findStrategy(strategy)!.defines ?? [];

/** Holds what our assembler makes of a program against what NASM does. */
function assembles(path: string, defines: readonly string[]): void {
  const resolve = (file: string) => programFiles[file] ?? null;
  const assembly = assemble(programText(path), { name: path, resolve, defines });
  expect(assembly.diagnostics).toEqual([]);
  const directory = mkdtempSync(join(tmpdir(), "ringside-programs-"));
  try {
    const image = join(directory, "image.bin");
    const options = ["-f", "bin", "-w+all", ...defines.map((name) => `-D${name}`), "-I", `${PROGRAMS}/`];
    execFileSync(NASM!, [...options, "-o", image, join(PROGRAMS, path)]);
    expect(Buffer.from(assembly.bytes).toString("hex")).toBe(readFileSync(image).toString("hex"));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

describe.each(companionPaths)("%s, which runs beside others", (path) => {
  it("has a header in order", () => {
    const { program, errors } = parseProgramHeader(programText(path));
    expect(errors).toEqual([]);
    expect(TOPICS).toContain(program.topic);
  });

  it.skipIf(missingOracle() !== null)("assembles to the bytes that NASM gives", () =>
    assembles(path, definesFor("paravirtual")),
  );

  it("is named by the header of a program", () => {
    const named = programPaths.flatMap((other) => parseProgramHeader(programText(other)).program.companions);
    expect(named.map((companion) => companion.path)).toContain(path);
  });
});

describe.each(programPaths)("%s", (path) => {
  const { program, errors } = parseProgramHeader(programText(path));

  it("has a header in order", () => {
    expect(errors).toEqual([]);
    expect(TOPICS).toContain(program.topic);
    if (program.whatIf !== null) expect(WHAT_IF_RULES.map((rule) => rule.name)).toContain(program.whatIf);
  });

  const builds = new Map(
    ["bare-metal" as const, ...program.comparisons.map(({ strategy }) => strategy)].map((strategy) => {
      const defines = definesFor(strategy);
      return [defines.join(), defines];
    }),
  );
  for (const defines of builds.values()) {
    const how = defines.length === 0 ? "" : ` with ${defines.join(" ")}`;
    it.skipIf(missingOracle() !== null)(`assembles to the bytes that NASM gives${how}`, () => assembles(path, defines));
  }

  it("does on bare metal what its header says", () => {
    check(runToEnd(path, "bare-metal"), program.bareMetal);
  });

  // VT-x has them all in test/vmm/vtx/programs.test.ts.
  const comparisons = program.comparisons.filter(({ strategy }) => strategy !== "vtx");
  for (const { strategy, verdict, mnemonic, property, run } of comparisons) {
    it(`does under ${strategy} what its header says`, () => {
      const view = runToEnd(path, strategy);
      check(view, run);
      // A guest that was written anew may put out the same in another order.
      if (verdict !== "equivalent" || isWrittenAnew(strategy)) return;
      expect(view.console).toEqual(runToEnd(path, "bare-metal").console);
    });

    it(verdict === "equivalent" ? `is equivalent under ${strategy}` : `parts at ${mnemonic} under ${strategy}`, () => {
      const { equivalent, difference, streams, leftOutcome, rightOutcome } = compare(path, strategy);
      expect([leftOutcome, rightOutcome]).not.toContain("stopped");
      expect(streams !== undefined).toBe(isWrittenAnew(strategy));
      const found = difference && { mnemonic: difference.mnemonic.toUpperCase(), property: difference.property };
      expect(found).toEqual(verdict === "equivalent" ? null : { mnemonic, property });
      expect(equivalent).toBe(verdict === "equivalent");
      if (program.whatIf !== null && verdict === "differs") expect(difference?.whatIf).toBe(program.whatIf);
    });

    const rule = program.whatIf;
    if (rule === null) continue;
    it(`is equivalent under ${strategy} with ${rule}`, () => {
      expect(compare(path, strategy, [rule]).difference).toBeNull();
      check(runToEnd(path, strategy, [rule]), program.bareMetal);
    });
  }
});

const isWrittenAnew = (strategy: StrategyId): boolean => comparesByTraces(findStrategy(strategy)!);

describe("the collection", () => {
  it("has a program for each mnemonic of Robin and Irvine, and one for IRET", () => {
    for (const mnemonic of [...ROBIN_IRVINE, "iret"]) expect(programPaths).toContain(`sensitive/${mnemonic}.asm`);
  });

  it("has at least 36 programs, each title once in either language", () => {
    const titles = [...programPaths, ...companionPaths].map(
      (path) => parseProgramHeader(programText(path)).program.title,
    );
    expect(programPaths.length).toBeGreaterThanOrEqual(36);
    expect(new Set(titles.map((title) => title.en)).size).toBe(titles.length);
    expect(new Set(titles.map((title) => title.zh)).size).toBe(titles.length);
  });

  it("gives each program of a topic a place of its own", () => {
    const places = [...programPaths, ...companionPaths].map((path) => {
      const { topic, order } = parseProgramHeader(programText(path)).program;
      return `${topic} ${order}`;
    });
    expect(new Set(places).size).toBe(places.length);
  });
});
