import type { OwnKeys } from "../store/keys.ts";
import type { State } from "../store/state.ts";
import { actions } from "./index.ts";
import type { Action, ActionId } from "./types.ts";

/** The part of a keyboard event that names a key. */
export type KeyPress = Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey" | "shiftKey" | "metaKey"> &
  Partial<Pick<KeyboardEvent, "code">>;

/** A key press as actions name it: `Ctrl+Shift+F11`, `Alt+K`. */
export function keyName(event: KeyPress): string {
  const modifiers = [
    event.ctrlKey && "Ctrl",
    event.altKey && "Alt",
    event.shiftKey && "Shift",
    event.metaKey && "Meta",
  ];
  return [...modifiers.filter((m) => m !== false), plainKey(event)].join("+");
}

const CODES: Readonly<Record<string, string>> = { Minus: "-", Equal: "=", Comma: ",", Period: ".", Slash: "/" };

/** The key itself. Alt makes other characters of some keys, by the layout; the key is then told by its place. */
function plainKey({ key, code, altKey }: KeyPress): string {
  if (altKey && code !== undefined && key.length === 1) {
    const place = CODES[code] ?? /^(?:Key|Digit)(.)$/.exec(code)?.[1];
    if (place !== undefined) return place;
  }
  return key.length === 1 ? key.toUpperCase() : key;
}

/** A press of nothing but Ctrl, Shift and the like. */
export function isModifier({ key }: KeyPress): boolean {
  return ["Control", "Alt", "AltGraph", "Shift", "Meta", "CapsLock", "Fn"].includes(key);
}

/** Escape is the guest's on its screen, and closes what floats over the page, even while a run is under way. */
export function isLeftAlone(event: Pick<KeyboardEvent, "key" | "target">): boolean {
  if (event.key !== "Escape" || !(event.target instanceof Element)) return false;
  return (
    event.target.closest('[role="application"], [role="menu"], [role="listbox"], [role="dialog"], [role="tooltip"]') !==
    null
  );
}

/** The keys that an action has: the reader's own, or those of its row. */
export function keysOf(action: Action, own: OwnKeys): readonly string[] {
  return own[action.id] ?? action.keys;
}

/** Keys that browsers act upon by themselves, with or without Ctrl, Alt and Shift. */
const BROWSERS = /(^|\+)F\d+$|^(Ctrl|Alt)\+/;

/**
 * What a key does now. `known` says that the browser must not act on it: some action has the key, enabled or not (a
 * reload by F5 at the end of a run would lose the moment). Escape and the like are left to others while no action can act.
 */
export function actionForKey(
  event: KeyPress,
  state: State,
): { readonly known: boolean; readonly action: Action | null } {
  const name = keyName(event);
  const having = actions.filter((action) => keysOf(action, state.keys).includes(name));
  const action = having.find((candidate) => candidate.enabled(state)) ?? null;
  return { known: action !== null || (having.length > 0 && BROWSERS.test(name)), action };
}

/** The actions that have a key already, but for one of them. */
export function holdersOf(key: string, own: OwnKeys, but: ActionId): readonly Action[] {
  return actions.filter((action) => action.id !== but && keysOf(action, own).includes(key));
}

/** Pairs that share a key because they never can act at the same time. */
const SHARED: readonly (readonly [ActionId, ActionId])[] = [["run", "pause"]];

/** Whether two actions may have the same key. */
export function mayShare(a: ActionId, b: ActionId): boolean {
  return SHARED.some((pair) => pair.includes(a) && pair.includes(b));
}
