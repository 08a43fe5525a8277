import {
  LARGE_FRAME,
  PAGE_ACCESSED,
  PAGE_DIRTY,
  PAGE_FRAME,
  PAGE_LARGE,
  PAGE_PRESENT,
  PAGE_USER,
  PAGE_WRITABLE,
  PF_PRESENT,
  PF_RESERVED,
  PF_USER,
  PF_WRITE,
} from "../../isa/paging.ts";
import type { PhysicalMemory } from "../bus.ts";
import { CR0_PG, CR0_WP, CR4_PSE } from "../registers.ts";
import type { CpuState } from "../state.ts";
import {
  EPT_EXECUTE,
  EPT_READ,
  EPT_RIGHTS,
  EPT_WRITE,
  EPTP_ACCESSED_DIRTY,
  eptIndex,
  isLeaf,
  isMisconfigured,
} from "./ept.ts";
import { NO_EPT } from "./nested.ts";

/**
 * The walk in two dimensions told reference by reference (SDM Vol. 3C, 29.3.1), as `translate` makes it, for those who show
 * it: nothing is marked, and nobody leaves the guest. The tests hold it against the processor's own walk.
 */

export type WalkTable = "guest-pde" | "guest-pte" | "ept-pml4e" | "ept-pdpte" | "ept-pde" | "ept-pte";
export type WalkPurpose = "guest-pde" | "guest-pte" | "page";
export type WalkEnd = "arrives" | "page-fault" | "ept-violation" | "ept-misconfiguration";

/** One entry that is read. */
export interface TableReference {
  readonly table: WalkTable;
  readonly for: WalkPurpose;
  readonly index: number;
  readonly guestPhysical: number;
  readonly physical: number;
  /** Unsigned halves; the guest's entries have none but the low one. */
  readonly low: number;
  readonly high: number;
  readonly large: boolean;
}

export interface ExplainedWalk {
  readonly references: readonly TableReference[];
  readonly end: WalkEnd;
  /** Index in `references` of the one that ends it where it does not arrive; -1 where none is to blame. */
  readonly at: number;
  /** Physical address; -1 where it does not arrive. */
  readonly physical: number;
  /** Guest-physical address of the page, or the one that EPT refused; -1 where it did not come so far. */
  readonly guestPhysical: number;
  /** Of a page fault; else 0. */
  readonly errorCode: number;
  /** Of an EPT violation; else 0. */
  readonly qualification: number;
  /** It is refused for the sake of an accessed or dirty bit of the guest's that could not be set. */
  readonly marking: boolean;
}

const LEVELS = 4;
const NAMES: readonly WalkTable[] = ["ept-pte", "ept-pde", "ept-pdpte", "ept-pml4e"];
const LARGE_RESERVED = 0x003ff000;
const LARGE_OFFSET = 0x3fffff;
const EPT_LARGE_OFFSET = 0x1fffff;
const OFFSET = 0xfff;
const RIGHTS_SHIFT = 3;
const LINEAR_VALID = 1 << 7;
const FINAL = 1 << 8;

/** Thrown where the walk ends early. */
class Ended {
  readonly end: WalkEnd;
  readonly guestPhysical: number;
  readonly errorCode: number;
  readonly qualification: number;
  readonly marking: boolean;
  readonly at: number | null;

  constructor(
    end: WalkEnd,
    about: {
      readonly guestPhysical?: number;
      readonly errorCode?: number;
      readonly qualification?: number;
      readonly marking?: boolean;
      readonly at?: number;
    },
  ) {
    this.end = end;
    this.guestPhysical = about.guestPhysical ?? -1;
    this.errorCode = about.errorCode ?? 0;
    this.qualification = about.qualification ?? 0;
    this.marking = about.marking ?? false;
    this.at = about.at ?? null;
  }
}

