import type { Cpu } from "./cpu.ts";
import { DB, GP } from "./fault.ts";
import { getEflags } from "./flags.ts";
import { CR0_PE, DR7_GD, FLAG_AC, FLAG_IF, FLAG_RF, FLAG_TF, FLAG_VM } from "./registers.ts";
import { ATTR_ACCESSED, ATTR_P, ATTR_S, ATTR_UNUSABLE, type CpuState, CS, ESP, SHADOW_NONE } from "./state.ts";

/**
 * Real-address mode, and what virtual-8086 mode shares with it (SDM Vol. 3B, chapter 21): a segment register holds a
 * paragraph number and no selector, a far transfer reads no descriptor, an interrupt goes through a table of far pointers.
 * All of it is asked only where a segment register is loaded or an event delivered, never where memory is accessed.
 */

const TYPE = 0xf;
const TYPE_WRITABLE = 1 << 1;
/** Writable data, accessed, present. */
const DATA = ATTR_P | ATTR_S | TYPE_WRITABLE | ATTR_ACCESSED;
/** The same of DPL 3: what every segment of virtual-8086 mode is. */
const DATA_3 = DATA | (3 << 5);
const LIMIT_64K = 0xffff;
const LIMIT_1M = 0xfffff;
/** IP, CS and FLAGS. */
const FRAME_BYTES = 6;

/** Whether the processor is in real-address mode. CPL is then 0. */
export function isReal(state: CpuState): boolean {
  return (state.cr0 & CR0_PE) === 0;
}

/** Whether segment registers hold paragraph numbers: real-address or virtual-8086 mode. */
export function is8086(state: CpuState): boolean {
  return (state.cr0 & CR0_PE) === 0 || (state.rawFlags & FLAG_VM) !== 0;
}

/**
 * CR0.PE has become 0. Hidden parts of segment registers stay (SDM Vol. 3A, 10.9.2), but CS may be written from now on;
 * its DPL is 0, for nobody else gets here.
 */
export function enterReal(cpu: Cpu): void {
  const { attr } = cpu.state;
  attr[CS] = (attr[CS] & ~TYPE) | DATA;
  cpu.refreshSegment(CS);
}

/**
 * Loads a segment register with a paragraph number: the base is 16 times that. In real-address mode limit and rights
 * stay what they were, which is how a program that has been in protected mode keeps a limit of 4 GiB; in virtual-8086
 * mode they are fixed.
 */
export function load8086(cpu: Cpu, segment: number, paragraph: number): void {
  const { state } = cpu;
  state.selector[segment] = paragraph & 0xffff;
  state.base[segment] = (paragraph & 0xffff) << 4;
  if (!isReal(state)) {
    state.limit[segment] = LIMIT_64K;
    state.attr[segment] = DATA_3;
  } else if ((state.attr[segment] & ATTR_UNUSABLE) !== 0) {
    state.attr[segment] = DATA;
    // Counted in bytes, a limit goes no further; what an unusable register held is undefined.
    if (state.limit[segment] >>> 0 > LIMIT_1M) state.limit[segment] = LIMIT_64K;
  } else if (segment === CS) state.attr[CS] = (state.attr[CS] & ~TYPE) | DATA;
  else state.attr[segment] |= ATTR_P | ATTR_S;
  cpu.refreshSegment(segment);
  if (segment === CS) cpu.forgetFetch();
}

/** #GP(0) if an offset is beyond the limit of CS, which no far transfer changes here. */
export function checkOffset8086(cpu: Cpu, offset: number): void {
  if (offset >>> 0 > cpu.state.limit[CS] >>> 0) cpu.fault(GP, 0);
}

/** Goes to another code segment: far JMP, and the last part of far CALL and RET. */
export function jump8086(cpu: Cpu, paragraph: number, offset: number): void {
  checkOffset8086(cpu, offset);
  load8086(cpu, CS, paragraph);
  cpu.state.eip = offset;
}

/** Far CALL. */
export function call8086(cpu: Cpu, paragraph: number, offset: number, wide: boolean): void {
  const { state } = cpu;
  cpu.checkStack(wide ? 8 : 4);
  checkOffset8086(cpu, offset);
  cpu.push(state.selector[CS], wide);
  cpu.push(state.eip, wide);
  load8086(cpu, CS, paragraph);
  state.eip = offset;
}

/**
 * Delivers an interrupt or exception in real-address mode (SDM Vol. 2A, INT n, "REAL-ADDRESS-MODE"): far pointers of
 * 4 bytes at IDTR's base, no error code, a frame of words. #GP beyond IDTR's limit, #SS without room for the frame.
 */
export function throughVectorTable(cpu: Cpu, vector: number, software: boolean): void {
  const { state } = cpu;
  if (vector * 4 + 3 > state.idtrLimit >>> 0) cpu.fault(GP, 0);
  const pointer = cpu.readSystem32(state.idtrBase + vector * 4);
  const offset = pointer & 0xffff;
  cpu.checkStack(FRAME_BYTES);
  checkOffset8086(cpu, offset);
  const before = cpu.gpr[ESP];
  try {
    cpu.push16(getEflags(state));
    cpu.push16(state.selector[CS]);
    cpu.push16(state.eip);
  } catch (error) {
    cpu.gpr[ESP] = before;
    throw error;
  }
  load8086(cpu, CS, pointer >>> 16);
  state.eip = offset;
  state.rawFlags &= ~(FLAG_IF | FLAG_TF | FLAG_AC | FLAG_RF);
  state.shadow = SHADOW_NONE;
  if (vector === DB && !software) state.dr7 &= ~DR7_GD;
}
