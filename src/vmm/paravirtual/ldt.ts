import { LDT, VMM_BASE } from "../deprivileged/layout.ts";
import type { Domain } from "./domain.ts";
import type { Hypervisor } from "./hypervisor.ts";

/** The guest's own address of what the processor looks for in the guest's LDT at `linear`; null elsewhere. */
export function addressInLdt({ fields }: Domain, linear: number): number | null {
  const offset = (linear - VMM_BASE - LDT) >>> 0;
  return offset < fields.ldtEntries * 8 ? (fields.ldtBase + offset) | 0 : null;
}

/**
 * A fault at an address where the processor looks for the guest's LDT: its page is shown there with its first use, if it
 * may be a descriptor table (map_ldt_shadow_page). True if the access can be made again.
 */
export function loadPageOfLdt(xen: Hypervisor, linear: number): boolean {
  const { fields } = xen.current;
  const address = addressInLdt(xen.current, linear);
  if (address === null) return false;
  const page = (address - fields.ldtBase) >>> 12;
  if (fields.ldtFrames[page] !== 0) return false;
  const physical = xen.guest.at(address >>> 0, false);
  if (physical < 0) return false;
  const frame = physical >>> 12;
  if (xen.frames.takeSegmentFrame(frame, xen.current) !== null) return false;
  fields.ldtFrames[page] = frame;
  xen.mapDescriptorTables();
  return true;
}
