import { it } from "vitest";
import { FUZZ_TIMEOUT, type Part, report, seeds } from "./campaign.ts";
import { runWild } from "./wild.ts";

/** Guests under `npm test`, over all parts. */
const GUESTS = 10_000;

function fails(seed: number): (guest: Parameters<typeof runWild>[1]) => boolean {
  return (guest) => {
    try {
      runWild(seed, guest);
      return false;
    } catch {
      return true;
    }
  };
}

/** What the test of a part is. */
export function wildGuests(part: Part): void {
  it(
    `${part.part + 1} of ${part.parts}: the VMM stays untouched, in ring 0 alone, and time travel keeps its law`,
    () => {
      for (const seed of seeds(GUESTS, part)) {
        try {
          runWild(seed);
        } catch (error) {
          report(seed, "wild", error, fails(seed));
        }
      }
    },
    FUZZ_TIMEOUT,
  );
}
