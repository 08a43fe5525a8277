import { expect, test } from "vitest";
import { codeLine } from "../../src/session/breakpoints/code-line.ts";
import { assembleFiles, sourceLines } from "../../src/session/program.ts";

const MAIN = `        org 0x100000
; where it begins
start:
        nop
%include "a.inc"
        nop
value:
        dd 0x90909090
last:   nop
; the end
`;
const FILES = { "main.asm": MAIN, "a.inc": "more:\n\n        hlt\n" };
const lines = sourceLines(assembleFiles("main.asm", FILES));

test.each([
  ["the line's own code", "main.asm", 4, 0x100000],
  ["that of the next line, for a label alone", "main.asm", 3, 0x100000],
  ["that of the next line, for a comment", "main.asm", 2, 0x100000],
  ["that of its own file, for a line that includes another", "main.asm", 5, 0x100002],
  ["that of an included file", "a.inc", 1, 0x100001],
  ["none, for data", "main.asm", 8, null],
  ["none, for a label of data", "main.asm", 7, null],
  ["none, behind the last code", "main.asm", 10, null],
  ["none, in a file that gives no code", "other.inc", 1, null],
] as const)("a breakpoint on a line stops at %s", (_, file, line, address) => {
  expect(codeLine(lines, file, line)?.address ?? null).toBe(address);
});
