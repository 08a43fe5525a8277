import type { TFunction } from "i18next";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { TransitionAnswer } from "../../../session/inspect/transition.ts";
import type { View } from "../../../session/types.ts";
import { WHO_LETTER } from "../../components/Who.tsx";
import { useWords } from "../../i18n/index.ts";
import { useUi } from "../../store/store.ts";
import { placeNow } from "../timeline/lane-words.ts";
import { LABEL_SIZE, layoutRings, type RingBox, type RingsLayout, type SeatBox, widthOfWorlds } from "./layout.ts";
import { measure, wrap } from "./measure.ts";
import { labelShifts, type Move, type MovePath, movesOf, pathOf } from "./moves.ts";
import { layoutStack, STACK_WIDTH, StackDrawing } from "./StackDrawing.tsx";
import { activePlace, isOutside, nameOf, sittersOf, worldsOf, worldWord } from "./sitters.ts";

/** From this width on, the stack is drawn beside the rings; below, under them. */
const BESIDE = 450;
const GAP = 14;
/** Drawn at most this wide; a larger stage shows the same larger. */
const WIDEST = 760;

/** What a run that is under way has come to so far. */
export interface RunSummary {
  readonly share: (who: string) => string;
  readonly lines: readonly string[];
}

interface Props {
  readonly view: View;
  /** What the last step pushed or popped; null while it is asked for. */
  readonly answer: TransitionAnswer | null;
  /** CSS pixels that the picture has. */
  readonly room: number;
  /** Draws the path in a short move. */
  readonly animated: boolean;
  /** In place of the present moment, while a guest runs. */
  readonly summary: RunSummary | null;
}

/** Who sits in which ring, where execution is, and the path of the last transition with what it did to a stack. */
export function StagePicture({ view, answer, room, animated, summary }: Props) {
  const { t } = useTranslation();
  const words = useWords();
  const width = Math.min(WIDEST, Math.max(300, room));
  const ids = worldsOf(view);
  // Two worlds beside each other come before the stack beside the rings.
  const worldsFit = ids.length > 1 && width >= widthOfWorlds(ids.length);
  const beside = width >= BESIDE && (!worldsFit || width - STACK_WIDTH - GAP >= widthOfWorlds(ids.length));
  const ringsWidth = beside ? width - STACK_WIDTH - GAP : width;
  const layout = useMemo((): RingsLayout => {
    const sitters = sittersOf(view, {
      name: (occupant) => words(occupant.label),
      running: t("stage.running"),
      believes: (ring) => t("rings.believes", { ring }),
      ghost: t("rings.ghost"),
      share: summary?.share ?? null,
    });
    const worlds = worldsOf(view).map((id, _, ids) => ({
      id,
      label: ids.length > 1 ? t(`rings.${worldWord(view, id)}`) : "",
    }));
    const ringLabel = (ring: 0 | 1 | 2 | 3) => ({
      name: t("stage.ring", { ring }),
      role: ring === 0 || ring === 3 ? t(`stage.ringRole.${ring}`) : "",
    });
    return layoutRings({ width: ringsWidth, sitters, worlds, ringLabel, measure });
  }, [view, summary, ringsWidth, t, words]);

  const active = activePlace(view);
  const moves = summary === null ? movesOf(view, answer, layout) : [];
  const paths = moves.map((move, i) => pathOf(move, layout, i * 13 - (moves.length - 1) * 6));
  const shifts = labelShifts(paths.map(({ middle }) => middle));
  const transition = summary === null ? (answer?.real ?? answer?.virtual ?? null) : null;
  const virtual = transition !== null && transition === answer?.virtual;
  const owner = transition === null ? "" : nameOf(view, transition.owner, t, words);
  const stackX = beside ? ringsWidth + GAP : 0;
  const stackWidth = beside ? STACK_WIDTH : width;
  const stackY = beside ? 2 : layout.height + 14;
  const stack = transition === null ? null : { transition, virtual, owner, t, width: stackWidth };
  const said = summary?.lines ?? [t(view.step === 0 ? "rings.noFrameYet" : "rings.noFrame")];
  const notes = said.flatMap((line) => wrap(line, 13, stackWidth - 16, measure));
  const stackHeight = stack === null ? notes.length * 18 + 18 : layoutStack(stack).height;
  const height = beside ? Math.max(layout.height, stackHeight + 4) : stackY + stackHeight;

  return (
    <svg
      className={`stage-picture ${animated ? "animated" : ""}`}
      data-stage=""
      viewBox={`0 0 ${width} ${height + 2}`}
      role="img"
      aria-label={spokenOf(view, summary, t, words)}
      key={animated ? view.step : "still"}
    >
      <Definitions />
      {layout.worlds.map(
        ({ world, label, x, y }) =>
          label !== "" && (
            <text key={world} className="world-name" x={x + 2} y={y + 15}>
              {label}
            </text>
          ),
      )}
      {layout.rings.map((ring) => (
        <RingDrawing
          key={`${ring.world} ${ring.ring}`}
          box={ring}
          closed={ring.world === "non-root" && isOutside(view)}
          active={summary === null && ring.ring === active.ring && ring.world === active.world}
        />
      ))}
      <GhostLines seats={layout.seats} />
      {layout.seats.map((seat) => (
        <SeatDrawing key={`${seat.sitter.who} ${seat.sitter.ghost}`} seat={seat} />
      ))}
      {moves.map((move, i) => (
        <MoveDrawing
          key={`${move.crossing ?? move.virtual} ${move.label} ${move.from.y} ${move.to.y}`}
          move={move}
          path={paths[i]!}
          width={layout.width}
          shift={shifts[i]!}
        />
      ))}
      {stack !== null ? (
        <StackDrawing {...stack} x={stackX} y={stackY} />
      ) : (
        <g className="stack-empty" transform={`translate(${stackX} ${stackY})`}>
          <rect x={0.5} y={0.5} width={stackWidth - 1} height={notes.length * 18 + 14} rx={6} />
          {notes.map((line, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines of one text, in order
            <text key={i} x={9} y={20 + i * 18}>
              {line}
            </text>
          ))}
        </g>
      )}
    </svg>
  );
}

