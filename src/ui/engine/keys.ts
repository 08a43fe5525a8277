import { castDraft } from "immer";
import { refusalOf } from "../actions/browser-keys.ts";
import { actions } from "../actions/index.ts";
import { keysOf, mayShare } from "../actions/keys.ts";
import type { ActionId } from "../actions/types.ts";
import { speakOfKeys } from "../i18n/keys.ts";
import { type OwnKeys, saveKeys } from "../store/keys.ts";
import { change } from "../store/store.ts";
import type { Engine } from "./engine.ts";

function put(engine: Engine, keys: OwnKeys): void {
  change(engine.store, (draft) => {
    draft.keys = castDraft(keys);
  });
  speakOfKeys(keys);
  saveKeys(localStorage, keys);
}

/**
 * Gives an action a key instead of those it has, or none. Others that have the key lose it. Keys of its row that nobody
 * could choose (Escape, to cancel) stay.
 */
export function bindKey(engine: Engine, id: ActionId, key: string | null, losers: readonly ActionId[] = []): void {
  const own: Record<string, readonly string[]> = { ...engine.state.keys };
  for (const action of actions) {
    if (action.id === id) {
      const fixed = action.keys.filter((candidate) => refusalOf(candidate) !== null);
      own[id] = [...(key === null ? [] : [key]), ...fixed];
    } else if (key !== null && losers.includes(action.id)) {
      own[action.id] = keysOf(action, engine.state.keys).filter((candidate) => candidate !== key);
    }
  }
  put(engine, own as OwnKeys);
}

/** Gives an action the keys of its row back; who has them now loses them. */
export function resetKey(engine: Engine, id: ActionId): void {
  const { [id]: _, ...own } = engine.state.keys;
  const back = actions.find((action) => action.id === id)?.keys ?? [];
  const others = Object.entries<readonly string[]>(own).map(([other, keys]) => {
    const kept = mayShare(other as ActionId, id) ? keys : keys.filter((key) => !back.includes(key));
    return [other, kept] as const;
  });
  put(engine, Object.fromEntries(others) as OwnKeys);
}

/** Gives every action the keys of its row back. */
export function resetKeys(engine: Engine): void {
  put(engine, {});
}
