import { describe, expect, it } from "vitest";
import { Session } from "../../src/session/session.ts";
import type { Command, RunUntil, StopCause } from "../../src/session/types.ts";

const LOOP = `        bits 32
        org 0x100000
start:  mov ecx, 50000
again:  dec ecx
        jnz again
        mov al, 0
        out 0xf4, al
`;

function loaded(): Session {
  const session = new Session();
  const result = session.load({
    program: { kind: "source", main: "a.asm", files: { "a.asm": LOOP } },
    strategy: "bare-metal",
    memoryMiB: 2,
    whatIf: [],
    inputs: [],
  });
  expect(result.ok).toBe(true);
  return session;
}

/** Carries a command out in slices; answers its cause, how many slices it took, and the progress it told. */
function carryOut(session: Session, command: Command, slice = 1000): { cause: StopCause; told: number[] } {
  session.begin(command);
  const told: number[] = [];
  for (;;) {
    const { done, cause, progress } = session.advance(slice);
    told.push(progress);
    if (done) return { cause, told };
  }
}

const back = (maxSteps: number, until: RunUntil | null = null): Command => ({
  kind: "run",
  direction: "back",
  until,
  maxSteps,
});

describe("travel over what has not been simulated", () => {
  it("goes in slices, tells how far it is, and arrives", () => {
    const session = loaded();
    const { told } = carryOut(session, { kind: "seek", step: 50_000 });
    expect(told.length).toBeGreaterThan(40);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told[Math.floor(told.length / 2)]).toBeGreaterThan(0.4);
    expect(session.view().step).toBe(50_000);
    expect(session.view().changes.physical.map((change) => change.name)).toContain("eip");
  });

  it("by instructions too", () => {
    const session = loaded();
    const { told } = carryOut(session, { kind: "seek-tick", tick: 30_000 });
    expect(told.length).toBeGreaterThan(20);
    expect(session.view().tick).toBe(30_000);
  });

  it("can be stopped on the way, and stands where it had come", () => {
    const session = loaded();
    session.begin({ kind: "seek", step: 50_000 });
    session.advance(1000);
    session.cancel();
    expect(session.view().step).toBe(1000);
  });

  it("is the same moment as a fresh run has there", () => {
    const session = loaded();
    carryOut(session, { kind: "seek", step: 40_000 });
    const digest = session.digest();
    carryOut(session, { kind: "seek", step: 90_000 });
    carryOut(session, { kind: "seek", step: 40_000 }, 777);
    expect(session.digest()).toBe(digest);
  });
});

describe("run back by so many steps", () => {
  it("stands so many steps earlier, and says that it may go on", () => {
    const session = loaded();
    carryOut(session, { kind: "seek", step: 5000 });
    expect(carryOut(session, back(300)).cause).toBe("budget");
    expect(session.view().step).toBe(4700);
    expect(carryOut(session, back(100_000)).cause).toBe("start");
    expect(session.view().step).toBe(0);
  });

  it("stops at a breakpoint or an event that lies nearer", () => {
    const session = loaded();
    carryOut(session, { kind: "seek", step: 5000 });
    session.setBreakpoints([{ id: "again", at: { file: "a.asm", line: 4 } }]);
    expect(carryOut(session, back(300)).cause).toBe("breakpoint");
    expect(session.view().step).toBeGreaterThanOrEqual(4998);
    session.setBreakpoints([{ id: "start", at: { file: "a.asm", line: 3 } }]);
    expect(carryOut(session, back(300)).cause).toBe("budget");
    expect(carryOut(session, back(300, { kind: "trap" })).cause).toBe("budget");
  });
});
