import { describe, test } from "vitest";
import { CS, DS, EBP, EBX, ECX, ES, ESP, FS, SS } from "../../src/cpu/state.ts";
import { check, type Setting } from "./check.ts";
import {
  CODE,
  CODE_SELECTOR,
  type Computer,
  DATA,
  DATA_SELECTOR,
  FREE,
  G_32,
  GDT,
  SMALL_32,
  STACK0,
  STACK3,
  TSS,
} from "./computer.ts";

const TARGET = 0x18000;

/** CS, CPL, and EIP when it is TARGET. */
function where({ cpu }: Computer): string {
  const { state } = cpu;
  return `${state.selector[CS].toString(16)} cpl ${state.cpl} ${(state.eip >>> 0).toString(16)}`;
}

/** A conforming or other code segment in the free slot, `hlt` at TARGET. */
function target(access: number, setting: Setting = {}): Setting {
  return {
    show: where,
    ...setting,
    prepare: (c) => {
      c.descriptor(FREE, 0, 0xfffff, access, G_32);
      c.memory.write8(TARGET, 0x90);
      setting.prepare?.(c);
    },
    steps: 1,
  };
}

describe("far JMP to a code segment", () => {
  const jump = (access: number, ring: number, rpl: number, expected: string): void =>
    check(`jmp ${FREE | rpl}:${TARGET}`, expected, target(access, { ring }));
  test("nonconforming: DPL = CPL and RPL <= CPL; the CPL stays", () => {
    jump(0x9a, 0, 0, "running: 60 cpl 0 18000");
    jump(0xfa, 3, 0, "running: 63 cpl 3 18000");
    jump(0xfa, 3, 3, "running: 63 cpl 3 18000");
    jump(0xba, 1, 0, "running: 61 cpl 1 18000");
    jump(0x9a, 0, 1, "#GP(60) +0: 8 cpl 0 60d0");
    jump(0xfa, 0, 0, "#GP(60) +0: 8 cpl 0 60d0");
    jump(0x9a, 3, 3, "#GP(60) +0: 8 cpl 0 60d0");
  });
  test("conforming: DPL <= CPL, whatever the RPL; the CPL stays", () => {
    jump(0x9e, 0, 0, "running: 60 cpl 0 18000");
    jump(0x9e, 3, 0, "running: 63 cpl 3 18000");
    jump(0x9e, 1, 3, "running: 61 cpl 1 18000");
    jump(0xfe, 0, 0, "#GP(60) +0: 8 cpl 0 60d0");
  });
  test("present is looked at after privilege, the limit last", () => {
    jump(0x1a, 0, 0, "#NP(60) +0: 8 cpl 0 60b0");
    jump(0x1a, 3, 3, "#GP(60) +0: 8 cpl 0 60d0");
    check(`jmp ${FREE}:1000h`, "#GP(0) +0", {
      prepare: (c) => c.descriptor(FREE, 0, 0xfff, 0x9a, SMALL_32),
    });
  });
  test("null, beyond the table, and what is no code", () => {
    check("jmp 0:0", "#GP(0) +0");
    check("jmp 3:0", "#GP(0) +0");
    check("jmp 100h:0", "#GP(100) +0");
    jump(0x92, 0, 0, "#GP(60) +0: 8 cpl 0 60d0");
    jump(0x82, 0, 0, "#GP(60) +0: 8 cpl 0 60d0");
  });
  test("tasks are refused, a gate whose selector names no task for that selector", () => {
    jump(0x89, 0, 0, "#GP(60) +0: 8 cpl 0 60d0");
    jump(0x85, 0, 0, "#GP(0) +0: 8 cpl 0 60d0");
  });
  test("through memory, and with 16-bit offsets", () => {
    const prepare = (c: Computer): void => {
      c.memory.write32(DATA, TARGET);
      c.memory.write16(DATA + 4, FREE);
    };
    check(`jmp far dword [${DATA}]`, "running: 60 cpl 0 18000", target(0x9a, { prepare }));
    check(`o16 jmp far [${DATA}]`, "#GP(0) +0: 8 cpl 0 60d0", target(0x9a, { prepare }));
    check(`jmp word ${FREE}:8000h`, "running: 60 cpl 0 8000", target(0x9a));
  });
  test("the accessed bit is set", () => {
    check(`jmp ${FREE}:${TARGET}`, "running: 9b", target(0x9a, { show: (c) => c.memory.read8(GDT + FREE + 5) }));
  });
});

