import { canonicalise } from "../cpu/flags.ts";
import { FLAG_RF } from "../cpu/registers.ts";
import { CpuState } from "../cpu/state.ts";
import { PAGE_SIZE } from "../machine/memory.ts";
import type { GuestView } from "../machine/tenant.ts";
import { type HeldPage, wordsOf } from "./page-image.ts";
import { forEachPage, type PageTable } from "./page-store.ts";

/** Two 32-bit hashes side by side (FNV-1a's structure over words, with different multipliers). */
class Hash {
  private low = 0x811c9dc5 | 0;
  private high = 0x9e3779b9 | 0;

  word(value: number): void {
    this.low = Math.imul(this.low ^ value, 0x01000193);
    this.low ^= this.low >>> 15;
    this.high = Math.imul(this.high ^ value, 0x85ebca6b);
    this.high ^= this.high >>> 13;
  }

  text(value: string): void {
    for (let i = 0; i < value.length; i++) this.word(value.charCodeAt(i));
  }

  toString(): string {
    return [this.high, this.low].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
  }
}

const pageHashes = new WeakMap<HeldPage, readonly [number, number] | null>();

/** Hash of a page's content; null for zeros, so that a page never touched and one zeroed again are the same. */
function pageHash(image: HeldPage): readonly [number, number] | null {
  const known = pageHashes.get(image);
  if (known !== undefined) return known;
  const words = wordsOf(image);
  let low = 0x811c9dc5 | 0;
  let high = 0;
  let any = 0;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    any |= word;
    low = Math.imul(low ^ word, 0x01000193);
    low ^= low >>> 15;
    high = Math.imul(high ^ word ^ i, 0x85ebca6b) ^ (high >>> 13);
  }
  const hash = any === 0 ? null : ([low, high] as const);
  pageHashes.set(image, hash);
  return hash;
}

/**
 * 16 hex digits over the guest's whole state as it means it: registers, memory, devices and virtual time. Equal for
 * equal guests, whoever runs them.
 */
export function digestGuest(guest: GuestView, pages: PageTable, time: number): string {
  return digestGuests([guest], pages, time);
}

/** The same over several guests of one computer. */
export function digestGuests(guests: readonly GuestView[], pages: PageTable, time: number): string {
  const hash = new Hash();
  for (const guest of guests) addGuest(hash, guest, pages, time);
  hash.word(time | 0);
  return hash.toString();
}

function addGuest(hash: Hash, guest: GuestView, pages: PageTable, time: number): void {
  const state = new CpuState();
  guest.readState(state);
  canonicalise(state);
  state.rawFlags &= ~FLAG_RF;
  state.shadow = 0;
  for (const word of state.words) hash.word(word);
  const first = guest.hostPhysical(0) / PAGE_SIZE;
  const end = first + guest.memory.size / PAGE_SIZE;
  forEachPage(pages, (page, image) => {
    if (page < first || page >= end) return;
    const content = pageHash(image);
    if (!content) return;
    hash.word(page - first);
    hash.word(content[0]);
    hash.word(content[1]);
  });
  guest.platform.advanceTo(time);
  hash.text(JSON.stringify(guest.platform.save()));
}
