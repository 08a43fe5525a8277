import type { Memory } from "../../machine/memory.ts";
import { DOMID_XEN } from "./abi.ts";
import type { Domain } from "./domain.ts";
import {
  conflict,
  type FrameType,
  type FrameView,
  L1_TABLE,
  L2_TABLE,
  NO_TYPE,
  type PageTableType,
  SEGMENT_TABLE,
  WRITABLE,
} from "./frame-types.ts";
import { FRAME_RECORD, FRAME_SIZE, FRAME_TABLE, GRANT_FRAMES, M2P, MAX_FRAMES, XEN_FRAMES } from "./layout.ts";
import { giveUpTable, validateTable } from "./page-tables.ts";
import { type Refusal, type Refused, refused } from "./refusals.ts";

// A frame's record: owner (domain id + 1, or DOMID_XEN; 0 for nobody), references, type word, uses of the type.
const OWNER = 0;
const REFERENCES = 4;
const TYPE = 8;
const TYPE_COUNT = 12;
// The type word. The upper half counts linear page-table entries, signed: those that a directory has, or, negative,
// those that map it.
const TYPE_MASK = 7;
const VALIDATED = 1 << 3;
const PINNED = 1 << 4;
/** The domain holds the frame in its reservation, which counts as one reference. */
const ALLOCATED = 1 << 5;
const LINEAR_SHIFT = 16;
const MOST_LINEAR = 0x7fff;

/** Of a frame that belongs to no guest page. */
export const INVALID_PAGE = -1;

/** What the frame table asks of the hypervisor. */
export interface FramesHost {
  readonly memory: Memory;
  readonly domains: readonly Domain[];
  flush(): void;
  mapDescriptorTables(): void;
}

/**
 * The frame table: who owns each frame of physical memory, how often it is referred to, and what it is used as, after
 * Xen's xen/arch/x86/mm.c. A frame used as a page table or a descriptor table can't be mapped writable, and a frame that
 * is mapped writable can't become a table: thus a guest's tables hold only what has been judged. All state is in
 * simulated memory. No count can run over: there are less than 2^31 page-table entries.
 */
export class Frames {
  readonly count: number;
  /** Grows with every entry of a table that is judged or given up, and what else takes long: what hypercalls cost. */
  work = 0;
  readonly memory: Memory;
  private readonly host: FramesHost;

  constructor(host: FramesHost) {
    this.host = host;
    this.memory = host.memory;
    this.count = Math.min(host.memory.size / FRAME_SIZE, MAX_FRAMES);
  }

  /** Sets up both tables: all frames are nobody's, but for the hypervisor's own. */
  boot(): void {
    for (let frame = 0; frame < this.count; frame++) this.setPage(frame, INVALID_PAGE);
    for (let frame = 0; frame < XEN_FRAMES; frame++) this.set(frame, OWNER, DOMID_XEN);
  }

  // The records.

  private get(frame: number, field: number): number {
    return this.memory.read32(FRAME_TABLE + frame * FRAME_RECORD + field);
  }

  private set(frame: number, field: number, value: number): void {
    this.memory.write32(FRAME_TABLE + frame * FRAME_RECORD + field, value);
  }

  private setFlag(frame: number, flag: number, on: boolean): void {
    const word = this.get(frame, TYPE);
    this.set(frame, TYPE, on ? word | flag : word & ~flag);
  }

  exists(frame: number): boolean {
    return frame >= 0 && frame < this.count;
  }

  isOwnedBy(frame: number, domain: Domain): boolean {
    return this.exists(frame) && this.get(frame, OWNER) === domain.id + 1;
  }

  /** The domain that owns a frame, ended or not; null for none. */
  ownerOf(frame: number): Domain | null {
    const owner = this.get(frame, OWNER);
    return this.host.domains.find(({ id }) => id + 1 === owner) ?? null;
  }

  /** What a frame is used as now: no type where the last use has ended. */
  typeInUse(frame: number): FrameType {
    return this.get(frame, TYPE_COUNT) === 0 ? NO_TYPE : this.typeOf(frame);
  }

  private typeOf(frame: number): FrameType {
    return (this.get(frame, TYPE) & TYPE_MASK) as FrameType;
  }

  isPinned(frame: number): boolean {
    return (this.get(frame, TYPE) & PINNED) !== 0;
  }

  isAllocated(frame: number): boolean {
    return (this.get(frame, TYPE) & ALLOCATED) !== 0;
  }

  /** Nobody owns it, so that a reservation can take it. */
  isFree(frame: number): boolean {
    return this.get(frame, OWNER) === 0;
  }

