import { castDraft } from "immer";
import { followRename } from "../programs/needed.ts";
import { withFileRenamed } from "../store/breakpoints.ts";
import { type OpenDocument, textOf } from "../store/state.ts";
import { change } from "../store/store.ts";
import { isOwnText } from "../store/texts.ts";
import { changeFiles, check } from "./editing.ts";
import type { Engine } from "./engine.ts";
import { offer } from "./leaving.ts";
import { renameText } from "./texts.ts";

/** What can be done with a file of the document that is open. */
export interface FileRights {
  readonly rename: boolean;
  readonly remove: boolean;
  /** There is another text to go back to, the library's. */
  readonly revert: boolean;
}

/** The library's files can be changed, in a copy of the reader's own, and brought back; only their own can go or be renamed. */
export function rightsOf(document: OpenDocument, programId: string, file: string): FileRights {
  if (document.kind !== "program") return { rename: false, remove: false, revert: false };
  if (file === document.main) {
    const own = isOwnText(programId);
    return { rename: own, remove: own, revert: !own && document.text !== document.original };
  }
  const served = document.library[file];
  return {
    rename: served === undefined,
    remove: served === undefined,
    revert: served !== undefined && served !== document.includes[file],
  };
}

/** Whether a file is the reader's own, or has been changed by them. */
export function isChanged(document: OpenDocument, file: string): boolean {
  const before = file === document.main ? document.original : (document.library[file] ?? null);
  return before !== null && before !== textOf(document, file);
}

/** Puts a file on view in the editor, at a line. */
export function goToFile(engine: Engine, file: string, line = 1, column?: number): void {
  change(engine.store, (draft) => {
    draft.editorPlace = { file, line };
    draft.documents.reveal = { file, line, ...(column === undefined ? {} : { column }) };
  });
}

/** Puts a file on view, where the reader last was in it. */
export function showFile(engine: Engine, file: string): void {
  change(engine.store, (draft) => {
    draft.editorPlace = { file, line: draft.editorPlace?.file === file ? draft.editorPlace.line : 1 };
  });
}

/** Adds a file to the program that is open, and shows it. */
export async function addFile(engine: Engine, file: string, text: string): Promise<void> {
  changeFiles(engine, (document) => {
    document.includes[file] = text;
  });
  goToFile(engine, file);
  await check(engine);
}

/** Renames a file; the %include lines that lead to it follow. */
export async function renameFile(engine: Engine, from: string, to: string): Promise<void> {
  const { document, work } = engine.state;
  if (document === null || from === to) return;
  if (from === document.main) return renameText(engine, work.programId, to);
  const before = { text: document.text, includes: document.includes };
  const files = new Set([document.main, ...Object.keys(document.includes)]);
  changeFiles(engine, (draft) => {
    const renamed = draft.includes[from];
    if (renamed === undefined) return;
    for (const name of [...files]) {
      if (draft.library[name] !== undefined && draft.library[name] === draft.includes[name]) continue;
      const text = name === draft.main ? draft.text : draft.includes[name]!;
      const followed = followRename(text, name, { from, to, files });
      if (name === draft.main) draft.text = followed;
      else draft.includes[name] = followed;
    }
    draft.includes[to] = draft.includes[from]!;
    delete draft.includes[from];
  });
  moveMarks(engine, from, to);
  offer(engine, "renamedFile", { from, to }, async () => {
    putBack(engine, document.main, before);
    moveMarks(engine, to, from);
    await check(engine);
  });
  await check(engine);
}

/** Deletes a file of the reader's own; it can be brought back until something else is done. */
export async function deleteFile(engine: Engine, file: string): Promise<void> {
  const { document } = engine.state;
  const text = document?.includes[file];
  if (document === null || text === undefined) return;
  changeFiles(engine, (draft) => {
    delete draft.includes[file];
  });
  if (engine.state.editorPlace?.file === file) showFile(engine, document.main);
  offer(engine, "deletedFile", { file }, () => addBack(engine, document.main, file, text));
  await check(engine);
}

/** Brings a file back as the library has it. */
export async function revertFile(engine: Engine, file: string): Promise<void> {
  const { document } = engine.state;
  const text = document === null ? undefined : textOf(document, file);
  if (document === null || text === undefined) return;
  changeFiles(engine, (draft) => {
    const served = file === draft.main ? draft.original : draft.library[file];
    if (served == null) return;
    if (file === draft.main) draft.text = served;
    else draft.includes[file] = served;
  });
  offer(engine, "revertedFile", { file }, () => addBack(engine, document.main, file, text));
  await check(engine);
}

/** Back to the text that the run was assembled from; the run goes on. */
export async function backToRunText(engine: Engine): Promise<void> {
  const { document, run } = engine.state;
  if (document === null || run.loadedFiles === null) return;
  const { [document.main]: text, ...includes } = run.loadedFiles;
  putBack(engine, document.main, { text: text ?? document.text, includes: { ...document.includes, ...includes } });
  change(engine.store, (draft) => {
    draft.documents.showsRun = false;
  });
  offer(engine, "undone", { file: document.main }, async () => {
    putBack(engine, document.main, document);
    await check(engine);
  });
  await check(engine);
}

/** Sets the texts of the document, if it is still the one that is open. */
function putBack(engine: Engine, main: string, before: Pick<OpenDocument, "text" | "includes">): void {
  if (engine.state.document?.main !== main) return;
  changeFiles(engine, (draft) => {
    draft.text = before.text;
    draft.includes = { ...before.includes };
  });
}

async function addBack(engine: Engine, main: string, file: string, text: string): Promise<void> {
  if (engine.state.document?.main !== main) return;
  changeFiles(engine, (draft) => {
    if (file === draft.main) draft.text = text;
    else draft.includes[file] = text;
  });
  showFile(engine, file);
  await check(engine);
}

function moveMarks(engine: Engine, from: string, to: string): void {
  change(engine.store, (draft) => {
    draft.work.breakpoints = castDraft(withFileRenamed(engine.state.work.breakpoints, from, to));
    if (draft.editorPlace?.file === from) draft.editorPlace.file = to;
  });
}
