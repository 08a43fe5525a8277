import {
  Download,
  Eye,
  FileArchive,
  FileCog,
  FilePlus,
  Files,
  FolderOpen,
  History,
  LayoutTemplate,
  ScrollText,
  Split,
  Undo2,
} from "lucide-react";
import { isEditable } from "../engine/editing.ts";
import type { Engine } from "../engine/engine.ts";
import { backToRunText } from "../engine/files.ts";
import { takeOffer } from "../engine/leaving.ts";
import type { SaveWhat } from "../engine/local.ts";
import { isStale, type State } from "../store/state.ts";
import { change } from "../store/store.ts";
import type { Action } from "./types.ts";

const opens = (dialog: NonNullable<State["dialog"]>) => (engine: Engine) =>
  change(engine.store, (draft) => {
    draft.dialog = dialog;
  });
// Fetched when first wanted.
const local = () => import("../engine/local.ts");
const saves = (what: SaveWhat) => async (engine: Engine) => (await local()).saveLocal(engine, what);
const hasDocument = (state: State): boolean => state.document !== null;
const hasSource = (state: State): boolean => state.document !== null && state.document.binary === null;
const atHome = (state: State): boolean => state.facts !== null && state.document !== null;

/** What is done with files, and what undoes it. */
export const fileActions: readonly Action[] = [
  { id: "newFromTemplate", group: "program", icon: LayoutTemplate, keys: [], enabled: atHome, run: opens("templates") },
  {
    id: "openLocal",
    group: "program",
    icon: FolderOpen,
    keys: ["Ctrl+O"],
    enabled: atHome,
    run: async (e) => (await local()).openLocal(e),
  },
  { id: "saveFile", group: "program", icon: Download, keys: ["Ctrl+S"], enabled: hasDocument, run: saves("file") },
  { id: "saveAll", group: "program", icon: FileArchive, keys: [], enabled: hasSource, run: saves("all") },
  { id: "saveImage", group: "program", icon: FileCog, keys: [], enabled: hasDocument, run: saves("image") },
  { id: "saveListing", group: "program", icon: ScrollText, keys: [], enabled: hasSource, run: saves("listing") },
  {
    id: "addFile",
    group: "program",
    icon: FilePlus,
    keys: [],
    enabled: isEditable,
    run: (e) =>
      change(e.store, (draft) => {
        draft.documents.about = { kind: "add" };
        draft.dialog = "file";
      }),
  },
  { id: "paravirtualize", group: "program", icon: Split, keys: [], enabled: hasSource, run: opens("port") },
  { id: "texts", group: "program", icon: Files, keys: [], enabled: atHome, run: opens("texts") },
  {
    id: "showRunText",
    group: "program",
    icon: Eye,
    keys: [],
    enabled: isStale,
    run: (e) =>
      change(e.store, (draft) => {
        draft.documents.showsRun = !draft.documents.showsRun;
      }),
  },
  { id: "backToRunText", group: "program", icon: Undo2, keys: [], enabled: isStale, run: backToRunText },
  {
    id: "undoLast",
    group: "program",
    icon: History,
    keys: [],
    enabled: (s) => s.documents.offer?.undo === true,
    run: takeOffer,
  },
];
