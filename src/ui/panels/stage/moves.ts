import { vectorName } from "../../../isa/exceptions.ts";
import type { StackTransition, TransitionAnswer } from "../../../session/inspect/transition.ts";
import type { EventView, Occupant, View } from "../../../session/types.ts";
import type { RingsLayout, SeatBox } from "./layout.ts";
import { activePlace, worldOf } from "./sitters.ts";

/** A change of who runs, or of the guest's own ring where a VMM made it. */
export interface Move {
  readonly from: SeatBox;
  readonly to: SeatBox;
  /** Made by a VMM in the processor's place. */
  readonly virtual: boolean;
  /** What it went by: `#GP(0)`, `INT 80h`, `IRET`; of a crossing empty, for its kind says it. */
  readonly label: string;
  /** It went from one world of a processor with VT-x into the other: a VM entry or exit. */
  readonly crossing?: "vm-entry" | "vm-exit";
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

/** From where a VM entry goes, and to where. */
const WORLDS = ["root", "non-root"] as const;

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
  const { world: here } = activePlace(view);
  const inRing = (ring: number, world = here) =>
    // Several guests' rings may share a real one: the one that runs now is meant.
    seatOf((o) => o.ring === ring && o.who === view.current && worldOf(o) === world) ??
    seatOf((o) => o.ring === ring && worldOf(o) === world) ??
    seatOf((o) => o.ring === ring);
  const believing = (ring: number) => seatOf((o) => o.virtualRing === ring);
  const moves: Move[] = [];
  for (const event of view.transition) {
    if (event.kind === "vm-entry" || event.kind === "vm-exit") {
      const [left, entered] = event.kind === "vm-entry" ? WORLDS : WORLDS.toReversed();
      const from = inRing(event.cplBefore, left);
      const to = inRing(event.cplAfter, entered);
      if (from && to && from !== to) moves.push({ from, to, virtual: false, label: "", crossing: event.kind });
      continue;
    }
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
  const [above, below] = [from, to].map(({ sitter }) => layout.worlds.find(({ world }) => world === sitter.world)!);
  if (above!.x === below!.x) {
    // One world over the other: along the lane that they share.
    const d = `${start} V${toY - away} Q${x} ${toY} ${x - CORNER} ${toY} H${right(to) + HEAD}`;
    return { d, middle: { x, y: (fromY + toY) / 2 } };
  }
  // Side by side: between a seat of the left world and the border of the ring in the right one, clear of its name.
  const [seat, far] = from.x < to.x ? [from, to] : [to, from];
  const border = layout.rings.find(({ world, ring }) => world === far.sitter.world && ring === far.sitter.ring)!;
  const [seatX, borderX] = [right(seat) + (seat === to ? HEAD : 0), border.x - (far === to ? HEAD : 0)];
  const middle = { x: (layout.worlds[0]!.laneX + borderX) / 2, y: (fromY + toY) / 2 + shift };
  const [startX, endX] = seat === from ? [seatX, borderX] : [borderX, seatX];
  const [startY, endY] = [fromY + shift, toY + shift];
  const d = `M${startX} ${startY} C${middle.x} ${startY} ${middle.x} ${endY} ${endX} ${endY}`;
  return { d, middle };
}

/** Height of a label, and least way from the middle of one to the middle of the next. */
const LABEL_WAY = 21;

/** Where the labels of paths stand, up and down from their paths' middles, so that none covers the one before it. */
export function labelShifts(middles: readonly { readonly y: number }[]): readonly number[] {
  const [first, second] = middles;
  if (first === undefined || second === undefined) return middles.map(() => 0);
  const way = second.y - first.y;
  const missing = Math.max(0, LABEL_WAY - Math.abs(way)) / 2;
  return way < 0 ? [missing, -missing] : [-missing, missing];
}
