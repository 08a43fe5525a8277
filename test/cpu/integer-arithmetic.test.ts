import { describe, test } from "vitest";
import { DS } from "../../src/cpu/state.ts";
import { type Computer, DATA } from "./computer.ts";
import { check } from "./integer.ts";

const readOnlyData = ({ cpu }: Computer): void => {
  cpu.state.attr[DS] &= ~2;
};

describe("the ALU group", () => {
  test("every form of ADD", () => {
    const memory = { [DATA]: "01000000" };
    check("00 01", { eax: 2, ecx: DATA, memory }, { flags: "p", memory: { [DATA]: "03" } });
    check("66 01 01", { eax: 2, ecx: DATA, memory }, { flags: "p", memory: { [DATA]: "0300" } });
    check("01 01", { eax: 2, ecx: DATA, memory }, { flags: "p", memory: { [DATA]: "03000000" } });
    check("02 01", { eax: 2, ecx: DATA, memory }, { eax: 3, flags: "p" });
    check("66 03 01", { eax: 2, ecx: DATA, memory }, { eax: 3, flags: "p" });
    check("03 01", { eax: 2, ecx: DATA, memory }, { eax: 3, flags: "p" });
    check("04 ff", { eax: 0x102 }, { eax: 0x101, flags: "ac" });
    check("66 05 ff ff", { eax: 0x10002 }, { eax: 0x10001, flags: "ac" });
    check("05 ff ff ff ff", { eax: 2 }, { eax: 1, flags: "ac" });
    check("80 c0 01", { eax: 2 }, { eax: 3, flags: "p" });
    check("82 c0 01", { eax: 2 }, { eax: 3, flags: "p" });
    check("66 81 c0 01 00", { eax: 2 }, { eax: 3, flags: "p" });
    check("81 c0 01 00 00 00", { eax: 2 }, { eax: 3, flags: "p" });
    check("66 83 c0 ff", { eax: 0x10002 }, { eax: 0x10001, flags: "ac" });
    check("83 c0 ff", { eax: 2 }, { eax: 1, flags: "ac" });
  });
  test("CMP and TEST write nothing, not even to memory that cannot be written", () => {
    const given = { eax: 1, ecx: DATA, memory: { [DATA]: "01" }, prepare: readOnlyData };
    check("38 01", given, { flags: "zp" });
    check("84 01", given, { flags: "" });
    check("83 39 01", given, { flags: "zp" });
    check("f6 01 01", given, { flags: "" });
    check("f6 09 01", given, { flags: "" });
  });
  test("a refused destination changes neither flags nor registers", () => {
    check("01 01", { eax: 1, ecx: DATA, flags: "zc", prepare: readOnlyData }, { fault: 13, errorCode: 0 });
    check("ff 01", { ecx: DATA, prepare: readOnlyData }, { fault: 13, errorCode: 0 });
  });
  test("INC and DEC keep CF, pending or not", () => {
    check("00 c0 40", { eax: 0x80, steps: 2 }, { eax: 1, flags: "c" });
    check("48", { eax: 0, flags: "c" }, { eax: -1, flags: "sapc" });
    check("66 40", { eax: 0x1ffff }, { eax: 0x10000, flags: "zap" });
    check("fe c4", { eax: 0x7f00 }, { eax: 0x8000, flags: "osa" });
  });
});

describe("decimal adjustment", () => {
  test("DAA after 79h + 35h", () => check("04 35 27", { eax: 0x79, steps: 2 }, { eax: 0x14, flags: "apc" }));
  test("DAS after 35h - 47h", () => check("2c 47 2f", { eax: 0x35, steps: 2 }, { eax: 0x88, flags: "sapc" }));
  test("DAS keeps the borrow of its first correction", () =>
    check("2f", { eax: 3, flags: "a" }, { eax: 0xfd, flags: "sac" }));
  test("AAA carries into AH over a byte's end", () => check("37", { eax: 0x01fb }, { eax: 0x0301, flags: "ac" }));
  test("AAS borrows from AH", () => check("3f", { eax: 0x0203, flags: "a" }, { eax: 0x000d, flags: "ac" }));
  test("AAM and AAD take any base", () => {
    check("d4 0a", { eax: 0x3f }, { eax: 0x0603, flags: "p" });
    check("d4 10", { eax: 0x5a }, { eax: 0x050a, flags: "p" });
    check("d5 0a", { eax: 0x0603 }, { eax: 0x3f, flags: "p" });
    check("d5 10", { eax: 0x050a }, { eax: 0x5a, flags: "p" });
  });
  test("AAM 0 is #DE", () => check("d4 00", { eax: 0x3f }, { fault: 0, errorCode: -1 }));
});

