import { EVENT_KIND_LIST, type EventKind } from "../machine/events.ts";
import type { EventLog } from "../recorder/event-log.ts";
import type { Strategy } from "../vmm/strategy.ts";
import { isInner, isOthers } from "./domains.ts";
import { isVirtualized, isVmm, type Sitter, STAYS, STAYS_IN_ORDER, seatAt, sitterAt, startOf } from "./places.ts";
import { type TimelineAxis, TimelineIndex } from "./timeline-index.ts";

/** Rows of marks under the rows of those who ran, and the kinds of events that stand in each. */
export const MARK_LANES = {
  trap: ["trap", "callout", "exception", "software-interrupt", "shutdown"],
  vmx: ["vm-exit", "vm-entry", "vm-fail"],
  handled: ["emulate", "translate", "shadow-fill", "trace-hit", "hypercall"],
  injected: ["reflect", "inject"],
  interrupt: ["interrupt", "halt"],
  io: ["io", "input", "exit"],
  silent: ["silent"],
} as const satisfies Record<string, readonly EventKind[]>;
export type MarkLaneId = keyof typeof MARK_LANES;
const LANE_IDS = Object.keys(MARK_LANES) as readonly MarkLaneId[];

/** By kind, the number of its lane of marks; -1 for what the bands show already. */
const LANE_OF = Int8Array.from(EVENT_KIND_LIST, (kind) =>
  LANE_IDS.findIndex((lane) => (MARK_LANES[lane] as readonly EventKind[]).includes(kind)),
);

/** A stretch of the run in which `share` (0 to 1) of the time was spent in a lane. */
export interface LaneBand {
  readonly from: number;
  readonly to: number;
  readonly share: number;
}
/** Who ran when. */
export interface OccupantLane extends Sitter {
  readonly bands: readonly LaneBand[];
  /** Share of the whole window. */
  readonly share: number;
}
/** One event, or several that lie too close together to be told apart in this window. */
export interface LaneMark {
  readonly at: number;
  /** Place in the log of the first. */
  readonly index: number;
  readonly kind: EventKind;
  readonly count: number;
}
export interface MarkLane {
  readonly id: MarkLaneId;
  readonly kinds: readonly EventKind[];
  /** In the whole run. */
  readonly total: number;
  readonly marks: readonly LaneMark[];
}

/** A stretch of a run, from one position to another by steps or by ticks. */
export interface TimelineWindow {
  readonly axis: TimelineAxis;
  readonly from: number;
  readonly to: number;
  readonly lastStep: number;
  readonly lastTick: number;
  /** Beyond this position events were counted but not kept; past every position if all were kept. */
  readonly known: number;
  /** The guest's rings and then the VMM's, each with the innermost last. Lanes of rings that nobody sits in are left out. */
  readonly occupants: readonly OccupantLane[];
  /** A VMM's lanes only where there is a VMM. */
  readonly marks: readonly MarkLane[];
}

/** One position of a run. */
export interface TimelinePoint extends Sitter {
  readonly step: number;
  readonly tick: number;
  /** Steps of the nearest marks before and after it, or null. */
  readonly previousMark: number | null;
  readonly nextMark: number | null;
}

/** What a window is made from. */
export interface TimelineSource {
  readonly log: EventLog;
  readonly index: TimelineIndex;
  readonly strategy: Strategy;
  readonly lastStep: number;
  readonly lastTick: number;
  /** Whether every instruction is the guest's; else none of the VMM's counts as a tick. */
  readonly countAll: boolean;
}

/** An index of a run's log. */
export function indexOf(log: EventLog, strategy: Strategy): TimelineIndex {
  return new TimelineIndex(log, startOf(strategy));
}

/** Positions that part a window into at most `most` stretches of whole steps or ticks. */
function edgesOf(from: number, to: number, most: number): number[] {
  const count = Math.max(1, Math.min(most, to - from));
  return Array.from({ length: count + 1 }, (_, i) => from + Math.round(((to - from) * i) / count));
}

/** What is to be seen between two positions, at most `maxBands` and `maxMarks` in a lane. */
export function timelineWindow(
  source: TimelineSource,
  axis: TimelineAxis,
  from: number,
  to: number,
  maxBands: number,
  maxMarks: number,
): TimelineWindow {
  const { log, lastStep, lastTick, index } = source;
  index.update();
  const last = axis === "step" ? lastStep : lastTick;
  const first = Math.max(0, Math.min(Math.floor(from), last));
  const end = Math.max(first, Math.min(Math.ceil(to), last));
  const lastLogged = log.length === 0 ? 0 : axis === "step" ? log.stepAt(log.length - 1) : log.tickAt(log.length - 1);
  const known = log.dropped > 0 ? lastLogged : Number.MAX_SAFE_INTEGER;
  return {
    axis,
    from: first,
    to: end,
    lastStep,
    lastTick,
    known,
    occupants: occupantLanes(source, axis, first, Math.min(end, known), maxBands),
    marks: markLanes(source, axis, first, end, maxMarks),
  };
}

