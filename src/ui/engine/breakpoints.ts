import { castDraft } from "immer";
import type { Breakpoint } from "../../session/types.ts";
import { freshIdAmong, lineBreakpoint, lineId, lineOf, type Watch, type WatchFormat } from "../store/breakpoints.ts";
import type { Place } from "../store/state.ts";
import { change } from "../store/store.ts";
import type { Engine } from "./engine.ts";

/** Changes the list, and tells the session. */
async function set(engine: Engine, recipe: (now: readonly Breakpoint[]) => readonly Breakpoint[]): Promise<void> {
  change(engine.store, (draft) => {
    draft.work.breakpoints = castDraft([...recipe(engine.state.work.breakpoints)]);
  });
  await tellBreakpoints(engine);
}

/** Gives the session the breakpoints as they are. */
export async function tellBreakpoints(engine: Engine): Promise<void> {
  await engine.ask((client) => client.api.setBreakpoints(engine.state.work.breakpoints));
}

/** Adds a breakpoint, or puts it in the place of the one with its id. */
export function putBreakpoint(engine: Engine, breakpoint: Breakpoint): Promise<void> {
  return set(engine, (now) =>
    now.some(({ id }) => id === breakpoint.id)
      ? now.map((one) => (one.id === breakpoint.id ? breakpoint : one))
      : [...now, breakpoint],
  );
}

/** Adds a breakpoint that is not at a line, under a new id, which is answered. */
export function addBreakpoint(engine: Engine, breakpoint: Omit<Breakpoint, "id">): string {
  const id = freshIdAmong(engine.state.work.breakpoints, "b");
  void putBreakpoint(engine, { ...breakpoint, id });
  return id;
}

/** Changes a breakpoint in place; undefined takes a part away. */
export function editBreakpoint(
  engine: Engine,
  id: string,
  parts: { readonly [K in keyof Omit<Breakpoint, "id">]?: Breakpoint[K] | undefined },
): Promise<void> {
  return set(engine, (now) =>
    now.map((one) => {
      if (one.id !== id) return one;
      const entries = Object.entries({ ...one, ...parts }).filter(([, value]) => value !== undefined);
      return Object.fromEntries(entries) as unknown as Breakpoint;
    }),
  );
}

/** Takes breakpoints away; null: all. */
export function removeBreakpoints(engine: Engine, ids: readonly string[] | null): Promise<void> {
  return set(engine, (now) => (ids === null ? [] : now.filter(({ id }) => !ids.includes(id))));
}

/** Lets breakpoints stop, or pass; null: all. */
export function enableBreakpoints(engine: Engine, ids: readonly string[] | null, on: boolean): Promise<void> {
  return set(engine, (now) =>
    now.map((one) => {
      if (ids !== null && !ids.includes(one.id)) return one;
      const { enabled: _, ...rest } = one;
      return on ? rest : { ...rest, enabled: false };
    }),
  );
}

/** Takes away the breakpoints that were to stop a run once and have done so. */
export async function dropTemporary(engine: Engine): Promise<void> {
  const { reasons, temporary } = engine.state.stops;
  const gone = reasons.map(({ id }) => id).filter((id) => temporary.includes(id));
  if (gone.length === 0) return;
  change(engine.store, (draft) => {
    draft.stops.temporary = castDraft(temporary.filter((id) => !gone.includes(id)));
  });
  await removeBreakpoints(engine, gone);
}

/** Sets or clears a breakpoint on a line. */
export function toggleBreakpoint(engine: Engine, place: Place): Promise<void> {
  const id = lineId(place);
  const there = engine.state.work.breakpoints.some((one) => one.id === id);
  return there ? removeBreakpoints(engine, [id]) : putBreakpoint(engine, lineBreakpoint(place));
}

/**
 * Moves the breakpoints of a file with its lines: `lines` says where each is now. The session is not told: its run is of
 * the text before, until the program is loaded again.
 */
export function moveBreakpoints(engine: Engine, file: string, lines: (line: number) => number): void {
  const now = engine.state.work.breakpoints;
  const stays = (one: Breakpoint): boolean => {
    const place = lineOf(one);
    return place?.file !== file || lines(place.line) === place.line;
  };
  if (now.every(stays)) return;
  const seen = new Set<string>();
  const moved = now.flatMap((one) => {
    const place = lineOf(one);
    if (place?.file !== file) return [one];
    const at = { file, line: lines(place.line) };
    const id = lineId(at);
    if (seen.has(id)) return [];
    seen.add(id);
    return [{ ...one, id, at }];
  });
  change(engine.store, (draft) => {
    draft.work.breakpoints = castDraft(moved);
  });
}

function setWatches(engine: Engine, recipe: (now: readonly Watch[]) => readonly Watch[]): void {
  change(engine.store, (draft) => {
    draft.work.watches = castDraft([...recipe(engine.state.work.watches)]);
  });
}

/** Watches an expression. */
export function addWatch(engine: Engine, expression: string, format: WatchFormat = "hex"): void {
  setWatches(engine, (now) => [...now, { id: freshIdAmong(now, "w"), expression, format }]);
}

export function editWatch(engine: Engine, id: string, parts: Partial<Omit<Watch, "id">>): void {
  setWatches(engine, (now) => now.map((one) => (one.id === id ? { ...one, ...parts } : one)));
}

export function removeWatches(engine: Engine, ids: readonly string[] | null): void {
  setWatches(engine, (now) => (ids === null ? [] : now.filter(({ id }) => !ids.includes(id))));
}
