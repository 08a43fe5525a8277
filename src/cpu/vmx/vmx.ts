import { fieldByEncoding, isHigh } from "../../isa/vmcs.ts";
import {
  EPTP_LIST_ENTRIES,
  INVEPT_GLOBAL,
  INVEPT_SINGLE_CONTEXT,
  INVVPID_ADDRESS,
  INVVPID_ALL_CONTEXTS,
  INVVPID_RETAIN_GLOBALS,
  INVVPID_SINGLE_CONTEXT,
  VMCS_REVISION,
} from "../../isa/vmx-capabilities.ts";
import { GP, UD } from "../fault.ts";
import { ARITHMETIC_FLAGS, CF, getEflags, setEflags, ZF } from "../flags.ts";
import type { Insn } from "../insn.ts";
import { pagingMode } from "../paging.ts";
import { CR4_VMXE } from "../registers.ts";
import { EAX, ECX, SHADOW_MOV_SS, VMX_OFF, VMX_ROOT } from "../state.ts";
import { isEptPointer } from "./checks-controls.ts";
import type { EntryCheck } from "./entry-checks.ts";
import { functionExits } from "./intercepts.ts";
import { has } from "./modes.ts";
import { type Descriptor, HOLDS, type VmxRule, type VmxUnit } from "./unit.ts";
import { ENTRY_CHECKS } from "./vm-entry.ts";
import { VMXON_RULES } from "./vmxon-rules.ts";
import { World } from "./world.ts";

const PAGE = 0xfff;
const WIDEST = 2 ** 32;
const NO_POINTER = -1;
const LAST_FUNCTION = 63;
const REASON_VMFUNC = 59;
const WORD_MASK = 0xffff;

// VM-instruction errors (SDM Vol. 3C, table 31-1).
const ERROR_VMCALL_IN_ROOT = 1;
const ERROR_VMCLEAR_ADDRESS = 2;
const ERROR_VMCLEAR_VMXON = 3;
const ERROR_LAUNCH_NOT_CLEAR = 4;
const ERROR_RESUME_NOT_LAUNCHED = 5;
const ERROR_CONTROLS = 7;
const ERROR_HOST_STATE = 8;
const ERROR_VMPTRLD_ADDRESS = 9;
const ERROR_VMPTRLD_VMXON = 10;
const ERROR_REVISION = 11;
const ERROR_FIELD = 12;
const ERROR_READ_ONLY = 13;
const ERROR_VMXON_IN_ROOT = 15;
const ERROR_MOV_SS = 26;
const ERROR_INVALIDATION = 28;

/**
 * VT-x of one processor: its instructions, entries and exits. Its state is the processor's (`vmxMode`, the pointers) and
 * the VMCS in memory; this object holds nothing that could not be made anew.
 */
export class Vmx extends World implements VmxUnit {
  judge(_insn: Insn, rule: VmxRule): number {
    const { state } = this.cpu;
    switch (rule) {
      case "vmx-enabled":
        return (state.cr4 & CR4_VMXE) !== 0 ? HOLDS : UD;
      case "vmx-operation":
        return state.vmxMode !== VMX_OFF ? HOLDS : UD;
      case "vm-functions":
        return this.nonRoot && has(this.vmcs, "enable-vm-functions") && this.cpu.gpr[EAX]! >>> 0 <= LAST_FUNCTION
          ? HOLDS
          : UD;
      case "vm-exit":
        return HOLDS;
      case "vmxon-allowed": {
        if (state.vmxMode !== VMX_OFF) return HOLDS;
        return VMXON_RULES.every(({ holds }) => holds(state)) ? HOLDS : GP;
      }
    }
  }

  // How instructions end (31.2).

  succeed(): void {
    this.setFlags(0);
  }

  /** VMfailInvalid; `error` is what would have been told if there were a current VMCS, or 0. */
  private failInvalid(error: number, operand: number, check = -1): void {
    this.setFlags(CF);
    this.cpu.bus.noteVmx?.({ kind: "vm-fail", how: "invalid", error, check, operand });
  }

