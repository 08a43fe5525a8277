import { describe, test } from "vitest";
import { EAX, EBX, ECX, EDX, LDTR } from "../../src/cpu/state.ts";
import { check } from "./check.ts";
import { type Computer, DATA, GDT, IDT, TSS_SELECTOR } from "./computer.ts";

const eax = ({ cpu }: Computer): number => cpu.gpr[EAX];

describe("CR0", () => {
  const load = (value: number, expected: string): void =>
    check(`mov eax, ${value}\nmov cr0, eax\nmov eax, cr0`, expected, { show: eax });
  test("PG without PE, and NW without CD, are #GP(0)", () => {
    load(0x80000000, "#GP(0) +5: 80000000");
    load(0x20000001, "#GP(0) +5: 20000001");
    load(0x60000001, "done: 60000011");
  });
  test("ET is always 1; bits that do not exist stay 0", () => {
    load(0x00000001, "done: 11");
    load(0x1ffaffc1, "done: 11");
    load(0x0005002f, "done: 5003f");
  });
  test("LMSW sets PE, MP, EM and TS, and cannot clear PE; SMSW shows them in any ring", () => {
    check("mov eax, 0eh\nlmsw ax\nsmsw eax", "done: 1f", { show: eax });
    check("mov ax, 0\nlmsw ax\nsmsw eax", "done: 11", { show: eax });
    check("mov eax, 0fff0h\nlmsw ax\nsmsw eax", "done: 11", { show: eax });
    check("mov eax, -1\nsmsw ax", "done: ffff0011", { ring: 3, show: eax });
    check(`smsw [${DATA}]`, "done: 11", { ring: 3, show: ({ memory }) => memory.read32(DATA) });
  });
  test("CLTS clears TS", () => check("mov eax, 8\nlmsw ax\nclts\nsmsw eax", "done: 11", { show: eax }));
});

describe("CR2, CR3, CR4", () => {
  test("CR2 is a plain register", () => {
    check("mov eax, 12345678h\nmov cr2, eax\nxor eax, eax\nmov eax, cr2", "done: 12345678", { show: eax });
  });
  test("CR4 takes the bits that there are; another is #GP(0)", () => {
    const load = (value: number, expected: string): void =>
      check(`mov eax, ${value}\nmov cr4, eax\nmov eax, cr4`, expected, { show: eax });
    load(0x99c, "done: 99c");
    load(1 << 0, "#GP(0) +5: 1");
    load(1 << 5, "#GP(0) +5: 20");
    load(1 << 20, "#GP(0) +5: 100000");
    load(-1, "#GP(0) +5: ffffffff");
  });
});

describe("debug registers", () => {
  test("DR6 and DR7 keep their fixed bits", () => {
    check("xor eax, eax\nmov dr6, eax\nmov eax, dr6", "done: ffff0ff0", { show: eax });
    check("mov eax, -1\nmov dr6, eax\nmov eax, dr6", "done: ffffefff", { show: eax });
    check("xor eax, eax\nmov dr7, eax\nmov eax, dr7", "done: 400", { show: eax });
  });
  test("DR0 to DR3", () => {
    check("mov eax, 5\nmov dr0, eax\nmov dr3, eax\nmov ebx, dr0\nmov ecx, dr3\nmov edx, dr1", "done: 5 5 0", {
      show: ({ cpu }) => [EBX, ECX, EDX].map((r) => cpu.gpr[r]).join(" "),
    });
  });
  test("general detect: with DR7.GD any access is #DB, which clears GD and sets DR6.BD", () => {
    check("mov eax, 2400h\nmov dr7, eax\nmov ebx, dr0", "#DB +8: ffff2ff0 400", {
      show: ({ cpu }) => `${(cpu.state.dr6 >>> 0).toString(16)} ${cpu.state.dr7.toString(16)}`,
    });
    check("mov eax, dr0", "#GP(0) +0: 2400", {
      ring: 3,
      prepare: ({ cpu }) => {
        cpu.state.dr7 = 0x2400;
      },
      show: ({ cpu }) => cpu.state.dr7,
    });
  });
});

