import {
  ArrowDownToDot,
  ArrowUpFromDot,
  ChevronFirst,
  CircleSlash,
  CircleSlash2,
  CornerLeftUp,
  CornerRightUp,
  DoorClosed,
  DoorOpen,
  Locate,
  Pause,
  Play,
  Rabbit,
  Redo,
  Rewind,
  RotateCcw,
  ShieldAlert,
  ShieldMinus,
  StepBack,
  StepForward,
  Target,
  TextCursor,
  TextCursorInput,
  Turtle,
  Undo,
} from "lucide-react";
import type { Command, RunUntil } from "../../session/types.ts";
import type { Engine } from "../engine/engine.ts";
import { restart } from "../engine/leaving.ts";
import { command, cursorAddress, pause, run, runToCursor, seek } from "../engine/run.ts";
import { setSpeed } from "../engine/walk.ts";
import { nextSpeed, SPEEDS } from "../store/pace.ts";
import { hasWorlds, isEnded, isIdle, isUnderWay, type State } from "../store/state.ts";
import type { Action } from "./types.ts";

const canGoOn = (state: State): boolean => state.run.status === "failed" || (isIdle(state) && !isEnded(state));
const canGoBack = (state: State): boolean => isIdle(state) && (state.run.view?.step ?? 0) > 0;

const does = (wanted: Command) => async (engine: Engine) => {
  await command(engine, wanted);
};
const goes = (direction: "forward" | "back", until: "trap" | "ring" | RunUntil | null) => async (engine: Engine) => {
  await run(engine, direction, until);
};

/** What should have trapped and did not happens only where there is a VMM that misses it. */
const SILENT: RunUntil = { kind: "event", event: "silent" };
const hasVmm = ({ run: { view } }: State): boolean => view?.occupants.some(({ who }) => who === "vmm") ?? false;

/** VM exits, and entries that fail, happen where the processor has the two worlds of VT-x. */
const EXIT: RunUntil = { kind: "exit", reason: null, orFailed: true };

/** Running forwards, with VS Code's keys. */
export const forwardActions: readonly Action[] = [
  { id: "run", group: "run", icon: Play, keys: ["F5"], enabled: canGoOn, run: goes("forward", null) },
  {
    id: "pause",
    group: "run",
    icon: Pause,
    // Escape cancels whatever takes long; see isLeftAlone for where it is somebody else's.
    keys: ["F5", "Escape"],
    enabled: (s) => isUnderWay(s) || s.run.status === "loading" || s.compare.status === "running",
    run: pause,
  },
  {
    id: "over",
    group: "run",
    icon: Redo,
    keys: ["F10"],
    enabled: canGoOn,
    run: does({ kind: "over", direction: "forward" }),
  },
  {
    id: "stepInto",
    group: "run",
    icon: ArrowDownToDot,
    keys: ["F11"],
    enabled: canGoOn,
    run: does({ kind: "step", direction: "forward" }),
  },
  {
    id: "out",
    group: "run",
    icon: CornerRightUp,
    keys: ["Shift+F11"],
    enabled: canGoOn,
    run: does({ kind: "out", direction: "forward" }),
  },
  {
    id: "tick",
    group: "run",
    icon: StepForward,
    keys: ["F4"],
    enabled: canGoOn,
    run: does({ kind: "tick", direction: "forward" }),
  },
  {
    id: "nextTrap",
    group: "run",
    icon: ShieldAlert,
    keys: ["F8"],
    enabled: canGoOn,
    run: goes("forward", "trap"),
  },
  {
    id: "nextRing",
    group: "run",
    icon: Target,
    keys: ["Ctrl+F8"],
    enabled: canGoOn,
    run: goes("forward", "ring"),
  },
  {
    id: "nextSilent",
    group: "run",
    icon: CircleSlash,
    keys: ["Alt+."],
    enabled: (s) => canGoOn(s) && hasVmm(s),
    run: goes("forward", SILENT),
  },
  {
    id: "nextExit",
    group: "run",
    icon: DoorOpen,
    keys: ["Alt+]"],
    enabled: (s) => canGoOn(s) && hasWorlds(s),
    run: goes("forward", EXIT),
  },
  {
    id: "toCursor",
    group: "run",
    icon: TextCursorInput,
    keys: ["Ctrl+F7"],
    enabled: (s) => canGoOn(s) && cursorAddress(s) !== null,
    run: (e) => runToCursor(e, "forward"),
  },
  {
    id: "slower",
    group: "run",
    icon: Turtle,
    keys: ["Alt+-"],
    enabled: (s) => s.pace.speed !== SPEEDS[0].id,
    run: (e) => setSpeed(e, nextSpeed(e.state.pace.speed, -1)),
  },
  {
    id: "faster",
    group: "run",
    icon: Rabbit,
    keys: ["Alt+="],
    enabled: (s) => s.pace.speed !== "full",
    run: (e) => setSpeed(e, nextSpeed(e.state.pace.speed, 1)),
  },
  {
    id: "restart",
    group: "run",
    icon: RotateCcw,
    keys: ["Ctrl+Shift+F5"],
    enabled: (s) => s.document !== null && s.run.status !== "starting" && s.run.status !== "loading",
    run: async (e) => {
      await restart(e);
    },
  },
];

/** The same, backwards in time: mostly the same key with Ctrl, where browsers leave it. */
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
    keys: ["Alt+F5"],
    enabled: canGoBack,
    run: goes("back", null),
  },
  {
    id: "overBack",
    group: "back",
    icon: Undo,
    keys: ["Ctrl+F10"],
    enabled: canGoBack,
    run: does({ kind: "over", direction: "back" }),
  },
  {
    id: "stepBack",
    group: "back",
    icon: ArrowUpFromDot,
    keys: ["Ctrl+F11"],
    enabled: canGoBack,
    run: does({ kind: "step", direction: "back" }),
  },
  {
    id: "outBack",
    group: "back",
    icon: CornerLeftUp,
    keys: ["Ctrl+Shift+F11"],
    enabled: canGoBack,
    run: does({ kind: "out", direction: "back" }),
  },
  {
    id: "tickBack",
    group: "back",
    icon: StepBack,
    keys: ["Shift+F4"],
    enabled: canGoBack,
    run: does({ kind: "tick", direction: "back" }),
  },
  {
    id: "previousTrap",
    group: "back",
    icon: ShieldMinus,
    keys: ["Shift+F8"],
    enabled: canGoBack,
    run: goes("back", "trap"),
  },
  {
    id: "previousRing",
    group: "back",
    icon: Locate,
    keys: ["Ctrl+Shift+F8"],
    enabled: canGoBack,
    run: goes("back", "ring"),
  },
  {
    id: "previousSilent",
    group: "back",
    icon: CircleSlash2,
    keys: ["Alt+,"],
    enabled: (s) => canGoBack(s) && hasVmm(s),
    run: goes("back", SILENT),
  },
  {
    id: "previousExit",
    group: "back",
    icon: DoorClosed,
    keys: ["Alt+["],
    enabled: (s) => canGoBack(s) && hasWorlds(s),
    run: goes("back", EXIT),
  },
  {
    id: "backToCursor",
    group: "back",
    icon: TextCursor,
    keys: ["Ctrl+Shift+F7"],
    enabled: (s) => canGoBack(s) && cursorAddress(s) !== null,
    run: (e) => runToCursor(e, "back"),
  },
];
