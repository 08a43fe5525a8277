import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { TRAVELLERS, type Travel } from "./time-travel.ts";

/** The bar, for what a person waits for (the seek and everything shown then) and for the whole process. */
const MOST_MS = 100;
/** For the swimlanes alone. */
const WINDOW_MS = 20;
const MOST_MB = 300;
const TICKS = 10_000_000;

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
  const journeys = TRAVELLERS.flatMap((guest) =>
    ["bare-metal", "trap-and-emulate"].map((vmm) => [guest, vmm] as const),
  );
  it.each(journeys)("%s on %s, ten million instructions in", (guest, strategy) => {
    const result = travel(guest, strategy, TICKS);
    const shown = JSON.stringify(result);
    expect(result.ticks).toBeGreaterThanOrEqual(TICKS);
    expect(result.seek.worst, shown).toBeLessThan(MOST_MS);
    expect(result.stepBack.worst, shown).toBeLessThan(MOST_MS);
    expect(result.window.median, shown).toBeLessThan(WINDOW_MS);
    expect(result.memory, shown).toBeLessThan(MOST_MB);
  });
});
