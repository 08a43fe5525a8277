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

export class Tlb {
  readonly words = new Int32Array(TLB_ENTRIES * 2 * 2);

  /** Removes every entry, global ones too (CR0.PG, CR0.WP and CR4 changes). */
  flush(): void {
    this.words.fill(0);
  }

  /** Removes every entry that is not global (a load of CR3). */
  flushNonGlobal(): void {
    const words = this.words;
    for (let i = 0; i < words.length; i += 2) {
      if ((words[i] & TLB_GLOBAL) === 0) {
        words[i] = 0;
        words[i + 1] = 0;
      }
    }
  }

  /** Removes what both buffers hold for the page of `linear`, global or not; of a 4 MiB page, all pieces. */
  invalidate(linear: number): void {
    const words = this.words;
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

  /** Enters a translation. `first` is TLB_INSTRUCTION or TLB_DATA, `frame` the physical page, `flags` of TLB_*. */
  enter(first: number, linear: number, frame: number, flags: number): void {
    const i = first + ((linear >>> 11) & 0x1fe);
    this.words[i] = (linear & PAGE) | flags;
    this.words[i + 1] = frame;
  }

  /** The entries that hold something, as index, tag and frame in turn. */
  save(): Int32Array {
    const { words } = this;
    let held = 0;
    for (let i = 0; i < words.length; i += 2) if (words[i] !== 0) held++;
    const saved = new Int32Array(held * 3);
    let at = 0;
    for (let i = 0; i < words.length; i += 2) {
      if (words[i] === 0) continue;
      saved[at] = i;
      saved[at + 1] = words[i];
      saved[at + 2] = words[i + 1];
      at += 3;
    }
    return saved;
  }

  /** Takes back what `save` gave. */
  load(saved: Int32Array): void {
    this.words.fill(0);
    for (let at = 0; at < saved.length; at += 3) {
      const i = saved[at];
      this.words[i] = saved[at + 1];
      this.words[i + 1] = saved[at + 2];
    }
  }
}
