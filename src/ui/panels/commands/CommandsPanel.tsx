import { Copy, Eraser } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Panel } from "../../components/Panel.tsx";
import { clearCommandLine, commandLine, completions } from "../../engine/command-line.ts";
import { useEngine } from "../../engine/context.ts";
import { en, zh } from "../../i18n/areas/time.ts";
import { addWords } from "../../i18n/index.ts";
import type { CommandEntry } from "../../store/command-line.ts";
import { useUi } from "../../store/store.ts";
import "./commands.css";

addWords("time", { en, zh });

/** The command line: gdb's and Bochs's verbs, carried out by the calls that the buttons make. */
export default function CommandsPanel() {
  const { t } = useTranslation();
  const engine = useEngine();
  const entries = useUi((state) => state.commandLine.entries);
  const trace = useUi((state) => state.commandLine.trace);
  const [said, setSaid] = useState("");
  const copy = async (): Promise<void> => {
    const text = entries.map(({ kind, text }) => (kind === "input" ? `> ${text}` : text)).join("\n");
    setSaid(t((await engine.around.copy(text)) ? "time.commands.copied" : "time.commands.notCopied"));
  };
  return (
    <Panel title={t("time.commands.title")} className="commands">
      <div className="commands-body">
        <Output entries={entries} />
        {said !== "" && (
          <p className="commands-said" role="status">
            {said}
          </p>
        )}
        <div className="commands-foot">
          <Input tell={setSaid} />
          {trace && <span className="commands-trace">{t("time.commands.trace")}</span>}
          <button
            type="button"
            className="button icon quiet"
            aria-label={t("time.commands.copy")}
            title={t("time.commands.copy")}
            onClick={() => void copy()}
            disabled={entries.length === 0}
          >
            <Copy aria-hidden="true" />
          </button>
          <button
            type="button"
            className="button icon quiet"
            aria-label={t("time.commands.clear")}
            title={t("time.commands.clear")}
            onClick={() => clearCommandLine(engine)}
            disabled={entries.length === 0}
          >
            <Eraser aria-hidden="true" />
          </button>
        </div>
      </div>
    </Panel>
  );
}

/** What was said, the newest at the foot; screen readers are told what is added. */
function Output({ entries }: { readonly entries: readonly CommandEntry[] }) {
  const { t } = useTranslation();
  const frame = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: to the foot whenever something is added
  useEffect(() => {
    frame.current?.scrollTo({ top: frame.current.scrollHeight });
  }, [entries]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <div ref={frame} className="commands-output" role="log" aria-label={t("time.commands.output")} tabIndex={0}>
      {entries.length === 0 && <p className="commands-hint">{t("time.commands.empty")}</p>}
      {entries.map(({ id, kind, text }) => (
        <pre key={id} className={`commands-${kind}`}>
          {text}
        </pre>
      ))}
    </div>
  );
}

function Input({ tell }: { readonly tell: (text: string) => void }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const history = useUi((state) => state.commandLine.history);
  const busy = useUi((state) => state.commandLine.busy);
  const [text, setText] = useState("");
  /** How far back in the history, 0 being what is typed now. */
  const [back, setBack] = useState(0);
  const draft = useRef("");
  const field = useRef<HTMLInputElement>(null);
  const id = useId();

  const recall = (to: number): void => {
    const next = Math.min(history.length, Math.max(0, to));
    if (back === 0) draft.current = text;
    setBack(next);
    setText(next === 0 ? draft.current : (history[history.length - next] ?? ""));
  };
  /** Completes the word before the cursor as far as it is certain; false if there is nothing to add or to show. */
  const complete = async (): Promise<void> => {
    const cursor = field.current?.selectionStart ?? text.length;
    const { from, candidates } = await completions(engine, text.slice(0, cursor));
    const common = commonStart(candidates);
    if (candidates.length === 0) return;
    const word = candidates.length === 1 ? `${common} ` : common;
    setText(text.slice(0, from) + word + text.slice(cursor));
    const at = from + word.length;
    requestAnimationFrame(() => field.current?.setSelectionRange(at, at));
    tell(
      candidates.length === 1
        ? t("time.commands.completed", { text: common })
        : t("time.commands.candidates", { list: candidates.slice(0, 40).join("  ") }),
    );
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      event.preventDefault();
      recall(back + (event.key === "ArrowUp" ? 1 : -1));
    } else if (event.key === "Tab" && !event.shiftKey && text.trim() !== "" && !text.endsWith(" ")) {
      // Tab leaves an empty line, and one whose last word is complete.
      event.preventDefault();
      void complete();
    } else if (event.key === "Escape" && text !== "") {
      event.preventDefault();
      setText("");
      setBack(0);
    }
  };
  return (
    <form
      className="commands-line"
      onSubmit={(event) => {
        event.preventDefault();
        if (busy) return;
        tell("");
        setText("");
        setBack(0);
        void commandLine(engine, text);
      }}
    >
      <label htmlFor={id} className="visually-hidden">
        {t("time.commands.input")}
      </label>
      <span aria-hidden="true" className="commands-prompt">
        &gt;
      </span>
      <input
        id={id}
        ref={field}
        className="field mono"
        value={text}
        placeholder={busy ? t("time.commands.busy") : t("time.commands.placeholder")}
        autoCapitalize="off"
        autoComplete="off"
        autoCorrect="off"
        spellCheck={false}
        onChange={(event) => {
          setText(event.target.value);
          setBack(0);
        }}
        onKeyDown={onKeyDown}
      />
      <button type="submit" className="button" disabled={busy}>
        {t("time.commands.run")}
      </button>
    </form>
  );
}

/** What all of the words begin with. */
function commonStart(words: readonly string[]): string {
  let common = words[0] ?? "";
  for (const word of words) while (!word.toLowerCase().startsWith(common.toLowerCase())) common = common.slice(0, -1);
  return common;
}
