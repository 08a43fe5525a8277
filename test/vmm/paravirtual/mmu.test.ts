import { describe, expect, it } from "vitest";
import { L1_TABLE, L2_TABLE, WRITABLE } from "../../../src/vmm/paravirtual/frame-types.ts";
import { FRAME_SIZE } from "../../../src/vmm/paravirtual/layout.ts";
import { A, Bench, BUFFER, D, FREE, P, U, W } from "./bench.ts";

const EINVAL = -22;
const EFAULT = -14;
const PIN_L1 = 0;
const PIN_L2 = 1;
const UNPIN = 4;
const NEW_BASE = 5;
const SET_LDT = 13;
const at = (frame: number, slot = 0) => frame * FRAME_SIZE + slot * 4;

/** A page directory in page FREE with the table of the running one, and an empty table in page FREE + 1. */
function withTables(ids?: readonly number[]): Bench {
  const bench = new Bench(ids);
  bench.blank(FREE, [at(bench.mfn(bench.tablePage)) | P | W | U]);
  bench.blank(FREE + 1);
  return bench;
}

describe("an L1 entry", () => {
  it("may map a frame of the domain's own, and counts as a reference and, if writable, as a use", () => {
    const bench = new Bench();
    expect(bench.mmuUpdate([bench.entryOf(FREE), at(bench.mfn(FREE + 1)) | P | W | U])).toBe(0);
    expect(bench.type(FREE)).toEqual({ type: WRITABLE, typeCount: 0, references: 1 });
    expect(bench.type(FREE + 1)).toEqual({ type: WRITABLE, typeCount: 2, references: 3 });
    expect(bench.mmuUpdate([bench.entryOf(FREE), at(bench.mfn(FREE + 1)) | P])).toBe(0);
    expect(bench.type(FREE + 1)).toEqual({ type: WRITABLE, typeCount: 1, references: 3 });
    expect(bench.mmuUpdate([bench.entryOf(FREE), 0])).toBe(0);
    expect(bench.type(FREE + 1)).toEqual({ type: WRITABLE, typeCount: 1, references: 2 });
    expect(bench.problems()).toEqual([]);
  });

  it.each([
    ["another domain's frame", (bench: Bench) => bench.xen.domains[1]!.firstFrame, "frame-not-yours"],
    ["the hypervisor's frame", () => 0x20, "frame-not-yours"],
    ["another domain's shared_info", (bench: Bench) => bench.xen.domains[1]!.sharedInfo >>> 12, "frame-not-yours"],
    ["a frame that there is not", () => 0xfffff, "no-such-frame"],
  ] as const)("may not map %s", (_, frame, reason) => {
    const bench = new Bench([1, 2]);
    for (const bits of [P, P | W]) {
      expect(bench.call("update_va_mapping", FREE * FRAME_SIZE, at(frame(bench)) | bits, 0, 0)).toBe(EINVAL);
      expect(bench.refused).toBe(reason);
    }
    expect(bench.problems()).toEqual([]);
  });

  it("may map the domain's shared_info and grant table", () => {
    const bench = new Bench();
    const { sharedInfo, grantTable } = bench.domain;
    expect(bench.call("update_va_mapping", FREE * FRAME_SIZE, sharedInfo | P | W, 0, 2)).toBe(0);
    expect(bench.call("update_va_mapping", (FREE + 1) * FRAME_SIZE, grantTable | P | W, 0, 2)).toBe(0);
    expect(bench.problems()).toEqual([]);
  });

  it("may not map a page table or page directory writable", () => {
    const bench = new Bench();
    for (const page of [bench.tablePage, bench.directoryPage]) {
      expect(bench.map(page, P | W)).toBe(EINVAL);
      expect(bench.refused).toBe("frame-is-page-table");
      expect(bench.map(page, P)).toBe(0);
    }
    expect(bench.problems()).toEqual([]);
  });

  it.each([0x8, 0x10, 0x80, 0x100])("may not have the bit %s", (bit) => {
    const bench = new Bench();
    expect(bench.map(FREE, P | W | bit)).toBe(EINVAL);
    expect(bench.refused).toBe("entry-bits");
    expect(bench.refusedNumbers).toEqual([bench.entryOf(FREE), bit]);
    // Without P it is no entry: the guest's own.
    expect(bench.map(FREE, bit)).toBe(0);
  });

  it("keeps its accessed and dirty bits under mmu_update's command 2", () => {
    const bench = new Bench();
    bench.map(FREE, P | W | A | D);
    bench.mmuUpdate([bench.entryOf(FREE) | 2, at(bench.mfn(FREE)) | P]);
    expect(bench.get(at(bench.tablePage, FREE)) & 0xfff).toBe(P | A | D);
    bench.mmuUpdate([bench.entryOf(FREE), at(bench.mfn(FREE)) | P]);
    expect(bench.get(at(bench.tablePage, FREE)) & 0xfff).toBe(P);
  });
});

