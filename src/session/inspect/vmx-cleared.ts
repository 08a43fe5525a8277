import { rowIndex } from "../../isa/rows.ts";
import { VMCS_BYTES } from "../../isa/vmcs.ts";
import type { Run } from "../run.ts";
import { currentVmcs } from "./vmx-region.ts";
import { vmxSums } from "./vmx-sums.ts";

const VMCLEAR = rowIndex("vmclear_m64p");
/** Steps of the past that are gone through at one asking; the next one goes on. */
const MOST_STEPS = 200_000;
/** Entries that are looked through for the first by this VMCS. */
const MOST_ENTRIES = 1000;

/** How far a run's past has been searched for the first VMCLEAR of a region, and the step that had made it. */
interface Search {
  readonly key: string;
  through: number;
  found: number | null;
}
const searches = new WeakMap<Run, Search[]>();
const MOST_KEPT = 8;

/**
 * Whether the program has made a region its current VMCS, or entered a guest by it, without ever having had it cleared before:
 * what the processor does then is not defined (SDM Vol. 3C, 25.11.3), and the region does not tell. The past is replayed, once;
 * false as long as that has not come to an end, and of a VMM's regions.
 */
export function isNeverCleared(run: Run, pointer: number): boolean {
  if (!run.machine.countAll) return false;
  const entered = firstEntry(run, pointer);
  if (entered === null && currentVmcs(run) !== pointer) return false;
  const until = Math.min(run.step, entered ?? run.step);
  const search = searchOf(run, pointer);
  if (search.found === null && search.through < until) replay(run, pointer, search, until);
  return search.found === null ? search.through >= until : search.found > until;
}

/** Step of the first VM entry by a VMCS, up to the present; null if there is none. */
function firstEntry({ log, step }: Run, pointer: number): number | null {
  const { entries } = vmxSums(log);
  const end = log.firstAt(step + 1);
  for (const index of entries.slice(0, MOST_ENTRIES)) {
    if (index >= end) return null;
    if (log.bAt(index) >>> 0 === pointer) return log.stepAt(index);
  }
  return null;
}

function searchOf(run: Run, pointer: number): Search {
  const key = `${run.machine.recording} ${pointer}`;
  const list = searches.get(run) ?? [];
  const known = list.find((one) => one.key === key);
  if (known) return known;
  const search: Search = { key, through: 0, found: null };
  searches.set(run, [search, ...list].slice(0, MOST_KEPT));
  return search;
}

/** Goes through the stretches that have written the region's page; VMCLEAR is one of those who write there. */
function replay(run: Run, pointer: number, search: Search, until: number): void {
  const { machine, timeline, step: here } = run;
  const { cpu, memory } = machine;
  const page = pointer / VMCS_BYTES;
  let left = MOST_STEPS;
  for (const { from, to } of timeline.stretchesWriting(page).toReversed()) {
    if (to <= search.through) continue;
    const start = Math.max(from, search.through);
    const steps = Math.min(to, until) - start;
    if (steps <= 0 || left <= 0) break;
    timeline.seek(start);
    memory.observe([page], () => {
      // The step under way is counted when it has ended.
      if (cpu.lastRow === VMCLEAR) search.found ??= machine.steps + cpu.ended + 1;
    });
    timeline.forward(Math.min(steps, left));
    memory.unobserve([page]);
    left -= steps;
    search.through = run.step;
    if (search.found !== null) break;
  }
  if (search.found === null && left > 0) search.through = Math.max(search.through, until);
  if (run.step !== here) timeline.seek(here);
}
