import type { PhysicalMemory } from "../cpu/bus.ts";
import { PAGE_ACCESSED, PAGE_DIRTY, PAGE_PRESENT, PAGE_USER, PAGE_WRITABLE, translate } from "../cpu/paging.ts";
import { CR0_PG, CR0_WP } from "../cpu/registers.ts";
import { ATTR_UNUSABLE, type CpuState, CS, EAX, EBP, EBX, EDI, ES, ESI, ESP, LDTR, SS, TR } from "../cpu/state.ts";
import { TLB_SUPERVISOR_WRITE, TLB_USER_READ, TLB_USER_WRITE } from "../cpu/tlb.ts";
import type { GuestInstruction } from "./position.ts";

const PAGE = -4096;
/** Bytes on both sides of a stack pointer that one instruction, with a delivery on top, may touch. */
const STACK_REACH = 128;
/** IDT entries that matter, in bytes. */
const IDT_BYTES = 0x800;

/**
 * Linear pages for which a TLB holds something else than the page tables in `memory` say: another frame, more rights,
 * or marks (accessed, dirty) that have been cleared since. (A TLB entry with fewer rights is no matter: the processor walks again.) A processor may use either (SDM
 * Vol. 3A, 4.10.2.3), so that what comes of it is not the guest's to rely on.
 */
export function stalePages(memory: PhysicalMemory, state: CpuState, tlb: Int32Array): Set<number> {
  const pages = new Set<number>();
  if ((state.cr0 & CR0_PG) === 0) return pages;
  for (let i = 0; i < tlb.length; i += 2) {
    const tag = tlb[i]!;
    if (tag !== 0 && isStale(memory, state, tag, tlb[i + 1]!)) pages.add((tag & PAGE) >>> 0);
  }
  return pages;
}

function isStale(memory: PhysicalMemory, state: CpuState, tag: number, frame: number): boolean {
  const walk = translate(memory, state, tag & PAGE, "read", false, false);
  if (!walk.ok || (walk.physical & PAGE) !== frame) return true;
  // An entry is made with the accessed bits set, and lets write with the dirty bit set: the guest has cleared them.
  if ((walk.pde & walk.pte & PAGE_ACCESSED) === 0) return true;
  if ((tag & (TLB_SUPERVISOR_WRITE | TLB_USER_WRITE)) !== 0 && (walk.pte & PAGE_DIRTY) === 0) return true;
  const rights = walk.large ? walk.pde : walk.pde & walk.pte;
  const writable = (rights & PAGE_WRITABLE) !== 0;
  const user = (rights & PAGE_USER) !== 0;
  if ((tag & TLB_USER_READ) !== 0 && !user) return true;
  if ((tag & TLB_USER_WRITE) !== 0 && !(user && writable)) return true;
  return (tag & TLB_SUPERVISOR_WRITE) !== 0 && !writable && (state.cr0 & CR0_WP) !== 0;
}

/** Linear pages that an instruction, begun in this state, and a delivery after it may have touched. */
export function touchedPages(state: CpuState, instruction: GuestInstruction | null): Set<number> {
  const pages = new Set<number>();
  const touch = (linear: number, bytes: number) => {
    for (let at = linear & PAGE, end = linear + bytes; at < end; at += 4096) pages.add((at & PAGE) >>> 0);
  };
  const { gpr, base, limit, attr } = state;
  touch(base[CS]! + state.eip, 15);
  touch(base[SS]! + gpr[ESP]! - STACK_REACH, 2 * STACK_REACH);
  touch(base[SS]! + gpr[EBP]! - STACK_REACH, 2 * STACK_REACH);
  touch(state.gdtrBase, (state.gdtrLimit >>> 0) + 1);
  touch(state.idtrBase, Math.min(state.idtrLimit >>> 0, IDT_BYTES) + 1);
  for (const table of [LDTR, TR]) {
    if ((attr[table]! & ATTR_UNUSABLE) === 0) touch(base[table]!, Math.min(limit[table]! >>> 0, 0xffff) + 1);
  }
  const insn = instruction?.insn;
  if (!insn) return pages;
  if (insn.memory) {
    let offset = insn.disp;
    if (insn.base >= 0) offset += gpr[insn.base]!;
    if (insn.index >= 0) offset += gpr[insn.index]! << insn.scale;
    // BT and kin with a register reach beyond their operand.
    const bits = /^bt/.test(insn.row.mnemonic) && insn.row.modrm === "r" ? gpr[insn.reg]! >> 3 : 0;
    touch(base[insn.segment]! + (insn.addressSize === 32 ? offset | 0 : offset & 0xffff) + bits - 4, 16);
  }
  if (insn.row.mnemonic === "enter") {
    touch(base[SS]! + gpr[ESP]! - (insn.imm & 0xffff) - STACK_REACH, 2 * STACK_REACH);
  }
  if (insn.row.rep !== null) {
    touch(base[insn.segment]! + gpr[ESI]! - 4, 8);
    touch(base[ES]! + gpr[EDI]! - 4, 8);
  }
  if (insn.row.mnemonic.startsWith("xlat")) touch(base[insn.segment]! + gpr[EBX]! + (gpr[EAX]! & 0xff), 1);
  return pages;
}

/** Pages around the top of the stack: where a delivery has pushed that followed an instruction which loaded ESP. */
export function stackPages({ base, gpr }: CpuState): number[] {
  const top = base[SS]! + gpr[ESP]!;
  return [((top - STACK_REACH) & PAGE) >>> 0, ((top + STACK_REACH) & PAGE) >>> 0];
}

/** Pages of the inner stacks that a delivery switches to, from the current TSS; empty where it cannot be read. */
export function innerStackPages(memory: PhysicalMemory, state: CpuState): number[] {
  if ((state.attr[TR]! & ATTR_UNUSABLE) !== 0) return [];
  const pages: number[] = [];
  for (const level of [0, 1, 2]) {
    const walk = translate(memory, state, (state.base[TR]! + 4 + level * 8) | 0, "read", false, false);
    if (!walk.ok) continue;
    const top = memory.read32(walk.physical);
    pages.push(((top - STACK_REACH) & PAGE) >>> 0, (top & PAGE) >>> 0);
  }
  return pages;
}

/** Whether any of these linear pages holds a page directory or page table of the address space. */
export function holdTables(memory: PhysicalMemory, state: CpuState, pages: Iterable<number>): boolean {
  if ((state.cr0 & CR0_PG) === 0) return false;
  const directory = (state.cr3 & PAGE) >>> 0;
  const tables = new Set([directory]);
  for (let i = 0; i < 1024; i++) {
    const pde = memory.read32(directory + i * 4);
    if ((pde & PAGE_PRESENT) !== 0) tables.add((pde & PAGE) >>> 0);
  }
  for (const page of pages) {
    const walk = translate(memory, state, page | 0, "read", false, false);
    if (walk.ok && tables.has((walk.physical & PAGE) >>> 0)) return true;
  }
  return false;
}
