import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { handOver } from "../../src/machine/hand-over.ts";
import { Machine } from "../../src/machine/machine.ts";
import { Timeline } from "../../src/recorder/timeline.ts";
import { assemble } from "../cpu/assemble.ts";
import { Random } from "../fuzz/random.ts";
import { fingerprint } from "../session/fingerprint.ts";

const ORIGIN = 0x1000000;
const MIB = 1 << 20;

function timeline(source: string, mib: number): { machine: Machine; time: Timeline } {
  const machine = new Machine({ memoryBytes: mib * MIB, whatIf: [] });
  machine.memory.writeBytes(ORIGIN, assemble(source, ORIGIN));
  handOver(machine.cpu.state, machine.memory, ORIGIN);
  return { machine, time: new Timeline(machine) };
}

/** Writes every page of 12 MiB with something new, again and again. */
const WRITER = `
round:  inc edx
        mov edi, 0x200000
        mov ecx, 3072
.page:  mov eax, edx
        imul eax, ecx
        push ecx
        mov ecx, 256
        rep stosd
        pop ecx
        add edi, 3072
        loop .page
        jmp round`;

describe("the timeline", () => {
  it("thins its keyframes when they grow too large, keeps the first and the last, and seeks right", () => {
    const { machine, time } = timeline(WRITER, 20);
    const random = new Random(5);
    const seen = new Map<number, string>();
    const look = () =>
      createHash("sha1")
        .update(JSON.stringify(fingerprint(machine, time.pages())))
        .digest("hex");
    seen.set(0, look());
    let most = 0;
    let thinned = false;
    for (let i = 0; i < 60 && !thinned; i++) {
      time.forward(400_000);
      if (i % 6 === 0) seen.set(machine.steps, look());
      thinned = time.keyframeCount < most;
      most = Math.max(most, time.keyframeCount);
    }
    expect(thinned).toBe(true);
    expect(time.keyframeCount).toBeGreaterThan(3);
    for (const step of [0, ...seen.keys()].sort(() => random.between(-1, 1))) {
      time.seek(step);
      expect(machine.steps).toBe(step);
      expect(look()).toBe(seen.get(step));
    }
  });

  it("seeks to the first step of a tick, before and after what has been simulated", () => {
    const { machine, time } = timeline("mov ecx, 1000\nmov edi, 0x200000\nrep stosb\nmov eax, 5\njmp $", 20);
    time.forward(2000);
    for (const tick of [1500, 3, 0, 999, 1002, 2000, 2500]) {
      time.seekTick(tick);
      expect(machine.ticks).toBe(tick);
    }
  });

  it("forgets the future when an input comes, but not what belongs to the program", () => {
    const machine = new Machine({ memoryBytes: 20 * MIB, whatIf: [] });
    machine.memory.writeBytes(ORIGIN, assemble("jmp $", ORIGIN));
    handOver(machine.cpu.state, machine.memory, ORIGIN);
    const scripted = { tick: 5000, event: { kind: "serial", byte: 1 } } as const;
    machine.addInput(scripted);
    const time = new Timeline(machine, [scripted]);
    time.forward(3000);
    const late = time.input({ kind: "serial", byte: 2 });
    expect(late.tick).toBe(3001);
    time.forward(4000);
    time.seek(1000);
    expect(time.lastStep).toBe(7000);
    const early = time.input({ kind: "serial", byte: 3 });
    expect(time.lastStep).toBe(1000);
    expect(machine.inputs).toEqual([early, scripted]);
  });

  it("stops where the run ends", () => {
    const { machine, time } = timeline("mov ecx, 500\nagain: loop again\nmov al, 3\nout 0xf4, al", 20);
    expect(time.forward(10_000)).toBe(503);
    expect(machine.outcome).toBe("exited");
    expect(time.forward(10)).toBe(0);
    time.seek(200);
    expect(machine.outcome).toBe("running");
    time.seek(9999);
    expect(machine.steps).toBe(503);
    expect(machine.outcome).toBe("exited");
  });
});
