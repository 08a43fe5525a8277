import type { Words } from "../isa/types.ts";
import { Session } from "../session/session.ts";
import { lacksVmx } from "../session/tools.ts";
import type { LoadedProgram, LoadRequest, LoadResult, RunUntil, StopCause, StopReason } from "../session/types.ts";
import { diagnosticText, filesOf } from "./diagnostics.ts";
import { BadInput } from "./errors.ts";
import type { Io } from "./io.ts";
import { DEFAULT_STRATEGY } from "./options.ts";
import type { OpenedProgram } from "./program.ts";
import { count, type Language, say } from "./text.ts";
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

const WANTS_VMX: Words = {
  en: `this program is a hypervisor and asks for a processor with VT-x; under this VMM the processor that it sees has none (run it on ${DEFAULT_STRATEGY})`,
  zh: `该程序是虚拟机监控器，需要带 VT-x 的处理器；在此 VMM 下，它看到的处理器没有 VT-x（应在 ${DEFAULT_STRATEGY} 上运行）`,
};

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
  if (lacksVmx(request)) io.err(`${opened.name}: ${say(WANTS_VMX, language)}\n`);
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

/** That a place did not come, with the exits that did where it is one; nothing for a number of steps or instructions, which is a bound. */
export function missedText(session: Session, until: Until, written: string): string {
  if (until.kind === "step" || until.kind === "tick") return "";
  return `--until ${written}: ${howMissed(session)}${until.kind === "exit" ? exitsSoFar(session) : ""}\n`;
}

/** How a run came by no place that it was to end at. */
export function howMissed(session: Session): string {
  const { step, outcome } = session.view();
  const how = outcome === "running" ? `within ${count(step)} steps` : `before the run ended at step ${count(step)}`;
  return `this did not come ${how}`;
}

/** The VM exits of a run, for who missed one. */
export function exitsSoFar(session: Session): string {
  const { reasons } = session.inspect({ kind: "vmx-exits", axis: "step", buckets: 1 });
  if (reasons.length === 0) return "; there was no VM exit at all";
  return `; VM exits: ${reasons.map(({ name, count: times }) => `${name} ${count(times)}`).join(", ")}`;
}

/** The address that a label or address names, checked; null for other ends. */
function placeOf(until: Until | null, program: LoadedProgram): number | null {
  if (until?.kind === "label") return labelAddress(until.name, program, `--until label:${until.name}`);
  return until?.kind === "address" ? until.address : null;
}
