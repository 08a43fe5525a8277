import { PAGE_PRESENT, PAGE_USER } from "../../src/cpu/paging.ts";
import { FLAG_IF, FLAG_IOPL, FLAG_IOPL_SHIFT, FLAG_VM } from "../../src/cpu/registers.ts";
import { ATTR_DB, ATTR_DPL_SHIFT, ATTR_P, ATTR_S, ATTR_UNUSABLE, DS, ES, ESP, FS, GS } from "../../src/cpu/state.ts";
import { PAGE_SIZE } from "../../src/machine/memory.ts";
import { descriptorOf, type HiddenPart, hiddenOf } from "../../src/vmm/deprivileged/descriptors.ts";
import * as vmm from "../../src/vmm/deprivileged/layout.ts";
import type { Monitor } from "../../src/vmm/deprivileged/monitor.ts";
import type { Computer } from "../../src/vmm/strategy.ts";

const HAS_ERROR_CODE = new Set([8, 10, 11, 12, 13, 14, 17]);
const hex = (value: number) => `0x${(value >>> 0).toString(16)}`;

/** The VMM's memory as it should be; one for all watches, of which one is in use at a time. */
const mirror = new Uint8Array(vmm.VMM_SIZE);
const mirrorWords = new Int32Array(mirror.buffer);

/** Said when a guest has got at what is the VMM's. */
export class Violation extends Error {}

function demand(holds: boolean, text: () => string): void {
  if (!holds) throw new Violation(text());
}

/** Whether some valid offset of the segment leads to the VMM (an expand-down segment with the greatest limit has none). */
export function reachesVmm({ base, limit, attr }: HiddenPart): boolean {
  const expandDown = (attr & 0xc) === 0x4;
  const greatest = (attr & ATTR_DB) !== 0 ? 0xffffffff : 0xffff;
  const first = (base >>> 0) + (expandDown ? (limit >>> 0) + 1 : 0);
  const last = (base >>> 0) + (expandDown ? greatest : limit >>> 0);
  if (first > last) return false;
  const wraps = 0x1_0000_0000;
  return (first < wraps && last >= vmm.VMM_BASE) || last >= wraps + vmm.VMM_BASE;
}

/** Whether a selector (or its descriptor's place in the GDT) and a hidden part are those of a segment. */
function isSegment(own: OwnSegment, selector: number, { base, limit }: HiddenPart): boolean {
  return (selector & ~3) === own.selector && (base | 0) === (own.base | 0) && limit >>> 0 === own.limit;
}

/** Code that runs in ring 0 without a gate: the resume path and the idle loop. */
function isStub(offset: number): boolean {
  return (
    (offset >= vmm.STUBS && offset < vmm.STUBS + 256 * vmm.STUB_SIZE && (offset - vmm.STUBS) % vmm.STUB_SIZE === 0) ||
    (offset >= vmm.RESUME && offset <= vmm.RESUME_IRET) ||
    (offset >= vmm.IDLE && offset < vmm.IDLE + 4) ||
    offset === vmm.EMULATE
  );
}

/** What a strategy has in the VMM's memory for code of its own that runs in the guest's place. */
export interface Premises {
  /** First frame of shadow page tables. */
  readonly pool: number;
  /** The code segment of that code and the data segment that is in GS while it runs: the only ones that reach the VMM. */
  readonly own: { readonly code: OwnSegment; readonly data: OwnSegment } | null;
  /** Physical addresses of doublewords that it may write. */
  readonly written: ReadonlySet<number>;
}

interface OwnSegment extends Pick<HiddenPart, "base" | "limit"> {
  readonly selector: number;
}

/** Nothing of the VMM's runs in the guest's place. */
const NO_PREMISES: Premises = { pool: vmm.POOL, own: null, written: new Set() };

/**
 * Holds the computer of a deprivileging VMM to what it owes itself (decision 9), at every entry into the VMM. It looks at
 * the real processor, the real tables and the VMM's memory only; what the VMM believes plays no part.
 */
export class Watch {
  gates = 0;
  private readonly computer: Computer;
  private readonly premises: Premises;

