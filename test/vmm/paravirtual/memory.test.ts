import { describe, expect, it } from "vitest";
import { FRAME_SIZE } from "../../../src/vmm/paravirtual/layout.ts";
import { Bench, BUFFER, FREE, P, PAGES, W } from "./bench.ts";

const INCREASE = 0;
const DECREASE = 1;
const POPULATE = 6;
const EXCHANGE = 11;
const LIST = BUFFER + 0x400;
const OUT = BUFFER + 0x800;

function reserve(bench: Bench, command: number, extents: readonly number[], order = 0, domain = 0x7ff0): number {
  bench.put(extents, LIST);
  return bench.call("memory_op", command, bench.put([LIST, extents.length, order, 0, domain]));
}

function exchange(bench: Bench, given: readonly number[], orderIn: number, pages: readonly number[], orderOut: number) {
  bench.put(given, LIST);
  bench.put(pages, OUT);
  const argument = [LIST, given.length, orderIn, 0, 0x7ff0, OUT, pages.length, orderOut, 0, 0x7ff0, 0];
  return bench.call("memory_op", EXCHANGE, bench.put(argument));
}

/** Takes pages out of the address space, and gives their frames back. */
function withdraw(bench: Bench, ...pages: readonly number[]): void {
  for (const page of pages) bench.call("update_va_mapping", page * FRAME_SIZE, 0, 0, 2);
  const frames = pages.map((page) => bench.mfn(page));
  expect(reserve(bench, DECREASE, frames)).toBe(pages.length);
}

