import {
  CR0_AM,
  CR0_CD,
  CR0_EM,
  CR0_ET,
  CR0_MP,
  CR0_NE,
  CR0_NW,
  CR0_PE,
  CR0_PG,
  CR0_TS,
  CR0_WP,
  CR4_PGE,
  CR4_PSE,
  CR4_VMXE,
} from "../../cpu/registers.ts";
import { MSR_SYSENTER_CS, MSR_SYSENTER_EIP, MSR_SYSENTER_ESP } from "../../isa/control.ts";
import { CONTROL_SETS, type ControlId, type ControlSetId, mustBeOne, VMX_CONTROLS } from "../../isa/vmx-controls.ts";
import type { Memory } from "../../machine/memory.ts";
import { HOST_CR0, HOST_CR4 } from "./boot.ts";
import { EPT_POINTER } from "./ept.ts";
import * as at from "./layout.ts";
import type { OptionId, VtxOptions } from "./options.ts";
import type { VmcsAccess } from "./vmcs-access.ts";

/** What the VMM asks of the processor: the controls, the bitmaps, the masks, and the state that exits load. */

/** Controls that are 1 whatever the options are. */
const ALWAYS: readonly ControlId[] = [
  "external-interrupt-exiting",
  "nmi-exiting",
  "use-tsc-offsetting",
  "hlt-exiting",
  "use-io-bitmaps",
  "use-msr-bitmaps",
  "activate-secondary-controls",
  "save-debug-controls",
  "acknowledge-interrupt-on-exit",
  "load-debug-controls",
];
/** Controls that are 1 unless the guest's page tables are shadowed, and those that are 1 then. */
const NESTED_PAGING: readonly ControlId[] = ["enable-ept", "unrestricted-guest"];
const SHADOW_PAGING: readonly ControlId[] = ["cr3-load-exiting", "cr3-store-exiting", "invlpg-exiting"];
const BY_OPTION: Readonly<Partial<Record<OptionId, readonly ControlId[]>>> = {
  "exit-rdtsc": ["rdtsc-exiting"],
  "exit-cr3": ["cr3-load-exiting", "cr3-store-exiting"],
  "exit-invlpg": ["invlpg-exiting"],
  "exit-mov-dr": ["mov-dr-exiting"],
  "exit-descriptor-tables": ["descriptor-table-exiting"],
  "exit-pause": ["pause-exiting"],
  "exit-wbinvd": ["wbinvd-exiting"],
  "single-step": ["monitor-trap-flag"],
  vpid: ["enable-vpid"],
};

/** The controls that are 1 under these options, but for the interrupt window, which comes and goes. */
export function controlsOn(options: VtxOptions): ReadonlySet<ControlId> {
  const on = new Set([...ALWAYS, ...(options.has("shadow-paging") ? SHADOW_PAGING : NESTED_PAGING)]);
  for (const option of options) for (const control of BY_OPTION[option] ?? []) on.add(control);
  return on;
}

function vector(set: ControlSetId, on: ReadonlySet<ControlId>): number {
  let value = mustBeOne(CONTROL_SETS[set]);
  for (const id of on) if (VMX_CONTROLS[id].set === set) value |= VMX_CONTROLS[id].mask;
  return value;
}

/**
 * Bits of CR0 and CR4 that are the VMM's (25.6.6): the guest reads them from the read shadow, and to change one exits. VMX
 * operation fixes NE and VMXE; CD and NW are the real caches' and so not the guest's. Under shadow paging, what decides
 * about the meaning of page tables is the VMM's too.
 */
export interface Masks {
  readonly cr0: number;
  readonly cr4: number;
  /** The real bits where the mask is 1. */
  readonly realCr0: number;
  readonly realCr4: number;
}

const CR0_OWN = CR0_NE | CR0_CD | CR0_NW;
const CR0_PAGING = CR0_PE | CR0_PG | CR0_WP;

export function masksFor(options: VtxOptions): Masks {
  if (!options.has("shadow-paging")) return { cr0: CR0_OWN, cr4: CR4_VMXE, realCr0: CR0_NE, realCr4: CR4_VMXE };
  return {
    cr0: CR0_OWN | CR0_PAGING,
    cr4: CR4_VMXE | CR4_PSE | CR4_PGE,
    realCr0: CR0_NE | CR0_PAGING,
    realCr4: CR4_VMXE,
  };
}

/** The bits of CR0 that a guest's instruction may change without an exit. */
export const CR0_GUESTS = CR0_MP | CR0_EM | CR0_TS | CR0_AM | CR0_ET;

