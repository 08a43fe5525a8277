import type { Image } from "../../machine/loaders/image.ts";

/** What an image says of itself to Xen's domain builder (public/elfnote.h). Addresses are virtual. */
export interface XenNotes {
  readonly entry: number | null;
  readonly hypercallPage: number | null;
  readonly guestOs: string | null;
  readonly virtBase: number;
}

const NAME = [0x58, 0x65, 0x6e, 0];
/** Bytes of the image that are searched: as for Multiboot's header, since a flat image has no segment of notes. */
const SEARCHED = 8192;
const NOTE_ENTRY = 1;
const NOTE_HYPERCALL_PAGE = 2;
const NOTE_VIRT_BASE = 3;
const NOTE_XEN_VERSION = 5;
const NOTE_GUEST_OS = 6;
const HEADER = 16;
const LONGEST_TEXT = 64;

/**
 * The notes by the name "Xen" at the start of an image: {u32 4, u32 size, u32 type, "Xen\0", contents}, doubleword
 * aligned. Null where there is neither a GUEST_OS nor a XEN_VERSION: no Xen guest.
 */
export function xenNotes(image: Image): XenNotes | null {
  const first = [...image.segments].sort((a, b) => a.address - b.address)[0];
  if (!first) return null;
  const bytes = first.bytes.subarray(0, SEARCHED);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let entry: number | null = null;
  let hypercallPage: number | null = null;
  let guestOs: string | null = null;
  let virtBase = 0;
  let isGuest = false;
  for (let at = 0; at + HEADER <= bytes.length; at += 4) {
    if (view.getUint32(at, true) !== NAME.length || NAME.some((byte, i) => bytes[at + 12 + i] !== byte)) continue;
    const size = view.getUint32(at + 4, true);
    const type = view.getUint32(at + 8, true);
    if (at + HEADER + size > bytes.length) continue;
    const number = size >= 4 ? view.getUint32(at + HEADER, true) : null;
    if (type === NOTE_ENTRY) entry = number;
    else if (type === NOTE_HYPERCALL_PAGE) hypercallPage = number;
    else if (type === NOTE_VIRT_BASE) virtBase = number ?? 0;
    else if (type === NOTE_XEN_VERSION) isGuest = true;
    else if (type === NOTE_GUEST_OS) {
      isGuest = true;
      const text = bytes.subarray(at + HEADER, at + HEADER + Math.min(size, LONGEST_TEXT));
      guestOs = String.fromCharCode(...text).replace(/\0.*$/s, "");
    }
  }
  return isGuest ? { entry, hypercallPage, guestOs, virtBase } : null;
}
