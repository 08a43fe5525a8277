import type { PhysicalMemory } from "./bus.ts";
import { PAGE_CODE } from "./bus.ts";
import { coverOf, isCovered, uncoverPage } from "./cover.ts";
import type { Cpu } from "./cpu.ts";
import { AC, type BrokenRule, FAULT, GP, NP, SS_FAULT, TS } from "./fault.ts";
import { ACCESS_MODIFY, ACCESS_READ, ACCESS_WRITE, MODIFIES, type Observer } from "./observer.ts";
import { walk } from "./paging.ts";
import { isReal } from "./real-mode.ts";
import { CR0_AM, CR0_PG, FLAG_AC } from "./registers.ts";
import { ATTR_DB, ATTR_P, ATTR_UNUSABLE, CpuState, SS } from "./state.ts";
import { TLB_DATA, TLB_SUPERVISOR_READ, TLB_SUPERVISOR_WRITE, TLB_USER_READ, TLB_USER_WRITE, Tlb } from "./tlb.ts";
import { VM_EXIT } from "./vmx/exit-signal.ts";
import { NestedWalk, NO_EPT } from "./vmx/nested.ts";
import type { ExitInformation } from "./vmx/vm-exit.ts";

/**
 * Every access to memory that the processor makes: segment checks, translation, the TLB, the flags of physical pages.
 *
 * The fast path of a segmented access is one comparison: `readHigh` and `writeHigh` hold, by segment register, the
 * last offset that may be touched without looking closer, or -1 where one must look (expand-down, unusable, wrong
 * type, alignment checks in force). They are derived from the hidden parts by `refresh`, never part of the state.
 */
export class Access {
  readonly state = new CpuState();
  readonly gpr = this.state.gpr;
  readonly base = this.state.base;
  readonly tlb = new Tlb();
  readonly tlbWords = this.tlb.words;
  readonly memory: PhysicalMemory;
  readonly bytes: Uint8Array;
  readonly words16: Uint16Array;
  readonly words32: Int32Array;
  readonly pageFlags: Uint8Array;
  readonly memorySize: number;
  readonly cover: Uint8Array;

  /** What `fault` raised last. */
  faultVector = 0;
  faultCode = -1;
  /** The rule that it came of, where that is known, and the bits of the register at fault: for those who tell of it. */
  brokenRule: BrokenRule | null = null;
  brokenBits = 0;
  /** CR2 as it was before the last page fault: one that leaves the guest has not written it. */
  replacedCr2 = 0;
  /** Why the guest is about to be left, where that has been found in the middle of something. */
  exitPending: ExitInformation | null = null;
  /** 1 while an event external to the program is being delivered: bit 0 of error codes. */
  ext = 0;

  // Derived from the state by `refresh` and its parts.
  readonly readHigh = new Float64Array(8);
  readonly writeHigh = new Float64Array(8);
  /** Addresses are translated: by page tables, by EPT, or by both. */
  paging = false;
  /** The EPT pointer in force (low half), or NO_EPT. */
  eptPointer = NO_EPT;
  /** Whether an address is looked up before it is used: under paging, and while memory is observed. */
  looksUp = false;
  /** The TLB flag that a read, a write, a fetch at the present CPL needs; none is enough while memory is observed. */
  readNeed = TLB_SUPERVISOR_READ;
  writeNeed = TLB_SUPERVISOR_WRITE;
  fetchNeed = TLB_SUPERVISOR_READ;
  /** Accesses are those of CPL 3. */
  private asUser = false;
  /** The access is the processor's own, of descriptors or a task-state segment: observers are not told. */
  private own = false;
  /** -1 with a 32-bit stack, 0xffff with a 16-bit one (SS.B). */
  stackMask = -1;
  alignmentChecked = false;

  /** Of the run so far, exact at every moment of it, so that a device that an instruction reaches knows what time it is. */
  cycles = 0;

  /** Who is told of marked instructions, and of accesses while `observesMemory`; never part of the state. */
  observer: Observer | null = null;
  /** To be followed by `refresh`, which every run begins with. */
  observesMemory = false;

  // Where `writeBack` writes: the physical address, and that of the second page's first byte or -1.
  private modifyFirst = 0;
  private modifySecond = -1;

  private readonly nestedWalk: NestedWalk;

  // The page that instructions are being fetched from (cpu/fetch.ts): linear, or 1 for none; and physical.
  fetchPage = 1;
  fetchFrame = 0;

