import type { Occupant, TimelineWindow } from "../../../session/types.ts";
import { type Range, rulerMarks } from "./range.ts";
import { shapeOf } from "./shapes.ts";

export const RULER = 15;
export const BAND_LANE = 13;
export const MARK_LANE = 13;

/** Colours and patterns of the present theme. */
export interface Brushes {
  readonly colour: (variable: string) => string;
  readonly band: (who: Occupant["who"]) => string | CanvasPattern;
}

const COLOUR_OF: Readonly<Record<Occupant["who"], string>> = {
  vmm: "--vmm",
  "guest-kernel": "--kernel",
  "guest-ring1": "--kernel",
  "guest-user": "--user",
  "guest-ring2": "--user",
  "driver-kernel": "--kernel",
  "driver-user": "--user",
  "inner-kernel": "--kernel",
  "inner-user": "--user",
};

/** Reads the theme off an element. The VMM is hatched and user code dotted, so that colour is not alone. */
export function brushesOf(element: Element): Brushes {
  const style = getComputedStyle(element);
  const colour = (variable: string) => style.getPropertyValue(variable).trim();
  const made = new Map<string, string | CanvasPattern>();
  const band = (who: Occupant["who"]) => {
    const variable = COLOUR_OF[who];
    const found = made.get(variable);
    if (found !== undefined) return found;
    const brush = patternOf(variable, colour) ?? colour(variable);
    made.set(variable, brush);
    return brush;
  };
  return { colour, band };
}

function patternOf(variable: string, colour: Brushes["colour"]): CanvasPattern | null {
  if (variable === "--kernel") return null;
  const tile = document.createElement("canvas");
  tile.width = 8;
  tile.height = 8;
  const context = tile.getContext("2d");
  if (context === null) return null;
  context.fillStyle = colour(variable);
  context.fillRect(0, 0, 8, 8);
  context.strokeStyle = context.fillStyle = colour(`${variable}-soft`);
  context.globalAlpha = 0.55;
  if (variable === "--vmm") {
    context.lineWidth = 2;
    context.beginPath();
    for (const at of [-8, 0, 8]) {
      context.moveTo(at, 8);
      context.lineTo(at + 8, 0);
    }
    context.stroke();
  } else {
    context.beginPath();
    context.arc(4, 4, 1.6, 0, 7);
    context.fill();
  }
  return context.createPattern(tile, "repeat");
}

/** Where lanes lie; `compact` puts all marks into one. */
export interface Rows {
  readonly height: number;
  readonly occupantTop: (lane: number) => number;
  readonly markTop: (lane: number) => number;
}

export function rowsOf(window: Pick<TimelineWindow, "occupants" | "marks">, compact: boolean): Rows {
  const marksTop = RULER + window.occupants.length * BAND_LANE;
  const markLanes = compact ? Math.min(1, window.marks.length) : window.marks.length;
  return {
    height: marksTop + markLanes * MARK_LANE + 2,
    occupantTop: (lane) => RULER + lane * BAND_LANE,
    markTop: (lane) => marksTop + (compact ? 0 : lane) * MARK_LANE,
  };
}

/** Room at both ends of the strip, so that the first and the last mark are whole. */
const MARGIN = 7;

/** Between positions of the run and CSS pixels of the strip. */
export interface Scale {
  readonly x: (position: number) => number;
  readonly position: (x: number) => number;
  /** Positions in a pixel. */
  readonly perPixel: number;
}

export function scaleOf({ from, to }: Range, width: number): Scale {
  const perPixel = (to - from) / Math.max(1, width - 2 * MARGIN);
  return {
    x: (position) => MARGIN + (position - from) / perPixel,
    position: (x) => Math.min(Math.max(from + (x - MARGIN) * perPixel, from), to),
    perPixel,
  };
}

export interface Scene {
  readonly window: TimelineWindow;
  readonly range: Range;
  readonly compact: boolean;
  readonly brushes: Brushes;
  readonly number: (value: number) => string;
}

