import { EVENT_KIND_LIST } from "../machine/events.ts";
import type { EventColumns, EventLog } from "../recorder/event-log.ts";
import { moves, type Place, placeAfter, STAYS, stayOf } from "./places.ts";

/** What a position in a run is counted by. */
export type TimelineAxis = "step" | "tick";

const KINDS = EVENT_KIND_LIST.length;
/** Events in a block: what lies between two blocks' beginnings is looked at one by one. */
const BLOCK_SHIFT = 5;
const BLOCK = 1 << BLOCK_SHIFT;

/** Events of some kinds in a stretch of the run. */
export interface Tally {
  count: number;
  /** Place in the log of the first; -1 if there is none. */
  first: number;
}

/** No event of that kind in the block. */
const NONE = 255;

/**
 * Sums over the event log up to the beginning of every block, so that what lies between any two positions is a difference
 * of sums: a stretch of a run of a million events is summed up in a moment. The log grows at its end, and what was cut
 * off it is forgotten here too.
 */
export class TimelineIndex {
  private readonly log: EventLog;
  /** Blocks that are summed up: all of their events are there, and one beyond. */
  private blocks = 0;
  /** By block and stay, how far the run went there before the block's first event. One block more than there are. */
  private steps = new Float64Array(STAYS);
  private ticks = new Float64Array(STAYS);
  /** By block and kind, how many events come before it. One block more than there are. */
  private counts = new Int32Array(KINDS);
  /** By block, the place just before its first event. One block more than there are. */
  private places = new Uint8Array(1);
  /** By block and kind, which of its events is the first of the kind, or NONE. */
  private firsts = new Uint8Array(0);

  private readonly columns: EventColumns = {
    steps: new Float64Array(BLOCK + 1),
    ticks: new Float64Array(BLOCK + 1),
    kinds: new Uint8Array(BLOCK + 1),
    rings: new Uint8Array(BLOCK + 1),
    domains: new Uint8Array(BLOCK + 1),
  };

  /** `start`: where the run begins. */
  constructor(log: EventLog, start: Place) {
    this.log = log;
    this.places[0] = start;
  }

  /** Takes in what has been logged since. A block counts once an event beyond it is there. */
  update(): void {
    const { log } = this;
    const whole = (length: number) => Math.max(0, Math.floor((length - 1) / BLOCK));
    this.blocks = Math.min(this.blocks, whole(log.takeCut()));
    const wanted = whole(log.length);
    if (wanted > this.firsts.length / KINDS) this.grow(wanted);
    while (this.blocks < wanted) this.sumUp();
  }

  private grow(wanted: number): void {
    const room = Math.max(wanted, Math.ceil((this.firsts.length / KINDS) * 1.5), 64);
    this.steps = enlarged(this.steps, (room + 1) * STAYS);
    this.ticks = enlarged(this.ticks, (room + 1) * STAYS);
    this.counts = enlarged(this.counts, (room + 1) * KINDS);
    this.places = enlarged(this.places, room + 1);
    this.firsts = enlarged(this.firsts, room * KINDS);
  }

  /** Takes in one more block. */
  private sumUp(): void {
    const { log, steps, ticks, counts, firsts, blocks } = this;
    const p = (blocks + 1) * STAYS;
    const k = (blocks + 1) * KINDS;
    // Some numbers at a time: `copyWithin` would take longer.
    for (let i = p; i < p + STAYS; i++) {
      steps[i] = steps[i - STAYS]!;
      ticks[i] = ticks[i - STAYS]!;
    }
    for (let i = k; i < k + KINDS; i++) {
      counts[i] = counts[i - KINDS]!;
      firsts[i - KINDS] = NONE;
    }
    const { steps: atStep, ticks: atTick, kinds, rings, domains } = this.columns;
    log.copyInto(this.columns, blocks << BLOCK_SHIFT, BLOCK + 1);
    let place = this.places[blocks]!;
    // What is summed up begins with the run itself, and then where the block before has ended.
    let step = blocks === 0 ? 0 : atStep[0]!;
    let tick = blocks === 0 ? 0 : atTick[0]!;
    for (let i = 0; i <= BLOCK; i++) {
      const stay = stayOf(place);
      steps[p + stay]! += atStep[i]! - step;
      ticks[p + stay]! += atTick[i]! - tick;
      if (i === BLOCK) break;
      step = atStep[i]!;
      tick = atTick[i]!;
      const kind = kinds[i]!;
      if (firsts[k - KINDS + kind] === NONE) firsts[k - KINDS + kind] = i;
      counts[k + kind]!++;
      if (moves(kind)) place = placeAfter(place, kind, rings[i]!, domains[i]!);
    }
    this.places[blocks + 1] = place;
    this.blocks++;
  }

