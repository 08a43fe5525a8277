import type { PanelId } from "./panel-ids.ts";

/** The two arrangements that can be changed; a phone shows one panel at a time. */
export type Breadth = "wide" | "medium";

/** Places for panels. On a wide page: text | stage over log | state over io. On a medium one: text | stage over state. */
export const DOCK_IDS = ["text", "stage", "log", "state", "io"] as const;
export type DockId = (typeof DOCK_IDS)[number];

export interface Dock {
  readonly tabs: readonly PanelId[];
  readonly active: PanelId | null;
}

/** Where the panels are, and how large their places: percentages by the ids of what stands beside each other. */
export interface Arrangement {
  readonly docks: Readonly<Record<DockId, Dock>>;
  readonly sizes: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** What is docked where at first: a panel with its home, if it is open from the start. */
export interface Home {
  readonly id: PanelId;
  readonly dock: DockId;
  readonly open: boolean;
}

/** The columns of docks, from left to right, and in a column from top to bottom. */
export const COLUMNS: Readonly<Record<Breadth, readonly (readonly DockId[])[]>> = {
  wide: [["text"], ["stage", "log"], ["state", "io"]],
  medium: [["text"], ["stage", "state"]],
};

/** The dock that stands in for one that this breadth does not have. */
export function dockIn(breadth: Breadth, dock: DockId): DockId {
  return COLUMNS[breadth].flat().includes(dock) ? dock : "state";
}

/** The arrangement of the first visit. */
export function firstArrangement(breadth: Breadth, homes: readonly Home[]): Arrangement {
  const tabsOf = (dock: DockId) =>
    homes.filter((home) => home.open && dockIn(breadth, home.dock) === dock).map((home) => home.id);
  const dockOf = (dock: DockId): Dock => {
    const tabs = tabsOf(dock);
    // Those that stand in for another dock's stay behind.
    const own = tabs.find((id) => homes.some((home) => home.id === id && home.dock === dock));
    return { tabs, active: own ?? tabs[0] ?? null };
  };
  return { docks: mapDocks(dockOf), sizes: {} };
}

function mapDocks(make: (dock: DockId) => Dock): Record<DockId, Dock> {
  return { text: make("text"), stage: make("stage"), log: make("log"), state: make("state"), io: make("io") };
}

/** The dock that a panel is in, or null if it is closed. */
export function dockWith(arrangement: Arrangement, id: PanelId): DockId | null {
  return DOCK_IDS.find((dock) => arrangement.docks[dock].tabs.includes(id)) ?? null;
}

/** Every panel that is open. */
export function openPanels(arrangement: Arrangement): readonly PanelId[] {
  return DOCK_IDS.flatMap((dock) => arrangement.docks[dock].tabs);
}

/** With a panel on top of its dock; a closed one is opened in `home`. */
export function withShown(arrangement: Arrangement, id: PanelId, home: DockId): Arrangement {
  const at = dockWith(arrangement, id);
  if (at === null) return withMoved(arrangement, id, home, null);
  return { ...arrangement, docks: { ...arrangement.docks, [at]: { ...arrangement.docks[at], active: id } } };
}

/** Without a panel; the tab beside it comes to the top. */
export function withClosed(arrangement: Arrangement, id: PanelId): Arrangement {
  const at = dockWith(arrangement, id);
  if (at === null) return arrangement;
  const { tabs, active } = arrangement.docks[at];
  const index = tabs.indexOf(id);
  const left = tabs.filter((tab) => tab !== id);
  const next = active === id ? (left[Math.min(index, left.length - 1)] ?? null) : active;
  return { ...arrangement, docks: { ...arrangement.docks, [at]: { tabs: left, active: next } } };
}

/** With a panel in another dock, or at another place of its own: before the tab `before`, or last. */
export function withMoved(arrangement: Arrangement, id: PanelId, to: DockId, before: PanelId | null): Arrangement {
  if (before === id) return arrangement;
  const without = withClosed(arrangement, id);
  const tabs = [...without.docks[to].tabs];
  const at = before === null ? -1 : tabs.indexOf(before);
  tabs.splice(at < 0 ? tabs.length : at, 0, id);
  return { ...without, docks: { ...without.docks, [to]: { tabs, active: id } } };
}

/** An arrangement as it was kept: without panels that are no more, without docks that this breadth does not have. */
export function tidied(breadth: Breadth, kept: Arrangement, known: (id: string) => boolean): Arrangement {
  const seen = new Set<PanelId>();
  const docks = mapDocks(() => ({ tabs: [], active: null }));
  for (const dock of DOCK_IDS) {
    const tabs = kept.docks[dock].tabs.filter((id) => known(id) && !seen.has(id));
    for (const id of tabs) seen.add(id);
    const to = dockIn(breadth, dock);
    const all = [...docks[to].tabs, ...tabs];
    const { active } = kept.docks[dock];
    docks[to] = {
      tabs: all,
      active: docks[to].active ?? (active !== null && tabs.includes(active) ? active : (tabs[0] ?? null)),
    };
  }
  return { docks, sizes: kept.sizes };
}
