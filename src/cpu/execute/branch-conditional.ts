/** Jcc. */
import type { RowId } from "../../isa/rows.ts";
import {
  isBelow,
  isBelowOrEqual,
  isEqual,
  isLess,
  isLessOrEqual,
  isNegative,
  isOverflow,
  isParityEven,
} from "../flags.ts";
import type { Body } from "../insn.ts";
import { jumpRelative } from "./branch.ts";

const jo: Body = (cpu, insn) => {
  if (isOverflow(cpu.state)) jumpRelative(cpu, insn);
};
const jno: Body = (cpu, insn) => {
  if (!isOverflow(cpu.state)) jumpRelative(cpu, insn);
};
const jb: Body = (cpu, insn) => {
  if (isBelow(cpu.state)) jumpRelative(cpu, insn);
};
const jae: Body = (cpu, insn) => {
  if (!isBelow(cpu.state)) jumpRelative(cpu, insn);
};
const je: Body = (cpu, insn) => {
  if (isEqual(cpu.state)) jumpRelative(cpu, insn);
};
const jne: Body = (cpu, insn) => {
  if (!isEqual(cpu.state)) jumpRelative(cpu, insn);
};
const jbe: Body = (cpu, insn) => {
  if (isBelowOrEqual(cpu.state)) jumpRelative(cpu, insn);
};
const ja: Body = (cpu, insn) => {
  if (!isBelowOrEqual(cpu.state)) jumpRelative(cpu, insn);
};
const js: Body = (cpu, insn) => {
  if (isNegative(cpu.state)) jumpRelative(cpu, insn);
};
const jns: Body = (cpu, insn) => {
  if (!isNegative(cpu.state)) jumpRelative(cpu, insn);
};
const jp: Body = (cpu, insn) => {
  if (isParityEven(cpu.state)) jumpRelative(cpu, insn);
};
const jnp: Body = (cpu, insn) => {
  if (!isParityEven(cpu.state)) jumpRelative(cpu, insn);
};
const jl: Body = (cpu, insn) => {
  if (isLess(cpu.state)) jumpRelative(cpu, insn);
};
const jge: Body = (cpu, insn) => {
  if (!isLess(cpu.state)) jumpRelative(cpu, insn);
};
const jle: Body = (cpu, insn) => {
  if (isLessOrEqual(cpu.state)) jumpRelative(cpu, insn);
};
const jg: Body = (cpu, insn) => {
  if (!isLessOrEqual(cpu.state)) jumpRelative(cpu, insn);
};

export const CONDITIONAL_JUMP = {
  jo_rel8: jo,
  jo_rel16: jo,
  jo_rel32: jo,
  jno_rel8: jno,
  jno_rel16: jno,
  jno_rel32: jno,
  jb_rel8: jb,
  jb_rel16: jb,
  jb_rel32: jb,
  jae_rel8: jae,
  jae_rel16: jae,
  jae_rel32: jae,
  je_rel8: je,
  je_rel16: je,
  je_rel32: je,
  jne_rel8: jne,
  jne_rel16: jne,
  jne_rel32: jne,
  jbe_rel8: jbe,
  jbe_rel16: jbe,
  jbe_rel32: jbe,
  ja_rel8: ja,
  ja_rel16: ja,
  ja_rel32: ja,
  js_rel8: js,
  js_rel16: js,
  js_rel32: js,
  jns_rel8: jns,
  jns_rel16: jns,
  jns_rel32: jns,
  jp_rel8: jp,
  jp_rel16: jp,
  jp_rel32: jp,
  jnp_rel8: jnp,
  jnp_rel16: jnp,
  jnp_rel32: jnp,
  jl_rel8: jl,
  jl_rel16: jl,
  jl_rel32: jl,
  jge_rel8: jge,
  jge_rel16: jge,
  jge_rel32: jge,
  jle_rel8: jle,
  jle_rel16: jle,
  jle_rel32: jle,
  jg_rel8: jg,
  jg_rel16: jg,
  jg_rel32: jg,
} as const satisfies Partial<Record<RowId, Body>>;
