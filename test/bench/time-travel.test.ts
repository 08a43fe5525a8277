import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import type { Travel } from "./time-travel.ts";

/** The bar, for what a person waits for (the seek and everything shown then) and for the whole process. */
const MOST_MS = 100;
const MOST_MB = 300;

/** Measured in a process of its own, without the test runner's instruments. */
function travel(guest: string, strategy: string, ticks: number): Travel {
  const bench = [
    "test/bench/main.ts",
    "--traveller",
    `${guest}:${strategy}`,
    "--travel",
    String(ticks),
    "--seeks",
    "40",
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", ...bench], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Travel;
}

describe("time travel is answered at once, in bounded memory", () => {
  it.each([
    ["compute", "bare-metal", 10_000_000],
    ["compute", "trap-and-emulate", 10_000_000],
    ["memory", "bare-metal", 10_000_000],
    ["memory", "trap-and-emulate", 10_000_000],
    ["traps", "bare-metal", 3_000_000],
    ["traps", "trap-and-emulate", 300_000],
  ] as const)("%s on %s, %i instructions in", (guest, strategy, ticks) => {
    const result = travel(guest, strategy, ticks);
    const shown = JSON.stringify(result);
    expect(result.ticks).toBeGreaterThanOrEqual(ticks);
    expect(result.seek.worst, shown).toBeLessThan(MOST_MS);
    expect(result.stepBack.worst, shown).toBeLessThan(MOST_MS);
    expect(result.memory, shown).toBeLessThan(MOST_MB);
  });
});
