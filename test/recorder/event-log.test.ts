import { describe, expect, it } from "vitest";
import type { MachineEvent } from "../../src/machine/events.ts";
import type { Machine } from "../../src/machine/machine.ts";
import { EventLog } from "../../src/recorder/event-log.ts";

const EVENT: MachineEvent = {
  kind: "trap",
  tenant: 1,
  cplBefore: 3,
  cplAfter: 0,
  eip: 0xfffffff0 | 0,
  row: 17,
  vector: 14,
  errorCode: 7,
  a: -4096,
  b: 0x80000000 | 0,
  reason: "trap",
};

/** A log, and how to let events happen at a step. */
function start() {
  const clock = { steps: 0, ticks: 0, cycles: 0 };
  const log = new EventLog(clock as Machine);
  const at = (step: number, event: Partial<MachineEvent> = {}) => {
    Object.assign(clock, { steps: step, ticks: step * 2, cycles: step * 100 });
    log.record({ ...EVENT, ...event });
  };
  return { log, at };
}

describe("the event log", () => {
  it.each([
    {},
    {
      kind: "io",
      tenant: 0,
      cplBefore: 0,
      cplAfter: 0,
      row: -1,
      vector: -1,
      errorCode: -1,
      a: 0xf4,
      b: 255,
      reason: "out",
    },
    { kind: "shutdown", vector: 255, errorCode: 0xfffe, row: 598, eip: -1, reason: "something" },
    { tenant: 7, cplBefore: 2, cplAfter: 1, errorCode: 0, vector: 0, row: 0 },
    { kind: "vm-exit", b: 48, c: 0x80000001 | 0, more: [-1, 7] },
    { kind: "vm-fail", b: 0x80000021 | 0, more: [] },
  ] as const)("gives back what it was given: %o", (event) => {
    const { log, at } = start();
    at(41, event);
    expect(log.at(0)).toEqual({ ...EVENT, ...event, index: 0, step: 41, tick: 82, cycles: 4100, domain: 1 });
    expect(log.kindAt(0)).toBe({ ...EVENT, ...event }.kind);
  });

  it("keeps further numbers with the events that have them, and forgets them with what is cut off", () => {
    const { log, at } = start();
    at(1, { kind: "vm-exit", c: 5 });
    at(2, { kind: "vm-exit", c: 6, more: [1, 2] });
    at(3);
    expect([log.at(0).c, log.at(1).c, log.at(2).c]).toEqual([5, 6, undefined]);
    expect(log.at(1).more).toEqual([1, 2]);
    log.truncate(1);
    at(4);
    expect(log.at(1)).not.toHaveProperty("more");
    expect(log.at(1)).not.toHaveProperty("c");
    at(5, { b: -3 });
    expect(log.bAt(2)).toBe(-3);
    expect(log.cyclesAt(2)).toBe(log.at(2).cycles);
  });

  it("knows of every event whose turn it was, and forgets it with what is cut off", () => {
    const { log, at } = start();
    const domains = () => Array.from({ length: log.length }, (_, i) => log.domainAt(i));
    at(1, { errorCode: 0xfffe, vector: 255 });
    at(2, { kind: "domain", a: 0 });
    at(3, { errorCode: 0xfffe, vector: 255 });
    at(4, { kind: "domain", a: 7 });
    at(5, { errorCode: 0, vector: 0 });
    expect(domains()).toEqual([1, 0, 0, 7, 7]);
    expect(log.at(2)).toMatchObject({ domain: 0, errorCode: 0xfffe, vector: 255 });
    expect(log.at(4)).toMatchObject({ domain: 7, errorCode: 0, vector: 0 });
    const columns = { steps: new Float64Array(5), ticks: new Float64Array(5), kinds: new Uint8Array(5) };
    const more = { ...columns, rings: new Uint8Array(5), domains: new Uint8Array(5) };
    log.copyInto(more, 0, 5);
    expect([...more.domains]).toEqual(domains());
    log.truncate(3);
    at(6);
    expect(domains()).toEqual([1, 0, 0, 0]);
    log.truncate(0);
    at(7);
    expect(domains()).toEqual([1]);
  });

  it("finds the first event at or after a step, over many chunks", () => {
    const { log, at } = start();
    for (let i = 0; i < 20_000; i++) at(3 * i + 1);
    expect(log.length).toBe(20_000);
    for (const [step, index] of [
      [0, 0],
      [1, 0],
      [2, 1],
      [30_001, 10_000],
      [30_002, 10_001],
      [60_000, 20_000],
    ] as const) {
      expect(log.firstAt(step)).toBe(index);
    }
  });

  it("records nothing that a replay brings again", () => {
    const { log, at } = start();
    at(5);
    at(9);
    log.closeStep(10);
    at(5);
    at(10);
    expect(log.length).toBe(2);
    at(11);
    expect(log.length).toBe(3);
    expect(log.countsByKind()).toEqual({ trap: 3 });
  });

  it("forgets what came after a step, counts too, and goes on from there", () => {
    const { log, at } = start();
    for (let i = 1; i <= 10_000; i++) at(i, { kind: i % 2 === 0 ? "trap" : "io" });
    log.closeStep(10_000);
    log.truncate(4501);
    expect(log.length).toBe(4501);
    expect(log.countsByKind()).toEqual({ trap: 2250, io: 2251 });
    at(4501);
    expect(log.length).toBe(4501);
    at(4502, { kind: "exit" });
    expect(log.at(4501)).toMatchObject({ step: 4502, tick: 9004, kind: "exit" });
    expect(log.at(4500)).toMatchObject({ step: 4501, kind: "io" });
    expect(log.firstAt(4502)).toBe(4501);
    log.truncate(0);
    expect(log.length).toBe(0);
    expect(log.countsByKind()).toEqual({});
  });

  it("keeps times that lie billions of steps apart", () => {
    const { log, at } = start();
    at(10);
    at(9_000_000_000);
    at(9_000_000_007);
    expect([0, 1, 2].map((index) => log.at(index).step)).toEqual([10, 9_000_000_000, 9_000_000_007]);
    expect(log.at(1).cycles).toBe(900_000_000_000);
  });
});
