import { type Memory, PAGE_SIZE } from "../machine/memory.ts";

/** A page as it was at some keyframe; null is a page of zeros. Never changed once made. */
export type PageImage = Uint8Array | null;
const CHUNK = 256;
type Chunk = readonly PageImage[];
/** All of memory at one moment: pages by chunks, shared between moments as far as they are equal. */
export type PageTable = readonly Chunk[];

const ZERO_CHUNK: Chunk = new Array<PageImage>(CHUNK).fill(null);

/** Copy-on-write images of memory. Only pages written since the last image are copied. */
export class PageStore {
  private readonly memory: Memory;
  /** The table that memory equals, but for the pages written since. */
  private base: PageTable;
  /** Pages copied since `countPages` was last asked to recount. */
  copied = 0;

  constructor(memory: Memory) {
    this.memory = memory;
    const chunks = Math.ceil(memory.size / PAGE_SIZE / CHUNK);
    this.base = new Array<Chunk>(chunks).fill(ZERO_CHUNK);
  }

  /** An image of memory as it is now. */
  take(): PageTable {
    const dirty = this.memory.takeDirty();
    if (dirty.length === 0) return this.base;
    const table = this.base.slice();
    const fresh = new Set<number>();
    for (const page of dirty) {
      const index = Math.floor(page / CHUNK);
      if (!fresh.has(index)) {
        table[index] = table[index]!.slice();
        fresh.add(index);
      }
      const start = page * PAGE_SIZE;
      (table[index] as PageImage[])[page % CHUNK] = this.memory.bytes.slice(start, start + PAGE_SIZE);
    }
    this.copied += dirty.length;
    this.base = table;
    return table;
  }

  /** Makes memory equal to an image. */
  restore(table: PageTable): void {
    for (const page of this.memory.takeDirty()) {
      this.memory.restorePage(page, table[Math.floor(page / CHUNK)]![page % CHUNK]!);
    }
    for (let index = 0; index < table.length; index++) {
      const from = this.base[index]!;
      const to = table[index]!;
      if (from === to) continue;
      for (let i = 0; i < CHUNK; i++) {
        if (from[i] !== to[i]) this.memory.restorePage(index * CHUNK + i, to[i]!);
      }
    }
    this.base = table;
  }
}

/** Calls `visit` for every page that is not known to be zeros. */
export function forEachPage(table: PageTable, visit: (page: number, image: Uint8Array) => void): void {
  table.forEach((chunk, index) => {
    if (chunk === ZERO_CHUNK) return;
    chunk.forEach((image, i) => {
      if (image) visit(index * CHUNK + i, image);
    });
  });
}

/** How many different page images the tables hold together. */
export function countPages(tables: readonly PageTable[]): number {
  const seen = new Set<Uint8Array>();
  const chunks = new Set<Chunk>();
  for (const table of tables) {
    for (const chunk of table) {
      if (chunks.has(chunk)) continue;
      chunks.add(chunk);
      for (const image of chunk) if (image) seen.add(image);
    }
  }
  return seen.size;
}
