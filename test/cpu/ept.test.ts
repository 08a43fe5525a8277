import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { translate } from "../../src/cpu/paging.ts";
import { CpuState, VMX_NON_ROOT } from "../../src/cpu/state.ts";
import {
  EPT_EXECUTE,
  EPT_FOUND,
  EPT_MISCONFIGURATION,
  EPT_READ,
  EPT_VIOLATION,
  EPT_WRITE,
  EPTP_ACCESSED_DIRTY,
  eptFound,
  walkEpt,
} from "../../src/cpu/vmx/ept.ts";
import { Memory } from "../../src/machine/memory.ts";

/** Where the tables of these tests stand, first level to last. */
const PML4 = 0x1000;
const PDPT = 0x2000;
const DIRECTORY = 0x3000;
const TABLE = 0x4000;
const PAGE_4K = 0x9000;
const PAGE_2M = 0x40_0000;
const WRITE_BACK = 6 << 3;
const RWX = EPT_READ | EPT_WRITE | EPT_EXECUTE;
const LARGE = 1 << 7;
const POINTER = PML4 | (3 << 3) | 6;

/** Tables that map 0 to PAGE_4K through all levels, and 200000h as a 2 MiB page. */
function tables(): Memory {
  const memory = new Memory(8 << 20);
  memory.write32(PML4, PDPT | RWX);
  memory.write32(PDPT, DIRECTORY | RWX);
  memory.write32(DIRECTORY, TABLE | RWX);
  memory.write32(DIRECTORY + 8, PAGE_2M | LARGE | WRITE_BACK | RWX);
  memory.write32(TABLE, PAGE_4K | WRITE_BACK | RWX);
  return memory;
}

const NAMES = { [EPT_FOUND]: "found", [EPT_VIOLATION]: "violation", [EPT_MISCONFIGURATION]: "misconfiguration" };

/** Walks for an address behind a change of the tables: what came of it, in words. */
function check(
  address: number,
  access: number,
  expected: string,
  change: (memory: Memory) => void = () => {},
  pointer = POINTER,
): void {
  const memory = tables();
  change(memory);
  const outcome = walkEpt(memory, pointer, address, access, true);
  const name = NAMES[outcome as keyof typeof NAMES];
  const more =
    outcome === EPT_FOUND
      ? ` ${(eptFound.physical >>> 0).toString(16)}`
      : outcome === EPT_VIOLATION
        ? ` allowed ${eptFound.rights}`
        : "";
  expect(name + more).toBe(expected);
}

