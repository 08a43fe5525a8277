import { describe, expect, it } from "vitest";
import { definitionsAt, referencesAt } from "../../../src/asm/language/definitions.ts";
import { NameIndex } from "../../../src/asm/language/names.ts";
import { sourceFiles } from "../../../src/session/language/files.ts";
import { index, positionOf } from "./source.ts";

/** Places of the name under the cursor `|` as `file:line:column`, definitions with a star. */
function check(files: Readonly<Record<string, string>>, expected: readonly string[]): void {
  const { found, position } = positionOf(files);
  const places = referencesAt(index(found), position);
  expect(places.map(({ file, line, column, defines }) => `${file}:${line}:${column}${defines ? "*" : ""}`)).toEqual(
    expected,
  );
}

describe("a name is found where it stands and nowhere else", () => {
  it("a label", () => {
    check({ "t.asm": "start: jmp |start\n ; start\n db 'start'\n dd start" }, [
      "t.asm:1:1*",
      "t.asm:1:12",
      "t.asm:4:5",
    ]);
  });

  it("a local label belongs to the label before it", () => {
    check({ "t.asm": "a: jmp .x\n.x: nop\nb: jmp .|x\n.x: jmp a.x" }, ["t.asm:3:8", "t.asm:4:1*"]);
    check({ "t.asm": "a: jmp .x\n.x: nop\nb: jmp .x\n.x: jmp a.|x" }, ["t.asm:1:8", "t.asm:2:1*", "t.asm:4:9"]);
  });

  it("through files that include one another, in their order", () => {
    check({ "t.asm": '%include "lib/a.inc"\n jmp f|oo', "lib/a.inc": "foo: ret" }, ["t.asm:2:6", "lib/a.inc:1:1*"]);
    check({ "t.asm": 'a:\n%include "b.inc"\n.x: jmp .|x', "b.inc": "b:\n" }, ["t.asm:3:1*", "t.asm:3:9"]);
  });

  it("a macro, its own labels, and labels that it makes of its arguments", () => {
    check({ "t.asm": "%macro pri|nt 1\n%%a: jmp %%a\n%endmacro\n print 1" }, ["t.asm:1:8*", "t.asm:4:2"]);
    check({ "t.asm": "%macro m 0\n%%a: jmp %%|a\n%endmacro\n%macro n 0\n%%a:\n%endmacro" }, [
      "t.asm:2:1*",
      "t.asm:2:10",
    ]);
    check({ "t.asm": "%macro proc 1\n%1: nop\n%endmacro\n proc main\n.x: call m|ain" }, ["t.asm:4:7*", "t.asm:5:10"]);
  });

  it("single-line macros, constants and structures", () => {
    check({ "t.asm": "%define PORT 0xE9\n%ifdef PORT\n out PO|RT, al\n%endif" }, [
      "t.asm:1:9*",
      "t.asm:2:8",
      "t.asm:3:6",
    ]);
    check({ "t.asm": "struc po|int\n.x: resd 1\nendstruc\n mov eax, point_size\n mov eax, point.x" }, [
      "t.asm:1:7*",
      "t.asm:4:11",
    ]);
  });

  it("in branches that are left out, and in lines that do not assemble", () => {
    check({ "t.asm": "%if 0\n jmp fo|o\n%endif\nfoo: movv foo" }, ["t.asm:2:6", "t.asm:4:1*", "t.asm:4:11"]);
  });
});

it("the definition of an included file is its beginning", () => {
  const files = { "t.asm": '%include "lib/a.inc"', "lib/a.inc": "" };
  const names = new NameIndex(sourceFiles("t.asm", files));
  expect(definitionsAt(names, { file: "t.asm", line: 1, column: 14 })).toEqual([
    { file: "lib/a.inc", line: 1, column: 1, endColumn: 1 },
  ]);
});
