import { is8086 } from "../../cpu/real-mode.ts";
import {
  CR0_AM,
  CR0_ET,
  CR0_NE,
  CR0_PE,
  CR0_PG,
  CR0_WP,
  CR4_TSD,
  CR4_UMIP,
  FLAG_IF,
  FLAG_IOPL,
} from "../../cpu/registers.ts";
import {
  ATTR_ACCESSED,
  ATTR_DB,
  ATTR_P,
  ATTR_S,
  ATTR_UNUSABLE,
  type CpuState,
  CS,
  DS,
  ES,
  ESP,
  FS,
  GS,
  LDTR,
  SS,
} from "../../cpu/state.ts";
import type { Machine } from "../../machine/machine.ts";
import type { VirtualCpu } from "../virtual-cpu.ts";
import {
  type DescriptorWords,
  deprivilege,
  descriptorOf,
  EMPTY_DATA,
  type HiddenPart,
  hiddenOf,
  realRing,
} from "./descriptors.ts";
import {
  CACHED_SLOTS,
  FIRST_OWN_INDEX,
  GDT,
  LDT,
  RESUME,
  RESUME_IRET,
  STACK_TOP,
  VMM_BASE,
  VMM_LDT,
  VMM_SMALL_STACK,
} from "./layout.ts";
import type { ShadowTables } from "./shadow-tables.ts";

/** What the processor pushed when it left the guest, or what it holds while in the guest. */
export interface GuestFrame {
  readonly eip: number;
  readonly cs: number;
  readonly eflags: number;
  readonly esp: number;
  readonly ss: number;
}

/** A hidden part of the guest's, and what stands for it in the processor: null for code that cannot be expressed. */
interface Expressed extends HiddenPart {
  readonly part: HiddenPart | null;
  /** The descriptor of that part, or of an empty segment. */
  readonly words: DescriptorWords;
}

function express(base: number, limit: number, attr: number): Expressed {
  const part = deprivilege({ base, limit, attr });
  const shown = part ?? EMPTY_DATA;
  const words = descriptorOf({ base: shown.base, limit: shown.limit, attr: shown.attr | ATTR_P });
  return { base, limit, attr, part, words };
}

/** Code that is entered in place of the guest's own. */
export interface Substitute {
  /** The code segment, and EIP in it. */
  readonly code: number;
  readonly eip: number;
  /** What GS is while it runs. */
  readonly gs: number;
  /** Whether it may read the time-stamp counter. */
  readonly timeStamp: boolean;
}

/** In the type of a segment: code. */
const ATTR_CODE = 1 << 3;
/** Flat writable data of DPL 0, present and accessed. */
const VMM_STACK_ATTR = 0xc093;
const DATA_SEGMENTS = [ES, DS, FS, GS] as const;
const SEGMENTS = 6;

/** Plain data: what the VMM gave the processor at the last resume, to tell what the guest has loaded since. */
export interface WorldState {
  readonly given: Int32Array;
}

/**
 * The switch between the guest as it believes to be and the guest as the processor runs it: selectors, descriptors,
 * flags and control registers, in both directions.
 */
export class World {
  private readonly machine: Machine;
  private readonly vcpu: VirtualCpu;
  private readonly tables: ShadowTables;
  /** By segment register: selector, base, limit, attributes as given to the processor. */
  private given = new Int32Array(SEGMENTS * 4);
  /** By segment register, what its hidden part was last translated to: a pure function's last answer, not state. */
  private readonly expressed: Expressed[] = Array.from({ length: SEGMENTS }, () => express(0, 0, ATTR_UNUSABLE));
  /** What stood there before: a guest goes to and fro between its kernel's segments and its user's. */
  private readonly formerly: Expressed[] = this.expressed.slice();

  constructor(machine: Machine, vcpu: VirtualCpu, tables: ShadowTables) {
    this.machine = machine;
    this.vcpu = vcpu;
    this.tables = tables;
  }

