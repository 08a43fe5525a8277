import { describe, expect, test } from "vitest";
import { DELIVERY_EXTERNAL, STOP_ATTENTION, STOP_BUDGET, STOP_DELIVERED, STOP_INACTIVE } from "../../src/cpu/api.ts";
import { EAX, ESP, HALTED, SHADOW_MOV_SS, SHADOW_NONE, SHADOW_STI, SHUTDOWN } from "../../src/cpu/state.ts";
import { assemble } from "./assemble.ts";
import { check, type Setting } from "./check.ts";
import { CODE, CODE_SELECTOR, Computer, DATA, FREE, HANDLERS, STACK0, TSS } from "./computer.ts";

/** Puts IRET at the handlers of the vectors, so that a program goes on after them. */
function returning(...vectors: number[]): (c: Computer) => void {
  return (c) => {
    for (const vector of vectors) c.memory.write8(HANDLERS + vector * 16, 0xcf);
  };
}

const top =
  (words: number): Setting["show"] =>
  ({ cpu, memory }) =>
    Array.from({ length: words }, (_, i) => (memory.read32(cpu.gpr[ESP] + i * 4) >>> 0).toString(16)).join(" ");

describe("frames", () => {
  test("a fault shows EIP of the instruction and RF; an error code on top", () => {
    check("nop\nmov ds, ax\nud2", "#UD +3: 10003 8 10002", { show: top(3) });
    check("mov cx, 60h\nmov ds, cx", "#GP(60) +4: 60 10004 8 10002", { show: top(4) });
  });
  test("a software interrupt shows the next instruction and no RF", () => {
    check("nop\nint3", "INT 3 +2: 10002 8 2", { show: top(3) });
  });
  test("a fault from ring 3 lands on the stack of ring 0", () => {
    check("cli", "#GP(0) +0: 0 10000 3b 10002 3c000 43", { ring: 3, show: top(6) });
  });
  test("IRET back to the faulting instruction runs it again", () => {
    check("ud2", "#UD +0; #UD +0; #UD +0", { prepare: returning(6), deliveries: 2 });
  });
});

describe("double faults", () => {
  const missing = (vector: number) => (c: Computer) => c.idtGate(vector, CODE_SELECTOR[0], 0, 0x0e);
  test("contributory upon contributory: #DF(0)", () => {
    check("mov cx, 60h\nmov ds, cx", "#DF(0) after #GP +4", { prepare: missing(13) });
    check("xor ecx, ecx\ndiv ecx", "#DF(0) after #DE +2", { prepare: missing(0) });
  });
  test("benign first: one after the other, with EXT in the code", () => {
    check("ud2", "#NP(33) after #UD +0", { prepare: missing(6) });
    check("mov esp, 2\nmov cx, 60h\nmov ds, cx", "shutdown", { ring: 0 });
  });
  test("INT n is benign, and no event from outside: its fault has no EXT", () => {
    check("int 80h", "#NP(402) +0", { prepare: missing(0x80) });
    check("int 13", "#DF(0) after #NP +0", {
      prepare: (c) => {
        missing(13)(c);
        missing(11)(c);
      },
    });
  });
  test("page fault upon page fault, contributory upon page fault: #DF; page fault upon contributory: #PF", () => {
    const page =
      (...also: ((c: Computer) => void)[]) =>
      (c: Computer): void => {
        c.page();
        c.memory.write32(c.pte(DATA), 0);
        for (const what of also) what(c);
      };
    check(`mov al, [${DATA}]`, "#DF(0) after #PF +0", { prepare: page(missing(14)) });
    check("mov cx, 60h\nmov ds, cx", "#PF(0)@20008 after #GP +4", {
      prepare: page((c) => {
        // The gate of #GP leads to a code segment whose descriptor is on a missing page.
        c.idtGate(13, 0x0c, 0, 0x8e);
        c.cpu.state.attr[6] = 0x82;
        c.cpu.state.base[6] = DATA;
        c.cpu.state.limit[6] = 0xff;
      }),
    });
    check(`mov al, [${DATA}]`, "#DF(0) after #PF +0", {
      prepare: page((c) => {
        c.idtGate(14, 0x0c, 0, 0x8e);
        c.cpu.state.attr[6] = 0x82;
        c.cpu.state.base[6] = DATA;
        c.cpu.state.limit[6] = 0xff;
      }),
    });
  });
  test("a fault in delivering #DF is shutdown", () => {
    check("mov cx, 60h\nmov ds, cx", "shutdown", {
      prepare: (c) => {
        missing(13)(c);
        missing(8)(c);
      },
    });
    check("ud2", "shutdown", {
      prepare: ({ cpu }) => {
        cpu.state.idtrLimit = 0;
      },
    });
  });
  test("a bad inner stack for a fault from ring 3 is #TS with EXT, then on a good stack of another ring", () => {
    check("cli", "#DF(0) after #GP +0", {
      ring: 3,
      prepare: (c) => {
        c.memory.write32(TSS + 8, FREE);
        c.idtGate(8, CODE_SELECTOR[1], HANDLERS, 0x8e);
      },
    });
    check("ud2", "#TS(61) after #UD +0", {
      ring: 3,
      prepare: (c) => {
        c.memory.write32(TSS + 8, FREE);
        c.idtGate(10, CODE_SELECTOR[1], HANDLERS, 0x8e);
      },
    });
  });
  test("the frame of a double fault shows code 0 and the first fault's EIP", () => {
    check("nop\nmov cx, 60h\nmov ds, cx", "#DF(0) after #GP +5: 0 10005 8 10002", {
      prepare: missing(13),
      show: top(4),
    });
  });
});

