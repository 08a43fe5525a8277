import { Maximize2, ZoomIn, ZoomOut } from "lucide-react";
import { ToggleGroup } from "radix-ui";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { TimelineAxis, View } from "../../../session/types.ts";
import { Who } from "../../components/Who.tsx";
import { useWords } from "../../i18n/index.ts";
import { useUi } from "../../store/store.ts";
import { useDark, useMedia } from "../../theme.ts";
import { Lanes } from "./Lanes.tsx";
import { placeWords } from "./lane-words.ts";
import { Overview } from "./Overview.tsx";
import { brushesOf } from "./paint.ts";
import { type Range, rangeIn, withPosition, zoomed } from "./range.ts";
import { SHAPES } from "./shapes.ts";
import { useTimelineWindow } from "./use-window.ts";
import "./timeline.css";

/** Swimlanes over guest time: who ran when, and what happened. */
export function Timeline() {
  const { t } = useTranslation();
  const view = useUi((state) => state.run.view);
  return (
    <section className="timeline" aria-label={t("timeline.title")}>
      {view === null ? <p className="timeline-empty">{t("timeline.empty")}</p> : <Swimlanes view={view} />}
    </section>
  );
}

/** How much closer a button or key goes. */
const ZOOM = 2;

function Swimlanes({ view }: { readonly view: View }) {
  const { t } = useTranslation();
  const dark = useDark();
  const language = useUi((state) => state.language);
  const compact = useMedia("(max-width: 819px), (max-height: 819px)");
  const [axis, setAxis] = useState<TimelineAxis>("step");
  const [wanted, setWanted] = useState<Range | null>(null);
  const body = useRef<HTMLDivElement>(null);
  const strip = useRef<HTMLDivElement>(null);
  const width = useWidth(strip);
  const last = Math.max(axis === "step" ? Math.max(view.lastStep, view.step) : view.lastTick, 1);
  const position = axis === "step" ? view.step : view.tick;

  // Travelling takes the view along.
  useEffect(() => setWanted((range) => withPosition(range, last, position)), [position, last]);
  const range = useMemo(() => rangeIn(wanted, last), [wanted, last]);
  const shown = useTimelineWindow(axis, wanted === null ? null : range, width);
  const all = useTimelineWindow(axis, null, wanted === null ? 0 : width);
  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read anew when the theme changes
  const brushes = useMemo(() => (body.current === null ? null : brushesOf(body.current)), [dark, shown !== null]);
  const number = useMemo(() => {
    const format = new Intl.NumberFormat(language);
    return (value: number) => format.format(value);
  }, [language]);
  const zoom = useCallback(
    (factor: number, around: number) => setWanted((before) => zoomed(before, last, factor, around)),
    [last],
  );
  const around = position >= range.from && position <= range.to ? position : (range.from + range.to) / 2;
  const scene =
    shown === null || brushes === null || shown.axis !== axis
      ? null
      : { window: shown, range, compact, brushes, number };
  const whole = wanted === null ? shown : all;

  return (
    <div className="timeline-body" ref={body}>
      <ToggleGroup.Root
        className="axis"
        type="single"
        value={axis}
        aria-label={t("lanes.by")}
        onValueChange={(value) => {
          if (value === "") return;
          setAxis(value as TimelineAxis);
          setWanted(null);
        }}
      >
        {(["step", "tick"] as const).map((one) => (
          <ToggleGroup.Item key={one} className="axis-item" value={one} title={t("lanes.byHelp")}>
            {t(`lanes.${one}`)}
          </ToggleGroup.Item>
        ))}
      </ToggleGroup.Root>
      <div className="overview-row">
        <Overview
          window={whole?.axis === axis ? whole : null}
          brushes={brushes}
          range={range}
          last={last}
          position={position}
          number={number}
          onRange={(to) => setWanted(rangeIn(to, last))}
          onZoom={zoom}
        />
        <div className="zoom">
          <button
            type="button"
            className="button icon quiet"
            aria-label={t("lanes.zoomOut")}
            title={t("lanes.zoomOut")}
            disabled={wanted === null}
            onClick={() => zoom(1 / ZOOM, around)}
          >
            <ZoomOut aria-hidden="true" />
          </button>
          <button
            type="button"
            className="button icon quiet"
            aria-label={t("lanes.zoomIn")}
            title={t("lanes.zoomIn")}
            onClick={() => zoom(ZOOM, around)}
          >
            <ZoomIn aria-hidden="true" />
          </button>
          <button
            type="button"
            className="button icon quiet"
            aria-label={t("lanes.fit")}
            title={t("lanes.fit")}
            disabled={wanted === null}
            onClick={() => setWanted(null)}
          >
            <Maximize2 aria-hidden="true" />
          </button>
        </div>
      </div>
      <LaneNames window={shown} compact={compact} />
      <div className="strip-frame" ref={strip}>
        <Lanes
          view={view}
          axis={axis}
          range={range}
          last={last}
          width={width}
          scene={scene}
          onZoom={zoom}
          onFit={() => setWanted(null)}
          onRange={(to) => setWanted(rangeIn(to, last))}
        />
      </div>
    </div>
  );
}

function useWidth(ref: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const watch = new ResizeObserver(() => setWidth(element.clientWidth));
    watch.observe(element);
    return () => watch.disconnect();
  }, [ref]);
  return width;
}

function LaneNames({
  window,
  compact,
}: {
  readonly window: ReturnType<typeof useTimelineWindow>;
  readonly compact: boolean;
}) {
  const { t } = useTranslation();
  const words = useWords();
  const marks = window?.marks ?? [];
  return (
    <ul className={`lane-names ${compact ? "compact" : ""}`}>
      {window?.occupants.map((lane) => (
        <li key={`${lane.world} ${lane.who} ${lane.ring}`} title={placeWords(t, lane)}>
          <Who who={lane.who} />
          <span className="lane-name">{words(lane.label)}</span>
        </li>
      ))}
      {compact
        ? marks.length > 0 && (
            <li>
              <span className="lane-name">{t("timeline.events")}</span>
            </li>
          )
        : marks.map(({ id, total }) => (
            <li key={id} title={`${t(`lanes.markHelp.${id}`)}: ${total}`}>
              <svg className="lane-shape" viewBox="-6 -6 12 12" aria-hidden="true">
                <path
                  d={SHAPES[id].path}
                  style={{
                    fill: SHAPES[id].open ? "none" : `var(${SHAPES[id].colour})`,
                    stroke: SHAPES[id].open ? `var(${SHAPES[id].colour})` : "none",
                    strokeWidth: 2,
                  }}
                />
              </svg>
              <span className="lane-name">{t(`lanes.mark.${id}`)}</span>
            </li>
          ))}
    </ul>
  );
}
