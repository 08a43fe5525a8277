import type { Cpu } from "./cpu.ts";
import { type Descriptor, markAccessed } from "./descriptor.ts";
import { GP } from "./fault.ts";
import { load8086 } from "./real-mode.ts";
import { CR0_PE, FLAG_VM } from "./registers.ts";
import { setCode, setCpl, setNull } from "./segmentation.ts";
import { newStack } from "./stack-switch.ts";
import { type CpuState, CS, DS, ES, ESP, FS, GS, SS } from "./state.ts";

/**
 * Virtual-8086 mode (SDM Vol. 3B, 21.2 to 21.3): code of an 8086 at CPL 3 of protected mode. Instructions see to
 * segment registers as in real-address mode (cpu/real-mode.ts); here is the way in and the way out. There are no
 * virtual-mode extensions (CR4.VME).
 */

/** As they lie in the frame, from the deepest on. */
const DATA_SEGMENTS = [GS, FS, DS, ES] as const;
/** EIP, CS, EFLAGS, ESP, SS and those. */
const FRAME_SLOTS = 9;
const LIMIT_64K = 0xffff;

/** Whether the processor is in virtual-8086 mode. CPL is then 3. */
export function isVirtual8086(state: CpuState): boolean {
  return (state.rawFlags & FLAG_VM) !== 0 && (state.cr0 & CR0_PE) !== 0;
}

/**
 * The first part of an event's delivery out of virtual-8086 mode (SDM Vol. 2A, INT n,
 * "INTERRUPT-FROM-VIRTUAL-8086-MODE"): the handler must be nonconforming code of DPL 0, its stack takes the data
 * segments too, and these become null. `errorCode` is -1 for none; `wide` is the gate's.
 */
export function enterFromVirtual8086(
  cpu: Cpu,
  target: Descriptor,
  wide: boolean,
  offset: number,
  flags: number,
  errorCode: number,
): void {
  const { state } = cpu;
  if (target.conforming || target.dpl !== 0) cpu.fault(GP, target.errorCode);
  newStack.open(cpu, 0);
  newStack.checkRoom(cpu, (errorCode === -1 ? FRAME_SLOTS : FRAME_SLOTS + 1) * (wide ? 4 : 2));
  if (offset >>> 0 > target.limit >>> 0) cpu.fault(GP, 0);
  for (const segment of DATA_SEGMENTS) newStack.push(cpu, state.selector[segment], wide);
  newStack.push(cpu, state.selector[SS], wide);
  newStack.push(cpu, cpu.gpr[ESP], wide);
  newStack.push(cpu, flags, wide);
  newStack.push(cpu, state.selector[CS], wide);
  newStack.push(cpu, state.eip, wide);
  if (errorCode !== -1) newStack.push(cpu, errorCode, wide);
  newStack.prepare(cpu);
  markAccessed(cpu, target);
  state.rawFlags &= ~FLAG_VM;
  setCode(cpu, target, 0);
  newStack.commit(cpu);
  for (const segment of DATA_SEGMENTS) setNull(cpu, segment, 0);
}

/**
 * IRET from CPL 0 with VM set in the image of EFLAGS (SDM Vol. 2A, IRET, "RETURN-TO-VIRTUAL-8086-MODE"). `slot` reads
 * the frame: EIP, CS, EFLAGS, ESP, SS, ES, DS, FS, GS; `loadFlags` loads the image, VM with it.
 */
export function returnToVirtual8086(cpu: Cpu, slot: (index: number) => number, loadFlags: () => void): void {
  const offset = slot(0);
  const code = slot(1);
  const pointer = slot(3);
  const others = [SS, ES, DS, FS, GS].map((segment, i) => ({ segment, paragraph: slot(4 + i) }));
  if (offset >>> 0 > LIMIT_64K) cpu.fault(GP, 0);
  loadFlags();
  load8086(cpu, CS, code);
  for (const { segment, paragraph } of others) load8086(cpu, segment, paragraph);
  cpu.gpr[ESP] = pointer;
  cpu.state.eip = offset;
  setCpl(cpu, 3);
}
