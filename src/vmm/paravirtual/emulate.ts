import { decodeBytes } from "../../cpu/decode.ts";
import type { Insn } from "../../cpu/insn.ts";
import { CR0_ET, CR0_MP, CR0_NE, CR0_PE, CR0_PG, CR0_TS, CR0_WP, FLAG_DF } from "../../cpu/registers.ts";
import {
  ATTR_DB,
  ATTR_P,
  ATTR_UNUSABLE,
  type CpuState,
  CS,
  EAX,
  EBX,
  ECX,
  EDI,
  EDX,
  ES,
  ESI,
} from "../../cpu/state.ts";
import { MSR_TSC } from "../../isa/control.ts";
import { cpuid } from "../../isa/cpuid.ts";
import { ASSIST_ARCHITECTURAL_IOPL, VCPU_CR2, XEN_VERSION } from "./abi.ts";
import { getDebugreg, setDebugreg } from "./calls/traps.ts";
import { KERNEL_RING } from "./descriptors.ts";
import type { Hypervisor } from "./hypervisor.ts";
import { halves, nanoseconds } from "./time.ts";

const LONGEST = 15;
/** Of a segment's type: code; expand-down, if data; code that can be read, or data that can be written. */
const TYPE_CODE = 1 << 3;
const TYPE_EXPAND_DOWN = 1 << 2;
const TYPE_ACCESSIBLE = 1 << 1;
/** "ud2; 'xen'", before an instruction that Xen is to emulate though the processor would run it (XEN_EMULATE_PREFIX). */
const FORCED = [0x0f, 0x0b, 0x78, 0x65, 0x6e];
const CR0_FIXED = CR0_PE | CR0_MP | CR0_ET | CR0_NE | CR0_WP | CR0_PG;
/** First CPUID leaf of a hypervisor, and its signature "XenVMMXenVMM" in EBX, ECX and EDX. */
const XEN_LEAF = 0x40000000;
const XEN_LEAVES: ReadonlyMap<number, readonly [number, number, number, number]> = new Map([
  [XEN_LEAF, [XEN_LEAF + 2, 0x566e6558, 0x65584d4d, 0x4d4d566e]],
  [XEN_LEAF + 1, [XEN_VERSION, 0, 0, 0]],
  [XEN_LEAF + 2, [1, XEN_LEAF, 0, 0]],
]);

/** What came of an instruction that trapped, which stood at `eip`. `no`: nothing of Xen's; `page-fault`: at `address`, as it touched memory. */
export type Emulation =
  | { readonly kind: "done"; readonly reason: EmulationReason; readonly insn: Insn; readonly eip: number }
  | { readonly kind: "page-fault"; readonly address: number; readonly errorCode: number }
  | { readonly kind: "no" };
export type EmulationReason = "emulate" | "emulate-port" | "emulate-port-refused" | "emulate-nothing" | "emulate-time";

const NO: Emulation = { kind: "no" };

/** The bytes from the guest's CS:EIP on, as far as the segment has them and they are mapped. */
function codeAt(xen: Hypervisor, skip: number): Uint8Array {
  const { context } = xen.current;
  const bytes = new Uint8Array(LONGEST);
  for (let i = 0; i < LONGEST; i++) {
    const offset = (context.eip >>> 0) + skip + i;
    const at = xen.guest.at((context.base[CS]! + offset) >>> 0, false);
    if (offset > context.limit[CS]! >>> 0 || at < 0) return bytes.subarray(0, i);
    bytes[i] = xen.memory.read8(at);
  }
  return bytes;
}

function instructionAt(xen: Hypervisor, skip: number): Insn | null {
  const big = (xen.current.context.attr[CS]! & ATTR_DB) !== 0;
  const decoded = decodeBytes(codeAt(xen, skip), 0, big ? 32 : 16);
  return decoded !== null && typeof decoded === "object" ? decoded : null;
}

/**
 * Emulates what has raised #GP(0) in the current domain, if it is of the kind that Xen carries out in a guest's place
 * (xen/arch/x86/pv/emul-priv-op.c): ports, MOV of control and debug registers, CLTS, LMSW, WBINVD, RDTSC, RDMSR; CLI and
 * STI do nothing, for POPF could not be made to trap. Whatever else is the guest's own fault.
 */
