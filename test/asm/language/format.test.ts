import { describe, expect, it } from "vitest";
import { formatText } from "../../../src/asm/language/format.ts";
import { NameIndex } from "../../../src/asm/language/names.ts";
import { sourceFiles } from "../../../src/session/language/files.ts";
import { assembleFiles } from "../../../src/session/program.ts";
import { programFiles, programPaths } from "../../programs/library.ts";

/** Every file of a program, laid out. */
function formatAll(main: string, files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const index = new NameIndex(sourceFiles(main, files));
  const laidOut = [...index.texts].map(([name, file]) => [
    name,
    formatText(file, (word) => index.macroNamed(word) !== null),
  ]);
  return { ...files, ...Object.fromEntries(laidOut) };
}

function check(text: string, expected: string): void {
  const once = formatAll("t.asm", { "t.asm": text })["t.asm"]!;
  expect(once).toBe(expected);
  expect(formatAll("t.asm", { "t.asm": once })["t.asm"]).toBe(once);
}

describe("a file is laid out in columns", () => {
  it("label, statement, comment", () => {
    check(
      "start: mov   eax,ebx;copy\n  jmp start   ; again\nvery_long_label: nop\nl:\n\tret",
      [
        "start:  mov eax, ebx                    ;copy",
        "        jmp start                       ; again",
        "very_long_label: nop",
        "l:",
        "        ret",
      ].join("\n"),
    );
  });

  it("names of constants and data in one column", () => {
    check(
      "A equ 1\n; next\nLONG_NAME equ 2\n\nx: db 1,2\n",
      "A               equ 1\n; next\nLONG_NAME       equ 2\n\nx:              db 1, 2\n",
    );
  });

  it("macros and the preprocessor", () => {
    check(
      "%macro  m 1\n%%a: mov eax,%1\n%1 nop\n%endmacro\n  %if 1\nm   5,6\n  %endif",
      "%macro  m 1\n%%a:    mov eax, %1\n        %1 nop\n%endmacro\n  %if 1\n        m 5, 6\n  %endif",
    );
  });

  it("what it does not understand stays as it is", () => {
    check("mov eax, 'open\nfoo bar baz\n a \\\n   b", "mov eax, 'open\nfoo bar baz\n a \\\n   b");
  });

  it("strings and their semicolons are left alone", () => {
    check("db  'a;  b',1 ; c", "        db 'a;  b', 1                   ; c");
  });
});

describe("laid out, every program of programs/", () => {
  it.each(programPaths)("%s assembles to the same bytes, and a second time changes nothing", (path) => {
    const once = formatAll(path, programFiles);
    const before = assembleFiles(path, programFiles);
    const after = assembleFiles(path, once);
    expect(after.diagnostics).toEqual(before.diagnostics);
    expect(Buffer.from(after.bytes).equals(Buffer.from(before.bytes))).toBe(true);
    expect([...after.symbols]).toEqual([...before.symbols]);
    expect(formatAll(path, once)).toEqual(once);
  });
});
