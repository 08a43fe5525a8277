import { EVENT_KIND_LIST, type EventKind, type EventSink, type MachineEvent } from "../machine/events.ts";
import type { Machine } from "../machine/machine.ts";

/** An event as the log gives it back. */
export interface LoggedEvent extends MachineEvent {
  readonly index: number;
  readonly step: number;
  readonly tick: number;
  readonly cycles: number;
}

/** Events kept in full; later ones are only counted. */
export const EVENT_LIMIT = 2_000_000;
const CHUNK = 4096;

/** Numbers of an event beside step, tick and cycles, in the order of the columns. */
const FIELDS = 10;

interface Chunk {
  readonly steps: Float64Array;
  readonly ticks: Float64Array;
  readonly cycles: Float64Array;
  readonly fields: Int32Array;
}

/**
 * The events of a run, in columns. Replaying what has been recorded already adds nothing: an event counts only beyond
 * the furthest step recorded.
 */
export class EventLog implements EventSink {
  private readonly machine: Machine;
  private readonly chunks: Chunk[] = [];
  private readonly reasons: string[] = [];
  private readonly reasonIndex = new Map<string, number>();
  private readonly counts = new Int32Array(EVENT_KIND_LIST.length);
  length = 0;
  /** Events beyond EVENT_LIMIT. */
  dropped = 0;
  /** Events at steps up to this one are in the log. */
  private recordedThrough = -1;

  constructor(machine: Machine) {
    this.machine = machine;
  }

  record(event: MachineEvent): void {
    const { machine } = this;
    if (machine.steps <= this.recordedThrough) return;
    const kind = EVENT_KIND_LIST.indexOf(event.kind);
    this.counts[kind]!++;
    if (this.length >= EVENT_LIMIT) {
      this.dropped++;
      return;
    }
    const at = this.length % CHUNK;
    if (at === 0) this.chunks.push(newChunk());
    const chunk = this.chunks[this.chunks.length - 1]!;
    chunk.steps[at] = machine.steps;
    chunk.ticks[at] = machine.ticks;
    chunk.cycles[at] = machine.cycles;
    const levels = event.cplBefore | (event.cplAfter << 2) | (event.tenant << 4);
    const reason = this.reasonNumber(event.reason);
    chunk.fields.set(
      [kind, levels, event.eip, event.row, event.vector, event.errorCode, event.a, event.b, reason],
      at * FIELDS,
    );
    this.length++;
  }

  /** Everything up to this step has been simulated: replaying it records nothing. */
  closeStep(step: number): void {
    this.recordedThrough = Math.max(this.recordedThrough, step);
  }

  private reasonNumber(reason: string): number {
    let number = this.reasonIndex.get(reason);
    if (number === undefined) {
      number = this.reasons.push(reason) - 1;
      this.reasonIndex.set(reason, number);
    }
    return number;
  }

  at(index: number): LoggedEvent {
    const chunk = this.chunks[Math.floor(index / CHUNK)]!;
    const at = index % CHUNK;
    const f = chunk.fields;
    const o = at * FIELDS;
    const levels = f[o + 1]!;
    return {
      index,
      step: chunk.steps[at]!,
      tick: chunk.ticks[at]!,
      cycles: chunk.cycles[at]!,
      kind: EVENT_KIND_LIST[f[o]!]!,
      cplBefore: levels & 3,
      cplAfter: (levels >> 2) & 3,
      tenant: levels >> 4,
      eip: f[o + 2]!,
      row: f[o + 3]!,
      vector: f[o + 4]!,
      errorCode: f[o + 5]!,
      a: f[o + 6]!,
      b: f[o + 7]!,
      reason: this.reasons[f[o + 8]!]!,
    };
  }

  stepAt(index: number): number {
    return this.chunks[Math.floor(index / CHUNK)]!.steps[index % CHUNK]!;
  }

  kindAt(index: number): EventKind {
    return EVENT_KIND_LIST[this.chunks[Math.floor(index / CHUNK)]!.fields[(index % CHUNK) * FIELDS]!]!;
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
    for (let i = end; i < this.length; i++) this.counts[EVENT_KIND_LIST.indexOf(this.kindAt(i))]!--;
    this.length = end;
    this.chunks.length = Math.ceil(end / CHUNK);
    this.dropped = 0;
    this.recordedThrough = step;
  }

  /** How many events of each kind there are up to `throughStep`; all that were counted without it. */
  countsByKind(throughStep = Number.POSITIVE_INFINITY): Partial<Record<EventKind, number>> {
    const counts = this.counts.slice();
    for (let i = this.firstAt(throughStep + 1); i < this.length; i++) {
      counts[EVENT_KIND_LIST.indexOf(this.kindAt(i))]!--;
    }
    const result: Partial<Record<EventKind, number>> = {};
    EVENT_KIND_LIST.forEach((kind, i) => {
      if (counts[i]! > 0) result[kind] = counts[i]!;
    });
    return result;
  }
}

function newChunk(): Chunk {
  return {
    steps: new Float64Array(CHUNK),
    ticks: new Float64Array(CHUNK),
    cycles: new Float64Array(CHUNK),
    fields: new Int32Array(CHUNK * FIELDS),
  };
}
