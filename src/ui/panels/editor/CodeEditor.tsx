import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Diagnostic, SourceLine } from "../../../session/types.ts";
import { useEngine } from "../../engine/context.ts";
import { edit } from "../../engine/documents.ts";
import { toggleBreakpoint } from "../../engine/run.ts";
import { useWords } from "../../i18n/index.ts";
import type { Place } from "../../store/state.ts";
import { change, useUi } from "../../store/store.ts";
import { useDark } from "../../theme.ts";
import { decorationsOf } from "./decorations.ts";

type Setup = typeof import("./monaco/setup.ts");
type StandaloneEditor = ReturnType<Setup["monaco"]["editor"]["create"]>;

interface Props {
  readonly setup: Setup;
  readonly file: string;
  readonly text: string;
  readonly readOnly: boolean;
  readonly lines: readonly SourceLine[];
  readonly diagnostics: readonly Diagnostic[];
  readonly breakpoints: readonly Place[];
  /** The line that is executed next, if it is in this file. */
  readonly currentLine: number | null;
}

/** Monaco with the margin's marks; the text itself lives in the store. */
export default function CodeEditor(props: Props) {
  const { setup, file, text, readOnly, lines, diagnostics, breakpoints, currentLine } = props;
  const { monaco, applyTheme, setHoverContext, LANGUAGE } = setup;
  const { t } = useTranslation();
  const words = useWords();
  const engine = useEngine();
  const dark = useDark();
  const language = useUi((state) => state.language);
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<StandaloneEditor | null>(null);
  const marks = useRef<ReturnType<StandaloneEditor["createDecorationsCollection"]> | null>(null);
  const place = useRef(file);
  place.current = file;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the editor is made once; what changes is set below
  useEffect(() => {
    applyTheme(dark);
    const made = monaco.editor.create(host.current!, {
      value: "",
      language: LANGUAGE,
      automaticLayout: true,
      ariaLabel: t("editor.label"),
      fontFamily: "var(--font-mono)",
      fontSize: 13,
      lineHeight: 20,
      glyphMargin: true,
      lineNumbersMinChars: 3,
      lineDecorationsWidth: 18,
      folding: false,
      minimap: { enabled: false },
      scrollBeyondLastLine: false,
      renderFinalNewline: "on",
      renderLineHighlight: "none",
      occurrencesHighlight: "off",
      fixedOverflowWidgets: true,
      tabSize: 8,
      padding: { top: 6, bottom: 6 },
      overviewRulerLanes: 2,
      contextmenu: false,
      accessibilitySupport: "auto",
    });
    editor.current = made;
    marks.current = made.createDecorationsCollection();
    const { MouseTargetType } = monaco.editor;
    made.onMouseDown((event) => {
      const { type } = event.target;
      if (type !== MouseTargetType.GUTTER_GLYPH_MARGIN && type !== MouseTargetType.GUTTER_LINE_NUMBERS) return;
      const line = event.target.position?.lineNumber;
      if (line !== undefined) void toggleBreakpoint(engine, { file: place.current, line });
    });
    made.onDidChangeCursorPosition((event) =>
      change(engine.store, (draft) => {
        draft.editorPlace = { file: place.current, line: event.position.lineNumber };
      }),
    );
    made.onDidChangeModelContent(() => {
      if (place.current === engine.state.document?.main) edit(engine, made.getValue());
    });
    return () => {
      made.getModel()?.dispose();
      made.dispose();
      editor.current = null;
    };
  }, []);

  useEffect(() => applyTheme(dark), [dark, applyTheme]);
  useEffect(() => editor.current?.updateOptions({ readOnly, ariaLabel: t("editor.label") }), [readOnly, t]);

  // Another file or a text from elsewhere; what the reader types comes back equal and changes nothing.
  const shown = useRef<string | null>(null);
  useEffect(() => {
    const model = editor.current?.getModel();
    if (!model || (shown.current === file && model.getValue() === text)) return;
    const another = shown.current !== file;
    shown.current = file;
    model.setValue(text);
    if (another) editor.current?.setScrollTop((headerLength(text) - 1) * 20);
  }, [file, text]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `text` and `file` only say that the model is another
  useEffect(() => {
    marks.current?.set(decorationsOf({ lines, breakpoints, currentLine, t }));
  }, [lines, breakpoints, currentLine, t, file, text]);

  useEffect(() => {
    if (currentLine !== null) editor.current?.revealLineInCenterIfOutsideViewport(currentLine);
  }, [currentLine]);

  useEffect(() => {
    const model = editor.current?.getModel();
    if (!model) return;
    monaco.editor.setModelMarkers(
      model,
      "assembler",
      diagnostics
        .filter((diagnostic) => diagnostic.file === file)
        .map((diagnostic) => ({
          severity: diagnostic.severity === "error" ? monaco.MarkerSeverity.Error : monaco.MarkerSeverity.Warning,
          startLineNumber: diagnostic.line,
          endLineNumber: diagnostic.line,
          startColumn: diagnostic.column,
          endColumn: Math.max(diagnostic.endColumn, diagnostic.column + 1),
          message: [diagnostic.message, diagnostic.hint]
            .flatMap((part) => (part === null ? [] : [words(part)]))
            .join("\n"),
        })),
    );
  }, [diagnostics, file, monaco, words]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the words follow the language
  useEffect(() => {
    setHoverContext({
      lines: new Map(lines.map((line) => [line.line, line])),
      pick: (pair) => pair[language],
      phrase: (key) => t(`hover.${key}`),
    });
  }, [lines, language]);

  return <div className="monaco-host" ref={host} data-testid="editor" />;
}

/** The first line after the program's header, which the reader has in the lesson panel already. */
function headerLength(text: string): number {
  const lines = text.split("\n");
  let at = 0;
  while (at < lines.length && (/^; [a-z][a-z -]*: /.test(lines[at]!) || lines[at]!.trim() === "")) at++;
  return at === lines.length ? 1 : at + 1;
}
