import { type KeyboardEvent, lazy, Suspense, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { TimelineAxis, TimelinePoint, TimelineWindow, View } from "../../../session/types.ts";
import { useEngine } from "../../engine/context.ts";
import { seek } from "../../engine/run.ts";
import { count } from "../../format.ts";
import { useWords } from "../../i18n/index.ts";
import { useUi } from "../../store/store.ts";
import { placeNow, placeWords } from "./lane-words.ts";
import type { OpenMark } from "./MarkCard.tsx";
import { MARK_LANE, paintLanes, RULER, rowsOf, type Scene, scaleOf } from "./paint.ts";
import type { Range } from "./range.ts";
import { travelTo } from "./travel.ts";
import { type StripActions, useStripGestures } from "./use-gestures.ts";

// Fetched when the pointer or the focus first comes to the strip.
const fetchMarkCard = async () => ({ default: (await import("./MarkCard.tsx")).MarkCard });
const MarkCard = lazy(fetchMarkCard);
const soon = (): void => {
  // Without a network it is asked for again when a mark is opened.
  fetchMarkCard().catch(() => {});
};

interface Props {
  readonly view: View;
  readonly axis: TimelineAxis;
  readonly range: Range;
  readonly last: number;
  /** In CSS pixels. */
  readonly width: number;
  readonly scene: Scene | null;
  readonly onZoom: (factor: number, around: number) => void;
  readonly onFit: () => void;
  readonly onRange: (range: Range) => void;
}

/** How near a pointer must be to a mark, in CSS pixels. */
const NEAR = 7;

/** The lanes of the part of the run that is shown, as a slider over the run's moments. */
export function Lanes({ view, axis, range, last, width, scene, onZoom, onFit, onRange }: Props) {
  const { t } = useTranslation();
  const engine = useEngine();
  const language = useUi((state) => state.language);
  const canvas = useRef<HTMLCanvasElement>(null);
  const strip = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<OpenMark | null>(null);
  const [hover, setHover] = useState<number | null>(null);
  useEffect(() => {
    if (scene !== null && canvas.current !== null && width > 0) paintLanes(canvas.current, width, scene);
  }, [scene, width]);
  const height = scene === null ? RULER : rowsOf(scene.window, scene.compact).height;
  const scale = scaleOf(range, width);
  const { x: xOf, position: positionAt } = scale;
  const close = () => setOpen(null);
  const travel = (position: number) => {
    close();
    void travelTo(engine, axis, Math.min(Math.max(Math.round(position), 0), last));
  };
  const zoom = (factor: number, around: number) => {
    close();
    onZoom(factor, around);
  };

  const actions: StripActions = {
    markAt: (x, y) => (scene === null ? null : markAt(scene, xOf, x, y)),
    open: setOpen,
    travel: (x) => travel(positionAt(x)),
    hover: (x) => setHover(x === null ? null : positionAt(x)),
    zoom: (factor, x) => zoom(factor, positionAt(x)),
    pan: (by) => {
      close();
      const distance = by * scale.perPixel;
      onRange({ from: range.from + distance, to: range.to + distance });
    },
  };
  useStripGestures(strip, actions);

  const openHere = () => {
    const x = Math.min(Math.max(xOf(axis === "step" ? view.step : view.tick), 0), width);
    const first = view.transition[0];
    const kinds = view.transition.map(({ kind }) => kind);
    setOpen({ index: first?.index ?? 0, count: view.transition.length, kinds, x, y: RULER });
  };
  const toMark = async (direction: "previousMark" | "nextMark") => {
    const point = await engine.ask((client) => client.api.timelinePoint("step", view.step));
    const step = point?.[direction] ?? null;
    if (step !== null) await seek(engine, step);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const here = axis === "step" ? view.step : view.tick;
    const many = event.shiftKey ? 10 : 1;
    const keys: Record<string, () => void> = {
      ArrowLeft: () => travel(here - many),
      ArrowDown: () => travel(here - many),
      ArrowRight: () => travel(here + many),
      ArrowUp: () => travel(here + many),
      PageDown: () => void toMark("previousMark"),
      PageUp: () => void toMark("nextMark"),
      Home: () => travel(0),
      End: () => travel(last),
      Enter: openHere,
      "+": () => zoom(2, here),
      "=": () => zoom(2, here),
      "-": () => zoom(0.5, here),
      "0": onFit,
    };
    const act = keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
  const position = axis === "step" ? view.step : view.tick;
  const cursor = xOf(position);

  return (
    <div
      ref={strip}
      className="strip"
      data-drawn={scene === null ? undefined : `${scene.window.from} ${scene.window.to}`}
      role="slider"
      tabIndex={0}
      aria-label={t("timeline.slider")}
      aria-valuemin={0}
      aria-valuemax={Math.max(view.lastStep, view.step)}
      aria-valuenow={view.step}
      aria-valuetext={t("timeline.value", {
        step: count(view.step, language),
        last: count(Math.max(view.lastStep, view.step), language),
        tick: count(view.tick, language),
        who: t(`who.${view.current}`),
        place: placeNow(t, view),
      })}
      style={{ height }}
      onKeyDown={onKeyDown}
      onPointerEnter={soon}
      onFocus={soon}
    >
      <canvas ref={canvas} style={{ width, height }} />
      {cursor >= -1 && cursor <= width + 1 && (
        <div className="cursor" style={{ left: cursor }}>
          <span />
        </div>
      )}
      {scene !== null && scene.window.known < range.to && <p className="lanes-beyond">{t("lanes.beyond")}</p>}
      {hover !== null && open === null && <Hover axis={axis} at={hover} x={xOf(hover)} width={width} />}
      {open !== null && (
        <Suspense>
          <MarkCard
            key={`${open.index} ${open.x} ${open.y}`}
            mark={open}
            strip={strip.current}
            onClose={() => setOpen((now) => (now === open ? null : now))}
          />
        </Suspense>
      )}
    </div>
  );
}

/** The mark under a pointer. */
function markAt({ window, compact }: Scene, xOf: (at: number) => number, x: number, y: number): OpenMark | null {
  const rows = rowsOf(window, compact);
  let found: OpenMark | null = null;
  let distance = NEAR;
  window.marks.forEach(({ marks, kinds }: TimelineWindow["marks"][number], lane) => {
    const top = rows.markTop(lane);
    if (y < top || y >= top + MARK_LANE) return;
    for (const { at, index, count: together } of marks) {
      const away = Math.abs(xOf(at) - x);
      // Where lanes are one, the later is drawn on top.
      if (away > distance || (away === distance && found !== null && !compact)) continue;
      distance = away;
      found = { index, count: together, kinds, x: xOf(at), y: top + MARK_LANE / 2 };
    }
  });
  return found;
}

/** Step, tick and who at the pointer. */
function Hover({
  axis,
  at,
  x,
  width,
}: {
  readonly axis: TimelineAxis;
  readonly at: number;
  readonly x: number;
  readonly width: number;
}) {
  const { t } = useTranslation();
  const engine = useEngine();
  const words = useWords();
  const language = useUi((state) => state.language);
  const [point, setPoint] = useState<TimelinePoint | null>(null);
  const wanted = useRef<number | null>(null);
  const busy = useRef(false);
  useEffect(() => {
    wanted.current = at;
    const pump = async () => {
      while (wanted.current !== null && !busy.current) {
        busy.current = true;
        const position = wanted.current;
        wanted.current = null;
        const answer = await engine.ask((client) => client.api.timelinePoint(axis, position));
        busy.current = false;
        if (answer !== undefined) setPoint(answer);
      }
    };
    void pump();
  }, [engine, axis, at]);
  if (point === null) return null;
  return (
    <div className={`lane-hover ${x > width / 2 ? "left" : ""}`} style={{ left: x }}>
      {t("lanes.hover", {
        step: count(point.step, language),
        tick: count(point.tick, language),
        who: words(point.label),
        place: placeWords(t, point),
      })}
    </div>
  );
}