function occupantLanes(
  { index, strategy }: TimelineSource,
  axis: TimelineAxis,
  from: number,
  to: number,
  maxBands: number,
): OccupantLane[] {
  const edges = edgesOf(from, to, maxBands);
  const spent = to > from ? index.spent(axis, edges) : new Float64Array(STAYS);
  const lanes: OccupantLane[] = [];
  for (const stay of STAYS_IN_ORDER) {
    const bands: { from: number; to: number; share: number }[] = [];
    let total = 0;
    for (let bucket = 0; bucket + 1 < edges.length; bucket++) {
      const amount = spent[bucket * STAYS + stay]!;
      if (amount === 0) continue;
      total += amount;
      const begin = edges[bucket]!;
      const end = edges[bucket + 1]!;
      const share = Math.min(1, amount / (end - begin));
      const before = bands[bands.length - 1];
      if (before !== undefined && before.to === begin && before.share === share) before.to = end;
      else bands.push({ from: begin, to: end, share });
    }
    const seat = seatAt(strategy, stay);
    const rare =
      seat === null || seat.who === "guest-ring1" || seat.who === "guest-ring2" || isOthers(seat) || isInner(seat);
    if (total === 0 && rare) continue;
    lanes.push({ ...sitterAt(strategy, stay), bands, share: to > from ? total / (to - from) : 0 });
  }
  return lanes;
}

/** Lanes that stay empty where nobody virtualizes; that of VT-x is there once something has happened in it. */
const OF_VMM: ReadonlySet<MarkLaneId> = new Set(["handled", "injected", "silent"]);

function markLanes(
  { index, log, strategy }: TimelineSource,
  axis: TimelineAxis,
  from: number,
  to: number,
  maxMarks: number,
): MarkLane[] {
  const counts = log.countsByKind();
  const virtualized = isVirtualized(strategy);
  const marks: LaneMark[][] = LANE_IDS.map(() => []);
  index.tally(axis, edgesOf(from, Math.max(to, from + 1), maxMarks), LANE_OF, LANE_IDS.length, (_, tallies) => {
    tallies.forEach(({ count, first }, lane) => {
      if (count === 0) return;
      const at = axis === "step" ? log.stepAt(first) : log.tickAt(first);
      marks[lane]!.push({ at, index: first, kind: log.kindAt(first), count });
    });
  });
  return LANE_IDS.map((id, lane) => ({
    id,
    kinds: MARK_LANES[id],
    total: MARK_LANES[id].reduce((sum, kind) => sum + (counts[kind] ?? 0), 0),
    marks: marks[lane]!,
  })).filter(({ id, total }) => total > 0 || (id !== "vmx" && (virtualized || !OF_VMM.has(id))));
}

/** Events looked at on the way to a mark. */
const NEAR = 4096;

/** Where and when a position is. */
export function timelinePoint(source: TimelineSource, axis: TimelineAxis, at: number): TimelinePoint {
  const { log, index, strategy, lastStep, lastTick } = source;
  index.update();
  const position = Math.max(0, Math.min(Math.round(at), axis === "step" ? lastStep : lastTick));
  // By ticks, a position is where that many instructions have ended first.
  const next = index.firstAt(axis, axis === "step" ? position + 1 : position);
  const place = index.placeBefore(next);
  const anchor = next > 0 ? log.at(next - 1) : { step: 0, tick: 0 };
  const after = next < log.length ? log.at(next) : { step: lastStep, tick: lastTick };
  const counts = source.countAll || !isVmm(place);
  let step = position;
  let tick = position;
  if (axis === "step") tick = counts ? Math.min(after.tick, anchor.tick + (position - anchor.step)) : anchor.tick;
  else step = counts ? Math.min(after.step, anchor.step + (position - anchor.tick)) : after.step;
  return {
    step,
    tick,
    ...sitterAt(strategy, place),
    previousMark: nearestMark(log, log.firstAt(step) - 1, -1),
    nextMark: nearestMark(log, log.firstAt(step + 1), 1),
  };
}

function nearestMark(log: EventLog, from: number, direction: 1 | -1): number | null {
  for (let i = from, left = NEAR; i >= 0 && i < log.length && left > 0; i += direction, left--) {
    if (LANE_OF[log.kindNumberAt(i)]! >= 0) return log.stepAt(i);
  }
  return null;
}
