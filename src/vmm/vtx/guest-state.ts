import { getEflags, setEflags } from "../../cpu/flags.ts";
import { CR0_ET, FLAG_TF } from "../../cpu/registers.ts";
import {
  ACTIVE,
  ATTR_UNUSABLE,
  type CpuState,
  CS,
  DS,
  ES,
  ESP,
  FS,
  GS,
  LDTR,
  SHADOW_MOV_SS,
  SHADOW_NONE,
  SHADOW_STI,
  SS,
  TR,
} from "../../cpu/state.ts";
import { GUEST_SEGMENTS } from "../../cpu/vmx/vmcs.ts";
import type { FieldName } from "../../isa/vmcs.ts";
import {
  ACTIVITY_ACTIVE,
  BLOCKING_BY_MOV_SS,
  BLOCKING_BY_STI,
  PENDING_DEBUG_BS,
  RIGHTS_DPL_SHIFT,
} from "../../isa/vmx-events.ts";
import type { Machine } from "../../machine/machine.ts";
import { CR0_GUESTS, type Masks } from "./controls.ts";
import type { VmcsAccess } from "./vmcs-access.ts";

/** How much of the guest's state the VMM has taken from the VMCS since the last exit. */
export const NOTHING = 0;
/** What it takes to run an instruction without a memory operand at CPL 0, and to know whether an interrupt may come. */
export const CORE = 1;
export const EVERYTHING = 2;
export type Known = typeof NOTHING | typeof CORE | typeof EVERYTHING;

/** A field of the guest-state area and the register that it holds. */
interface GuestField {
  readonly name: FieldName;
  readonly known: Known;
  get(state: CpuState): number;
  set(state: CpuState, value: number): void;
}

const field = (
  known: Known,
  name: FieldName,
  get: (state: CpuState) => number,
  set: (state: CpuState, value: number) => void,
): GuestField => ({ name, known, get, set });

/** In the order of GUEST_SEGMENTS. */
const REGISTERS = [ES, CS, SS, DS, FS, GS, LDTR, TR] as const;
const PARTS = ["Selector", "Base", "Limit", "AccessRights"] as const;
/** A busy 16-bit TSS. With limit 0 it is as good as no task register, which an entry does not allow. */
const NO_TASK = 0x83;

/** Whether TR has never been loaded: LTR takes no null selector. */
const isNoTask = (state: CpuState): boolean => (state.selector[TR]! & ~3) === 0;

function segmentField(segment: (typeof GUEST_SEGMENTS)[number], part: (typeof PARTS)[number]): GuestField {
  const register = REGISTERS[GUEST_SEGMENTS.indexOf(segment)]!;
  const name: FieldName = `guest${segment}${part}`;
  // CPL is the DPL of SS, and the emulator needs the code segment.
  const known = register === CS || (register === SS && part === "AccessRights") ? CORE : EVERYTHING;
  switch (part) {
    case "Selector":
      return field(
        known,
        name,
        (s) => s.selector[register]! & 0xffff,
        (s, v) => (s.selector[register] = v & 0xffff),
      );
    case "Base":
      return field(
        known,
        name,
        (s) => s.base[register]!,
        (s, v) => (s.base[register] = v),
      );
    case "Limit":
      return field(
        known,
        name,
        (s) => s.limit[register]!,
        (s, v) => (s.limit[register] = v),
      );
    default:
      return field(
        known,
        name,
        (s) => rights(s, register),
        (s, v) => setRights(s, register, v),
      );
  }
}

function rights(state: CpuState, register: number): number {
  const attr = state.attr[register]!;
  if (register === TR && (attr & ATTR_UNUSABLE) !== 0) return NO_TASK;
  return register === SS ? (attr & ~(3 << RIGHTS_DPL_SHIFT)) | (state.cpl << RIGHTS_DPL_SHIFT) : attr;
}

function setRights(state: CpuState, register: number, value: number): void {
  state.attr[register] = register === TR && value === NO_TASK && isNoTask(state) ? ATTR_UNUSABLE : value;
  if (register === SS) state.cpl = (value >>> RIGHTS_DPL_SHIFT) & 3;
}

function blocking(state: CpuState): number {
  if (state.shadow === SHADOW_STI) return BLOCKING_BY_STI;
  return state.shadow === SHADOW_MOV_SS ? BLOCKING_BY_MOV_SS : 0;
}

function setBlocking(state: CpuState, value: number): void {
  if ((value & BLOCKING_BY_STI) !== 0) state.shadow = SHADOW_STI;
  else state.shadow = (value & BLOCKING_BY_MOV_SS) !== 0 ? SHADOW_MOV_SS : SHADOW_NONE;
}

