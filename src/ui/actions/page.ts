import {
  BookOpen,
  CircleDot,
  CircleEqual,
  CircleHelp,
  CircleOff,
  Columns2,
  CopyPlus,
  FilePlus2,
  Keyboard,
  Languages,
  Link2,
  Reply,
  Search,
  SunMoon,
  Undo2,
} from "lucide-react";
import { removeBreakpoints, toggleBreakpoint } from "../engine/breakpoints.ts";
import { compare } from "../engine/compare.ts";
import { backToOwn, editCopy } from "../engine/documents.ts";
import type { Engine } from "../engine/engine.ts";
import { shareMoment } from "../engine/links.ts";
import { newProgram, revert } from "../engine/texts.ts";
import { isIdle, isUnderWay, type State, type ThemeChoice } from "../store/state.ts";
import { change } from "../store/store.ts";
import { isOwnText } from "../store/texts.ts";
import type { Action } from "./types.ts";

const themes: readonly ThemeChoice[] = ["system", "light", "dark"];

const opens = (dialog: NonNullable<State["dialog"]>) => (engine: Engine) =>
  change(engine.store, (draft) => {
    draft.dialog = dialog;
  });

/** What is done with programs and with the page itself. */
export const pageActions: readonly Action[] = [
  {
    id: "breakpoint",
    group: "program",
    icon: CircleDot,
    keys: ["F9"],
    enabled: (s) => s.document !== null && s.document.binary === null,
    run: (e) => {
      const place = e.state.editorPlace ?? { file: e.state.document?.main ?? "", line: 1 };
      return toggleBreakpoint(e, place);
    },
  },
  {
    id: "editBreakpoint",
    group: "program",
    icon: CircleEqual,
    keys: ["Shift+F9"],
    enabled: (s) => s.document !== null && s.document.binary === null,
    run: (e) => {
      const place = e.state.editorPlace ?? { file: e.state.document?.main ?? "", line: 1 };
      change(e.store, (draft) => {
        draft.panel = "editor";
        draft.stops.editing = { ...place };
      });
    },
  },
  {
    id: "clearBreakpoints",
    group: "program",
    icon: CircleOff,
    keys: [],
    enabled: (s) => s.work.breakpoints.length > 0,
    run: (e) => removeBreakpoints(e, null),
  },
  {
    id: "compare",
    group: "program",
    icon: Columns2,
    keys: ["Ctrl+F9"],
    enabled: (s) => s.document !== null && s.facts !== null && s.compare.status !== "running" && !isUnderWay(s),
    run: (e) => compare(e),
  },
  { id: "share", group: "program", icon: Link2, keys: [], enabled: isIdle, run: shareMoment },
  {
    id: "newProgram",
    group: "program",
    icon: FilePlus2,
    keys: [],
    enabled: (s) => s.run.status !== "starting",
    run: newProgram,
  },
  {
    id: "revert",
    group: "program",
    icon: Undo2,
    keys: [],
    enabled: (s) => s.document?.kind === "program" && s.work.programId in s.drafts && !isOwnText(s.work.programId),
    run: revert,
  },
  {
    id: "editCopy",
    group: "program",
    icon: CopyPlus,
    keys: [],
    enabled: (s) => s.document?.kind === "link" && s.document.binary === null,
    run: editCopy,
  },
  {
    id: "backToOwn",
    group: "program",
    icon: Reply,
    keys: [],
    enabled: (s) => s.document?.kind === "link",
    run: backToOwn,
  },
  {
    id: "lesson",
    group: "view",
    icon: BookOpen,
    keys: [],
    enabled: () => true,
    run: (e) =>
      change(e.store, (draft) => {
        draft.lessonOpen = !draft.lessonOpen;
        draft.panel = draft.lessonOpen ? "lesson" : draft.panel === "lesson" ? "stage" : draft.panel;
      }),
  },
  { id: "palette", group: "view", icon: Search, keys: ["F1"], enabled: () => true, run: opens("palette") },
  { id: "help", group: "view", icon: CircleHelp, keys: ["Shift+F1"], enabled: () => true, run: opens("help") },
  { id: "keys", group: "view", icon: Keyboard, keys: [], enabled: () => true, run: opens("keys") },
  {
    id: "theme",
    group: "view",
    icon: SunMoon,
    keys: [],
    enabled: () => true,
    run: (e) =>
      change(e.store, (draft) => {
        draft.theme = themes[(themes.indexOf(draft.theme) + 1) % themes.length]!;
      }),
  },
  {
    id: "language",
    group: "view",
    icon: Languages,
    keys: [],
    enabled: () => true,
    run: (e) =>
      change(e.store, (draft) => {
        draft.language = draft.language === "en" ? "zh" : "en";
      }),
  },
];
