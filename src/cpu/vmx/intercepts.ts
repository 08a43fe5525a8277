import type { ControlId } from "../../isa/vmx-controls.ts";
import type { Cpu } from "../cpu.ts";
import type { Insn } from "../insn.ts";
import { CR0_TS } from "../registers.ts";
import { EAX, ECX, EDI, EDX, ES, ESI } from "../state.ts";
import { operandInformation } from "./instruction-information.ts";
import { has } from "./modes.ts";
import type { ExitInformation } from "./vm-exit.ts";
import type { Vmcs } from "./vmcs.ts";

const IO_PORTS_PER_BITMAP = 0x8000;
const MSR_LOW_END = 0x2000;
const MSR_HIGH_FIRST = 0xc0000000;
const MSR_HIGH_END = 0xc0002000;
const WRITE_BITMAPS = 0x800;
const HIGH_BITMAP = 0x400;
const CR_MOV_TO = 0;
const CR_MOV_FROM = 1;
const CR_CLTS = 2;
const CR_LMSW = 3;
const CR_TYPE_SHIFT = 4;
const CR_REGISTER_SHIFT = 8;
const LMSW_MEMORY = 1 << 6;
const LMSW_SOURCE_SHIFT = 16;
const LMSW_BITS = 0xf;
const CR0_PE = 1;
const IO_IN = 1 << 3;
const IO_STRING = 1 << 4;
const IO_REP = 1 << 5;
const IO_IMMEDIATE = 1 << 6;
const IO_PORT_SHIFT = 16;
const DR_FROM = 1 << 4;
const DR_REGISTER_SHIFT = 8;
/** No exit: no qualification is -1, for its bits 7 and 15:12 are 0. */
const NONE = -1;

/** Whether an instruction of a row with a VM exit leaves the guest, and with which information; null if it runs. */
export function intercept(cpu: Cpu, insn: Insn, vmcs: Vmcs): ExitInformation | null {
  const { row } = insn;
  const { exitReason, control } = row.vmx!;
  const exit = (qualification?: number): ExitInformation => {
    const operands = operandInformation(insn);
    return {
      reason: exitReason,
      qualification: qualification ?? operands?.displacement ?? 0,
      instructionLength: insn.length,
      instructionInformation: operands?.information ?? 0,
      byInstruction: true,
    };
  };
  switch (control) {
    case "always":
      return exit();
    case "io-exiting": {
      // A count of 0 touches no port; a prefix of IN or OUT counts nothing.
      if (isRepeated(insn) && (cpu.gpr[ECX]! & (insn.addressSize === 32 ? -1 : 0xffff)) === 0) return null;
      if (!port(cpu, insn, vmcs)) return null;
      const found = exit(portQualification(cpu, insn));
      return isString(insn) ? { ...found, linear: stringAddress(cpu, insn) } : found;
    }
    case "msr-bitmap":
      return modelRegister(cpu, row.mnemonic === "wrmsr", vmcs) ? exit() : null;
    case "cr-masks-and-cr3-load-exiting":
    case "cr3-store-exiting":
    case "cr0-mask": {
      const qualification = controlRegister(cpu, insn, vmcs);
      if (qualification === NONE) return null;
      const memory = insn.memory && insn.row.mnemonic === "lmsw";
      return memory ? { ...exit(qualification), linear: operandAddress(cpu, insn) } : exit(qualification);
    }
    case "mov-dr-exiting": {
      const from = row.operands[1] === "dr";
      const qualification = (insn.reg & 7) | (from ? DR_FROM : 0) | (insn.rm << DR_REGISTER_SHIFT);
      return has(vmcs, "mov-dr-exiting") ? exit(qualification) : null;
    }
    case "invlpg-exiting":
      if (!has(vmcs, "invlpg-exiting")) return null;
      return exit(operandAddress(cpu, insn));
    // VMFUNC looks at the function, and leaves by itself.
    case "vm-function-controls":
      return null;
    default:
      return has(vmcs, control as ControlId) ? exit() : null;
  }
}

function port(cpu: Cpu, insn: Insn, vmcs: Vmcs): boolean {
  if (!has(vmcs, "use-io-bitmaps")) return has(vmcs, "unconditional-io-exiting");
  const first = portOf(cpu, insn);
  for (let i = 0; i < insn.row.size >> 3; i++) {
    const number = first + i;
    // An access that wraps round the 16 bits of the port exits (SDM Vol. 3C, 26.1.3).
    if (number > 0xffff) return true;
    const bitmap = vmcs.get(number < IO_PORTS_PER_BITMAP ? "ioBitmapA" : "ioBitmapB") >>> 0;
    const bit = number % IO_PORTS_PER_BITMAP;
    if (((cpu.memory.read8(bitmap + (bit >>> 3)) >>> (bit & 7)) & 1) !== 0) return true;
  }
  return false;
}

/** INS and OUTS. */
function isString({ row }: Insn): boolean {
  return row.operands.length === 0;
}

function isRepeated(insn: Insn): boolean {
  return isString(insn) && insn.repeat !== 0;
}