describe("a page table", () => {
  it("is judged when it is first used, and what it maps is counted", () => {
    const bench = withTables();
    bench.blank(FREE + 1, [at(bench.mfn(FREE + 2)) | P | W, at(bench.mfn(FREE + 2)) | P]);
    expect(bench.mmuUpdate([at(bench.directory, 5), at(bench.mfn(FREE + 1)) | P | W | U])).toBe(0);
    expect(bench.type(FREE + 1)).toMatchObject({ type: L1_TABLE, typeCount: 1 });
    expect(bench.type(FREE + 2)).toEqual({ type: WRITABLE, typeCount: 2, references: 4 });
    expect(bench.mmuUpdate([at(bench.directory, 5), 0])).toBe(0);
    expect(bench.type(FREE + 1)).toMatchObject({ type: L1_TABLE, typeCount: 0 });
    expect(bench.type(FREE + 2)).toEqual({ type: WRITABLE, typeCount: 1, references: 2 });
    expect(bench.problems()).toEqual([]);
  });

  it("is refused for one bad entry, with everything as before", () => {
    const bench = withTables();
    const good = at(bench.mfn(FREE + 2)) | P | W;
    bench.blank(FREE + 1, [good, good, 0, at(0x20) | P]);
    expect(bench.extended([PIN_L1, bench.mfn(FREE + 1)])).toBe(EINVAL);
    expect(bench.refused).toBe("frame-not-yours");
    expect(bench.refusedNumbers[0]).toBe(0x20);
    expect(bench.type(FREE + 2)).toEqual({ type: WRITABLE, typeCount: 1, references: 2 });
    expect(bench.problems()).toEqual([]);
  });

  it("is refused while the page is mapped writable, by the domain or by itself", () => {
    const bench = withTables();
    bench.map(FREE + 1, P | W);
    expect(bench.extended([PIN_L1, bench.mfn(FREE + 1)])).toBe(EINVAL);
    expect(bench.refused).toBe("frame-is-writable");
    bench.blank(FREE + 1, [at(bench.mfn(FREE + 1)) | P | W]);
    expect(bench.extended([PIN_L1, bench.mfn(FREE + 1)])).toBe(EINVAL);
    expect(bench.refused).toBe("frame-is-page-table");
    bench.blank(FREE + 1, [at(bench.mfn(FREE + 1)) | P]);
    expect(bench.extended([PIN_L1, bench.mfn(FREE + 1)])).toBe(0);
    expect(bench.extended([UNPIN, bench.mfn(FREE + 1)])).toBe(0);
    expect(bench.problems()).toEqual([]);
  });

  it("stays one while it is pinned, whatever else becomes of it", () => {
    const bench = withTables();
    expect(bench.extended([PIN_L1, bench.mfn(FREE + 1)])).toBe(0);
    expect(bench.extended([PIN_L1, bench.mfn(FREE + 1)])).toBe(EINVAL);
    expect(bench.refused).toBe("already-pinned");
    expect(bench.map(FREE + 1, P | W)).toBe(EINVAL);
    expect(bench.extended([UNPIN, bench.mfn(FREE + 1)])).toBe(0);
    expect(bench.map(FREE + 1, P | W)).toBe(0);
    expect(bench.extended([UNPIN, bench.mfn(FREE + 1)])).toBe(EINVAL);
    expect(bench.refused).toBe("not-pinned");
    expect(bench.problems()).toEqual([]);
  });

  it("can't be a page directory at the same time", () => {
    const bench = withTables();
    expect(bench.extended([PIN_L1, bench.mfn(FREE + 1)])).toBe(0);
    expect(bench.extended([PIN_L2, bench.mfn(FREE + 1)])).toBe(EINVAL);
    expect(bench.refused).toBe("frame-of-other-type");
    expect(bench.extended([NEW_BASE, bench.mfn(FREE + 1)])).toBe(EINVAL);
    expect(bench.problems()).toEqual([]);
  });
});

