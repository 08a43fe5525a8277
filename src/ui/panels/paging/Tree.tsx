import { useVirtualizer } from "@tanstack/react-virtual";
import { ChevronDown, ChevronRight } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Scroller } from "../../components/Scroller.tsx";
import { useInspection } from "../../engine/inspect.ts";
import { hex } from "../../format.ts";
import { useUi } from "../../store/store.ts";
import { useChangesWanted } from "../facts/Body.tsx";
import { Was } from "../facts/Marks.tsx";
import type { Shown } from "../facts/SideChoice.tsx";
import { lastOf, type TreeLine, treeLines } from "./tree-lines.ts";

/** Tables that are shown in full on each side at most: each may hold a thousand lines. */
const MAX_OPEN = 16;

interface Props {
  readonly shown: Shown;
  walkTo(address: string): void;
}

/** Directory, tables and runs of like pages. */
export function Tree({ shown, walkTo }: Props) {
  const { t } = useTranslation();
  const loaded = useUi((state) => state.run.view !== null);
  const changes = useChangesWanted();
  const [open, setOpen] = useState<readonly string[]>([]);
  const indexes = (side: string) =>
    open.flatMap((key) => (key.startsWith(`${side} `) ? [Number(key.slice(side.length + 1))] : []));
  const { answer } = useInspection({
    kind: "paging",
    open: { physical: indexes("physical"), guest: indexes("guest") },
    changes,
  });
  const lines = useMemo(() => (answer === null ? [] : treeLines(answer, shown, new Set(open))), [answer, shown, open]);
  const scroller = useRef<HTMLElement>(null);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 48,
    overscan: 8,
  });
  if (answer === null) {
    return (
      <div className="empty">
        <p>{t(loaded ? "system.waiting" : "system.empty")}</p>
      </div>
    );
  }
  const toggle = (key: string) =>
    setOpen((keys) => (keys.includes(key) ? keys.filter((other) => other !== key) : [...keys, key].slice(-MAX_OPEN)));
  return (
    <Scroller
      ref={scroller}
      className="table-rows page-tree"
      label={t("common.contentOf", { title: t("system.paging.tree") })}
    >
      <ol style={{ height: rows.getTotalSize() }} aria-label={t("system.paging.tree")}>
        {rows.getVirtualItems().map((item) => (
          <li
            key={item.key}
            ref={rows.measureElement}
            data-index={item.index}
            aria-setsize={lines.length}
            aria-posinset={item.index + 1}
            style={{ transform: `translateY(${item.start}px)` }}
          >
            <Line
              line={lines[item.index]!}
              virtualized={answer.virtualized}
              direct={answer.direct}
              toggle={toggle}
              walkTo={walkTo}
            />
          </li>
        ))}
      </ol>
    </Scroller>
  );
}

interface LineProps {
  readonly line: TreeLine;
  readonly virtualized: boolean;
  /** The guest's tables are the real ones. */
  readonly direct: boolean;
  toggle(key: string): void;
  walkTo(address: string): void;
}

function Line({ line, virtualized, direct, toggle, walkTo }: LineProps) {
  const { t } = useTranslation();
  if (line.kind === "head") return <Head line={line} virtualized={virtualized} direct={direct} />;
  if (line.kind === "change") {
    const { change } = line;
    return (
      <div className="page-line depth-0 fact-changed">
        <span className="fact-value">{hex(change.linear)}</span> <span className="fact-value">{hex(change.after)}</span>
        <Was value={hex(change.before)} />
      </div>
    );
  }
  const { run, depth, side } = line;
  const range = `${hex(run.linear)}-${hex(lastOf(run, depth))}`;
  const opens = run.kind === "table";
  const name =
    run.kind === "table"
      ? `${t("system.paging.table", { frame: hex(run.frame) })}, ${t("system.paging.present", { count: run.present })}`
      : run.kind === "absent"
        ? t("system.paging.absent")
        : `${run.count} × ${t(`system.paging.${run.kind}`)} → ${hex(run.frame)}`;
  return (
    <div className={`page-line depth-${depth} ${line.before === null ? "" : "fact-changed"} ${run.kind}`}>
      {opens ? (
        <button
          type="button"
          className="page-toggle"
          aria-expanded={line.open}
          onClick={() => toggle(`${side} ${run.index}`)}
        >
          {line.open ? <ChevronDown aria-hidden="true" /> : <ChevronRight aria-hidden="true" />}
          <span className="fact-value">{range}</span>
        </button>
      ) : (
        <button
          type="button"
          className="page-range"
          aria-label={t("system.paging.walkHere", { address: range })}
          onClick={() => walkTo(hex(run.linear))}
        >
          <span className="fact-value">{range}</span>
        </button>
      )}
      <span className="page-name">
        {name} <Bits bits={run.bits} />
        {run.beyond && <strong> {t("system.paging.beyond")}</strong>}
        {line.before !== null && <Was value={hex(line.before)} />}
      </span>
    </div>
  );
}

/** The letters of the bits that are set. */
export function Bits({ bits }: { readonly bits: readonly string[] }) {
  return <span className="page-bits">{bits.join(" ")}</span>;
}

function Head({
  line,
  virtualized,
  direct,
}: {
  readonly line: Extract<TreeLine, { kind: "head" }>;
  readonly virtualized: boolean;
  readonly direct: boolean;
}) {
  const { t } = useTranslation();
  const { tree, side } = line;
  return (
    <div className="page-head">
      <p className="page-title">
        {t(
          side === "guest"
            ? "system.paging.guestTree"
            : virtualized
              ? "system.paging.shadowTree"
              : "system.paging.realTree",
        )}
      </p>
      <p>
        {tree.paging ? (
          <span className="mono">{t("system.paging.cr3", { cr3: hex(tree.cr3) })}</span>
        ) : (
          t("system.paging.off")
        )}
        {direct && ` · ${t("system.paging.directShort")}`}
        {tree.cr3Before !== null && (
          <span className="fact-changed"> • {t("system.paging.cr3Was", { cr3: hex(tree.cr3Before) })}</span>
        )}
        {tree.changeCount > 0 && (
          <span className="fact-changed"> • {t("system.paging.changes", { count: tree.changeCount })}</span>
        )}
      </p>
    </div>
  );
}
