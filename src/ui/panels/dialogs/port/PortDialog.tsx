import { useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Port, PortStyle } from "../../../../session/paravirtualize/types.ts";
import { Modal } from "../../../components/Modal.tsx";
import { useEngine } from "../../../engine/context.ts";
import { askPort, openPort } from "../../../engine/port.ts";
import { count } from "../../../format.ts";
import { en } from "../../../i18n/areas/port.ts";
import { addFetchedWords, useWords } from "../../../i18n/index.ts";
import type { Place } from "../../../store/state.ts";
import { useUi } from "../../../store/store.ts";
import { Changes } from "./Changes.tsx";
import { SideBySide } from "./SideBySide.tsx";
import "./port.css";

await addFetchedWords("port", en, () => import("../../../i18n/areas/zh/port.ts"));

/** In the order in which they are offered. */
const STYLES: readonly PortStyle[] = ["pre-virtualization", "pv-ops"];

/** Shows the source that is open beside what it becomes under Xen, with a note on each change, and opens that. */
export default function PortDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const words = useWords();
  const engine = useEngine();
  const language = useUi((state) => state.language);
  const main = useUi((state) => state.document?.main ?? "");
  const [style, setStyle] = useState<PortStyle>(STYLES[0]!);
  // Undefined while it is on its way, null where there is none.
  const [port, setPort] = useState<Port | null | undefined>(undefined);
  const [place, setPlace] = useState<Place | null>(null);
  const styleField = useId();
  const fileField = useId();
  const wanted = useRef(style);

  useEffect(() => {
    wanted.current = style;
    void askPort(engine, style).then((answer) => {
      if (wanted.current === style) setPort(answer ?? null);
    });
  }, [engine, style]);

  const shown = port?.rewritten.find(({ from }) => from === place?.file) ?? port?.rewritten[0];
  const head = (
    <div className="row port-choices">
      <label htmlFor={styleField}>{t("port.style")}</label>
      <select
        id={styleField}
        className="field"
        value={style}
        onChange={(event) => setStyle(event.target.value as PortStyle)}
      >
        {STYLES.map((id) => (
          <option key={id} value={id}>
            {t(`port.styles.${id}`)}
          </option>
        ))}
      </select>
    </div>
  );
  const body = () => {
    if (port === undefined) return <p role="status">{t("port.waiting")}</p>;
    if (port === null) return <p role="status">{t("port.gone")}</p>;
    if (port.diagnostics.some(({ severity }) => severity === "error")) return <p role="status">{t("port.errors")}</p>;
    const { refusals, rewritten, changes, counts } = port;
    return (
      <>
        {refusals.length > 0 && (
          <section className="port-refusals" aria-label={t("port.refusals")}>
            <h3>{t("port.refusals")}</h3>
            <ul>
              {refusals.map(({ file, line, text, reason, remedy }) => (
                <li key={`${line} ${file} ${text}`}>
                  <strong>{t("port.refusedAt", { file, line })}</strong>
                  {text !== "" && <code>{text}</code>}
                  <p>{words(reason)}</p>
                  <p>{words(remedy)}</p>
                </li>
              ))}
            </ul>
          </section>
        )}
        {shown !== undefined && (
          <>
            <div className="row port-choices">
              <label htmlFor={fileField}>{t("port.file")}</label>
              <select
                id={fileField}
                className="field mono"
                value={shown.from}
                onChange={(event) => setPlace({ file: event.target.value, line: 1 })}
              >
                {rewritten.map(({ from, to }) => (
                  <option key={from} value={from}>
                    {from} → {to}
                  </option>
                ))}
              </select>
            </div>
            <SideBySide file={shown} line={place?.file === shown.from ? place.line : firstChange(port, shown.from)} />
            <Changes port={port} onShow={setPlace} />
            <p role="status">
              {t("port.summary", {
                count: changes.length,
                lines: count(counts.lines, language),
                files: t("port.files", { count: rewritten.length }),
              })}{" "}
              {port.ok &&
                t("port.bytes", {
                  native: count(counts.nativeBytes, language),
                  ported: count(counts.portedBytes, language),
                })}
            </p>
          </>
        )}
      </>
    );
  };
  return (
    <Modal open wide title={t("port.title", { file: main })} description={t("port.intro")} onClose={onClose}>
      <div className="port">
        {head}
        {body()}
        {port?.ok && <p className="port-opened">{t("port.opened")}</p>}
        <div className="row port-answers">
          <button
            type="button"
            className="button primary"
            disabled={!port?.ok}
            onClick={() => {
              if (!port?.ok) return;
              onClose();
              void openPort(engine, port);
            }}
          >
            {t("port.open")}
          </button>
          <button type="button" className="button" onClick={onClose}>
            {t("port.cancel")}
          </button>
        </div>
      </div>
    </Modal>
  );
}

/** The line at which a file is first shown. */
function firstChange({ changes }: Port, file: string): number {
  return changes.find((change) => change.file === file)?.line ?? 1;
}
