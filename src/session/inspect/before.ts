import type { Run } from "../run.ts";

interface Kept {
  readonly step: number;
  readonly recording: number;
  readonly value: unknown;
}

/** By run, what was last found one step before the present, by what was asked for. */
const kept = new WeakMap<Run, Map<string, Kept>>();

/**
 * What `read` finds one step before the present one, by going there and back; null at the beginning. Kept under `key`
 * until the present moment, or what came in from outside, is another.
 */
export function beforeLastStep<T>(run: Run, key: string, read: () => T): T | null {
  const here = run.step;
  if (here === 0) return null;
  let known = kept.get(run);
  if (!known) {
    known = new Map();
    kept.set(run, known);
  }
  const { recording } = run.machine;
  const found = known.get(key);
  if (found?.step === here && found.recording === recording) return found.value as T;
  run.timeline.seek(here - 1);
  const value = read();
  run.seek(here);
  known.set(key, { step: here, recording, value });
  return value;
}
