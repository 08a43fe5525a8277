import i18next from "i18next";
import type { editor, IPosition } from "monaco-editor/editor/editor.api.js";
import type { Fix, Position } from "../../../../session/language/types.ts";
import { isEditable } from "../../../engine/editing.ts";
import type { Engine } from "../../../engine/engine.ts";
import {
  applyFix,
  askLanguage,
  beginRename,
  goToDefinition,
  listReferences,
  note,
  programText,
} from "../../../engine/language.ts";
import { en } from "../../../i18n/areas/language.ts";
import { zh } from "../../../i18n/areas/zh/language.ts";
import { addWords } from "../../../i18n/index.ts";
import { type EditorHands, offerEditor } from "../hands.ts";
import { setLanguageHost } from "./host.ts";
import { monarchOf } from "./language.ts";
import { FIX_COMMAND } from "./providers.ts";

type Monaco = typeof import("monaco-editor/editor/editor.api.js");

addWords("language", { en, zh });

/** Options of the editor that concern what it knows of the language. */
export const LANGUAGE_OPTIONS = {
  folding: true,
  foldingStrategy: "auto",
  showFoldingControls: "always",
  quickSuggestions: { other: true, comments: false, strings: false },
  wordBasedSuggestions: "off" as const,
  suggestOnTriggerCharacters: true,
  suggest: { showWords: false, showInlineDetails: true, preview: false },
  parameterHints: { enabled: true },
  lightbulb: { enabled: "on" as editor.ShowLightbulbIconMode },
} satisfies editor.IEditorOptions & editor.IGlobalEditorOptions;

let coloured = false;

/**
 * Puts an editor's text in touch with the worker: colours, hovers, completion and the rest, and what actions do at the
 * cursor. Answers how to undo it.
 */
export function attachTools(
  monaco: Monaco,
  language: string,
  on: editor.IStandaloneCodeEditor,
  engine: Engine,
  file: () => string,
) {
  const at = (place: IPosition | null = on.getPosition()): Position => ({
    file: file(),
    line: place?.lineNumber ?? 1,
    column: place?.column ?? 1,
  });
  setLanguageHost({
    ask: (question) => askLanguage(engine, question),
    program: () => programText(engine),
    chosen: () => ({ strategy: engine.state.work.strategy, whatIf: engine.state.work.whatIf }),
    editable: () => isEditable(engine.state),
    pick: (words) => words[engine.state.language],
    phrase: (key, values) => i18next.t(`language.${key}` as never, values ?? {}) as string,
  });
  if (!coloured) {
    coloured = true;
    void colour(monaco, language, engine);
    monaco.editor.registerCommand(FIX_COMMAND, (_, fix: Fix) => void applyFix(engine, fix));
  }
  const hands: EditorHands = {
    async explain() {
      on.focus();
      const place = await explained(on, engine, at());
      note(engine, place === null ? { en: en.nothingToShow, zh: zh.nothingToShow } : null);
      if (place === null) return;
      on.setPosition(place);
      on.revealPositionInCenterIfOutsideViewport(place);
      on.trigger("ringside", "editor.action.showHover", { focus: "autoFocusImmediately" });
    },
    async definition() {
      if (!(await goToDefinition(engine, at()))) note(engine, { en: en.noDefinition, zh: zh.noDefinition });
    },
    async references() {
      if (!(await listReferences(engine, at()))) note(engine, { en: en.nothingHere, zh: zh.nothingHere });
    },
    rename: () => beginRename(engine, at()),
    format: () => format(on, engine, file()),
    async fix() {
      on.focus();
      if (!toProblem(monaco, on)) {
        note(engine, { en: en.noFix, zh: zh.noFix });
        return;
      }
      note(engine, null);
      on.trigger("ringside", "editor.action.quickFix", {});
    },
  };
  const withdraw = offerEditor(hands);
  const click = on.onMouseDown(({ event, target }) => {
    // What the menu offers is about the place that was pointed at.
    if (event.rightButton && target.position && !on.getSelection()?.containsPosition(target.position)) {
      on.setPosition(target.position);
    }
    if (target.type !== monaco.editor.MouseTargetType.CONTENT_TEXT || target.position === null) return;
    if (event.leftButton && (event.ctrlKey || event.metaKey)) void goToDefinition(engine, at(target.position));
  });
  return () => {
    withdraw();
    click.dispose();
  };
}

/** Where the word of the cursor's line stands that is to be explained: that at the cursor, else the instruction, else any. */
async function explained(on: editor.IStandaloneCodeEditor, engine: Engine, at: Position): Promise<IPosition | null> {
  const program = programText(engine);
  const model = on.getModel();
  if (program === null || model === null) return null;
  const chosen = { strategy: engine.state.work.strategy, whatIf: engine.state.work.whatIf };
  const text = model.getLineContent(at.line);
  const words = [...text.matchAll(/[\w.$@%?]+/g)].map(({ index }) => index + 1);
  let other: IPosition | null = null;
  for (const column of [at.column, ...words]) {
    const found = await askLanguage(engine, { kind: "hover", program, position: { ...at, column }, chosen });
    if (!found) continue;
    const place = { lineNumber: at.line, column };
    if (column === at.column || found.card.kind === "instruction") return place;
    other ??= place;
  }
  return other;
}

/** Puts the cursor on the problem of its line, if it is not on one already; answers whether there is one. */
function toProblem(monaco: Monaco, on: editor.IStandaloneCodeEditor): boolean {
  const model = on.getModel();
  const at = on.getPosition();
  if (model === null || at === null) return false;
  const here = monaco.editor
    .getModelMarkers({ resource: model.uri })
    .filter((marker) => marker.startLineNumber <= at.lineNumber && at.lineNumber <= marker.endLineNumber);
  const touched = here.some((marker) => marker.startColumn <= at.column && at.column <= marker.endColumn);
  const [first] = here;
  if (first === undefined) return false;
  if (!touched) on.setPosition({ lineNumber: first.startLineNumber, column: first.startColumn });
  return true;
}

async function colour(monaco: Monaco, language: string, engine: Engine): Promise<void> {
  const words = await askLanguage(engine, { kind: "vocabulary" });
  if (words !== undefined) monaco.languages.setMonarchTokensProvider(language, monarchOf(words));
  else coloured = false;
}

/** Lays the file out. Line by line, so that the cursor and the marks stay where they are. */
async function format(on: editor.IStandaloneCodeEditor, engine: Engine, file: string): Promise<void> {
  const program = programText(engine);
  const model = on.getModel();
  if (program === null || model === null) return;
  const version = model.getVersionId();
  const text = await askLanguage(engine, { kind: "format", program, file });
  if (text === undefined || model.getVersionId() !== version || on.getModel() !== model) return;
  const lines = text.split(/\r\n|\n|\r/);
  const edits = lines.flatMap((line, i) => {
    if (i >= model.getLineCount() || model.getLineContent(i + 1) === line) return [];
    const range = {
      startLineNumber: i + 1,
      endLineNumber: i + 1,
      startColumn: 1,
      endColumn: model.getLineMaxColumn(i + 1),
    };
    return [{ range, text: line }];
  });
  on.pushUndoStop();
  on.executeEdits("format", edits);
  on.pushUndoStop();
}
