import type { RowId } from "../../isa/rows.ts";
import { STOP_ATTENTION } from "../api.ts";
import type { Cpu } from "../cpu.ts";
import type { Body, Insn } from "../insn.ts";
import { FLAG_DF } from "../registers.ts";
import { EAX, ECX, EDI, EDX, ES, ESI } from "../state.ts";

/** Ports. Whether they may be used is the gate's business; every use lets the machine look around afterwards. */

type Size = 1 | 2 | 4;

function input(cpu: Cpu, port: number, size: Size): void {
  const value = cpu.bus.portIn(port, size);
  const { state } = cpu;
  if (size === 1) state.gpr8[EAX] = value;
  else if (size === 2) state.gpr16[EAX] = value;
  else state.gpr[EAX] = value;
  cpu.requestStop(STOP_ATTENTION);
}

function output(cpu: Cpu, port: number, size: Size): void {
  const { state } = cpu;
  const value = size === 1 ? state.gpr8[EAX] : size === 2 ? state.gpr16[EAX] : state.gpr[EAX];
  cpu.bus.portOut(port, size, value);
  cpu.requestStop(STOP_ATTENTION);
}

const dx = (cpu: Cpu): number => cpu.gpr[EDX] & 0xffff;

/** Moves an index register on by one element, up or down as DF says, within the address size. */
function advance(cpu: Cpu, insn: Insn, register: number, size: Size): void {
  const step = (cpu.state.rawFlags & FLAG_DF) !== 0 ? -size : size;
  setIndex(cpu, insn, register, cpu.gpr[register] + step);
}

function setIndex(cpu: Cpu, insn: Insn, register: number, value: number): void {
  if (insn.addressSize === 32) cpu.gpr[register] = value;
  else cpu.gpr[register] = (cpu.gpr[register] & ~0xffff) | (value & 0xffff);
}

/**
 * Runs one iteration: a port is an event for the machine, so each is its own step. Without a prefix there is no count.
 */
function iterate(cpu: Cpu, insn: Insn, element: (cpu: Cpu, insn: Insn) => void): void {
  const mask = insn.addressSize === 32 ? -1 : 0xffff;
  if (insn.repeat !== 0) {
    if ((cpu.gpr[ECX] & mask) === 0) return;
    element(cpu, insn);
    setIndex(cpu, insn, ECX, cpu.gpr[ECX] - 1);
    if ((cpu.gpr[ECX] & mask) !== 0) cpu.repeatAgain();
  } else element(cpu, insn);
  cpu.requestStop(STOP_ATTENTION);
}

function ins(size: Size): Body {
  const element = (cpu: Cpu, insn: Insn): void => {
    const at = insn.addressSize === 32 ? cpu.gpr[EDI] : cpu.gpr[EDI] & 0xffff;
    // The port is not read if the memory cannot be written.
    if (size === 1) cpu.readModify8(ES, at);
    else if (size === 2) cpu.readModify16(ES, at);
    else cpu.readModify32(ES, at);
    const value = cpu.bus.portIn(dx(cpu), size);
    if (size === 1) cpu.writeBack8(value);
    else if (size === 2) cpu.writeBack16(value);
    else cpu.writeBack32(value);
    advance(cpu, insn, EDI, size);
  };
  return (cpu, insn) => iterate(cpu, insn, element);
}

function outs(size: Size): Body {
  const element = (cpu: Cpu, insn: Insn): void => {
    const at = insn.addressSize === 32 ? cpu.gpr[ESI] : cpu.gpr[ESI] & 0xffff;
    const { segment } = insn;
    const value =
      size === 1 ? cpu.readMem8(segment, at) : size === 2 ? cpu.readMem16(segment, at) : cpu.readMem32(segment, at);
    cpu.bus.portOut(dx(cpu), size, value);
    advance(cpu, insn, ESI, size);
  };
  return (cpu, insn) => iterate(cpu, insn, element);
}

export const IO = {
  in_al_imm8: (cpu, insn) => input(cpu, insn.imm & 0xff, 1),
  in_ax_imm8: (cpu, insn) => input(cpu, insn.imm & 0xff, 2),
  in_eax_imm8: (cpu, insn) => input(cpu, insn.imm & 0xff, 4),
  in_al_dx: (cpu) => input(cpu, dx(cpu), 1),
  in_ax_dx: (cpu) => input(cpu, dx(cpu), 2),
  in_eax_dx: (cpu) => input(cpu, dx(cpu), 4),
  out_imm8_al: (cpu, insn) => output(cpu, insn.imm & 0xff, 1),
  out_imm8_ax: (cpu, insn) => output(cpu, insn.imm & 0xff, 2),
  out_imm8_eax: (cpu, insn) => output(cpu, insn.imm & 0xff, 4),
  out_dx_al: (cpu) => output(cpu, dx(cpu), 1),
  out_dx_ax: (cpu) => output(cpu, dx(cpu), 2),
  out_dx_eax: (cpu) => output(cpu, dx(cpu), 4),
  insb: ins(1),
  insw: ins(2),
  insd: ins(4),
  outsb: outs(1),
  outsw: outs(2),
  outsd: outs(4),
} satisfies Partial<Record<RowId, Body>>;
