import type { Cpu } from "../../cpu/cpu.ts";
import { getEflags, setEflags } from "../../cpu/flags.ts";
import { ACCESS_READ } from "../../cpu/observer.ts";
import { PAGE_ACCESSED, PAGE_PRESENT, PAGE_WRITABLE } from "../../cpu/paging.ts";
import { FLAG_TF } from "../../cpu/registers.ts";
import { ACTIVE, LDTR, SHADOW_NONE, TR } from "../../cpu/state.ts";
import type { Machine } from "../../machine/machine.ts";
import { VirtualCpu } from "../virtual-cpu.ts";
import { L1_TABLE } from "./frame-types.ts";
import type { Hypervisor } from "./hypervisor.ts";
import { FRAME_SIZE, SCRATCH_PAGE } from "./layout.ts";
import { findL1Entry, setL1Entry } from "./page-tables.ts";

/** DR7 with no breakpoint. */
const NO_BREAKPOINTS = 0x400;

/** The hypervisor's emulator for writes to page tables: a processor that notes where the instruction writes. */
export class WriteEmulator extends VirtualCpu {
  /** What the instruction has written, or was about to write when it faulted. */
  readonly writes: { readonly linear: number; readonly size: number }[] = [];

  constructor(machine: Machine) {
    super(machine, machine.memory, machine.platform, () => {});
    this.observer = {
      marks: () => false,
      execute: () => {},
      access: (_cpu, linear, _physical, size, how) => {
        if (how !== ACCESS_READ) this.writes.push({ linear, size });
      },
      undo: () => {},
      control: () => {},
    };
    this.observesMemory = true;
  }
}

export function makeEmulator(machine: Machine): WriteEmulator {
  return new WriteEmulator(machine);
}

/**
 * The assist "writable page tables" (vm_assist type 2): the current domain's kernel has written at `linear`, where one of
 * its own L1 page tables is mapped read-only. The one instruction is run on `emulator`, whose state is the domain's
 * context; the entry that it makes is judged as mmu_update's would be. True if it was carried out, with the context as
 * the instruction leaves it; false if nothing was done and the page fault is the guest's: for whatever writes to anything
 * but that one aligned entry, and for an entry that is refused.
 */
export function handleWrite(xen: Hypervisor, emulator: WriteEmulator, linear: number): boolean {
  const { frames, memory, current } = xen;
  const at = linear >>> 0;
  const mappedBy = findL1Entry(xen, at);
  if (typeof mappedBy !== "number" || (at & 3) !== 0) return false;
  const mapping = memory.read32(mappedBy);
  const table = mapping >>> 12;
  const readOnly = (mapping & (PAGE_PRESENT | PAGE_WRITABLE)) === PAGE_PRESENT;
  if (!readOnly || !frames.isOwnedBy(table, current) || frames.typeInUse(table) !== L1_TABLE) return false;

  const inPage = at & (FRAME_SIZE - 1);
  // The instruction gets a copy of the table in its place: whatever it writes there, and whatever it touches afterwards,
  // no walk meets an entry that has not been judged. The real TLB knows nothing of it.
  memory.writeBytes(SCRATCH_PAGE, memory.bytes.slice(table * FRAME_SIZE, (table + 1) * FRAME_SIZE));
  memory.write32(mappedBy, SCRATCH_PAGE | (mapping & (FRAME_SIZE - 1)) | PAGE_WRITABLE);
  const ended = runOne(xen, emulator);
  memory.write32(mappedBy, mapping);
  const [write, more] = emulator.writes;
  if (!ended || more !== undefined || write?.linear !== at || write.size !== 4) return false;
  // As the instruction's own walk would have left it; only then is the new entry set as a hypercall sets it.
  memory.write32(mappedBy, mapping | PAGE_ACCESSED);
  const entry = memory.read32(SCRATCH_PAGE + inPage);
  if (setL1Entry(frames, table * FRAME_SIZE + inPage, entry, { tables: current, subject: current })) return false;

  const { context } = current;
  const { state } = emulator;
  context.gpr.set(state.gpr);
  context.eip = state.eip;
  setEflags(context, getEflags(state) | (getEflags(context) & FLAG_TF));
  return true;
}

/** Runs one instruction of the guest's; true if it has ended without a fault. */
function runOne(xen: Hypervisor, emulator: WriteEmulator): boolean {
  const { state } = emulator;
  const real = xen.machine.cpu.state;
  for (const name of ["cr0", "cr4", "gdtrBase", "gdtrLimit"] as const) state[name] = real[name];
  for (const register of [LDTR, TR])
    for (const part of ["selector", "base", "limit", "attr"] as const) state[part][register] = real[part][register]!;
  // Without an IDT a fault shuts the emulator down instead of being delivered anywhere.
  state.idtrLimit = 0;
  state.dr7 = NO_BREAKPOINTS;
  state.rawFlags &= ~FLAG_TF;
  state.shadow = SHADOW_NONE;
  state.pendingDebug = 0;
  state.activity = ACTIVE;
  emulator.writes.length = 0;
  emulator.tlb.flush();
  (emulator as Cpu).refresh();
  emulator.forgetFetch();
  emulator.run(1);
  return state.activity === ACTIVE;
}
