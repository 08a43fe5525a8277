import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Panel } from "../../components/Panel.tsx";
import { Picker } from "../../components/Picker.tsx";
import { useEngine } from "../../engine/context.ts";
import { edit } from "../../engine/documents.ts";
import { neededFiles } from "../../engine/links.ts";
import { isReadOnly, isStale } from "../../store/state.ts";
import { change, useAtRest, useUi } from "../../store/store.ts";
import CodeEditor from "./CodeEditor.tsx";
import "./editor.css";
import { Notices } from "./Notices.tsx";
import { Problems } from "./Problems.tsx";

type Setup = typeof import("./monaco/setup.ts");

/** The program's text, with what the assembler says of it. */
export function EditorPanel() {
  const { t } = useTranslation();
  const engine = useEngine();
  const document = useUi((state) => state.document);
  const place = useUi((state) => state.editorPlace);
  const check = useUi((state) => state.check);
  const breakpoints = useUi((state) => state.work.breakpoints);
  // While the VMM runs, the guest stands at the instruction that trapped.
  const next = useAtRest((state) => {
    const view = state.run.view;
    return view?.next.source ?? view?.transition.at(-1)?.source ?? null;
  });
  const link = useUi(isReadOnly);
  const stale = useUi(isStale);
  const [setup, setSetup] = useState<Setup | null>(null);
  const [failed, setFailed] = useState(false);

  useEffect(() => {
    let alive = true;
    import("./monaco/setup.ts").then(
      (loaded) => alive && setSetup(loaded),
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
    const { main, includes } = engine.state.document;
    if (here !== main && !(here in includes)) return;
    change(engine.store, (draft) => {
      if ((draft.editorPlace?.file ?? main) !== here) draft.editorPlace = { file: here, line: next?.line ?? 1 };
    });
  }, [engine, here, next]);

  const main = document?.main ?? "";
  const includes = document?.includes;
  const text = document?.text ?? "";
  const files = useMemo(() => Object.keys(neededFiles(main, { ...includes, [main]: text })), [main, includes, text]);
  const file = place !== null && (place.file === main || place.file in (includes ?? {})) ? place.file : main;
  const shown = file === main ? text : (includes?.[file] ?? "");
  const lines = useMemo(() => check.lines.filter((line) => line.file === file), [check.lines, file]);
  const points = useMemo(() => breakpoints.filter((point) => point.file === file), [breakpoints, file]);
  const readOnly = link || file !== main;

  return (
    <Panel
      title={t("editor.title")}
      className="editor"
      tools={
        document !== null && (
          <Picker
            label={t("editor.file")}
            value={file}
            shown={file}
            className="file-picker mono"
            groups={[
              {
                id: "files",
                title: null,
                choices: files.map((name) => ({
                  value: name,
                  title: name,
                  ...(name === main ? {} : { hint: t("editor.included") }),
                })),
              },
            ]}
            onChoose={(name) =>
              change(engine.store, (draft) => {
                draft.editorPlace = { file: name, line: 1 };
              })
            }
          />
        )
      }
    >
      <Notices />
      {document === null ? (
        <div className="empty">
          <p>{t("editor.loading")}</p>
        </div>
      ) : document.binary !== null ? (
        <div className="empty">
          <p>{t("editor.binary")}</p>
        </div>
      ) : setup === null ? (
        <textarea
          className="plain-editor"
          aria-label={t("editor.title")}
          spellCheck={false}
          readOnly={readOnly}
          value={shown}
          onChange={(event) => edit(engine, event.target.value)}
        />
      ) : (
        <CodeEditor
          setup={setup}
          file={file}
          text={shown}
          readOnly={readOnly}
          lines={lines}
          diagnostics={check.diagnostics}
          breakpoints={points}
          currentLine={next?.file === file && !(stale && file === main) ? next.line : null}
        />
      )}
      {failed && <p className="notice warn">{t("editor.plain")}</p>}
      <Problems />
    </Panel>
  );
}
