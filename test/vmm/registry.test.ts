import { describe, expect, it } from "vitest";
import { MACHINE_REASONS } from "../../src/machine/events.ts";
import { STRATEGIES } from "../../src/vmm/registry.ts";

describe.each(STRATEGIES)("the strategy $id", ({ id, seats, reasons }) => {
  it("has words of its own for its events, none of which takes the place of the machine's", () => {
    expect(Object.keys(reasons).filter((reason) => reason in MACHINE_REASONS)).toEqual([]);
  });

  it("has one id, and seats that differ in who sits there", () => {
    expect(STRATEGIES.filter((other) => other.id === id)).toHaveLength(1);
    expect(new Set(seats.map(({ who }) => who)).size).toBe(seats.length);
  });
});
