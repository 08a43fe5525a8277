import { Session } from "../../src/session/session.ts";
import type { StrategyId } from "../../src/session/types.ts";
import { programFiles } from "../programs/library.ts";

const BUDGET = 1_000_000;

/** Programs that do one thing over and over between their labels `measure` and `measured`. */
export const CROSSING = {
  "xen/system-calls.asm": { what: "system call", operations: 64 },
  "xen/page-faults.asm": { what: "page fault, filled by the kernel", operations: 64 },
  "xen/burst.asm": { what: "page-table update of a fork", operations: 256 },
  "xen/burst-multicall.asm": { what: "the same, by multicall", operations: 256 },
} as const;
export type Crossing = keyof typeof CROSSING;

/** What one operation takes. */
export interface PerOperation {
  /** Entries into the VMM. */
  readonly entries: number;
  readonly cycles: number;
}

/** Runs a program from `measure` to `measured` and divides by its operations. Throws if it does not come there. */
export function perOperation(main: Crossing, strategy: StrategyId): PerOperation {
  const session = new Session();
  const program = { kind: "source", main, files: programFiles } as const;
  const loaded = session.load({ program, strategy, memoryMiB: 16, whatIf: [], inputs: [] });
  if (!loaded.ok) throw new Error(`${main} under ${strategy}: ${loaded.problem.en}`);
  const [from, to] = ["measure", "measured"].map((name) => {
    session.begin({ kind: "run", direction: "forward", until: { kind: "label", name }, maxSteps: BUDGET });
    let slice = session.advance(BUDGET);
    while (!slice.done) slice = session.advance(BUDGET);
    if (slice.cause !== "until") throw new Error(`${main} under ${strategy} does not come to ${name}`);
    const { step, cycles } = session.view();
    const { trap = 0, callout = 0 } = session.eventCounts(step);
    return { entries: trap + callout, cycles };
  });
  const { operations } = CROSSING[main];
  return { entries: (to!.entries - from!.entries) / operations, cycles: (to!.cycles - from!.cycles) / operations };
}
