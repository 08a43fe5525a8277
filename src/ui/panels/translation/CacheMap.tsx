import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { TranslationFound } from "../../../session/inspect/translation.ts";
import { count, hex } from "../../format.ts";
import { useUi } from "../../store/store.ts";
import { curve, type Layout, layOut, neighbour, type Placed, UNIT_PX } from "./map-layout.ts";
import { useUnitWords } from "./use-unit-words.ts";

interface Props {
  readonly found: TranslationFound;
  /** How often each unit was entered; null while that is not shown. */
  readonly entries: readonly number[] | null;
  onUnit(index: number): void;
}

/** With more links than this only those of the unit that is looked at are drawn. */
const MOST_LINKS = 150;
/** A number is written into a unit that is so wide, in pixels. */
const NUMBER_PX = 15;
/** How much of the heat's colour the hottest unit gets, in percent: its number must be read on it. */
const HOTTEST = 45;

/** The width of an element's content, as it is now. */
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

/** Units in the order of their places, row by row, with the jumps among them. */
export function CacheMap({ found, entries, onUnit }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const { ref, width } = useWidth();
  const { units, present, unit } = found;
  const layout = useMemo(() => (width === 0 ? null : layOut(units, width)), [units, width]);
  const [looked, setLooked] = useState<number | null>(null);
  const active = Math.min(looked ?? unit?.index ?? 0, units.length - 1);
  const wordsOf = useUnitWords(found, entries);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (layout === null) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      onUnit(active);
      return;
    }
    const to = neighbour(layout, active, event.key);
    if (to === null) return;
    event.preventDefault();
    setLooked(to);
    document.getElementById(`${id}-${to}`)?.scrollIntoView({ block: "nearest" });
  };

  const max = Math.max(1, ...(entries ?? []));
  return (
    <div className="translation-map" ref={ref}>
      {layout !== null && (
        <div
          role="listbox"
          aria-label={t("translation.mapLabel")}
          aria-activedescendant={`${id}-${active}`}
          tabIndex={0}
          onKeyDown={onKeyDown}
        >
          <svg role="none" width={layout.width} height={layout.height}>
            <defs>
              <pattern
                id={`${id}-gone`}
                width="6"
                height="6"
                patternUnits="userSpaceOnUse"
                patternTransform="rotate(45)"
              >
                <rect width="6" height="6" className="map-ground" />
                <line x1="0" y1="0" x2="0" y2="6" className="map-hatch" />
              </pattern>
            </defs>
            {layout.units.map((placed) => (
              <UnitShape
                key={placed.unit.index}
                id={`${id}-${placed.unit.index}`}
                placed={placed}
                gone={`url(#${id}-gone)`}
                name={wordsOf(placed.unit)}
                selected={placed.unit.index === active}
                here={placed.unit.index === present?.unit}
                heat={entries === null ? null : { entered: entries[placed.unit.index] ?? 0, max }}
                onPoint={() => setLooked(placed.unit.index)}
                onUnit={() => onUnit(placed.unit.index)}
              />
            ))}
          </svg>
          <Links layout={layout} active={active} />
        </div>
      )}
      <p className="translation-note" aria-live="polite">
        {units[active] !== undefined && wordsOf(units[active])}
      </p>
      <Legend />
      <p className="translation-note">{t("translation.mapKeys")}</p>
    </div>
  );
}

interface ShapeProps {
  readonly id: string;
  readonly placed: Placed;
  /** Fill of a unit that was given up. */
  readonly gone: string;
  readonly name: string;
  readonly selected: boolean;
  readonly here: boolean;
  readonly heat: { readonly entered: number; readonly max: number } | null;
  onPoint(): void;
  onUnit(): void;
}

function UnitShape({ id, placed, gone, name, selected, here, heat, onPoint, onUnit }: ShapeProps) {
  const language = useUi((state) => state.language);
  const { unit, pieces } = placed;
  const widest = pieces.reduce((best, piece) => (piece.width > best.width ? piece : best));
  const text = heat === null ? String(unit.index) : count(heat.entered, language);
  const share = heat === null ? 0 : (HOTTEST * Math.log1p(heat.entered)) / Math.log1p(heat.max);
  const warm = { fill: `color-mix(in srgb, var(--vmm) ${share.toFixed(1)}%, var(--sunken))` };
  const kind = unit.context.cpl === 3 ? "user" : "kernel";
  return (
    <g
      id={id}
      role="option"
      aria-label={name}
      aria-selected={selected}
      className={`map-unit ${kind} ${unit.valid ? "" : "gone"} ${selected ? "selected" : ""} ${here ? "here" : ""}`}
      data-unit={unit.index}
      onPointerEnter={onPoint}
      onClick={onUnit}
    >
      <title>{name}</title>
      {pieces.map(({ x, y, width }) => (
        <rect
          key={`${x} ${y}`}
          x={x + 0.5}
          y={y + 1}
          width={Math.max(1, width - 1)}
          height={UNIT_PX - 2}
          style={heat === null ? (unit.valid ? {} : { fill: gone }) : warm}
        />
      ))}
      {widest.width >= NUMBER_PX + 6 * (text.length - 1) && (
        <text x={widest.x + widest.width / 2} y={widest.y + UNIT_PX / 2}>
          {text}
        </text>
      )}
      {here && <path className="map-here" d={`M${pieces[0]!.x + 1} ${pieces[0]!.y + 2} l5 3.5 l-5 3.5 z`} />}
    </g>
  );
}

interface LinksProps {
  readonly layout: Layout;
  readonly active: number;
}

/** The jumps; those of the unit that is looked at stand out. */
function Links({ layout: { units, width, height }, active }: LinksProps) {
  const arrow = useId();
  const all = units.flatMap(({ unit }) => unit.to.map((to) => ({ from: unit.index, to })));
  const own = all.filter(({ from, to }) => from === active || to === active);
  const others = all.length > MOST_LINKS ? [] : all.filter((link) => !own.includes(link));
  return (
    <svg aria-hidden="true" className="map-links" width={width} height={height}>
      <marker id={arrow} viewBox="0 0 8 8" refX="6" refY="4" markerWidth="6" markerHeight="6" orient="auto">
        <path d="M0 0 L8 4 L0 8 z" className="map-arrow" />
      </marker>
      {[...others, ...own].map((link) => {
        const from = units[link.from]!;
        const to = units[link.to]!;
        // A unit that begins where the other ends is not jumped to.
        const follows = from.unit.end === to.unit.start;
        return (
          <path
            key={`${link.from} ${link.to}`}
            className={`map-link ${own.includes(link) ? "own" : ""} ${follows ? "follows" : ""}`}
            d={curve(from, to)}
            markerEnd={`url(#${arrow})`}
          />
        );
      })}
    </svg>
  );
}

function Legend() {
  const { t } = useTranslation();
  return (
    <ul className="translation-legend">
      {(["kernel", "user", "gone", "here", "link", "elided"] as const).map((what) => (
        <li key={what}>
          <span className={`legend-mark ${what}`} aria-hidden="true" />
          {t(`translation.legend.${what}`)}
        </li>
      ))}
    </ul>
  );
}

/** A place in the cache, as the map and the list write it. */
export const placeText = (place: number): string => hex(place, 5);
