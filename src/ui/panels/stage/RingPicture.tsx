import { type RefObject, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Occupant, View } from "../../../session/types.ts";
import { Who } from "../../components/Who.tsx";
import { useWords } from "../../i18n/index.ts";

const RINGS = [3, 2, 1, 0] as const;
type Ring = (typeof RINGS)[number];

interface Props {
  readonly view: View;
  /** No arrows: the guest runs, and they would only flicker. */
  readonly calm: boolean;
}

/** The rings as an arena: each holds the more privileged ones, ring 0 at the centre of the floor. */
export function RingPicture({ view, calm }: Props) {
  const { t } = useTranslation();
  const words = useWords();
  const arena = useRef<HTMLDivElement>(null);
  const current = view.occupants.find((occupant) => occupant.who === view.current);
  const summary = t("stage.summary", {
    who: current === undefined ? t(`who.${view.current}`) : words(current.label),
    ring: view.physical.cpl,
    believes: view.guest.cpl,
  });
  return (
    <div className="arena" ref={arena}>
      <p className="visually-hidden">{summary}</p>
      <RingBand ring={3} view={view} />
      {!calm && <Arrows view={view} arena={arena} />}
    </div>
  );
}

function RingBand({ ring, view }: { readonly ring: Ring; readonly view: View }) {
  const { t } = useTranslation();
  const here = view.occupants.filter((occupant) => occupant.ring === ring);
  const ghosts = view.occupants.filter(
    (occupant) => occupant.virtualRing === ring && occupant.virtualRing !== occupant.ring,
  );
  const active = view.physical.cpl === ring;
  const inner = RINGS[RINGS.indexOf(ring) + 1];
  return (
    <div className={`ring ring-${ring} ${active ? "active" : ""} ${here.length === 0 ? "vacant" : ""}`}>
      <div className="ring-strip" data-ring={ring}>
        <div className="ring-name">
          <strong>{t("stage.ring", { ring })}</strong>
          <span>{t(`stage.ringRole.${ring}`)}</span>
        </div>
        <ul className="seats">
          {here.map((occupant) => (
            <Seat key={occupant.who} occupant={occupant} running={active && view.current === occupant.who} />
          ))}
          {ghosts.map((occupant) => (
            <Ghost key={occupant.who} occupant={occupant} />
          ))}
          {here.length + ghosts.length === 0 && <li className="nobody">{t("stage.nobody")}</li>}
        </ul>
      </div>
      {inner !== undefined && <RingBand ring={inner} view={view} />}
    </div>
  );
}

function Seat({ occupant, running }: { readonly occupant: Occupant; readonly running: boolean }) {
  const { t } = useTranslation();
  const words = useWords();
  const deceived = occupant.virtualRing !== null && occupant.virtualRing !== occupant.ring;
  return (
    <li className={`seat who-${occupant.who} ${running ? "running" : ""}`} aria-current={running ? "true" : undefined}>
      <Who who={occupant.who} />
      <span className="seat-name">{words(occupant.label)}</span>
      {running && <span className="seat-now">{t("stage.running")}</span>}
      {deceived && <span className="seat-belief">{t("stage.believes", { ring: occupant.virtualRing })}</span>}
    </li>
  );
}

function Ghost({ occupant }: { readonly occupant: Occupant }) {
  const { t } = useTranslation();
  const words = useWords();
  return (
    <li className={`seat ghost who-${occupant.who}`}>
      <Who who={occupant.who} />
      <span className="seat-name">{t("stage.ghost", { who: words(occupant.label) })}</span>
    </li>
  );
}

interface Arrow {
  readonly from: number;
  readonly to: number;
  readonly x: number;
}

/** The ring changes of the last step, drawn from band to band at the right edge of the arena. */
function Arrows({ view, arena }: { readonly view: View; readonly arena: RefObject<HTMLDivElement | null> }) {
  const [arrows, setArrows] = useState<readonly Arrow[]>([]);
  const [size, setSize] = useState(0);
  useLayoutEffect(() => {
    const element = arena.current;
    if (element === null) return;
    const watch = new ResizeObserver(() => setSize(element.clientWidth * 10_000 + element.clientHeight));
    watch.observe(element);
    return () => watch.disconnect();
  }, [arena]);
  // `size` is not read: the bands are measured again when it changes.
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured from the laid-out bands
  useLayoutEffect(() => {
    const element = arena.current;
    if (element === null) return;
    const frame = element.getBoundingClientRect();
    const inmost = element.querySelector('[data-ring="0"]')?.getBoundingClientRect();
    const middle = (ring: number): number | null => {
      const box = element.querySelector(`[data-ring="${ring}"]`)?.getBoundingClientRect();
      return box === undefined ? null : box.top - frame.top + box.height / 2;
    };
    const changes = view.transition.filter((event) => event.cplBefore !== event.cplAfter).slice(-2);
    const next: Arrow[] = [];
    for (const [index, event] of changes.entries()) {
      const from = middle(event.cplBefore);
      const to = middle(event.cplAfter);
      if (from === null || to === null || inmost === undefined) continue;
      next.push({ from, to, x: inmost.right - frame.left - 50 - index * 24 });
    }
    setArrows(next);
  }, [view.transition, size, arena]);
  return (
    <svg className="arrows" aria-hidden="true" key={view.step}>
      <defs>
        <marker id="arrow-head" viewBox="0 0 10 10" refX="8" refY="5" markerWidth="6" markerHeight="6" orient="auto">
          <path d="M0 0 10 5 0 10z" fill="currentColor" />
        </marker>
      </defs>
      {arrows.map(({ from, to, x }) => (
        <g key={`${x}-${from}-${to}`}>
          <circle cx={x} cy={from} r="4" fill="currentColor" />
          <path
            className="arrow"
            d={`M${x} ${from} C ${x + 44} ${from}, ${x + 44} ${to}, ${x + 6} ${to}`}
            markerEnd="url(#arrow-head)"
            pathLength="1"
          />
        </g>
      ))}
    </svg>
  );
}
