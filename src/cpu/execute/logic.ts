/** NOT. */
import type { RowId } from "../../isa/rows.ts";
import type { Body } from "../insn.ts";
import { modifyRm8, modifyRm16, modifyRm32, writeBackRm8, writeBackRm16, writeBackRm32 } from "./data-operands.ts";

export const NOT = {
  not_rm8: (cpu, insn) => writeBackRm8(cpu, insn, ~modifyRm8(cpu, insn)),
  not_rm16: (cpu, insn) => writeBackRm16(cpu, insn, ~modifyRm16(cpu, insn)),
  not_rm32: (cpu, insn) => writeBackRm32(cpu, insn, ~modifyRm32(cpu, insn)),
} as const satisfies Partial<Record<RowId, Body>>;