export interface WalkQuestion {
  /** The EPT pointer (low half), or NO_EPT. */
  readonly pointer: number;
  readonly address: number;
  readonly space: "linear" | "guest-physical";
  readonly access: "read" | "write" | "execute";
  /** As CPL 3. */
  readonly user: boolean;
}

/** Walks an address of the guest in `state` and tells every reference to memory. */
export function explainWalk(memory: PhysicalMemory, state: CpuState, question: WalkQuestion): ExplainedWalk {
  const walk = new Explainer(memory, state, question);
  return walk.go();
}

class Explainer {
  private readonly memory: PhysicalMemory;
  private readonly state: CpuState;
  private readonly question: WalkQuestion;
  private readonly references: TableReference[] = [];

  constructor(memory: PhysicalMemory, state: CpuState, question: WalkQuestion) {
    this.memory = memory;
    this.state = state;
    this.question = question;
  }

  go(): ExplainedWalk {
    const { references } = this;
    const rest = { errorCode: 0, qualification: 0, marking: false };
    try {
      const { address, space } = this.question;
      const paging = space === "linear" && (this.state.cr0 & CR0_PG) !== 0;
      const guestPhysical = paging ? this.guestTables(address >>> 0) : address >>> 0;
      const physical = this.page(guestPhysical);
      return { references, end: "arrives", at: -1, physical, guestPhysical, ...rest };
    } catch (ended) {
      if (!(ended instanceof Ended)) throw ended;
      const { end, guestPhysical, errorCode, qualification, marking, at } = ended;
      return {
        references,
        end,
        at: at ?? references.length - 1,
        physical: -1,
        guestPhysical,
        errorCode,
        qualification,
        marking,
      };
    }
  }

  private page(guestPhysical: number): number {
    const { access, space } = this.question;
    const wanted = access === "write" ? EPT_WRITE : access === "execute" ? EPT_EXECUTE : EPT_READ;
    return this.ept(guestPhysical, "page", wanted, space === "linear" ? LINEAR_VALID | FINAL : FINAL).physical;
  }

  /** The guest's own two levels; answers the guest-physical address. */
  private guestTables(linear: number): number {
    const { state, question } = this;
    const { user } = question;
    const write = question.access === "write";
    const code = (write ? PF_WRITE : 0) | (user ? PF_USER : 0);
    const fault = (extra: number, at?: number) =>
      new Ended("page-fault", { errorCode: code | extra, ...(at !== undefined && { at }) });

    const pde = this.guestEntry(
      "guest-pde",
      ((state.cr3 & PAGE_FRAME) | ((linear >>> 20) & 0xffc)) >>> 0,
      linear >>> 22,
    );
    if ((pde.value & PAGE_PRESENT) === 0) throw fault(0);
    let pte: GuestEntry | null = null;
    if (pde.large) {
      if ((pde.value & LARGE_RESERVED) !== 0) throw fault(PF_PRESENT | PF_RESERVED);
    } else {
      const at = ((pde.value & PAGE_FRAME) | ((linear >>> 10) & 0xffc)) >>> 0;
      pte = this.guestEntry("guest-pte", at, (linear >>> 12) & 1023);
      if ((pte.value & PAGE_PRESENT) === 0) throw fault(0);
    }
    const rights = pte === null ? pde.value : pde.value & pte.value;
    const guilty = (mask: number) => ((pde.value & mask) === 0 || pte === null ? pde.at : pte.at);
    if (user && (rights & PAGE_USER) === 0) throw fault(PF_PRESENT, guilty(PAGE_USER));
    if (write && (rights & PAGE_WRITABLE) === 0 && (user || (state.cr0 & CR0_WP) !== 0)) {
      throw fault(PF_PRESENT, guilty(PAGE_WRITABLE));
    }
    const dirty = write ? PAGE_DIRTY : 0;
    this.mark(pde, PAGE_ACCESSED | (pte === null ? dirty : 0));
    if (pte !== null) this.mark(pte, PAGE_ACCESSED | dirty);
    return pte === null
      ? ((pde.value & LARGE_FRAME) | (linear & LARGE_OFFSET)) >>> 0
      : ((pte.value & PAGE_FRAME) | (linear & OFFSET)) >>> 0;
  }

