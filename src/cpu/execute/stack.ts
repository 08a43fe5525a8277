/** PUSH and POP of general registers, memory and immediates; PUSHA and POPA. */
import type { RowId } from "../../isa/rows.ts";
import type { Cpu } from "../cpu.ts";
import type { Body } from "../insn.ts";
import { EAX, EDI, ESP, SS } from "../state.ts";
import { readRm16, readRm32, writeRm16, writeRm32 } from "./data-operands.ts";

/** Checks that `count` elements of `size` bytes can be pushed, so that no fault leaves half of them behind. */
function checkPushes(cpu: Cpu, count: number, size: number): void {
  for (let k = 1; k <= count; k++) cpu.checkWrite(SS, (cpu.gpr[ESP] - k * size) & cpu.stackMask, size);
}

/** What POPA has read so far: registers change only after the last read. */
const popped = new Int32Array(8);

export const STACK = {
  push_r16op: (cpu, insn) => cpu.push16(cpu.state.gpr16[insn.rm << 1]),
  push_r32op: (cpu, insn) => cpu.push32(cpu.gpr[insn.rm]),
  push_rm16: (cpu, insn) => cpu.push16(readRm16(cpu, insn)),
  push_rm32: (cpu, insn) => cpu.push32(readRm32(cpu, insn)),
  push_simm8_o16: (cpu, insn) => cpu.push16(insn.imm),
  push_simm8_o32: (cpu, insn) => cpu.push32(insn.imm),
  push_imm16: (cpu, insn) => cpu.push16(insn.imm),
  push_imm32: (cpu, insn) => cpu.push32(insn.imm),

  // POP ESP ends with the value popped; an address formed with ESP uses it as it is after the pop.
  pop_r16op: (cpu, insn) => {
    const value = cpu.pop16();
    cpu.state.gpr16[insn.rm << 1] = value;
  },
  pop_r32op: (cpu, insn) => {
    const value = cpu.pop32();
    cpu.gpr[insn.rm] = value;
  },
  pop_rm16: (cpu, insn) => {
    const value = cpu.pop16();
    writeRm16(cpu, insn, value);
  },
  pop_rm32: (cpu, insn) => {
    const value = cpu.pop32();
    writeRm32(cpu, insn, value);
  },

  pushaw: (cpu) => {
    checkPushes(cpu, 8, 2);
    const sp = cpu.gpr[ESP];
    for (let r = EAX; r <= EDI; r++) cpu.push16(r === ESP ? sp : cpu.gpr[r]);
  },
  pushad: (cpu) => {
    checkPushes(cpu, 8, 4);
    const esp = cpu.gpr[ESP];
    for (let r = EAX; r <= EDI; r++) cpu.push32(r === ESP ? esp : cpu.gpr[r]);
  },
  popaw: (cpu) => {
    const { gpr16 } = cpu.state;
    const mask = cpu.stackMask;
    const sp = cpu.gpr[ESP];
    for (let k = 0; k < 8; k++) popped[7 - k] = cpu.readMem16(SS, (sp + 2 * k) & mask);
    for (let r = EAX; r <= EDI; r++) if (r !== ESP) gpr16[r << 1] = popped[r];
    cpu.setStackPointer(sp + 16);
  },
  popad: (cpu) => {
    const mask = cpu.stackMask;
    const sp = cpu.gpr[ESP];
    for (let k = 0; k < 8; k++) popped[7 - k] = cpu.readMem32(SS, (sp + 4 * k) & mask);
    for (let r = EAX; r <= EDI; r++) if (r !== ESP) cpu.gpr[r] = popped[r];
    cpu.setStackPointer(sp + 32);
  },
} as const satisfies Partial<Record<RowId, Body>>;