describe("multiplication and division at the edges", () => {
  test("64-bit products are exact", () => {
    check("f7 e3", { eax: -1, ebx: -1 }, { eax: 1, edx: 0xfffffffe, flags: "oc" });
    check("f7 eb", { eax: 0x80000000, ebx: 0x80000000 }, { eax: 0, edx: 0x40000000, flags: "ozpc" });
    check("f7 e3", { eax: 0x12345678, ebx: 0x9abcdef0 }, { eax: 0x242d2080, edx: 0x0b00ea4e, flags: "oc" });
  });
  test("IMUL of three operands", () => {
    check("6b c3 fe", { ebx: 0x40000000 }, { eax: 0x80000000, flags: "sp" });
    check("69 c3 00 00 01 00", { ebx: 0x10000 }, { eax: 0, flags: "ozpc" });
    check("66 6b c3 02", { eax: -1, ebx: 0x4000 }, { eax: 0xffff8000, flags: "ospc" });
  });
  test("DIV by 0 and a quotient that does not fit are #DE", () => {
    check("f7 f3", { eax: 1, ebx: 0 }, { fault: 0, errorCode: -1 });
    check("f7 f3", { eax: 0, edx: 1, ebx: 1 }, { fault: 0 });
    check("f6 f3", { eax: 0x200, ebx: 2 }, { fault: 0 });
    check("f7 f3", { eax: -1, edx: 1, ebx: 2 }, { eax: -1, edx: 1 });
  });
  test("IDIV takes the most negative quotient and no more", () => {
    check("f7 fb", { eax: 0x80000000, edx: -1, ebx: 1 }, { eax: 0x80000000, edx: 0 });
    check("f7 fb", { eax: 0x80000000, edx: -1, ebx: -1 }, { fault: 0 });
    check("f7 fb", { eax: 0, edx: 0x80000000, ebx: -1 }, { fault: 0 });
    check("f6 fb", { eax: 0xff80, ebx: 1 }, { eax: 0x0080 });
    check("f7 fb", { eax: -7, edx: -1, ebx: 2 }, { eax: -3, edx: -1 });
  });
});

describe("shifts and rotates at the edges", () => {
  test("a count of 0 modulo 32 leaves every flag", () => {
    check("d3 e0", { eax: 5, ecx: 32, flags: "oszapc" }, {});
    check("c1 c0 20", { eax: 5, flags: "oszapc" }, {});
    check("0f a5 d8", { eax: 5, ebx: 7, ecx: 64, flags: "oszapc" }, {});
  });
  test("a byte shifted beyond its width", () => {
    check("c0 e0 08", { eax: 0x1ff }, { eax: 0x100, flags: "ozpc" });
    check("c0 e0 09", { eax: 0x1ff }, { eax: 0x100, flags: "zp" });
    check("c0 f8 1f", { eax: 0x180 }, { eax: 0x1ff, flags: "spc" });
  });
  test("RCL of a byte by 9 and RCR of a word by 17 change nothing", () => {
    check("c0 d0 09", { eax: 0xa5, flags: "oc" }, {});
    check("66 c1 d8 11", { eax: 0xa5a5, flags: "o" }, {});
  });
  test("ROL of a byte by 8 sets CF from its lowest bit", () => {
    check("c0 c0 08", { eax: 0x81, flags: "o" }, { flags: "c" });
  });
  test("SHLD and SHRD of a word by more than 16 rotate the pair of operands", () => {
    check("66 0f a4 d8 14", { eax: 0x1234, ebx: 0xabcd }, { eax: 0xbcd1, flags: "osp" });
    check("66 0f ac d8 14", { eax: 0x1234, ebx: 0xabcd }, { eax: 0x4abc, flags: "oc" });
  });
});

describe("bits", () => {
  test("a register's bit number reaches beyond the operand, both ways", () => {
    check("0f a3 01", { eax: 37, ecx: DATA, memory: { [DATA + 4]: "20" } }, { flags: "c" });
    check("0f ab 01", { eax: -1, ecx: DATA }, { memory: { [DATA - 4]: "00000080" } });
    check(
      "66 0f b3 01",
      { eax: 0xffff, ecx: DATA, memory: { [DATA - 2]: "00ff" } },
      { flags: "c", memory: { [DATA - 2]: "007f" } },
    );
    check("0f bb 01", { eax: 0x80, ecx: DATA }, { memory: { [DATA + 16]: "01" } });
  });
  test("an immediate bit number stays within the operand", () => {
    check("0f ba 21 25", { ecx: DATA, memory: { [DATA]: "20" } }, { flags: "c" });
    check("66 0f ba e9 1f", { ecx: 0 }, { ecx: 0x8000 });
  });
  test("only CF changes", () => {
    check("0f a3 c8", { eax: 1, ecx: 0, flags: "oszap" }, { flags: "oszapc" });
    check("0f b3 c8", { eax: 1, ecx: 32, flags: "oszap" }, { eax: 0, flags: "oszapc" });
  });
  test("BTS is checked as a write even where the bit is set", () => {
    check("0f ab 01", { ecx: DATA, memory: { [DATA]: "01" }, prepare: readOnlyData }, { fault: 13, errorCode: 0 });
  });
  test("BSF and BSR of 0 set ZF and leave the destination", () => {
    check("0f bc c3", { eax: 0x55, flags: "sc" }, { flags: "szc" });
    check("0f bd c3", { eax: 0x55, flags: "sc" }, { flags: "szc" });
  });
  test("BSF and BSR find the ends", () => {
    check("0f bc c3", { ebx: 0x80010100, flags: "z" }, { eax: 8, flags: "" });
    check("0f bd c3", { ebx: 0x80010100 }, { eax: 31, flags: "" });
    check("66 0f bd c3", { eax: -1, ebx: 0x80010100 }, { eax: 0xffff0008, flags: "" });
    check("0f bc c3", { ebx: 1 }, { eax: 0, flags: "p" });
  });
});