describe("memory_op", () => {
  it("says how large the reservation is and may become", () => {
    const bench = new Bench([1, 0]);
    const who = bench.put([0x7ff0]);
    expect(bench.call("memory_op", 3, who)).toBe(PAGES);
    expect(bench.call("memory_op", 4, who)).toBe(PAGES);
    withdraw(bench, FREE, FREE + 1);
    expect(bench.call("memory_op", 3, bench.put([0x7ff0]))).toBe(PAGES - 2);
    expect(bench.call("memory_op", 3, bench.put([0]))).toBe(-1);
    expect(bench.call("memory_op", 2, 0)).toBe(bench.xen.frames.count);
    bench.as(0);
    expect(bench.call("memory_op", 3, bench.put([1]))).toBe(PAGES - 2);
    expect(bench.call("memory_op", 3, bench.put([6]))).toBe(-3);
  });

  it("takes frames back: nobody's, and of no page, until they are given again", () => {
    const bench = new Bench();
    withdraw(bench, FREE, FREE + 1);
    expect(bench.xen.frames.describe(bench.mfn(FREE))).toMatchObject({ owner: -1, references: 0, page: -1 });
    expect(bench.map(FREE, P)).toBe(-22);
    expect(bench.refused).toBe("frame-not-yours");
    expect(reserve(bench, INCREASE, [0])).toBe(1);
    expect(bench.get(LIST)).toBe(bench.mfn(FREE));
    expect(bench.xen.frames.pageOf(bench.mfn(FREE))).toBe(-1);
    expect(bench.map(FREE, P | W)).toBe(0);
    expect(bench.problems()).toEqual([]);
  });

  it("populates pages, and the machine-to-physical table says so", () => {
    const bench = new Bench();
    withdraw(bench, FREE, FREE + 1);
    expect(reserve(bench, POPULATE, [0x500, 0x600, 0x700])).toBe(2);
    expect(bench.refused).toBe("no-memory");
    expect([bench.get(LIST), bench.get(LIST + 4)]).toEqual([bench.mfn(FREE), bench.mfn(FREE + 1)]);
    expect(bench.xen.frames.pageOf(bench.mfn(FREE + 1))).toBe(0x600);
    expect(bench.problems()).toEqual([]);
  });

  it("gives no more than the domain gave back", () => {
    const bench = new Bench();
    expect(reserve(bench, INCREASE, [0])).toBe(0);
    expect(bench.refused).toBe("no-memory");
  });

  it("takes back only what is the domain's own and part of its reservation", () => {
    const bench = new Bench([1, 2]);
    const { sharedInfo } = bench.domain;
    for (const frame of [bench.xen.domains[1]!.firstFrame, 0x20, sharedInfo >>> 12, 0xfffff]) {
      expect(reserve(bench, DECREASE, [frame])).toBe(0);
      expect(bench.refused).toBe("frame-not-yours");
    }
    // One that is still mapped goes with its last mapping.
    expect(reserve(bench, DECREASE, [bench.mfn(FREE)])).toBe(1);
    expect(reserve(bench, DECREASE, [bench.mfn(FREE)])).toBe(0);
    expect(bench.problems()).toEqual([]);
    expect(reserve(bench, INCREASE, [0])).toBe(0);
    expect(bench.call("update_va_mapping", FREE * FRAME_SIZE, 0, 0, 2)).toBe(0);
    expect(reserve(bench, INCREASE, [0])).toBe(1);
    expect(bench.problems()).toEqual([]);
  });

  it("takes back a pinned table too, for good", () => {
    const bench = new Bench();
    bench.blank(FREE);
    expect(bench.extended([0, bench.mfn(FREE)])).toBe(0);
    expect(reserve(bench, DECREASE, [bench.mfn(FREE)])).toBe(1);
    expect(bench.type(FREE)).toMatchObject({ typeCount: 0, references: 1 });
    expect(bench.problems()).toEqual([]);
  });

  it("exchanges frames for a piece of frames", () => {
    const bench = new Bench();
    const pages = Array.from({ length: 8 }, (_, i) => FREE + i);
    for (const page of pages) bench.call("update_va_mapping", page * FRAME_SIZE, 0, 0, 2);
    const frames = [7, 6, 5, 4, 3, 2, 1, 0].map((i) => bench.mfn(FREE + i));
    expect(exchange(bench, frames, 0, [0x900], 3)).toBe(0);
    expect(bench.get(OUT)).toBe(bench.mfn(FREE));
    expect(bench.get(BUFFER + 40)).toBe(8);
    for (let i = 0; i < 8; i++) expect(bench.xen.frames.pageOf(bench.mfn(FREE + i))).toBe(0x900 + i);
    expect(exchange(bench, [bench.mfn(FREE)], 2, [1, 2, 3, 4], 0)).toBe(0);
    expect(bench.problems()).toEqual([]);
  });

  it("exchanges nothing that is in use or not one's own, and leaves all as it was", () => {
    const bench = new Bench([1, 2]);
    bench.call("update_va_mapping", FREE * FRAME_SIZE, 0, 0, 2);
    expect(exchange(bench, [bench.mfn(FREE), bench.mfn(FREE + 1)], 0, [1, 2], 0)).toBe(-16);
    expect(bench.refused).toBe("frame-in-use");
    expect(exchange(bench, [bench.xen.domains[1]!.firstFrame], 0, [1], 0)).toBe(-22);
    expect(exchange(bench, [bench.mfn(FREE)], 0, [1, 2], 0)).toBe(-22);
    expect(bench.refused).toBe("bad-exchange");
    for (const page of [FREE + 2, FREE + 5]) bench.call("update_va_mapping", page * FRAME_SIZE, 0, 0, 2);
    expect(exchange(bench, [bench.mfn(FREE + 2), bench.mfn(FREE + 5)], 0, [1], 1)).toBe(-12);
    expect(bench.refused).toBe("no-memory");
    expect(bench.xen.frames.pageOf(bench.mfn(FREE + 5))).toBe(FREE + 5);
    expect(bench.xen.frames.pageOf(bench.mfn(FREE + 2))).toBe(FREE + 2);
    expect(bench.problems()).toEqual([]);
  });

  it("refuses extents that are too many or too large", () => {
    const bench = new Bench();
    expect(bench.call("memory_op", INCREASE, bench.put([LIST, 5000, 0, 0, 0x7ff0]))).toBe(0);
    expect(bench.refused).toBe("too-many-operations");
    expect(reserve(bench, INCREASE, [0], 10)).toBe(0);
    expect(bench.refused).toBe("extent-too-large");
    expect(reserve(bench, INCREASE, [0], 0, 2)).toBe(0);
    expect(bench.refused).toBe("not-privileged");
    expect(bench.call("memory_op", 5, 0)).toBe(-38);
  });
});
