import type { State } from "../store/state.ts";
import { pageActions } from "./page.ts";
import { backwardActions, forwardActions } from "./running.ts";
import type { Action, ActionId } from "./types.ts";

/** Every action of the page, once. */
export const actions: readonly Action[] = [...forwardActions, ...backwardActions, ...pageActions];

const byId = new Map(actions.map((action) => [action.id, action]));

/** The action of that name. */
export function actionOf(id: ActionId): Action {
  return byId.get(id)!;
}

/** The part of a keyboard event that names a key. */
export type KeyPress = Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey" | "shiftKey" | "metaKey">;

/** A key press as actions name it: `Ctrl+Shift+F11`. */
export function keyName(event: KeyPress): string {
  const modifiers = [
    event.ctrlKey && "Ctrl",
    event.altKey && "Alt",
    event.shiftKey && "Shift",
    event.metaKey && "Meta",
  ];
  return [...modifiers.filter((m) => m !== false), event.key].join("+");
}

/**
 * What a key does now. `known` says that some action has the key, enabled or not: then the browser must not act on it
 * (a reload by F5 at the end of a run would lose the moment).
 */
export function actionForKey(
  event: KeyPress,
  state: State,
): { readonly known: boolean; readonly action: Action | null } {
  const name = keyName(event);
  const having = actions.filter((action) => action.keys.includes(name));
  return { known: having.length > 0, action: having.find((action) => action.enabled(state)) ?? null };
}
