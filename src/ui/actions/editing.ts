import { FileSearch, Lightbulb, ListTree, MessageCircleQuestionMark, PencilLine, TextAlignStart } from "lucide-react";
import { isEditable } from "../engine/editing.ts";
import type { Engine } from "../engine/engine.ts";
import { type EditorHands, withEditor } from "../panels/editor/hands.ts";
import type { State } from "../store/state.ts";
import type { Action } from "./types.ts";

const hasText = (state: State): boolean => state.document !== null && state.document.binary === null;
const does =
  (what: keyof EditorHands) =>
  (_: Engine): Promise<void> =>
    withEditor((hands) => hands[what]());

/** What is done to the text at the editor's cursor. F12 alone is the browsers'. */
export const editingActions: readonly Action[] = [
  {
    id: "explain",
    group: "program",
    icon: MessageCircleQuestionMark,
    keys: ["Alt+F12"],
    enabled: hasText,
    run: does("explain"),
  },
  {
    id: "goToDefinition",
    group: "program",
    icon: FileSearch,
    keys: ["Ctrl+F12"],
    enabled: hasText,
    run: does("definition"),
  },
  {
    id: "findReferences",
    group: "program",
    icon: ListTree,
    keys: ["Shift+F12"],
    enabled: hasText,
    run: does("references"),
  },
  {
    id: "renameName",
    group: "program",
    icon: PencilLine,
    keys: ["F2", "Alt+Shift+R"],
    enabled: isEditable,
    run: does("rename"),
  },
  {
    id: "formatText",
    group: "program",
    icon: TextAlignStart,
    keys: ["Alt+Shift+F"],
    enabled: isEditable,
    run: does("format"),
  },
  { id: "quickFix", group: "program", icon: Lightbulb, keys: ["Ctrl+."], enabled: isEditable, run: does("fix") },
];
