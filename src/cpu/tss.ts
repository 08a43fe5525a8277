import { SYSTEM_TSS_16_AVAILABLE } from "../isa/descriptors.ts";
import type { Cpu } from "./cpu.ts";
import { Descriptor, readDescriptor } from "./descriptor.ts";
import { GP, NP, TS } from "./fault.ts";
import { TR } from "./state.ts";

/** Offset of the I/O map base in a 32-bit TSS (SDM Vol. 3A, 8.2.1). */
const IO_MAP_BASE = 102;
/** Bits of a TSS descriptor's type: those that all kinds have in common, and the busy bit. */
const TYPE_TSS = 5;
const TYPE_BUSY = 2;
/** The least limits. */
const LAST_OF_TSS_16 = 0x2b;
const LAST_OF_TSS_32 = 0x67;

/** Whether TR holds a 32-bit TSS (types 9 and 11). */
function is32(cpu: Cpu): boolean {
  return (cpu.state.attr[TR] & 8) !== 0;
}

/**
 * I/O permission bitmap (SDM Vol. 1, 19.5.2): whether the bits of all `size` ports are clear. Two bytes of the map are
 * read, whether or not the ports straddle them; both must be inside the limit.
 */
export function mayUsePort(cpu: Cpu, port: number, size: number): boolean {
  const base = cpu.state.base[TR];
  const limit = cpu.state.limit[TR] >>> 0;
  if (!is32(cpu) || limit < IO_MAP_BASE + 1) return false;
  const at = cpu.readSystem16(base + IO_MAP_BASE) + (port >>> 3);
  if (at + 1 > limit) return false;
  const bits = cpu.readSystem16(base + at) >>> (port & 7);
  return (bits & ((1 << size) - 1)) === 0;
}

/**
 * Stack of an inner privilege level from the current TSS, 16- or 32-bit. #TS(TSS selector) if it lies beyond the
 * limit. `innerStack.selector` and `.pointer` are valid until the next call.
 */
export function readInnerStack(cpu: Cpu, level: number): void {
  const { state } = cpu;
  const limit = state.limit[TR] >>> 0;
  const wide = is32(cpu);
  const offset = wide ? level * 8 + 4 : level * 4 + 2;
  const code = state.selector[TR] & 0xfffc;
  if (offset + (wide ? 5 : 3) > limit) cpu.fault(TS, code);
  const linear = state.base[TR] + offset;
  innerStack.selector = cpu.readSystem16(linear + (wide ? 4 : 2));
  innerStack.pointer = wide ? cpu.readSystem32(linear) : cpu.readSystem16(linear);
}

export const innerStack = { selector: 0, pointer: 0 };

/** What asks for a task switch, as VM exits number it. */
export const TASK_CALL = 0,
  TASK_IRET = 1,
  TASK_JMP = 2,
  TASK_GATE = 3;

/**
 * The one place for hardware task switches: task gates, TSS descriptors in far transfers and IRET with NT. They fault where a
 * processor would before it switches, to the TSS of `selector` as `source` asks. Else they leave a guest of VT-x; outside of
 * one, this processor refuses them. `code` is the error code of the #GP: the selector concerned.
 */
export function refuseTaskSwitch(cpu: Cpu, code: number, selector: number, source: number): never {
  checkTask(cpu, selector, source);
  cpu.guest?.exitByTaskSwitch(selector, source);
  return cpu.fault(GP, code);
}

const task = new Descriptor();

/**
 * What is looked at before a task switch (SDM Vol. 3A, 8.3) or, in a guest of VT-x, before it leaves (SDM Vol. 3C, 26.4.2): the selector of the new TSS, its type, P and
 * limit. Privilege has been judged, but for a TSS that CALL or JMP names directly.
 */
function checkTask(cpu: Cpu, selector: number, source: number): void {
  const code = selector & 0xfffc;
  const vector = source === TASK_IRET ? TS : GP;
  if ((selector & 4) !== 0 || !readDescriptor(cpu, selector, task)) cpu.fault(vector, code);
  // IRET goes back to a busy task, everything else to one that is available.
  const busy = source === TASK_IRET ? TYPE_BUSY : 0;
  const isTss = !task.segment && (task.type & TYPE_TSS) === SYSTEM_TSS_16_AVAILABLE;
  if (!isTss || (task.type & TYPE_BUSY) !== busy) cpu.fault(vector, code);
  if (!task.present) cpu.fault(NP, code);
  if (task.limit >>> 0 < ((task.type & 8) === 0 ? LAST_OF_TSS_16 : LAST_OF_TSS_32)) cpu.fault(TS, code);
}
