import { ENTRY_CHECKS } from "../../cpu/vmx/vm-entry.ts";
import { ROW_LIST } from "../../isa/rows.ts";
import type { Words } from "../../isa/types.ts";
import type { LoggedEvent } from "../../recorder/event-log.ts";
import { reasonOf, titleOf } from "../../recorder/words.ts";
import { eventView } from "../events.ts";
import { failsToEnter } from "../vm-exits.ts";
import type { Inspected } from "./index.ts";
import { countBefore, lastBefore, vmxSums } from "./vmx-sums.ts";

/**
 * An instruction of VT-x or an entry that has failed. Where there is no current VMCS, everything else of VT-x fails by that:
 * then it is the first one of all of these.
 */
export interface VmxFailureView {
  readonly index: number;
  readonly step: number;
  readonly title: Words;
  readonly sentence: Words;
  /** The check, where it was one of them. */
  readonly check: string | null;
  /** It was VMLAUNCH or VMRESUME. */
  readonly entry: boolean;
  /** How many have followed from it, and the step of the last one. */
  readonly more: number;
  readonly lastStep: number;
  /** A VM entry has succeeded since. */
  readonly entered: boolean;
  readonly source: { readonly file: string; readonly line: number } | null;
}

/** For want of a current VMCS, or a VMPTRLD that leaves none. (VMXON that fails leaves #UD to the others.) */
function leavesNone({ b, row }: LoggedEvent): boolean {
  return b === 0 && ROW_LIST[row]?.mnemonic !== "vmxon";
}

/** The last failure up to the present step, or null. */
export function lastFailure({ run, program }: Inspected): VmxFailureView | null {
  const { log, strategy } = run;
  const { failures, entries } = vmxSums(log);
  const end = log.firstAt(run.step + 1);
  const last = countBefore(failures, end) - 1;
  const lastIndex = failures[last];
  if (lastIndex === undefined) return null;
  const entered = lastBefore(entries, end) ?? -1;
  const since = lastBefore(entries, lastIndex) ?? -1;
  let first = last;
  if (leavesNone(log.at(lastIndex))) {
    while (first > 0 && failures[first - 1]! > since && leavesNone(log.at(failures[first - 1]!))) first--;
  }
  const index = failures[first]!;
  const event = log.at(index);
  return {
    index,
    step: event.step,
    title: titleOf(event, strategy),
    sentence: reasonOf(event, strategy),
    check: event.a >= 0 ? (ENTRY_CHECKS[event.a]?.id ?? null) : null,
    entry: failsToEnter(event),
    more: last - first,
    lastStep: log.stepAt(lastIndex),
    entered: entered > lastIndex,
    source: eventView(run, event, program).source,
  };
}
