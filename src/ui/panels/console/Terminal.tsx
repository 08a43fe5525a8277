import { Copy, Eraser } from "lucide-react";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { OutputAsk } from "../../../session/inspect/output.ts";
import { useEngine } from "../../engine/context.ts";
import { useInspection } from "../../engine/inspect.ts";
import { useUi } from "../../store/store.ts";
import { plainText, type TerminalLine, terminalLines } from "./terminal-text.ts";

/** How much of the output can be scrolled back to, in bytes and in lines. */
const SCROLLBACK_BYTES = 128 * 1024;
const SCROLLBACK_LINES = 4000;

interface Props {
  readonly port: OutputAsk["port"];
  readonly label: string;
  /** What stands here while there is no output. */
  readonly hint: string;
  /** Beside the terminal's own tools. */
  readonly children?: ReactNode;
}

/** What a guest has put out byte by byte: it stays at its end, can be copied, and can be cleared from view. */
export function Terminal({ port, label, hint, children }: Props) {
  const { t } = useTranslation();
  const engine = useEngine();
  const { answer } = useInspection({ kind: "output", port, last: SCROLLBACK_BYTES });
  const program = useUi((state) => state.run.program);
  const [cleared, setCleared] = useState(0);
  const [copied, setCopied] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another run begins with an empty view
  useEffect(() => setCleared(0), [program]);

  const length = answer?.length ?? 0;
  // Back before where the view was cleared, there is nothing to hide.
  const from = cleared <= length ? cleared : 0;
  const bytes = answer?.bytes;
  const { lines, cut } = useMemo(() => {
    if (bytes === undefined) return { lines: [], cut: false };
    const first = length - bytes.length;
    const all = terminalLines(bytes.subarray(Math.max(0, from - first)));
    return { lines: all.slice(-SCROLLBACK_LINES), cut: first > from || all.length > SCROLLBACK_LINES };
  }, [bytes, length, from]);

  const tools = (
    <div className="terminal-tools">
      {children}
      <button
        type="button"
        className="button icon quiet"
        aria-label={t("terminal.copy")}
        title={t("terminal.copy")}
        aria-disabled={lines.length === 0}
        onClick={() => void engine.around.copy(plainText(lines)).then(setCopied)}
        onBlur={() => setCopied(false)}
      >
        <Copy aria-hidden="true" />
      </button>
      <button
        type="button"
        className="button icon quiet"
        aria-label={t("terminal.clear")}
        title={t("terminal.clear")}
        aria-disabled={lines.length === 0}
        onClick={() => setCleared(length)}
      >
        <Eraser aria-hidden="true" />
      </button>
      <span className="visually-hidden" role="status">
        {copied ? t("terminal.copied") : ""}
      </span>
    </div>
  );
  if (length === 0) {
    return (
      <>
        <p className="console-hint">{hint}</p>
        {tools}
      </>
    );
  }
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <div className="output" tabIndex={0} role="log" aria-label={label}>
        <pre>
          {lines.map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity but their place
            <Line key={index} line={line} />
          ))}
        </pre>
        {from > 0 && (
          <p className="console-note">
            {t("terminal.cleared")}{" "}
            <button type="button" className="button link" onClick={() => setCleared(0)}>
              {t("terminal.showAll")}
            </button>
          </p>
        )}
        {cut && <p className="console-note">{t("terminal.cut")}</p>}
      </div>
      {tools}
    </>
  );
}

function Line({ line }: { readonly line: TerminalLine }) {
  const { t } = useTranslation();
  return (
    <>
      {line.map(({ kind, text }, index) =>
        kind === "text" ? (
          text
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: segments have no identity but their place
          <span key={index} className="raw-bytes" title={t("terminal.bytes", { bytes: text })}>
            {text}
          </span>
        ),
      )}
      {"\n"}
    </>
  );
}
