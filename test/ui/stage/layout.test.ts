import type { TFunction } from "i18next";
import { describe, expect, it } from "vitest";
import type { Occupant, View } from "../../../src/session/types.ts";
import { type Box, layoutRings, type RingsLayout } from "../../../src/ui/panels/stage/layout.ts";
import { estimate, wrap } from "../../../src/ui/panels/stage/measure.ts";
import { labelShifts, movesOf, pathOf, vectorLabel } from "../../../src/ui/panels/stage/moves.ts";
import { slotText } from "../../../src/ui/panels/stage/StackDrawing.tsx";
import { activePlace, nameOf, sittersOf, worldsOf, worldWord } from "../../../src/ui/panels/stage/sitters.ts";
import { trapAndEmulate } from "../../../src/vmm/trap-and-emulate/strategy.ts";

const occupants = trapAndEmulate.seats.filter(({ who }) => !/ring/.test(who)) as readonly Occupant[];

const label = (en: string) => ({ en, zh: en });
/** Both worlds of a processor with VMX. */
const TWO_WORLDS: readonly Occupant[] = [
  { who: "vmm", ring: 0, virtualRing: null, world: "root", label: label("VMM") },
  { who: "guest-kernel", ring: 0, virtualRing: 0, world: "non-root", label: label("Guest kernel") },
  { who: "guest-user", ring: 3, virtualRing: 3, world: "non-root", label: label("Guest user") },
];

function viewOf(seats: readonly Occupant[], current: Occupant["who"], more: Partial<View> = {}): View {
  const cpl = seats.find(({ who }) => who === current)!.ring;
  return { occupants: seats, current, transition: [], physical: { cpl }, guest: { cpl }, ...more } as unknown as View;
}

function lay(view: View, width: number): RingsLayout {
  const sitters = sittersOf(view, {
    name: ({ label: name }) => name.en,
    running: "running",
    believes: (ring) => `believes it is in ring ${ring}`,
    ghost: "where it believes it is",
    share: null,
  });
  const worlds = worldsOf(view).map((id) => ({ id, label: id }));
  const ringLabel = (ring: number) => ({ name: `Ring ${ring}`, role: ring === 0 ? "most privileged" : "" });
  return layoutRings({ width, sitters, worlds, ringLabel, measure: estimate });
}

const inside = (inner: Box, outer: Box) =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width + 0.01 &&
  inner.y + inner.height <= outer.y + outer.height + 0.01;
const apart = (a: Box, b: Box) =>
  a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;

describe.each([
  ["trap-and-emulate", occupants],
  ["two worlds", TWO_WORLDS],
] as const)("the rings of %s", (_, seats) => {
  it.each([300, 340, 366, 520, 760])("fit in %i pixels: each in its ring, none over another", (width) => {
    for (const { who } of seats) {
      const layout = lay(viewOf(seats, who), width);
      for (const seat of layout.seats) {
        const ring = layout.rings.find((one) => one.ring === seat.sitter.ring && one.world === seat.sitter.world)!;
        expect(inside(seat, { ...ring, height: ring.strip })).toBe(true);
        for (const note of seat.notes) expect(note.x + note.width).toBeLessThanOrEqual(seat.x + seat.width);
        for (const other of layout.seats) if (other !== seat) expect(apart(seat, other)).toBe(true);
      }
      for (const world of layout.worlds) expect(inside(world, { x: 0, y: 0, width, height: layout.height })).toBe(true);
    }
  });
});

describe("who sits where", () => {
  it("a deceived guest is drawn in its real ring, and dashed where it believes to be", () => {
    const { seats } = lay(viewOf(occupants, "guest-kernel"), 520);
    const kernel = seats.filter(({ sitter }) => sitter.who === "guest-kernel").map(({ sitter }) => sitter);
    expect(kernel.map(({ ring, ghost, running }) => [ring, ghost, running])).toEqual([
      [1, false, true],
      [0, true, false],
    ]);
    expect(seats.filter(({ sitter }) => sitter.running)).toHaveLength(1);
  });

  it("two worlds stand side by side where there is room, one above the other where there is not", () => {
    const [root, guest] = lay(viewOf(TWO_WORLDS, "vmm"), 760).worlds;
    expect(root!.world).toBe("root");
    expect(guest!.x).toBeGreaterThan(root!.x + root!.width - 1);
    expect(guest!.y).toBe(root!.y);
    const [upper, lower] = lay(viewOf(TWO_WORLDS, "vmm"), 366).worlds;
    expect(lower!.y).toBeGreaterThan(upper!.y + upper!.height - 1);
    expect(activePlace(viewOf(TWO_WORLDS, "vmm"))).toEqual({ ring: 0, world: "root" });
    expect(activePlace(viewOf(TWO_WORLDS, "guest-kernel"))).toEqual({ ring: 0, world: "non-root" });
  });

  it("the host's world is called root only in VMX operation", () => {
    const wordIn = (world: View["physical"]["mode"]["world"]) =>
      worldWord({ physical: { mode: { world } } } as unknown as View, "root");
    expect([wordIn(null), wordIn("root"), wordIn("non-root")]).toEqual(["outside", "root", "root"]);
  });
});

