import { DELIVERY_EXTERNAL, DELIVERY_TRAP, STOP_DELIVERED } from "../../cpu/api.ts";
import { PF_USER, PF_WRITE } from "../../cpu/paging.ts";
import { DR6_BS, FLAG_IF } from "../../cpu/registers.ts";
import { type CpuState, CS, ESP, HALTED, SHADOW_MOV_SS, SHADOW_NONE, SHUTDOWN } from "../../cpu/state.ts";
import type { Words } from "../../isa/types.ts";
import type { FactGroup } from "../../machine/describe.ts";
import type { EventKind, MachineEvent } from "../../machine/events.ts";
import type { GuestChange, Machine } from "../../machine/machine.ts";
import type { Memory } from "../../machine/memory.ts";
import { Platform, type PlatformState } from "../../machine/platform.ts";
import type { FaultJudgement, GuestView, Tenant } from "../../machine/tenant.ts";
import { FAULT_JUDGEMENTS } from "../fault-words.ts";
import { forwardInput, isInputLine } from "../host-devices.ts";
import { ShadowPaging, type ShadowPagingState } from "../shadow-paging.ts";
import { tell } from "../tell.ts";
import { VirtualCpu } from "../virtual-cpu.ts";
import { bootVmm } from "./boot.ts";
import { describeMonitor } from "./describe.ts";
import {
  COUNTER_VECTOR,
  EMULATE,
  GATE_EMULATE,
  IDLE,
  PIC_VECTOR,
  STACK_TOP,
  VMM_BASE,
  VMM_PDI,
  VMM_SIZE,
} from "./layout.ts";
import { ShadowTables, type ShadowTablesState } from "./shadow-tables.ts";
import { deliveredVector, readFrame } from "./trap-frame.ts";
import type { Reason } from "./words.ts";
import { type GuestFrame, World, type WorldState } from "./world.ts";

/**
 * Cycles of the VMM's handler beside delivery and IRET, which the processor counts itself. Calibrated so that a RDTSC
 * that traps costs what Adams and Agesen measured (ASPLOS 2006, section 3: 2030 cycles on a 3.8 GHz Pentium 4).
 */
export const HANDLER_CYCLES = 1900;
const DB = 1;
const NP = 11;
const PF = 14;

export interface MonitorState {
  readonly vcpu: Int32Array;
  readonly platform: PlatformState;
  readonly paging: ShadowPagingState;
  readonly tables: ShadowTablesState;
  readonly world: WorldState;
  readonly entered: boolean;
  readonly resumedAt: number;
  readonly epoch: number;
}

/** What a monitor's strategy decides. */
export interface MonitorOptions {
  /** Physical range for shadow page tables and their copies of guest tables. */
  readonly pool: { readonly first: number; readonly end: number };
  /** The page-directory entry of the VMM's range in every address space. */
  readonly directoryEntry: number;
}

/**
 * A VMM that keeps ring 0 to itself: its guest runs in the outer rings, with shadows of its descriptor tables and page
 * tables. It learns of what its guest does only by real deliveries through its IDT. A strategy says what is entered,
 * and may know more of its guest (the hooks).
 */
export abstract class Monitor implements Tenant, GuestView {
  readonly id: number;
  readonly name = "VMM";
  readonly memory: Memory;
  readonly platform = new Platform();
  readonly vcpu: VirtualCpu;
  protected readonly machine: Machine;
  protected readonly paging: ShadowPaging;
  protected readonly tables: ShadowTables;
  protected readonly world: World;
  /** The guest has been (or is just being) entered: its registers are in the processor, not in the virtual CPU. */
  protected entered = false;
  /** Ticks at the last resume: an interrupt shadow of the virtual CPU ends when the guest has run an instruction. */
  protected resumedAt = 0;
  /** Epoch of the shadow page tables that the real CR3 and TLB know. */
  private epoch = -1;

