import {
  PAGE_ACCESSED,
  PAGE_DIRTY,
  PAGE_FRAME,
  PAGE_GLOBAL,
  PAGE_LARGE,
  PAGE_PRESENT,
  PAGE_WRITABLE,
} from "../../cpu/paging.ts";
import { VMM_DIRECTORY_ENTRY } from "../deprivileged/boot.ts";
import { VMM_PDI } from "../deprivileged/layout.ts";
import { checkDescriptor } from "./descriptors.ts";
import type { Domain } from "./domain.ts";
import { type FrameType, L1_TABLE, L2_TABLE, type PageTableType, SEGMENT_TABLE, WRITABLE } from "./frame-types.ts";
import type { Frames } from "./frames.ts";
import type { Hypervisor } from "./hypervisor.ts";
import { FIRST_RESERVED_SLOT, FRAME_SIZE, HOLE, M2P_PAGE_TABLE } from "./layout.ts";
import { type Refused, refused } from "./refusals.ts";

export const ENTRIES = 1024;
const PWT_AND_PCD = 0x18;
/** Bits that a guest's entries may not have (Xen's BASE_DISALLOW_MASK): cache control, page size or PAT, global. */
export const ENTRY_DISALLOWED = PWT_AND_PCD | PAGE_LARGE | PAGE_GLOBAL;
const MARKS = PAGE_ACCESSED | PAGE_DIRTY;
/** What must stay the same for an entry to refer to what it did. */
const L1_SUBSTANCE = PAGE_FRAME | PAGE_PRESENT | PAGE_WRITABLE;

/** The directory entry of the machine-to-physical table, in every address space: supervisor, read-only by its table. */
export const M2P_DIRECTORY_ENTRY = M2P_PAGE_TABLE | PAGE_PRESENT | PAGE_ACCESSED;

const frameOf = (entry: number) => entry >>> 12;

// What single entries refer to. `at` is an entry's machine address, for the reasons.

/** References of an L1 entry to a frame of `domain`, before it is written; a writable mapping is a use of the frame. */
export function takeL1Entry(frames: Frames, entry: number, at: number, domain: Domain): Refused | null {
  if ((entry & PAGE_PRESENT) === 0) return null;
  if ((entry & ENTRY_DISALLOWED) !== 0) return refused("entry-bits", at, entry & ENTRY_DISALLOWED);
  const frame = frameOf(entry);
  return (entry & PAGE_WRITABLE) !== 0 ? frames.takeAs(frame, domain, WRITABLE) : frames.take(frame, domain);
}

/** Gives up what an L1 entry in a table of `domain` refers to. */
export function dropL1Entry(frames: Frames, entry: number, domain: Domain): void {
  if ((entry & PAGE_PRESENT) === 0) return;
  const frame = frameOf(entry);
  if ((entry & PAGE_WRITABLE) !== 0) {
    frames.dropAs(frame);
    return;
  }
  // The LDT stands at a linear address, and this may be where: it is looked up anew.
  if (frames.typeInUse(frame) === SEGMENT_TABLE && frames.isOwnedBy(frame, domain)) frames.dropLdt(domain);
  frames.drop(frame);
}

function takeL2Entry(frames: Frames, entry: number, at: number, domain: Domain): Refused | null {
  if ((entry & PAGE_PRESENT) === 0) return null;
  if ((entry & ENTRY_DISALLOWED) !== 0) return refused("entry-bits", at, entry & ENTRY_DISALLOWED);
  const frame = frameOf(entry);
  const directory = frameOf(at);
  if (frame !== directory && (!frames.exists(frame) || frames.typeInUse(frame) !== L2_TABLE))
    return frames.takeAs(frame, domain, L1_TABLE);
  if ((entry & PAGE_WRITABLE) !== 0) return refused("linear-writable", at);
  // A directory that maps itself needs no reference: it is there as long as the entry is.
  return frame === directory ? null : frames.takeLinear(frame, directory, domain);
}

function dropL2Entry(frames: Frames, entry: number, directory: number): void {
  const frame = frameOf(entry);
  if ((entry & PAGE_PRESENT) === 0 || frame === directory) return;
  if (frames.typeInUse(frame) === L2_TABLE) frames.dropLinear(frame, directory);
  else frames.dropAs(frame);
}

// Whole tables.

/** Judges a frame that is to be a table, and takes what its entries refer to: all of it, or nothing. */
export function validateTable(frames: Frames, frame: number, type: FrameType): Refused | null {
  const domain = frames.ownerOf(frame)!;
  if (type === SEGMENT_TABLE) return validateSegments(frames, frame);
  const { memory } = frames;
  const base = frame * FRAME_SIZE;
  const slots = type === L2_TABLE ? FIRST_RESERVED_SLOT : ENTRIES;
  const take = type === L2_TABLE ? takeL2Entry : takeL1Entry;
  frames.work += slots;
  for (let slot = 0; slot < slots; slot++) {
    const refusal = take(frames, memory.read32(base + slot * 4), base + slot * 4, domain);
    if (refusal) {
      dropEntries(frames, frame, type, slot);
      return refusal;
    }
  }
  if (type === L2_TABLE) writeReservedSlots(frames, frame);
  return null;
}

