import { ROWS } from "../../src/isa/rows.ts";
import type { Comparison } from "../../src/session/types.ts";
import type { Amount } from "./campaign.ts";
import { runFaithful } from "./faithful.ts";
import type { Guest } from "./guest.ts";
import { isSensitive, type Manner } from "./instructions.ts";
import { runTranslated } from "./translation.ts";
import { runTurned, runVtx } from "./vtx.ts";
import { runWild, runWildTranslated, runWildVtx } from "./wild.ts";

/** Guests of a manner, and what is asked of each. */
export interface Campaign {
  readonly manner: (seed: number) => Manner;
  readonly guests: Amount;
  /** How a guest ended; throws if it went wrong. */
  readonly run: (seed: number, guest: Guest) => string;
}

function judge({ difference, exempt }: Comparison): string {
  if (!difference) return exempt.find(({ kind }) => kind !== "accessed-dirty")?.kind ?? "equivalent";
  const { row } = difference;
  if (row !== null && isSensitive(ROWS[row as keyof typeof ROWS])) return "sensitive";
  throw new Error(JSON.stringify(difference));
}

/** `wild` and `faithful` are run under trap-and-emulate, `vtx` and `vtx-wild` under VT-x, the others in translation. */
export const CAMPAIGNS = {
  wild: { manner: () => "wild", guests: { usual: 10_000, long: 100_000 }, run: runWild },
  faithful: {
    manner: () => "faithful",
    guests: { usual: 2_400, long: 24_000 },
    run: (_seed, guest) => judge(runFaithful(guest)),
  },
  kernel: { manner: () => "kernel", guests: { usual: 200, long: 20_000 }, run: runTranslated },
  users: { manner: () => "user", guests: { usual: 100, long: 10_000 }, run: runTranslated },
  intruders: {
    manner: (seed) => (seed % 3 === 0 ? "user" : "wild"),
    guests: { usual: 200, long: 20_000 },
    run: runWildTranslated,
  },
  vtx: {
    manner: (seed) => (["kernel", "wild", "user"] as const)[seed % 3]!,
    guests: { usual: 100, long: 20_000 },
    run: runVtx,
  },
  "vtx-turned": {
    manner: (seed) => (["kernel", "wild", "user"] as const)[seed % 3]!,
    guests: { usual: 60, long: 10_000 },
    run: runTurned,
  },
  "vtx-wild": {
    manner: (seed) => (seed % 3 === 0 ? "user" : "wild"),
    guests: { usual: 60, long: 10_000 },
    run: runWildVtx,
  },
} as const satisfies Readonly<Record<string, Campaign>>;

export type CampaignName = keyof typeof CAMPAIGNS;
