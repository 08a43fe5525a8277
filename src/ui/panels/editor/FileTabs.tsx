import { type KeyboardEvent, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useEngine } from "../../engine/context.ts";
import { isChanged, showFile } from "../../engine/files.ts";
import type { OpenDocument } from "../../store/state.ts";
import { useUi } from "../../store/store.ts";

interface Props {
  readonly document: OpenDocument;
  readonly files: readonly string[];
  readonly file: string;
  /** The file of the instruction that is executed next. */
  readonly here: string | null;
  /** The id of the region that shows the chosen file. */
  readonly controls: string;
}

/** The tab of a file, which its region is named by. */
export function tabId(file: string): string {
  return `file-tab-${file.replace(/[^\w-]/g, "_")}`;
}

/** The main file, what it includes, and files of the reader's own, as tabs. */
export function FileTabs({ document, files, file, here, controls }: Props) {
  const { t } = useTranslation();
  const engine = useEngine();
  const list = useRef<HTMLDivElement>(null);
  const problems = useUi((state) => state.check.diagnostics);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another file is on view
  useEffect(() => {
    const tab = list.current?.querySelector<HTMLElement>('[aria-selected="true"]');
    const box = list.current;
    if (!tab || !box) return;
    // Only the strip scrolls, never the page.
    const from = tab.offsetLeft;
    const to = from + tab.offsetWidth;
    if (from < box.scrollLeft) box.scrollLeft = from;
    else if (to > box.scrollLeft + box.clientWidth) box.scrollLeft = to - box.clientWidth;
  }, [file, files.length]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const at = files.indexOf(file);
    const last = files.length - 1;
    const goal = { ArrowLeft: at === 0 ? last : at - 1, ArrowRight: at === last ? 0 : at + 1, Home: 0, End: last }[
      event.key
    ];
    const next = goal === undefined ? undefined : files[goal];
    if (next === undefined) return;
    event.preventDefault();
    showFile(engine, next);
    list.current?.querySelectorAll<HTMLElement>('[role="tab"]')[goal!]?.focus();
  };

  return (
    <div className="file-tabs" role="tablist" aria-label={t("editor.files")} ref={list} onKeyDown={onKeyDown}>
      {files.map((name) => {
        const changed = isChanged(document, name);
        const wrong = problems.some((problem) => problem.file === name && problem.severity === "error");
        return (
          <button
            key={name}
            type="button"
            role="tab"
            id={tabId(name)}
            className={`file-tab mono ${wrong ? "wrong" : ""}`}
            aria-selected={name === file}
            aria-current={name === here ? "step" : undefined}
            aria-controls={controls}
            tabIndex={name === file ? 0 : -1}
            title={changed ? t("editor.changed", { file: name }) : name}
            onClick={() => showFile(engine, name)}
          >
            {name === here && files.length > 1 && (
              <span className="file-sign here" aria-hidden="true">
                ▶
              </span>
            )}
            <span className="file-name">{name}</span>
            {changed && (
              <span className="file-sign">
                <span aria-hidden="true">●</span>
                <span className="visually-hidden">{t("editor.changedMark")}</span>
              </span>
            )}
            {wrong && (
              <span className="file-sign">
                <span aria-hidden="true">✕</span>
                <span className="visually-hidden">{t("editor.wrongMark")}</span>
              </span>
            )}
          </button>
        );
      })}
    </div>
  );
}
