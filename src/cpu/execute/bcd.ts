/** Decimal adjustment: DAA, DAS, AAA, AAS, AAM, AAD. */
import type { RowId } from "../../isa/rows.ts";
import type { Cpu } from "../cpu.ts";
import { DE } from "../fault.ts";
import { AF, CF, carryOf, getEflags, setFlags } from "../flags.ts";
import type { Body } from "../insn.ts";
import { logic8 } from "./arithmetic-operations.ts";
import { AH, AL, AX } from "./data-operands.ts";

/** Flags of AL, with CF and AF as given. */
function setDecimal(cpu: Cpu, carry: boolean, adjusted: boolean): void {
  logic8(cpu.state, cpu.state.gpr8[AL]);
  setFlags(cpu.state, CF | AF, (carry ? CF : 0) | (adjusted ? AF : 0));
}

/** Whether the low digit of AL needs correction: it is above 9, or AF says that it carried. */
function lowDigitOff(cpu: Cpu): boolean {
  return (cpu.state.gpr8[AL] & 15) > 9 || (getEflags(cpu.state) & AF) !== 0;
}

export const DECIMAL = {
  daa: (cpu) => {
    const gpr8 = cpu.state.gpr8;
    const before = gpr8[AL];
    const low = lowDigitOff(cpu);
    const high = before > 0x99 || carryOf(cpu.state) !== 0;
    gpr8[AL] = before + (low ? 0x06 : 0) + (high ? 0x60 : 0);
    setDecimal(cpu, high, low);
  },
  das: (cpu) => {
    const gpr8 = cpu.state.gpr8;
    const before = gpr8[AL];
    const low = lowDigitOff(cpu);
    const high = before > 0x99 || carryOf(cpu.state) !== 0;
    gpr8[AL] = before - (low ? 0x06 : 0) - (high ? 0x60 : 0);
    // The borrow of the first correction stays, even where the second is not made.
    setDecimal(cpu, high || (low && before < 6), low);
  },
  aaa: (cpu) => {
    const { gpr8, gpr16 } = cpu.state;
    const adjust = lowDigitOff(cpu);
    if (adjust) gpr16[AX] += 0x106;
    gpr8[AL] &= 15;
    setDecimal(cpu, adjust, adjust);
  },
  aas: (cpu) => {
    const { gpr8, gpr16 } = cpu.state;
    const adjust = lowDigitOff(cpu);
    if (adjust) gpr16[AX] -= 0x106;
    gpr8[AL] &= 15;
    setDecimal(cpu, adjust, adjust);
  },
  aam_imm8: (cpu, insn) => {
    const gpr8 = cpu.state.gpr8;
    const divisor = insn.imm & 0xff;
    if (divisor === 0) cpu.fault(DE, -1);
    const value = gpr8[AL];
    gpr8[AH] = (value / divisor) | 0;
    gpr8[AL] = value % divisor;
    setDecimal(cpu, false, false);
  },
  aad_imm8: (cpu, insn) => {
    const { gpr8, gpr16 } = cpu.state;
    gpr16[AX] = (gpr8[AL] + gpr8[AH] * (insn.imm & 0xff)) & 0xff;
    setDecimal(cpu, false, false);
  },
} as const satisfies Partial<Record<RowId, Body>>;
