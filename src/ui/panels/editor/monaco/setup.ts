// Loaded when the editor is first shown, and only the parts of Monaco that it uses.
import * as monaco from "monaco-editor/editor/editor.api.js";
import "monaco-editor/features/bracketMatching/register.js";
import "monaco-editor/features/caretOperations/register.js";
import "monaco-editor/features/codeAction/register.js";
import "monaco-editor/features/clipboard/register.js";
import "monaco-editor/features/comment/register.js";
import "monaco-editor/features/cursorUndo/register.js";
import "monaco-editor/features/find/register.js";
import "monaco-editor/features/folding/register.js";
import "monaco-editor/features/hover/register.js";
import "monaco-editor/features/indentation/register.js";
import "monaco-editor/features/linesOperations/register.js";
import "monaco-editor/features/multicursor/register.js";
import "monaco-editor/features/parameterHints/register.js";
// The list of suggestions itself: the feature's own entry has only its inline form.
import "monaco-editor/editor/contrib/suggest/browser/suggestController.js";
import "monaco-editor/features/toggleTabFocusMode/register.js";
import "monaco-editor/features/wordHighlighter/register.js";
import "monaco-editor/features/wordOperations/register.js";
import EditorWorker from "monaco-editor/editor/editor.worker.js?worker";
import { giveHoversRoom } from "./hover-room.ts";
import { configuration, LANGUAGE } from "./language.ts";
import { registerProviders } from "./providers.ts";

self.MonacoEnvironment = { getWorker: () => new EditorWorker() };

monaco.languages.register({ id: LANGUAGE });
monaco.languages.setLanguageConfiguration(LANGUAGE, configuration);
registerProviders(monaco, LANGUAGE);
giveHoversRoom();

/** Colours come from the page's design tokens, so that there is one list of them. */
export function applyTheme(dark: boolean): void {
  const style = getComputedStyle(document.documentElement);
  // A minifier may have written #abc for #aabbcc, which Monaco does not take.
  const token = (name: string): string =>
    style
      .getPropertyValue(name)
      .trim()
      .replace(/^#([\da-f])([\da-f])([\da-f])$/i, "#$1$1$2$2$3$3");
  const rule = (name: string, variable: string, fontStyle = "") => ({
    token: name,
    foreground: token(variable).replace("#", ""),
    fontStyle,
  });
  monaco.editor.defineTheme("ringside", {
    base: dark ? "vs-dark" : "vs",
    inherit: true,
    rules: [
      rule("", "--ink"),
      rule("comment", "--code-comment"),
      rule("mnemonic", "--code-mnemonic", "bold"),
      rule("register", "--code-register"),
      rule("number", "--code-number"),
      rule("string", "--code-string"),
      rule("directive", "--code-directive"),
      rule("label", "--ink", "bold"),
      rule("variable", "--code-directive"),
    ],
    colors: {
      "editor.background": token("--panel"),
      "editor.foreground": token("--ink"),
      "editorLineNumber.foreground": token("--ink-3"),
      "editorLineNumber.activeForeground": token("--ink"),
      "editorGutter.background": token("--panel"),
      "editorCursor.foreground": token("--ink"),
      "editorHoverWidget.background": token("--raised"),
      "editorHoverWidget.border": token("--line-strong"),
      "editorHoverWidget.foreground": token("--ink"),
      "diffEditor.insertedLineBackground": token("--good-soft"),
      "diffEditor.removedLineBackground": token("--danger-soft"),
      // Code stays readable on one colour; signs in the margin say the same.
      "diffEditor.insertedTextBackground": "#00000000",
      "diffEditor.removedTextBackground": "#00000000",
      "diffEditorGutter.insertedLineBackground": token("--good-soft"),
      "diffEditorGutter.removedLineBackground": token("--danger-soft"),
      focusBorder: token("--focus"),
    },
  });
  monaco.editor.setTheme("ringside");
}

export { letFingersScrollHovers } from "./hover-room.ts";
export { attachTools, LANGUAGE_OPTIONS } from "./tools.ts";
export { setMonacoWords } from "./words.ts";
export { LANGUAGE, monaco };