  constructor(memory: PhysicalMemory) {
    this.memory = memory;
    this.bytes = memory.bytes;
    this.words16 = memory.words16;
    this.words32 = memory.words32;
    this.pageFlags = memory.flags;
    this.memorySize = memory.size;
    this.cover = coverOf(memory.bytes);
    this.nestedWalk = new NestedWalk(memory, this);
  }

  /**
   * Raises an exception: never returns. `errorCode` is -1 for vectors that have none. The loop catches it, puts EIP
   * and ESP back to the start of the instruction, and delivers. `rule` and `bits` are for those who tell of it.
   */
  fault(vector: number, errorCode: number, rule: BrokenRule | null = null, bits = 0): never {
    this.faultVector = vector;
    this.brokenRule = rule;
    this.brokenBits = bits;
    // EXT belongs to the codes that name a selector; a page fault's bits mean something else. In real-address mode
    // nothing has a code.
    const named = vector === TS || vector === NP || vector === SS_FAULT || vector === GP;
    if (isReal(this.state)) this.faultCode = -1;
    else this.faultCode = named ? errorCode | this.ext : errorCode;
    throw FAULT;
  }

  /** Leaves the guest: never returns. As with `fault`, the loop puts the instruction back, and then makes the VM exit. */
  leaveGuest(exit: ExitInformation): never {
    this.exitPending = exit;
    throw VM_EXIT;
  }

  /** What a walk for `linear` goes through beside page tables. */
  nested(linear: number): NestedWalk | null {
    return this.eptPointer === NO_EPT ? null : this.nestedWalk.open(this.eptPointer, linear, true);
  }

  /** Forgets which page instructions come from; the next fetch looks it up. */
  forgetFetch(): void {
    this.fetchPage = 1;
  }

  /** Recomputes everything derived from the state. */
  refreshAccess(): void {
    this.refreshMode();
    this.forgetFetch();
  }

  /** After a change of CPL, CR0 or EFLAGS.AC. */
  refreshMode(): void {
    const state = this.state;
    const user = state.cpl === 3;
    this.paging = (state.cr0 & CR0_PG) !== 0 || this.eptPointer !== NO_EPT;
    this.looksUp = this.paging || this.observesMemory;
    this.fetchNeed = user ? TLB_USER_READ : TLB_SUPERVISOR_READ;
    this.accessAs(user);
    this.alignmentChecked = user && (state.cr0 & CR0_AM) !== 0 && (state.rawFlags & FLAG_AC) !== 0;
    for (let segment = 0; segment < 6; segment++) this.refreshSegment(segment);
  }

  private accessAs(user: boolean): void {
    this.asUser = user;
    const seen = this.observesMemory ? 0 : -1;
    this.readNeed = (user ? TLB_USER_READ : TLB_SUPERVISOR_READ) & seen;
    this.writeNeed = (user ? TLB_USER_WRITE : TLB_SUPERVISOR_WRITE) & seen;
  }

  /** After a change of a segment register's hidden part. */
  refreshSegment(segment: number): void {
    const attr = this.state.attr[segment];
    const type = attr & 15;
    let high = -1;
    // Expand-up data, or code: the limit is the last valid offset.
    if ((attr & (ATTR_UNUSABLE | ATTR_P)) === ATTR_P && !this.alignmentChecked && (type & 0xc) !== 4) {
      high = this.state.limit[segment] >>> 0;
    }
    const readable = (type & 8) === 0 || (type & 2) !== 0;
    const writable = (type & 8) === 0 && (type & 2) !== 0;
    this.readHigh[segment] = readable ? high : -1;
    this.writeHigh[segment] = writable ? high : -1;
    if (segment === SS) this.stackMask = (attr & ATTR_DB) !== 0 ? -1 : 0xffff;
  }

  /** The slow path of a segmented access: all of SDM Vol. 3A, 5.3 to 5.5 for `size` bytes. Faults or returns. */
  checkSegment(segment: number, offset: number, size: number, write: boolean): void {
    const attr = this.state.attr[segment];
    const vector = segment === SS ? SS_FAULT : GP;
    if ((attr & (ATTR_UNUSABLE | ATTR_P)) !== ATTR_P) this.fault(vector, 0);
    const type = attr & 15;
    const code = (type & 8) !== 0;
    if (write ? code || (type & 2) === 0 : code && (type & 2) === 0) this.fault(GP, 0);
    const first = offset >>> 0;
    const last = first + size - 1;
    const limit = this.state.limit[segment] >>> 0;
    const inside =
      !code && (type & 4) !== 0
        ? first > limit && last <= ((attr & ATTR_DB) !== 0 ? 0xffffffff : 0xffff)
        : last <= limit;
    if (!inside) this.fault(vector, 0);
    // Larger sizes are blocks of which each part is checked as it is accessed.
    if (this.alignmentChecked && (size === 2 || size === 4) && ((this.base[segment] + offset) & (size - 1)) !== 0) {
      this.fault(AC, 0);
    }
  }