/**
 * A single step that is still to be told. In the shadow of MOV SS an entry wants it where TF is set: it comes with the step
 * of the next instruction.
 */
function pendingDebug(state: CpuState): number {
  const held = state.shadow === SHADOW_MOV_SS && (state.rawFlags & FLAG_TF) !== 0;
  return held ? PENDING_DEBUG_BS : state.pendingDebug & PENDING_DEBUG_BS;
}

function setPendingDebug(state: CpuState, value: number): void {
  const held = state.shadow === SHADOW_MOV_SS && (state.rawFlags & FLAG_TF) !== 0;
  state.pendingDebug = held ? 0 : value & PENDING_DEBUG_BS;
}

/** Selectors and interruptibility come before what is understood by them. Control registers are apart: see GuestState. */
const FIELDS: readonly GuestField[] = [
  field(
    CORE,
    "guestRip",
    (s) => s.eip,
    (s, v) => (s.eip = v),
  ),
  field(
    CORE,
    "guestRsp",
    (s) => s.gpr[ESP]!,
    (s, v) => (s.gpr[ESP] = v),
  ),
  field(CORE, "guestRflags", getEflags, setEflags),
  field(CORE, "guestInterruptibilityState", blocking, setBlocking),
  field(CORE, "guestPendingDebugExceptions", pendingDebug, setPendingDebug),
  ...GUEST_SEGMENTS.flatMap((segment) => PARTS.map((part) => segmentField(segment, part))),
  field(
    EVERYTHING,
    "guestGdtrBase",
    (s) => s.gdtrBase,
    (s, v) => (s.gdtrBase = v),
  ),
  field(
    EVERYTHING,
    "guestGdtrLimit",
    (s) => s.gdtrLimit & 0xffff,
    (s, v) => (s.gdtrLimit = v),
  ),
  field(
    EVERYTHING,
    "guestIdtrBase",
    (s) => s.idtrBase,
    (s, v) => (s.idtrBase = v),
  ),
  field(
    EVERYTHING,
    "guestIdtrLimit",
    (s) => s.idtrLimit & 0xffff,
    (s, v) => (s.idtrLimit = v),
  ),
  field(
    EVERYTHING,
    "guestSysenterCs",
    (s) => s.sysenterCs,
    (s, v) => (s.sysenterCs = v),
  ),
  field(
    EVERYTHING,
    "guestSysenterEsp",
    (s) => s.sysenterEsp,
    (s, v) => (s.sysenterEsp = v),
  ),
  field(
    EVERYTHING,
    "guestSysenterEip",
    (s) => s.sysenterEip,
    (s, v) => (s.sysenterEip = v),
  ),
  field(
    EVERYTHING,
    "guestDr7",
    (s) => s.dr7,
    (s, v) => (s.dr7 = v),
  ),
];

/** What the guest's processor and the real one have each for itself. */
const keptOf = ({
  tscOffsetLow,
  tscOffsetHigh,
  vmxMode,
  vmxonPointer,
  vmcsPointer,
  featureControl,
  nmiBlocking,
  timerLow,
  timerHigh,
  pendingMtf,
  eptPointer,
  boundaryControls,
}: CpuState) => ({
  tscOffsetLow,
  tscOffsetHigh,
  vmxMode,
  vmxonPointer,
  vmcsPointer,
  featureControl,
  nmiBlocking,
  timerLow,
  timerHigh,
  pendingMtf,
  eptPointer,
  boundaryControls,
});

/**
 * The guest's state on its ways: out of the VMCS and the registers that an exit leaves alone into the virtual CPU, and back.
 * The general registers, CR2 and the debug registers but DR7 are not in the VMCS: the processor goes on holding them.
 */
export class GuestState {
  private readonly machine: Machine;
  private readonly vmcs: VmcsAccess;
  private readonly masks: Masks;
  /** Whether the processor walks the guest's own page tables. */
  private readonly ownTables: boolean;

  constructor(machine: Machine, vmcs: VmcsAccess, masks: Masks, ownTables: boolean) {
    this.machine = machine;
    this.vmcs = vmcs;
    this.masks = masks;
    this.ownTables = ownTables;
  }

  /** Takes into `state` what is beyond `known`, up to `wanted`, by VMREAD. */
  absorb(state: CpuState, known: Known, wanted: Known): void {
    if (known < CORE && wanted >= CORE) {
      this.takeRegisters(state);
      this.takeControl(state, (name) => this.vmcs.read(name));
    }
    for (const each of FIELDS) {
      if (each.known > known && each.known <= wanted) each.set(state, this.vmcs.read(each.name));
    }
  }

