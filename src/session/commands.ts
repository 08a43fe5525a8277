import { type CpuState, ESP } from "../cpu/state.ts";
import type { EventKind, MachineEvent } from "../machine/events.ts";
import type { EventTap } from "../recorder/event-log.ts";
import type { Run } from "./run.ts";
import { isCall, isReturn } from "./run.ts";
import type { Command, RunUntil, StopCause } from "./types.ts";

/** Where a command stands after a slice. */
export interface SliceResult {
  readonly done: boolean;
  readonly cause: StopCause;
  /** 0 to 1. */
  readonly progress: number;
}

/** A command under way; `slice` is called until it says done. */
export interface Task {
  slice(maxSteps: number): SliceResult;
}

/** Answers whether the guest instruction at the present position is one to stop at. */
export type StopTest = () => boolean;

const done = (cause: StopCause): SliceResult => ({ done: true, cause, progress: 1 });
const going = (progress: number): SliceResult => ({
  done: false,
  cause: "done",
  progress: Math.min(0.99, Math.max(0, progress)),
});

/** Steps that one guest instruction with its traps may take before a command looks up again. */
const TICK_LIMIT = 1_000_000;

const TRAPS_BARE: ReadonlySet<EventKind> = new Set(["exception", "software-interrupt", "interrupt"]);
const TRAPS_VMM: ReadonlySet<EventKind> = new Set(["trap"]);
const RINGS: ReadonlySet<EventKind> = new Set([
  "exception",
  "software-interrupt",
  "interrupt",
  "trap",
  "resume",
  "ring",
]);