describe("table registers", () => {
  const stored = ({ memory }: Computer): string =>
    `${memory.read16(DATA).toString(16)} ${(memory.read32(DATA + 2) >>> 0).toString(16)}`;
  test("SGDT and SIDT store limit and base, in any ring", () => {
    for (const ring of [0, 1, 3]) {
      check(`sgdt [${DATA}]`, `done: ff ${GDT.toString(16)}`, { ring, show: stored });
      check(`sidt [${DATA}]`, `done: 7ff ${IDT.toString(16)}`, { ring, show: stored });
    }
  });
  test("an operand size of 16 bits loads 24 bits of base and stores all of it", () => {
    const prepare = ({ memory }: Computer): void => {
      memory.write16(DATA, 0x1ff);
      memory.write32(DATA + 2, 0x12345678);
    };
    check(`lidt [${DATA}]\nsidt [${DATA}]`, "done: 1ff 12345678", { prepare, show: stored });
    check(`o16 lidt [${DATA}]\no16 sidt [${DATA}]`, "done: 1ff 345678", { prepare, show: stored });
    check(`lgdt [${DATA}]\nsgdt [${DATA}]`, "done: 1ff 12345678", { prepare, show: stored });
  });
  test("a fault in the middle stores nothing", () => {
    check(`sgdt [${DATA + 0xffe}]`, "#PF(2)@21000 +0: 0", {
      prepare: (c) => {
        c.page();
        c.memory.write32(c.pte(DATA + 0x1000), 6);
      },
      show: ({ memory }) => memory.read16(DATA + 0xffe),
    });
  });
  test("SLDT and STR: zero-extended to a register, 16 bits to memory", () => {
    check("mov eax, -1\nstr eax", `done: ${TSS_SELECTOR.toString(16)}`, { ring: 3, show: eax });
    check("mov eax, -1\nstr ax", `done: ffff00${TSS_SELECTOR.toString(16)}`, { ring: 3, show: eax });
    check(`str [${DATA}]`, `done: ffff00${TSS_SELECTOR.toString(16)}`, {
      ring: 3,
      prepare: ({ memory }) => memory.write32(DATA, -1),
      show: ({ memory }) => memory.read32(DATA),
    });
    check("sldt eax", "done: 1234", {
      prepare: ({ cpu }) => {
        cpu.state.selector[LDTR] = 0x1234;
      },
      show: eax,
    });
  });
});

describe("the model", () => {
  test("CPUID names the vendor and the features that there are", () => {
    check("xor eax, eax\ncpuid", "done: RingsideSim!", {
      ring: 3,
      show: ({ cpu }) =>
        [EBX, EDX, ECX]
          .flatMap((r) => [0, 8, 16, 24].map((shift) => String.fromCharCode((cpu.gpr[r] >> shift) & 0xff)))
          .join(""),
    });
    check("mov eax, 1\ncpuid", "done: a13c", { show: ({ cpu }) => cpu.gpr[EDX] });
    check("mov eax, 7\nxor ecx, ecx\ncpuid", "done: 4", { show: ({ cpu }) => cpu.gpr[ECX] });
    check("mov eax, 3\ncpuid", "done: 0", { show: eax });
    check("mov eax, 80000000h\ncpuid", "done: 80000004", { show: eax });
  });
  test("the time-stamp counter is the bus's cycles, and can be set", () => {
    const clock = {
      prepare: (c: Computer): void => {
        c.cycles = 0x3_8000_0000;
      },
      show: ({ cpu }: Computer): string => `${(cpu.gpr[EDX] >>> 0).toString(16)}:${(cpu.gpr[EAX] >>> 0).toString(16)}`,
    };
    check("rdtsc", "done: 3:80000000", clock);
    check("mov ecx, 10h\nrdmsr", "done: 3:80000000", clock);
    check("mov ecx, 10h\nmov edx, 7\nmov eax, 5\nwrmsr\nrdtsc", "done: 7:5", clock);
    check("mov ecx, 10h\nmov edx, 0\nmov eax, 90000000h\nwrmsr\nrdtsc", "done: 0:90000000", clock);
  });
  test("SYSENTER's MSRs are kept; an unknown one is #GP(0)", () => {
    check("mov ecx, 175h\nmov eax, 1234h\nwrmsr\nxor eax, eax\nrdmsr", "done: 1234", { show: eax });
    check("mov ecx, 1234h\nrdmsr", "#GP(0) +5");
    check("mov ecx, 1234h\nwrmsr", "#GP(0) +5");
    check("mov ecx, 2\nrdpmc", "#GP(0) +5");
  });
});
