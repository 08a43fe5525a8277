import { describe, test } from "vitest";
import { CS } from "../../src/cpu/state.ts";
import { CODE, type Computer, DATA, STACK0 } from "./computer.ts";
import { check } from "./integer.ts";

/** The code segment ends with the page of CODE. */
const shortCode = ({ cpu }: Computer): void => {
  cpu.state.limit[CS] = CODE + 0xfff;
};
const esp = STACK0;

describe("jumps", () => {
  test("relative, forwards and backwards", () => {
    check("eb 10", {}, { eip: 0x12 });
    check("eb fe", {}, { eip: 0 });
    check("e9 00 01 00 00", {}, { eip: 0x105 });
  });
  test("operand size 16 cuts EIP", () => {
    check("66 e9 00 00", {}, { eip: 4 - CODE });
    check("66 eb 02", {}, { eip: 5 - CODE });
  });
  test("a conditional jump that is not taken is not cut", () => {
    check("66 74 02", {}, { eip: 3 });
    check("66 74 02", { flags: "z" }, { flags: "z", eip: 5 - CODE });
  });
  test("indirect through a register and memory", () => {
    check("ff e0", { eax: 0x1234 }, { eip: 0x1234 - CODE });
    check("ff 21", { ecx: DATA, memory: { [DATA]: "78560000" } }, { eip: 0x5678 - CODE });
    check("66 ff e0", { eax: 0x11234 }, { eip: 0x1234 - CODE });
  });
  test("a target beyond the limit is #GP(0) at the jump", () => {
    check("e9 00 10 00 00", { prepare: shortCode }, { fault: 13, errorCode: 0 });
    check("74 02", { flags: "z", prepare: shortCode }, { flags: "z", eip: 4 });
    check("0f 84 00 10 00 00", { flags: "z", prepare: shortCode }, { fault: 13, errorCode: 0 });
  });
  const taken: [string, string, string][] = [
    ["o", "o", ""],
    ["b", "c", "z"],
    ["e", "z", "c"],
    ["be", "z", "s"],
    ["s", "s", "o"],
    ["p", "p", "a"],
    ["l", "o", "so"],
    ["le", "zso", "so"],
  ];
  test.each(taken)("J%s and its negation", (_, yes, no) => {
    const code = 0x70 + 2 * taken.findIndex(([name]) => name === _);
    const hex = (n: number): string => `${n.toString(16)} 10`;
    check(hex(code), { flags: yes }, { flags: yes, eip: 0x12 });
    check(hex(code), { flags: no }, { flags: no });
    check(hex(code + 1), { flags: yes }, { flags: yes });
    check(hex(code + 1), { flags: no }, { flags: no, eip: 0x12 });
    check(`0f ${(code + 0x10).toString(16)} 10 00 00 00`, { flags: yes }, { flags: yes, eip: 0x16 });
  });
});

describe("CALL and RET", () => {
  test("CALL pushes what follows it", () => {
    check("e8 10 00 00 00", {}, { eip: 0x15, esp: esp - 4, memory: { [esp - 4]: "05000100" } });
    check("66 e8 10 00", {}, { eip: 0x14 - CODE, esp: esp - 2, memory: { [esp - 2]: "0400" } });
    check("ff d0", { eax: 0x1234 }, { eip: 0x1234 - CODE, esp: esp - 4 });
  });
  test("CALL through memory addressed by ESP reads before it pushes", () => {
    check("ff 14 24", { memory: { [esp]: "34120000" } }, { eip: 0x1234 - CODE, esp: esp - 4 });
  });
  test("CALL beyond the limit pushes nothing", () => {
    check("e8 00 10 00 00", { prepare: shortCode, memory: { [esp - 4]: "aaaaaaaa" } }, { fault: 13, errorCode: 0 });
  });
  test("RET frees its parameters", () => {
    check("c3", { memory: { [esp]: "34120000" } }, { eip: 0x1234 - CODE, esp: esp + 4 });
    check("c2 08 00", { memory: { [esp]: "34120000" } }, { eip: 0x1234 - CODE, esp: esp + 12 });
    check("66 c2 08 00", { memory: { [esp]: "3412" } }, { eip: 0x1234 - CODE, esp: esp + 10 });
  });
  test("RET beyond the limit leaves ESP", () => {
    check("c3", { prepare: shortCode, memory: { [esp]: "00000200" } }, { fault: 13, errorCode: 0 });
  });
});

describe("LOOP and JECXZ", () => {
  test("LOOP counts ECX or CX down and touches no flag", () => {
    check("e2 10", { ecx: 2, flags: "z" }, { ecx: 1, eip: 0x12 });
    check("e2 10", { ecx: 1 }, { ecx: 0 });
    check("e2 10", { ecx: 0 }, { ecx: -1, eip: 0x12 });
    check("67 e2 10", { ecx: 0x10000 }, { ecx: 0x1ffff, eip: 0x13 });
    check("67 e2 10", { ecx: 0x10001 }, { ecx: 0x10000 });
  });
  test("LOOPE and LOOPNE look at ZF too", () => {
    check("e1 10", { ecx: 2, flags: "z" }, { ecx: 1, eip: 0x12 });
    check("e1 10", { ecx: 2 }, { ecx: 1 });
    check("e0 10", { ecx: 2 }, { ecx: 1, eip: 0x12 });
    check("e0 10", { ecx: 2, flags: "z" }, { ecx: 1 });
  });
  test("LOOP to a place beyond the limit leaves the count", () => {
    check(
      "e2 7f",
      {
        ecx: 5,
        prepare: ({ cpu }) => {
          cpu.state.limit[CS] = CODE + 0x20;
        },
      },
      { fault: 13, errorCode: 0 },
    );
  });
  test("JECXZ and JCXZ", () => {
    check("e3 10", { ecx: 0 }, { eip: 0x12 });
    check("e3 10", { ecx: 0x10000 }, {});
    check("67 e3 10", { ecx: 0x10000 }, { eip: 0x13 });
  });
});