describe("far CALL and RET on one level", () => {
  const call = `call ${FREE}:f\njmp e\nf: mov ebx, [esp]\nmov ecx, [esp+4]\nmov ebp, esp\nretf\ne:`;
  test("CS and EIP are pushed and come back", () => {
    check(call, "done: 10007 8 2fff8 30000", {
      prepare: (c) => c.descriptor(FREE, 0, 0xfffff, 0x9a, G_32),
      show: ({ cpu }) => [EBX, ECX, EBP, ESP].map((r) => cpu.gpr[r].toString(16)).join(" "),
    });
  });
  test("the pushed CS shows the ring", () => {
    check(call, "done: 19", {
      ring: 1,
      prepare: (c) => c.descriptor(FREE, 0, 0xfffff, 0xba, G_32),
      show: ({ cpu }) => cpu.gpr[ECX],
    });
  });
  test("16-bit frames", () => {
    check(`push word 8\npush word 0\no16 retf`, "running: 8 cpl 0 0", { steps: 3, show: where });
    check(`push 8\npush ${TARGET}\nretf 8`, "running: 30008", {
      steps: 3,
      show: ({ cpu }) => cpu.gpr[ESP],
    });
  });
  test("no room on the stack: #SS(0), and nothing has changed", () => {
    check(`mov esp, 4\ncall ${CODE_SELECTOR[3] & ~3}:${CODE}`, "#SS(0) +5: 4", {
      ring: 3,
      show: ({ memory }) => memory.read32(STACK0 - 8),
    });
  });
  test("RET to a more privileged level is #GP(selector)", () => {
    check(`push 8\npush ${TARGET}\nretf`, "#GP(8) +7", { ring: 3 });
    check("push 0\npush 0\nretf", "#GP(0) +4");
    check(`push ${DATA_SELECTOR[0]}\npush 0\nretf`, "#GP(10) +4");
    check(`push 100h\npush 0\nretf`, "#GP(100) +7");
  });
});