  private guestEntry(table: "guest-pde" | "guest-pte", guestPhysical: number, index: number): GuestEntry {
    // References to paging structures count as writes where EPT has accessed and dirty bits (29.3.5).
    const { pointer } = this.question;
    const marks = pointer !== NO_EPT && (pointer & EPTP_ACCESSED_DIRTY) !== 0;
    const found = this.ept(guestPhysical, table, marks ? EPT_READ | EPT_WRITE : EPT_READ, LINEAR_VALID);
    const value = this.memory.read32(found.physical);
    const large =
      table === "guest-pde" &&
      (value & PAGE_PRESENT) !== 0 &&
      (value & PAGE_LARGE) !== 0 &&
      (this.state.cr4 & CR4_PSE) !== 0;
    const { physical } = found;
    this.references.push({ table, for: table, index, guestPhysical, physical, low: value >>> 0, high: 0, large });
    return { value, large, guestPhysical, rights: found.rights, at: this.references.length - 1, leaf: found.leaf };
  }

  /** Accessed and dirty bits that are to be set need a page that EPT lets be written. */
  private mark({ value, guestPhysical, rights, leaf }: GuestEntry, wanted: number): void {
    if ((value & wanted) === wanted || (rights & EPT_WRITE) !== 0) return;
    const qualification = EPT_READ | EPT_WRITE | (rights << RIGHTS_SHIFT) | LINEAR_VALID;
    throw new Ended("ept-violation", { guestPhysical, qualification, marking: true, at: leaf });
  }

  /** Four levels of EPT, or none. */
  private ept(guestPhysical: number, purpose: WalkPurpose, access: number, kind: number) {
    const { pointer } = this.question;
    if (pointer === NO_EPT) return { physical: guestPhysical, rights: EPT_RIGHTS, leaf: -1 };
    let table = pointer & PAGE_FRAME;
    let rights = EPT_RIGHTS;
    for (let level = LEVELS; ; level--) {
      const index = eptIndex(guestPhysical, level);
      const at = (table | (index << 3)) >>> 0;
      const low = this.memory.read32(at);
      const high = this.memory.read32(at + 4);
      const leaf = isLeaf(low, level);
      this.references.push({
        table: NAMES[level - 1]!,
        for: purpose,
        index,
        guestPhysical,
        physical: at,
        low: low >>> 0,
        high: high >>> 0,
        large: leaf && level > 1,
      });
      if ((low & EPT_RIGHTS) === 0) throw violation(guestPhysical, access, 0, kind);
      if (isMisconfigured(low, high, level)) throw new Ended("ept-misconfiguration", { guestPhysical });
      rights &= low;
      if (!leaf) {
        table = low & PAGE_FRAME;
        continue;
      }
      if ((rights & access) !== access) throw violation(guestPhysical, access, rights, kind);
      const offset = level > 1 ? EPT_LARGE_OFFSET : OFFSET;
      const physical = ((low & PAGE_FRAME & ~offset) | (guestPhysical & offset)) >>> 0;
      return { physical, rights, leaf: this.references.length - 1 };
    }
  }
}

function violation(guestPhysical: number, access: number, rights: number, kind: number): Ended {
  return new Ended("ept-violation", { guestPhysical, qualification: access | (rights << RIGHTS_SHIFT) | kind });
}

interface GuestEntry {
  readonly value: number;
  readonly large: boolean;
  readonly guestPhysical: number;
  /** What EPT allows of the page that the entry stands in. */
  readonly rights: number;
  /** Places of the entry, and of the EPT entry that led to it, among the references. */
  readonly at: number;
  readonly leaf: number;
}
