/**
 * Repetition of string instructions (SDM Vol. 2B, REP). Each iteration is a step of its own: interrupts, traps and faults
 * find the registers as after the last whole one. A call does as many as the processor's budget allows.
 */
import type { Cpu } from "../cpu.ts";
import { isEqual } from "../flags.ts";
import type { Body, Insn } from "../insn.ts";
import { repeatCount, setRepeatCount } from "./string-pointers.ts";

/** Moves up to `limit` elements at once, as that many iterations would; 0 where it cannot, and nothing happened. */
export type Block = (cpu: Cpu, insn: Insn, limit: number) => number;

/** The body of LODS: `once` is an iteration, which writes no memory. */
export function repeated(once: Body): Body {
  return (cpu, insn) => {
    if (insn.repeat === 0) once(cpu, insn);
    else repeat(cpu, insn, once, false);
  };
}

/** The body of CMPS and SCAS: F3 goes on while ZF is set, F2 while it is clear. */
export function repeatedCompare(once: Body): Body {
  return (cpu, insn) => {
    if (insn.repeat === 0) once(cpu, insn);
    else repeat(cpu, insn, once, true);
  };
}

function repeat(cpu: Cpu, insn: Insn, once: Body, compares: boolean): void {
  let left = repeatCount(cpu, insn);
  if (left === 0) return;
  let budget = cpu.repBudget;
  const goOnWhile = insn.repeat === 0xf3;
  for (;;) {
    once(cpu, insn);
    left--;
    setRepeatCount(cpu, insn, left);
    if (left === 0 || (compares && isEqual(cpu.state) !== goOnWhile)) return;
    budget--;
    if (budget <= 0) break;
    cpu.extraSteps++;
  }
  cpu.repeatAgain();
}

/**
 * The body of MOVS and STOS: `block` where it can, else `once`. After an iteration by `once` the processor looks at
 * the instruction again: it may just have been overwritten.
 */
export function repeatedWrite(once: Body, block: Block): Body {
  return (cpu, insn) => {
    if (insn.repeat === 0) {
      once(cpu, insn);
      return;
    }
    let left = repeatCount(cpu, insn);
    if (left === 0) return;
    let budget = cpu.repBudget;
    let done = 1;
    while (budget > 0 && done > 0) {
      done = block(cpu, insn, Math.min(left, budget));
      if (done === 0) once(cpu, insn);
      const moved = Math.max(done, 1);
      left -= moved;
      budget -= moved;
      setRepeatCount(cpu, insn, left);
      cpu.extraSteps += moved;
      if (left === 0) break;
    }
    cpu.extraSteps--;
    if (left > 0) cpu.repeatAgain();
  };
}
