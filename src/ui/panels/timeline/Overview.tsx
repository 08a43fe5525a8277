import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { TimelineWindow } from "../../../session/types.ts";
import { type Brushes, OVERVIEW, paintOverview } from "./paint.ts";
import type { Range } from "./range.ts";

interface Props {
  readonly window: TimelineWindow | null;
  readonly brushes: Brushes | null;
  readonly range: Range;
  readonly last: number;
  readonly position: number;
  readonly number: (value: number) => string;
  readonly onRange: (range: Range) => void;
  readonly onZoom: (factor: number, around: number) => void;
}

/** The whole run in one row, and which part of it the lanes show. Drag or use the arrow keys to move along. */
export function Overview({ window, brushes, range, last, position, number, onRange, onZoom }: Props) {
  const { t } = useTranslation();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [width, setWidth] = useState(0);
  const grip = useRef(0);
  useEffect(() => {
    const element = canvas.current!.parentElement!;
    const watch = new ResizeObserver(() => setWidth(element.clientWidth));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    if (window !== null && brushes !== null && canvas.current !== null) {
      paintOverview(canvas.current, width, window, brushes);
    }
  }, [window, brushes, width]);
  const span = range.to - range.from;
  const at = (event: PointerEvent): number => {
    const box = event.currentTarget.getBoundingClientRect();
    return ((event.clientX - box.left) / box.width) * last;
  };
  const move = (from: number) => {
    const begin = Math.min(Math.max(0, from), last - span);
    onRange({ from: begin, to: begin + span });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const moves: Record<string, number> = {
      ArrowLeft: range.from - span / 10,
      ArrowDown: range.from - span / 10,
      ArrowRight: range.from + span / 10,
      ArrowUp: range.from + span / 10,
      PageUp: range.from + span,
      PageDown: range.from - span,
      Home: 0,
      End: last,
    };
    const middle = range.from + span / 2;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "+" || event.key === "=") onZoom(2, middle);
    else if (event.key === "-") onZoom(0.5, middle);
    else if (moves[event.key] !== undefined) move(moves[event.key]!);
    else return;
    event.preventDefault();
  };
  return (
    <div
      className="overview"
      role="slider"
      tabIndex={0}
      aria-label={t("lanes.overview")}
      aria-valuemin={0}
      aria-valuemax={Math.round(last)}
      aria-valuenow={Math.round(range.from)}
      aria-valuetext={t("lanes.overviewValue", {
        from: number(Math.round(range.from)),
        to: number(Math.round(range.to)),
        last: number(last),
      })}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        const here = at(event);
        // Grasped where it is, or brought under the pointer.
        grip.current = here >= range.from && here <= range.to ? here - range.from : span / 2;
        move(here - grip.current);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) move(at(event) - grip.current);
      }}
    >
      <canvas ref={canvas} style={{ width, height: OVERVIEW }} />
      <div className="overview-now" style={{ left: `${(position / last) * 100}%` }} />
      <div
        className="overview-part"
        style={{ left: `${(range.from / last) * 100}%`, width: `${(span / last) * 100}%` }}
      />
    </div>
  );
}
