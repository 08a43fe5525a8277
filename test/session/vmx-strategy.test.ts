import { describe, expect, it } from "vitest";
import { ENTRY_CHECKS } from "../../src/cpu/vmx/vm-entry.ts";
import { exitReason } from "../../src/isa/vmx-exits.ts";
import { parseProgramHeader } from "../../src/session/program-header.ts";
import { Session } from "../../src/session/session.ts";
import type { StrategyId } from "../../src/session/types.ts";
import { leavesGuest } from "../../src/session/vm-exits.ts";
import { programFiles, programPaths, programText } from "../programs/library.ts";
import { BACK, go } from "./hypervisor.ts";

const TO_END = { kind: "run", direction: "forward", until: null, maxSteps: 3_000_000 } as const;

function start(main: string, strategy: StrategyId, options: readonly string[] = []): Session {
  const session = new Session();
  const { inputs } = parseProgramHeader(programText(main)).program;
  const program = { kind: "source", main, files: programFiles } as const;
  const result = session.load({ program, strategy, memoryMiB: 16, whatIf: [], inputs, options });
  expect(result.ok).toBe(true);
  return session;
}

describe("a VMM that uses VT-x, seen from outside", () => {
  const session = start("rings.asm", "vtx");
  go(session, TO_END);
  const exits = session.events(0, 5000).filter(({ kind }) => kind === "vm-exit");

  it("shows its VMCS, and that nothing hinders the next entry", () => {
    go(session, { kind: "seek", step: exits[5]!.step });
    const vmcs = session.inspect({ kind: "vmcs", pointer: null, changes: true });
    expect(vmcs).toMatchObject({ available: true, operation: "root", exitStep: exits[5]!.step });
    expect(vmcs.groups.flatMap(({ rows }) => rows).some(({ by }) => by === "exit")).toBe(true);
    const checks = session.inspect({ kind: "vmx-checks", pointer: null });
    expect(checks.groups.slice(1, 4).flatMap((group) => group.checks)).toHaveLength(ENTRY_CHECKS.length);
    expect(checks).toMatchObject({ wouldEnter: true, wants: "vmresume", failure: null });
  });

  it("takes its exits apart, with the guest's own instruction and line", () => {
    for (const { index, reason, source, eip } of exits.slice(0, 20)) {
      const { exit } = session.inspect({ kind: "vmx-exit", index });
      expect(exit).toMatchObject({ index, sentence: reason, rip: eip, failed: false });
      expect(exit!.source).toEqual(source);
      // The first fetch finds nothing that EPT maps.
      expect(exit!.instruction === null).toBe(index === exits[0]!.index);
    }
  });

  it("has the VMM in root operation and the guest in the other world", () => {
    go(session, { kind: "seek", step: exits[5]!.step });
    expect(session.view().current).toBe("vmm");
    go(session, { kind: "seek", step: exits[5]!.step - 1 });
    const { current, occupants } = session.view();
    expect(current).toMatch(/^guest-/);
    expect(occupants.find(({ who }) => who === current)!.world).toBe("non-root");
    expect(occupants.find(({ who }) => who === "vmm")!.world).toBe("root");
    for (const { step } of exits.slice(0, 20)) {
      expect(session.timelinePoint("step", step - 1).who).not.toBe("vmm");
      expect(session.timelinePoint("step", step).who).toBe("vmm");
    }
    // Rings change in the guest without the VMM.
    const rings = session.events(0, 5000).filter(({ kind }) => kind === "resume");
    expect(rings).toEqual([]);
  });

  it("stops at its exits, and is one trap more to whoever waits for traps", () => {
    go(session, { kind: "seek", step: 0 });
    session.setBreakpoints([{ id: "b", at: { kind: "vm-exit", reason: 30 } }]);
    const io = exits.filter(({ title }) => title.en.startsWith("VM exit 30"));
    for (const { step } of io.slice(0, 4)) {
      expect(go(session, TO_END).cause).toBe("breakpoint");
      expect(session.view().step).toBe(step);
    }
    go(session, BACK);
    expect(session.view().step).toBe(io[2]!.step);
    session.setBreakpoints([]);
    go(session, { kind: "seek", step: 0 });
    go(session, { ...TO_END, until: { kind: "trap" } });
    expect(session.view().step).toBe(exits[0]!.step);
  });

  it("walks the guest's addresses through EPT, and without EPT through the shadow", () => {
    const shadow = start("demand-paging.asm", "vtx", ["shadow-paging"]);
    go(shadow, { ...TO_END, until: { kind: "exit", reason: 0 } });
    const ask = { kind: "vmx-walk", address: 0x100000, space: "linear", access: "read", user: false } as const;
    expect(shadow.inspect(ask).walk).toMatchObject({ ept: false, paging: true, most: 2 });
    const deep = start("demand-paging.asm", "vtx");
    go(deep, TO_END);
    const walk = deep.inspect(ask).walk!;
    expect(walk).toMatchObject({ ept: true, most: 14, outcome: { kind: "arrives" } });
    // What EPT finds is where the strategy has put the guest's memory.
    expect(deep.readMemory("physical", walk.outcome.physical!, 32)).toEqual(
      deep.readMemory("guest-linear", 0x100000, 32),
    );
  });
});

describe("the hypervisors in programs/vmx", () => {
  const hypervisors = programPaths.filter((path) => parseProgramHeader(programText(path)).program.vmx);
  it("are there", () => expect(hypervisors.length).toBeGreaterThan(4));

  it.each(hypervisors)("%s: its exits are those of its header, and each is told and shown", (path) => {
    const session = start(path, "bare-metal");
    go(session, TO_END);
    const { program } = parseProgramHeader(programText(path));
    const { reasons, exits } = session.inspect({ kind: "vmx-exits", axis: "step", buckets: 10 });
    const entered = program.exits.filter((reason) => reason !== 33 && reason !== 34);
    expect(exits).toBe(entered.length);
    for (const { reason, count } of reasons) {
      expect(program.exits.filter((one) => one === reason)).toHaveLength(count);
    }
    const events = session.events(0, 100_000).filter(({ kind }) => kind.startsWith("vm-"));
    const seen = new Set<string>();
    for (const { index, kind, title, reason, step } of events) {
      expect(`${title.en}${reason.en}`).not.toMatch(/undefined|NaN|\{|\?/);
      expect(reason.zh).toMatch(/\p{Script=Han}/u);
      const key = `${kind} ${title.en}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const { exit } = session.inspect({ kind: "vmx-exit", index });
      if (exit === null) continue;
      expect(exitReason(exit.reason)!.words).not.toBeNull();
      expect(exit).toMatchObject({ step, sentence: reason });
    }
    const summary = session.inspect({ kind: "summary" }).tables["vm-exits"];
    expect(summary.reduce((sum, { count }) => sum + count, 0)).toBe(program.exits.length);
  });
});

describe("what leaves the guest", () => {
  it("is an exit, or an entry that failed after its checks", () => {
    const failed = 0x80000021 | 0;
    expect(leavesGuest({ kind: "vm-exit", b: 10 }, null)).toBe(true);
    expect(leavesGuest({ kind: "vm-exit", b: 10 }, 12)).toBe(false);
    expect(leavesGuest({ kind: "vm-fail", b: failed }, 33)).toBe(true);
    expect(leavesGuest({ kind: "vm-fail", b: 7 }, null)).toBe(false);
    expect(leavesGuest({ kind: "vm-entry", b: 0 }, null)).toBe(false);
  });
});
