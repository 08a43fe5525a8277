import type { Occupant } from "../../../session/types.ts";
import { type Measure, wrap } from "./measure.ts";

export const RINGS = [3, 2, 1, 0] as const;
export type Ring = (typeof RINGS)[number];

/** Sizes in units of the drawing, which are CSS pixels unless it is scaled up. */
export const NAME_SIZE = 15;
export const NOTE_SIZE = 12.5;
export const LABEL_SIZE = 14;
const INSET = 6;
const PAD = 8;
const CHIP_GAP = 6;
const CHIP_PAD = 7;
const BADGE = 20;
const NAME_LINE = 20;
const NOTE_LINE = 17;
const PILL_PAD = 12;
/** Room at the right of the seats for the path of a transition. */
const LANE = 36;
const VACANT = 27;
const STRIP_PAD = 7;
const WORLD_GAP = 16;
const WORLD_LABEL = 24;
/** Worlds stand side by side where each gets this much. */
const WORLD_LEAST = 225;
const FLOOR = 8;
/** From this width on there is room for what a ring means, beside its name. */
const ROOMY = 400;

/** What is to be drawn of one who sits in a ring. */
export interface Sitter {
  readonly who: Occupant["who"];
  readonly ring: Ring;
  readonly world: string;
  readonly name: string;
  /** Drawn with a dashed outline: where the guest believes that it sits. */
  readonly ghost: boolean;
  readonly running: boolean;
  readonly notes: readonly { readonly text: string; readonly pill: boolean }[];
}

export interface Note {
  readonly text: string;
  readonly pill: boolean;
  readonly x: number;
  /** Middle of the line. */
  readonly y: number;
  readonly width: number;
}
export interface SeatBox extends Box {
  readonly sitter: Sitter;
  readonly nameLines: readonly string[];
  readonly notes: readonly Note[];
}
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export interface RingBox extends Box {
  readonly world: string;
  readonly ring: Ring;
  /** Height of its own strip; what is below belongs to the inner rings. */
  readonly strip: number;
  readonly vacant: boolean;
  /** Lines of its name: the ring, and what it means. */
  readonly label: readonly string[];
}
export interface WorldBox extends Box {
  readonly world: string;
  readonly label: string;
  /** Where paths of transitions run. */
  readonly laneX: number;
}
export interface RingsLayout {
  readonly width: number;
  readonly height: number;
  readonly worlds: readonly WorldBox[];
  readonly rings: readonly RingBox[];
  readonly seats: readonly SeatBox[];
}

export interface RingsInput {
  readonly width: number;
  readonly sitters: readonly Sitter[];
  /** Worlds from left to right, with their names; one without a name where there is only one. */
  readonly worlds: readonly { readonly id: string; readonly label: string }[];
  readonly ringLabel: (ring: Ring) => { readonly name: string; readonly role: string };
  readonly measure: Measure;
}

/** From this width on so many worlds stand side by side. */
export const widthOfWorlds = (worlds: number): number => worlds * WORLD_LEAST + (worlds - 1) * WORLD_GAP;

/** Lays the rings out: each holds the more privileged ones, ring 0 at the bottom of its world. */
export function layoutRings(input: RingsInput): RingsLayout {
  const { worlds, width } = input;
  const beside = worlds.length > 1 && width >= widthOfWorlds(worlds.length);
  const each = beside ? (width - WORLD_GAP * (worlds.length - 1)) / worlds.length : width;
  const laid: RingsLayout = { width, height: 0, worlds: [], rings: [], seats: [] };
  let x = 0;
  let y = 0;
  let height = 0;
  for (const world of worlds) {
    const one = layoutWorld(input, world, x, y, each);
    (laid.worlds as WorldBox[]).push(one.box);
    (laid.rings as RingBox[]).push(...one.rings);
    (laid.seats as SeatBox[]).push(...one.seats);
    height = Math.max(height, one.box.y + one.box.height);
    if (beside) x += each + WORLD_GAP;
    else y = one.box.y + one.box.height + WORLD_GAP;
  }
  return { ...laid, height };
}

