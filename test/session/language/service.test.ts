import { describe, expect, it } from "vitest";
import { LanguageService } from "../../../src/session/language/service.ts";
import type { Card, Position } from "../../../src/session/language/types.ts";
import { Session } from "../../../src/session/session.ts";
import { index, positionOf } from "../../asm/language/source.ts";
import { programFiles } from "../../programs/library.ts";

type Files = Readonly<Record<string, string>>;
const BARE: { readonly strategy: string; readonly whatIf: readonly string[] } = { strategy: "bare-metal", whatIf: [] };

function service(now: ConstructorParameters<typeof LanguageService>[0] = () => ({ kind: "nothing" })): LanguageService {
  return new LanguageService(now);
}

function at(files: Files): { readonly program: { main: string; files: Files }; readonly position: Position } {
  const { found, position } = positionOf(files);
  return { program: { main: Object.keys(found)[0]!, files: found }, position };
}

/** The card of the word at the cursor. */
function hover(text: string, chosen: typeof BARE = BARE): Card {
  const found = service().answer({ kind: "hover", ...at({ "t.asm": text }), chosen });
  return found!.card;
}

describe("a hover on an instruction", () => {
  it("has the form that the line was assembled to, and its bytes where they lie", () => {
    expect(hover("org 0x1000\n ad|d eax, 5")).toMatchObject({
      kind: "instruction",
      operands: "r/m32, imm8",
      encoding: "83 /0 ib",
      line: { address: 0x1000, bytes: "83 c0 05", times: 1 },
      manual: "SDM Vol. 2A, ADD",
    });
    expect(hover("%rep 3\n in|c eax\n%endrep")).toMatchObject({ line: { times: 3 } });
  });

  it("has the form that its operands fit where the program does not assemble", () => {
    expect(hover(" mo|v eax, cr0\n foo bar")).toMatchObject({ operands: "r32, CRn", privileged: true });
  });

  it("says what it does at CPL 0, 1 and 3, and under each strategy, in both languages", () => {
    const card = hover(" po|pf", { strategy: "trap-and-emulate", whatIf: ["popf-traps"] });
    if (card.kind !== "instruction") throw new Error(card.kind);
    expect(card.levels.map(({ cpl, verdict }) => [cpl, verdict])).toEqual([
      [0, "runs"],
      [1, "silent"],
      [3, "silent"],
    ]);
    expect(card.whatIf).toEqual({ rule: "popf-traps", on: true });
    expect(card.strategies.map(({ id, ring, verdict, current }) => [id, ring, verdict, current])).toEqual(
      expect.arrayContaining([
        ["bare-metal", 0, "runs", false],
        ["trap-and-emulate", 1, "silent", true],
      ]),
    );
    for (const { words } of [...card.levels, ...card.strategies]) {
      expect(words.en).not.toBe("");
      expect(words.zh).not.toBe("");
    }
  });

  it("tells privileged instructions from those that trap on a condition", () => {
    expect(hover(" hl|t")).toMatchObject({ levels: [{ verdict: "runs" }, { verdict: "traps" }, { verdict: "traps" }] });
    expect(hover(" cl|i")).toMatchObject({ levels: [{}, { verdict: "depends" }, { verdict: "depends" }] });
    expect(hover(" ou|t dx, al")).toMatchObject({ levels: [{}, { verdict: "depends" }, { verdict: "depends" }] });
    expect(hover(" ad|d eax, ebx")).toMatchObject({ levels: [{}, { verdict: "runs" }, { verdict: "runs" }] });
  });
});

describe("a hover on a name or a register", () => {
  const text = "org 0x100000\nstart: mov eax, 5\n mov [valu|e], eax\n hlt\nvalue: dd 0x2a ; the answer";

  it("has the value in the text, and in the run that is loaded", () => {
    expect(hover(text)).toMatchObject({ kind: "name", is: "label", value: 0x10000b, now: null, comment: "the answer" });
    const { program, position } = at({ "t.asm": text });
    const session = new Session();
    session.load({
      program: { kind: "source", ...program },
      strategy: "trap-and-emulate",
      memoryMiB: 16,
      whatIf: [],
      inputs: [],
    });
    const loaded = service((name) => session.inspect({ kind: "name", name }));
    const found = loaded.answer({ kind: "hover", program, position, chosen: BARE });
    expect(found?.card).toMatchObject({
      now: { kind: "symbol", value: 0x10000b, bytes: [0x2a, ...Array(15).fill(0)] },
    });
    const register = loaded.answer({
      kind: "hover",
      program: { main: "t.asm", files: { "t.asm": " mov eax, cs" } },
      position: { file: "t.asm", line: 1, column: 12 },
      chosen: BARE,
    });
    expect(register?.card).toMatchObject({
      kind: "register",
      name: "cs",
      now: { bits: 16, guest: { value: 0x08, hidden: { base: 0 } } },
    });
  });

  it("nothing in comments and strings", () => {
    const files = { "t.asm": " nop ; ad|d" };
    expect(service().answer({ kind: "hover", ...at(files), chosen: BARE })).toBeNull();
    expect(service().answer({ kind: "hover", ...at({ "t.asm": " db 'ad|d'" }), chosen: BARE })).toBeNull();
  });
});

/** Renames the name at the cursor: the files afterwards, or the reason why not. */
function rename(files: Files, to: string, own = Object.keys(files)): Files | string {
  const { program, position } = at(files);
  const languages = service();
  const answer = languages.answer({ kind: "rename", program, position, to, own });
  if (!answer.ok) return answer.reason.en;
  return { ...program.files, ...languages.answer({ kind: "apply", program, edits: answer.edits }) };
}