describe("single step", () => {
  const flags = "push 102h\npopfd\n";
  test("takes effect after the instruction that follows POPF, and traps after each", () => {
    check(`${flags}nop\ninc eax\nnop`, "trap #DB +7; trap #DB +8; trap #DB +9; done: 1", {
      prepare: returning(1),
      deliveries: 3,
      show: ({ cpu }) => cpu.gpr[EAX],
    });
  });
  test("DR6.BS is set, TF is clear in the handler and set in the frame", () => {
    check(`${flags}nop`, "trap #DB +7: ffff4ff0 2 10007 8 102", {
      show: (c) => `${(c.cpu.state.dr6 >>> 0).toString(16)} ${c.cpu.getEflags().toString(16)} ${top(3)?.(c)}`,
    });
  });
  test("an instruction that faults does not trap; the frame keeps TF", () => {
    check(`${flags}ud2`, "#UD +6: 10006 8 10102", { show: top(3) });
  });
  test("INT n does not trap after itself", () => {
    check(`${flags}int 80h\nnop`, "INT 80 +8; running: 0", {
      deliveries: 1,
      steps: 5,
      show: ({ cpu }) => cpu.state.pendingDebug,
    });
  });
  test("IRET that sets TF: the first trap is after the next instruction", () => {
    check(`push 102h\npush 8\npush ${CODE + 20}\niretd\ntimes 30 nop`, "trap #DB +21", {});
  });
  test("not after MOV SS, but after the one behind it", () => {
    check(`mov ecx, ss\n${flags}mov ss, cx\nnop\nnop`, "trap #DB +11", {});
  });
  test("each iteration of REP traps, and the frame shows RF until the last", () => {
    check(`mov ecx, 2\n${flags}rep stosb`, "trap #DB +11; trap #DB +13: 1000d 8 102", {
      prepare: returning(1),
      deliveries: 1,
      show: top(3),
    });
    check(`mov ecx, 2\n${flags}rep stosb`, "trap #DB +11: 1000b 8 10102", { show: top(3) });
  });
  test("HLT traps after itself, and is over", () => {
    check(`${flags}hlt`, "trap #DB +7: 0", { show: ({ cpu }) => cpu.state.activity });
  });
  test("a delivery of the trap is a step and ends no instruction", () => {
    const c = new Computer();
    c.memory.writeBytes(CODE, assemble(`${flags}nop\nnop`, CODE));
    expect(c.cpu.run(3)).toBe(3);
    expect(c.cpu.ended).toBe(3);
    expect(c.cpu.state.pendingDebug).toBe(0x4000);
    expect(c.cpu.run(10)).toBe(1);
    expect([c.cpu.ended, c.cpu.stop]).toEqual([0, STOP_DELIVERED]);
  });
});

