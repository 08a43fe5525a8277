import { describe, expect, it } from "vitest";
import { PAGE_CODE, PAGE_SHARED } from "../../src/cpu/bus.ts";
import { Memory, PAGE_SIZE } from "../../src/machine/memory.ts";

const PAGES = 8;

/** Writes, and what pages are then dirty. */
function check(write: (memory: Memory) => void, dirty: number[]): void {
  const memory = new Memory(PAGES * PAGE_SIZE);
  write(memory);
  expect(memory.takeDirty().sort()).toEqual(dirty);
  expect(memory.takeDirty()).toEqual([]);
}

describe("memory", () => {
  it("reads what was written, little-endian, at any alignment and across pages", () => {
    const memory = new Memory(PAGES * PAGE_SIZE);
    for (const address of [0, 1, 2, 3, PAGE_SIZE - 1, PAGE_SIZE - 2, PAGE_SIZE - 3]) {
      memory.write32(address, 0x89abcdef);
      expect(memory.read32(address)).toBe(0x89abcdef | 0);
      expect(memory.read16(address)).toBe(0xcdef);
      expect(memory.read8(address + 3)).toBe(0x89);
      memory.write16(address, 0x1234);
      expect(memory.read32(address) >>> 0).toBe(0x89ab1234);
    }
  });

  it("reads all ones beyond its end, and loses what is written there", () => {
    const memory = new Memory(PAGE_SIZE);
    memory.write32(PAGE_SIZE - 2, 0x11223344);
    memory.write8(PAGE_SIZE + 5, 1);
    expect(memory.read32(PAGE_SIZE - 2) >>> 0).toBe(0xffff3344);
    expect(memory.read32(PAGE_SIZE)).toBe(-1);
    expect(memory.read8(PAGE_SIZE)).toBe(0xff);
  });

  it("knows the pages that were written since it was last asked, each once", () => {
    check(() => {}, []);
    check((memory) => memory.write8(5 * PAGE_SIZE, 1), [5]);
    check((memory) => memory.write32(3 * PAGE_SIZE - 2, 1), [2, 3]);
    check((memory) => memory.writeBytes(PAGE_SIZE - 1, new Uint8Array(PAGE_SIZE + 2)), [0, 1, 2]);
  });

  it("reports a write to a watched page once, by the number in the window that asks", () => {
    const memory = new Memory(PAGES * PAGE_SIZE);
    const window = memory.window(2 * PAGE_SIZE, 4 * PAGE_SIZE);
    window.watch(1);
    window.watch(3);
    window.unwatch(3);
    memory.write8(3 * PAGE_SIZE + 7, 1);
    memory.write8(3 * PAGE_SIZE + 8, 1);
    window.write8(3 * PAGE_SIZE, 1);
    expect(window.takeWatchHits()).toEqual([1]);
    expect(window.takeWatchHits()).toEqual([]);
  });

  it("shares bytes and flags with its windows", () => {
    const memory = new Memory(PAGES * PAGE_SIZE);
    const window = memory.window(PAGE_SIZE, 2 * PAGE_SIZE);
    window.write32(4, 0x55);
    expect(memory.read32(PAGE_SIZE + 4)).toBe(0x55);
    expect(memory.takeDirty()).toEqual([1]);
    expect(window.size).toBe(2 * PAGE_SIZE);
    expect(window.read32(2 * PAGE_SIZE)).toBe(-1);
  });

  it("drops decoded code of a page that is written, in itself and in its windows", () => {
    const memory = new Memory(PAGES * PAGE_SIZE);
    const window = memory.window(PAGE_SIZE, 2 * PAGE_SIZE);
    for (const side of ["memory", "window"] as const) {
      memory.code[2] = [];
      window.code[1] = [];
      memory.flags[2]! |= PAGE_CODE;
      if (side === "memory") memory.write8(2 * PAGE_SIZE, 1);
      else window.write8(PAGE_SIZE, 1);
      expect([memory.code[2], window.code[1]]).toEqual([undefined, undefined]);
      expect(memory.flags[2]! & PAGE_CODE).toBe(0);
    }
    memory.code[2] = [];
    memory.flags[2]! |= PAGE_CODE;
    memory.dropAllCode();
    expect(memory.code[2]).toBeUndefined();
    expect(memory.flags[2]! & PAGE_CODE).toBe(0);
  });

  it("counts a page that was replaced as unchanged since, and no longer watched", () => {
    const memory = new Memory(PAGES * PAGE_SIZE);
    memory.write8(PAGE_SIZE, 9);
    memory.watch(1);
    memory.code[1] = [];
    memory.flags[1]! |= PAGE_CODE;
    memory.bytes.fill(0, PAGE_SIZE, 2 * PAGE_SIZE);
    memory.replaced(1);
    expect(memory.read8(PAGE_SIZE)).toBe(0);
    expect(memory.code[1]).toBeUndefined();
    expect(memory.flags[1]).toBe(PAGE_SHARED);
  });
});
