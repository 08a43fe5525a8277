import type { Words } from "./types.ts";

/** Bits of page-directory and page-table entries (SDM Vol. 3A, 4.3, 32-bit paging). */
export const PAGE_PRESENT = 1 << 0,
  PAGE_WRITABLE = 1 << 1,
  PAGE_USER = 1 << 2,
  PAGE_WRITE_THROUGH = 1 << 3,
  PAGE_CACHE_DISABLE = 1 << 4,
  PAGE_ACCESSED = 1 << 5,
  PAGE_DIRTY = 1 << 6,
  /** In a directory entry, with CR4.PSE: a page of 4 MiB. */
  PAGE_LARGE = 1 << 7,
  PAGE_GLOBAL = 1 << 8;
/** Physical address of a page or table in an entry. */
export const PAGE_FRAME = 0xfffff000 | 0;
/** Physical address of a 4 MiB page in a directory entry. */
export const LARGE_FRAME = 0xffc00000 | 0;

/** Bits of a page fault's error code (SDM Vol. 3A, 4.7). */
export const PF_PRESENT = 1 << 0,
  PF_WRITE = 1 << 1,
  PF_USER = 1 << 2,
  PF_RESERVED = 1 << 3;

/** A bit of an entry, for those who show it. */
export interface PageBit {
  readonly letter: string;
  readonly mask: number;
  readonly words: Words;
}

const bit = (letter: string, mask: number, en: string, zh: string): PageBit => ({ letter, mask, words: { en, zh } });

/** From the highest bit to the lowest. */
export const PAGE_BITS: readonly PageBit[] = [
  bit("G", PAGE_GLOBAL, "global: survives a load of CR3", "全局页：装入 CR3 时保留"),
  bit("PS", PAGE_LARGE, "a 4 MiB page", "4 MiB 页"),
  bit("D", PAGE_DIRTY, "dirty: has been written", "脏：已被写过"),
  bit("A", PAGE_ACCESSED, "accessed", "已访问"),
  bit("PCD", PAGE_CACHE_DISABLE, "not cached", "禁止高速缓存"),
  bit("PWT", PAGE_WRITE_THROUGH, "write-through", "写通"),
  bit("U", PAGE_USER, "user: CPL 3 may use it", "用户页：CPL 3 可访问"),
  bit("W", PAGE_WRITABLE, "writable", "可写"),
  bit("P", PAGE_PRESENT, "present", "存在"),
];

/** What a page fault's error code says, in words: `user write, page present`. */
export function pageFaultWords(errorCode: number): Words {
  const user = (errorCode & PF_USER) !== 0;
  const write = (errorCode & PF_WRITE) !== 0;
  const present = (errorCode & PF_PRESENT) !== 0;
  const reserved = (errorCode & PF_RESERVED) !== 0;
  const why = reserved
    ? { en: "reserved bit set", zh: "保留位被置位" }
    : present
      ? { en: "the page does not allow it", zh: "页不允许该访问" }
      : { en: "page not present", zh: "页不存在" };
  return {
    en: `${user ? "user" : "supervisor"} ${write ? "write" : "read"}, ${why.en}`,
    zh: `${user ? "用户态" : "管理态"}${write ? "写" : "读"}，${why.zh}`,
  };
}
