import { AsmError } from "./diagnostics.ts";
import type { Expr, Scope } from "./expression.ts";
import { evaluate } from "./expression.ts";
import { messages } from "./messages.ts";
import { REGISTERS } from "./registers.ts";
import type { Bits, MemoryOperand } from "./statement.ts";
import { type Hints, number, type Value } from "./value.ts";

/** How ModRM, SIB and displacement express a memory operand. The reg field of `modrm` is clear. */
export interface Address {
  readonly modrm: number;
  /** -1 when there is none. */
  readonly sib: number;
  readonly displacementBytes: 0 | 1 | 2 | 4;
  readonly displacement: Value;
}

interface Parts {
  base: string | null;
  index: string | null;
  scale: number;
  /** The displacement, registers taken out. */
  rest: Value;
}

const NUMBER_OF = (name: string): number => REGISTERS.get(name)!.number;
const bitsOf = (name: string): number => REGISTERS.get(name)!.bits;

/**
 * A scope for looking at an address before its symbols are known: each name has an odd number of its own, so that no
 * register is lost by a factor that happens to be zero.
 */
const BLIND: Scope = { symbol: (name) => number(nameNumber(name)), here: () => number(7n), base: () => number(3n) };

function nameNumber(name: string): bigint {
  let sum = 1;
  for (let i = 0; i < name.length; i++) sum = (Math.imul(sum, 31) + name.charCodeAt(i)) | 1;
  return BigInt(sum);
}

/** The registers of a memory operand's expression, whatever their factors; those that cancel out are none. */
export function addressRegisters(expr: Expr): string[] {
  return evaluate(expr, BLIND).terms.map((t) => t.key);
}

/** The first register of an address is its base if it may be, and NASM looks at them in the order of their names. */
function takeApart(value: Value, operand: MemoryOperand): Parts {
  const registers = value.terms.filter((t) => t.key[0] !== "@").sort((a, b) => (a.key < b.key ? -1 : 1));
  const rest: Value = { ...value, terms: value.terms.filter((t) => t.key[0] === "@") };
  const parts: Parts = { base: null, index: null, scale: 0, rest };
  for (const { key } of registers) {
    if (REGISTERS.get(key)!.class !== "general" || bitsOf(key) === 8) {
      throw new AsmError(messages.notAddressRegister(key), operand.token);
    }
  }
  if (registers.length > 2) throw new AsmError(messages.tooManyRegisters(), operand.token);
  const [first, second] = registers;
  if (first) {
    if (first.times === 1) parts.base = first.key;
    else {
      parts.index = first.key;
      parts.scale = first.times;
    }
  }
  if (second) {
    if (parts.base !== null) {
      parts.index = second.key;
      parts.scale = second.times;
    } else if (second.times !== 1) throw new AsmError(messages.twoIndexes(), operand.token);
    else parts.base = second.key;
  }
  return parts;
}

/**
 * Chooses the encoding of a memory operand as NASM does: which register is the base, whether [eax*2] becomes [eax+eax],
 * how wide the displacement is.
 * @param bits the address size
 */
export function encodeAddress(operand: MemoryOperand, scope: Scope, bits: Bits): Address {
  const hints: Hints = { base: null, kind: "none" };
  const value = evaluate(operand.expr, scope, hints);
  const parts = takeApart(value, operand);
  if (parts.base === null && parts.index === null) {
    return { modrm: bits === 16 ? 6 : 5, sib: -1, displacementBytes: bits === 16 ? 2 : 4, displacement: parts.rest };
  }
  for (const name of [parts.base, parts.index]) {
    if (name !== null && bitsOf(name) !== bits) throw new AsmError(messages.addressSize(name, bits), operand.token);
  }
  return bits === 16 ? address16(operand, parts) : address32(operand, parts, hints);
}

