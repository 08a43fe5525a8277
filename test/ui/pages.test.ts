import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { putBreakpoint } from "../../src/ui/engine/breakpoints.ts";
import { check, moveCheckedLines } from "../../src/ui/engine/editing.ts";
import { boot } from "../../src/ui/engine/links.ts";
import { takeOver } from "../../src/ui/engine/other-pages.ts";
import { command } from "../../src/ui/engine/run.ts";
import { openText } from "../../src/ui/engine/texts.ts";
import { lineBreakpoint } from "../../src/ui/store/breakpoints.ts";
import { type Drafts, mergeDrafts } from "../../src/ui/store/merge.ts";
import { restore, WorkKeeper } from "../../src/ui/store/persist.ts";
import { type DraftText, initialWork } from "../../src/ui/store/state.ts";
import { change } from "../../src/ui/store/store.ts";
import { makeEngine } from "./make-engine.ts";

const text = (of: string, includes: DraftText["includes"] = null): DraftText => ({ text: of, includes });

describe("texts of two pages of one browser", () => {
  test("what one page alone has changed, begun or deleted is so in both", () => {
    const base = { "mine-1": text("a"), "mine-2": text("b"), "mine-3": text("c") };
    const mine = { "mine-1": text("a, here"), "mine-2": text("b"), "mine-3": text("c"), "mine-4": text("new") };
    const theirs = { "mine-1": text("a"), "mine-2": text("b, there") };
    expect(mergeDrafts(base, mine, theirs, "mine-1")).toEqual({
      drafts: { "mine-1": text("a, here"), "mine-2": text("b, there"), "mine-4": text("new") },
      moved: [],
    });
  });

  test("changes to different files of one program come together", () => {
    const base = { "mine-1": text("main", { "a.inc": "a", "b.inc": "b" }) };
    const mine = { "mine-1": text("main, here", { "a.inc": "a", "b.inc": "b", "c.inc": "here" }) };
    const theirs = { "mine-1": { ...text("main", { "a.inc": "there" }), name: "boot.asm" } };
    expect(mergeDrafts(base, mine, theirs, null).drafts).toEqual({
      "mine-1": { text: "main, here", includes: { "a.inc": "there", "c.inc": "here" }, name: "boot.asm" },
    });
  });

  test("where both changed one file both are kept, this page's beside the other's", () => {
    const base = { "mine-1": text("a"), "lesson-popf": text("l") };
    const mine = { "mine-1": text("here"), "lesson-popf": text("l, here") };
    const theirs = { "mine-1": text("there"), "lesson-popf": text("l, there"), "mine-2": text("x") };
    expect(mergeDrafts(base, mine, theirs, "mine-1")).toEqual({
      drafts: {
        ...theirs,
        "mine-3": { ...text("here"), name: "mine-1-2.asm" },
        "copy-1": { ...text("l, here"), name: "lesson-popf-2.asm" },
      },
      moved: [
        { from: "mine-1", to: "mine-3" },
        { from: "lesson-popf", to: "copy-1" },
      ],
    });
  });

  test("a text that is open stays when another page deletes it", () => {
    const base = { "mine-1": text("a") };
    expect(mergeDrafts(base, base, {}, "mine-1").drafts).toEqual(base);
    expect(mergeDrafts(base, base, {}, null).drafts).toEqual({});
  });

  test("law: whatever was written on either page is there afterwards", () => {
    const some = fc.constantFrom("a", "b", "c", "d");
    const files = fc.option(fc.dictionary(fc.constantFrom("x.inc", "y.inc"), some, { maxKeys: 2 }), { nil: null });
    const draft: fc.Arbitrary<DraftText> = fc.record({ text: some, includes: files });
    const drafts: fc.Arbitrary<Drafts> = fc.dictionary(fc.constantFrom("mine-1", "mine-2", "lesson"), draft);
    const written = (base: Drafts, now: Drafts): string[] =>
      Object.entries(now).flatMap(([id, { text: main, includes }]) => [
        ...(main === base[id]?.text ? [] : [main]),
        ...Object.entries(includes ?? {}).flatMap(([name, of]) => (of === base[id]?.includes?.[name] ? [] : [of])),
      ]);
    fc.assert(
      fc.property(drafts, drafts, drafts, fc.constantFrom("mine-1", null), (base, mine, theirs, open) => {
        const { drafts: merged } = mergeDrafts(base, mine, theirs, open);
        const there = Object.values(merged).flatMap((one) => [one.text, ...Object.values(one.includes ?? {})]);
        for (const of of [...written(base, mine), ...written(base, theirs)]) expect(there).toContain(of);
        // Bringing the result together with either again changes nothing.
        expect(mergeDrafts(theirs, merged, theirs, open).drafts).toEqual(merged);
      }),
    );
  });
});

