import type { MarkLaneId } from "../../../session/timeline-window.ts";

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
  handled: { path: "M-3-3H3V3H-3z", colour: "--vmm" },
  injected: { path: "M-4 3.5H4L0-4z", colour: "--kernel" },
  interrupt: { path: "M0-4.4 4.4 0 0 4.4-4.4 0z", colour: "--kernel" },
  io: { path: "M-3.2 0A3.2 3.2 0 1 1 3.2 0A3.2 3.2 0 1 1-3.2 0z", colour: "--ink-2" },
  silent: { path: "M-3.5-3.5 3.5 3.5M3.5-3.5-3.5 3.5", colour: "--danger", open: true },
};
