import type { Cpu } from "./cpu.ts";
import { GP, TS } from "./fault.ts";
import { TR } from "./state.ts";

/** Offset of the I/O map base in a 32-bit TSS (SDM Vol. 3A, 8.2.1). */
const IO_MAP_BASE = 102;

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
  innerStack.pointer = wide ? cpu.readSystem32(linear) : cpu.readSystem16(linear);
  innerStack.selector = cpu.readSystem16(linear + (wide ? 4 : 2));
}

export const innerStack = { selector: 0, pointer: 0 };

/**
 * The one place for hardware task switches, which this processor refuses: task gates, TSS descriptors in far transfers
 * and IRET with NT. `code` is the error code of the #GP: the selector concerned.
 */
export function refuseTaskSwitch(cpu: Cpu, code: number): never {
  return cpu.fault(GP, code);
}
