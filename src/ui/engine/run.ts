import { castDraft } from "immer";
import type { Command, DeviceInput, LoadRequest, RunUntil, SourceLine, TimedInput } from "../../session/types.ts";
import { linesOf } from "../../worker/code-line.ts";
import type { CommandResult, Moment } from "../../worker/protocol.ts";
import { neededFiles } from "../programs/needed.ts";
import type { Doing } from "../store/pace.ts";
import { initialRun, isIdle, isStale, isUnderWay, type State } from "../store/state.ts";
import { change } from "../store/store.ts";
import { dropTemporary, tellBreakpoints } from "./breakpoints.ts";
import { type Engine, RUN_BUDGET } from "./engine.ts";
import { stopWalk, walk } from "./walk.ts";

/** Puts a moment into the store. */
export function show(engine: Engine, moment: Moment | CommandResult): void {
  change(engine.store, (draft) => {
    if ("stops" in moment) draft.stops.reasons = castDraft(moment.stops);
    draft.run.view = castDraft(moment.view);
    draft.run.logVersion++;
  });
}

async function showCounts(engine: Engine): Promise<void> {
  const counts = await engine.ask((client) => client.api.eventCounts());
  if (counts === undefined) return;
  change(engine.store, (draft) => {
    draft.run.counts = counts;
  });
}

/** A run as it was: the text that it was assembled from, and what came in from outside. */
export interface PastRun {
  readonly files: Readonly<Record<string, string>> | null;
  readonly inputs: readonly TimedInput[];
}

/**
 * Assembles and loads the document that is open, and stands at its first instruction. Answers whether it could.
 * @param again a run of this document to be had again, from its text instead of the newest
 */
export async function load(engine: Engine, again: PastRun | null = null): Promise<boolean> {
  const wanted = engine.request();
  if (wanted === null) return false;
  const { program } = wanted;
  const files = program.kind !== "source" ? null : (again?.files ?? neededFiles(program.main, program.files));
  const request: LoadRequest = {
    ...wanted,
    ...(again === null ? {} : { inputs: again.inputs }),
    ...(program.kind === "source" && again?.files ? { program: { ...program, files: again.files } } : {}),
  };
  const generation = ++engine.generation;
  engine.wantedStep = null;
  engine.runIsPast = again !== null;
  change(engine.store, (draft) => {
    draft.run = castDraft({ ...initialRun, status: "loading", logVersion: draft.run.logVersion + 1 });
    draft.documents.showsRun = false;
    draft.pace.doing = "load";
  });
  const reply = await engine.ask((client) => client.api.load(request));
  if (reply === undefined || generation !== engine.generation) return false;
  const { result, moment } = reply;
  change(engine.store, (draft) => {
    draft.pace.doing = null;
    draft.check.diagnostics = [...result.diagnostics];
    if (!result.ok) {
      draft.run.status = "failed";
      draft.run.problem = result.problem;
      return;
    }
    draft.check.lines = castDraft([...linesOf(result.program)]);
    draft.run.program = castDraft(result.program);
    draft.run.loadedFiles = files;
  });
  if (moment === null) return false;
  await tellBreakpoints(engine);
  if (generation !== engine.generation) return false;
  show(engine, moment);
  change(engine.store, (draft) => {
    draft.run.status = "ready";
  });
  return true;
}

/** Loads again if nothing has been run yet and the text has changed since. */
async function refresh(engine: Engine): Promise<boolean> {
  const { run } = engine.state;
  const changed = !engine.runIsPast && isStale(engine.state) && run.view?.step === 0;
  if (run.status === "failed" || changed) return load(engine);
  return true;
}

/** Whether a command may begin; what has not been run yet is loaded again if its text has changed. */
async function prepared(engine: Engine): Promise<boolean> {
  if (engine.commanding) return false;
  if (engine.state.run.status !== "failed" && !isIdle(engine.state)) return false;
  return (await refresh(engine)) && isIdle(engine.state);
}

function doingOf(wanted: Command): Doing {
  if (wanted.kind === "run") return wanted.direction === "forward" ? "run" : "runBack";
  return wanted.kind === "seek" || wanted.kind === "seek-tick" ? "travel" : "step";
}

function begin(engine: Engine, wanted: Command, status: "running" | "walking"): void {
  change(engine.store, (draft) => {
    draft.run.status = status;
    draft.run.progress = status === "running" ? 0 : null;
    draft.run.cause = null;
    draft.stops.reasons = [];
    draft.pace.doing = doingOf(wanted);
  });
}

function rest(engine: Engine, cause: CommandResult["cause"]): void {
  void dropTemporary(engine);
  change(engine.store, (draft) => {
    draft.run.status = "ready";
    draft.run.progress = null;
    draft.run.cause = cause;
    draft.pace.doing = null;
  });
}

/** How long a step or a journey may take before the page says that it is under way, in milliseconds. */
const SAY_MS = 60;

