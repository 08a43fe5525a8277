import { describe, test } from "vitest";
import { check } from "./check.ts";
import { DATA } from "./computer.ts";

/** Runs a line in rings 0, 1 and 3 and expects an outcome for each. */
function inRings(line: string, outcomes: readonly [string, string, string], iopl = 0, cr4 = 0): void {
  const rings = [0, 1, 3];
  for (let i = 0; i < 3; i++) {
    check(line, outcomes[i], {
      ring: rings[i],
      iopl,
      prepare: ({ cpu, memory }) => {
        cpu.state.cr4 = cr4;
        memory.write16(DATA, 0xff);
        memory.write32(DATA + 2, 0x1000);
      },
    });
  }
}

const PRIVILEGED = ["done", "#GP(0) +0", "#GP(0) +0"] as const;
const FREE_FOR_ALL = ["done", "done", "done"] as const;

describe("instructions for ring 0 only are #GP(0) elsewhere", () => {
  const lines = [
    `lgdt [${DATA}]`,
    `lidt [${DATA}]`,
    "lldt cx",
    "lmsw ax",
    "clts",
    "invd",
    "wbinvd",
    "invlpg [eax]",
    "mov eax, cr0",
    "mov eax, cr2",
    "mov eax, cr3",
    "mov eax, cr4",
    "mov cr2, eax",
    "mov cr3, eax",
    "mov cr4, eax",
    "mov eax, dr0",
    "mov eax, dr7",
    "mov dr3, eax",
  ];
  for (const line of lines) test(line, () => inRings(line, PRIVILEGED));
  test("mov cr0, edx", () => {
    inRings("mov edx, 11h\nmov cr0, edx", ["done", "#GP(0) +5", "#GP(0) +5"]);
  });
  test("hlt", () => inRings("hlt", ["halted", "#GP(0) +0", "#GP(0) +0"]));
  test("rdmsr", () => inRings("mov ecx, 10h\nrdmsr", ["done", "#GP(0) +5", "#GP(0) +5"]));
  test("wrmsr", () => inRings("mov ecx, 10h\nwrmsr", ["done", "#GP(0) +5", "#GP(0) +5"]));
  test("ltr", () => inRings("ltr ax", ["#GP(0) +0", "#GP(0) +0", "#GP(0) +0"]));
});

describe("sensitive instructions that run everywhere", () => {
  const lines = [`sgdt [${DATA}]`, `sidt [${DATA}]`, "sldt ax", "str ax", "smsw ax"];
  for (const line of lines) {
    test(line, () => inRings(line, FREE_FOR_ALL));
    test(`${line} under UMIP`, () => inRings(line, PRIVILEGED, 0, 1 << 11));
  }
  for (const line of ["pushfd", "push cs", "mov ax, cs", "lar eax, cx", "verr ax", "cpuid"]) {
    test(line, () => inRings(line, FREE_FOR_ALL));
  }
});

describe("CR4 opens and closes counters", () => {
  test("RDTSC is free unless TSD", () => {
    inRings("rdtsc", FREE_FOR_ALL);
    inRings("rdtsc", PRIVILEGED, 0, 1 << 2);
  });
  test("RDPMC is closed unless PCE", () => {
    inRings("rdpmc", PRIVILEGED);
    inRings("rdpmc", FREE_FOR_ALL, 0, 1 << 8);
  });
});

describe("IOPL", () => {
  test("CLI and STI need CPL <= IOPL", () => {
    for (const line of ["cli", "sti"]) {
      inRings(line, PRIVILEGED);
      inRings(line, ["done", "done", "#GP(0) +0"], 1);
      inRings(line, FREE_FOR_ALL, 3);
    }
  });
  test("IN and OUT need CPL <= IOPL or the bitmap", () => {
    for (const line of ["in al, 60h", "out 60h, al", "in eax, dx", "out dx, ax", "insb", "outsb"]) {
      inRings(line, PRIVILEGED);
      inRings(line, FREE_FOR_ALL, 3);
    }
  });
});

describe("what-if rules make silent instructions trap", () => {
  test("popf-traps: only where POPF would be silent", () => {
    const whatIf = ["popf-traps"];
    check("push 2\npopfd", "#GP(0) +2", { ring: 1, whatIf });
    check("push 1002h\npopfd", "done", { ring: 1, iopl: 1, whatIf });
    check("push 2\npopfd", "done", { ring: 0, whatIf });
  });
  test("sgdt-traps and umip", () => {
    check(`sgdt [${DATA}]`, "#GP(0) +0", { ring: 3, whatIf: ["sgdt-traps"] });
    check(`sidt [${DATA}]`, "done", { ring: 3, whatIf: ["sgdt-traps"] });
    check(`sidt [${DATA}]`, "#GP(0) +0", { ring: 3, whatIf: ["umip"] });
    check(`sidt [${DATA}]`, "done", { ring: 0, whatIf: ["umip"] });
  });
  test("a silent run is noted, once it has ended", () => {
    const show = { show: (c: { silent: string[] }) => c.silent.join(" ") };
    check("push 2\npopfd\nsmsw ax", "done: popfd smsw_r16m16", { ring: 3, ...show });
    check("push 2\npopfd\nsmsw ax", "done: ", { ring: 0, ...show });
    check("push 3002h\npopfd", "done: ", { ring: 3, iopl: 3, ...show });
    check("sgdt [eax]", "#PF(7)@0 +0: ", {
      ring: 3,
      prepare: (c) => {
        c.page();
        c.memory.write32(c.pte(0), 5);
      },
      ...show,
    });
  });
});

describe("instructions that do not exist", () => {
  test("UD2, LOCK where it is not allowed, CR1, the host gate elsewhere", () => {
    inRings("ud2", ["#UD +0", "#UD +0", "#UD +0"]);
    inRings("db 0f0h\nnop", ["#UD +0", "#UD +0", "#UD +0"]);
    inRings("db 0fh, 20h, 0c8h", ["#UD +0", "#UD +0", "#UD +0"]);
    inRings("db 0fh, 0ah\nnop", ["#UD +0", "#UD +0", "#UD +0"]);
    inRings("db 8eh, 0c8h", ["#UD +0", "#UD +0", "#UD +0"]);
    inRings("db 8eh, 0f0h", ["#UD +0", "#UD +0", "#UD +0"]);
  });
  test("DR4 and DR5 are DR6 and DR7 unless CR4.DE", () => {
    inRings("db 0fh, 21h, 0e0h", PRIVILEGED);
    inRings("db 0fh, 21h, 0e0h", ["#UD +0", "#UD +0", "#UD +0"], 0, 1 << 3);
  });
  test("sixteen bytes are #GP(0)", () => {
    inRings("times 15 db 66h\nnop", ["#GP(0) +0", "#GP(0) +0", "#GP(0) +0"]);
  });
});
