import { describe, expect, it } from "vitest";
import { CompareRun } from "../../../src/session/compare.ts";
import type { ComparedStream, Comparison, LoadRequest, StrategyId } from "../../../src/session/types.ts";
import { programFiles } from "../../programs/library.ts";
import { compareTasks, labelOf } from "./tasks.ts";

const verdicts = ({ streams }: Comparison) =>
  Object.fromEntries(streams!.map(({ kind, task, verdict }) => [task === null ? kind : `${kind} ${task}`, verdict]));
const stream = ({ streams }: Comparison, kind: ComparedStream["kind"], task: number | null = null) =>
  streams!.find((one) => one.kind === kind && one.task === task);
const kinds = ({ exempt }: Comparison) => exempt.map(({ kind }) => kind);

const ALL_EQUAL = { outcome: "equal", serial: "equal", "task 1": "equal", "task 2": "equal" };

describe("two kernels that do the same for their tasks are equivalent", () => {
  it("one and the same", () => {
    const { result } = compareTasks([], []);
    expect(result).toMatchObject({ equivalent: true, difference: null, exempt: [], leftOutcome: "exited" });
    expect(verdicts(result)).toEqual(ALL_EQUAL);
    // 12 times 150 loops, and five instructions besides; the last three ask for the end.
    expect(stream(result, "task", 1)).toMatchObject({ left: 12 * 155 + 3, right: 12 * 155 + 3 });
    expect(stream(result, "serial")).toMatchObject({ left: 25, right: 25 });
  });

  it("one under a VMM", () => {
    const { result } = compareTasks([], [], { strategy: "trap-and-emulate" });
    expect(result).toMatchObject({ equivalent: true, leftOutcome: "exited", rightOutcome: "exited" });
    expect(verdicts(result)).toEqual(ALL_EQUAL);
  });

  it.each(["TURN=60", "SLOW", "TURN=333 SLOW"])("one that gives other turns: %s", (defines) => {
    const { result } = compareTasks([], defines.split(" "));
    expect(result.equivalent).toBe(true);
    expect(verdicts(result)).toEqual(ALL_EQUAL);
  });

  it("in what order their outputs come is timing", () => {
    const { result, check } = compareTasks([], ["TURN=60"]);
    const [left, right] = [check.left, check.right].map(({ computer }) => computer.guest.platform.serial.text());
    expect(left).not.toBe(right);
    expect([...left!].sort()).toEqual([...right!].sort());
    expect(kinds(result)).toEqual(["interleaving"]);
  });

  it("how far another has come when a task ends the run is timing", () => {
    const { result } = compareTasks(["FIRST_ENDS"], ["FIRST_ENDS", "TURN=200"]);
    expect(result).toMatchObject({ equivalent: true, leftOutcome: "exited", rightOutcome: "exited" });
    expect(verdicts(result)).toEqual({ outcome: "equal", serial: "prefix", "task 1": "equal", "task 2": "prefix" });
    expect(kinds(result)).toEqual(["timing"]);
  });
});

