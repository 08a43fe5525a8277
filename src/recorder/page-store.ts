import { type Memory, PAGE_SIZE } from "../machine/memory.ts";
import {
  forEachLink,
  type HeldPage,
  ImageMaker,
  PAGE_WORDS,
  type PageImage,
  putImage,
  sizeOf,
  wordsOf,
} from "./page-image.ts";

const CHUNK = 64;
type Chunk = readonly PageImage[];
/** All of memory at one moment: pages by chunks, shared between moments as far as they are equal. */
export type PageTable = readonly Chunk[];

const ZERO_CHUNK: Chunk = new Array<PageImage>(CHUNK).fill(null);

/** A table under construction: chunks are copied when first changed. */
class Draft {
  readonly table: Chunk[];
  private readonly fresh = new Set<number>();

  constructor(table: PageTable) {
    this.table = table.slice();
  }

  at(page: number): PageImage {
    return this.table[Math.floor(page / CHUNK)]![page % CHUNK]!;
  }

  set(page: number, image: PageImage): void {
    const index = Math.floor(page / CHUNK);
    if (!this.fresh.has(index)) {
      this.table[index] = this.table[index]!.slice();
      this.fresh.add(index);
    }
    (this.table[index] as PageImage[])[page % CHUNK] = image;
  }
}

/** Copy-on-write images of memory. Only pages written since the last image are looked at, and of those what has changed. */
export class PageStore {
  private readonly memory: Memory;
  private readonly maker = new ImageMaker();
  /** The table that memory equals, but for the pages written since. */
  private base: PageTable;
  /** Bytes of the images made since this was last set. */
  copiedBytes = 0;
  /** Pages written since `takeWritten`, or since memory was last restored. */
  private written = new Set<number>();

  constructor(memory: Memory) {
    this.memory = memory;
    this.base = this.empty();
  }

  private empty(): PageTable {
    return new Array<Chunk>(Math.ceil(this.memory.size / PAGE_SIZE / CHUNK)).fill(ZERO_CHUNK);
  }

  /** An image of memory as it is now. */
  take(): PageTable {
    const dirty = this.memory.takeDirty();
    if (dirty.length === 0) return this.base;
    for (const page of dirty) this.written.add(page);
    const draft = new Draft(this.base);
    for (const page of dirty) this.put(draft, page, this.memory.words32, page * PAGE_WORDS);
    this.maker.finish();
    this.base = draft.table;
    return this.base;
  }

  /** The pages written since the last call or the last `restore`; call `take` first. */
  takeWritten(): Int32Array {
    const pages = Int32Array.from(this.written);
    this.written.clear();
    return pages;
  }

  private put(draft: Draft, page: number, words: Int32Array, first: number): void {
    const before = draft.at(page);
    const image = this.maker.image(before, words, first);
    if (image === before) return;
    draft.set(page, image);
    this.copiedBytes += sizeOf(image);
  }

  /**
   * The same moments, in order of time, in images that differ from each other alone: what only moments in between
   * have needed is let go.
   */
  condense(tables: readonly PageTable[]): PageTable[] {
    const words = new Int32Array(PAGE_WORDS);
    let last = this.empty();
    let lastOld = last;
    return tables.map((old) => {
      const draft = new Draft(last);
      forEachDifference(lastOld, old, (page, image) => {
        putImage(image, words, 0);
        this.put(draft, page, words, 0);
      });
      this.maker.finish();
      last = draft.table;
      lastOld = old;
      if (old === this.base) this.base = last;
      return last;
    });
  }

  /** Makes memory equal to an image. */
  restore(table: PageTable): void {
    const { memory } = this;
    this.written.clear();
    const put = (page: number, image: PageImage) => {
      putImage(image, memory.words32, page * PAGE_WORDS);
      memory.replaced(page);
    };
    for (const page of memory.takeDirty()) put(page, table[Math.floor(page / CHUNK)]![page % CHUNK]!);
    forEachDifference(this.base, table, put);
    this.base = table;
  }
}

/** A byte of an image of memory, by its physical address. */
export function byteOf(table: PageTable, physical: number): number {
  const page = Math.floor(physical / PAGE_SIZE);
  const image = table[Math.floor(page / CHUNK)]![page % CHUNK]!;
  const word = image === null ? 0 : wordsOf(image)[(physical % PAGE_SIZE) >> 2]!;
  return (word >>> (8 * (physical & 3))) & 0xff;
}

/** Calls `visit` for every page whose image in `to` is another than in `from`. */
function forEachDifference(from: PageTable, to: PageTable, visit: (page: number, image: PageImage) => void): void {
  for (let index = 0; index < to.length; index++) {
    const before = from[index]!;
    const after = to[index]!;
    if (before === after) continue;
    for (let i = 0; i < CHUNK; i++) if (before[i] !== after[i]) visit(index * CHUNK + i, after[i]!);
  }
}

/** Calls `visit` for every page that is not known to be zeros. */
export function forEachPage(table: PageTable, visit: (page: number, image: HeldPage) => void): void {
  table.forEach((chunk, index) => {
    if (chunk === ZERO_CHUNK) return;
    chunk.forEach((image, i) => {
      if (image) visit(index * CHUNK + i, image);
    });
  });
}

/** Bytes that the different page images of the tables take together. */
export function bytesOf(tables: readonly PageTable[]): number {
  const seen = new Set<PageImage>();
  const chunks = new Set<Chunk>();
  let bytes = 0;
  for (const table of tables) {
    for (const chunk of table) {
      if (chunks.has(chunk)) continue;
      chunks.add(chunk);
      for (const image of chunk) {
        forEachLink(image, (link) => {
          if (seen.has(link)) return false;
          seen.add(link);
          bytes += sizeOf(link);
          return true;
        });
      }
    }
  }
  return bytes;
}