describe("what is assembled for one strategy only", () => {
  const FILES = { "t.asm": "org 0x1000\n%ifdef XEN\n times 8 nop\n%endif\nlabel: in|c eax\n" };

  it("is there under it, and not under others", () => {
    const { program, position } = at(FILES);
    const address = (strategy: string) => {
      const chosen = { strategy, whatIf: [] };
      const found = service().answer({ kind: "hover", program: { ...program, strategy }, position, chosen });
      return found?.card.kind === "instruction" ? found.card.line?.address : null;
    };
    expect(address("paravirtual")).toBe(0x1008);
    expect(address("bare-metal")).toBe(0x1000);
  });

  it("is not answered from what was assembled for another", () => {
    const one = service();
    const { program } = at({ "t.asm": "%ifdef XEN\n mov eax|, nowhere\n%endif\n" });
    const problems = (strategy: string) => one.answer({ kind: "fixes", program: { ...program, strategy } }).length;
    expect([problems("bare-metal"), problems("paravirtual"), problems("bare-metal")]).toEqual([0, 1, 0]);
  });

  it("holds a renaming back that would change it", () => {
    const { program, position } = at({
      "t.asm": "%ifdef XEN\nb|a equ 1\n%if %isidn(ba, ba)\n db ba\n%endif\n%endif\nnop",
    });
    const ask = { kind: "rename", program, position, to: "other", own: ["t.asm"] } as const;
    const result = service().answer(ask);
    expect(result.ok).toBe(true);
    expect(service().answer({ ...ask, to: "XEN" }).ok).toBe(false);
  });
});

describe("renaming", () => {
  it("a label, in all files", () => {
    const files = { "t.asm": '%include "b.inc"\n jmp foo\n', "b.inc": "f|oo: dd foo.x\n.x: nop" };
    expect(rename(files, "bar")).toEqual({
      "t.asm": '%include "b.inc"\n jmp bar\n',
      "b.inc": "bar: dd bar.x\n.x: nop",
    });
  });

  it("a local label, and no other of the same name", () => {
    const files = { "t.asm": "a: jmp .x\n.x|: nop\nb: jmp .x\n.x: jmp a.x" };
    expect(rename(files, ".y")).toEqual({ "t.asm": "a: jmp .y\n.y: nop\nb: jmp .x\n.x: jmp a.y" });
  });

  it("a macro, its label, and a constant", () => {
    expect(rename({ "t.asm": "%macro m| 0\n nop\n%endmacro\n m" }, "n")).toEqual({
      "t.asm": "%macro n 0\n nop\n%endmacro\n n",
    });
    expect(rename({ "t.asm": "%macro m 0\n%%a|: jmp %%a\n%endmacro\n m" }, "%%b")).toEqual({
      "t.asm": "%macro m 0\n%%b: jmp %%b\n%endmacro\n m",
    });
    expect(rename({ "t.asm": "N| equ 5\n mov eax, N + 1" }, "COUNT")).toEqual({
      "t.asm": "COUNT equ 5\n mov eax, COUNT + 1",
    });
  });

  it.each([
    ["", "Type a name."],
    ["5x", "`5x` is no name: letters, digits and _ . ? @ # ~ $ may stand in one, and no digit first."],
    ["a b", "`a b` is no name: letters, digits and _ . ? @ # ~ $ may stand in one, and no digit first."],
    ["eax", "`eax` is a word of the assembler."],
    ["MOV", "`MOV` is a word of the assembler."],
    ["dword", "`dword` is a word of the assembler."],
    [".bar", "Only a local label begins with a dot."],
    ["other", "`other` is already defined at t.asm:2."],
    ["print", "`print` is already defined at t.asm:3."],
  ])("refuses %j", (to, reason) => {
    const files = { "t.asm": "f|oo: jmp foo\nother: nop\n%macro print 0\n%endmacro" };
    expect(rename(files, to)).toBe(reason);
  });

  it("refuses a local label without its dot, and what stands in a library's file", () => {
    expect(rename({ "t.asm": "a:\n.x|: jmp .x" }, "y")).toBe("A local label begins with `.`.");
    const files = { "t.asm": '%include "l.inc"\n jmp f|oo', "l.inc": "foo: nop" };
    expect(rename(files, "bar", ["t.asm"])).toBe("`foo` stands in l.inc too, which is not the program's own.");
  });

  it("refuses what would change the program", () => {
    expect(rename({ "t.asm": "dd 5\nstar|t: nop" }, "begin")).toBe(
      "The program is entered at the label `start`: with another name it would begin elsewhere.",
    );
    const pasted = "%macro m 1\n jmp lab%1\n%endmacro\nlab|1: nop\n m 1";
    expect(rename({ "t.asm": pasted }, "label1")).toMatch(/^The program would not stay the same with `label1`: `lab1`/);
  });

  it("every label of every program of its own can be renamed, and the program stays the same", () => {
    const main = "lesson-popf.asm";
    const names = index({ [main]: programFiles[main]!, ...programFiles });
    const program = { main, files: programFiles };
    const languages = service();
    const mine = [...names.names()].filter(
      ({ kind, definitions, references }) =>
        kind === "label" &&
        definitions.length > 0 &&
        [...definitions, ...references].every(({ file }) => file === main),
    );
    expect(mine.length).toBeGreaterThan(5);
    for (const { name, definitions } of mine) {
      const { file, line, column } = definitions[0]!;
      const to = `${name.slice(Math.max(0, name.indexOf(".", 1)))}_2`;
      const position = { file, line, column };
      const answer = languages.answer({ kind: "rename", program, position, to, own: [main] });
      const entered = name === "start";
      expect(answer.ok || (entered && answer.reason.en.includes("entered")), name).toBe(true);
    }
  });
});
