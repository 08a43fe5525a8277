import { CR0_AM, CR0_ET, CR0_NE, CR0_PE, CR0_PG, CR0_TS, CR0_WP, CR4_TSD, FLAG_IF } from "../../cpu/registers.ts";
import { ATTR_UNUSABLE, type CpuState, CS, DS, ES, ESP, FS, GS, LDTR, SS } from "../../cpu/state.ts";
import type { Machine } from "../../machine/machine.ts";
import type { Memory } from "../../machine/memory.ts";
import { IDLE, LDT, RESUME, STACK_TOP, VMM_BASE, VMM_LDT } from "../deprivileged/layout.ts";
import type { TrapFrame } from "../deprivileged/trap-frame.ts";
import { VCPU_SYSTEM_TIME, VCPU_TIME_VERSION, VCPU_TSC_MUL, VCPU_TSC_SHIFT, VCPU_TSC_STAMP } from "./abi.ts";
import type { Domain } from "./domain.ts";
import { fillSegment } from "./segments.ts";
import { halves, nanoseconds } from "./time.ts";

/** In the order in which the resume path pops them. */
export const DATA_SEGMENTS = [GS, FS, ES, DS] as const;

/** Fills `into` with a domain's registers, where a delivery out of it has just been made. */
export function absorb(into: CpuState, { memory, cpu }: Machine, domain: Domain, frame: TrapFrame): void {
  const { state } = cpu;
  into.gpr.set(state.gpr);
  into.gpr[ESP] = frame.esp;
  into.eip = frame.eip;
  into.rawFlags = frame.eflags;
  into.lazyMask = 0;
  into.cpl = frame.cs & 3;
  fillSegment(into, CS, frame.cs, memory, domain);
  fillSegment(into, SS, frame.ss, memory, domain);
  for (const segment of DATA_SEGMENTS) {
    into.selector[segment] = state.selector[segment]!;
    into.base[segment] = state.base[segment]!;
    into.limit[segment] = state.limit[segment]!;
    into.attr[segment] = state.attr[segment]!;
  }
}

/** Sets the processor up to enter a domain by the resume path: its segment registers are popped, then IRET. */
export function resume({ memory, cpu }: Machine, { context, fields }: Domain): void {
  const { state } = cpu;
  const write = (below: number, value: number) => memory.write32(STACK_TOP - below, value);
  write(20, context.eip);
  write(16, context.selector[CS]!);
  write(12, context.rawFlags | FLAG_IF);
  write(8, context.gpr[ESP]!);
  write(4, context.selector[SS]!);
  DATA_SEGMENTS.forEach((segment, i) => {
    write(36 - i * 4, context.selector[segment]!);
  });
  const { ldtEntries } = fields;
  state.selector[LDTR] = ldtEntries > 0 ? VMM_LDT : 0;
  state.base[LDTR] = ldtEntries > 0 ? (VMM_BASE + LDT) | 0 : 0;
  state.limit[LDTR] = ldtEntries > 0 ? ldtEntries * 8 - 1 : 0;
  state.attr[LDTR] = ldtEntries > 0 ? 0x82 : ATTR_UNUSABLE;
  state.gpr.set(context.gpr);
  state.gpr[ESP] = (VMM_BASE + STACK_TOP - 36) | 0;
  state.eip = (VMM_BASE + RESUME) | 0;
  state.cr0 = CR0_PE | CR0_ET | CR0_NE | CR0_PG | CR0_WP | CR0_AM | (fields.taskSwitched ? CR0_TS : 0);
  state.cr3 = context.cr3;
  state.cr4 = CR4_TSD;
}

/** Sends the processor to the idle loop: no domain can run. */
export function idle({ cpu }: Machine): void {
  cpu.state.eip = (VMM_BASE + IDLE) | 0;
  cpu.state.gpr[ESP] = (VMM_BASE + STACK_TOP) | 0;
}

/** vcpu_time_info, with its version as a lock: the time-stamp counter counts nanoseconds of system time here. */
export function tellTime(memory: Memory, { sharedInfo }: Domain, time: number): void {
  const [low, high] = halves(nanoseconds(time));
  const version = memory.read32(sharedInfo + VCPU_TIME_VERSION);
  memory.write32(sharedInfo + VCPU_TIME_VERSION, (version + 2) & ~1);
  for (const at of [VCPU_TSC_STAMP, VCPU_SYSTEM_TIME]) {
    memory.write32(sharedInfo + at, low);
    memory.write32(sharedInfo + at + 4, high);
  }
  memory.write32(sharedInfo + VCPU_TSC_MUL, 0x80000000 | 0);
  memory.write8(sharedInfo + VCPU_TSC_SHIFT, 1);
}
