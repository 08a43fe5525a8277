import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalise, condition, getEflags } from "../../src/cpu/flags.ts";
import { EAX, EBX, ECX, EDX } from "../../src/cpu/state.ts";
import { CODE, DATA } from "./computer.ts";
import { bytesOf, prepare } from "./integer.ts";
import { BINARY, doubleShift, type Outcome, SHIFTS, type Size, signed, UNARY } from "./integer-reference.ts";

const SIZES: readonly Size[] = [8, 16, 32];
const ARITHMETIC = 0x8d5;
const BITS: Readonly<Record<string, number>> = { c: 1, p: 4, a: 16, z: 64, s: 128, o: 0x800 };
const RUNS = { numRuns: 400 };

/** Values that are likely to be at an edge. */
const value = fc.oneof(
  fc.integer({ min: 0, max: 0xffffffff }),
  fc.constantFrom(0, 1, 2, 15, 16, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff),
);
const eflags = fc.integer({ min: 0, max: 63 }).map((n) => {
  let flags = 2;
  [1, 4, 16, 64, 128, 0x800].forEach((bit, k) => {
    if ((n >> k) & 1) flags |= bit;
  });
  return flags;
});

const computer = prepare("90");
const { cpu, memory } = computer;
const { state } = cpu;

/** Runs one instruction with these registers; gives EAX, EDX and the flags after, or null for an exception. */
function run(
  code: Uint8Array,
  registers: { eax?: number; ebx?: number; ecx?: number; edx?: number },
  flags: number,
): { eax: bigint; edx: bigint; flags: number } | null {
  memory.writeBytes(CODE, code);
  computer.enter(0);
  state.gpr[EAX] = registers.eax ?? 0;
  state.gpr[EBX] = registers.ebx ?? 0;
  state.gpr[ECX] = registers.ecx ?? 0;
  state.gpr[EDX] = registers.edx ?? 0;
  state.rawFlags = flags;
  state.lazyMask = 0;
  cpu.run(1);
  if (cpu.stop === 1) return null;
  return { eax: BigInt(state.gpr[EAX]! >>> 0), edx: BigInt(state.gpr[EDX]! >>> 0), flags: getEflags(state) };
}

/** `before` with the flags of an outcome; those it leaves undefined are taken from `got`. */
function flagsAfter(before: number, outcome: Outcome, got: number): number {
  let flags = before;
  for (const [letter, set] of Object.entries(outcome.flags)) {
    const bit = BITS[letter]!;
    flags = (flags & ~bit) | (set === null ? got & bit : set ? bit : 0);
  }
  return flags;
}

const cut = (n: number, size: Size): bigint => BigInt.asUintN(size, BigInt(n));
/** `n` with its low `size` bits replaced. */
const merged = (n: number, low: bigint, size: Size): bigint =>
  ((BigInt(n >>> 0) >> BigInt(size)) << BigInt(size)) | low;
/** Opcode bytes for a size, from the byte form. */
const sized = (opcode: number, size: Size, ...rest: number[]): Uint8Array =>
  Uint8Array.from([...(size === 16 ? [0x66] : []), opcode | (size === 8 ? 0 : 1), ...rest]);

