import { describe, expect, test } from "vitest";
import { DELIVERY_EXTERNAL } from "../../src/cpu/api.ts";
import { CS, DS, EAX, ES, ESP, FS, GS, SS } from "../../src/cpu/state.ts";
import { check } from "./check.ts";
import { CODE, CODE_SELECTOR, Computer, DATA, FREE, HANDLERS, TSS } from "./computer.ts";
import { checkVirtual, enterVirtualMode, frame, partOf } from "./sixteen.ts";

const part = (segment: number) => (computer: Computer) => partOf(computer, segment);
const flags = ({ cpu }: Computer) => cpu.getEflags();

/** Pushes what IRETD takes into virtual-8086 mode. */
const way = (eip: string, eflags: string) =>
  `push dword 0x66660006\npush dword 0x55550005\npush dword 0x44440004\npush dword 0x33330003
   push dword 0x77772000\npush dword 0x12348000\npush dword ${eflags}\npush dword 0x99991000\npush dword ${eip}\n`;

describe("the way into virtual-8086 mode", () => {
  test("is IRETD at CPL 0 with VM in the flags: all segment registers come from the stack", () => {
    check(`${way("0x1234", "0x23202")}iretd`, "running: 3 1234 23202 12348000", {
      steps: 10,
      show: ({ cpu: { state, gpr } }) =>
        [state.cpl, state.eip, state.rawFlags, gpr[ESP]!].map((value) => value.toString(16)).join(" "),
    });
    for (const [segment, text] of [
      [CS, "1000 10000"],
      [SS, "2000 20000"],
      [ES, "3 30"],
      [DS, "4 40"],
      [FS, "5 50"],
      [GS, "6 60"],
    ] as const) {
      check(`${way("0x1234", "0x20002")}iretd`, `running: ${text} ffff f3`, { steps: 10, show: part(segment) });
    }
  });

  test("refuses an EIP beyond 64 KiB, and changes nothing then", () => {
    check(`${way("0x10000", "0x20002")}iretd`, "#GP(0) +45: 0 10 0 ffffffff c093", {
      show: (computer) => `${computer.cpu.state.cpl} ${partOf(computer, SS)}`,
    });
  });

  test("needs all nine slots", () => {
    const prepare = (computer: Computer) => computer.descriptor(FREE, 0, 0x3ffff, 0x92, 4);
    const load = `mov ax, ${FREE}\nmov ss, ax\nmov esp, 0x40000\n`;
    check(`${load}${way("0", "0x20002")}iretd`, "running: 3", { steps: 13, prepare, show: ({ cpu }) => cpu.state.cpl });
    check(`${load}push dword 0x20002\npush dword 0x1000\npush dword 0\niretd`, "#SS(0) +23", { prepare });
  });

  test("is closed to outer rings and to IRETW: VM stays 0", () => {
    check("push dword 0x20002\npush cs\npush dword next\niretd\nnext: pushfd", "done: 2", { ring: 3, show: flags });
    check("push word 2\npush word 8\npush word next - 0x10000\niretw\nnext:", "running: 2", { steps: 4, show: flags });
  });

  test("POPF is none", () => {
    check("push dword 0x20002\npopfd", "done: 2", { show: flags });
  });
});

describe("segment registers in virtual-8086 mode", () => {
  test("hold paragraph numbers, of 64 KiB each", () => {
    checkVirtual("mov ax, 0x1234\nmov ds, ax", "done: 1234 12340 ffff f3", { show: part(DS) });
    checkVirtual("xor ax, ax\nmov ss, ax", "done: 0 0 ffff f3", { show: part(SS) });
    checkVirtual("les ax, [0x40]", "done: 7654 76540 ffff f3", {
      prepare: ({ memory }) => memory.write32(DATA + 0x40, 0x76543210),
      show: part(ES),
    });
    checkVirtual("mov eax, 0x10000\nmov al, [eax]", "#GP(0) +6");
  });

  test("far transfers read no descriptor and leave CPL at 3", () => {
    checkVirtual("jmp 0x0ff0:next + 0x100\nnext: nop", "done: 3 ff0 ff00 ffff f3", {
      show: (computer) => `${computer.cpu.state.cpl} ${partOf(computer, CS)}`,
    });
    checkVirtual("call 0x1000:next\nnext:", "done: 5 1000", { show: (computer) => frame(computer, 2, 2) });
    checkVirtual("push cs\npush word next\nretf\nnop\nnext:", "done");
    checkVirtual("call dword 0x1000:0x10000", "#GP(0) +0");
  });
});

