import { describe, expect, it } from "vitest";
import { FRAME_SIZE } from "../../../src/vmm/paravirtual/layout.ts";
import { Bench, BUFFER, FREE, P, U, W } from "./bench.ts";

const MAP = 0;
const UNMAP = 1;
const SETUP = 2;
const COPY = 5;
const HOST = 2;
const READONLY = 4;
const APPLICATION = 8;
const CONTAINS_PTE = 16;
const REFERENCE = 9;
const READING = 8;
const WRITING = 16;
const WHERE = (FREE + 4) * FRAME_SIZE;

const low16 = (word: number) => (word << 16) >> 16;

/** Domain 1 grants its page FREE to domain 2 by reference 9. */
function granted(flags = 1): Bench {
  const bench = new Bench([1, 2]);
  grant(bench, REFERENCE, flags, 2, bench.mfn(FREE));
  bench.put([0x11111111, 0x22222222], FREE * FRAME_SIZE);
  return bench.as(2);
}

function grant(bench: Bench, reference: number, flags: number, to: number, frame: number): void {
  const at = bench.domain.grantTable + reference * 8;
  bench.xen.memory.write32(at + 4, frame);
  bench.xen.memory.write32(at, flags | (to << 16));
}

function grantFlags(bench: Bench, reference = REFERENCE): number {
  return bench.xen.memory.read32(bench.xen.domains[0]!.grantTable + reference * 8) & 0xffff;
}

function map(bench: Bench, flags: number, where = WHERE, reference = REFERENCE, domain = 1): number {
  const at = bench.put([where, 0, flags, reference, domain, -1, 0, 0]);
  expect(bench.call("grant_table_op", MAP, at, 1)).toBe(0);
  return bench.get(at + 16) >> 16;
}

const handle = (bench: Bench) => bench.get(BUFFER + 20);

function unmap(bench: Bench, number: number, where = WHERE): number {
  const at = bench.put([where, 0, 0, 0, number, 0]);
  expect(bench.call("grant_table_op", UNMAP, at, 1)).toBe(0);
  return low16(bench.get(at + 20));
}

const entry = (bench: Bench) => bench.get(bench.tablePage * FRAME_SIZE + (FREE + 4) * 4);

