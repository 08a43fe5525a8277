import { describe, expect, it } from "vitest";
import type { Command, View } from "../../src/session/types.ts";
import { Random } from "../fuzz/random.ts";
import { STRATEGIES } from "./laws.ts";
import { Driver } from "./nested.ts";

/** What must be the same wherever one came from: all but how far has been simulated. */
function essence({ lastStep: _step, lastTick: _tick, eventCount: _count, ...rest }: View): unknown {
  return rest;
}

/** Goes to a label, does a command, and looks where that led. */
function check(
  driver: Driver,
  from: string,
  kind: "over" | "out",
  direction: "forward" | "back",
  expected: string,
): void {
  driver.do({ kind: "seek", step: 0 });
  driver.toLabel(from);
  expect(driver.at).toBe(from);
  driver.do({ kind, direction });
  expect(driver.at).toBe(expected);
}

describe.each(STRATEGIES)("commands under %s", (strategy) => {
  it.each([
    ["round", "over", "forward", "after"],
    ["middle", "over", "forward", "between"],
    ["between", "over", "forward", "behind"],
    ["fill", "over", "forward", "filled"],
    ["deep", "out", "forward", "between"],
    ["outer", "out", "forward", "after"],
    ["helper", "out", "forward", "helped"],
    ["service", "out", "forward", "behind"],
    ["after", "over", "back", "round"],
    ["between", "over", "back", "middle"],
    ["behind", "over", "back", "between"],
    ["helped", "out", "back", "between"],
    ["deep", "out", "back", "middle"],
    ["helper", "out", "back", "0x"],
    ["service", "out", "back", "between"],
  ] as const)("from %s, %s %s leads to %s", (from, kind, direction, expected) => {
    const driver = new Driver(strategy);
    if (expected === "0x") {
      driver.toLabel(from);
      const { symbols } = driver;
      driver.do({ kind, direction });
      // The CALL in front of `helped`.
      expect(driver.view.guest.eip).toBe(symbols.get("helped")! - 5);
    } else check(driver, from, kind, direction, expected);
  });

  it("step and tick, forward and back again, are the identity", () => {
    const driver = new Driver(strategy);
    const random = new Random(7);
    driver.run("forward");
    const end = driver.view.step;
    for (const kind of ["step", "tick"] as const) {
      for (let i = 0; i < 25; i++) {
        driver.do({ kind: "seek", step: random.below(end - 1) });
        if (kind === "tick") driver.do({ kind, direction: "forward" });
        const before = driver.view;
        const command = (direction: "forward" | "back"): Command => ({ kind, direction });
        driver.do(command("forward"));
        if (driver.view.outcome !== "running") continue;
        expect(driver.view.step).toBeGreaterThan(before.step);
        driver.do(command("back"));
        expect(essence(driver.view)).toEqual(essence(before));
      }
    }
  });

  it.each(["trap", "ring"] as const)("run back finds each %s that run forward found", (kind) => {
    const driver = new Driver(strategy);
    const found: number[] = [];
    while (driver.run("forward", { kind }) === "until") found.push(driver.view.step);
    expect(found.length).toBeGreaterThan(3);
    expect(driver.view.outcome).toBe("exited");
    const back: number[] = [];
    for (;;) {
      driver.run("back", { kind });
      if (driver.view.step === 0) break;
      back.push(driver.view.step);
    }
    expect(back.reverse()).toEqual(found);
  });

  it("stops before each breakpoint, in both directions", () => {
    const driver = new Driver(strategy);
    driver.session.setBreakpoints([{ id: "a", at: { address: driver.symbols.get("inner")! } }]);
    const steps: number[] = [];
    while (driver.run("forward") === "breakpoint") {
      expect(driver.at).toBe("inner");
      steps.push(driver.view.step);
    }
    expect(steps).toHaveLength(3);
    const back = steps.map(() => {
      expect(driver.run("back")).toBe("breakpoint");
      return driver.view.step;
    });
    expect(back.reverse()).toEqual(steps);
    driver.session.setBreakpoints([]);
    driver.run("back");
    expect(driver.view.step).toBe(0);
  });

  it.each([
    ["round", "over", "forward", "deep", "deep"],
    ["round", "over", "forward", "helper", "helper"],
    ["outer", "out", "forward", "filled", "filled"],
    ["middle", "over", "forward", "between", "between"],
    ["after", "over", "back", "deep", "deep"],
    ["after", "over", "back", "round", "round"],
    ["helped", "out", "back", "helper", "helper"],
    ["service", "out", "back", "deep", "between"],
  ] as const)("from %s, %s %s with a breakpoint at %s stops at %s", (from, kind, direction, breakpoint, expected) => {
    const driver = new Driver(strategy);
    driver.toLabel(from);
    driver.session.setBreakpoints([{ id: breakpoint, at: { address: driver.symbols.get(breakpoint)! } }]);
    const frontier = driver.view.lastStep;
    const result = driver.result({ kind, direction });
    expect(driver.at).toBe(expected);
    expect(result.cause).toBe(expected === breakpoint ? "breakpoint" : "done");
    expect((result.stops ?? []).map(({ id }) => id)).toEqual(expected === breakpoint ? [breakpoint] : []);
    expect(driver.view.lastStep).toBe(Math.max(frontier, driver.view.step));
  });

  it("stops within a call at memory, at conditions and at the hit that is wanted, and goes on from there", () => {
    const driver = new Driver(strategy);
    driver.toLabel("round");
    const address = driver.symbols.get("deep")!;
    driver.session.setBreakpoints([{ id: "a", at: { address }, hits: { rule: "at", count: 2 } }]);
    driver.do({ kind: "over", direction: "forward" });
    expect(driver.at).toBe("after");
    driver.do({ kind: "over", direction: "forward" });
    expect(driver.do({ kind: "over", direction: "forward" })).toBe("breakpoint");
    expect(driver.at).toBe("deep");
    expect(driver.do({ kind: "out", direction: "forward" })).toBe("done");
    expect(driver.at).toBe("between");
    driver.session.setBreakpoints([{ id: "b", at: { address }, condition: "ecx == 3" }]);
    driver.do({ kind: "out", direction: "forward" });
    expect(driver.at).toBe("after");
    const page = { kind: "data", address: "USER_PAGE + 2", size: 1, access: "write", space: "linear" } as const;
    driver.session.setBreakpoints([{ id: "c", at: page }]);
    driver.do({ kind: "tick", direction: "forward" });
    expect(driver.do({ kind: "over", direction: "forward" })).toBe("breakpoint");
    expect([driver.at, driver.view.guest.gpr[1]]).toEqual(["fill", 1]);
  });

  it("runs to a label, an address, an event, a tick and a step", () => {
    const driver = new Driver(strategy);
    driver.toLabel("user");
    expect(driver.at).toBe("user");
    expect(driver.view.guest.cpl).toBe(3);
    driver.run("forward", { kind: "address", address: driver.symbols.get("helper")! });
    expect(driver.at).toBe("helper");
    const event = strategy === "bare-metal" ? "software-interrupt" : "reflect";
    expect(driver.run("forward", { kind: "event", event })).toBe("until");
    expect(driver.view.transition.map(({ kind }) => kind)).toContain(event);
    const { tick, step } = driver.view;
    expect(driver.run("forward", { kind: "tick", tick: tick + 10 })).toBe("until");
    expect(driver.view.tick).toBe(tick + 10);
    expect(driver.run("forward", { kind: "step", step: step + 25 })).toBe("until");
    expect(driver.view.step).toBe(step + 25);
    driver.run("forward", { kind: "event", event: "exit" });
    expect(driver.view.outcome).toBe("exited");
    driver.do({ kind: "seek-tick", tick });
    expect(driver.view.tick).toBe(tick);
  });

  it("stops after its budget, and goes on", () => {
    const driver = new Driver(strategy);
    const command: Command = { kind: "run", direction: "forward", until: null, maxSteps: 100 };
    expect(driver.do(command)).toBe("budget");
    expect(driver.view.step).toBe(100);
    expect(driver.do(command)).toBe("budget");
    expect(driver.view.step).toBe(200);
    expect(driver.run("forward")).toBe("end");
    expect(driver.run("forward")).toBe("end");
  });

  it("gives views and events that go through structuredClone and JSON unchanged", () => {
    const driver = new Driver(strategy);
    driver.run("forward");
    const end = driver.view.step;
    const { session } = driver;
    for (const step of [0, 1, 57, 140, end - 1, end]) {
      driver.do({ kind: "seek", step });
      for (const value of [
        session.view(),
        session.events(0, 200),
        session.timelineWindow("step", 0, end, 50, 50),
        session.inputs(),
      ]) {
        expect(structuredClone(value)).toEqual(value);
        expect(JSON.parse(JSON.stringify(value))).toEqual(value);
      }
    }
  });

  it("forgets the future when a key comes, and keeps what it is given in the inputs", () => {
    const driver = new Driver(strategy);
    driver.run("forward");
    const end = driver.view.step;
    driver.do({ kind: "seek", step: 60 });
    driver.session.input({ kind: "serial", byte: 65 });
    expect(driver.view.lastStep).toBe(60);
    expect(driver.session.inputs()).toHaveLength(1);
    driver.run("forward");
    expect(driver.view.step).toBeGreaterThanOrEqual(end);
    driver.do({ kind: "seek", step: 30 });
    driver.session.input({ kind: "serial", byte: 66 });
    expect(driver.session.inputs().map(({ event }) => event)).toEqual([{ kind: "serial", byte: 66 }]);
  });
});
