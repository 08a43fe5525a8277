/** Instructions to NASM's syntax, from the same rows as the decoder and the assembler. */
import { decodeBytes, TOO_LONG } from "../cpu/decode.ts";
import type { Insn } from "../cpu/insn.ts";
import { SEGMENT_REGISTERS } from "../isa/registers.ts";
import type { Row } from "../isa/types.ts";
import { hex } from "./format-number.ts";
import { type OperandContext, operandText } from "./format-operand.ts";

export { branchTarget } from "./format-operand.ts";

export interface DisassembleOptions {
  /** Operand and address size that the text is to be assembled with (`bits`); 32 if absent. */
  readonly defaultSize?: 16 | 32;
  /** A name for an address, or null. The name must assemble to that address. */
  readonly symbol?: (address: number) => string | null;
}

/** One line of a disassembly. */
export interface DisassembledLine {
  readonly text: string;
  /** In bytes; 1 where no instruction could be read. */
  readonly length: number;
  /** Null: the bytes are no instruction, and the text declares one of them (`db 0xff`). */
  readonly insn: Insn | null;
}

const NO_SYMBOL = (): null => null;

/** Rows whose operand size shows neither in the mnemonic nor in an operand. */
function sizeHidden(insn: Insn): boolean {
  const { row } = insn;
  if (row.size === 0) return row.operands.some((kind) => kind === "rel8" || kind === "m48");
  if (row.size === 8) return false;
  if (/_o(?:16|32)$/.test(row.id)) return row.operands[0] !== "simm8";
  return insn.memory && /^r\d+m16$/.test(row.operands[0] ?? "");
}

/** Address size that the mnemonic or an operand shows. */
function addressShown(insn: Insn): boolean {
  return insn.memory || insn.row.addressSize !== 0;
}

/** Implied operands in memory: string instructions and XLAT, whose address size matters but shows in no operand. */
const IMPLIED_MEMORY = /^(?:movs|cmps|stos|lods|scas|ins|outs)[bwd]$|^xlatb$/;

function repeatText(insn: Insn): string {
  if (insn.repeat === 0 || insn.repeat === insn.row.prefix) return "";
  if (insn.repeat === 0xf2) return "repne ";
  return insn.row.rep === "repe" ? "repe " : "rep ";
}

function prefixText(insn: Insn, defaultSize: 16 | 32): string {
  let text = "";
  if (insn.lock) text += "lock ";
  // Where they mean nothing, F2 and F3 are left out: before NOP they would make PAUSE of it.
  if (insn.row.rep !== null) text += repeatText(insn);
  if (insn.operandSize !== defaultSize && sizeHidden(insn)) text += `o${insn.operandSize} `;
  if (insn.addressSize !== defaultSize && !addressShown(insn) && IMPLIED_MEMORY.test(insn.row.mnemonic)) {
    text += `a${insn.addressSize} `;
  }
  if (insn.override !== -1 && IMPLIED_MEMORY.test(insn.row.mnemonic)) text += `${SEGMENT_REGISTERS[insn.override]} `;
  return text;
}

/** What stands between mnemonic and operands: how far a jump goes, the size of a pushed number, of a far pointer. */
function keyword(row: Row, insn: Insn, defaultSize: 16 | 32): string {
  const first = row.operands[0];
  const size = row.size === 16 ? "word " : "dword ";
  const needed = insn.operandSize === defaultSize ? "" : size;
  if (row.mnemonic === "push" && (first === "simm8" || first === "imm16" || first === "imm32")) {
    return needed;
  }
  if (first === "m16_16" || first === "m16_32") return `far ${needed}`;
  if (first === "ptr16_16" || first === "ptr16_32") return needed;
  // The prefixes o16 and o32 would not do here: NASM then counts with a wrong length of the offset.
  if (first === "rel16" || first === "rel32") return row.mnemonic === "call" ? needed : `near ${needed}`;
  return first === "rel8" && row.addressSize === 0 ? "short " : "";
}

/** LOOP's counter where the address size is not the default. */
function counter(insn: Insn, defaultSize: 16 | 32): string[] {
  if (insn.row.addressSize === 0 || insn.addressSize === defaultSize || /^je?cxz$/.test(insn.row.mnemonic)) return [];
  return [insn.addressSize === 16 ? "cx" : "ecx"];
}

/**
 * The instruction in NASM's syntax, lower case, numbers in hexadecimal, branch targets as absolute addresses, so that
 * NASM makes an equivalent encoding of it: of the same operation and operands, in the form that NASM prefers. Prefixes
 * that mean nothing are left out. `address` is that of the instruction, unsigned. Rows that only decode (a 16-bit BSWAP)
 * are written plainly, though NASM may refuse them.
 */
export function disassemble(insn: Insn, address: number, options: DisassembleOptions = {}): string {
  const defaultSize = options.defaultSize ?? 32;
  const context: OperandContext = { address, defaultSize, symbol: options.symbol ?? NO_SYMBOL };
  const { row } = insn;
  const operands = row.operands.map((_, position) => operandText(insn, position, context));
  // Of two registers, NASM takes the accumulator first.
  if (row.mnemonic === "xchg" && !insn.memory && row.modrm !== null && insn.rm === 0) operands.reverse();
  operands.push(...counter(insn, defaultSize));
  const head = prefixText(insn, defaultSize) + row.mnemonic;
  if (operands.length === 0) return head;
  return `${head} ${keyword(row, insn, defaultSize)}${operands.join(", ")}`;
}

/**
 * The line for the bytes at `offset`, which stand at `address` in code of `defaultSize`. Bytes that are no instruction
 * (#UD, too long, or the bytes end) give one `db`.
 */
export function disassembleBytes(
  bytes: Uint8Array,
  offset: number,
  address: number,
  defaultSize: 16 | 32,
  symbol?: (address: number) => string | null,
): DisassembledLine {
  const insn = decodeBytes(bytes, offset, defaultSize);
  if (insn === null || insn === TOO_LONG) {
    return { text: `db ${hex(bytes[offset] ?? 0)}`, length: 1, insn: null };
  }
  const text = disassemble(insn, address, symbol === undefined ? { defaultSize } : { defaultSize, symbol });
  return { text, length: insn.length, insn };
}
