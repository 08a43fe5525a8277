import { lazy, Suspense, useEffect, useId, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { linesOf } from "../../../worker/code-line.ts";
import { Panel } from "../../components/Panel.tsx";
import { SpokenProgress } from "../../components/SpokenProgress.tsx";
import { useEngine } from "../../engine/context.ts";
import { edit } from "../../engine/editing.ts";
import { neededFiles } from "../../programs/needed.ts";
import { lineOf } from "../../store/breakpoints.ts";
import { isReadOnly, isStale, type OpenDocument, textOf } from "../../store/state.ts";
import { change, useAtRest, useUi } from "../../store/store.ts";
import CodeEditor from "./CodeEditor.tsx";
import "./editor.css";
import { FileTabs, tabId } from "./FileTabs.tsx";
import { Notices } from "./Notices.tsx";
import { Problems } from "./Problems.tsx";
import { SavedSign } from "./SavedSign.tsx";

type Setup = typeof import("./monaco/setup.ts");

const FileMenu = lazy(() => import("./FileMenu.tsx"));
const References = lazy(() => import("./References.tsx"));
const BinaryNote = lazy(() => import("./BinaryNote.tsx"));

/** The files that have a tab: the main one, what it includes in that order, and the reader's own that nothing includes. */
function tabsOf({ main, text, includes, library }: OpenDocument): readonly string[] {
  const needed = Object.keys(neededFiles(main, { ...includes, [main]: text }));
  const own = Object.keys(includes).filter((name) => includes[name] !== library[name] && !needed.includes(name));
  return [...needed, ...own.sort()];
}

/** The program's text, with what the assembler says of it. */
export function EditorPanel() {
  const { t } = useTranslation();
  const engine = useEngine();
  const document = useUi((state) => state.document);
  const place = useUi((state) => state.editorPlace);
  const check = useUi((state) => state.check);
  const breakpoints = useUi((state) => state.work.breakpoints);
  const programId = useUi((state) => state.work.programId);
  // While the VMM runs, the guest stands at the instruction that trapped.
  const next = useAtRest((state) => {
    const view = state.run.view;
    return view?.next.source ?? view?.transition.at(-1)?.source ?? null;
  });
  const link = useUi(isReadOnly);
  const naming = useUi((state) => state.naming.references !== null || state.naming.note !== null);
  const stale = useUi(isStale);
  const loaded = useUi((state) => state.run.loadedFiles);
  const program = useUi((state) => state.run.program);
  const showsRun = useUi((state) => state.documents.showsRun) && stale && loaded !== null;
  const [setup, setSetup] = useState<Setup | null>(null);
  const [failed, setFailed] = useState(false);
  const region = useId();

  useEffect(() => {
    let alive = true;
    import("./monaco/setup.ts").then(
      (module) => alive && setSetup(module),
      () => alive && setFailed(true),
    );
    return () => {
      alive = false;
    };
  }, []);

  // The editor follows execution into the files that the program includes.
  const here = next?.file;
  useEffect(() => {
    if (here === undefined || engine.state.document === null) return;
    const { main } = engine.state.document;
    if (textOf(engine.state.document, here) === undefined) return;
    change(engine.store, (draft) => {
      if ((draft.editorPlace?.file ?? main) !== here) draft.editorPlace = { file: here, line: next?.line ?? 1 };
    });
  }, [engine, here, next]);

  const files = useMemo(() => {
    if (document === null) return [];
    return showsRun && loaded !== null ? Object.keys(loaded) : tabsOf(document);
  }, [document, showsRun, loaded]);
  const main = document?.main ?? "";
  const file = place !== null && files.includes(place.file) ? place.file : (files[0] ?? main);
  const shown = (showsRun ? loaded?.[file] : document === null ? "" : textOf(document, file)) ?? "";
  // Where the reader's text is another one, the run's lines are not its lines.
  const elsewhere = loaded !== null && document !== null && !showsRun && loaded[file] !== shown;
  const loadedLines = useMemo(() => (program === null ? [] : linesOf(program)), [program]);
  const assembled = showsRun ? loadedLines : check.lines;
  const lines = useMemo(() => assembled.filter((line) => line.file === file), [assembled, file]);
  const points = useMemo(() => breakpoints.filter((point) => lineOf(point)?.file === file), [breakpoints, file]);
  const readOnly = link || showsRun;

  return (
    <Panel
      title={t("editor.title")}
      className="editor"
      tools={
        document !== null && (
          <>
            {document.binary === null && (
              <FileTabs document={document} files={files} file={file} here={here ?? null} controls={region} />
            )}
            <div className="editor-tools">
              {document.kind === "program" && <SavedSign />}
              <Suspense fallback={<span className="button icon quiet" />}>
                <FileMenu document={document} file={file} />
              </Suspense>
            </div>
          </>
        )
      }
    >
      <Notices />
      {document === null ? (
        <div className="empty">
          <p>{t("editor.loading")}</p>
        </div>
      ) : document.binary !== null ? (
        <Suspense>
          <BinaryNote binary={document.binary} name={document.main} />
        </Suspense>
      ) : (
        <div className="editor-file" id={region} role="tabpanel" aria-labelledby={tabId(file)}>
          {setup === null ? (
            <textarea
              className="plain-editor"
              aria-label={t("editor.title")}
              spellCheck={false}
              readOnly={readOnly}
              value={shown}
              onChange={(event) => edit(engine, event.target.value, file)}
            />
          ) : (
            <CodeEditor
              setup={setup}
              desk={link ? "link" : programId}
              file={file}
              ofRun={showsRun}
              text={shown}
              readOnly={readOnly}
              lines={lines}
              diagnostics={showsRun ? [] : check.diagnostics}
              breakpoints={points}
              currentLine={next?.file === file && !elsewhere ? next.line : null}
            />
          )}
        </div>
      )}
      <SpokenProgress what={setup === null && !failed ? t("run.busy.editor") : null} />
      {failed && <p className="notice warn">{t("editor.plain")}</p>}
      <Problems />
      {naming && (
        <Suspense>
          <References />
        </Suspense>
      )}
    </Panel>
  );
}
