import { CircleDot, Plus, Trash2, X } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Answer } from "../../../session/types.ts";
import { Panel } from "../../components/Panel.tsx";
import { Scroller } from "../../components/Scroller.tsx";
import { addBreakpoint, addWatch, editWatch, removeWatches } from "../../engine/breakpoints.ts";
import { useEngine } from "../../engine/context.ts";
import { useInspection } from "../../engine/inspect.ts";
import { useWords } from "../../i18n/index.ts";
import { FORMATS, type Watch, type WatchFormat } from "../../store/breakpoints.ts";
import { change, useUi } from "../../store/store.ts";
import { nameOf } from "../breakpoints/names.ts";
import "../breakpoints/words.ts";
import { changeBreakpoint } from "./change.ts";
import { shownValue } from "./format.ts";
import "./watches.css";

type Result = Answer<"expression">[number];
type ExpressionProblem = Extract<Result, { ok: false }>["problem"];

/** Expressions with their values at the present moment, and before the last step where it has changed them. */
export default function WatchesPanel() {
  const { t } = useTranslation();
  const engine = useEngine();
  const watches = useUi((state) => state.work.watches);
  const loaded = useUi((state) => state.run.view !== null);
  const { answer, asked } = useInspection(
    watches.length === 0
      ? null
      : { kind: "expression", text: watches.map(({ expression }) => expression), before: true },
  );
  // An answer to an older question may have other rows.
  const results = new Map(asked?.text.map((text, i) => [text, answer?.[i]]));
  return (
    <Panel
      title={t("breakpoints.watches.title")}
      className="watches-panel"
      tools={
        watches.length > 0 && (
          <button
            type="button"
            className="button icon quiet watches-clear"
            aria-label={t("breakpoints.watches.removeAll")}
            title={t("breakpoints.watches.removeAll")}
            onClick={() => removeWatches(engine, null)}
          >
            <Trash2 aria-hidden="true" />
          </button>
        )
      }
    >
      <Scroller className="watches-body" label={t("common.contentOf", { title: t("breakpoints.watches.title") })}>
        <Add />
        {watches.length === 0 ? (
          <p className="watches-hint">{t("breakpoints.watches.empty")}</p>
        ) : (
          <ul className="watches-list">
            {watches.map((watch, i) => (
              <Row key={watch.id} watch={watch} number={i + 1} result={results.get(watch.expression) ?? null} />
            ))}
          </ul>
        )}
        {!loaded && watches.length > 0 && <p className="watches-hint">{t("breakpoints.watches.notLoaded")}</p>}
        <details className="watches-help">
          <summary>{t("breakpoints.watches.help")}</summary>
          <p>{t("breakpoints.watches.helpText")}</p>
        </details>
      </Scroller>
    </Panel>
  );
}

function Add() {
  const { t } = useTranslation();
  const engine = useEngine();
  const words = useWords();
  const id = useId();
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<ExpressionProblem | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const typed = text.trim();
    if (typed === "") return;
    // What means nothing yet (a name, memory that is not mapped) may do so later: only what cannot be read is refused.
    const loaded = engine.state.run.view !== null;
    const answer = loaded
      ? await engine.ask((client) => client.api.inspect({ kind: "expression", text: [typed] }) as Promise<Result[]>)
      : undefined;
    const result = answer?.[0];
    if (result?.ok === false && !result.wellFormed) {
      setProblem(result.problem);
      return;
    }
    addWatch(engine, typed);
    setText("");
  };
  return (
    <form className="watches-add" onSubmit={submit}>
      <input
        className="field mono"
        aria-label={t("breakpoints.watches.add")}
        placeholder={t("breakpoints.watches.placeholder")}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        value={text}
        aria-invalid={problem === null ? undefined : true}
        aria-describedby={problem === null ? undefined : id}
        onChange={(event) => {
          setText(event.target.value);
          setProblem(null);
        }}
      />
      <button type="submit" className="button">
        <Plus aria-hidden="true" />
        {t("breakpoints.watches.addShort")}
      </button>
      {problem !== null && (
        <p className="watches-problem" id={id} role="alert">
          {t("breakpoints.watches.wrong", { column: problem.column, problem: words(problem.words) })}
        </p>
      )}
    </form>
  );
}

interface RowProps {
  readonly watch: Watch;
  readonly number: number;
  readonly result: Result | null;
}

function Row({ watch, number, result }: RowProps) {
  const { t } = useTranslation();
  const words = useWords();
  const engine = useEngine();
  const { id, expression, format } = watch;
  const [typed, setTyped] = useState<string | null>(null);
  const commit = () => {
    if (typed !== null && typed.trim() !== "") editWatch(engine, id, { expression: typed.trim() });
    setTyped(null);
  };
  const setBreak = () => {
    const at = changeBreakpoint(expression, result);
    addBreakpoint(engine, { at });
    change(engine.store, (draft) => {
      draft.announcement = t("breakpoints.watches.broken", { name: nameOf(at, t, words) });
    });
  };
  return (
    <li className="watch" data-watch={expression}>
      <div className="watch-line">
        <input
          className="watch-expression mono"
          aria-label={t("breakpoints.watches.edit", { number })}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          value={typed ?? expression}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={commit}
          onKeyDown={(event) => {
            if (event.key === "Enter") commit();
            if (event.key === "Escape") setTyped(null);
          }}
        />
        <select
          className="field watch-format"
          aria-label={t("breakpoints.watches.format", { expression })}
          value={format}
          onChange={(event) => editWatch(engine, id, { format: event.target.value as WatchFormat })}
        >
          {FORMATS.map((one) => (
            <option key={one} value={one}>
              {t(`breakpoints.watches.formats.${one}`)}
            </option>
          ))}
        </select>
        <button
          type="button"
          className="button icon quiet"
          aria-label={t("breakpoints.watches.break", { expression })}
          title={t("breakpoints.watches.breakShort")}
          onClick={setBreak}
        >
          <CircleDot aria-hidden="true" />
        </button>
        <button
          type="button"
          className="button icon quiet"
          aria-label={t("breakpoints.watches.remove", { expression })}
          onClick={() => removeWatches(engine, [id])}
        >
          <X aria-hidden="true" />
        </button>
      </div>
      <WatchValue result={result} format={format} />
    </li>
  );
}

function WatchValue({ result, format }: { readonly result: Result | null; readonly format: WatchFormat }) {
  const { t } = useTranslation();
  const words = useWords();
  if (result === null) return <p className="watch-value mono">…</p>;
  if (!result.ok) {
    const { column, words: problem } = result.problem;
    return <p className="watches-problem">{t("breakpoints.watches.wrong", { column, problem: words(problem) })}</p>;
  }
  const { bits, size } = result.value;
  const old = result.before === null ? null : shownValue(result.before, size, format);
  return (
    <p className={`watch-value mono ${old === null ? "" : "changed"}`}>
      {old !== null && (
        <span className="watch-mark" aria-hidden="true">
          •
        </span>
      )}
      {shownValue(bits, size, format)}
      {old !== null && (
        <>
          <span className="watch-was" aria-hidden="true">
            ← {old}
          </span>
          <span className="visually-hidden">{t("breakpoints.watches.was", { value: old })}</span>
        </>
      )}
    </p>
  );
}
