import {
  CR0_FIXED_1,
  capabilityMsr,
  FEATURE_CONTROL_LOCK,
  FEATURE_CONTROL_VMX,
  MSR_FEATURE_CONTROL,
} from "../../isa/vmx-capabilities.ts";
import { INFO_NMI_UNBLOCKING, INFO_VECTOR, TYPE_EXTERNAL } from "../../isa/vmx-events.ts";
import { DELIVERY_EXTERNAL, DELIVERY_FAULT, STOP_INACTIVE, STOP_WORLD } from "../api.ts";
import type { Cpu } from "../cpu.ts";
import { DF, hasErrorCode } from "../fault.ts";
import type { Insn } from "../insn.ts";
import { pagingMode } from "../paging.ts";
import { SHADOW_NONE, SHUTDOWN, VMX_NON_ROOT, VMX_OFF, VMX_ROOT } from "../state.ts";
import {
  boundaryControls,
  boundaryExit,
  INTERRUPTS_EXIT,
  startTimer,
  stepsUntilTimer,
  stopTimer,
  TRAP_FLAG,
  timerLeft,
  watchesEveryStep,
} from "./boundary.ts";
import { EXIT_CYCLES } from "./cycles.ts";
import type { EntryCheck } from "./entry-checks.ts";
import { EPT_VIOLATION } from "./ept.ts";
import { exceptionExit, typeOf } from "./event-exits.ts";
import { guestCr0Fixed, readCr0, readCr4, tscOffset, writeCr0, writeCr4 } from "./guest-registers.ts";
import { injectEvent } from "./injection.ts";
import { intercept } from "./intercepts.ts";
import { encodeInterruption } from "./interruption.ts";
import { has } from "./modes.ts";
import { loadMsrs, storeMsrs } from "./msr-lists.ts";
import { eptPointerOf, NO_EPT } from "./nested.ts";
import { ENTRY_CHECKS, loadGuest } from "./vm-entry.ts";
import { type ExitInformation, loadHost, recordExit, saveGuest } from "./vm-exit.ts";
import { Vmcs } from "./vmcs.ts";

const ENTRY_FAILURE = 1 << 31;
const REASON_EXTERNAL_INTERRUPT = 1;
const REASON_EXCEPTION = 0;
const REASON_TASK_SWITCH = 9;
/** In the qualification of an EPT violation: as INFO_NMI_UNBLOCKING. */
const VIOLATION_UNBLOCKING = 1 << 12;
const REASON_GUEST_STATE = 33;
const REASON_MSR_LOADING = 34;
const ABORT_MSR_STORING = 1;
const ABORT_MSR_LOADING = 4;
const TASK_SOURCE_SHIFT = 30;

/** The event being delivered in the guest, as IDT-vectoring information has it. */
interface Vectoring {
  readonly information: number;
  readonly code: number;
  /** Of the instruction, for software events; else 0. */
  readonly length: number;
  /** Its frame would show RF set, as a fault's does. */
  readonly resumes: boolean;
}

/**
 * Two worlds: how the processor enters a guest and leaves it (SDM Vol. 3C, chapters 26 to 28). What there is to remember is
 * in the processor's state and in the VMCS; this object holds nothing that could not be made anew.
 */
export class World {
  readonly vmcs: Vmcs;
  protected readonly cpu: Cpu;
  private vectoring: Vectoring | null = null;
  /** The vectoring event has faulted; the exception that follows happened in its delivery. */
  private carried = false;
  /** The IRET under way has ended blocking by NMI. */
  private unblocked = false;
  /** `pagingMode` of the world that is being left. */
  protected pagingBefore = 0;

  constructor(cpu: Cpu) {
    this.cpu = cpu;
    this.vmcs = new Vmcs(cpu.memory);
  }

  get nonRoot(): boolean {
    return this.cpu.state.vmxMode === VMX_NON_ROOT;
  }

