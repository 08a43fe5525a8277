import { castDraft } from "immer";
import { withFileRenamed } from "../store/breakpoints.ts";
import type { Merged } from "../store/merge.ts";
import type { DraftText, OpenDocument } from "../store/state.ts";
import { change } from "../store/store.ts";
import { moveBreakpoints } from "./breakpoints.ts";
import { checkSoon } from "./editing.ts";
import type { Engine } from "./engine.ts";
import { offer } from "./leaving.ts";

/** What each page has said already of texts that were changed elsewhere. */
const told = new WeakMap<Engine, Set<string>>();

/**
 * Takes over what another page of this browser has done to the reader's texts, the one that is open among them: it
 * changes before the reader's eyes, and the run stays on the text that it was assembled from. Where both pages changed the
 * same file this page goes on with its own, under another name.
 */
export function takeOver(engine: Engine, { drafts, moved }: Merged): void {
  const { document, work, drafts: before } = engine.state;
  for (const { from, to } of moved) {
    const bytes = before[from]?.binary === undefined ? null : engine.binaryOf(from);
    if (bytes !== null) engine.keepBinary(to, bytes);
  }
  change(engine.store, (draft) => {
    draft.drafts = castDraft(drafts);
  });
  const own = moved.find(({ from }) => from === work.programId);
  if (own !== undefined) goOnAs(engine, own.to, drafts[own.to]!.name!);
  else if (document?.kind === "program" && drafts[work.programId] !== before[work.programId]) {
    follow(engine, document, drafts[work.programId]);
  }
  for (const { from, to } of moved) {
    const name = before[from]?.name ?? (from === work.programId ? document?.main : undefined) ?? `${from}.asm`;
    offer(engine, "keptBoth", { file: name, own: drafts[to]!.name! }, null);
  }
}

/** This page's text has become one beside the other page's: the reader goes on in it. */
function goOnAs(engine: Engine, id: string, name: string): void {
  const { ownWork } = engine;
  if (ownWork !== null) {
    // A shared moment is open: the reader's own work waits behind it.
    engine.ownWork = { ...ownWork, programId: id };
    return;
  }
  const was = engine.state.document?.main ?? name;
  const { breakpoints } = engine.state.work;
  change(engine.store, (draft) => {
    draft.work.programId = id;
    draft.work.breakpoints = castDraft(withFileRenamed(breakpoints, was, name));
    if (draft.document === null) return;
    draft.document.main = name;
    draft.document.original = null;
    if (draft.editorPlace?.file === was) draft.editorPlace.file = name;
  });
  checkSoon(engine);
}

/** The text that is open has been changed elsewhere, and not here. */
function follow(engine: Engine, document: OpenDocument, now: DraftText | undefined): void {
  if (document.binary !== null || now?.binary !== undefined) return;
  const text = now?.text ?? document.original ?? document.text;
  const includes = { ...document.library, ...now?.includes };
  const main = document.original === null ? (now?.name ?? document.main) : document.main;
  const { breakpoints } = engine.state.work;
  change(engine.store, (draft) => {
    if (draft.document === null) return;
    Object.assign(draft.document, { text, includes, main });
    if (main === document.main) return;
    draft.work.breakpoints = castDraft(withFileRenamed(breakpoints, document.main, main));
    if (draft.editorPlace?.file === document.main) draft.editorPlace.file = main;
  });
  moveBreakpoints(engine, main, linesMoved(document.text, text));
  for (const [name, after] of Object.entries(includes)) {
    const was = document.includes[name];
    if (was !== undefined && was !== after) moveBreakpoints(engine, name, linesMoved(was, after));
  }
  checkSoon(engine);
  const said = told.get(engine) ?? new Set();
  told.set(engine, said);
  // What can still be undone is not pushed away by this.
  if (said.has(main) || engine.state.documents.offer?.undo === true) return;
  said.add(main);
  offer(engine, "elsewhere", { file: main }, null);
}

/** Where each line is after a change somewhere in the middle of a text. */
function linesMoved(before: string, after: string): (line: number) => number {
  const [old, now] = [before.split("\n"), after.split("\n")];
  const most = Math.min(old.length, now.length);
  let same = 0;
  while (same < most && old[same] === now[same]) same++;
  let tail = 0;
  while (tail < most - same && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  return (line) => {
    if (line <= same) return line;
    if (line > old.length - tail) return line + now.length - old.length;
    return Math.min(line, Math.max(1, now.length - tail));
  };
}
