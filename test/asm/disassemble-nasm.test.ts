import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { disassembleBytes } from "../../src/asm/disassemble.ts";
import { type RowId, rowIndex } from "../../src/isa/rows.ts";
import type { Row } from "../../src/isa/types.ts";
import { allSamples } from "../isa/samples.ts";
import { findTool } from "../tools/find.mjs";

/** Each instruction stands at a multiple of this, so that its address does not depend on the lengths of the others. */
const SPACING = 32;

/** NASM's bytes for lines that each begin at the next multiple of SPACING. */
function nasm(lines: readonly string[], bits: 16 | 32): Uint8Array {
  const directory = mkdtempSync(join(tmpdir(), "disassemble-"));
  try {
    const source = join(directory, "lines.asm");
    const output = join(directory, "lines.bin");
    const text = lines.map((line, i) => `times ${i * SPACING}-($-$$) db 0xcc\n${line}\n`).join("");
    writeFileSync(source, `bits ${bits}\norg 0\n${text}`);
    execFileSync(findTool("nasm"), ["-f", "bin", "-w-all", "-o", output, source]);
    return readFileSync(output);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Forms that NASM cannot be made to write: MOVZX and MOVSX of a word to a word, BSWAP of 16 bits. */
const writable = (row: Row): boolean => row.alias === null || !/^(?:bswap|mov[sz]x)$/.test(row.mnemonic);

/**
 * The text of every sample of every row, assembled by NASM, gives bytes with the same text; and they are of the same
 * row, or of one that stands earlier in the table, as NASM prefers it.
 */
function check(bits: 16 | 32): void {
  const samples = allSamples(bits).filter(({ row }) => writable(row));
  const texts = samples.map(({ bytes }, i) => disassembleBytes(bytes, 0, i * SPACING, bits).text);
  const assembled = nasm(texts, bits);
  const wrong: string[] = [];
  samples.forEach(({ row }, i) => {
    const again = disassembleBytes(assembled, i * SPACING, i * SPACING, bits);
    const found = again.insn?.row;
    if (again.text !== texts[i]) wrong.push(`${row.id}: ${texts[i]} became ${again.text}`);
    else if (found !== row && rowIndex(found!.id as RowId) > rowIndex(row.id as RowId)) {
      wrong.push(`${row.id}: ${texts[i]} became the later row ${found!.id}`);
    }
  });
  expect(wrong).toEqual([]);
}

describe.skipIf(findTool("nasm") === "")("NASM reads what the disassembler writes", () => {
  it("as 32-bit code", () => check(32));
  it("as 16-bit code", () => check(16));
});
