import { describe, expect, it } from "vitest";
import {
  type Arrangement,
  dockWith,
  firstArrangement,
  type Home,
  openPanels,
  tidied,
  withClosed,
  withMoved,
  withShown,
} from "../../src/ui/layout/arrangement.ts";
import { loadArrangements, saveArrangements } from "../../src/ui/layout/storage.ts";

const HOMES: readonly Home[] = [
  { id: "editor", dock: "text", open: true },
  { id: "stage", dock: "stage", open: true },
  { id: "events", dock: "log", open: true },
  { id: "registers", dock: "state", open: true },
  { id: "memory", dock: "state", open: false },
  { id: "console", dock: "io", open: true },
];
const wide = firstArrangement("wide", HOMES);
const medium = firstArrangement("medium", HOMES);
const shown = ({ docks }: Arrangement) =>
  Object.entries(docks)
    .filter(([, dock]) => dock.tabs.length > 0)
    .map(([id, dock]) => `${id}: ${dock.tabs.map((tab) => (tab === dock.active ? `[${tab}]` : tab)).join(" ")}`);

describe("the arrangement of the panels", () => {
  it("begins with what is open from the start, each at its place", () => {
    expect(shown(wide)).toEqual([
      "text: [editor]",
      "stage: [stage]",
      "log: [events]",
      "state: [registers]",
      "io: [console]",
    ]);
    expect(shown(medium)).toEqual(["text: [editor]", "stage: [stage]", "state: events [registers] console"]);
  });

  it("opens a closed panel at its home, and brings an open one to the top where it stands", () => {
    const opened = withShown(wide, "memory", "state");
    expect(shown(opened)).toContain("state: registers [memory]");
    expect(shown(withShown(opened, "registers", "io"))).toContain("state: [registers] memory");
  });

  it("closes a panel: the one beside it comes to the top, an empty place goes", () => {
    expect(shown(withClosed(medium, "registers"))).toContain("state: events [console]");
    expect(shown(withClosed(wide, "console"))).not.toContain("io");
    expect(openPanels(withClosed(wide, "stage"))).not.toContain("stage");
    expect(withClosed(wide, "memory")).toBe(wide);
  });

  it("moves a panel to another place, before a tab or last, and within its own", () => {
    expect(shown(withMoved(wide, "events", "state", "registers"))).toContain("state: [events] registers");
    expect(shown(withMoved(wide, "events", "state", null))).toContain("state: registers [events]");
    expect(shown(withMoved(medium, "console", "state", "events"))).toContain("state: [console] events registers");
    expect(withMoved(medium, "console", "state", "console")).toBe(medium);
  });

  it("is kept and read again; what is unknown, doubled or broken is left out", () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    };
    const mine = withMoved(wide, "events", "io", null);
    saveArrangements(storage, { wide: mine });
    expect(loadArrangements(storage)).toEqual({ wide: mine });
    for (const [key] of kept) kept.set(key, "{ no");
    expect(loadArrangements(storage)).toEqual({});

    const odd: Arrangement = {
      sizes: {},
      docks: {
        ...wide.docks,
        io: { tabs: ["gone" as "console", "stage", "console"], active: "gone" as "console" },
      },
    };
    const mended = tidied("wide", odd, (id) => id !== "gone");
    expect(shown(mended)).toContain("io: [console]");
    expect(dockWith(mended, "stage")).toBe("stage");
    expect(shown(tidied("medium", wide, () => true))).toContain("state: [events] registers console");
  });
});
