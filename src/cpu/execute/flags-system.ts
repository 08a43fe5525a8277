import type { RowId } from "../../isa/rows.ts";
import { STOP_ATTENTION } from "../api.ts";
import type { Cpu } from "../cpu.ts";
import { ARITHMETIC_FLAGS, getEflags, setEflags } from "../flags.ts";
import type { Body } from "../insn.ts";
import { FLAG_AC, FLAG_DF, FLAG_ID, FLAG_IF, FLAG_IOPL, FLAG_NT, FLAG_RF, FLAG_TF, FLAG_VM } from "../registers.ts";
import { SHADOW_STI } from "../state.ts";

/** The flags that anybody may change. */
export const FLAGS_ALWAYS = ARITHMETIC_FLAGS | FLAG_TF | FLAG_DF;

/** Replaces the flags of `mask`, and sees to what depends on them: TF, RF, AC, and interrupts that may be due now. */
export function loadFlags(cpu: Cpu, value: number, mask: number): void {
  const { state } = cpu;
  const old = getEflags(state);
  const flags = (old & ~mask) | (value & mask);
  setEflags(state, flags);
  const changed = old ^ flags;
  if ((changed & FLAG_AC) !== 0) cpu.refreshMode();
  if (((old | flags) & (FLAG_TF | FLAG_RF)) !== 0) cpu.refreshSpecial();
  if ((changed & flags & FLAG_IF) !== 0) cpu.requestStop(STOP_ATTENTION);
}

/**
 * POPF (SDM Vol. 2B, POPF). Above IOPL a change of IF, above ring 0 one of IOPL, is dropped without a word: this is
 * the silence that makes the instruction sensitive. RF is cleared, VM stays.
 */
function popFlags(cpu: Cpu, wide: boolean): void {
  const { cpl } = cpu.state;
  let mask = FLAGS_ALWAYS | FLAG_NT;
  if (wide) mask |= FLAG_AC | FLAG_ID | FLAG_RF;
  if (cpl <= cpu.iopl) mask |= FLAG_IF;
  if (cpl === 0) mask |= FLAG_IOPL;
  loadFlags(cpu, cpu.pop(wide) & ~FLAG_RF, mask);
}

export const FLAGS_SYSTEM = {
  pushfw: (cpu) => cpu.push16(getEflags(cpu.state)),
  pushfd: (cpu) => cpu.push32(getEflags(cpu.state) & ~(FLAG_VM | FLAG_RF)),
  popfw: (cpu) => popFlags(cpu, false),
  popfd: (cpu) => popFlags(cpu, true),
  cli: (cpu) => {
    cpu.state.rawFlags &= ~FLAG_IF;
  },
  sti: (cpu) => {
    if ((cpu.state.rawFlags & FLAG_IF) !== 0) return;
    cpu.state.rawFlags |= FLAG_IF;
    cpu.inhibit(SHADOW_STI);
    cpu.requestStop(STOP_ATTENTION);
  },
} satisfies Partial<Record<RowId, Body>>;