describe("interrupt shadows", () => {
  const shadowAfter = (source: string, steps: number, expected: number): void =>
    check(source, `running: ${expected}`, { steps, show: ({ cpu }) => cpu.state.shadow });
  test("STI from IF = 0 shields the next instruction", () => {
    shadowAfter("sti\nnop\nnop", 1, SHADOW_STI);
    shadowAfter("sti\nnop\nnop", 2, SHADOW_NONE);
    shadowAfter("push 202h\npopfd\nsti\nnop", 3, SHADOW_NONE);
  });
  test("MOV SS and POP SS too; a second one in a row does not", () => {
    shadowAfter("mov cx, ss\nmov ss, cx\nnop", 2, SHADOW_MOV_SS);
    shadowAfter("push ss\npop ss\nnop", 2, SHADOW_MOV_SS);
    shadowAfter("mov cx, ss\nmov ss, cx\nmov ss, cx\nnop", 3, SHADOW_NONE);
    shadowAfter("mov cx, ss\nmov ss, cx\nnop\nmov ss, cx\nnop", 4, SHADOW_MOV_SS);
    shadowAfter("mov cx, ds\nmov ds, cx\nnop", 2, SHADOW_NONE);
  });
  test("LSS needs none", () => {
    check(`mov [${DATA}], esp\nmov [${DATA + 4}], ss\nlss esp, [${DATA}]\nnop`, "running: 0", {
      steps: 3,
      show: ({ cpu }) => cpu.state.shadow,
    });
  });
  test("a fault ends the shadow", () => {
    check("sti\nud2", "#UD +1: 0", { show: ({ cpu }) => cpu.state.shadow });
  });
  test("run stops when IF becomes 1, and when the shadow ends", () => {
    const c = new Computer();
    c.memory.writeBytes(CODE, assemble("nop\nsti\nnop\nnop\nnop", CODE));
    expect([c.cpu.run(100), c.cpu.stop]).toEqual([2, STOP_ATTENTION]);
    expect([c.cpu.run(100), c.cpu.stop]).toEqual([1, STOP_ATTENTION]);
    expect([c.cpu.run(2), c.cpu.stop]).toEqual([2, STOP_BUDGET]);
  });
});

