import { beforeEach, describe, expect, it } from "vitest";
import type { Session } from "../../src/session/session.ts";
import type { Breakpoint, BreakpointPlace, RunUntil } from "../../src/session/types.ts";
import { findExitReason } from "../../src/session/vm-exits.ts";
import { BACK, go, hypervisor, load, TO_END } from "./hypervisor.ts";

const SOURCE = hypervisor({
  guest: "mov ecx, 3\nagain: push ecx\nmov eax, 1\ncpuid\nhlt\npop ecx\nloop again\nmov ecx, 0x174\nrdmsr",
  fields: { primaryControls: 0x840061f2 },
});
const of = (at: BreakpointPlace, more: Partial<Breakpoint> = {}): Breakpoint => ({ id: "b", at, ...more });

describe("breakpoints of VT-x", () => {
  let session: Session;
  let steps: Map<string, number[]>;
  beforeEach(() => {
    session = load(SOURCE);
    go(session, TO_END);
    steps = new Map();
    for (const { kind, row, step } of session.events(0, 1000)) {
      for (const key of [kind, `${kind} ${row}`]) steps.set(key, [...(steps.get(key) ?? []), step]);
    }
    go(session, { kind: "seek", step: 0 });
  });

  /** The steps at which a run stops, one after the other. */
  function stops(breakpoint: Breakpoint, command: typeof TO_END | typeof BACK): number[] {
    session.setBreakpoints([breakpoint]);
    const found: number[] = [];
    while (found.length < 40) {
      const { cause } = go(session, command);
      if (cause !== "breakpoint") return found;
      found.push(session.view().step);
    }
    throw new Error("no end of stops");
  }

  it("stop at every exit, at those of a reason, forwards and backwards", () => {
    expect(stops(of({ kind: "vm-exit", reason: null }), TO_END)).toEqual(steps.get("vm-exit"));
    expect(stops(of({ kind: "vm-exit", reason: null }), BACK)).toEqual(steps.get("vm-exit")!.toReversed());
    expect(stops(of({ kind: "vm-exit", reason: 10 }), TO_END)).toEqual(steps.get("vm-exit cpuid"));
    expect(stops(of({ kind: "vm-exit", reason: 12 }), BACK)).toEqual(steps.get("vm-exit hlt")!.toReversed());
  });

  it("stop at mode switches, both ways", () => {
    const all = [...steps.get("vm-entry")!, ...steps.get("vm-exit")!].toSorted((a, b) => a - b);
    expect(stops(of({ kind: "vm-switch" }), TO_END)).toEqual(all);
    expect(stops(of({ kind: "vm-switch" }), BACK)).toEqual(all.toReversed());
  });

  it("say why they stop", () => {
    session.setBreakpoints([of({ kind: "vm-exit", reason: 10 })]);
    const { stops: why } = go(session, TO_END) as { stops?: readonly { words: { en: string } }[] };
    expect(why![0]!.words.en).toMatch(/^Stopped: VM exit 10: CPUID\. CPUID of leaf 0x1 at/);
  });

  it("take conditions and hits", () => {
    const cpuid = steps.get("vm-exit cpuid")!;
    const second = of({ kind: "vm-exit", reason: 10 }, { hits: { rule: "at", count: 2 } });
    expect(stops(second, TO_END)).toEqual([cpuid[1]]);
    go(session, { kind: "seek", step: 0 });
    // After an exit the registers but ESP are the guest's still.
    const conditional = of({ kind: "vm-exit", reason: null }, { condition: "ecx == 0x174" });
    expect(stops(conditional, TO_END)).toEqual([steps.get("vm-exit rdmsr")![0], steps.get("vm-exit vmcall")![0]]);
  });

  it("take conditions on fields of the current VMCS", () => {
    const byField = of(
      { kind: "vm-exit", reason: null },
      { condition: "vmcs.exitReason == 12 && vmcs.guestCsSelector == 8" },
    );
    expect(stops(byField, TO_END)).toEqual(steps.get("vm-exit hlt"));
    const value = (text: string) => session.inspect({ kind: "expression", text: [text] })[0]!;
    expect(value("vmcs.ExitReason & 0xffff")).toMatchObject({ ok: true, value: { bits: 18 } });
    expect(value("vmcs.exitReazon")).toMatchObject({
      ok: false,
      problem: { words: { en: expect.stringContaining("Did you mean vmcs.exitReason?") } },
    });
    go(session, { kind: "seek", step: 0 });
    expect(value("vmcs.guestRip")).toMatchObject({
      ok: false,
      problem: { words: { en: "There is no current VMCS here." } },
    });
    // Where one looks for a change, it is one more expression.
    expect(stops(of({ kind: "change", expression: "vmcs.exitQualification" }), TO_END).length).toBeGreaterThan(0);
  });

  it("stop where VMLAUNCH fails, and where another instruction does", () => {
    session = load(hypervisor({ guest: "", before: "mov ecx, 0x1234\nvmread eax, ecx", fields: { guestRflags: 0 } }));
    go(session, TO_END);
    const failures = session.events(0, 100).filter(({ kind }) => kind === "vm-fail");
    expect(failures.map(({ row }) => row)).toEqual(["vmread_rm32_r32", "vmlaunch"]);
    go(session, { kind: "seek", step: 0 });
    expect(stops(of({ kind: "vm-fail" }), TO_END)).toEqual(failures.map(({ step }) => step));
    expect(stops(of({ kind: "vm-fail" }), BACK)).toEqual(failures.map(({ step }) => step).toReversed());
    go(session, { kind: "seek", step: 0 });
    // The entry that failed after its checks is an exit with a reason, too.
    expect(stops(of({ kind: "vm-exit", reason: 33 }), TO_END)).toEqual([failures[1]!.step]);
  });

  it("can never stop where there is no VT-x, or no such reason", () => {
    const problem = (at: BreakpointPlace) =>
      session.inspect({ kind: "breakpoints", breakpoints: [of(at)] })[0]!.problem?.en ?? null;
    expect(problem({ kind: "vm-exit", reason: 10 })).toBeNull();
    expect(problem({ kind: "vm-exit", reason: 35 })).toBe("There is no basic exit reason 35.");
    session = load("start: hlt\n");
    for (const at of [{ kind: "vm-exit", reason: null }, { kind: "vm-fail" }, { kind: "vm-switch" }] as const) {
      expect(problem(at)).toMatch(/^The processor has no VT-x here/);
    }
  });

  it("run to the next and the previous exit", () => {
    const until = (to: RunUntil, direction: "forward" | "back") =>
      go(session, { kind: "run", direction, until: to, maxSteps: 1_000_000 });
    const exits = steps.get("vm-exit")!;
    expect(until({ kind: "exit", reason: null }, "forward").cause).toBe("until");
    expect(session.view().step).toBe(exits[0]);
    until({ kind: "exit", reason: 31 }, "forward");
    expect(session.view().step).toBe(steps.get("vm-exit rdmsr")![0]);
    until({ kind: "exit", reason: 12 }, "back");
    expect(session.view().step).toBe(steps.get("vm-exit hlt")!.at(-1));
    until({ kind: "exit", reason: null }, "back");
    expect(session.view().step).toBe(steps.get("vm-exit cpuid")!.at(-1));
    expect(until({ kind: "exit", reason: 48 }, "forward").cause).toBe("end");
  });

  it("run to entries that fail by whatever, too, where that is asked for", () => {
    const fails = "vmlaunch\nmov ecx, 0x4000\nmov eax, 0x16\nvmwrite ecx, eax\nmov ecx, 1\nvmread eax, ecx";
    session = load(hypervisor({ guest: "", before: fails, fields: { pinBasedControls: 0 } }));
    go(session, TO_END);
    const [first, read] = session.events(0, 100).filter(({ kind }) => kind === "vm-fail");
    expect([first!.row, read!.row]).toEqual(["vmlaunch", "vmread_rm32_r32"]);
    const exit = session.events(0, 100).find(({ kind }) => kind === "vm-exit")!;
    const to = { kind: "run", until: { kind: "exit", reason: null, orFailed: true }, maxSteps: 1_000_000 } as const;
    go(session, { ...to, direction: "back" });
    expect(session.view().step).toBe(exit.step);
    go(session, { ...to, direction: "back" });
    expect(session.view().step).toBe(first!.step);
    go(session, { ...to, direction: "forward" });
    expect(session.view().step).toBe(exit.step);
  });

  it("take a guest as one from the VM entry to the exit, and back, as a call", () => {
    const exits = steps.get("vm-exit")!;
    // The instruction at an entry is its VMLAUNCH or VMRESUME.
    const entries = steps.get("vm-entry")!.map((step) => step - 1);
    const over = (direction: "forward" | "back") => {
      go(session, { kind: "over", direction });
      return session.view().step;
    };
    for (const [i, entry] of entries.entries()) {
      go(session, { kind: "seek", step: entry });
      expect(over("forward")).toBe(exits[i]);
      expect(over("back")).toBe(entry);
    }
    // A breakpoint in the guest is not passed over.
    go(session, { kind: "seek", step: entries[0]! });
    go(session, { kind: "tick", direction: "forward" });
    const address = session.view().guest.eip + 5;
    go(session, { kind: "seek", step: entries[0]! });
    session.setBreakpoints([of({ address })]);
    expect(go(session, { kind: "over", direction: "forward" }).cause).toBe("breakpoint");
    expect(session.view().step).toBeLessThan(exits[0]!);
  });

  it("are a nested step: back through an exit into the guest, and into the host before it", () => {
    const [exit] = steps.get("vm-exit hlt")!;
    go(session, { kind: "seek", step: exit! });
    expect(session.view().current).toBe("guest-kernel");
    go(session, { kind: "step", direction: "back" });
    expect(session.view()).toMatchObject({ current: "inner-kernel", next: { text: "hlt" } });
    go(session, { kind: "tick", direction: "back" });
    expect(session.view().current).toBe("guest-kernel");
  });
});

describe("the names of exit reasons", () => {
  it.each([
    ["cpuid", 10],
    ["10", 10],
    ["0x30", 48],
    ["EPT-Violation", 48],
    ["io", 30],
    ["mtf", 37],
    ["guest-state", 33],
  ])("%s", (name, number) => expect(findExitReason(name)!.number).toBe(number));
  it("are not made up", () => {
    for (const name of ["", "cpuidd", "35", "-1", "1e1"]) expect(findExitReason(name)).toBeNull();
  });
});
