import type { Breakpoints } from "./breakpoints/breakpoints.ts";
import { runTask } from "./breakpoints/run-task.ts";
import type { StopReason } from "./breakpoints/types.ts";
import { outBackTask, outTask, overBackTask, overTask } from "./calls.ts";
import { lastWriteTask } from "./last-write.ts";
import type { Run } from "./run.ts";
import { seekTask, seekTickTask } from "./travel.ts";
import type { Command, StopCause } from "./types.ts";

/** Where a command stands after a slice. */
export interface SliceResult {
  readonly done: boolean;
  readonly cause: StopCause;
  /** 0 to 1. */
  readonly progress: number;
  /** The breakpoints that have stopped it, and why. */
  readonly stops?: readonly StopReason[];
}

/** A command under way; `slice` is called until it says done. */
export interface Task {
  slice(maxSteps: number): SliceResult;
  /** Ended from outside: for a task that must not leave the session where it happens to be searching. */
  abandon?(): void;
}

export const done = (cause: StopCause): SliceResult => ({ done: true, cause, progress: 1 });
export const going = (progress: number): SliceResult => ({
  done: false,
  cause: "done",
  progress: Math.min(0.99, Math.max(0, progress)),
});

/** Steps that one guest instruction with its traps may take before a command looks up again. */
export const TICK_LIMIT = 1_000_000;

/** The task that carries out a command. `stops` are looked for by runs, and within calls that are one. */
export function makeTask(
  run: Run,
  command: Command,
  stops: { breakpoints: Breakpoints; label: (name: string) => number | null },
): Task {
  switch (command.kind) {
    case "seek":
      return seekTask(run, command.step);
    case "seek-tick":
      return seekTickTask(run, command.tick);
    case "last-write":
      return lastWriteTask(run, command.physical);
    case "step":
      return once(() => (command.direction === "forward" ? run.forward(1) : run.seek(Math.max(0, run.step - 1))));
    case "tick":
      return once(() => (command.direction === "forward" ? run.tick(TICK_LIMIT) : tickBack(run)));
    case "over":
      return command.direction === "forward" ? overTask(run, stops.breakpoints) : overBackTask(run, stops.breakpoints);
    case "out":
      return command.direction === "forward" ? outTask(run, stops.breakpoints) : outBackTask(run, stops.breakpoints);
    case "run":
      return runTask(run, command, stops.breakpoints, stops.label);
  }
}

/** A task that is done at once. */
export function once(action: () => unknown): Task {
  return {
    slice() {
      action();
      return done("done");
    },
  };
}

/** To where the previous guest instruction began. */
export function tickBack(run: Run): void {
  const start = run.step;
  const tick = run.machine.ticks;
  toStartOfTick(run, tick);
  if (run.step < start || tick === 0) return;
  toStartOfTick(run, tick - 1);
}

/** To the first position at which `tick` instructions have ended and the next is about to begin. */
export function toStartOfTick(run: Run, tick: number): void {
  run.seekTick(tick);
  run.toGuestInstruction(TICK_LIMIT);
}
