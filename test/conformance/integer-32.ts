import { readFileSync } from "node:fs";
import { assemble } from "../../src/asm/assemble.ts";
import { ADDITION } from "../../src/cpu/execute/arithmetic-add.ts";
import { COMPARISON } from "../../src/cpu/execute/arithmetic-compare.ts";
import { STEP } from "../../src/cpu/execute/arithmetic-step.ts";
import { SUBTRACTION } from "../../src/cpu/execute/arithmetic-subtract.ts";
import { DECIMAL } from "../../src/cpu/execute/bcd.ts";
import { BITS } from "../../src/cpu/execute/bits.ts";
import { CONDITIONAL_DATA } from "../../src/cpu/execute/data-conditional.ts";
import { EXCHANGE } from "../../src/cpu/execute/data-exchange.ts";
import { MOVE } from "../../src/cpu/execute/data-move.ts";
import { NOT } from "../../src/cpu/execute/logic.ts";
import { AND } from "../../src/cpu/execute/logic-and.ts";
import { OR } from "../../src/cpu/execute/logic-or.ts";
import { MISCELLANEOUS } from "../../src/cpu/execute/misc.ts";
import { MULTIPLICATION } from "../../src/cpu/execute/multiply.ts";
import { DIVISION } from "../../src/cpu/execute/multiply-divide.ts";
import { SHIFT } from "../../src/cpu/execute/shift.ts";
import { DOUBLE_SHIFT } from "../../src/cpu/execute/shift-double.ts";
import { ROTATE } from "../../src/cpu/execute/shift-rotate.ts";
import { STACK } from "../../src/cpu/execute/stack.ts";
import { FRAME } from "../../src/cpu/execute/stack-frame.ts";
import { STRINGS } from "../../src/cpu/execute/string.ts";
import { ROW_LIST } from "../../src/isa/rows.ts";
import type { OperandKind, Row } from "../../src/isa/types.ts";

const BODIES: Readonly<Record<string, unknown>> = {
  ...ADDITION,
  ...COMPARISON,
  ...STEP,
  ...SUBTRACTION,
  ...DECIMAL,
  ...BITS,
  ...CONDITIONAL_DATA,
  ...EXCHANGE,
  ...MOVE,
  ...NOT,
  ...AND,
  ...OR,
  ...MISCELLANEOUS,
  ...MULTIPLICATION,
  ...DIVISION,
  ...SHIFT,
  ...DOUBLE_SHIFT,
  ...ROTATE,
  ...STACK,
  ...FRAME,
  ...STRINGS,
};

const SOURCE = readFileSync(new URL("./integer-32.asm", import.meta.url), "utf8");

const POINTERS = 1;
const SMALL_COUNT = 2;
const SMALL_BIT = 4;
const FRAME_POINTER = 8;

/** One instruction to be tried. */
export interface Case {
  readonly id: string;
  readonly options: number;
  readonly code: readonly number[];
}

/** Numbers for one row, the same in every run and whatever other rows there are. */
class Sequence {
  private state: number;
  constructor(name: string, seed: number) {
    this.state = seed;
    for (const letter of name) this.state = Math.imul(this.state ^ letter.charCodeAt(0), 0x01000193);
  }
  /** The next number below `bound`. */
  below(bound: number): number {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) | 0;
    return (this.state >>> 8) % bound;
  }
}

const little = (value: number, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, i) => (value >>> (8 * i)) & 0xff);

/** Bytes of the immediates and direct offsets that follow ModRM. */
function immediates(row: Row, area: number, random: Sequence): number[] {
  return row.operands.flatMap((kind: OperandKind): number[] => {
    if (kind.startsWith("moffs")) return little(area + 8 + random.below(5), 4);
    if (row.mnemonic === "enter")
      return kind === "imm16" ? [random.below(16), 0] : [random.below(6) | (random.below(2) << 5)];
    const bytes = /^s?imm(\d+)$/.exec(kind);
    if (bytes === null) return [];
    const all = [0, 1, 0x7f, 0x80, 0xff, random.below(256), random.below(256)];
    return Array.from({ length: Number(bytes[1]) / 8 }, () => all[random.below(all.length)]!);
  });
}

/** A register number for an operand of `size` bits, never ESP. */
function register(size: number, random: Sequence): number {
  const n = random.below(size === 8 ? 8 : 7);
  return size !== 8 && n >= 4 ? n + 1 : n;
}

