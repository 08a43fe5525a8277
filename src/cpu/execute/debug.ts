import type { RowId } from "../../isa/rows.ts";
import { DELIVERY_FAULT } from "../api.ts";
import type { Cpu } from "../cpu.ts";
import { DB } from "../fault.ts";
import type { Body } from "../insn.ts";
import { DR6_BD, DR6_FIXED, DR6_WRITABLE, DR7_FIXED, DR7_GD, DR7_WRITABLE } from "../registers.ts";

/** MOV to and from debug registers (SDM Vol. 2B). DR4 and DR5 stand for DR6 and DR7 where the gate lets them pass. */

/** General detect: with DR7.GD the access itself is a debug fault. */
function detect(cpu: Cpu): void {
  if ((cpu.state.dr7 & DR7_GD) === 0) return;
  // A guest that is left for it has not got its DR6.
  const exit = cpu.guest?.interceptsException(DB, DELIVERY_FAULT, -1, DR6_BD) ?? null;
  if (exit !== null) cpu.leaveGuest(exit);
  cpu.state.dr6 |= DR6_BD;
  cpu.fault(DB, -1);
}

function read(cpu: Cpu, register: number): number {
  const { state } = cpu;
  switch (register) {
    case 0:
      return state.dr0;
    case 1:
      return state.dr1;
    case 2:
      return state.dr2;
    case 3:
      return state.dr3;
    case 4:
    case 6:
      return state.dr6;
    default:
      return state.dr7;
  }
}

function write(cpu: Cpu, register: number, value: number): void {
  const { state } = cpu;
  switch (register) {
    case 0:
      state.dr0 = value;
      return;
    case 1:
      state.dr1 = value;
      return;
    case 2:
      state.dr2 = value;
      return;
    case 3:
      state.dr3 = value;
      return;
    case 4:
    case 6:
      state.dr6 = (value & DR6_WRITABLE) | DR6_FIXED;
      return;
    default:
      state.dr7 = (value & DR7_WRITABLE) | DR7_FIXED;
  }
}

export const DEBUG = {
  mov_r32rm_dr: (cpu, insn) => {
    detect(cpu);
    cpu.gpr[insn.rm] = read(cpu, insn.reg);
  },
  mov_dr_r32rm: (cpu, insn) => {
    detect(cpu);
    write(cpu, insn.reg, cpu.gpr[insn.rm]);
  },
} satisfies Partial<Record<RowId, Body>>;
