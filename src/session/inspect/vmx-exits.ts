import type { Words } from "../../isa/types.ts";
import { exitReason } from "../../isa/vmx-exits.ts";
import type { EventLog } from "../../recorder/event-log.ts";
import type { Run } from "../run.ts";
import type { TimelineAxis } from "../timeline-index.ts";
import type { Inspected } from "./index.ts";
import { countBefore, type ExitsOfReason, type VmxSums, vmxSums } from "./vmx-sums.ts";

export interface VmxExitsAsk {
  /** Equal stretches that the run is parted into for `perBucket`, 1 to 1000. */
  readonly buckets: number;
  readonly axis: TimelineAxis;
}

/** The exits of one basic reason. */
export interface ExitCount {
  readonly reason: number;
  readonly name: string;
  readonly title: Words;
  /** Why it happens. */
  readonly words: Words | null;
  /** In all that has been simulated, and up to the present step. */
  readonly count: number;
  readonly now: number;
  /** Steps of the first and the last, and of the nearest before and after the present step (null for none). */
  readonly first: number;
  readonly last: number;
  readonly previous: number | null;
  readonly next: number | null;
  /** Cycles from these exits to the entry after each: what they have cost in the VMM; in all, and by entries up to now. */
  readonly cycles: number;
  readonly cyclesNow: number;
  /** How many in each stretch. */
  readonly perBucket: readonly number[];
}

export interface VmxExitsAnswer {
  readonly available: boolean;
  /** Most frequent first. Failed entries (reasons 33 and 34) count as such. */
  readonly reasons: readonly ExitCount[];
  readonly entries: number;
  /** Of a guest that ran: failed entries are among the failures. */
  readonly exits: number;
  readonly failures: number;
  /** The same up to the present step. */
  readonly entriesNow: number;
  readonly exitsNow: number;
  readonly failuresNow: number;
  /** Cycles spent in the guest, from entry to exit, and in root operation, from exit to entry. */
  readonly guestCycles: number;
  readonly rootCycles: number;
  /** Those of them that have ended up to the present step. */
  readonly guestCyclesNow: number;
  readonly rootCyclesNow: number;
  /** Positions that part the run, one more than there are buckets. */
  readonly edges: readonly number[];
  /** The log is full: what came after this step was not counted by reason; null while it holds everything. */
  readonly through: number | null;
}

const MOST_BUCKETS = 1000;

/** Exits by reason: in all that has been simulated, up to now, and over the run. */
export function inspectVmxExits({ run }: Inspected, ask: VmxExitsAsk): VmxExitsAnswer {
  const { log, timeline, machine } = run;
  const all = vmxSums(log);
  const end = log.firstAt(run.step + 1);
  const edges = edgesOf(ask.axis === "step" ? timeline.lastStep : timeline.lastTick, ask.buckets);
  const cuts = edges.slice(1, -1).map((edge) => firstAt(log, ask.axis, edge));
  const reasons = [...all.byReason].map(([reason, kept]) => countOf(run, all, reason, kept, end, cuts));
  const entriesNow = countBefore(all.entries, end);
  const leftNow = countBefore(all.exits, end);
  return {
    available: machine.cpu.vmx !== null,
    reasons: reasons.sort((a, b) => b.count - a.count || a.reason - b.reason),
    entries: all.entries.length,
    exits: all.exits.length - all.failedEntries.length,
    failures: all.failures.length,
    entriesNow,
    exitsNow: leftNow - countBefore(all.failedEntries, end),
    failuresNow: countBefore(all.failures, end),
    guestCycles: all.guestCycles.at(-1) ?? 0,
    rootCycles: all.rootCycles.at(-1) ?? 0,
    guestCyclesNow: all.guestCycles[leftNow - 1] ?? 0,
    rootCyclesNow: all.rootCycles[entriesNow - 1] ?? 0,
    edges,
    through: log.dropped > 0 ? log.stepAt(log.length - 1) : null,
  };
}

function edgesOf(last: number, buckets: number): number[] {
  const wanted = Math.max(1, Math.min(MOST_BUCKETS, Math.floor(buckets) || 1));
  return Array.from({ length: wanted + 1 }, (_, i) => Math.round((last * i) / wanted));
}

/** Place in the log of the first event at or after a position. */
function firstAt(log: EventLog, axis: TimelineAxis, position: number): number {
  if (axis === "step") return log.firstAt(position);
  let low = 0;
  let high = log.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (log.tickAt(middle) < position) low = middle + 1;
    else high = middle;
  }
  return low;
}

function countOf(
  { log, step }: Run,
  { entries }: VmxSums,
  reason: number,
  kept: ExitsOfReason,
  end: number,
  cuts: readonly number[],
): ExitCount {
  const { indices, cycles } = kept;
  const facts = exitReason(reason);
  const now = countBefore(indices, end);
  const before = countBefore(indices, log.firstAt(step));
  // The last one so far has cost nothing until the entry after it.
  const entered = now > 0 ? entries[countBefore(entries, indices[now - 1]!)] : undefined;
  const ended = entered !== undefined && entered < end ? now : now - 1;
  const bounds = [0, ...cuts.map((cut) => countBefore(indices, cut)), indices.length];
  return {
    reason,
    name: facts?.name ?? String(reason),
    title: facts?.title ?? { en: "?", zh: "?" },
    words: facts?.words ?? null,
    count: indices.length,
    now,
    first: log.stepAt(indices[0]!),
    last: log.stepAt(indices[indices.length - 1]!),
    previous: before === 0 ? null : log.stepAt(indices[before - 1]!),
    next: now === indices.length ? null : log.stepAt(indices[now]!),
    cycles: cycles.at(-1) ?? 0,
    cyclesNow: cycles[ended - 1] ?? 0,
    perBucket: bounds.slice(1).map((bound, i) => bound - bounds[i]!),
  };
}