describe("a page directory", () => {
  it("becomes the address space with the hypervisor's slots in it", () => {
    const bench = withTables();
    const old = bench.directoryPage;
    bench.put([0xffffffff, 0xdeadbeef], at(FREE, 1021));
    expect(bench.extended([NEW_BASE, bench.mfn(FREE)])).toBe(0);
    expect(bench.directory).toBe(bench.mfn(FREE));
    expect(bench.machine.cpu.state.cr3).toBe(at(bench.mfn(FREE)));
    for (const slot of [1008, 1009, 1021, 1022, 1023])
      expect(bench.get(at(FREE, slot)) & ~A).toBe(bench.get(at(old, slot)) & ~A);
    expect(bench.get(at(FREE, 1022))).toBe(0);
    // The old one is still pinned.
    expect(bench.xen.frames.describe(bench.mfn(old))).toMatchObject({ type: L2_TABLE, typeCount: 1, pinned: true });
    expect(bench.extended([UNPIN, bench.mfn(old)])).toBe(0);
    expect(bench.xen.frames.typeInUse(bench.mfn(old))).toBe(0);
    expect(bench.problems()).toEqual([]);
  });

  it("may not be changed in the hypervisor's slots", () => {
    const bench = withTables();
    for (const slot of [1008, 1009, 1023]) {
      expect(bench.mmuUpdate([at(bench.directory, slot), at(bench.mfn(FREE + 1)) | P])).toBe(EINVAL);
      expect(bench.refused).toBe("reserved-slot");
      expect(bench.refusedNumbers).toEqual([bench.directory, slot]);
    }
  });

  it("may have no large pages", () => {
    const bench = withTables();
    expect(bench.mmuUpdate([at(bench.directory, 5), at(bench.mfn(FREE + 1)) | P | 0x80])).toBe(EINVAL);
    expect(bench.refused).toBe("entry-bits");
  });

  it("names page tables of its own domain alone", () => {
    const bench = withTables([1, 2]);
    const other = bench.xen.domains[1]!;
    for (const frame of [other.firstFrame + FREE, other.context.cr3 >>> 12, 0x28]) {
      expect(bench.mmuUpdate([at(bench.directory, 5), at(frame) | P])).toBe(EINVAL);
      expect(bench.refused).toBe("frame-not-yours");
    }
  });

  it("may map itself, read-only", () => {
    const bench = withTables();
    expect(bench.mmuUpdate([at(bench.directory, 9), at(bench.directory) | P | W])).toBe(EINVAL);
    expect(bench.refused).toBe("linear-writable");
    expect(bench.mmuUpdate([at(bench.directory, 9), at(bench.directory) | P])).toBe(0);
    const walk = bench.machine.cpu.translate(9 * 0x400000, "write", false, false);
    expect(walk.ok).toBe(false);
    // And can't be changed by way of that.
    expect(bench.call("update_va_mapping", 9 * 0x400000, 0, 0, 0)).toBe(EINVAL);
    expect(bench.refused).toBe("no-page-table");
    expect(bench.problems()).toEqual([]);
  });

  it("may map another directory, read-only, that maps none itself", () => {
    const bench = withTables();
    bench.blank(FREE + 2);
    bench.blank(FREE + 3);
    for (const page of [FREE, FREE + 2, FREE + 3]) expect(bench.extended([PIN_L2, bench.mfn(page)])).toBe(0);
    expect(bench.mmuUpdate([at(bench.mfn(FREE), 7), at(bench.mfn(FREE + 2)) | P])).toBe(0);
    // FREE maps one: nobody may map it. FREE + 2 is mapped: it may map nobody.
    expect(bench.mmuUpdate([at(bench.mfn(FREE + 3), 7), at(bench.mfn(FREE)) | P])).toBe(EINVAL);
    expect(bench.refused).toBe("linear-nested");
    expect(bench.mmuUpdate([at(bench.mfn(FREE + 2), 7), at(bench.mfn(FREE + 3)) | P])).toBe(EINVAL);
    expect(bench.refused).toBe("linear-nested");
    expect(bench.problems()).toEqual([]);
    expect(bench.extended([UNPIN, bench.mfn(FREE + 2)])).toBe(0);
    expect(bench.type(FREE + 2)).toMatchObject({ type: L2_TABLE, typeCount: 1 });
    expect(bench.extended([UNPIN, bench.mfn(FREE)])).toBe(0);
    expect(bench.xen.frames.typeInUse(bench.mfn(FREE + 2))).toBe(0);
    expect(bench.problems()).toEqual([]);
  });
});

