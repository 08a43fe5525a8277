import { castDraft, type Draft } from "immer";
import { initialCompare, isEnded, type State, type Work } from "../store/state.ts";
import { change } from "../store/store.ts";
import { freshId } from "../store/texts.ts";
import { documentOf } from "./document-of.ts";
import type { Engine } from "./engine.ts";
import { type LeftRun, leaving, offerBack, restart } from "./leaving.ts";
import { load, run } from "./run.ts";

/** How a program is opened. */
export interface Opening {
  /** What is changed with it, once it is sure that the run that was under way is left. */
  first?(draft: Draft<State>): void;
  /** The run that was under way, where the caller has asked about it and says how it is had again. */
  readonly left?: LeftRun | null;
}

/**
 * Opens a program or a text of the reader's own, and loads it. The run that is under way can be had again afterwards;
 * what could not is asked about first. Answers whether the program was opened.
 */
export async function openProgram(
  engine: Engine,
  programId: string,
  work: Partial<Work> = {},
  how: Opening = {},
): Promise<boolean> {
  const wish = ++engine.opening;
  const left = how.left === undefined ? await leaving(engine) : how.left;
  if (left === "stay") return false;
  if (how.first !== undefined) change(engine.store, how.first);
  const document = await documentOf(engine, programId);
  // The reader may have asked for another program while this one was on its way.
  if (document === null || wish !== engine.opening) return false;
  engine.ownWork = null;
  change(engine.store, (draft) => {
    const another = draft.work.programId !== programId;
    Object.assign(draft.work, another ? { breakpoints: [], watches: [], whatIf: [] } : {}, work, { programId });
    draft.document = castDraft(document);
    draft.editorPlace = null;
    draft.check = { diagnostics: [], lines: [] };
    draft.compare = castDraft(initialCompare);
    draft.link.outcome = null;
    draft.link.passedOver = null;
  });
  if (how.left === undefined) offerBack(engine, left, "left");
  await load(engine);
  return true;
}

/**
 * Changes how the guest is run (strategy, memory, what-if) and loads it anew. Answers whether the reader let the run
 * that was under way go.
 */
export async function configure(engine: Engine, work: Partial<Work>): Promise<boolean> {
  const left = await leaving(engine);
  if (left === "stay") return false;
  change(engine.store, (draft) => {
    Object.assign(draft.work, work);
    draft.compare = castDraft(initialCompare);
  });
  offerBack(engine, left, "left");
  await load(engine);
  return true;
}

/** Runs the program on bare metal, anew where the run there has ended. */
export async function runBare(engine: Engine): Promise<void> {
  const strategy = engine.state.facts?.reference;
  if (strategy === undefined) return;
  if (engine.state.work.strategy !== strategy) {
    if (!(await configure(engine, { strategy }))) return;
  } else if (isEnded(engine.state)) await restart(engine);
  await run(engine, "forward", null);
}

/** Makes the shared moment that is open into a text of the reader's own, beside what they had. */
export async function editCopy(engine: Engine): Promise<void> {
  const { document, work, drafts } = engine.state;
  if (document === null || document.kind !== "link" || document.binary !== null) return;
  const id = freshId(drafts, "copy");
  const { strategy, memoryMiB, whatIf, options, breakpoints, watches } = work;
  const copied = { text: document.text, includes: { ...document.includes } };
  await openProgram(
    engine,
    id,
    { strategy, memoryMiB, whatIf, options, breakpoints, watches },
    {
      first: (draft) => {
        draft.drafts[id] = copied;
      },
    },
  );
}

/** Closes the shared moment and goes back to what the reader had. */
export async function backToOwn(engine: Engine): Promise<void> {
  const own = engine.ownWork;
  if (own === null) return;
  await openProgram(engine, own.programId, own);
}
