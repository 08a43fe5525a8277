import { useVirtualizer } from "@tanstack/react-virtual";
import { useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { TableAnswer, TableName } from "../../../session/inspect/tables.ts";
import { Scroller } from "../../components/Scroller.tsx";
import { useInspection } from "../../engine/inspect.ts";
import { count, hex } from "../../format.ts";
import { useWords } from "../../i18n/index.ts";
import { useUi } from "../../store/store.ts";
import { useChangesWanted } from "../facts/Body.tsx";
import { Legend, Was } from "../facts/Marks.tsx";
import type { Shown } from "../facts/SideChoice.tsx";
import { Entry } from "./Entry.tsx";

/** Rows are asked for in blocks of this many, with one more on either side. */
const BLOCK = 32;

/** The entries of one table, the guest's beside the real ones; only those in sight are asked for. */
export function EntryList({ table, shown }: { readonly table: TableName; readonly shown: Shown }) {
  const { t } = useTranslation();
  const words = useWords();
  const language = useUi((state) => state.language);
  const loaded = useUi((state) => state.run.view !== null);
  const changes = useChangesWanted();
  const [all, setAll] = useState(false);
  const [block, setBlock] = useState(0);
  const [jumped, setJumped] = useState(-1);
  const scroller = useRef<HTMLElement>(null);
  const box = useId();
  const from = Math.max(0, block - 1) * BLOCK;
  const { answer } = useInspection({ kind: "table", table, all, from, count: BLOCK * 4, changes });
  const rows = useVirtualizer({
    count: answer?.total ?? 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => 92,
    overscan: 4,
    onChange: (list) => {
      const first = list.getVirtualItems()[0]?.index ?? 0;
      setBlock(Math.floor(first / BLOCK));
    },
  });

  if (answer === null) {
    return (
      <div className="empty">
        <p>{t(loaded ? "system.waiting" : "system.empty")}</p>
      </div>
    );
  }
  const toChanged = () => {
    const next = answer.changed.find((index) => index > jumped) ?? answer.changed[0];
    if (next === undefined) return;
    setJumped(next);
    rows.scrollToIndex(next, { align: "start" });
  };
  return (
    <>
      <div className="table-head">
        {shown !== "physical" && answer.guest !== null && (
          <Register name={t("system.side.guest")} answer={answer} side="guest" />
        )}
        {(shown !== "guest" || answer.guest === null) && (
          <Register
            name={t(answer.virtualized ? "system.side.physical" : "system.side.physicalAlone")}
            answer={answer}
            side="physical"
          />
        )}
        {answer.note !== null && <p>{words(answer.note)}</p>}
        <div className="table-tools">
          <label htmlFor={box}>
            <input id={box} type="checkbox" checked={all} onChange={(event) => setAll(event.target.checked)} />{" "}
            {t("system.tables.all")}
          </label>
          <Legend differs={answer.virtualized} />
          {answer.changed.length > 0 && (
            <span className="table-changed">
              {t("system.tables.changed", { count: answer.changed.length })}{" "}
              <button type="button" className="button link" onClick={toChanged}>
                {t("system.tables.showChanged")}
              </button>
            </span>
          )}
        </div>
      </div>
      {answer.total === 0 ? (
        <div className="empty">
          <p>{t(table === "ldt" ? "system.tables.noLdt" : "system.tables.nothing")}</p>
        </div>
      ) : (
        <Scroller
          ref={scroller}
          className="table-rows"
          label={t("common.contentOf", { title: t(`system.tables.${table}`) })}
          onKeyDown={(event) => {
            // The browser's own way there is broken off by the rows that are measured on it.
            if (event.key !== "Home" && event.key !== "End") return;
            event.preventDefault();
            rows.scrollToIndex(event.key === "Home" ? 0 : answer.total - 1);
          }}
        >
          <ol style={{ height: rows.getTotalSize() }} aria-label={t(`system.tables.${table}`)}>
            {rows.getVirtualItems().map((item) => {
              const row = answer.rows[item.index - answer.from];
              return (
                <li
                  key={item.key}
                  ref={rows.measureElement}
                  data-index={item.index}
                  data-entry={row?.index}
                  aria-setsize={answer.total}
                  aria-posinset={item.index + 1}
                  style={{ transform: `translateY(${item.start}px)` }}
                >
                  {row === undefined ? (
                    <div className="entry">{count(item.index, language)} …</div>
                  ) : (
                    <Entry table={table} row={row} shown={shown} virtualized={answer.virtualized} />
                  )}
                </li>
              );
            })}
          </ol>
        </Scroller>
      )}
    </>
  );
}

function Register({
  name,
  answer,
  side,
}: {
  readonly name: string;
  readonly answer: TableAnswer;
  readonly side: "guest" | "physical";
}) {
  const { t } = useTranslation();
  const language = useUi((state) => state.language);
  const register = answer[side];
  if (register === null) return null;
  const before = answer.before[side];
  const where =
    register.entries === 0 && register.base === 0 && answer.table === "ldt"
      ? t("system.tables.none", { who: name })
      : t("system.tables.where", {
          who: name,
          base: hex(register.base),
          limit: hex(register.limit, 4),
          entries: count(register.entries, language),
        });
  return (
    <p className={before === undefined ? "" : "fact-changed"}>
      <span className="mono">{where}</span>
      {before !== undefined && <Was value={`${hex(before.base)}:${hex(before.limit, 4)}`} />}
    </p>
  );
}
