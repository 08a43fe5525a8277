import { ATTR_DB, type CpuState, ESP, SS, TR } from "../../cpu/state.ts";
import { readLinear, type Side } from "./side.ts";

/** What a slot of a stack frame holds: register names as the manual has them. */
export type SlotName = "gs" | "fs" | "ds" | "es" | "ss" | "esp" | "eflags" | "cs" | "eip" | "error" | "parameter";

/** What a frame out of virtual-8086 mode has beyond any other, from the lowest address up (SDM Vol. 3B, 21.3.1). */
export const DATA_SLOTS = ["es", "ds", "fs", "gs"] as const;

export interface StackSlot {
  readonly name: SlotName;
  /** Null where nothing is mapped. */
  readonly value: number | null;
  /** Linear address. */
  readonly linear: number;
}

/** Where the processor took an inner stack from: a field of a task state segment. */
export interface TssStack {
  /** Selector and linear base of the TSS. */
  readonly selector: number;
  readonly base: number;
  /** `ESP0`, or `SP0` of a 16-bit TSS. */
  readonly field: string;
  readonly ss: number;
  readonly esp: number;
}

/** What one transfer of control left on a stack, or took off it. */
export interface StackFrame {
  readonly direction: "pushed" | "popped";
  /** Bytes of a slot. */
  readonly size: 2 | 4;
  /** From the highest address down, as the values were pushed. */
  readonly slots: readonly StackSlot[];
  /** The stack: its selector, and ESP while the frame is on top. */
  readonly ss: number;
  readonly esp: number;
  /** Where an inner stack came from; null where the stack was not switched by a push. */
  readonly from: TssStack | null;
}

/** Little-endian value of `size` bytes at a linear address; null where not all is mapped. */
export function readValue(side: Side, linear: number, size: number): number | null {
  const { bytes, mapped } = readLinear(side, linear, size);
  if (mapped.includes(0)) return null;
  return bytes.reduce((value, byte, i) => value + byte * 2 ** (8 * i), 0);
}

/**
 * Reads a frame whose lowest slot is at the stack pointer of `state`, in the memory of `side`. `names` go from the
 * lowest address up.
 */
export function readFrame(
  side: Side,
  state: CpuState,
  names: readonly SlotName[],
  size: 2 | 4,
  direction: StackFrame["direction"],
  from: TssStack | null,
): StackFrame {
  const mask = (state.attr[SS]! & ATTR_DB) !== 0 ? 0xffffffff : 0xffff;
  const esp = state.gpr[ESP]! >>> 0;
  const slots = names.map((name, i): StackSlot => {
    const linear = (state.base[SS]! + ((esp + i * size) & mask)) >>> 0;
    return { name, linear, value: readValue(side, linear, size) };
  });
  return { direction, size, slots: slots.reverse(), ss: state.selector[SS]!, esp, from };
}

/** The stack that the task state segment in `state` keeps for privilege level `ring` (SDM Vol. 3A, 8.2.1). */
export function tssStack(side: Side, state: CpuState, ring: number): TssStack | null {
  const wide = (state.attr[TR]! & 8) !== 0;
  const base = state.base[TR]! >>> 0;
  const at = (base + (wide ? ring * 8 + 4 : ring * 4 + 2)) >>> 0;
  const esp = readValue(side, at, wide ? 4 : 2);
  const ss = readValue(side, (at + (wide ? 4 : 2)) >>> 0, 2);
  if (esp === null || ss === null) return null;
  return { selector: state.selector[TR]!, base, field: `${wide ? "ESP" : "SP"}${ring}`, ss, esp };
}
