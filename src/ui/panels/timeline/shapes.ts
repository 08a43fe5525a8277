import type { LaneMark, MarkLaneId } from "../../../session/timeline-window.ts";

/** The shape and the colour (a variable of the page) of the marks of a lane: neither is alone. */
export interface Shape {
  /** Path around the origin, in a square of 8. */
  readonly path: string;
  readonly colour: string;
  /** Drawn as lines, not filled. */
  readonly open?: boolean;
}

export const SHAPES: Readonly<Record<MarkLaneId, Shape>> = {
  trap: { path: "M-4-3.5H4L0 4z", colour: "--vmm" },
  // Out of the guest, and into it.
  vmx: { path: "M-5 0-0.7-3.6V3.6zM5 0 0.7-3.6V3.6z", colour: "--vmm" },
  handled: { path: "M-3-3H3V3H-3z", colour: "--vmm" },
  injected: { path: "M-4 3.5H4L0-4z", colour: "--kernel" },
  interrupt: { path: "M0-4.4 4.4 0 0 4.4-4.4 0z", colour: "--kernel" },
  io: { path: "M-3.2 0A3.2 3.2 0 1 1 3.2 0A3.2 3.2 0 1 1-3.2 0z", colour: "--ink-2" },
  silent: { path: "M-3.5-3.5 3.5 3.5M3.5-3.5-3.5 3.5", colour: "--danger", open: true },
};

/** Kinds with a shape of their own where they stand alone: an exit points left, an entry right. */
const OF_KIND: Readonly<Partial<Record<LaneMark["kind"], Shape>>> = {
  "vm-exit": { path: "M-4.4 0 2.4-4V4z", colour: "--vmm" },
  "vm-entry": { path: "M4.4 0-2.4-4V4z", colour: "--kernel" },
  "vm-fail": { path: "M-3.5-3.5 3.5 3.5M3.5-3.5-3.5 3.5", colour: "--danger", open: true },
};

/** The shape of a mark in its lane. */
export function shapeOf(lane: MarkLaneId, { kind, count }: Pick<LaneMark, "kind" | "count">): Shape {
  return (count === 1 && OF_KIND[kind]) || SHAPES[lane];
}
