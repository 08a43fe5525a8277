import type { Access } from "../access.ts";
import type { PhysicalMemory } from "../bus.ts";
import { type CpuState, VMX_NON_ROOT } from "../state.ts";
import { EPT_FOUND, EPT_READ, EPT_VIOLATION, EPT_WRITE, EPTP_ACCESSED_DIRTY, eptFound, walkEpt } from "./ept.ts";

/** There is no EPT: guest-physical addresses are physical. */
export const NO_EPT = -1;
/** What `table` says where EPT does not allow the reference. */
const STOPPED = -1;

/** Qualification of an exit by EPT violation (SDM Vol. 3C, table 28-7): the access in 2:0, what is allowed in 5:3. */
const RIGHTS_SHIFT = 3;
const LINEAR_VALID = 1 << 7;
const FINAL = 1 << 8;

/** The EPT pointer (low half) that a processor in `state` translates by, or NO_EPT. */
export function eptPointerOf(state: CpuState): number {
  return state.vmxMode === VMX_NON_ROOT ? state.eptPointer : NO_EPT;
}

/**
 * One walk in two dimensions: every reference to a paging structure of the guest, and the page in the end, goes through EPT
 * (SDM Vol. 3C, 29.3.1). Where EPT does not allow it, `leaver` leaves the guest; without one, the walk just ends.
 */
export class NestedWalk {
  private readonly memory: PhysicalMemory;
  private readonly leaver: Access | null;
  private pointer = 0;
  private linear = 0;
  private mark = false;

  constructor(memory: PhysicalMemory, leaver: Access | null) {
    this.memory = memory;
    this.leaver = leaver;
  }

  /** Begins the walk for a linear address under an EPT pointer; `mark`: accessed and dirty bits are set. */
  open(pointer: number, linear: number, mark: boolean): this {
    this.pointer = pointer;
    this.linear = linear;
    this.mark = mark;
    return this;
  }

  /** Physical address (unsigned) of a paging-structure entry, to be read or written; STOPPED where EPT ends the walk. */
  table(guestPhysical: number, write: boolean): number {
    // References to paging structures count as writes where EPT has accessed and dirty bits (29.3.5).
    const writes = write || (this.pointer & EPTP_ACCESSED_DIRTY) !== 0;
    return this.go(guestPhysical, writes ? EPT_READ | EPT_WRITE : EPT_READ, 0) ? eptFound.physical >>> 0 : STOPPED;
  }

  /** Translates the page itself, into `eptFound`; `access` of EPT_RIGHTS. */
  page(guestPhysical: number, access: number): boolean {
    return this.go(guestPhysical, access, FINAL);
  }

  private go(guestPhysical: number, access: number, final: number): boolean {
    const outcome = walkEpt(this.memory, this.pointer, guestPhysical, access, this.mark);
    if (outcome === EPT_FOUND) return true;
    const { leaver, linear } = this;
    if (leaver === null) return false;
    leaver.tlb.invalidate(linear);
    leaver.forgetFetch();
    if (outcome !== EPT_VIOLATION) return leaver.leaveGuest({ reason: outcome, guestPhysical, resumes: true });
    const qualification = access | (eptFound.rights << RIGHTS_SHIFT) | LINEAR_VALID | final;
    return leaver.leaveGuest({ reason: outcome, qualification, guestPhysical, linear, resumes: true });
  }
}
