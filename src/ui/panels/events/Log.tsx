import { type KeyboardEvent, useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { EventView } from "../../../session/types.ts";
import { EventBadge } from "../../components/EventBadge.tsx";
import { Scroller } from "../../components/Scroller.tsx";
import { VmxWay } from "../../components/VmxWay.tsx";
import { useEngine } from "../../engine/context.ts";
import { seek } from "../../engine/run.ts";
import { count } from "../../format.ts";
import { useWords } from "../../i18n/index.ts";
import { useAtRest, useUi } from "../../store/store.ts";
import { EventPages } from "./pages.ts";
import { useRows } from "./use-rows.ts";

/** The list of the events, of which only those in sight are drawn. */
export default function Log({ total }: { readonly total: number }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const scroller = useRef<HTMLElement>(null);
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const pages = useMemo(
    () => new EventPages((from, size) => engine.ask((client) => client.api.events(from, size)), redraw),
    [engine],
  );
  const version = useAtRest((state) => state.run.logVersion);
  const step = useAtRest((state) => state.run.view?.step ?? 0);
  const program = useUi((state) => state.run.program);
  const [current, setCurrent] = useState(-1);

  // What was fetched belongs to one run.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another program is another log
  useEffect(() => {
    pages.invalidate(0);
    redraw();
  }, [pages, program]);
  // The last page may have been incomplete, or was cut by an input.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version says that the log may have changed
  useEffect(() => {
    pages.invalidate(Math.max(0, total - 100));
    redraw();
  }, [pages, version, total]);

  const list = useRef<HTMLOListElement>(null);
  const rows = useRows(scroller, list, total);
  /** The row that is to have the focus once it is drawn. */
  const goal = useRef(-1);
  useLayoutEffect(() => {
    if (goal.current < 0) return;
    const row = list.current?.querySelector<HTMLElement>(`[data-index="${goal.current}"] > button`);
    if (!row) return;
    goal.current = -1;
    row.focus({ preventScroll: true });
  });

  // The log follows the moment: the event that led here is marked and in sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: where the rows are changes as they scroll
  useEffect(() => {
    let alive = true;
    void engine
      .ask((client) => client.api.eventAt(step))
      .then((index) => {
        if (!alive || index === undefined) return;
        setCurrent(index);
        if (total > 0) rows.reveal(Math.min(index, total - 1));
      });
    return () => {
      alive = false;
    };
  }, [engine, step, total, version]);

  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const row = document.activeElement?.closest<HTMLElement>("[data-index]");
    if (!row || !event.currentTarget.contains(row)) return;
    event.preventDefault();
    const next = Number(row.dataset.index) + (event.key === "ArrowDown" ? 1 : -1);
    if (next < 0 || next >= total) return;
    goal.current = next;
    rows.reveal(next);
    redraw();
  };

  return (
    <Scroller
      ref={scroller}
      className="log"
      onScroll={rows.onScroll}
      label={t("common.contentOf", { title: t("events.title") })}
      onKeyDown={onKeyDown}
    >
      <div className={`log-all ${rows.height === null ? "" : "far"}`} style={{ height: rows.height ?? undefined }}>
        <ol ref={list} style={{ top: rows.top ?? undefined }} aria-label={t("events.title")}>
          {Array.from({ length: rows.end - rows.first }, (_, i) => rows.first + i).map((index) => {
            const event = pages.get(index);
            return (
              <li key={index} data-index={index} aria-setsize={total} aria-posinset={index + 1}>
                {event === null ? (
                  <div className="event waiting">…</div>
                ) : (
                  <>
                    <Row event={event} here={event.step === step} past={index <= current} />
                    <VmxWay event={event} />
                  </>
                )}
              </li>
            );
          })}
        </ol>
      </div>
    </Scroller>
  );
}

function Row({ event, here, past }: { readonly event: EventView; readonly here: boolean; readonly past: boolean }) {
  const { t } = useTranslation();
  const words = useWords();
  const engine = useEngine();
  const language = useUi((state) => state.language);
  return (
    <button
      type="button"
      className={`event ${here ? "here" : ""} ${past ? "" : "future"}`}
      aria-current={here ? "step" : undefined}
      onClick={() => void seek(engine, event.step)}
    >
      <span className="event-head">
        <EventBadge kind={event.kind} />
        <span className="event-title">{words(event.title)}</span>
        {event.cplBefore !== event.cplAfter && (
          <span className="event-rings mono">{t("events.rings", { from: event.cplBefore, to: event.cplAfter })}</span>
        )}
        <span className="event-step mono">{t("events.step", { step: count(event.step, language) })}</span>
      </span>
      <span className="event-reason">
        {words(event.reason)}{" "}
        {event.source !== null && (
          <span className="event-source mono">{`${event.source.file}:${event.source.line}`}</span>
        )}
      </span>
    </button>
  );
}
