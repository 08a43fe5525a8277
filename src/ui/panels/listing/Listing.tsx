import { useVirtualizer } from "@tanstack/react-virtual";
import { ChevronDown, ChevronRight } from "lucide-react";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useEngine } from "../../engine/context.ts";
import { goToFile } from "../../engine/files.ts";
import { hex } from "../../format.ts";
import { showPanel } from "../../layout/handle.ts";
import { useAtRest } from "../../store/store.ts";
import { type Item, itemAt, shownFor, visibleItems } from "./tree.ts";

export const ROW_PX = 20;
/** Bytes in a row; all of them are in its title. */
const SHOWN_BYTES = 8;

interface Props {
  readonly items: readonly Item[];
  readonly folded: ReadonlySet<number>;
  readonly follow: boolean;
  onFold(index: number, fold?: boolean): void;
}

/** The row that is executed next; while the VMM runs, the one that the guest stands at. */
function useCurrent(items: readonly Item[]): Item | null {
  const next = useAtRest((state) => state.run.view?.next ?? null);
  const domain = useAtRest((state) => state.run.view?.domain ?? null);
  const source = useAtRest((state) => state.run.view?.transition.at(-1)?.source ?? null);
  return useMemo(() => {
    if (next === null) return null;
    if (next.source !== null) {
      return itemAt(items, next.linear, items.some((item) => item.domain === domain) ? domain : null);
    }
    if (source === null) return null;
    return (
      items.find(({ row, address }) => address !== null && row.file === source.file && row.line === source.line) ?? null
    );
  }, [items, next, domain, source]);
}

/** The rows as a tree, of which only those in sight are drawn. */
export function Listing({ items, folded, follow, onFold }: Props) {
  const { t } = useTranslation();
  const engine = useEngine();
  const scroller = useRef<HTMLDivElement>(null);
  const shown = useMemo(() => visibleItems(items, folded), [items, folded]);
  const places = useMemo(() => new Map(shown.map((item, at) => [item.index, at])), [shown]);
  const current = useCurrent(items);
  const marked = current === null ? null : shownFor(items, current, folded);
  const [chosen, setChosen] = useState<number | null>(null);
  const active = Math.min(places.get(chosen ?? marked?.index ?? 0) ?? 0, shown.length - 1);
  const focusing = useRef(false);

  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });

  // The listing follows the moment.
  const goal = marked === null ? undefined : places.get(marked.index);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the virtualizer is another object at every drawing
  useEffect(() => {
    const box = scroller.current;
    if (!follow || goal === undefined || box === null) return;
    const top = goal * ROW_PX;
    if (top < box.scrollTop || top + 2 * ROW_PX > box.scrollTop + box.clientHeight) {
      rows.scrollToIndex(goal, { align: "center" });
    }
  }, [follow, goal]);

  const goToSource = ({ row }: Item): void => {
    showPanel(engine, "editor");
    goToFile(engine, row.file, row.line);
  };

  // Once the row that was gone to is drawn.
  useEffect(() => {
    if (!focusing.current) return;
    const row = scroller.current?.querySelector<HTMLElement>('[role="treeitem"][tabindex="0"]');
    if (row) focusing.current = false;
    row?.focus({ preventScroll: true });
  });

  const onKeyDown = (event: KeyboardEvent): void => {
    const item = shown[active];
    if (item === undefined) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? ROW_PX) / ROW_PX) - 1);
    const moves: Record<string, number | undefined> = {
      ArrowUp: active - 1,
      ArrowDown: active + 1,
      PageUp: active - page,
      PageDown: active + page,
      Home: 0,
      End: shown.length - 1,
    };
    let to = moves[event.key];
    if (event.key === "ArrowRight" && item.row.macro !== null) {
      if (folded.has(item.index)) onFold(item.index, false);
      else to = active + 1;
    } else if (event.key === "ArrowLeft") {
      if (item.row.macro !== null && !folded.has(item.index)) onFold(item.index, true);
      else if (item.parent !== null) to = places.get(item.parent);
    } else if (event.key === "Enter" || event.key === " ") goToSource(item);
    else if (to === undefined) return;
    event.preventDefault();
    if (to === undefined) return;
    const bounded = Math.max(0, Math.min(shown.length - 1, to));
    focusing.current = true;
    setChosen(shown[bounded]!.index);
    rows.scrollToIndex(bounded, { align: "auto" });
  };

  return (
    <div className="listing-rows mono" ref={scroller}>
      <div
        role="tree"
        aria-label={t("listing.title")}
        tabIndex={-1}
        style={{ height: rows.getTotalSize() }}
        onKeyDown={onKeyDown}
      >
        {rows.getVirtualItems().map(({ index, start }) => {
          const item = shown[index]!;
          return (
            <Row
              key={item.index}
              item={item}
              top={start}
              size={shown.length}
              position={index + 1}
              folded={folded.has(item.index)}
              here={item === marked}
              active={index === active}
              newFile={index === 0 || (item.row.depth === 0 && shown[index - 1]!.row.file !== item.row.file)}
              onFocus={() => setChosen(item.index)}
              onFold={() => onFold(item.index)}
              onChoose={() => goToSource(item)}
            />
          );
        })}
      </div>
    </div>
  );
}