  /** As `absorb` of everything, for those who look on: no instruction of the VMM's is run for it. */
  look(state: CpuState): void {
    const { held } = this.vmcs;
    this.takeRegisters(state);
    this.takeControl(state, (name) => held.get(name));
    for (const { name, set } of FIELDS) set(state, held.get(name));
    state.activity = ACTIVE;
  }

  /** What the processor holds while it runs the guest, as the guest means it. `state` has the bits that the VMM keeps. */
  lookInside(state: CpuState): void {
    const { cpu } = this.machine;
    const { cr0, cr3, cr4 } = state;
    const kept = keptOf(state);
    state.words.set(cpu.state.words);
    this.mix(state, cpu.state.cr0, cpu.state.cr4, cr0, cr4);
    if (!this.ownTables) state.cr3 = cr3;
    setRights(state, TR, state.attr[TR]!);
    Object.assign(state, kept);
  }

  private takeRegisters(state: CpuState): void {
    const real = this.machine.cpu.state;
    state.gpr.set(real.gpr);
    state.cr2 = real.cr2;
    state.dr0 = real.dr0;
    state.dr1 = real.dr1;
    state.dr2 = real.dr2;
    state.dr3 = real.dr3;
    state.dr6 = real.dr6;
    state.activity = ACTIVE;
  }

  private takeControl(state: CpuState, read: (name: FieldName) => number): void {
    this.mix(state, read("guestCr0"), read("guestCr4"), state.cr0, state.cr4);
    if (this.ownTables) state.cr3 = read("guestCr3");
  }

  /** The guest's own bits from the real register, the VMM's from what it keeps. */
  private mix(state: CpuState, realCr0: number, realCr4: number, keptCr0: number, keptCr4: number): void {
    const { masks } = this;
    state.cr0 = (realCr0 & ~masks.cr0) | (keptCr0 & masks.cr0) | CR0_ET;
    state.cr4 = (realCr4 & ~masks.cr4) | (keptCr4 & masks.cr4);
  }

  /**
   * Writes what of `state` is known and not in the VMCS yet, and the registers. `cr3`: the page directory that the processor
   * is to walk.
   */
  compose(state: CpuState, known: Known, cr3: number): void {
    const { vmcs, masks } = this;
    if (known < CORE) return;
    this.giveRegisters(state);
    vmcs.update("guestCr0", (state.cr0 & ~masks.cr0 & this.guestsCr0) | masks.realCr0);
    vmcs.update("cr0ReadShadow", state.cr0);
    vmcs.update("guestCr4", (state.cr4 & ~masks.cr4) | masks.realCr4);
    vmcs.update("cr4ReadShadow", state.cr4);
    vmcs.update("guestCr3", cr3);
    vmcs.update64("tscOffset", state.tscOffsetLow, state.tscOffsetHigh);
    vmcs.update("guestActivityState", ACTIVITY_ACTIVE);
    for (const { name, known: needs, get } of FIELDS) if (needs <= known) vmcs.update(name, get(state));
  }

  /** The other way of `lookInside`: into the processor that runs the guest. */
  putInside(state: CpuState, cr3: number): void {
    const { vmcs, masks } = this;
    const real = this.machine.cpu.state;
    const kept = { ...keptOf(real), cr0: (state.cr0 & ~masks.cr0 & this.guestsCr0) | masks.realCr0, cr3 };
    const cr4 = (state.cr4 & ~masks.cr4) | masks.realCr4;
    real.words.set(state.words);
    Object.assign(real, kept, { cr4 });
    real.attr[TR] = rights(state, TR);
    vmcs.update("cr0ReadShadow", state.cr0);
    vmcs.update("cr4ReadShadow", state.cr4);
    vmcs.update("guestCr3", cr3);
  }

  /** Under shadow paging nothing but these; with EPT PE, PG and WP too are in no mask. */
  private get guestsCr0(): number {
    return this.ownTables ? -1 : CR0_GUESTS;
  }

  private giveRegisters(state: CpuState): void {
    const real = this.machine.cpu.state;
    const esp = real.gpr[ESP]!;
    real.gpr.set(state.gpr);
    real.gpr[ESP] = esp;
    real.cr2 = state.cr2;
    real.dr0 = state.dr0;
    real.dr1 = state.dr1;
    real.dr2 = state.dr2;
    real.dr3 = state.dr3;
    real.dr6 = state.dr6;
  }
}
