import { CR0_ET, CR0_PE } from "../cpu/registers.ts";
import { ATTR_UNUSABLE, type CpuState, CS, DS, EAX, EBX, ES, ESP, FS, GS, LDTR, SS, TR } from "../cpu/state.ts";
import type { Memory } from "./memory.ts";

/** Where the loader leaves its GDT, the Multiboot information and the top of a small stack. */
export const LOADER_GDT = 0x800;
export const LOADER_INFO = 0x900;
export const LOADER_STACK = 0x7c00;
/** Selectors of the loader's flat segments. */
export const LOADER_CODE = 0x08;
export const LOADER_DATA = 0x10;
/** What a Multiboot loader puts into EAX (Multiboot 0.6.96, 3.2). */
const MULTIBOOT_MAGIC = 0x2badb002;

/** A flat 4 GiB segment of DPL 0, present and accessed: code 32-bit execute/read, data 32-bit read/write. */
const FLAT_CODE = 0x00cf9b000000ffffn;
const FLAT_DATA = 0x00cf93000000ffffn;
const FLAT_CODE_ATTR = 0xc09b;
const FLAT_DATA_ATTR = 0xc093;

/**
 * The state in which a Multiboot loader starts a program (Multiboot 0.6.96, 3.2): 32-bit protected mode, flat
 * segments, paging and interrupts off. `state` must be fresh; `memory` is the program's own.
 */
export function handOver(state: CpuState, memory: Memory, entry: number): void {
  const { selector, base, limit, attr, gpr } = state;
  for (const segment of [ES, CS, SS, DS, FS, GS]) {
    selector[segment] = segment === CS ? LOADER_CODE : LOADER_DATA;
    base[segment] = 0;
    limit[segment] = -1;
    attr[segment] = segment === CS ? FLAT_CODE_ATTR : FLAT_DATA_ATTR;
  }
  attr[LDTR] = ATTR_UNUSABLE;
  attr[TR] = ATTR_UNUSABLE;
  state.cr0 = CR0_PE | CR0_ET;
  state.rawFlags = 2;
  state.dr6 = 0xffff0ff0 | 0;
  state.dr7 = 0x400;
  state.eip = entry | 0;
  gpr[EAX] = MULTIBOOT_MAGIC;
  gpr[EBX] = LOADER_INFO;
  gpr[ESP] = LOADER_STACK;
  state.gdtrBase = LOADER_GDT;
  state.gdtrLimit = 23;
  writeDescriptor(memory, LOADER_GDT + LOADER_CODE, FLAT_CODE);
  writeDescriptor(memory, LOADER_GDT + LOADER_DATA, FLAT_DATA);
  // Multiboot information: bit 0 of flags, mem_lower and mem_upper in KiB.
  memory.write32(LOADER_INFO, 1);
  memory.write32(LOADER_INFO + 4, 640);
  memory.write32(LOADER_INFO + 8, Math.max(0, memory.size / 1024 - 1024));
}

function writeDescriptor(memory: Memory, address: number, descriptor: bigint): void {
  memory.write32(address, Number(descriptor & 0xffffffffn) | 0);
  memory.write32(address + 4, Number(descriptor >> 32n) | 0);
}
