import type { SliceResult, Task } from "../commands.ts";
import type { Run } from "../run.ts";
import type { StopCause } from "../types.ts";
import { reasonsOf } from "./report.ts";
import type { Hit, Scanner } from "./scanner.ts";
import type { Tally } from "./tally.ts";

/** Steps looked through in one piece: few at first, for most stops are near; doubled up to the most. */
const PIECE = 1000;
const MOST = 50_000;

/** Where a search ends if nothing is found on the way. */
export interface Limits {
  /** Forwards, the step to stop at; backwards, the earliest. */
  readonly step: number;
  /** Forwards, the tick to stop at; else Infinity. */
  readonly tick: number;
  /** Why it stops there. */
  readonly cause: StopCause;
}

const going = (progress: number): SliceResult => ({
  done: false,
  cause: "done",
  progress: Math.min(0.99, Math.max(0, progress)),
});

/** Ends a search at the hits that come first (or, backwards, last). */
export function stopAt(scanner: Scanner, hits: readonly Hit[], frontier: { step: number; tick: number }): SliceResult {
  const { run } = scanner;
  const { step } = hits[0]!;
  const stops = reasonsOf(run, hits, scanner.program);
  run.returnTo(step, frontier);
  const cause = hits.some(({ armed }) => armed.breakpoint !== null) ? "breakpoint" : "until";
  return { done: true, cause, progress: 1, stops };
}

/** Brings the tally up to `start`: hits before it count too. Null when that is done. */
export function counting(scanner: Scanner, tally: Tally, start: number): ((maxSteps: number) => SliceResult) | null {
  if (!tally.isCounting || tally.through >= start) return null;
  const { run } = scanner;
  const from = tally.through;
  run.timeline.seek(from);
  scanner.begin();
  return (maxSteps) => {
    const end = Math.min(start, run.step + maxSteps);
    while (run.step < end && !run.ended) {
      scanner.forward(Math.min(end - run.step, MOST));
    }
    return going((0.9 * (run.step - from)) / (start - from));
  };
}

/** Runs forward to the first hit. */
export function searchForward(scanner: Scanner, tally: Tally, limits: Limits): Task {
  const { run } = scanner;
  const start = run.step;
  const startTick = run.machine.ticks;
  const frontier = { step: run.timeline.lastStep, tick: run.timeline.lastTick };
  let piece = PIECE;
  const count = counting(scanner, tally, start);
  if (count === null) scanner.begin();
  let counted = count === null;

  const progress = () =>
    limits.tick === Number.POSITIVE_INFINITY
      ? (run.step - start) / Math.max(1, limits.step - start)
      : (run.machine.ticks - startTick) / Math.max(1, limits.tick - startTick);

  return {
    abandon() {
      if (!counted) run.seek(start);
    },
    slice(maxSteps) {
      if (!counted) {
        const result = count!(maxSteps);
        if (run.step < start && !run.ended) return result;
        run.seek(start);
        scanner.begin();
        counted = true;
      }
      const end = Math.min(limits.step, run.step + maxSteps);
      while (run.step < end && run.machine.ticks < limits.tick && !run.ended) {
        const hits = scanner.forward(Math.min(piece, end - run.step), limits.tick).filter(({ step }) => step > start);
        if (hits.length > 0) return stopAt(scanner, firstOf(hits), frontier);
        piece = Math.min(MOST, piece * 2);
      }
      if (run.ended) return { done: true, cause: "end", progress: 1 };
      if (run.machine.ticks >= limits.tick) return { done: true, cause: "until", progress: 1 };
      return run.step >= limits.step ? { done: true, cause: limits.cause, progress: 1 } : going(progress());
    },
  };
}

/** Hits of the earliest step; they are in order. */
export function firstOf(hits: readonly Hit[]): Hit[] {
  return hits.filter(({ step }) => step === hits[0]!.step);
}

/** Runs back to the last hit before the present. */
export function searchBack(scanner: Scanner, tally: Tally, limits: Limits): Task {
  const { run } = scanner;
  const start = run.step;
  const frontier = { step: run.timeline.lastStep, tick: run.timeline.lastTick };
  const count = counting(scanner, tally, start);
  let counted = count === null;
  /** What has been looked through begins here. */
  let high = start;
  let piece = PIECE;
  let found: readonly Hit[] = [];
  let goal = -1;

  /** Stands at the first position of a tick, before `high`. */
  const toPiece = (): void => {
    let low = Math.max(0, high - piece);
    for (;;) {
      toFirstPosition(run, low);
      if (run.step < high || low === 0) break;
      low = Math.max(0, low - piece);
    }
    if (run.step >= high) run.timeline.seek(0);
  };

  return {
    abandon: () => run.seek(start),
    slice(maxSteps) {
      if (!counted) {
        const result = count!(maxSteps);
        if (run.step < start && !run.ended) return result;
        counted = true;
      }
      let left = maxSteps;
      while (left > 0) {
        if (goal < 0) {
          if (high <= limits.step) {
            run.seek(limits.step);
            return { done: true, cause: limits.step === 0 ? "start" : limits.cause, progress: 1 };
          }
          goal = high;
          toPiece();
          high = run.step;
          found = [];
          scanner.begin(true);
        }
        const steps = Math.min(left, goal - run.step);
        const from = run.step;
        const hits = scanner
          .forward(Math.max(1, steps))
          .filter(({ step }) => step < start && step >= limits.step && step <= from + steps);
        if (hits.length > 0) found = hits;
        left -= Math.max(1, steps);
        if (run.step < goal && !run.ended) continue;
        const last = found[found.length - 1];
        if (last)
          return stopAt(
            scanner,
            found.filter(({ step }) => step === last.step),
            frontier,
          );
        goal = -1;
        piece = Math.min(MOST, piece * 2);
      }
      return going((start - high) / Math.max(1, start - limits.step));
    },
  };
}

const POSITION_LIMIT = 1_000_000;

/** To the first position of the tick of a step: where its guest instruction is about to begin. */
function toFirstPosition(run: Run, step: number): void {
  run.timeline.seek(step);
  run.seekTick(run.machine.ticks);
  run.toGuestInstruction(POSITION_LIMIT);
}
