import { FLAG_IF, FLAG_RF } from "../../cpu/registers.ts";
import { ACTIVE, type CpuState, ESP, HALTED, SHADOW_MOV_SS, SHADOW_NONE, SHUTDOWN } from "../../cpu/state.ts";
import { ENTRY_CHECKS } from "../../cpu/vmx/vm-entry.ts";
import { ROW_LIST } from "../../isa/rows.ts";
import type { Words } from "../../isa/types.ts";
import { VMX_CONTROLS } from "../../isa/vmx-controls.ts";
import { EXIT_REASON_BASIC } from "../../isa/vmx-exits.ts";
import type { FactGroup } from "../../machine/describe.ts";
import type { GuestChange, Machine } from "../../machine/machine.ts";
import type { PlatformState } from "../../machine/platform.ts";
import type { GuestView, Tenant } from "../../machine/tenant.ts";
import type { ShadowPagingState } from "../shadow-paging.ts";
import { bootVmm } from "./boot.ts";
import { writeBitmaps, writeControls } from "./controls.ts";
import { SAVED, type VtxCounts } from "./core.ts";
import { describeVtx } from "./describe.ts";
import { isEnterable } from "./enterable.ts";
import { EXIT_EXCEPTION } from "./exits.ts";
import { CORE, EVERYTHING, NOTHING } from "./guest-state.ts";
import * as at from "./layout.ts";
import { TSC_OFFSET_HIGH, type VtxOptions } from "./options.ts";
import { Switched, type SwitchesState } from "./switches.ts";
import { decodeEvent, encodeEvent, externalInterrupt } from "./vectoring.ts";

/**
 * Cycles of the VMM's own work at an exit, beside what VT-x itself takes: calibrated so that a page fault of the guest's own
 * under shadow paging comes near the 11242 cycles that Adams and Agesen measured (ASPLOS 2006, appendix).
 */
export const HANDLER_CYCLES = 3000;

const WINDOW = VMX_CONTROLS["interrupt-window-exiting"].mask;
const INVVPID_SINGLE_CONTEXT = 1;
const VPID = 1;

/** What an entry has injected. */
interface Injection {
  /** As in the VM-entry interruption-information field. */
  readonly information: number;
  /** RF in the guest's flags. */
  readonly resume: number;
  /** DR7.GD, which the VMM has cleared for a #DB. */
  readonly detection: boolean;
}

export interface VtxState extends SwitchesState {
  readonly vcpu: Int32Array;
  readonly platform: PlatformState;
  readonly paging: ShadowPagingState | null;
  readonly entered: boolean;
  readonly injection: Injection | null;
  readonly epoch: number;
  readonly counts: VtxCounts;
  readonly reads: number;
  readonly writes: number;
}

/**
 * The VMM of a processor with VT-x: it sits in root operation, keeps the VMCS by VMREAD and VMWRITE, and learns of what its
 * guest does by VM exits alone. The guest runs in all its own rings.
 */
export class Vtx extends Switched implements Tenant, GuestView {
  readonly id: number;
  readonly name = "VMM";
  /** The guest's registers are in the processor, or in the VMCS and the processor; else they are in the virtual CPU. */
  private entered = false;
  /** What the last entry injected, or null. */
  private injection: Injection | null = null;
  /** Epoch of the shadow page tables that the processor's TLB knows. */
  private epoch = -1;

  constructor(machine: Machine, guestBytes: number, options: VtxOptions) {
    super(machine, guestBytes, options);
    this.id = machine.tenants.length + 1;
    machine.tenants.push(this);
    machine.countAll = false;
    machine.counterVector = at.COUNTER_VECTOR;
    machine.changeGuest = (change) => this.changeGuest(change);
    // The guest's rings are its own: nothing that runs at CPL > 0 escapes anybody.
    machine.agreed = new Set(ROW_LIST.filter(({ silent }) => silent !== null).map(({ id }) => id));
  }

  /** Prepares the VMM's memory and the processor. The virtual CPU's state must be the guest's at its start. */
  start(): void {
    const { machine, options, vcpu } = this;
    bootVmm(machine, this);
    writeBitmaps(machine.memory, options);
    this.nested.start();
    if (options.has("tsc-offset")) vcpu.state.tscOffsetHigh = TSC_OFFSET_HIGH;
  }

