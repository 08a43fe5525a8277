import { DELIVERY_EXTERNAL, DELIVERY_TRAP, STOP_FAULT } from "../../cpu/api.ts";
import { CR0_PE, DR6_BD, DR7_GD, FLAG_RF } from "../../cpu/registers.ts";
import { CS, SHADOW_NONE, SHUTDOWN } from "../../cpu/state.ts";
import {
  RIGHTS_DPL_SHIFT,
  TYPE_EXTERNAL,
  TYPE_HARDWARE_EXCEPTION,
  TYPE_PRIVILEGED_EXCEPTION,
} from "../../isa/vmx-events.ts";
import type { EventKind, MachineEvent } from "../../machine/events.ts";
import type { Machine } from "../../machine/machine.ts";
import type { Memory } from "../../machine/memory.ts";
import { Platform } from "../../machine/platform.ts";
import type { Tenant } from "../../machine/tenant.ts";
import { ShadowPaging } from "../shadow-paging.ts";
import { tell } from "../tell.ts";
import { VirtualCpu } from "../virtual-cpu.ts";
import { masksFor } from "./controls.ts";
import { ExtendedPageTables } from "./ept.ts";
import { CORE, EVERYTHING, GuestState, type Known, NOTHING } from "./guest-state.ts";
import { POOL, POOL_END, VMM_SIZE } from "./layout.ts";
import type { VtxOptions } from "./options.ts";
import { combine, exception, type GuestEvent, isDebug, isSoftwareEvent } from "./vectoring.ts";
import { VmcsAccess } from "./vmcs-access.ts";
import type { Reason } from "./words.ts";

/** RF is as the exit has saved it. */
export const SAVED = -1;
/** Basic exit reasons that are counted: those below this. */
export const EXIT_REASONS = 70;

/** What the VMM has done so far. */
export interface VtxCounts {
  /** VM exits by basic reason. */
  readonly exits: number[];
  /** Events injected by VM entries. */
  injected: number;
  /** Instructions and deliveries that the virtual CPU has carried out. */
  emulated: number;
}

/** What all handlers of exits stand on: the guest's state, the emulator, and events that go through the guest's IDT. */
export abstract class Core {
  readonly memory: Memory;
  readonly platform = new Platform();
  readonly vcpu: VirtualCpu;
  protected readonly machine: Machine;
  /** The switches that the VMM goes by now. */
  protected options!: VtxOptions;
  protected readonly vmcs: VmcsAccess;
  protected guest!: GuestState;
  protected readonly nested: ExtendedPageTables;
  protected readonly shadows: ShadowPaging;
  /** One of the two, and else null: extended page tables, or shadows of the guest's. */
  protected ept!: ExtendedPageTables | null;
  protected paging!: ShadowPaging | null;
  protected counts: VtxCounts = { exits: new Array<number>(EXIT_REASONS).fill(0), injected: 0, emulated: 0 };

  // Of one gate alone:
  /** How much of the guest's state has been taken into the virtual CPU. */
  protected known: Known = NOTHING;
  /** In whose delivery the guest was left, or null. */
  protected vectored: GuestEvent | null = null;
  /** RF in the frame of an event that is no fault: as the exit has saved it (SAVED), or as the VMM has to know it. */
  protected vectoredResume = SAVED;
  /** DR7.GD before the VMM took it for a #DB that it injects, and for the one in whose delivery the guest was left. */
  protected detection = false;
  protected vectoredDetection = false;
  /** What the next VM entry injects, or null. */
  protected event: GuestEvent | null = null;
  /** The emulator has done something that the processor's TLB does not know. */
  protected translationsChanged = false;

  constructor(machine: Machine, guestBytes: number, options: VtxOptions) {
    this.machine = machine;
    this.memory = machine.memory.window(VMM_SIZE, guestBytes);
    this.vcpu = new VirtualCpu(machine, this.memory, this.platform, (reason, port, value) => {
      const { lastRow: row, startEip: eip, state } = this.vcpu;
      this.emit("io", reason, { a: port, b: value, row, eip, base: state.base[CS]! });
    });
    this.nested = new ExtendedPageTables(machine.memory, guestBytes);
    this.shadows = new ShadowPaging({
      memory: machine.memory,
      guest: this.memory,
      guestBase: VMM_SIZE,
      vcpu: this.vcpu,
      frames: { first: POOL, end: POOL_END },
      ownEntry: null,
      otherTraces: () => false,
    });
    this.vmcs = new VmcsAccess(machine);
    this.workBy(options);
  }