describe("flags in virtual-8086 mode", () => {
  test.each(["pushf", "pushfd", "popf", "popfd", "cli", "sti", "iret", "iretd", "int 0x21"])(
    "%s is #GP(0) with IOPL below 3",
    (text) => {
      for (const iopl of [0, 1, 2]) checkVirtual(text, "#GP(0) +0", { iopl });
    },
  );

  test("they run with IOPL 3, and change neither IOPL nor VM", () => {
    const iopl = 3;
    checkVirtual("pushf\npop ax", "done: 3002", { iopl, show: ({ cpu }) => cpu.gpr[EAX]! });
    checkVirtual("pushfd\npop eax", "done: 3002", { iopl, show: ({ cpu }) => cpu.gpr[EAX]! });
    checkVirtual("push word 0x4202\npopf", "done: 27202", { iopl, show: flags });
    checkVirtual("push dword 0x240202\npopfd", "done: 263202", { iopl, show: flags });
    checkVirtual("sti\nnop\ncli", "done: 23002", { iopl, show: flags });
    checkVirtual("push word 0x4002\npush cs\npush word next\niret\nnext:", "done: 27002", { iopl, show: flags });
    checkVirtual("push dword 0x2\no32 push cs\npush dword next\niretd\nnext:", "done: 23002", { iopl, show: flags });
    checkVirtual("push dword 2\no32 push cs\npush dword 0x10000\niretd", "#GP(0) +11", { iopl });
  });

  test("IRET does not look at NT", () => {
    checkVirtual("push word 0x4002\npopf\npush word 2\npush cs\npush word next\niret\nnext:", "done: 23002", {
      iopl: 3,
      show: flags,
    });
  });
});

describe("instructions in virtual-8086 mode", () => {
  test.each([
    "hlt",
    "clts",
    "mov eax, cr0",
    "mov cr0, eax",
    "mov eax, dr7",
    "lgdt [0]",
    "lidt [0]",
    "lmsw ax",
    "invlpg [0]",
    "wbinvd",
    "rdmsr",
  ])("%s is #GP(0)", (text) => checkVirtual(text, "#GP(0) +0", { iopl: 3 }));

  test.each([
    "arpl ax, bx",
    "lar ax, bx",
    "lsl ax, bx",
    "verr ax",
    "verw ax",
    "lldt ax",
    "ltr ax",
    "sldt ax",
    "str ax",
  ])("%s is undefined", (text) => checkVirtual(text, "#UD +0", { iopl: 3 }));

  test("ports are the bitmap's business alone, whatever IOPL says", () => {
    const prepare = ({ memory }: Computer) => memory.write8(TSS + 104 + (0x60 >> 3), 0xfe);
    for (const iopl of [0, 3]) {
      checkVirtual("in al, 0x60", "done: in1 60", { iopl, prepare, show: ({ ports }) => ports.join() });
      checkVirtual("in al, 0x61", "#GP(0) +0", { iopl, prepare });
      checkVirtual("out 0x60, ax", "#GP(0) +0", { iopl, prepare });
      checkVirtual("mov dx, 0x61\noutsb", "#GP(0) +3", { iopl, prepare });
    }
  });

  test("what shows where things really are is silent; paragraph numbers and flags are not", () => {
    const silent = (computer: Computer) => computer.silent.join();
    checkVirtual("push cs\nmov ax, ss\npushf\npop ax\ncall 0x1000:next\nnext:", "done: ", { iopl: 3, show: silent });
    checkVirtual("smsw ax\nsgdt [0]", "done: smsw_r16m16,sgdt_m48", { show: silent });
  });
});

