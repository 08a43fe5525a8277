import { PAGE_CODE, PAGE_OBSERVED, PAGE_SHARED, PAGE_WATCHED, type PhysicalMemory } from "../cpu/bus.ts";

export const PAGE_SIZE = 4096;

/** The first addresses of a page range in another memory: a VMM's window on its guest's memory. */
interface Window {
  readonly memory: Memory;
  readonly firstPage: number;
}

/**
 * RAM as one flat buffer with a byte of flags per page. The buffer is zeroed lazily by the operating system, so that
 * 256 MiB cost what is touched. A window is a Memory over part of another one: same bytes, same flags, own addresses.
 */
export class Memory implements PhysicalMemory {
  readonly size: number;
  readonly bytes: Uint8Array;
  readonly words16: Uint16Array;
  readonly words32: Int32Array;
  readonly flags: Uint8Array;
  readonly code: (unknown[] | undefined)[] = [];
  /** Pages (of the whole memory) written since the last `takeDirty`. */
  private readonly dirty: number[] = [];
  /** Watched pages (of the whole memory) that have been written; their watch has ended. */
  private readonly hits: number[] = [];
  private readonly windows: Window[] = [];
  private readonly parent: Memory | null;
  /** Told of every write to an observed page, by address in the whole memory, before it is made. */
  private observer: ((address: number, size: number) => void) | null = null;
  private readonly firstPage: number;

  /**
   * `size` in bytes, a multiple of 4096. With `parent`, the range from `base` of its memory instead of a new buffer.
   */
  constructor(size: number, parent: Memory | null = null, base = 0) {
    this.size = size;
    this.parent = parent;
    this.firstPage = base / PAGE_SIZE;
    const buffer = parent ? parent.bytes.buffer : new ArrayBuffer(size);
    this.bytes = new Uint8Array(buffer, base, size);
    this.words16 = new Uint16Array(buffer, base, size / 2);
    this.words32 = new Int32Array(buffer, base, size / 4);
    const pages = size / PAGE_SIZE;
    this.flags = parent
      ? parent.flags.subarray(this.firstPage, this.firstPage + pages)
      : new Uint8Array(pages).fill(PAGE_SHARED);
  }

  /** A Memory over `size` bytes from `base` of this one. */
  window(base: number, size: number): Memory {
    const memory = new Memory(size, this, base);
    this.windows.push({ memory, firstPage: base / PAGE_SIZE });
    return memory;
  }

  noteWrite(page: number, keepCode = false, address = -1, size = 0): void {
    if (this.parent) {
      this.parent.noteWrite(page + this.firstPage, keepCode, address + this.firstPage * PAGE_SIZE, size);
      return;
    }
    const flags = this.flags[page]!;
    if (flags & PAGE_OBSERVED) this.observer?.(address, size);
    if (flags & PAGE_SHARED) this.dirty.push(page);
    if (flags & PAGE_WATCHED) this.hits.push(page);
    if (flags & PAGE_CODE && !keepCode) this.dropCode(page);
    this.flags[page] = (keepCode ? flags & PAGE_CODE : 0) | (flags & PAGE_OBSERVED);
  }

  /**
   * Reports every write to some pages of the whole memory (all of them for null) until `unobserve`, or until the page's
   * content is replaced. Changes nothing that a guest could see.
   */
  observe(pages: readonly number[] | null, observer: (address: number, size: number) => void): void {
    this.observer = observer;
    if (pages) for (const page of pages) this.flags[page]! |= PAGE_OBSERVED;
    else for (let page = 0; page < this.flags.length; page++) this.flags[page]! |= PAGE_OBSERVED;
  }

  /** Ends `observe`; `pages` as there. */
  unobserve(pages: readonly number[] | null): void {
    this.observer = null;
    if (pages) for (const page of pages) this.flags[page]! &= ~PAGE_OBSERVED;
    else for (let page = 0; page < this.flags.length; page++) this.flags[page]! &= ~PAGE_OBSERVED;
  }

  /** The pages written since the last call, each once, and marks them as shared again. */
  takeDirty(): number[] {
    const pages = this.dirty.slice();
    this.dirty.length = 0;
    for (const page of pages) this.flags[page]! |= PAGE_SHARED;
    return pages;
  }

  /** How many pages `takeDirty` would return. */
  get dirtyCount(): number {
    return this.dirty.length;
  }

  /** The next write to the page (of this memory or window) is reported by `takeWatchHits` of the whole memory. */
  watch(page: number): void {
    this.flags[page]! |= PAGE_WATCHED;
  }

  unwatch(page: number): void {
    this.flags[page]! &= ~PAGE_WATCHED;
  }

  /** Watched pages written since the last call, by page number of this memory or window; their watch has ended. */
  takeWatchHits(): number[] {
    const root = this.parent ?? this;
    if (root.hits.length === 0) return [];
    const pages = root.hits.map((page) => page - this.firstPage);
    root.hits.length = 0;
    return pages;
  }

  /** The page's bytes have been replaced past all notice (restoring a keyframe). The page becomes shared. */
  replaced(page: number): void {
    if (this.flags[page]! & PAGE_CODE) this.dropCode(page);
    this.flags[page] = PAGE_SHARED;
  }

  /** Forgets every decoded instruction. */
  dropAllCode(): void {
    this.code.length = 0;
    for (const { memory } of this.windows) memory.code.length = 0;
    for (let page = 0; page < this.flags.length; page++) this.flags[page]! &= ~PAGE_CODE;
  }

  private dropCode(page: number): void {
    this.code[page] = undefined;
    for (const { memory, firstPage } of this.windows) {
      const inWindow = page - firstPage;
      if (inWindow >= 0 && inWindow < memory.flags.length) memory.code[inWindow] = undefined;
    }
    this.flags[page]! &= ~PAGE_CODE;
  }

  read8(address: number): number {
    return address < this.size ? this.bytes[address]! : 0xff;
  }

  read16(address: number): number {
    return this.read8(address) | (this.read8(address + 1) << 8);
  }

  read32(address: number): number {
    if ((address & 3) === 0 && address < this.size) return this.words32[address >>> 2]!;
    return this.read16(address) | (this.read16(address + 2) << 16);
  }

  write8(address: number, value: number): void {
    if (address >= this.size) return;
    const page = address >>> 12;
    if (this.flags[page] !== 0) this.noteWrite(page, false, address, 1);
    this.bytes[address] = value;
  }

  write16(address: number, value: number): void {
    this.write8(address, value);
    this.write8(address + 1, value >> 8);
  }

  write32(address: number, value: number): void {
    if ((address & 3) === 0 && address < this.size) {
      const page = address >>> 12;
      if (this.flags[page] !== 0) this.noteWrite(page, false, address, 4);
      this.words32[address >>> 2] = value;
      return;
    }
    this.write16(address, value);
    this.write16(address + 2, value >> 16);
  }

  /** Copies bytes in, noting every page; what lies beyond the end is lost. */
  writeBytes(address: number, source: Uint8Array): void {
    for (let i = 0; i < source.length; i++) this.write8(address + i, source[i]!);
  }
}
