import { LDTR } from "../../cpu/state.ts";
import { type Memory, PAGE_SIZE } from "../../machine/memory.ts";
import type { VirtualCpu } from "../virtual-cpu.ts";
import { type DescriptorWords, isUsable, shadowDescriptor } from "./descriptors.ts";
import { FIRST_OWN_INDEX, GDT, GDT_COPY, LDT, LDT_COPY } from "./layout.ts";

/** Which guest table a shadow belongs to, and where it lies. */
interface TableState {
  base: number;
  /** Number of whole entries. */
  entries: number;
  /** Guest-physical pages that hold the table, in order; -1 where nothing is mapped. */
  pages: number[];
}

export interface ShadowTablesState {
  readonly gdt: TableState;
  readonly ldt: TableState;
  readonly virtualCpl: number;
  readonly version: number;
}

const empty = (): TableState => ({ base: 0, entries: 0, pages: [] });
const MAX_ENTRIES = 8192;
const NO_PAGES: readonly number[] = [];

/**
 * The shadows of the guest's GDT and LDT in the VMM's tables. The guest's pages that hold them are traced; a change
 * of the table registers, of the mapping or of the bytes shows in `refresh`.
 */
export class ShadowTables {
  private readonly memory: Memory;
  private readonly guest: Memory;
  private readonly vcpu: VirtualCpu;
  private gdt = empty();
  private ldt = empty();
  private virtualCpl = 0;
  /** Grows with every change of the guest's descriptors, or of where their tables are. */
  version = 0;

  constructor(memory: Memory, guest: Memory, vcpu: VirtualCpu) {
    this.memory = memory;
    this.guest = guest;
    this.vcpu = vcpu;
  }

  /** Whether a guest-physical page holds part of a shadowed table. */
  traces(page: number): boolean {
    return this.gdt.pages.includes(page) || this.ldt.pages.includes(page);
  }

  /**
   * Brings the shadows up to the guest's table registers, mapping and ring. Returns the pages that have to be traced
   * anew.
   */
  refresh(virtualCpl: number): readonly number[] {
    const { state } = this.vcpu;
    const ringChanged = virtualCpl !== this.virtualCpl;
    this.virtualCpl = virtualCpl;
    const ldtUsable = isUsable(state.attr[LDTR]!);
    const ldtBase = ldtUsable ? state.base[LDTR]! : 0;
    const ldtEntries = ldtUsable ? entriesOf(state.limit[LDTR]! >>> 0) : 0;
    const gdtBefore = this.gdt;
    const ldtBefore = this.ldt;
    this.gdt = this.locate(this.gdt, state.gdtrBase, entriesOf(state.gdtrLimit));
    this.ldt = this.locate(this.ldt, ldtBase, ldtEntries);
    if (this.gdt !== gdtBefore) this.rebuild(this.gdt, GDT, GDT_COPY, gdtBefore.entries, FIRST_OWN_INDEX);
    else if (ringChanged) this.rejudge(this.gdt, GDT, GDT_COPY, FIRST_OWN_INDEX);
    if (this.ldt !== ldtBefore) this.rebuild(this.ldt, LDT, LDT_COPY, ldtBefore.entries, MAX_ENTRIES);
    else if (ringChanged) this.rejudge(this.ldt, LDT, LDT_COPY, MAX_ENTRIES);
    if (this.gdt === gdtBefore && this.ldt === ldtBefore) return NO_PAGES;
    const known = [...gdtBefore.pages, ...ldtBefore.pages];
    return [...this.gdt.pages, ...this.ldt.pages].filter((page) => page >= 0 && !known.includes(page));
  }

  /** A traced page has been written: recomputes the shadows of the entries that changed. Returns their selectors. */
  written(page: number): number[] {
    return [
      ...this.update(this.gdt, page, GDT, GDT_COPY, FIRST_OWN_INDEX, 0),
      ...this.update(this.ldt, page, LDT, LDT_COPY, MAX_ENTRIES, 4),
    ];
  }

  /** Entries of the guest's tables that are shadowed, and the guest-physical pages that hold them. */
  get usage(): { readonly gdt: number; readonly ldt: number; readonly traced: readonly number[] } {
    const traced = [...new Set([...this.gdt.pages, ...this.ldt.pages])].filter((page) => page >= 0);
    return { gdt: this.gdt.entries, ldt: this.ldt.entries, traced };
  }

  /** Number of entries of the shadow LDT, for the real LDTR's limit; 0 if the guest has none. */
  get ldtEntries(): number {
    return this.ldt.entries;
  }

  /** Whether the shadow descriptor that `selector` names, as it lies in the real table, is this one. */
  shadowIs(selector: number, words: DescriptorWords): boolean {
    const address = ((selector & 4) !== 0 ? LDT : GDT) + (selector & 0xfff8);
    return this.memory.read32(address) === words.low && this.memory.read32(address + 4) === words.high;
  }

  /** The guest's own descriptor, or null beyond the table's limit or where its page is not mapped. */
  guestDescriptor(selector: number): DescriptorWords | null {
    const table = (selector & 4) !== 0 ? this.ldt : this.gdt;
    return this.readGuest(table, selector >>> 3);
  }

