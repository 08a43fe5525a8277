/**
 * The translation lookaside buffers: one for instructions, one for data, 256 entries each, direct-mapped by the low
 * bits of the linear page number. They are state, not a cache: an entry stays, however the tables change, until
 * something the manual names removes it (SDM Vol. 3A, 4.10.4).
 *
 * An entry is two words: the linear page in 31:12 with TLB_* flags below, and the physical address of the 4 KiB frame.
 * A 4 MiB page is kept as the 4 KiB pieces that were used.
 */

/** The entry is valid; a supervisor may read. */
export const TLB_SUPERVISOR_READ = 1 << 0;
/** A supervisor may write, and the page is known to be dirty. */
export const TLB_SUPERVISOR_WRITE = 1 << 1;
export const TLB_USER_READ = 1 << 2;
/** A user may write, and the page is known to be dirty. */
export const TLB_USER_WRITE = 1 << 3;
export const TLB_GLOBAL = 1 << 4;
/** A piece of a 4 MiB page. */
export const TLB_LARGE = 1 << 5;

const TLB_ENTRIES = 256;
/** First word of the instruction TLB and of the data TLB. */
export const TLB_INSTRUCTION = 0;
export const TLB_DATA = TLB_ENTRIES * 2;

const PAGE = -4096;
const LARGE_PAGE = -4194304;

/** Translations of other address spaces are kept for so many of them; the one set aside longest goes first. */
const CONTEXTS = 8;
/** In what `save` gives: the head of a context, with its VPID and EPT pointer. */
const HEAD = -1;

/** Beside the VPID in a HEAD: the settings of the processor that the entries were made under. */
const MODE_SHIFT = 16;
const VPID_MASK = 0xffff;

/** Entries that belong to one VPID and EPT pointer, set aside while another is in use. */
interface Context {
  readonly vpid: number;
  readonly ept: number;
  /** `pagingMode` when it was set aside. */
  readonly mode: number;
  readonly words: Int32Array;
}

export class Tlb {
  /** Those in use: of the present VPID and EPT pointer, 0 and 0 outside of VT-x. */
  readonly words = new Int32Array(TLB_ENTRIES * 2 * 2);
  private vpid = 0;
  private ept = 0;
  /** From the one set aside longest. */
  private aside: Context[] = [];

  /**
   * Takes up the entries of a VPID and an EPT pointer (4 KiB aligned; 0: none), and sets the present ones aside. `before` and
   * `mode` are the `pagingMode`s of who leaves and who comes: entries made under another one are not taken up.
   */
  select(vpid: number, ept: number, before = 0, mode = 0): void {
    if (vpid === this.vpid && ept === this.ept) {
      if (before !== mode) this.words.fill(0);
      return;
    }
    this.aside.push({ vpid: this.vpid, ept: this.ept, mode: before, words: this.words.slice() });
    const index = this.aside.findIndex((context) => context.vpid === vpid && context.ept === ept);
    const found = this.aside[index];
    if (found === undefined || found.mode !== mode) this.words.fill(0);
    else this.words.set(found.words);
    if (found !== undefined) this.aside.splice(index, 1);
    if (this.aside.length > CONTEXTS) this.aside.shift();
    this.vpid = vpid;
    this.ept = ept;
  }

  /** The entries of a VPID and an EPT pointer, in use or set aside, for those who show them; null if there are none. */
  wordsOf(vpid: number, ept: number): Int32Array | null {
    if (vpid === this.vpid && ept === this.ept) return this.words;
    return this.aside.find((context) => context.vpid === vpid && context.ept === ept)?.words ?? null;
  }

  /** Removes all entries of the contexts that `which` says (INVEPT, INVVPID). */
  drop(which: (vpid: number, ept: number) => boolean): void {
    this.aside = this.aside.filter(({ vpid, ept }) => !which(vpid, ept));
    if (which(this.vpid, this.ept)) this.words.fill(0);
  }

  /** Removes what a VPID has for the page of `linear`. */
  dropAddress(vpid: number, linear: number): void {
    this.within(vpid, (words) => invalidateIn(words, linear));
  }

  /** Removes what a VPID has, but for global entries. */
  dropNonGlobal(vpid: number): void {
    this.within(vpid, flushNonGlobalIn);
  }

  private within(vpid: number, change: (words: Int32Array) => void): void {
    for (const context of this.aside) if (context.vpid === vpid) change(context.words);
    if (this.vpid === vpid) change(this.words);
  }