describe("call gates", () => {
  const gate = (dpl: number, targetAccess: number, gateAccess: number, setting: Setting): Setting => ({
    show: where,
    steps: 1,
    ...setting,
    prepare: (c) => {
      c.descriptor(FREE + 8, 0, 0xfffff, targetAccess, G_32);
      c.callGate(FREE, FREE + 8, TARGET, gateAccess | (dpl << 5), 2);
      setting.prepare?.(c);
    },
  });
  const call = `call ${FREE | 3}:0`;
  test("same level: no stack switch", () => {
    check(`call ${FREE}:0`, "running: 68 cpl 0 18000", gate(0, 0x9a, 0x8c, {}));
    check(call, "running: 6b cpl 3 18000", gate(3, 0xfa, 0x8c, { ring: 3 }));
    check(call, "running: 6b cpl 3 18000", gate(3, 0x9e, 0x8c, { ring: 3 }));
  });
  test("more privilege: the TSS's stack, old SS:ESP, parameters, CS:EIP", () => {
    check(
      `push 11h\npush 22h\n${call}`,
      "running: 68 cpl 0 10 2ffe8 | 1000b 3b 22 11 3bff8 43",
      gate(3, 0x9a, 0x8c, {
        ring: 3,
        steps: 3,
        show: ({ cpu, memory }) => {
          const { state } = cpu;
          const stack = Array.from({ length: 6 }, (_, i) => memory.read32(state.gpr[ESP] + i * 4).toString(16));
          return `${state.selector[CS].toString(16)} cpl ${state.cpl} ${state.selector[SS].toString(16)} ${state.gpr[ESP].toString(16)} | ${stack.join(" ")}`;
        },
      }),
    );
  });
  test("to rings 1 and 2", () => {
    check(call, "running: 69 cpl 1 18000", gate(3, 0xba, 0x8c, { ring: 3 }));
    check(call, "running: 6a cpl 2 18000", gate(3, 0xda, 0x8c, { ring: 3 }));
  });
  test("a 16-bit gate pushes words", () => {
    check(
      `push word 11h\npush word 22h\n${call}`,
      "running: 2fff4 | d 3b 22 11 bffc 43",
      gate(3, 0x9a, 0x84, {
        ring: 3,
        steps: 3,
        show: ({ cpu, memory }) => {
          const esp = cpu.gpr[ESP];
          const stack = Array.from({ length: 6 }, (_, i) => memory.read16(esp + i * 2).toString(16));
          return `${esp.toString(16)} | ${stack.join(" ")}`;
        },
      }),
    );
  });
  test("the gate's DPL must be reached by CPL and RPL, then it must be present", () => {
    check(call, "#GP(60) +0", { ...gate(2, 0x9a, 0x8c, { ring: 3 }), show: undefined });
    check(call, "#GP(60) +0: 8 cpl 0 60d0", gate(0, 0x9a, 0x8c, {}));
    check(call, "#NP(60) +0: 8 cpl 0 60b0", gate(3, 0x9a, 0x0c, { ring: 3 }));
  });
  test("the code segment behind it", () => {
    const at = (expected: string, access: number, ring = 3): void =>
      check(call, expected, gate(3, access, 0x8c, { ring }));
    at("#NP(68) +0: 8 cpl 0 60b0", 0x1a);
    at("#GP(68) +0: 8 cpl 0 60d0", 0x92);
    at("#GP(68) +0: 8 cpl 0 60d0", 0xfa, 1);
    check(call, "#GP(0) +0: 8 cpl 0 60d0", {
      ring: 3,
      steps: 1,
      show: where,
      prepare: (c) => c.callGate(FREE, 0, TARGET, 0xec),
    });
  });
  test("JMP through a gate cannot change the level", () => {
    check(`jmp ${FREE | 3}:0`, "#GP(68) +0: 8 cpl 0 60d0", gate(3, 0x9a, 0x8c, { ring: 3 }));
    check(`jmp ${FREE | 3}:0`, "running: 6b cpl 3 18000", gate(3, 0x9e, 0x8c, { ring: 3 }));
    check(`jmp ${FREE | 3}:0`, "running: 6b cpl 3 18000", gate(3, 0xfa, 0x8c, { ring: 3 }));
  });
  test("a bad inner stack is #TS, a missing one #SS", () => {
    const bad = (selector: number, expected: string, prepare?: (c: Computer) => void): void =>
      check(
        call,
        expected,
        gate(3, 0xba, 0x8c, {
          ring: 3,
          show: undefined,
          prepare: (c: Computer) => {
            c.memory.write32(TSS + 16, selector);
            prepare?.(c);
          },
        }),
      );
    bad(0, "#TS(0) +0");
    bad(0x100, "#TS(100) +0");
    bad(DATA_SELECTOR[0], "#TS(10) +0");
    bad(0x20, "#TS(20) +0");
    bad(CODE_SELECTOR[1], "#TS(18) +0");
    bad(FREE + 0x11, "#SS(70) +0", (c) => c.descriptor(FREE + 0x10, 0, 0xfffff, 0x32, G_32));
    bad(FREE + 0x11, "#SS(70) +0", (c) => c.descriptor(FREE + 0x10, 0, 0xfff, 0xb2, SMALL_32));
  });
  test("a TSS too short is #TS(TSS selector)", () => {
    check(
      call,
      "#TS(48) +0",
      gate(3, 0xba, 0x8c, {
        ring: 3,
        show: undefined,
        prepare: ({ cpu }: Computer) => {
          cpu.state.limit[7] = 15;
        },
      }),
    );
  });
  test("a 16-bit TSS gives SS:SP too", () => {
    check(
      call,
      "running: 10 7fe8",
      gate(3, 0x9a, 0x8c, {
        ring: 3,
        show: ({ cpu }) => `${cpu.state.selector[SS].toString(16)} ${cpu.gpr[ESP].toString(16)}`,
        prepare: ({ cpu, memory }) => {
          cpu.state.attr[7] = 0x83;
          memory.write16(TSS + 2, 0x8000);
          memory.write16(TSS + 4, DATA_SELECTOR[0]);
        },
      }),
    );
  });
});

