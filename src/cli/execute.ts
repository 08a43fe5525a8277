import { Session } from "../session/session.ts";
import type { LoadedProgram, LoadRequest, LoadResult, RunUntil, StopCause, StopReason } from "../session/types.ts";
import { diagnosticText, filesOf } from "./diagnostics.ts";
import { BadInput } from "./errors.ts";
import type { Io } from "./io.ts";
import type { OpenedProgram } from "./program.ts";
import { type Language, say } from "./text.ts";
import { labelAddress, type Until } from "./until.ts";

/** Steps between two looks at what has happened. */
const SLICE = 500_000;

/** Throws the reasons why a program was not loaded. */
export function refuseProblem(
  result: Extract<LoadResult, { ok: false }>,
  opened: Pick<OpenedProgram, "name" | "spec" | "shownPath">,
  language: Language,
): never {
  const details = diagnosticText(result.diagnostics, filesOf(opened.spec), opened.shownPath, language);
  throw new BadInput(`${opened.name}: ${say(result.problem, language)}`, details);
}

/** A session with the program in it; warnings of the assembler go to standard error. */
export function startSession(
  request: LoadRequest,
  opened: Pick<OpenedProgram, "name" | "spec" | "shownPath">,
  language: Language,
  io: Io,
): { readonly session: Session; readonly program: LoadedProgram } {
  const session = new Session();
  const result = session.load(request);
  if (!result.ok) refuseProblem(result, opened, language);
  io.err(diagnosticText(result.diagnostics, filesOf(opened.spec), opened.shownPath, language));
  return { session, program: result.program };
}

/** Why a run has ended, and the breakpoints that ended it. */
export interface Ended {
  readonly cause: StopCause;
  readonly stops: readonly StopReason[];
}

/**
 * Runs forward until the place, the end, or the budget. Before the first step, a place given by address counts too if
 * the guest stands there. `afterSlice` is called every so often, and once at the end.
 */
export async function runForward(
  session: Session,
  program: LoadedProgram,
  until: Until | null,
  maxSteps: number,
  afterSlice: (done: boolean) => Promise<void> = async () => {},
): Promise<Ended> {
  const place = placeOf(until, program);
  if (place !== null && session.view().current !== "vmm" && session.view().next.linear === place) {
    await afterSlice(true);
    return { cause: "until", stops: [] };
  }
  if (until?.kind === "exit" && !session.inspect({ kind: "vmcs", pointer: null, changes: false }).available) {
    throw new BadInput(
      "there are no VM exits: the processor has no VT-x; a program asks for it by `; processor: vt-x` in its header",
    );
  }
  const { times = 1, ...end } = until ?? { times: 1 };
  const last = session.view().step + maxSteps;
  for (let left = times; ; left--) {
    const { step } = session.view();
    const wanted = until === null ? null : (end as RunUntil);
    session.begin({ kind: "run", direction: "forward", until: wanted, maxSteps: Math.max(0, last - step) });
    for (;;) {
      const { done, cause, stops } = session.advance(SLICE);
      const isLast = done && (cause !== "until" || left <= 1);
      await afterSlice(isLast);
      if (isLast) return { cause, stops: stops ?? [] };
      if (done) break;
    }
  }
}

/** The address that a label or address names, checked; null for other ends. */
function placeOf(until: Until | null, program: LoadedProgram): number | null {
  if (until?.kind === "label") return labelAddress(until.name, program, `--until label:${until.name}`);
  return until?.kind === "address" ? until.address : null;
}