  // What the processor does by itself counts for its present VPID, under whatever EPT pointer (SDM Vol. 3C, 29.4.3.1).

  /** Removes every entry, global ones too (CR0.PG, CR0.WP and CR4 changes). */
  flush(): void {
    this.within(this.vpid, (words) => words.fill(0));
  }

  /** Removes every entry that is not global (a load of CR3). */
  flushNonGlobal(): void {
    this.within(this.vpid, flushNonGlobalIn);
  }

  /** Removes what both buffers hold for the page of `linear`, global or not; of a 4 MiB page, all pieces. */
  invalidate(linear: number): void {
    this.within(this.vpid, (words) => invalidateIn(words, linear));
  }

  /** Enters a translation. `first` is TLB_INSTRUCTION or TLB_DATA, `frame` the physical page, `flags` of TLB_*. */
  enter(first: number, linear: number, frame: number, flags: number): void {
    const i = first + ((linear >>> 11) & 0x1fe);
    this.words[i] = (linear & PAGE) | flags;
    this.words[i + 1] = frame;
  }

  /** The entries that hold something, as index, tag and frame in turn; contexts set aside behind a HEAD each. */
  save(): Int32Array {
    const aside = this.vpid !== 0 || this.ept !== 0 || this.aside.length > 0 ? this.aside : null;
    let length = usedIn(this.words) * 3;
    if (aside !== null) length += 3 + aside.reduce((sum, { words }) => sum + 3 + usedIn(words) * 3, 0);
    const saved = new Int32Array(length);
    let at = put(saved, 0, this.words);
    if (aside !== null) {
      at = putHead(saved, at, this.vpid, this.ept);
      for (const { vpid, mode, ept, words } of aside) {
        at = put(saved, putHead(saved, at, vpid | (mode << MODE_SHIFT), ept), words);
      }
    }
    return saved;
  }

  /** Takes back what `save` gave. */
  load(saved: Int32Array): void {
    this.words.fill(0);
    this.vpid = 0;
    this.ept = 0;
    this.aside = [];
    let words = this.words;
    let heads = 0;
    for (let at = 0; at < saved.length; at += 3) {
      const i = saved[at]!;
      if (i !== HEAD) {
        words[i] = saved[at + 1]!;
        words[i + 1] = saved[at + 2]!;
      } else if (heads++ === 0) {
        this.vpid = saved[at + 1]!;
        this.ept = saved[at + 2]!;
      } else {
        words = new Int32Array(this.words.length);
        const vpid = saved[at + 1]! & VPID_MASK;
        this.aside.push({ vpid, mode: saved[at + 1]! >>> MODE_SHIFT, ept: saved[at + 2]!, words });
      }
    }
  }
}

/** How many entries hold something. */
function usedIn(words: Int32Array): number {
  let used = 0;
  for (let i = 0; i < words.length; i += 2) if (words[i] !== 0) used++;
  return used;
}

/** Writes the entries that hold something into `saved` from `at` on. Returns where they end there. */
function put(saved: Int32Array, at: number, words: Int32Array): number {
  for (let i = 0; i < words.length; i += 2) {
    if (words[i] === 0) continue;
    saved[at++] = i;
    saved[at++] = words[i]!;
    saved[at++] = words[i + 1]!;
  }
  return at;
}

function putHead(saved: Int32Array, at: number, context: number, ept: number): number {
  saved[at] = HEAD;
  saved[at + 1] = context;
  saved[at + 2] = ept;
  return at + 3;
}

function flushNonGlobalIn(words: Int32Array): void {
  for (let i = 0; i < words.length; i += 2) {
    if ((words[i] & TLB_GLOBAL) === 0) {
      words[i] = 0;
      words[i + 1] = 0;
    }
  }
}

function invalidateIn(words: Int32Array, linear: number): void {
  for (let i = (linear >>> 11) & 0x1fe; i < words.length; i += TLB_DATA) {
    if (words[i] !== 0 && ((words[i] ^ linear) & PAGE) === 0) {
      words[i] = 0;
      words[i + 1] = 0;
    }
  }
  // Pieces of a large page stand elsewhere too, even where this one was never used.
  for (let i = 0; i < words.length; i += 2) {
    if ((words[i] & TLB_LARGE) !== 0 && ((words[i] ^ linear) & LARGE_PAGE) === 0) {
      words[i] = 0;
      words[i + 1] = 0;
    }
  }
}
