import { describe, expect, test } from "vitest";
import { DELIVERY_EXTERNAL } from "../../src/cpu/api.ts";
import { ACTIVE, CS, DS, EAX, ES, ESP, FS, GS, SS } from "../../src/cpu/state.ts";
import { check } from "./check.ts";
import { CODE, CODE_RX, CODE_SELECTOR, Computer, DATA, DATA_SELECTOR, FREE } from "./computer.ts";
import { checkReal, enterRealMode, frame, partOf } from "./sixteen.ts";

const part = (segment: number) => (computer: Computer) => partOf(computer, segment);
const words = (count: number) => (computer: Computer) => frame(computer, count, 2);
const where = ({ cpu: { state } }: Computer) => `${state.selector[CS]!.toString(16)}:${state.eip.toString(16)}`;

describe("a segment register in real-address mode", () => {
  test("holds a paragraph number: the base is 16 times that", () => {
    checkReal("mov ax, 0x2345\nmov ds, ax", "done: 2345 23450 ffff 93", { show: part(DS) });
    checkReal("mov ax, 0xffff\nmov es, ax", "done: ffff ffff0 ffff 93", { show: part(ES) });
    checkReal("push word 0x1234\npop fs", "done: 1234 12340 ffff 93", { show: part(FS) });
    checkReal("push dword 0x12345678\no32 pop gs", "done: 5678 56780 ffff 93", { show: part(GS) });
  });

  test("takes null as any other number", () => {
    checkReal("xor ax, ax\nmov ds, ax\nmov al, [0x20]", "done: 0 0 ffff 93", { show: part(DS) });
    checkReal("xor ax, ax\nmov ss, ax\nmov sp, 0x7000\npush ax", "done: 0 0 ffff 93", { show: part(SS) });
  });

  test.each([
    ["les", ES],
    ["lds", DS],
    ["lss", SS],
    ["lfs", FS],
    ["lgs", GS],
  ])("is loaded by %s", (name, segment) => {
    const prepare = ({ memory }: Computer) => memory.write32(DATA + 0x40, 0x43210765);
    checkReal(`${name} ax, [0x40]`, "done: 4321 43210 ffff 93 765", {
      prepare,
      show: (computer) => `${partOf(computer, segment)} ${computer.cpu.gpr[EAX]!.toString(16)}`,
    });
  });

  test("keeps limit and rights of protected mode", () => {
    const prepare = ({ cpu: { state } }: Computer) => {
      state.limit[DS] = -1;
      state.attr[DS] = 0xc093;
    };
    checkReal("mov ax, 0x2000\nmov ds, ax\nmov eax, 0x100000\nmov byte [eax], 7", "done: 2000 20000 ffffffff c093", {
      prepare,
      show: part(DS),
    });
    checkReal("mov eax, 0x10000\nmov byte [eax], 7", "#GP +6");
  });

  test("can be used after a load where protected mode had left it null, but has no bytes then", () => {
    const prepare = ({ cpu: { state } }: Computer) => {
      state.limit[DS] = 0;
      state.attr[DS] = 0x10000;
    };
    checkReal("mov al, [0]", "#GP +0", { prepare });
    checkReal("mov ax, 0x2000\nmov ds, ax\nmov al, [0]", "done: 2000 20000 0 93", { prepare, show: part(DS) });
  });

  test("leaves CPL at 0, whatever its low bits are", () => {
    checkReal("jmp 0x0ff3:next + 0xd0\nnext: cli", "done: 0 ff3 ff30 ffff 93", {
      show: (computer) => `${computer.cpu.state.cpl} ${partOf(computer, CS)}`,
    });
  });

  test("blocks interrupts for an instruction where it is SS", () => {
    checkReal("mov ax, 0x3000\nmov ss, ax\nnop", "running: 2", { steps: 2, show: ({ cpu }) => cpu.state.shadow });
  });
});

