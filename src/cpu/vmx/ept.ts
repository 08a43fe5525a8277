import { MEMORY_UC, MEMORY_WB } from "../../isa/vmx-capabilities.ts";
import type { PhysicalMemory } from "../bus.ts";

/** Bits of an entry of the extended page tables (SDM Vol. 3C, 29.3.2), and kinds of access. */
export const EPT_READ = 1 << 0,
  EPT_WRITE = 1 << 1,
  EPT_EXECUTE = 1 << 2,
  EPT_RIGHTS = EPT_READ | EPT_WRITE | EPT_EXECUTE,
  EPT_LARGE = 1 << 7,
  EPT_ACCESSED = 1 << 8,
  EPT_DIRTY = 1 << 9;
/** In the EPT pointer: accessed and dirty bits are in use. */
export const EPTP_ACCESSED_DIRTY = 1 << 6;

const FRAME = -4096;
const LARGE_PAGE = 0x1fffff;
const LARGE_RESERVED = 0x1ff000;
const MEMORY_SHIFT = 3;
const MEMORY = 7;
/** Bits 7:3 of an entry that leads to another table, but for bit 7 where it may say "large". */
const TABLE_RESERVED = 0xf8;
/** Level of the directory whose entries may be 2 MiB pages; 1 is that of 4 KiB pages, 4 the first. */
const LARGE_LEVEL = 2;
const LEVELS = 4;
/** WB, UC, WC, WT, WP: 2, 3 and 7 are reserved. */
const MEMORY_TYPES = new Set([MEMORY_UC, 1, 4, 5, MEMORY_WB]);

/** How a walk ended: it found a page, EPT violation, EPT misconfiguration (the exit reasons). */
export const EPT_FOUND = 0,
  EPT_VIOLATION = 48,
  EPT_MISCONFIGURATION = 49;

/** What the last walk found; plain numbers, so that a walk allocates nothing. */
class EptWalk {
  /** Host-physical address (int32). */
  physical = 0;
  /** What all entries on the way allow, the last one included: EPT_RIGHTS; 0 where one is not present. */
  rights = 0;
  large = false;
  /** Writes find the dirty bit set, or there is none. */
  dirty = false;
  /** How many entries were read since somebody set it to 0. */
  references = 0;
}
export const eptFound = new EptWalk();

/** The index into the table of `level` for a guest-physical address. */
export function eptIndex(guestPhysical: number, level: number): number {
  // An address has 32 bits here, so that the first table has one entry in use.
  return level === LEVELS ? 0 : (guestPhysical >>> (12 + 9 * (level - 1))) & 0x1ff;
}

/** Whether an entry (`low`, `high`: its halves) that is present breaks a rule (29.3.3.1). */
export function isMisconfigured(low: number, high: number, level: number): boolean {
  // Execute-only pages are not supported, and writable ones must be readable.
  if ((low & EPT_READ) === 0) return true;
  // Physical addresses have 32 bits: 51:32 are reserved.
  if ((high & 0xfffff) !== 0) return true;
  if (!isLeaf(low, level)) return (low & TABLE_RESERVED) !== 0;
  if (level === LARGE_LEVEL && (low & LARGE_RESERVED) !== 0) return true;
  return !MEMORY_TYPES.has((low >>> MEMORY_SHIFT) & MEMORY);
}

/** Whether an entry maps a page: all of the last level, and 2 MiB pages. */
export function isLeaf(low: number, level: number): boolean {
  return level === 1 || (level === LARGE_LEVEL && (low & EPT_LARGE) !== 0);
}

/**
 * Walks the extended page tables of `pointer` for a guest-physical address (SDM Vol. 3C, 29.3): EPT_FOUND with `eptFound`
 * filled in, EPT_VIOLATION (then `eptFound.rights` says what is allowed) or EPT_MISCONFIGURATION. `access`: what is to be
 * done, of EPT_RIGHTS. With `mark`, accessed and dirty bits are set if the pointer says so.
 */
export function walkEpt(
  memory: PhysicalMemory,
  pointer: number,
  guestPhysical: number,
  access: number,
  mark: boolean,
): number {
  const marks = mark && (pointer & EPTP_ACCESSED_DIRTY) !== 0;
  let table = pointer & FRAME;
  let rights = EPT_RIGHTS;
  for (let level = LEVELS; ; level--) {
    const at = (table | (eptIndex(guestPhysical, level) << 3)) >>> 0;
    const low = memory.read32(at);
    eptFound.references++;
    if ((low & EPT_RIGHTS) === 0) {
      eptFound.rights = 0;
      return EPT_VIOLATION;
    }
    if (isMisconfigured(low, memory.read32(at + 4), level)) return EPT_MISCONFIGURATION;
    rights &= low;
    if (!isLeaf(low, level)) {
      table = low & FRAME;
      continue;
    }
    eptFound.rights = rights;
    if ((rights & access) !== access) return EPT_VIOLATION;
    if (marks) markPath(memory, pointer, guestPhysical, level, (access & EPT_WRITE) !== 0);
    eptFound.large = level === LARGE_LEVEL;
    eptFound.dirty = (pointer & EPTP_ACCESSED_DIRTY) === 0 || (memory.read32(at) & EPT_DIRTY) !== 0;
    const offset = level === LARGE_LEVEL ? LARGE_PAGE : ~FRAME;
    eptFound.physical = (low & ~offset & FRAME) | (guestPhysical & offset);
    return EPT_FOUND;
  }
}

/** Sets the accessed bits from the first table to `last`, and the dirty bit there (29.3.5). */
function markPath(memory: PhysicalMemory, pointer: number, guestPhysical: number, last: number, write: boolean): void {
  let table = pointer & FRAME;
  for (let level = LEVELS; level >= last; level--) {
    const at = (table | (eptIndex(guestPhysical, level) << 3)) >>> 0;
    const low = memory.read32(at);
    const wanted = low | EPT_ACCESSED | (write && level === last ? EPT_DIRTY : 0);
    if (wanted !== low) memory.write32(at, wanted);
    table = low & FRAME;
  }
}
