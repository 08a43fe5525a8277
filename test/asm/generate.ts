import { ROW_LIST } from "../../src/isa/rows.ts";
import type { OperandKind, Row } from "../../src/isa/types.ts";
import type { TestLine } from "./lines.ts";

/** Mulberry32: the same lines on every machine. */
export class Random {
  private state: number;
  constructor(seed: number) {
    this.state = seed;
  }

  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  chance(p: number): boolean {
    return this.next() < p;
  }
}

const R8 = ["al", "cl", "dl", "bl", "ah", "ch", "dh", "bh"];
const R16 = ["ax", "cx", "dx", "bx", "sp", "bp", "si", "di"];
const R32 = R16.map((r) => `e${r}`);
const SREG = ["es", "cs", "ss", "ds", "fs", "gs"];
const NUMBERS = [0, 1, 2, 3, 5, 9, 127, 128, 129, 200, 255, 256, 500, 32767, 32768, 65408, 65535, 65536, 0x12345678];
const BIG = [
  0x7fffffff, 0x80000000, 0xffffff7f, 0xffffff80, 0xffffffff, -1, -2, -127, -128, -129, -255, -256, -32768, -32769,
];
const SIZES: Readonly<Record<number, string>> = { 8: "byte", 16: "word", 32: "dword", 64: "qword" };

function number(random: Random): string {
  const value = random.pick(random.chance(0.6) ? NUMBERS : BIG);
  return value >= 0 && random.chance(0.3) ? `0x${value.toString(16)}` : String(value);
}

function displacement(random: Random): string {
  if (random.chance(0.3)) return "";
  const value = random.pick([
    0, 1, -1, 4, 127, 128, -128, -129, 255, 0x1234, 0xfffc, 0x12345678, 0xfffffffc, -0x80000000,
  ]);
  return value < 0 ? `${value}` : `+${value}`;
}

function inside(random: Random): string {
  const kind = random.below(10);
  if (kind === 0) return random.pick(["5", "0x1234", "0x12345678", "word 5", "dword 5", "word 0x1234", "$", "$+4"]);
  if (kind <= 2) {
    const base = random.pick(["bx+si", "bx+di", "bp+si", "bp+di", "si", "di", "bp", "bx", "si+bx", "di+bp"]);
    return base + displacement(random);
  }
  const size = random.chance(0.1) ? random.pick(["byte ", "dword ", "nosplit "]) : "";
  if (kind <= 4) return size + random.pick(R32) + displacement(random);
  if (kind <= 6) return `${size}${random.pick(R32)}+${random.pick(R32)}${displacement(random)}`;
  const index = random.pick(R32);
  const scaled = random.chance(0.5)
    ? `${index}*${random.pick([1, 2, 3, 4, 5, 8, 9])}`
    : `${random.pick([1, 2, 4, 8])}*${index}`;
  if (kind === 7) return size + scaled + displacement(random);
  return random.chance(0.5)
    ? `${size}${random.pick(R32)}+${scaled}${displacement(random)}`
    : `${size}${scaled}+${random.pick(R32)}${displacement(random)}`;
}

function memory(random: Random, bits: number, sized: boolean): string {
  const keyword = SIZES[bits] !== undefined && (sized || random.chance(0.3)) ? `${SIZES[bits]} ` : "";
  const wrong = random.chance(0.03) ? `${random.pick(["byte", "word", "dword"])} ` : keyword;
  const segment = random.chance(0.12) ? `${random.pick(SREG)}:` : "";
  return `${wrong}[${segment}${inside(random)}]`;
}

function immediate(random: Random, bits: number): string {
  const size = random.chance(0.12)
    ? `${SIZES[bits]} `
    : random.chance(0.03)
      ? `${random.pick(["byte", "word", "dword"])} `
      : "";
  const strict = random.chance(0.08) ? "strict " : "";
  return `${strict}${size}${number(random)}`;
}

function target(random: Random): string {
  const far = random.pick([
    "$",
    "$+2",
    "$+100",
    "$-100",
    "$+127",
    "$+129",
    "$+130",
    "$-126",
    "$-127",
    "$+1000",
    "$-70000",
  ]);
  return far;
}

