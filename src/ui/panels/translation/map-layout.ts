import type { MapUnit } from "../../../session/inspect/translation.ts";

/** Height of a row of the map and of a unit in it, in pixels. */
export const ROW_PX = 26;
export const UNIT_PX = 20;
/** Pixels for a byte at least: below, a small unit cannot be pressed. */
const BYTE_PX = 2.4;

/** A part of a unit in one row: pixels. */
export interface Piece {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

export interface Placed {
  readonly unit: MapUnit;
  readonly pieces: readonly Piece[];
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** Bytes of the cache in a row. */
  readonly perRow: number;
  readonly units: readonly Placed[];
}

/** Lays units out in rows as memory is: row after row, each byte in its place. */
export function layOut(units: readonly MapUnit[], width: number): Layout {
  const perRow = 2 ** Math.max(5, Math.floor(Math.log2(Math.max(1, width) / BYTE_PX)));
  const pixel = width / perRow;
  const placed = units.map((unit): Placed => {
    const pieces: Piece[] = [];
    for (let at = unit.start; at < unit.end; ) {
      const row = Math.floor(at / perRow);
      const end = Math.min(unit.end, (row + 1) * perRow);
      pieces.push({ x: (at - row * perRow) * pixel, y: row * ROW_PX, width: (end - at) * pixel });
      at = end;
    }
    return { unit, pieces };
  });
  const end = units.at(-1)?.end ?? 0;
  return { width, height: Math.ceil(end / perRow) * ROW_PX + ROW_PX - UNIT_PX, perRow, units: placed };
}

/** The way of a jump from the end of one unit to the beginning of another. */
export function curve(from: Placed, to: Placed): string {
  const last = from.pieces.at(-1)!;
  const first = to.pieces[0]!;
  const x1 = last.x + last.width - 2;
  const y1 = last.y + UNIT_PX - 4;
  const x2 = first.x + 3;
  const y2 = first.y + UNIT_PX - 4;
  const down = ROW_PX * 0.55 + Math.min(40, Math.abs(y2 - y1) * 0.15);
  return `M${x1} ${y1} C${x1} ${y1 + down} ${x2} ${y2 + down} ${x2} ${y2}`;
}

/** The unit to go to from one by an arrow key, by its number. */
export function neighbour({ units }: Layout, from: number, key: string): number | null {
  const last = units.length - 1;
  switch (key) {
    case "ArrowLeft":
      return Math.max(0, from - 1);
    case "ArrowRight":
      return Math.min(last, from + 1);
    case "Home":
      return 0;
    case "End":
      return last;
    case "ArrowUp":
    case "ArrowDown":
      return inRow(units, from, key === "ArrowDown" ? 1 : -1);
    default:
      return null;
  }
}

/** The unit of the next row above or below that is nearest. */
function inRow(units: readonly Placed[], from: number, step: 1 | -1): number {
  const here = units[from]!.pieces[0]!;
  let best = from;
  let nearest = Number.POSITIVE_INFINITY;
  let row: number | null = null;
  for (let i = from + step; i >= 0 && i < units.length; i += step) {
    const { x, y } = units[i]!.pieces[0]!;
    if (y === here.y) continue;
    row ??= y;
    if (y !== row) break;
    if (Math.abs(x - here.x) < nearest) {
      nearest = Math.abs(x - here.x);
      best = i;
    }
  }
  return best;
}