function spokenOf(
  view: View,
  summary: RunSummary | null,
  t: TFunction<"page">,
  words: ReturnType<typeof useWords>,
): string {
  if (summary !== null) {
    const shares = view.occupants.map((o) => `${words(o.label)} ${summary.share(o.who)}.`).join(" ");
    return t("rings.running.spoken", { shares });
  }
  const current = view.occupants.find(({ who }) => who === view.current);
  const who = nameOf(view, view.current, t, words);
  const ring = view.physical.cpl;
  if (current?.world !== undefined) {
    return t("stage.summaryIn", { who, place: placeNow(t, view) });
  }
  return t("stage.summary", { who, ring, believes: view.guest.cpl });
}

/** Patterns tell who is who where colours cannot. */
function Definitions() {
  return (
    <defs>
      <marker id="stage-head" viewBox="0 0 10 10" refX="8" refY="5" markerWidth="5" markerHeight="5" orient="auto">
        <path className="arrow-head" d="M0 0 10 5 0 10z" />
      </marker>
      <marker
        id="stage-head-crossing"
        viewBox="0 0 10 10"
        refX="8"
        refY="5"
        markerWidth="4"
        markerHeight="4"
        orient="auto"
      >
        <path className="arrow-head" d="M0 0 10 5 0 10z" />
      </marker>
    </defs>
  );
}

interface RingProps {
  readonly box: RingBox;
  /** Of a world that the processor cannot enter now. */
  readonly closed: boolean;
  readonly active: boolean;
}

function RingDrawing({ box, closed, active }: RingProps) {
  const { x, y, width, height, strip, label, vacant, ring } = box;
  const radius = 12;
  const d = `M${x + 0.5} ${y + height} V${y + radius} Q${x + 0.5} ${y + 0.5} ${x + radius} ${y + 0.5} H${x + width - radius} Q${x + width - 0.5} ${y + 0.5} ${x + width - 0.5} ${y + radius} V${y + height} Z`;
  const lines = label.length - 1;
  const middle = y + strip / 2 - lines * 8.5;
  return (
    <g
      className={`ring ring-${ring} ${active ? "active" : ""} ${vacant ? "vacant" : ""} ${closed ? "closed" : ""}`}
      data-ring={ring}
    >
      <path className="ring-ground" d={d} />
      {label.map((line, i) => (
        <text
          key={line}
          className={i === 0 ? "ring-name" : "ring-role"}
          x={x + 10}
          y={middle + i * 17 + LABEL_SIZE * 0.36}
        >
          {line}
        </text>
      ))}
    </g>
  );
}

