import { EVENT_KIND_LIST, type EventKind } from "../machine/events.ts";
import type { EventLog } from "../recorder/event-log.ts";

/** What a position in a run is counted by. */
export type TimelineAxis = "step" | "tick";

export const RINGS = 4;
const KINDS = EVENT_KIND_LIST.length;
/** Events in a block: what is summed up is not looked at one by one. */
const BLOCK = 128;

/** Kinds whose privilege levels are the processor's own, and which change who runs. */
const PHYSICAL: ReadonlySet<EventKind> = new Set([
  "exception",
  "software-interrupt",
  "interrupt",
  "trap",
  "resume",
  "ring",
]);
export const IS_PHYSICAL = Uint8Array.from(EVENT_KIND_LIST, (kind) => (PHYSICAL.has(kind) ? 1 : 0));

/** What the events of one block come to. */
interface Block {
  /** The real ring just before its first event. */
  readonly ring: number;
  /** By ring, how far the run went from this block's first event to the next block's. */
  readonly steps: Float64Array;
  readonly ticks: Float64Array;
  /** By kind, how many there are, and the place in the block of the first (or -1). */
  readonly counts: Uint16Array;
  readonly firsts: Int16Array;
}

/** Events of some kinds in a stretch of the run. */
export interface Tally {
  count: number;
  /** Place in the log of the first; -1 if there is none. */
  first: number;
}

/**
 * Sums over the event log, block by block, so that any stretch of a run of a million events is summed up in a moment. The
 * log grows at its end, and what was cut off it is forgotten here too.
 */
export class TimelineIndex {
  private readonly log: EventLog;
  private readonly blocks: Block[] = [];
  /** The ring after the last block. */
  private ring = 0;

  constructor(log: EventLog) {
    this.log = log;
  }

  /** Takes in what has been logged since. A block counts once an event beyond it is there. */
  update(): void {
    const { log, blocks } = this;
    this.forgetFrom(log.takeCut());
    while (log.length > (blocks.length + 1) * BLOCK) blocks.push(this.sumUp(blocks.length * BLOCK));
  }

  /** Forgets the sums over what follows the first `length` events. */
  private forgetFrom(length: number): void {
    const kept = Math.max(0, Math.ceil(length / BLOCK) - 1);
    if (kept >= this.blocks.length) return;
    this.ring = this.blocks[kept]!.ring;
    this.blocks.length = kept;
  }

  private sumUp(first: number): Block {
    const { log } = this;
    const before = this.ring;
    const steps = new Float64Array(RINGS);
    const ticks = new Float64Array(RINGS);
    const counts = new Uint16Array(KINDS);
    const firsts = new Int16Array(KINDS).fill(-1);
    let { ring } = this;
    let step = log.stepAt(first);
    let tick = log.tickAt(first);
    for (let i = first; i < first + BLOCK; i++) {
      const kind = log.kindNumberAt(i);
      if (firsts[kind]! < 0) firsts[kind] = i - first;
      counts[kind]!++;
      if (IS_PHYSICAL[kind] === 1) ring = log.cplAfterAt(i);
      const nextStep = log.stepAt(i + 1);
      const nextTick = log.tickAt(i + 1);
      steps[ring]! += nextStep - step;
      ticks[ring]! += nextTick - tick;
      step = nextStep;
      tick = nextTick;
    }
    this.ring = ring;
    return { ring: before, steps, ticks, counts, firsts };
  }

  /** Place in the log of the first event at or after a position. */
  firstAt(axis: TimelineAxis, position: number): number {
    const { log } = this;
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

  /** The real ring just before the event at `index`. */
  ringBefore(index: number): number {
    const block = Math.min(Math.floor(index / BLOCK), this.blocks.length);
    let ring = this.blocks[block]?.ring ?? this.ring;
    for (let i = block * BLOCK; i < index; i++) {
      if (IS_PHYSICAL[this.log.kindNumberAt(i)] === 1) ring = this.log.cplAfterAt(i);
    }
    return ring;
  }

  /**
   * How far the run went in each ring between neighbouring `edges` (positions, ascending): `RINGS` numbers for each
   * stretch.
   */
  spent(axis: TimelineAxis, edges: readonly number[]): Float64Array {
    const { log, blocks } = this;
    const at = (index: number) => (axis === "step" ? log.stepAt(index) : log.tickAt(index));
    const result = new Float64Array((edges.length - 1) * RINGS);
    let i = this.firstAt(axis, edges[0]!);
    let ring = this.ringBefore(i);
    let position = edges[0]!;
    for (let bucket = 0; bucket + 1 < edges.length; bucket++) {
      const end = this.firstAt(axis, edges[bucket + 1]!);
      const o = bucket * RINGS;
      while (i < end) {
        const block = i % BLOCK === 0 && i + BLOCK < end ? blocks[i / BLOCK] : undefined;
        result[o + ring]! += at(i) - position;
        if (block) {
          const sums = axis === "step" ? block.steps : block.ticks;
          for (let r = 0; r < RINGS; r++) result[o + r]! += sums[r]!;
          i += BLOCK;
          ring = blocks[i / BLOCK]?.ring ?? this.ring;
        } else {
          if (IS_PHYSICAL[log.kindNumberAt(i)] === 1) ring = log.cplAfterAt(i);
          i++;
        }
        position = block ? at(i) : at(i - 1);
      }
      result[o + ring]! += edges[bucket + 1]! - position;
      position = edges[bucket + 1]!;
    }
    return result;
  }

  /**
   * Events by group between neighbouring `edges`; the last stretch takes its end in. `groups` has for each kind its
   * group, or -1. Calls `visit` for each stretch; the tallies are good until the next call.
   */
  tally(
    axis: TimelineAxis,
    edges: readonly number[],
    groups: Int8Array,
    groupCount: number,
    visit: (bucket: number, tallies: readonly Tally[]) => void,
  ): void {
    const { log, blocks } = this;
    const tallies = Array.from({ length: groupCount }, (): Tally => ({ count: 0, first: -1 }));
    const last = edges.length - 2;
    let i = this.firstAt(axis, edges[0]!);
    for (let bucket = 0; bucket <= last; bucket++) {
      const edge = edges[bucket + 1]!;
      const end = this.firstAt(axis, bucket === last ? edge + 1 : edge);
      if (i === end) continue;
      for (const tally of tallies) {
        tally.count = 0;
        tally.first = -1;
      }
      while (i < end) {
        const block = i % BLOCK === 0 && i + BLOCK <= end ? blocks[i / BLOCK] : undefined;
        if (block) {
          for (let kind = 0; kind < KINDS; kind++) {
            const tally = tallies[groups[kind]!];
            const count = block.counts[kind]!;
            if (tally === undefined || count === 0) continue;
            const first = i + block.firsts[kind]!;
            if (tally.first < 0 || first < tally.first) tally.first = first;
            tally.count += count;
          }
          i += BLOCK;
        } else {
          const tally = tallies[groups[log.kindNumberAt(i)]!];
          if (tally !== undefined) {
            if (tally.first < 0) tally.first = i;
            tally.count++;
          }
          i++;
        }
      }
      visit(bucket, tallies);
    }
  }
}