describe.each(SIZES)("at %i bits the flags and results agree with the reference", (size) => {
  const order = ["add", "or", "adc", "sbb", "and", "sub", "xor", "cmp"];
  test.each(Object.keys(BINARY))("%s", (name) => {
    const code = sized(name === "test" ? 0x84 : order.indexOf(name) * 8, size, 0xd8);
    fc.assert(
      fc.property(value, value, eflags, (d, s, flags) => {
        const outcome = BINARY[name]!(cut(d, size), cut(s, size), BigInt(flags & 1), size);
        const got = run(code, { eax: d, ebx: s }, flags)!;
        expect(got.eax).toBe(merged(d, outcome.result, size));
        expect(got.flags).toBe(flagsAfter(flags, outcome, got.flags));
      }),
      RUNS,
    );
  });

  const unary: Record<string, [number, number]> = {
    inc: [0xfe, 0xc0],
    dec: [0xfe, 0xc8],
    not: [0xf6, 0xd0],
    neg: [0xf6, 0xd8],
  };
  test.each(Object.keys(UNARY))("%s", (name) => {
    const [opcode, modrm] = unary[name]!;
    fc.assert(
      fc.property(value, eflags, (d, flags) => {
        const outcome = UNARY[name]!(cut(d, size), size);
        const got = run(sized(opcode, size, modrm), { eax: d }, flags)!;
        expect(got.eax).toBe(merged(d, outcome.result, size));
        expect(got.flags).toBe(flagsAfter(flags, outcome, got.flags));
      }),
      RUNS,
    );
  });

  const group = ["rol", "ror", "rcl", "rcr", "shl", "shr", "", "sar"];
  test.each(Object.keys(SHIFTS))("%s by CL and by an immediate", (name) => {
    const modrm = 0xc0 | (group.indexOf(name) << 3);
    fc.assert(
      fc.property(value, fc.integer({ min: 0, max: 255 }), eflags, (d, cl, flags) => {
        const count = cl & 31;
        const before = cut(d, size);
        const outcome: Outcome =
          count === 0 ? { result: before, flags: {} } : SHIFTS[name]!(before, count, (flags & 1) !== 0, size);
        for (const code of [sized(0xd2, size, modrm), sized(0xc0, size, modrm, cl)]) {
          const got = run(code, { eax: d, ecx: cl }, flags)!;
          expect(got.eax).toBe(merged(d, outcome.result, size));
          expect(got.flags).toBe(flagsAfter(flags, outcome, got.flags));
        }
        if (count === 1) {
          const got = run(sized(0xd0, size, modrm), { eax: d }, flags)!;
          expect(got.eax).toBe(merged(d, outcome.result, size));
          expect(got.flags).toBe(flagsAfter(flags, outcome, got.flags));
        }
      }),
      RUNS,
    );
  });

  test("MUL and IMUL give the whole product, CF and OF its overflow", () => {
    fc.assert(
      fc.property(value, value, eflags, fc.boolean(), (a, b, flags, withSign) => {
        const exact = withSign ? signed(cut(a, size), size) * signed(cut(b, size), size) : cut(a, size) * cut(b, size);
        const product = BigInt.asUintN(size * 2, exact);
        const low = product & ((1n << BigInt(size)) - 1n);
        const fits = withSign ? signed(low, size) === exact : low === exact;
        const got = run(sized(0xf6, size, withSign ? 0xeb : 0xe3), { eax: a, ebx: b, edx: 0x12345678 }, flags)!;
        if (size === 8) expect(got.eax).toBe(merged(a, product, 16));
        else {
          expect(got.eax).toBe(merged(a, low, size));
          expect(got.edx).toBe(merged(0x12345678, product >> BigInt(size), size));
        }
        expect((got.flags & 0x801) !== 0).toBe(!fits);
        expect([0, 0x801]).toContain(got.flags & 0x801);
        if (withSign && size !== 8) {
          const prefix = size === 16 ? "66" : "";
          const short = run(bytesOf(`${prefix} 0f af c3`), { eax: a, ebx: b }, flags)!;
          expect(short.eax).toBe(merged(a, low, size));
          expect((short.flags & 0x801) !== 0).toBe(!fits);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("DIV and IDIV give quotient and remainder, or #DE", () => {
    fc.assert(
      fc.property(value, value, value, eflags, fc.boolean(), (high, low, b, flags, withSign) => {
        // A high half that the divisor divides away often, so that quotients fit often.
        const top = high % 3 === 0 ? high : (BigInt(high) % (cut(b, size) + 1n)) & 0xffffffffn;
        const edx = Number(top);
        const eax = size === 8 ? (low & 0xff) | ((edx & 0xff) << 8) : low;
        const dividend = size === 8 ? cut(eax, 16) : (cut(edx, size) << BigInt(size)) | cut(eax, size);
        const x = withSign ? signed(dividend, size * 2) : dividend;
        const y = withSign ? signed(cut(b, size), size) : cut(b, size);
        const got = run(sized(0xf6, size, withSign ? 0xfb : 0xf3), { eax, ebx: b, edx }, flags);
        const limit = 1n << BigInt(size);
        const quotient = y === 0n ? limit : x / y;
        const fits = withSign ? quotient < limit / 2n && quotient >= -limit / 2n : quotient < limit;
        if (!fits) {
          expect(got).toBeNull();
          expect(cpu.last.vector).toBe(0);
          return;
        }
        const q = BigInt.asUintN(size, quotient);
        const r = BigInt.asUintN(size, x % y);
        if (size === 8) expect(got!.eax).toBe(merged(eax, q | (r << 8n), 16));
        else {
          expect(got!.eax).toBe(merged(eax, q, size));
          expect(got!.edx).toBe(merged(edx, r, size));
        }
        expect(got!.flags).toBe(flags);
      }),
      { numRuns: 3000 },
    );
  });
});

test.each([16, 32] as const)("SHLD and SHRD at %i bits agree with the reference", (size) => {
  const prefix = size === 16 ? "66" : "";
  fc.assert(
    fc.property(value, value, fc.integer({ min: 0, max: 255 }), eflags, fc.boolean(), (d, s, cl, flags, left) => {
      const count = cl & 31;
      if (count > size) return;
      const before = cut(d, size);
      const outcome: Outcome =
        count === 0 ? { result: before, flags: {} } : doubleShift(left, before, cut(s, size), count, size);
      const opcode = left ? 0xa4 : 0xac;
      const byImmediate = bytesOf(`${prefix} 0f ${opcode.toString(16)} d8 ${cl.toString(16).padStart(2, "0")}`);
      const byCl = bytesOf(`${prefix} 0f ${(opcode + 1).toString(16)} d8`);
      for (const code of [byImmediate, byCl]) {
        const got = run(code, { eax: d, ebx: s, ecx: cl }, flags)!;
        expect(got.eax).toBe(merged(d, outcome.result, size));
        expect(got.flags).toBe(flagsAfter(flags, outcome, got.flags));
      }
    }),
    { numRuns: 1000 },
  );
});

test("the sixteen conditions read the flags as the manual says", () => {
  fc.assert(
    fc.property(eflags, (flags) => {
      const has = (letter: string): boolean => (flags & BITS[letter]!) !== 0;
      const expected = [
        has("o"),
        has("c"),
        has("z"),
        has("c") || has("z"),
        has("s"),
        has("p"),
        has("s") !== has("o"),
        has("z") || has("s") !== has("o"),
      ];
      state.rawFlags = flags;
      state.lazyMask = 0;
      for (let code = 0; code < 16; code++) {
        expect(condition(state, code)).toBe(expected[code >> 1] !== ((code & 1) === 1));
      }
    }),
  );
});

test("conditions on pending flags are those on computed ones", () => {
  const opcode = fc.constantFrom(
    "01d8",
    "6629d8",
    "10d8",
    "19d8",
    "40",
    "fec8",
    "6648",
    "31d8",
    "d3e0",
    "d2e8",
    "f7d8",
    "f9",
  );
  fc.assert(
    fc.property(opcode, value, value, eflags, fc.integer({ min: 0, max: 31 }), (code, eax, ebx, flags, ecx) => {
      run(bytesOf(code), { eax, ebx, ecx }, flags);
      const all = Array.from({ length: 16 }, (_, k) => condition(state, k));
      canonicalise(state);
      expect(Array.from({ length: 16 }, (_, k) => condition(state, k))).toEqual(all);
    }),
    { numRuns: 1000 },
  );
});

/** Instructions on EAX, EBX, ECX and memory at EDI that set or read flags, one line each. */
const FLAGGED = [
  "01d8",
  "6601d8",
  "00d8",
  "11d8",
  "10d8",
  "29d8",
  "19d8",
  "6619d8",
  "39d8",
  "21d8",
  "31d8",
  "85c3",
  "40",
  "6640",
  "fec0",
  "48",
  "6648",
  "fec8",
  "f7d8",
  "f6d8",
  "d3e0",
  "d2e0",
  "66d3e8",
  "d3f8",
  "d1d0",
  "d3d0",
  "66d3d8",
  "d3c0",
  "66d3c8",
  "c1e007",
  "0fa4d805",
  "660facd803",
  "0fa3c8",
  "0fabc8",
  "660fbbc8",
  "0fbcc3",
  "0fbdc3",
  "f7e3",
  "66f7eb",
  "0fafc3",
  "27",
  "2f",
  "37",
  "3f",
  "d40a",
  "d50a",
  "9e",
  "9f",
  "f5",
  "f9",
  "f8",
  "d6",
  "0f94c0",
  "0f92c4",
  "0f9fc3",
  "0f4cc3",
  "0f40d8",
  "0fc1d8",
  "0fb0d8",
  "0117",
  "1117",
  "ff07",
  "fe0f",
  "d117",
  "f71f",
  "a7",
  "af",
  "0fc70f",
];

test("pending flags are never visible: a program runs alike when they are computed after every instruction", () => {
  const step = fc.constantFrom(...FLAGGED);
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 1, maxLength: 20 }),
      value,
      value,
      value,
      eflags,
      (lines, a, b, c, flags) => {
        const code = bytesOf(lines.join(""));
        const outcome = [false, true].map((eager) => {
          memory.writeBytes(CODE, code);
          memory.write32(DATA, 0x80ff7f01);
          // CMPXCHG8B writes a second doubleword.
          memory.write32(DATA + 4, 0);
          computer.enter(0);
          state.gpr.set([a, c, 0, b]);
          state.rawFlags = flags;
          state.lazyMask = 0;
          for (let k = 0; k < lines.length; k++) {
            state.gpr[7] = DATA;
            state.gpr[6] = DATA + 16;
            cpu.run(1);
            if (eager) {
              const words = getEflags(state);
              canonicalise(state);
              expect([state.rawFlags, state.lazyMask, state.lazyResult, state.lazyCarries]).toEqual([words, 0, 0, 0]);
            }
          }
          canonicalise(state);
          return [...state.words, memory.read32(DATA), memory.read32(DATA + 4)];
        });
        expect(outcome[0]).toEqual(outcome[1]);
        expect(outcome[0]![41]! & ~(ARITHMETIC | 2)).toBe(0);
      },
    ),
    { numRuns: 300 },
  );
});