/** Encodings of a row, `count` with registers and `count` with memory at `area` where it has such forms. */
function encodings(row: Row, area: number, count: number, random: Sequence): Case[] {
  const prefixes = row.size === 16 ? [0x66] : [];
  if (row.prefix !== null) prefixes.push(row.prefix);
  const cases: Case[] = [];
  const add = (options: number, code: readonly number[]): void => {
    cases.push({ id: row.id, options, code });
  };
  const stringOptions = row.rep === null ? 0 : POINTERS | SMALL_COUNT;
  const options = stringOptions | (/^(?:enter|leave)$/.test(row.mnemonic) ? FRAME_POINTER : 0);
  if (row.mnemonic === "xlatb") return cases;
  for (let k = 0; k < count; k++) {
    if (row.modrm === null) {
      const opcode = [...row.opcode];
      if (row.plusR) opcode[opcode.length - 1]! |= register(row.size, random);
      add(options, [...prefixes, ...opcode, ...immediates(row, area, random)]);
      if (row.rep !== null) {
        add(options, [0xf3, ...prefixes, ...opcode]);
        add(options, [0xf2, ...prefixes, ...opcode]);
      }
      continue;
    }
    const byte = row.operands.some((kind) => kind === "r8");
    const reg = (): number => (row.modrm === "r" ? register(byte ? 8 : 32, random) : (row.modrm as number));
    const narrow = row.operands.some((kind) => kind === "rm8");
    if (row.mod !== "memory") {
      const modrm = 0xc0 | (reg() << 3) | register(narrow ? 8 : 32, random);
      add(options, [...prefixes, ...row.opcode, modrm, ...immediates(row, area, random)]);
    }
    if (row.mod !== "register") {
      const bitString = /^bt[src]?_rm\d+_r\d+$/.test(row.id);
      const field = bitString ? 3 : reg();
      const place = little(area + 8 + random.below(5), 4);
      const code = [...prefixes, ...row.opcode, (field << 3) | 5, ...place, ...immediates(row, area, random)];
      // BOUND would raise #BR, for which there is no handler.
      if (row.mnemonic !== "bound") add(options | (bitString ? SMALL_BIT : 0), code);
    }
  }
  return cases;
}

/** Cases for every integer row that moves no control; `count` of each kind for a row, chosen by `seed`. */
export function integerCases(count: number, seed: number): Case[] {
  const area = areaAddress();
  return ROW_LIST.filter((row) => row.id in BODIES).flatMap((row) =>
    encodings(row, area, count, new Sequence(row.id, seed)),
  );
}

/** The table as source text, behind the guest. */
function table(cases: readonly Case[]): string {
  const lines = cases.map(({ code, options }) => {
    const padded = [...code, ...Array<number>(14 - code.length).fill(0x90)];
    return `db ${code.length}, ${options}, ${padded.join(", ")}`;
  });
  return `cases:\n${lines.join("\n")}\ndb 0\n`;
}

function build(source: string): Uint8Array {
  const result = assemble(source, { name: "integer-32.asm", resolve: () => null });
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics[0]));
  return result.bytes;
}

/** Where the guest keeps the memory that it watches: found by assembling it with that address at its end. */
function areaAddress(): number {
  const bytes = build(`${SOURCE}\ncases: db 0\nalign 4\ndd area\n`);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(bytes.length - 4, true);
}

/** The guest with these cases; with `detail` it prints every state instead of a checksum for each case. */
export function integerImage(cases: readonly Case[], detail = false): Uint8Array {
  return build(`${detail ? "%define DETAIL\n" : ""}${SOURCE}\n${table(cases)}`);
}

/** How many cases one image holds, within the budget of steps of a run. */
const IMAGE_CASES = 800;

/**
 * Runs all cases by `run`, which gives what an image printed. Returns lines of an id and the checksums of its cases.
 * @throws Error when an image did not come to its end.
 */
export async function checksums(
  cases: readonly Case[],
  run: (image: Uint8Array) => string | Promise<string>,
): Promise<string[]> {
  const byId = new Map<string, string[]>();
  for (let from = 0; from < cases.length; from += IMAGE_CASES) {
    const part = cases.slice(from, from + IMAGE_CASES);
    const lines = (await run(integerImage(part))).split("\n");
    if (lines[part.length] !== "end") throw new Error(`the guest printed ${lines.length} lines and no end`);
    part.forEach(({ id }, k) => {
      const list = byId.get(id) ?? [];
      list.push(lines[k]!);
      byId.set(id, list);
    });
  }
  return [...byId].map(([id, sums]) => `${id} ${sums.join(" ")}`);
}