  constructor(machine: Machine, guestBytes: number, options: MonitorOptions) {
    this.machine = machine;
    this.memory = machine.memory.window(VMM_SIZE, guestBytes);
    this.id = machine.tenants.length + 1;
    this.vcpu = new VirtualCpu(machine, this.memory, this.platform, (reason, port, value) => {
      const { lastRow: row, startEip: eip, state } = this.vcpu;
      this.emit("io", reason, { a: port, b: value, row, eip, base: state.base[CS]! });
    });
    this.tables = new ShadowTables(machine.memory, this.memory, this.vcpu);
    this.paging = new ShadowPaging({
      memory: machine.memory,
      guest: this.memory,
      guestBase: VMM_SIZE,
      vcpu: this.vcpu,
      frames: options.pool,
      ownEntry: { index: VMM_PDI, value: options.directoryEntry },
      otherTraces: (page) => this.tracesAlso(page),
    });
    this.world = new World(machine, this.vcpu, this.tables);
    machine.tenants.push(this);
    machine.countAll = false;
    machine.counterVector = COUNTER_VECTOR;
    machine.changeGuest = (change) => this.changeGuest(change);
  }

  /** Guest-physical pages that are traced beside those of page tables. */
  protected tracesAlso(page: number): boolean {
    return this.tables.traces(page);
  }

  /** Boots the VMM and prepares the first entry. The virtual CPU's state must be the guest's at its start. */
  start(): void {
    bootVmm(this.machine, this);
    this.followTables();
    this.leave();
  }

  gate(index: number): void {
    const { machine, vcpu } = this;
    machine.cycles += this.handlerCycles(index);
    vcpu.tlb.flush();
    if (index === GATE_EMULATE) {
      if (this.runsGuestAt(index)) this.emulate(-1);
      else this.pollInput();
    } else {
      const frame = readFrame(machine, index);
      if (frame.fromGuest) this.takeGuest(frame, index);
      this.entered = false;
      this.dispatch(index, frame.errorCode);
    }
    this.settle();
    if (machine.outcome === "running") this.leave();
  }

  /** Cycles of the VMM's own work at a gate. */
  protected handlerCycles(_gate: number): number {
    return HANDLER_CYCLES;
  }

  /** The processor has left the guest: its state goes into the virtual CPU. */
  protected takeGuest(frame: GuestFrame, _vector: number): void {
    const { machine, vcpu } = this;
    this.world.absorb(vcpu.state, frame);
    // The counter is due and has not come, though real IF is 1: the guest stands in the shadow of a MOV SS.
    const inShadow = machine.time >= machine.counterDeadline;
    if (machine.ticks > this.resumedAt) vcpu.state.shadow = inShadow ? SHADOW_MOV_SS : SHADOW_NONE;
  }

  /** The emulation gate runs with interrupts off: what a real device has to say is taken first. */
  runsGuestAt(index: number): boolean {
    return index === GATE_EMULATE && !this.machine.platform.interruptPending();
  }

  private pollInput(): void {
    const real = this.machine.platform;
    while (real.interruptPending()) this.forwardInput(real.acknowledgeInterrupt());
  }

  protected dispatch(vector: number, errorCode: number): void {
    if (vector === COUNTER_VECTOR) return;
    if (isInputLine(vector - PIC_VECTOR)) this.forwardInput(vector);
    else if (vector === PF) this.pageFault(this.machine.cpu.state.cr2, errorCode);
    else if (vector === DB) this.debugTrap();
    else this.emulate(vector);
  }

  /** True, hidden, trace, or nothing there: told apart by the guest's own tables. */
  protected pageFault(linear: number, errorCode: number): void {
    const write = (errorCode & PF_WRITE) !== 0;
    // Rings 0 to 2 are supervisor to the paging unit, for the guest's rings as for the real ones.
    const user = (errorCode & PF_USER) !== 0;
    const kind = this.paging.fault(linear >>> 0, write, user);
    if (kind === "hidden") {
      this.emit("shadow-fill", "hidden-page-fault", { a: linear, vector: PF, errorCode });
      return;
    }
    if (kind === "trace") {
      this.emit("trace-hit", "trace-page-fault", { a: linear, vector: PF, errorCode });
      this.traceHit();
    }
    this.emulate(PF);
  }

