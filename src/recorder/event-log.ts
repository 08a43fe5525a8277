import { EVENT_KIND_LIST, type EventKind, type EventSink, type MachineEvent } from "../machine/events.ts";
import type { Machine } from "../machine/machine.ts";
import { GUEST_DOMAIN } from "../machine/tenant.ts";

/** An event as the log gives it back. */
export interface LoggedEvent extends MachineEvent {
  readonly index: number;
  readonly step: number;
  readonly tick: number;
  readonly cycles: number;
  /** The domain whose turn it was, where there are several; of a switch, the one that is next. */
  readonly domain: number;
}

/** Events kept in full; later ones are only counted. */
export const EVENT_LIMIT = 1_000_000;
const CHUNK_SHIFT = 12;
const CHUNK = 1 << CHUNK_SHIFT;
const IN_CHUNK = CHUNK - 1;

/** Step, tick and cycles, each as the distance from the chunk's first event. */
const TIMES = 3;
/** Words of an event: packed kinds and levels, packed vector and error code, EIP, a, b. */
const FIELDS = 5;

// The first word: kind 5 bits, CPL before 2, after 2, tenant 3, row + 1 in 11, reason 9.
const KIND_MASK = 31;
const BEFORE_SHIFT = 5;
const AFTER_SHIFT = 7;
const TENANT_SHIFT = 9;
const ROW_SHIFT = 12;
const ROW_MASK = 2047;
const REASON_SHIFT = 23;
// The second word: vector + 1 in 9 bits, error code + 1 in 17, domain 3.
const VECTOR_MASK = 511;
const ERROR_SHIFT = 9;
const ERROR_MASK = 0x1ffff;
const DOMAIN_SHIFT = 26;
const DOMAIN_MASK = 7;

interface Chunk {
  readonly step: number;
  readonly tick: number;
  readonly cycles: number;
  /** Distances; wider where events lie billions of steps apart. */
  times: Uint32Array | Float64Array;
  readonly fields: Int32Array;
  /** The third numbers; null while no event has one. */
  thirds: Int32Array | null;
  /** CS bases that are not 0, by place in the chunk. */
  readonly bases: Map<number, number>;
  /** Further numbers of those events that have some, by place in the chunk. */
  readonly more: Map<number, readonly number[]>;
}

/** Some events side by side: step, tick, kind by its place in EVENT_KIND_LIST, CPL after, domain. */
export interface EventColumns {
  readonly steps: Float64Array;
  readonly ticks: Float64Array;
  readonly kinds: Uint8Array;
  readonly rings: Uint8Array;
  readonly domains: Uint8Array;
}

/** Hears of every event as it happens, in a replay too. */
export type EventTap = (event: MachineEvent) => void;

/**
 * The events of a run, in columns. Replaying what has been recorded already adds nothing: an event counts only beyond
 * the furthest step recorded.
 */
export class EventLog implements EventSink {
  private readonly machine: Machine;
  private readonly chunks: Chunk[] = [];
  private readonly reasons: string[] = [];
  private readonly reasonIndex = new Map<string, number>();
  private readonly kindIndex = new Map<string, number>(EVENT_KIND_LIST.map((kind, i) => [kind, i]));
  private readonly counts = new Int32Array(EVENT_KIND_LIST.length);
  length = 0;
  /** Events beyond EVENT_LIMIT. */
  dropped = 0;
  /** The least length that it has been cut to since `takeCut` was called. */
  private cut = Number.POSITIVE_INFINITY;
  /** Events at steps up to this one are in the log. */
  private recordedThrough = -1;
  /** The domain whose turn it is after the last event that was recorded. */
  private domain = GUEST_DOMAIN;
  /** Whoever waits for an event, or null. */
  tap: EventTap | null = null;

  constructor(machine: Machine) {
    this.machine = machine;
  }

  wants(step: number): boolean {
    return this.tap !== null || step > this.recordedThrough;
  }

