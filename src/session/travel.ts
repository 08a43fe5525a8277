import { done, going, type Task } from "./commands.ts";
import type { Run } from "./run.ts";

/** To a step, in slices: what has not been simulated yet may lie far ahead. It can be stopped anywhere on the way. */
export function seekTask(run: Run, step: number): Task {
  const target = Math.max(0, step);
  return journey(
    run,
    () => run.timeline.approach(Math.max(0, target - 1)),
    // The last step is made apart from the others, so that what it changed can be shown.
    (maxSteps) => run.forward(Math.min(maxSteps, target - 1 - run.step)),
    () => run.step < target - 1,
    () => run.seek(target),
    () => [run.step, target],
  );
}

/** To the first step at which `tick` guest instructions have ended, in slices. */
export function seekTickTask(run: Run, tick: number): Task {
  const target = Math.max(0, tick);
  return journey(
    run,
    () => run.timeline.approachTick(target),
    (maxSteps) => run.forwardToTick(target, maxSteps),
    () => run.machine.ticks < target,
    () => {},
    () => [run.machine.ticks, target],
  );
}

function journey(
  run: Run,
  depart: () => void,
  forward: (maxSteps: number) => void,
  isUnderWay: () => boolean,
  arrive: () => void,
  position: () => readonly [now: number, target: number],
): Task {
  let from: number | null = null;
  return {
    slice(maxSteps) {
      if (from === null) {
        depart();
        from = position()[0];
      }
      if (isUnderWay() && !run.ended) forward(maxSteps);
      if (isUnderWay() && !run.ended) {
        const [now, target] = position();
        return going((now - from) / Math.max(1, target - from));
      }
      arrive();
      return done("done");
    },
  };
}
