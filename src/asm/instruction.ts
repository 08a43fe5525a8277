import { acceptedOperands, fitsButForWidth } from "./accepted.ts";
import { addressRegisters } from "./address.ts";
import { AsmError } from "./diagnostics.ts";
import { type Cursor, isConstant } from "./expression.ts";
import { isMnemonic, type Mismatch, matchForms } from "./match.ts";
import { type Message, messages } from "./messages.ts";
import { parseOperands } from "./operands.ts";
import { REGISTERS, type Register } from "./registers.ts";
import type { Token } from "./source.ts";
import type { Bits, Instruction, Operand, Prefixes } from "./statement.ts";
import type { Suggester } from "./suggest.ts";
import { BND, REPEAT, SIZE_PREFIX, segmentNamed, statementWords } from "./words.ts";

/** What an instruction's meaning depends on besides its line. */
export interface InstructionContext {
  readonly bits: Bits;
  readonly resolve: (name: string) => string;
  readonly suggester: Suggester;
  readonly warn: (words: Message, at: Token) => void;
}

/** Reads prefixes, a mnemonic and operands: an instruction with all forms that they fit. */
export function parseInstruction(cursor: Cursor, context: InstructionContext): Instruction {
  const prefixes = parsePrefixes(cursor);
  const mnemonic = cursor.tokens[cursor.at];
  if (mnemonic === undefined) return bare(prefixes, cursor.tokens.at(-1)!, context.bits);
  if (mnemonic.kind !== "id" || !isMnemonic(mnemonic.text)) {
    const near = mnemonic.kind === "id" ? context.suggester.suggest(mnemonic.text, statementWords()) : null;
    throw new AsmError(messages.notInstruction(mnemonic.text, near), mnemonic);
  }
  cursor.at++;
  const operands = parseOperands(cursor, context.resolve);
  return complete(mnemonic, operands, prefixes, context);
}

/** Prefixes alone on a line are bytes like any other. */
function bare(prefixes: Prefixes, token: Token, bits: Bits): Instruction {
  return {
    forms: [],
    prefixes,
    addressSize: prefixes.addressSize || bits,
    bits,
    mnemonic: token,
    barePrefixes: true,
    constant: true,
    rigid: false,
    length: 0,
    encoded: null,
  };
}

function parsePrefixes(cursor: Cursor): Prefixes {
  let lock = false;
  let repeat = 0;
  let segment: Register | null = null;
  let operandSize: 0 | 16 | 32 = 0;
  let addressSize: 0 | 16 | 32 = 0;
  for (; cursor.at < cursor.tokens.length; cursor.at++) {
    const token = cursor.tokens[cursor.at]!;
    const word = token.kind === "id" ? token.text.toLowerCase() : "";
    const size = SIZE_PREFIX[word];
    const override = segmentNamed(word);
    if (word === "lock") lock = true;
    else if (REPEAT[word] !== undefined) {
      if (repeat !== 0 && repeat !== REPEAT[word]) throw new AsmError(messages.conflictingPrefixes(), token);
      repeat = REPEAT[word]!;
    } else if (size?.[0] === "operand") operandSize = size[1];
    else if (size !== undefined) addressSize = size[1];
    else if (override !== null) {
      if (segment !== null && segment !== override) throw new AsmError(messages.conflictingPrefixes(), token);
      segment = override;
    } else break;
  }
  return { lock, repeat, segment, operandSize, addressSize };
}

function complete(
  mnemonic: Token,
  operands: readonly Operand[],
  prefixes: Prefixes,
  { bits, warn }: InstructionContext,
): Instruction {
  const addressSize = addressSizeOf(operands, prefixes, mnemonic, bits);
  for (const operand of operands) {
    const clash = operand.kind === "memory" && operand.segment !== null && prefixes.segment !== null;
    if (clash) throw new AsmError(messages.twoSegments(), operand.token);
  }
  const forms = matchForms(mnemonic.text, operands, prefixes, addressSize, bits);
  if (typeof forms === "string") throw misfit(forms, mnemonic, operands);
  const { row, operands: fitted } = forms[0]!;
  // NASM keeps F2 on near transfers for the BND of later processors, and does not write it as REPNE.
  if (prefixes.repeat === 0xf2 && BND.has(row.mnemonic) && !/^(?:rel8|ptr|m16)/.test(row.operands[0] ?? "")) {
    throw new AsmError(messages.prefixNotAllowed("repne"), mnemonic);
  }
  // The processor refuses such a LOCK; it is assembled all the same, as NASM does.
  const lockable = row.lock && fitted.some((o) => o.kind === "memory");
  if (prefixes.lock && !lockable) warn(messages.notLockable(mnemonic.text), mnemonic);
  return {
    forms,
    prefixes,
    addressSize,
    bits,
    mnemonic,
    barePrefixes: false,
    constant:
      operands.every(
        (o) => o.kind === "register" || (isConstant(o.expr) && !(o.kind === "immediate" && o.selector !== null)),
      ) && !forms.some((f) => f.row.operands[0]?.startsWith("rel")),
    rigid: forms.length === 1 && !operands.some((o) => o.kind === "memory"),
    length: 0,
    encoded: null,
  };
}

/** The address size that memory operands ask for, and A16 and A32 allow (NASM's rule: the code size if it may be). */
function addressSizeOf(operands: readonly Operand[], prefixes: Prefixes, mnemonic: Token, code: Bits): Bits {
  let may16 = prefixes.addressSize !== 32;
  let may32 = prefixes.addressSize !== 16;
  let place = mnemonic;
  for (const operand of operands) {
    if (operand.kind !== "memory") continue;
    place = operand.token;
    const registers = operand.direct ? [] : addressRegisters(operand.expr);
    for (const name of registers) {
      const bits = REGISTERS.get(name)!.bits;
      if (bits === 16) may32 = false;
      if (bits === 32) may16 = false;
    }
    if (registers.length > 0) continue;
    if (operand.displacementSize === 16) may32 = false;
    else if (operand.displacementSize > 16) may16 = false;
  }
  if (code === 16 ? may16 : may32) return code;
  if (may16 || may32) return may16 ? 16 : 32;
  throw new AsmError(messages.mixedAddressSizes(), place);
}

/** Why no form of the instruction takes these operands. */
function misfit(why: Mismatch, mnemonic: Token, operands: readonly Operand[]): AsmError {
  const name = mnemonic.text;
  if (why === "size") {
    return new AsmError(messages.sizeMissing(name), operands.find((o) => o.kind === "memory")?.token ?? mnemonic);
  }
  const last = operands.at(-1)?.token ?? mnemonic;
  const words = fitsButForWidth(name, operands)
    ? messages.widthsDiffer(name)
    : messages.noSuchOperands(name, acceptedOperands(name));
  return new AsmError(words, mnemonic, last);
}
