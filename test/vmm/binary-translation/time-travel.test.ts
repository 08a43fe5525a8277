import { describe, expect, it } from "vitest";
import { CpuState } from "../../../src/cpu/state.ts";
import { Timeline } from "../../../src/recorder/timeline.ts";
import { parseProgramHeader } from "../../../src/session/program-header.ts";
import { programText } from "../../programs/library.ts";
import { fingerprint } from "../../session/fingerprint.ts";
import { program } from "./guests.ts";

/** Programs with interrupts, ring changes, paging, code that changes, and leaks; each in a few thousand steps. */
const PATHS = [
  "is-prime.asm",
  "self-modifying.asm",
  "page-editor.asm",
  "lesson-popf.asm",
  "preempt-users.asm",
  "sensitive/lar.asm",
  "sensitive/user-verr.asm",
];
const STEPS = 30_000;

/** The whole computer at a step, the cache, its records and its counters included. */
function at(path: string, steps: readonly number[], translateUser: boolean): string[] {
  const { machine } = program(path, { translateUser });
  const { inputs } = parseProgramHeader(programText(path)).program;
  for (const input of inputs) machine.addInput(input);
  const timeline = new Timeline(machine, inputs);
  timeline.forward(Math.max(...steps));
  return steps.map((step) => {
    timeline.seek(step);
    return JSON.stringify(fingerprint(machine, timeline.pages()));
  });
}

function length(path: string): number {
  const { machine } = program(path);
  for (const input of parseProgramHeader(programText(path)).program.inputs) machine.addInput(input);
  return machine.run(STEPS);
}

describe("time travel in translation", () => {
  it.each(PATHS)("comes back to the very same computer, the cache included: %s", (path) => {
    const end = length(path);
    const steps = [0.9, 0.15, 0.52, 0.521, 0.01, 0.78].map((part) => Math.floor(end * part));
    const travelled = at(path, steps, false);
    // Fresh runs that only go forward.
    steps.forEach((step, i) => {
      if (i % 2 === 0) expect(at(path, [step], false)[0]).toBe(travelled[i]);
    });
    // The same again, in another order.
    expect(at(path, steps.toReversed(), false)).toEqual(travelled.toReversed());
  });

  it("knows the guest at every step from what is saved alone, at a callout's stub too", () => {
    const { machine, vmm } = program("is-prime.asm");
    const read = (): string => {
      const state = new CpuState();
      vmm.readState(state);
      return state.words.join();
    };
    for (let i = 0; i < 600 && machine.run(1) > 0; i++) {
      const seen = read();
      const { vector } = machine.cpu.last;
      // What was delivered last is not among what is saved: it may be anything after a seek.
      for (const other of [0, 14, 0xf1]) {
        machine.cpu.last.vector = other;
        expect(read()).toBe(seen);
      }
      machine.cpu.last.vector = vector;
    }
  });

  it("does so too with user code translated", () => {
    const path = "preempt-users.asm";
    const steps = [7001, 450, 7002, 3333];
    const travelled = at(path, steps, true);
    expect(steps.map((step) => at(path, [step], true)[0])).toEqual(travelled);
  });
});
