import { PF, UD } from "../../cpu/fault.ts";
import { PF_USER, PF_WRITE } from "../../cpu/paging.ts";
import { DR6_BD } from "../../cpu/registers.ts";
import { SHUTDOWN } from "../../cpu/state.ts";
import { EPT_EXECUTABLE, EPT_READABLE, EPT_WRITABLE, IO_STRING } from "../../isa/vmx-qualifications.ts";
import { forwardInput, isInputLine } from "../host-devices.ts";
import { Core } from "./core.ts";
import { CORE, EVERYTHING } from "./guest-state.ts";
import { COUNTER_VECTOR, PIC_VECTOR } from "./layout.ts";
import { decodeEvent, exception, type GuestEvent, isDebug } from "./vectoring.ts";

/** Exit reasons (SDM Vol. 3D, appendix C), as far as a guest of this VMM can cause them. */
export const EXIT_EXCEPTION = 0,
  EXIT_INTERRUPT = 1,
  EXIT_TRIPLE_FAULT = 2,
  EXIT_WINDOW = 7,
  EXIT_TASK_SWITCH = 9,
  EXIT_HLT = 12,
  EXIT_INVLPG = 14,
  EXIT_CR = 28,
  EXIT_MOV_DR = 29,
  EXIT_IO = 30,
  EXIT_MTF = 37,
  EXIT_GDTR_IDTR = 46,
  EXIT_LDTR_TR = 47,
  EXIT_EPT_VIOLATION = 48;

/** CPUID, HLT, INVD, RDPMC, RDTSC, MOV DR, RDMSR, WRMSR, PAUSE, WBINVD: nothing but registers. */
const REGISTER_EXITS = new Set([10, 12, 13, 15, 16, 29, 31, 32, 40, 54]);
/** Instructions of VT-x, VMCALL to VMXON, INVEPT, INVVPID and VMFUNC. */
const isVmxInstruction = (reason: number): boolean =>
  (reason >= 18 && reason <= 27) || reason === 50 || reason === 53 || reason === 59;

/** Bits of DR6 that the exit qualification of a debug exception has. */
const DEBUG_BITS = 0x600f;
const EPT_ALLOWED = EPT_READABLE | EPT_WRITABLE | EPT_EXECUTABLE;

/** What the VMM does about each kind of VM exit. */
export abstract class Exits extends Core {
  /** `reason`: basic exit reason. `vectored` has been set. */
  protected handle(reason: number): void {
    if (REGISTER_EXITS.has(reason)) {
      // Who halts is kept in the virtual CPU until he wakes; DR7 is in the VMCS.
      if (reason === EXIT_HLT || reason === EXIT_MOV_DR) this.need(EVERYTHING);
      this.emulate("emulate", true);
    } else if (isVmxInstruction(reason)) this.refuse();
    else this.handleOther(reason);
  }

  private handleOther(reason: number): void {
    switch (reason) {
      case EXIT_EXCEPTION:
        this.exception();
        break;
      case EXIT_INTERRUPT:
        this.externalInterrupt();
        break;
      case EXIT_TRIPLE_FAULT:
        this.need(EVERYTHING);
        this.vcpu.state.activity = SHUTDOWN;
        break;
      case EXIT_TASK_SWITCH:
        this.emulate("task-switch", false);
        break;
      case EXIT_IO:
        this.emulate("emulate", (this.vmcs.read("exitQualification") & IO_STRING) === 0);
        break;
      case EXIT_INVLPG:
      case EXIT_CR:
      case EXIT_GDTR_IDTR:
      case EXIT_LDTR_TR:
        this.emulate("emulate", false);
        break;
      case EXIT_EPT_VIOLATION:
        this.violation();
        break;
      case EXIT_WINDOW:
      case EXIT_MTF:
        // An interrupt is injected when the exit has been dealt with; a step was all that was wanted.
        break;
      default:
        throw new Error(`VM exit ${reason} at ${this.vmcs.held.get("guestRip")}, which this VMM does not ask for`);
    }
  }

  /** The guest's processor has no VMX. These exit before any check of CPL: to refuse them is up to the VMM. */
  private refuse(): void {
    this.raise(exception(UD, -1), "refuse-vmx", { row: this.machine.cpu.lastRow });
  }

  private externalInterrupt(): void {
    const vector = this.vmcs.read("exitInterruptionInformation") & 0xff;
    this.interrupted(vector);
  }

  /** A real interrupt has come, to the guest or to the VMM that waited. */
  protected interrupted(vector: number): void {
    if (vector === COUNTER_VECTOR || !isInputLine(vector - PIC_VECTOR)) return;
    forwardInput(this.machine, vector - PIC_VECTOR, this.platform);
    this.emit("input", "forward-input", this.from);
  }

  /** Guest-physical memory that EPT does not map: the guest's, which is mapped now, or nobody's. */
  private violation(): void {
    const { vmcs } = this;
    const at = vmcs.read("guestPhysicalAddress") >>> 0;
    if ((vmcs.read("exitQualification") & EPT_ALLOWED) !== 0)
      throw new Error(`EPT violation at a page that is mapped: ${at}`);
    if (!this.ept!.map(at)) {
      this.emulate("emulate-hole", false);
      return;
    }
    this.emit("shadow-fill", "ept-fill", { a: at | 0, ...this.from });
    this.injectAgain();
  }

  private exception(): void {
    const { vmcs } = this;
    const event = decodeEvent(
      vmcs.read("exitInterruptionInformation"),
      () => vmcs.read("exitInterruptionErrorCode"),
      () => vmcs.read("exitInstructionLength"),
    )!;
    this.need(CORE);
    if (event.vector === PF) this.pageFault(event);
    else {
      const trap = isDebug(event) && this.debugException();
      this.raise(event, "inject-exception", this.from, trap);
    }
  }

  /** An exit by #DB leaves DR6 alone: what a delivery does to it is the VMM's to do. Answers whether it is a trap. */
  private debugException(): boolean {
    this.need(EVERYTHING);
    const { state } = this.vcpu;
    const bits = this.vmcs.read("exitQualification") & DEBUG_BITS;
    state.dr6 |= bits;
    return (bits & DR6_BD) === 0;
  }

  /** With EPT a page fault is the guest's own. Else true, hidden, trace or absent: told apart by the guest's own tables. */
  private pageFault(event: GuestEvent): void {
    const { vcpu, paging } = this;
    const linear = this.vmcs.read("exitQualification");
    const write = (event.errorCode & PF_WRITE) !== 0;
    const user = (event.errorCode & PF_USER) !== 0;
    const details = { a: linear, vector: PF, errorCode: event.errorCode, ...this.from };
    const kind = paging?.fault(linear >>> 0, write, user) ?? "true";
    if (kind === "hidden") {
      this.emit("shadow-fill", "hidden-page-fault", details);
      this.injectAgain();
      return;
    }
    if (kind === "trace") this.emit("trace-hit", "trace-page-fault", details);
    if (kind !== "true") {
      this.emulate(kind === "trace" ? "emulate-trace" : "emulate-hole", false);
      return;
    }
    vcpu.state.cr2 = linear;
    if (paging === null) {
      this.raise(event, "inject-exception", details);
      return;
    }
    const walk = vcpu.translate(linear >>> 0, write ? "write" : "read", user, false);
    this.raise(exception(PF, walk.ok ? event.errorCode : walk.errorCode), "true-page-fault", details);
  }
}