  describe(frame: number): FrameView {
    const owner = this.get(frame, OWNER);
    const word = this.get(frame, TYPE);
    return {
      owner: owner === DOMID_XEN ? owner : owner - 1,
      allocated: (word & ALLOCATED) !== 0,
      references: this.get(frame, REFERENCES),
      type: (word & TYPE_MASK) as FrameType,
      typeCount: this.get(frame, TYPE_COUNT),
      validated: (word & VALIDATED) !== 0,
      pinned: (word & PINNED) !== 0,
      linear: word >> LINEAR_SHIFT,
      page: this.pageOf(frame),
    };
  }

  /** The guest page of a frame by the machine-to-physical table, or -1. */
  pageOf(frame: number): number {
    return this.memory.read32(M2P + frame * 4);
  }

  setPage(frame: number, page: number): void {
    this.memory.write32(M2P + frame * 4, page | 0);
  }

  // Ownership.

  /** Makes a free frame the domain's, as part of its reservation. */
  give(frame: number, domain: Domain): void {
    this.set(frame, OWNER, domain.id + 1);
    this.set(frame, REFERENCES, 1);
    this.set(frame, TYPE, ALLOCATED);
    this.set(frame, TYPE_COUNT, 0);
  }

  /** Lets a domain map a frame of the hypervisor's memory, for good: writable, and so never a table. */
  share(frame: number, domain: Domain): void {
    this.set(frame, OWNER, domain.id + 1);
    this.set(frame, REFERENCES, 1);
    this.set(frame, TYPE, WRITABLE | VALIDATED);
    this.set(frame, TYPE_COUNT, 1);
  }

  /** Shares a domain's shared_info and the frames of its grant table with it. */
  shareOwn(domain: Domain): void {
    this.share(domain.sharedInfo >>> 12, domain);
    for (let i = 0; i < GRANT_FRAMES; i++) this.share((domain.grantTable >>> 12) + i, domain);
  }

  /** Takes a frame out of its owner's reservation; it is free as soon as nothing refers to it any more. */
  takeBack(frame: number): void {
    if (this.isPinned(frame)) this.unpin(frame);
    this.setPage(frame, INVALID_PAGE);
    if (!this.isAllocated(frame)) return;
    this.setFlag(frame, ALLOCATED, false);
    this.drop(frame);
  }

  // References (Xen's get_page and put_page).

  take(frame: number, domain: Domain): Refused | null {
    if (!this.exists(frame)) return refused("no-such-frame", frame);
    if (!this.isOwnedBy(frame, domain)) return refused("frame-not-yours", frame);
    this.set(frame, REFERENCES, this.get(frame, REFERENCES) + 1);
    return null;
  }

  drop(frame: number): void {
    const references = this.get(frame, REFERENCES) - 1;
    this.set(frame, REFERENCES, references);
    if (references > 0) return;
    // Whoever had it may still reach it by the TLB.
    this.host.flush();
    this.set(frame, OWNER, 0);
    this.set(frame, TYPE, NO_TYPE);
  }

  // Types (get_page_type and put_page_type).

  /** Takes one more use of a frame as what it is to be; a table is judged as a whole with its first use. */
  takeType(frame: number, type: FrameType): Refused | null {
    const uses = this.get(frame, TYPE_COUNT);
    const word = this.get(frame, TYPE);
    if (uses > 0) {
      if ((word & TYPE_MASK) !== type) return refused(conflict((word & TYPE_MASK) as FrameType, type), frame);
      this.set(frame, TYPE_COUNT, uses + 1);
      return null;
    }
    this.set(frame, TYPE_COUNT, 1);
    if ((word & TYPE_MASK) === type && (word & VALIDATED) !== 0) return null;
    // The guest need not have flushed what it took back: it could still write by the TLB.
    if ((word & TYPE_MASK) === WRITABLE && type !== WRITABLE) this.host.flush();
    this.set(frame, TYPE, (word & ~(TYPE_MASK | VALIDATED)) | type);
    const refusal = type === WRITABLE ? null : validateTable(this, frame, type);
    if (refusal) {
      this.set(frame, TYPE, word & ~(TYPE_MASK | VALIDATED));
      this.set(frame, TYPE_COUNT, 0);
      return refusal;
    }
    this.setFlag(frame, VALIDATED, true);
    return null;
  }

  /** Ends one use; with the last one a page table gives up what its entries refer to. */
  dropType(frame: number): void {
    const uses = this.get(frame, TYPE_COUNT) - 1;
    const type = this.typeOf(frame);
    if (uses === 0 && type !== WRITABLE) {
      this.setFlag(frame, VALIDATED, false);
      if (type === L1_TABLE || type === L2_TABLE) giveUpTable(this, frame, type);
    }
    this.set(frame, TYPE_COUNT, uses);
  }

  /** A reference to a domain's frame and a use of it, together. */
  takeAs(frame: number, domain: Domain, type: FrameType): Refused | null {
    const refusal = this.take(frame, domain);
    if (refusal) return refusal;
    const conflicting = this.takeType(frame, type);
    if (conflicting) this.drop(frame);
    return conflicting;
  }

