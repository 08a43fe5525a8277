import { describe, expect, it } from "vitest";
import { EVENT_KIND_LIST, type EventKind } from "../../src/machine/events.ts";
import { EventLog } from "../../src/recorder/event-log.ts";
import { indexOf, MARK_LANES, timelinePoint, timelineWindow } from "../../src/session/timeline-window.ts";
import type { EventView } from "../../src/session/types.ts";
import { findStrategy } from "../../src/vmm/registry.ts";
import { Random } from "../fuzz/random.ts";
import { STRATEGIES } from "./laws.ts";
import { Driver } from "./nested.ts";

const PHYSICAL = new Set(["exception", "software-interrupt", "interrupt", "trap", "resume", "ring"]);

/** Real ring at each step from 0 on, found event by event. */
function ringsOf(events: readonly EventView[], last: number): number[] {
  const rings: number[] = [];
  let ring = 0;
  let next = 0;
  for (let step = 0; step < last; step++) {
    for (; next < events.length && events[next]!.step <= step; next++) {
      if (PHYSICAL.has(events[next]!.kind)) ring = events[next]!.cplAfter;
    }
    rings.push(ring);
  }
  return rings;
}

describe.each(STRATEGIES)("the timeline's windows under %s", (strategy) => {
  const driver = new Driver(strategy);
  driver.run("forward");
  const { session } = driver;
  const last = driver.view.lastStep;
  const events = session.events(0, 1_000_000);
  const rings = ringsOf(events, last);

  it("show for each step who ran, when there is a band for each", () => {
    for (const [from, to] of [
      [0, last],
      [0, 1],
      [40, 200],
      [last - 7, last],
    ] as const) {
      const window = session.timelineWindow("step", from, to, last, last);
      for (let step = from; step < to; step++) {
        const lanes = window.occupants.filter(({ bands }) => bands.some((b) => b.from <= step && step < b.to));
        expect(lanes.map(({ ring }) => ring)).toEqual([rings[step]]);
      }
    }
  });

  it("keep to what was asked for, and lose no event: the counts of the marks sum up", () => {
    for (const most of [1, 7, 50]) {
      const window = session.timelineWindow("step", 0, last, most, most);
      for (const { bands } of window.occupants) expect(bands.length).toBeLessThanOrEqual(most);
      for (const { id, marks, total } of window.marks) {
        expect(marks.length).toBeLessThanOrEqual(most);
        const kinds = MARK_LANES[id] as readonly EventKind[];
        const count = events.filter(({ kind }) => kinds.includes(kind)).length;
        expect(marks.reduce((sum, mark) => sum + mark.count, 0)).toBe(count);
        expect(total).toBe(count);
      }
      const shares = window.occupants.reduce((sum, { share }) => sum + share, 0);
      expect(shares).toBeCloseTo(1, 6);
    }
  });

  it("by ticks show every instruction once, and end where the run does", () => {
    const { lastTick } = driver.view;
    const window = session.timelineWindow("tick", 0, lastTick, lastTick, lastTick);
    expect(window.to).toBe(lastTick);
    const spent = window.occupants.flatMap(({ bands }) => bands.map(({ from, to, share }) => (to - from) * share));
    expect(spent.reduce((sum, one) => sum + one, 0)).toBeCloseTo(lastTick, 6);
  });

  it("a position's step, tick and ring are those that one finds there", () => {
    const random = new Random(3);
    for (let i = 0; i < 40; i++) {
      const step = random.below(last);
      driver.do({ kind: "seek", step });
      const { tick, physical } = driver.view;
      const point = session.timelinePoint("step", step);
      expect(point).toMatchObject({ step, tick, ring: physical.cpl });
      driver.do({ kind: "seek-tick", tick });
      expect(session.timelinePoint("tick", tick).step).toBe(driver.view.step);
    }
  });

  it("the marks beside a position are the next events that are drawn", () => {
    const drawn = events.filter(({ kind }) => kind !== "resume" && kind !== "ring").map(({ step }) => step);
    for (const step of [0, 17, 100, last]) {
      const { previousMark, nextMark } = session.timelinePoint("step", step);
      expect(previousMark).toBe(drawn.findLast((one) => one < step) ?? null);
      expect(nextMark).toBe(drawn.find((one) => one > step) ?? null);
    }
  });
});

/** A log of as many made-up events, as a machine would fill it. */
function longLog(count: number) {
  const machine = { steps: 0, ticks: 0, cycles: 0 };
  const log = new EventLog(machine as never);
  const random = new Random(11);
  for (let i = 0; i < count; i++) {
    machine.steps += 1 + random.below(20);
    machine.ticks += random.below(10);
    const kind = EVENT_KIND_LIST[random.below(EVENT_KIND_LIST.length)]!;
    const [cplBefore, cplAfter] = [random.below(4), random.below(4)];
    log.record({
      kind,
      tenant: 1,
      cplBefore,
      cplAfter,
      eip: 0,
      row: -1,
      vector: -1,
      errorCode: -1,
      a: 0,
      b: 0,
      reason: "trap",
    });
    log.closeStep(machine.steps);
  }
  return { log, machine };
}

const strategy = findStrategy("trap-and-emulate")!;

