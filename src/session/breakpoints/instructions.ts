import { done, going, type SliceResult, type Task, TICK_LIMIT, toStartOfTick } from "../commands.ts";
import { backAt } from "./run-task.ts";
import type { Hit, Scanner } from "./scanner.ts";
import { counting, firstOf, stopAt } from "./search.ts";
import type { Tally } from "./tally.ts";

/** Guest instructions looked at in one piece when searching backwards. */
const PIECE = 2000;

/** On to where the next guest instruction begins; answers the hits on the way. */
function toInstruction(scanner: Scanner): Hit[] {
  const { run } = scanner;
  const hits: Hit[] = [];
  while (!run.ended && !run.machine.atGuestInstruction()) hits.push(...scanner.forward(1));
  return hits;
}

/** One guest instruction with everything that it causes, as `Run.tick`; answers the hits on the way. */
function oneInstruction(scanner: Scanner): Hit[] {
  const hits = scanner.forward(TICK_LIMIT, scanner.run.machine.ticks + 1);
  hits.push(...toInstruction(scanner));
  return hits;
}

/** Does `slice` once the hits before the present moment are counted; `begin` is called in between. */
function counted(scanner: Scanner, tally: Tally, begin: () => void, slice: Task["slice"], abandon?: () => void): Task {
  const { run } = scanner;
  const start = run.step;
  const count = counting(scanner, tally, start);
  let begun = false;
  return {
    abandon() {
      if (!begun) run.seek(start);
      else abandon?.();
    },
    slice(maxSteps): SliceResult {
      if (!begun) {
        if (count !== null) {
          const result = count(maxSteps);
          if (run.step < start && !run.ended) return result;
          run.seek(start);
        }
        begin();
        begun = true;
      }
      return slice(maxSteps);
    },
  };
}

/**
 * Guest instruction by guest instruction to where the test holds, or to the first hit of a breakpoint on the way. `aim` is
 * asked for the test where the first instruction begins.
 */
export function instructionsUntil(scanner: Scanner, tally: Tally, aim: () => () => boolean): Task {
  const { run } = scanner;
  const start = run.step;
  const frontier = { step: run.timeline.lastStep, tick: run.timeline.lastTick };
  let reached: (() => boolean) | null = null;
  const slice = (maxSteps: number): SliceResult => {
    const end = run.step + maxSteps;
    while (run.step < end) {
      const hits = (reached === null ? toInstruction(scanner) : oneInstruction(scanner)).filter(
        ({ step }) => step > start,
      );
      if (hits.length > 0) return stopAt(scanner, firstOf(hits), frontier);
      if (run.ended) return done("end");
      if (reached === null) reached = aim();
      else if (reached()) return done("done");
    }
    return going(0.5);
  };
  return counted(scanner, tally, () => scanner.begin(), slice);
}

/** To the latest earlier guest instruction for which the test holds, or to the last hit of a breakpoint after it. */
export function instructionsBackTo(scanner: Scanner, tally: Tally, fits: () => boolean): Task {
  const { run } = scanner;
  const start = run.step;
  const frontier = { step: run.timeline.lastStep, tick: run.timeline.lastTick };
  let high = run.machine.ticks;
  const slice = (maxSteps: number): SliceResult => {
    for (let budget = maxSteps; budget > 0; ) {
      if (high < 0) return backAt(run, 0);
      const low = Math.max(0, high - PIECE);
      toStartOfTick(run, low);
      scanner.begin(true);
      const reached = run.step;
      let found = -1;
      let hits: Hit[] = [];
      while (run.machine.ticks <= high && run.step < start && !run.ended) {
        if (fits()) found = run.step;
        const news = oneInstruction(scanner).filter(({ step }) => step < start);
        if (news.length > 0) hits = news;
        budget--;
      }
      const last = hits[hits.length - 1]?.step ?? -1;
      if (last >= 0 && last >= found) {
        return stopAt(
          scanner,
          hits.filter(({ step }) => step === last),
          frontier,
        );
      }
      if (found >= 0) {
        run.seek(found);
        return done("done");
      }
      if (reached <= 0) return backAt(run, 0);
      high = low - 1;
    }
    return going(1 - high / Math.max(1, run.timeline.lastTick));
  };
  return counted(
    scanner,
    tally,
    () => {},
    slice,
    () => run.seek(start),
  );
}