describe("a grant", () => {
  it("is mapped by its page-table entry, and its entry shows how it is used", () => {
    const bench = granted();
    const frame = bench.xen.domains[0]!.firstFrame + FREE;
    expect(map(bench, HOST)).toBe(0);
    expect(entry(bench) & ~0x60).toBe((frame << 12) | P | W);
    expect(bench.get(BUFFER + 24)).toBe(frame << 12);
    expect(grantFlags(bench)).toBe(1 | READING | WRITING);
    expect(bench.xen.frames.describe(frame)).toMatchObject({ references: 3, typeCount: 2 });
    expect(bench.problems()).toEqual([]);
    expect(unmap(bench, handle(bench))).toBe(0);
    expect(entry(bench)).toBe(0);
    expect(grantFlags(bench)).toBe(1);
    expect(bench.xen.frames.describe(frame)).toMatchObject({ references: 2, typeCount: 1 });
    expect(bench.problems()).toEqual([]);
  });

  it("is mapped for reading only, or for applications, if that is asked for", () => {
    const bench = granted();
    expect(map(bench, HOST | READONLY | APPLICATION)).toBe(0);
    expect(entry(bench) & 7).toBe(P | U);
    expect(grantFlags(bench)).toBe(1 | READING);
  });

  it("may be mapped by the page-table entry's machine address", () => {
    const bench = granted();
    const where = bench.entryOf(FREE + 4);
    expect(map(bench, HOST | CONTAINS_PTE, where)).toBe(0);
    expect(entry(bench) & 7).toBe(P | W);
    expect(unmap(bench, handle(bench), where)).toBe(0);
    expect(map(bench, HOST | CONTAINS_PTE, bench.directory << 12)).toBe(-5);
    expect(map(bench, HOST | CONTAINS_PTE, bench.xen.domains[0]!.context.cr3)).toBe(-5);
    expect(bench.problems()).toEqual([]);
  });

  it("for reading only can't be mapped writable", () => {
    const bench = granted(1 | READONLY);
    expect(map(bench, HOST)).toBe(-1);
    expect(bench.refused).toBe("granted-read-only");
    expect(map(bench, HOST | READONLY)).toBe(0);
    expect(map(bench, HOST, WHERE + FRAME_SIZE)).toBe(-1);
    expect(grantFlags(bench)).toBe(1 | READONLY | READING);
    expect(bench.problems()).toEqual([]);
  });

  it("is for the domain that it names, while its entry permits access", () => {
    const bench = new Bench([1, 2, 3]);
    grant(bench, 3, 1, 2, bench.mfn(FREE));
    grant(bench, 4, 0, 3, bench.mfn(FREE));
    grant(bench, 5, 2, 3, bench.mfn(FREE));
    bench.as(3);
    for (const reference of [3, 4, 5, 6]) {
      expect(map(bench, HOST, WHERE, reference)).toBe(-1);
      expect(bench.refused).toBe("not-granted");
    }
    expect(map(bench, HOST, WHERE, 5000)).toBe(-3);
    expect(map(bench, HOST, WHERE, 3, 6)).toBe(-2);
    expect(bench.refused).toBe("no-such-domain");
    expect(bench.problems()).toEqual([]);
  });

  it("can't give what the granter has not, or uses as a table", () => {
    const bench = new Bench([1, 2]);
    const others = bench.xen.domains[1]!.firstFrame + FREE;
    [others, 0x20, 0xfffff, bench.directory].forEach((frame, i) => {
      grant(bench, i, 1, 2, frame);
    });
    bench.as(2);
    for (const reference of [0, 1, 2, 3]) {
      expect(map(bench, HOST, WHERE, reference)).toBe(-9);
      expect(bench.refused).toBe("granted-frame");
      expect(grantFlags(bench, reference)).toBe(1);
    }
    // A table may be shown to others, though not for writing.
    expect(map(bench, HOST | READONLY, WHERE, 3)).toBe(0);
    expect(bench.problems()).toEqual([]);
  });

  it("keeps its frame for who has mapped it, whatever the granter does", () => {
    const bench = granted();
    const [granter] = bench.xen.domains;
    const frame = granter!.firstFrame + FREE;
    expect(map(bench, HOST)).toBe(0);
    bench.as(1);
    grant(bench, REFERENCE, 0, 0, 0);
    expect(bench.call("update_va_mapping", FREE * FRAME_SIZE, 0, 0, 2)).toBe(0);
    expect(bench.extended([0, frame])).toBe(-22);
    expect(bench.refused).toBe("frame-is-writable");
    bench.put([frame], BUFFER + 0x100);
    expect(bench.call("memory_op", 1, bench.put([BUFFER + 0x100, 1, 0, 0, 0x7ff0]))).toBe(1);
    expect(bench.xen.frames.describe(frame)).toMatchObject({ owner: 1, allocated: false, references: 1 });
    expect(bench.call("memory_op", 0, bench.put([0, 1, 0, 0, 0x7ff0]))).toBe(0);
    bench.as(2);
    expect(bench.xen.memory.read32(entry(bench) & ~0xfff)).toBe(0x11111111);
    expect(unmap(bench, 0)).toBe(0);
    expect(bench.xen.frames.describe(frame)).toMatchObject({ owner: -1, references: 0 });
    expect(bench.problems()).toEqual([]);
  });

  it("is in use until the last of its mappings goes, the writable ones counted apart", () => {
    const bench = granted();
    expect(map(bench, HOST)).toBe(0);
    expect(map(bench, HOST | READONLY, WHERE + FRAME_SIZE)).toBe(0);
    expect(handle(bench)).toBe(1);
    expect(unmap(bench, 0, WHERE + FRAME_SIZE)).toBe(-1);
    expect(bench.refused).toBe("grant-not-mapped-there");
    expect(unmap(bench, 0)).toBe(0);
    expect(grantFlags(bench)).toBe(1 | READING);
    expect(unmap(bench, 0)).toBe(-4);
    expect(bench.refused).toBe("bad-handle");
    expect(unmap(bench, 1, WHERE + FRAME_SIZE)).toBe(0);
    expect(grantFlags(bench)).toBe(1);
    expect(bench.problems()).toEqual([]);
  });

  it("can't be unmapped by its handle once its entry was changed: it stays in use", () => {
    const bench = granted();
    expect(map(bench, HOST)).toBe(0);
    expect(bench.call("update_va_mapping", WHERE, 0, 0, 2)).toBe(0);
    expect(unmap(bench, 0)).toBe(-1);
    expect(bench.refused).toBe("grant-not-mapped-there");
    expect(grantFlags(bench)).toBe(1 | READING | WRITING);
    expect(bench.problems()).toEqual([]);
  });

  it("is not a way to other entries: what it maps can't be mapped by mmu_update", () => {
    const bench = granted();
    expect(map(bench, HOST)).toBe(0);
    expect(bench.call("update_va_mapping", WHERE + FRAME_SIZE, entry(bench), 0, 2)).toBe(-22);
    expect(bench.refused).toBe("frame-not-yours");
    // The same frame with the same rights may stay, its user bit be set.
    expect(bench.call("update_va_mapping", WHERE, entry(bench) | U, 0, 2)).toBe(0);
    expect(bench.call("update_va_mapping", WHERE, entry(bench) & ~W, 0, 2)).toBe(-22);
    expect(bench.problems()).toEqual([]);
  });

  it("is let go by a domain that ends", () => {
    const bench = new Bench([1, 2]);
    grant(bench, REFERENCE, 1, 2, bench.mfn(FREE));
    bench.as(2);
    expect(map(bench, HOST)).toBe(0);
    bench.call("sched_op", 2, bench.put([3]));
    expect(grantFlags(bench)).toBe(1);
    expect(bench.xen.frames.describe(bench.xen.domains[0]!.firstFrame + FREE)).toMatchObject({ references: 2 });
    expect(bench.problems()).toEqual([]);
  });

  it("is mapped as often as there are handles and uses to count", () => {
    const bench = granted();
    let maps = 0;
    while (map(bench, HOST | READONLY, WHERE + (maps % 32) * FRAME_SIZE) === 0) maps++;
    expect(maps).toBe(63);
    expect(bench.refused).toBe("grant-busy");
    expect(bench.problems()).toEqual([]);
  });

  it("is offered for the kernel and applications alone", () => {
    const bench = granted();
    for (const flags of [0, 1, HOST | 1, HOST | 0x20, READONLY]) {
      expect(map(bench, flags)).toBe(-1);
      expect(bench.refused).toBe("grant-flags");
    }
    expect(map(bench, HOST, 0x40000000)).toBe(-5);
    expect(map(bench, HOST, 0xfc000000)).toBe(-5);
    expect(grantFlags(bench)).toBe(1);
  });
});