describe("far transfers in real-address mode", () => {
  test("JMP reads no descriptor", () => {
    checkReal("jmp 0x0800:0x1234", "running: 800:1234", { steps: 1, show: where });
    checkReal("jmp dword 0x0800:0x1234", "running: 800:1234", { steps: 1, show: where });
    checkReal("jmp far [0x40]", "running: 7654:3210", {
      steps: 1,
      show: where,
      prepare: ({ memory }) => memory.write32(DATA + 0x40, 0x76543210),
    });
  });

  test("an offset beyond the limit of CS is #GP", () => {
    checkReal("jmp dword 0x0800:0x10000", "#GP +0");
    checkReal("call dword 0x0800:0x10000", "#GP +0: 7fa", { show: ({ cpu }) => cpu.gpr[ESP]! });
    checkReal("push dword 0x800\npush dword 0x10000\no32 retf", "#GP +12");
    checkReal("push dword 2\npush dword 0x800\npush dword 0x10000\niretd", "#GP +15");
  });

  test("CALL pushes CS and IP, and RET takes them back", () => {
    checkReal("call 0x0800:0x1234", "running: 800:1234 5 1000", {
      steps: 1,
      show: (computer) => `${where(computer)} ${frame(computer, 2, 2)}`,
    });
    checkReal("call dword 0x0800:0x1234", "running: 8 1000", { steps: 1, show: (computer) => frame(computer, 2, 4) });
    checkReal("push cs\npush word next\nretf\nnop\nnext:", "done: 800", { show: ({ cpu }) => cpu.gpr[ESP]! });
    checkReal("push word 1\npush cs\npush word next\nretf 2\nnext:", "done: 800", { show: ({ cpu }) => cpu.gpr[ESP]! });
    checkReal("o32 push cs\npush dword next\no32 retf\nnext:", "done: 800", { show: ({ cpu }) => cpu.gpr[ESP]! });
  });

  test("CALL without room is #SS, which cannot be delivered either: shutdown", () => {
    checkReal("mov sp, 1\ncall 0x0800:0", "shutdown");
  });

  test("IRET loads IOPL and NT too, and looks at NT nowhere", () => {
    const flags = ({ cpu }: Computer) => cpu.getEflags();
    checkReal("push word 0x7ed7\npush cs\npush word next\niret\nnext:", "done: 7ed7", { show: flags });
    checkReal("push word 0x4002\npopf\npush word 0x3002\npush cs\npush word next\niret\nnext:", "done: 3002", {
      show: flags,
    });
  });

  test("IRETD loads AC and ID, and not VM", () => {
    checkReal("push dword 0x3f4002\no32 push cs\npush dword next\niretd\nnext:", "done: 244002", {
      show: ({ cpu }) => cpu.getEflags(),
    });
  });
});

describe("interrupts in real-address mode", () => {
  test("INT n goes through a far pointer, with a frame of words, IF and TF clear", () => {
    checkReal("push word 0x0a97\npopf\nint 0x21", "INT 21 +6: 600:210 6 1000 a97 97 7fa", {
      show: (computer) => {
        const { cpu } = computer;
        // DF and OF stay.
        return `${where(computer)} ${frame(computer, 3, 2)} ${(cpu.getEflags() & 0x2ff).toString(16)} ${cpu.gpr[ESP]!.toString(16)}`;
      },
    });
    checkReal("int3", "INT 3 +1: 1 1000 2", { show: words(3) });
    checkReal("into\nnop", "done");
    checkReal("mov al, 0x7f\ninc al\ninto", "INT 4 +5");
  });

  test("exceptions have no error code", () => {
    checkReal("mov eax, 0x10000\nmov al, [eax]", "#GP +6: 600:d0 6 1000 10002", {
      show: (computer) => `${where(computer)} ${frame(computer, 2, 2)} ${(computer.cpu.gpr[EAX]! | 2).toString(16)}`,
    });
    checkReal("mov ebp, 0x10000\nmov al, [ebp]", "#SS +6: 7fa", { show: ({ cpu }) => cpu.gpr[ESP]! });
    checkReal("xor cl, cl\ndiv cl", "#DE +2");
    checkReal("ud2", "#UD +0");
  });

  test("AC is cleared", () => {
    checkReal("push dword 0x40002\npopfd\nint 0x21", "INT 21 +10: 2", { show: ({ cpu }) => cpu.getEflags() });
  });

  test("a vector beyond IDTR's limit is #GP, then #DF, then shutdown", () => {
    const limit =
      (value: number) =>
      ({ cpu }: Computer) => {
        cpu.state.idtrLimit = value;
      };
    checkReal("int 0x21", "#GP +0", { prepare: limit(0x21 * 4 + 2) });
    checkReal("int 0x21", "INT 21 +2", { prepare: limit(0x21 * 4 + 3) });
    checkReal("int 0x21", "#DF after #GP +0", { prepare: limit(13 * 4 + 2) });
    checkReal("int 0x21", "shutdown", { prepare: limit(8 * 4 + 2) });
    checkReal("int 0x21", "shutdown", { prepare: limit(0) });
  });

  test("the table may lie anywhere", () => {
    checkReal("int 0x21", "INT 21 +2: 1234:5678", {
      prepare: ({ cpu, memory }) => {
        cpu.state.idtrBase = 0x150003;
        memory.write32(0x150003 + 0x21 * 4, 0x12345678);
      },
      show: where,
    });
  });

  test("without room for six bytes it is shutdown", () => {
    checkReal("mov sp, 5\nint 0x21", "shutdown");
    checkReal("mov sp, 6\nint 0x21", "INT 21 +5: 0", { show: ({ cpu }) => cpu.gpr[ESP]! });
    checkReal("mov sp, 0\nint 0x21", "INT 21 +5: fffa", { show: ({ cpu }) => cpu.gpr[ESP]! });
  });

  test("a trap flag steps through the program", () => {
    checkReal("push word 0x102\npopf\nnop\nnop", "trap #DB +5: 5 1000 102", { show: words(3) });
  });

  test("an interrupt from outside wakes the processor", () => {
    const computer = new Computer();
    const { cpu } = computer;
    enterRealMode(computer);
    computer.memory.write8(CODE, 0xf4);
    cpu.run(10);
    cpu.deliver(0x70, DELIVERY_EXTERNAL, -1);
    expect(cpu.state.activity).toBe(ACTIVE);
    expect(where(computer)).toBe("600:700");
    expect(frame(computer, 3, 2)).toBe("1 1000 2");
    expect(cpu.last).toMatchObject({ vector: 0x70, errorCode: -1, eip: 1 });
  });
});

