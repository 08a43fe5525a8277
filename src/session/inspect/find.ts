import type { Inspected } from "./index.ts";
import { type AddressSpace, Spaces } from "./spaces.ts";

export interface FindAsk {
  readonly space: AddressSpace;
  /** Where the first match may begin (forward) or the last one (backward). */
  readonly from: number;
  /** 1 to FIND_MOST bytes (0..255). */
  readonly pattern: readonly number[];
  readonly direction: "forward" | "back";
}

export interface FindAnswer {
  /** Where the match begins, or null if this piece holds none. */
  readonly found: number | null;
  /** Where to ask on from; null at the end of the space. */
  readonly next: number | null;
}

export const FIND_MOST = 256;
/** Bytes of physical memory looked at for one question, and of linear addresses. A page asks on, or lets it be. */
const PIECE = 1 << 24;
const LINEAR_PIECE = 1 << 26;
const PAGE = 4096;

/** Looks through one piece of an address space for bytes. */
export function inspectFind({ run }: Inspected, { space, from, pattern, direction }: FindAsk): FindAnswer {
  const spaces = new Spaces(run);
  const size = spaces.size(space);
  const needle = Uint8Array.from(pattern.slice(0, FIND_MOST));
  if (needle.length === 0 || from < 0 || from >= size) return { found: null, next: null };
  const linear = space === "linear" || space === "host-linear";
  const piece = linear ? LINEAR_PIECE : PIECE;
  const forward = direction === "forward";
  const low = forward ? from : Math.max(0, from - piece + 1);
  const high = forward ? Math.min(size, from + piece) : from + 1;
  const found = linear
    ? findInPages(spaces, space, needle, low, high, forward)
    : findInMemory(run.machine.memory.bytes, spaces.toPhysical(space, 0)!, size, needle, low, high, forward);
  const next = forward ? high : low - 1;
  return { found, next: found !== null || next < 0 || next >= size ? null : next };
}

/** In memory that lies in one piece from physical `base` on: matches that begin in [low, high). */
function findInMemory(
  bytes: Uint8Array,
  base: number,
  size: number,
  needle: Uint8Array,
  low: number,
  high: number,
  forward: boolean,
): number | null {
  const end = Math.min(size, high + needle.length - 1);
  const at = indexIn(bytes.subarray(base + low, base + end), needle, forward);
  return at < 0 ? null : low + at;
}

/** In pages that lie anywhere. */
function findInPages(
  spaces: Spaces,
  space: AddressSpace,
  needle: Uint8Array,
  low: number,
  high: number,
  forward: boolean,
): number | null {
  const first = Math.floor(low / PAGE);
  const last = Math.floor((high - 1) / PAGE);
  for (let i = 0; i <= last - first; i++) {
    const page = (forward ? first + i : last - i) * PAGE;
    if (spaces.toPhysical(space, page) === null) continue;
    const begin = Math.max(page, low);
    const end = Math.min(page + PAGE, high);
    let mapped = true;
    const window = spaces.read(space, begin, end - begin + needle.length - 1, ({ physical }) => {
      if (physical === null) mapped = false;
    });
    // A match does not reach into what is not there.
    const at = indexIn(mapped ? window : window.subarray(0, end - begin), needle, forward);
    if (at >= 0) return begin + at;
  }
  return null;
}

/** Where `needle` first (or last) stands in `bytes`, or -1. */
function indexIn(bytes: Uint8Array, needle: Uint8Array, forward: boolean): number {
  const lead = needle[0]!;
  const matches = (at: number): boolean => {
    if (at + needle.length > bytes.length) return false;
    for (let i = 1; i < needle.length; i++) if (bytes[at + i] !== needle[i]) return false;
    return true;
  };
  if (forward) {
    for (let at = bytes.indexOf(lead); at >= 0; at = bytes.indexOf(lead, at + 1)) if (matches(at)) return at;
    return -1;
  }
  for (let at = bytes.lastIndexOf(lead); at >= 0; at = at > 0 ? bytes.lastIndexOf(lead, at - 1) : -1) {
    if (matches(at)) return at;
  }
  return -1;
}
