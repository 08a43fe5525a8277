/** Why a key cannot be an action's. Its words are `keys.refused.REASON`. */
export type Refusal =
  | "window"
  | "tab"
  | "reload"
  | "address"
  | "history"
  | "find"
  | "zoom"
  | "clipboard"
  | "tools"
  | "caret"
  | "system"
  | "focus"
  | "types"
  | "menu";

const RULES: readonly (readonly [RegExp, Refusal])[] = [
  // The first two rows never reach the page in Chrome and Firefox; the rest would, and people need them.
  [/^Ctrl\+(Shift\+)?[NWQ]$|^Ctrl\+Shift\+P$|^Alt\+F4$|^Alt\+Space$|^Alt\+ $/, "window"],
  [/^Ctrl\+(Shift\+)?T$|^Ctrl\+F4$|^Ctrl\+(Shift\+)?(Tab|PageUp|PageDown)$|^(Ctrl|Alt)\+[0-9]$/, "tab"],
  [/^(Ctrl|Shift)\+F5$|^Ctrl\+(Shift\+)?R$/, "reload"],
  [/^(Ctrl\+[LK]|Alt\+D|F6|Ctrl\+F6|Shift\+F6)$/, "address"],
  [/^Alt\+(ArrowLeft|ArrowRight|Home)$|^Ctrl\+\[$|^Ctrl\+\]$/, "history"],
  [/^(Ctrl\+(Shift\+)?[FG]|(Shift\+)?F3)$/, "find"],
  [/^Ctrl\+(Shift\+)?[-+=_0]$/, "zoom"],
  [/^Ctrl\+[ACVXYZ]$|^Ctrl\+Shift\+[VZ]$/, "clipboard"],
  [/^Ctrl\+Shift\+[IJCK]$|^F12$/, "tools"],
  [/^F7$/, "caret"],
  [/^Shift\+F10$|^(Shift\+)?ContextMenu$/, "menu"],
  [/(^|\+)Meta(\+|$)|^(Ctrl\+)?Alt\+Tab$|^Ctrl\+Alt\+(Delete|F\d+)$|^Ctrl\+Shift\+Escape$/, "system"],
  [/^(Shift\+)?(Tab|Enter| |Space|Arrow\w+|Home|End|PageUp|PageDown|Escape|Backspace|Delete|Insert)$/, "focus"],
];

/**
 * Why Chrome, Firefox, the desktop or the page itself needs this key, or null if an action may have it. `key` as
 * `keyName` gives it.
 */
export function refusalOf(key: string): Refusal | null {
  const found = RULES.find(([pattern]) => pattern.test(key));
  if (found) return found[1];
  // A letter alone, or with Shift, is typed into the text and to the guest.
  return /^(Shift\+)?.$/u.test(key) ? "types" : null;
}
