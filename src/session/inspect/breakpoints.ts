import { scopeOf, statusOf } from "../breakpoints/breakpoints.ts";
import type { Breakpoint, BreakpointStatus } from "../breakpoints/types.ts";
import type { Inspected } from "./index.ts";

export interface BreakpointsAsk {
  readonly breakpoints: readonly Breakpoint[];
}

/** In the order in which they were asked. */
export type BreakpointsAnswer = readonly BreakpointStatus[];

/** Says of breakpoints, set or not, what they would stop at in the program that is loaded. */
export function inspectBreakpoints({ run, program }: Inspected, { breakpoints }: BreakpointsAsk): BreakpointsAnswer {
  return statusOf(breakpoints, scopeOf(run, program));
}