  /**
   * Brings `into` (the virtual CPU's state, or a copy for an inspector) up to what the guest has done by itself:
   * registers and flags, and segment registers that it has loaded since the last resume. Virtual IF and IOPL stay:
   * the guest cannot change them without the VMM. So does the virtual CPL, but for a return to an outer ring through
   * one of the VMM's own slots, which the real CPL tells.
   */
  absorb(into: CpuState, frame: GuestFrame): void {
    const { state } = this.machine.cpu;
    into.gpr.set(state.gpr);
    into.gpr[ESP] = frame.esp;
    into.eip = frame.eip;
    const kept = FLAG_IF | FLAG_IOPL;
    into.rawFlags = (frame.eflags & ~kept) | (into.rawFlags & kept);
    into.lazyMask = 0;
    if ((frame.cs & 3) !== realRing(into.cpl)) into.cpl = frame.cs & 3;
    if (frame.cs !== this.given[CS * 4]) this.absorbSelector(into, CS, (frame.cs & ~3) | into.cpl);
    if (frame.ss !== this.given[SS * 4]) this.absorbSelector(into, SS, (frame.ss & ~3) | into.cpl);
    for (const segment of DATA_SEGMENTS) {
      const at = segment * 4;
      const unchanged =
        state.selector[segment] === this.given[at] &&
        state.base[segment] === this.given[at + 1] &&
        state.limit[segment] === this.given[at + 2] &&
        state.attr[segment] === this.given[at + 3];
      if (!unchanged) this.absorbSelector(into, segment, state.selector[segment]!);
    }
  }

  /** The guest has loaded this selector by itself: the hidden part is what its own table says. */
  private absorbSelector(into: CpuState, segment: number, selector: number): void {
    const { state } = this.machine.cpu;
    into.selector[segment] = selector;
    const guest = (selector & ~3) !== 0 ? this.tables.guestDescriptor(selector) : null;
    if (guest && (guest.high & (ATTR_S << 8)) !== 0) {
      const hidden = hiddenOf(guest);
      into.base[segment] = hidden.base;
      into.limit[segment] = hidden.limit;
      into.attr[segment] = hidden.attr | ATTR_ACCESSED;
      return;
    }
    // A null selector, or one of the VMM's own slots that the guest has found: as the processor has it, or had it before
    // it put the VMM's own segments into CS and SS.
    const delivered = state.cpl === 0 && (segment === CS || segment === SS);
    const real = delivered ? this.realSegment(selector) : null;
    into.base[segment] = real ? real.base : state.base[segment]!;
    into.limit[segment] = real ? real.limit | 0 : state.limit[segment]!;
    into.attr[segment] = real ? real.attr : state.attr[segment]!;
  }

  /** What the processor has loaded from its own GDT for a selector. */
  private realSegment(selector: number): HiddenPart {
    const { memory } = this.machine;
    const at = GDT + (selector & 0xfff8);
    return hiddenOf({ low: memory.read32(at), high: memory.read32(at + 4) });
  }

