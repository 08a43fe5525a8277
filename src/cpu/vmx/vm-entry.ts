import type { FieldName } from "../../isa/vmcs.ts";
import type { Cpu } from "../cpu.ts";
import { setEflags } from "../flags.ts";
import { DR7_FIXED, DR7_WRITABLE } from "../registers.ts";
import { CS, DS, ES, ESP, FS, GS, LDTR, SHADOW_MOV_SS, SHADOW_NONE, SHADOW_STI, SHUTDOWN, SS, TR } from "../state.ts";
import { CONTROL_CHECKS } from "./checks-controls.ts";
import { GUEST_CHECKS } from "./checks-guest.ts";
import { HOST_CHECKS } from "./checks-host.ts";
import type { EntryCheck } from "./entry-checks.ts";
import { has } from "./modes.ts";
import { GUEST_SEGMENTS, type Vmcs } from "./vmcs.ts";

const REGISTERS = [ES, CS, SS, DS, FS, GS, LDTR, TR] as const;
const BLOCKING_STI = 1;
const BLOCKING_MOV_SS = 2;
const BLOCKING_NMI = 8;
const PENDING_BS = 1 << 14;
const PENDING_BREAKPOINT = 1 << 12;
const PENDING_BITS = 0x500f;
const CR0_KEPT = 0x7ffaffd0;

/** Every check that VM entry makes, in the manual's order. */
export const ENTRY_CHECKS: readonly EntryCheck[] = [...CONTROL_CHECKS, ...HOST_CHECKS, ...GUEST_CHECKS];

/** The first check of a stage that fails, or null. */
export function failedCheck(vmcs: Vmcs, stage: EntryCheck["stage"]): EntryCheck | null {
  return ENTRY_CHECKS.find((check) => check.stage === stage && !check.holds(vmcs)) ?? null;
}

/** What an entry or an exit makes of CR0: it leaves ET, NW, CD and the reserved bits (27.3.2.1 and 28.5.1). */
export function loadedCr0(old: number, value: number): number {
  return (value & ~CR0_KEPT) | (old & CR0_KEPT);
}

/** Loads the guest's state (SDM Vol. 3C, 27.3.2), which has been checked. */
export function loadGuest(cpu: Cpu, vmcs: Vmcs): void {
  const { state } = cpu;
  state.cr0 = loadedCr0(state.cr0, vmcs.get("guestCr0"));
  state.cr3 = vmcs.get("guestCr3");
  state.cr4 = vmcs.get("guestCr4");
  if (has(vmcs, "load-debug-controls")) {
    state.dr7 = (vmcs.get("guestDr7") & DR7_WRITABLE) | DR7_FIXED;
  }
  state.sysenterCs = vmcs.get("guestSysenterCs");
  state.sysenterEsp = vmcs.get("guestSysenterEsp");
  state.sysenterEip = vmcs.get("guestSysenterEip");
  GUEST_SEGMENTS.forEach((segment, i) => {
    const register = REGISTERS[i]!;
    state.selector[register] = vmcs.get(`guest${segment}Selector` as FieldName) & 0xffff;
    state.base[register] = vmcs.get(`guest${segment}Base` as FieldName);
    state.limit[register] = vmcs.get(`guest${segment}Limit` as FieldName);
    state.attr[register] = vmcs.get(`guest${segment}AccessRights` as FieldName);
  });
  state.cpl = (state.attr[SS]! >>> 5) & 3;
  state.gdtrBase = vmcs.get("guestGdtrBase");
  state.gdtrLimit = vmcs.get("guestGdtrLimit");
  state.idtrBase = vmcs.get("guestIdtrBase");
  state.idtrLimit = vmcs.get("guestIdtrLimit");
  state.gpr[ESP] = vmcs.get("guestRsp");
  state.eip = vmcs.get("guestRip");
  setEflags(state, vmcs.get("guestRflags"));
  state.activity = vmcs.get("guestActivityState");
  const blocking = vmcs.get("guestInterruptibilityState");
  if ((blocking & BLOCKING_STI) !== 0) state.shadow = SHADOW_STI;
  else state.shadow = (blocking & BLOCKING_MOV_SS) !== 0 ? SHADOW_MOV_SS : SHADOW_NONE;
  state.nmiBlocking = blocking & BLOCKING_NMI;
  // There is a pending debug exception if one of two bits says so (27.7.3). In the shadow of MOV SS the trap waits, and the
  // next instruction makes it; who is shut down has none.
  const pending = vmcs.get("guestPendingDebugExceptions");
  const waits = (blocking & BLOCKING_MOV_SS) !== 0 || state.activity === SHUTDOWN;
  state.pendingDebug = waits || (pending & (PENDING_BS | PENDING_BREAKPOINT)) === 0 ? 0 : pending & PENDING_BITS;
  state.pendingMtf = 0;
}