/** Runs a command and shows where it ended. Answers why there; null if it did not come to an end. */
export async function command(engine: Engine, wanted: Command): Promise<CommandResult["cause"] | null> {
  if (!(await prepared(engine))) return null;
  const generation = engine.generation;
  if (engine.state.stops.reasons.length > 0) {
    change(engine.store, (draft) => {
      draft.stops.reasons = [];
    });
  }
  engine.commanding = true;
  // What is done at once is not said to be under way: the page would be drawn twice for a step.
  const saying = setTimeout(() => begin(engine, wanted, "running"), wanted.kind === "run" ? 0 : SAY_MS);
  const result = await engine.ask((client) =>
    client.command(wanted, (fraction, view) => {
      if (generation !== engine.generation) return;
      change(engine.store, (draft) => {
        if (draft.run.status !== "running") return;
        draft.run.progress = fraction;
        if (view !== null) draft.run.view = castDraft(view);
      });
    }),
  );
  clearTimeout(saying);
  engine.commanding = false;
  if (result === undefined || generation !== engine.generation) return null;
  show(engine, result);
  rest(engine, result.cause);
  if (result.view.eventCount > 0) await showCounts(engine);
  return result.cause;
}

/** Travels to a step. While one journey is under way, the newest wish waits and the ones between are dropped. */
export async function seek(engine: Engine, step: number): Promise<void> {
  const alreadyUnderWay = engine.wantedStep !== null;
  engine.wantedStep = step;
  if (alreadyUnderWay) return;
  while (engine.wantedStep !== null) {
    const target: number = engine.wantedStep;
    await command(engine, { kind: "seek", step: target });
    if (engine.wantedStep === target) engine.wantedStep = null;
    if (!isIdle(engine.state)) engine.wantedStep = null;
  }
}

/**
 * Runs to a breakpoint, to what is waited for, or to an end, at the speed that is chosen. Answers why it ended; null if
 * it did not come to an end.
 */
export async function run(
  engine: Engine,
  direction: "forward" | "back",
  until: "trap" | "ring" | RunUntil | null,
): Promise<CommandResult["cause"] | null> {
  const wanted = {
    kind: "run",
    direction,
    until: typeof until === "string" ? { kind: until } : until,
    maxSteps: direction === "forward" ? RUN_BUDGET : Number.MAX_SAFE_INTEGER,
  } as const;
  if (engine.state.pace.speed === "full") return command(engine, wanted);
  if (!(await prepared(engine))) return null;
  const { generation } = engine;
  begin(engine, wanted, "walking");
  let cause: CommandResult["cause"] = "cancelled";
  const how = await walk(engine, async (steps) => {
    const result = await engine.ask((client) => client.command({ ...wanted, maxSteps: steps }, () => {}));
    if (result === undefined || generation !== engine.generation) return undefined;
    show(engine, result);
    cause = result.cause;
    return result;
  });
  if (how === "gone" || generation !== engine.generation) return null;
  rest(engine, how === "arrived" ? cause : "cancelled");
  if (how === "full") return command(engine, wanted);
  await showCounts(engine);
  return how === "arrived" ? cause : "cancelled";
}

/** The address of the first code at or after the line of the editor's cursor, in the run that is loaded; else null. */
export function cursorAddress({ run: { program }, document, editorPlace }: State): number | null {
  if (program === null || document === null) return null;
  const place = editorPlace ?? { file: document.main, line: 1 };
  let best: SourceLine | null = null;
  for (const line of program.lines) {
    if (line.file !== place.file || line.line < place.line || line.row === null) continue;
    if (best === null || line.line < best.line) best = line;
  }
  return best?.address ?? null;
}

/** Runs until the line of the editor's cursor is next, or back to when it last was. */
export async function runToCursor(engine: Engine, direction: "forward" | "back"): Promise<void> {
  const address = cursorAddress(engine.state);
  if (address !== null) await run(engine, direction, { kind: "address", address });
}

/** Ends what is under way: a slow run at once, anything else at its next slice, a load with its worker. */
export async function pause(engine: Engine): Promise<void> {
  if (engine.state.run.status === "loading") return cancelLoad(engine);
  if (!stopWalk(engine)) await engine.ask((client) => client.api.cancel());
}

/** A load cannot be cut into slices: its worker goes, and the next one begins afresh. */
function cancelLoad(engine: Engine): void {
  engine.dropWorker();
  change(engine.store, (draft) => {
    draft.run.status = "failed";
    draft.run.problem = {
      en: "Loading was cancelled. Run or step to load the program again.",
      zh: "加载已取消。运行或单步会重新加载程序。",
    };
    draft.pace.doing = null;
  });
}

/**
 * Gives the guest a key or a byte now. A guest that sleeps for one goes on by itself, as a computer would.
 */
export async function input(engine: Engine, event: DeviceInput): Promise<void> {
  const { run: current } = engine.state;
  if (current.view === null || (current.status !== "ready" && !isUnderWay(engine.state))) return;
  const asleep = current.status === "ready" && current.view.outcome === "halted";
  const generation = engine.generation;
  const moment = await engine.ask((client) => client.api.input(event));
  if (moment === undefined || generation !== engine.generation) return;
  if (engine.state.run.status !== "running") show(engine, moment);
  if (asleep) await run(engine, "forward", null);
}
