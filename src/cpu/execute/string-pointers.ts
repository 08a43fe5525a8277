/** The registers of string instructions, cut to the address size: ESI or SI, EDI or DI, ECX or CX. */
import type { Cpu } from "../cpu.ts";
import type { Insn } from "../insn.ts";
import { FLAG_DF } from "../registers.ts";
import { ECX } from "../state.ts";

/** The offset in register `r` (ESI, EDI). */
export function pointer(cpu: Cpu, insn: Insn, r: number): number {
  return insn.addressSize === 32 ? cpu.gpr[r] : cpu.state.gpr16[r << 1];
}

/** Moves register `r` by `delta` bytes. */
export function movePointer(cpu: Cpu, insn: Insn, r: number, delta: number): void {
  if (insn.addressSize === 32) cpu.gpr[r] += delta;
  else cpu.state.gpr16[r << 1] += delta;
}

/** How far an element of `size` bytes moves the pointers: by DF, up or down. */
export function stride(cpu: Cpu, size: number): number {
  return (cpu.state.rawFlags & FLAG_DF) === 0 ? size : -size;
}

/** The count of a repeated instruction, unsigned. */
export function repeatCount(cpu: Cpu, insn: Insn): number {
  return insn.addressSize === 32 ? cpu.gpr[ECX] >>> 0 : cpu.state.gpr16[ECX << 1];
}

/** Sets the count of a repeated instruction. */
export function setRepeatCount(cpu: Cpu, insn: Insn, count: number): void {
  if (insn.addressSize === 32) cpu.gpr[ECX] = count;
  else cpu.state.gpr16[ECX << 1] = count;
}