  /** Goes by these switches from here on. Nothing in simulated memory is changed by this. */
  protected workBy(options: VtxOptions): void {
    const { machine, vmcs, nested } = this;
    const shadows = options.has("shadow-paging");
    this.options = options;
    nested.large = options.has("ept-large-pages");
    this.ept = shadows ? null : nested;
    this.paging = shadows ? this.shadows : null;
    this.guest = new GuestState(machine, vmcs, masksFor(options), !shadows);
  }

  /** Takes the guest's state as far as it is wanted, where that has not been done since the exit. */
  protected need(wanted: Known): void {
    if (this.known >= wanted) return;
    this.guest.absorb(this.vcpu.state, this.known, wanted);
    this.known = wanted;
  }

  protected get protectedMode(): boolean {
    return (this.vcpu.state.cr0 & CR0_PE) !== 0;
  }

  /**
   * Runs the guest's instruction on the virtual CPU, or where it was left in a delivery, that. Where the instruction faults
   * there, the fault is the guest's own, and is injected. `light`: it touches no memory and no translations.
   */
  protected emulate(reason: Reason, light: boolean): void {
    if (this.vectored !== null) {
      this.emulateDelivery();
      return;
    }
    this.need(CORE);
    const { vcpu } = this;
    if (!light || this.paging !== null || vcpu.state.cpl > 0) this.need(EVERYTHING);
    if (!light) this.translationsChanged = true;
    const { cplBefore, ...where } = this.from;
    this.runHeld();
    const { lastRow: row } = vcpu;
    if (vcpu.stop === STOP_FAULT) {
      const { faultVector: vector, faultCode: errorCode } = vcpu;
      this.inject(exception(vector, errorCode));
      this.emit("reflect", reason === "task-switch" ? reason : "inject-fault", {
        cplBefore,
        ...where,
        row,
        vector,
        errorCode,
      });
    } else {
      this.emit("emulate", reason, { cplBefore, ...where, row });
    }
  }

  /** One instruction on the virtual CPU, whose fault is held back. */
  private runHeld(): void {
    const { vcpu, machine } = this;
    vcpu.holdsFaults = true;
    vcpu.run(1);
    vcpu.holdsFaults = false;
    machine.addTicks(vcpu.ended);
    machine.cycles += vcpu.cycles;
    this.counts.emulated++;
    this.followTables();
  }

  /** The event that was being delivered goes through the guest's IDT on the virtual CPU. */
  private emulateDelivery(): void {
    const { vcpu, machine } = this;
    const event = this.vectored!;
    this.vectored = null;
    this.translationsChanged = true;
    this.need(EVERYTHING);
    const { from } = this;
    if (isSoftwareEvent(event)) {
      // The instruction is run again: the tick that it brings may have been counted, when the VMM injected the event.
      const { ticks } = machine;
      this.runHeld();
      if (!machine.leftInstruction) machine.addTicks(ticks - machine.ticks);
      if (vcpu.stop === STOP_FAULT) this.inject(exception(vcpu.faultVector, vcpu.faultCode));
    } else {
      this.countInstruction();
      this.resumeFor(event);
      this.beginDetection();
      this.deliver(event);
    }
    this.emit("emulate", "emulate-delivery", { ...from, vector: event.vector, errorCode: event.errorCode });
  }

  /** Delivers an event on the virtual CPU, and whatever comes of that. */
  protected deliver(event: GuestEvent): void {
    const { vcpu, machine } = this;
    // Not as a fault: RF is in the guest's flags already, as it is to be in the frame.
    vcpu.deliver(event.vector, event.type === TYPE_EXTERNAL ? DELIVERY_EXTERNAL : DELIVERY_TRAP, event.errorCode);
    machine.cycles += vcpu.cycles;
    this.counts.emulated++;
    this.followTables();
  }

  /**
   * Whether an event in whose delivery the guest was left is the debug trap after an instruction that has ended. General detect
   * is a fault, and DR6.BD and DR7.GD, which the end of the delivery clears, tell of it.
   */
  private isTrap(event: GuestEvent): boolean {
    const { machine, vmcs } = this;
    const detected = (machine.cpu.state.dr6 & DR6_BD) !== 0 && (vmcs.held.get("guestDr7") & DR7_GD) !== 0;
    return isDebug(event) && !detected;
  }

  /** The instruction by which the guest was left, if there is one, ends by an exception. */
  private countInstruction(): void {
    if (this.machine.leftInstruction) this.machine.addTicks(1);
  }

  /** What stood in the way of a delivery has been mended: the next entry injects the event again. */
  protected injectAgain(): void {
    const event = this.vectored;
    if (event === null) return;
    this.vectored = null;
    this.countInstruction();
    this.resumeFor(event);
    this.event = event;
    const { vector, errorCode } = event;
    this.emit("reflect", "inject-again", { ...this.from, vector, errorCode });
  }

