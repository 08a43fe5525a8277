import { beforeEach, describe, expect, it } from "vitest";
import type { Bus } from "../../src/cpu/bus.ts";
import { Cpu } from "../../src/cpu/cpu.ts";
import { CR0_PE, CR0_PG, CR0_WP, CR4_PSE } from "../../src/cpu/registers.ts";
import { Memory } from "../../src/machine/memory.ts";
import { type FaultKind, ShadowPaging } from "../../src/vmm/shadow-paging.ts";

const VMM = 0x100000;
const GUEST = 0x800000;
const DIRECTORY = 0x10000;
const TABLE = 0x11000;
const PAGE = 0x20000;
const OWN = { index: 1023, value: 0x3003 };

const P = 1;
const W = 2;
const U = 4;
const A = 0x20;
const D = 0x40;
const LARGE = 0x80;

let memory: Memory;
let guest: Memory;
let cpu: Cpu;
let paging: ShadowPaging;
let tracedElsewhere: number;

beforeEach(() => {
  memory = new Memory(VMM + GUEST);
  guest = memory.window(VMM, GUEST);
  const bus: Bus = {
    memory: guest,
    portIn: () => 0,
    portOut: () => {},
    cycles: () => 0,
    isHostGate: () => false,
    noteSilent: () => {},
  };
  cpu = new Cpu(bus, { whatIf: [] });
  cpu.state.cr0 = CR0_PE | CR0_PG | CR0_WP;
  cpu.state.cr3 = DIRECTORY;
  cpu.state.cr4 = CR4_PSE;
  tracedElsewhere = -1;
  paging = new ShadowPaging({
    memory,
    guest,
    guestBase: VMM,
    vcpu: cpu,
    frames: { first: 0x4000, end: VMM },
    ownEntry: OWN,
    otherTraces: (page) => page === tracedElsewhere,
  });
  guest.write32(DIRECTORY, TABLE | P | W | U);
});

/** Maps the guest's linear page `index` to a physical page. */
function map(index: number, physical: number, rights: number): void {
  guest.write32(TABLE + index * 4, physical | rights);
}

/** The shadow's entry for a linear address, as the processor would find it; 0 where there is none. */
function entry(linear: number): number {
  const pde = memory.read32(paging.directory() + ((linear >>> 22) << 2));
  return (pde & P) === 0 ? 0 : memory.read32((pde & -4096) + ((linear >>> 10) & 0xffc));
}

type Access = "read" | "write" | "user read" | "user write";

/** What a fault turns out to be, and the shadow entry afterwards, as physical page of the guest and rights. */
function check(linear: number, access: Access, kind: FaultKind, physical: number, rights: number): void {
  paging.directory();
  expect(paging.fault(linear, access.endsWith("write"), access.startsWith("user"))).toBe(kind);
  const found = entry(linear);
  expect(found & (P | W | U)).toBe(rights);
  if ((rights & P) !== 0) expect((found & -4096) - VMM).toBe(physical);
}

describe("shadow paging tells faults apart", () => {
  it("hidden: the guest allows it; a clean page is read-only until first written", () => {
    map(1, PAGE, P | W | U);
    check(0x1000, "user read", "hidden", PAGE, P | U);
    expect(guest.read32(TABLE + 4) & (A | D)).toBe(A);
    check(0x1000, "user write", "hidden", PAGE, P | W | U);
    expect(guest.read32(TABLE + 4) & (A | D)).toBe(A | D);
    expect(guest.read32(DIRECTORY) & A).toBe(A);
  });

  it("true: not present, read-only, supervisor's; nothing changes", () => {
    map(2, PAGE, P | U);
    map(3, PAGE, P | W);
    check(0x1000, "read", "true", 0, 0);
    check(0x2000, "user write", "true", 0, 0);
    check(0x2000, "write", "true", 0, 0);
    check(0x3000, "user read", "true", 0, 0);
    expect(guest.read32(TABLE + 8)).toBe(PAGE | P | U);
  });

  it("trace: a write to a page table, a directory, or what somebody else traces", () => {
    map(4, TABLE, P | W | U);
    map(5, DIRECTORY, P | W | U);
    map(6, PAGE, P | W | U);
    check(0x4000, "write", "trace", 0, 0);
    check(0x4000, "read", "hidden", TABLE, P | U);
    check(0x5000, "write", "trace", 0, 0);
    tracedElsewhere = PAGE >>> 12;
    check(0x6000, "write", "trace", 0, 0);
  });

  it("trace: a table that maps itself, at its very first use", () => {
    const other = 0x12000;
    guest.write32(DIRECTORY + 4, other | P | W | U);
    guest.write32(other, other | P | W | U | A | D);
    check(0x400000, "read", "hidden", other, P | U);
    expect(paging.fault(0x400000, true, false)).toBe("trace");
  });

  it("absent: beyond the guest's memory, and the VMM's own range", () => {
    map(7, GUEST, P | W | U);
    check(0x7000, "read", "absent", 0, 0);
    paging.directory();
    expect(paging.fault(0xffc00000, false, false)).toBe("absent");
  });

  it("carries the VMM's own entry in every directory", () => {
    expect(memory.read32(paging.directory() + OWN.index * 4)).toBe(OWN.value);
    cpu.state.cr3 = 0x13000;
    expect(memory.read32(paging.directory() + OWN.index * 4)).toBe(OWN.value);
    cpu.state.cr0 &= ~CR0_PG;
    expect(memory.read32(paging.directory() + OWN.index * 4)).toBe(OWN.value);
    check(0x123000, "write", "hidden", 0x123000, P | W | U);
  });

  it("keeps the dirty bits of two directory entries for one 4 MiB page apart", () => {
    guest.write32(DIRECTORY + 8, P | W | U | LARGE);
    guest.write32(DIRECTORY + 12, P | W | U | LARGE);
    check(0x801000, "write", "hidden", 0x1000, P | W | U);
    check(0xc01000, "read", "hidden", 0x1000, P | U);
    expect(guest.read32(DIRECTORY + 12) & D).toBe(0);
    check(0xc01000, "write", "hidden", 0x1000, P | W | U);
    expect(guest.read32(DIRECTORY + 12) & D).toBe(D);
  });
});