  /**
   * Sets the processor up to enter the guest: the frame on the VMM's stack, descriptors, control registers, EIP at the
   * resume path. Returns false if the guest's code segment cannot be expressed, or not as far as EIP, so that nothing may
   * run directly. With a substitute that is no matter: it is entered instead, with the guest's stack and data segments.
   * `flags`: bits of the guest's EFLAGS to be kept from it.
   */
  compose(substitute: Substitute | null = null, flags = FLAG_IOPL): boolean {
    const { vcpu, machine } = this;
    const virtual = vcpu.state;
    const { state } = machine.cpu;
    const ring = realRing(virtual.cpl);
    const code = this.expressedNow(CS).part;
    // In real-address and virtual-8086 mode the rules are others than those that the processor would apply.
    if (is8086(virtual)) return false;
    // After real-address mode, CS is no code segment until it is loaded: no IRET leads there.
    if (!substitute && (virtual.attr[CS]! & ATTR_CODE) === 0) return false;
    // IRET checks EIP against the limit: beyond the truncated one, too, nothing may run directly.
    if (!substitute && (code === null || virtual.eip >>> 0 > code.limit)) return false;
    this.loadLdtr();
    const cs = ((substitute ? substitute.code : this.place(CS)) & ~3) | ring;
    const ss = (this.place(SS) & ~3) | ring;
    this.give(CS, cs, code ?? EMPTY_DATA);
    this.give(SS, ss, this.dataPart(SS));

    const top = STACK_TOP;
    const write = (offset: number, value: number) => machine.memory.write32(offset, value);
    write(top - 20, substitute ? substitute.eip : virtual.eip);
    write(top - 16, cs);
    write(top - 12, (vcpu.getEflags() & ~flags) | FLAG_IF);
    write(top - 8, virtual.gpr[ESP]!);
    write(top - 4, ss);

    const gs = substitute ? (substitute.gs & ~3) | ring : -1;
    const stays = (segment: number) => (segment === GS && gs >= 0 ? state.selector[GS] === gs : this.inPlace(segment));
    const reload = !DATA_SEGMENTS.every(stays);
    if (reload) {
      const order = [GS, FS, ES, DS];
      order.forEach((segment, i) => {
        write(top - 36 + i * 4, segment === GS && gs >= 0 ? gs : this.chooseData(segment));
      });
    } else {
      for (const segment of DATA_SEGMENTS) this.keep(segment);
    }
    state.gpr.set(virtual.gpr);
    this.setStack((VMM_BASE + top - (reload ? 36 : 20)) | 0);
    state.eip = (VMM_BASE + (reload ? RESUME : RESUME_IRET)) | 0;
    state.cr0 = CR0_PE | CR0_ET | CR0_NE | CR0_PG | CR0_WP | (virtual.cr0 & CR0_AM);
    state.cr4 = (substitute?.timeStamp ? 0 : CR4_TSD) | (virtual.cr4 & CR4_UMIP);
    return true;
  }

  /**
   * The VMM's stack pointer on the way into the guest. IRET to a stack segment whose B is clear sets SP alone: the upper
   * half of ESP would stay the VMM's. So there the VMM's stack gets a base that lets it have the guest's upper half.
   */
  private setStack(linear: number): void {
    const { memory, cpu } = this.machine;
    const { state } = cpu;
    const small = (this.dataPart(SS).attr & ATTR_DB) === 0;
    const esp = small ? (this.vcpu.state.gpr[ESP]! & ~0xffff) | (linear & 0xffff) : linear;
    const base = (linear - esp) | 0;
    state.gpr[ESP] = esp;
    if (state.base[SS] === base) return;
    const { low, high } = descriptorOf({ base, limit: 0xffffffff, attr: VMM_STACK_ATTR });
    memory.write32(GDT + VMM_SMALL_STACK, low);
    memory.write32(GDT + VMM_SMALL_STACK + 4, high);
    state.selector[SS] = VMM_SMALL_STACK;
    state.base[SS] = base;
  }

  /** Whether every segment register is what the guest's own tables say, so that its selectors can be the guest's own. */
  isShadowed(): boolean {
    return [CS, SS, ...DATA_SEGMENTS].every((segment) => {
      if (this.isNull(segment)) return true;
      const selector = this.vcpu.state.selector[segment]!;
      return isGuestsOwn(selector) && this.tables.shadowIs(selector, this.expressedNow(segment).words);
    });
  }

  /** What the register's hidden part becomes for the processor; most resumes change none. */
  private expressedNow(segment: number): Expressed {
    const { state } = this.vcpu;
    const base = state.base[segment]!;
    const limit = state.limit[segment]! >>> 0;
    const attr = state.attr[segment]!;
    const last = this.expressed[segment]!;
    if (last.base === base && last.limit === limit && last.attr === attr) return last;
    const { base: b, limit: l, attr: a } = this.formerly[segment]!;
    const now = b === base && l === limit && a === attr ? this.formerly[segment]! : express(base, limit, attr);
    this.formerly[segment] = last;
    this.expressed[segment] = now;
    return now;
  }

