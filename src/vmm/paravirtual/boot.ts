import { PAGE_ACCESSED, PAGE_DIRTY, PAGE_PRESENT, PAGE_WRITABLE } from "../../cpu/paging.ts";
import type { Machine } from "../../machine/machine.ts";
import type { Memory } from "../../machine/memory.ts";
import type { Tenant } from "../../machine/tenant.ts";
import { bootVmm } from "../deprivileged/boot.ts";
import { GDT, IDT, STUB_SIZE, STUBS, TSS, VMM_BASE, VMM_CODE, VMM_PAGE_TABLE } from "../deprivileged/layout.ts";
import { PIRQ_KEYBOARD } from "./abi.ts";
import type { Entry } from "./bounce.ts";
import { isGateTarget } from "./descriptors.ts";
import type { Domain } from "./domain.ts";
import {
  FLAT_RING1_CS,
  FLAT_RING1_DS,
  FLAT_RING3_CS,
  FLAT_RING3_DS,
  FRAME_SIZE,
  GDT_PAGES,
  HYPERCALL_VECTOR,
  LDT_PAGES,
  M2P,
  M2P_PAGE_TABLE,
  MAX_FRAMES,
  ZERO_PAGE,
} from "./layout.ts";

/** Flat segments that end at FC400000: byte-wise low doubleword, and the high one by selector. */
const FLAT_LOW = 0x0000c3ff;
const FLAT_HIGH: readonly (readonly [number, number])[] = [
  [FLAT_RING1_CS, 0x00cfbb00],
  [FLAT_RING1_DS, 0x00cfb300],
  [FLAT_RING3_CS, 0x00cffb00],
  [FLAT_RING3_DS, 0x00cff300],
];
const INTERRUPT_GATE = 0x8e00;
const TRAP_GATE = 0x8f00;
const DPL_SHIFT = 13;
const BP = 3;
const OF = 4;
export const SYSCALL_VECTOR = 0x80;
/** The first interrupt controller's mask. */
const PIC_MASK = 0x21;
const OWN = PAGE_PRESENT | PAGE_WRITABLE | PAGE_ACCESSED | PAGE_DIRTY;
/** In the LDT's descriptor table pages: linear page of the VMM's range at which the LDT begins. */
const LDT_PAGE = 16;

/**
 * The hypervisor's own tables, on those that every VMM in ring 0 has here: gates that guests may reach by INT, Xen's
 * segments at the top of the GDT, the machine-to-physical table's page table.
 */
export function bootXen(machine: Machine, tenant: Tenant): void {
  bootVmm(machine, tenant);
  const { memory } = machine;
  for (const [selector, high] of FLAT_HIGH) {
    memory.write32(GDT + (selector & ~7), FLAT_LOW);
    memory.write32(GDT + (selector & ~7) + 4, high);
  }
  // Breakpoints and INTO are raised by user code; INT 82h by the guest's kernel alone.
  setGateDpl(memory, BP, 3);
  setGateDpl(memory, OF, 3);
  setGateDpl(memory, HYPERCALL_VECTOR, 1);
  for (let page = 0; page * 1024 < MAX_FRAMES; page++) {
    memory.write32(M2P_PAGE_TABLE + page * 4, (M2P + page * FRAME_SIZE) | PAGE_PRESENT | PAGE_ACCESSED);
  }
  // The serial line stays open, as the hypervisor's console; the keyboard's opens once a domain has bound it.
  openLine(machine, PIRQ_KEYBOARD, false);
}

/** Lets a line of the first interrupt controller through, or not. */
export function openLine({ platform, time }: Machine, line: number, open: boolean): void {
  const mask = platform.portIn(PIC_MASK, 1, time);
  platform.portOut(PIC_MASK, 1, open ? mask & ~(1 << line) : mask | (1 << line), time);
}

function setGateDpl(memory: Memory, vector: number, dpl: number): void {
  const target = (VMM_BASE + STUBS + vector * STUB_SIZE) >>> 0;
  memory.write32(IDT + vector * 8, (target & 0xffff) | (VMM_CODE << 16));
  memory.write32(IDT + vector * 8 + 4, (target & 0xffff0000) | INTERRUPT_GATE | (dpl << DPL_SHIFT));
}

/**
 * INT 80h of a domain: straight to its kernel, as a trap gate that leaves IF set, if its handler masks no events and the
 * gate may lead there; else through the hypervisor (init_int80_direct_trap).
 */
export function setSystemCallGate(memory: Memory, entry: (Entry & { readonly dpl: number }) | null): void {
  if (entry === null || entry.masks || (entry.cs & 3) === 0 || !isGateTarget(entry.cs)) {
    setGateDpl(memory, SYSCALL_VECTOR, 0);
    return;
  }
  memory.write32(IDT + SYSCALL_VECTOR * 8, (entry.cs << 16) | (entry.eip & 0xffff));
  memory.write32(IDT + SYSCALL_VECTOR * 8 + 4, (entry.eip & 0xffff0000) | TRAP_GATE | (entry.dpl << DPL_SHIFT));
}

/** The stack of ring 1 in the real TSS: where INT 80h and call gates of user code lead to. */
export function setKernelStack(memory: Memory, { fields }: Domain): void {
  memory.write32(TSS + 12, fields.kernelSp);
  memory.write32(TSS + 16, fields.kernelSs);
}

/** Shows a domain's descriptor tables where the processor's GDTR and LDTR point. The TLB must be flushed afterwards. */
export function mapTables(memory: Memory, { fields }: Domain): void {
  const show = (page: number, entry: number) => memory.write32(VMM_PAGE_TABLE + page * 4, entry);
  for (let page = 0; page < GDT_PAGES; page++) {
    const frame = fields.gdtFrames[page]!;
    show(page, frame === 0 ? ZERO_PAGE | PAGE_PRESENT | PAGE_ACCESSED : (frame * FRAME_SIZE) | OWN);
  }
  for (let page = 0; page < LDT_PAGES; page++) {
    const frame = fields.ldtFrames[page]!;
    show(LDT_PAGE + page, frame === 0 ? 0 : (frame * FRAME_SIZE) | OWN);
  }
}
