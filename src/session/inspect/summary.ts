import { vectorName } from "../../isa/exceptions.ts";
import { ROW_LIST } from "../../isa/rows.ts";
import { EXIT_REASON_BASIC, exitReason } from "../../isa/vmx-exits.ts";
import { EVENT_KIND_LIST, type EventKind } from "../../machine/events.ts";
import type { EventLog, LoggedEvent } from "../../recorder/event-log.ts";
import { moves, placeAfter, type Sitter, STAYS, STAYS_IN_ORDER, sitterAt, startOf, stayOf } from "../places.ts";
import type { Run } from "../run.ts";
import { leavesGuest } from "../vm-exits.ts";
import type { Inspected } from "./index.ts";

/** What is counted, and by what: each is a table of the summary. */
export const SUMMARY_TABLES = [
  "kinds",
  "traps-by-vector",
  "traps-by-instruction",
  "vm-exits",
  "delivered",
  "emulated",
  "injected",
  "silent",
  "rings",
] as const;
export type SummaryTable = (typeof SUMMARY_TABLES)[number];

/** One line of a table: how many events, and where the first and the last are. */
export interface SummaryRow {
  /** For `summary-find`; an event kind in `kinds`, else what the events share. */
  readonly key: string;
  /** As people of the field write it: `#GP`, `CLI`, `1 → 0`; of `kinds`, the kind. */
  readonly name: string;
  readonly count: number;
  /** Steps of the first and the last. */
  readonly first: number;
  readonly last: number;
}

/** Who ran, and for how long. */
export interface TimeShare extends Sitter {
  readonly steps: number;
  readonly cycles: number;
}

export type SummaryAsk = Readonly<Record<never, never>>;
export interface SummaryAnswer {
  readonly tables: Readonly<Record<SummaryTable, readonly SummaryRow[]>>;
  readonly shares: readonly TimeShare[];
  /** Of all that has been simulated. */
  readonly steps: number;
  readonly ticks: number;
  readonly cycles: number;
  /** Virtual time slept in HLT. */
  readonly slept: number;
  /** Whether a VMM is there. */
  readonly virtualized: boolean;
  /** The log is full, and what came after this step is only counted by kind; null while it holds everything. */
  readonly through: number | null;
}

export interface SummaryFindAsk {
  readonly table: SummaryTable;
  readonly key: string;
  /** The first event after this step; if there is none, the first of all. */
  readonly after: number;
}
/** Null if there is none at all. */
export type SummaryFindAnswer = { readonly step: number; readonly index: number } | null;

/** Deliveries to the guest's own handlers, and into a VMM. */
const DELIVERIES: ReadonlySet<EventKind> = new Set(["exception", "software-interrupt", "interrupt"]);

const mnemonic = (row: number): string => (row < 0 ? "–" : ROW_LIST[row]!.mnemonic.toUpperCase());

function vector(event: LoggedEvent): string {
  const exception =
    event.vector < 32 && event.kind !== "interrupt" && event.kind !== "inject" && event.reason !== "trap-interrupt";
  return exception ? vectorName(event.vector) : `0x${event.vector.toString(16)}`;
}

/** What an event counts as in a table; null if it is not of it. */
function keyIn(table: SummaryTable, event: LoggedEvent): string | null {
  switch (table) {
    case "kinds":
      return event.kind;
    case "traps-by-vector":
      return event.kind === "trap" ? vector(event) : null;
    case "traps-by-instruction":
      return event.kind === "trap" ? mnemonic(event.row) : null;
    case "vm-exits": {
      if (!leavesGuest(event, null)) return null;
      const reason = event.b & EXIT_REASON_BASIC;
      return `${reason} ${exitReason(reason)?.name ?? "?"}`;
    }
    case "delivered":
      return DELIVERIES.has(event.kind) || event.kind === "reflect" ? vector(event) : null;
    case "emulated":
      return event.kind === "emulate" ? mnemonic(event.row) : null;
    case "injected":
      return event.kind === "inject" ? vector(event) : null;
    case "silent":
      return event.kind === "silent" ? mnemonic(event.row) : null;
    case "rings":
      return moves(EVENT_KIND_LIST.indexOf(event.kind)) && event.cplBefore !== event.cplAfter
        ? `${event.cplBefore} → ${event.cplAfter}`
        : null;
  }
}

interface Count {
  count: number;
  first: number;
  last: number;
}

/** The sums over a log, taken further as it grows. */
class Sums {
  private readonly tables = new Map<SummaryTable, Map<string, Count>>(
    SUMMARY_TABLES.map((table) => [table, new Map()]),
  );
  /** Steps and cycles by stay. */
  private readonly staySteps = new Float64Array(STAYS);
  private readonly stayCycles = new Float64Array(STAYS);
  private seen = 0;
  private lastSeenStep = -1;
  private place: number;
  private step = 0;
  private cycles = 0;

