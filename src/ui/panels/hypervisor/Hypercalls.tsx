import { useVirtualizer } from "@tanstack/react-virtual";
import { Switch } from "radix-ui";
import { useEffect, useId, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { HypercallLine, HypercallsAnswer } from "../../../session/inspect/hypervisor-calls.ts";
import { Scroller } from "../../components/Scroller.tsx";
import { useEngine } from "../../engine/context.ts";
import { goToFile } from "../../engine/files.ts";
import { useInspection } from "../../engine/inspect.ts";
import { command, seek } from "../../engine/run.ts";
import { count } from "../../format.ts";
import { useWords } from "../../i18n/index.ts";
import { showPanel } from "../../layout/handle.ts";
import { useUi } from "../../store/store.ts";
import { Choice } from "../facts/SideChoice.tsx";
import { resultText } from "./result-text.ts";
import { Waiting } from "./Waiting.tsx";

/** Height of a row until it has been measured. */
const ROW_PX = 46;
/** So near the end the list follows what is new. */
const NEAR_PX = 80;

type Found = NonNullable<HypercallsAnswer["hypercalls"]>;

/** What of the log is shown. */
interface Filter {
  readonly domain: string;
  readonly text: string;
  readonly failed: boolean;
}

function fits({ domain, name, args, entries, failed, errno }: HypercallLine, filter: Filter): boolean {
  if (filter.domain !== "all" && String(domain) !== filter.domain) return false;
  if (filter.failed && !failed) return false;
  const wanted = filter.text.trim().toLowerCase();
  if (wanted === "") return true;
  const text = `${name}(${args}) ${errno ?? ""} ${entries.map((entry) => entry.text).join(" ")}`;
  return text.toLowerCase().includes(wanted);
}

/** The log of hypercalls, decoded. */
export function Hypercalls() {
  const { answer } = useInspection({ kind: "hypercalls" });
  if (!answer?.hypercalls) return <Waiting />;
  return <Log found={answer.hypercalls} />;
}

function Log({ found }: { readonly found: Found }) {
  const { t } = useTranslation();
  const id = useId();
  const language = useUi((state) => state.language);
  const [filter, setFilter] = useState<Filter>({ domain: "all", text: "", failed: false });
  const shown = useMemo(() => found.calls.filter((call) => fits(call, filter)), [found.calls, filter]);
  const set = (change: Partial<Filter>) => setFilter({ ...filter, ...change });
  const { total, calls, domains } = found;
  return (
    <>
      <div className="hv-tools">
        <label className="hv-search" htmlFor={`${id}-search`}>
          <span className="visually-hidden">{t("hypervisor.calls.search")}</span>
          <input
            id={`${id}-search`}
            type="search"
            className="field"
            placeholder={t("hypervisor.calls.searchHint")}
            value={filter.text}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => set({ text: event.target.value })}
          />
        </label>
        {domains.length > 1 && (
          <Choice
            label={t("hypervisor.whichDomain")}
            value={filter.domain}
            options={[
              ["all", t("hypervisor.allDomains")],
              ...domains.map(({ id: number }) => [String(number), t("hypervisor.domain", { id: number })] as const),
            ]}
            onChange={(domain) => set({ domain })}
          />
        )}
        <label className="hv-switch" htmlFor={`${id}-failed`}>
          <Switch.Root
            id={`${id}-failed`}
            className="switch"
            checked={filter.failed}
            onCheckedChange={(failed) => set({ failed })}
          >
            <Switch.Thumb />
          </Switch.Root>
          {t("hypervisor.calls.failed")}
        </label>
        <p className="hv-count">
          {t("hypervisor.calls.count", { count: total, shown: count(total, language) })}
          {total > calls.length && ` · ${t("hypervisor.calls.kept", { kept: count(calls.length, language) })}`}
        </p>
      </div>
      {shown.length === 0 ? (
        <div className="empty">
          <p>{t(calls.length === 0 ? "hypervisor.calls.none" : "hypervisor.calls.filtered")}</p>
        </div>
      ) : (
        <Rows calls={shown} />
      )}
    </>
  );
}

