import { ROWS } from "../../src/isa/rows.ts";
import type { Comparison } from "../../src/session/types.ts";
import { failureText, type Part, seeds } from "./campaign.ts";
import { runFaithful } from "./faithful.ts";
import type { Guest } from "./guest.ts";
import { isSensitive, type Manner } from "./instructions.ts";
import { runWild } from "./wild.ts";

/** What a part of a campaign came to. */
export interface PartResult {
  /** Guests by how they ended. */
  readonly counts: Readonly<Record<string, number>>;
  /** The first guest that went wrong, in words; null if none did. */
  readonly failure: string | null;
}

/** Guests under `npm test`, over all parts. */
const GUESTS = { wild: 10_000, faithful: 2_400 } as const;

function judge({ difference, exempt }: Comparison): string {
  if (!difference) return exempt.find(({ kind }) => kind !== "accessed-dirty")?.kind ?? "equivalent";
  const { row } = difference;
  if (row !== null && isSensitive(ROWS[row as keyof typeof ROWS])) return "sensitive";
  throw new Error(JSON.stringify(difference));
}

const RUN: Readonly<Record<Manner, (seed: number, guest?: Guest) => string>> = {
  wild: runWild,
  faithful: (seed, guest) => judge(runFaithful(seed, guest)),
};

function runPart(manner: Manner, part: Part): PartResult {
  const run = RUN[manner];
  const counts: Record<string, number> = {};
  for (const seed of seeds(GUESTS[manner], part)) {
    try {
      const end = run(seed);
      counts[end] = (counts[end] ?? 0) + 1;
    } catch (error) {
      const goesWrong = (guest: Guest) => {
        try {
          run(seed, guest);
          return false;
        } catch {
          return true;
        }
      };
      return { counts, failure: failureText(seed, manner, error, goesWrong) };
    }
  }
  return { counts, failure: null };
}

const [manner = "wild", part, parts] = process.argv.slice(2);
console.log(JSON.stringify(runPart(manner as Manner, { part: Number(part), parts: Number(parts) })));
