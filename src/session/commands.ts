import { type CpuState, ESP } from "../cpu/state.ts";
import type { Breakpoints } from "./breakpoints/breakpoints.ts";
import { backAt, runTask } from "./breakpoints/run-task.ts";
import type { StopReason } from "./breakpoints/types.ts";
import { lastWriteTask } from "./last-write.ts";
import type { Run } from "./run.ts";
import { isCall, isReturn } from "./run.ts";
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
const TICK_LIMIT = 1_000_000;

/** The task that carries out a command. `stops` are looked for by runs. */
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
      return command.direction === "forward" ? overTask(run) : overBackTask(run);
    case "out":
      return command.direction === "forward" ? outTask(run) : outBackTask(run);
    case "run":
      return runTask(run, command, stops.breakpoints, stops.label);
  }
}

function once(action: () => unknown): Task {
  return {
    slice() {
      action();
      return done("done");
    },
  };
}

/** To where the previous guest instruction began. */
function tickBack(run: Run): void {
  const start = run.step;
  const tick = run.machine.ticks;
  toStartOfTick(run, tick);
  if (run.step < start || tick === 0) return;
  toStartOfTick(run, tick - 1);
}

/** To the first position at which `tick` instructions have ended and the next is about to begin. */
function toStartOfTick(run: Run, tick: number): void {
  run.seekTick(tick);
  run.toGuestInstruction(TICK_LIMIT);
}

function overTask(run: Run): Task {
  run.toGuestInstruction(TICK_LIMIT);
  run.probe.readGuest();
  const from = run.probe.guestInstruction();
  const { esp, cpl } = from;
  const next = (from.eip + from.length) >>> 0;
  const repeated = /^rep/.test(from.text);
  if (!isCall(from.row) && !repeated) return once(() => run.tick(TICK_LIMIT));
  return forwardUntil(run, () => {
    const state = run.probe.readGuest();
    return state.eip >>> 0 === next && state.cpl === cpl && state.gpr[ESP]! >>> 0 >= esp;
  });
}

function outTask(run: Run): Task {
  run.toGuestInstruction(TICK_LIMIT);
  const { cpl, gpr } = run.probe.readGuest();
  const esp = gpr[ESP]! >>> 0;
  let returning = isReturn(run.probe.guestInstruction().row);
  return forwardUntil(run, () => {
    const state = run.probe.readGuest();
    const left = returning && isOutside(state, cpl, esp);
    returning = isReturn(run.probe.guestInstruction().row);
    return left;
  });
}

/** Whether a state is further out than a frame: in an outer ring, on whatever stack, or higher up on the same one. */
function isOutside(state: CpuState, cpl: number, esp: number): boolean {
  return state.cpl > cpl || (state.cpl === cpl && state.gpr[ESP]! >>> 0 > esp);
}

/** Guest instruction by guest instruction until the test holds. */
function forwardUntil(run: Run, reached: () => boolean): Task {
  return {
    slice(maxSteps) {
      const end = run.step + maxSteps;
      while (run.step < end) {
        run.tick(TICK_LIMIT);
        if (run.ended) return done("end");
        if (reached()) return done("done");
      }
      return going(0.5);
    },
  };
}

function overBackTask(run: Run): Task {
  const state = run.probe.readGuest();
  const eip = state.eip >>> 0;
  const esp = state.gpr[ESP]! >>> 0;
  const { cpl } = state;
  const start = run.step;
  tickBack(run);
  run.probe.readGuest();
  if (!isReturn(run.probe.guestInstruction().row)) return once(() => {});
  run.seek(start);
  return backwardTo(run, () => {
    const at = run.probe.readGuest();
    if (at.cpl !== cpl || at.gpr[ESP]! >>> 0 !== esp) return false;
    const insn = run.probe.guestInstruction();
    return isCall(insn.row) && (insn.eip + insn.length) >>> 0 === eip;
  });
}

function outBackTask(run: Run): Task {
  const { cpl, gpr } = run.probe.readGuest();
  const esp = gpr[ESP]! >>> 0;
  return backwardTo(run, () => {
    const state = run.probe.readGuest();
    // The last instruction of an outer ring is what was interrupted, call or not.
    return state.cpl > cpl || (isOutside(state, cpl, esp) && isCall(run.probe.guestInstruction().row));
  });
}

/** Guest instructions looked at in one piece when searching backwards. */
const PIECE = 2000;

/** To the latest earlier guest instruction for which the test holds; to step `floor` if there is none from there on. */
function backwardTo(run: Run, fits: () => boolean, floor = 0): Task {
  const start = run.step;
  let high = run.machine.ticks;
  return {
    slice(maxSteps) {
      let budget = maxSteps;
      while (budget > 0) {
        if (high < 0) return backAt(run, floor);
        const low = Math.max(0, high - PIECE);
        toStartOfTick(run, low);
        const reached = run.step;
        let found = -1;
        while (run.machine.ticks <= high && run.step < start && !run.ended) {
          if (fits()) found = run.step;
          run.tick(TICK_LIMIT);
          budget--;
        }
        if (found >= 0 && found >= floor) {
          run.seek(found);
          return done("done");
        }
        if (reached <= floor) return backAt(run, floor);
        high = low - 1;
      }
      return going(1 - high / Math.max(1, run.timeline.lastTick));
    },
  };
}
