import type { Words } from "../../isa/types.ts";
import type { HypervisorDomain, LoggedHypercall } from "../../machine/hypervisor.ts";
import { reasonOf } from "../../recorder/words.ts";
import { sourcesOf } from "../domains.ts";
import type { SourcePlace } from "../program.ts";
import type { Run } from "../run.ts";
import type { Inspected } from "./index.ts";

export type { HypervisorDomain } from "../../machine/hypervisor.ts";

export type HypercallsAsk = Readonly<Record<never, never>>;

/** A hypercall with the way to its moment and to the line that made it. */
export interface HypercallLine extends Omit<LoggedHypercall, "refusal"> {
  /** Why it, or the last part of it that failed, was refused. */
  readonly refusal: Words | null;
  /** The step at which it was done; null where the log of events does not have it. */
  readonly step: number | null;
  readonly source: SourcePlace | null;
}

export interface HypercallsAnswer {
  /** Null: the guest calls no hypervisor. */
  readonly hypercalls: {
    readonly domains: readonly HypervisorDomain[];
    /** How many there have been; the last of them follow, newest last. */
    readonly total: number;
    readonly calls: readonly HypercallLine[];
  } | null;
}

/** Events that are looked through for the moments of hypercalls. */
const MOST_EVENTS = 50_000;

/** The hypervisor's log of hypercalls at the present moment. */
export function inspectHypercalls({ run, program }: Inspected): HypercallsAnswer {
  const view = run.computer.guest.hypervisor?.();
  if (view === undefined) return { hypercalls: null };
  const { total, calls } = view.history();
  const steps = stepsOf(run, calls);
  return {
    hypercalls: {
      domains: view.domains,
      total,
      calls: calls.map((call, i) => ({
        ...call,
        refusal: refusalWords(run, call),
        step: steps[i]!,
        source: sourceOf({ run, program }, call),
      })),
    },
  };
}

/** The line that called. */
function sourceOf({ program }: Inspected, { domain, eip }: LoggedHypercall): SourcePlace | null {
  // Behind a call that does not come back another line may begin.
  return sourcesOf(program, domain)?.at((eip - 1) >>> 0) ?? null;
}

function refusalWords({ strategy }: Run, { refusal, eip }: LoggedHypercall): Words | null {
  if (refusal === null) return null;
  const { reason, a, b } = refusal;
  const nothing = { tenant: 0, cplBefore: 1, cplAfter: 1, row: -1, vector: -1, errorCode: -1 };
  return reasonOf({ kind: "hypercall", ...nothing, eip, a, b, reason }, strategy);
}

/** When each was done: the last hypercall events up to the present are those of the log, one by one. */
function stepsOf({ log, step }: Run, calls: readonly LoggedHypercall[]): (number | null)[] {
  const steps: (number | null)[] = calls.map(() => null);
  if (log.dropped > 0) return steps;
  let next = calls.length - 1;
  const last = log.firstAt(step + 1) - 1;
  for (let index = last; index >= 0 && next >= 0 && last - index < MOST_EVENTS; index--) {
    if (log.kindAt(index) !== "hypercall") continue;
    if (log.tickAt(index) !== calls[next]!.tick) break;
    steps[next--] = log.stepAt(index);
  }
  return steps;
}
