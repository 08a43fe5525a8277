import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assemble } from "../../src/asm/assemble.ts";
import { mnemonics } from "../../src/isa/rows.ts";

const resolve = (path: string): string | null => (path === "self" ? "%include 'self'\n" : null);

describe("a hostile source ends soon, with a message", () => {
  function check(source: string, message: RegExp): void {
    const from = performance.now();
    const result = assemble(source, { name: "t.asm", resolve });
    expect(result.ok).toBe(false);
    expect(result.diagnostics.map((d) => d.message.en).join("\n")).toMatch(message);
    expect(performance.now() - from).toBeLessThan(10_000);
  }
  const many = (count: number, line: (i: number) => string): string =>
    Array.from({ length: count }, (_, i) => line(i)).join("\n");

  it("a macro that calls itself", () => check("%rmacro r 0\nr\n%endmacro\nr", /nest more than 200 deep/));
  it("a billion repetitions", () => check("%rep 1000000000\nnop\n%endrep", /%rep would repeat 1000000000 times/));
  it("nested repetitions", () => check("%rep 100000\n%rep 100000\nnop\n%endrep\n%endrep", /more than 100000 lines/));
  it("a huge TIMES", () => check("times 1000000000000 db 0", /TIMES would repeat/));
  it("a TIMES that is just too big", () => check("times 17*1024*1024 db 0", /grows beyond 16 MiB/));
  it("millions of jumps", () => check("x: times 5000000 jmp x", /TIMES would repeat/));
  it("room beyond the machine's memory", () => check("section .bss\nresb 1000000000", /grows beyond 256 MiB/));
  it("a gap beyond the limit", () => check("nop\nsection .x start=0x80000000\nnop", /image would be larger/));
  it("a file that includes itself", () => check("%include 'self'", /include one another more than 32 deep/));
  it("an origin near the end of the address space", () => check("org 0xffffffff\nmov eax, 5", /ends beyond 4 GiB/));
  it("parentheses", () => check(`dd ${"(".repeat(9000)}1${")".repeat(9000)}`, /too long or nested too deeply/));
  it("minus signs", () => check(`dd ${"-".repeat(19000)}1`, /too long or nested too deeply/));
  it("a long sum", () => check(`dd 1${"+1".repeat(9000)}`, /too long or nested too deeply/));
  it("questions", () => check(`dd ${"1 ? ".repeat(5000)}`, /too long or nested too deeply/));
  it("defines that double", () =>
    check(`${many(40, (i) => `%define a${i} a${i + 1} a${i + 1}`)}\ndb a0`, /longer than|more than/));
  it("names that double", () => check(`%xdefine n x\n%rep 40\n%xdefine n n %+ n\n%endrep\nn: nop`, /longer than/));
  it("strings that double", () => check(`%define s 'ab'\n%rep 40\n%strcat s s, s\n%endrep\ndb s`, /longer than/));
  it("arguments that double", () => check("%rmacro r 1\nr {%1, %1}\n%endmacro\nr 1", /longer than|nest more than/));
  it("tens of thousands of unknown words", () =>
    check(
      many(30_000, (i) => `foo${i} bar${i}, 5`),
      /and \d+ more/,
    ));
  it("tens of thousands of unknown labels", () =>
    check(
      many(30_000, (i) => `l${i}: jmp nowhere${i}`),
      /and \d+ more/,
    ));
  it("a very long line", () => check(`db ${"1,".repeat(40_000)}1`, /longer than/));
  it("a very long file", () => check("nop\n".repeat(1_100_000), /sources are longer/));
  it("EQUs in a circle", () => check("a equ b+1\nb equ a+1\ndd a", /depends on itself/));
  it("lengths that depend on what follows", () => {
    check("%if x-$$ > 5\nnop\n%endif\nx:", /must be defined before/);
    check("a: times (a-b) & 1 nop\nb:", /must be defined before/);
  });
  it("many sections", () =>
    check(
      many(2000, (i) => `section .s${i}\nnop`),
      /more than 1000 sections/,
    ));
});

const WORDS = [
  ...mnemonics(),
  ..."eax ebx ax al [ ] ( ) , : + - * / % $ $$ ? ~ ! < > = & | ^ byte word dword short near far strict es: cs db dw dd dq".split(
    " ",
  ),
  ..."resb times equ align org section .text .data .bss x y .z %macro %endmacro %1 %0 %%l %if %else %endif %rep %endrep".split(
    " ",
  ),
  ..."%define %assign %xdefine %undef %exitrep %include 'ab' \"c\" `\\n` 0 1 5 -1 0x1f 127 128 255 256 65536 0xffffffff".split(
    " ",
  ),
  ..."bits 16 32 struc endstruc istruc at iend %push %pop %$q %+ %[ { } %{1} %rotate %strlen %substr ; \\ @ # \u00e9 \ud800".split(
    " ",
  ),
  "\n",
  "\n",
  "\n",
  "\n",
  "\n",
];

const STATEMENTS = [
  ...[
    "mov eax, [ebx+x]",
    "jmp y",
    "jz x",
    "call .l",
    ".l: nop",
    "times 30 jmp y",
    "times 5 dd $",
    "db 'abc', 5",
    "resb 7",
  ],
  ...[
    "align 16",
    "align 4, db 1",
    "section .data",
    "section .bss",
    "section .text",
    "section .u align=32",
    "bits 16",
    "bits 32",
  ],
  ...[
    "%assign i i+1",
    "%assign i 3",
    "m 1, 2",
    "%macro m 2",
    "%endmacro",
    "add eax, %1",
    "%%z: jmp %%z",
    "%rep 3",
    "%endrep",
  ],
  ...[
    "%if $-$$ > 20",
    "%else",
    "%endif",
    "db i",
    "k equ $-$$",
    "dd k, x-y",
    "x:",
    "y:",
    "z: db 1",
    "m 5",
    "struc s",
    "endstruc",
  ],
  ...[
    "%push c",
    "%pop",
    "%$q: jmp %$q",
    "absolute 100",
    "%define d(a) a+1",
    "dw d(3)",
    "lea eax, [eax*3+k]",
    "org 0x2000",
  ],
];

describe("random sources", () => {
  const tokens = fc.array(fc.constantFrom(...WORDS), { maxLength: 120 }).map((words) => words.join(" "));

  /** Never throws, and every byte knows its line. */
  function check(source: string): void {
    const { bytes, lines, origin, listing, diagnostics, ok } = assemble(source, { name: "t.asm", resolve });
    expect(ok).toBe(!diagnostics.some((d) => d.severity === "error"));
    let next = origin;
    for (const entry of lines.entries) {
      if (entry.address >= origin + bytes.length) break;
      expect(entry.address).toBeLessThanOrEqual(next);
      next = Math.max(next, entry.address + entry.size);
    }
    if (ok) expect(next).toBeGreaterThanOrEqual(origin + bytes.length);
    expect(typeof listing()).toBe("string");
    for (const d of diagnostics) expect(d.endColumn).toBeGreaterThan(d.column);
  }

  it("of the dialect's own words never throw, and every byte has a line", () => {
    fc.assert(fc.property(tokens, check), { numRuns: 1500, seed: 7 });
  });
  it("of whole statements never throw, and every byte has a line", () => {
    const statements = fc.array(fc.constantFrom(...STATEMENTS), { maxLength: 40 }).map((lines) => lines.join("\n"));
    fc.assert(fc.property(statements, check), { numRuns: 1000, seed: 9 });
  });
  it("of any characters never throw", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), check), { numRuns: 500, seed: 8 });
  });
});