  /** Checks that `size` bytes (at most 4096) could be written, segment and pages, and marks the pages dirty. */
  checkWrite(segment: number, offset: number, size: number): void {
    if ((offset >>> 0) + size - 1 > this.writeHigh[segment]) {
      this.checkSegment(segment, offset, size, true);
    }
    const first = (this.base[segment] + offset) | 0;
    this.toWrite(first, 0);
    const last = (first + size - 1) | 0;
    if (((first ^ last) & -4096) !== 0) this.toWrite(last & -4096, 0);
  }

  /** Physical address (int32) of the first of `size` bytes to be read at the present CPL; 0 for a mere check. */
  toRead(linear: number, size: number): number {
    if (!this.looksUp) return linear;
    const i = TLB_DATA + ((linear >>> 11) & 0x1fe);
    const tag = this.tlbWords[i];
    return ((tag ^ linear) & -4096) === 0 && (tag & this.readNeed) !== 0
      ? this.tlbWords[i + 1] | (linear & 0xfff)
      : this.lookUp(linear, size, false);
  }

  /** As `toRead` for bytes to be written; MODIFIES is added to the size of what is read first. */
  toWrite(linear: number, size: number): number {
    if (!this.looksUp) return linear;
    const i = TLB_DATA + ((linear >>> 11) & 0x1fe);
    const tag = this.tlbWords[i];
    return ((tag ^ linear) & -4096) === 0 && (tag & this.writeNeed) !== 0
      ? this.tlbWords[i + 1] | (linear & 0xfff)
      : this.lookUp(linear, size, true);
  }

  /** A TLB miss; and every access while memory is observed. */
  private lookUp(linear: number, size: number, write: boolean): number {
    if (!this.observesMemory) return walk(this, linear, write, this.asUser, false);
    const physical = this.paging ? this.translateObserved(linear, write) : linear;
    const bytes = size & ~MODIFIES;
    if (bytes !== 0 && !this.own) {
      const how = !write ? ACCESS_READ : bytes === size ? ACCESS_WRITE : ACCESS_MODIFY;
      this.observer?.access(this as unknown as Cpu, linear >>> 0, physical >>> 0, bytes, how);
    }
    return physical;
  }

  /** What the fast path would have found. */
  private translateObserved(linear: number, write: boolean): number {
    const user = this.asUser;
    const i = TLB_DATA + ((linear >>> 11) & 0x1fe);
    const tag = this.tlbWords[i];
    const need = write ? (user ? TLB_USER_WRITE : TLB_SUPERVISOR_WRITE) : user ? TLB_USER_READ : TLB_SUPERVISOR_READ;
    return ((tag ^ linear) & -4096) === 0 && (tag & need) !== 0
      ? this.tlbWords[i + 1] | (linear & 0xfff)
      : walk(this, linear, write, user, false);
  }

  /** Reads a byte, unsigned. */
  readMem8(segment: number, offset: number): number {
    if (offset >>> 0 > this.readHigh[segment]) this.checkSegment(segment, offset, 1, false);
    return this.readLinear8((this.base[segment] + offset) | 0);
  }

  /** Reads a word, unsigned. */
  readMem16(segment: number, offset: number): number {
    if ((offset >>> 0) + 1 > this.readHigh[segment]) this.checkSegment(segment, offset, 2, false);
    return this.readLinear16((this.base[segment] + offset) | 0);
  }

  /** Reads a doubleword, signed. */
  readMem32(segment: number, offset: number): number {
    if ((offset >>> 0) + 3 > this.readHigh[segment]) this.checkSegment(segment, offset, 4, false);
    return this.readLinear32((this.base[segment] + offset) | 0);
  }

  /** Writes the low byte of `value`. */
  writeMem8(segment: number, offset: number, value: number): void {
    if (offset >>> 0 > this.writeHigh[segment]) this.checkSegment(segment, offset, 1, true);
    this.writeLinear8((this.base[segment] + offset) | 0, value);
  }

