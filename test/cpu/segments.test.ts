import { describe, test } from "vitest";
import { ATTR_UNUSABLE, DS, ES, SS } from "../../src/cpu/state.ts";
import { check, type Setting } from "./check.ts";
import {
  CODE_SELECTOR,
  type Computer,
  DATA,
  DATA_SELECTOR,
  FREE,
  G_32,
  GDT,
  LDT,
  LDT_SELECTOR,
  SMALL_32,
} from "./computer.ts";

/** A data segment in the free slot: base DATA, given limit, access byte and flags. */
function withSegment(limit: number, access: number, flags = SMALL_32, setting: Setting = {}): Setting {
  return {
    ...setting,
    prepare: (c) => {
      c.descriptor(FREE, DATA, limit, access, flags);
      setting.prepare?.(c);
    },
  };
}

/** Loads DS with a selector in a ring, for a descriptor of the access byte there. */
function loadDs(access: number, ring: number, rpl: number, expected: string): void {
  check(`mov ds, cx`, expected, {
    ...withSegment(0xfff, access),
    ring,
    prepare: (c) => {
      c.descriptor(FREE, DATA, 0xfff, access, SMALL_32);
      c.cpu.gpr[1] = FREE | rpl;
    },
  });
}

describe("loading DS, ES, FS, GS", () => {
  test("data of any kind and readable code may be loaded", () => {
    for (const access of [0x90, 0x91, 0x92, 0x93, 0x94, 0x96, 0x9a, 0x9e]) loadDs(access, 0, 0, "done");
  });
  test("execute-only code and system descriptors are #GP(selector)", () => {
    for (const access of [0x98, 0x99, 0x9c, 0x82, 0x89, 0x8c, 0x8e]) loadDs(access, 0, 0, "#GP(60) +0");
  });
  test("not present is #NP(selector), after type and privilege", () => {
    loadDs(0x12, 0, 0, "#NP(60) +0");
    loadDs(0x18, 0, 0, "#GP(60) +0");
    loadDs(0x12, 3, 0, "#GP(60) +0");
  });
  test("the weaker of CPL and RPL must reach DPL", () => {
    loadDs(0x92, 0, 3, "#GP(60) +0");
    loadDs(0x92, 3, 0, "#GP(60) +0");
    loadDs(0xf2, 3, 3, "done");
    loadDs(0xf2, 0, 3, "done");
    loadDs(0xb2, 1, 1, "done");
    loadDs(0xb2, 1, 2, "#GP(60) +0");
    loadDs(0x9a, 3, 3, "#GP(60) +0");
  });
  test("readable conforming code may be loaded from any ring", () => {
    loadDs(0x9e, 3, 3, "done");
  });
  test("beyond the limit of the table: #GP(selector), TI and index kept, RPL cleared", () => {
    check("mov cx, 103h\nmov es, cx", "#GP(100) +4");
    check("mov cx, 7\nmov es, cx", "#GP(4) +4");
  });
  test("a null selector loads, with any RPL, and faults when used", () => {
    for (let rpl = 0; rpl < 4; rpl++) check(`mov cx, ${rpl}\nmov fs, cx\nmov gs, cx`, "done");
    check("mov es, cx\nmov al, [es:edi]", "#GP(0) +2");
    check("mov ds, cx\nmov [edi], al", "#GP(0) +2");
  });
  test("an LDT gives selectors with TI", () => {
    const prepare = (c: Computer): void => {
      c.descriptor(4, DATA, 0xf, 0xf2, SMALL_32, LDT);
    };
    const load = `mov cx, ${LDT_SELECTOR}\nlldt cx\nmov cx, 7\nmov es, cx\n`;
    check(`${load}mov al, [es:15]`, "done", { prepare });
    check(`${load}mov al, [es:16]`, "#GP(0) +13", { prepare });
    check(`mov cx, ${LDT_SELECTOR}\nlldt cx\nmov cx, 47h\nmov es, cx`, "#GP(44) +11", { prepare });
  });
  test("the accessed bit is set in the table on load", () => {
    const accessed = (c: Computer): number => c.memory.read8(GDT + FREE + 5);
    check(`mov cx, ${FREE}\nmov es, cx`, "done: 93", withSegment(0xf, 0x92, SMALL_32, { show: accessed }));
    check(`mov cx, ${FREE}\nlar eax, cx`, "done: 92", withSegment(0xf, 0x92, SMALL_32, { show: accessed }));
    check(`mov cx, ${FREE}\nmov es, cx`, "#NP(60) +4: 12", withSegment(0xf, 0x12, SMALL_32, { show: accessed }));
  });
  test("a failed load leaves the register", () => {
    check("mov es, cx", "#GP(100) +0: 10", {
      prepare: (c) => {
        c.cpu.gpr[1] = 0x100;
      },
      show: (c) => c.cpu.state.selector[ES],
    });
  });
  test("the hidden part stays when the table changes", () => {
    check(
      `mov cx, ${FREE}\nmov es, cx\nmov dword [${GDT + FREE}], 0\nmov dword [${GDT + FREE + 4}], 0\nmov al, [es:15]\nmov al, [es:16]`,
      "#GP(0) +32",
      withSegment(0xf, 0x92),
    );
  });
});