describe("a text that is open and was changed in another page", () => {
  const TEXT = "org 0x100000\nstart: nop\n nop\n hlt\n";
  const opened = async () => {
    const { engine, state } = makeEngine();
    await boot(engine);
    await openText(engine, { text: TEXT, includes: null });
    await putBreakpoint(engine, lineBreakpoint({ file: "mine-1.asm", line: 3 }));
    const step = { kind: "step", direction: "forward" } as const;
    await command(engine, step);
    return { engine, state };
  };

  test("changes before the reader's eyes; breakpoints move with their lines, the run stays", async () => {
    const { engine, state } = await opened();
    takeOver(engine, { drafts: { "mine-1": text(`; new\n${TEXT}`, { "x.inc": "X equ 1\n" }) }, moved: [] });
    expect(state().document).toMatchObject({ text: `; new\n${TEXT}`, includes: { "x.inc": "X equ 1\n" } });
    expect(state().work.breakpoints).toMatchObject([{ at: { file: "mine-1.asm", line: 4 } }]);
    expect(state().run.view?.step).toBe(1);
    expect(state().documents.offer).toMatchObject({ key: "elsewhere", values: { file: "mine-1.asm" } });
  });

  test("goes on under another name where both pages changed it", async () => {
    const { engine, state } = await opened();
    const drafts = { "mine-1": text("hlt\n"), "mine-2": { ...text(TEXT), name: "mine-1-2.asm" } };
    takeOver(engine, { drafts, moved: [{ from: "mine-1", to: "mine-2" }] });
    expect(state().work).toMatchObject({
      programId: "mine-2",
      breakpoints: [{ at: { file: "mine-1-2.asm", line: 3 } }],
    });
    expect(state().document).toMatchObject({ main: "mine-1-2.asm", text: TEXT });
    expect(state().documents.offer).toMatchObject({ key: "keptBoth", values: { file: "mine-1.asm" } });
  });

  test("keeps its marks on their lines while it does not assemble", async () => {
    const { engine, state } = await opened();
    const lines = () => state().check.lines.map(({ line }) => line);
    await check(engine);
    expect(lines()).toEqual([2, 3, 4]);
    moveCheckedLines(engine, "mine-1.asm", (line) => (line > 2 ? line + 2 : line));
    expect(lines()).toEqual([2, 5, 6]);
    moveCheckedLines(engine, "other.inc", (line) => line + 1);
    expect(lines()).toEqual([2, 5, 6]);
  });
});

describe("the keeper of the reader's work", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function shelf() {
    const items = new Map<string, string>();
    return {
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => void items.set(key, value),
    };
  }

  /** Two pages over one storage; what one writes the other is told only by `sync`, as after a sleep. */
  function twoPages() {
    const storage = shelf();
    const open = () => {
      const { engine } = makeEngine();
      const page = shelf();
      const keeper = new WorkKeeper({
        store: engine.store,
        storage,
        page,
        ownWork: () => engine.workToKeep(),
        onMerged: (merged) => takeOver(engine, merged),
      });
      const write = (id: string, of: string) =>
        change(engine.store, (draft) => {
          draft.drafts[id] = { text: of, includes: null };
          draft.work.programId = id;
        });
      return { engine, keeper, write, page };
    };
    return { storage, a: open(), b: open() };
  }

  test("neither page overwrites the other's texts, nor its settings, though neither was told", () => {
    const { storage, a, b } = twoPages();
    a.write("mine-1", "of a");
    change(a.engine.store, (draft) => {
      draft.theme = "dark";
    });
    vi.runAllTimers();
    b.write("mine-2", "of b");
    vi.runAllTimers();
    const kept = restore(storage);
    expect(kept.drafts).toEqual({ "mine-1": text("of a"), "mine-2": text("of b") });
    expect(kept.theme).toBe("dark");
    expect(b.engine.state.drafts["mine-1"]).toEqual(text("of a"));
  });

  test("each goes on with what it had open, after a reload too", () => {
    const { storage, a, b } = twoPages();
    a.write("mine-1", "of a");
    vi.runAllTimers();
    b.write("mine-2", "of b");
    vi.runAllTimers();
    expect(restore(storage, a.page).work.programId).toBe("mine-1");
    expect(restore(storage, b.page).work.programId).toBe("mine-2");
    // A new page goes on with what was worked on last.
    expect(restore(storage, shelf()).work.programId).toBe("mine-2");
    expect(restore(shelf(), a.page).work).toEqual(initialWork);
  });

  test("two pages that began a text of the same name keep both, and the later one says so", () => {
    const { storage, a, b } = twoPages();
    a.write("mine-1", "of a");
    b.write("mine-1", "of b");
    vi.runAllTimers();
    expect(restore(storage).drafts).toEqual({
      "mine-1": text("of a"),
      "mine-2": { ...text("of b"), name: "mine-1-2.asm" },
    });
    expect(b.engine.state.work.programId).toBe("mine-2");
    expect(b.engine.state.documents.offer).toMatchObject({ key: "keptBoth", values: { own: "mine-1-2.asm" } });
    a.keeper.sync();
    expect(a.engine.state.drafts["mine-1"]).toEqual(text("of a"));
    expect(Object.keys(a.engine.state.drafts)).toHaveLength(2);
  });

  test("taking over what another page wrote writes nothing, so that pages do not answer one another for ever", () => {
    const { storage, a, b } = twoPages();
    a.write("mine-1", "of a");
    vi.runAllTimers();
    const before = storage.getItem("ringside.work.v1");
    b.keeper.sync();
    vi.runAllTimers();
    expect(storage.getItem("ringside.work.v1")).toBe(before);
    expect(b.engine.state.drafts["mine-1"]).toEqual(text("of a"));
  });
});