  dropAs(frame: number): void {
    this.dropType(frame);
    this.drop(frame);
  }

  /**
   * One page directory maps another within itself, as if it were a page table (Xen's linear page tables). Only one that
   * has been judged and maps none itself can be mapped so: the last use of it may end while the other is given up.
   */
  takeLinear(frame: number, within: number, domain: Domain): Refused | null {
    const refusal = this.take(frame, domain);
    if (refusal) return refusal;
    const isDirectory = this.typeInUse(frame) === L2_TABLE && (this.get(frame, TYPE) & VALIDATED) !== 0;
    const [mapped, mapping] = [this.get(frame, TYPE) >> LINEAR_SHIFT, this.get(within, TYPE) >> LINEAR_SHIFT];
    if (!isDirectory || mapped > 0 || mapping < 0 || mapped <= -MOST_LINEAR) {
      this.drop(frame);
      return isDirectory ? refused("linear-nested", frame, within) : refused("frame-of-other-type", frame);
    }
    this.set(frame, TYPE_COUNT, this.get(frame, TYPE_COUNT) + 1);
    this.countLinear(frame, within, 1);
    return null;
  }

  dropLinear(frame: number, within: number): void {
    this.countLinear(frame, within, -1);
    this.dropAs(frame);
  }

  private countLinear(frame: number, within: number, by: number): void {
    this.set(frame, TYPE, this.get(frame, TYPE) - by * (1 << LINEAR_SHIFT));
    this.set(within, TYPE, this.get(within, TYPE) + by * (1 << LINEAR_SHIFT));
  }

  // Pins: a use that lasts until it is taken back.

  pin(frame: number, domain: Domain, type: PageTableType): Refused | null {
    const refusal = this.takeAs(frame, domain, type);
    if (refusal) return refusal;
    if (this.isPinned(frame)) {
      this.dropAs(frame);
      return refused("already-pinned", frame);
    }
    this.setFlag(frame, PINNED, true);
    return null;
  }

  /** Of a frame that is pinned. */
  unpin(frame: number): void {
    this.setFlag(frame, PINNED, false);
    this.dropAs(frame);
  }

  // Page directories that CR3 holds, which is a use of them.

  /** A domain's first page directory: it is pinned too, as Xen's domain builder does. */
  adoptPageTables(domain: Domain, directory: number): Refused | null {
    return this.takeAs(directory, domain, L2_TABLE) ?? this.pin(directory, domain, L2_TABLE);
  }

  /** Another directory takes the place of the one in the domain's CR3, which the caller loads at once. */
  loadBase(domain: Domain, directory: number): Refused | null {
    const refusal = this.takeAs(directory, domain, L2_TABLE);
    if (refusal) return refusal;
    this.dropLdt(domain);
    this.dropAs(domain.context.cr3 >>> 12);
    return null;
  }

  /** A domain has ended for good: its page directory, pins and descriptor tables are no longer in use. */
  release(domain: Domain): void {
    if (domain.fields.released) return;
    domain.fields.released = true;
    this.dropLdt(domain);
    const { gdtFrames } = domain.fields;
    for (const [i, frame] of gdtFrames.entries()) {
      gdtFrames[i] = 0;
      if (frame !== 0) this.dropAs(frame);
    }
    this.dropAs(domain.context.cr3 >>> 12);
    for (let frame = domain.firstFrame; domain.holds(frame); frame++)
      if (this.isOwnedBy(frame, domain) && this.isPinned(frame)) this.unpin(frame);
  }

  // Descriptor tables.

  /** A use of a domain's frame as part of its GDT or LDT; its descriptors are judged, and raised to the guest's rings. */
  takeSegmentFrame(frame: number, domain: Domain): Refusal | null {
    return this.takeAs(frame, domain, SEGMENT_TABLE)?.reason ?? null;
  }

  dropSegmentFrame(frame: number): void {
    this.dropAs(frame);
  }

  /** Whether a judged descriptor may be written to a domain's frame: into a descriptor table, or a plain page. */
  mayWriteDescriptor(frame: number, domain: Domain): Refusal | null {
    if (!this.isOwnedBy(frame, domain)) return "frame-not-yours";
    const type = this.typeInUse(frame);
    return type === L1_TABLE || type === L2_TABLE ? "frame-is-page-table" : null;
  }

  /** Gives up the pages of a domain's LDT: they are mapped anew when they are needed. */
  dropLdt(domain: Domain): void {
    const { ldtFrames } = domain.fields;
    if (ldtFrames.every((frame) => frame === 0)) return;
    for (const [i, frame] of ldtFrames.entries()) {
      ldtFrames[i] = 0;
      if (frame !== 0) this.dropAs(frame);
    }
    this.host.mapDescriptorTables();
    this.host.flush();
  }
}
