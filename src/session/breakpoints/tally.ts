import type { TimedInput } from "../../machine/machine.ts";
import type { Run } from "../run.ts";
import type { Armed } from "./armed.ts";

/** The hits of one breakpoint from the beginning of the run on. */
interface Hits {
  readonly steps: number[];
}

/**
 * How often breakpoints that count have been hit. Hits are counted from the beginning of the run, so that the same run
 * stops at the same places whichever way one came.
 */
export class Tally {
  private readonly run: Run;
  private hits = new Map<string, Hits>();
  /** Up to this step every hit is known. */
  through = 0;
  private inputs: readonly [number, TimedInput | undefined] = [0, undefined];
  private counted: readonly string[] = [];

  constructor(run: Run) {
    this.run = run;
  }

  /** Begins to count for these, anew unless they are those that were counted, in the same run. */
  arm(list: readonly Armed[]): void {
    const keys = list.filter(counts).map(keyOf);
    const all = this.run.machine.allInputs();
    const inputs = [all.length, all[all.length - 1]] as const;
    const same =
      keys.length === this.counted.length &&
      keys.every((key, i) => key === this.counted[i]) &&
      inputs[0] === this.inputs[0] &&
      inputs[1] === this.inputs[1];
    if (same) return;
    this.counted = keys;
    this.inputs = inputs;
    this.hits = new Map(keys.map((key) => [key, { steps: [] }]));
    this.through = 0;
  }

  get isCounting(): boolean {
    return this.counted.length > 0;
  }

  /** Which hit the one at `step` is, from 1; it is noted if it is new. */
  number(armed: Armed, step: number): number {
    const { steps } = this.hits.get(keyOf(armed))!;
    if (step > this.through && steps[steps.length - 1] !== step) steps.push(step);
    let low = 0;
    let high = steps.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (steps[middle]! <= step) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Whether a breakpoint's hits are to be counted. */
export function counts({ breakpoint, countsInCondition }: Armed): boolean {
  return breakpoint?.hits !== undefined || countsInCondition;
}

function keyOf({ breakpoint }: Armed): string {
  const { at, condition } = breakpoint!;
  return JSON.stringify([breakpoint!.id, at, condition ?? ""]);
}
