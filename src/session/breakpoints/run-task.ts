import type { EventKind, MachineEvent } from "../../machine/events.ts";
import { GUEST_DOMAIN } from "../../machine/tenant.ts";
import { done, going, type SliceResult, type Task } from "../commands.ts";
import type { Run } from "../run.ts";
import type { Command, RunUntil, StopCause } from "../types.ts";
import { failsToEnter, leavesGuest } from "../vm-exits.ts";
import type { Armed, Trigger } from "./armed.ts";
import type { Breakpoints } from "./breakpoints.ts";
import { waitFor } from "./compile.ts";
import { searchBack, searchForward } from "./search.ts";

type RunCommand = Extract<Command, { kind: "run" }>;
/** The address of a label, or null. */
type Labels = (name: string) => number | null;

const TRAPS_BARE: ReadonlySet<EventKind> = new Set(["exception", "software-interrupt", "interrupt", "vm-exit"]);
const TRAPS_VMM: ReadonlySet<EventKind> = new Set(["trap", "vm-exit"]);
const RINGS: ReadonlySet<EventKind> = new Set([
  "exception",
  "software-interrupt",
  "interrupt",
  "trap",
  "resume",
  "ring",
  "vm-entry",
  "vm-exit",
]);

/** Runs to a breakpoint, to what the command waits for, to an end, or as far as the command allows. */
export function runTask(run: Run, command: RunCommand, breakpoints: Breakpoints, label: Labels): Task {
  const { until, direction, maxSteps } = command;
  const events = until ? eventTestOf(run, until) : null;
  if (direction === "back" && breakpoints.isEmpty && (until === null || events)) {
    const floor = Math.max(0, run.step - maxSteps);
    return events ? backToEventTask(run, events, floor) : { slice: () => backAt(run, floor) };
  }
  const scanner = breakpoints.scanner(waitingFor(until, events, label));
  if (direction === "back") {
    const step = Math.max(0, run.step - maxSteps);
    return searchBack(scanner, breakpoints.tally, { step, tick: Number.POSITIVE_INFINITY, cause: "budget" });
  }
  const budget = run.step + maxSteps;
  const toStep = until?.kind === "step" && until.step <= budget;
  return searchForward(scanner, breakpoints.tally, {
    step: toStep ? until.step : budget,
    tick: until?.kind === "tick" ? until.tick : Number.POSITIVE_INFINITY,
    cause: toStep ? "until" : "budget",
  });
}

function atAddress(address: number): Trigger {
  return { kind: "execute", addresses: new Set([address >>> 0]), domain: GUEST_DOMAIN };
}

function waitingFor(until: RunUntil | null, events: EventTest | null, label: Labels): Armed[] {
  if (events) return [waitFor({ kind: "event", test: events })];
  if (until?.kind !== "address" && until?.kind !== "label") return [];
  const address = until.kind === "address" ? until.address >>> 0 : label(until.name);
  return address === null ? [] : [waitFor(atAddress(address))];
}

/** Whether an event is one to stop at. */
type EventTest = (event: MachineEvent) => boolean;

function eventTestOf(run: Run, until: RunUntil): EventTest | null {
  if (until.kind === "event") return ({ kind }) => kind === until.event;
  if (until.kind === "exit") {
    return (event) => leavesGuest(event, until.reason) || (until.orFailed === true && failsToEnter(event));
  }
  if (until.kind === "trap") {
    const kinds = run.machine.countAll ? TRAPS_BARE : TRAPS_VMM;
    return ({ kind }) => kinds.has(kind);
  }
  if (until.kind === "ring") return ({ kind, cplBefore, cplAfter }) => RINGS.has(kind) && cplBefore !== cplAfter;
  return null;
}

/** The end of a search backwards that found nothing. */
export function backAt(run: Run, floor: number, cause: StopCause = "budget"): SliceResult {
  run.seek(floor);
  return done(floor === 0 ? "start" : cause);
}

/** Events looked at in one piece when searching backwards. */
const EVENT_PIECE = 20_000;

/** To the latest earlier event for which the test holds; to step `floor` if there is none from there on. */
function backToEventTask(run: Run, test: EventTest, floor: number): Task {
  const { log } = run;
  const from = log.firstAt(run.step);
  let end = from;
  return {
    slice() {
      const begin = Math.max(0, end - EVENT_PIECE);
      for (let index = end - 1; index >= begin; index--) {
        const step = log.stepAt(index);
        if (step < floor) return backAt(run, floor);
        if (!test(log.at(index))) continue;
        run.seek(step);
        return done("until");
      }
      end = begin;
      return end === 0 ? backAt(run, floor) : going((from - end) / from);
    },
  };
}
