import type { Cpu } from "../cpu/cpu.ts";
import { EAX, ECX, ESP, VMX_ROOT } from "../cpu/state.ts";
import { has } from "../cpu/vmx/modes.ts";
import { explainWalk } from "../cpu/vmx/nested-walk.ts";
import type { VmxFailure, VmxNote } from "../cpu/vmx/note.ts";
import { ENTRY_CHECKS } from "../cpu/vmx/vm-entry.ts";
import { Vmcs } from "../cpu/vmx/vmcs.ts";
import { rowIndex } from "../isa/rows.ts";
import { VMCS_FIELDS } from "../isa/vmcs.ts";
import { interruptionOf } from "../isa/vmx-events.ts";
import { EXIT_REASON_BASIC } from "../isa/vmx-exits.ts";
import { CR_ACCESS_SHIFT, CR_MOV_TO, EPT_FETCH, MOV_REGISTER_SHIFT } from "../isa/vmx-qualifications.ts";
import type { MachineEvent } from "./events.ts";
import { hasNoCode } from "./no-code.ts";

/** Exits that come between instructions, or of no instruction. */
const WITHOUT_INSTRUCTION = new Set([1, 2, 7, 8, 37, 52]);
const EPT_LEVELS = 4;
const REASON_VMLAUNCH = 20;
const REASON_VMRESUME = 24;
const ENTRY_ROWS = new Set([rowIndex("vmlaunch"), rowIndex("vmresume")]);
const VMXON_ROW = rowIndex("vmxon_m64p");
/** VMPTRLD with an incorrect VMCS revision identifier (SDM Vol. 3C, table 31-1). */
const ERROR_REVISION = 11;
const WORD = 0x100000000;
const MSR_RANGE = 0x2000;
const MSR_HIGH = 0xc0000000;

/**
 * The event of something that VT-x has done. It holds whatever its words are made of, since the VMCS and the registers go
 * on: of an exit, `a` is the exit qualification, `b` the exit reason, `c` what the instruction was about (`subjectOf`), and
 * `more` the IDT-vectoring information if that is valid (0 if there is more to say), and of an EPT misconfiguration the level of
 * the entry at fault, 4 for the first, and its two halves (0 for other exits), then 1 and HOST_RIP if no code is there; of an entry, `a` is the event that it injects, `b` the VMCS and `c` the guest's RIP; of
 * a failure, `a` is the index of the check in ENTRY_CHECKS or -1, `b` the VM-instruction error (0: VMfailInvalid) or the
 * exit reason, and `more` the error that would have been told, the operand in two halves, and what the checked fields hold; `c` is
 * the exit qualification, or of a VMXON or VMPTRLD the dword that the region began with.
 * @param own The hypervisor is the program itself: where it goes on may be anywhere.
 */
export function vmxEvent(cpu: Cpu, note: VmxNote, own: boolean): MachineEvent {
  const vmcs = new Vmcs(cpu.memory);
  vmcs.pointer = cpu.state.vmcsPointer;
  if (note.kind === "vm-fail") return failure(cpu, vmcs, note);
  return note.kind === "vm-entry" ? entry(cpu, vmcs) : exit(cpu, vmcs, own);
}

const cplOf = (vmcs: Vmcs): number => (vmcs.get("guestSsAccessRights") >>> 5) & 3;

/** The guest's CS base, where its RIP is no linear address by itself. */
function baseOf(vmcs: Vmcs): { base?: number } {
  const base = vmcs.get("guestCsBase");
  return base === 0 ? {} : { base };
}

function entry(cpu: Cpu, vmcs: Vmcs): MachineEvent {
  const injected = vmcs.get("entryInterruptionInformation");
  const event = interruptionOf(injected);
  return {
    kind: "vm-entry",
    tenant: 0,
    cplBefore: 0,
    cplAfter: cplOf(vmcs),
    eip: vmcs.get("guestRip"),
    row: cpu.lastRow,
    vector: event?.vector ?? -1,
    errorCode: event?.errorCode ? vmcs.get("entryExceptionErrorCode") & 0xffff : -1,
    a: event === null ? 0 : injected,
    b: vmcs.pointer,
    reason: event === null ? "vm-entry" : "vm-entry-inject",
    ...baseOf(vmcs),
    c: vmcs.get("guestRip"),
  };
}

function exit(cpu: Cpu, vmcs: Vmcs, own: boolean): MachineEvent {
  const reason = vmcs.get("exitReason");
  const qualification = vmcs.get("exitQualification");
  const basic = reason & EXIT_REASON_BASIC;
  const event = interruptionOf(vmcs.get("exitInterruptionInformation"));
  const vectoring = vmcs.get("idtVectoringInformation");
  const fetch = (basic === 48 || basic === 49) && (qualification & EPT_FETCH) !== 0;
  // What comes of an entry, an injected event or a pending exception, is not the doing of the VMM's instruction.
  const entered = ENTRY_ROWS.has(cpu.lastRow) && basic !== REASON_VMLAUNCH && basic !== REASON_VMRESUME;
  return {
    kind: "vm-exit",
    tenant: 0,
    cplBefore: cplOf(vmcs),
    cplAfter: 0,
    eip: vmcs.get("guestRip"),
    row: WITHOUT_INSTRUCTION.has(basic) || fetch || entered ? -1 : cpu.lastRow,
    vector: event?.vector ?? -1,
    errorCode: event?.errorCode ? vmcs.get("exitInterruptionErrorCode") & 0xffff : -1,
    a: qualification,
    b: reason,
    reason: causeOf(cpu, vmcs, basic),
    ...baseOf(vmcs),
    c: subjectOf(cpu, vmcs, basic, qualification),
    ...more(vectoring < 0 ? vectoring : 0, basic === 49 ? misconfigured(cpu, vmcs) : [], own ? lostHost(cpu) : []),
  };
}

