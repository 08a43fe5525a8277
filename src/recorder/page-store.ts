import { type Memory, PAGE_SIZE } from "../machine/memory.ts";

/** A page that differs from another in a few words only. */
interface SparsePage {
  readonly base: Uint8Array;
  /** Position and content of each word that differs, in turn; shared by the pages of one moment. */
  readonly changes: Int32Array;
  readonly from: number;
  readonly to: number;
}

/** A page as it was at some keyframe; null is a page of zeros. Never changed once made. */
export type PageImage = Uint8Array | SparsePage | null;
const CHUNK = 256;
type Chunk = readonly PageImage[];
/** All of memory at one moment: pages by chunks, shared between moments as far as they are equal. */
export type PageTable = readonly Chunk[];

const ZERO_CHUNK: Chunk = new Array<PageImage>(CHUNK).fill(null);
const PAGE_WORDS = PAGE_SIZE / 4;
/** A page that differs in more words is kept whole. */
const SPARSE_WORDS = 96;
/** Bytes that a sparse page takes beside its changes. */
const SPARSE_BYTES = 64;

function isWhole(image: PageImage): image is Uint8Array {
  return image instanceof Uint8Array;
}

function wordsOf(bytes: Uint8Array): Int32Array {
  return new Int32Array(bytes.buffer, bytes.byteOffset, PAGE_WORDS);
}

/** The content of a page that is not zeros; a copy where it is not kept whole. */
function wholePage(image: Uint8Array | SparsePage): Uint8Array {
  if (isWhole(image)) return image;
  const bytes = image.base.slice();
  applyChanges(image, wordsOf(bytes), 0);
  return bytes;
}

/** Puts what a sparse page has changed into `words`, where the page begins at index `first`. */
function applyChanges({ changes, from, to }: SparsePage, words: Int32Array, first: number): void {
  for (let i = from; i < to; i += 2) words[first + changes[i]!] = changes[i + 1]!;
}

/** Bytes of memory that an image takes, apart from the page that it differs from and the changes. */
function sizeOf(image: PageImage): number {
  if (image === null) return 0;
  return isWhole(image) ? PAGE_SIZE : SPARSE_BYTES;
}

/** Copy-on-write images of memory. Only pages written since the last image are copied, and of those what has changed. */
export class PageStore {
  private readonly memory: Memory;
  /** The table that memory equals, but for the pages written since. */
  private base: PageTable;
  /** Where the changes of a moment are gathered. */
  private scratch = new Int32Array(16 * SPARSE_WORDS);
  /** Bytes of the images made since this was last set. */
  copiedBytes = 0;

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
    const sparse: {
      readonly place: PageImage[];
      readonly slot: number;
      readonly base: Uint8Array;
      readonly from: number;
    }[] = [];
    let filled = 0;
    for (const page of dirty) {
      const index = Math.floor(page / CHUNK);
      if (!fresh.has(index)) {
        table[index] = table[index]!.slice();
        fresh.add(index);
      }
      const chunk = table[index] as PageImage[];
      const before = chunk[page % CHUNK]!;
      const base = before === null || isWhole(before) ? before : before.base;
      const end = base === null ? -1 : this.gather(page, base, filled);
      if (base !== null && end >= 0) {
        sparse.push({ place: chunk, slot: page % CHUNK, base, from: filled });
        filled = end;
      } else {
        chunk[page % CHUNK] = this.memory.bytes.slice(page * PAGE_SIZE, (page + 1) * PAGE_SIZE);
        this.copiedBytes += PAGE_SIZE;
      }
    }
    const changes = this.scratch.slice(0, filled);
    this.copiedBytes += changes.byteLength;
    sparse.forEach(({ place, slot, base, from }, i) => {
      const to = sparse[i + 1]?.from ?? filled;
      const image: PageImage = from === to ? base : { base, changes, from, to };
      place[slot] = image;
      this.copiedBytes += sizeOf(image);
    });
    this.base = table;
    return table;
  }

  /**
   * Puts what a page has changed since `base` into the scratch from word `from` on. Returns the end, or -1 if that is
   * too much.
   */
  private gather(page: number, base: Uint8Array, from: number): number {
    const old = wordsOf(base);
    const now = this.memory.words32;
    const first = (page * PAGE_SIZE) / 4;
    if (from + 2 * SPARSE_WORDS > this.scratch.length) {
      const larger = new Int32Array(this.scratch.length * 2);
      larger.set(this.scratch);
      this.scratch = larger;
    }
    const { scratch } = this;
    const limit = from + 2 * SPARSE_WORDS;
    let end = from;
    for (let i = 0; i < PAGE_WORDS; i++) {
      const word = now[first + i]!;
      if (word === old[i]) continue;
      if (end === limit) return -1;
      scratch[end++] = i;
      scratch[end++] = word;
    }
    return end;
  }

  /** Makes memory equal to an image. */
  restore(table: PageTable): void {
    for (const page of this.memory.takeDirty()) this.put(page, table[Math.floor(page / CHUNK)]![page % CHUNK]!);
    for (let index = 0; index < table.length; index++) {
      const from = this.base[index]!;
      const to = table[index]!;
      if (from === to) continue;
      for (let i = 0; i < CHUNK; i++) if (from[i] !== to[i]) this.put(index * CHUNK + i, to[i]!);
    }
    this.base = table;
  }

  private put(page: number, image: PageImage): void {
    const { memory } = this;
    if (image === null || isWhole(image)) {
      memory.restorePage(page, image);
      return;
    }
    memory.restorePage(page, image.base);
    applyChanges(image, memory.words32, (page * PAGE_SIZE) / 4);
  }
}

/** Calls `visit` for every page that is not known to be zeros. */
export function forEachPage(table: PageTable, visit: (page: number, image: Uint8Array) => void): void {
  table.forEach((chunk, index) => {
    if (chunk === ZERO_CHUNK) return;
    chunk.forEach((image, i) => {
      if (image) visit(index * CHUNK + i, wholePage(image));
    });
  });
}

/** Bytes that the different page images of the tables take together. */
export function bytesOf(tables: readonly PageTable[]): number {
  const seen = new Set<PageImage | Int32Array>();
  const chunks = new Set<Chunk>();
  let bytes = 0;
  const add = (image: PageImage) => {
    if (image === null || seen.has(image)) return;
    seen.add(image);
    bytes += sizeOf(image);
    if (isWhole(image)) return;
    add(image.base);
    if (seen.has(image.changes)) return;
    seen.add(image.changes);
    bytes += image.changes.byteLength;
  };
  for (const table of tables) {
    for (const chunk of table) {
      if (chunks.has(chunk)) continue;
      chunks.add(chunk);
      for (const image of chunk) add(image);
    }
  }
  return bytes;
}
