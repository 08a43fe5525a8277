import type { Bus } from "../../src/cpu/bus.ts";
import { Cpu } from "../../src/cpu/cpu.ts";
import { CS, DS, EDI, ES, ESP, FS, GS, LDTR, SS, TR } from "../../src/cpu/state.ts";
import { Memory } from "../../src/machine/memory.ts";

/** Where the small computer of these tests keeps things. */
export const GDT = 0x1000;
export const IDT = 0x2000;
export const TSS = 0x3000;
export const LDT = 0x3800;
export const HANDLERS = 0x6000;
export const CODE = 0x10000;
export const DATA = 0x20000;
export const STACK0 = 0x30000;
export const STACK1 = 0x34000;
export const STACK2 = 0x38000;
export const STACK3 = 0x3c000;
export const PAGES = 0x40000;

/** Selectors of the flat segments, by ring, and of the rest. */
export const CODE_SELECTOR = [0x08, 0x19, 0x2a, 0x3b];
export const DATA_SELECTOR = [0x10, 0x21, 0x32, 0x43];
export const TSS_SELECTOR = 0x48;
export const LDT_SELECTOR = 0x50;
/** Free for a test: 0x60, 0x68, ... up to 0xf8. */
export const FREE = 0x60;

/** Access bytes. */
export const DATA_RW = 0x92;
export const CODE_RX = 0x9a;
export const G_32 = 0xc;
export const SMALL_32 = 0x4;

/** A computer of 4 MiB with flat segments for every ring, a TSS, and gates at DPL 0 for all vectors. */
export class Computer {
  readonly memory = new Memory(4 << 20);
  readonly cpu: Cpu;
  readonly ports: string[] = [];
  readonly silent: string[] = [];
  /** What the next port read gives. */
  portValue = 0;
  gate = -1;
  cycles = 0;

  constructor(whatIf: readonly string[] = []) {
    const { memory } = this;
    const bus: Bus = {
      memory,
      portIn: (port, size) => {
        this.ports.push(`in${size} ${port.toString(16)}`);
        return this.portValue;
      },
      portOut: (port, size, value) => {
        this.ports.push(`out${size} ${port.toString(16)} ${(value >>> 0).toString(16)}`);
      },
      cycles: () => this.cycles,
      isHostGate: (address) => address === this.gate,
      noteSilent: (row) => this.silent.push(row),
    };
    this.cpu = new Cpu(bus, { whatIf });
    for (let ring = 0; ring < 4; ring++) {
      this.descriptor(CODE_SELECTOR[ring], 0, 0xfffff, CODE_RX | (ring << 5), G_32);
      this.descriptor(DATA_SELECTOR[ring], 0, 0xfffff, DATA_RW | (ring << 5), G_32);
    }
    this.descriptor(TSS_SELECTOR, TSS, 0xff, 0x8b, 0);
    this.descriptor(LDT_SELECTOR, LDT, 0x3f, 0x82, 0);
    memory.write32(TSS + 4, STACK0);
    memory.write32(TSS + 8, DATA_SELECTOR[0]);
    memory.write32(TSS + 12, STACK1);
    memory.write32(TSS + 16, DATA_SELECTOR[1]);
    memory.write32(TSS + 20, STACK2);
    memory.write32(TSS + 24, DATA_SELECTOR[2]);
    memory.write16(TSS + 102, 104);
    for (let port = 104; port <= 0xff; port++) memory.write8(TSS + port, 0xff);
    for (let vector = 0; vector < 256; vector++) {
      this.idtGate(vector, CODE_SELECTOR[0], HANDLERS + vector * 16, 0x8e);
    }
    const { state } = this.cpu;
    state.gdtrBase = GDT;
    state.gdtrLimit = 0xff;
    state.idtrBase = IDT;
    state.idtrLimit = 0x7ff;
    state.cr0 = 0x11;
    state.dr6 = 0xffff0ff0 | 0;
    state.dr7 = 0x400;
    state.selector[TR] = TSS_SELECTOR;
    state.base[TR] = TSS;
    state.limit[TR] = 0xff;
    state.attr[TR] = 0x8b;
    state.attr[LDTR] = 0x10000;
    this.enter(0);
  }

  /** Puts the processor at CODE in a ring, with all segments of that ring. */
  enter(ring: number): void {
    const { state } = this.cpu;
    state.cpl = ring;
    for (const segment of [ES, SS, DS, FS, GS, CS]) {
      state.selector[segment] = (segment === CS ? CODE_SELECTOR : DATA_SELECTOR)[ring];
      state.base[segment] = 0;
      state.limit[segment] = -1;
      state.attr[segment] = 0xc001 | (segment === CS ? CODE_RX : DATA_RW) | (ring << 5);
    }
    state.gpr.fill(0);
    state.gpr[ESP] = [STACK0, STACK1, STACK2, STACK3][ring];
    state.gpr[EDI] = DATA;
    state.eip = CODE;
    state.rawFlags = 2;
  }

  /** Writes a segment descriptor; `flags` are G, D/B, L, AVL. */
  descriptor(selector: number, base: number, limit: number, access: number, flags: number, table = GDT): void {
    const at = table + (selector & 0xfff8);
    this.memory.write32(at, (limit & 0xffff) | (base << 16));
    this.memory.write32(
      at + 4,
      ((base >>> 16) & 0xff) | (access << 8) | (limit & 0xf0000) | (flags << 20) | (base & 0xff000000),
    );
  }

  /** Writes a gate at a linear address: call, interrupt, trap or task gate by its access byte. */
  gateAt(at: number, selector: number, offset: number, access: number, parameters = 0): void {
    this.memory.write32(at, (offset & 0xffff) | (selector << 16));
    this.memory.write32(at + 4, (offset & 0xffff0000) | (access << 8) | parameters);
  }

  idtGate(vector: number, selector: number, offset: number, access: number): void {
    this.gateAt(IDT + vector * 8, selector, offset, access);
  }

  callGate(selector: number, target: number, offset: number, access: number, parameters = 0): void {
    this.gateAt(GDT + (selector & 0xfff8), target, offset, access, parameters);
  }

  /** Maps the first 4 MiB to itself with the given page flags and switches paging on. */
  page(flags = 7): void {
    const { memory } = this;
    memory.write32(PAGES, (PAGES + 0x1000) | 7);
    for (let i = 0; i < 1024; i++) memory.write32(PAGES + 0x1000 + i * 4, (i << 12) | flags);
    this.cpu.state.cr3 = PAGES;
    this.cpu.state.cr0 |= 0x80000001 | 0;
  }

  /** Address of the page-table entry of a linear address below 4 MiB. */
  pte(linear: number): number {
    return PAGES + 0x1000 + (linear >>> 12) * 4;
  }
}
