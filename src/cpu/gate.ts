import type { Check, Row, Silence } from "../isa/types.ts";
import type { Cpu } from "./cpu.ts";
import { BODY_LIST } from "./execute/index.ts";
import { GP, UD } from "./fault.ts";
import type { Insn } from "./insn.ts";
import { is8086 } from "./real-mode.ts";
import { CR4_DE, CR4_PCE, CR4_TSD, CR4_UMIP } from "./registers.ts";
import { CS, EDX } from "./state.ts";
import { mayUsePort } from "./tss.ts";
import { isVirtual8086 } from "./virtual-8086.ts";

/**
 * The gate: whether an instruction may run. Row data say what must hold; this is the only place that judges it, in the
 * order of the row. Execute bodies hold no such tests. (`gate-dpl` is a matter of the IDT: see cpu/delivery.ts.)
 */

/** Whether instructions of the row must come through the gate at all. */
export function needsGate(row: Row): boolean {
  return row.silent !== null || row.vmx !== null || row.checks.some((check) => check.phase !== "delivery");
}

/**
 * Runs a row's body behind its checks, and notes it when it has run silently where it should have trapped. Traps are
 * what this machine is about, and a throw costs a microsecond: a refusal is left with the loop instead.
 */
export function gated(cpu: Cpu, insn: Insn): void {
  const { row } = insn;
  for (const check of row.checks) {
    if (check.rule === "vm-exit") {
      if (leavesGuest(cpu, insn)) return;
      continue;
    }
    const vector = judge(cpu, insn, check);
    if (vector >= 0) {
      cpu.refuse(vector, check.rule);
      return;
    }
  }
  if (row.vmx !== null && cpu.guest !== null && leavesGuest(cpu, insn)) return;
  const silent = row.silent !== null && isSilent(cpu, row, row.silent);
  if (silent && cpu.whatIf.has((row.silent as Silence).whatIf)) {
    cpu.refuse(GP);
    return;
  }
  BODY_LIST[insn.rowIndex](cpu, insn);
  if (silent) cpu.bus.noteSilent(row.id);
}

/**
 * In virtual-8086 mode selectors are paragraph numbers and the flags are IOPL's business: only what shows where a table
 * or a register really is stays silent.
 */
function isSilent(cpu: Cpu, row: Row, silence: Silence): boolean {
  if (isVirtual8086(cpu.state) && row.sensitivity !== "location") return false;
  return silence.when === "cpl>0" ? cpu.state.cpl > 0 : cpu.state.cpl > cpu.iopl;
}

/** Whether the instruction leaves a guest of VT-x; the exit is then noted (SDM Vol. 3C, 26.1). */
function leavesGuest(cpu: Cpu, insn: Insn): boolean {
  const exit = cpu.guest?.intercepts(insn) ?? null;
  if (exit === null) return false;
  cpu.refuseByExit(exit);
  return true;
}

/** Vector of the exception that the check's failing raises, or -1 if it holds. */
function judge(cpu: Cpu, insn: Insn, check: Check): number {
  const { state } = cpu;
  switch (check.rule) {
    case "cpl0":
      return state.cpl === 0 ? -1 : GP;
    case "iopl":
      return state.cpl <= cpu.iopl ? -1 : GP;
    case "v86-iopl":
      return !isVirtual8086(state) || cpu.iopl === 3 ? -1 : GP;
    case "tsd":
      return state.cpl === 0 || (state.cr4 & CR4_TSD) === 0 ? -1 : GP;
    case "pce":
      return state.cpl === 0 || (state.cr4 & CR4_PCE) !== 0 ? -1 : GP;
    case "umip":
      return state.cpl > 0 && ((state.cr4 & CR4_UMIP) !== 0 || cpu.whatIf.has("umip")) ? GP : -1;
    case "protected-mode":
      return is8086(state) ? UD : -1;
    case "valid-register":
      return isValidRegister(cpu, insn) ? -1 : UD;
    case "io-permission": {
      if (state.cpl <= cpu.iopl && !isVirtual8086(state)) return -1;
      const immediate = insn.row.operands.includes("imm8");
      const port = immediate ? insn.imm & 0xff : cpu.gpr[EDX] & 0xffff;
      return mayUsePort(cpu, port, insn.row.size >> 3) ? -1 : GP;
    }
    case "gate-dpl":
      return -1;
    case "vm-exit":
      return -1;
    case "vmx-enabled":
    case "vmx-operation":
    case "vm-functions":
    case "vmxon-allowed":
      return cpu.vmx === null ? UD : cpu.vmx.judge(insn, check.rule);
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
