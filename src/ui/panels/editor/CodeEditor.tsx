import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Breakpoint, Diagnostic, SourceLine } from "../../../session/types.ts";
import { moveBreakpoints, toggleBreakpoint } from "../../engine/breakpoints.ts";
import { useEngine } from "../../engine/context.ts";
import { edit, moveCheckedLines } from "../../engine/editing.ts";
import { useWords } from "../../i18n/index.ts";
import { isStale, type Place } from "../../store/state.ts";
import { change, useUi } from "../../store/store.ts";
import { useDark } from "../../theme.ts";
import { useVmxFailure } from "../vmcs/use-failure.ts";
import { decorationsOf, lineAfter } from "./decorations.ts";
import { showBelow } from "./line-note.ts";
import { Models } from "./models.ts";

const EditorMenu = lazy(() => import("./EditorMenu.tsx"));

type Setup = typeof import("./monaco/setup.ts");

const MarginMenu = lazy(() => import("../breakpoints/MarginMenu.tsx"));

/** A line whose margin menu is open, and where. */
interface MarginAt {
  readonly place: Place;
  readonly x: number;
  readonly y: number;
  readonly form: boolean;
}

type StandaloneEditor = ReturnType<Setup["monaco"]["editor"]["create"]>;

interface Props {
  readonly setup: Setup;
  /** Whose files these are: with another program all of them are closed. */
  readonly desk: string;
  readonly file: string;
  /** The text that the run was assembled from, beside the reader's newer one. */
  readonly ofRun: boolean;
  readonly text: string;
  readonly readOnly: boolean;
  readonly lines: readonly SourceLine[];
  readonly diagnostics: readonly Diagnostic[];
  readonly breakpoints: readonly Breakpoint[];
  /** The line that is executed next, if it is in this file. */
  readonly currentLine: number | null;
}

