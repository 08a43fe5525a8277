import { describe, expect, it } from "vitest";
import { Memory, PAGE_SIZE } from "../../src/machine/memory.ts";
import { PAGE_WORDS, wordsOf } from "../../src/recorder/page-image.ts";
import { bytesOf, forEachPage, PageStore, type PageTable } from "../../src/recorder/page-store.ts";
import { Random } from "../fuzz/random.ts";

const PAGES = 600;

/** All of memory as a table has it. */
function content(table: PageTable): Uint8Array {
  const words = new Int32Array(PAGES * PAGE_WORDS);
  forEachPage(table, (page, image) => words.set(wordsOf(image), page * PAGE_WORDS));
  return new Uint8Array(words.buffer);
}

describe("the page store", () => {
  it("gives back every moment, in any order, however much was written in between", () => {
    const random = new Random(3);
    const memory = new Memory(PAGES * PAGE_SIZE);
    const store = new PageStore(memory);
    const moments: { table: PageTable; bytes: Uint8Array }[] = [];
    const write = () => {
      const writes = random.pick([0, 1, 5, 3000]);
      const first = random.below(PAGES * PAGE_SIZE - 20_000);
      for (let i = 0; i < writes; i++) {
        const near = first + random.below(20_000);
        memory.write8(random.oneIn(3) ? random.below(PAGES * PAGE_SIZE) : near, random.below(4));
      }
    };
    for (let i = 0; i < 20; i++) {
      write();
      moments.push({ table: store.take(), bytes: memory.bytes.slice() });
      if (random.oneIn(4)) {
        const back = random.pick(moments);
        write();
        store.restore(back.table);
        expect(Buffer.compare(memory.bytes, back.bytes)).toBe(0);
      }
    }
    for (let i = 0; i < 30; i++) {
      const { table, bytes } = random.pick(moments);
      if (random.oneIn(2)) write();
      store.restore(table);
      expect(Buffer.compare(memory.bytes, bytes)).toBe(0);
      expect(Buffer.compare(content(store.take()), bytes)).toBe(0);
    }
  });

  it("shares what has not changed", () => {
    const memory = new Memory(PAGES * PAGE_SIZE);
    const store = new PageStore(memory);
    for (let page = 0; page < 100; page++) memory.write8(page * PAGE_SIZE, 1);
    const first = store.take();
    expect(store.take()).toBe(first);
    memory.write8(7 * PAGE_SIZE + 5, 9);
    const second = store.take();
    expect(bytesOf([first, second])).toBeLessThan(bytesOf([first]) + 2 * PAGE_SIZE);
    expect(bytesOf([first])).toBeGreaterThanOrEqual(100 * PAGE_SIZE);
  });

  it("lets go of what only the moments between have needed, and keeps the others as they were", () => {
    const memory = new Memory(PAGES * PAGE_SIZE);
    const store = new PageStore(memory);
    const moments: { table: PageTable; bytes: Uint8Array }[] = [];
    // Every page comes to differ from itself in every word, a few words at a time.
    for (let round = 0; round < 200; round++) {
      for (let page = 0; page < 20; page++) memory.write32(page * PAGE_SIZE + ((round * 28) & 0xfff), round + 1);
      moments.push({ table: store.take(), bytes: memory.bytes.slice() });
    }
    const all = bytesOf(moments.map(({ table }) => table));
    const kept = moments.filter((_, i) => i % 50 === 49);
    const tables = store.condense(kept.map(({ table }) => table));
    expect(bytesOf(tables)).toBeLessThan(all / 2);
    expect(bytesOf(tables)).toBeLessThanOrEqual(kept.length * 20 * PAGE_SIZE);
    for (const i of [2, 0, 3, 1]) {
      store.restore(tables[i]!);
      expect(Buffer.compare(memory.bytes, kept[i]!.bytes)).toBe(0);
    }
    expect(Buffer.compare(memory.bytes, kept[1]!.bytes)).toBe(0);
  });

  it("starts with zeros", () => {
    const memory = new Memory(PAGES * PAGE_SIZE);
    const store = new PageStore(memory);
    const empty = store.take();
    memory.write32(12_345 * 4, 77);
    store.take();
    store.restore(empty);
    expect(memory.bytes.every((byte) => byte === 0)).toBe(true);
  });
});
