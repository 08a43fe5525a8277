import type { Check, Row, Silence } from "../isa/types.ts";
import type { Cpu } from "./cpu.ts";
import { BODY_LIST } from "./execute/index.ts";
import { GP, UD } from "./fault.ts";
import type { Insn } from "./insn.ts";
import { CR0_PE, CR4_DE, CR4_PCE, CR4_TSD, CR4_UMIP, FLAG_VM } from "./registers.ts";
import { CS, EDX } from "./state.ts";
import { checkPort } from "./tss.ts";

/**
 * The gate: whether an instruction may run. Row data say what must hold; this is the only place that judges it, in the
 * order of the row. Execute bodies hold no such tests. (`gate-dpl` is a matter of the IDT: see cpu/delivery.ts.)
 */

/** Whether instructions of the row must come through the gate at all. */
export function needsGate(row: Row): boolean {
  return row.silent !== null || row.checks.some((check) => check.phase !== "delivery");
}

/** Runs a row's body behind its checks, and notes it when it has run silently where it should have trapped. */
export function gated(cpu: Cpu, insn: Insn): void {
  const { row } = insn;
  for (const check of row.checks) judge(cpu, insn, check);
  const silent = row.silent !== null && isSilent(cpu, row.silent);
  if (silent && cpu.whatIf.has((row.silent as Silence).whatIf)) cpu.fault(GP, 0);
  BODY_LIST[insn.rowIndex](cpu, insn);
  if (silent) cpu.bus.noteSilent(row.id);
}

function isSilent(cpu: Cpu, silence: Silence): boolean {
  return silence.when === "cpl>0" ? cpu.state.cpl > 0 : cpu.state.cpl > cpu.iopl;
}

/** Faults if the check does not hold. */
function judge(cpu: Cpu, insn: Insn, check: Check): void {
  const { state } = cpu;
  switch (check.rule) {
    case "cpl0":
      if (state.cpl !== 0) cpu.fault(GP, 0);
      return;
    case "iopl":
      if (state.cpl > cpu.iopl) cpu.fault(GP, 0);
      return;
    case "tsd":
      if (state.cpl > 0 && (state.cr4 & CR4_TSD) !== 0) cpu.fault(GP, 0);
      return;
    case "pce":
      if (state.cpl > 0 && (state.cr4 & CR4_PCE) === 0) cpu.fault(GP, 0);
      return;
    case "umip":
      if (state.cpl > 0 && ((state.cr4 & CR4_UMIP) !== 0 || cpu.whatIf.has("umip"))) {
        cpu.fault(GP, 0);
      }
      return;
    case "protected-mode":
      if ((state.cr0 & CR0_PE) === 0 || (state.rawFlags & FLAG_VM) !== 0) cpu.fault(UD, -1);
      return;
    case "valid-register":
      if (!isValidRegister(cpu, insn)) cpu.fault(UD, -1);
      return;
    case "io-permission": {
      if (state.cpl <= cpu.iopl) return;
      const immediate = insn.row.operands.includes("imm8");
      const port = immediate ? insn.imm & 0xff : cpu.gpr[EDX] & 0xffff;
      checkPort(cpu, port, insn.row.size >> 3);
      return;
    }
    case "gate-dpl":
      return;
  }
}

function isValidRegister(cpu: Cpu, insn: Insn): boolean {
  const { operands } = insn.row;
  if (operands.includes("cr")) return insn.reg === 0 || (insn.reg >= 2 && insn.reg <= 4);
  if (operands.includes("dr")) {
    return (insn.reg !== 4 && insn.reg !== 5) || (cpu.state.cr4 & CR4_DE) === 0;
  }
  return insn.reg <= 5 && !(operands[0] === "sreg" && insn.reg === CS);
}