  /** After the state has changed from outside, or the world. */
  refresh(): void {
    const { cpu, vmcs } = this;
    const { vmcsPointer } = cpu.state;
    vmcs.pointer = vmcsPointer === -1 ? -1 : vmcsPointer >>> 0;
    cpu.eptPointer = eptPointerOf(cpu.state);
  }

  // Boundaries.

  get watches(): boolean {
    return watchesEveryStep(this.cpu.state) || timerLeft(this.cpu) <= 0;
  }

  boundary(debug: boolean): ExitInformation | null {
    return boundaryExit(this.cpu, debug);
  }

  stepped(): void {
    const { state } = this.cpu;
    if (this.nonRoot && (state.boundaryControls & TRAP_FLAG) !== 0) state.pendingMtf = 1;
  }

  stepsUntilBoundary(): number {
    return stepsUntilTimer(this.cpu);
  }

  sleepUntilBoundary(): number {
    return timerLeft(this.cpu);
  }

  // External interrupts.

  get interruptsExit(): boolean {
    return (this.cpu.state.boundaryControls & INTERRUPTS_EXIT) !== 0;
  }

  exitByInterrupt(acknowledge: () => number): void {
    const vector = has(this.vmcs, "acknowledge-interrupt-on-exit") ? acknowledge() : -1;
    const interruption = vector === -1 ? 0 : encodeInterruption(vector, TYPE_EXTERNAL, -1);
    this.exit({ reason: REASON_EXTERNAL_INTERRUPT, interruption });
  }

  // Instructions and events.

  intercepts(insn: Insn): ExitInformation | null {
    return intercept(this.cpu, insn, this.vmcs);
  }

  interceptsException(vector: number, kind: number, code: number, debug: number): ExitInformation | null {
    if (!this.carried) this.vectoring = null;
    return exceptionExit(this.cpu, this.vmcs, vector, kind, code, debug, 0);
  }

  /** INT n, INT3, INTO or INT1 of `length` bytes is about to be delivered; leaves the guest if its exception does. */
  beginSoftware(vector: number, kind: number, length: number): void {
    const { cpu } = this;
    this.carried = false;
    this.vectoring = null;
    const exit = exceptionExit(cpu, this.vmcs, vector, kind, -1, 0, length);
    if (exit !== null) cpu.leaveGuest(exit);
    this.begin({ information: encodeInterruption(vector, typeOf(cpu, kind), -1), code: 0, length, resumes: false });
  }

  /** Whatever leaves the guest from now on finds it unblocked by STI and MOV SS (28.1). */
  private begin(vectoring: Vectoring): void {
    const { cpu } = this;
    this.carried = true;
    this.vectoring = vectoring;
    cpu.startShadow = SHADOW_NONE;
    cpu.state.shadow = SHADOW_NONE;
  }

  beginDelivery(vector: number, kind: number, code: number): void {
    const withCode = kind !== DELIVERY_EXTERNAL && hasErrorCode(vector) ? code : -1;
    const information = encodeInterruption(vector, typeOf(this.cpu, kind), withCode);
    this.begin({ information, code: Math.max(0, withCode), length: 0, resumes: kind === DELIVERY_FAULT });
  }

  /** An injected event: its information is the entry's own. */
  beginInjection(information: number, code: number, length: number): void {
    this.begin({ information, code, length, resumes: false });
  }

  /** `over`: the event is; else it has faulted, and what comes next happens in its delivery. */
  endDelivery(over = true): void {
    if (!over) return;
    this.unblocked = false;
    this.carried = false;
    this.vectoring = null;
  }

  /** A hardware task switch leaves the guest always (26.1.2). `source`: 0 CALL, 1 IRET, 2 JMP, 3 a task gate in the IDT. */
  exitByTaskSwitch(selector: number, source: number): never {
    const { cpu } = this;
    return cpu.leaveGuest({
      reason: REASON_TASK_SWITCH,
      qualification: (selector & 0xffff) | (source << TASK_SOURCE_SHIFT),
      instructionLength: cpu.state.eip - cpu.startEip,
      byInstruction: true,
    });
  }