function layoutWorld(
  { sitters, ringLabel, measure }: RingsInput,
  { id, label }: RingsInput["worlds"][number],
  x: number,
  top: number,
  width: number,
) {
  const rings: (RingBox & { height: number })[] = [];
  const seats: SeatBox[] = [];
  const laneX = x + width - INSET * 3 - LANE / 2;
  const labels = RINGS.map((ring) => ringLabel(ring));
  const nameWidth = Math.max(...labels.map(({ name }) => measure(name, LABEL_SIZE, 700))) + 12;
  const roomy = width >= ROOMY;
  const roleWidth = roomy ? Math.max(nameWidth, 84) : nameWidth;
  let y = top + (label === "" ? 0 : WORLD_LABEL);
  RINGS.forEach((ring, depth) => {
    const left = x + depth * INSET;
    const seatsLeft = x + INSET * 3 + PAD + roleWidth;
    const right = laneX - LANE / 2;
    const here = sitters.filter((sitter) => sitter.ring === ring && sitter.world === id);
    const placed = placeSeats(here, seatsLeft, y + STRIP_PAD, right - seatsLeft, measure);
    const vacant = here.length === 0;
    const { name, role } = labels[depth]!;
    const roleLines = vacant || role === "" || !roomy ? [] : wrap(role, NOTE_SIZE, roleWidth, measure);
    const needed = 22 + roleLines.length * NOTE_LINE;
    const strip = vacant ? VACANT : Math.max(placed.height, needed) + STRIP_PAD * 2;
    rings.push({
      world: id,
      ring,
      x: left,
      y,
      width: width - 2 * depth * INSET,
      height: 0,
      strip,
      vacant,
      label: [name, ...roleLines],
    });
    seats.push(...centred(placed.seats, placed.height, strip - STRIP_PAD * 2));
    y += strip;
  });
  const bottom = y + FLOOR;
  for (const ring of rings) ring.height = bottom - ring.y;
  return { rings, seats, box: { world: id, label, x, y: top, width, height: bottom - top, laneX } };
}

/** Moves seats down so that they stand in the middle of their strip. */
function centred(seats: readonly SeatBox[], used: number, room: number): SeatBox[] {
  const by = Math.max(0, (room - used) / 2);
  return seats.map((seat) => ({
    ...seat,
    y: seat.y + by,
    notes: seat.notes.map((note) => ({ ...note, y: note.y + by })),
  }));
}

function placeSeats(sitters: readonly Sitter[], left: number, top: number, room: number, measure: Measure) {
  const seats: SeatBox[] = [];
  let x = left;
  let y = top;
  let row = 0;
  for (const sitter of sitters) {
    let seat = chip(sitter, x, y, room - (x - left), measure);
    if (x > left && x + seat.width > left + room) {
      x = left;
      y += row + CHIP_GAP;
      row = 0;
      seat = chip(sitter, x, y, room, measure);
    } else if (x > left && seat.height > row) {
      const alone = chip(sitter, left, y + row + CHIP_GAP, room, measure);
      if (alone.height < seat.height) {
        x = left;
        y += row + CHIP_GAP;
        row = 0;
        seat = alone;
      }
    }
    seats.push(seat);
    row = Math.max(row, seat.height);
    x += seat.width + CHIP_GAP;
  }
  return { seats, height: sitters.length === 0 ? 0 : y + row - top };
}

/** One seat: badge and name, and below them notes that wrap within `room`. */
function chip(sitter: Sitter, x: number, y: number, room: number, measure: Measure): SeatBox {
  const left = x + CHIP_PAD;
  const nameX = left + BADGE + 6;
  const inner = Math.max(80, room - 2 * CHIP_PAD - 1);
  const weight = sitter.ghost ? 400 : 650;
  const nameLines = wrap(sitter.name, NAME_SIZE, inner - (nameX - left), measure, weight);
  let right = Math.max(nameX, ...nameLines.map((line) => nameX + measure(line, NAME_SIZE, weight)));
  const notes: Note[] = [];
  let line = y + CHIP_PAD + nameLines.length * NAME_LINE;
  let at = left;
  for (const note of sitter.notes) {
    const lines = note.pill ? [note.text] : wrap(note.text, NOTE_SIZE, inner, measure);
    lines.forEach((text, i) => {
      const width = measure(text, NOTE_SIZE, note.pill ? 650 : 400) + (note.pill ? PILL_PAD : 0);
      if (i > 0 || (at > left && at + width > left + inner)) {
        at = left;
        line += NOTE_LINE;
      }
      notes.push({ text, pill: note.pill, x: at, y: line + NOTE_LINE / 2 + 1, width });
      right = Math.max(right, at + width);
      at += width + 6;
    });
  }
  if (notes.length > 0) line += NOTE_LINE + 1;
  return { sitter, x, y, width: right - x + CHIP_PAD + 1, height: line - y + CHIP_PAD - 1, nameLines, notes };
}