  record(event: MachineEvent): void {
    const { machine } = this;
    this.tap?.(event);
    if (machine.steps <= this.recordedThrough) return;
    const kind = this.kindIndex.get(event.kind)!;
    this.counts[kind]!++;
    if (event.kind === "domain") this.domain = event.a & DOMAIN_MASK;
    if (this.length >= EVENT_LIMIT) {
      this.dropped++;
      return;
    }
    const at = this.length % CHUNK;
    if (at === 0) this.chunks.push(newChunk(machine));
    const chunk = this.chunks[this.chunks.length - 1]!;
    this.putTimes(chunk, at * TIMES);
    const { fields } = chunk;
    const o = at * FIELDS;
    fields[o] =
      kind |
      (event.cplBefore << BEFORE_SHIFT) |
      (event.cplAfter << AFTER_SHIFT) |
      (event.tenant << TENANT_SHIFT) |
      ((event.row + 1) << ROW_SHIFT) |
      (this.reasonNumber(event.reason) << REASON_SHIFT);
    fields[o + 1] = (event.vector + 1) | ((event.errorCode + 1) << ERROR_SHIFT) | (this.domain << DOMAIN_SHIFT);
    fields[o + 2] = event.eip;
    fields[o + 3] = event.a;
    fields[o + 4] = event.b;
    if (event.c !== undefined) chunk.thirds ??= new Int32Array(CHUNK);
    if (chunk.thirds !== null) chunk.thirds[at] = event.c ?? 0;
    if (event.base) chunk.bases.set(at, event.base);
    else if (chunk.bases.size > 0) chunk.bases.delete(at);
    if (event.more !== undefined) chunk.more.set(at, event.more);
    else if (chunk.more.size > 0) chunk.more.delete(at);
    this.length++;
  }

  private putTimes(chunk: Chunk, o: number): void {
    const { machine } = this;
    const step = machine.steps - chunk.step;
    const tick = machine.ticks - chunk.tick;
    const cycles = machine.cycles - chunk.cycles;
    if (Math.max(step, tick, cycles) > 0xffffffff) chunk.times = Float64Array.from(chunk.times);
    chunk.times[o] = step;
    chunk.times[o + 1] = tick;
    chunk.times[o + 2] = cycles;
  }

  /** Everything up to this step has been simulated: replaying it records nothing. */
  closeStep(step: number): void {
    this.recordedThrough = Math.max(this.recordedThrough, step);
  }

  /** The present step goes on: events at it are recorded again, behind those that are there. */
  reopenStep(): void {
    this.recordedThrough = Math.min(this.recordedThrough, this.machine.steps - 1);
  }

  private reasonNumber(reason: string): number {
    let number = this.reasonIndex.get(reason);
    if (number === undefined) {
      number = this.reasons.push(reason) - 1;
      this.reasonIndex.set(reason, number);
    }
    return number;
  }

  private chunkOf(index: number): Chunk {
    return this.chunks[index >> CHUNK_SHIFT]!;
  }

  private wordAt(index: number): number {
    return this.chunkOf(index).fields[(index & IN_CHUNK) * FIELDS]!;
  }

  at(index: number): LoggedEvent {
    const chunk = this.chunkOf(index);
    const t = (index & IN_CHUNK) * TIMES;
    const f = chunk.fields;
    const o = (index & IN_CHUNK) * FIELDS;
    const word = f[o]!;
    const codes = f[o + 1]!;
    const third = chunk.thirds?.[index & IN_CHUNK] ?? 0;
    const base = chunk.bases.size > 0 ? chunk.bases.get(index & IN_CHUNK) : undefined;
    const more = chunk.more.size > 0 ? chunk.more.get(index & IN_CHUNK) : undefined;
    return {
      index,
      step: chunk.step + chunk.times[t]!,
      tick: chunk.tick + chunk.times[t + 1]!,
      cycles: chunk.cycles + chunk.times[t + 2]!,
      kind: EVENT_KIND_LIST[word & KIND_MASK]!,
      cplBefore: (word >> BEFORE_SHIFT) & 3,
      cplAfter: (word >> AFTER_SHIFT) & 3,
      tenant: (word >> TENANT_SHIFT) & 7,
      row: ((word >> ROW_SHIFT) & ROW_MASK) - 1,
      reason: this.reasons[word >>> REASON_SHIFT]!,
      vector: (codes & VECTOR_MASK) - 1,
      errorCode: ((codes >>> ERROR_SHIFT) & ERROR_MASK) - 1,
      domain: (codes >>> DOMAIN_SHIFT) & DOMAIN_MASK,
      eip: f[o + 2]!,
      a: f[o + 3]!,
      b: f[o + 4]!,
      ...(base !== undefined && { base }),
      ...(third !== 0 && { c: third }),
      ...(more !== undefined && { more }),
    };
  }

