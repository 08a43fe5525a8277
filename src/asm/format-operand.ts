/** Operands of a decoded instruction in NASM's syntax. */
import type { Insn } from "../cpu/insn.ts";
import { NO_REGISTER } from "../cpu/insn.ts";
import { REGISTERS_8, REGISTERS_16, REGISTERS_32, SEGMENT_REGISTERS } from "../isa/registers.ts";
import type { OperandKind } from "../isa/types.ts";
import { displacement, hex, immediate } from "./format-number.ts";

/** What the text depends on beside the instruction. */
export interface OperandContext {
  /** Linear or segment offset of the instruction, unsigned. */
  readonly address: number;
  readonly defaultSize: 16 | 32;
  /** A name for an address (a branch target, a memory operand without registers), or null. */
  readonly symbol: (address: number) => string | null;
}

const EBP = 5;

/** Memory kinds, with the keyword that says their size; an empty one where NASM has none. */
const MEMORY_KEYWORD: Partial<Record<OperandKind, string>> = {
  rm8: "byte",
  rm16: "word",
  rm32: "dword",
  r16m16: "word",
  r32m16: "word",
  m64: "qword",
  m: "",
  m48: "",
  m64p: "",
  m128: "",
  m16and16: "",
  m32and32: "",
  m16_16: "",
  m16_32: "",
  moffs8: "",
  moffs16: "",
  moffs32: "",
};

/** Register operands that tell the size of a memory operand beside them. */
const TELLS: Partial<Record<OperandKind, readonly OperandKind[]>> = {
  rm8: ["r8"],
  rm16: ["r16"],
  rm32: ["r32"],
};

/** Whether the kind can be memory. */
function isMemoryKind(kind: OperandKind): boolean {
  return kind in MEMORY_KEYWORD;
}

function registers(size: 8 | 16 | 32): readonly string[] {
  return size === 8 ? REGISTERS_8 : size === 16 ? REGISTERS_16 : REGISTERS_32;
}

/** `[es:ebx+eax*4-0x8]`. */
function memoryText(insn: Insn, context: OperandContext): string {
  const override = insn.override === -1 ? "" : `${SEGMENT_REGISTERS[insn.override]}:`;
  const names = registers(insn.addressSize);
  const base = insn.base === NO_REGISTER ? "" : names[insn.base]!;
  let index = "";
  let split = "";
  if (insn.index !== NO_REGISTER) {
    index = names[insn.index]!;
    if (insn.scale !== 0) index += `*${1 << insn.scale}`;
    if (base === "") {
      // Without a base NASM would turn a scaled index into base and index, or into a base.
      split = "nosplit ";
      if (insn.scale === 0) index += "*1";
    } else if (insn.scale === 0 && insn.index === EBP && insn.addressSize === 32) {
      // NASM takes EBP for the base of two unscaled registers.
      index += "*1";
    }
  }
  const inside = [base, index].filter((part) => part !== "").join("+");
  if (inside === "") {
    const size = insn.addressSize === context.defaultSize ? "" : insn.addressSize === 16 ? "word " : "dword ";
    const offset = insn.addressSize === 16 ? insn.disp & 0xffff : insn.disp >>> 0;
    return `[${size}${override}${context.symbol(offset) ?? hex(offset)}]`;
  }
  return `[${split}${override}${inside}${insn.disp === 0 ? "" : displacement(insn.disp)}]`;
}

/** A memory operand with the size keyword if nothing else tells the size. */
function memoryOperand(insn: Insn, kind: OperandKind, context: OperandContext): string {
  const told = TELLS[kind]?.some((other) => insn.row.operands.includes(other)) ?? false;
  const keyword = told ? "" : MEMORY_KEYWORD[kind]!;
  const text = memoryText(insn, context);
  return keyword === "" ? text : `${keyword} ${text}`;
}

function sizeOf(kind: OperandKind): 8 | 16 | 32 {
  const digits = /^r?m?(8|16|32)/.exec(kind)?.[1];
  return digits === "8" ? 8 : digits === "16" ? 16 : 32;
}

/** Where a relative branch goes: truncated to 16 bits under that operand size. */
export function branchTarget(insn: Insn, address: number): number {
  const target = (address + insn.length + insn.imm) >>> 0;
  return insn.operandSize === 16 ? target & 0xffff : target;
}

/** Mnemonics whose immediates are patterns of bits rather than amounts. */
const PATTERNS = /^(?:and|or|xor|test|mov)$/;

/** The operand at `position` of the instruction's row, as NASM writes it. */
export function operandText(insn: Insn, position: number, context: OperandContext): string {
  const { row } = insn;
  const kind = row.operands[position]!;
  if (isMemoryKind(kind)) {
    return insn.memory ? memoryOperand(insn, kind, context) : registers(sizeOf(kind))[insn.rm]!;
  }
  switch (kind) {
    case "r8":
    case "r16":
    case "r32":
      return registers(sizeOf(kind))[insn.reg]!;
    case "r8op":
    case "r16op":
    case "r32op":
    case "r32rm":
      return registers(sizeOf(kind))[insn.rm]!;
    case "sreg":
      return SEGMENT_REGISTERS[insn.reg] ?? `segr${insn.reg}`;
    case "cr":
    case "dr":
      return `${kind}${insn.reg}`;
    case "one":
      return "1";
    case "rel8":
    case "rel16":
    case "rel32": {
      const target = branchTarget(insn, context.address);
      return context.symbol(target) ?? hex(target);
    }
    case "ptr16_16":
    case "ptr16_32":
      return `${hex(insn.imm2)}:${hex(insn.imm)}`;
    case "imm8":
      return immediate(row.mnemonic === "enter" ? insn.imm2 : insn.imm, 8, false);
    case "imm16":
    case "imm32":
      return immediate(insn.imm, row.size === 16 || kind === "imm16" ? 16 : 32, row.size !== 0 && signedRow(insn));
    case "simm8":
      return immediate(insn.imm, row.size === 16 ? 16 : 32, signedRow(insn));
    default:
      return kind;
  }
}

function signedRow(insn: Insn): boolean {
  return !PATTERNS.test(insn.row.mnemonic) && !/^(?:ret|retf|enter)$/.test(insn.row.mnemonic);
}
