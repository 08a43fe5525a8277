import { describe, expect, it } from "vitest";
import { assemble } from "../../src/asm/assemble.ts";

/** Diagnostics as `severity line:column-endColumn message | hint`. */
function report(source: string): string[] {
  return assemble(source, { name: "t.asm" }).diagnostics.map(
    (d) =>
      `${d.severity} ${d.line}:${d.column}-${d.endColumn} ${d.message.en}${d.hint === null ? "" : ` | ${d.hint.en}`}`,
  );
}

function check(source: string, expected: string | readonly string[]): void {
  expect(report(source)).toEqual(typeof expected === "string" ? [expected] : expected);
}

describe("an error says where, what, and what would be accepted", () => {
  it("a misspelt instruction", () => {
    check("nop\n  movv eax, 5", "error 2:3-7 `movv` is no instruction, directive or macro | did you mean `mov`?");
    check(
      "pushdf",
      "warning 1:1-7 `pushdf` alone on a line is taken for a label | put a colon behind it; or did you mean `pushfd`?",
    );
    check("%incude 'x'", "error 1:1-8 `%incude` is no directive | did you mean `%include`?");
  });

  it("a misspelt label", () => {
    check("jmp lop\nloopy: nop", "error 1:5-8 `lop` is not defined");
    check("jmp again\nagian: nop", "error 1:5-10 `again` is not defined | did you mean `agian`?");
    check("f: jmp .ned\n.end: nop", "error 1:8-12 `f.ned` is not defined | did you mean `f.end`?");
  });

  it("operands that an instruction does not take", () => {
    check(
      "mov 5, eax",
      "error 1:1-11 mov does not take these operands | mov takes register or memory, then register, a number or a segment register; register, then register or memory, a control register or a debug register; a segment register, then register or memory; a control register, then register; a debug register, then register",
    );
    check("in al, cx", "error 1:1-10 in does not take these operands | in takes register, then a number or dx");
    check("cli eax", "error 1:1-8 cli does not take these operands | cli takes nothing");
    check(
      "push",
      "error 1:1-5 push does not take these operands | push takes register or memory, a number or a segment register",
    );
  });

  it("operands of widths that do not go together", () => {
    check(
      "mov eax, bx",
      "error 1:1-12 the operands of mov do not go together in width | use registers of one width (al, ax, eax), and a size keyword that agrees with them",
    );
    check("mov byte eax, 5", "error 1:10-13 eax is 32 bits wide | leave the size out");
  });

  it("memory of unknown width", () => {
    check(
      "mov [eax], 5",
      "error 1:5-6 mov cannot tell how wide the memory operand is | write byte, word or dword before the bracket",
    );
  });

  it("addresses that do not exist", () => {
    check("mov eax, [eax*6]", "error 1:10-11 an index cannot be multiplied by 6 | the factors are 1, 2, 4 and 8");
    check("mov eax, [esp*2]", "error 1:10-11 esp cannot be an index | esp can only be the base");
    check(
      "mov eax, [bx+bp]",
      "error 1:10-11 no 16-bit address looks like this | there are bx or bp, plus si or di, plus a displacement",
    );
    check(
      "mov eax, [ax]",
      "error 1:10-11 no 16-bit address looks like this | there are bx or bp, plus si or di, plus a displacement",
    );
    check(
      "mov eax, eax+4",
      "error 1:10-13 `eax` in an expression is an address without brackets | write it in brackets: [eax + ...]",
    );
    check(
      "mov eax, rax",
      "error 1:10-13 this processor has no register `rax` | it has eax to edi, ax to di, al to bh, segment, control and debug registers",
    );
  });

  it("a short jump that does not reach", () => {
    check(
      "jmp short x\ntimes 200 nop\nx:",
      "error 1:11-12 the target is 200 bytes away, a short jump reaches -128 to 127 | leave SHORT out, or jump around a near JMP",
    );
  });

  it("a value that is cut off is a warning", () => {
    check("db 300", "warning 1:4-7 300 does not fit in 8 bits and is cut off");
    check("mov al, 300", "warning 1:9-12 300 does not fit in 8 bits and is cut off");
  });

  it("a second definition names the first", () => {
    check("a: nop\na: nop", "error 2:1-2 `a` is already defined at t.asm:1");
  });

  it("numbers, strings and expressions", () => {
    check("db 12z", "error 1:4-7 `12z` is no number | write 31, 0x1f, 1fh, 0b11111, 11111b or 37o");
    check("db 'abc", "error 1:4-8 the string is not closed | end it with '");
    check("mov eax, (5", "error 1:11-12 the line ends where `)` should be");
    check("mov eax, 5 5", "error 1:12-13 found `5` where `,` should be");
    check("dd 1/0", "error 1:5-6 division by zero");
    check("x equ y\ny equ x", ["error 1:7-8 `y` depends on itself", "error 2:7-8 `x` depends on itself"]);
    check(
      "times n db 0\nn equ 5",
      "error 1:7-8 `n` must be defined before this line | what decides how many bytes follow cannot wait for later lines",
    );
  });

  it("blocks that are not closed", () => {
    check("%if 1\nnop", "error 1:1-4 `%if` has no `%endif`");
    check("%macro x 0\nnop", "error 1:1-7 `%macro` has no `%endmacro`");
    check("%rep 3\nnop", "error 1:1-5 `%rep` has no `%endrep`");
    check("%endif", "error 1:1-7 `%endif` without %if");
  });

  it("the program's own messages", () => {
    check("%error too big\nnop", "error 1:1-7 too big");
    check("%warning careful\nnop", "warning 1:1-9 careful");
    check("%fatal stop here\nmovv", "error 1:1-17 stop here");
  });

  it("all errors of a file at once, each with its line", () => {
    const lines = report("movv eax, 5\nmov eax, [eax*6]\n jmp nowhere\ndb 1/0\n%foo\nmov eax, (1\n");
    expect(lines.map((l) => l.split(" ")[1])).toEqual(["1:1-5", "2:10-11", "3:6-13", "4:5-6", "5:1-5", "6:11-12"]);
  });

  it("both languages", () => {
    const { diagnostics } = assemble("movv eax, 5\nmov 5, eax", { name: "t.asm" });
    for (const d of diagnostics) {
      expect(d.message.zh).toMatch(/[\u4e00-\u9fff]/);
      expect(d.hint?.zh).toMatch(/[\u4e00-\u9fff]/);
    }
  });

  it("an error inside a macro stands at the call, and names the macro's line", () => {
    const { diagnostics } = assemble("%macro put 2\n  mov %1, %2\n%endmacro\nnop\n  put eax, bx\n", { name: "t.asm" });
    expect(diagnostics.map((d) => [d.line, d.column, d.endColumn, d.expansion])).toEqual([
      [5, 3, 14, [{ name: "put", file: "t.asm", line: 2 }]],
    ]);
  });

  it("an error in a macro's argument stands at the argument", () => {
    const { diagnostics } = assemble("%macro put 2\n  mov %1, %2\n%endmacro\n  put eax, nowhere\n", { name: "t.asm" });
    expect(diagnostics.map((d) => [d.line, d.column, d.endColumn])).toEqual([[4, 12, 19]]);
  });

  it("a wrong number of macro arguments says how many it takes", () => {
    check("%macro f 1-3\n%endmacro\nf 1, 2, 3, 4", "error 3:1-2 macro f does not take 4 arguments | it takes 1-3");
  });
});
