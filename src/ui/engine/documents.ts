import { castDraft } from "immer";
import { initialCompare, type OpenDocument, type Work } from "../store/state.ts";
import { change } from "../store/store.ts";
import type { Engine } from "./engine.ts";
import { load } from "./run.ts";

/** How long the reader must have stopped typing before the text is assembled, in milliseconds. */
const TYPING_PAUSE_MS = 300;

/** The document of a program: the reader's draft of it if there is one, else as it is in `programs/`. */
export async function documentOf(engine: Engine, programId: string): Promise<OpenDocument | null> {
  const { library } = engine;
  const program = library?.find(programId);
  const draft = engine.state.drafts[programId];
  if (library === null || (program === undefined && draft === undefined)) return null;
  const [original, includes] = await Promise.all([
    program === undefined ? null : library.source(program.path),
    draft?.includes ?? library.includes(),
  ]);
  return {
    kind: "program",
    main: program?.path ?? `${programId}.asm`,
    text: draft?.text ?? original ?? "",
    original,
    includes,
    binary: null,
    inputs: program?.inputs ?? [],
  };
}

/** Opens a program or a text of the reader's own, and loads it. */
export async function openProgram(engine: Engine, programId: string, work: Partial<Work> = {}): Promise<void> {
  const wish = ++engine.opening;
  const document = await documentOf(engine, programId);
  // The reader may have asked for another program while this one was on its way.
  if (document === null || wish !== engine.opening) return;
  engine.ownWork = null;
  change(engine.store, (draft) => {
    const another = draft.work.programId !== programId;
    Object.assign(draft.work, another ? { breakpoints: [], whatIf: [] } : {}, work, { programId });
    draft.document = castDraft(document);
    draft.editorPlace = null;
    draft.check = { diagnostics: [], lines: [] };
    draft.compare = castDraft(initialCompare);
    draft.link.outcome = null;
  });
  await load(engine);
}

/** Changes how the guest is run (strategy, memory, what-if) and loads it anew. */
export async function configure(engine: Engine, work: Partial<Work>): Promise<void> {
  change(engine.store, (draft) => {
    Object.assign(draft.work, work);
    draft.compare = castDraft(initialCompare);
  });
  await load(engine);
}

let typing: ReturnType<typeof setTimeout> | null = null;

/** The reader typed: keeps the text as a draft, and has it checked when they pause. */
export function edit(engine: Engine, text: string): void {
  const { document, work } = engine.state;
  if (document === null || document.kind === "link" || document.text === text) return;
  const { original } = document;
  change(engine.store, (draft) => {
    if (draft.document === null) return;
    draft.document.text = text;
    if (text === original) delete draft.drafts[work.programId];
    else draft.drafts[work.programId] = { text, includes: draft.drafts[work.programId]?.includes ?? null };
  });
  if (typing !== null) clearTimeout(typing);
  typing = setTimeout(() => {
    typing = null;
    void check(engine);
  }, TYPING_PAUSE_MS);
}

/** Assembles the text without disturbing the run; a run that has not begun takes the new text at once. */
export async function check(engine: Engine): Promise<void> {
  const request = engine.request();
  const { document, run } = engine.state;
  if (request === null || document === null) return;
  const reply = await engine.ask((client) => client.api.check(request.program));
  if (reply === undefined || engine.state.document?.text !== document.text) return;
  const clean = !reply.diagnostics.some((d) => d.severity === "error");
  change(engine.store, (draft) => {
    draft.check.diagnostics = [...reply.diagnostics];
    if (clean) draft.check.lines = castDraft([...reply.lines]);
  });
  const notBegun = run.status === "failed" || (run.status === "ready" && run.view?.step === 0);
  if (clean && notBegun) await load(engine);
}

/** Throws the reader's changes to a program of the library away. */
export async function revert(engine: Engine): Promise<void> {
  const { programId } = engine.state.work;
  change(engine.store, (draft) => {
    delete draft.drafts[programId];
  });
  await openProgram(engine, programId);
}

/** A name for a text of the reader's own that is not taken yet. */
export function freshId(engine: Engine, stem: string): string {
  const taken = engine.state.drafts;
  for (let n = 1; ; n++) if (!(`${stem}-${n}` in taken)) return `${stem}-${n}`;
}

const TEMPLATE = `; A guest of your own. It starts in 32-bit protected mode: flat segments, paging and interrupts off.
        bits 32
        org 0x100000

start:  mov esi, message
next:   lodsb
        test al, al
        jz done
        out 0xE9, al            ; the debug port
        jmp next
done:   cli
        hlt

message: db "hello from the guest", 10, 0
`;

/** Begins a text of the reader's own. */
export async function newProgram(engine: Engine): Promise<void> {
  const id = freshId(engine, "mine");
  change(engine.store, (draft) => {
    draft.drafts[id] = { text: TEMPLATE, includes: null };
  });
  await openProgram(engine, id);
}

/** Makes the shared moment that is open into a text of the reader's own, beside what they had. */
export async function editCopy(engine: Engine): Promise<void> {
  const { document, work } = engine.state;
  if (document === null || document.kind !== "link" || document.binary !== null) return;
  const id = freshId(engine, "copy");
  change(engine.store, (draft) => {
    draft.drafts[id] = { text: document.text, includes: { ...document.includes } };
  });
  await openProgram(engine, id, {
    strategy: work.strategy,
    memoryMiB: work.memoryMiB,
    whatIf: work.whatIf,
    breakpoints: work.breakpoints,
  });
}

/** Closes the shared moment and goes back to what the reader had. */
export async function backToOwn(engine: Engine): Promise<void> {
  const own = engine.ownWork;
  if (own === null) return;
  engine.ownWork = null;
  change(engine.store, (draft) => {
    draft.work = castDraft({ ...own });
  });
  await openProgram(engine, own.programId, own);
}