describe("mmu_update", () => {
  it("does what comes before the first refusal, and says how much", () => {
    const bench = new Bench();
    const done = BUFFER + 0x800;
    const good = at(bench.mfn(FREE)) | P;
    const updates = [good, good, at(0x20) | P, good].flatMap((value, i) => [bench.entryOf(FREE + i), 0, value, 0]);
    expect(bench.call("mmu_update", bench.put(updates), 4, done, 0x7ff0)).toBe(EINVAL);
    expect(bench.get(done)).toBe(2);
    expect(bench.get(at(bench.tablePage, FREE + 1))).toBe(good);
    expect(bench.get(at(bench.tablePage, FREE + 3))).not.toBe(good);
    expect(bench.problems()).toEqual([]);
  });

  it("writes to a plain page as the guest could", () => {
    const bench = new Bench();
    expect(bench.mmuUpdate([at(bench.mfn(FREE), 3), 0x12345678])).toBe(0);
    expect(bench.get(at(FREE, 3))).toBe(0x12345678);
    expect(bench.mmuUpdate([at(bench.xen.frames.count + 5), 1])).toBe(EINVAL);
    expect(bench.refused).toBe("no-such-frame");
    expect(bench.mmuUpdate([0x28000, 1])).toBe(EINVAL);
    expect(bench.refused).toBe("frame-not-yours");
  });

  it("sets the machine-to-physical table for frames of one's own (command 1)", () => {
    const bench = new Bench([1, 2]);
    expect(bench.mmuUpdate([at(bench.mfn(FREE)) | 1, 0x777])).toBe(0);
    expect(bench.xen.frames.pageOf(bench.mfn(FREE))).toBe(0x777);
    expect(bench.mmuUpdate([at(bench.xen.domains[1]!.firstFrame) | 1, 0x777])).toBe(EINVAL);
    expect(bench.refused).toBe("frame-not-yours");
  });

  it("is for other domains only if the caller is privileged", () => {
    const bench = new Bench([1, 0, 2]);
    const other = bench.xen.domains[2]!.firstFrame + FREE;
    const map = (page: number, domain: number) =>
      bench.call("mmu_update", bench.put([bench.entryOf(page), 0, at(other) | P | W, 0]), 1, 0, domain);
    expect(map(FREE, 2)).toBe(-1);
    expect(bench.refused).toBe("not-privileged");
    bench.as(0);
    expect(map(FREE, 2)).toBe(0);
    expect(map(FREE, 5)).toBe(-3);
    expect(map(FREE + 1, 0x7ff0)).toBe(EINVAL);
    expect(bench.problems()).toEqual([]);
  });

  it("refuses pointers that the guest's kernel could not use, and too many operations", () => {
    const bench = new Bench();
    expect(bench.call("mmu_update", 0x40000000, 1, 0, 0x7ff0)).toBe(EFAULT);
    expect(bench.call("mmu_update", 0xffc00000, 1, 0, 0x7ff0)).toBe(EFAULT);
    expect(bench.call("mmu_update", BUFFER, 5000, 0, 0x7ff0)).toBe(-7);
    expect(bench.refused).toBe("too-many-operations");
    expect(bench.call("mmu_update", BUFFER, -1, 0, 0x7ff0)).toBe(-7);
  });
});

