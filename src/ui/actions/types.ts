import type { LucideIcon } from "lucide-react";
import type { Engine } from "../engine/engine.ts";
import type { State } from "../store/state.ts";

/** Where an action stands in toolbar, palette and help. */
export type ActionGroup = "run" | "back" | "program" | "view";

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

/** Names of actions; each has a label and a line of help in both catalogues under `action`. */
export type ActionId =
  | "run"
  | "pause"
  | "stepInto"
  | "tick"
  | "over"
  | "out"
  | "nextTrap"
  | "nextRing"
  | "restart"
  | "runBack"
  | "stepBack"
  | "tickBack"
  | "overBack"
  | "outBack"
  | "previousTrap"
  | "previousRing"
  | "toStart"
  | "breakpoint"
  | "compare"
  | "share"
  | "newProgram"
  | "revert"
  | "editCopy"
  | "backToOwn"
  | "palette"
  | "help"
  | "lesson"
  | "theme"
  | "language";