  beginIret(): void {
    const { state } = this.cpu;
    if (state.nmiBlocking === 0) return;
    if (this.nonRoot && has(this.vmcs, "nmi-exiting") && !has(this.vmcs, "virtual-nmis")) return;
    state.nmiBlocking = 0;
    this.unblocked = this.nonRoot;
  }

  endIret(): void {
    this.unblocked = false;
  }

  /** What an exit in the middle of an IRET that has ended blocking by NMI adds to what it says (28.2.2, 28.2.1). */
  private unblocking(exit: ExitInformation): ExitInformation {
    if (!this.unblocked || this.vectoring !== null) return exit;
    if (exit.reason === EPT_VIOLATION) {
      return { ...exit, qualification: (exit.qualification ?? 0) | VIOLATION_UNBLOCKING };
    }
    const { interruption = 0 } = exit;
    const counts = exit.reason === REASON_EXCEPTION && (interruption & INFO_VECTOR) !== DF;
    return counts ? { ...exit, interruption: interruption | INFO_NMI_UNBLOCKING } : exit;
  }

  // Registers.

  readCr0(real: number): number {
    return this.nonRoot ? readCr0(this.vmcs, real) : real;
  }
  readCr4(real: number): number {
    return this.nonRoot ? readCr4(this.vmcs, real) : real;
  }
  writeCr0(real: number, value: number): number {
    return this.nonRoot ? writeCr0(this.vmcs, real, value) : value;
  }
  writeCr4(real: number, value: number): number {
    return this.nonRoot ? writeCr4(this.vmcs, real, value) : value;
  }

  get cr0Fixed(): number {
    if (this.cpu.state.vmxMode === VMX_OFF) return 0;
    return this.nonRoot ? guestCr0Fixed(this.vmcs) : CR0_FIXED_1;
  }

  tscOffset(): readonly [low: number, high: number] {
    return this.nonRoot ? tscOffset(this.vmcs) : [0, 0];
  }

  readMsr(msr: number): readonly [low: number, high: number] | null {
    if (msr === MSR_FEATURE_CONTROL) return [this.cpu.state.featureControl, 0];
    const capability = capabilityMsr(msr);
    return capability === null ? null : [capability.low, capability.high];
  }

  takesMsr(msr: number, low: number, high: number): boolean {
    const { featureControl } = this.cpu.state;
    if (msr !== MSR_FEATURE_CONTROL || (featureControl & FEATURE_CONTROL_LOCK) !== 0) return false;
    return high === 0 && (low & ~(FEATURE_CONTROL_LOCK | FEATURE_CONTROL_VMX)) === 0;
  }

  writeMsr(msr: number, low: number, high: number): boolean {
    if (!this.takesMsr(msr, low, high)) return false;
    this.cpu.state.featureControl = low;
    return true;
  }

  // Entry and exit.

  /** Enters the guest of the current VMCS, whose controls and host state have been checked (27.3 to 27.6). */
  protected enterGuest(launch: boolean): void {
    const { cpu, vmcs } = this;
    this.pagingBefore = pagingMode(cpu.state);
    const check = ENTRY_CHECKS.findIndex((each) => each.stage === "guest" && !each.holds(vmcs));
    if (check >= 0) {
      this.failEntry(REASON_GUEST_STATE, (ENTRY_CHECKS[check] as EntryCheck).qualification ?? 0, check);
      return;
    }
    loadGuest(cpu, vmcs);
    const failed = loadMsrs(cpu, vmcs, "entryMsrLoadCount", "entryMsrLoadAddress");
    if (failed > 0) {
      this.failEntry(REASON_MSR_LOADING, failed, -1);
      return;
    }
    if (launch) vmcs.setLaunched(true);
    cpu.state.vmxMode = VMX_NON_ROOT;
    cpu.startShadow = 0;
    this.endDelivery();
    this.changedWorld();
    startTimer(cpu, vmcs);
    cpu.bus.noteVmx?.({ kind: "vm-entry" });
    injectEvent(cpu, this, vmcs);
  }

