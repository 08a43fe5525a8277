import * as v from "valibot";
import type { StrategyId } from "../../session/types.ts";
import { SAVED_BREAKPOINTS, SAVED_WATCHES } from "./breakpoints.ts";
import type { Saving } from "./documents.ts";
import { type Drafts, type Merged, mergeDrafts, sameDrafts } from "./merge.ts";
import { initialWork, type Language, type State, type ThemeChoice, type Work } from "./state.ts";
import { change, type UiStore } from "./store.ts";

/** Where the browser keeps the reader's work for all pages. */
export const WORK_KEY = "ringside.work.v1";
/** Where it keeps what one page (a tab) works on, for as long as that is open. */
const PAGE_KEY = "ringside.page.v1";

const address = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff));

const SavedWork = v.object({
  programId: v.string(),
  strategy: v.string(),
  memoryMiB: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(256)),
  whatIf: v.array(v.string()),
  options: v.fallback(v.optional(v.record(v.string(), v.array(v.string())), {}), {}),
  breakpoints: v.fallback(SAVED_BREAKPOINTS, []),
  watches: v.fallback(v.optional(SAVED_WATCHES, []), []),
});

const Saved = v.object({
  theme: v.fallback(v.picklist(["system", "light", "dark"]), "system"),
  language: v.optional(v.picklist(["en", "zh"])),
  lessonOpen: v.fallback(v.boolean(), true),
  /** The page that wrote this last, whose work it has. */
  page: v.optional(v.string()),
  work: SavedWork,
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

const SavedPage = v.object({ page: v.string(), work: SavedWork });

export interface Restored {
  readonly theme: ThemeChoice;
  readonly language: Language | null;
  readonly lessonOpen: boolean;
  readonly work: Work;
  readonly drafts: Drafts;
  /** Nothing was saved: this is the first visit. */
  readonly firstVisit: boolean;
}

/** The browser's storage for this page alone; null where it has none, or the page is within another one. */
export function pageStorage(): Storage | null {
  try {
    return window.parent === window ? window.sessionStorage : null;
  } catch {
    return null;
  }
}

type Readable = Pick<Storage, "getItem">;

function read<T>(storage: Readable, key: string, schema: v.GenericSchema<unknown, T>): T | null {
  try {
    const text = storage.getItem(key);
    return text === null ? null : v.parse(schema, JSON.parse(text));
  } catch {
    return null;
  }
}

/**
 * What the browser keeps of the reader's work, or the beginning if there is none or it cannot be read.
 * @param page what the browser keeps for this page alone: it goes on where it was, whatever others have open
 */
export function restore(storage: Readable, page: Readable | null = null): Restored {
  const saved = read(storage, WORK_KEY, Saved);
  if (saved === null) {
    const beginning = { theme: "system", language: null, lessonOpen: true } as const;
    return { ...beginning, work: initialWork, drafts: {}, firstVisit: true };
  }
  const own = page === null || saved.page === undefined ? null : read(page, PAGE_KEY, SavedPage);
  const kept = own === null || own.page === saved.page ? saved.work : own.work;
  // A strategy that this version does not have is replaced when the registry is known (Engine.boot).
  const work = { ...kept, strategy: kept.strategy as StrategyId };
  const { theme, lessonOpen, drafts } = saved;
  return { theme, lessonOpen, drafts, work, language: saved.language ?? null, firstVisit: false };
}

/** The part of the state that is kept. While a link is open, `own` is the reader's own work. */
export function toSave(state: State, own: Work) {
  return { ...settingsOf(state), work: own, drafts: state.drafts };
}

const settingsOf = ({ theme, language, lessonOpen }: Pick<State, "theme" | "language" | "lessonOpen">) => ({
  theme,
  language,
  lessonOpen,
});

/** How soon what was changed is saved, in milliseconds. */
const SAVE_MS = 250;

/** What the keeper of the reader's work needs of the page. */
export interface Keeping {
  readonly store: UiStore;
  /** The browser's storage for all pages, and that for this page alone. */
  readonly storage: Pick<Storage, "getItem" | "setItem">;
  readonly page: Pick<Storage, "getItem" | "setItem"> | null;
  ownWork(): Work;
  /** Another page has changed texts: this one is to have them from now on. Must put them into the store at once. */
  onMerged(merged: Merged): void;
}

/**
 * Keeps the reader's work in the browser as it changes. Several pages of one browser keep theirs in the same place:
 * before a page writes it brings what others have written together with its own (see `mergeDrafts`), so that nobody's
 * texts are lost; of the settings it writes only those that were changed here. A shared moment that is open is not the
 * reader's and is not kept.
 */
export class WorkKeeper {
  private readonly of: Keeping;
  private readonly name: string;
  private readonly unsubscribe: () => void;
  private pending: ReturnType<typeof setTimeout> | null = null;
  /** What storage held when it was last looked at, and the texts in it. */
  private seen: string | null = null;
  private base: Drafts;
  /** Settings as others have them, and as this page had them when it last wrote. */
  private others: ReturnType<typeof settingsOf>;
  private written: ReturnType<typeof settingsOf>;

  constructor(of: Keeping) {
    this.of = of;
    const { store, page } = of;
    const state = store.getState();
    this.base = state.drafts;
    this.others = settingsOf(state);
    this.written = this.others;
    this.name = (page && read(page, PAGE_KEY, SavedPage))?.page ?? Math.random().toString(36).slice(2);
    this.unsubscribe = store.subscribe((now, before) => {
      const changed =
        now.work !== before.work ||
        (now.drafts !== before.drafts && now.drafts !== this.base) ||
        now.theme !== before.theme ||
        now.language !== before.language ||
        now.lessonOpen !== before.lessonOpen;
      if (!changed || this.pending !== null) return;
      this.pending = setTimeout(() => this.save(), SAVE_MS);
      if (now.documents.saving === "saved") this.say("pending");
    });
  }

  /** Saves at once what waits to be saved. */
  flush(): void {
    if (this.pending !== null) this.save();
  }

  stop(): void {
    this.flush();
    this.unsubscribe();
  }

  /** Takes over what other pages have written since this one last looked. */
  sync(): void {
    const { storage, store, onMerged } = this.of;
    let text: string | null = null;
    try {
      text = storage.getItem(WORK_KEY);
    } catch {
      return;
    }
    if (text === null || text === this.seen) return;
    this.seen = text;
    const saved = read({ getItem: () => text }, WORK_KEY, Saved);
    if (saved === null) return;
    const { drafts, document, work } = store.getState();
    const open = document?.kind === "program" ? work.programId : null;
    const merged = mergeDrafts(this.base, drafts, saved.drafts, open);
    this.others = { ...settingsOf({ ...saved, language: saved.language ?? this.others.language }) };
    const theirs = sameDrafts(merged.drafts, saved.drafts);
    if (sameDrafts(merged.drafts, drafts)) {
      this.base = theirs ? drafts : saved.drafts;
      return;
    }
    // What is exactly as storage has it needs no saving.
    this.base = theirs ? merged.drafts : saved.drafts;
    onMerged(merged);
  }

  private save(): void {
    if (this.pending !== null) clearTimeout(this.pending);
    this.pending = null;
    this.sync();
    const { storage, page, store, ownWork } = this.of;
    const state = store.getState();
    const settings = settingsOf(state);
    const changed = Object.entries(settings).filter(([name, value]) => this.written[name as "theme"] !== value);
    const kept = { ...this.others, ...Object.fromEntries(changed) };
    const work = ownWork();
    const text = JSON.stringify({ ...toSave(state, work), ...kept, page: this.name });
    try {
      storage.setItem(WORK_KEY, text);
      page?.setItem(PAGE_KEY, JSON.stringify({ page: this.name, work }));
      this.seen = text;
      this.base = state.drafts;
      this.others = kept;
      this.written = settings;
      this.say("saved");
    } catch (error) {
      // It must not stop the page; the work stays in memory, and the reader is told.
      this.say(error instanceof DOMException && error.name === "QuotaExceededError" ? "full" : "off");
    }
    // Taking over what others wrote asked for another save, which this one was.
    if (this.pending !== null) clearTimeout(this.pending);
    this.pending = null;
  }

  private say(saving: Saving): void {
    if (this.of.store.getState().documents.saving === saving) return;
    change(this.of.store, (draft) => {
      draft.documents.saving = saving;
    });
  }
}
