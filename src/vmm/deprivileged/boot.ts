import { PAGE_ACCESSED, PAGE_DIRTY, PAGE_PRESENT, PAGE_WRITABLE } from "../../cpu/paging.ts";
import { ATTR_UNUSABLE, CS, DS, ES, FS, GS, LDTR, SS, TR } from "../../cpu/state.ts";
import type { Machine } from "../../machine/machine.ts";
import type { Tenant } from "../../machine/tenant.ts";
import { startHostDevices } from "../host-devices.ts";
import {
  EMULATE,
  GATE_EMULATE,
  GDT,
  IDLE,
  IDT,
  PIC_VECTOR,
  RESUME,
  STACK_TOP,
  STUB_SIZE,
  STUBS,
  TSS,
  VMM_BASE,
  VMM_CODE,
  VMM_DATA,
  VMM_PAGE_TABLE,
  VMM_TSS,
} from "./layout.ts";

const TSS_LIMIT = 103;
const FLAT_CODE = [0x0000ffff, 0x00cf9b00] as const;
const FLAT_DATA = [0x0000ffff, 0x00cf9300] as const;
/** HOSTGATE, in the order of its bytes. */
const HOST_GATE = 0x0a0f;

/** The directory entry that maps the VMM into every address space: supervisor only. */
export const VMM_DIRECTORY_ENTRY = VMM_PAGE_TABLE | PAGE_PRESENT | PAGE_WRITABLE | PAGE_ACCESSED;

/**
 * Builds the VMM's tables, stubs and stack in its memory, and sets the processor as the VMM's own start-up code would
 * leave it: ring 0, its own descriptors, interrupts off. CR0, CR3 and CR4 are set when the guest is entered.
 */
export function bootVmm(machine: Machine, tenant: Tenant): void {
  const { memory } = machine;
  writeDescriptor(machine, GDT + VMM_CODE, FLAT_CODE[0], FLAT_CODE[1]);
  writeDescriptor(machine, GDT + VMM_DATA, FLAT_DATA[0], FLAT_DATA[1]);
  const tssBase = (VMM_BASE + TSS) >>> 0;
  const tssHigh = ((tssBase >>> 16) & 0xff) | 0x8b00 | (tssBase & 0xff000000);
  writeDescriptor(machine, GDT + VMM_TSS, TSS_LIMIT | (tssBase << 16), tssHigh);

  // The TSS: the ring-0 stack, and no I/O bitmap, so that every port access of the guest traps.
  memory.write32(TSS + 4, (VMM_BASE + STACK_TOP) | 0);
  memory.write32(TSS + 8, VMM_DATA);
  memory.write32(TSS + 100, (TSS_LIMIT + 1) << 16);

  for (let vector = 0; vector < 256; vector++) {
    const stub = STUBS + vector * STUB_SIZE;
    memory.write16(stub, HOST_GATE);
    machine.addGate(stub, tenant, vector);
    // Interrupt gates of DPL 0: INT n from the guest is a general-protection fault, to be emulated.
    const target = VMM_BASE + stub;
    memory.write32(IDT + vector * 8, (target & 0xffff) | (VMM_CODE << 16));
    memory.write32(IDT + vector * 8 + 4, (target & 0xffff0000) | 0x8e00);
  }
  memory.write16(EMULATE, HOST_GATE);
  machine.addGate(EMULATE, tenant, GATE_EMULATE);
  memory.writeBytes(RESUME, Uint8Array.of(0x0f, 0xa9, 0x0f, 0xa1, 0x07, 0x1f, 0xcf));
  memory.writeBytes(IDLE, Uint8Array.of(0xfb, 0xf4, 0xeb, 0xfc));
  for (let page = 0; page < 1024; page++) {
    memory.write32(VMM_PAGE_TABLE + page * 4, (page << 12) | PAGE_PRESENT | PAGE_WRITABLE | PAGE_ACCESSED | PAGE_DIRTY);
  }

  const { state } = machine.cpu;
  for (const segment of [ES, CS, SS, DS, FS, GS]) {
    state.selector[segment] = segment === CS ? VMM_CODE : VMM_DATA;
    state.base[segment] = 0;
    state.limit[segment] = -1;
    state.attr[segment] = segment === CS ? 0xc09b : 0xc093;
  }
  state.attr[LDTR] = ATTR_UNUSABLE;
  state.selector[TR] = VMM_TSS;
  state.base[TR] = tssBase | 0;
  state.limit[TR] = TSS_LIMIT;
  state.attr[TR] = 0x8b;
  state.gdtrBase = (VMM_BASE + GDT) | 0;
  state.gdtrLimit = 0xffff;
  state.idtrBase = (VMM_BASE + IDT) | 0;
  state.idtrLimit = 0x7ff;
  state.rawFlags = 2;
  state.dr6 = 0xffff0ff0 | 0;
  state.dr7 = 0x400;
  startHostDevices(machine, PIC_VECTOR);
}

function writeDescriptor(machine: Machine, address: number, low: number, high: number): void {
  machine.memory.write32(address, low | 0);
  machine.memory.write32(address + 4, high | 0);
}