describe("RET and IRET to an outer level", () => {
  const outer = (extra = ""): string =>
    `push ${DATA_SELECTOR[3]}\npush ${STACK3}\n${extra}push ${CODE_SELECTOR[3]}\npush ${TARGET}\n`;
  test("RETF loads SS:ESP and releases parameters on both stacks", () => {
    check(`${outer("push 1\npush 2\n")}retf 8`, "running: 3b cpl 3 18000 43 3c008", {
      steps: 7,
      show: (c) => `${where(c)} ${c.cpu.state.selector[SS].toString(16)} ${c.cpu.gpr[ESP].toString(16)}`,
    });
  });
  test("data segments that the outer level could not load become null", () => {
    check(`mov ax, ${DATA_SELECTOR[3]}\nmov es, ax\n${outer()}retf`, "running: ds 0 es 43 fs 0", {
      steps: 7,
      show: ({ cpu }) =>
        `ds ${cpu.state.selector[DS]} es ${cpu.state.selector[ES].toString(16)} fs ${cpu.state.selector[FS]}`,
    });
  });
  test("the outer stack is checked", () => {
    const stack = (selector: number, expected: string): void =>
      check(`push ${selector}\npush 0\npush ${CODE_SELECTOR[3]}\npush 0\nretf`, expected, { steps: 5 });
    stack(0, "#GP(0) +8");
    stack(DATA_SELECTOR[0], "#GP(10) +8");
    stack(DATA_SELECTOR[3] & ~3, "#GP(40) +8");
    stack(CODE_SELECTOR[3], "#GP(38) +8");
  });
  test("IRET loads flags as the level it runs at may", () => {
    const flags = (value: number, ring: number, iopl: number, expected: string): void =>
      check(`push ${value}\npush ${CODE_SELECTOR[ring]}\npush ${TARGET}\niretd`, expected, {
        ring,
        iopl,
        steps: 4,
        show: ({ cpu }) => cpu.getEflags(),
      });
    flags(0x3202, 0, 0, "running: 3202");
    flags(0x3202, 1, 0, "running: 2");
    flags(0x3202, 1, 1, "running: 1202");
    flags(0x3202, 3, 3, "running: 3202");
    flags(0x240cd7, 3, 0, "running: 240cd7");
    flags(0x4002, 0, 0, "running: 4002");
  });
  test("IRET to ring 3 takes the flags with the old CPL's rights", () => {
    check(
      `push ${DATA_SELECTOR[3]}\npush ${STACK3}\npush 3202h\npush ${CODE_SELECTOR[3]}\npush ${TARGET}\niretd`,
      "running: 3b cpl 3 18000 3202",
      { steps: 6, show: (c) => `${where(c)} ${c.cpu.getEflags().toString(16)}` },
    );
  });
  test("IRET with NT, or to an inner level, is refused", () => {
    // The link names no task: its TSS is looked at before the switch is refused.
    check("push 4002h\npopfd\niretd", "#TS(0) +6");
    check(`push 2\npush ${CODE_SELECTOR[0]}\npush 0\niretd`, "#GP(8) +6", { ring: 1 });
    check(`push 2\npush ${DATA_SELECTOR[0]}\npush 0\niretd`, "#GP(10) +6");
  });
  test("a frame beyond the stack's limit is #SS(0)", () => {
    check("mov esp, -2\niretd", "#SS(0) +5", { ring: 3 });
    check("mov esp, -2\nretf", "#SS(0) +5", { ring: 3 });
  });
  test("IRETW pops words and keeps the high flags", () => {
    check(`push word 2\npush word 8\npush word 9000h\niretw`, "running: 8 cpl 0 9000", { steps: 4, show: where });
  });
});

