import { EXIT_REASON_BASIC } from "../../isa/vmx-exits.ts";
import { EVENT_KIND_LIST } from "../../machine/events.ts";
import type { EventLog } from "../../recorder/event-log.ts";

const EXIT = EVENT_KIND_LIST.indexOf("vm-exit");
const FAIL = EVENT_KIND_LIST.indexOf("vm-fail");
const ENTRY = EVENT_KIND_LIST.indexOf("vm-entry");

/** The exits of one reason so far. */
export interface ExitsOfReason {
  /** Places in the log, ascending. */
  readonly indices: number[];
  /** Cycles from these exits to the entry after each. */
  cycles: number;
}

/** Entries, exits and failures of a log, taken further as it grows. Places in the log are ascending. */
export class VmxSums {
  readonly byReason = new Map<number, ExitsOfReason>();
  /** VM exits, and entries that failed after their checks: what ends in the host's state. */
  readonly exits: number[] = [];
  readonly entries: number[] = [];
  readonly failures: number[] = [];
  guestCycles = 0;
  rootCycles = 0;
  private seen = 0;
  private lastSeenStep = -1;
  /** The last entry or exit. */
  private last: { readonly entered: boolean; readonly cycles: number; readonly reason: ExitsOfReason | null } | null =
    null;

  /** Whether the log still begins with what has been summed. */
  fits(log: EventLog): boolean {
    return log.length >= this.seen && (this.seen === 0 || log.stepAt(this.seen - 1) === this.lastSeenStep);
  }

  take(log: EventLog): void {
    for (; this.seen < log.length; this.seen++) {
      const index = this.seen;
      const kind = log.kindNumberAt(index);
      if (kind === ENTRY) this.enter(index, log.cyclesAt(index));
      else if (kind === EXIT) this.leave(index, log.bAt(index) & EXIT_REASON_BASIC, log.cyclesAt(index));
      else if (kind === FAIL) {
        this.failures.push(index);
        // Bit 31 of the exit reason: the host's state has been loaded.
        if (log.bAt(index) < 0) this.leave(index, log.bAt(index) & EXIT_REASON_BASIC, log.cyclesAt(index));
      }
    }
    if (this.seen > 0) this.lastSeenStep = log.stepAt(this.seen - 1);
  }

  private enter(index: number, cycles: number): void {
    this.entries.push(index);
    const { last } = this;
    if (last !== null && !last.entered) {
      this.rootCycles += cycles - last.cycles;
      last.reason!.cycles += cycles - last.cycles;
    }
    this.last = { entered: true, cycles, reason: null };
  }

  private leave(index: number, basic: number, cycles: number): void {
    let kept = this.byReason.get(basic);
    if (kept === undefined) {
      kept = { indices: [], cycles: 0 };
      this.byReason.set(basic, kept);
    }
    kept.indices.push(index);
    this.exits.push(index);
    if (this.last?.entered) this.guestCycles += cycles - this.last.cycles;
    this.last = { entered: false, cycles, reason: kept };
  }
}

const known = new WeakMap<EventLog, VmxSums>();

/** The sums over a log as it is now. Each event is looked at once, however often this is asked. */
export function vmxSums(log: EventLog): VmxSums {
  let sums = known.get(log);
  if (!sums?.fits(log)) {
    sums = new VmxSums();
    known.set(log, sums);
  }
  sums.take(log);
  return sums;
}

/** How many of `places` (ascending) lie before `end`. */
export function countBefore(places: readonly number[], end: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (places[middle]! < end) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The last of `places` before `end`, or null. */
export function lastBefore(places: readonly number[], end: number): number | null {
  return places[countBefore(places, end) - 1] ?? null;
}
