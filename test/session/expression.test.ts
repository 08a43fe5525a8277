import { describe, expect, it } from "vitest";
import { CpuState, DS, EAX, EBX, ES, ESP } from "../../src/cpu/state.ts";
import { evaluate } from "../../src/session/expression/evaluate.ts";
import { parseExpression } from "../../src/session/expression/parse.ts";
import type { ExpressionContext, ExpressionView } from "../../src/session/expression/types.ts";

function side(first: number): ExpressionView & { readonly bytes: Uint8Array } {
  const state = new CpuState();
  const bytes = new Uint8Array(0x2000).map((_, i) => (i + first) & 0xff);
  const read = (address: number) => (address < bytes.length ? bytes[address]! : null);
  // Linear addresses lie 0x1000 above the physical ones.
  return { state, bytes, readPhysical: read, readLinear: (at) => (at >= 0x1000 ? read(at - 0x1000) : null) };
}

function context(): ExpressionContext & { guest: ReturnType<typeof side>; real: ReturnType<typeof side> } {
  const guest = side(0);
  const real = side(1);
  guest.state.gpr[EAX] = 0x89abcdef | 0;
  guest.state.gpr[EBX] = 0x1004;
  guest.state.gpr[ESP] = 0x1010;
  guest.state.rawFlags = 0x3202;
  guest.state.cr0 = 0x80000011 | 0;
  guest.state.selector[DS] = 0x10;
  guest.state.base[ES] = 0x1000;
  guest.state.limit[DS] = -1;
  real.state.gpr[EAX] = 7;
  real.state.cpl = 1;
  const symbols = new Map([
    ["counter", 0x1008],
    ["Main.loop", 0x1100],
    ["guest.x", 99],
    ["of", 5],
  ]);
  return { guest, real, symbol: (name) => symbols.get(name) ?? null, tick: 12, step: 34, hits: null };
}

function value(text: string): number {
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new Error(parsed.problem.words.en);
  const result = evaluate(parsed.expression, context());
  if (!result.ok) throw new Error(result.problem.words.en);
  return result.value.bits;
}

function problem(text: string) {
  const parsed = parseExpression(text);
  const failed = parsed.ok ? evaluate(parsed.expression, context()) : parsed;
  if (failed.ok) throw new Error("no problem");
  return failed.problem;
}

describe("an expression", () => {
  it.each([
    ["42", 42],
    ["0x2A", 42],
    ["2ah", 42],
    ["0b101010", 42],
    ["101010b", 42],
    ["1_000", 1000],
    ["'AB'", 0x4241],
    ["eax", 0x89abcdef],
    ["$eax", 0x89abcdef],
    ["AX", 0xcdef],
    ["al", 0xef],
    ["ah", 0xcd],
    ["eflags", 0x3202],
    ["IF", 1],
    ["CF", 0],
    ["IOPL", 3],
    ["cr0 >> 31", 1],
    ["ds", 0x10],
    ["ds.limit", 0xffffffff],
    ["es.base", 0x1000],
    ["cpl", 0],
    ["real.cpl", 1],
    ["real.eax", 7],
    ["guest.eax - real.eax", 0x89abcde8],
    ["counter", 0x1008],
    ["Main.loop + 4", 0x1104],
    ["tick * 100 + step", 1234],
  ])("reads %s", (text, expected) => expect(value(text)).toBe(expected));

  it.each([
    ["[0x1000]", 0x03020100],
    ["[counter]", 0x0b0a0908],
    ["byte [counter]", 8],
    ["word [counter+1]", 0x0a09],
    ["dword [ebx]", 0x07060504],
    ["*(u8*)ebx", 4],
    ["*(u16*)(ebx + 2)", 0x0706],
    ["*ebx", 0x07060504],
    ["phys:[8]", 0x0b0a0908],
    ["byte phys:[8]", 8],
    ["real.[counter]", 0x0c0b0a09],
    ["byte real.phys:[8]", 9],
    ["real.byte [counter]", 9],
    ["[es:4]", 0x07060504],
    ["&[ebx + 4]", 0x1008],
    ["&counter", 0x1008],
    ["*(i8*)(0x1000 + 0xf0)", 0xfffffff0],
  ])("reads memory: %s", (text, expected) => expect(value(text)).toBe(expected));

  it.each([
    ["1 + 2 * 3", 7],
    ["(1 + 2) * 3", 9],
    ["1 | 6 & 3 == 3", 1],
    ["10 - 4 - 3", 3],
    ["1 << 4 >> 2", 4],
    ["1 << 32", 0],
    ["!5 + ~0", 0xffffffff],
    ["2 < 3 && 3 < 2 || 1", 1],
    ["eax < -1", 1],
    ["eax > 0", 1],
    ["(i32)eax < 0", 1],
    ["(i8)al", 0xffffffef],
    ["-7 / 2", 0xfffffffd],
    ["-7 % 3", 0xffffffff],
    ["-8 >> 1", 0xfffffffc],
    ["cpl ? 10 : 20", 20],
    ["eax = 0x89abcdef", 1],
    ["0xffffffff + 1", 0],
    ["0xffff * 0x10001", 0xffffffff],
    ["1 || 1 / 0", 1],
  ])("computes as C does: %s", (text, expected) => expect(value(text)).toBe(expected));

  it("gives a label the precedence over a flag and over a view of the same name, and none over a register", () => {
    expect(value("of")).toBe(5);
    expect(value("guest.x")).toBe(99);
  });

  it.each([
    ["", 1, /no expression/],
    ["eax +", 6, /Expected a register/],
    ["eax ebx", 5, /ends before “ebx”/],
    ["(eax", 5, /Expected \)/],
    ["[eax", 5, /Expected \]/],
    ["eax # 1", 5, /no meaning/],
    ["0xfg", 1, /is no number/],
    ["0x1ffffffff", 1, /32 bits/],
    ["1 + eux", 5, /“eux” is no register.*Did you mean/],
    ["[0x10]", 1, /Nothing is mapped at 0x13/],
    ["phys:[0x7000]", 1, /There is no memory at 0x7003/],
    ["eax / (1 - 1)", 8, /Division by zero/],
    ["hits > 3", 1, /breakpoint only/],
    ["byte eax", 6, /Expected \[/],
    ["[eax:4]", 2, /no segment register/],
    ["&eax", 2, /takes the address/],
    ["(".repeat(200), 33, /deeply nested/],
  ])("says what is wrong with %j, and where", (text, column, words) => {
    const found = problem(text);
    expect(found.words.en).toMatch(words);
    expect(found.words.zh).not.toBe(found.words.en);
    expect(found.column).toBe(column);
    expect(found.end).toBeGreaterThan(column);
  });
});
