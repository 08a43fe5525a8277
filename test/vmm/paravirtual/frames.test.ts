import { describe, expect, it } from "vitest";
import { DOMID_XEN } from "../../../src/vmm/paravirtual/abi.ts";
import { L1_TABLE, L2_TABLE, NO_TYPE, SEGMENT_TABLE, WRITABLE } from "../../../src/vmm/paravirtual/frame-types.ts";
import { FRAME_SIZE, M2P_PAGE_TABLE } from "../../../src/vmm/paravirtual/layout.ts";
import { Bench, FREE, P, W } from "./bench.ts";

describe("the frame table", () => {
  it("has a domain's frames as the builder left them, all counts right", () => {
    const bench = new Bench([1, 0, 2]);
    expect(bench.problems()).toEqual([]);
    expect(bench.type(FREE)).toEqual({ type: WRITABLE, typeCount: 1, references: 2 });
    expect(bench.type(bench.tablePage)).toEqual({ type: L1_TABLE, typeCount: 1, references: 3 });
    // CR3 and the pin; and a read-only mapping.
    expect(bench.type(bench.directoryPage)).toEqual({ type: L2_TABLE, typeCount: 2, references: 4 });
    expect(bench.xen.frames.describe(0)).toMatchObject({ owner: DOMID_XEN, page: -1 });
    expect(bench.xen.frames.describe(bench.mfn(FREE))).toMatchObject({ owner: 1, allocated: true, page: FREE });
  });

  it("says when a count does not fit", () => {
    const bench = new Bench();
    bench.xen.frames.take(bench.mfn(FREE), bench.domain);
    expect(bench.problems()).toEqual([expect.stringContaining("3 references, counted 2")]);
  });

  it("gives a frame one type at a time, and another one after its last use", () => {
    const bench = new Bench();
    const { domain } = bench;
    const { frames } = bench.xen;
    const frame = bench.mfn(FREE);
    bench.call("update_va_mapping", FREE * FRAME_SIZE, 0, 0, 2);
    for (const type of [WRITABLE, L1_TABLE, SEGMENT_TABLE] as const) {
      domain.memory.bytes.fill(0, FREE * FRAME_SIZE, (FREE + 1) * FRAME_SIZE);
      expect(frames.takeAs(frame, domain, type)).toBeNull();
      expect(frames.takeAs(frame, domain, type)).toBeNull();
      for (const other of [WRITABLE, L1_TABLE, L2_TABLE, SEGMENT_TABLE] as const)
        if (other !== type) expect(frames.takeAs(frame, domain, other)).not.toBeNull();
      expect(frames.describe(frame)).toMatchObject({ type, typeCount: 2, references: 3 });
      frames.dropAs(frame);
      expect(frames.typeInUse(frame)).toBe(type);
      frames.dropAs(frame);
      expect(frames.typeInUse(frame)).toBe(NO_TYPE);
    }
  });

  it("keeps a frame that was taken back until its last reference goes", () => {
    const bench = new Bench();
    const frame = bench.mfn(FREE);
    const { frames } = bench.xen;
    frames.takeBack(frame);
    expect(frames.describe(frame)).toMatchObject({ owner: 1, allocated: false, references: 1 });
    expect(bench.call("update_va_mapping", FREE * FRAME_SIZE, 0, 0, 2)).toBe(0);
    expect(frames.describe(frame)).toMatchObject({ owner: -1, references: 0, type: NO_TYPE });
    expect(bench.problems()).toEqual([]);
  });

  it("lets nobody make a table of a frame that the hypervisor shares", () => {
    const bench = new Bench();
    for (const frame of [bench.domain.sharedInfo >>> 12, bench.domain.grantTable >>> 12]) {
      expect(bench.extended([0, frame])).toBe(-22);
      expect(bench.refused).toBe("frame-is-writable");
    }
    expect(bench.xen.frames.takeSegmentFrame(bench.domain.sharedInfo >>> 12, bench.domain)).toBe("frame-is-writable");
  });

  it("flushes the TLB where a frame that was writable becomes a table: what was taken back may linger there", () => {
    const bench = new Bench();
    expect(bench.call("update_va_mapping", FREE * FRAME_SIZE, (bench.mfn(FREE) << 12) | P, 0, 0)).toBe(0);
    let flushes = 0;
    bench.xen.flush = () => flushes++;
    expect(bench.extended([0, bench.mfn(FREE)])).toBe(0);
    expect(flushes).toBe(1);
  });

  it("judges the descriptors of a table as a whole: raised to the guest's rings, or the frame refused unchanged", () => {
    const bench = new Bench();
    const flat = [0x0000ffff, 0x00cf9a00];
    bench.blank(FREE, [0, 0, ...flat]);
    expect(bench.xen.frames.takeSegmentFrame(bench.mfn(FREE), bench.domain)).toBeNull();
    expect((bench.get(FREE * FRAME_SIZE + 12) >>> 13) & 3).toBe(1);
    expect(bench.map(FREE, P | W)).toBe(-22);
    expect(bench.refused).toBe("frame-is-segment-table");
    const trapGate = [0x00080000, 0x00008f00];
    bench.blank(FREE + 1, [...flat, ...trapGate]);
    expect(bench.xen.frames.takeSegmentFrame(bench.mfn(FREE + 1), bench.domain)).toBe("bad-segment-table");
    expect(bench.get((FREE + 1) * FRAME_SIZE + 4)).toBe(flat[1]);
    bench.xen.frames.dropSegmentFrame(bench.mfn(FREE));
    expect(bench.problems()).toEqual([]);
  });

  it("gives up a domain's tables, pins, descriptor tables and CR3 when it has ended", () => {
    const bench = new Bench([1, 2]);
    bench.as(2);
    bench.blank(FREE);
    bench.blank(FREE + 1);
    expect(bench.extended([0, bench.mfn(FREE)])).toBe(0);
    expect(bench.call("set_gdt", bench.put([bench.mfn(FREE + 1)]), 512)).toBe(0);
    const { domain } = bench;
    bench.call("sched_op", 2, bench.put([0]));
    expect(domain.fields).toMatchObject({ state: "dead", released: true });
    for (let frame = domain.firstFrame; domain.holds(frame); frame++)
      expect(bench.xen.frames.describe(frame)).toMatchObject({ references: 1, typeCount: 0, pinned: false });
    expect(bench.problems()).toEqual([]);
  });

  it("shows guests the machine-to-physical table read-only", () => {
    const bench = new Bench();
    const { memory } = bench.xen;
    expect(memory.read32(M2P_PAGE_TABLE) & (P | W)).toBe(P);
    const { cpu } = bench.machine;
    const linear = 0xfc000000 + bench.mfn(FREE) * 4;
    const read = cpu.translate(linear, "read", false, false);
    expect(read.ok && memory.read32(read.physical)).toBe(FREE);
    expect(cpu.translate(linear, "write", false, false).ok).toBe(false);
    expect(cpu.translate(linear, "read", true, false).ok).toBe(false);
  });
});
