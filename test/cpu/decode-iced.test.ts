import { describe, expect, it } from "vitest";
import { decodeBytes, TOO_LONG } from "../../src/cpu/decode.ts";
import type { Insn } from "../../src/cpu/insn.ts";
import { CONTROL_REGISTERS, SEGMENT_REGISTERS } from "../../src/isa/registers.ts";
import { ROW_LIST } from "../../src/isa/rows.ts";
import { icedShape, ownShape, type Shape } from "./iced.ts";

const PREFIXES = [0x66, 0x67, 0xf0, 0xf2, 0xf3, 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65];
const ROW_OPCODES = ROW_LIST.map((row) => row.opcode);

/** A seeded generator of bytes (xorshift). */
function randomBytes(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 8) & 0xff;
  };
}

/** Sixteen bytes: uniform, or prefixes and then the opcode of some row, or a lot of prefixes. */
function candidate(byte: () => number, n: number): Uint8Array {
  const bytes = new Uint8Array(16);
  for (let i = 0; i < bytes.length; i++) bytes[i] = byte();
  const kind = n % 4;
  if (kind === 0) return bytes;
  const prefixes = kind === 1 ? 0 : kind === 2 ? byte() % 4 : byte() % 15;
  for (let i = 0; i < prefixes; i++) bytes[i] = PREFIXES[byte() % PREFIXES.length]!;
  const opcode = ROW_OPCODES[(byte() * 256 + byte()) % ROW_OPCODES.length]!;
  opcode.forEach((value, i) => {
    if (prefixes + i < bytes.length) bytes[prefixes + i] = value;
  });
  return bytes;
}

/**
 * Instructions that iced knows and this processor deliberately lacks: what they are, and the opcode behind the prefixes,
 * `m` or `r` for the form of the byte after it read as ModRM, and its reg field. CPUID reports none of them.
 */
const LACKING: readonly (readonly [string, RegExp])[] = [
  ["floating point and WAIT: there is no unit", /^(?:d[89a-f]|9b) /],
  ["VEX and EVEX: LES, LDS and BOUND with a register operand", /^(?:c[45]|62) r/],
  ["TSX: XABORT, XBEGIN", /^c[67] r7/],
  ["SVM, SGX, MONITOR, XSETBV: registers in group 7", /^0f 01 (?:r|m5)/],
  ["SYSCALL, SYSRET, SYSENTER, SYSEXIT, GETSEC, RSM", /^0f (?:05|07|34|35|37|aa) /],
  ["prefetches and reserved hints", /^0f (?:0d|1[89a-e]) /],
  ["reserved hints beside NOP", /^0f 1f .[1-7]/],
  ["3DNow!", /^0f 0[ef] /],
  ["SSE moves, conversions, comparisons", /^0f (?:1[0-7]|2[89a-f]) /],
  ["three-byte opcodes but INVEPT and INVVPID", /^0f (?:38|3a) /],
  ["MMX and SSE arithmetic", /^0f [567][0-9a-f] /],
  ["VIA and undocumented", /^0f a[67] /],
  ["FXSAVE, fences, CLFLUSH", /^0f ae /],
  ["POPCNT; UD1 and UD0, which raise #UD by definition", /^0f (?:b8|b9|ff) /],
  ["SSE in the 0F Cx range", /^0f c[2-6] /],
  ["RDRAND, XSAVEC beside CMPXCHG8B and VMX pointers", /^0f c7 (?!m1)/],
  ["MMX and SSE, upper half", /^0f [def][0-9a-f] /],
];

/** Those of the above that have been met. */
const met = new Set<string>();
/** Instructions that both decoders read alike. */
let agreed = 0;

