import { castDraft } from "immer";
import type { Command, InputEvent } from "../../session/types.ts";
import type { Moment } from "../../worker/protocol.ts";
import { initialRun, isIdle, isStale, type Place } from "../store/state.ts";
import { change } from "../store/store.ts";
import { type Engine, RUN_BUDGET } from "./engine.ts";

/** Puts a moment into the store. */
function show(engine: Engine, moment: Moment): void {
  change(engine.store, (draft) => {
    draft.run.view = castDraft(moment.view);
    if (moment.timeline !== null) draft.run.timeline = castDraft(moment.timeline);
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

/**
 * Assembles and loads the document that is open, and stands at its first instruction. Answers whether it could.
 */
export async function load(engine: Engine): Promise<boolean> {
  const request = engine.request();
  if (request === null) return false;
  const generation = ++engine.generation;
  const text = engine.state.document?.text ?? null;
  engine.wantedStep = null;
  change(engine.store, (draft) => {
    draft.run = castDraft({ ...initialRun, status: "loading", logVersion: draft.run.logVersion + 1 });
  });
  const reply = await engine.ask((client) => client.api.load(request));
  if (reply === undefined || generation !== engine.generation) return false;
  const { result, moment } = reply;
  change(engine.store, (draft) => {
    draft.check.diagnostics = [...result.diagnostics];
    if (!result.ok) {
      draft.run.status = "failed";
      draft.run.problem = result.problem;
      return;
    }
    draft.check.lines = castDraft([...result.program.lines]);
    draft.run.program = castDraft(result.program);
    draft.run.loadedText = text;
  });
  if (moment === null) return false;
  await engine.ask((client) => client.api.setBreakpoints(engine.breakpoints()));
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
  if (run.status === "failed" || (isStale(engine.state) && run.view?.step === 0)) return load(engine);
  return true;
}

/** Runs a command and shows where it ended. */
export async function command(engine: Engine, wanted: Command): Promise<void> {
  if (engine.state.run.status !== "failed" && !isIdle(engine.state)) return;
  if (!(await refresh(engine)) || !isIdle(engine.state)) return;
  const generation = engine.generation;
  change(engine.store, (draft) => {
    draft.run.status = "running";
    draft.run.progress = 0;
    draft.run.cause = null;
  });
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
  if (result === undefined || generation !== engine.generation) return;
  show(engine, result);
  change(engine.store, (draft) => {
    draft.run.status = "ready";
    draft.run.progress = null;
    draft.run.cause = result.cause;
  });
  if (result.view.eventCount > 0) await showCounts(engine);
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

export function run(engine: Engine, direction: "forward" | "back", until: "trap" | "ring" | null): Promise<void> {
  return command(engine, {
    kind: "run",
    direction,
    until: until === null ? null : { kind: until },
    maxSteps: RUN_BUDGET,
  });
}

/** Ends what is under way at its next slice. */
export async function pause(engine: Engine): Promise<void> {
  await engine.ask((client) => client.api.cancel());
}

/**
 * Gives the guest a key or a byte now. A guest that sleeps for one goes on by itself, as a computer would.
 */
export async function input(engine: Engine, event: InputEvent): Promise<void> {
  const { run: current } = engine.state;
  if (current.view === null || (current.status !== "ready" && current.status !== "running")) return;
  const asleep = current.status === "ready" && current.view.outcome === "halted";
  const generation = engine.generation;
  const moment = await engine.ask((client) => client.api.input(event));
  if (moment === undefined || generation !== engine.generation) return;
  if (engine.state.run.status === "ready") show(engine, moment);
  if (asleep) await run(engine, "forward", null);
}

/** Sets or clears a breakpoint on a line. */
export async function toggleBreakpoint(engine: Engine, place: Place): Promise<void> {
  change(engine.store, (draft) => {
    const { breakpoints } = draft.work;
    const at = breakpoints.findIndex((point) => point.file === place.file && point.line === place.line);
    if (at >= 0) breakpoints.splice(at, 1);
    else breakpoints.push({ ...place });
  });
  await engine.ask((client) => client.api.setBreakpoints(engine.breakpoints()));
}
