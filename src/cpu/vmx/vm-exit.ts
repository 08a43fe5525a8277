import type { FieldName } from "../../isa/vmcs.ts";
import { BLOCKING_BY_MOV_SS, BLOCKING_BY_NMI, BLOCKING_BY_STI, PENDING_DEBUG_BS } from "../../isa/vmx-events.ts";
import type { Cpu } from "../cpu.ts";
import { getEflags, setEflags } from "../flags.ts";
import { FLAG_RF, FLAG_TF } from "../registers.ts";
import {
  ACTIVE,
  ATTR_UNUSABLE,
  CS,
  DS,
  ES,
  ESP,
  FS,
  GS,
  LDTR,
  SHADOW_MOV_SS,
  SHADOW_NONE,
  SHADOW_STI,
  SS,
  TR,
} from "../state.ts";
import { has } from "./modes.ts";
import { loadedCr0 } from "./vm-entry.ts";
import { GUEST_SEGMENTS, type Vmcs } from "./vmcs.ts";

/** In the order of GUEST_SEGMENTS. */
const REGISTERS = [ES, CS, SS, DS, FS, GS, LDTR, TR] as const;
const FLAT_LIMIT = -1;
const HOST_CODE = 0xc09b;
const HOST_DATA = 0xc093;
const HOST_TSS = 0x8b;
const TSS_LIMIT = 0x67;
const TABLE_LIMIT = 0xffff;
const DR7_CLEAR = 0x400;

/** What an exit says of its cause: the fields that it writes beside the state. Numbers are int32. */
export interface ExitInformation {
  readonly reason: number;
  readonly qualification?: number;
  readonly instructionLength?: number;
  readonly instructionInformation?: number;
  readonly interruption?: number;
  readonly errorCode?: number;
  readonly linear?: number;
  readonly guestPhysical?: number;
  /** What was going on is to be begun again, as after a fault: RF is saved as 1 (28.3.3). */
  readonly resumes?: boolean;
  /** An instruction has not been executed; else the exit came between two. */
  readonly byInstruction?: boolean;
}

/** Writes why the guest was left (SDM Vol. 3C, 28.2). `vectoring`: the event in whose delivery it happened, or 0. */
export function recordExit(vmcs: Vmcs, exit: ExitInformation, vectoring: number, vectoringCode: number): void {
  vmcs.set("exitReason", exit.reason);
  vmcs.set("exitQualification", exit.qualification ?? 0);
  if (exit.instructionLength !== undefined) vmcs.set("exitInstructionLength", exit.instructionLength);
  vmcs.set("exitInstructionInformation", exit.instructionInformation ?? 0);
  vmcs.set("exitInterruptionInformation", exit.interruption ?? 0);
  vmcs.set("exitInterruptionErrorCode", exit.errorCode ?? 0);
  vmcs.set("idtVectoringInformation", vectoring);
  vmcs.set("idtVectoringErrorCode", vectoringCode);
  if (exit.linear !== undefined) vmcs.set("guestLinearAddress", exit.linear);
  if (exit.guestPhysical !== undefined) vmcs.set64("guestPhysicalAddress", exit.guestPhysical, 0);
  // The event that was to be injected has been: the valid bit is cleared.
  vmcs.set("entryInterruptionInformation", vmcs.get("entryInterruptionInformation") & 0x7fffffff);
}

