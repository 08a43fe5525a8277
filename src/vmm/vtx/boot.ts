import { PAGE_ACCESSED, PAGE_DIRTY, PAGE_LARGE, PAGE_PRESENT, PAGE_WRITABLE } from "../../cpu/paging.ts";
import { CR0_ET, CR0_NE, CR0_PE, CR0_PG, CR0_WP, CR4_PSE, CR4_VMXE } from "../../cpu/registers.ts";
import { ATTR_UNUSABLE, CS, DS, ES, ESP, FS, GS, LDTR, SS, TR } from "../../cpu/state.ts";
import { MSR_FEATURE_CONTROL, VMCS_REVISION } from "../../isa/vmx-capabilities.ts";
import type { Machine } from "../../machine/machine.ts";
import type { Tenant } from "../../machine/tenant.ts";
import { startHostDevices } from "../host-devices.ts";
import * as at from "./layout.ts";

const TSS_LIMIT = 103;
const FLAT_CODE = [0x0000ffff, 0x00cf9b00] as const;
const FLAT_DATA = [0x0000ffff, 0x00cf9300] as const;
const HOST_GATE = [0x0f, 0x0a] as const;
const VMLAUNCH = [0x0f, 0x01, 0xc2] as const;
const VMRESUME = [0x0f, 0x01, 0xc3] as const;
/** ModRM of /6 with a 32-bit address. */
const SLASH_6 = 0x35;
/** Lock, and VMX outside SMX. */
const FEATURES = 5;

/** The control registers of the VMM, its own and those of the host-state area. */
export const HOST_CR0 = CR0_PE | CR0_ET | CR0_NE | CR0_PG | CR0_WP;
export const HOST_CR4 = CR4_PSE | CR4_VMXE;

/**
 * Builds the VMM's tables and stubs in its memory, and sets the processor where its start-up code begins: ring 0, paging
 * on, CR4.VMXE set, interrupts off. The code is run by the processor from there.
 */
export function bootVmm(machine: Machine, tenant: Tenant): void {
  const { memory } = machine;
  const descriptor = (address: number, low: number, high: number) => {
    memory.write32(address, low | 0);
    memory.write32(address + 4, high | 0);
  };
  descriptor(at.GDT + at.VMM_CODE, FLAT_CODE[0], FLAT_CODE[1]);
  descriptor(at.GDT + at.VMM_DATA, FLAT_DATA[0], FLAT_DATA[1]);
  descriptor(at.GDT + at.VMM_TSS, TSS_LIMIT | (at.TSS << 16), 0x8b00);
  memory.write32(at.TSS + 4, at.STACK_TOP);
  memory.write32(at.TSS + 8, at.VMM_DATA);
  memory.write32(at.TSS + 100, (TSS_LIMIT + 1) << 16);

  const gate = (address: number, index: number) => {
    memory.writeBytes(address, Uint8Array.from(HOST_GATE));
    machine.addGate(address, tenant, index);
  };
  for (let vector = 0; vector < 256; vector++) {
    const stub = at.STUBS + vector * at.STUB_SIZE;
    gate(stub, vector);
    descriptor(at.IDT + vector * 8, stub | (at.VMM_CODE << 16), 0x8e00);
  }
  placeCode(machine, gate);
  memory.write32(at.VMXON_REGION, VMCS_REVISION);
  memory.write32(at.VMCS, VMCS_REVISION);
  memory.write32(at.HOST_DIRECTORY, PAGE_LARGE | PAGE_PRESENT | PAGE_WRITABLE | PAGE_ACCESSED | PAGE_DIRTY);
  setProcessor(machine);
  startHostDevices(machine, at.PIC_VECTOR);
}

function placeCode(machine: Machine, gate: (address: number, index: number) => void): void {
  const { memory } = machine;
  const place = (address: number, bytes: readonly number[]) => memory.writeBytes(address, Uint8Array.from(bytes));
  const address = (value: number) => [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24];
  const code: number[] = [0xb9, ...address(MSR_FEATURE_CONTROL)];
  // RDMSR; TEST AL, 1; JNZ over OR AL, 5 and WRMSR: firmware may have locked the register already.
  code.push(0x0f, 0x32, 0xa8, 1, 0x75, 4, 0x0c, FEATURES, 0x0f, 0x30);
  // JBE: CF or ZF says that an instruction of VT-x has failed.
  const failed = () => {
    const next = at.BOOT + code.length + 6;
    code.push(0x0f, 0x86, ...address(at.FAILED - next));
  };
  code.push(0xf3, 0x0f, 0xc7, SLASH_6, ...address(at.BOOT_VMXON));
  failed();
  code.push(0x66, 0x0f, 0xc7, SLASH_6, ...address(at.BOOT_VMCS));
  failed();
  code.push(0x0f, 0xc7, SLASH_6, ...address(at.BOOT_VMCS));
  failed();
  place(at.BOOT, code);
  gate(at.BOOT + code.length, at.GATE_SETUP);
  memory.write32(at.BOOT_VMXON, at.VMXON_REGION);
  memory.write32(at.BOOT_VMCS, at.VMCS);
  place(at.LAUNCH, VMLAUNCH);
  gate(at.LAUNCH + VMLAUNCH.length, at.GATE_FAILED);
  gate(at.EXIT, at.GATE_EXIT);
  place(at.RESUME, VMRESUME);
  gate(at.RESUME + VMRESUME.length, at.GATE_FAILED);
  place(at.IDLE, [0xfb, 0xf4, 0xeb, 0xfc]);
  gate(at.EMULATE, at.GATE_EMULATE);
  gate(at.FAILED, at.GATE_FAILED);
}

/** As the VMM's loader leaves it: it is a tenant of a machine that has been started already. */
function setProcessor(machine: Machine): void {
  const { state } = machine.cpu;
  for (const segment of [ES, CS, SS, DS, FS, GS]) {
    state.selector[segment] = segment === CS ? at.VMM_CODE : at.VMM_DATA;
    state.base[segment] = 0;
    state.limit[segment] = -1;
    state.attr[segment] = segment === CS ? 0xc09b : 0xc093;
  }
  state.attr[LDTR] = ATTR_UNUSABLE;
  state.selector[TR] = at.VMM_TSS;
  state.base[TR] = at.TSS;
  state.limit[TR] = TSS_LIMIT;
  state.attr[TR] = 0x8b;
  state.gdtrBase = at.GDT;
  state.gdtrLimit = 0xffff;
  state.idtrBase = at.IDT;
  state.idtrLimit = 0x7ff;
  state.cr0 = HOST_CR0;
  state.cr3 = at.HOST_DIRECTORY;
  state.cr4 = HOST_CR4;
  state.rawFlags = 2;
  state.dr6 = 0xffff0ff0 | 0;
  state.dr7 = 0x400;
  state.gpr[ESP] = at.STACK_TOP;
  state.eip = at.BOOT;
  machine.cpu.refresh();
}
