import type { Run } from "../run.ts";
import type { Inspected } from "./index.ts";

/** Asks how often the processor has entered each unit of the translation cache. */
export type TranslationHeatAsk = Record<never, never>;

export interface TranslationHeatAnswer {
  /**
   * How often the processor began a unit's first instruction, by the unit's number, in the steps after `from` up to the
   * present one. A unit that the guest was sent back into in its middle was not entered again. Null where nobody translates.
   */
  readonly entries: readonly number[] | null;
  readonly from: number;
  readonly to: number;
  /** The cache was dropped in between: only what came after that is counted. */
  readonly dropped: boolean;
}

/** Steps that are made again to be counted, at most; what is longer ago is left out. */
export const HEAT_STEPS = 300_000;

/** Counts of a stretch that has been made again, to be continued. */
interface Counted {
  readonly places: Uint32Array;
  readonly from: number;
  to: number;
  readonly recording: number;
  /** How often the cache had been dropped before the stretch. */
  readonly flushed: number;
}

const kept = new WeakMap<Run, Counted>();

/**
 * Makes the last part of the run again under observation, and counts. Nothing in the cache counts, and nothing is
 * changed: the run is the same with and without.
 */
export function inspectTranslationHeat({ run }: Inspected): TranslationHeatAnswer {
  const { machine, timeline, computer } = run;
  const to = run.step;
  const view = computer.guest.translation?.();
  if (view === undefined) return { entries: null, from: to, to, dropped: false };
  let counted = kept.get(run);
  const useful = counted !== undefined && counted.recording === machine.recording && counted.to <= to;
  if (!useful || to - counted!.to > HEAT_STEPS || to - counted!.from > 2 * HEAT_STEPS) {
    const from = Math.max(0, to - HEAT_STEPS);
    timeline.seek(from);
    const { flushed } = computer.guest.translation!().counts;
    counted = { places: new Uint32Array(view.size), from, to: from, recording: machine.recording, flushed };
  } else if (counted!.to < to) timeline.seek(counted!.to);
  const { places, from, flushed } = counted!;
  machine.cpu.placeCounts = places;
  try {
    timeline.forward(to - counted!.to);
  } finally {
    machine.cpu.placeCounts = null;
  }
  counted!.to = to;
  kept.set(run, counted!);
  run.seek(to);
  const { units, counts } = computer.guest.translation!();
  return { entries: units.map(({ start }) => places[start]!), from, to, dropped: counts.flushed > flushed };
}