describe("instructions in real-address mode", () => {
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
  ])("%s is undefined", (text) => checkReal(text, "#UD +0"));

  test("none is privileged", () => {
    checkReal("cli\nsti\nclts\nmov eax, cr0\nmov cr3, eax\nsmsw ax\nlmsw ax\ninvlpg [0]\nwbinvd\nmov dr0, eax", "done");
    checkReal("in al, 0x60\nout 0x80, al", "done: in1 60,out1 80 0", { show: ({ ports }) => ports.join() });
    checkReal("lgdt [0]\nlidt [0]\nsgdt [6]\nsidt [12]", "done");
    checkReal("hlt", "halted");
  });

  test("LIDT takes 24 bits of base, with an operand size of 32 bits all", () => {
    const prepare = ({ memory }: Computer) => {
      memory.write16(DATA, 0x3ff);
      memory.write32(DATA + 2, 0x12345678);
    };
    checkReal("lidt [0]", "done: 345678", { prepare, show: ({ cpu }) => cpu.state.idtrBase });
    checkReal("o32 lidt [0]", "done: 12345678", { prepare, show: ({ cpu }) => cpu.state.idtrBase });
  });

  test("PUSHF and POPF move every flag but VM and RF", () => {
    checkReal("push word 0x7ed7\npopf\npushf\npop ax", "done: 7ed7", { show: ({ cpu }) => cpu.gpr[EAX]! });
    checkReal("push dword 0x277ed7\npopfd", "done: 247ed7", { show: ({ cpu }) => cpu.getEflags() });
  });
});

describe("between the modes", () => {
  const cr0 = (value: number) => `mov eax, ${value}\nmov cr0, eax\n`;

  test("clearing PE changes nothing but the mode, and CS may be written", () => {
    check(`${cr0(0x10)}mov byte [cs:${DATA}], 9\nmov al, [${DATA}]`, "done: 8 0 ffffffff c093 10 0 ffffffff c093 9", {
      show: (computer) => `${partOf(computer, CS)} ${partOf(computer, DS)} ${computer.cpu.gpr[EAX]!.toString(16)}`,
    });
  });

  test("a far jump to real mode leaves D as it is: 32-bit code goes on as 32-bit code", () => {
    check(`${cr0(0x10)}jmp ${CODE >> 4}:next - ${CODE}\nnext: mov ebx, cs`, "done: 1000 10000 ffffffff c093", {
      show: part(CS),
    });
  });

  test("through a 16-bit code segment one gets to 16-bit code, and to unreal mode where data segments are not loaded", () => {
    check(
      `jmp ${FREE}:next
       bits 16
       next: mov eax, 0x10
       mov cr0, eax
       jmp ${CODE >> 4}:real - ${CODE}
       real: mov ax, ${DATA >> 4}
       mov ds, ax
       mov ss, ax
       mov sp, 0x100
       mov ebx, 0x200000
       mov byte [ebx], 5
       mov eax, 0x11
       mov cr0, eax
       jmp dword ${CODE_SELECTOR[0]}:back
       bits 32
       back: mov ax, ${DATA_SELECTOR[0]}
       mov ds, ax
       mov al, [${DATA} + 0x200000]`,
      "done: 8 0 ffffffff c09b 5",
      {
        prepare: (computer) => computer.descriptor(FREE, 0, 0xfffff, CODE_RX, 8),
        show: (computer) => `${partOf(computer, CS)} ${computer.cpu.state.gpr8[0]}`,
      },
    );
  });

  test("LMSW sets PE and cannot clear it", () => {
    checkReal("mov ax, 1\nlmsw ax\nxor ax, ax\nlmsw ax\nsmsw ax", "done: 11", { show: ({ cpu }) => cpu.gpr[EAX]! });
  });

  test("in protected mode the next load of a segment register looks for a descriptor", () => {
    checkReal(
      `mov ax, 1\nlmsw ax\nmov ax, ${DATA_SELECTOR[0]}\nmov ds, ax\nmov ax, 0x7000\nmov es, ax`,
      "#GP(7000) +14",
      {
        prepare: ({ cpu }) => {
          cpu.state.idtrBase = 0x2000;
          cpu.state.idtrLimit = 0x7ff;
        },
      },
    );
  });

  test("CS stays what it was until a far transfer", () => {
    checkReal("mov ax, 1\nlmsw ax\nnop", "done: 1000 10000 ffff 93", { show: part(CS) });
  });

  test("PE cannot be cleared under paging, nor from an outer ring", () => {
    check(`mov eax, 0x80000010\nmov cr0, eax`, "#GP(0) +5", { prepare: (computer) => computer.page() });
    check(cr0(0x10), "#GP(0) +5", { ring: 3 });
  });
});
