import { describe, test } from "vitest";
import { PAGE_SHARED } from "../../src/cpu/bus.ts";
import { CS, DS, ESP, SS } from "../../src/cpu/state.ts";
import { CODE, type Computer, DATA, STACK0 } from "./computer.ts";
import { check } from "./integer.ts";

/** DS cannot be written: its type is read-only. */
const readOnlyData = ({ cpu }: Computer): void => {
  cpu.state.attr[DS] &= ~2;
};
/** The page at `address` is not present. */
const absent =
  (address: number) =>
  (computer: Computer): void => {
    computer.page();
    computer.memory.write32(computer.pte(address), 0);
  };

describe("MOV", () => {
  test("byte registers 4 to 7 are the second bytes", () => {
    check("88 e0", { eax: 0x11223344 }, { eax: 0x11223333 });
    check("b7 5a", { ebx: 0x11223344 }, { ebx: 0x11225a44 });
  });
  test("a word register leaves the upper half", () => {
    check("66 b8 34 12", { eax: -1 }, { eax: 0xffff1234 });
    check("66 89 d8", { eax: -1, ebx: 0x12345678 }, { eax: 0xffff5678 });
  });
  test("memory at an unaligned address across a page", () => {
    check("89 01", { eax: 0x11223344, ecx: DATA + 0xffe }, { memory: { [DATA + 0xffe]: "44332211" } });
    check("8b 01", { ecx: DATA + 0xffd, memory: { [DATA + 0xffd]: "01020384" } }, { eax: 0x84030201 });
  });
  test("a direct offset", () => {
    check("a0 00 00 02 00", { eax: -1, memory: { [DATA]: "5a" } }, { eax: 0xffffff5a });
    check("a3 00 00 02 00", { eax: 0x01020304 }, { memory: { [DATA]: "04030201" } });
  });
  test("16-bit addresses wrap at 64 KiB", () => {
    check("67 8b 40 02", { ebx: 0x5ffff, esi: 0x70000, memory: { 1: "78563412" } }, { eax: 0x12345678 });
  });
  test("a refused write changes nothing", () => {
    check("89 01", { ecx: DATA, prepare: readOnlyData }, { fault: 13, errorCode: 0 });
  });
});

describe("MOVZX, MOVSX, sign extensions", () => {
  test("extend with zeros and with the sign", () => {
    check("0f b6 c7", { eax: -1, ebx: 0x8070 }, { eax: 0x80 });
    check("0f be c7", { ebx: 0x8070 }, { eax: 0xffffff80 });
    check("66 0f be c7", { eax: 0x12340000, ebx: 0x8070 }, { eax: 0x1234ff80 });
    check("0f b7 c3", { eax: -1, ebx: 0x12348070 }, { eax: 0x8070 });
    check("0f bf c3", { ebx: 0x12348070 }, { eax: 0xffff8070 });
  });
  test("CBW, CWDE, CWD, CDQ", () => {
    check("66 98", { eax: 0x12345680 }, { eax: 0x1234ff80 });
    check("98", { eax: 0x12348000 }, { eax: 0xffff8000 });
    check("66 99", { eax: 0x8000, edx: 0x11112222 }, { edx: 0x1111ffff });
    check("99", { eax: 0x7fffffff, edx: 5 }, { edx: 0 });
    check("99", { eax: 0x80000000 }, { edx: 0xffffffff });
  });
});

describe("XCHG, BSWAP, XLAT, LEA", () => {
  test("XCHG swaps registers and memory", () => {
    check("93", { eax: 1, ebx: 2 }, { eax: 2, ebx: 1 });
    check("86 c4", { eax: 0x1234 }, { eax: 0x3412 });
    check("87 01", { eax: 1, ecx: DATA, memory: { [DATA]: "02000000" } }, { eax: 2, memory: { [DATA]: "01000000" } });
  });
  test("XCHG is checked as a write before anything changes", () => {
    check("87 01", { eax: 1, ecx: DATA, prepare: readOnlyData }, { fault: 13, errorCode: 0 });
    check("87 01", { eax: 1, ecx: DATA, prepare: absent(DATA) }, { fault: 14, errorCode: 2 });
  });
  test("BSWAP reverses; of a word leaves 0", () => {
    check("0f c8", { eax: 0x12345678 }, { eax: 0x78563412 });
    check("66 0f c8", { eax: 0x12345678 }, { eax: 0x12340000 });
  });
  test("XLAT reads at EBX + AL", () => {
    check("d7", { eax: 0x103, ebx: DATA, memory: { [DATA + 3]: "77" } }, { eax: 0x177 });
    check("67 d7", { eax: 0xff, ebx: 0x2ff02, memory: { 1: "66" } }, { eax: 0x66 });
  });
  test("LEA computes, cut to the sizes of operand and address", () => {
    check("8d 44 8b 05", { ebx: -16, ecx: 4 }, { eax: 5 });
    check("66 8d 44 8b 05", { eax: -1, ebx: 0x12345678, ecx: 0 }, { eax: 0xffff567d });
    check("67 8d 00", { ebx: 0xfffff, esi: 1 }, { eax: 0 });
  });
});