/** The last use of a page table has ended: gives up what its entries refer to. */
export function giveUpTable(frames: Frames, frame: number, type: PageTableType): void {
  dropEntries(frames, frame, type, type === L2_TABLE ? FIRST_RESERVED_SLOT : ENTRIES);
}

function dropEntries(frames: Frames, frame: number, type: FrameType, slots: number): void {
  const domain = frames.ownerOf(frame)!;
  frames.work += slots;
  for (let slot = 0; slot < slots; slot++) {
    const entry = frames.memory.read32(frame * FRAME_SIZE + slot * 4);
    if (type === L2_TABLE) dropL2Entry(frames, entry, frame);
    else dropL1Entry(frames, entry, domain);
  }
}

/** The hypervisor's own slots, the same in every directory. */
function writeReservedSlots(frames: Frames, frame: number): void {
  for (let slot = FIRST_RESERVED_SLOT; slot < ENTRIES; slot++)
    frames.memory.write32(frame * FRAME_SIZE + slot * 4, reservedEntry(slot));
}

/** What a reserved slot of a page directory holds. */
export function reservedEntry(slot: number): number {
  if (slot === FIRST_RESERVED_SLOT) return M2P_DIRECTORY_ENTRY;
  return slot === VMM_PDI ? VMM_DIRECTORY_ENTRY : 0;
}

/** Descriptors are judged first and then written back as they may stand, so that a refusal changes nothing. */
function validateSegments(frames: Frames, frame: number): Refused | null {
  const { memory } = frames;
  const base = frame * FRAME_SIZE;
  frames.work += ENTRIES;
  for (let at = base; at < base + FRAME_SIZE; at += 8)
    if (!checkDescriptor(memory.read32(at), memory.read32(at + 4)))
      return refused("bad-segment-table", frame, at - base);
  for (let at = base; at < base + FRAME_SIZE; at += 8) {
    const [low, high] = [memory.read32(at), memory.read32(at + 4)];
    const fit = checkDescriptor(low, high)!;
    if (fit.low !== low) memory.write32(at, fit.low);
    if (fit.high !== high) memory.write32(at + 4, fit.high);
  }
  return null;
}

// Changing an entry of a table in use.

/** How an entry is to be changed. */
export interface EntryUpdate {
  /** Whose table it is, and whose frames it may name. */
  readonly tables: Domain;
  readonly subject: Domain;
  /** Accessed and dirty bits of the old entry are kept. */
  readonly preserve?: boolean;
}

/** Writes an L1 entry at machine address `at`: takes what the new one refers to, then gives up the old one's. */
export function setL1Entry(frames: Frames, at: number, value: number, update: EntryUpdate): Refused | null {
  const { memory } = frames;
  const old = memory.read32(at);
  const entry = update.preserve ? value | (old & MARKS) : value;
  const same = ((old ^ entry) & L1_SUBSTANCE) === 0 && (entry & ENTRY_DISALLOWED) === 0;
  const refusal = same ? null : takeL1Entry(frames, entry, at, update.subject);
  if (refusal) return refusal;
  memory.write32(at, entry);
  if (!same) dropL1Entry(frames, old, update.tables);
  return null;
}

/** The same for an entry of a page directory. */
export function setL2Entry(frames: Frames, at: number, value: number, update: EntryUpdate): Refused | null {
  const { memory } = frames;
  const [directory, slot] = [frameOf(at), (at & (FRAME_SIZE - 1)) >>> 2];
  if (slot >= FIRST_RESERVED_SLOT) return refused("reserved-slot", directory, slot);
  const old = memory.read32(at);
  const entry = update.preserve ? value | (old & MARKS) : value;
  const refusal = takeL2Entry(frames, entry, at, update.tables);
  if (refusal) return refusal;
  memory.write32(at, entry);
  dropL2Entry(frames, old, directory);
  return null;
}

/** Machine address of the L1 entry for a linear address in the address space of the domain that calls. */
export function findL1Entry(xen: Hypervisor, linear: number): number | Refused {
  if (linear >= HOLE) return refused("address-reserved", linear);
  const { frames, current } = xen;
  const entry = frames.memory.read32(((current.context.cr3 & PAGE_FRAME) | ((linear >>> 20) & 0xffc)) >>> 0);
  const table = frameOf(entry);
  // By way of a linear page-table entry it would be a page directory.
  const usable = (entry & PAGE_PRESENT) !== 0 && frames.typeInUse(table) === L1_TABLE;
  return usable ? table * FRAME_SIZE + ((linear >>> 10) & 0xffc) : refused("no-page-table", linear);
}