export function emulatePrivileged(xen: Hypervisor): Emulation {
  const insn = instructionAt(xen, 0);
  if (!insn) return NO;
  const { context, fields } = xen.current;
  const { eip } = context;
  const kernel = (context.selector[CS]! & 3) === KERNEL_RING;
  const { mnemonic, operands } = insn.row;
  let reason: EmulationReason = "emulate";
  if (mnemonic === "in" || mnemonic === "out" || mnemonic.startsWith("ins") || mnemonic.startsWith("outs")) {
    if (fields.iopl < (kernel ? kernelIopl(fields.assists) : 3)) return NO;
    return port(xen, insn);
  }
  if (mnemonic === "rdtsc") {
    setPair(context, nanoseconds(xen.machine.time));
    reason = "emulate-time";
  } else if (!kernel) return NO;
  else if (mnemonic === "cli" || mnemonic === "sti") reason = "emulate-nothing";
  else if (mnemonic === "clts") fields.taskSwitched = false;
  else if (mnemonic === "wbinvd") reason = "emulate-nothing";
  else if (mnemonic === "lmsw" && !insn.memory) fields.taskSwitched = (context.gpr[insn.rm]! & CR0_TS) !== 0;
  else if (mnemonic === "rdmsr" && context.gpr[ECX] === MSR_TSC) setPair(context, nanoseconds(xen.machine.time));
  else if (operands.includes("cr")) {
    if (!(operands[0] === "cr" ? writeControl(xen, insn) : readControl(xen, insn))) return NO;
  } else if (operands.includes("dr")) {
    if (!debugRegister(xen, insn)) return NO;
  } else return NO;
  context.eip = (context.eip + insn.length) | 0;
  return { kind: "done", reason, insn, eip };
}

/** The IOPL that a guest's kernel needs for ports (iopl_ok): under the assist it counts as ring 0, as on a bare machine. */
function kernelIopl(assists: number): number {
  return (assists & (1 << ASSIST_ARCHITECTURAL_IOPL)) !== 0 ? 0 : KERNEL_RING;
}

/** CPUID behind Xen's prefix, which has raised #UD. Shows the guest its hypervisor. */
export function emulateForced(xen: Hypervisor): Emulation {
  const { context } = xen.current;
  const { eip } = context;
  const code = codeAt(xen, 0);
  if (FORCED.some((byte, i) => code[i] !== byte)) return NO;
  const insn = instructionAt(xen, FORCED.length);
  if (insn?.row.mnemonic !== "cpuid") return NO;
  const leaf = XEN_LEAVES.get(context.gpr[EAX]! >>> 0) ?? cpuid(context.gpr[EAX]!, context.gpr[ECX]!);
  [EAX, EBX, ECX, EDX].forEach((register, i) => {
    context.gpr[register] = leaf[i]!;
  });
  context.eip = (context.eip + FORCED.length + insn.length) | 0;
  return { kind: "done", reason: "emulate", insn, eip };
}

function setPair({ gpr }: CpuState, value: bigint): void {
  [gpr[EAX], gpr[EDX]] = halves(value);
}

function readControl({ current, memory }: Hypervisor, { reg, rm }: Insn): boolean {
  const { context, fields } = current;
  let value: number;
  if (reg === 0) value = CR0_FIXED | (fields.taskSwitched ? CR0_TS : 0);
  else if (reg === 2) value = memory.read32(current.sharedInfo + VCPU_CR2);
  else if (reg === 3) value = context.cr3;
  else if (reg === 4) value = fields.cr4;
  else return false;
  context.gpr[rm] = value;
  return true;
}

function writeControl(xen: Hypervisor, { reg, rm }: Insn): boolean {
  const { current, memory } = xen;
  const { context, fields } = current;
  const value = context.gpr[rm]!;
  if (reg === 0) {
    if (((value ^ CR0_FIXED) & ~CR0_TS) !== 0) return false;
    fields.taskSwitched = (value & CR0_TS) !== 0;
  } else if (reg === 2) memory.write32(current.sharedInfo + VCPU_CR2, value);
  else if (reg === 3) {
    if (xen.frames.loadBase(current, value >>> 12) !== null) return false;
    xen.loadBase(value >>> 12);
  } else if (reg === 4) fields.cr4 = value;
  else return false;
  return true;
}

function debugRegister(xen: Hypervisor, { row, reg, rm }: Insn): boolean {
  const number = reg === 4 ? 6 : reg === 5 ? 7 : reg;
  const { gpr } = xen.current.context;
  if (row.operands[0] === "dr") return setDebugreg(xen, Int32Array.of(number, gpr[rm]!)) === 0;
  gpr[rm] = getDebugreg(xen, Int32Array.of(number));
  return true;
}

