import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { buildSide, type Side } from "../../../src/session/equivalence.ts";
import { ownCode } from "../../../src/session/paravirtualize/own-code.ts";
import { paravirtualize } from "../../../src/session/paravirtualize/paravirtualize.ts";
import type { Port, PortStyle } from "../../../src/session/paravirtualize/types.ts";
import { prepareProgram, setupOf } from "../../../src/session/prepare.ts";
import { assembleFiles, type PreparedProgram } from "../../../src/session/program.ts";
import { UserTrace } from "../../../src/session/traces/user-trace.ts";
import { consoleOf } from "../../../src/session/view.ts";
import { findStrategy } from "../../../src/vmm/registry.ts";

const PROGRAMS = join(import.meta.dirname, "../../../programs");
const MEMORY = 16 << 20;
const MOST_TICKS = 1_000_000;

type Files = Readonly<Record<string, string>>;

const files: Files = Object.fromEntries(
  (readdirSync(PROGRAMS, { recursive: true }) as string[])
    .filter((name) => /\.(?:asm|inc)$/.test(name))
    .map((name) => [name, readFileSync(join(PROGRAMS, name), "utf8")]),
);
const sensitive = Object.keys(files).filter((name) => name.startsWith("sensitive/"));

/** Every program of `programs/sensitive` that the tool refuses, and what the reason says. None does. */
const REFUSED: Readonly<Record<string, RegExp>> = {};

function prepared(main: string, of: Files, strategy: string): PreparedProgram {
  const made = prepareProgram({ kind: "source", main, files: of }, MEMORY, findStrategy(strategy)!);
  if (!made.ok) throw new Error(`${main}: ${made.problem.en} ${made.diagnostics[0]?.message.en}`);
  return made.prepared;
}

function sideOf(program: PreparedProgram, id: "bare-metal" | "paravirtual"): Side {
  const strategy = findStrategy(id)!;
  const request = { strategy: id, memoryMiB: MEMORY >> 20, whatIf: [], inputs: [] };
  return buildSide(
    strategy,
    setupOf(
      program,
      { ...request, program: { kind: "flat" as const, bytes: new Uint8Array(), at: 0, entry: 0 } },
      strategy,
    ),
    [],
  );
}

/** How a run has ended, and what it put out. */
function result({ computer }: Side) {
  const { serial, debug } = consoleOf(computer);
  return { outcome: computer.machine.outcome, exitCode: computer.guest.platform.exitCode, serial, debug };
}

function run(main: string, of: Files, strategy: "bare-metal" | "paravirtual") {
  const side = sideOf(prepared(main, of, strategy), strategy);
  const { machine } = side.computer;
  while (machine.outcome === "running" && machine.ticks < MOST_TICKS) machine.run(100_000);
  return result(side);
}

/** The registers and flags that each task's instructions in user mode find, task by task, and how the run has ended. */
function traced(program: PreparedProgram, id: "bare-metal" | "paravirtual") {
  const side = { ...sideOf(program, id), own: ownCode(program)! };
  const trace = new UserTrace(side);
  const tasks: number[][] = [];
  while (!trace.ended && trace.ticks < MOST_TICKS) {
    const task = trace.next(10_000);
    if (task === null) continue;
    tasks[task] ??= [];
    tasks[task].push(trace.fingerprint());
  }
  return { tasks, ...result(side) };
}

const folder = mkdtempSync(join(tmpdir(), "ringside-port-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What NASM makes of a rewritten source. */
function nasm({ main, files: of, style }: Port, define: readonly string[]): Buffer {
  const root = join(folder, style, main);
  for (const [name, text] of Object.entries(of)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  execFileSync("nasm", ["-f", "bin", ...define.map((name) => `-D${name}`), "-o", "image", main], { cwd: root });
  return readFileSync(join(root, "image"));
}

const ports = new Map<string, Port>();
function portOf(name: string, style: PortStyle): Port {
  const key = `${style} ${name}`;
  const port = ports.get(key) ?? paravirtualize(name, files, { style });
  ports.set(key, port);
  return port;
}

describe("every program of programs/sensitive after the tool", () => {
  it.each(sensitive)("%s is equivalent to its run on bare metal, or refused with a reason", (name) => {
    const { main, files: of, refusals } = portOf(name, "pre-virtualization");
    const refused = REFUSED[name];
    if (refused) {
      expect(refusals.map(({ reason }) => reason.en).join()).toMatch(refused);
      return;
    }
    expect(refusals).toEqual([]);
    const expected = run(name, files, "bare-metal");
    expect(expected.outcome).toBe("exited");
    // Xen has no exit code but that all is well.
    expect({ ...run(main, of, "paravirtual"), exitCode: expected.exitCode }).toEqual(expected);
    // Natively it is the same program.
    expect(assembleFiles(main, of).bytes).toEqual(assembleFiles(name, files).bytes);

    const image = portOf(name, "pv-ops");
    expect(image.refusals).toEqual([]);
    const program = prepared(image.main, image.files, "paravirtual");
    const native = traced(program, "bare-metal");
    const ported = traced(program, "paravirtual");
    expect(native).toMatchObject(expected);
    expect({ ...ported, exitCode: expected.exitCode }).toMatchObject(expected);
    expect(ported.tasks).toEqual(native.tasks);
  });
});

describe("a rewritten source", () => {
  // All of them under CI: the wedge, which takes NASM's time, is the same in each.
  const some = sensitive.filter((_, i) => process.env.CI === "true" || i % 4 === 0);
  it.each(some)("%s gives what NASM gives, natively and for Xen", (name) => {
    const two = portOf(name, "pre-virtualization");
    for (const define of [[], ["XEN"]]) {
      const ours = assembleFiles(two.main, two.files, define);
      expect(Buffer.from(ours.bytes).equals(nasm(two, define)), `${define}`).toBe(true);
    }
    const one = portOf(name, "pv-ops");
    const ours = Buffer.from(assembleFiles(one.main, one.files).bytes);
    expect(ours.equals(nasm(one, []))).toBe(true);
    // An image with patch sites is the same for both uses.
    expect(ours.equals(Buffer.from(assembleFiles(one.main, one.files, ["XEN"]).bytes))).toBe(true);
  });
});

describe("the wedge", () => {
  const ported = (name: string) => {
    const { main, files: of } = portOf(name, "pre-virtualization");
    return run(main, of, "paravirtual");
  };

  it.each([
    "hlt-wait",
    "semaphores",
    "one-shot",
    "timer-ticks",
    "single-step",
    "ldt",
    "call-gate",
    "hidden-descriptor",
  ])("lets %s do what it does on bare metal", (name) => {
    const expected = run(`${name}.asm`, files, "bare-metal");
    expect({ ...ported(`${name}.asm`), exitCode: expected.exitCode }).toEqual(expected);
  });

  it("ends a domain with a message where it cannot go on", () => {
    const { outcome, serial } = ported("four-rings.asm");
    expect(outcome).toBe("shutdown");
    expect(serial).toContain("wedge: a call gate to ring 1 or 2");
  });
});
