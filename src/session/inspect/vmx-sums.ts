import { EXIT_CYCLES } from "../../cpu/vmx/cycles.ts";
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
  /** Cycles that these exits took, with what went on outside of the guest until the entry after each, in all up to and with each of `indices`. */
  readonly cycles: number[];
}

/** Entries, exits and failures of a log, taken further as it grows. Places in the log are ascending. */
export class VmxSums {
  readonly byReason = new Map<number, ExitsOfReason>();
  /** VM exits, and entries that failed after their checks: what ends in the host's state. */
  readonly exits: number[] = [];
  readonly entries: number[] = [];
  readonly failures: number[] = [];
  /** Those of `exits` that are failed entries. */
  readonly failedEntries: number[] = [];
  /** Cycles from entry to exit, in all up to and with each of `exits`. */
  readonly guestCycles: number[] = [];
  /** Cycles from exit to entry, in all up to and with each of `entries`. */
  readonly rootCycles: number[] = [];
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
        if (log.bAt(index) >= 0) continue;
        this.failedEntries.push(index);
        this.leave(index, log.bAt(index) & EXIT_REASON_BASIC, log.cyclesAt(index));
      }
    }
    if (this.seen > 0) this.lastSeenStep = log.stepAt(this.seen - 1);
  }

  private enter(index: number, cycles: number): void {
    this.entries.push(index);
    const { last } = this;
    const spent = last === null || last.entered ? 0 : cycles - last.cycles;
    this.rootCycles.push((this.rootCycles.at(-1) ?? 0) + spent);
    if (last?.reason) last.reason.cycles[last.reason.cycles.length - 1]! += spent;
    this.last = { entered: true, cycles, reason: null };
  }

  private leave(index: number, basic: number, cycles: number): void {
    let kept = this.byReason.get(basic);
    if (kept === undefined) {
      kept = { indices: [], cycles: [] };
      this.byReason.set(basic, kept);
    }
    kept.indices.push(index);
    kept.cycles.push(kept.cycles.at(-1) ?? 0);
    this.exits.push(index);
    const { last } = this;
    const at = last?.entered ? Math.max(last.cycles, cycles - EXIT_CYCLES) : cycles;
    this.guestCycles.push((this.guestCycles.at(-1) ?? 0) + (last?.entered ? at - last.cycles : 0));
    this.last = { entered: false, cycles: at, reason: kept };
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