/** Saves the guest's state where the processor is about to leave it (28.3); `resumes`: with RF set. */
export function saveGuest(cpu: Cpu, vmcs: Vmcs, resumes: boolean): void {
  const { state } = cpu;
  vmcs.set("guestCr0", state.cr0);
  vmcs.set("guestCr3", state.cr3);
  vmcs.set("guestCr4", state.cr4);
  vmcs.set("guestRsp", state.gpr[ESP]!);
  vmcs.set("guestRip", state.eip);
  vmcs.set("guestRflags", getEflags(state) | (resumes ? FLAG_RF : 0));
  vmcs.set("guestSysenterCs", state.sysenterCs);
  vmcs.set("guestSysenterEsp", state.sysenterEsp);
  vmcs.set("guestSysenterEip", state.sysenterEip);
  if (has(vmcs, "save-debug-controls")) {
    vmcs.set("guestDr7", state.dr7);
    // No guest can write IA32_DEBUGCTL: it is what the entry has loaded, or the 0 that an exit leaves.
    if (!has(vmcs, "load-debug-controls")) vmcs.set64("guestDebugctl", 0, 0);
  }
  GUEST_SEGMENTS.forEach((segment, i) => {
    const register = REGISTERS[i]!;
    vmcs.set(`guest${segment}Selector` as FieldName, state.selector[register]!);
    vmcs.set(`guest${segment}Base` as FieldName, state.base[register]!);
    vmcs.set(`guest${segment}Limit` as FieldName, state.limit[register]!);
    vmcs.set(`guest${segment}AccessRights` as FieldName, rightsOf(cpu, register));
  });
  vmcs.set("guestGdtrBase", state.gdtrBase);
  vmcs.set("guestGdtrLimit", state.gdtrLimit & TABLE_LIMIT);
  vmcs.set("guestIdtrBase", state.idtrBase);
  vmcs.set("guestIdtrLimit", state.idtrLimit & TABLE_LIMIT);
  vmcs.set("guestActivityState", state.activity);
  // An instruction that stands in a shadow and leaves the guest has not used it up.
  const shadow = state.shadow === SHADOW_NONE ? cpu.startShadow : state.shadow;
  const blocking = shadow === SHADOW_STI ? BLOCKING_BY_STI : shadow === SHADOW_MOV_SS ? BLOCKING_BY_MOV_SS : 0;
  vmcs.set("guestInterruptibilityState", blocking | (state.nmiBlocking !== 0 ? BLOCKING_BY_NMI : 0));
  // The single-step trap of MOV SS waits for the end of the shadow; here the next instruction makes it.
  const waits = shadow === SHADOW_MOV_SS && (state.rawFlags & FLAG_TF) !== 0 ? PENDING_DEBUG_BS : 0;
  vmcs.set("guestPendingDebugExceptions", state.pendingDebug | waits);
}

/** CPL is SS.DPL in the VMCS, whatever the hidden part says. */
function rightsOf(cpu: Cpu, register: number): number {
  const { state } = cpu;
  const attr = state.attr[register]!;
  return register === SS ? (attr & ~0x60) | (state.cpl << 5) : attr;
}

/** Loads the host's state (28.5): the hidden parts are fixed, and RFLAGS is 2. */
export function loadHost(cpu: Cpu, vmcs: Vmcs): void {
  const { state } = cpu;
  state.cr0 = loadedCr0(state.cr0, vmcs.get("hostCr0"));
  state.cr3 = vmcs.get("hostCr3");
  state.cr4 = vmcs.get("hostCr4");
  state.dr7 = DR7_CLEAR;
  state.sysenterCs = vmcs.get("hostSysenterCs");
  state.sysenterEsp = vmcs.get("hostSysenterEsp");
  state.sysenterEip = vmcs.get("hostSysenterEip");
  const load = (register: number, field: FieldName, base: number, limit: number, attr: number) => {
    const selector = vmcs.get(field) & 0xffff;
    state.selector[register] = selector;
    state.base[register] = base;
    state.limit[register] = limit;
    state.attr[register] = selector === 0 && register !== CS ? ATTR_UNUSABLE : attr;
  };
  load(CS, "hostCsSelector", 0, FLAT_LIMIT, HOST_CODE);
  load(SS, "hostSsSelector", 0, FLAT_LIMIT, HOST_DATA);
  load(DS, "hostDsSelector", 0, FLAT_LIMIT, HOST_DATA);
  load(ES, "hostEsSelector", 0, FLAT_LIMIT, HOST_DATA);
  load(FS, "hostFsSelector", vmcs.get("hostFsBase"), FLAT_LIMIT, HOST_DATA);
  load(GS, "hostGsSelector", vmcs.get("hostGsBase"), FLAT_LIMIT, HOST_DATA);
  load(TR, "hostTrSelector", vmcs.get("hostTrBase"), TSS_LIMIT, HOST_TSS);
  state.selector[LDTR] = 0;
  state.attr[LDTR] = ATTR_UNUSABLE;
  state.gdtrBase = vmcs.get("hostGdtrBase");
  state.gdtrLimit = TABLE_LIMIT;
  state.idtrBase = vmcs.get("hostIdtrBase");
  state.idtrLimit = TABLE_LIMIT;
  state.gpr[ESP] = vmcs.get("hostRsp");
  state.eip = vmcs.get("hostRip");
  setEflags(state, 2);
  state.cpl = 0;
  state.shadow = SHADOW_NONE;
  state.activity = ACTIVE;
  state.pendingDebug = 0;
  state.pendingMtf = 0;
}
