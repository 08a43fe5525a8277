import { PF_PRESENT, PF_WRITE } from "../../cpu/paging.ts";
import { DR6_BS, FLAG_TF } from "../../cpu/registers.ts";
import { CS } from "../../cpu/state.ts";
import type { EventKind, MachineEvent } from "../../machine/events.ts";
import { ASSIST_WRITABLE_PAGETABLES, VCPU_CR2 } from "./abi.ts";
import { bounce, type Entry, trapEntry } from "./bounce.ts";
import { KERNEL_RING } from "./descriptors.ts";
import { type Emulation, emulateForced, emulatePrivileged } from "./emulate.ts";
import type { Hypervisor } from "./hypervisor.ts";
import { addressInLdt, loadPageOfLdt } from "./ldt.ts";
import { fillSegment } from "./segments.ts";
import { DATA_SEGMENTS } from "./world.ts";
import { handleWrite, makeEmulator, type WriteEmulator } from "./writable-tables.ts";

const DB = 1;
const BP = 3;
const OF = 4;
const UD = 6;
const NM = 7;
const GP = 13;
const PF = 14;
const ERROR_IDT = 2;
/** Place of DR6 among a domain's debug registers, and its value with no condition set. */
const DR6_SLOT = 4;
const DR6_CLEAR = 0xffff0ff0 | 0;
/** INT n is two bytes long. */
const INT_LENGTH = 2;

/** What came of it, for the event. */
interface Told {
  readonly kind: EventKind;
  readonly reason: string;
  readonly vector: number;
  readonly eip: number;
  readonly a?: number;
}

export type Emit = (kind: EventKind, reason: string, details: Partial<MachineEvent>) => void;

/** What raises an exception in a domain, and what becomes of it: the hypervisor's affair, emulated, or the guest's own. */
export class Traps {
  private readonly xen: Hypervisor;
  private readonly emit: Emit;
  private readonly emulator: WriteEmulator;

  constructor(xen: Hypervisor, emit: Emit) {
    this.xen = xen;
    this.emit = emit;
    this.emulator = makeEmulator(xen.machine);
  }

  /** Exception `vector` out of the current domain. `errorCode` is -1 for none. */
  exception(vector: number, errorCode: number): void {
    if (vector === PF) this.pageFault(this.xen.machine.cpu.state.cr2, errorCode);
    else if (vector === GP) this.protectionFault(errorCode);
    else if (vector === UD) this.emulated(emulateForced(this.xen), UD, -1);
    else {
      // #NM is the guest's own wish; Xen clears TS as it tells the guest.
      if (vector === NM) this.xen.current.fields.taskSwitched = false;
      if (vector === DB) this.keepDebugStatus();
      this.reflect(vector, errorCode, vector !== BP && vector !== OF && vector !== DB);
    }
  }

  /** DR6 is the guest's to read, and sticky; the real one is made ready for the next trap. */
  private keepDebugStatus(): void {
    const { state } = this.xen.machine.cpu;
    this.xen.current.fields.debug[DR6_SLOT]! |= state.dr6;
    state.dr6 = DR6_CLEAR;
  }

  private pageFault(linear: number, errorCode: number): void {
    const { xen, emulator } = this;
    const { current } = xen;
    if (loadPageOfLdt(xen, linear)) {
      this.emit("shadow-fill", "ldt-page", { a: linear, vector: PF, errorCode });
      return;
    }
    const writes = (errorCode & (PF_PRESENT | PF_WRITE)) === (PF_PRESENT | PF_WRITE);
    const assisted = (current.fields.assists & (1 << ASSIST_WRITABLE_PAGETABLES)) !== 0;
    if (writes && assisted && current.context.cpl === KERNEL_RING) {
      emulator.state.words.set(current.context.words);
      const { eip } = current.context;
      if (handleWrite(xen, emulator, linear)) {
        xen.machine.addTicks(1);
        this.emit("emulate", "writable-page-table", { a: linear, vector: PF, errorCode, eip });
        this.singleStep();
        return;
      }
    }
    // Where its LDT has no page that can be shown, the fault is at the guest's own address of it.
    const address = addressInLdt(current, linear) ?? linear;
    xen.memory.write32(current.sharedInfo + VCPU_CR2, address);
    this.reflect(PF, errorCode, true, address);
  }