  /**
   * A person's hand on the guest, between two of its instructions: as if the host had interrupted it there, the VMM puts
   * the change into the virtual CPU and goes back. Delivery and return are the processor's own, but are no steps: the
   * guest stands where it stood.
   */
  protected changeGuest(change: GuestChange): Words | null {
    const { machine, vcpu } = this;
    const { cpu } = machine;
    vcpu.tlb.flush();
    if (this.entered) {
      const shadow = this.shadowNow();
      cpu.deliver(COUNTER_VECTOR, DELIVERY_EXTERNAL, -1);
      this.takeGuest(readFrame(machine, COUNTER_VECTOR), COUNTER_VECTOR);
      vcpu.state.shadow = shadow;
      this.entered = false;
    }
    vcpu.refresh();
    const refusal = change(vcpu);
    vcpu.refresh();
    this.followTables();
    this.settle();
    if (machine.outcome === "running") this.leave();
    while (this.entered && cpu.state.cpl === 0 && cpu.run(1) > 0) {}
    return refusal;
  }

  /** The interrupt shadow that the guest stands in while it is entered. */
  protected shadowNow(): number {
    return this.machine.ticks > this.resumedAt ? this.machine.cpu.state.shadow : this.vcpu.state.shadow;
  }

  /** Runs one guest instruction on the virtual CPU; where it faults there, the fault is the guest's own. */
  protected emulate(vector: number): void {
    const { vcpu, machine } = this;
    const { cpl: cplBefore, eip } = vcpu.state;
    const base = vcpu.state.base[CS]!;
    vcpu.run(1);
    machine.addTicks(vcpu.ended);
    machine.cycles += vcpu.cycles;
    const loaded = this.followTables();
    if (machine.heard()) this.tellEmulation(vector, loaded, cplBefore, eip, base);
  }

  /** Why an instruction was emulated, where it did not turn out to be the guest's own fault. */
  protected emulationReason(vector: number): string {
    return (vector === PF ? "emulate-memory" : vector < 0 ? "emulate-unmappable" : "emulate") satisfies Reason;
  }

  /** What `emulate` came to: the guest's own fault, a descriptor's first load, or an instruction done in its place. */
  private tellEmulation(vector: number, loaded: boolean, cplBefore: number, eip: number, base: number): void {
    const { vcpu } = this;
    const { last, lastRow: row } = vcpu;
    if (vcpu.stop === STOP_DELIVERED) {
      const reason: Reason =
        vector === PF ? "true-page-fault" : last.kind === DELIVERY_TRAP ? "reflect-debug" : "reflect";
      const { vector: own, errorCode, address: a } = last;
      this.emit("reflect", reason, { cplBefore, eip, base, row, vector: own, errorCode, a });
    } else if (vector === NP && loaded) {
      this.emit("shadow-fill", "hidden-descriptor-fault", { cplBefore, eip, base, row, vector });
    } else {
      const own = vector < 32 ? vector : -1;
      this.emit("emulate", this.emulationReason(vector), { cplBefore, eip, base, row, vector: own });
    }
  }

  /** TF is the guest's own: the trap after its instruction goes to its handler. INT1 is the other way here. */
  private debugTrap(): void {
    const { vcpu } = this;
    const real = this.machine.cpu.state;
    const cplBefore = vcpu.state.cpl;
    if ((real.dr6 & DR6_BS) !== 0) {
      real.dr6 &= ~DR6_BS;
      vcpu.state.dr6 |= DR6_BS;
      vcpu.deliver(DB, DELIVERY_TRAP, -1);
    } else {
      // Run again on the virtual CPU, for what may go wrong in its delivery is a fault of INT1 itself.
      vcpu.state.eip = (vcpu.state.eip - 1) | 0;
      vcpu.run(1);
    }
    this.followTables();
    this.emit("reflect", "reflect-debug", { cplBefore, eip: vcpu.last.eip, base: vcpu.last.base, vector: DB });
  }

