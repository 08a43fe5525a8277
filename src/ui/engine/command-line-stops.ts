import { castDraft } from "immer";
import type { Breakpoint } from "../../session/types.ts";
import { change } from "../store/store.ts";
import { enableBreakpoints as enable, putBreakpoint, removeBreakpoints as remove } from "./breakpoints.ts";
import type { Engine } from "./engine.ts";

/** The breakpoints in the order in which the command line numbers them. */
export function shownBreakpoints(engine: Engine): readonly Breakpoint[] {
  return engine.state.work.breakpoints;
}

/** A `temporary` breakpoint goes when it has stopped a run. */
export async function addBreakpoint(engine: Engine, breakpoint: Breakpoint, temporary: boolean): Promise<boolean> {
  change(engine.store, (draft) => {
    if (temporary) draft.stops.temporary.push(breakpoint.id);
    else draft.stops.temporary = castDraft(draft.stops.temporary.filter((id) => id !== breakpoint.id));
  });
  await putBreakpoint(engine, breakpoint);
  return true;
}

function idsOf(engine: Engine, numbers: readonly number[] | null): readonly string[] | null {
  const { breakpoints } = engine.state.work;
  return numbers === null ? null : numbers.flatMap((number) => breakpoints[number - 1]?.id ?? []);
}

export async function removeBreakpoints(engine: Engine, numbers: readonly number[] | null): Promise<boolean> {
  await remove(engine, idsOf(engine, numbers));
  return true;
}

export async function enableBreakpoints(
  engine: Engine,
  numbers: readonly number[] | null,
  on: boolean,
): Promise<boolean> {
  await enable(engine, idsOf(engine, numbers), on);
  return true;
}
