import { FLAG_RF } from "../../src/cpu/registers.ts";
import { ROWS } from "../../src/isa/rows.ts";
import type { TimedInput } from "../../src/machine/machine.ts";
import type { Memory } from "../../src/machine/memory.ts";
import { buildSide, EquivalenceCheck } from "../../src/session/equivalence.ts";
import type { Difference } from "../../src/session/types.ts";
import { bareMetal } from "../../src/vmm/bare-metal/strategy.ts";
import { OPTIONS, type OptionId } from "../../src/vmm/vtx/options.ts";
import { vtx } from "../../src/vmm/vtx/strategy.ts";
import { type Guest, placeGuest } from "./guest.ts";
import { GUEST_BYTES } from "./layout.ts";
import { Random } from "./random.ts";

const TICKS = 1200;
/** What a guest may tell by, and what only takes time. */
const LEFT_OUT: ReadonlySet<OptionId> = new Set(["tsc-offset", "single-step"]);
const OTHERS = OPTIONS.map(({ id }) => id).filter((id) => id !== "shadow-paging" && !LEFT_OUT.has(id));

/** EPT and shadow paging by turns, and some of the other switches. */
export function vtxOptionsFor(seed: number): OptionId[] {
  const random = new Random(seed + 0x60000000);
  const some = random.oneIn(3) ? [] : OTHERS.filter(() => random.oneIn(3));
  return seed % 2 === 0 ? some : ["shadow-paging", ...some];
}

/**
 * RF in the frame of a single step between two iterations of REP. Where a page fault of the shadow gets in the way of its
 * delivery, the exit saves RF as set for that fault (SDM Vol. 3C, 28.3.3), and no VMM can tell what it was.
 */
function isResumeFlag({ row, items }: Difference): boolean {
  const repeated = row !== null && ROWS[row as keyof typeof ROWS].rep !== null;
  return (
    repeated &&
    items.every(({ what, left, right }) => /^memory/.test(what) && (Number(left) ^ Number(right)) === FLAG_RF)
  );
}

/** Switches that a person turns in the middle of the run, those of what pages memory and the single step too. */
export function turnsFor(seed: number, ticks = TICKS): TimedInput[] {
  const random = new Random(seed + 0x70000000);
  const live = OPTIONS.map(({ id }) => id).filter((id) => id !== "tsc-offset");
  const on = new Set<OptionId>(vtxOptionsFor(seed));
  const times = Array.from({ length: random.between(1, 12) }, () => random.below(random.oneIn(2) ? 300 : ticks));
  return times
    .sort((a, b) => a - b)
    .map((tick) => {
      const option = random.oneIn(3) ? "shadow-paging" : live[random.below(live.length)]!;
      if (!on.delete(option)) on.add(option);
      return { tick, event: { kind: "set-option", option, on: on.has(option) } };
    });
}

/** As `runVtx`, with switches that are turned on the way. */
export function runTurned(seed: number, guest: Guest, ticks = TICKS): string {
  return runVtx(seed, { ...guest, inputs: [...guest.inputs, ...turnsFor(seed, ticks)] }, ticks);
}

/** Runs a guest bare and under VT-x in lockstep; returns how it ended. There is no instruction at which they may part. */
export function runVtx(seed: number, guest: Guest, ticks = TICKS): string {
  const place = (memory: Memory) => placeGuest(guest, memory);
  const setup = { memoryBytes: GUEST_BYTES, whatIf: [], place };
  const options = vtxOptionsFor(seed);
  const check = new EquivalenceCheck(
    buildSide(bareMetal, setup, guest.inputs),
    buildSide(vtx, { ...setup, options }, guest.inputs),
    null,
  );
  check.advance(ticks);
  const { difference, exempt, leftOutcome } = check.result();
  if (difference && isResumeFlag(difference)) return "resume-flag";
  if (difference) throw new Error(JSON.stringify({ options, ...difference }));
  return exempt.find(({ kind }) => kind !== "accessed-dirty")?.kind ?? `equivalent, ${leftOutcome}`;
}