  gate(index: number): void {
    const { vcpu, machine } = this;
    vcpu.tlb.flush();
    this.known = EVERYTHING;
    this.vectored = null;
    this.event = null;
    this.detection = false;
    this.vectoredDetection = false;
    this.translationsChanged = false;
    switch (index) {
      case at.GATE_SETUP:
        writeControls(this.vmcs, this.options);
        break;
      case at.GATE_EXIT:
        this.exited();
        break;
      case at.GATE_EMULATE:
        if (this.runsGuestAt(index)) this.emulateOne();
        else this.pollInput();
        break;
      case at.GATE_FAILED:
        throw new Error(this.failure());
      default:
        // While it waited: a device or the host counter.
        this.interrupted(index);
    }
    if (this.turned && machine.outcome === "running") this.followSwitches();
    this.settle();
    if (machine.outcome === "running") this.leave();
  }

  /** What went wrong with an instruction of VT-x or an entry, which is a mistake of this VMM's. */
  private failure(): string {
    const { held } = this.vmcs;
    const check = ENTRY_CHECKS.find((each) => !each.holds(held));
    return `VM-instruction error ${held.get("vmInstructionError")}: ${check?.id ?? "no check fails"} (${check?.words.en ?? ""})`;
  }

  /** A VM exit: why, in the middle of what, and what is to be done about it. */
  private exited(): void {
    const { machine, vmcs, counts } = this;
    machine.cycles += HANDLER_CYCLES;
    this.entered = false;
    this.known = NOTHING;
    const reason = vmcs.read("exitReason");
    if (reason < 0) throw new Error(this.failure());
    const basic = reason & EXIT_REASON_BASIC;
    counts.exits[basic]!++;
    this.vectored = decodeEvent(
      vmcs.read("idtVectoringInformation"),
      () => vmcs.read("idtVectoringErrorCode"),
      () => vmcs.read("exitInstructionLength"),
    );
    const { injection, vectored } = this;
    // Of a debug trap that the processor itself was delivering, RF is lost: it is set between the iterations of REP alone.
    const again = injection !== null && vectored !== null && encodeEvent(vectored) === injection.information;
    this.vectoredResume = basic !== EXIT_EXCEPTION ? SAVED : again ? injection.resume : 0;
    this.vectoredDetection = again && injection.detection;
    this.handle(basic);
  }

  // While an entry would not take the guest's state.

  runsGuestAt(index: number): boolean {
    return index === at.GATE_EMULATE && !this.machine.platform.interruptPending();
  }

  private pollInput(): void {
    const real = this.machine.platform;
    while (real.interruptPending()) this.interrupted(real.acknowledgeInterrupt());
  }

  /** One instruction, or the delivery of its fault, on the virtual CPU. */
  private emulateOne(): void {
    const { vcpu, machine } = this;
    const { from } = this;
    vcpu.run(1);
    machine.addTicks(vcpu.ended);
    machine.cycles += vcpu.cycles + HANDLER_CYCLES;
    this.counts.emulated++;
    this.followTables();
    this.emit("emulate", "emulate-restricted", { ...from, row: vcpu.lastRow });
  }

  /** Whether an entry would take the guest's state. With EPT the guest is unrestricted, and it always does. */
  private get enterable(): boolean {
    return this.paging === null || this.known < EVERYTHING || isEnterable(this.vcpu.state);
  }

  // After any gate.

  /** Ends the run, or sees to it that virtual interrupts come as soon as they may. */
  private settle(): void {
    const { platform, machine, vcpu } = this;
    if (platform.exitCode >= 0) {
      this.emit("exit", "exit", { a: 0xf4, b: platform.exitCode });
      this.end("exited");
      return;
    }
    if (platform.resetRequested) {
      this.emit("shutdown", "reset", {});
      this.end("shutdown");
      return;
    }
    platform.advanceTo(machine.time);
    if (!this.enterable) this.settleEmulated();
    if (this.known >= CORE && vcpu.state.activity === SHUTDOWN) {
      this.emit("shutdown", "guest-shutdown", {});
      this.end("shutdown");
      return;
    }
    this.openWindow(platform.interruptPending() && !this.injectInterrupt());
  }