describe("loading SS", () => {
  function loadSs(access: number, ring: number, rpl: number, expected: string): void {
    check("mov ss, cx", expected, {
      ring,
      prepare: (c) => {
        c.descriptor(FREE, 0, 0xfffff, access, G_32);
        c.cpu.gpr[1] = FREE | rpl;
      },
    });
  }
  test("null is #GP(0)", () => check("mov ss, cx", "#GP(0) +0"));
  test("RPL and DPL must both be the CPL", () => {
    loadSs(0x92, 0, 0, "done");
    loadSs(0xb2, 1, 1, "done");
    loadSs(0xf2, 3, 3, "done");
    loadSs(0x92, 0, 1, "#GP(60) +0");
    loadSs(0xb2, 0, 0, "#GP(60) +0");
    loadSs(0xb2, 1, 0, "#GP(60) +0");
  });
  test("only writable data", () => {
    for (const access of [0x90, 0x94, 0x9a, 0x9e, 0x82]) loadSs(access, 0, 0, "#GP(60) +0");
    loadSs(0x96, 0, 0, "done");
  });
  test("not present is #SS(selector)", () => loadSs(0x12, 0, 0, "#SS(60) +0"));
  test("LSS loads both, or neither", () => {
    const lss = (selector: number, expected: string): void =>
      check(`lss esp, [${DATA}]`, expected, {
        prepare: (c) => {
          c.memory.write32(DATA, 0x12345678);
          c.memory.write16(DATA + 4, selector);
        },
        show: (c) => `${c.cpu.state.selector[SS].toString(16)}`,
      });
    lss(DATA_SELECTOR[0], "done: 10");
    lss(DATA_SELECTOR[3], "#GP(40) +0: 10");
  });
});

describe("limits", () => {
  const es = `mov cx, ${FREE}\nmov es, cx\n`;
  test("the last byte may be touched, the next may not", () => {
    for (const [size, register] of [
      [1, "al"],
      [2, "ax"],
      [4, "eax"],
    ] as const) {
      check(`${es}mov ${register}, [es:${0x10 - size}]`, "done", withSegment(0xf, 0x92));
      check(`${es}mov ${register}, [es:${0x11 - size}]`, "#GP(0) +6", withSegment(0xf, 0x92));
      check(`${es}mov [es:${0x11 - size}], ${register}`, "#GP(0) +6", withSegment(0xf, 0x92));
    }
  });
  test("granularity counts in pages", () => {
    check(`${es}mov al, [es:1fffh]`, "done", withSegment(1, 0x92, G_32));
    check(`${es}mov al, [es:2000h]`, "#GP(0) +6", withSegment(1, 0x92, G_32));
  });
  test("expand-down: above the limit, up to 4 GiB with B, 64 KiB without", () => {
    const down = (offset: number, expected: string, flags: number): void =>
      check(`${es}mov eax, [es:${offset}]`, expected, withSegment(0xfff, 0x96, flags));
    down(0xfff, "#GP(0) +6", SMALL_32);
    down(0x1000, "done", SMALL_32);
    down(0x100000, "done", SMALL_32);
    down(0xfffc, "done", 0);
    down(0xfffd, "#GP(0) +6", 0);
    down(0x10000, "#GP(0) +6", 0);
    down(0, "#GP(0) +6", 0);
  });
  test("an access that crosses 4 GiB faults, even in a flat segment", () => {
    check("mov eax, [dword -4]", "done");
    check("mov eax, [dword -3]", "#GP(0) +0");
    check("mov ax, [dword -1]", "#GP(0) +0");
    check("mov al, [dword -1]", "done");
  });
  test("the stack segment faults with #SS(0)", () => {
    check("mov eax, [ss:-2]", "#SS(0) +0");
    check("mov eax, [ebp-2]", "#SS(0) +0");
    check("mov esp, 2\npush eax", "#SS(0) +5", { deliveries: 0, ring: 3 });
    check("mov esp, -2\npop eax", "#SS(0) +5", { ring: 3 });
  });
  test("code runs up to the limit of CS", () => {
    const prepare = (c: Computer): void => {
      c.descriptor(FREE, 0, 0x10008, 0x9a, SMALL_32);
    };
    check(`jmp ${FREE}:$+7\nnop\nnop\nnop`, "#GP(0) +9", { prepare });
    check(`jmp ${FREE}:$+7\nmov eax, 1`, "#GP(0) +7", { prepare });
    check(`jmp ${FREE}:12345678h`, "#GP(0) +0", { prepare });
  });
});

