/** INC, DEC, NEG, XADD, CMPXCHG, CMPXCHG8B. */
import type { RowId } from "../../isa/rows.ts";
import type { Cpu } from "../cpu.ts";
import { setFlags, ZF } from "../flags.ts";
import type { Body, Insn } from "../insn.ts";
import { EAX, EBX, ECX, EDX } from "../state.ts";
import {
  add8,
  add16,
  add32,
  dec8,
  dec16,
  dec32,
  inc8,
  inc16,
  inc32,
  sub8,
  sub16,
  sub32,
} from "./arithmetic-operations.ts";
import {
  AL,
  AX,
  modifyRm8,
  modifyRm16,
  modifyRm32,
  reg8,
  reg16,
  reg32,
  setReg8,
  setReg16,
  setReg32,
  writeBackRm8,
  writeBackRm16,
  writeBackRm32,
} from "./data-operands.ts";

export const STEP = {
  inc_r16op: (cpu, insn) => {
    const gpr16 = cpu.state.gpr16;
    gpr16[insn.rm << 1] = inc16(cpu.state, gpr16[insn.rm << 1]);
  },
  inc_r32op: (cpu, insn) => {
    cpu.gpr[insn.rm] = inc32(cpu.state, cpu.gpr[insn.rm]);
  },
  inc_rm8: (cpu, insn) => writeBackRm8(cpu, insn, inc8(cpu.state, modifyRm8(cpu, insn))),
  inc_rm16: (cpu, insn) => writeBackRm16(cpu, insn, inc16(cpu.state, modifyRm16(cpu, insn))),
  inc_rm32: (cpu, insn) => writeBackRm32(cpu, insn, inc32(cpu.state, modifyRm32(cpu, insn))),

  dec_r16op: (cpu, insn) => {
    const gpr16 = cpu.state.gpr16;
    gpr16[insn.rm << 1] = dec16(cpu.state, gpr16[insn.rm << 1]);
  },
  dec_r32op: (cpu, insn) => {
    cpu.gpr[insn.rm] = dec32(cpu.state, cpu.gpr[insn.rm]);
  },
  dec_rm8: (cpu, insn) => writeBackRm8(cpu, insn, dec8(cpu.state, modifyRm8(cpu, insn))),
  dec_rm16: (cpu, insn) => writeBackRm16(cpu, insn, dec16(cpu.state, modifyRm16(cpu, insn))),
  dec_rm32: (cpu, insn) => writeBackRm32(cpu, insn, dec32(cpu.state, modifyRm32(cpu, insn))),

  neg_rm8: (cpu, insn) => writeBackRm8(cpu, insn, sub8(cpu.state, 0, modifyRm8(cpu, insn))),
  neg_rm16: (cpu, insn) => writeBackRm16(cpu, insn, sub16(cpu.state, 0, modifyRm16(cpu, insn))),
  neg_rm32: (cpu, insn) => writeBackRm32(cpu, insn, sub32(cpu.state, 0, modifyRm32(cpu, insn))),

  // The source is written first: of XADD with one register twice, the sum remains.
  xadd_rm8_r8: (cpu, insn) => {
    const d = modifyRm8(cpu, insn);
    const sum = add8(cpu.state, d, reg8(cpu, insn));
    setReg8(cpu, insn, d);
    writeBackRm8(cpu, insn, sum);
  },
  xadd_rm16_r16: (cpu, insn) => {
    const d = modifyRm16(cpu, insn);
    const sum = add16(cpu.state, d, reg16(cpu, insn));
    setReg16(cpu, insn, d);
    writeBackRm16(cpu, insn, sum);
  },
  xadd_rm32_r32: (cpu, insn) => {
    const d = modifyRm32(cpu, insn);
    const sum = add32(cpu.state, d, reg32(cpu, insn));
    setReg32(cpu, insn, d);
    writeBackRm32(cpu, insn, sum);
  },

  // The destination is written in any case, with its old value where the comparison failed.
  cmpxchg_rm8_r8: (cpu, insn) => {
    const gpr8 = cpu.state.gpr8;
    const d = modifyRm8(cpu, insn);
    const equal = gpr8[AL] === d;
    sub8(cpu.state, gpr8[AL], d);
    writeBackRm8(cpu, insn, equal ? reg8(cpu, insn) : d);
    if (!equal) gpr8[AL] = d;
  },
  cmpxchg_rm16_r16: (cpu, insn) => {
    const gpr16 = cpu.state.gpr16;
    const d = modifyRm16(cpu, insn);
    const equal = gpr16[AX] === d;
    sub16(cpu.state, gpr16[AX], d);
    writeBackRm16(cpu, insn, equal ? reg16(cpu, insn) : d);
    if (!equal) gpr16[AX] = d;
  },
  cmpxchg_rm32_r32: (cpu, insn) => {
    const gpr = cpu.gpr;
    const d = modifyRm32(cpu, insn);
    const equal = gpr[EAX] === d;
    sub32(cpu.state, gpr[EAX], d);
    writeBackRm32(cpu, insn, equal ? reg32(cpu, insn) : d);
    if (!equal) gpr[EAX] = d;
  },
  cmpxchg8b_m64: compareExchange8,
} as const satisfies Partial<Record<RowId, Body>>;

/** CMPXCHG8B: checked as a write of 8 bytes at once; writes back the old value where the comparison fails. */
function compareExchange8(cpu: Cpu, insn: Insn): void {
  const gpr = cpu.gpr;
  const segment = insn.segment;
  const offset = cpu.effectiveOffset(insn);
  cpu.checkWrite(segment, offset, 8);
  const low = cpu.readMem32(segment, offset);
  const high = cpu.readMem32(segment, offset + 4);
  const equal = gpr[EAX] === low && gpr[EDX] === high;
  cpu.writeMem32(segment, offset, equal ? gpr[EBX] : low);
  cpu.writeMem32(segment, offset + 4, equal ? gpr[ECX] : high);
  setFlags(cpu.state, ZF, equal ? ZF : 0);
  if (!equal) {
    gpr[EAX] = low;
    gpr[EDX] = high;
  }
}
