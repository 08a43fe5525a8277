import { describe, expect, it } from "vitest";
import { assemble } from "../../../src/asm/assemble.ts";
import { completionsAt } from "../../../src/asm/language/completion.ts";
import { DIRECTIVE_WORDS, PREPROCESSOR_WORDS } from "../../../src/asm/language/directive-words.ts";
import { applyEdits } from "../../../src/asm/language/edits.ts";
import { fixesFor } from "../../../src/asm/language/fixes.ts";
import { foldsOf } from "../../../src/asm/language/folding.ts";
import { signatureAt } from "../../../src/asm/language/signature.ts";
import { isStatementWord, UNSUPPORTED } from "../../../src/asm/words.ts";
import { index, positionOf } from "./source.ts";

type Files = Readonly<Record<string, string>>;

/** Labels that completion offers at the cursor, best first. */
function offered(files: Files): string[] {
  const { found, position } = positionOf(files);
  const { items } = completionsAt(index(found), position, found);
  return [...items].sort((a, b) => a.rank - b.rank).map(({ label }) => label);
}

describe("completion", () => {
  it("offers instructions, directives and macros where a statement begins", () => {
    const macro = "%macro print 1\n%endmacro\n";
    for (const text of [`${macro} |`, `${macro}l: p|`, `${macro} rep |`, `${macro}buffer |`]) {
      expect(offered({ "t.asm": text })).toEqual(expect.arrayContaining(["popfd", "db", "print", "resb"]));
      expect(offered({ "t.asm": text })).not.toContain("eax");
    }
  });

  it("offers what an operand may be, the likeliest first", () => {
    const names = "start: nop\n.loop: nop\nCOM1 equ 5\n";
    expect(offered({ "t.asm": `${names} mov cr0, |` })).toContain("eax");
    expect(offered({ "t.asm": `${names} mov cr0, |` })).not.toContain("ax");
    expect(offered({ "t.asm": `${names} mov eax, |` })).toEqual(
      expect.arrayContaining(["ebx", "cr3", "start", "COM1"]),
    );
    expect(offered({ "t.asm": `${names} mov eax, |` })).not.toContain("bl");
    expect(offered({ "t.asm": `${names} mov |` }).slice(0, 2)).toEqual(["eax", "ecx"]);
    const targets = offered({ "t.asm": `${names} jmp |` });
    expect(targets[0]).toBe(".loop");
    expect(targets).toContain("start");
    expect(offered({ "t.asm": `${names} mov eax, [e|` })).toContain("ebx");
    expect(offered({ "t.asm": `${names} out |` })).toEqual(expect.arrayContaining(["dx", "COM1"]));
    expect(offered({ "t.asm": `${names} out |` })).not.toContain("ecx");
  });

  it("offers local labels of the label around, those of others in full", () => {
    const text = "a:\n.x: nop\nb:\n.y: nop\n";
    expect(offered({ "t.asm": `${text} jmp .|` })).toEqual([".y"]);
    expect(offered({ "t.asm": `${text} jmp a.|` })).toContain("a.x");
  });

  it("offers the preprocessor's directives, and what belongs to the macro around", () => {
    expect(offered({ "t.asm": "%|" })).toEqual(expect.arrayContaining(["%macro", "%ifdef", "%include"]));
    expect(offered({ "t.asm": "%macro m 2\n%%x: mov eax, %|\n%endmacro" })).toEqual(
      expect.arrayContaining(["%1", "%2", "%%x"]),
    );
  });

  it("offers files behind %include, and nothing in comments and strings", () => {
    expect(offered({ "t.asm": '%include "li|"', "lib/a.inc": "", "b.inc": "" })).toEqual(["lib/a.inc", "b.inc"]);
    expect(offered({ "t.asm": " nop ; mo|" })).toEqual([]);
    expect(offered({ "t.asm": " db 'mo|'" })).toEqual([]);
  });

  it("offers only directives that the assembler has", () => {
    for (const word of Object.keys(DIRECTIVE_WORDS))
      expect(isStatementWord(word) && !UNSUPPORTED.has(word), word).toBe(true);
    for (const word of Object.keys(PREPROCESSOR_WORDS)) {
      const messages = assemble(`%${word}`, { name: "t.asm" }).diagnostics.map(({ message }) => message.en);
      expect(messages.join(), word).not.toMatch(/is no directive|not supported/);
    }
  });
});