/** Monaco with the margin's marks; the text itself lives in the store. */
export default function CodeEditor(props: Props) {
  const { setup, desk, file, ofRun, text, readOnly, lines, diagnostics, breakpoints, currentLine } = props;
  const { monaco, applyTheme, attachTools, letFingersScrollHovers, setMonacoWords, LANGUAGE, LANGUAGE_OPTIONS } = setup;
  const { t } = useTranslation();
  const words = useWords();
  const engine = useEngine();
  const dark = useDark();
  const language = useUi((state) => state.language);
  // Lines of a text that has changed since are others.
  const isChanged = useUi((state) => isStale(state) && !ofRun);
  const reveal = useUi((state) => state.documents.reveal);
  const [menu, setMenu] = useState<{ readonly x: number; readonly y: number } | null>(null);
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<StandaloneEditor | null>(null);
  const models = useRef<Models | null>(null);
  const marks = useRef<ReturnType<StandaloneEditor["createDecorationsCollection"]> | null>(null);
  const place = useRef(file);
  place.current = file;
  const [margin, setMargin] = useState<MarginAt | null>(null);
  const editing = useUi((state) => state.stops.editing);
  const failure = useVmxFailure();
  const failedLine = failure?.source?.file === file && !isChanged ? failure.source.line : null;
  const brief = failedLine === null ? null : failure!.brief;
  // Texts that come from elsewhere are no typing.
  const setting = useRef(false);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the editor is made once; what changes is set below
  useEffect(() => {
    applyTheme(dark);
    const made = monaco.editor.create(host.current!, {
      model: null,
      automaticLayout: true,
      ariaLabel: t("editor.label"),
      fontFamily: "var(--font-mono)",
      fontSize: 13,
      lineHeight: 20,
      glyphMargin: true,
      lineNumbersMinChars: 3,
      lineDecorationsWidth: 18,
      ...LANGUAGE_OPTIONS,
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
    letFingersScrollHovers(host.current!);
    models.current = new Models(monaco, LANGUAGE);
    marks.current = made.createDecorationsCollection();
    const { MouseTargetType } = monaco.editor;
    const marginLine = ({ type, position }: { type: number; position: { lineNumber: number } | null }) =>
      type === MouseTargetType.GUTTER_GLYPH_MARGIN || type === MouseTargetType.GUTTER_LINE_NUMBERS
        ? position?.lineNumber
        : undefined;
    made.onMouseDown((event) => {
      const line = marginLine(event.target);
      if (line === undefined || event.event.rightButton) return;
      void toggleBreakpoint(engine, { file: place.current, line });
    });
    made.onContextMenu((event) => {
      const line = marginLine(event.target);
      event.event.preventDefault();
      const { clientX: x, clientY: y } = event.event.browserEvent;
      if (line === undefined) setMenu({ x, y });
      else setMargin({ place: { file: place.current, line }, x, y, form: false });
    });
    made.onDidChangeCursorPosition((event) => {
      if (setting.current) return;
      change(engine.store, (draft) => {
        draft.editorPlace = { file: place.current, line: event.position.lineNumber };
      });
    });
    made.onDidChangeModelContent((event) => {
      if (setting.current) return;
      edit(engine, made.getValue(), place.current);
      const lines = (line: number) => lineAfter(line, event.changes);
      moveBreakpoints(engine, place.current, lines);
      moveCheckedLines(engine, place.current, lines);
    });
    const detach = attachTools(monaco, LANGUAGE, made, engine, () => place.current);
    return () => {
      detach();
      models.current?.dispose();
      made.dispose();
      editor.current = null;
    };
  }, []);

  useEffect(() => applyTheme(dark), [dark, applyTheme]);
  useEffect(() => editor.current?.updateOptions({ readOnly, ariaLabel: t("editor.label") }), [readOnly, t]);

  // Another file or a text from elsewhere; what the reader types comes back equal and changes nothing.
  useEffect(() => {
    const made = editor.current;
    if (made === null || models.current === null) return;
    setting.current = true;
    const came = models.current.show(made, desk, { file, ofRun }, text);
    setting.current = false;
    if (came === "new") made.setScrollTop((headerLength(text) - 1) * 20);
    if (came === "same") return;
    change(engine.store, (draft) => {
      draft.editorPlace = { file, line: made.getPosition()?.lineNumber ?? 1 };
    });
  }, [desk, file, ofRun, text, engine]);

  // A problem, a line of the listing or a tab was chosen.
  const gone = useRef(reveal);
  useEffect(() => {
    const made = editor.current;
    if (made === null || reveal === null || reveal === gone.current || reveal.file !== file) return;
    gone.current = reveal;
    made.setPosition({ lineNumber: reveal.line, column: reveal.column ?? 1 });
    made.revealLineInCenterIfOutsideViewport(reveal.line);
    made.focus();
  }, [reveal, file]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `text` and `file` only say that the model is another
  useEffect(() => {
    marks.current?.set(decorationsOf({ lines, breakpoints, currentLine, failedLine, t }));
  }, [lines, breakpoints, currentLine, failedLine, t, file, text]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `text` and `file` only say that the model is another
  useEffect(() => {
    if (editor.current === null || failedLine === null || brief === null) return;
    return showBelow(editor.current, failedLine, `✕ ${words(brief)}`);
  }, [failedLine, brief, words, file, text]);

  // What VT-x has refused, as a problem of its line: under the pointer, and for the keyboard's way from problem to problem.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `text` and `file` only say that the model is another
  useEffect(() => {
    const model = editor.current?.getModel();
    if (!model) return;
    const found =
      failedLine === null || failure === null
        ? []
        : [
            {
              severity: monaco.MarkerSeverity.Error,
              startLineNumber: failedLine,
              endLineNumber: failedLine,
              startColumn: model.getLineFirstNonWhitespaceColumn(failedLine) || 1,
              endColumn: model.getLineMaxColumn(failedLine),
              message: `${words(failure.title)}\n${words(failure.sentence)}`,
            },
          ];
    monaco.editor.setModelMarkers(model, "vmx", found);
  }, [failedLine, failure?.step, words, file, text, monaco]);

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

  useEffect(() => void setMonacoWords(language), [language, setMonacoWords]);

  // The keyboard's way to a breakpoint's condition.
  useEffect(() => {
    const made = editor.current;
    if (made === null || editing === null || editing.file !== file) return;
    change(engine.store, (draft) => {
      draft.stops.editing = null;
    });
    made.revealLineInCenterIfOutsideViewport(editing.line);
    const box = host.current!.getBoundingClientRect();
    const y = box.top + made.getTopForLineNumber(editing.line) - made.getScrollTop() + 20;
    setMargin({ place: editing, x: box.left + 24, y, form: true });
  }, [editing, file, engine]);

  return (
    <>
      <div className="monaco-host" ref={host} data-testid="editor" />
      {menu !== null && (
        <Suspense>
          <EditorMenu at={menu} on={editor.current} onClose={() => setMenu(null)} />
        </Suspense>
      )}
      {margin !== null && (
        <Suspense>
          <MarginMenu
            {...margin}
            key={`${margin.place.line} ${margin.x} ${margin.y}`}
            onClose={() => {
              setMargin(null);
              editor.current?.focus();
            }}
          />
        </Suspense>
      )}
    </>
  );
}

/** The first line after the program's header, which the reader has in the lesson panel already. */
function headerLength(text: string): number {
  const lines = text.split("\n");
  let at = 0;
  while (at < lines.length && (/^; [a-z][a-z -]*: /.test(lines[at]!) || lines[at]!.trim() === "")) at++;
  return at === lines.length ? 1 : at + 1;
}