/** Whether a segment lets `bytes` at `offset` be read or written (SDM Vol. 3A, 5.3 to 5.5). */
function permits(state: CpuState, segment: number, offset: number, bytes: number, write: boolean): boolean {
  const attr = state.attr[segment]!;
  if ((attr & (ATTR_UNUSABLE | ATTR_P)) !== ATTR_P) return false;
  const code = (attr & TYPE_CODE) !== 0;
  const accessible = (attr & TYPE_ACCESSIBLE) !== 0;
  if (write ? code || !accessible : code && !accessible) return false;
  const limit = state.limit[segment]! >>> 0;
  const last = offset + bytes - 1;
  if (code || (attr & TYPE_EXPAND_DOWN) === 0) return last <= limit;
  return offset > limit && last <= ((attr & ATTR_DB) !== 0 ? 0xffffffff : 0xffff);
}

/**
 * Physical addresses of `bytes` of memory, one by one, as the domain's code itself reaches them in its ring; or what it
 * gets instead: a page fault, or the protection fault there has been.
 */
function reach(
  xen: Hypervisor,
  segment: number,
  offset: number,
  bytes: number,
  write: boolean,
): readonly number[] | Emulation {
  const { context } = xen.current;
  if (!permits(context, segment, offset, bytes, write)) return NO;
  const found: number[] = [];
  for (let i = 0; i < bytes; i++) {
    const address = (context.base[segment]! + offset + i) >>> 0;
    const walk = xen.machine.cpu.translate(address, write ? "write" : "read", context.cpl === 3, true);
    if (!walk.ok) return { kind: "page-fault", address, errorCode: walk.errorCode };
    found.push(walk.physical);
  }
  return found;
}

/** IN, OUT and their string forms: one element; a repeated one traps again for the next. */
function port(xen: Hypervisor, insn: Insn): Emulation {
  const { context } = xen.current;
  const { gpr, eip } = context;
  const { mnemonic, operands, size } = insn.row;
  const bytes = (size >> 3) as 1 | 2 | 4;
  const number = operands.includes("imm8") ? insn.imm & 0xff : gpr[EDX]! & 0xffff;
  const allowed = xen.mayUsePort(number, bytes);
  const reason = allowed ? "emulate-port" : "emulate-port-refused";
  const read = () => (allowed ? xen.portIn(number, bytes) : -1);
  const write = (value: number) => {
    if (allowed) xen.portOut(number, bytes, value);
  };
  if (mnemonic === "in") {
    const mask = bytes === 4 ? -1 : (1 << (bytes * 8)) - 1;
    gpr[EAX] = (gpr[EAX]! & ~mask) | (read() & mask);
  } else if (mnemonic === "out") write(gpr[EAX]!);
  else {
    const wide = insn.addressSize === 32 ? -1 : 0xffff;
    const repeats = insn.repeat !== 0;
    if (repeats && (gpr[ECX]! & wide) === 0) {
      context.eip = (context.eip + insn.length) | 0;
      return { kind: "done", reason, insn, eip };
    }
    const input = mnemonic.startsWith("ins");
    const pointer = input ? EDI : ESI;
    // All of it is looked up before the device is touched, which may never be read twice.
    const found = reach(xen, input ? ES : insn.segment, (gpr[pointer]! & wide) >>> 0, bytes, input);
    if ("kind" in found) return found;
    if (input) {
      const value = read();
      found.forEach((at, i) => {
        xen.memory.write8(at, (value >>> (i * 8)) & 0xff);
      });
    } else write(found.reduce((value, at, i) => value | (xen.memory.read8(at) << (i * 8)), 0));
    const step = (context.rawFlags & FLAG_DF) !== 0 ? -bytes : bytes;
    gpr[pointer] = (gpr[pointer]! & ~wide) | ((gpr[pointer]! + step) & wide);
    if (repeats) {
      gpr[ECX] = (gpr[ECX]! & ~wide) | ((gpr[ECX]! - 1) & wide);
      if ((gpr[ECX]! & wide) !== 0) return { kind: "done", reason, insn, eip };
    }
  }
  context.eip = (context.eip + insn.length) | 0;
  return { kind: "done", reason, insn, eip };
}