  /** Writes the low word of `value`. */
  writeMem16(segment: number, offset: number, value: number): void {
    if ((offset >>> 0) + 1 > this.writeHigh[segment]) this.checkSegment(segment, offset, 2, true);
    this.writeLinear16((this.base[segment] + offset) | 0, value);
  }

  /** Writes a doubleword. */
  writeMem32(segment: number, offset: number, value: number): void {
    if ((offset >>> 0) + 3 > this.writeHigh[segment]) this.checkSegment(segment, offset, 4, true);
    this.writeLinear32((this.base[segment] + offset) | 0, value);
  }

  readLinear8(linear: number): number {
    const physical = this.toRead(linear, 1) >>> 0;
    return physical < this.memorySize ? this.bytes[physical] : this.memory.read8(physical);
  }

  readLinear16(linear: number): number {
    if ((linear & 1) === 0) {
      const physical = this.toRead(linear, 2) >>> 0;
      return physical < this.memorySize ? this.words16[physical >>> 1] : this.memory.read16(physical);
    }
    return this.readSplit(linear, 2) & 0xffff;
  }

  readLinear32(linear: number): number {
    if ((linear & 3) === 0) {
      const physical = this.toRead(linear, 4) >>> 0;
      return physical < this.memorySize ? this.words32[physical >>> 2] : this.memory.read32(physical);
    }
    return this.readSplit(linear, 4);
  }

  writeLinear8(linear: number, value: number): void {
    const physical = this.toWrite(linear, 1) >>> 0;
    if (this.pageFlags[physical >>> 12] === 0) this.bytes[physical] = value;
    else this.writePhysical(physical, 1, value);
  }

  writeLinear16(linear: number, value: number): void {
    if ((linear & 1) === 0) {
      const physical = this.toWrite(linear, 2) >>> 0;
      if (this.pageFlags[physical >>> 12] === 0) this.words16[physical >>> 1] = value;
      else this.writePhysical(physical, 2, value);
    } else this.writeSplit(linear, 2, value);
  }

  writeLinear32(linear: number, value: number): void {
    if ((linear & 3) === 0) {
      const physical = this.toWrite(linear, 4) >>> 0;
      if (this.pageFlags[physical >>> 12] === 0) this.words32[physical >>> 2] = value;
      else this.writePhysical(physical, 4, value);
    } else this.writeSplit(linear, 4, value);
  }

  /** Reads `size` bytes that are not aligned; both pages are checked first. */
  private readSplit(linear: number, size: number): number {
    const first = this.toRead(linear, size);
    const beyond = (linear & 0xfff) + size - 0x1000;
    const second = beyond > 0 ? this.toRead((linear + size - 1) & -4096, beyond) : -1;
    return this.gather(first, second, size);
  }

  /** Writes `size` bytes that are not aligned; both pages are checked before the first byte is written. */
  private writeSplit(linear: number, size: number, value: number): void {
    const first = this.toWrite(linear, size);
    const beyond = (linear & 0xfff) + size - 0x1000;
    const second = beyond > 0 ? this.toWrite((linear + size - 1) & -4096, beyond) : -1;
    this.scatter(first, second, size, value);
  }

  /** Little-endian value of `size` bytes from `first`, continued at `second` (unless -1) where the page ends. */
  private gather(first: number, second: number, size: number): number {
    let value = 0;
    for (let k = 0; k < size; k++) {
      const inFirst = second === -1 || (first & 0xfff) + k < 0x1000;
      const address = inFirst ? first + k : second + (first & 0xfff) + k - 0x1000;
      value |= this.memory.read8(address >>> 0) << (8 * k);
    }
    return value;
  }

  private scatter(first: number, second: number, size: number, value: number): void {
    if (second === -1) {
      this.writePhysical(first >>> 0, size, value);
      return;
    }
    const here = 0x1000 - (first & 0xfff);
    for (let k = 0; k < size; k++) {
      const address = k < here ? first + k : second + k - here;
      this.writePhysical(address >>> 0, 1, value >> (8 * k));
    }
  }

  /** Writes `size` bytes inside one physical page, whatever its flags. */
  private writePhysical(physical: number, size: number, value: number): void {
    if (physical >= this.memorySize) return;
    if (this.pageFlags[physical >>> 12] !== 0) this.beforeWrite(physical, size);
    const bytes = this.bytes;
    bytes[physical] = value;
    if (size > 1) bytes[physical + 1] = value >> 8;
    if (size > 2) {
      bytes[physical + 2] = value >> 16;
      bytes[physical + 3] = value >> 24;
    }
  }