describe("what a kernel does otherwise is found, with its place in both runs", () => {
  it("a register that it does not keep", () => {
    const { result } = compareTasks([], ["CLOBBERS"]);
    expect(result.difference).toMatchObject({
      text: expect.stringContaining("loop"),
      items: [{ what: "ebp", left: "0x00000000", right: "0x00000001" }],
      property: "equivalence",
    });
    expect(result.difference!.why.en).toContain("the kernel ran");
  });

  it("a system call that gives another result", () => {
    const { result, check } = compareTasks([], ["PRINTS_LOWER"]);
    const { difference } = result;
    expect(difference).toMatchObject({
      mnemonic: "int",
      text: "int 0x80",
      items: [{ what: "eax", left: "0x00000042", right: "0x00000062" }],
      source: { file: "tasks.asm", line: 10 },
    });
    expect(difference!.why.en).toContain("task 2");
    // Both sides stand there: before the instruction that finds it.
    for (const side of [check.left, check.right]) {
      const { machine } = side.computer;
      expect(machine.cpu.state.cpl).toBe(3);
      expect(machine.cpu.state.eip >>> 0).toBe(difference!.eip + 2);
    }
    expect(difference).toMatchObject({
      leftStep: check.left.computer.machine.steps,
      rightStep: check.right.computer.machine.steps,
    });
    expect(verdicts(result)["task 2"]).toBe("differs");
  });

  it("a program that is not the same, at the instruction", () => {
    const { result } = compareTasks([], ["USER_OTHERWISE"]);
    expect(result.difference).toMatchObject({ mnemonic: "dec", eip: labelOf("ask") - 1 });
    expect(result.difference!.items.map(({ what }) => what)).toContain("edx");
  });

  it("what comes out", () => {
    const { result } = compareTasks([], ["ENDS_WITH_X"]);
    expect(result.difference).toMatchObject({ mnemonic: "out", source: { file: "lib/console.inc" } });
    expect(result.difference!.items).toEqual([
      { what: "serial", left: expect.stringMatching(/\\n"$/), right: expect.stringMatching(/X\\n"$/) },
    ]);
    expect(verdicts(result)).toEqual({ ...ALL_EQUAL, serial: "differs" });
  });

  it("how the run ends", () => {
    const code = compareTasks([], ["ENDS_BADLY"]).result;
    expect(code.difference!.items).toEqual([{ what: "exit code", left: "0", right: "7" }]);
    const crash = compareTasks([], ["CRASHES"]).result;
    expect(crash).toMatchObject({ equivalent: false, leftOutcome: "exited", rightOutcome: "shutdown" });
    expect(crash.difference!.items).toEqual([{ what: "outcome", left: "exited", right: "shutdown" }]);
    for (const result of [code, crash]) expect(verdicts(result)).toEqual({ ...ALL_EQUAL, outcome: "differs" });
  });

  it("a task that never runs", () => {
    const { result } = compareTasks([], ["ONE_TASK"]);
    expect(result.difference!.items).toEqual([{ what: "task 2", left: "1,863 instructions", right: "0 instructions" }]);
    expect(stream(result, "task", 2)).toMatchObject({ verdict: "differs", left: 1863, right: 0 });
  });

  it("tasks that stop early in a run that ends otherwise", () => {
    const { result } = compareTasks([], ["DROPS"]);
    expect(result.equivalent).toBe(false);
    expect(result.difference!.items.map(({ what }) => what)).toEqual(["exit code", "task 1"]);
  });

  it("whichever of the two sides it is", () => {
    const { result } = compareTasks(["PRINTS_LOWER"], []);
    expect(result.difference!.items).toEqual([{ what: "eax", left: "0x00000062", right: "0x00000042" }]);
  });
});

it("a budget that ends the comparison says so, and nothing is missing", () => {
  const { result, check } = compareTasks([], ["TURN=333", "SLOW"], { ticks: 2500 });
  expect(result).toMatchObject({ equivalent: true, leftOutcome: "stopped", rightOutcome: "stopped" });
  expect(check.ticks).toBeGreaterThanOrEqual(2500);
  expect(check.ticks).toBeLessThan(2600);
  expect(Object.values(verdicts(result))).not.toContain("differs");
  expect(verdicts(result)).not.toHaveProperty("outcome");
});

it("the slices in which it is asked to go on make no difference", () => {
  const { result } = compareTasks([], ["CLOBBERS"]);
  for (const slice of [1, 77, 1_000_000]) {
    expect(compareTasks([], ["CLOBBERS"], { slice }).result).toEqual(result);
  }
});

describe("a program is compared by traces where a strategy asks for it", () => {
  const request = (main: string, strategy: StrategyId): LoadRequest => {
    return { program: { kind: "source", main, files: programFiles }, strategy, memoryMiB: 16, whatIf: [], inputs: [] };
  };
  const run = (main: string, right: StrategyId) => {
    const made = new CompareRun(request(main, "bare-metal"), request(main, right));
    while (!made.advance(100_000).done);
    return made;
  };

  it("and shows both runs as they are at the end", () => {
    const made = run("xen/preempt.asm", "paravirtual");
    expect(made.problem).toBeNull();
    const result = made.result();
    expect(result).toMatchObject({ equivalent: true, left: "bare-metal", right: "paravirtual" });
    expect(stream(result, "task", 2)!.left).toBeGreaterThan(1000);
    for (const view of [made.leftView(), made.rightView()]) {
      expect(view).toMatchObject({ outcome: "exited", exitCode: 0 });
      expect(view.console.serial).toContain("changed tasks: yes");
    }
    // Each side has a build, and a map of its source, of its own.
    expect(made.leftView().next.source).not.toBeNull();
  });

  it("and in lockstep where none does", () => {
    expect(run("rings.asm", "trap-and-emulate").result()).not.toHaveProperty("streams");
  });

  it("a program that was not ported is refused in words", () => {
    const made = run("rings.asm", "paravirtual");
    expect(made.problem).not.toBeNull();
    expect(made.problem!.problem.en).toMatch(/Xen/);
    expect(made.problem!.problem.zh).toMatch(/Xen/);
  });
});
