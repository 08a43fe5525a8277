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
import { type CpuState, VMX_NON_ROOT } from "./state.ts";
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
import { WALK_CYCLES } from "./vmx/cycles.ts";
import { EPT_EXECUTE, EPT_READ, EPT_RIGHTS, EPT_WRITE, eptFound } from "./vmx/ept.ts";
import { eptPointerOf, NestedWalk, NO_EPT } from "./vmx/nested.ts";

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
  /** How many entries of the guest's tables were read. */
  references = 0;
  /** What EPT allows of the page, EPT_RIGHTS; all without EPT. */
  rights = EPT_RIGHTS;
}
const found = new Walk();

/** Outcome of a walk that EPT ended, where nobody is to leave the guest for it. */
const EPT_FAILED = -2;

/**
 * Walks the two levels of tables for `linear` (SDM Vol. 3A, 4.3 and 4.6), through `nested` where the guest is under EPT. With
 * `mark`, sets accessed and dirty bits. Returns -1 with `found` filled in, the error code of the page fault, or EPT_FAILED.
 */
function walkTables(
  memory: PhysicalMemory,
  state: CpuState,
  nested: NestedWalk | null,
  linear: number,
  write: boolean,
  user: boolean,
  execute: boolean,
  mark: boolean,
): number {
  found.rights = EPT_RIGHTS;
  found.references = 0;
  eptFound.references = 0;
  if (nested === null) return walkPlain(memory, state, null, linear, write, user, mark);
  if ((state.cr0 & CR0_PG) === 0) identity(linear);
  else {
    const error = walkPlain(memory, state, nested, linear, write, user, mark);
    if (error !== -1) return error;
  }
  if (!nested.page(found.physical, execute ? EPT_EXECUTE : write ? EPT_WRITE : EPT_READ)) return EPT_FAILED;
  found.physical = eptFound.physical;
  found.rights = eptFound.rights & (eptFound.dirty ? EPT_RIGHTS : ~EPT_WRITE);
  return -1;
}

/** Without paging, a linear address is a guest-physical one, and everything is allowed. */
function identity(linear: number): void {
  found.physical = linear;
  found.pde = 0;
  found.pte = 0;
  found.large = false;
  found.writable = true;
  found.user = true;
  found.dirty = true;
  found.global = false;
}

function walkPlain(
  memory: PhysicalMemory,
  state: CpuState,
  nested: NestedWalk | null,
  linear: number,
  write: boolean,
  user: boolean,
  mark: boolean,
): number {
  const code = (write ? PF_WRITE : 0) | (user ? PF_USER : 0);
  let pdeAddress = ((state.cr3 & PAGE_FRAME) | ((linear >>> 20) & 0xffc)) >>> 0;
  const pdeGuest = pdeAddress;
  if (nested !== null) {
    pdeAddress = nested.table(pdeGuest, false);
    if (pdeAddress < 0) return EPT_FAILED;
  }
  let pde = memory.read32(pdeAddress);
  found.references++;
  if ((pde & PAGE_PRESENT) === 0) return code;
  const large = (pde & PAGE_LARGE) !== 0 && (state.cr4 & CR4_PSE) !== 0;
  let pteAddress = 0;
  let pteGuest = 0;
  let pte = pde;
  let rights = pde;
  if (large) {
    if ((pde & LARGE_RESERVED) !== 0) return code | PF_PRESENT | PF_RESERVED;
  } else {
    pteAddress = ((pde & PAGE_FRAME) | ((linear >>> 10) & 0xffc)) >>> 0;
    pteGuest = pteAddress;
    if (nested !== null) {
      pteAddress = nested.table(pteGuest, false);
      if (pteAddress < 0) return EPT_FAILED;
    }
    pte = memory.read32(pteAddress);
    found.references++;
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
        if (nested !== null && nested.table(pdeGuest, true) < 0) return EPT_FAILED;
        memory.write32(pdeAddress, pde);
      }
      pte = pde;
    } else {
      if ((pde & PAGE_ACCESSED) === 0) {
        pde |= PAGE_ACCESSED;
        if (nested !== null && nested.table(pdeGuest, true) < 0) return EPT_FAILED;
        memory.write32(pdeAddress, pde);
        // A directory that maps itself: the two entries may be one.
        if (pteAddress === pdeAddress) pte |= PAGE_ACCESSED;
      }
      if ((pte & wanted) !== wanted) {
        pte |= wanted;
        if (nested !== null && nested.table(pteGuest, true) < 0) return EPT_FAILED;
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
  const error = walkTables(cpu.memory, state, cpu.nested(linear), linear, write, user, execute, true);
  // An accessed bit may have been written among the very instructions that are being executed.
  cpu.forgetFetch();
  // A walk that ends in a VM exit does not come here: that costs far more.
  if (state.vmxMode === VMX_NON_ROOT) cpu.cycles += (found.references + eptFound.references) * WALK_CYCLES;
  if (error >= 0) {
    cpu.tlb.invalidate(linear);
    cpu.replacedCr2 = state.cr2;
    state.cr2 = linear;
    return cpu.fault(PF, error);
  }
  const writable = (found.rights & EPT_WRITE) !== 0;
  let flags = TLB_SUPERVISOR_READ;
  if (found.user) flags |= TLB_USER_READ;
  if (found.dirty && writable) {
    if (found.writable || (state.cr0 & CR0_WP) === 0) flags |= TLB_SUPERVISOR_WRITE;
    if (found.writable && found.user) flags |= TLB_USER_WRITE;
  }
  if (found.global) flags |= TLB_GLOBAL;
  if (found.large) flags |= TLB_LARGE;
  cpu.tlb.enter(execute ? TLB_INSTRUCTION : TLB_DATA, linear, found.physical & PAGE_FRAME, flags);
  return found.physical;
}

/** What of the registers entries of the TLB depend on, in a few bits: one filled under other settings may allow too much. */
export function pagingMode({ cr0, cr4 }: CpuState): number {
  const bits = [(cr0 & CR0_PG) !== 0, (cr0 & CR0_WP) !== 0, (cr4 & CR4_PSE) !== 0, (cr4 & CR4_PGE) !== 0];
  return bits.reduce((mode, bit, i) => (bit ? mode | (1 << i) : mode), 0);
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
  const ept = eptPointerOf(state);
  if ((state.cr0 & CR0_PG) === 0 && ept === NO_EPT) {
    return { ok: true, physical: linear >>> 0, pde: 0, pte: 0, large: false };
  }
  const nested = ept === NO_EPT ? null : new NestedWalk(memory, null).open(ept, linear | 0, mark);
  const error = walkTables(memory, state, nested, linear | 0, access === "write", user, access === "execute", mark);
  if (error !== -1) return { ok: false, errorCode: Math.max(-1, error) };
  return {
    ok: true,
    physical: found.physical >>> 0,
    pde: found.pde,
    pte: found.pte,
    large: found.large,
  };
}
