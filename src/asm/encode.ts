import type { OperandKind, Row } from "../isa/types.ts";
import type { Address } from "./address.ts";
import { encodeAddress } from "./address.ts";
import { AsmError } from "./diagnostics.ts";
import type { Scope } from "./expression.ts";
import { evaluate } from "./expression.ts";
import { messages } from "./messages.ts";
import type { Form, ImmediateOperand, Instruction, MemoryOperand, RegisterOperand } from "./statement.ts";
import type { Value } from "./value.ts";
import { isNumber } from "./value.ts";

/** A field whose value the layout decides: so many bytes at an offset of the instruction. */
export interface Field {
  readonly offset: number;
  readonly width: 1 | 2 | 4;
  /** Bytes that the value may fill: more than `width` where the processor extends the sign. */
  readonly range: number;
  readonly value: Value;
  /** The value counts from the end of the instruction. */
  readonly relative: boolean;
  readonly operand: ImmediateOperand | MemoryOperand;
}

/** An instruction encoded but for its fields' values. */
export interface Encoding {
  readonly bytes: number[];
  readonly fields: readonly Field[];
}

/** The distance from the current instruction to a target: exact in the same section, else null. */
export type Reach = (target: Value) => bigint | null;

/**
 * Encodes an instruction with the first of its forms that the values of its operands allow.
 * @param reach how far a jump's target is from the start of this instruction
 */
export function encode(instruction: Instruction, scope: Scope, reach: Reach): Encoding {
  const { forms } = instruction;
  if (instruction.barePrefixes) return { bytes: prefixBytes(instruction), fields: [] };
  for (const form of forms) {
    const encoding = tryForm(form, instruction, scope, reach);
    if (encoding !== null) return encoding;
  }
  throw new AsmError(messages.noForm(instruction.mnemonic.text), instruction.mnemonic);
}

function tryForm(form: Form, instruction: Instruction, scope: Scope, reach: Reach): Encoding | null {
  const { row, operands } = form;
  for (let i = 0; i < operands.length; i++) {
    const operand = operands[i]!;
    if (operand.kind === "immediate" && !valueFits(row.operands[i]!, operand, row, scope)) return null;
  }
  const writer = new Writer(prefixBytes(instruction, form));
  const target = operands[0];
  const short =
    row.operands[0] === "rel8" &&
    target?.kind === "immediate" &&
    instruction.forms.length > 1 &&
    target.distance === null;
  if (short) {
    const value = evaluate(target.expr, scope);
    if (!value.unknown) {
      const distance = reach(value);
      const length = BigInt(writer.bytes.length + row.opcode.length + 1);
      if (distance === null || distance - length < -128n || distance - length > 127n) return null;
    }
  }
  writeBody(writer, form, instruction, scope);
  return { bytes: writer.bytes, fields: writer.fields };
}

/** Whether a value lets a short immediate stand for it. */
function valueFits(kind: OperandKind, operand: ImmediateOperand, row: Row, scope: Scope): boolean {
  if (kind === "one") {
    const value = evaluate(operand.expr, scope);
    return value.unknown || (isNumber(value) && value.number === 1n);
  }
  if (kind !== "simm8" || operand.size === 8) return true;
  const value = evaluate(operand.expr, scope);
  if (value.unknown) return true;
  if (!isNumber(value)) return false;
  const narrow = BigInt.asIntN(row.size, value.number);
  return narrow >= -128n && narrow <= 127n;
}

class Writer {
  readonly bytes: number[];
  readonly fields: Field[] = [];

  constructor(prefixes: number[]) {
    this.bytes = prefixes;
  }

  field(
    width: 1 | 2 | 4,
    value: Value,
    relative: boolean,
    operand: ImmediateOperand | MemoryOperand,
    range: number = width,
  ): void {
    this.fields.push({ offset: this.bytes.length, width, range, value, relative, operand });
    for (let i = 0; i < width; i++) this.bytes.push(0);
  }
}