describe("a run of a million events", () => {
  const { log, machine } = longLog(1_000_000);
  const index = indexOf(log, strategy);
  const source = { log, index, strategy, lastStep: machine.steps, lastTick: machine.ticks, countAll: false };
  timelineWindow(source, "step", 0, machine.steps, 600, 400);

  it("is asked for by looking at a part of its events only, whatever the zoom and the axis", () => {
    const look = log.kindNumberAt.bind(log);
    let looked = 0;
    log.kindNumberAt = (at) => {
      looked++;
      return look(at);
    };
    for (const axis of ["step", "tick"] as const) {
      const last = axis === "step" ? machine.steps : machine.ticks;
      for (let width = last; width >= 1; width /= 7) {
        looked = 0;
        timelineWindow(source, axis, (last - width) / 3, (last - width) / 3 + width, 600, 400);
        expect(looked).toBeLessThan(60_000);
      }
    }
    log.kindNumberAt = look;
  });

  it("comes within 20 ms", () => {
    for (const axis of ["step", "tick"] as const) {
      const last = axis === "step" ? machine.steps : machine.ticks;
      // Of several, for other processes may have had the processor meanwhile.
      const times = Array.from({ length: 7 }, (_, i) => {
        const began = performance.now();
        timelineWindow(source, axis, i, last, 600, 400);
        return performance.now() - began;
      });
      expect(Math.min(...times), times.map(Math.round).join(" ")).toBeLessThan(20);
    }
  });

  it("sums up blocks as it does single events", () => {
    const fine = indexOf(log, strategy);
    const edges = [0, 12_345, 700_000, 700_001, 5_000_000, machine.steps];
    const bySums = index.spent("step", edges);
    const byEvents = fine.spent("step", edges);
    expect([...bySums].map(Math.round)).toEqual([...byEvents].map(Math.round));
  });
});

describe("under a VMM with a world of rings of its own", () => {
  const words = { en: "", zh: "" };
  const seats = [
    { who: "vmm", ring: 0, virtualRing: null, world: "root", label: words },
    { who: "guest-kernel", ring: 0, virtualRing: 0, world: "non-root", label: words },
    { who: "guest-user", ring: 3, virtualRing: 3, world: "non-root", label: words },
  ] as const;
  const twoWorlds = { ...strategy, seats };
  const machine = { steps: 0, ticks: 0, cycles: 0 };
  const log = new EventLog(machine as never);
  /** VMM for 10 steps, kernel for 20, user for 30, and once more. */
  for (let round = 0; round < 200; round++) {
    for (const [after, kind, cplAfter] of [
      [10, "resume", 0],
      [20, "ring", 3],
      [30, "trap", 0],
    ] as const) {
      machine.steps += after;
      const facts = { tenant: 1, cplBefore: 0, eip: 0, row: -1, vector: -1, errorCode: -1, a: 0, b: 0, reason: "trap" };
      log.record({ ...facts, kind, cplAfter });
      log.closeStep(machine.steps);
    }
  }
  const { steps } = machine;
  const source = { log, strategy: twoWorlds, lastStep: steps, lastTick: 0, countAll: false };
  const index = indexOf(log, twoWorlds);

  it("the VMM and the guest's kernel have lanes of their own, though both are in ring 0", () => {
    const { occupants } = timelineWindow({ ...source, index }, "step", 0, steps, 600, 400);
    expect(occupants.map(({ who, ring, world, share }) => [who, ring, world, share.toFixed(3)])).toEqual([
      ["guest-user", 3, "non-root", "0.500"],
      ["guest-kernel", 0, "non-root", "0.333"],
      ["vmm", 0, null, "0.167"],
    ]);
    for (const [step, who] of [
      [5, "vmm"],
      [12, "guest-kernel"],
      [35, "guest-user"],
      [6005, "vmm"],
    ] as const) {
      expect(timelinePoint({ ...source, index }, "step", step)).toMatchObject({
        who,
        world: who === "vmm" ? null : "non-root",
      });
    }
  });
});

it("a log that is cut and goes on another way is summed up anew from there", () => {
  const { log, machine } = longLog(3000);
  const index = indexOf(log, strategy);
  index.update();
  const middle = log.stepAt(1500);
  log.truncate(middle);
  machine.steps = middle;
  for (let i = 0; i < 1500; i++) {
    machine.steps += 3;
    log.record({
      kind: "trap",
      tenant: 1,
      cplBefore: 3,
      cplAfter: i % 2,
      eip: 0,
      row: -1,
      vector: 0,
      errorCode: -1,
      a: 0,
      b: 0,
      reason: "trap",
    });
    log.closeStep(machine.steps);
  }
  index.update();
  const source = { log, strategy, lastStep: machine.steps, lastTick: machine.ticks, countAll: false };
  const fresh = { ...source, index: indexOf(log, strategy) };
  expect(timelineWindow({ ...source, index }, "step", 0, machine.steps, 600, 400)).toEqual(
    timelineWindow(fresh, "step", 0, machine.steps, 600, 400),
  );
  expect(timelinePoint({ ...source, index }, "step", middle + 7)).toEqual(timelinePoint(fresh, "step", middle + 7));
});