describe("signature help", () => {
  const help = (text: string) => {
    const { found, position } = positionOf({ "t.asm": text });
    const answer = signatureAt(index(found), position);
    return answer && `${answer.signatures[answer.active]!.label} @${answer.parameter}`;
  };

  it("shows the form that fits, and the operand that is being written", () => {
    expect(help(" mov |")).toBe("mov r/m8, r8 @0");
    expect(help(" mov eax, |")).toMatch(/^mov r\/m32, r32 @1/);
    expect(help(" mov cr0, |")).toBe("mov CRn, r32 @1");
    expect(help(" in al, |")).toMatch(/^in AL, (imm8|DX) @1/);
    expect(help("l: imul eax, [ebx + 4], |")).toBe("imul r32, r/m32, imm8 @2");
    expect(help(" mov eax, [e|bx]")).toMatch(/@1$/);
  });

  it("a macro's parameters; nothing where there are no operands", () => {
    expect(help("%macro gate 3\n%endmacro\n gate 5, |")).toBe("gate %1, %2, %3 @1");
    expect(help(" cli |")).toBe(null);
    expect(help(" mov eax, ebx ; |")).toBe(null);
  });
});

describe("folding", () => {
  const folds = (text: string): string[] => {
    const names = index({ "t.asm": text });
    return foldsOf(names.texts.get("t.asm")!, (word) => names.macroNamed(word)).map(
      ({ start, end, kind }) => `${start}-${end}${kind === "comment" ? " comment" : ""}`,
    );
  };

  it("labels with what follows them, without the comment of the next", () => {
    expect(folds("a: nop\n nop\n.x: nop\n\n; about b\nb: nop\n nop")).toEqual(["1-3", "6-7"]);
  });

  it("macros, conditions with their branches, repetitions, comments", () => {
    expect(folds("%macro m 0\n nop\n%endmacro")).toEqual(["1-3"]);
    expect(folds("%if 1\n nop\n%elif 2\n nop\n%else\n nop\n%endif")).toEqual(["1-2", "3-4", "5-7"]);
    expect(folds("%rep 2\n nop\n%endrep")).toEqual(["1-3"]);
    expect(folds("; a\n; b\n\n; c")).toEqual(["1-2 comment"]);
    expect(folds("struc s\n.x: resd 1\nendstruc")).toEqual(["1-3"]);
  });

  it("a label's block that holds a whole condition", () => {
    expect(folds("a: nop\n%if 1\n nop\n%endif\n ret\nb: ret")).toEqual(["1-5", "2-4"]);
  });
});

describe("fixes", () => {
  /** Titles of the fixes of all problems, and the first one's result. */
  const fixed = (files: Files): { readonly titles: string[]; readonly text: string } => {
    const main = Object.keys(files)[0]!;
    const names = index(files);
    const found = assemble(files[main]!, { name: main, resolve: (path) => files[path] ?? null });
    const fixes = found.diagnostics.flatMap((diagnostic) => fixesFor(diagnostic, names, files));
    return { titles: fixes.map(({ title }) => title.en), text: applyEdits(files[main]!, fixes[0]?.edits ?? []) };
  };

  it.each([
    [" movv eax, 5", "Change to `mov`", " mov eax, 5"],
    ["agian: nop\n jmp again", "Change to `agian`", "agian: nop\n jmp agian"],
    ["f: jmp .ned\n.end: nop", "Change to `.end`", "f: jmp .end\n.end: nop"],
    ["%incude 'x'", "Change to `%include`", "%include 'x'"],
    [" mov [eax], 5", "Put `dword` before it", " mov dword [eax], 5"],
    [" mov byte eax, 5", "Leave `byte` out", " mov eax, 5"],
    ["data", "Put `:` behind it", "data:"],
    [" db 'abc", "Put `'` behind it", " db 'abc'"],
    [" mov rax, 5", "Change to `eax`", " mov eax, 5"],
    [" jmp short far_away\n times 200 nop\nfar_away:", "Leave `short` out", " jmp far_away\n times 200 nop\nfar_away:"],
    ["%if 1\n nop", "Add `%endif` at the end", "%if 1\n nop\n%endif\n"],
    ["m: nop\n mov eax, offset m", "Leave `offset` out", "m: nop\n mov eax, m"],
  ])("%j: %s", (text, title, after) => {
    const { titles, text: result } = fixed({ "t.asm": text });
    expect(titles).toContain(title);
    expect(result).toBe(after);
    expect(assemble(result, { name: "t.asm", resolve: () => "" }).ok).toBe(true);
  });

  it("includes the file that has a macro or a label", () => {
    const files = { "t.asm": "org 0\n exit 5\n", "lib/machine.inc": "%macro exit 1\n nop\n%endmacro" };
    const { titles, text } = fixed(files);
    expect(titles[0]).toBe('Include "lib/machine.inc", which defines `exit`');
    expect(text).toBe('org 0\n%include "lib/machine.inc"\n exit 5\n');
    const code = fixed({ "t.asm": "a: call put\n", "lib/c.inc": "put: ret" });
    expect(code.text).toBe('a: call put\n%include "lib/c.inc"\n');
  });

  it("an include that is misspelt", () => {
    expect(fixed({ "t.asm": '%include "lib/consol.inc"', "lib/console.inc": "" }).text).toBe(
      '%include "lib/console.inc"',
    );
  });
});
