import type { LucideIcon } from "lucide-react";
import type { Engine } from "../engine/engine.ts";
import type { PanelId } from "../layout/panel-ids.ts";
import type { State } from "../store/state.ts";

/** Where an action stands in toolbar, palette and help. */
export type ActionGroup = "run" | "back" | "program" | "view" | "panel";

/** One thing that a person can do. Toolbar, palette, keys and help derive from these rows. */
export interface Action {
  readonly id: ActionId;
  readonly group: ActionGroup;
  readonly icon: LucideIcon;
  /** As `KeyboardEvent` names them, with modifiers in the order Ctrl, Alt, Shift: `Ctrl+Shift+F11`. */
  readonly keys: readonly string[];
  enabled(state: State): boolean;
  run(engine: Engine): void | Promise<void>;
}

/** Shows a panel; one for each row of layout/panels.ts. */
export type PanelActionId = `panel-${PanelId}`;

/** Names of actions; each has a label and a line of help in both catalogues under `action` (panels: `app.panel`). */
export type ActionId = OwnActionId | PanelActionId;

export type OwnActionId =
  | "run"
  | "pause"
  | "stepInto"
  | "tick"
  | "over"
  | "out"
  | "nextTrap"
  | "nextRing"
  | "nextSilent"
  | "nextExit"
  | "restart"
  | "runBack"
  | "stepBack"
  | "tickBack"
  | "overBack"
  | "outBack"
  | "previousTrap"
  | "previousRing"
  | "previousSilent"
  | "previousExit"
  | "toStart"
  | "toCursor"
  | "backToCursor"
  | "slower"
  | "faster"
  | "keys"
  | "breakpoint"
  | "editBreakpoint"
  | "clearBreakpoints"
  | "compare"
  | "share"
  | "export"
  | "present"
  | "tour"
  | "newProgram"
  | "revert"
  | "editCopy"
  | "backToOwn"
  | "newFromTemplate"
  | "openLocal"
  | "saveFile"
  | "saveAll"
  | "saveImage"
  | "saveListing"
  | "addFile"
  | "texts"
  | "paravirtualize"
  | "showRunText"
  | "backToRunText"
  | "undoLast"
  | "explain"
  | "goToDefinition"
  | "findReferences"
  | "renameName"
  | "formatText"
  | "quickFix"
  | "palette"
  | "help"
  | "lesson"
  | "theme"
  | "language";
