import { showPanel } from "../layout/handle.ts";
import { panels } from "../layout/panels.ts";
import type { Action } from "./types.ts";

/** Shows a panel and puts the keyboard there. */
export const panelActions: readonly Action[] = panels.map(({ id, icon }) => ({
  id: `panel-${id}`,
  group: "panel",
  icon,
  keys: [],
  enabled: () => true,
  run: (engine) => showPanel(engine, id, true),
}));