  /**
   * RF as the frame of `event` is to have it, which is as the guest's flags have it when it is injected: set for a fault. For
   * other events it is as it was; but an exception that exits has set it for its own frame (SDM Vol. 3C, 28.3.3).
   */
  private resumeFor(event: GuestEvent): void {
    const { vmcs, vcpu } = this;
    const fault = event.type === TYPE_HARDWARE_EXCEPTION && !this.isTrap(event);
    const resume = fault ? FLAG_RF : this.vectoredResume;
    this.endDetection(event);
    if (this.known >= CORE) {
      if (resume !== SAVED) vcpu.state.rawFlags = (vcpu.state.rawFlags & ~FLAG_RF) | resume;
      this.endShadow();
      return;
    }
    if (resume !== SAVED) vmcs.update("guestRflags", (vmcs.read("guestRflags") & ~FLAG_RF) | resume);
    if (vmcs.read("guestInterruptibilityState") === 0) return;
    vmcs.write("guestInterruptibilityState", 0);
    vmcs.update("guestPendingDebugExceptions", 0);
  }

  /**
   * A delivery ends the shadow of STI and MOV SS, and what was to follow it. An exit comes before that, and an entry does not
   * take a shadow with TF set and no single step pending.
   */
  private endShadow(): void {
    const { state } = this.vcpu;
    state.shadow = SHADOW_NONE;
    state.pendingDebug = 0;
  }

  /** A delivery of #DB, INT1's too, clears DR7.GD; an injection leaves DR7 alone (SDM Vol. 3C, 27.6.1). */
  private endDetection(event: GuestEvent): void {
    if (!isDebug(event) && event.type !== TYPE_PRIVILEGED_EXCEPTION) return;
    this.need(EVERYTHING);
    const { state } = this.vcpu;
    this.detection = this.vectoredDetection || (state.dr7 & DR7_GD) !== 0;
    state.dr7 &= ~DR7_GD;
  }

  /** The #DB is not delivered, or anew on the virtual CPU: DR7.GD is as it was. */
  private beginDetection(): void {
    if (!this.vectoredDetection) return;
    this.need(EVERYTHING);
    this.vcpu.state.dr7 |= DR7_GD;
    this.vectoredDetection = false;
  }

  /** What the next VM entry injects. The frame of a fault has RF set; `trap`: it is a debug trap. */
  private inject(event: GuestEvent, trap = false): void {
    this.event = event;
    this.endShadow();
    this.endDetection(event);
    if (event.type === TYPE_HARDWARE_EXCEPTION && !trap) this.vcpu.state.rawFlags |= FLAG_RF;
  }

  /**
   * An exception of the guest's own, which ends its instruction, or comes in place of the event that was being delivered.
   * `trap`: it is the debug trap after an instruction that has ended.
   */
  protected raise(event: GuestEvent, reason: Reason, details: Partial<MachineEvent> = {}, trap = false): void {
    const { vcpu, vectored } = this;
    this.need(CORE);
    this.beginDetection();
    this.countInstruction();
    const then = combine(vectored, event, this.protectedMode);
    this.vectored = null;
    if (then === null) {
      vcpu.state.activity = SHUTDOWN;
      return;
    }
    this.inject(then, trap && then === event);
    this.emit("reflect", reason, { vector: then.vector, errorCode: then.errorCode, ...details });
  }

  /** Where the guest stands and in which ring, for those who are told; the VMM itself may not have asked yet. */
  protected get from(): Pick<MachineEvent, "cplBefore" | "eip"> & Partial<MachineEvent> {
    const { state } = this.vcpu;
    if (this.known >= CORE) return { cplBefore: state.cpl, eip: state.eip, base: state.base[CS]! };
    const { held } = this.vmcs;
    const cpl = (held.get("guestSsAccessRights") >>> RIGHTS_DPL_SHIFT) & 3;
    return { cplBefore: cpl, cplAfter: cpl, eip: held.get("guestRip"), base: held.get("guestCsBase") };
  }

  /** After anything on the virtual CPU: writes to page tables that are shadowed. */
  protected followTables(): void {
    const { paging, memory } = this;
    if (paging === null) return;
    for (const page of memory.takeWatchHits()) {
      paging.written(page);
      if (paging.traces(page)) memory.watch(page);
    }
  }

  /** `reason`: a key of the strategy's reasons, or of the machine's. */
  protected emit(kind: EventKind, reason: string, details: Partial<MachineEvent>): void {
    tell(this.machine, this as unknown as Tenant, this.vcpu.state, kind, reason, details);
  }
}
