import { mnemonics } from "../isa/rows.ts";
import { isMnemonic } from "./match.ts";
import { REGISTERS, type Register } from "./registers.ts";

/** Elements of the data directives in bytes. */
export const DATA_WIDTH: Readonly<Record<string, 1 | 2 | 4 | 8>> = { db: 1, dw: 2, dd: 4, dq: 8 };
/** Elements of the reserving directives in bytes. */
export const RESERVE_WIDTH: Readonly<Record<string, number>> = { resb: 1, resw: 2, resd: 4, resq: 8 };
/** Repeat prefixes. */
export const REPEAT: Readonly<Record<string, number>> = { rep: 0xf3, repe: 0xf3, repz: 0xf3, repne: 0xf2, repnz: 0xf2 };
/** Prefixes that override an operand or address size. */
export const SIZE_PREFIX: Readonly<Record<string, readonly ["operand" | "address", 16 | 32]>> = {
  o16: ["operand", 16],
  o32: ["operand", 32],
  a16: ["address", 16],
  a32: ["address", 32],
};

/** Words that begin a statement and are neither instructions nor prefixes. */
export const DIRECTIVES: ReadonlySet<string> = new Set(
  (
    "section segment bits use16 use32 org align alignb sectalign cpu global static common extern default absolute " +
    "struc endstruc istruc at iend float equ times incbin dt do dy dz rest reso"
  ).split(" "),
);
/** Directives that mean nothing for a flat image. */
export const IGNORED: ReadonlySet<string> = new Set(["cpu", "global", "static", "default", "float"]);
/** Directives that exist only in brackets; without them the word is free. */
export const BRACKETED: ReadonlySet<string> = new Set(["warning", "list", "map", "debug"]);
/** Directives of NASM that this assembler does not have. */
export const UNSUPPORTED: ReadonlySet<string> = new Set([
  "extern",
  "common",
  "incbin",
  "dt",
  "do",
  "dy",
  "dz",
  "rest",
  "reso",
]);

/** Whether a word begins a statement, so that it cannot be a label without a colon. */
export function isStatementWord(word: string): boolean {
  const lower = word.toLowerCase();
  return (
    DIRECTIVES.has(lower) ||
    DATA_WIDTH[lower] !== undefined ||
    RESERVE_WIDTH[lower] !== undefined ||
    isPrefix(lower) ||
    isMnemonic(lower)
  );
}

function isPrefix(lower: string): boolean {
  return (
    lower === "lock" || REPEAT[lower] !== undefined || SIZE_PREFIX[lower] !== undefined || segmentNamed(lower) !== null
  );
}

/** The segment register of that name, or null. */
export function segmentNamed(lower: string): Register | null {
  const register = REGISTERS.get(lower);
  return register?.class === "segment" ? register : null;
}

let words: readonly string[] | null = null;

/** Near transfers on which F2 would mean BND. */
export const BND: ReadonlySet<string> = new Set(["jmp", "call", "ret"]);

/** All that may begin a statement, for "did you mean". */
export function statementWords(): readonly string[] {
  words ??= [
    ...mnemonics(),
    ...[...DIRECTIVES].filter((d) => !UNSUPPORTED.has(d)),
    ...Object.keys(DATA_WIDTH),
    ...Object.keys(RESERVE_WIDTH),
    ...Object.keys(REPEAT),
  ];
  return words;
}
