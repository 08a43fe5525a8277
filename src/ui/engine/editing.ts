import { castDraft, type Draft } from "immer";
import type { OpenDocument, State } from "../store/state.ts";
import { change } from "../store/store.ts";
import { isOwnText } from "../store/texts.ts";
import type { Engine } from "./engine.ts";
import { load } from "./run.ts";

/** How long the reader must have stopped typing before the text is assembled, in milliseconds. */
const TYPING_PAUSE_MS = 300;

let typing: ReturnType<typeof setTimeout> | null = null;

/** The reader may change the files of the document that is open. */
export function isEditable({ document }: State): boolean {
  return document !== null && document.kind === "program" && document.binary === null;
}

/** The reader typed: keeps the text as a draft, and has it checked when they pause. */
export function edit(engine: Engine, text: string, file = engine.state.document?.main ?? ""): void {
  const { document } = engine.state;
  if (document === null || (file === document.main ? document.text : document.includes[file]) === text) return;
  changeFiles(engine, (draft) => {
    if (file === draft.main) draft.text = text;
    else draft.includes[file] = text;
  });
  checkSoon(engine);
}

/** Changes the files of the document that is open, and keeps what is the reader's own of it. */
export function changeFiles(engine: Engine, recipe: (document: Draft<OpenDocument>) => void): void {
  if (!isEditable(engine.state)) return;
  change(engine.store, (draft) => {
    const { document, drafts, work } = draft;
    if (document === null) return;
    recipe(document);
    const own = Object.entries(document.includes).filter(([name, text]) => document.library[name] !== text);
    if (document.text === document.original && own.length === 0 && !isOwnText(work.programId)) {
      delete drafts[work.programId];
      return;
    }
    drafts[work.programId] = {
      ...drafts[work.programId],
      text: document.text,
      includes: own.length === 0 ? null : Object.fromEntries(own),
    };
  });
}

/**
 * Moves what is known of a file's lines with them: `lines` says where each is now. It holds until the text assembles again,
 * which may be a while.
 */
export function moveCheckedLines(engine: Engine, file: string, lines: (line: number) => number): void {
  const now = engine.state.check.lines;
  if (now.every((one) => one.file !== file || lines(one.line) === one.line)) return;
  change(engine.store, (draft) => {
    draft.check.lines = castDraft(now.map((one) => (one.file === file ? { ...one, line: lines(one.line) } : one)));
  });
}

/** Has the text assembled when the reader has paused. */
export function checkSoon(engine: Engine): void {
  if (typing !== null) clearTimeout(typing);
  typing = setTimeout(() => {
    typing = null;
    void check(engine);
  }, TYPING_PAUSE_MS);
}

/** Fetches the library's files for ports, once the text names one that is not there. */
async function fetchNamed(engine: Engine): Promise<void> {
  const { document } = engine.state;
  if (document?.kind !== "program" || document.binary !== null || engine.library === null) return;
  const { main, text, includes, library } = document;
  const own = Object.keys(includes).filter((name) => includes[name] !== library[name]);
  const served = await engine.library.includes(main, [text, ...own.map((name) => includes[name]!)]);
  if (Object.keys(served).every((name) => name in library)) return;
  change(engine.store, (draft) => {
    if (draft.document?.main !== main) return;
    draft.document.includes = { ...served, ...draft.document.includes };
    draft.document.library = served;
  });
}

/** Assembles the text without disturbing the run; a run that has not begun takes the new text at once. */
export async function check(engine: Engine): Promise<void> {
  await fetchNamed(engine);
  const request = engine.request();
  const { document } = engine.state;
  if (request === null || document === null) return;
  const reply = await engine.ask((client) => client.api.check(request.program, request.strategy));
  const now = engine.state.document;
  if (reply === undefined || now?.text !== document.text || now.includes !== document.includes) return;
  if (engine.state.work.strategy !== request.strategy) return;
  const clean = !reply.diagnostics.some((d) => d.severity === "error");
  change(engine.store, (draft) => {
    draft.check.diagnostics = [...reply.diagnostics];
    if (clean) draft.check.lines = castDraft([...reply.lines]);
  });
  const { run } = engine.state;
  const notBegun = run.status === "failed" || (run.status === "ready" && run.view?.step === 0);
  if (clean && notBegun) await load(engine);
}