  /** The guest has come to its end: whoever looks at it finds it in the virtual CPU. */
  private end(outcome: "exited" | "shutdown"): void {
    this.need(EVERYTHING);
    this.machine.end(outcome);
  }

  /** Delivers on the virtual CPU what an entry would have, as long as the guest's state is none for an entry. */
  private settleEmulated(): void {
    const { vcpu, platform } = this;
    while (!this.enterable && vcpu.state.activity !== SHUTDOWN) {
      const { state } = vcpu;
      if (this.event !== null) {
        const { event } = this;
        this.event = null;
        this.deliver(event);
      } else if (state.pendingDebug !== 0 && state.shadow !== SHADOW_MOV_SS) {
        vcpu.run(1);
        this.followTables();
        const { eip, base, cpl: cplBefore } = vcpu.last;
        this.emit("reflect", "reflect-debug", { vector: 1, eip, base, cplBefore });
      } else if (platform.interruptPending() && takesInterrupts(state)) {
        const cplBefore = state.cpl;
        const vector = platform.acknowledgeInterrupt();
        this.deliver(externalInterrupt(vector));
        const { eip, base } = vcpu.last;
        this.emit("inject", "inject-emulated", { cplBefore, vector, eip, base });
      } else return;
    }
  }

  /** Injects the pending virtual interrupt if the guest takes it now and nothing else is to be injected. */
  private injectInterrupt(): boolean {
    const { vcpu, platform } = this;
    this.need(CORE);
    const { state } = vcpu;
    if (this.event !== null || state.pendingDebug !== 0 || !takesInterrupts(state) || !this.enterable) return false;
    const vector = platform.acknowledgeInterrupt();
    state.activity = ACTIVE;
    this.event = externalInterrupt(vector);
    this.emit("inject", "inject", { vector });
    // There may be another behind it.
    return !platform.interruptPending();
  }

  private openWindow(open: boolean): void {
    const { vmcs } = this;
    const controls = vmcs.held.get("primaryControls");
    vmcs.update("primaryControls", open ? controls | WINDOW : controls & ~WINDOW);
  }

  /** Goes back: into the guest, into the idle loop, or to the gate that emulates on. */
  private leave(): void {
    const { machine, vcpu, platform } = this;
    const { state } = machine.cpu;
    const virtual = vcpu.state;
    const whole = this.known === EVERYTHING;
    if (whole && virtual.pendingDebug !== 0 && virtual.activity === HALTED) virtual.activity = ACTIVE;
    const halted = whole && virtual.activity === HALTED;
    const never = platform.interruptPending() || (halted && (virtual.rawFlags & FLAG_IF) === 0);
    machine.counterDeadline = this.turned ? machine.time : never ? Number.POSITIVE_INFINITY : platform.nextEvent();
    if (halted) {
      this.emit("halt", "guest-halt", {});
      state.eip = at.IDLE;
    } else if (!this.enterable) {
      state.eip = at.EMULATE;
    } else {
      this.enter();
      return;
    }
    state.gpr[ESP] = at.STACK_TOP;
  }

  /** Writes what the VMCS has not got yet, and goes to VMLAUNCH or VMRESUME. */
  private enter(): void {
    const { machine, vmcs, vcpu, event, counts } = this;
    const { held } = vmcs;
    this.guest.compose(vcpu.state, this.known, this.directory());
    this.followTranslations();
    this.injection = null;
    if (event !== null) {
      const information = encodeEvent(event);
      vmcs.write("entryInterruptionInformation", information);
      if (event.errorCode >= 0) vmcs.write("entryExceptionErrorCode", event.errorCode);
      if (event.length > 0) vmcs.write("entryInstructionLength", event.length);
      counts.injected++;
      this.injection = { information, resume: held.get("guestRflags") & FLAG_RF, detection: this.detection };
    }
    this.entered = true;
    machine.cpu.state.eip = held.launched ? at.RESUME : at.LAUNCH;
  }

  /** The page directory that the processor is to walk for the guest. */
  private directory(): number {
    return this.paging === null ? this.vcpu.state.cr3 : this.paging.directory();
  }