describe("PUSH and POP", () => {
  const esp = STACK0;
  test("PUSH ESP pushes the value before", () => {
    check("54", {}, { esp: esp - 4, memory: { [esp - 4]: "00000300" } });
    check("ff f4", {}, { esp: esp - 4, memory: { [esp - 4]: "00000300" } });
  });
  test("PUSH of a word moves by 2; an immediate byte is sign-extended", () => {
    check("66 50", { eax: 0x12345678 }, { esp: esp - 2, memory: { [esp - 2]: "7856" } });
    check("6a 80", {}, { esp: esp - 4, memory: { [esp - 4]: "80ffffff" } });
    check("66 6a 80", {}, { esp: esp - 2, memory: { [esp - 2]: "80ff" } });
  });
  test("POP ESP ends with the value popped", () => {
    check("5c", { memory: { [esp]: "78563412" } }, { esp: 0x12345678 });
    check("66 5c", { memory: { [esp]: "7856" } }, { esp: (esp & 0xffff0000) | 0x5678 });
  });
  test("POP to memory addressed by ESP uses ESP as it is after the pop", () => {
    check("8f 04 24", { memory: { [esp]: "78563412" } }, { esp: esp + 4, memory: { [esp + 4]: "78563412" } });
  });
  test("POP to memory that cannot be written leaves ESP", () => {
    check("8f 01", { ecx: DATA, prepare: readOnlyData }, { fault: 13, errorCode: 0 });
  });
  test("PUSH beyond the stack's limit is #SS(0)", () => {
    check(
      "50",
      {
        prepare: (computer) => {
          computer.enter(3);
          computer.cpu.state.limit[SS] = 0xfff;
          computer.cpu.state.gpr[ESP] = 0x1002;
        },
      },
      { fault: 12, errorCode: 0 },
    );
  });
  test("a 16-bit stack wraps and leaves the upper half of ESP", () => {
    const bits16 = ({ cpu }: Computer): void => {
      cpu.state.attr[SS] &= ~0x4000;
      cpu.state.base[SS] = DATA;
    };
    check(
      "50",
      { eax: 0x01020304, esp: 0x55550000, prepare: bits16 },
      { esp: 0x5555fffc, memory: { [DATA + 0xfffc]: "04030201" } },
    );
    check(
      "58",
      { esp: 0x5555fffc, memory: { [DATA + 0xfffc]: "09000000" }, prepare: bits16 },
      { eax: 9, esp: 0x55550000 },
    );
  });
});

describe("PUSHA and POPA", () => {
  const esp = STACK0;
  const registers = { eax: 1, ecx: 2, edx: 3, ebx: 4, ebp: 6, esi: 7, edi: 8 };
  test("PUSHA pushes ESP as it was before", () => {
    check("60", registers, {
      esp: esp - 32,
      memory: {
        [esp - 32]: "08000000 07000000 06000000 00000300 04000000 03000000 02000000 01000000",
      },
    });
    check("66 60", registers, {
      esp: esp - 16,
      memory: { [esp - 16]: "0800 0700 0600 0000 0400 0300 0200 0100" },
    });
  });
  test("POPA skips ESP", () => {
    check(
      "61",
      { memory: { [esp]: "08000000 07000000 06000000 99999999 04000000 03000000 02000000 01000000" } },
      { ...registers, esp: esp + 32 },
    );
    check(
      "66 61",
      { eax: -1, memory: { [esp]: "0800 0700 0600 9999 0400 0300 0200 0100" } },
      { ...registers, eax: 0xffff0001, edi: (DATA & 0xffff0000) | 8, esp: esp + 16 },
    );
  });
  test("PUSHA over an absent page writes nothing at all", () => {
    const at = 0x70010;
    check(
      "60",
      {
        ...registers,
        esp: at,
        prepare: (computer) => {
          absent(0x6f000)(computer);
          computer.idtGate(14, 0x08, 0x6000, 0x8e);
        },
        memory: { [at - 16]: "aaaaaaaa aaaaaaaa aaaaaaaa aaaaaaaa" },
      },
      { fault: 14, errorCode: 2 },
    );
  });
});

