import { editingActions } from "./editing.ts";
import { fileActions } from "./files.ts";
import { pageActions } from "./page.ts";
import { panelActions } from "./panels.ts";
import { backwardActions, forwardActions } from "./running.ts";
import { sharingActions } from "./sharing.ts";
import type { Action, ActionId } from "./types.ts";

/** Every action of the page, once. */
export const actions: readonly Action[] = [
  ...forwardActions,
  ...backwardActions,
  ...pageActions,
  ...fileActions,
  ...editingActions,
  ...sharingActions,
  ...panelActions,
];

const byId = new Map(actions.map((action) => [action.id, action]));

/** The action of that name. */
export function actionOf(id: ActionId): Action {
  return byId.get(id)!;
}
