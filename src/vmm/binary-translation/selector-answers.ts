import type { Insn } from "../../cpu/insn.ts";
import { FLAG_ZF } from "../../cpu/registers.ts";
import type { Memory } from "../../machine/memory.ts";
import type { VirtualCpu } from "../virtual-cpu.ts";
import { ANSWER_SIZE, ANSWER_SLOTS, ANSWER_TABLES, ANSWERS, VCPU_DATA } from "./layout.ts";

/** Rows whose answer is a matter of the selector, the descriptor tables and the ring alone; their order is the tables'. */
const ROWS = ["lar_r16_r16m16", "lar_r32_r32m16", "lsl_r16_r16m16", "lsl_r32_r32m16", "verr_rm16", "verw_rm16"];

/** Number of the table for an instruction, or -1. */
export function answerTable(insn: Insn): number {
  return ROWS.indexOf(insn.row.id);
}

/** Physical address of a table. */
export const answersAt = (table: number) => ANSWERS + table * ANSWER_SLOTS * ANSWER_SIZE;

/** A selector of 17 bits: none. */
const NOBODY = 0x10000;

/**
 * What the virtual CPU has answered to LAR, LSL, VERR and VERW, where translated code finds it again: by the low byte of
 * the selector, four doublewords: the selector, the answer, and one that VERR finds readable or not. It holds for one
 * context and as long as the guest's descriptor tables stay as they are.
 */
export class SelectorAnswers {
  private readonly memory: Memory;
  /** Whether there is anything to forget. */
  private filled = true;

  constructor(memory: Memory) {
    this.memory = memory;
  }

  /** Takes note of what the virtual CPU has just answered; `ring`: the real one, in which VERR will be asked. */
  add(insn: Insn, selector: number, vcpu: VirtualCpu, ring: number): void {
    const table = answerTable(insn);
    if (table < 0) return;
    const found = (vcpu.getEflags() & FLAG_ZF) !== 0;
    const at = answersAt(table) + (selector & 0xff) * ANSWER_SIZE;
    this.memory.write32(at, selector & 0xffff);
    this.memory.write32(at + 4, vcpu.state.gpr[insn.reg]!);
    this.memory.write32(at + 8, found ? (VCPU_DATA & ~3) | ring : 0);
    this.filled = true;
  }

  clear(): void {
    if (!this.filled) return;
    this.filled = false;
    for (let slot = 0; slot < ANSWER_SLOTS * ANSWER_TABLES; slot++) {
      const at = ANSWERS + slot * ANSWER_SIZE;
      if (this.memory.read32(at) !== NOBODY) this.memory.write32(at, NOBODY);
    }
  }

  save(): boolean {
    return this.filled;
  }

  load(filled: boolean): void {
    this.filled = filled;
  }
}
