import { useTranslation } from "react-i18next";
import type { ExitCount, VmxExitsAnswer } from "../../../session/inspect/vmx-exits.ts";
import { Scroller } from "../../components/Scroller.tsx";
import { useEngine } from "../../engine/context.ts";
import { useInspection } from "../../engine/inspect.ts";
import { seek } from "../../engine/run.ts";
import { count } from "../../format.ts";
import { useWords } from "../../i18n/index.ts";
import { useUi } from "../../store/store.ts";
import { Waiting } from "./links.tsx";

/** Stretches that the run is parted into for the charts. */
const BUCKETS = 60;

/** Exits by reason: how many up to now and in all, what they cost, and where in the run they lie. */
export function Counts() {
  const { t } = useTranslation();
  const { answer } = useInspection({ kind: "vmx-exits", buckets: BUCKETS, axis: "step" });
  if (answer === null) return <Waiting />;
  if (answer.entries + answer.failures === 0) {
    return (
      <div className="empty">
        <p>{t("vmx.counts.none")}</p>
      </div>
    );
  }
  return (
    <Scroller className="vmx-body" label={t("common.contentOf", { title: t("vmx.tab.counts") })}>
      <Totals answer={answer} />
      {answer.reasons.length > 0 && <Reasons answer={answer} />}
    </Scroller>
  );
}

function Totals({ answer }: { readonly answer: VmxExitsAnswer }) {
  const { t } = useTranslation();
  const language = useUi((state) => state.language);
  const number = (value: number) => count(value, language);
  const pair = (now: number, all: number) => t("vmx.counts.of", { now: number(now), all: number(all) });
  const rows = [
    ["entries", pair(answer.entriesNow, answer.entries)],
    ["exits", pair(answer.exitsNow, answer.exits)],
    ["failures", pair(answer.failuresNow, answer.failures)],
    ["guest", pair(answer.guestCyclesNow, answer.guestCycles)],
    ["root", pair(answer.rootCyclesNow, answer.rootCycles)],
  ] as const;
  return (
    <table className="facts vmx-totals">
      <caption>{t("vmx.counts.totals")}</caption>
      <tbody>
        {rows.map(([id, value]) => (
          <tr key={id} data-total={id}>
            <th scope="row">{t(`vmx.counts.${id}`)}</th>
            <td className="fact-value">{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Reasons({ answer }: { readonly answer: VmxExitsAnswer }) {
  const { t } = useTranslation();
  const language = useUi((state) => state.language);
  const { reasons, edges, through } = answer;
  const all = reasons.reduce((sum, reason) => sum + reason.count, 0);
  return (
    <>
      {through !== null && <p className="fact-note">{t("vmx.counts.through", { step: count(through, language) })}</p>}
      <table className="facts vmx-reasons">
        <caption>{t("vmx.counts.table")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("vmx.counts.reason")}</th>
            <th scope="col">{t("vmx.counts.number")}</th>
            <th scope="col">{t("vmx.counts.cycles")}</th>
            <th scope="col">{t("vmx.counts.over")}</th>
            <th scope="col">{t("vmx.counts.jump")}</th>
          </tr>
        </thead>
        <tbody>
          {reasons.map((reason) => (
            <Reason key={reason.reason} reason={reason} all={all} edges={edges} />
          ))}
        </tbody>
      </table>
    </>
  );
}

interface ReasonProps {
  readonly reason: ExitCount;
  readonly all: number;
  readonly edges: readonly number[];
}

function Reason({
  reason: { reason, title, now, count: total, cycles, cyclesNow, perBucket, previous, next },
  all,
  edges,
}: ReasonProps) {
  const { t } = useTranslation();
  const words = useWords();
  const engine = useEngine();
  const language = useUi((state) => state.language);
  const name = words(title);
  const share = all === 0 ? 0 : total / all;
  const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 }).format(share);
  const go = (step: number | null, label: string, short: string) => (
    <button
      type="button"
      className="vmx-link"
      aria-label={label}
      aria-disabled={step === null}
      onClick={() => {
        if (step !== null) void seek(engine, step);
      }}
    >
      {short}
    </button>
  );
  return (
    <tr data-reason={reason}>
      <th scope="row">
        <span className="vmx-reason mono">{reason}</span> {name}
      </th>
      <td data-label={t("vmx.counts.number")}>
        <span className="fact-value">
          {count(now, language)} / {count(total, language)}
        </span>
        <span className="fact-words">{percent}</span>
        <span className="vmx-share" aria-hidden="true">
          <span style={{ width: `${share * 100}%` }} />
        </span>
      </td>
      <td data-label={t("vmx.counts.cycles")}>
        <span className="fact-value">{count(cyclesNow, language)} /</span>{" "}
        <span className="fact-value">{count(cycles, language)}</span>
      </td>
      <td data-label={t("vmx.counts.over")}>
        <Chart values={perBucket} edges={edges} />
      </td>
      <td className="vmx-jumps" data-label={t("vmx.counts.jump")}>
        {go(previous, t("vmx.counts.previous", { name }), t("vmx.counts.previousShort"))}{" "}
        {go(next, t("vmx.counts.next", { name }), t("vmx.counts.nextShort"))}
      </td>
    </tr>
  );
}

const CHART_HEIGHT = 26;

/** How many there were in each stretch of the run, with a line where the run stands now. */
function Chart({ values, edges }: { readonly values: readonly number[]; readonly edges: readonly number[] }) {
  const { t } = useTranslation();
  const language = useUi((state) => state.language);
  const step = useUi((state) => state.run.view?.step ?? 0);
  const most = Math.max(1, ...values);
  const first = edges[0] ?? 0;
  const last = edges[edges.length - 1] ?? 0;
  const here = last === first ? 0 : ((step - first) / (last - first)) * values.length;
  const columns = values.flatMap((value, i) => {
    // What is there at all is seen.
    const height = value === 0 ? 0 : Math.max(2, (value / most) * CHART_HEIGHT);
    return height === 0 ? [] : [`M${i} ${CHART_HEIGHT}v${-height}h1v${height}z`];
  });
  return (
    <svg
      className="vmx-chart"
      viewBox={`0 0 ${values.length} ${CHART_HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={t("vmx.counts.chart", {
        first: count(first, language),
        last: count(last, language),
        most: count(Math.max(0, ...values), language),
      })}
    >
      <path className="columns" d={columns.join("")} />
      <path className="now" d={`M${here} 0V${CHART_HEIGHT}`} />
    </svg>
  );
}