/** Text for an operand of a kind, most often one that fits. */
export function operand(kind: OperandKind, row: Row, random: Random): string {
  const anySize = row.operands.some((k) => /^r(?:8|16|32)$|^(?:al|ax|eax)$/.test(k)) ? 0.25 : 0.9;
  const sized = random.chance(anySize);
  const width = Number(/(8|16|32)(?:op|rm)?$/.exec(kind)?.[1] ?? 0);
  const registers = width === 8 ? R8 : width === 16 ? R16 : R32;
  if (/^rm(?:8|16|32)$/.test(kind)) return random.chance(0.45) ? random.pick(registers) : memory(random, width, sized);
  if (/^r(?:8|16|32)(?:op|rm)?$/.test(kind)) return random.pick(registers);
  if (/^r(?:16|32)m16$/.test(kind)) {
    return random.chance(0.5)
      ? random.pick(kind.startsWith("r16") ? R16 : R32)
      : memory(random, 16, random.chance(0.4));
  }
  if (/^moffs/.test(kind))
    return `${sized ? `${SIZES[width]} ` : ""}[${random.pick(["", "", "fs:"])}${random.pick(["5", "0x1234", "0x12345678", "word 7", "dword 7"])}]`;
  if (/^s?imm/.test(kind)) return immediate(random, width);
  if (/^rel/.test(kind))
    return (random.chance(0.2) ? random.pick(["short ", "near ", "dword ", "word ", "strict "]) : "") + target(random);
  if (/^ptr/.test(kind))
    return `${random.pick(["", "", "word ", "dword "])}${random.pick([8, 0x10, 0xffff])}:${random.pick(["0", "0x1234", "0x12345", "$"])}`;
  if (/^m16_/.test(kind)) {
    const far = row.operands.length === 1 ? "far " : "";
    return `${far}${row.operands.length === 1 ? memory(random, Number(kind.slice(4)), sized) : memory(random, 0, false)}`;
  }
  switch (kind) {
    case "m":
    case "m48":
    case "m16and16":
    case "m32and32":
      return memory(random, 0, false);
    case "m8":
    case "m16":
    case "m32":
      return memory(random, Number(kind.slice(1)), sized);
    case "m64":
      return memory(random, 64, random.chance(0.5));
    case "sreg":
      return random.pick(SREG);
    case "cr":
      return random.pick(["cr0", "cr2", "cr3", "cr4", "cr1", "cr7"]);
    case "dr":
      return random.pick(["dr0", "dr1", "dr3", "dr6", "dr7", "dr4"]);
    case "one":
      return "1";
    default:
      return kind;
  }
}

const PREFIXED = ["rep ", "repe ", "repne ", "lock ", "es ", "fs ", "a16 ", "a32 ", "o16 ", "o32 "];

/** Prefixes that make a difference of meaning on this row, and that NASM does not answer with a workaround. */
function prefix(row: Row, random: Random): string {
  if (!random.chance(0.06)) return "";
  if (row.rep !== null) return random.pick(["rep ", "repe ", "repne ", "es ", "rep fs ", "a16 ", "a32 "]);
  if (row.lock) return "lock ";
  const sizeless = row.size === 0 || row.operands.length > 0;
  return random.pick(PREFIXED.filter((p) => !(sizeless && /^o/.test(p)) && !/^rep|lock/.test(p)));
}

/** Lines over all rows: `count` for each row and code size, without duplicates. */
export function generateLines(seed: number, count: number): TestLine[] {
  const random = new Random(seed);
  const seen = new Set<string>();
  const lines: TestLine[] = [];
  for (const row of ROW_LIST) {
    if (row.mnemonic === "hostgate") continue;
    for (const bits of [32, 16] as const) {
      for (let i = 0; i < (row.operands.length === 0 ? 1 : count); i++) {
        const name = random.pick([row.mnemonic, row.mnemonic, ...row.aliases]);
        const operands = row.operands.map((kind) => operand(kind, row, random));
        if (random.chance(0.03) && operands.length === 2) operands.reverse();
        const text = `${prefix(row, random)}${name} ${operands.join(", ")}`.trim();
        const key = `${bits} ${text}`;
        if (seen.has(key)) continue;
        seen.add(key);
        lines.push({ bits, text });
      }
    }
  }
  return lines;
}