/** Makes a canvas as fine as the screen, and empties it. Sizes are in CSS pixels from then on. */
export function prepare(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D | null {
  const fine = globalThis.devicePixelRatio || 1;
  const [w, h] = [Math.round(width * fine), Math.round(height * fine)];
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
  const context = canvas.getContext("2d");
  context?.setTransform(fine, 0, 0, fine, 0, 0);
  context?.clearRect(0, 0, width, height);
  return context;
}

/** Paints the ruler, the lanes of those who ran, and the marks. */
export function paintLanes(canvas: HTMLCanvasElement, width: number, scene: Scene): void {
  const { window, range, compact, brushes, number } = scene;
  const rows = rowsOf(window, compact);
  const context = prepare(canvas, width, rows.height);
  if (context === null) return;
  const { x } = scaleOf(range, width);

  context.font = `11px ${getComputedStyle(canvas).fontFamily}`;
  context.fillStyle = brushes.colour("--ink-2");
  context.strokeStyle = brushes.colour("--line");
  context.lineWidth = 1;
  context.beginPath();
  for (const at of rulerMarks(range, width / 110)) {
    const left = Math.round(x(at)) + 0.5;
    context.moveTo(left, 0);
    context.lineTo(left, rows.height);
    const text = number(at);
    if (left + 4 + context.measureText(text).width < width) context.fillText(text, left + 4, 11);
  }
  context.stroke();

  window.occupants.forEach(({ who, bands }, lane) => {
    context.fillStyle = brushes.band(who);
    const top = rows.occupantTop(lane) + 1;
    const full = BAND_LANE - 2;
    for (const { from, to, share } of bands) {
      const left = x(from);
      const right = x(to);
      if (right < 0 || left > width) continue;
      const height = Math.max(2, full * share);
      context.fillRect(left, top + full - height, Math.max(1, right - left), height);
    }
  });

  const known = x(window.known);
  if (window.known < range.to && known < width) {
    context.fillStyle = brushes.colour("--line");
    context.fillRect(known, RULER, width - known, rows.height - RULER);
  }

  // The rarer ones on top, where lanes are one.
  [...window.marks].forEach(({ id, marks }, lane) => {
    const middle = rows.markTop(lane) + MARK_LANE / 2;
    const paths = new Map<string, Path2D>();
    for (const mark of marks) {
      const { at, count } = mark;
      const left = x(at);
      if (left < -6 || left > width + 6) continue;
      const { path, colour, open } = shapeOf(id, mark);
      const shape = paths.get(path) ?? new Path2D(path);
      paths.set(path, shape);
      context.fillStyle = context.strokeStyle = brushes.colour(colour);
      context.lineWidth = open ? 2 : 1;
      if (count > 1) {
        context.globalAlpha = 0.35;
        context.fillRect(left - 4, middle - 5.5, 11, 11);
        context.globalAlpha = 1;
      }
      context.save();
      context.translate(left, middle);
      if (open) context.stroke(shape);
      else context.fill(shape);
      context.restore();
    }
  });
}

export const OVERVIEW = 16;

/** Paints the whole run in one row: who ran most, and where something did not trap. */
export function paintOverview(
  canvas: HTMLCanvasElement,
  width: number,
  window: TimelineWindow,
  brushes: Brushes,
): void {
  const context = prepare(canvas, width, OVERVIEW);
  if (context === null) return;
  const last = Math.max(1, window.axis === "step" ? window.lastStep : window.lastTick);
  const x = (position: number) => (position / last) * width;
  const lane = (OVERVIEW - 4) / Math.max(1, window.occupants.length);
  window.occupants.forEach(({ who, bands }, i) => {
    context.fillStyle = brushes.band(who);
    for (const { from, to, share } of bands) {
      const height = Math.max(1, lane * share);
      context.fillRect(x(from), i * lane + lane - height, Math.max(0.7, x(to) - x(from)), height);
    }
  });
  const silent = window.marks.find(({ id }) => id === "silent");
  context.fillStyle = brushes.colour("--danger");
  for (const { at } of silent?.marks ?? []) context.fillRect(x(at) - 0.5, OVERVIEW - 4, 2, 4);
}
