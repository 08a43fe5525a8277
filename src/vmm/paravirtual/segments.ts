import { ATTR_P, ATTR_S, ATTR_UNUSABLE, type CpuState } from "../../cpu/state.ts";
import type { Memory } from "../../machine/memory.ts";
import { type DescriptorWords, hiddenOf } from "../deprivileged/descriptors.ts";
import { GDT } from "../deprivileged/layout.ts";
import type { Domain } from "./domain.ts";
import { FRAME_SIZE, GDT_PAGES } from "./layout.ts";

const ENTRIES_PER_FRAME = FRAME_SIZE / 8;

/** The descriptor that a selector of the domain's names, in the frames that the processor reads; null for none. */
export function descriptorAt(memory: Memory, { fields }: Domain, selector: number): DescriptorWords | null {
  const index = (selector & 0xffff) >>> 3;
  const page = Math.floor(index / ENTRIES_PER_FRAME);
  const inPage = (index % ENTRIES_PER_FRAME) * 8;
  let at: number;
  if ((selector & 4) !== 0) {
    const frame = fields.ldtFrames[page] ?? 0;
    if (index >= fields.ldtEntries || frame === 0) return null;
    at = frame * FRAME_SIZE + inPage;
  } else if (page >= GDT_PAGES) at = GDT + index * 8;
  else if (index !== 0 && fields.gdtFrames[page]) at = fields.gdtFrames[page] * FRAME_SIZE + inPage;
  else return null;
  return { low: memory.read32(at), high: memory.read32(at + 4) };
}

/** Fills a segment register of `state` with a selector and what its descriptor says now. */
export function fillSegment(state: CpuState, segment: number, selector: number, memory: Memory, domain: Domain): void {
  state.selector[segment] = selector;
  const words = (selector & ~3) === 0 ? null : descriptorAt(memory, domain, selector);
  const hidden = words ? hiddenOf(words) : null;
  const usable = hidden !== null && (hidden.attr & ATTR_P) !== 0 && (hidden.attr & ATTR_S) !== 0;
  state.base[segment] = usable ? hidden.base : 0;
  state.limit[segment] = usable ? hidden.limit | 0 : 0;
  state.attr[segment] = usable ? hidden.attr : ATTR_UNUSABLE;
}
