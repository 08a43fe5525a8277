import type { Assembly, LineEntry } from "../../asm/assemble.ts";
import { disassembleBytes } from "../../asm/disassemble.ts";
import { readText, type TextLine } from "../../asm/language/text.ts";
import { isStatementWord } from "../../asm/words.ts";
import type { Insn } from "../../cpu/insn.ts";
import { isSensitive } from "./treatments.ts";

/** A line that gives sensitive instructions, in whatever macro calls it is expanded. */
export interface Site {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** Every instruction that the line gives, sensitive or not; more than one only in a macro's body. */
  readonly insns: readonly Insn[];
  /** Some of it is 16-bit code. */
  readonly small: boolean;
}

/** The lines that give sensitive instructions, by file in the order of `files`, and then by line. */
export function findSites(assembly: Assembly, files: readonly string[]): Site[] {
  const found = new Map<string, { file: string; line: number; insns: Map<string, Insn>; small: boolean }>();
  for (const entry of assembly.lines.entries) {
    if (entry.code === null) continue;
    const insn = decode(assembly, entry);
    if (insn === null) continue;
    const { file, line } = entry.expansion[0] ?? entry;
    const key = `${line} ${file}`;
    const site = found.get(key) ?? { file, line, insns: new Map<string, Insn>(), small: false };
    found.set(key, site);
    site.insns.set(`${insn.row.id} ${insn.reg} ${insn.imm}`, insn);
    if (entry.code === 16) site.small = true;
  }
  return [...found.values()]
    .map(({ insns, ...site }) => ({ ...site, insns: [...insns.values()] }))
    .filter(({ insns }) => insns.some(({ row }) => isSensitive(row)))
    .sort((a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line);
}

function decode({ bytes, origin }: Assembly, { address, size, code }: LineEntry): Insn | null {
  const start = address - origin;
  return disassembleBytes(bytes.subarray(start, start + size), 0, address, code!).insn;
}

/** A file line by line, as the lexer takes it apart. */
export function readLines(file: string, text: string): readonly TextLine[] {
  return readText(file, text).lines;
}

/** Column (from 0) of the instruction's first word, prefixes among it; null where the line does not say it itself. */
export function instructionColumn({ tokens }: TextLine): number | null {
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!;
    const colon = tokens[at + 1]?.kind === "op" && tokens[at + 1]!.text === ":";
    if (token.kind === "id" && isStatementWord(token.text) && !colon) return token.start;
    // A label before it, with or without a colon.
    const label = at === 0 && (token.kind === "id" || token.kind === "param");
    const behindLabel = at === 1 && token.kind === "op" && token.text === ":";
    if (!label && !behindLabel) return null;
  }
  return null;
}

/** The word at a column, lower case. */
export function wordAt({ tokens }: TextLine, column: number): string {
  return tokens.find(({ start }) => start === column)?.text.toLowerCase() ?? "";
}
