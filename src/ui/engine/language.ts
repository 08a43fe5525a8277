import { castDraft } from "immer";
import type { Words } from "../../isa/types.ts";
import type {
  Fix,
  LanguageAnswer,
  LanguageKind,
  LanguageQuestion,
  Position,
  ProgramText,
  TextEdit,
} from "../../session/language/types.ts";
import { change } from "../store/store.ts";
import { edit, isEditable } from "./editing.ts";
import type { Engine } from "./engine.ts";
import { goToFile, isChanged } from "./files.ts";

/** The text of the document that is open; null for a binary. */
export function programText(engine: Engine): ProgramText | null {
  const { document, work } = engine.state;
  if (document === null || document.binary !== null) return null;
  const { strategy } = work;
  return { main: document.main, files: { ...document.includes, [document.main]: document.text }, strategy };
}

/** Asks the worker about the program's text. */
export function askLanguage<K extends LanguageKind>(
  engine: Engine,
  question: LanguageQuestion<K>,
): Promise<LanguageAnswer<K> | undefined> {
  return engine.ask((client) => client.api.language(question as LanguageQuestion) as Promise<LanguageAnswer<K>>);
}

/** The files that the reader may change without touching the library's: the main one, and their own beside it. */
export function ownFiles(engine: Engine): readonly string[] {
  const { document } = engine.state;
  if (document === null || !isEditable(engine.state)) return [];
  const beside = Object.keys(document.includes).filter(
    (name) => !(name in document.library) || isChanged(document, name),
  );
  return [document.main, ...beside];
}

/** Says something below the text until something else is done. */
export function note(engine: Engine, words: Words | null): void {
  change(engine.store, (draft) => {
    draft.naming.note = words;
  });
}

/** Goes to where the name at a position is defined; answers whether there was one. */
export async function goToDefinition(engine: Engine, position: Position): Promise<boolean> {
  const program = programText(engine);
  if (program === null) return false;
  const places = await askLanguage(engine, { kind: "definitions", program, position });
  const [first] = places ?? [];
  if (first === undefined) return false;
  note(engine, null);
  goToFile(engine, first.file, first.line, first.column);
  return true;
}

/** Lists the places of the name at a position below the text; answers whether there is one. */
export async function listReferences(engine: Engine, position: Position): Promise<boolean> {
  const program = programText(engine);
  if (program === null) return false;
  const found = await askLanguage(engine, { kind: "references", program, position });
  if (found === undefined || found.name === null || found.places.length === 0) return false;
  change(engine.store, (draft) => {
    draft.naming.references = castDraft({ name: found.name!, places: [...found.places] });
    draft.naming.note = null;
  });
  return true;
}

/** Opens the dialog that renames the name at a position, or says below the text why it cannot be renamed. */
export async function beginRename(engine: Engine, position: Position): Promise<void> {
  const program = programText(engine);
  if (program === null) return;
  const found = await askLanguage(engine, { kind: "renameable", program, position, own: ownFiles(engine) });
  if (found === undefined) return;
  if (!found.ok) {
    note(engine, found.reason);
    return;
  }
  change(engine.store, (draft) => {
    draft.naming.note = null;
    draft.naming.renaming = { position, written: found.written, places: found.places };
    draft.dialog = "rename";
  });
}

/** Makes edits in any of the program's files. */
export async function applyEdits(engine: Engine, edits: readonly TextEdit[]): Promise<void> {
  const program = programText(engine);
  if (program === null || edits.length === 0) return;
  const texts = await askLanguage(engine, { kind: "apply", program, edits });
  for (const [file, text] of Object.entries(texts ?? {})) edit(engine, text, file);
}

/** Mends a problem. */
export async function applyFix(engine: Engine, fix: Fix): Promise<void> {
  await applyEdits(engine, fix.edits);
  const [first] = fix.edits;
  if (first !== undefined) goToFile(engine, first.file, first.line, first.column);
}
