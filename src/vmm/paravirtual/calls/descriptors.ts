import { EINVAL } from "../abi.ts";
import { checkDescriptor } from "../descriptors.ts";
import type { Hypercall } from "../hypervisor.ts";
import { FIRST_RESERVED_GDT_ENTRY, FRAME_SIZE, GDT_PAGES } from "../layout.ts";

const ENTRIES_PER_FRAME = FRAME_SIZE / 8;

/**
 * set_gdt(frames, entries): machine frames of the guest's descriptor table. All of them are judged and taken before the
 * old ones are given up.
 */
export const setGdt: Hypercall = (xen, args) => {
  const { guest, frames, current } = xen;
  const entries = args[1]! >>> 0;
  if (entries > FIRST_RESERVED_GDT_ENTRY) return xen.refuse(EINVAL, "gdt-too-long", entries);
  const count = Math.ceil(entries / ENTRIES_PER_FRAME);
  const list: number[] = [];
  for (let i = 0; i < count; i++) list.push(guest.read32(args[0]! + i * 4) >>> 0);
  const taken: number[] = [];
  for (const frame of list) {
    const refusal = frames.takeSegmentFrame(frame, current);
    if (refusal !== null) {
      for (const other of taken) frames.dropSegmentFrame(other);
      return xen.refuse(EINVAL, refusal, frame);
    }
    taken.push(frame);
  }
  const { fields } = current;
  for (const old of fields.gdtFrames) if (old !== 0) frames.dropSegmentFrame(old);
  for (let page = 0; page < GDT_PAGES; page++) fields.gdtFrames[page] = taken[page] ?? 0;
  fields.gdtEntries = entries;
  xen.mapDescriptorTables();
  return 0;
};

/** update_descriptor(machine address in EBX and ECX, descriptor in EDX and ESI). */
export const updateDescriptor: Hypercall = (xen, args) => {
  const { frames, memory, current } = xen;
  const [address, addressHigh, low, high] = [args[0]! >>> 0, args[1]!, args[2]!, args[3]!];
  const frame = address >>> 12;
  if (addressHigh !== 0 || (address & 7) !== 0) return xen.refuse(EINVAL, "bad-descriptor-address", address);
  if (!current.holds(frame)) return xen.refuse(EINVAL, "frame-not-yours", frame);
  const fit = checkDescriptor(low, high);
  if (fit === null) return xen.refuse(EINVAL, "bad-descriptor", low, high);
  const refusal = frames.mayWriteDescriptor(frame, current);
  if (refusal !== null) return xen.refuse(EINVAL, refusal, frame);
  memory.write32(address, fit.low);
  memory.write32(address + 4, fit.high);
  return 0;
};