  constructor(start: number) {
    this.place = start;
  }

  /** Whether the log still begins with what has been summed. */
  fits(log: EventLog): boolean {
    return log.length >= this.seen && (this.seen === 0 || log.stepAt(this.seen - 1) === this.lastSeenStep);
  }

  take(log: EventLog): void {
    for (; this.seen < log.length; this.seen++) {
      const event = log.at(this.seen);
      this.lastSeenStep = event.step;
      for (const table of SUMMARY_TABLES) {
        const key = keyIn(table, event);
        if (key !== null) this.count(table, key, event.step);
      }
      const kind = log.kindNumberAt(this.seen);
      if (moves(kind)) this.moveOn(event, kind);
    }
  }

  private count(table: SummaryTable, key: string, step: number): void {
    const rows = this.tables.get(table)!;
    const known = rows.get(key);
    if (known) {
      known.count++;
      known.last = step;
    } else rows.set(key, { count: 1, first: step, last: step });
  }

  /** Up to this event the processor was where the one before had led to. */
  private moveOn({ step, cycles, cplAfter, domain }: LoggedEvent, kind: number): void {
    const stay = stayOf(this.place);
    this.staySteps[stay]! += step - this.step;
    this.stayCycles[stay]! += cycles - this.cycles;
    this.place = placeAfter(this.place, kind, cplAfter, domain);
    this.step = step;
    this.cycles = cycles;
  }

  rows(table: SummaryTable): SummaryRow[] {
    return [...this.tables.get(table)!]
      .map(([key, count]) => ({ key, name: key, ...count }))
      .sort((a, b) => b.count - a.count || a.first - b.first);
  }

  shares(run: Run, end: { readonly step: number; readonly cycles: number }): TimeShare[] {
    return STAYS_IN_ORDER.toReversed().flatMap((stay) => {
      const open = stay === stayOf(this.place);
      const steps = this.staySteps[stay]! + (open ? end.step - this.step : 0);
      const cycles = this.stayCycles[stay]! + (open ? end.cycles - this.cycles : 0);
      return steps === 0 ? [] : [{ ...sitterAt(run.strategy, stay), steps, cycles }];
    });
  }
}

interface End {
  readonly step: number;
  readonly cycles: number;
  readonly idle: number;
}

const kept = new WeakMap<EventLog, { sums: Sums; end: End }>();

/** Where the simulated run ends: there, or by going there and back. */
function endOf(run: Run): End {
  const { machine, timeline } = run;
  const read = (): End => ({ step: machine.steps, cycles: machine.cycles, idle: machine.idle });
  const here = run.step;
  if (here === timeline.lastStep) return read();
  timeline.seek(timeline.lastStep);
  const end = read();
  timeline.seek(here);
  return end;
}

/** What has happened in all that has been simulated. Each event is looked at once, however often this is asked. */
export function inspectSummary({ run }: Inspected): SummaryAnswer {
  const { log, timeline } = run;
  let known = kept.get(log);
  if (!known?.sums.fits(log)) known = { sums: new Sums(startOf(run.strategy)), end: { step: -1, cycles: 0, idle: 0 } };
  known.sums.take(log);
  if (known.end.step !== timeline.lastStep || run.step === timeline.lastStep) known.end = endOf(run);
  kept.set(log, known);
  const { sums, end } = known;
  const full = log.dropped > 0;
  const through = full ? log.stepAt(log.length - 1) : null;
  const covered = full ? { step: through!, cycles: log.at(log.length - 1).cycles } : end;
  const tables = Object.fromEntries(SUMMARY_TABLES.map((table) => [table, sums.rows(table)])) as Record<
    SummaryTable,
    SummaryRow[]
  >;
  const totals = log.countsByKind();
  return {
    tables: {
      ...tables,
      kinds: tables.kinds.map((row) => ({ ...row, count: totals[row.key as EventKind] ?? row.count })),
    },
    shares: sums.shares(run, covered),
    steps: end.step,
    ticks: timeline.lastTick,
    cycles: end.cycles,
    slept: end.idle,
    virtualized: run.machine.tenants.length > 0,
    through,
  };
}

/** The next event of a row of the summary. */
export function findInSummary({ run: { log } }: Inspected, { table, key, after }: SummaryFindAsk): SummaryFindAnswer {
  const from = log.firstAt(after + 1);
  const search = (begin: number, end: number): SummaryFindAnswer => {
    for (let index = begin; index < end; index++) {
      if (keyIn(table, log.at(index)) === key) return { step: log.stepAt(index), index };
    }
    return null;
  };
  return search(from, log.length) ?? search(0, from);
}