  constructor(computer: Computer, premises = NO_PREMISES) {
    this.computer = computer;
    this.premises = premises;
    mirror.set(this.memory.bytes.subarray(0, vmm.VMM_SIZE));
    this.descriptorTables();
    this.absorbWrites();
    const monitor = computer.guest as unknown as Monitor;
    const gate = monitor.gate.bind(monitor);
    monitor.gate = (index) => {
      this.entered(index);
      gate(index);
      this.absorbWrites();
    };
    const { cpu } = computer.machine;
    const run = cpu.run.bind(cpu);
    cpu.run = (budget) => {
      this.ringZero();
      return run(budget);
    };
  }

  private get memory() {
    return this.computer.machine.memory;
  }

  /** The VMM has run: what it wrote is as it wants it. */
  private absorbWrites(): void {
    for (const page of this.memory.takeDirty()) {
      const start = page * PAGE_SIZE;
      if (start >= vmm.VMM_SIZE) continue;
      mirror.set(this.memory.bytes.subarray(start, start + PAGE_SIZE), start);
      if (start < vmm.IDT) this.descriptors(page);
    }
  }

  /** Ring 0 is the VMM's code alone. */
  private ringZero(): void {
    const { state } = this.computer.machine.cpu;
    if (state.cpl !== 0) return;
    const offset = (state.base[1]! + state.eip - vmm.VMM_BASE) >>> 0;
    demand(isStub(offset), () => `ring 0 runs at ${hex(state.eip)}`);
    demand(state.selector[1] === vmm.VMM_CODE, () => `ring 0 with CS ${hex(state.selector[1]!)}`);
  }

  /** The processor has come to a gate. */
  private entered(index: number): void {
    this.gates++;
    this.untouched(index);
    if (index === vmm.GATE_EMULATE) return;
    const { state } = this.computer.machine.cpu;
    const at = (state.gpr[ESP]! - vmm.VMM_BASE) >>> 0;
    const frame = at + (HAS_ERROR_CODE.has(index) ? 4 : 0);
    const cs = this.memory.read32(frame + 4);
    if ((cs & 3) === 0) {
      const idle = (this.memory.read32(frame) - vmm.VMM_BASE) >>> 0;
      const external = index === vmm.COUNTER_VECTOR || (index >= vmm.PIC_VECTOR && index < vmm.PIC_VECTOR + 16);
      demand(external && idle >= vmm.IDLE && idle < vmm.IDLE + 4, () => `vector ${index} in the VMM at ${hex(idle)}`);
      return;
    }
    demand(frame === vmm.STACK_TOP - 20, () => `frame at ${hex(frame)}`);
    const flags = this.memory.read32(frame + 8);
    demand((flags & FLAG_IF) !== 0, () => `guest ran with IF 0 (EFLAGS ${hex(flags)})`);
    const iopl = (flags & FLAG_IOPL) >> FLAG_IOPL_SHIFT;
    demand((flags & FLAG_VM) === 0 && iopl < (cs & 3), () => `guest ran with EFLAGS ${hex(flags)}`);
    const { own } = this.premises;
    const inOwn = own !== null && (cs & ~3) === own.code.selector;
    for (const segment of [ES, DS, FS, GS]) {
      if ((state.attr[segment]! & ATTR_UNUSABLE) !== 0) continue;
      const part = { base: state.base[segment]!, limit: state.limit[segment]!, attr: state.attr[segment]! };
      const isOwn = inOwn && segment === GS && isSegment(own.data, state.selector[GS]!, part);
      demand(isOwn || !reachesVmm(part), () => `segment register ${segment} reaches the VMM: ${JSON.stringify(part)}`);
    }
    if (own !== null && !inOwn) this.ownIsShut(own);
    if (this.gates % 16 === 0) this.walkDirectory();
  }

  /** Since the VMM last ran nothing in its memory has changed but the frame and what the processor marks. */
  private untouched(index: number): void {
    for (const page of this.memory.takeDirty()) {
      if (page * PAGE_SIZE >= vmm.VMM_SIZE) continue;
      const words = this.memory.words32;
      for (let i = page * 1024; i < (page + 1) * 1024; i++) {
        const changed = words[i]! ^ mirrorWords[i]!;
        if (changed === 0) continue;
        demand(
          this.mayMark(i * 4, changed),
          () => `gate ${index}: VMM memory ${hex(i * 4)} changed by ${hex(changed)}`,
        );
        mirrorWords[i] = words[i]!;
      }
    }
  }

