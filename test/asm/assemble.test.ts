import { describe, expect, it } from "vitest";
import { assemble } from "../../src/asm/assemble.ts";

const INCLUDES: Readonly<Record<string, string>> = {
  "lib/put.inc": "%macro put 1\n  mov al, %1\n  out 0xe9, al\n%endmacro\n",
};

const run = (source: string) => assemble(source, { name: "main.asm", resolve: (path) => INCLUDES[path] ?? null });

describe("where a program lies", () => {
  function check(source: string, origin: number, entry: number): void {
    const result = run(source);
    expect([result.ok, result.origin, result.entry]).toEqual([true, origin, entry]);
  }
  it("at 1 MiB and entered at its first byte, unless it says otherwise", () => check("nop\nhlt", 0x100000, 0x100000));
  it("at ORG", () => check("org 0x7c00\nnop", 0x7c00, 0x7c00));
  it("entered at start", () => check("dd 1\nstart: nop", 0x100000, 0x100004));
});

describe("symbols", () => {
  it("are addresses or numbers, local ones with their parent", () => {
    const { symbols } = run("A equ 5\nstart: nop\n.x: nop\nB equ start+1\nsection .bss\nroom: resd 4\n");
    expect(Object.fromEntries(symbols)).toEqual({
      A: { value: 5, kind: "constant" },
      start: { value: 0x100000, kind: "label" },
      "start.x": { value: 0x100001, kind: "label" },
      B: { value: 0x100001, kind: "constant" },
      room: { value: 0x100004, kind: "label" },
    });
  });
});

describe("the line map", () => {
  const source =
    "%include \"lib/put.inc\"\nstart: nop\n  put 'a'\n  jmp start\nsection .data\nalign 16\nx: times 3 dd 1\n";

  function check(address: number, line: number, expansion: readonly unknown[] = []): void {
    const entry = run(source).lines.at(address);
    expect([entry?.file, entry?.line, entry?.expansion]).toEqual(["main.asm", line, expansion]);
  }

  it("leads from an address to the line a person wrote", () => {
    check(0x100000, 2);
    check(0x100005, 4);
    check(0x10001b, 7);
  });
  it("names the macro and its line", () => {
    check(0x100001, 3, [{ name: "put", file: "lib/put.inc", line: 2 }]);
    check(0x100003, 3, [{ name: "put", file: "lib/put.inc", line: 3 }]);
  });
  it("covers the gaps between sections", () => {
    expect(run(source).lines.at(0x100008)).not.toBeNull();
  });
  it("leads from a line to its addresses", () => {
    const { lines } = run(source);
    expect(lines.of("main.asm", 3).map((e) => [e.address, e.size])).toEqual([
      [0x100001, 2],
      [0x100003, 2],
    ]);
    expect(lines.of("lib/put.inc", 3).map((e) => e.address)).toEqual([0x100003]);
  });
  it("ends with the image", () => {
    const { lines, bytes, origin } = run(source);
    expect(lines.at(origin + bytes.length - 1)).not.toBeNull();
    expect(lines.at(origin + bytes.length)).toBeNull();
    expect(lines.at(origin - 1)).toBeNull();
  });
});

describe("the listing", () => {
  it("shows number, address, bytes and source, and macro lines under their call", () => {
    const text = run('%include "lib/put.inc"\nstart: put 5\ntimes 100 db 0 ; zeros\nsection .bss\nresb 5\n').listing();
    expect(text.split("\n")).toEqual([
      "     2                            start: put 5",
      "     2 00100000 B005              <1>   mov al, %1",
      "     3 00100002 E6E9              <1>   out 0xe9, al",
      "     3 00100004 00 x 100          times 100 db 0 ; zeros",
      "     4                            section .bss",
      "     5 00100068 ?? x 5            resb 5",
      "",
    ]);
  });
});

describe("speed", () => {
  it("a program of 1,000 lines takes well under 200 ms once warm, on a busy machine", () => {
    const rows = ["%define K 5", "%macro save 2", "push %1", "push %2", "%endmacro"];
    for (let i = 0; i < 100; i++) {
      rows.push(`f${i}:`, "push ebp", "mov ebp, esp", "mov eax, [ebp+8]", "cmp eax, K", "jne .out");
      rows.push("add eax, [table+eax*4]", "save ebx, ecx", `call f${(i * 7) % 100}`, ".out: leave", "ret");
    }
    rows.push("table: times 100 dd 0");
    const source = rows.join("\n");
    const times = Array.from({ length: 15 }, () => {
      const from = performance.now();
      expect(run(source).ok).toBe(true);
      return performance.now() - from;
    });
    expect(Math.min(...times)).toBeLessThan(200);
  });
});