describe("XADD, CMPXCHG, CMPXCHG8B", () => {
  test("XADD with one register twice keeps the sum", () => {
    check("0f c1 c0", { eax: 3 }, { eax: 6, flags: "p" });
    check("0f c1 d8", { eax: 3, ebx: 0xffffffff }, { eax: 2, ebx: 3, flags: "ac" });
  });
  test("CMPXCHG stores the source where equal, else loads the accumulator", () => {
    check("0f b1 d9", { eax: 5, ecx: 5, ebx: 9 }, { ecx: 9, flags: "zp" });
    check("0f b1 d9", { eax: 4, ecx: 5, ebx: 9 }, { eax: 5, flags: "sapc" });
    check("0f b0 d9", { eax: 0x1204, ecx: 4, ebx: 9 }, { ecx: 9, flags: "zp" });
  });
  test("CMPXCHG that fails is checked as a write all the same", () => {
    check("0f b1 19", { eax: 4, ecx: DATA, prepare: readOnlyData }, { fault: 13, errorCode: 0 });
  });
  test("CMPXCHG8B changes ZF alone", () => {
    check(
      "0f c7 0e",
      { esi: DATA, eax: 1, edx: 2, ebx: 3, ecx: 4, flags: "osapc", memory: { [DATA]: "0100000002000000" } },
      { flags: "oszapc", memory: { [DATA]: "0300000004000000" } },
    );
    check(
      "0f c7 0e",
      { esi: DATA, eax: 1, edx: 2, ebx: 3, ecx: 4, flags: "zc", memory: { [DATA]: "0500000006000000" } },
      { eax: 5, edx: 6, flags: "c", memory: { [DATA]: "0500000006000000" } },
    );
  });
  test("CMPXCHG8B over an absent second page changes nothing", () => {
    check(
      "0f c7 0e",
      { esi: DATA + 0xffc, prepare: absent(DATA + 0x1000) },
      { fault: 14, errorCode: 2, memory: { [DATA + 0xffc]: "00000000" } },
    );
  });
});

describe("ENTER, LEAVE, BOUND", () => {
  const esp = STACK0;
  test("ENTER of level 0 makes a frame", () => {
    check("c8 10 00 00", { ebp: 0x1234 }, { ebp: esp - 4, esp: esp - 0x14, memory: { [esp - 4]: "34120000" } });
  });
  test("ENTER of level 3 copies two frame pointers and adds its own", () => {
    check(
      "c8 08 00 03",
      { ebp: DATA + 0x100, memory: { [DATA + 0xf8]: "22222222 11111111" } },
      {
        ebp: esp - 4,
        esp: esp - 16 - 8,
        memory: { [esp - 16]: "fcff0200 22222222 11111111 00010200" },
      },
    );
  });
  test("the level counts modulo 32", () => {
    check("c8 00 00 20", { ebp: 7 }, { ebp: esp - 4, esp: esp - 4 });
  });
  test("ENTER of words keeps the upper half of EBP", () => {
    check("66 c8 04 00 00", { ebp: 0x55551234 }, { ebp: 0x5555fffe, esp: esp - 6, memory: { [esp - 2]: "3412" } });
  });
  test("ENTER needs a writable new top of the stack", () => {
    const at = 0x70010;
    check("c8 00 10 00", { esp: at, ebp: 5, prepare: absent(0x6f000) }, { fault: 14, errorCode: 2 });
  });
  test("LEAVE frees the frame", () => {
    check("c9", { ebp: DATA, memory: { [DATA]: "78563412" } }, { esp: DATA + 4, ebp: 0x12345678 });
    check("66 c9", { ebp: DATA, memory: { [DATA]: "7856" } }, { esp: DATA + 2, ebp: (DATA & 0xffff0000) | 0x5678 });
  });
  test("BOUND takes both bounds as inside", () => {
    const bounds = { ecx: DATA, memory: { [DATA]: "feffffff 02000000" } };
    check("62 01", { ...bounds, eax: -2 }, {});
    check("62 01", { ...bounds, eax: 2 }, {});
    check("62 01", { ...bounds, eax: -3 }, { fault: 5, errorCode: -1 });
    check("62 01", { ...bounds, eax: 3 }, { fault: 5, errorCode: -1 });
    check("66 62 01", { ecx: DATA, eax: 0xffff, memory: { [DATA]: "feff 0200" } }, {});
  });
});