const SEGMENT_PREFIX: Readonly<Record<string, number>> = { es: 0x26, cs: 0x2e, ss: 0x36, ds: 0x3e, fs: 0x64, gs: 0x65 };

/** Prefixes in NASM's order: repeat, lock, segment, operand size, address size. */
function prefixBytes({ prefixes, addressSize, bits }: Instruction, form: Form | null = null): number[] {
  const bytes: number[] = [];
  if (prefixes.repeat !== 0) bytes.push(prefixes.repeat);
  if (prefixes.lock) bytes.push(0xf0);
  const memory = form?.operands.find((o): o is MemoryOperand => o.kind === "memory");
  const segment = memory?.segment ?? prefixes.segment;
  if (segment) bytes.push(SEGMENT_PREFIX[segment.name]!);
  const size = form?.row.size ?? 0;
  if ((prefixes.operandSize || (size >= 16 ? size : bits)) !== bits) bytes.push(0x66);
  if ((form?.row.addressSize || addressSize) !== bits) bytes.push(0x67);
  return bytes;
}

const isRm = (kind: OperandKind): boolean => /^(?:rm\d|r(?:16|32)m16|r32rm|m)/.test(kind) && !kind.startsWith("moffs");

function writeBody(writer: Writer, { row, operands }: Form, { addressSize }: Instruction, scope: Scope): void {
  const { bytes } = writer;
  if (row.prefix) bytes.push(row.prefix);
  bytes.push(...row.opcode);
  let reg: number = typeof row.modrm === "number" ? row.modrm : 0;
  let rm: RegisterOperand | MemoryOperand | null = null;
  for (let i = 0; i < operands.length; i++) {
    const operand = operands[i]!;
    const kind = row.operands[i]!;
    if (operand.kind === "memory") {
      if (kind.startsWith("moffs")) {
        writer.field(addressSize === 16 ? 2 : 4, evaluate(operand.expr, scope), false, operand);
      } else rm = operand;
    } else if (operand.kind === "register") {
      if (row.plusR && /op$/.test(kind)) bytes[bytes.length - 1]! += operand.register.number;
      else if (isRm(kind)) rm = operand;
      else if (/^(?:r8|r16|r32|sreg|cr|dr)$/.test(kind)) reg = operand.register.number;
    }
  }
  if (rm !== null) writeRm(writer, rm, reg, scope, addressSize);
  for (let i = 0; i < operands.length; i++) {
    const operand = operands[i]!;
    if (operand.kind === "immediate") writeImmediate(writer, row.operands[i]!, operand, row.size, scope);
  }
}

function writeRm(
  writer: Writer,
  rm: RegisterOperand | MemoryOperand,
  reg: number,
  scope: Scope,
  addressSize: 16 | 32,
): void {
  if (rm.kind === "register") {
    writer.bytes.push(0xc0 | (reg << 3) | rm.register.number);
    return;
  }
  const address: Address = encodeAddress(rm, scope, addressSize);
  writer.bytes.push(address.modrm | (reg << 3));
  if (address.sib >= 0) writer.bytes.push(address.sib);
  if (address.displacementBytes > 0) {
    writer.field(address.displacementBytes as 1 | 2 | 4, address.displacement, false, rm, addressSize / 8);
  }
}

function writeImmediate(
  writer: Writer,
  kind: OperandKind,
  operand: ImmediateOperand,
  rowSize: number,
  scope: Scope,
): void {
  if (kind === "one") return;
  const relative = kind.startsWith("rel");
  const width = /(8|16|32)$/.exec(kind);
  const size = (Number(width?.[1] ?? 8) / 8) as 1 | 2 | 4;
  const extended = kind === "simm8" && operand.size !== 8;
  writer.field(size, evaluate(operand.expr, scope), relative, operand, extended ? rowSize / 8 : size);
  if (operand.selector !== null) writer.field(2, evaluate(operand.selector, scope), false, operand);
}
