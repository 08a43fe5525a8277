import { AsmError } from "./diagnostics.ts";
import { messages } from "./messages.ts";
import type { Token } from "./source.ts";

/** A register or a section's base address, so many times. */
export interface Term {
  /** A register's name, or `@` and a section's number. */
  readonly key: string;
  readonly times: number;
}

/**
 * What an expression comes to: a 64-bit number, plus registers and section bases whose addresses nobody knows before
 * the layout. This is what decides encodings, exactly as in NASM: a label is not a number, the difference of two is.
 */
export interface Value {
  /** Signed, 64 bits. */
  readonly number: bigint;
  readonly terms: readonly Term[];
  /** It depends on a symbol that this pass does not know yet. */
  readonly unknown: boolean;
}

const NONE: readonly Term[] = [];
export const UNKNOWN: Value = { number: 0n, terms: NONE, unknown: true };

export function number(value: bigint): Value {
  return { number: BigInt.asIntN(64, value), terms: NONE, unknown: false };
}

const TRUE = number(1n);
const FALSE = number(0n);

/** A plain number: no registers, no section bases, nothing unknown. */
export function isNumber(value: Value): boolean {
  return value.terms.length === 0 && !value.unknown;
}

/** The section that an address lies in, when the value is one address (one section base, once). */
export function sectionOf(value: Value): string | null {
  const only = value.terms[0];
  return value.terms.length === 1 && only!.times === 1 && only!.key[0] === "@" ? only!.key : null;
}

function scale(value: Value, by: bigint): Value {
  if (by === 0n) return FALSE;
  return {
    number: BigInt.asIntN(64, value.number * by),
    terms: value.terms.map((t) => ({ key: t.key, times: t.times * Number(by) })),
    unknown: value.unknown,
  };
}

/** How the registers of an address were written, for NASM's choice of base and index. */
export interface Hints {
  base: string | null;
  kind: "none" | "base" | "not-base" | "summed";
}

function add(a: Value, b: Value, hints: Hints | null): Value {
  if (a.terms.length === 0 && b.terms.length === 0) {
    return {
      number: BigInt.asIntN(64, a.number + b.number),
      terms: NONE,
      unknown: a.unknown || b.unknown,
    };
  }
  const times = new Map<string, number>();
  for (const t of a.terms) times.set(t.key, t.times);
  for (const t of b.terms) {
    const sum = (times.get(t.key) ?? 0) + t.times;
    if (times.has(t.key) && sum !== 0 && hints !== null) hints.kind = "summed";
    if (sum === 0) times.delete(t.key);
    else times.set(t.key, sum);
  }
  const terms = [...times].map(([key, n]) => ({ key, times: n }));
  return { number: BigInt.asIntN(64, a.number + b.number), terms, unknown: a.unknown || b.unknown };
}

const unsigned = (value: bigint): bigint => BigInt.asUintN(64, value);
const bool = (truth: boolean): Value => (truth ? TRUE : FALSE);

/** Raises the error that both operands of `op` have to be plain numbers. */
function demandNumbers(op: Token, ...values: Value[]): void {
  for (const value of values) {
    if (value.terms.length > 0) throw new AsmError(messages.notScalar(op.text, value.terms[0]!.key[0] !== "@"), op);
  }
}

/** Applies a unary operator. `op` is also where an error is reported. */
export function unary(op: Token, a: Value, hints: Hints | null): Value {
  switch (op.text) {
    case "+":
      return a;
    case "-":
      noteFactor(a, hints);
      return scale(a, -1n);
    case "~":
      demandNumbers(op, a);
      return a.unknown ? UNKNOWN : number(~a.number);
    default:
      demandNumbers(op, a);
      return a.unknown ? UNKNOWN : bool(a.number === 0n);
  }
}

/** A register that has a factor is no candidate for the base any more. */
function noteFactor(value: Value, hints: Hints | null): void {
  if (hints?.kind === "base" && value.terms.some((t) => t.key === hints.base)) hints.kind = "not-base";
}

/** Applies a binary operator (64 bits; `/` and `%` unsigned, `//` and `%%` signed). */
export function binary(op: Token, a: Value, b: Value, hints: Hints | null): Value {
  switch (op.text) {
    case "+":
      return add(a, b, hints);
    case "-":
      noteFactor(b, hints);
      return add(a, scale(b, -1n), hints);
    case "*":
      return multiply(op, a, b, hints);
    case "=":
    case "==":
    case "!=":
    case "<>":
    case "<":
    case ">":
    case "<=":
    case ">=":
    case "<=>":
      return compare(op, a, b);
    default:
      demandNumbers(op, a, b);
      return a.unknown || b.unknown ? UNKNOWN : scalar(op, a.number, b.number);
  }
}

function multiply(op: Token, a: Value, b: Value, hints: Hints | null): Value {
  if (a.unknown || b.unknown) return UNKNOWN;
  if (a.terms.length > 0 && b.terms.length > 0) demandNumbers(op, b);
  const [vector, factor] = a.terms.length > 0 ? [a, b.number] : [b, a.number];
  if (vector.terms.length > 0 && factor !== 0n) noteFactor(vector, hints);
  return scale(vector, factor);
}

function compare(op: Token, a: Value, b: Value): Value {
  const difference = add(a, scale(b, -1n), null);
  if (difference.unknown) return UNKNOWN;
  const same = difference.terms.length === 0 && difference.number === 0n;
  switch (op.text) {
    case "=":
    case "==":
      return bool(same);
    case "!=":
    case "<>":
      return bool(!same);
  }
  demandNumbers(op, difference);
  // NASM compares by the sign of the 64-bit difference, and 2.16's <=> yields 0 for "less".
  const sign = difference.number;
  switch (op.text) {
    case "<":
      return bool(sign < 0n);
    case ">":
    case "<=>":
      return bool(sign > 0n);
    case "<=":
      return bool(sign <= 0n);
    default:
      return bool(sign >= 0n);
  }
}

function scalar(op: Token, a: bigint, b: bigint): Value {
  switch (op.text) {
    case "|":
      return number(a | b);
    case "^":
      return number(a ^ b);
    case "&":
      return number(a & b);
    case "||":
      return bool(a !== 0n || b !== 0n);
    case "^^":
      return bool((a !== 0n) !== (b !== 0n));
    case "&&":
      return bool(a !== 0n && b !== 0n);
    case "<<":
    case "<<<":
      return number(unsigned(b) > 63n ? 0n : a << b);
    case ">>":
      return number(unsigned(b) > 63n ? 0n : unsigned(a) >> b);
    case ">>>":
      return number(a >> (unsigned(b) > 63n ? 63n : b));
  }
  if (b === 0n) throw new AsmError(messages.divisionByZero(), op);
  switch (op.text) {
    case "/":
      return number(unsigned(a) / unsigned(b));
    case "%":
      return number(unsigned(a) % unsigned(b));
    case "//":
      return number(a / b);
    default:
      return number(a % b);
  }
}