describe("INT through gates", () => {
  const int = (access: number, setting: Setting = {}): Setting => ({
    show: where,
    steps: 2,
    ...setting,
    prepare: (c) => {
      c.idtGate(0x80, CODE_SELECTOR[0], TARGET, access);
      setting.prepare?.(c);
    },
  });
  test("CPL <= DPL of the gate, else #GP(vector * 8 + 2)", () => {
    check("int 80h", "INT 80 +2: 8 cpl 0 18000", int(0xee, { ring: 3 }));
    check("int 80h", "#GP(402) +0: 8 cpl 0 60d0", int(0x8e, { ring: 3 }));
    check("int 80h", "INT 80 +2: 8 cpl 0 18000", int(0xae, { ring: 1 }));
    check("int 80h", "#GP(402) +0: 8 cpl 0 60d0", int(0xae, { ring: 3 }));
    check("int3", "#GP(1a) +0: 8 cpl 0 60d0", int(0x8e, { ring: 3 }));
  });
  test("a gate that is not present is #NP, no gate #GP, beyond the IDT #GP", () => {
    check("int 80h", "#NP(402) +0: 8 cpl 0 60b0", int(0x0e));
    check("int 80h", "#GP(402) +0: 8 cpl 0 60d0", int(0x8c));
    check("int 80h", "#GP(402) +0: 8 cpl 0 60d0", int(0x92));
    // A task gate to what is no TSS.
    check("int 80h", "#GP(8) +0: 8 cpl 0 60d0", int(0x85));
    check("int 80h", "#GP(402) +0: 8 cpl 0 60d0", {
      ...int(0x8e),
      prepare: ({ cpu }) => {
        cpu.state.idtrLimit = 0x402;
      },
    });
  });
  test("inner level: SS, ESP, EFLAGS, CS, EIP on the TSS's stack", () => {
    check(
      "int 80h",
      "INT 80 +2: 10002 3b 3002 3c000 43",
      int(0xee, {
        ring: 3,
        iopl: 3,
        show: ({ cpu, memory }) =>
          Array.from({ length: 5 }, (_, i) => memory.read32(cpu.gpr[ESP] + i * 4).toString(16)).join(" "),
      }),
    );
  });
  test("same level: EFLAGS, CS, EIP on the same stack", () => {
    check("int 80h", "INT 80 +2: 2fff4", int(0x8e, { show: ({ cpu }) => cpu.gpr[ESP] }));
    check("int 80h", "INT 80 +2: 2fffa", int(0x86, { show: ({ cpu }) => cpu.gpr[ESP] }));
  });
  test("an interrupt gate clears IF, a trap gate keeps it; both clear NT and TF", () => {
    const flags = { show: ({ cpu }: Computer): number => cpu.getEflags() };
    check("push 4202h\npopfd\nint 80h", "INT 80 +8: 2", int(0x8e, { ...flags, steps: 3 }));
    check("push 4202h\npopfd\nint 80h", "INT 80 +8: 202", int(0x8f, { ...flags, steps: 3 }));
  });
  test("a handler in ring 1, and conforming handlers", () => {
    check("int 81h", "INT 81 +2: 19 cpl 1 18000", {
      ...int(0, { ring: 3 }),
      prepare: (c) => c.idtGate(0x81, CODE_SELECTOR[1], TARGET, 0xee),
    });
    check("int 81h", "INT 81 +2: 63 cpl 3 18000", {
      ...int(0, { ring: 3 }),
      prepare: (c) => {
        c.descriptor(FREE, 0, 0xfffff, 0x9e, G_32);
        c.idtGate(0x81, FREE, TARGET, 0xee);
      },
    });
  });
  test("a handler in an outer ring is #GP(selector)", () => {
    check("int 81h", "#GP(38) +0: 8 cpl 0 60d0", {
      ...int(0),
      prepare: (c) => c.idtGate(0x81, CODE_SELECTOR[3], TARGET, 0xee),
    });
  });
  test("INTO only with OF; INT1 whatever the gate's DPL", () => {
    check("into", "done", { ring: 3 });
    check("push 802h\npopfd\ninto", "INT 4 +7", {
      ring: 3,
      prepare: (c) => c.idtGate(4, CODE_SELECTOR[0], TARGET, 0xee),
    });
    check("db 0f1h", "INT 1 +1", { ring: 3 });
  });
  test("INT 13 pushes no error code", () => {
    check("int 13", "INT d +2: 2fff4", { show: ({ cpu }) => cpu.gpr[ESP] });
  });
});

describe("a system call and back", () => {
  test("ring 3 calls ring 0 by INT and by call gate, twice each, and keeps its stack", () => {
    check(`mov ecx, 2\nl: int 80h\ncall ${FREE | 3}:0\nloop l`, "INT 80 +7; INT 80 +7; done: 3c000 4", {
      ring: 3,
      deliveries: 2,
      prepare: (c) => {
        c.callGate(FREE, CODE_SELECTOR[0], TARGET, 0xec);
        // inc ebx; retf
        c.memory.writeBytes(TARGET, new Uint8Array([0x43, 0xcb]));
        c.idtGate(0x80, CODE_SELECTOR[0], TARGET + 16, 0xee);
        // inc ebx; iret
        c.memory.writeBytes(TARGET + 16, new Uint8Array([0x43, 0xcf]));
      },
      show: ({ cpu }) => `${cpu.gpr[ESP].toString(16)} ${cpu.gpr[EBX]}`,
    });
  });
});