describe("the way out of virtual-8086 mode", () => {
  const outOf = (source: string, words: number, expected: string, more = {}) =>
    checkVirtual(source, expected, { show: (computer) => frame(computer, words, 4), ...more });

  test("an exception goes to CPL 0 with all segment registers on its stack", () => {
    outOf("mov ax, 0x1111\nmov fs, ax\nhlt", 10, "#GP(0) +5: 0 5 1000 30002 800 3000 2000 2000 1111 2000");
    outOf("ud2", 9, "#UD +0: 0 1000 30002 800 3000 2000 2000 2000 2000");
  });

  test("there the data segments are null, and VM, TF and IF clear", () => {
    checkVirtual("sti\nnop\nhlt", "#GP(0) +2: 0 2 3002", {
      iopl: 3,
      show: ({ cpu: { state } }) => `${state.cpl} ${state.rawFlags & 2} ${(state.rawFlags & 0x3ffff).toString(16)}`,
    });
    for (const segment of [DS, ES, FS, GS]) checkVirtual("hlt", "#GP(0) +0: 0 0 0 10000", { show: part(segment) });
    checkVirtual("hlt", "#GP(0) +0: 10 0 ffffffff c093", { show: part(SS) });
  });

  test("INT3 and INTO need no IOPL, but a gate of DPL 3; INT n needs both", () => {
    const open = (vector: number) => (computer: Computer) =>
      computer.idtGate(vector, CODE_SELECTOR[0]!, HANDLERS, 0xee);
    checkVirtual("int3", "#GP(1a) +0");
    checkVirtual("int3", "INT 3 +1", { prepare: open(3) });
    checkVirtual("mov al, 0x7f\ninc al\ninto", "INT 4 +5", { prepare: open(4) });
    checkVirtual("int 0x21", "#GP(0) +0", { prepare: open(0x21) });
    checkVirtual("int 0x21", "INT 21 +2", { iopl: 3, prepare: open(0x21) });
    checkVirtual("int 0x21", "#GP(10a) +0", { iopl: 3 });
  });

  test("a handler that is not nonconforming code of DPL 0 is #GP with its selector", () => {
    const handler = (access: number) => (computer: Computer) => {
      computer.descriptor(FREE, 0, 0xfffff, access, 12);
      computer.idtGate(6, FREE, HANDLERS, 0x8e);
    };
    for (const access of [0x9e, 0xfa, 0xba]) checkVirtual("ud2", `#GP(61) after #UD +0`, { prepare: handler(access) });
  });

  test("a 16-bit gate pushes words", () => {
    checkVirtual("ud2", "#UD +0: 0 1000 2 800 3000 2000 2000 2000 2000", {
      prepare: (computer) => computer.idtGate(6, CODE_SELECTOR[0]!, HANDLERS, 0x86),
      show: (computer) => frame(computer, 9, 2),
    });
  });

  test("the stack must have room for all of it", () => {
    const room = (bytes: number) => (computer: Computer) => {
      computer.descriptor(FREE, 0, 0xffff, 0x92, 4);
      computer.memory.write32(TSS + 4, bytes);
      computer.memory.write32(TSS + 8, FREE);
    };
    checkVirtual("ud2", "#UD +0", { prepare: room(36) });
    checkVirtual("hlt", "#GP(0) +0", { prepare: room(40) });
    checkVirtual("ud2", "shutdown", { prepare: room(35) });
  });

  test("an interrupt from outside takes it, and IRETD goes back to the same place", () => {
    const computer = new Computer();
    const { cpu, memory } = computer;
    enterVirtualMode(computer, 0);
    memory.writeBytes(CODE, new Uint8Array([0x90, 0x90, 0x90]));
    memory.write8(HANDLERS + 0x20 * 16, 0xcf);
    cpu.run(1);
    const before = cpu.state.words.slice();
    cpu.deliver(0x20, DELIVERY_EXTERNAL, -1);
    expect([cpu.state.cpl, cpu.last.cpl, cpu.last.eip]).toEqual([0, 3, 1]);
    cpu.run(1);
    expect([...cpu.state.words]).toEqual([...before]);
    cpu.run(1);
    expect(cpu.state.eip).toBe(2);
  });

  test("TF makes a trap, with VM in its frame", () => {
    checkVirtual("nop\nnop", "trap #DB +1: 1 1000 20102", {
      prepare: ({ cpu }) => {
        cpu.state.rawFlags |= 0x100;
      },
      show: (computer) => frame(computer, 3, 4),
    });
  });

  test("pages are a user's", () => {
    const prepare = (computer: Computer) => {
      computer.page();
      computer.memory.write32(computer.pte(DATA), DATA | 3);
    };
    checkVirtual("mov al, [0]", "#PF(5)@20000 +0", { prepare });
  });
});
