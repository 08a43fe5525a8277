import {
  ArrowDownToDot,
  ArrowUpFromDot,
  ChevronFirst,
  CornerLeftUp,
  CornerRightUp,
  Locate,
  Pause,
  Play,
  Redo,
  Rewind,
  RotateCcw,
  ShieldAlert,
  ShieldMinus,
  StepBack,
  StepForward,
  Target,
  Undo,
} from "lucide-react";
import { command, load, pause, run, seek } from "../engine/run.ts";
import { isEnded, isIdle, type State } from "../store/state.ts";
import type { Action } from "./types.ts";

const canGoOn = (state: State): boolean => state.run.status === "failed" || (isIdle(state) && !isEnded(state));
const canGoBack = (state: State): boolean => isIdle(state) && (state.run.view?.step ?? 0) > 0;

/** Running forwards, with VS Code's keys. */
export const forwardActions: readonly Action[] = [
  { id: "run", group: "run", icon: Play, keys: ["F5"], enabled: canGoOn, run: (e) => run(e, "forward", null) },
  {
    id: "pause",
    group: "run",
    icon: Pause,
    keys: ["F5", "Shift+F5"],
    enabled: (s) => s.run.status === "running" || s.compare.status === "running",
    run: pause,
  },
  {
    id: "over",
    group: "run",
    icon: Redo,
    keys: ["F10"],
    enabled: canGoOn,
    run: (e) => command(e, { kind: "over", direction: "forward" }),
  },
  {
    id: "stepInto",
    group: "run",
    icon: ArrowDownToDot,
    keys: ["F11"],
    enabled: canGoOn,
    run: (e) => command(e, { kind: "step", direction: "forward" }),
  },
  {
    id: "out",
    group: "run",
    icon: CornerRightUp,
    keys: ["Shift+F11"],
    enabled: canGoOn,
    run: (e) => command(e, { kind: "out", direction: "forward" }),
  },
  {
    id: "tick",
    group: "run",
    icon: StepForward,
    keys: ["F2"],
    enabled: canGoOn,
    run: (e) => command(e, { kind: "tick", direction: "forward" }),
  },
  {
    id: "nextTrap",
    group: "run",
    icon: ShieldAlert,
    keys: ["F8"],
    enabled: canGoOn,
    run: (e) => run(e, "forward", "trap"),
  },
  {
    id: "nextRing",
    group: "run",
    icon: Target,
    keys: ["Ctrl+F8"],
    enabled: canGoOn,
    run: (e) => run(e, "forward", "ring"),
  },
  {
    id: "restart",
    group: "run",
    icon: RotateCcw,
    keys: ["Ctrl+Shift+F5"],
    enabled: (s) => s.document !== null && s.run.status !== "starting" && s.run.status !== "loading",
    run: async (e) => {
      await load(e);
    },
  },
];

/** The same, backwards in time: the same key with Ctrl. */
export const backwardActions: readonly Action[] = [
  {
    id: "toStart",
    group: "back",
    icon: ChevronFirst,
    keys: [],
    enabled: canGoBack,
    run: (e) => seek(e, 0),
  },
  {
    id: "runBack",
    group: "back",
    icon: Rewind,
    keys: ["Ctrl+F5"],
    enabled: canGoBack,
    run: (e) => run(e, "back", null),
  },
  {
    id: "overBack",
    group: "back",
    icon: Undo,
    keys: ["Ctrl+F10"],
    enabled: canGoBack,
    run: (e) => command(e, { kind: "over", direction: "back" }),
  },
  {
    id: "stepBack",
    group: "back",
    icon: ArrowUpFromDot,
    keys: ["Ctrl+F11"],
    enabled: canGoBack,
    run: (e) => command(e, { kind: "step", direction: "back" }),
  },
  {
    id: "outBack",
    group: "back",
    icon: CornerLeftUp,
    keys: ["Ctrl+Shift+F11"],
    enabled: canGoBack,
    run: (e) => command(e, { kind: "out", direction: "back" }),
  },
  {
    id: "tickBack",
    group: "back",
    icon: StepBack,
    keys: ["Ctrl+F2"],
    enabled: canGoBack,
    run: (e) => command(e, { kind: "tick", direction: "back" }),
  },
  {
    id: "previousTrap",
    group: "back",
    icon: ShieldMinus,
    keys: ["Shift+F8"],
    enabled: canGoBack,
    run: (e) => run(e, "back", "trap"),
  },
  {
    id: "previousRing",
    group: "back",
    icon: Locate,
    keys: ["Ctrl+Shift+F8"],
    enabled: canGoBack,
    run: (e) => run(e, "back", "ring"),
  },
];