  /** The guest's state may not be loaded: the host's is, as by an exit; the launch state stays (27.8). */
  private failEntry(reason: number, qualification: number, check: number): void {
    const { vmcs, cpu } = this;
    vmcs.set("exitReason", reason | ENTRY_FAILURE);
    vmcs.set("exitQualification", qualification);
    this.loadHost();
    cpu.bus.noteVmx?.({ kind: "vm-fail", how: "entry", error: 0, check, operand: 0 });
  }

  /** Leaves the guest (chapter 28). */
  exit(exit: ExitInformation): void {
    const { cpu, vmcs, vectoring } = this;
    // In a delivery, RF is what the frame would have had (28.3.3).
    const asFrame = vectoring !== null && exit.interruption === undefined;
    const inFrame = vectoring?.resumes === true && (exit.resumes === true || exit.reason === REASON_TASK_SWITCH);
    const fault = asFrame ? inFrame : exit.resumes === true;
    this.pagingBefore = pagingMode(cpu.state);
    recordExit(vmcs, this.unblocking(exit), vectoring?.information ?? 0, vectoring?.code ?? 0);
    if (vectoring !== null && vectoring.length > 0) vmcs.set("exitInstructionLength", vectoring.length);
    this.endDelivery();
    saveGuest(cpu, vmcs, fault);
    stopTimer(cpu, vmcs);
    cpu.cycles += EXIT_CYCLES;
    cpu.left = exit;
    if (storeMsrs(cpu, vmcs)) this.loadHost();
    else this.abort(ABORT_MSR_STORING);
    cpu.bus.noteVmx?.({ kind: "vm-exit" });
  }

  private loadHost(): void {
    const { cpu, vmcs } = this;
    loadHost(cpu, vmcs);
    cpu.state.vmxMode = VMX_ROOT;
    cpu.startShadow = 0;
    this.changedWorld();
    if (loadMsrs(cpu, vmcs, "exitMsrLoadCount", "exitMsrLoadAddress") > 0) this.abort(ABORT_MSR_LOADING);
  }

  /** A VMX abort (28.7): there is no state to go on from. */
  private abort(indicator: number): void {
    const { cpu } = this;
    this.vmcs.abort(indicator);
    cpu.state.vmxMode = VMX_ROOT;
    cpu.state.activity = SHUTDOWN;
    cpu.refresh();
    cpu.requestStop(STOP_INACTIVE);
  }

  private changedWorld(): void {
    const { cpu } = this;
    this.takeControls();
    this.selectContext();
    cpu.refresh();
    cpu.requestStop(STOP_WORLD);
  }

  /**
   * What of the controls is looked at between instructions, and not just where it matters, is taken at the entry: a plain
   * store into the VMCS of a running guest must not depend on when one looks.
   */
  protected takeControls(): void {
    const { cpu, vmcs } = this;
    const { state } = cpu;
    state.boundaryControls = this.nonRoot ? boundaryControls(vmcs) : 0;
    state.eptPointer = this.nonRoot && has(vmcs, "enable-ept") ? vmcs.get("eptPointer") : NO_EPT;
  }

  /** TLB entries are tagged by VPID and EPT pointer; those of VPID 0 go with every entry and exit (29.4.3.1). */
  protected selectContext(): void {
    const { cpu, vmcs } = this;
    const vpid = has(vmcs, "enable-vpid") && this.nonRoot ? vmcs.get("vpid") & 0xffff : 0;
    const ept = vpid !== 0 && has(vmcs, "enable-ept") ? vmcs.get("eptPointer") & -4096 : 0;
    cpu.tlb.select(vpid, ept, this.pagingBefore, pagingMode(cpu.state));
    if (!has(vmcs, "enable-vpid")) cpu.tlb.flush();
  }
}