describe("grant copies", () => {
  function copy(bench: Bench, from: readonly number[], to: readonly number[], length: number, flags: number): number {
    const side = ([number, domain, offset]: readonly number[]) => [number!, domain! | (offset! << 16)];
    const at = bench.put([...side(from), ...side(to), length | (flags << 16), 0]);
    expect(bench.call("grant_table_op", COPY, at, 1)).toBe(0);
    return low16(bench.get(at + 20));
  }

  it("go from and to granted frames, and leave no use behind", () => {
    const bench = granted();
    const own = bench.mfn(FREE);
    expect(copy(bench, [REFERENCE, 1, 4], [own, 0x7ff0, 0], 4, 1)).toBe(0);
    expect(bench.get(FREE * FRAME_SIZE)).toBe(0x22222222);
    expect(copy(bench, [own, 0x7ff0, 0], [REFERENCE, 1, 0], 4, 2)).toBe(0);
    expect(bench.xen.domains[0]!.memory.read32(FREE * FRAME_SIZE)).toBe(0x22222222);
    expect(grantFlags(bench)).toBe(1);
    expect(bench.problems()).toEqual([]);
  });

  it("stay within a page, and within what is granted", () => {
    const bench = granted(1 | READONLY);
    const own = bench.mfn(FREE);
    expect(copy(bench, [REFERENCE, 1, 4000], [own, 0x7ff0, 0], 97, 1)).toBe(-10);
    expect(bench.refused).toBe("grant-copy-range");
    expect(copy(bench, [own, 0x7ff0, 0], [REFERENCE, 1, 0], 4, 2)).toBe(-1);
    expect(bench.refused).toBe("granted-read-only");
    expect(copy(bench, [REFERENCE, 1, 0], [bench.directory, 0x7ff0, 0], 4, 1)).toBe(-9);
    expect(bench.refused).toBe("frame-is-page-table");
    expect(copy(bench, [bench.xen.domains[0]!.firstFrame, 1, 0], [own, 0x7ff0, 0], 4, 0)).toBe(-8);
    expect(grantFlags(bench)).toBe(1 | READONLY);
    expect(bench.problems()).toEqual([]);
  });
});

describe("a grant table", () => {
  it("has four frames, of version 1", () => {
    const bench = new Bench();
    const list = BUFFER + 0x100;
    const at = bench.put([0x7ff0, 4, 0xffff, list]);
    expect(bench.call("grant_table_op", SETUP, at, 1)).toBe(0);
    expect(low16(bench.get(at + 8))).toBe(0);
    for (let i = 0; i < 4; i++) expect(bench.get(list + i * 4)).toBe((bench.domain.grantTable >>> 12) + i);
    bench.put([0x7ff0, 5, 0, list]);
    expect(bench.call("grant_table_op", SETUP, at, 1)).toBe(0);
    expect(low16(bench.get(at + 8))).toBe(-1);
    expect(bench.refused).toBe("grant-table-size");
    expect(bench.call("grant_table_op", 6, bench.put([0x7ff0, 0, 0, 0]), 1)).toBe(0);
    expect([bench.get(BUFFER + 4), bench.get(BUFFER + 8)]).toEqual([4, 4]);
    expect(bench.call("grant_table_op", 8, bench.put([1]), 1)).toBe(0);
    expect(bench.call("grant_table_op", 8, bench.put([2]), 1)).toBe(-22);
    expect(bench.call("grant_table_op", 10, bench.put([0x7ff0, 0]), 1)).toBe(0);
    expect(bench.get(BUFFER + 4)).toBe(1);
    expect(bench.call("grant_table_op", 4, BUFFER, 1)).toBe(-38);
    expect(bench.call("grant_table_op", MAP, 0x40000000, 1)).toBe(-14);
  });
});