/** Linear address of the memory operand. */
function operandAddress(cpu: Cpu, insn: Insn): number {
  return (cpu.base[insn.segment]! + cpu.effectiveOffset(insn)) | 0;
}

/** Linear address of the element that INS or OUTS is about to move. */
function stringAddress(cpu: Cpu, insn: Insn): number {
  const input = insn.row.mnemonic.startsWith("in");
  const index = cpu.gpr[input ? EDI : ESI]!;
  const offset = insn.addressSize === 32 ? index : index & 0xffff;
  return (cpu.base[input ? ES : insn.segment]! + offset) | 0;
}

function portOf(cpu: Cpu, { row, imm }: Insn): number {
  return row.operands.includes("imm8") ? imm & 0xff : cpu.gpr[EDX]! & 0xffff;
}

function portQualification(cpu: Cpu, insn: Insn): number {
  const { row } = insn;
  const input = row.mnemonic.startsWith("in");
  return (
    ((row.size >> 3) - 1) |
    (input ? IO_IN : 0) |
    (isString(insn) ? IO_STRING : 0) |
    (isRepeated(insn) ? IO_REP : 0) |
    (row.operands.includes("imm8") ? IO_IMMEDIATE : 0) |
    (portOf(cpu, insn) << IO_PORT_SHIFT)
  );
}

function modelRegister(cpu: Cpu, write: boolean, vmcs: Vmcs): boolean {
  if (!has(vmcs, "use-msr-bitmaps")) return true;
  const number = cpu.gpr[ECX]! >>> 0;
  const low = number < MSR_LOW_END;
  if (!low && (number < MSR_HIGH_FIRST || number >= MSR_HIGH_END)) return true;
  const bit = number & (MSR_LOW_END - 1);
  const at = (vmcs.get("msrBitmap") >>> 0) + (write ? WRITE_BITMAPS : 0) + (low ? 0 : HIGH_BITMAP) + (bit >>> 3);
  return ((cpu.memory.read8(at) >>> (bit & 7)) & 1) !== 0;
}

/** Exit qualification of an access to a control register, or NONE if it does not exit (SDM Vol. 3C, 26.1.3, 25.6.6). */
function controlRegister(cpu: Cpu, insn: Insn, vmcs: Vmcs): number {
  const { row, reg, rm } = insn;
  const general = rm << CR_REGISTER_SHIFT;
  const mask = vmcs.get("cr0GuestHostMask");
  const shadow = vmcs.get("cr0ReadShadow");
  if (row.mnemonic === "clts") {
    return (mask & shadow & CR0_TS) !== 0 ? CR_CLTS << CR_TYPE_SHIFT : NONE;
  }
  if (row.mnemonic === "lmsw") return loadStatusWord(cpu, insn, mask, shadow);
  if (row.operands[0] === "cr") {
    const value = cpu.gpr[rm]!;
    const to = reg | (CR_MOV_TO << CR_TYPE_SHIFT) | general;
    if (reg === 0) return ((value ^ shadow) & mask) !== 0 ? to : NONE;
    if (reg === 4) return ((value ^ vmcs.get("cr4ReadShadow")) & vmcs.get("cr4GuestHostMask")) !== 0 ? to : NONE;
    if (reg === 3) return has(vmcs, "cr3-load-exiting") && !isTarget(vmcs, value) ? to : NONE;
    return NONE;
  }
  return reg === 3 && has(vmcs, "cr3-store-exiting") ? reg | (CR_MOV_FROM << CR_TYPE_SHIFT) | general : NONE;
}

function isTarget(vmcs: Vmcs, value: number): boolean {
  const targets = ["cr3TargetValue0", "cr3TargetValue1", "cr3TargetValue2", "cr3TargetValue3"] as const;
  return targets.slice(0, vmcs.get("cr3TargetCount")).some((name) => vmcs.get(name) === value);
}

/** LMSW exits where it would change a bit of the VMM's; it can set PE and never clears it. */
function loadStatusWord(cpu: Cpu, insn: Insn, mask: number, shadow: number): number {
  const source = insn.memory ? cpu.readMem16(insn.segment, cpu.effectiveOffset(insn)) : cpu.gpr[insn.rm]! & 0xffff;
  const setsPe = (mask & CR0_PE) !== 0 && (source & CR0_PE) !== 0 && (shadow & CR0_PE) === 0;
  const others = LMSW_BITS & ~CR0_PE;
  if (!setsPe && ((source ^ shadow) & mask & others) === 0) return NONE;
  return (CR_LMSW << CR_TYPE_SHIFT) | (insn.memory ? LMSW_MEMORY : 0) | (source << LMSW_SOURCE_SHIFT);
}

/** VMFUNC exits if its function is not allowed by the VM-function controls. */
export function functionExits(cpu: Cpu, vmcs: Vmcs): boolean {
  return ((vmcs.get("vmFunctionControls") >>> (cpu.gpr[EAX]! & 31)) & 1) === 0;
}
