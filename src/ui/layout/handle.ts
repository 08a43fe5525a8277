import { castDraft } from "immer";
import type { Engine } from "../engine/engine.ts";
import type { State } from "../store/state.ts";
import { change } from "../store/store.ts";
import {
  type Arrangement,
  type Breadth,
  type DockId,
  dockIn,
  firstArrangement,
  openPanels,
  withClosed,
  withMoved,
  withShown,
} from "./arrangement.ts";
import type { PanelId } from "./panel-ids.ts";
import { panelOf, panels } from "./panels.ts";

/** The arrangement of a breadth now: the reader's own, or the first one. */
export function arrangementOf(state: State, breadth: Breadth): Arrangement {
  return state.layout.arrangements[breadth] ?? first[breadth];
}

const first: Readonly<Record<Breadth, Arrangement>> = {
  wide: firstArrangement("wide", panels),
  medium: firstArrangement("medium", panels),
};

/** Panels that are open on the page as broad as it is now; on a phone all have a tab. */
export function openNow(state: State): readonly PanelId[] {
  const { breadth } = state.layout;
  return breadth === null ? panels.map((row) => row.id) : openPanels(arrangementOf(state, breadth));
}

/** Changes the arrangement that is on the page now; a phone has none. */
export function rearrange(engine: Engine, recipe: (now: Arrangement, breadth: Breadth) => Arrangement): void {
  const { breadth } = engine.state.layout;
  if (breadth === null) return;
  const next = recipe(arrangementOf(engine.state, breadth), breadth);
  change(engine.store, (draft) => {
    draft.layout.arrangements[breadth] = castDraft(next);
  });
}

/** Brings a panel to the front, opening it where it belongs if it is closed; with `focus`, the keyboard goes there. */
export function showPanel(engine: Engine, id: PanelId, focus = false): void {
  change(engine.store, (draft) => {
    draft.panel = id;
  });
  rearrange(engine, (now, breadth) => withShown(now, id, dockIn(breadth, panelOf(id).dock)));
  if (focus) {
    // Once the tab is there.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-panel="${id}"]`)?.focus()),
    );
  }
}

export function closePanel(engine: Engine, id: PanelId): void {
  rearrange(engine, (now) => withClosed(now, id));
}

/** Puts a panel into a dock, before another tab or last. */
export function movePanel(engine: Engine, id: PanelId, to: DockId, before: PanelId | null = null): void {
  rearrange(engine, (now) => withMoved(now, id, to, before));
}

/** Back to the arrangement of the first visit. */
export function resetLayout(engine: Engine): void {
  const { breadth } = engine.state.layout;
  if (breadth === null) return;
  change(engine.store, (draft) => {
    delete draft.layout.arrangements[breadth];
    draft.layout.generation++;
  });
}
