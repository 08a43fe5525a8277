import { castDraft, type Draft } from "immer";
import { withFileRenamed } from "../store/breakpoints.ts";
import { type DraftText, initialWork, type State } from "../store/state.ts";
import { change } from "../store/store.ts";
import { freshId, freshName, isOwnText } from "../store/texts.ts";
import { openProgram } from "./documents.ts";
import type { Engine } from "./engine.ts";
import { comeBack, leaving, offer } from "./leaving.ts";
import { load } from "./run.ts";

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
  await openText(engine, { text: TEMPLATE, includes: null });
}

/** Names of the texts that the reader has; those without a name of their own have the one that is made of their id. */
export function textNames(drafts: Readonly<Record<string, DraftText>>): readonly string[] {
  return Object.entries(drafts).flatMap(([id, draft]) => (isOwnText(id) ? [draft.name ?? `${id}.asm`] : []));
}

/** Opens a text that has come from somewhere (a template, a file) as one of the reader's own. Answers its id. */
export async function openText(
  engine: Engine,
  draft: DraftText,
  bytes: Uint8Array | null = null,
): Promise<string | null> {
  const id = freshId(engine.state.drafts, "mine");
  const { name, ...rest } = draft;
  const named = name === undefined ? rest : { ...rest, name: freshName(name, textNames(engine.state.drafts)) };
  if (bytes !== null) engine.keepBinary(id, bytes);
  const opened = await openProgram(
    engine,
    id,
    {},
    {
      first: (state) => {
        state.drafts[id] = copyOf(named);
      },
    },
  );
  if (!opened && bytes !== null) engine.dropBinary(id);
  return opened ? id : null;
}

/** Gives a text of the reader's own another name. */
export async function renameText(engine: Engine, programId: string, name: string): Promise<void> {
  const before = engine.state.drafts[programId];
  if (before === undefined || !isOwnText(programId)) return;
  const was = before.name ?? `${programId}.asm`;
  const open = engine.state.work.programId === programId && engine.state.document?.kind === "program";
  change(engine.store, (draft) => {
    draft.drafts[programId]!.name = name;
    if (open) draft.work.breakpoints = castDraft(withFileRenamed(engine.state.work.breakpoints, was, name));
    if (!open || draft.document === null) return;
    draft.document.main = name;
    if (draft.editorPlace?.file === was) draft.editorPlace.file = name;
  });
  if (open && engine.state.run.view?.step === 0) await load(engine);
}

/** Deletes a text of the reader's own; it can be brought back until something else is done. */
export async function deleteText(engine: Engine, programId: string): Promise<void> {
  const { drafts, work, document } = engine.state;
  const kept = drafts[programId];
  if (kept === undefined || !isOwnText(programId)) return;
  const drop = (draft: Draft<State>): void => {
    delete draft.drafts[programId];
  };
  const restore = (): void =>
    change(engine.store, (draft) => {
      draft.drafts[programId] = copyOf(kept);
    });
  const values = { file: kept.name ?? `${programId}.asm` };
  const isOpen = work.programId === programId && document?.kind === "program";
  if (!isOpen) {
    change(engine.store, drop);
    offer(engine, "deletedText", values, async () => restore());
    return;
  }
  const left = await leaving(engine);
  if (left === "stay") return;
  const others = Object.keys(drafts).filter((id) => isOwnText(id) && id !== programId);
  await openProgram(engine, others.at(-1) ?? initialWork.programId, {}, { left, first: drop });
  offer(engine, "deletedText", values, async () => {
    restore();
    if (left === null) await openProgram(engine, programId, work);
    else await comeBack(engine, left);
  });
}

/** Throws the reader's changes to a program of the library away; they can be brought back until something else is done. */
export async function revert(engine: Engine): Promise<void> {
  const { drafts, work, document } = engine.state;
  const { programId } = work;
  const kept = drafts[programId];
  if (kept === undefined || document === null || isOwnText(programId)) return;
  const left = await leaving(engine);
  if (left === "stay") return;
  const without = (draft: Draft<State>): void => {
    delete draft.drafts[programId];
  };
  await openProgram(engine, programId, {}, { left, first: without });
  offer(engine, "undone", { file: document.main }, async () => {
    const again = (draft: Draft<State>): void => {
      draft.drafts[programId] = copyOf(kept);
    };
    if (left === null) return void (await openProgram(engine, programId, work, { first: again }));
    change(engine.store, again);
    await comeBack(engine, left);
  });
}

function copyOf(draft: DraftText): Draft<DraftText> {
  return castDraft({ ...draft, includes: draft.includes === null ? null : { ...draft.includes } });
}
