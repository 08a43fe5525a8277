import { type KeyboardEvent, type PointerEvent, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Band, Occupant, Timeline as TimelineData, View } from "../../../session/types.ts";
import { familyOf } from "../../components/EventBadge.tsx";
import { Who } from "../../components/Who.tsx";
import { useEngine } from "../../engine/context.ts";
import { seek } from "../../engine/run.ts";
import { count } from "../../format.ts";
import { useUi } from "../../store/store.ts";
import "./timeline.css";

const LANE = 16;
const MARKS = 14;
/** Lanes from top to bottom: the least privileged on top, as on the stage. */
const ORDER: readonly Occupant["who"][] = ["guest-user", "guest-ring2", "guest-ring1", "guest-kernel", "vmm"];

/** The whole run so far as a strip: who ran when, and what happened. Drag, click or use the arrow keys to travel. */
export function Timeline() {
  const { t } = useTranslation();
  const view = useUi((state) => state.run.view);
  const timeline = useUi((state) => state.run.timeline);
  return (
    <section className="timeline" aria-label={t("timeline.title")}>
      {view === null || timeline === null || Math.max(timeline.lastStep, view.step) === 0 ? (
        <p className="timeline-empty">{t("timeline.empty")}</p>
      ) : (
        <Strip view={view} timeline={timeline} />
      )}
    </section>
  );
}

function Strip({ view, timeline }: { readonly view: View; readonly timeline: TimelineData }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const language = useUi((state) => state.language);
  const strip = useRef<HTMLDivElement>(null);
  const last = Math.max(timeline.lastStep, view.step, 1);
  const lanes = useMemo(() => {
    const seen = new Set(timeline.bands.map((band) => band.who));
    seen.add(view.current);
    return ORDER.filter((who) => seen.has(who));
  }, [timeline, view.current]);

  const stepAt = (event: PointerEvent): number => {
    const box = strip.current!.getBoundingClientRect();
    return Math.round((Math.min(Math.max(event.clientX - box.left, 0), box.width) / box.width) * last);
  };
  const travel = (step: number): void => void seek(engine, Math.min(Math.max(step, 0), last));
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.round(last / 10));
    const jumps: Record<string, number> = {
      ArrowLeft: view.step - (event.shiftKey ? 10 : 1),
      ArrowDown: view.step - 1,
      ArrowRight: view.step + (event.shiftKey ? 10 : 1),
      ArrowUp: view.step + 1,
      PageDown: view.step - page,
      PageUp: view.step + page,
      Home: 0,
      End: last,
    };
    const target = jumps[event.key];
    if (target === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    travel(target);
  };
  const valueText = t("timeline.value", {
    step: count(view.step, language),
    last: count(last, language),
    tick: count(view.tick, language),
    who: t(`who.${view.current}`),
    ring: view.physical.cpl,
  });

  return (
    <div className="timeline-body">
      <ul className="lane-names" aria-hidden="true">
        {lanes.map((who) => (
          <li key={who}>
            <Who who={who} />
            <span>{t(`who.${who}`)}</span>
          </li>
        ))}
        <li className="lane-events">{t("timeline.events")}</li>
      </ul>
      <div
        ref={strip}
        className="strip"
        role="slider"
        tabIndex={0}
        aria-label={t("timeline.slider")}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={view.step}
        aria-valuetext={valueText}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          travel(stepAt(event));
        }}
        onPointerMove={(event) => {
          if (event.currentTarget.hasPointerCapture(event.pointerId)) travel(stepAt(event));
        }}
      >
        <Bands timeline={timeline} lanes={lanes} last={last} />
        <div className="cursor" style={{ left: `${(view.step / last) * 100}%` }}>
          <span />
        </div>
      </div>
    </div>
  );
}

interface BandsProps {
  readonly timeline: TimelineData;
  readonly lanes: readonly Occupant["who"][];
  readonly last: number;
}

/** The bands and marks, drawn in percent so that they follow the width by themselves. */
function Bands({ timeline, lanes, last }: BandsProps) {
  const height = lanes.length * LANE + MARKS;
  return useMemo(
    () => (
      <svg className="bands" style={{ height }} aria-hidden="true">
        <defs>
          <pattern id="hatch-vmm" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width="6" height="6" fill="var(--vmm)" />
            <rect width="2" height="6" fill="var(--vmm-soft)" opacity="0.55" />
          </pattern>
          <pattern id="hatch-guest-user" width="5" height="5" patternUnits="userSpaceOnUse">
            <rect width="5" height="5" fill="var(--user)" />
            <circle cx="2.5" cy="2.5" r="1" fill="var(--user-soft)" opacity="0.7" />
          </pattern>
        </defs>
        {timeline.bands.map((band, index) => {
          const end = timeline.bands[index + 1]?.step ?? last;
          return (
            <rect
              key={band.step}
              x={`${(band.step / last) * 100}%`}
              y={lanes.indexOf(band.who) * LANE + 2}
              width={`${Math.max(((end - band.step) / last) * 100, 0.06)}%`}
              height={LANE - 4}
              fill={fillOf(band)}
            />
          );
        })}
        {timeline.marks.map((mark) => (
          <line
            key={mark.index}
            className={`mark mark-${familyOf(mark.kind)}`}
            x1={`${(mark.step / last) * 100}%`}
            x2={`${(mark.step / last) * 100}%`}
            y1={lanes.length * LANE + (familyOf(mark.kind) === "silent" ? 0 : 4)}
            y2={height}
          />
        ))}
      </svg>
    ),
    [timeline, lanes, last, height],
  );
}

function fillOf(band: Band): string {
  if (band.who === "vmm") return "url(#hatch-vmm)";
  if (band.who === "guest-user" || band.who === "guest-ring2") return "url(#hatch-guest-user)";
  return "var(--kernel)";
}
