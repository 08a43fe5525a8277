import type { PhysicalMemory } from "../cpu/bus.ts";
import { translate } from "../cpu/paging.ts";
import type { CpuState } from "../cpu/state.ts";

/** Whether there is no code at a linear address, as far as one can tell by looking: no page, no memory, or zeros alone. */
export function hasNoCode(memory: PhysicalMemory, state: CpuState, linear: number): boolean {
  const walk = translate(memory, state, linear >>> 0, "execute", false, false);
  if (!walk.ok || walk.physical >= memory.size) return true;
  return memory.read32(walk.physical) === 0 && memory.read32(walk.physical + 4) === 0;
}