describe("a walk of the extended page tables", () => {
  test("finds pages of 4 KiB and of 2 MiB", () => {
    check(0x123, EPT_READ, "found 9123");
    check(0x2a_bcde, EPT_WRITE, "found 4abcde");
  });
  test("allows what all levels allow", () => {
    check(0, EPT_WRITE, "violation allowed 5", (memory) => memory.write32(PDPT, DIRECTORY | EPT_READ | EPT_EXECUTE));
    check(0, EPT_EXECUTE, "violation allowed 3", (memory) => memory.write32(TABLE, PAGE_4K | WRITE_BACK | 3));
    check(0, EPT_READ, "found 9000", (memory) => memory.write32(TABLE, PAGE_4K | WRITE_BACK | EPT_READ));
  });
  test("a missing entry allows nothing, whatever else stands in it", () => {
    check(0, EPT_READ, "violation allowed 0", (memory) => memory.write32(DIRECTORY, ~RWX));
    check(0x40_0000, EPT_READ, "violation allowed 0");
    check(0x4000_0000, EPT_READ, "violation allowed 0");
  });
  test("a misconfigured entry is one before it forbids anything", () => {
    const wrong =
      (at: number, low: number, high = 0) =>
      (memory: Memory) => {
        memory.write32(at, low);
        memory.write32(at + 4, high);
      };
    check(0, EPT_READ, "misconfiguration", wrong(TABLE, PAGE_4K | WRITE_BACK | EPT_WRITE));
    check(0, EPT_READ, "misconfiguration", wrong(TABLE, PAGE_4K | WRITE_BACK | EPT_WRITE | EPT_EXECUTE));
    check(0, EPT_READ, "misconfiguration", wrong(TABLE, PAGE_4K | WRITE_BACK | EPT_EXECUTE));
    for (const type of [2, 3, 7]) check(0, EPT_READ, "misconfiguration", wrong(TABLE, PAGE_4K | (type << 3) | RWX));
    check(0, EPT_READ, "misconfiguration", wrong(TABLE, PAGE_4K | WRITE_BACK | RWX, 1));
    check(0, EPT_READ, "misconfiguration", wrong(PML4, PDPT | LARGE | RWX));
    check(0, EPT_READ, "misconfiguration", wrong(PDPT, DIRECTORY | LARGE | RWX));
    check(0, EPT_READ, "misconfiguration", wrong(DIRECTORY, TABLE | (1 << 3) | RWX));
    check(0x20_0000, EPT_READ, "misconfiguration", wrong(DIRECTORY + 8, PAGE_2M | 0x1000 | LARGE | WRITE_BACK | RWX));
    check(0, EPT_WRITE, "misconfiguration", wrong(TABLE, PAGE_4K | EPT_READ | (2 << 3)));
  });
  test("marks accessed on the way and dirty at its end, if the pointer says so", () => {
    const marks = (pointer: number, access: number): string => {
      const memory = tables();
      walkEpt(memory, pointer, 0, access, true);
      return [PML4, PDPT, DIRECTORY, TABLE].map((at) => (memory.read32(at) >>> 8) & 3).join("");
    };
    expect(marks(POINTER, EPT_WRITE)).toBe("0000");
    expect(marks(POINTER | EPTP_ACCESSED_DIRTY, EPT_READ)).toBe("1111");
    expect(marks(POINTER | EPTP_ACCESSED_DIRTY, EPT_WRITE)).toBe("1113");
  });
});

describe("the walk in two dimensions", () => {
  const GUEST_CR3 = 0x1000;
  const GUEST_TABLE = 0x2000;

  test("is the guest's walk with every address of it put through EPT", () => {
    const pages = fc.uniqueArray(fc.integer({ min: 16, max: 200 }), { minLength: 8, maxLength: 8 });
    const rights = fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 8, maxLength: 8 });
    const entry = fc.integer({ min: 0, max: 7 });
    fc.assert(
      fc.property(
        pages,
        rights,
        entry,
        entry,
        fc.constantFrom("read", "write", "execute"),
        (frames, ept, pde, pte, access) => {
          const memory = tables();
          // Guest pages 0 to 7 lie anywhere; the guest's own tables are its pages 1 and 2, what it maps is page 5.
          frames.forEach((frame, i) => {
            memory.write32(TABLE + i * 8, (frame << 12) | WRITE_BACK | ept[i]!);
          });
          const host = (guest: number): number => (frames[guest >>> 12]! << 12) | (guest & 0xfff);
          memory.write32(host(GUEST_CR3), GUEST_TABLE | pde);
          memory.write32(host(GUEST_TABLE) + 12, 0x5000 | pte);
          const state = new CpuState();
          state.cr0 = 0x8001_0001 | 0;
          state.cr3 = GUEST_CR3;
          state.vmxMode = VMX_NON_ROOT;
          state.eptPointer = POINTER;

          const need = { read: EPT_READ, write: EPT_WRITE, execute: EPT_EXECUTE }[access];
          const usable = (page: number, wanted: number): boolean => {
            const allowed = ept[page]!;
            return (allowed & EPT_READ) !== 0 && (allowed & wanted) === wanted;
          };
          const guestAllows = (pde & 1) !== 0 && (pte & 1) !== 0 && (access !== "write" || (pde & pte & 2) !== 0);
          const tablesRead = usable(1, EPT_READ) && ((pde & 1) === 0 || usable(2, EPT_READ));
          const expected = tablesRead && guestAllows && usable(5, need) ? host(0x5678) : null;
          const walk = translate(memory, state, 0x3678, access, false, false);
          expect(walk.ok ? walk.physical : null).toBe(expected);
        },
      ),
      { numRuns: 500 },
    );
  });
});