  /** VMfail: VMfailValid if there is a current VMCS. `operand`: what the instruction was given; `check` that failed, or -1. */
  private fail(error: number, operand = 0, check = -1): void {
    if (this.vmcs.pointer === NO_POINTER) {
      this.failInvalid(error, operand, check);
      return;
    }
    this.setFlags(ZF);
    this.vmcs.set("vmInstructionError", error);
    this.cpu.forgetFetch();
    this.cpu.bus.noteVmx?.({ kind: "vm-fail", how: "valid", error, check, operand });
  }

  private setFlags(flags: number): void {
    const { state } = this.cpu;
    setEflags(state, (getEflags(state) & ~ARITHMETIC_FLAGS) | flags);
  }

  requireCurrent(): boolean {
    if (this.vmcs.pointer !== NO_POINTER) return true;
    this.failInvalid(0, 0);
    return false;
  }

  private setPointer(pointer: number): void {
    this.cpu.state.vmcsPointer = pointer;
    this.vmcs.pointer = pointer;
  }

  private isRegion(pointer: number): boolean {
    return (pointer & PAGE) === 0 && pointer < WIDEST;
  }

  private revisionAt(pointer: number): number {
    return this.cpu.memory.read32(pointer);
  }

  // Instructions.

  vmxon(operand: () => number): void {
    const { state } = this.cpu;
    if (state.vmxMode !== VMX_OFF) {
      this.fail(ERROR_VMXON_IN_ROOT);
      return;
    }
    const pointer = operand();
    if (!this.isRegion(pointer) || this.revisionAt(pointer) !== VMCS_REVISION) {
      this.failInvalid(0, pointer);
      return;
    }
    state.vmxMode = VMX_ROOT;
    state.vmxonPointer = pointer;
    this.setPointer(NO_POINTER);
    this.succeed();
  }

  vmxoff(): void {
    const { state } = this.cpu;
    state.vmxMode = VMX_OFF;
    state.vmxonPointer = NO_POINTER;
    this.setPointer(NO_POINTER);
    this.succeed();
  }

  vmclear(pointer: number): void {
    if (!this.isRegion(pointer)) this.fail(ERROR_VMCLEAR_ADDRESS, pointer);
    else if (pointer === this.cpu.state.vmxonPointer >>> 0) this.fail(ERROR_VMCLEAR_VMXON, pointer);
    else {
      const current = this.vmcs.pointer;
      this.vmcs.pointer = pointer;
      this.vmcs.setLaunched(false);
      this.vmcs.pointer = current;
      this.cpu.forgetFetch();
      if (current === pointer) this.setPointer(NO_POINTER);
      this.succeed();
    }
  }

  vmptrld(pointer: number): void {
    if (!this.isRegion(pointer)) this.fail(ERROR_VMPTRLD_ADDRESS, pointer);
    else if (pointer === this.cpu.state.vmxonPointer >>> 0) this.fail(ERROR_VMPTRLD_VMXON, pointer);
    else if (this.revisionAt(pointer) !== VMCS_REVISION) this.fail(ERROR_REVISION, pointer);
    else {
      this.setPointer(pointer);
      this.succeed();
    }
  }

  vmptrst(): number {
    return this.vmcs.pointer;
  }

  vmread(encoding: number): number | null {
    if (!this.requireCurrent()) return null;
    const field = fieldByEncoding(encoding);
    if (!field) {
      this.fail(ERROR_FIELD, encoding);
      return null;
    }
    if (isHigh(encoding)) return this.vmcs.high(field.name);
    return field.width === 16 ? this.vmcs.get(field.name) & WORD_MASK : this.vmcs.get(field.name);
  }

  vmwrite(encoding: number, value: number): void {
    const field = fieldByEncoding(encoding);
    if (!field) this.fail(ERROR_FIELD, encoding);
    else if (field.access === "read-only") this.fail(ERROR_READ_ONLY, encoding);
    else {
      const kept = field.width === 16 ? value & 0xffff : value;
      if (isHigh(encoding)) this.vmcs.setHigh(field.name, kept);
      // Outside 64-bit mode a write to all 64 bits of a field clears the upper ones.
      else if (field.width === 64) this.vmcs.set64(field.name, kept, 0);
      else this.vmcs.set(field.name, kept);
      // The region may lie among the very instructions that are being executed.
      this.cpu.forgetFetch();
      this.succeed();
    }
  }

