/** Single flags, NOP and its relatives. CLI, STI, PUSHF and POPF are elsewhere: they depend on the ring. */
import type { RowId } from "../../isa/rows.ts";
import { AF, CF, carryOf, getEflags, PF, SF, setCarry, setFlags, ZF } from "../flags.ts";
import type { Body } from "../insn.ts";
import { FLAG_DF } from "../registers.ts";
import { AH, AL } from "./data-operands.ts";

/** What LAHF and SAHF move. */
const LOW_FLAGS = SF | ZF | AF | PF | CF;
/** Bit 1 of EFLAGS reads as one. */
const FLAG_ALWAYS = 1 << 1;

const nothing: Body = () => {};

export const MISCELLANEOUS = {
  clc: (cpu) => setCarry(cpu.state, 0),
  stc: (cpu) => setCarry(cpu.state, 1),
  cmc: (cpu) => setCarry(cpu.state, carryOf(cpu.state) ^ 1),
  cld: (cpu) => {
    cpu.state.rawFlags &= ~FLAG_DF;
  },
  std: (cpu) => {
    cpu.state.rawFlags |= FLAG_DF;
  },
  lahf: (cpu) => {
    cpu.state.gpr8[AH] = (getEflags(cpu.state) & LOW_FLAGS) | FLAG_ALWAYS;
  },
  sahf: (cpu) => setFlags(cpu.state, LOW_FLAGS, cpu.state.gpr8[AH]),
  salc: (cpu) => {
    cpu.state.gpr8[AL] = -carryOf(cpu.state);
  },
  nop: nothing,
  nop_rm16: nothing,
  nop_rm32: nothing,
  pause: nothing,
  endbr32: nothing,
} as const satisfies Partial<Record<RowId, Body>>;