  private mayMark(address: number, changed: number): boolean {
    if (address >= vmm.STACK_TOP - 24 && address < vmm.STACK_TOP) return true;
    // Accessed bits of descriptors (busy of the TSS never changes); accessed and dirty bits of shadow entries.
    if (address < vmm.IDT) return (address & 4) !== 0 && changed === 0x100;
    if (this.premises.written.has(address)) return true;
    return address >= this.premises.pool && (changed & ~0x60) === 0;
  }

  private descriptorTables(): void {
    for (let page = 0; page * PAGE_SIZE < vmm.IDT; page++) this.descriptors(page);
  }

  /** Descriptors of the real GDT and LDT that a guest could load. */
  private descriptors(page: number): void {
    for (let address = page * PAGE_SIZE; address < (page + 1) * PAGE_SIZE; address += 8) {
      const words = { low: this.memory.read32(address), high: this.memory.read32(address + 4) };
      if (words.high === 0) continue;
      const part = hiddenOf(words);
      if ((part.attr & ATTR_P) === 0 || ((part.attr >> ATTR_DPL_SHIFT) & 3) === 0) continue;
      demand((part.attr & ATTR_S) !== 0, () => `a system descriptor of DPL > 0 at ${hex(address)}`);
      const { own } = this.premises;
      const isOwn = own !== null && [own.code, own.data].some((segment) => isSegment(segment, address, part));
      demand(
        isOwn || !reachesVmm(part),
        () => `descriptor at ${hex(address)} reaches the VMM: ${JSON.stringify(descriptorOf(part))}`,
      );
    }
  }

  /** The guest has run as it is written: what is there for other code was closed to it. */
  private ownIsShut({ code, data }: NonNullable<Premises["own"]>): void {
    for (const { selector } of [code, data]) {
      const { attr } = hiddenOf({ low: 0, high: this.memory.read32(vmm.GDT + selector + 4) });
      demand((attr & ATTR_P) === 0, () => `segment ${hex(selector)} is open to the guest`);
    }
    for (let at = vmm.VMM_PAGE_TABLE; at < vmm.VMM_PAGE_TABLE + PAGE_SIZE; at += 4) {
      demand((this.memory.read32(at) & PAGE_USER) === 0, () => `the VMM's page at ${hex(at)} is a user's`);
    }
    for (let vector = 0; vector < 256; vector++) {
      const dpl = (this.memory.read8(vmm.IDT + vector * 8 + 5) >> ATTR_DPL_SHIFT) & 3;
      demand(dpl === 0 || vector < 32, () => `gate ${vector} is open to the guest`);
    }
  }

  /** The tables that the processor walks map nothing below the VMM but the guest's memory. */
  private walkDirectory(): void {
    this.table(this.computer.machine.cpu.state.cr3, true);
  }

  private table(frame: number, isDirectory: boolean): void {
    demand(frame >= this.premises.pool && frame < vmm.POOL_END, () => `shadow table at ${hex(frame)}`);
    const guestEnd = vmm.VMM_SIZE + this.computer.guest.memory.size;
    for (let i = 0; i < 1024; i++) {
      const entry = this.memory.read32(frame + i * 4);
      if ((entry & PAGE_PRESENT) === 0) continue;
      const target = (entry & -4096) >>> 0;
      if (!isDirectory) {
        demand(
          target >= vmm.VMM_SIZE && target < guestEnd,
          () => `shadow entry ${hex(entry)} at ${hex(frame + i * 4)}`,
        );
      } else if (i !== vmm.VMM_PDI) {
        this.table(target, false);
      } else {
        const mayBeUser = this.premises.own !== null;
        const isUser = (entry & PAGE_USER) !== 0;
        demand(
          target === vmm.VMM_PAGE_TABLE && (mayBeUser || !isUser),
          () => `the VMM's directory entry is ${hex(entry)}`,
        );
      }
    }
  }

  /** At the end: the VMM's memory once more, and all shadow tables. */
  finish(): void {
    const { machine, guest } = this.computer;
    this.ringZero();
    this.untouched(-1);
    this.walkDirectory();
    const { tables } = (guest as unknown as Monitor).save().paging;
    for (const table of tables) if (table.kind !== "directory") this.table(table.frame, false);
    demand(machine.memory.size === vmm.VMM_SIZE + guest.memory.size, () => "memory has changed its size");
  }
}