describe("the path of a transition", () => {
  const event = { kind: "trap", cplBefore: 1, cplAfter: 0, vector: 13, errorCode: 0x18, row: "cli" };

  it("leads from the seat that was left to the one that was entered, with the vector as manuals have it", () => {
    const view = viewOf(occupants, "vmm", { transition: [event] as never });
    const layout = lay(view, 520);
    const [move] = movesOf(view, null, layout);
    expect(move).toMatchObject({ label: "#GP(18)", virtual: false });
    expect([move!.from.sitter.who, move!.to.sitter.who]).toEqual(["guest-kernel", "vmm"]);
    const { d, middle } = pathOf(move!, layout, 0);
    expect(d).toMatch(/^M[\d.]+ [\d.]+ H/);
    expect(middle.y).toBeGreaterThan(move!.from.y);
    expect(middle.x).toBeLessThan(520);
  });

  it("of a delivery that the VMM makes leads between the guest's own seats", () => {
    const reflect = { ...event, kind: "reflect", cplBefore: 3, cplAfter: 0 };
    const view = viewOf(occupants, "vmm", { transition: [reflect] as never });
    const [move] = movesOf(view, null, lay(view, 520));
    expect(move).toMatchObject({ virtual: true });
    expect([move!.from.sitter.who, move!.to.sitter.who]).toEqual(["guest-user", "guest-kernel"]);
  });

  it.each([
    [760, "beside the other"],
    [366, "under the other"],
  ])("of a VM exit leads from the guest's world to the VMM's, in %i pixels: one %s", (width) => {
    const exit = { kind: "vm-exit", cplBefore: 3, cplAfter: 0, vector: null, errorCode: null, row: "cpuid" };
    const view = viewOf(TWO_WORLDS, "vmm", { transition: [exit] as never });
    const layout = lay(view, width);
    const [move] = movesOf(view, null, layout);
    expect(move).toMatchObject({ crossing: "vm-exit", virtual: false });
    expect([move!.from.sitter.who, move!.to.sitter.who]).toEqual(["guest-user", "vmm"]);
    const { d, middle } = pathOf(move!, layout, 0);
    expect(middle.x).toBeGreaterThan(0);
    expect(middle.x).toBeLessThan(width);
    // It ends at the VMM's right side.
    const end = move!.to.x + move!.to.width;
    expect(
      Number(
        d
          .trim()
          .split(/[ H]/)
          .findLast((part) => Math.abs(Number(part) - end) < 6),
      ),
    ).toBeGreaterThan(end);
  });

  it("of a VM entry within one ring is a crossing too; a failed one is none", () => {
    const entry = { kind: "vm-entry", cplBefore: 0, cplAfter: 0, vector: null, errorCode: null, row: "vmlaunch" };
    const view = viewOf(TWO_WORLDS, "guest-kernel", { transition: [entry] as never });
    const [move] = movesOf(view, null, lay(view, 520));
    expect([move!.from.sitter.who, move!.to.sitter.who]).toEqual(["vmm", "guest-kernel"]);
    const failed = viewOf(TWO_WORLDS, "vmm", { transition: [{ ...entry, kind: "vm-fail" }] as never });
    expect(movesOf(failed, null, lay(failed, 520))).toEqual([]);
  });

  it.each([760, 366])(
    "of an entry and an exit in one step have labels that do not cover each other, in %i pixels",
    (width) => {
      const entry = { kind: "vm-entry", cplBefore: 0, cplAfter: 0, vector: null, errorCode: null, row: "vmlaunch" };
      const view = viewOf(TWO_WORLDS, "vmm", { transition: [entry, { ...entry, kind: "vm-exit" }] as never });
      const layout = lay(view, width);
      const middles = movesOf(view, null, layout).map((move, i) => pathOf(move, layout, i * 13 - 6).middle);
      const [first, second] = labelShifts(middles).map((shift, i) => middles[i]!.y + shift);
      expect(Math.abs(second! - first!)).toBeGreaterThan(19);
    },
  );

  it("names vectors: exceptions, system calls, interrupts", () => {
    expect(vectorLabel({ kind: "trap", vector: 14, errorCode: 2 })).toBe("#PF(2)");
    expect(vectorLabel({ kind: "exception", vector: 6, errorCode: null })).toBe("#UD");
    expect(vectorLabel({ kind: "software-interrupt", vector: 0x80, errorCode: null })).toBe("INT 80h");
    expect(vectorLabel({ kind: "inject", vector: 0x20, errorCode: null })).toBe("IRQ 20h");
  });
});

it("the words for those who do not see a stack are the picture's: names as in the seats, selectors of four digits", () => {
  const t = ((key: string) => key) as unknown as TFunction<"page">;
  expect(nameOf(viewOf(TWO_WORLDS, "vmm"), "guest-kernel", t, ({ en }) => en)).toBe("Guest kernel");
  expect(slotText(t, "cs", 8, 4)).toBe("0008");
  expect(slotText(t, "eip", 8, 4)).toBe("00000008");
  expect(slotText(t, "eip", null, 4)).toBe("rings.unmapped");
});

it("texts break at spaces, and Chinese between any two signs", () => {
  expect(wrap("believes it is in ring 0", 12, 90, estimate)).toEqual(["believes it", "is in ring 0"]);
  expect(wrap("自以为在环中", 12, 36, estimate)).toEqual(["自以为", "在环中"]);
  expect(wrap("", 12, 36, estimate)).toEqual([]);
});
