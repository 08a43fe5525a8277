import i18next from "i18next";
import { actions } from "../actions/index.ts";
import { keysOf } from "../actions/keys.ts";
import type { OwnKeys } from "../store/keys.ts";

/** Lets words speak of keys: `{{key.stepInto}}` is the key that the action has now, or a dash. */
export function speakOfKeys(own: OwnKeys): void {
  const key = Object.fromEntries(actions.map((action) => [action.id, keysOf(action, own)[0] ?? "–"]));
  i18next.options.interpolation = { ...i18next.options.interpolation, defaultVariables: { key } };
  // Whoever shows words shows them anew.
  i18next.emit("languageChanged", i18next.language);
}