describe("SETcc and CMOVcc", () => {
  test("SETcc writes 1 or 0", () => {
    check("0f 94 c4", { eax: -1, flags: "z" }, { eax: 0xffff01ff });
    check("0f 94 01", { ecx: DATA, memory: { [DATA]: "55" } }, { memory: { [DATA]: "00" } });
  });
  test("CMOVcc moves a word or doubleword where the condition holds", () => {
    check("0f 44 c3", { eax: 1, ebx: 2, flags: "z" }, { eax: 2 });
    check("0f 44 c3", { eax: 1, ebx: 2 }, {});
    check("66 0f 4c c3", { eax: -1, ebx: 2, flags: "o" }, { eax: 0xffff0002 });
  });
  test("CMOVcc reads its source in any case", () => {
    check("0f 44 01", { ecx: DATA, prepare: absent(DATA) }, { fault: 14, errorCode: 0 });
  });
});

describe("flags by themselves", () => {
  test("CLC, STC, CMC change CF alone, also behind an addition", () => {
    check("f8", { flags: "oszapc" }, { flags: "oszap" });
    check("f9", { flags: "z" }, { flags: "zc" });
    check("f5", { flags: "c" }, { flags: "" });
    check("00 c0 f5", { eax: 0x80, steps: 2 }, { eax: 0, flags: "ozp" });
    check("00 c0 f9", { eax: 0x40, steps: 2 }, { eax: 0x80, flags: "osc" });
  });
  test("CLD and STD change DF alone", () => {
    check("fd", { flags: "zc" }, { flags: "dzc" });
    check("fc", { flags: "dzc" }, { flags: "zc" });
  });
  test("LAHF and SAHF move five flags and the fixed bits", () => {
    check("9f", { flags: "oszapc" }, { eax: 0xd700 });
    check("9f", {}, { eax: 0x0200 });
    check("9e", { eax: 0xff00, flags: "o" }, { flags: "oszapc" });
    check("9e", { eax: 0x0000, flags: "oszapc" }, { flags: "o" });
  });
  test("SALC fills AL with CF", () => {
    check("d6", { eax: 0x1200, flags: "c" }, { eax: 0x12ff });
    check("d6", { eax: 0x12ff }, { eax: 0x1200 });
  });
  test("NOP, long NOP, PAUSE, ENDBR32 change nothing", () => {
    check("90", { eax: 7 }, {});
    check("0f 1f 00", { eax: -4 }, {});
    check("f3 90", {}, {});
    check("f3 0f 1e fb", {}, {});
  });
});

test("a page shared with a keyframe is noted before it is written", () => {
  check(
    "00 01",
    {
      eax: 1,
      ecx: DATA,
      prepare: ({ memory }) => {
        memory.takeDirty();
        memory.flags[DATA >>> 12]! |= PAGE_SHARED;
      },
    },
    { flags: "", memory: { [DATA]: "01" } },
  );
});

test("code in a 16-bit segment swaps the default sizes", () => {
  check("01 d8", { bits: 16, eax: 0x0001ffff, ebx: 1 }, { eax: 0x00010000, flags: "zapc" });
  check("66 01 d8", { bits: 16, eax: 0x0001ffff, ebx: 1 }, { eax: 0x00020000, flags: "ap" });
  check("8b 07", { bits: 16, ebx: 0x10010, memory: { 16: "3412" } }, { eax: 0x1234 });
});

test("the code segment's base does not move data", () => {
  check(
    "8a 01",
    {
      ecx: DATA,
      memory: { [DATA]: "5a" },
      prepare: ({ cpu, memory }) => {
        cpu.state.base[CS] = 0x1000;
        cpu.state.eip = CODE - 0x1000;
        memory.write8(CODE, 0x8a);
      },
    },
    { eax: 0x5a },
  );
});
