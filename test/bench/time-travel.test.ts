import { describe, expect, it } from "vitest";
import { travel } from "./time-travel.ts";

/** The bar: milliseconds of a seek or a step back, and MB of memory (of 300, the process itself takes the rest). */
const MOST_MS = 100;
const MOST_MB = 220;

describe("time travel is answered at once, in bounded memory", () => {
  it.each([
    ["compute", "bare-metal", 10_000_000],
    ["compute", "trap-and-emulate", 10_000_000],
    ["memory", "bare-metal", 10_000_000],
    ["memory", "trap-and-emulate", 4_000_000],
    ["traps", "bare-metal", 3_000_000],
    ["traps", "trap-and-emulate", 400_000],
  ] as const)("%s on %s, %i instructions in", (guest, strategy, ticks) => {
    const result = travel(guest, strategy, ticks, 40);
    expect(result.ticks).toBeGreaterThanOrEqual(ticks);
    expect(result.seek.worst, JSON.stringify(result)).toBeLessThan(MOST_MS);
    expect(result.stepBack.worst, JSON.stringify(result)).toBeLessThan(MOST_MS);
    expect(result.grown, JSON.stringify(result)).toBeLessThan(MOST_MB);
  });
});