  /**
   * Lets memory note a write. A page that holds decoded code need not lose it when the bytes written are not under
   * any decoded instruction: data beside code is common in small programs.
   */
  private beforeWrite(physical: number, size: number): void {
    const page = physical >>> 12;
    const address = this.bytes.byteOffset + physical;
    const flags = this.pageFlags[page];
    if ((flags & PAGE_CODE) !== 0 && !isCovered(this.cover, address, size)) {
      if (flags !== PAGE_CODE) this.memory.noteWrite(page, true, physical, size);
      return;
    }
    this.memory.noteWrite(page, false, physical, size);
    uncoverPage(this.cover, address);
    if (page === this.fetchFrame >>> 12) this.forgetFetch();
  }

  /**
   * Reads an operand that the instruction will write: checked as a write (page fault code W = 1, #GP(0) where the
   * segment cannot be written). `writeBack` of the same size then cannot fault.
   */
  readModify8(segment: number, offset: number): number {
    this.beginModify(segment, offset, 1);
    return this.memory.read8(this.modifyFirst >>> 0);
  }

  /** As `readModify8`; unsigned. */
  readModify16(segment: number, offset: number): number {
    this.beginModify(segment, offset, 2);
    return this.gather(this.modifyFirst, this.modifySecond, 2);
  }

  /** As `readModify8`; signed. */
  readModify32(segment: number, offset: number): number {
    this.beginModify(segment, offset, 4);
    const first = this.modifyFirst >>> 0;
    return (first & 3) === 0 && first < this.memorySize
      ? this.words32[first >>> 2]
      : this.gather(this.modifyFirst, this.modifySecond, 4);
  }

  /** Writes where the last `readModify8` read. */
  writeBack8(value: number): void {
    this.writePhysical(this.modifyFirst >>> 0, 1, value);
  }

  /** Writes where the last `readModify16` read. */
  writeBack16(value: number): void {
    this.scatter(this.modifyFirst, this.modifySecond, 2, value);
  }

  /** Writes where the last `readModify32` read. */
  writeBack32(value: number): void {
    const first = this.modifyFirst >>> 0;
    if ((first & 3) === 0 && this.pageFlags[first >>> 12] === 0) this.words32[first >>> 2] = value;
    else this.scatter(this.modifyFirst, this.modifySecond, 4, value);
  }

  private beginModify(segment: number, offset: number, size: number): void {
    if ((offset >>> 0) + size - 1 > this.writeHigh[segment]) {
      this.checkSegment(segment, offset, size, true);
    }
    const linear = (this.base[segment] + offset) | 0;
    this.modifyFirst = this.toWrite(linear, size | MODIFIES);
    const beyond = (linear & 0xfff) + size - 0x1000;
    this.modifySecond = beyond > 0 ? this.toWrite((linear + size - 1) & -4096, beyond | MODIFIES) : -1;
  }

  /** Runs an access as a supervisor's, whatever the CPL: descriptor tables and task-state segments. */
  private asSupervisor(linear: number, size: number, write: boolean, value: number): number {
    const user = this.asUser;
    this.accessAs(false);
    // Words and doublewords are pushed on the stack of an inner level; bytes are accessed bits.
    this.own = !write || size === 1;
    try {
      if (write) {
        if (size === 1) this.writeLinear8(linear, value);
        else if (size === 2) this.writeLinear16(linear, value);
        else this.writeLinear32(linear, value);
        return 0;
      }
      if (size === 1) return this.readLinear8(linear);
      return size === 2 ? this.readLinear16(linear) : this.readLinear32(linear);
    } finally {
      this.accessAs(user);
      this.own = false;
    }
  }

  /** Reads at a linear address as a supervisor: 8 and 16 bits unsigned, 32 signed. */
  readSystem8(linear: number): number {
    return this.asSupervisor(linear | 0, 1, false, 0);
  }
  readSystem16(linear: number): number {
    return this.asSupervisor(linear | 0, 2, false, 0);
  }
  readSystem32(linear: number): number {
    return this.asSupervisor(linear | 0, 4, false, 0);
  }

  /** Writes at a linear address as a supervisor. */
  writeSystem8(linear: number, value: number): void {
    this.asSupervisor(linear | 0, 1, true, value);
  }
  writeSystem16(linear: number, value: number): void {
    this.asSupervisor(linear | 0, 2, true, value);
  }
  writeSystem32(linear: number, value: number): void {
    this.asSupervisor(linear | 0, 4, true, value);
  }
}