function more(vectoring: number, entry: readonly number[], host: readonly number[]): { more?: readonly number[] } {
  if (host.length > 0) return { more: [vectoring, ...(entry.length > 0 ? entry : [0, 0, 0]), ...host] };
  return vectoring === 0 && entry.length === 0 ? {} : { more: [vectoring, ...entry] };
}

/** That the host goes on where there is no code, and where; nothing if there is. The host's state has been loaded. */
function lostHost({ memory, state }: Cpu): readonly number[] {
  return state.vmxMode === VMX_ROOT && hasNoCode(memory, state, state.eip) ? [1, state.eip] : [];
}

/** The EPT entry that the walk has ended at. */
function misconfigured({ memory, state }: Cpu, vmcs: Vmcs): readonly number[] {
  const { references, end, at } = explainWalk(memory, state, {
    pointer: vmcs.get("eptPointer"),
    address: vmcs.get("guestPhysicalAddress"),
    space: "guest-physical",
    access: "read",
    user: false,
  });
  const entry = references[at];
  return end === "ept-misconfiguration" && entry ? [EPT_LEVELS - at, entry.low | 0, entry.high | 0] : [];
}

/** What the instruction was about: leaf, MSR, value or guest-physical address. An exit leaves the registers but ESP. */
function subjectOf(cpu: Cpu, vmcs: Vmcs, basic: number, qualification: number): number {
  switch (basic) {
    case 10:
    case 18:
    case 30:
    case 59:
      return cpu.gpr[EAX]!;
    case 31:
    case 32:
      return cpu.gpr[ECX]!;
    case 28: {
      const register = (qualification >> MOV_REGISTER_SHIFT) & 7;
      return register === ESP ? vmcs.get("guestRsp") : cpu.gpr[register]!;
    }
    case 48:
    case 49:
      return vmcs.get("guestPhysicalAddress");
    default:
      return 0;
  }
}

/** Where several settings could have made the guest exit, the one that did. */
function causeOf(cpu: Cpu, vmcs: Vmcs, basic: number): string {
  if (basic === 30) return has(vmcs, "use-io-bitmaps") ? "vm-exit-bitmap" : "vm-exit";
  if (basic === 31 || basic === 32) {
    if (!has(vmcs, "use-msr-bitmaps")) return "vm-exit";
    const msr = cpu.gpr[ECX]! >>> 0;
    const known = msr < MSR_RANGE || (msr >= MSR_HIGH && msr < MSR_HIGH + MSR_RANGE);
    return known ? "vm-exit-bitmap" : "vm-exit-range";
  }
  if (basic === 28) {
    const how = (vmcs.get("exitQualification") >> CR_ACCESS_SHIFT) & 3;
    const cr3 = (vmcs.get("exitQualification") & 15) === 3;
    return cr3 && how === CR_MOV_TO && vmcs.get("cr3TargetCount") !== 0 ? "vm-exit-target" : "vm-exit";
  }
  return "vm-exit";
}

/** What a VMXON or VMPTRLD that has failed by its region found there; 0 for other failures. */
function revisionAt(cpu: Cpu, error: number, operand: number): number {
  const takesRegion = error === ERROR_REVISION || (error === 0 && cpu.lastRow === VMXON_ROW);
  return takesRegion && operand + 4 <= cpu.memory.size ? cpu.memory.read32(operand) : 0;
}

function failure(cpu: Cpu, vmcs: Vmcs, { how, error, check, operand }: VmxFailure): MachineEvent {
  const fields = check >= 0 && vmcs.pointer !== -1 ? ENTRY_CHECKS[check]!.fields : [];
  const values = fields.flatMap((name) =>
    VMCS_FIELDS[name].width === 64 ? [vmcs.get(name), vmcs.high(name)] : [vmcs.get(name)],
  );
  const { state } = cpu;
  return {
    kind: "vm-fail",
    tenant: 0,
    cplBefore: state.cpl,
    cplAfter: state.cpl,
    eip: cpu.startEip,
    row: cpu.lastRow,
    vector: -1,
    errorCode: -1,
    a: check,
    b: how === "entry" ? vmcs.get("exitReason") : how === "valid" ? error : 0,
    reason: `vm-fail-${how}`,
    c: how === "entry" ? vmcs.get("exitQualification") : revisionAt(cpu, error, operand),
    more: [error, operand | 0, Math.floor(operand / WORD) | 0, ...values],
  };
}