function Rows({ calls }: { readonly calls: readonly HypercallLine[] }) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLElement>(null);
  const step = useUi((state) => state.run.view?.step ?? 0);
  /** The reader has scrolled away from the newest. */
  const away = useRef(false);
  const rows = useVirtualizer({
    count: calls.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => calls[index]!.number,
    estimateSize: () => ROW_PX,
    overscan: 6,
  });
  const newest = calls[calls.length - 1]!.number;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the virtualizer is another object at every drawing
  useEffect(() => {
    if (!away.current) rows.scrollToIndex(calls.length - 1, { align: "end" });
  }, [newest, calls.length]);
  return (
    <Scroller
      ref={scroller}
      className="hv-calls"
      label={t("common.contentOf", { title: t("hypervisor.tab.hypercalls") })}
      onScroll={({ currentTarget: box }) => {
        away.current = box.scrollHeight - box.scrollTop - box.clientHeight > NEAR_PX;
      }}
    >
      <ol style={{ height: rows.getTotalSize() }} aria-label={t("hypervisor.calls.list")}>
        {rows.getVirtualItems().map((item) => {
          const call = calls[item.index]!;
          return (
            <li
              key={item.key}
              ref={rows.measureElement}
              data-index={item.index}
              data-call={call.number}
              className="hv-item"
              aria-setsize={calls.length}
              aria-posinset={item.index + 1}
              aria-current={call.step === step ? "step" : undefined}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <Call call={call} here={call.step === step} />
            </li>
          );
        })}
      </ol>
    </Scroller>
  );
}

function Call({ call, here }: { readonly call: HypercallLine; readonly here: boolean }) {
  const { t } = useTranslation();
  const words = useWords();
  const engine = useEngine();
  const language = useUi((state) => state.language);
  const { number, domain, name, args, entries, more, answer, failed, refusal, step, tick, source } = call;
  const toMoment = () => (step === null ? command(engine, { kind: "seek-tick", tick }) : seek(engine, step));
  const moment =
    step === null
      ? t("hypervisor.tick", { tick: count(tick, language) })
      : t("hypervisor.step", { step: count(step, language) });
  return (
    <div className={`hv-call ${failed ? "failed" : ""} ${here ? "here" : ""}`}>
      <p className="hv-call-head">
        <span className="hv-call-text mono">
          <span className="hv-name">{name}</span>({args})
        </span>
        <span className="hv-result mono">
          {failed && (
            <>
              <span aria-hidden="true">✕ </span>
              <span className="visually-hidden">{t("hypervisor.calls.refused")} </span>
            </>
          )}
          {call.result === null ? t("hypervisor.calls.noResult") : `= ${resultText(call)}`}
          {answer !== null && ` → ${answer}`}
        </span>
      </p>
      {entries.length > 0 && (
        <ul className="hv-entries mono">
          {entries.map(({ text, result }, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: entries stay where they are in their list
            <li key={i}>
              {text}
              {result !== null && ` → ${result}`}
            </li>
          ))}
          {more > 0 && <li className="hv-more">{t("hypervisor.calls.more", { count: more })}</li>}
        </ul>
      )}
      {refusal !== null && <p className="hv-refusal">{words(refusal)}</p>}
      <p className="hv-call-foot">
        <span>
          #{number} · {t("hypervisor.domain", { id: domain })}
        </span>
        <button
          type="button"
          className="hv-link"
          aria-label={t("hypervisor.calls.toMoment", { moment, number })}
          onClick={() => void toMoment()}
        >
          {moment}
        </button>
        {source !== null && (
          <button
            type="button"
            className="hv-link mono"
            aria-label={t("hypervisor.calls.toSource", { file: source.file, line: source.line })}
            onClick={() => {
              showPanel(engine, "editor");
              goToFile(engine, source.file, source.line);
            }}
          >
            {source.file}:{source.line}
          </button>
        )}
        {here && <span className="hv-here">▸ {t("hypervisor.calls.here")}</span>}
      </p>
    </div>
  );
}