  /** A data register's part for the processor; readable code that cannot be expressed becomes an empty segment. */
  private dataPart(segment: number): HiddenPart {
    return this.expressedNow(segment).part ?? EMPTY_DATA;
  }

  private isNull(segment: number): boolean {
    return (this.vcpu.state.attr[segment]! & ATTR_UNUSABLE) !== 0;
  }

  /** Whether the processor's register already is what the guest's should be, under the guest's own selector or ours. */
  private inPlace(segment: number): boolean {
    const { state } = this.machine.cpu;
    const selector = this.vcpu.state.selector[segment]!;
    if (this.isNull(segment))
      return state.selector[segment] === selector && (state.attr[segment]! & ATTR_UNUSABLE) !== 0;
    const part = this.dataPart(segment);
    return (
      (state.selector[segment] === selector || (state.selector[segment]! & ~3) === CACHED_SLOTS[segment]) &&
      state.base[segment] === part.base &&
      state.limit[segment] === (part.limit | 0) &&
      state.attr[segment] === part.attr
    );
  }

  /** Selector to be popped into a data register, with its descriptor in place. */
  private chooseData(segment: number): number {
    if (this.isNull(segment)) {
      const selector = this.vcpu.state.selector[segment]!;
      this.giveNull(segment, selector);
      return selector;
    }
    const selector = this.place(segment);
    this.give(segment, selector, this.dataPart(segment));
    return selector;
  }

  /**
   * A selector whose real descriptor is the register's part: the guest's own selector if its shadow says just that, else
   * one of the VMM's slots, into which the cached descriptor is written.
   */
  private place(segment: number): number {
    const selector = this.vcpu.state.selector[segment]!;
    const { words } = this.expressedNow(segment);
    if (isGuestsOwn(selector) && this.tables.shadowIs(selector, words)) return selector;
    const slot = CACHED_SLOTS[segment]!;
    this.machine.memory.write32(GDT + slot, words.low);
    this.machine.memory.write32(GDT + slot + 4, words.high);
    return slot;
  }

  private give(segment: number, selector: number, part: HiddenPart): void {
    this.note(segment, selector, part.base, part.limit | 0, part.attr);
  }

  private note(segment: number, selector: number, base: number, limit: number, attr: number): void {
    const at = segment * 4;
    this.given[at] = selector;
    this.given[at + 1] = base;
    this.given[at + 2] = limit;
    this.given[at + 3] = attr;
  }

  private giveNull(segment: number, selector: number): void {
    this.note(segment, selector, 0, 0, ATTR_UNUSABLE);
  }

  private keep(segment: number): void {
    const { state } = this.machine.cpu;
    this.note(segment, state.selector[segment]!, state.base[segment]!, state.limit[segment]!, state.attr[segment]!);
  }

  private loadLdtr(): void {
    const { state } = this.machine.cpu;
    const entries = this.tables.ldtEntries;
    state.selector[LDTR] = entries > 0 ? VMM_LDT : 0;
    state.base[LDTR] = entries > 0 ? (VMM_BASE + LDT) | 0 : 0;
    state.limit[LDTR] = entries > 0 ? entries * 8 - 1 : 0;
    state.attr[LDTR] = entries > 0 ? 0x82 : ATTR_UNUSABLE;
  }

  /** By segment register ES to GS, the selector that the processor was given at the last resume. */
  get givenSelectors(): readonly number[] {
    return Array.from({ length: SEGMENTS }, (_, segment) => this.given[segment * 4]!);
  }

  save(): WorldState {
    return { given: this.given.slice() };
  }

  load(saved: WorldState): void {
    this.given = saved.given.slice();
  }
}

/** Whether a selector names an entry of the guest's tables: neither null nor one of the VMM's own entries. */
function isGuestsOwn(selector: number): boolean {
  if ((selector & 4) !== 0) return true;
  const index = selector >>> 3;
  return index > 0 && index < FIRST_OWN_INDEX;
}
