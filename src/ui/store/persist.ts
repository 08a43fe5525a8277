import * as v from "valibot";
import type { StrategyId } from "../../session/types.ts";
import { type DraftText, initialWork, type Language, type State, type ThemeChoice, type Work } from "./state.ts";
import type { UiStore } from "./store.ts";

const KEY = "ringside.work.v1";

const Saved = v.object({
  theme: v.fallback(v.picklist(["system", "light", "dark"]), "system"),
  language: v.optional(v.picklist(["en", "zh"])),
  lessonOpen: v.fallback(v.boolean(), true),
  work: v.object({
    programId: v.string(),
    strategy: v.string(),
    memoryMiB: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(256)),
    whatIf: v.array(v.string()),
    breakpoints: v.array(v.object({ file: v.string(), line: v.pipe(v.number(), v.integer(), v.minValue(1)) })),
  }),
  drafts: v.record(v.string(), v.object({ text: v.string(), includes: v.nullable(v.record(v.string(), v.string())) })),
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

/**
 * Keeps the reader's work in `storage` as it changes. A shared moment that is open is not theirs and is not kept.
 */
export function autosave(store: UiStore, storage: Pick<Storage, "setItem">, ownWork: () => Work): () => void {
  let pending: ReturnType<typeof setTimeout> | null = null;
  const save = (): void => {
    pending = null;
    try {
      storage.setItem(KEY, JSON.stringify(toSave(store.getState(), ownWork())));
    } catch {
      // A full or forbidden storage must not stop the page; the work stays in memory.
    }
  };
  const stop = store.subscribe((state, before) => {
    const changed =
      state.work !== before.work ||
      state.drafts !== before.drafts ||
      state.theme !== before.theme ||
      state.language !== before.language ||
      state.lessonOpen !== before.lessonOpen;
    if (changed && pending === null) pending = setTimeout(save, 250);
  });
  return () => {
    stop();
    if (pending !== null) {
      clearTimeout(pending);
      save();
    }
  };
}
