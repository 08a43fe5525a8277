import * as v from "valibot";
import type { ActionId } from "../actions/types.ts";

/** The reader's own keys, by action; actions that are not here have the keys of their row. */
export type OwnKeys = Readonly<Partial<Record<ActionId, readonly string[]>>>;

const STORAGE = "ringside.keys.v1";
const Saved = v.record(v.string(), v.array(v.pipe(v.string(), v.maxLength(40))));

/** The keys that were kept, or none of one's own. Names of actions that are gone do no harm. */
export function restoreKeys(storage: Pick<Storage, "getItem">): OwnKeys {
  try {
    return v.parse(Saved, JSON.parse(storage.getItem(STORAGE) ?? "{}")) as OwnKeys;
  } catch {
    return {};
  }
}

/** Keeps the reader's keys. A full or forbidden storage must not stop the page: they then last as long as it. */
export function saveKeys(storage: Pick<Storage, "setItem">, keys: OwnKeys): void {
  try {
    storage.setItem(STORAGE, JSON.stringify(keys));
  } catch {}
}
