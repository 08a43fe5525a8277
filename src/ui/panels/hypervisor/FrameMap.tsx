import { type MouseEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { FrameArea, FrameKind, FramesAnswer, FrameUse } from "../../../session/inspect/hypervisor-frames.ts";
import { count, hex } from "../../format.ts";
import { useUi } from "../../store/store.ts";
import { useOwner } from "./use-owner.ts";

type Found = NonNullable<FramesAnswer["frames"]>;

/** Edge of a cell, in pixels, with the gap to the next. */
const CELL = 13;
const KINDS: readonly FrameKind[] = ["l2", "l1", "segments", "writable", "none", "free"];
/** Tables have a letter in their cell. */
const LETTERS: Readonly<Partial<Record<FrameKind, string>>> = { l2: "D", l1: "T", segments: "S" };

interface Props {
  readonly found: Found;
  readonly selected: number | null;
  onFrame(frame: number): void;
}

function useWidth() {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { ref, width };
}

/** All of machine memory as cells, by whom it was laid out for. */
export function FrameMap({ found, selected, onFrame }: Props) {
  const { t } = useTranslation();
  const { ref, width } = useWidth();
  const columns = Math.max(8, Math.floor(width / CELL));
  return (
    <section aria-label={t("hypervisor.frames.map")}>
      <p className="fact-heading">{t("hypervisor.frames.map")}</p>
      <div ref={ref} className="hv-map">
        {width > 0 &&
          found.areas.map((area) => (
            <Area key={area.owner} found={found} area={area} columns={columns} selected={selected} onFrame={onFrame} />
          ))}
      </div>
      <ul className="hv-legend" aria-label={t("hypervisor.frames.legend")}>
        {KINDS.map((kind) => (
          <li key={kind}>
            <svg width={CELL} height={CELL} aria-hidden="true">
              <Cell kind={kind} x={0} y={0} />
            </svg>
            {kind === "free" ? t("hypervisor.frames.free") : t(`hypervisor.frames.uses.${kind}`)}
          </li>
        ))}
      </ul>
      <p className="fact-note">{t("hypervisor.frames.mapHint")}</p>
    </section>
  );
}

interface AreaProps extends Props {
  readonly area: FrameArea;
  readonly columns: number;
}

function Area({ found, area, columns, selected, onFrame }: AreaProps) {
  const { t } = useTranslation();
  const language = useUi((state) => state.language);
  const ownerOf = useOwner();
  const { owner, first, count: frames, perCell, cells } = area;
  const name = ownerOf(owner);
  const rows = Math.ceil(cells.length / columns);
  const at = (index: number) => ({ x: (index % columns) * CELL, y: Math.floor(index / columns) * CELL });
  const uses = found.totals.find((totals) => totals.owner === owner)?.uses;
  const counts = (Object.entries(uses ?? {}) as [FrameUse, number][])
    .filter(([, number]) => number > 0)
    .map(([use, number]) => `${t(`hypervisor.frames.uses.${use}`)} ${count(number, language)}`)
    .join(t("hypervisor.comma"));
  const chosen = selected !== null && selected >= first && selected < first + frames ? selected - first : null;
  const click = (event: MouseEvent<SVGSVGElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const column = Math.floor((event.clientX - box.left) / CELL);
    const index = Math.floor((event.clientY - box.top) / CELL) * columns + column;
    if (column >= columns || index < 0 || index >= cells.length) return;
    onFrame(particular(found, area, index));
  };
  return (
    <figure className="hv-area">
      <figcaption>
        <strong>{name}</strong>{" "}
        <span className="mono">
          {hex(first, 4)}–{hex(first + frames - 1, 4)}
        </span>{" "}
        · {t("hypervisor.frames.perCell", { count: perCell })}
      </figcaption>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the field above and the list below do the same by keyboard */}
      <svg
        width={columns * CELL}
        height={rows * CELL}
        role="img"
        aria-label={t("hypervisor.frames.mapLabel", { owner: name, counts })}
        onClick={click}
      >
        {KINDS.map((kind) => (
          <Cells key={kind} kind={kind} cells={cells} at={at} />
        ))}
        {chosen !== null && (
          <rect
            className="hv-cell-chosen"
            x={at(Math.floor(chosen / perCell)).x}
            y={at(Math.floor(chosen / perCell)).y}
            width={CELL - 1}
            height={CELL - 1}
          />
        )}
      </svg>
    </figure>
  );
}

/** The frame of a cell for which the cell looks as it does. */
function particular({ runs }: Found, { first, perCell, cells }: FrameArea, index: number): number {
  const start = first + index * perCell;
  const wanted = cells[index];
  const run = runs.find((one) => one.use === wanted && one.first < start + perCell && one.first + one.count > start);
  return run === undefined ? start : Math.max(start, run.first);
}

interface CellsProps {
  readonly kind: FrameKind;
  readonly cells: readonly FrameKind[];
  at(index: number): { readonly x: number; readonly y: number };
}

/** All cells of one kind: a path, and letters where they are few. */
function Cells({ kind, cells, at }: CellsProps) {
  const places = cells.flatMap((cell, index) => (cell === kind ? [at(index)] : []));
  if (places.length === 0) return null;
  const size = CELL - 2;
  return (
    <g className={`hv-cells ${kind}`}>
      <path d={places.map(({ x, y }) => `M${x + 0.5} ${y + 0.5}h${size}v${size}h${-size}z`).join("")} />
      {LETTERS[kind] !== undefined &&
        places.map(({ x, y }) => (
          <text key={`${x} ${y}`} x={x + CELL / 2 - 0.5} y={y + CELL / 2}>
            {LETTERS[kind]}
          </text>
        ))}
    </g>
  );
}

function Cell({ kind, x, y }: { readonly kind: FrameKind; readonly x: number; readonly y: number }) {
  return <Cells kind={kind} cells={[kind]} at={() => ({ x, y })} />;
}