/** The task that carries out a command. `atBreakpoint` is asked at guest instructions only. */
export function makeTask(
  run: Run,
  command: Command,
  stops: { breakpoint: StopTest | null; label: (name: string) => number | null },
): Task {
  switch (command.kind) {
    case "seek":
      return once(() => run.seek(Math.max(0, command.step)));
    case "seek-tick":
      return once(() => run.seekTick(Math.max(0, command.tick)));
    case "step":
      return once(() => (command.direction === "forward" ? run.forward(1) : run.seek(Math.max(0, run.step - 1))));
    case "tick":
      return once(() => (command.direction === "forward" ? run.tick(TICK_LIMIT) : tickBack(run)));
    case "over":
      return command.direction === "forward" ? overTask(run) : overBackTask(run);
    case "out":
      return command.direction === "forward" ? outTask(run) : outBackTask(run);
    case "run":
      return runTask(run, command, stops);
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

/** To the latest earlier guest instruction for which the test holds; to the start if there is none. */
function backwardTo(run: Run, fits: () => boolean): Task {
  const start = run.step;
  let high = run.machine.ticks;
  return {
    slice(maxSteps) {
      let budget = maxSteps;
      while (budget > 0) {
        if (high < 0) {
          run.seek(0);
          return done("start");
        }
        const low = Math.max(0, high - PIECE);
        toStartOfTick(run, low);
        let found = -1;
        while (run.machine.ticks <= high && run.step < start && !run.ended) {
          if (fits()) found = run.step;
          run.tick(TICK_LIMIT);
          budget--;
        }
        if (found >= 0) {
          run.seek(found);
          return done("done");
        }
        high = low - 1;
      }
      return going(1 - high / Math.max(1, run.timeline.lastTick));
    },
  };
}

function runTask(
  run: Run,
  command: Extract<Command, { kind: "run" }>,
  stops: { breakpoint: StopTest | null; label: (name: string) => number | null },
): Task {
  const { until } = command;
  const eventTest = until ? eventTestOf(run, until) : null;
  const address = until ? addressOf(until, stops.label) : null;
  const position = address === null ? stops.breakpoint : either(stops.breakpoint, () => guestEipIs(run, address));
  if (command.direction === "back") {
    if (position) return backwardOr(run, backwardTo(run, position), eventTest);
    return eventTest ? once(() => backToEvent(run, eventTest)) : once(() => run.seek(0));
  }
  return forwardRun(run, command, eventTest, position);
}

function either(a: StopTest | null, b: StopTest): StopTest {
  return a ? () => a() || b() : b;
}

function guestEipIs(run: Run, address: number): boolean {
  const state = run.probe.readGuest();
  return (state.base[1]! + state.eip) >>> 0 === address;
}

function addressOf(until: RunUntil, label: (name: string) => number | null): number | null {
  if (until.kind === "address") return until.address >>> 0;
  if (until.kind === "label") return label(until.name) ?? -1;
  return null;
}

/** Whether an event is one to stop at. */
type EventTest = (event: MachineEvent) => boolean;

function eventTestOf(run: Run, until: RunUntil): EventTest | null {
  if (until.kind === "event") return ({ kind }) => kind === until.event;
  if (until.kind === "trap") {
    const kinds = run.machine.countAll ? TRAPS_BARE : TRAPS_VMM;
    return ({ kind }) => kinds.has(kind);
  }
  if (until.kind === "ring") return ({ kind, cplBefore, cplAfter }) => RINGS.has(kind) && cplBefore !== cplAfter;
  return null;
}

function backToEvent(run: Run, test: EventTest): void {
  const { log } = run;
  for (let index = log.firstAt(run.step) - 1; index >= 0; index--) {
    if (test(log.at(index))) {
      run.seek(log.stepAt(index));
      return;
    }
  }
  run.seek(0);
}

/** Whichever lies later: the position that the task finds, or the event. */
function backwardOr(run: Run, task: Task, test: EventTest | null): Task {
  const start = run.step;
  return {
    slice(maxSteps) {
      const result = task.slice(maxSteps);
      if (!result.done || !test) return result.done && result.cause === "done" ? done("breakpoint") : result;
      const found = run.step;
      run.seek(start);
      backToEvent(run, test);
      if (run.step < found) run.seek(found);
      return done("until");
    },
  };
}

/** Steps between two looks at whether the event has come. */
const LOOK = 50_000;

function forwardRun(
  run: Run,
  command: Extract<Command, { kind: "run" }>,
  events: EventTest | null,
  position: StopTest | null,
): Task {
  const { until } = command;
  const start = run.step;
  const startTick = run.machine.ticks;
  const end = until?.kind === "step" ? Math.min(until.step, start + command.maxSteps) : start + command.maxSteps;
  const endTick = until?.kind === "tick" ? until.tick : null;
  const progress = () =>
    going(
      endTick === null
        ? (run.step - start) / Math.max(1, end - start)
        : (run.machine.ticks - startTick) / Math.max(1, endTick - startTick),
    );
  /** Step of the first event that fits, heard as it happens: the log keeps no more than so many. */
  let eventStep = -1;
  const listen: EventTap = (event) => {
    if (eventStep < 0 && run.step > start && events?.(event)) eventStep = run.step;
  };

  const forward = (steps: number) => {
    run.log.tap = events && listen;
    if (position) run.forward(1);
    else if (endTick !== null) run.forwardToTick(endTick, Math.min(LOOK, steps));
    else run.forward(Math.min(LOOK, steps));
    run.log.tap = null;
  };

  return {
    slice(maxSteps) {
      const sliceEnd = Math.min(end, run.step + maxSteps);
      while (run.step < sliceEnd && !run.ended) {
        forward(sliceEnd - run.step);
        if (eventStep >= 0) {
          run.seek(eventStep);
          return done("until");
        }
        if (endTick !== null && run.machine.ticks >= endTick) return done("until");
        if (position && run.machine.atGuestInstruction() && position()) return done("breakpoint");
      }
      if (run.ended) return done("end");
      if (run.step >= end) return done(until?.kind === "step" && run.step >= until.step ? "until" : "budget");
      return progress();
    },
  };
}