  /** The place after the event at `index`, which is of a kind (by number). */
  private placeAfter(place: Place, kind: number, index: number): Place {
    const { log } = this;
    return moves(kind) ? placeAfter(place, kind, log.cplAfterAt(index), log.domainAt(index)) : place;
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

  /** Where the processor is just before the event at `index`. */
  placeBefore(index: number): Place {
    const block = this.blockOf(index);
    let place = this.places[block]!;
    for (let i = block << BLOCK_SHIFT; i < index; i++) place = this.placeAfter(place, this.log.kindNumberAt(i), i);
    return place;
  }

  /** The block that an event lies in, or the end of the last one that is summed up. */
  private blockOf(index: number): number {
    return Math.min(index >> BLOCK_SHIFT, this.blocks);
  }

  /** Puts into `sums` how far the run went in each stay up to a position; `index` is the first event at or after it. */
  private sumTo(axis: TimelineAxis, position: number, index: number, sums: Float64Array): void {
    const { log } = this;
    const isStep = axis === "step";
    const block = this.blockOf(index);
    const first = block << BLOCK_SHIFT;
    sums.set((isStep ? this.steps : this.ticks).subarray(block * STAYS, (block + 1) * STAYS));
    let place = this.places[block]!;
    let at = 0;
    // What is summed up goes to the block's first event, which may lie behind the position already.
    if (block > 0) at = isStep ? log.stepAt(first) : log.tickAt(first);
    for (let i = first; i < index; i++) {
      const next = isStep ? log.stepAt(i) : log.tickAt(i);
      sums[stayOf(place)]! += next - at;
      at = next;
      place = this.placeAfter(place, log.kindNumberAt(i), i);
    }
    sums[stayOf(place)]! += position - at;
  }

  /** How far the run went in each stay between neighbouring `edges` (positions, ascending): `STAYS` numbers for each stretch. */
  spent(axis: TimelineAxis, edges: readonly number[]): Float64Array {
    const result = new Float64Array((edges.length - 1) * STAYS);
    let before = new Float64Array(STAYS);
    let sums = new Float64Array(STAYS);
    edges.forEach((edge, i) => {
      this.sumTo(axis, edge, this.firstAt(axis, edge), sums);
      if (i > 0) for (let p = 0; p < STAYS; p++) result[(i - 1) * STAYS + p] = sums[p]! - before[p]!;
      [before, sums] = [sums, before];
    });
    return result;
  }

  /** Puts into `sums` how many events of each group come before the one at `index`. */
  private countTo(index: number, groups: Int8Array, sums: Int32Array): void {
    const block = this.blockOf(index);
    sums.fill(0);
    for (let kind = 0; kind < KINDS; kind++) {
      const group = groups[kind]!;
      if (group >= 0) sums[group]! += this.counts[block * KINDS + kind]!;
    }
    for (let i = block << BLOCK_SHIFT; i < index; i++) {
      const group = groups[this.log.kindNumberAt(i)]!;
      if (group >= 0) sums[group]!++;
    }
  }

  /** Finds the first event of each tally that counts any, from the event at `index` on. */
  private findFirsts(index: number, groups: Int8Array, tallies: readonly Tally[]): void {
    const { log, firsts } = this;
    let missing = tallies.reduce((sum, { count }) => sum + (count > 0 ? 1 : 0), 0);
    const found = (group: number, at: number): void => {
      const tally = tallies[group];
      if (tally === undefined || tally.count === 0 || (tally.first >= 0 && tally.first <= at)) return;
      if (tally.first < 0) missing--;
      tally.first = at;
    };
    for (let i = index; missing > 0; ) {
      const block = i >> BLOCK_SHIFT;
      if ((i & (BLOCK - 1)) === 0 && block < this.blocks) {
        for (let kind = 0; kind < KINDS; kind++) {
          const first = firsts[block * KINDS + kind]!;
          if (first !== NONE) found(groups[kind]!, i + first);
        }
        i += BLOCK;
      } else {
        found(groups[log.kindNumberAt(i)]!, i);
        i++;
      }
    }
  }

  /**
   * Events by group between neighbouring `edges`; the last stretch takes its end in. `groups` has for each kind its
   * group, or -1. Calls `visit` for each stretch that has any; the tallies are good until the next call.
   */
  tally(
    axis: TimelineAxis,
    edges: readonly number[],
    groups: Int8Array,
    groupCount: number,
    visit: (bucket: number, tallies: readonly Tally[]) => void,
  ): void {
    const tallies = Array.from({ length: groupCount }, (): Tally => ({ count: 0, first: -1 }));
    let before = new Int32Array(groupCount);
    let sums = new Int32Array(groupCount);
    const last = edges.length - 2;
    let begin = this.firstAt(axis, edges[0]!);
    this.countTo(begin, groups, before);
    for (let bucket = 0; bucket <= last; bucket++) {
      const edge = edges[bucket + 1]!;
      const end = this.firstAt(axis, bucket === last ? edge + 1 : edge);
      if (end === begin) continue;
      this.countTo(end, groups, sums);
      tallies.forEach((tally, group) => {
        tally.count = sums[group]! - before[group]!;
        tally.first = -1;
      });
      this.findFirsts(begin, groups, tallies);
      visit(bucket, tallies);
      begin = end;
      [before, sums] = [sums, before];
    }
  }
}

function enlarged<A extends Float64Array | Int32Array | Uint8Array>(from: A, length: number): A {
  const to = new (from.constructor as new (length: number) => A)(length);
  to.set(from);
  return to;
}
