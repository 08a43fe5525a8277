import { assemble } from "../../src/asm/assemble.ts";
import { nasm } from "./nasm.ts";

/** One source line and the code size it stands in. */
export interface TestLine {
  readonly bits: 16 | 32;
  readonly text: string;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** A program of the lines, each behind a label, and a table of the labels' addresses at the end. */
function program(lines: readonly TestLine[], refused: ReadonlySet<number>): { text: string; at: number[] } {
  const rows = ["org 0"];
  const at: number[] = [];
  lines.forEach(({ bits, text }, i) => {
    rows.push(`L${i}:`, `bits ${bits}`);
    at.push(rows.length + 1);
    if (!refused.has(i)) rows.push(...text.split("\n"));
  });
  return { text: `${rows.join("\n")}\nLend:\n${table(lines.length)}\n`, at };
}

function table(count: number): string {
  const rows: string[] = [];
  for (let i = 0; i < count; i++) rows.push(`dd L${i}`);
  return `${rows.join("\n")}\ndd Lend`;
}

/** The bytes of each line, cut out by the table at the end. */
function split(bytes: Uint8Array, count: number): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const from = bytes.length - 4 * (count + 1);
  const address = (i: number): number => view.getUint32(from + 4 * i, true);
  return Array.from({ length: count }, (_, i) => hex(bytes.subarray(address(i), address(i + 1))));
}

/** Which lines NASM refuses, and its bytes for a program of all the others. */
function oracle(lines: readonly TestLine[]): { refused: Set<number>; bytes: Uint8Array } {
  const refused = new Set<number>();
  for (let round = 0; round < 8; round++) {
    const { text, at } = program(lines, refused);
    const result = nasm(text);
    if (result.bytes !== null) return { refused, bytes: result.bytes };
    const before = refused.size;
    for (const line of result.errors.keys()) {
      const index = at.findLastIndex((start) => start <= line);
      if (index >= 0) refused.add(index);
    }
    if (refused.size === before) throw new Error(`NASM failed: ${result.text}`);
  }
  throw new Error("NASM keeps refusing lines");
}

/** The lines on which the two differ, as text: other bytes, or only one of them refuses. */
export function differences(lines: readonly TestLine[]): { found: string[]; refused: number } {
  const { refused, bytes } = oracle(lines);
  const expected = split(bytes, lines.length);
  const whole = assemble(program(lines, refused).text, { name: "lines.asm" });
  const own = whole.ok ? split(whole.bytes, lines.length) : null;
  const found = lines.flatMap(({ bits, text }, i) => {
    const alone = assemble(`org 0\nbits ${bits}\n${text}\n`, { name: "line.asm" });
    const what = `bits ${bits}: ${text}`;
    if (refused.has(i)) return alone.ok ? [`${what}\n  NASM refuses, here ${hex(alone.bytes)}`] : [];
    if (!alone.ok) return [`${what}\n  NASM ${expected[i]}, here ${alone.diagnostics[0]?.message.en}`];
    return own === null || own[i] === expected[i] ? [] : [`${what}\n  NASM ${expected[i]}\n  here ${own[i]}`];
  });
  if (own === null && found.length === 0) {
    found.push(`all lines together: ${whole.diagnostics.find((d) => d.severity === "error")?.message.en}`);
  }
  return { found, refused: refused.size };
}
