import { describe, expect, it } from "vitest";
import { digestGuest } from "../../src/recorder/digest.ts";
import type { Run } from "../../src/session/run.ts";
import { programPaths, programText } from "../programs/library.ts";
import { runOf, subject } from "./laws.ts";

const MOST_STEPS = 2_000_000;

function digest(run: Run): string {
  return digestGuest(run.computer.guest, run.timeline.pages(), run.machine.time);
}

/** Programs that bare metal and trap-and-emulate run alike. */
const alike = programPaths.filter((path) => !/^; (?:trap-and-emulate.*: differs|processor:)/m.test(programText(path)));

describe("the digest of a guest", () => {
  it("is known for many programs", () => expect(alike.length).toBeGreaterThan(30));

  it.each(alike)("is the same bare and under trap-and-emulate at the end of %s", (path) => {
    const guest = subject(path);
    const [bare, virtual] = [runOf(guest, "bare-metal"), runOf(guest, "trap-and-emulate")] as const;
    for (const run of [bare, virtual]) run.forward(MOST_STEPS);
    expect(virtual.machine.outcome).toBe(bare.machine.outcome);
    expect(virtual.machine.time).toBe(bare.machine.time);
    expect(digest(virtual)).toBe(digest(bare));
  });

  it("tells one byte of memory, one flag and one instruction apart", () => {
    const run = runOf(subject("sort.asm"), "trap-and-emulate");
    run.forward(500);
    const before = digest(run);
    const { memory } = run.computer.guest;
    const old = memory.read8(0x300000);
    memory.write8(0x300000, old ^ 1);
    expect(digest(run)).not.toBe(before);
    memory.write8(0x300000, old);
    expect(digest(run)).toBe(before);
    run.machine.cpu.setEflags(run.machine.cpu.getEflags() ^ 0x800);
    expect(digest(run)).not.toBe(before);
    run.machine.cpu.setEflags(run.machine.cpu.getEflags() ^ 0x800);
    expect(digest(run)).toBe(before);
    run.tick(1000);
    expect(digest(run)).not.toBe(before);
  });

  it("is the same whichever way one came", () => {
    const run = runOf(subject("timer-ticks.asm"), "trap-and-emulate");
    run.forward(9000);
    const at = run.step;
    const before = digest(run);
    run.forward(4000);
    run.seek(at);
    expect(digest(run)).toBe(before);
  });
});