  /** Without VPID every entry empties the TLB; with it, that is the VMM's to do where its own work has left it behind. */
  private followTranslations(): void {
    const { paging, options, machine } = this;
    const stale = this.translationsChanged || (paging !== null && paging.epoch !== this.epoch);
    if (paging !== null) this.epoch = paging.epoch;
    if (stale && options.has("vpid")) machine.cpu.vmx!.invvpid(INVVPID_SINGLE_CONTEXT, () => [VPID, 0, 0, 0]);
  }

  /** A person's hand on the guest, between two of its instructions: no exit, and no step. */
  private changeGuest(change: GuestChange): Words | null {
    const { machine, vcpu, paging } = this;
    vcpu.tlb.flush();
    this.known = EVERYTHING;
    this.event = null;
    this.vectored = null;
    if (this.entered) this.readState(vcpu.state);
    vcpu.refresh();
    const refusal = change(vcpu);
    vcpu.refresh();
    this.followTables();
    if (this.entered && this.inGuest() && !this.enterable) {
      // It goes on as after an interrupt of the host's: on the virtual CPU.
      machine.cpu.guest!.exitByInterrupt(() => at.COUNTER_VECTOR);
      this.entered = false;
    }
    if (!this.entered) {
      this.settle();
      if (machine.outcome === "running") this.leave();
    } else if (!this.inGuest()) {
      this.guest.compose(vcpu.state, EVERYTHING, this.directory());
    } else {
      this.guest.putInside(vcpu.state, this.directory());
      if (paging !== null) this.epoch = paging.epoch;
      this.openWindow(this.platform.interruptPending());
      machine.cpu.tlb.flush();
      machine.cpu.refresh();
      machine.cpu.forgetFetch();
    }
    return refusal;
  }

  // The guest's view.

  readState(into: CpuState): void {
    if (into !== this.vcpu.state) into.words.set(this.vcpu.state.words);
    if (!this.entered) return;
    if (this.inGuest()) this.guest.lookInside(into);
    else this.guest.look(into);
  }

  get emulator() {
    return this.vcpu;
  }

  virtualCpl(): number {
    if (!this.entered) return this.vcpu.state.cpl;
    const { cpu } = this.machine;
    return this.inGuest() ? cpu.state.cpl : (this.vmcs.held.get("guestSsAccessRights") >>> 5) & 3;
  }

  inGuest(): boolean {
    return this.machine.cpu.guest !== null;
  }

  hostPhysical(guestPhysical: number): number {
    return guestPhysical + at.VMM_SIZE;
  }

  describe(): readonly FactGroup[] {
    const { machine, vcpu, platform, ept, paging, vmcs, counts, entered, options } = this;
    return describeVtx({ machine, vcpu, platform, ept, paging, vmcs, counts, entered, options });
  }

  save(): VtxState {
    const { vcpu, platform, paging, entered, injection, counts, vmcs } = this;
    return {
      ...this.saveSwitches(),
      vcpu: vcpu.state.words.slice(),
      platform: platform.save(),
      paging: paging?.save() ?? null,
      entered,
      injection,
      epoch: paging === null ? 0 : this.epoch - paging.epoch,
      counts: { ...counts, exits: counts.exits.slice() },
      reads: vmcs.reads,
      writes: vmcs.writes,
    };
  }

  load(saved: unknown): void {
    const state = saved as VtxState;
    this.loadSwitches(state);
    this.vcpu.state.words.set(state.vcpu);
    this.vcpu.tlb.flush();
    this.vcpu.refresh();
    this.platform.load(state.platform);
    this.memory.takeWatchHits();
    if (state.paging !== null) this.paging!.load(state.paging);
    this.entered = state.entered;
    this.injection = state.injection;
    this.epoch = (this.paging?.epoch ?? 0) + state.epoch;
    this.counts = { ...state.counts, exits: state.counts.exits.slice() };
    this.vmcs.reads = state.reads;
    this.vmcs.writes = state.writes;
  }
}

function takesInterrupts({ rawFlags, shadow }: CpuState): boolean {
  return (rawFlags & FLAG_IF) !== 0 && shadow === SHADOW_NONE;
}
