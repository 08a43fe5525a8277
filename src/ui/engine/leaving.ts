import { castDraft } from "immer";
import type { InputEvent, TimedInput } from "../../session/types.ts";
import type { Loss, Offer } from "../store/documents.ts";
import { initialCompare, isStale, isUnderWay, type OpenDocument, type Work } from "../store/state.ts";
import { change } from "../store/store.ts";
import { documentOf } from "./document-of.ts";
import { check } from "./editing.ts";
import type { Engine } from "./engine.ts";
import { load, type PastRun, seek } from "./run.ts";

/** A run that was left: all that is needed to stand there again. */
export interface LeftRun {
  readonly work: Work;
  readonly ownWork: Work | null;
  readonly document: OpenDocument;
  readonly run: PastRun;
  readonly step: number;
}

/** Whoever waits for the reader's answer to the question whether to leave. */
const asked = new WeakMap<Engine, (leave: boolean) => void>();
const undoes = new WeakMap<Engine, () => Promise<void>>();
let offers = 0;

/** What a reader did to the run: every input but those that the program came with. */
function lossOf(engine: Engine, recorded: readonly TimedInput[]): Loss | null {
  const count = (inputs: readonly TimedInput[], is: (event: InputEvent) => boolean) =>
    inputs.filter(({ event }) => is(event)).length;
  const own = engine.state.document?.inputs ?? [];
  const more = (is: (event: InputEvent) => boolean) => Math.max(0, count(recorded, is) - count(own, is));
  const loss = {
    keys: more((event) => event.kind === "key" && event.down),
    bytes: more((event) => event.kind === "serial"),
    others: more((event) => event.kind !== "key" && event.kind !== "serial"),
  };
  return loss.keys + loss.bytes + loss.others > 0 ? loss : null;
}

/**
 * To be called before the run under way makes room for another. A run that can be repeated is let go without a word;
 * where the reader's own inputs would be lost they are asked. The answer `stay` means that nothing may be changed; null,
 * that there is no run worth coming back to.
 */
export async function leaving(engine: Engine, asking = true): Promise<LeftRun | "stay" | null> {
  const { run, document, work } = engine.state;
  if (document === null || run.view === null || run.view.step === 0) return null;
  if (run.status !== "ready" && !isUnderWay(engine.state)) return null;
  const inputs = await engine.ask((client) => client.api.inputs());
  if (inputs === undefined) return null;
  const loss = lossOf(engine, inputs);
  if (asking && loss !== null && !(await ask(engine, loss))) return "stay";
  const { ownWork } = engine;
  const step = engine.state.run.view?.step ?? run.view.step;
  return { work, ownWork, document, run: { files: run.loadedFiles, inputs }, step };
}

function ask(engine: Engine, loss: Loss): Promise<boolean> {
  asked.get(engine)?.(false);
  change(engine.store, (draft) => {
    draft.documents.loss = loss;
    draft.dialog = "leave";
  });
  return new Promise((resolve) => asked.set(engine, resolve));
}

/** The reader's answer to the question of the dialog `leave`. */
export function answerLeaving(engine: Engine, leave: boolean): void {
  const resolve = asked.get(engine);
  asked.delete(engine);
  change(engine.store, (draft) => {
    draft.documents.loss = null;
    if (draft.dialog === "leave") draft.dialog = null;
  });
  resolve?.(leave);
}

/** Says what was done, and keeps how it is undone until something else is offered. */
export function offer(
  engine: Engine,
  key: Offer["key"],
  values: Offer["values"],
  undo: (() => Promise<void>) | null,
): void {
  if (undo === null) undoes.delete(engine);
  else undoes.set(engine, undo);
  change(engine.store, (draft) => {
    draft.documents.offer = { id: ++offers, key, values: { ...values }, undo: undo !== null };
  });
}

/** Undoes what was done last. */
export async function takeOffer(engine: Engine): Promise<void> {
  const undo = undoes.get(engine);
  dismissOffer(engine);
  await undo?.();
}

export function dismissOffer(engine: Engine): void {
  undoes.delete(engine);
  change(engine.store, (draft) => {
    draft.documents.offer = null;
  });
}

/** Offers the way back to a run that was left. */
export function offerBack(engine: Engine, left: LeftRun | null, key: "left" | "restarted"): void {
  if (left !== null) offer(engine, key, { file: left.document.main, step: left.step }, () => comeBack(engine, left));
}

/** Stands again where a run was left: the same text, the same inputs, the same step. */
export async function comeBack(engine: Engine, left: LeftRun): Promise<void> {
  const now = left.document.kind === "program" ? await documentOf(engine, left.work.programId) : left.document;
  if (now === null) return;
  engine.opening++;
  engine.ownWork = left.ownWork;
  change(engine.store, (draft) => {
    draft.work = castDraft({ ...left.work });
    draft.document = castDraft(now);
    draft.editorPlace = null;
    draft.compare = castDraft(initialCompare);
  });
  if (await load(engine, left.run)) await seek(engine, left.step);
  if (isStale(engine.state)) await check(engine);
}

/**
 * Begins anew with the text as it is now. A text that does not assemble leaves the run where it is: answers whether
 * there is a new run.
 */
export async function restart(engine: Engine): Promise<boolean> {
  const stale = isStale(engine.state);
  const begun = (engine.state.run.view?.step ?? 0) > 0;
  if (stale && begun) {
    await check(engine);
    if (engine.state.check.diagnostics.some(({ severity }) => severity === "error")) return false;
  }
  // Beginning anew is what was asked for: nobody is asked twice, but there is a way back.
  const left = await leaving(engine, false);
  if (left === "stay") return false;
  const worthIt = left !== null && (stale || lossOf(engine, left.run.inputs) !== null);
  if (worthIt) offerBack(engine, left, "restarted");
  return load(engine);
}
