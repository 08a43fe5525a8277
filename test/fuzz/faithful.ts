import type { Memory } from "../../src/machine/memory.ts";
import { buildSide, EquivalenceCheck } from "../../src/session/equivalence.ts";
import type { Comparison } from "../../src/session/types.ts";
import { bareMetal } from "../../src/vmm/bare-metal/strategy.ts";
import { trapAndEmulate } from "../../src/vmm/trap-and-emulate/strategy.ts";
import { type Guest, placeGuest } from "./guest.ts";
import { GUEST_BYTES } from "./layout.ts";

const TICKS = 1000;

/** Runs a faithful guest bare and under trap-and-emulate in lockstep. */
export function runFaithful(guest: Guest, ticks = TICKS): Comparison {
  const setup = { memoryBytes: GUEST_BYTES, whatIf: [], place: (memory: Memory) => placeGuest(guest, memory) };
  const side = (strategy: typeof bareMetal) => buildSide(strategy, setup, guest.inputs);
  const check = new EquivalenceCheck(side(bareMetal), side(trapAndEmulate), null);
  check.advance(ticks);
  return check.result();
}
