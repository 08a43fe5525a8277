import { ATTR_ACCESSED, ATTR_DB, ATTR_DPL_SHIFT, ATTR_G, ATTR_P, ATTR_S, ATTR_UNUSABLE } from "../../cpu/state.ts";
import { VMM_BASE } from "./layout.ts";

/** A descriptor as its two doublewords lie in a table. */
export interface DescriptorWords {
  low: number;
  high: number;
}

/** A segment register's hidden part. `limit` in bytes, unsigned; `attr` as ATTR_* of cpu/state.ts. */
export interface HiddenPart {
  base: number;
  limit: number;
  attr: number;
}

const TYPE_CODE = 1 << 3;
/** Expand-down for data, conforming for code. */
const TYPE_DC = 1 << 2;
const TYPE_WRITABLE = 1 << 1;
const PAGES = 4096;
const FOUR_GIB = 0x1_0000_0000;

/** The real ring of a guest's ring: 0 becomes 1, the others stay. */
export function realRing(virtualRing: number): number {
  return virtualRing === 0 ? 1 : virtualRing;
}

/** Hidden part that a register takes from a code or data descriptor (SDM Vol. 3A, 3.4.5). */
export function hiddenOf({ low, high }: DescriptorWords): HiddenPart {
  const base = (low >>> 16) | ((high & 0xff) << 16) | (high & 0xff000000);
  const raw = (low & 0xffff) | (high & 0xf0000);
  const attr = ((high >>> 8) & 0xff) | ((high >>> 8) & 0xf000);
  const limit = (attr & ATTR_G) !== 0 ? raw * PAGES + (PAGES - 1) : raw;
  return { base, limit: limit >>> 0, attr };
}

/** The descriptor that gives this hidden part; the limit must be expressible. */
export function descriptorOf({ base, limit, attr }: HiddenPart): DescriptorWords {
  const raw = (attr & ATTR_G) !== 0 ? limit >>> 12 : limit;
  const low = (raw & 0xffff) | (base << 16);
  const high =
    ((base >>> 16) & 0xff) | ((attr & 0xff) << 8) | (raw & 0xf0000) | ((attr & 0xf000) << 8) | (base & 0xff000000);
  return { low, high: high | 0 };
}

/** A data segment whose every use faults: expand-down with the greatest limit has no valid offset. */
function emptySegment(attr: number): HiddenPart {
  return { base: 0, limit: 0xffffffff, attr: attr | TYPE_DC | ATTR_G | ATTR_DB };
}

/**
 * For readable code in a data register that truncation cannot express. DPL 3, for the way into the guest must not take
 * it from the register as it would take data of an inner ring.
 */
export const EMPTY_DATA: HiddenPart = emptySegment(
  ATTR_P | ATTR_S | (3 << ATTR_DPL_SHIFT) | TYPE_WRITABLE | ATTR_ACCESSED,
);

/**
 * How the guest's hidden part of a code or data segment is given to the processor: DPL 0 becomes 1, and the segment
 * ends below the VMM. What truncation cannot express comes out as an empty data segment, whose uses fault and are
 * emulated, or as null for code, which must be emulated altogether.
 */
export function deprivilege(guest: HiddenPart): HiddenPart | null {
  const dpl = (guest.attr >>> ATTR_DPL_SHIFT) & 3;
  const attr = (guest.attr & ~(3 << ATTR_DPL_SHIFT)) | (realRing(dpl) << ATTR_DPL_SHIFT);
  const base = guest.base >>> 0;
  const limit = guest.limit >>> 0;
  const isCode = (attr & TYPE_CODE) !== 0;
  if (!isCode && (attr & TYPE_DC) !== 0) {
    const last = (attr & ATTR_DB) !== 0 ? 0xffffffff : 0xffff;
    if (limit >= last) return { base: guest.base, limit, attr };
    const start = base + limit + 1;
    const end = base + last;
    const reachesVmm = start >= FOUR_GIB ? end - FOUR_GIB >= VMM_BASE : end >= VMM_BASE;
    return reachesVmm ? emptySegment(attr) : { base: guest.base, limit, attr };
  }
  if (base >= VMM_BASE) return isCode ? null : emptySegment(attr);
  const room = VMM_BASE - 1 - base;
  if (limit <= room) return { base: guest.base, limit, attr };
  if ((attr & ATTR_G) === 0) return { base: guest.base, limit: room, attr };
  const pages = Math.floor((room + 1) / PAGES);
  if (pages === 0) return { base: guest.base, limit: room, attr: attr & ~ATTR_G };
  return { base: guest.base, limit: pages * PAGES - 1, attr };
}

/**
 * The shadow of a guest's descriptor for the real table, while the guest believes to be in ring `virtualCpl`.
 * - Code of another ring, and conforming code below ring 3, is not present, so that every change of ring traps.
 * - Entries whose accessed bit is clear stay not present until their first load, which sets the guest's bit.
 * - System descriptors keep their type with DPL 0, so that every use traps; their contents are not the guest's.
 */
export function shadowDescriptor(guest: DescriptorWords, virtualCpl: number): DescriptorWords {
  const hidden = hiddenOf(guest);
  if ((hidden.attr & ATTR_S) === 0) return { low: 0, high: guest.high & 0x0000_9f00 };
  const deprivileged = deprivilege(hidden);
  const present =
    deprivileged !== null &&
    (hidden.attr & ATTR_P) !== 0 &&
    (hidden.attr & ATTR_ACCESSED) !== 0 &&
    reachable(hidden.attr, virtualCpl);
  const words = descriptorOf(deprivileged ?? { ...hidden, base: 0, limit: 0 });
  return present ? words : { low: words.low, high: words.high & ~(ATTR_P << 8) };
}

/** Whether a guest in that ring may use the segment without the VMM's help. */
function reachable(attr: number, virtualCpl: number): boolean {
  const dpl = (attr >>> ATTR_DPL_SHIFT) & 3;
  // A return to an outer ring may lead into conforming code, too: only ring 3 has none further out.
  if ((attr & TYPE_CODE) !== 0) return (attr & TYPE_DC) !== 0 ? virtualCpl === 3 : dpl === virtualCpl;
  return dpl >= virtualCpl;
}

/** Whether the register can be used at all. */
export function isUsable(attr: number): boolean {
  return (attr & ATTR_UNUSABLE) === 0;
}