describe("types", () => {
  const es = `mov cx, ${FREE}\nmov es, cx\n`;
  test("read-only data and code cannot be written", () => {
    check(`${es}mov [es:0], al`, "#GP(0) +6", withSegment(0xf, 0x90));
    check(`${es}mov [es:0], al`, "#GP(0) +6", withSegment(0xf, 0x9a));
    check("mov [cs:0], al", "#GP(0) +0");
    check(`${es}add [es:0], al`, "#GP(0) +6", withSegment(0xf, 0x90));
  });
  test("execute-only code cannot be read", () => {
    const prepare = (c: Computer): void => c.descriptor(FREE, 0, 0xfffff, 0x98, G_32);
    check(`jmp ${FREE}:$+7\nmov al, [cs:0]`, "#GP(0) +7", { prepare });
    check(`jmp ${FREE}:$+7\nnop`, "done", { prepare });
  });
  test("a type error outranks a page fault", () => {
    check(`${es}mov [es:0], al`, "#GP(0) +6", {
      prepare: (c) => {
        c.descriptor(FREE, DATA, 0xf, 0x90, SMALL_32);
        c.page();
        c.memory.write32(c.pte(DATA), 0);
      },
    });
  });
});

describe("PUSH and POP of segment registers", () => {
  test("a failed POP leaves ESP", () => {
    check("push 100h\npop ds", "#GP(100) +5: 10", { show: (c) => c.cpu.state.selector[DS] });
  });
  test("PUSH CS shows the ring in the selector", () => {
    check("push cs\npop eax", "done: 3b", { ring: 3, show: (c) => c.cpu.gpr[0] });
    check("mov ecx, -1\nmov cx, cs\nmov eax, -1\nmov eax, ss", "done: 21", {
      ring: 1,
      show: (c) => c.cpu.gpr[0],
    });
  });
});