  /** A real device has interrupted. */
  private forwardInput(vector: number): void {
    forwardInput(this.machine, vector - PIC_VECTOR, this.platform);
    this.emit("input", "forward-input", {});
  }

  /** After anything on the virtual CPU: traces that it hit, and table registers or mappings that it changed. */
  protected followTables(): boolean {
    const { vcpu, memory, paging, tables } = this;
    let changed = false;
    for (const page of memory.takeWatchHits()) {
      paging.written(page);
      if (tables.written(page).length > 0) changed = true;
      this.tracedPageWritten(page);
      if (paging.traces(page) || this.tracesAlso(page)) memory.watch(page);
    }
    for (const page of tables.refresh(vcpu.state.cpl)) paging.protect(page);
    return changed;
  }

  /** The guest has written where the VMM traces, and will be emulated. */
  protected traceHit(): void {}

  /** A traced page has been written, by emulation or delivery. */
  protected tracedPageWritten(_page: number): void {}

  /** The VMM has set accessed and dirty bits in a traced page, on the guest's behalf. */
  protected tracedPageMarked(_page: number): void {}

  /** Tells of the marks since the last call. */
  protected followMarks(): void {
    for (const page of this.paging.takeMarked()) this.tracedPageMarked(page);
  }

  /** Brings the guest to where its next instruction may begin: pending traps and interrupts delivered, or halted. */
  private settle(): void {
    const { vcpu, machine, platform } = this;
    for (;;) {
      const { state } = vcpu;
      if (state.activity === SHUTDOWN) {
        this.emit("shutdown", "guest-shutdown", {});
        machine.end("shutdown");
        return;
      }
      if (platform.exitCode >= 0) {
        this.emit("exit", "exit", { a: 0xf4, b: platform.exitCode });
        machine.end("exited");
        return;
      }
      if (platform.resetRequested) {
        this.emit("shutdown", "reset", {});
        machine.end("shutdown");
        return;
      }
      platform.advanceTo(machine.time);
      if (state.pendingDebug !== 0 && state.shadow !== SHADOW_MOV_SS) {
        vcpu.run(1);
        this.followTables();
        const { eip, base, cpl: cplBefore } = vcpu.last;
        this.emit("reflect", "reflect-debug", { vector: DB, eip, base, cplBefore });
        continue;
      }
      if ((state.rawFlags & FLAG_IF) === 0 || state.shadow !== SHADOW_NONE || !platform.interruptPending()) return;
      const cplBefore = state.cpl;
      const vector = platform.acknowledgeInterrupt();
      vcpu.deliver(vector, DELIVERY_EXTERNAL, -1);
      this.followTables();
      this.emit("inject", "inject", { cplBefore, vector, eip: vcpu.last.eip, base: vcpu.last.base });
    }
  }

  /** Goes back: into the guest by a real IRET, into the idle loop, or to the gate that emulates on. */
  private leave(): void {
    const { machine, vcpu } = this;
    const { state } = machine.cpu;
    const virtual = vcpu.state;
    this.resumedAt = machine.ticks;
    this.followMarks();
    machine.counterDeadline = this.nextDeadline();
    // What is entered may be made only now, and be traced: the shadow must be the present directory's.
    this.paging.directory();

    if (virtual.activity === HALTED) {
      this.emit("halt", "guest-halt", {});
      state.eip = (VMM_BASE + IDLE) | 0;
      state.gpr[ESP] = (VMM_BASE + STACK_TOP) | 0;
    } else if (this.enter()) {
      this.entered = true;
    } else {
      state.eip = (VMM_BASE + EMULATE) | 0;
      state.gpr[ESP] = (VMM_BASE + STACK_TOP) | 0;
    }
    this.followPaging();
  }

