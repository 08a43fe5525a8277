import {
  LARGE_FRAME,
  PAGE_ACCESSED,
  PAGE_DIRTY,
  PAGE_FRAME,
  PAGE_GLOBAL,
  PAGE_LARGE,
  PAGE_PRESENT,
  PAGE_USER,
  PAGE_WRITABLE,
  PF_PRESENT,
  PF_RESERVED,
  PF_USER,
  PF_WRITE,
} from "../isa/paging.ts";
import type { Access } from "./access.ts";
import type { Translation } from "./api.ts";
import type { PhysicalMemory } from "./bus.ts";
import { PF } from "./fault.ts";
import { CR0_PG, CR0_WP, CR4_PGE, CR4_PSE } from "./registers.ts";
import type { CpuState } from "./state.ts";
import {
  TLB_DATA,
  TLB_GLOBAL,
  TLB_INSTRUCTION,
  TLB_LARGE,
  TLB_SUPERVISOR_READ,
  TLB_SUPERVISOR_WRITE,
  TLB_USER_READ,
  TLB_USER_WRITE,
} from "./tlb.ts";

export * from "../isa/paging.ts";

/** Bits of a 4 MiB page's entry that must be 0: there is neither PSE-36 nor PAT. */
const LARGE_RESERVED = 0x003ff000;

/** What the last walk found; plain numbers, so that a walk allocates nothing. */
class Walk {
  physical = 0;
  pde = 0;
  pte = 0;
  large = false;
  writable = false;
  user = false;
  dirty = false;
  global = false;
}
const found = new Walk();

/**
 * Walks the two levels of tables for `linear` (SDM Vol. 3A, 4.3 and 4.6). With `mark`, sets accessed and dirty bits.
 * Returns -1 with `found` filled in, or the error code of the page fault.
 */
function walkTables(
  memory: PhysicalMemory,
  state: CpuState,
  linear: number,
  write: boolean,
  user: boolean,
  mark: boolean,
): number {
  const code = (write ? PF_WRITE : 0) | (user ? PF_USER : 0);
  const pdeAddress = ((state.cr3 & PAGE_FRAME) | ((linear >>> 20) & 0xffc)) >>> 0;
  let pde = memory.read32(pdeAddress);
  if ((pde & PAGE_PRESENT) === 0) return code;
  const large = (pde & PAGE_LARGE) !== 0 && (state.cr4 & CR4_PSE) !== 0;
  let pteAddress = 0;
  let pte = pde;
  let rights = pde;
  if (large) {
    if ((pde & LARGE_RESERVED) !== 0) return code | PF_PRESENT | PF_RESERVED;
  } else {
    pteAddress = ((pde & PAGE_FRAME) | ((linear >>> 10) & 0xffc)) >>> 0;
    pte = memory.read32(pteAddress);
    if ((pte & PAGE_PRESENT) === 0) return code;
    rights = pde & pte;
  }
  const writable = (rights & PAGE_WRITABLE) !== 0;
  const userPage = (rights & PAGE_USER) !== 0;
  if (user && !userPage) return code | PF_PRESENT;
  if (write && !writable && (user || (state.cr0 & CR0_WP) !== 0)) return code | PF_PRESENT;

  if (mark) {
    const wanted = PAGE_ACCESSED | (write ? PAGE_DIRTY : 0);
    if (large) {
      if ((pde & wanted) !== wanted) {
        pde |= wanted;
        memory.write32(pdeAddress, pde);
      }
      pte = pde;
    } else {
      if ((pde & PAGE_ACCESSED) === 0) {
        pde |= PAGE_ACCESSED;
        memory.write32(pdeAddress, pde);
        // A directory that maps itself: the two entries may be one.
        if (pteAddress === pdeAddress) pte |= PAGE_ACCESSED;
      }
      if ((pte & wanted) !== wanted) {
        pte |= wanted;
        memory.write32(pteAddress, pte);
      }
    }
  }
  found.pde = pde;
  found.pte = pte;
  found.large = large;
  found.physical = large ? (pde & LARGE_FRAME) | (linear & 0x3fffff) : (pte & PAGE_FRAME) | (linear & 0xfff);
  found.writable = writable;
  found.user = userPage;
  found.dirty = (pte & PAGE_DIRTY) !== 0;
  found.global = (pte & PAGE_GLOBAL) !== 0 && (state.cr4 & CR4_PGE) !== 0;
  return -1;
}

/**
 * A TLB miss: walks the tables, enters the translation and returns the physical address (as int32). A page fault sets
 * CR2, removes what the TLBs hold for the page (SDM Vol. 3A, 4.10.4.1) and is raised as a fault.
 */
export function walk(cpu: Access, linear: number, write: boolean, user: boolean, execute: boolean): number {
  const state = cpu.state;
  const error = walkTables(cpu.memory, state, linear, write, user, true);
  // An accessed bit may have been written among the very instructions that are being executed.
  cpu.forgetFetch();
  if (error >= 0) {
    cpu.tlb.invalidate(linear);
    state.cr2 = linear;
    return cpu.fault(PF, error);
  }
  let flags = TLB_SUPERVISOR_READ;
  if (found.user) flags |= TLB_USER_READ;
  if (found.dirty) {
    if (found.writable || (state.cr0 & CR0_WP) === 0) flags |= TLB_SUPERVISOR_WRITE;
    if (found.writable && found.user) flags |= TLB_USER_WRITE;
  }
  if (found.global) flags |= TLB_GLOBAL;
  if (found.large) flags |= TLB_LARGE;
  cpu.tlb.enter(execute ? TLB_INSTRUCTION : TLB_DATA, linear, found.physical & PAGE_FRAME, flags);
  return found.physical;
}

/** See `CpuApi.translate`. */
export function translate(
  memory: PhysicalMemory,
  state: CpuState,
  linear: number,
  access: "read" | "write" | "execute",
  user: boolean,
  mark: boolean,
): Translation {
  if ((state.cr0 & CR0_PG) === 0) {
    return { ok: true, physical: linear >>> 0, pde: 0, pte: 0, large: false };
  }
  const error = walkTables(memory, state, linear | 0, access === "write", user, mark);
  if (error >= 0) return { ok: false, errorCode: error };
  return {
    ok: true,
    physical: found.physical >>> 0,
    pde: found.pde,
    pte: found.pte,
    large: found.large,
  };
}
