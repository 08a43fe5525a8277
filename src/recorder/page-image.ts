import { PAGE_SIZE } from "../machine/memory.ts";

/** Words that differ: position in the page and content, of many pages in turn; shared by the pages of one moment. */
export interface Changes {
  readonly positions: Uint16Array;
  readonly values: Int32Array;
}

/** A page that differs from an earlier image of it in a few words only. */
interface PageDelta {
  readonly previous: PageImage;
  readonly changes: Changes;
  readonly from: number;
  readonly to: number;
  /** Deltas from here to a whole page, and the words that they change together. */
  readonly depth: number;
  readonly words: number;
}

/** A page that is not zeros as it was at some moment: its words, or what differs. Never changed once made. */
export type HeldPage = Int32Array | PageDelta;
/** The same; null is a page of zeros. */
export type PageImage = HeldPage | null;

export const PAGE_WORDS = PAGE_SIZE / 4;
/** A page that differs in more words is kept whole: it takes hardly more. */
const DELTA_WORDS = 512;
/** A chain of deltas that is longer, or changes more words, would take too long to put together: a whole page instead. */
const CHAIN_DEPTH = 48;
const CHAIN_WORDS = 1024;
/** Bytes that a delta takes beside its words, and each word. */
const DELTA_BYTES = 72;
const WORD_BYTES = 6;

function isWhole(image: HeldPage): image is Int32Array {
  return image instanceof Int32Array;
}

/** Puts a page's content into `words`, where the page begins at index `first`. */
export function putImage(image: PageImage, words: Int32Array, first: number): void {
  if (image === null) words.fill(0, first, first + PAGE_WORDS);
  else if (isWhole(image)) words.set(image, first);
  else {
    putImage(image.previous, words, first);
    const { positions, values } = image.changes;
    const { to } = image;
    for (let i = image.from; i < to; i++) words[first + positions[i]!] = values[i]!;
  }
}

/** A page's content; not to be written to. */
export function wordsOf(image: HeldPage): Int32Array {
  if (isWhole(image)) return image;
  const words = new Int32Array(PAGE_WORDS);
  putImage(image, words, 0);
  return words;
}

/** Bytes that an image takes, apart from the one that it differs from. */
export function sizeOf(image: PageImage): number {
  if (image === null) return 0;
  return isWhole(image) ? PAGE_SIZE : DELTA_BYTES + (image.to - image.from) * WORD_BYTES;
}

/** Calls `visit` with an image and all that it differs from in turn, until `visit` says false. */
export function forEachLink(image: PageImage, visit: (image: HeldPage) => boolean): void {
  for (let link = image; link !== null && visit(link); ) link = isWhole(link) ? null : link.previous;
}

/** Makes the page images of one moment. Call `image` for each page, then `finish`. */
export class ImageMaker {
  private positions = new Uint16Array(PAGE_WORDS);
  private values = new Int32Array(PAGE_WORDS);
  private filled = 0;
  private readonly before = new Int32Array(PAGE_WORDS);
  private changes: { positions: Uint16Array; values: Int32Array } = this.freshChanges();

  private freshChanges() {
    return { positions: this.positions, values: this.values };
  }

  /**
   * The image of a page whose content begins at index `first` of `words`, as a difference from `previous` where that is
   * worth it. Deltas can be used once `finish` has been called.
   */
  image(previous: PageImage, words: Int32Array, first: number): PageImage {
    const whole = () => words.slice(first, first + PAGE_WORDS);
    if (previous === null) return whole();
    const { before } = this;
    putImage(previous, before, 0);
    const from = this.filled;
    const end = this.gather(words, first);
    if (end === from) return previous;
    if (end < 0) return whole();
    const depth = isWhole(previous) ? 1 : previous.depth + 1;
    const changed = end - from + (isWhole(previous) ? 0 : previous.words);
    if (depth > CHAIN_DEPTH || changed > CHAIN_WORDS) return whole();
    this.filled = end;
    return { previous, changes: this.changes, from, to: end, depth, words: changed };
  }

  /** Takes the words that differ from `before` behind those there are. Returns the end, or -1 if they are too many. */
  private gather(words: Int32Array, first: number): number {
    const { before, filled } = this;
    if (filled + DELTA_WORDS > this.positions.length) this.grow();
    const { positions, values } = this;
    const limit = filled + DELTA_WORDS;
    let end = filled;
    for (let i = 0; i < PAGE_WORDS; i++) {
      const word = words[first + i]!;
      if (word === before[i]) continue;
      if (end === limit) return -1;
      positions[end] = i;
      values[end++] = word;
    }
    return end;
  }

  private grow(): void {
    const positions = new Uint16Array(this.positions.length * 2);
    const values = new Int32Array(this.values.length * 2);
    positions.set(this.positions);
    values.set(this.values);
    this.positions = positions;
    this.values = values;
  }

  /** Ends a moment: its deltas get arrays of just their length. */
  finish(): void {
    this.changes.positions = this.positions.slice(0, this.filled);
    this.changes.values = this.values.slice(0, this.filled);
    this.changes = this.freshChanges();
    this.filled = 0;
  }
}
