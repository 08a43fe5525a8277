import { EVENT_KIND_LIST, type EventKind } from "../machine/events.ts";
import type { EventLog } from "../recorder/event-log.ts";
import type { Seat, Strategy } from "../vmm/strategy.ts";
import { IS_PHYSICAL } from "./timeline-index.ts";
import type { Band, Timeline } from "./types.ts";

/** Who sits in a real ring: the VMM, or the guest whose deepest ring lies there. */
export function occupantOf(strategy: Strategy, ring: number): Seat["who"] {
  return (strategy.seats.find((seat) => seat.ring === ring) ?? strategy.seats[0]!).who;
}

/** The timeline of a run from its events, thinned to what a strip of pixels can show. */
export function timelineOf(
  log: EventLog,
  strategy: Strategy,
  lastStep: number,
  lastTick: number,
  maxBands: number,
  maxMarks: number,
): Timeline {
  return { lastStep, lastTick, bands: bandsOf(log, strategy, lastStep, maxBands), marks: marksOf(log, maxMarks) };
}

function bandsOf(log: EventLog, strategy: Strategy, lastStep: number, maxBands: number): Band[] {
  const first: Band = { step: 0, tick: 0, who: occupantOf(strategy, 0), ring: 0 };
  const bands = [first];
  const width = lastStep / maxBands;
  let nextBucket = 0;
  const bandAt = (index: number): Band => {
    const { step, tick, cplAfter } = log.at(index);
    return { step, tick, who: occupantOf(strategy, cplAfter), ring: cplAfter };
  };
  let pending = -1;
  for (let i = 0; i < log.length; i++) {
    if (IS_PHYSICAL[log.kindNumberAt(i)] === 0) continue;
    if (pending >= 0 && log.stepAt(i) >= nextBucket) {
      push(bands, bandAt(pending));
      nextBucket = log.stepAt(pending) + width;
    }
    pending = i;
  }
  if (pending >= 0) push(bands, bandAt(pending));
  return bands;
}

function push(bands: Band[], band: Band): void {
  const last = bands[bands.length - 1]!;
  if (last.who !== band.who || last.ring !== band.ring) bands.push(band);
}

function marksOf(log: EventLog, maxMarks: number): Timeline["marks"] {
  const counts = log.countsByKind();
  const kinds = Object.entries(counts).sort((a, b) => a[1] - b[1]);
  const stride = new Map<EventKind, number>();
  let room = maxMarks;
  kinds.forEach(([kind, count], i) => {
    const quota = Math.max(1, Math.floor(room / (kinds.length - i)));
    stride.set(kind as EventKind, Math.max(1, Math.ceil(count / quota)));
    room = Math.max(0, room - Math.min(count, quota));
  });
  const strides = Int32Array.from(EVENT_KIND_LIST, (kind) => stride.get(kind) ?? 1);
  /** How many of the kind there are until the next mark. */
  const left = new Int32Array(EVENT_KIND_LIST.length);
  const marks: { step: number; kind: EventKind; index: number }[] = [];
  for (let index = 0; index < log.length; index++) {
    const kind = log.kindNumberAt(index);
    if (left[kind]! === 0) {
      marks.push({ step: log.stepAt(index), kind: log.kindAt(index), index });
      left[kind] = strides[kind]!;
    }
    left[kind]!--;
  }
  return marks;
}