describe("with the guest's WP clear", () => {
  beforeEach(() => {
    cpu.state.cr0 &= ~CR0_WP;
  });

  it("a read-only user page is the user's to read or the kernel's to write, and flips", () => {
    map(1, PAGE, P | U);
    check(0x1000, "user read", "hidden", PAGE, P | U);
    check(0x1000, "write", "hidden", PAGE, P | W);
    check(0x1000, "user read", "hidden", PAGE, P | U);
    check(0x1000, "user write", "true", PAGE, P | U);
  });

  it("a read-only page of the supervisor's is writable once written", () => {
    map(1, PAGE, P);
    check(0x1000, "read", "hidden", PAGE, P);
    check(0x1000, "write", "hidden", PAGE, P | W);
  });

  it("setting WP forgets what had been allowed", () => {
    map(1, PAGE, P);
    check(0x1000, "write", "hidden", PAGE, P | W);
    cpu.state.cr0 |= CR0_WP;
    paging.directory();
    expect(entry(0x1000)).toBe(0);
    check(0x1000, "write", "true", 0, 0);
  });
});

describe("writes of the guest to its tables", () => {
  /** As the VMM does after emulation. */
  const follow = () => {
    for (const page of guest.takeWatchHits()) paging.written(page);
  };

  it("drop the entries that changed, and say that the TLB is out of date", () => {
    map(1, PAGE, P | W | U);
    map(2, PAGE + 0x1000, P | W | U);
    check(0x1000, "write", "hidden", PAGE, P | W | U);
    check(0x2000, "write", "hidden", PAGE + 0x1000, P | W | U);
    const { epoch } = paging;
    map(1, PAGE + 0x2000, P | W | U);
    follow();
    expect(paging.epoch).toBeGreaterThan(epoch);
    expect(entry(0x1000)).toBe(0);
    expect(entry(0x2000) & P).toBe(P);
  });

  it("are traced from the moment that a page becomes a table: older mappings lose their right to write", () => {
    const fresh = 0x14000;
    map(1, fresh, P | W | U);
    check(0x1000, "write", "hidden", fresh, P | W | U);
    guest.write32(fresh, PAGE | P | W | U);
    guest.write32(DIRECTORY + 16, fresh | P | W | U);
    const { epoch } = paging;
    check(0x1000000, "read", "hidden", PAGE, P | U);
    expect(entry(0x1000) & W).toBe(0);
    expect(paging.epoch).toBeGreaterThan(epoch);
    expect(paging.fault(0x1000, true, false)).toBe("trace");
  });

  it("to a page that is no table any more end its tracing", () => {
    const old = 0x15000;
    guest.write32(old, PAGE | P | W | U);
    guest.write32(DIRECTORY + 20, old | P | W | U);
    check(0x1400000, "read", "hidden", PAGE, P | U);
    expect(paging.traces(old >>> 12)).toBe(true);
    guest.write32(DIRECTORY + 20, 0);
    follow();
    for (let i = 0; i < 40; i++) {
      guest.watch(old >>> 12);
      guest.write32(old + 4 * i, i);
      follow();
    }
    expect(paging.traces(old >>> 12)).toBe(false);
  });

  it("survive save and load, watches included", () => {
    map(1, PAGE, P | W | U);
    check(0x1000, "write", "hidden", PAGE, P | W | U);
    const saved = structuredClone(paging.save());
    paging.reset();
    expect(paging.traces(TABLE >>> 12)).toBe(false);
    paging.load(saved);
    expect(paging.save()).toEqual(saved);
    map(1, 0, 0);
    follow();
    expect(entry(0x1000)).toBe(0);
  });
});