/** From a deceived guest to where it believes to sit. */
function GhostLines({ seats }: { readonly seats: readonly SeatBox[] }) {
  return seats
    .filter(({ sitter }) => sitter.ghost)
    .map((ghost) => {
      const real = seats.find(({ sitter }) => sitter.who === ghost.sitter.who && !sitter.ghost);
      if (real === undefined) return null;
      const x = Math.min(real.x + real.width, ghost.x + ghost.width) - 14;
      return (
        <path
          key={ghost.sitter.who}
          className={`ghost-line who-${ghost.sitter.who}`}
          d={`M${x} ${real.y + real.height} V${ghost.y}`}
        />
      );
    });
}

function SeatDrawing({ seat }: { readonly seat: SeatBox }) {
  const { sitter, x, y, width, height, nameLines, notes } = seat;
  const { who, ghost, running } = sitter;
  const middle = y + 7 + 10;
  return (
    <g className={`seat who-${who} ${running ? "running" : ""} ${ghost ? "ghost" : ""}`}>
      {running && <rect className="seat-glow" x={x - 3} y={y - 3} width={width + 6} height={height + 6} rx={11} />}
      <rect className="seat-ground" x={x} y={y} width={width} height={height} rx={8} />
      <rect className="seat-badge" x={x + 7} y={middle - 10} width={20} height={20} rx={who === "vmm" ? 2 : 6} />
      <text className="seat-letter" x={x + 17} y={middle + 4} textAnchor="middle">
        {WHO_LETTER[who]}
      </text>
      {nameLines.map((line, i) => (
        <text key={line} className="seat-name" x={x + 33} y={middle + 5 + i * 20}>
          {line}
        </text>
      ))}
      {notes.map((note) =>
        note.pill ? (
          <g key={note.text} className="seat-now">
            <rect x={note.x} y={note.y - 8.5} width={note.width} height={17} rx={8.5} />
            <text x={note.x + note.width / 2} y={note.y + 4} textAnchor="middle">
              {note.text}
            </text>
          </g>
        ) : (
          <text key={note.text + note.y} className="seat-note" x={note.x} y={note.y + 4}>
            {note.text}
          </text>
        ),
      )}
    </g>
  );
}

interface MoveProps {
  readonly move: Move;
  readonly path: MovePath;
  /** Of the picture's rings. */
  readonly width: number;
  /** How far down from the path's middle the label stands. */
  readonly shift: number;
}

function MoveDrawing({ move, path, width: room, shift }: MoveProps) {
  const kinds = useUi((state) => state.facts?.eventKinds);
  const words = useWords();
  const { crossing } = move;
  const label = crossing === undefined ? move.label : kinds === undefined ? "" : words(kinds[crossing]);
  const width = measure(label, 12.5, 700) + 12;
  const { d } = path;
  // A long one stays within the picture.
  const middle = { x: Math.min(path.middle.x, room - width / 2 - 1), y: path.middle.y + shift };
  return (
    <g className={`move ${move.virtual ? "virtual" : ""} ${crossing === undefined ? "" : "crossing"}`}>
      <path
        className="arrow"
        d={d}
        markerEnd={crossing === undefined ? "url(#stage-head)" : "url(#stage-head-crossing)"}
        pathLength={move.virtual ? undefined : 1}
      />
      <circle className="token" data-token="" r={5} style={{ offsetPath: `path("${d}")` }} />
      {label !== "" && (
        <g className="move-label">
          <rect x={middle.x - width / 2} y={middle.y - 9.5} width={width} height={19} rx={5} />
          <text x={middle.x} y={middle.y + 4.5} textAnchor="middle">
            {label}
          </text>
        </g>
      )}
    </g>
  );
}
