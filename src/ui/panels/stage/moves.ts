import { vectorName } from "../../../isa/exceptions.ts";
import type { StackTransition, TransitionAnswer } from "../../../session/inspect/transition.ts";
import type { EventView, Occupant, View } from "../../../session/types.ts";
import type { RingsLayout, SeatBox } from "./layout.ts";

/** A change of who runs, or of the guest's own ring where a VMM made it. */
export interface Move {
  readonly from: SeatBox;
  readonly to: SeatBox;
  /** Made by a VMM in the processor's place. */
  readonly virtual: boolean;
  /** What it went by: `#GP(0)`, `INT 80h`, `IRET`. */
  readonly label: string;
}

/** Kinds whose privilege levels are the processor's own. */
const REAL: ReadonlySet<EventView["kind"]> = new Set([
  "exception",
  "software-interrupt",
  "interrupt",
  "trap",
  "resume",
  "ring",
]);

/** A vector as manuals write it, with the error code that was pushed. */
export function vectorLabel(event: Pick<EventView, "kind" | "vector" | "errorCode">): string {
  const { vector, errorCode, kind } = event;
  if (vector === null) return "";
  const hex = vector.toString(16).toUpperCase().padStart(2, "0");
  if (kind === "interrupt" || kind === "inject") return `IRQ ${hex}h`;
  const name = kind === "software-interrupt" ? `INT ${hex}h` : vectorName(vector);
  return errorCode === null ? name : `${name}(${errorCode.toString(16)})`;
}

function labelOf(event: EventView): string {
  if (event.vector !== null) return vectorLabel(event);
  const mnemonic = /^[a-z]+/.exec(event.row ?? "")?.[0] ?? "";
  return mnemonic.toUpperCase();
}

const WAYS: Readonly<Record<StackTransition["way"], string>> = {
  delivery: "",
  iret: "IRET",
  "far-call": "CALL",
  "far-return": "RETF",
};

/** The paths of the last step: what the events say, and what stayed within a ring but used a stack. */
export function movesOf(view: View, answer: TransitionAnswer | null, layout: RingsLayout): readonly Move[] {
  const real = layout.seats.filter(({ sitter }) => !sitter.ghost);
  const seatOf = (fits: (occupant: Occupant) => boolean): SeatBox | undefined => {
    const occupant = view.occupants.find(fits);
    return occupant && real.find(({ sitter }) => sitter.who === occupant.who);
  };
  const inRing = (ring: number) =>
    // Several guests' rings may share a real one: the one that runs now is meant.
    seatOf((o) => o.ring === ring && o.who === view.current) ?? seatOf((o) => o.ring === ring);
  const believing = (ring: number) => seatOf((o) => o.virtualRing === ring);
  const moves: Move[] = [];
  for (const event of view.transition) {
    if (event.cplBefore === event.cplAfter) continue;
    const virtual = !REAL.has(event.kind);
    const from = virtual ? believing(event.cplBefore) : inRing(event.cplBefore);
    const to = virtual ? believing(event.cplAfter) : inRing(event.cplAfter);
    if (from && to && from !== to) moves.push({ from, to, virtual, label: labelOf(event) });
  }
  for (const transition of [answer?.real, answer?.virtual]) {
    if (!transition || transition.from.ring !== transition.to.ring) continue;
    const virtual = transition === answer?.virtual;
    const seat = virtual ? believing(transition.to.ring) : inRing(transition.to.ring);
    const event = view.transition.find((one) => one.vector === transition.vector);
    const label = WAYS[transition.way] || (event ? vectorLabel(event) : "");
    if (seat) moves.push({ from: seat, to: seat, virtual, label });
  }
  return moves.slice(-2);
}

export interface MovePath {
  readonly d: string;
  /** Where the path stands upright: the label and the stack drawing join here. */
  readonly middle: { readonly x: number; readonly y: number };
}

const CORNER = 10;
/** The head of an arrow stops short of the seat. */
const HEAD = 4;

/** The path of a move along the lane of its world; `shift` sets several apart. */
export function pathOf({ from, to }: Move, layout: RingsLayout, shift: number): MovePath {
  const lane = (world: string) => layout.worlds.find((one) => one.world === world)!.laneX + shift;
  const right = (seat: SeatBox) => seat.x + seat.width;
  const level = (seat: SeatBox) => seat.y + seat.height / 2;
  const x = lane(from.sitter.world);
  if (from === to) {
    const y = level(from);
    const d = `M${right(from)} ${y - 9} H${x - CORNER} Q${x} ${y - 9} ${x} ${y} Q${x} ${y + 9} ${x - CORNER} ${y + 9} H${right(to) + HEAD}`;
    return { d, middle: { x, y } };
  }
  const fromY = level(from);
  const toY = level(to);
  const away = toY > fromY ? CORNER : -CORNER;
  const start = `M${right(from)} ${fromY} H${x - CORNER} Q${x} ${fromY} ${x} ${fromY + away}`;
  if (from.sitter.world === to.sitter.world) {
    const d = `${start} V${toY - away} Q${x} ${toY} ${x - CORNER} ${toY} H${right(to) + HEAD}`;
    return { d, middle: { x, y: (fromY + toY) / 2 } };
  }
  // Between worlds: over to the other's side.
  const toX = to.x > from.x ? to.x - HEAD : right(to) + HEAD;
  const d = `M${right(from)} ${fromY} C${x + 30} ${fromY} ${x + 30} ${toY} ${toX} ${toY}`;
  return { d, middle: { x: x + 12, y: (fromY + toY) / 2 } };
}
