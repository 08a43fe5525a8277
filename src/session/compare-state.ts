import { getEflags } from "../cpu/flags.ts";
import { PAGE_ACCESSED, PAGE_DIRTY } from "../cpu/paging.ts";
import { CR0_PG, FLAG_RF } from "../cpu/registers.ts";
import { CpuState } from "../cpu/state.ts";
import { PAGE_SIZE } from "../machine/memory.ts";
import type { Computer } from "../vmm/strategy.ts";
import { GPR_NAMES, SEGMENT_NAMES } from "./registers.ts";
import type { DifferenceItem } from "./types.ts";

const ACCESSED_DIRTY = PAGE_ACCESSED | PAGE_DIRTY;
/** Differences listed at most; the first ones are the ones to look at. */
const MOST = 16;

const hex = (value: number) => `0x${(value >>> 0).toString(16).padStart(8, "0")}`;
const hex16 = (value: number) => `0x${value.toString(16).padStart(4, "0")}`;

/** The control-state fields that are compared, by name. Timing, shadows of interrupts and TLBs are not. */
const SCALARS: readonly (readonly [string, (state: CpuState) => number])[] = [
  ["eip", (s) => s.eip],
  ["eflags", (s) => getEflags(s) & ~FLAG_RF],
  ["cpl", (s) => s.cpl],
  ["cr0", (s) => s.cr0],
  ["cr2", (s) => s.cr2],
  ["cr3", (s) => s.cr3],
  ["cr4", (s) => s.cr4],
  ["gdtr.base", (s) => s.gdtrBase],
  ["gdtr.limit", (s) => s.gdtrLimit],
  ["idtr.base", (s) => s.idtrBase],
  ["idtr.limit", (s) => s.idtrLimit],
  ["dr6", (s) => s.dr6],
  ["dr7", (s) => s.dr7],
];

/** Compares two guests at the same tick: registers whole, memory by the pages written since the last time. */
export class StateComparer {
  private readonly left: Computer;
  private readonly right: Computer;
  private readonly leftState = new CpuState();
  private readonly rightState = new CpuState();
  /** Differences in accessed and dirty bits of page-table entries: when they appear is left to the processor. */
  accessedDirty = 0;

  constructor(left: Computer, right: Computer) {
    this.left = left;
    this.right = right;
  }

  /** What differs now, most telling first; empty when the guests are equal. */
  differences(): DifferenceItem[] {
    this.left.guest.readState(this.leftState);
    this.right.guest.readState(this.rightState);
    const items = this.registers();
    this.memory(items);
    this.outputs(items);
    return items;
  }

  private registers(): DifferenceItem[] {
    const { leftState: a, rightState: b } = this;
    const items: DifferenceItem[] = [];
    GPR_NAMES.forEach((name, i) => {
      if (a.gpr[i] !== b.gpr[i]) items.push({ what: name, left: hex(a.gpr[i]!), right: hex(b.gpr[i]!) });
    });
    for (const [name, read] of SCALARS) {
      const left = read(a);
      const right = read(b);
      if (left !== right) items.push({ what: name, left: hex(left), right: hex(right) });
    }
    SEGMENT_NAMES.forEach((name, i) => {
      if (a.selector[i] !== b.selector[i])
        items.push({ what: name, left: hex16(a.selector[i]!), right: hex16(b.selector[i]!) });
      if (a.base[i] !== b.base[i]) items.push({ what: `${name}.base`, left: hex(a.base[i]!), right: hex(b.base[i]!) });
      if (a.limit[i] !== b.limit[i])
        items.push({ what: `${name}.limit`, left: hex(a.limit[i]!), right: hex(b.limit[i]!) });
      if (a.attr[i] !== b.attr[i]) items.push({ what: `${name}.attr`, left: hex(a.attr[i]!), right: hex(b.attr[i]!) });
    });
    return items;
  }

  /** Pages that either guest has written since the last call. */
  private memory(items: DifferenceItem[]): void {
    const pages = new Set<number>();
    for (const computer of [this.left, this.right]) {
      const first = computer.guest.hostPhysical(0) / PAGE_SIZE;
      const count = computer.guest.memory.size / PAGE_SIZE;
      for (const page of computer.machine.memory.takeDirty()) {
        if (page >= first && page < first + count) pages.add(page - first);
      }
    }
    for (const page of pages) this.comparePage(page, items);
  }

  private comparePage(page: number, items: DifferenceItem[]): void {
    const a = this.left.guest.memory.words32;
    const b = this.right.guest.memory.words32;
    const start = (page * PAGE_SIZE) / 4;
    for (let i = start; i < start + PAGE_SIZE / 4; i++) {
      if (a[i] === b[i]) continue;
      const left = a[i]!;
      const right = b[i]!;
      const paging = (this.leftState.cr0 & CR0_PG) !== 0;
      if (paging && ((left ^ right) & ~ACCESSED_DIRTY) === 0 && (left & 1) !== 0) this.accessedDirty++;
      else if (items.length < MOST) items.push({ what: `memory ${hex(i * 4)}`, left: hex(left), right: hex(right) });
    }
  }

  private outputs(items: DifferenceItem[]): void {
    const a = this.left.guest.platform;
    const b = this.right.guest.platform;
    for (const name of ["serial", "debug"] as const) {
      if (a[name].length !== b[name].length) {
        items.push({ what: name, left: `${a[name].length} bytes`, right: `${b[name].length} bytes` });
      }
    }
    if (a.exitCode !== b.exitCode)
      items.push({ what: "exit code", left: String(a.exitCode), right: String(b.exitCode) });
  }
}
