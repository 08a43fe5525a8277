/**
 * A second, slow account of integer arithmetic, written from the manual with integers of unlimited size. Values are
 * unsigned; flags are the six letters of `oszapc` that are set. What the manual leaves undefined is `?` and then not
 * compared by the callers, unless the processor promises it (cpu/flags.ts).
 */

export type Size = 8 | 16 | 32;

export interface Outcome {
  readonly result: bigint;
  /** By flag letter; a letter that is missing keeps its value, null is undefined. */
  readonly flags: Readonly<Record<string, boolean | null>>;
}

const mask = (size: number): bigint => (1n << BigInt(size)) - 1n;
const signBit = (value: bigint, size: number): boolean => ((value >> BigInt(size - 1)) & 1n) === 1n;
/** Two's complement. */
export const signed = (value: bigint, size: number): bigint => BigInt.asIntN(size, value);

function parity(value: bigint): boolean {
  let ones = 0;
  for (let bit = 0n; bit < 8n; bit++) if (((value >> bit) & 1n) === 1n) ones++;
  return ones % 2 === 0;
}

/** SF, ZF and PF of a result. */
function of(result: bigint, size: number): Record<string, boolean> {
  return { s: signBit(result, size), z: result === 0n, p: parity(result) };
}

function addition(d: bigint, s: bigint, carry: bigint, size: Size): Outcome {
  const result = (d + s + carry) & mask(size);
  const exact = signed(d, size) + signed(s, size) + carry;
  return {
    result,
    flags: {
      ...of(result, size),
      c: d + s + carry > mask(size),
      o: exact !== signed(result, size),
      a: (d & 15n) + (s & 15n) + carry > 15n,
    },
  };
}

function subtraction(d: bigint, s: bigint, borrow: bigint, size: Size): Outcome {
  const result = (d - s - borrow) & mask(size);
  const exact = signed(d, size) - signed(s, size) - borrow;
  return {
    result,
    flags: {
      ...of(result, size),
      c: d < s + borrow,
      o: exact !== signed(result, size),
      a: (d & 15n) < (s & 15n) + borrow,
    },
  };
}

function logic(result: bigint, size: Size): Outcome {
  return { result, flags: { ...of(result, size), c: false, o: false, a: null } };
}

function withoutCarry({ result, flags }: Outcome): Outcome {
  const { c: _, ...rest } = flags;
  return { result, flags: rest };
}

/** Operations of two operands: destination, source, CF before. */
export const BINARY: Readonly<Record<string, (d: bigint, s: bigint, carry: bigint, size: Size) => Outcome>> = {
  add: (d, s, _, size) => addition(d, s, 0n, size),
  or: (d, s, _, size) => logic(d | s, size),
  adc: (d, s, carry, size) => addition(d, s, carry, size),
  sbb: (d, s, carry, size) => subtraction(d, s, carry, size),
  and: (d, s, _, size) => logic(d & s, size),
  sub: (d, s, _, size) => subtraction(d, s, 0n, size),
  xor: (d, s, _, size) => logic(d ^ s, size),
  cmp: (d, s, _, size) => ({ ...subtraction(d, s, 0n, size), result: d }),
  test: (d, s, _, size) => ({ ...logic(d & s, size), result: d }),
};

/** Operations of one operand. */
export const UNARY: Readonly<Record<string, (d: bigint, size: Size) => Outcome>> = {
  inc: (d, size) => withoutCarry(addition(d, 1n, 0n, size)),
  dec: (d, size) => withoutCarry(subtraction(d, 1n, 0n, size)),
  not: (d, size) => ({ result: ~d & mask(size), flags: {} }),
  neg: (d, size) => subtraction(0n, d, 0n, size),
};

/** One bit at a time, as a shift register would; `step` gives the new value and the bit that fell out. */
function shifted(
  d: bigint,
  count: number,
  carry: boolean,
  step: (value: bigint, carry: bigint) => { value: bigint; out: bigint },
): { result: bigint; carry: boolean } {
  let value = d;
  let out = carry ? 1n : 0n;
  for (let k = 0; k < count; k++) ({ value, out } = step(value, out));
  return { result: value, carry: out === 1n };
}

const top = (value: bigint, size: number): bigint => (value >> BigInt(size - 1)) & 1n;

/** Shifts and rotates by `count`, already cut to five bits and not 0. */
export const SHIFTS: Readonly<Record<string, (d: bigint, count: number, carry: boolean, size: Size) => Outcome>> = {
  rol: (d, count, carry, size) => rotate(d, count, carry, size, false, "left"),
  ror: (d, count, carry, size) => rotate(d, count, carry, size, false, "right"),
  rcl: (d, count, carry, size) => rotate(d, count, carry, size, true, "left"),
  rcr: (d, count, carry, size) => rotate(d, count, carry, size, true, "right"),
  shl: (d, count, carry, size) => {
    const r = shifted(d, count, carry, (value) => ({ value: (value << 1n) & mask(size), out: top(value, size) }));
    const o = count === 1 ? signBit(r.result, size) !== r.carry : null;
    return { result: r.result, flags: { ...of(r.result, size), c: count > size ? null : r.carry, o, a: null } };
  },
  shr: (d, count, carry, size) => {
    const r = shifted(d, count, carry, (value) => ({ value: value >> 1n, out: value & 1n }));
    const o = count === 1 ? signBit(d, size) : null;
    return { result: r.result, flags: { ...of(r.result, size), c: count > size ? null : r.carry, o, a: null } };
  },
  sar: (d, count, carry, size) => {
    const keep = top(d, size) << BigInt(size - 1);
    const r = shifted(d, count, carry, (value) => ({ value: (value >> 1n) | keep, out: value & 1n }));
    const o = count === 1 ? false : null;
    return { result: r.result, flags: { ...of(r.result, size), c: r.carry, o, a: null } };
  },
};

function rotate(
  d: bigint,
  count: number,
  carry: boolean,
  size: Size,
  through: boolean,
  direction: "left" | "right",
): Outcome {
  // Through the carry, a whole turn is one bit longer, and a rotation by whole turns alone changes no flag.
  const turns = through ? count % (size + 1) : count;
  if (turns === 0) return { result: d, flags: {} };
  const r = shifted(d, turns, carry, (value, flag) => {
    if (direction === "left") {
      const out = top(value, size);
      return { value: ((value << 1n) & mask(size)) | (through ? flag : out), out };
    }
    const out = value & 1n;
    return { value: (value >> 1n) | ((through ? flag : out) << BigInt(size - 1)), out };
  });
  const second = ((r.result >> BigInt(size - 2)) & 1n) === 1n;
  const overflow = direction === "left" ? signBit(r.result, size) !== r.carry : signBit(r.result, size) !== second;
  return { result: r.result, flags: { c: r.carry, o: count === 1 ? overflow : null } };
}

/** SHLD and SHRD by `count`, not 0 and at most the size. */
export function doubleShift(left: boolean, d: bigint, s: bigint, count: number, size: 16 | 32): Outcome {
  const n = BigInt(count);
  const width = BigInt(size);
  const pair = left ? (d << width) | s : (s << width) | d;
  const result = left ? ((pair << n) >> width) & mask(size) : (pair >> n) & mask(size);
  const carry = left ? ((d >> (width - n)) & 1n) === 1n : ((d >> (n - 1n)) & 1n) === 1n;
  const o = count === 1 ? signBit(d, size) !== signBit(result, size) : null;
  return { result, flags: { ...of(result, size), c: carry, o, a: null } };
}