describe("update_va_mapping", () => {
  it("needs a page table at the address, below the hypervisor", () => {
    const bench = new Bench();
    expect(bench.call("update_va_mapping", 0x40000000, 0, 0, 0)).toBe(EINVAL);
    expect(bench.refused).toBe("no-page-table");
    for (const address of [0xfc000000, 0xffc28000]) {
      expect(bench.call("update_va_mapping", address, 0, 0, 0)).toBe(EINVAL);
      expect(bench.refused).toBe("address-reserved");
    }
  });

  it("flushes as its flags say", () => {
    const bench = new Bench();
    const flushed: string[] = [];
    bench.xen.flush = () => flushed.push("all");
    bench.xen.invalidate = (linear) => flushed.push(linear.toString(16));
    const [one, none] = [bench.put([1], BUFFER + 0x100), bench.put([2], BUFFER + 0x200)];
    for (const flags of [0, 1, 2, 4 | 1, 4 | 2, one | 1, one | 2, none | 1, none | 2])
      expect(bench.call("update_va_mapping", 0x20000, at(bench.mfn(FREE)) | P | W, 0, flags)).toBe(0);
    expect(flushed).toEqual(["all", "20000", "all", "20000", "all", "20000"]);
    expect(bench.call("update_va_mapping", 0x20000, at(bench.mfn(FREE)) | P | W, 0, 0x40000001)).toBe(EFAULT);
  });
});

describe("mmuext_op", () => {
  it("clears and copies plain pages of one's own", () => {
    const bench = new Bench([1, 2]);
    bench.put([1, 2, 3], at(FREE));
    expect(bench.extended([17, bench.mfn(FREE + 1), bench.mfn(FREE)], [16, bench.mfn(FREE)])).toBe(0);
    expect(bench.get(at(FREE + 1, 2))).toBe(3);
    expect(bench.get(at(FREE, 2))).toBe(0);
    expect(bench.extended([16, bench.directory])).toBe(EINVAL);
    expect(bench.refused).toBe("frame-is-page-table");
    expect(bench.extended([17, bench.mfn(FREE), bench.xen.domains[1]!.firstFrame])).toBe(EINVAL);
    expect(bench.refused).toBe("frame-not-yours");
    expect(bench.problems()).toEqual([]);
  });

  it("has an LDT of whole pages below the hypervisor, whose frames are let go with the mapping", () => {
    const bench = new Bench();
    for (const [base, entries] of [
      [0x20010, 8],
      [0x20000, 8193],
      [0xfbfff000, 1024],
    ] as const) {
      expect(bench.extended([SET_LDT, base, entries])).toBe(EINVAL);
      expect(bench.refused).toBe("bad-ldt");
    }
    bench.blank(FREE);
    expect(bench.extended([SET_LDT, FREE * FRAME_SIZE, 512])).toBe(0);
    const { fields } = bench.domain;
    expect(bench.xen.frames.takeSegmentFrame(bench.mfn(FREE), bench.domain)).toBeNull();
    fields.ldtFrames[0] = bench.mfn(FREE);
    expect(bench.problems()).toEqual([]);
    expect(bench.call("update_va_mapping", FREE * FRAME_SIZE, 0, 0, 2)).toBe(0);
    expect(fields.ldtFrames[0]).toBe(0);
    expect(bench.problems()).toEqual([]);
  });

  it("refuses what is not there, with the reason", () => {
    const bench = new Bench();
    for (const [command, errno, reason] of [
      [2, EINVAL, "only-two-levels"],
      [3, EINVAL, "only-two-levels"],
      [15, EINVAL, "only-two-levels"],
      [19, -38, "no-superpages"],
      [14, -38, "no-such-operation"],
      [99, -38, "no-such-operation"],
      [12, -1, "not-privileged"],
    ] as const) {
      expect(bench.extended([command, bench.mfn(FREE)])).toBe(errno);
      expect(bench.refused).toBe(reason);
    }
  });

  it("stops when it has done as much as it may at once", () => {
    const bench = withTables();
    const pairs = Array.from({ length: 1500 }, () => [
      [PIN_L1, bench.mfn(FREE + 1)],
      [UNPIN, bench.mfn(FREE + 1)],
    ]).flat() as [number, number][];
    const list = bench.put(
      pairs.flatMap(([command, frame]) => [command, frame, 0]),
      at(FREE + 8),
    );
    const done = bench.put([0]);
    expect(bench.call("mmuext_op", list, pairs.length, done, 0x7ff0)).toBe(-7);
    expect(bench.refused).toBe("too-much-work");
    expect(bench.get(done)).toBeGreaterThan(1000);
    expect(bench.problems()).toEqual([]);
  });
});