/** Why we may decode what iced calls invalid; null if we may not. */
function allowedExtra(insn: Insn): string | null {
  const { row } = insn;
  if (row.id === "hostgate") return "an opcode of our own";
  const checked = row.checks.some((check) => check.rule === "valid-register");
  if (checked && row.operands.includes("cr") && !(CONTROL_REGISTERS as readonly number[]).includes(insn.reg)) {
    return "no such control register: the gate raises #UD";
  }
  if (checked && row.operands.includes("sreg") && (insn.reg >= SEGMENT_REGISTERS.length || insn.reg === 1)) {
    return "no such segment register, or CS: the gate raises #UD";
  }
  return null;
}

function opcodeOf(bytes: Uint8Array): string {
  let i = 0;
  while (PREFIXES.includes(bytes[i]!)) i++;
  const text = (byte: number | undefined): string => (byte ?? 0).toString(16).padStart(2, "0");
  const opcode = bytes[i] === 0x0f ? `0f ${text(bytes[++i])}` : text(bytes[i]);
  const modrm = bytes[i + 1] ?? 0;
  return `${opcode} ${modrm >= 0xc0 ? "r" : "m"}${(modrm >> 3) & 7}`;
}

/** Empty if the two decoders agree or differ as they may; else what is wrong. */
function complaint(bytes: Uint8Array, bits: 16 | 32): string {
  const theirs = icedShape(bytes, bits);
  const decoded = decodeBytes(bytes, 0, bits);
  if (decoded === null || decoded === TOO_LONG) {
    if (theirs === null) return "";
    const opcode = opcodeOf(bytes);
    const known = LACKING.find(([, opcodes]) => opcodes.test(opcode));
    if (known !== undefined) {
      met.add(known[0]);
      return "";
    }
    return differ(bytes, bits, decoded, theirs);
  }
  if (theirs === null && allowedExtra(decoded) !== null) return "";
  const ours = ownShape(decoded);
  if (
    theirs !== null &&
    theirs.length === ours.length &&
    theirs.mnemonic === ours.mnemonic &&
    theirs.operands.length === ours.operands.length &&
    theirs.operands.every((operand, n) => operand === ours.operands[n])
  ) {
    agreed++;
    return "";
  }
  return differ(bytes, bits, ours, theirs);
}

function differ(bytes: Uint8Array, bits: number, ours: Shape | string | null, theirs: Shape | null): string {
  const hex = Buffer.from(bytes).toString("hex");
  return `${bits} bits, ${hex}: ours ${JSON.stringify(ours)}, iced ${JSON.stringify(theirs)}`;
}

function check(count: number, seed: number, bits: 16 | 32): void {
  const byte = randomBytes(seed);
  const complaints: string[] = [];
  agreed = 0;
  for (let n = 0; n < count && complaints.length < 20; n++) {
    const found = complaint(candidate(byte, n), bits);
    if (found !== "") complaints.push(found);
  }
  expect(complaints).toEqual([]);
  // The comparison would be empty if most strings were no instructions.
  expect(agreed).toBeGreaterThan(count / 2);
}

describe("decoder and iced-x86 agree", () => {
  it("on 200,000 random byte strings as 32-bit code", () => check(200_000, 0x1234567, 32));
  it("on 100,000 random byte strings as 16-bit code", () => check(100_000, 0x7654321, 16));
  it("on every opcode with every ModRM byte, under each size and repeat prefix", () => {
    const complaints: string[] = [];
    for (const prefixes of [[], [0x66], [0x67], [0xf3], [0xf2], [0xf0], [0x66, 0x67]]) {
      for (let opcode = 0; opcode < 512; opcode++) {
        for (let modrm = 0; modrm < 256; modrm++) {
          const head = opcode < 256 ? [opcode] : [0x0f, opcode - 256];
          const bytes = Uint8Array.from([...prefixes, ...head, modrm, 0x2c, 0x81, 3, 4, 5, 6, 7, 8, 9, 10]);
          const found = complaint(bytes, 32);
          if (found !== "") complaints.push(found);
        }
      }
    }
    expect(complaints.slice(0, 20)).toEqual([]);
    expect(LACKING.map(([what]) => what).filter((what) => !met.has(what))).toEqual([]);
  });
});