  private protectionFault(errorCode: number): void {
    if ((errorCode & ERROR_IDT) !== 0) this.softwareInterrupt(errorCode >>> 3, errorCode);
    else this.emulated(errorCode === 0 ? emulatePrivileged(this.xen) : { kind: "no" }, GP, errorCode);
  }

  /** INT n, which the gates of the real IDT refuse: it goes to the domain's handler if that may be reached so. */
  private softwareInterrupt(vector: number, errorCode: number): void {
    const { xen } = this;
    const { context } = xen.current;
    const entry = trapEntry(xen.memory, xen.current, vector);
    if (entry === null || entry.dpl < context.cpl) {
      this.reflect(GP, errorCode, true);
      return;
    }
    const { eip } = context;
    context.eip = (eip + INT_LENGTH) | 0;
    xen.machine.addTicks(1);
    this.enter(entry, -1, { kind: "reflect", reason: "interrupt-by-table", vector, eip });
  }

  /** An instruction that has been looked at: done in the guest's place, or the guest's own fault after all. */
  private emulated(result: Emulation, vector: number, errorCode: number): void {
    const { xen } = this;
    if (result.kind === "done") {
      xen.machine.addTicks(1);
      this.emit("emulate", result.reason, { vector, eip: result.eip, row: result.insn.rowIndex });
      this.singleStep();
    } else if (result.kind === "page-fault") {
      xen.memory.write32(xen.current.sharedInfo + VCPU_CR2, result.address);
      this.reflect(PF, result.errorCode, true, result.address);
    } else this.reflect(vector, errorCode, true);
  }

  /** After an instruction that was done in the guest's place: the trap that TF asks for, as the processor would raise it. */
  private singleStep(): void {
    const { context, fields } = this.xen.current;
    if ((context.rawFlags & FLAG_TF) === 0) return;
    fields.debug[DR6_SLOT]! |= DR6_BS;
    this.reflect(DB, -1, false);
  }

  /** Sends a trap to the domain's handler; without one, the domain ends. `ends`: a guest instruction ends by it. */
  private reflect(vector: number, errorCode: number, ends: boolean, address = 0): void {
    const { xen } = this;
    const { current } = xen;
    const entry = trapEntry(xen.memory, current, vector);
    if (ends) xen.machine.addTicks(1);
    const isPageFault = vector === PF;
    if (entry === null) {
      xen.crash(current, isPageFault ? "no-page-fault-handler" : "no-handler", isPageFault ? address : vector);
      return;
    }
    const reason = isPageFault ? "bounce-page-fault" : "bounce";
    this.enter(entry, errorCode, { kind: "reflect", reason, vector, eip: current.context.eip, a: address });
  }

  /** Sends the current domain to one of its handlers, by a frame on its kernel's stack. */
  enter(entry: Entry, errorCode: number, told: Told, segments = false): void {
    const { xen } = this;
    const { current, memory, guest, channels } = xen;
    const cplBefore = current.context.cpl;
    if (!bounce(memory, guest, channels, current, entry, errorCode, segments)) {
      xen.crash(current, "no-kernel-stack", current.fields.kernelSp);
      return;
    }
    const { kind, reason, vector, eip, a = 0 } = told;
    this.emit(kind, reason, { vector, errorCode, cplBefore, cplAfter: current.context.cpl, eip, a });
  }

  /**
   * The way back into the guest has faulted at one of its segment registers: at a descriptor in a page of its LDT that is
   * not shown yet, or the failsafe callback is due.
   */
  failedResume(vector: number): void {
    const { xen } = this;
    const { current } = xen;
    const { fields, context } = current;
    const { cr2 } = xen.machine.cpu.state;
    if (vector === PF && loadPageOfLdt(xen, cr2)) {
      this.emit("shadow-fill", "ldt-page", { a: cr2, vector });
      return;
    }
    // It was on its way to that callback itself: nothing can come of another attempt.
    const again = context.selector[CS] === fields.failsafeCs && context.eip === fields.failsafeEip;
    const bare = DATA_SEGMENTS.every((segment) => context.selector[segment] === 0);
    if (fields.failsafeEip === 0 || (again && bare)) {
      xen.crash(current, "no-failsafe", vector);
      return;
    }
    const entry = { cs: fields.failsafeCs, eip: fields.failsafeEip, masks: fields.failsafeMasks };
    this.enter(entry, -1, { kind: "reflect", reason: "failsafe", vector, eip: context.eip }, true);
    for (const segment of DATA_SEGMENTS) fillSegment(context, segment, 0, xen.memory, current);
  }
}