/** The mod field: 0 without displacement, 1 for a byte, 2 for the full width. */
function modFor(operand: MemoryOperand, rest: Value, needsDisplacement: boolean): 0 | 1 | 2 {
  const byte = operand.displacementSize === 8;
  const full = operand.displacementSize > 8;
  const relocated = rest.terms.length > 0 || rest.unknown;
  if (!needsDisplacement && rest.number === 0n && !relocated && !byte && !full) return 0;
  if (byte) return 1;
  return !full && !relocated && isSignedByte(rest.number, operand) ? 1 : 2;
}

/** A displacement is judged modulo the address size: 0xfffffffc is -4. */
function isSignedByte(displacement: bigint, operand: MemoryOperand): boolean {
  const narrow = BigInt.asIntN(operand.direct ? 64 : 32, displacement);
  return narrow >= -128n && narrow <= 127n;
}

function address32(operand: MemoryOperand, parts: Parts, hints: Hints): Address {
  let { base, index, scale } = parts;
  const { rest } = parts;
  const hinted = hints.base;
  if (scale === 1 && base !== null && index !== null) {
    const swap = (hinted === base && hints.kind === "not-base") || (hinted === index && hints.kind === "base");
    if (swap) [base, index] = [index, base];
  }
  if (base === null && index !== null && scale === 1 && !(hinted === index && hints.kind === "not-base")) {
    [base, index] = [index, null];
  }
  const splittable =
    (scale === 2 && index !== "esp" && (!operand.nosplit || (hints.kind === "summed" && base === null))) ||
    scale === 3 ||
    scale === 5 ||
    scale === 9;
  if (base === null && index !== null && splittable) {
    base = index;
    scale--;
  }
  if (index === null && base !== "esp" && operand.nosplit && hinted === base && hints.kind === "not-base") {
    [index, base, scale] = [base, null, 1];
  }
  if (scale === 1 && index === "esp") [base, index] = [index, base];
  if (index === "esp") throw new AsmError(messages.espIndex(), operand.token);
  if (index !== null && ![1, 2, 4, 8].includes(scale)) throw new AsmError(messages.badScale(scale), operand.token);
  if (index === null && base !== "esp") {
    const rm = NUMBER_OF(base!);
    const mod = modFor(operand, rest, rm === 5);
    return { modrm: (mod << 6) | rm, sib: -1, displacementBytes: mod === 2 ? 4 : mod, displacement: rest };
  }
  const scaleBits = index === null ? 0 : Math.log2(scale);
  const indexBits = index === null ? 4 : NUMBER_OF(index);
  const baseBits = base === null ? 5 : NUMBER_OF(base);
  const mod = base === null ? 0 : modFor(operand, rest, baseBits === 5);
  return {
    modrm: (mod << 6) | 4,
    sib: (scaleBits << 6) | (indexBits << 3) | baseBits,
    displacementBytes: base === null || mod === 2 ? 4 : mod,
    displacement: rest,
  };
}

/** ModRM.rm of the eight 16-bit addresses (SDM Vol. 2A, table 2-1), by their registers in order of names. */
const RM16: Readonly<Record<string, number>> = {
  "bx+si": 0,
  "bx+di": 1,
  "bp+si": 2,
  "bp+di": 3,
  si: 4,
  di: 5,
  bp: 6,
  bx: 7,
};

function address16(operand: MemoryOperand, parts: Parts): Address {
  if (operand.displacementSize > 16) throw new AsmError(messages.addressSize("dword", 16), operand.token);
  const { base, index, scale, rest } = parts;
  if (index !== null && scale !== 1) throw new AsmError(messages.bad16(), operand.token);
  const names = [base, index].filter((n) => n !== null);
  const rm = RM16[names.join("+")] ?? RM16[names.toReversed().join("+")];
  if (rm === undefined) throw new AsmError(messages.bad16(), operand.token);
  const narrow: Value = { ...rest, number: BigInt.asIntN(16, rest.number) };
  const mod = modFor(operand, narrow, rm === 6);
  return { modrm: (mod << 6) | rm, sib: -1, displacementBytes: mod, displacement: rest };
}