  vmlaunch(): void {
    this.enter(true);
  }

  vmresume(): void {
    this.enter(false);
  }

  /** Only root operation comes here: in non-root it has exited. */
  vmcall(): void {
    this.fail(ERROR_VMCALL_IN_ROOT);
  }

  invept(type: number, descriptor: () => Descriptor): void {
    if (type !== INVEPT_SINGLE_CONTEXT && type !== INVEPT_GLOBAL) {
      this.fail(ERROR_INVALIDATION, type);
      return;
    }
    const [pointer, high] = descriptor();
    if (type === INVEPT_SINGLE_CONTEXT && !isEptPointer(pointer, high)) {
      this.fail(ERROR_INVALIDATION, type);
      return;
    }
    const { tlb } = this.cpu;
    tlb.drop((_vpid, ept) => ept !== 0 && (type === INVEPT_GLOBAL || ept === (pointer & ~PAGE)));
    this.cpu.forgetFetch();
    this.succeed();
  }

  invvpid(type: number, descriptor: () => Descriptor): void {
    if (type >>> 0 > INVVPID_RETAIN_GLOBALS) {
      this.fail(ERROR_INVALIDATION, type);
      return;
    }
    const [first, reserved, linear] = descriptor();
    const vpid = first & WORD_MASK;
    if (first >>> 16 !== 0 || reserved !== 0 || (type !== INVVPID_ALL_CONTEXTS && vpid === 0)) {
      this.fail(ERROR_INVALIDATION, type);
      return;
    }
    const { tlb } = this.cpu;
    if (type === INVVPID_ADDRESS) tlb.dropAddress(vpid, linear);
    else if (type === INVVPID_SINGLE_CONTEXT) tlb.drop((tag) => tag === vpid);
    else if (type === INVVPID_ALL_CONTEXTS) tlb.drop((tag) => tag !== 0);
    else tlb.dropNonGlobal(vpid);
    this.cpu.forgetFetch();
    this.succeed();
  }

  /** EPTP switching, the one VM function here; anything wrong with it is a VM exit. */
  vmfunc(): void {
    const { cpu, vmcs } = this;
    const index = cpu.gpr[ECX]! >>> 0;
    if (functionExits(cpu, vmcs) || index >= EPTP_LIST_ENTRIES) this.exitByFunction();
    const at = (vmcs.get("eptpListAddress") >>> 0) + index * 8;
    const before = [vmcs.get("eptPointer"), vmcs.high("eptPointer")] as const;
    vmcs.set64("eptPointer", cpu.memory.read32(at), cpu.memory.read32(at + 4));
    const rule = ENTRY_CHECKS.find(({ id }) => id === "ept-pointer") as EntryCheck;
    if (!rule.holds(vmcs)) {
      vmcs.set64("eptPointer", ...before);
      this.exitByFunction();
    }
    this.pagingBefore = pagingMode(cpu.state);
    this.takeControls();
    this.selectContext();
    cpu.refresh();
  }

  private exitByFunction(): never {
    const { cpu } = this;
    const instructionLength = cpu.state.eip - cpu.startEip;
    return cpu.leaveGuest({ reason: REASON_VMFUNC, instructionLength, byInstruction: true });
  }

  private enter(launch: boolean): void {
    const { cpu, vmcs } = this;
    if (!this.requireCurrent()) return;
    if (cpu.startShadow === SHADOW_MOV_SS) this.fail(ERROR_MOV_SS);
    else if (launch && vmcs.launched) this.fail(ERROR_LAUNCH_NOT_CLEAR);
    else if (!launch && !vmcs.launched) this.fail(ERROR_RESUME_NOT_LAUNCHED);
    else {
      const check = ENTRY_CHECKS.findIndex((each) => each.stage !== "guest" && !each.holds(vmcs));
      if (check < 0) this.enterGuest(launch);
      else this.fail(ENTRY_CHECKS[check]!.stage === "host" ? ERROR_HOST_STATE : ERROR_CONTROLS, 0, check);
    }
  }
}
