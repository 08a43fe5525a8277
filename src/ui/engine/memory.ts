import type { Words } from "../../isa/types.ts";
import type { AddressSpace } from "../../session/inspect/spaces.ts";
import type { EditEvent } from "../../session/types.ts";
import { showPanel } from "../layout/handle.ts";
import { isIdle } from "../store/state.ts";
import { change } from "../store/store.ts";
import type { Engine } from "./engine.ts";
import { command, show } from "./run.ts";

const NOT_NOW: Words = {
  en: "The guest can be edited while it rests: pause the run first.",
  zh: "只有在客户机停下时才能修改：请先暂停运行。",
};

const NEVER_WRITTEN: Words = {
  en: "Nobody has written this byte since the run began: it is as the loader left it.",
  zh: "运行开始以来没有谁写过这个字节：它仍是装载时的值。",
};

/** Shows the walk of a linear address in the paging panel. */
export function showWalk(engine: Engine, linear: number): void {
  change(engine.store, (draft) => {
    draft.paging.address = (linear >>> 0).toString(16).padStart(8, "0");
    draft.paging.jump++;
  });
  showPanel(engine, "paging");
}

/** What became of an edit: why it was refused, or what is to be known of it; null if there is nothing to say. */
export interface EditOutcome {
  readonly ok: boolean;
  readonly words: Words | null;
}

/** Changes the guest by the reader's hand, as a recorded input at the present moment. */
export async function edit(engine: Engine, event: EditEvent): Promise<EditOutcome> {
  if (!isIdle(engine.state)) return { ok: false, words: NOT_NOW };
  const { generation } = engine;
  const reply = await engine.ask((client) => client.api.edit(event));
  if (reply === undefined || generation !== engine.generation) return { ok: false, words: null };
  const { result, moment } = reply;
  if (!result.ok) return { ok: false, words: result.problem };
  show(engine, moment);
  change(engine.store, (draft) => {
    draft.memory.edited = true;
  });
  return { ok: true, words: result.moved };
}

/** Takes an edit out of the recording, by its place in the list of edits. */
export async function removeEdit(engine: Engine, index: number): Promise<void> {
  if (!isIdle(engine.state)) return;
  const { generation } = engine;
  const moment = await engine.ask((client) => client.api.removeEdit(index));
  if (moment === undefined || generation !== engine.generation) return;
  show(engine, moment);
}

/** Goes back to the step that last wrote a byte, by its host-physical address; says so where there is none. */
export async function toLastWrite(engine: Engine, physical: number): Promise<void> {
  const cause = await command(engine, { kind: "last-write", physical });
  change(engine.store, (draft) => {
    draft.memory.notice = cause === "start" ? NEVER_WRITTEN : null;
  });
}

/** Shows an address in the memory panel. */
export function showMemory(engine: Engine, space: AddressSpace, address: number, open = true): void {
  change(engine.store, (draft) => {
    draft.memory.space = space;
    draft.memory.address = address;
    draft.memory.jump++;
    draft.memory.follow = null;
    draft.memory.notice = null;
  });
  if (open) showPanel(engine, "memory");
}