describe("LAR, LSL, VERR, VERW, ARPL", () => {
  function look(line: string, access: number, ring: number, rpl: number, expected: string): void {
    check(`mov eax, 77777777h\n${line}\nsetz bl`, expected, {
      ring,
      prepare: (c) => {
        c.descriptor(FREE, DATA, 0x1abcd, access, G_32);
        c.cpu.gpr[1] = FREE | rpl;
      },
      show: (c) => `${(c.cpu.gpr[0] >>> 0).toString(16)} ${c.cpu.gpr[3]}`,
    });
  }
  test("LAR gives access rights, LSL the limit in bytes, where CPL and RPL may see it", () => {
    look("lar eax, cx", 0x92, 0, 0, "done: c19200 1");
    look("lar ax, cx", 0x92, 0, 0, "done: 77779200 1");
    look("lsl eax, cx", 0x92, 0, 0, "done: 1abcdfff 1");
    look("lar eax, cx", 0x92, 3, 0, "done: 77777777 0");
    look("lsl eax, cx", 0xf2, 0, 3, "done: 1abcdfff 1");
    look("lsl eax, cx", 0xb2, 0, 3, "done: 77777777 0");
    look("lar eax, cx", 0x9e, 3, 3, "done: c19e00 1");
    look("lar eax, cx", 0x12, 0, 0, "done: c11200 1");
  });
  test("LAR knows gates, LSL does not; neither knows interrupt gates", () => {
    look("lar eax, cx", 0x8c, 0, 0, "done: c18c00 1");
    look("lsl eax, cx", 0x8c, 0, 0, "done: 77777777 0");
    look("lsl eax, cx", 0x89, 0, 0, "done: 1abcdfff 1");
    look("lar eax, cx", 0x8e, 0, 0, "done: 77777777 0");
    look("lar eax, cx", 0xec, 3, 3, "done: c1ec00 1");
    look("lar eax, cx", 0x8c, 3, 3, "done: 77777777 0");
  });
  test("VERR and VERW", () => {
    look("verr cx", 0x90, 0, 0, "done: 77777777 1");
    look("verw cx", 0x90, 0, 0, "done: 77777777 0");
    look("verw cx", 0x92, 0, 0, "done: 77777777 1");
    look("verr cx", 0x98, 0, 0, "done: 77777777 0");
    look("verr cx", 0x9a, 0, 0, "done: 77777777 1");
    look("verw cx", 0x9a, 0, 0, "done: 77777777 0");
    look("verr cx", 0x92, 3, 3, "done: 77777777 0");
    look("verr cx", 0x82, 0, 0, "done: 77777777 0");
  });
  test("ARPL raises RPL and says so", () => {
    const arpl = (destination: number, source: number, expected: string): void =>
      check("arpl cx, dx\nsetz bl", expected, {
        ring: 3,
        prepare: ({ cpu }) => {
          cpu.gpr[1] = destination;
          cpu.gpr[2] = source;
        },
        show: ({ cpu }) => `${cpu.gpr[1].toString(16)} ${cpu.gpr[3]}`,
      });
    arpl(0x60, 0x1b, "done: 63 1");
    arpl(0x63, 0x18, "done: 63 0");
    arpl(0x62, 0x2, "done: 62 0");
  });
});

describe("LLDT and LTR", () => {
  const load = (line: string, access: number, selector: number, expected: string, show?: Setting["show"]): void =>
    check(line, expected, {
      prepare: (c) => {
        c.descriptor(FREE, 0x3900, 0x67, access, 0);
        c.cpu.gpr[1] = selector;
      },
      ...(show ? { show } : {}),
    });
  test("LLDT takes an LDT from the GDT", () => {
    load("lldt cx", 0x82, FREE, "done");
    load("lldt cx", 0x82, FREE + 3, "done");
    load("lldt cx", 0x92, FREE, "#GP(60) +0");
    load("lldt cx", 0x89, FREE, "#GP(60) +0");
    load("lldt cx", 0x02, FREE, "#NP(60) +0");
    load("lldt cx", 0x82, 0x64, "#GP(64) +0");
    load("lldt cx", 0x82, 0x100, "#GP(100) +0");
    load("lldt cx", 0x82, 0, "done");
  });
  test("LTR takes an available TSS and makes it busy", () => {
    const busy = (c: Computer): number => c.memory.read8(GDT + FREE + 5);
    load("ltr cx", 0x89, FREE, "done: 8b", busy);
    load("ltr cx", 0x81, FREE, "done: 83", busy);
    load("ltr cx", 0x8b, FREE, "#GP(60) +0: 8b", busy);
    load("ltr cx", 0x82, FREE, "#GP(60) +0: 82", busy);
    load("ltr cx", 0x09, FREE, "#NP(60) +0: 9", busy);
    load("ltr cx", 0x89, 0, "#GP(0) +0");
  });
});

describe("hidden parts", () => {
  test("a null LDT makes every LDT selector fault", () => {
    check("lldt cx\nmov cx, 4\nmov ds, cx", "#GP(4) +7");
  });
  test("selectors of code segments are not for SS, even readable", () => {
    check(`mov cx, ${CODE_SELECTOR[0]}\nmov ss, cx`, "#GP(8) +4");
  });
  test("a nulled register is unusable, whatever its selector's RPL", () => {
    check("mov cx, 3\nmov es, cx", "done: 1", {
      show: (c) => (c.cpu.state.attr[ES] & ATTR_UNUSABLE) >>> 16,
    });
  });
});
