/** Near JMP, CALL, RET, LOOP, JCXZ. A near transfer with operand size 16 cuts EIP to 16 bits. */
import type { RowId } from "../../isa/rows.ts";
import type { Cpu } from "../cpu.ts";
import { isEqual } from "../flags.ts";
import type { Body, Insn } from "../insn.ts";
import { ESP } from "../state.ts";
import { readRm16, readRm32 } from "./data-operands.ts";
import { repeatCount, setRepeatCount } from "./string-pointers.ts";

/** Goes to the relative target of a branch that is taken; #GP(0) beyond the limit of CS. */
export function jumpRelative(cpu: Cpu, insn: Insn): void {
  const target = cpu.state.eip + insn.imm;
  cpu.jumpNear(insn.operandSize === 32 ? target | 0 : target & 0xffff);
}

/**
 * Calls `target`. It is checked before the stack is written; a fault of the push puts EIP back.
 */
function call16(cpu: Cpu, target: number): void {
  const next = cpu.state.eip;
  cpu.jumpNear(target);
  cpu.push16(next);
}
function call32(cpu: Cpu, target: number): void {
  const next = cpu.state.eip;
  cpu.jumpNear(target);
  cpu.push32(next);
}

/** LOOP, LOOPE, LOOPNE: the count is written last, so that a target beyond the limit leaves it alone. */
function loop(cpu: Cpu, insn: Insn, also: boolean): void {
  const count = repeatCount(cpu, insn) - 1;
  if (count !== 0 && also) jumpRelative(cpu, insn);
  setRepeatCount(cpu, insn, count);
}
const loopAlways: Body = (cpu, insn) => loop(cpu, insn, true);
const loopEqual: Body = (cpu, insn) => loop(cpu, insn, isEqual(cpu.state));
const loopNotEqual: Body = (cpu, insn) => loop(cpu, insn, !isEqual(cpu.state));

const jumpIfCountZero: Body = (cpu, insn) => {
  if (repeatCount(cpu, insn) === 0) jumpRelative(cpu, insn);
};

export const BRANCH = {
  jmp_rel8: jumpRelative,
  jmp_rel16: jumpRelative,
  jmp_rel32: jumpRelative,
  jmp_rm16: (cpu, insn) => cpu.jumpNear(readRm16(cpu, insn)),
  jmp_rm32: (cpu, insn) => cpu.jumpNear(readRm32(cpu, insn)),

  call_rel16: (cpu, insn) => call16(cpu, (cpu.state.eip + insn.imm) & 0xffff),
  call_rel32: (cpu, insn) => call32(cpu, (cpu.state.eip + insn.imm) | 0),
  call_rm16: (cpu, insn) => call16(cpu, readRm16(cpu, insn)),
  call_rm32: (cpu, insn) => call32(cpu, readRm32(cpu, insn)),

  ret_o16: (cpu) => cpu.jumpNear(cpu.pop16()),
  ret_o32: (cpu) => cpu.jumpNear(cpu.pop32()),
  ret_imm16_o16: (cpu, insn) => {
    cpu.jumpNear(cpu.pop16());
    cpu.setStackPointer(cpu.gpr[ESP] + insn.imm);
  },
  ret_imm16_o32: (cpu, insn) => {
    cpu.jumpNear(cpu.pop32());
    cpu.setStackPointer(cpu.gpr[ESP] + insn.imm);
  },

  loop_rel8_a16: loopAlways,
  loop_rel8_a32: loopAlways,
  loope_rel8_a16: loopEqual,
  loope_rel8_a32: loopEqual,
  loopne_rel8_a16: loopNotEqual,
  loopne_rel8_a32: loopNotEqual,
  jcxz_rel8: jumpIfCountZero,
  jecxz_rel8: jumpIfCountZero,
} as const satisfies Partial<Record<RowId, Body>>;
