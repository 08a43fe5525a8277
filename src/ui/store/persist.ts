import * as v from "valibot";
import type { StrategyId } from "../../session/types.ts";
import { SAVED_BREAKPOINTS, SAVED_WATCHES } from "./breakpoints.ts";
import type { Saving } from "./documents.ts";
import { type DraftText, initialWork, type Language, type State, type ThemeChoice, type Work } from "./state.ts";
import { change, type UiStore } from "./store.ts";

const KEY = "ringside.work.v1";

const address = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff));

const Saved = v.object({
  theme: v.fallback(v.picklist(["system", "light", "dark"]), "system"),
  language: v.optional(v.picklist(["en", "zh"])),
  lessonOpen: v.fallback(v.boolean(), true),
  work: v.object({
    programId: v.string(),
    strategy: v.string(),
    memoryMiB: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(256)),
    whatIf: v.array(v.string()),
    breakpoints: v.fallback(SAVED_BREAKPOINTS, []),
    watches: v.fallback(v.optional(SAVED_WATCHES, []), []),
  }),
  drafts: v.record(
    v.string(),
    v.object({
      text: v.string(),
      includes: v.nullable(v.record(v.string(), v.string())),
      name: v.exactOptional(v.string()),
      binary: v.exactOptional(
        v.variant("kind", [
          v.object({ kind: v.literal("flat"), at: address, entry: address }),
          v.object({ kind: v.literal("multiboot") }),
        ]),
      ),
    }),
  ),
});

export interface Restored {
  readonly theme: ThemeChoice;
  readonly language: Language | null;
  readonly lessonOpen: boolean;
  readonly work: Work;
  readonly drafts: Readonly<Record<string, DraftText>>;
  /** Nothing was saved: this is the first visit. */
  readonly firstVisit: boolean;
}

/** What the browser keeps of the reader's work, or the beginning if there is none or it cannot be read. */
export function restore(storage: Pick<Storage, "getItem">): Restored {
  const nothing: Restored = {
    theme: "system",
    language: null,
    lessonOpen: true,
    work: initialWork,
    drafts: {},
    firstVisit: true,
  };
  try {
    const text = storage.getItem(KEY);
    if (text === null) return nothing;
    const saved = v.parse(Saved, JSON.parse(text));
    // A strategy that this version does not have is replaced when the registry is known (Engine.boot).
    const work = { ...saved.work, strategy: saved.work.strategy as StrategyId };
    return { ...saved, work, language: saved.language ?? null, firstVisit: false };
  } catch {
    return nothing;
  }
}

/** The part of the state that is kept. While a link is open, `own` is the reader's own work. */
export function toSave(state: State, own: Work) {
  return {
    theme: state.theme,
    language: state.language,
    lessonOpen: state.lessonOpen,
    work: own,
    drafts: state.drafts,
  };
}

/** How soon what was changed is saved, in milliseconds. */
const SAVE_MS = 250;

/**
 * Keeps the reader's work in `storage` as it changes. A shared moment that is open is not theirs and is not kept.
 */
export function autosave(store: UiStore, storage: Pick<Storage, "setItem">, ownWork: () => Work): () => void {
  let pending: ReturnType<typeof setTimeout> | null = null;
  const say = (saving: Saving): void => {
    if (store.getState().documents.saving === saving) return;
    change(store, (draft) => {
      draft.documents.saving = saving;
    });
  };
  const save = (): void => {
    pending = null;
    try {
      storage.setItem(KEY, JSON.stringify(toSave(store.getState(), ownWork())));
      say("saved");
    } catch (error) {
      // It must not stop the page; the work stays in memory, and the reader is told.
      say(error instanceof DOMException && error.name === "QuotaExceededError" ? "full" : "off");
    }
  };
  const stop = store.subscribe((state, before) => {
    const changed =
      state.work !== before.work ||
      state.drafts !== before.drafts ||
      state.theme !== before.theme ||
      state.language !== before.language ||
      state.lessonOpen !== before.lessonOpen;
    if (!changed || pending !== null) return;
    pending = setTimeout(save, SAVE_MS);
    if (store.getState().documents.saving === "saved") say("pending");
  });
  return () => {
    stop();
    if (pending !== null) {
      clearTimeout(pending);
      save();
    }
  };
}
