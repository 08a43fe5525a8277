import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Answer, EventKind } from "../../../session/types.ts";
import { EventBadge } from "../../components/EventBadge.tsx";
import { Panel } from "../../components/Panel.tsx";
import { Scroller } from "../../components/Scroller.tsx";
import { Who } from "../../components/Who.tsx";
import { useEngine } from "../../engine/context.ts";
import { useInspection } from "../../engine/inspect.ts";
import { inspectOnce } from "../../engine/question.ts";
import { seek } from "../../engine/run.ts";
import { count } from "../../format.ts";
import { en, zh } from "../../i18n/areas/time.ts";
import { addWords, useWords } from "../../i18n/index.ts";
import { useUi } from "../../store/store.ts";
import { placeWords } from "../timeline/lane-words.ts";
import "./summary.css";

addWords("time", { en, zh });

type Summary = Answer<"summary">;
type Table = keyof Summary["tables"];
type Row = Summary["tables"][Table][number];

/** In the order in which they are read; on a bare machine those of a VMM are empty and left out. */
const TABLES: readonly Table[] = [
  "kinds",
  "traps-by-vector",
  "traps-by-instruction",
  "vm-exits",
  "emulated",
  "silent",
  "injected",
  "delivered",
  "rings",
];

/** What happened in the run: who had the processor, and what was counted; each row leads to its events. */
export default function SummaryPanel() {
  const { t } = useTranslation();
  const busy = useUi((state) => state.run.status === "running" || state.run.status === "walking");
  const nothing = useUi((state) => (state.run.view?.lastStep ?? 0) === 0);
  const loaded = useUi((state) => state.run.view !== null);
  const { answer } = useInspection(busy || nothing ? null : { kind: "summary" });
  const [kept, setKept] = useState<Summary | null>(null);
  if (answer !== null && answer !== kept) setKept(answer);
  const shown = nothing ? null : (answer ?? kept);
  return (
    <Panel title={t("time.summary.title")} className="summary">
      {shown === null ? (
        <div className="empty">
          <p>{t(!loaded ? "time.summary.unloaded" : busy ? "time.summary.running" : "time.summary.empty")}</p>
        </div>
      ) : (
        <Scroller
          className="summary-body"
          label={t("common.contentOf", { title: t("time.summary.title") })}
          aria-busy={busy}
        >
          <Overall summary={shown} busy={busy} />
          <Shares summary={shown} />
          {TABLES.filter((table) => shown.tables[table].length > 0).map((table) => (
            <Counts key={table} table={table} rows={shown.tables[table]} />
          ))}
        </Scroller>
      )}
    </Panel>
  );
}

function Overall({ summary, busy }: { readonly summary: Summary; readonly busy: boolean }) {
  const { t } = useTranslation();
  const language = useUi((state) => state.language);
  const number = (value: number) => count(value, language);
  const { steps, ticks, cycles, slept, through } = summary;
  return (
    <div className="summary-overall">
      <p>{t("time.summary.overall", { steps: number(steps), ticks: number(ticks), cycles: number(cycles) })}</p>
      {slept > 0 && <p>{t("time.summary.slept", { ticks: number(slept) })}</p>}
      {through !== null && <p>{t("time.summary.through", { step: number(through) })}</p>}
      {busy && <p>{t("time.summary.running")}</p>}
    </div>
  );
}

function percent(part: number, whole: number, language: string): string {
  const share = whole === 0 ? 0 : part / whole;
  return new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 }).format(share);
}

/** Who had the processor, for how many steps and cycles. */
function Shares({ summary: { shares } }: { readonly summary: Summary }) {
  const { t } = useTranslation();
  const words = useWords();
  const language = useUi((state) => state.language);
  const steps = shares.reduce((sum, share) => sum + share.steps, 0);
  const cycles = shares.reduce((sum, share) => sum + share.cycles, 0);
  return (
    <table className="summary-table">
      <caption>{t("time.summary.time")}</caption>
      <thead>
        <tr>
          <th scope="col">{t("time.summary.who")}</th>
          <th scope="col">{t("time.summary.steps")}</th>
          <th scope="col">{t("time.summary.cycles")}</th>
        </tr>
      </thead>
      <tbody>
        {shares.map((share) => (
          <tr key={`${share.world} ${share.who} ${share.ring}`}>
            <th scope="row">
              <Who who={share.who} /> {words(share.label)}, {placeWords(t, share)}
            </th>
            <Share value={share.steps} whole={steps} who={share.who} language={language} />
            <Share value={share.cycles} whole={cycles} who={share.who} language={language} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Share(props: {
  readonly value: number;
  readonly whole: number;
  readonly who: string;
  readonly language: string;
}) {
  const { value, whole, who, language } = props;
  return (
    <td>
      <span className="summary-number">{count(value, language)}</span>{" "}
      <span className="summary-percent">{percent(value, whole, language)}</span>
      <span className={`summary-bar who-${who}`} aria-hidden="true">
        <span style={{ width: `${whole === 0 ? 0 : (100 * value) / whole}%` }} />
      </span>
    </td>
  );
}

function Counts({ table, rows }: { readonly table: Table; readonly rows: readonly Row[] }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const words = useWords();
  const facts = useUi((state) => state.facts);
  const language = useUi((state) => state.language);
  const nameOf = (row: Row): string => {
    if (table === "kinds") return facts === null ? row.key : words(facts.eventKinds[row.key as EventKind]);
    return row.name === "–" ? t("time.summary.noInstruction") : row.name;
  };
  const next = async (row: Row): Promise<void> => {
    const after = engine.state.run.view?.step ?? 0;
    const found = await inspectOnce(engine, { kind: "summary-find", table, key: row.key, after });
    if (found) await seek(engine, found.step);
  };
  return (
    <table className="summary-table">
      <caption>{t(`time.summary.table.${table}`)}</caption>
      <thead>
        <tr>
          <th scope="col">{t("time.summary.what")}</th>
          <th scope="col">{t("time.summary.count")}</th>
          <th scope="col">{t("time.summary.jump")}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => {
          const name = nameOf(row);
          return (
            <tr key={row.key}>
              <th scope="row">
                {table === "kinds" && <EventBadge kind={row.key as EventKind} />} {name}
              </th>
              <td className="summary-number">{count(row.count, language)}</td>
              <td className="summary-jumps">
                <button
                  type="button"
                  className="button link"
                  aria-label={t("time.summary.first", { name, step: count(row.first, language) })}
                  onClick={() => void seek(engine, row.first)}
                >
                  {t("time.summary.firstShort")}
                </button>
                <button
                  type="button"
                  className="button link"
                  aria-label={t("time.summary.next", { name })}
                  onClick={() => void next(row)}
                >
                  {t("time.summary.nextShort")}
                </button>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
