import type { DescriptorWords } from "../deprivileged/descriptors.ts";
import { FIRST_RESERVED_GDT_ENTRY, FLAT_RING1_CS, FRAME_SIZE, GUEST_END } from "./layout.ts";

/** The ring of a guest's kernel (GUEST_KERNEL_RPL of 32-bit Xen): nothing of a guest lies further in. */
export const KERNEL_RING = 1;

const HIGH_P = 1 << 15;
const HIGH_S = 1 << 12;
const HIGH_TYPE = 0xf << 8;
const HIGH_DPL = 3 << 13;
const HIGH_DPL_SHIFT = 13;
const HIGH_G = 1 << 23;
const HIGH_BIG = 1 << 22;
/** Bits that tell expand-down data from everything else: of type 3 and 2. */
const HIGH_CODE = 1 << 11;
const HIGH_EXPAND_DOWN = 1 << 10;
const CALL_GATE_32 = 0xc << 8;
/** Of a gate: beside the number of parameters, bits that are 0. */
const GATE_RESERVED = 0xe0;
const LIMIT_HIGH = 0xf0000;
const FOUR_GIB = 2 ** 32;

/** A selector that a guest hands to Xen: RPL 0 becomes the kernel's ring. */
export function fixSelector(selector: number): number {
  const value = selector & 0xffff;
  return (value & 3) === 0 && value !== 0 ? value | KERNEL_RING : value;
}

/**
 * Whether a gate that the processor itself goes through may lead to that code segment (guest_gate_selector_okay): the
 * gate's RPL means nothing to it, and the hypervisor's own code stands in the same table.
 */
export function isGateTarget(selector: number): boolean {
  return (selector & 4) !== 0 || selector >>> 3 < FIRST_RESERVED_GDT_ENTRY || selector === FLAT_RING1_CS;
}

/**
 * Judges a descriptor that a guest wants in a table the processor uses, as 32-bit Xen's check_descriptor does: code and
 * data get DPL 1 at least and a limit that ends below Xen; among system descriptors only call gates to the guest's own
 * rings pass. Answers the descriptor as it may stand, or null where it may not. What is not present always may.
 */
export function checkDescriptor(low: number, high: number): DescriptorWords | null {
  if ((high & HIGH_P) === 0) return { low, high };
  const dpl = Math.max((high & HIGH_DPL) >>> HIGH_DPL_SHIFT, KERNEL_RING);
  const raised = (high & ~HIGH_DPL) | (dpl << HIGH_DPL_SHIFT);
  if ((high & HIGH_S) !== 0) return fitSegment(low, raised);
  // The second half of something, or nothing: harmless.
  if ((high & HIGH_TYPE) === 0) return { low, high: raised };
  if ((high & HIGH_TYPE) !== CALL_GATE_32) return null;
  const target = fixSelector(low >>> 16);
  if (!isGateTarget(target) || (high & GATE_RESERVED) !== 0) return null;
  return { low: (low & 0xffff) | (target << 16), high: raised };
}

/** Truncates a segment so that it ends where guests end; null where that cannot be expressed. */
function fitSegment(low: number, high: number): DescriptorWords | null {
  const base = ((low >>> 16) | ((high & 0xff) << 16) | (high & 0xff000000)) >>> 0;
  if (base >= GUEST_END - FRAME_SIZE) return null;
  const pages = (high & HIGH_G) !== 0;
  const raw = (low & 0xffff) | (high & LIMIT_HIGH);
  const size = (raw + 1) * (pages ? FRAME_SIZE : 1);
  let allowed: number;
  if ((high & (HIGH_CODE | HIGH_EXPAND_DOWN)) === HIGH_EXPAND_DOWN) {
    // Valid are the offsets from `size` up to the last; what they reach must wrap round to below the base.
    const last = base + ((high & HIGH_BIG) !== 0 ? FOUR_GIB - 1 : 0xffff);
    const first = base + size;
    if (first > last || first >= FOUR_GIB || last < GUEST_END) return { low, high };
    if (last < FOUR_GIB) return null;
    allowed = Math.ceil((FOUR_GIB - base) / FRAME_SIZE);
  } else {
    if (base + size <= GUEST_END) return { low, high };
    allowed = Math.floor((GUEST_END - base) / FRAME_SIZE);
  }
  if (!pages) return null;
  const shown = allowed - 1;
  return { low: (low & ~0xffff) | (shown & 0xffff), high: (high & ~LIMIT_HIGH) | (shown & LIMIT_HIGH) };
}