  /** The number `b` of an event, for those who look through a million. */
  bAt(index: number): number {
    return this.chunkOf(index).fields[(index & IN_CHUNK) * FIELDS + 4]!;
  }

  cyclesAt(index: number): number {
    const chunk = this.chunkOf(index);
    return chunk.cycles + chunk.times[(index & IN_CHUNK) * TIMES + 2]!;
  }

  stepAt(index: number): number {
    const chunk = this.chunkOf(index);
    return chunk.step + chunk.times[(index & IN_CHUNK) * TIMES]!;
  }

  tickAt(index: number): number {
    const chunk = this.chunkOf(index);
    return chunk.tick + chunk.times[(index & IN_CHUNK) * TIMES + 1]!;
  }

  cplAfterAt(index: number): number {
    return (this.wordAt(index) >> AFTER_SHIFT) & 3;
  }

  domainAt(index: number): number {
    return (this.chunkOf(index).fields[(index & IN_CHUNK) * FIELDS + 1]! >>> DOMAIN_SHIFT) & DOMAIN_MASK;
  }

  kindAt(index: number): EventKind {
    return EVENT_KIND_LIST[this.kindNumberAt(index)]!;
  }

  /** The kind by its place in EVENT_KIND_LIST, for those who look through a million. */
  kindNumberAt(index: number): number {
    return this.wordAt(index) & KIND_MASK;
  }

  /** Copies step, tick and the other facts of `count` events into columns, for those who look through a million. */
  copyInto(columns: EventColumns, from: number, count: number): void {
    for (let i = 0, index = from; i < count; i++, index++) {
      const chunk = this.chunkOf(index);
      const t = (index & IN_CHUNK) * TIMES;
      const o = (index & IN_CHUNK) * FIELDS;
      const word = chunk.fields[o]!;
      columns.steps[i] = chunk.step + chunk.times[t]!;
      columns.ticks[i] = chunk.tick + chunk.times[t + 1]!;
      columns.kinds[i] = word & KIND_MASK;
      columns.rings[i] = (word >> AFTER_SHIFT) & 3;
      columns.domains[i] = (chunk.fields[o + 1]! >>> DOMAIN_SHIFT) & DOMAIN_MASK;
    }
  }

  /** Index of the first event at or after `step`; `length` if there is none. */
  firstAt(step: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.stepAt(middle) < step) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Forgets what came after `step`: another future begins. */
  truncate(step: number): void {
    const end = this.firstAt(step + 1);
    this.counts.fill(0);
    for (let i = 0; i < end; i++) this.counts[this.wordAt(i) & KIND_MASK]!++;
    this.length = end;
    this.cut = Math.min(this.cut, end);
    this.chunks.length = Math.ceil(end / CHUNK);
    this.dropped = 0;
    this.domain = end === 0 ? GUEST_DOMAIN : this.domainAt(end - 1);
    this.recordedThrough = step;
  }

  /** For the one who keeps sums over the log: from which length on it is another than when last asked. */
  takeCut(): number {
    const { cut } = this;
    this.cut = Number.POSITIVE_INFINITY;
    return cut;
  }

  /** How many events of each kind there are up to `throughStep`; all that were counted without it. */
  countsByKind(throughStep = Number.POSITIVE_INFINITY): Partial<Record<EventKind, number>> {
    const counts = this.counts.slice();
    for (let i = this.firstAt(throughStep + 1); i < this.length; i++) counts[this.wordAt(i) & KIND_MASK]!--;
    const result: Partial<Record<EventKind, number>> = {};
    EVENT_KIND_LIST.forEach((kind, i) => {
      if (counts[i]! > 0) result[kind] = counts[i]!;
    });
    return result;
  }
}

function newChunk({ steps, ticks, cycles }: Machine): Chunk {
  return {
    step: steps,
    tick: ticks,
    cycles,
    times: new Uint32Array(CHUNK * TIMES),
    fields: new Int32Array(CHUNK * FIELDS),
    thirds: null,
    bases: new Map(),
    more: new Map(),
  };
}
