import { expect, test } from "vitest";
import { withAllLines } from "../../src/session/inspect/listing.ts";
import { assembleFiles } from "../../src/session/program.ts";

const MAIN = `; a program
%include "a.inc"
org 0x100000
%macro twice 1
 nop
 once %1
%endmacro

start: twice 2 ; call
 hlt
; end
`;
const FILES = { "main.asm": MAIN, "a.inc": "%macro once 1\n mov al, %1\n%endmacro\nX equ 1\n" };

/** A row as one string: file:line, depth, bytes, the macro it calls. */
function check(expected: readonly string[]): void {
  const assembly = assembleFiles("main.asm", FILES);
  expect(assembly.diagnostics).toEqual([]);
  const rows = withAllLines(assembly.rows(), { main: "main.asm", files: FILES });
  expect(
    rows.map(({ file, line, depth, bytes, macro, address }) =>
      [`${file}:${line}`, depth, address?.toString(16) ?? "-", bytes || "-", macro ?? "-"].join(" "),
    ),
  ).toEqual(expected);
}

test("the listing has every line once, in order, and what a macro expands to below its call, at every depth", () => {
  check([
    "main.asm:1 0 - - -",
    "main.asm:2 0 - - -",
    "a.inc:1 0 - - -",
    "a.inc:2 0 - - -",
    "a.inc:3 0 - - -",
    "a.inc:4 0 - - -",
    "main.asm:3 0 - - -",
    "main.asm:4 0 - - -",
    "main.asm:5 0 - - -",
    "main.asm:6 0 - - -",
    "main.asm:7 0 - - -",
    "main.asm:8 0 - - -",
    "main.asm:9 0 - - twice",
    "main.asm:5 1 100000 90 -",
    "main.asm:6 1 - - once",
    "a.inc:2 2 100001 b0 02 -",
    "main.asm:10 0 100003 f4 -",
    "main.asm:11 0 - - -",
  ]);
});
