import { expect, it } from "vitest";
import { ROWS } from "../../src/isa/rows.ts";
import type { Comparison } from "../../src/session/types.ts";
import { FUZZ_TIMEOUT, type Part, report, seeds } from "./campaign.ts";
import { runFaithful } from "./faithful.ts";

/** Guests under `npm test`, over all parts. */
const GUESTS = 2_400;
/** A guest that changes its own code, or jumps into the middle of it, may come upon a sensitive instruction. */
const MOST_SENSITIVE = 0.02;

type Verdict = "equivalent" | "stale-tlb" | "sensitive" | "violation";

function judge({ difference, exempt }: Comparison): Verdict {
  if (!difference) return exempt.some(({ kind }) => kind === "stale-tlb") ? "stale-tlb" : "equivalent";
  return difference.row !== null && ROWS[difference.row as keyof typeof ROWS].silent !== null ? "sensitive" : "violation";
}

/** What the test of a part is. */
export function faithfulGuests(part: Part): void {
  it(
    `${part.part + 1} of ${part.parts}: guests without sensitive instructions that do not trap run as on bare metal`,
    () => {
      const counts = { equivalent: 0, "stale-tlb": 0, sensitive: 0, violation: 0 };
      const all = seeds(GUESTS, part);
      for (const seed of all) {
        const comparison = runFaithful(seed);
        const verdict = judge(comparison);
        counts[verdict]++;
        if (verdict !== "violation") continue;
        report(seed, "faithful", JSON.stringify(comparison.difference), (guest) => judge(runFaithful(seed, guest)) === "violation");
      }
      expect(counts.sensitive).toBeLessThanOrEqual(1 + all.length * MOST_SENSITIVE);
      expect(counts["stale-tlb"]).toBeLessThanOrEqual(1 + all.length / 10);
    },
    FUZZ_TIMEOUT,
  );
}