describe("external interrupts and HLT", () => {
  test("deliver wakes from HLT; the frame shows the instruction after it", () => {
    const c = new Computer();
    c.memory.writeBytes(CODE, assemble("hlt\nnop", CODE));
    expect([c.cpu.run(100), c.cpu.stop, c.cpu.ended]).toEqual([1, STOP_INACTIVE, 1]);
    expect(c.cpu.state.activity).toBe(HALTED);
    expect([c.cpu.run(100), c.cpu.stop]).toEqual([0, STOP_INACTIVE]);
    c.cpu.deliver(0x20, DELIVERY_EXTERNAL, -1);
    expect(c.cpu.last).toMatchObject({ vector: 0x20, kind: DELIVERY_EXTERNAL, eip: CODE + 1, cpl: 0 });
    expect(c.memory.read32(c.cpu.gpr[ESP])).toBe(CODE + 1);
    expect(c.cpu.state.eip).toBe(HANDLERS + 0x200);
  });
  test("faults in delivering one have EXT, and are no double faults", () => {
    const c = new Computer();
    c.idtGate(0x20, 0x60, 0, 0x8e);
    c.cpu.deliver(0x20, DELIVERY_EXTERNAL, -1);
    expect(c.cpu.last).toMatchObject({ vector: 13, replaced: 0x20 });
    expect(c.cpu.last.errorCode & 1).toBe(1);
  });
  test("the DPL of the gate does not matter to it", () => {
    const c = new Computer();
    c.enter(3);
    c.cpu.deliver(0x20, DELIVERY_EXTERNAL, -1);
    expect(c.cpu.last).toMatchObject({ vector: 0x20, cpl: 3, cs: CODE_SELECTOR[3] });
    expect(c.cpu.state.cpl).toBe(0);
    expect(c.cpu.gpr[ESP]).toBe(STACK0 - 20);
  });
  test("between iterations of REP the frame shows the instruction and RF", () => {
    const c = new Computer();
    c.memory.writeBytes(CODE, assemble("mov ecx, 10\nrep stosb", CODE));
    expect(c.cpu.run(4)).toBe(4);
    c.cpu.deliver(0x20, DELIVERY_EXTERNAL, -1);
    expect(c.memory.read32(c.cpu.gpr[ESP])).toBe(CODE + 5);
    expect(c.memory.read32(c.cpu.gpr[ESP] + 8) & 0x10000).toBe(0x10000);
  });
  test("shutdown stays", () => {
    const c = new Computer();
    c.cpu.state.idtrLimit = 0;
    c.memory.writeBytes(CODE, assemble("ud2", CODE));
    expect([c.cpu.run(100), c.cpu.stop, c.cpu.state.activity]).toEqual([1, STOP_INACTIVE, SHUTDOWN]);
    expect([c.cpu.run(100), c.cpu.stop]).toEqual([0, STOP_INACTIVE]);
  });
});

describe("flags by privilege", () => {
  const pop = (value: number, ring: number, iopl: number, expected: string): void =>
    check(`push ${value}\npopfd`, expected, { ring, iopl, show: ({ cpu }) => cpu.getEflags() });
  test("POPF above IOPL drops IF, above ring 0 IOPL, without a word", () => {
    pop(0x3202, 0, 0, "done: 3202");
    pop(0x3202, 1, 1, "done: 1202");
    pop(0x3202, 1, 0, "done: 2");
    pop(0x3202, 3, 3, "done: 3202");
    pop(0x0002, 3, 3, "done: 3002");
    pop(0x240cd7, 3, 0, "done: 240cd7");
    pop(0x30002, 0, 0, "done: 2");
  });
  test("POPFW leaves the upper half", () => {
    check("push 240002h\npopfd\npush word 2\npopfw", "done: 240002", {
      show: ({ cpu }) => cpu.getEflags(),
    });
  });
  test("PUSHF shows neither VM nor RF", () => {
    check("pushfd\npop eax", "done: 2", {
      prepare: ({ cpu }) => {
        cpu.state.rawFlags |= 0x10000;
      },
      show: ({ cpu }) => cpu.gpr[EAX],
    });
  });
  test("alignment is checked at CPL 3 under CR0.AM and EFLAGS.AC", () => {
    const unaligned = (ring: number, am: number, line: string, expected: string): void =>
      check(`push 40002h\npopfd\n${line}`, expected, {
        ring,
        prepare: ({ cpu }) => {
          cpu.state.cr0 |= am << 18;
        },
      });
    unaligned(3, 1, `mov eax, [${DATA + 1}]`, "#AC(0) +6");
    unaligned(3, 1, `mov ax, [${DATA + 1}]`, "#AC(0) +6");
    unaligned(3, 1, `add [${DATA + 2}], eax`, "#AC(0) +6");
    unaligned(3, 1, `mov al, [${DATA + 1}]`, "done");
    unaligned(3, 1, `mov eax, [${DATA}]`, "done");
    unaligned(3, 0, `mov eax, [${DATA + 1}]`, "done");
    unaligned(0, 1, `mov eax, [${DATA + 1}]`, "done");
    check(`mov eax, [${DATA + 1}]`, "done", {
      ring: 3,
      prepare: ({ cpu }) => {
        cpu.state.cr0 |= 1 << 18;
      },
    });
  });
});