const ALL_EXCEPTIONS = -1;
const PF = 14;
const VPID = 1;

/** Fills in everything but the guest's state. */
export function writeControls(vmcs: VmcsAccess, options: VtxOptions): void {
  writeOptions(vmcs, options);
  vmcs.write("pageFaultErrorCodeMask", 0);
  vmcs.write("pageFaultErrorCodeMatch", 0);
  vmcs.write64("ioBitmapA", at.IO_BITMAP_A, 0);
  vmcs.write64("ioBitmapB", at.IO_BITMAP_B, 0);
  vmcs.write64("msrBitmap", at.MSR_BITMAP, 0);
  vmcs.write("cr3TargetCount", 0);
  vmcs.write64("vmcsLinkPointer", -1, -1);
  writeHostState(vmcs);
}

/** The fields that go by the options; the interrupt window is closed. */
export function writeOptions(vmcs: VmcsAccess, options: VtxOptions): void {
  const on = controlsOn(options);
  const shadow = options.has("shadow-paging");
  vmcs.write("pinBasedControls", vector("pin", on));
  vmcs.write("primaryControls", vector("primary", on));
  vmcs.write("secondaryControls", vector("secondary", on));
  vmcs.write("exitControls", vector("exit", on));
  vmcs.write("entryControls", vector("entry", on));
  vmcs.write("exceptionBitmap", options.has("exit-exceptions") ? ALL_EXCEPTIONS : shadow ? 1 << PF : 0);
  if (on.has("enable-ept")) vmcs.write64("eptPointer", EPT_POINTER, 0);
  vmcs.write("vpid", on.has("enable-vpid") ? VPID : 0);
  const masks = masksFor(options);
  vmcs.write("cr0GuestHostMask", masks.cr0);
  vmcs.write("cr4GuestHostMask", masks.cr4);
}

function writeHostState(vmcs: VmcsAccess): void {
  vmcs.write("hostCr0", HOST_CR0);
  vmcs.write("hostCr3", at.HOST_DIRECTORY);
  vmcs.write("hostCr4", HOST_CR4);
  vmcs.write("hostCsSelector", at.VMM_CODE);
  for (const name of [
    "hostSsSelector",
    "hostDsSelector",
    "hostEsSelector",
    "hostFsSelector",
    "hostGsSelector",
  ] as const)
    vmcs.write(name, at.VMM_DATA);
  vmcs.write("hostTrSelector", at.VMM_TSS);
  vmcs.write("hostFsBase", 0);
  vmcs.write("hostGsBase", 0);
  vmcs.write("hostTrBase", at.TSS);
  vmcs.write("hostGdtrBase", at.GDT);
  vmcs.write("hostIdtrBase", at.IDT);
  vmcs.write("hostRsp", at.STACK_TOP);
  vmcs.write("hostRip", at.EXIT);
}

const BITMAP_BYTES = 0x1000;
const MSR_WRITES = 0x800;
/** MSRs that entries load and exits save: the guest has them to itself. */
const OWN_MSRS = [MSR_SYSENTER_CS, MSR_SYSENTER_ESP, MSR_SYSENTER_EIP];
/** Ports of devices without timing or interrupts, first and last: the debug console and the VGA registers. */
const OPEN_PORTS: readonly (readonly [number, number])[] = [
  [0xe9, 0xe9],
  [0x3c0, 0x3df],
];

/** Whether a port is one that the option `open-ports` opens. */
export function isOpenPort(port: number): boolean {
  return OPEN_PORTS.some(([first, last]) => port >= first && port <= last);
}

/** The bitmaps, in the VMM's memory: 1 exits. */
export function writeBitmaps(memory: Memory, options: VtxOptions): void {
  for (const bitmap of [at.IO_BITMAP_A, at.IO_BITMAP_B, at.MSR_BITMAP])
    memory.writeBytes(bitmap, new Uint8Array(BITMAP_BYTES).fill(0xff));
  const clear = (bitmap: number, bit: number) => {
    const byte = bitmap + (bit >>> 3);
    memory.write8(byte, memory.read8(byte) & ~(1 << (bit & 7)));
  };
  for (const msr of OWN_MSRS) for (const half of [0, MSR_WRITES]) clear(at.MSR_BITMAP + half, msr);
  if (!options.has("open-ports")) return;
  for (const [first, last] of OPEN_PORTS) for (let port = first; port <= last; port++) clear(at.IO_BITMAP_A, port);
}