  private readGuest(table: TableState, index: number): DescriptorWords | null {
    if (index >= table.entries) return null;
    const low = this.readWord(table, index * 8);
    const high = this.readWord(table, index * 8 + 4);
    return low === null || high === null ? null : { low, high };
  }

  /** The doubleword at an offset of the table, through the pages that it was last seen to lie in. */
  private readWord(table: TableState, offset: number): number | null {
    const at = (table.base & (PAGE_SIZE - 1)) + offset;
    const page = table.pages[Math.floor(at / PAGE_SIZE)]!;
    const last = table.pages[Math.floor((at + 3) / PAGE_SIZE)]!;
    if (page < 0 || last < 0) return null;
    const inPage = at % PAGE_SIZE;
    if (page === last) return this.guest.read32(page * PAGE_SIZE + inPage);
    let value = 0;
    for (let i = 0; i < 4; i++) {
      const here = inPage + i < PAGE_SIZE ? page * PAGE_SIZE + inPage + i : last * PAGE_SIZE + inPage + i - PAGE_SIZE;
      value |= this.guest.read8(here) << (8 * i);
    }
    return value;
  }

  /** Where a table lies now: `before` itself if nothing has changed. Hot: after every emulation. */
  private locate(before: TableState, base: number, entries: number): TableState {
    // A table may wrap from the top of the address space to 0.
    const first = (base & -PAGE_SIZE) >>> 0;
    const end = (base >>> 0) + entries * 8;
    let same = before.base === base && before.entries === entries;
    for (let i = 0, at = first; same && entries > 0 && at < end; i++, at += PAGE_SIZE) {
      same = this.pageAt(at) === before.pages[i];
    }
    if (same) return before;
    const pages: number[] = [];
    for (let at = first; entries > 0 && at < end; at += PAGE_SIZE) pages.push(this.pageAt(at));
    return { base, entries, pages };
  }

  /** Guest-physical page at a linear address as the guest maps it now, or -1. */
  private pageAt(linear: number): number {
    const walk = this.vcpu.translate(linear >>> 0, "read", false, false);
    return walk.ok && walk.physical < this.guest.size ? walk.physical >>> 12 : -1;
  }

  private rebuild(table: TableState, shadow: number, copy: number, before: number, end: number): void {
    this.version++;
    for (let index = 0; index < Math.max(table.entries, before) && index < end; index++) {
      this.set(index, this.readGuest(table, index), shadow, copy);
    }
  }

  /** Recomputes the shadows from the copies: the guest's descriptors are the same, its ring is not. */
  private rejudge(table: TableState, shadow: number, copy: number, end: number): void {
    for (let index = 0; index < table.entries && index < end; index++) {
      const low = this.memory.read32(copy + index * 8);
      const high = this.memory.read32(copy + index * 8 + 4);
      if (low !== 0 || high !== 0) this.setShadow(index, { low, high }, shadow);
    }
  }

  private set(index: number, guest: DescriptorWords | null, shadow: number, copy: number): void {
    if (guest) this.setShadow(index, guest, shadow);
    else this.writeShadow(index, { low: 0, high: 0 }, shadow);
    this.memory.write32(copy + index * 8, guest?.low ?? 0);
    this.memory.write32(copy + index * 8 + 4, guest?.high ?? 0);
  }

  private setShadow(index: number, guest: DescriptorWords, shadow: number): void {
    const isNull = index === 0 && shadow === GDT;
    this.writeShadow(index, isNull ? { low: 0, high: 0 } : shadowDescriptor(guest, this.virtualCpl), shadow);
  }

  private writeShadow(index: number, words: DescriptorWords, shadow: number): void {
    this.memory.write32(shadow + index * 8, words.low);
    this.memory.write32(shadow + index * 8 + 4, words.high);
  }

  private update(table: TableState, page: number, shadow: number, copy: number, end: number, ti: number): number[] {
    if (!table.pages.includes(page)) return [];
    const changed: number[] = [];
    for (let index = 0; index < table.entries && index < end; index++) {
      const guest = this.readGuest(table, index);
      const low = this.memory.read32(copy + index * 8);
      const high = this.memory.read32(copy + index * 8 + 4);
      if (low === (guest?.low ?? 0) && high === (guest?.high ?? 0)) continue;
      this.set(index, guest, shadow, copy);
      this.version++;
      changed.push(index * 8 + ti);
    }
    return changed;
  }

  save(): ShadowTablesState {
    return {
      gdt: { ...this.gdt, pages: this.gdt.pages.slice() },
      ldt: { ...this.ldt, pages: this.ldt.pages.slice() },
      virtualCpl: this.virtualCpl,
      version: this.version,
    };
  }

  load(state: ShadowTablesState): void {
    this.gdt = { ...state.gdt, pages: state.gdt.pages.slice() };
    this.ldt = { ...state.ldt, pages: state.ldt.pages.slice() };
    this.virtualCpl = state.virtualCpl;
    this.version = state.version;
    for (const page of [...this.gdt.pages, ...this.ldt.pages]) if (page >= 0) this.guest.watch(page);
  }
}

/** Whole entries of a table with this limit. */
function entriesOf(limit: number): number {
  return Math.min(MAX_ENTRIES, Math.floor((limit + 1) / 8));
}
