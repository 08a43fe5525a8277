import type { RowId } from "../../isa/rows.ts";
import { softwareInterrupt } from "../delivery.ts";
import { BP, DB, OF, UD } from "../fault.ts";
import { isOverflow } from "../flags.ts";
import type { Body } from "../insn.ts";

/** Software interrupts (SDM Vol. 2A, INT n/INTO/INT3/INT1) and UD2. */
export const TRANSFER_INTERRUPT = {
  int_imm8: (cpu, insn) => softwareInterrupt(cpu, insn.imm & 0xff),
  int3: (cpu) => softwareInterrupt(cpu, BP),
  int1: (cpu) => softwareInterrupt(cpu, DB, true),
  into: (cpu) => {
    if (isOverflow(cpu.state)) softwareInterrupt(cpu, OF);
  },
  ud2: (cpu) => cpu.fault(UD, -1),
} satisfies Partial<Record<RowId, Body>>;