interface RowProps {
  readonly item: Item;
  readonly top: number;
  readonly size: number;
  readonly position: number;
  readonly folded: boolean;
  readonly here: boolean;
  readonly active: boolean;
  /** The first line of another file. */
  readonly newFile: boolean;
  onFocus(): void;
  onFold(): void;
  onChoose(): void;
}

function Row({ item, top, size, position, folded, here, active, newFile, onFocus, onFold, onChoose }: RowProps) {
  const { t } = useTranslation();
  const { row } = item;
  const call = row.macro !== null;
  // An open call's bytes stand in the rows below it.
  const counted = call && !folded ? null : item.address;
  const all = row.bytes.split(" ").filter((byte) => byte !== "");
  const more = item.size - Math.min(all.length, SHOWN_BYTES);
  const bytes = counted === null ? "" : `${all.slice(0, SHOWN_BYTES).join(" ")}${more > 0 ? ` +${more}` : ""}`.trim();
  const Fold = folded ? ChevronRight : ChevronDown;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys go to the tree
    <div
      role="treeitem"
      className={`listing-row ${here ? "here" : ""} ${row.depth > 0 ? "expansion" : ""} ${newFile ? "new-file" : ""}`}
      aria-level={row.depth + 1}
      aria-setsize={size}
      aria-posinset={position}
      aria-expanded={call ? !folded : undefined}
      aria-current={here ? "step" : undefined}
      aria-selected={active}
      tabIndex={active ? 0 : -1}
      title={t("listing.goTo", { file: row.file, line: row.line })}
      style={{ transform: `translateY(${top}px)` }}
      onFocus={onFocus}
      onClick={onChoose}
    >
      <span className="listing-mark" aria-hidden="true">
        {here ? "▶" : ""}
      </span>
      <span className="listing-address">{counted === null ? "" : hex(counted)}</span>
      <span className="listing-bytes" title={row.bytes === "" ? undefined : row.bytes}>
        {bytes}
      </span>
      <span className="listing-line" aria-hidden="true">
        {row.line}
      </span>
      {call ? (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the arrow keys fold
        // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys fold
        <span
          className="listing-fold"
          title={t(folded ? "listing.expand" : "listing.collapse", { macro: row.macro })}
          style={{ marginLeft: `${row.depth * 2}ch` }}
          onClick={(event) => {
            event.stopPropagation();
            onFold();
          }}
        >
          <Fold aria-hidden="true" />
        </span>
      ) : (
        <span className="listing-fold" style={{ marginLeft: `${row.depth * 2}ch` }} aria-hidden="true" />
      )}
      <span className="listing-text">{row.text.replaceAll("\t", "        ")}</span>
      {newFile && <span className="listing-file">{row.file}</span>}
      {here && <span className="visually-hidden">{t("listing.here")}</span>}
    </div>
  );
}
