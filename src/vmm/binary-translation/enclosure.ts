import { PAGE_USER } from "../../cpu/paging.ts";
import type { Machine } from "../../machine/machine.ts";
import { GDT, IDT, VMM_BASE, VMM_PAGE_TABLE } from "../deprivileged/layout.ts";
import { CACHE, CACHE_BASE, CACHE_CODE, CACHE_SIZE, CALLOUT_VECTOR, VCPU, VCPU_DATA, VCPU_LIMIT } from "./layout.ts";

/** Execute-only code and writable data, present and accessed; DPL is added. */
const CODE_TYPE = 0x99;
const DATA_TYPE = 0x93;
const NOT_PRESENT = 0x19;
const BIG = 0x40;
const GRANULAR = 0x80;
/** Attribute byte of an interrupt gate of DPL 0. */
const GATE = 0x8e;
const DPL_SHIFT = 5;
const PAGE = 4096;

/**
 * Lets translated code in real ring `ring` reach the cache, its virtual CPU and the callouts, and nobody else; with null,
 * where the guest runs as it is written, nobody at all. Segments keep translated code from the VMM. From user code that
 * runs as it is written the pages are kept as well.
 */
export function enclose(machine: Machine, ring: number | null): void {
  const { memory } = machine;
  const dpl = (ring ?? 0) << DPL_SHIFT;
  const code = ring === null ? NOT_PRESENT : CODE_TYPE | dpl;
  const data = ring === null ? NOT_PRESENT : DATA_TYPE | dpl;
  const changed = describe(machine, CACHE_CODE, CACHE_BASE, (CACHE_SIZE >>> 12) - 1, code, BIG | GRANULAR);
  describe(machine, VCPU_DATA, (VMM_BASE + VCPU) | 0, VCPU_LIMIT, data, BIG);
  memory.write8(IDT + CALLOUT_VECTOR * 8 + 5, GATE | dpl);
  // The guest's kernel has the supervisor's rights to pages anyway: there the segments alone keep it out.
  if (!changed || ring === 1 || ring === 2) return;
  const user = ring === 3 ? PAGE_USER : 0;
  for (let at = VCPU; at < CACHE + CACHE_SIZE; at += PAGE) {
    const entry = VMM_PAGE_TABLE + (at / PAGE) * 4;
    const value = memory.read32(entry);
    if ((value & PAGE_USER) === user) return;
    memory.write32(entry, (value & ~PAGE_USER) | user);
    machine.cpu.tlb.invalidate((VMM_BASE + at) | 0);
  }
}

/** Writes a descriptor if it is not that already. */
function describe(
  machine: Machine,
  selector: number,
  base: number,
  limit: number,
  type: number,
  flags: number,
): boolean {
  const { memory } = machine;
  const low = (limit & 0xffff) | (base << 16);
  const high = ((base >>> 16) & 0xff) | (type << 8) | (limit & 0xf0000) | (flags << 16) | (base & 0xff000000);
  if (memory.read32(GDT + selector) === low && memory.read32(GDT + selector + 4) === (high | 0)) return false;
  memory.write32(GDT + selector, low);
  memory.write32(GDT + selector + 4, high);
  return true;
}