  /** The processor walks the shadow of the guest's present directory; its TLB keeps nothing that the shadow has lost. */
  private followPaging(): void {
    const { cpu } = this.machine;
    const directory = this.paging.directory();
    if (cpu.state.cr3 === directory && this.epoch === this.paging.epoch) return;
    cpu.state.cr3 = directory;
    this.epoch = this.paging.epoch;
    cpu.tlb.flush();
  }

  /** Virtual time at which the host counter is to stop the guest. */
  protected nextDeadline(): number {
    const { machine, vcpu, platform } = this;
    if ((vcpu.state.rawFlags & FLAG_IF) === 0) return Number.POSITIVE_INFINITY;
    // A pending interrupt that a shadow holds back is due when one more instruction has ended.
    return platform.interruptPending() ? machine.time + 1 : platform.nextEvent();
  }

  /** Sets the processor up to go into the guest; false where nothing of it may run there, so that it must be emulated. */
  protected abstract enter(): boolean;

  /** `reason`: a key of the strategy's reasons. */
  protected emit(kind: EventKind, reason: string, details: Partial<MachineEvent>): void {
    tell(this.machine, this, this.vcpu.state, kind, reason, details);
  }

  // The guest's view.

  readState(into: CpuState): void {
    const { cpu } = this.machine;
    into.words.set(this.vcpu.state.words);
    const frame = this.frameOfGuest();
    if (!frame) return;
    this.readEntered(into, frame);
    if (cpu.state.cpl > 0) into.shadow = this.shadowNow();
  }

  /** Brings `into` up to what the guest that is entered has done. */
  protected readEntered(into: CpuState, frame: GuestFrame): void {
    this.world.absorb(into, frame);
  }

  /** Where the guest's own registers are, if not in the virtual CPU. */
  protected frameOfGuest(): GuestFrame | null {
    if (!this.entered) return null;
    const { cpu } = this.machine;
    const { state } = cpu;
    if (state.cpl > 0) {
      return {
        eip: state.eip,
        cs: state.selector[1]!,
        eflags: cpu.getEflags(),
        esp: state.gpr[ESP]!,
        ss: state.selector[2]!,
      };
    }
    const vector = deliveredVector(state);
    const frame = vector < 0 ? null : readFrame(this.machine, vector);
    return frame?.fromGuest ? frame : null;
  }

  get emulator(): VirtualCpu {
    return this.vcpu;
  }

  virtualCpl(): number {
    return this.vcpu.state.cpl;
  }

  inGuest(): boolean {
    return this.machine.cpu.state.cpl > 0;
  }

  hostPhysical(guestPhysical: number): number {
    return guestPhysical + VMM_SIZE;
  }

  judgeFault(linear: number, write: boolean, user: boolean): FaultJudgement {
    return FAULT_JUDGEMENTS[this.paging.judge(linear, write, user)];
  }

  describe(): readonly FactGroup[] {
    const { machine, vcpu, platform, paging, tables, world, entered } = this;
    const behind = paging.epoch - this.epoch;
    return describeMonitor({ machine, vcpu, platform, paging, tables, world, entered, behind });
  }

  save(): MonitorState {
    return {
      vcpu: this.vcpu.state.words.slice(),
      platform: this.platform.save(),
      paging: this.paging.save(),
      tables: this.tables.save(),
      world: this.world.save(),
      entered: this.entered,
      resumedAt: this.resumedAt,
      epoch: this.epoch - this.paging.epoch,
    };
  }

  load(saved: unknown): void {
    const state = saved as MonitorState;
    this.vcpu.state.words.set(state.vcpu);
    this.vcpu.tlb.flush();
    this.vcpu.refresh();
    this.platform.load(state.platform);
    this.memory.takeWatchHits();
    this.paging.load(state.paging);
    this.tables.load(state.tables);
    this.world.load(state.world);
    this.entered = state.entered;
    this.resumedAt = state.resumedAt;
    this.epoch = this.paging.epoch + state.epoch;
  }
}
