import type { RowId } from "../../isa/rows.ts";
import { setCr0, setCr3, setCr4 } from "../control.ts";
import type { Cpu } from "../cpu.ts";
import { UD } from "../fault.ts";
import type { Body, Insn } from "../insn.ts";
import { CR0_EM, CR0_MP, CR0_PE, CR0_TS } from "../registers.ts";
import { HALTED } from "../state.ts";
import { readRm16 } from "./data-operands.ts";
import { storeSelector } from "./segments.ts";

/** Table registers, control registers, the processor's activity, and the host gate. */

/** SGDT, SIDT: 16 bits of limit, 32 of base, whatever the operand size. */
function storeTable(cpu: Cpu, insn: Insn, base: number, limit: number): void {
  const at = cpu.effectiveOffset(insn);
  cpu.checkWrite(insn.segment, at, 6);
  cpu.writeMem16(insn.segment, at, limit);
  cpu.writeMem32(insn.segment, second(insn, at), base);
}

/** Where the second part of a 6-byte operand stands. */
function second(insn: Insn, at: number): number {
  return insn.addressSize === 32 ? (at + 2) | 0 : (at + 2) & 0xffff;
}

function tableLimit(cpu: Cpu, insn: Insn): number {
  return cpu.readMem16(insn.segment, cpu.effectiveOffset(insn));
}

/** LGDT, LIDT: an operand size of 16 bits leaves 24 bits of base. */
function tableBase(cpu: Cpu, insn: Insn): number {
  const base = cpu.readMem32(insn.segment, second(insn, cpu.effectiveOffset(insn)));
  return insn.operandSize === 32 ? base : base & 0xffffff;
}

/** CR0 as whoever runs reads it: a guest of VT-x may see bits that its VMM has put there. */
function seenCr0(cpu: Cpu): number {
  const { cr0 } = cpu.state;
  return cpu.guest?.readCr0(cr0) ?? cr0;
}

/** Loads CR0 but for the bits that the VMM keeps. */
function loadCr0(cpu: Cpu, value: number): void {
  setCr0(cpu, cpu.guest?.writeCr0(cpu.state.cr0, value) ?? value);
}

function readControl(cpu: Cpu, register: number): number {
  const { state } = cpu;
  switch (register) {
    case 0:
      return seenCr0(cpu);
    case 2:
      return state.cr2;
    case 3:
      return state.cr3;
    default:
      return cpu.guest?.readCr4(state.cr4) ?? state.cr4;
  }
}

function writeControl(cpu: Cpu, register: number, value: number): void {
  switch (register) {
    case 0:
      loadCr0(cpu, value);
      return;
    case 2:
      cpu.state.cr2 = value;
      return;
    case 3:
      setCr3(cpu, value);
      return;
    default:
      setCr4(cpu, cpu.guest?.writeCr4(cpu.state.cr4, value) ?? value);
  }
}

const LMSW_BITS = CR0_MP | CR0_EM | CR0_TS;

export const SYSTEM = {
  sgdt_m48: (cpu, insn) => storeTable(cpu, insn, cpu.state.gdtrBase, cpu.state.gdtrLimit),
  sidt_m48: (cpu, insn) => storeTable(cpu, insn, cpu.state.idtrBase, cpu.state.idtrLimit),
  lgdt_m48: (cpu, insn) => {
    const limit = tableLimit(cpu, insn);
    cpu.state.gdtrBase = tableBase(cpu, insn);
    cpu.state.gdtrLimit = limit;
  },
  lidt_m48: (cpu, insn) => {
    const limit = tableLimit(cpu, insn);
    cpu.state.idtrBase = tableBase(cpu, insn);
    cpu.state.idtrLimit = limit;
  },
  smsw_r16m16: (cpu, insn) => storeSelector(cpu, insn, seenCr0(cpu), false),
  smsw_r32m16: (cpu, insn) => storeSelector(cpu, insn, seenCr0(cpu), true),
  /** PE can be set, never cleared. */
  lmsw_rm16: (cpu, insn) => {
    const value = readRm16(cpu, insn);
    const { cr0 } = cpu.state;
    loadCr0(cpu, (cr0 & ~LMSW_BITS) | (value & (LMSW_BITS | CR0_PE)));
  },
  clts: (cpu) => {
    const { cr0 } = cpu.state;
    const cleared = cr0 & ~CR0_TS;
    cpu.state.cr0 = cpu.guest?.writeCr0(cr0, cleared) ?? cleared;
  },
  mov_r32rm_cr: (cpu, insn) => {
    cpu.gpr[insn.rm] = readControl(cpu, insn.reg);
  },
  mov_cr_r32rm: (cpu, insn) => writeControl(cpu, insn.reg, cpu.gpr[insn.rm]),
  invlpg_m: (cpu, insn) => {
    cpu.tlb.invalidate((cpu.base[insn.segment] + cpu.effectiveOffset(insn)) | 0);
    cpu.forgetFetch();
  },
  // There are no caches to write back or to lose.
  invd: () => {},
  wbinvd: () => {},
  hlt: (cpu) => {
    cpu.state.activity = HALTED;
    cpu.refreshSpecial();
  },
  /** Anywhere but where the machine has put one, this is no instruction. */
  hostgate: (cpu) => {
    const at = cpu.translate(cpu.base[1] + cpu.startEip, "execute", cpu.state.cpl === 3, false);
    if (at.ok && cpu.bus.isHostGate(at.physical)) cpu.stopAtGate();
    else cpu.fault(UD, -1);
  },
} satisfies Partial<Record<RowId, Body>>;
