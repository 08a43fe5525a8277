import { describe, expect, test } from "vitest";
import { EAX, EBX, ESP, LDTR } from "../../src/cpu/state.ts";
import { check, type Setting } from "./check.ts";
import { CODE, Computer, DATA, GDT, IDT, PAGES } from "./computer.ts";

const LARGE = 0x400000;
const WP = 1 << 16;
const PGE = 1 << 7;
const PSE = 1 << 4;

/** Paging on, with the page-table entry for DATA having the given flags. */
function paged(flags: number, setting: Setting & { cr0?: number; cr4?: number; directory?: number } = {}): Setting {
  return {
    ...setting,
    prepare: (c) => {
      c.page();
      c.memory.write32(c.pte(DATA), DATA | flags);
      if (setting.directory !== undefined) c.memory.write32(PAGES, (PAGES + 0x1000) | setting.directory);
      c.cpu.state.cr0 |= setting.cr0 ?? 0;
      c.cpu.state.cr4 |= setting.cr4 ?? 0;
      setting.prepare?.(c);
    },
  };
}

const read = `mov al, [${DATA}]`;
const write = `mov [${DATA}], al`;

describe("rights and error codes", () => {
  const pf = (code: number): string => `#PF(${code})@20000 +0`;
  test("not present: P = 0, W and U as the access was", () => {
    check(read, pf(0), paged(6));
    check(write, pf(2), paged(6));
    check(read, pf(4), paged(6, { ring: 3 }));
    check(write, pf(6), paged(6, { ring: 3 }));
    check(write, pf(2), paged(6, { ring: 1 }));
  });
  test("a user needs U/S; rings 0 to 2 do not", () => {
    check(read, pf(5), paged(3, { ring: 3 }));
    check(write, pf(7), paged(3, { ring: 3 }));
    for (const ring of [0, 1, 2]) check(write, "done", paged(3, { ring }));
  });
  test("a user needs R/W to write; a supervisor only under WP", () => {
    check(read, "done", paged(5, { ring: 3 }));
    check(write, pf(7), paged(5, { ring: 3 }));
    for (const ring of [0, 1, 2]) {
      check(write, "done", paged(5, { ring }));
      check(write, pf(3), paged(5, { ring, cr0: WP }));
      check(write, pf(3), paged(1, { ring, cr0: WP }));
    }
  });
  test("both levels must allow it", () => {
    const directory = (flags: number, ring: number, expected: string): void =>
      check(write, expected, {
        ring,
        prepare: (c) => {
          c.page();
          // The directory entry of a second view of the same memory at 4 MiB.
          c.memory.write32(PAGES + 4, (PAGES + 0x1000) | flags);
          c.memory.writeBytes(CODE, new Uint8Array([0xa2, 0, 0, 0x42, 0]));
          c.cpu.state.cr0 |= WP;
        },
      });
    directory(7, 3, "done");
    directory(3, 3, "#PF(7)@420000 +0");
    directory(5, 3, "#PF(7)@420000 +0");
    directory(5, 0, "#PF(3)@420000 +0");
    directory(6, 0, "#PF(2)@420000 +0");
  });
  test("an instruction fetch faults like a read", () => {
    check(`jmp ${DATA - CODE}+$$`, "#PF(0)@20000 +65536", paged(6));
    check(`jmp ${DATA - CODE}+$$`, "#PF(4)@20000 +65536", paged(6, { ring: 3 }));
    check(`jmp ${DATA - CODE}+$$`, "#PF(5)@20000 +65536", paged(3, { ring: 3 }));
  });
  test("read and write of one operand is a write", () => {
    check(`inc dword [${DATA}]`, pf(7), paged(5, { ring: 3 }));
    check(`cmp dword [${DATA}], 0`, "done", paged(5, { ring: 3 }));
  });
  test("tables are read as a supervisor, whatever the CPL", () => {
    check("mov cx, 43h\nmov ds, cx", "done", {
      ring: 3,
      prepare: (c) => {
        c.page();
        c.memory.write32(c.pte(GDT), GDT | 3);
        c.memory.write32(c.pte(IDT), IDT | 3);
      },
    });
    check("mov cx, 7\nmov ds, cx", "#PF(0)@20000 +4", {
      ring: 3,
      prepare: (c) => {
        c.page();
        c.memory.write32(c.pte(DATA), 0);
        c.cpu.state.attr[LDTR] = 0x82;
        c.cpu.state.base[LDTR] = DATA;
        c.cpu.state.limit[LDTR] = 0xff;
      },
    });
  });
});

describe("accessed and dirty", () => {
  const bits = (c: Computer): string =>
    `${(c.memory.read32(PAGES) & 0x60).toString(16)} ${(c.memory.read32(c.pte(DATA)) & 0x60).toString(16)}`;
  test("a read sets A, a write A and D, a fault nothing", () => {
    check(read, "done: 20 20", paged(7, { show: bits }));
    check(write, "done: 20 60", paged(7, { show: bits }));
    check(read, "#PF(5)@20000 +0: 20 0", paged(3, { ring: 3, show: bits }));
    check(write, "#PF(7)@20000 +0: 20 0", paged(5, { ring: 3, show: bits }));
  });
  test("the first write after a read walks again for D", () => {
    check(`${read}\n${write}`, "done: 20 60", paged(7, { show: bits }));
  });
  test("with D cleared behind the TLB's back, a write does not set it until INVLPG", () => {
    const clear = `and dword [${PAGES + 0x1000 + (DATA >>> 12) * 4}], ~40h\n`;
    check(`${write}\n${clear}${write}`, "done: 20 20", paged(7, { show: bits }));
    check(`${write}\n${clear}invlpg [${DATA}]\n${write}`, "done: 20 60", paged(7, { show: bits }));
  });
});

describe("the TLB is state", () => {
  const pte = PAGES + 0x1000 + (DATA >>> 12) * 4;
  const remap = `mov dword [${pte}], ${(DATA + 0x1000) | 7}\n`;
  const setting = (extra: Setting & { cr4?: number; flags?: number } = {}): Setting =>
    paged(extra.flags ?? 7, {
      ...extra,
      show: ({ cpu }) => cpu.gpr[EAX] & 0xff,
      prepare: (c) => {
        c.memory.write8(DATA, 0x11);
        c.memory.write8(DATA + 0x1000, 0x22);
        extra.prepare?.(c);
      },
    });
  test("a changed entry is not seen", () => check(`${read}\n${remap}${read}`, "done: 11", setting()));
  test("until INVLPG", () => check(`${read}\n${remap}invlpg [${DATA + 5}]\n${read}`, "done: 22", setting()));
  test("or INVLPG of another page does nothing", () =>
    check(`${read}\n${remap}invlpg [${DATA + 0x1000}]\n${read}`, "done: 11", setting()));
  test("or a load of CR3", () => check(`${read}\n${remap}mov ecx, cr3\nmov cr3, ecx\n${read}`, "done: 22", setting()));
  test("which spares global pages", () => {
    const reload = `${read}\n${remap}mov ecx, cr3\nmov cr3, ecx\n${read}`;
    check(reload, "done: 11", setting({ flags: 0x107, cr4: PGE }));
    check(reload, "done: 22", setting({ flags: 0x107 }));
    check(`${read}\n${remap}invlpg [${DATA}]\n${read}`, "done: 22", setting({ flags: 0x107, cr4: PGE }));
  });
  test("or a change of CR4, CR0.WP, CR0.PG, which do not", () => {
    const global = setting({ flags: 0x107, cr4: PGE });
    check(`${read}\n${remap}mov ecx, ${PSE | PGE}\nmov cr4, ecx\n${read}`, "done: 22", global);
    check(`${read}\n${remap}mov ecx, cr0\nbts ecx, 16\nmov cr0, ecx\n${read}`, "done: 22", global);
    check(
      `${read}\n${remap}mov ecx, cr0\nbtr ecx, 31\nmov cr0, ecx\nbts ecx, 31\nmov cr0, ecx\n${read}`,
      "done: 22",
      global,
    );
    check(`${read}\n${remap}mov ecx, cr0\nmov cr0, ecx\n${read}`, "done: 11", global);
  });
  test("another page with the same low bits takes its place", () => {
    check(`${read}\n${remap}mov bl, [${DATA + 0x100000}]\n${read}`, "done: 22", setting());
  });
  test("instructions have their own: a data access does not refill it", () => {
    // f: mov eax, 11h / ret at DATA; the same with 22h a page on.
    const call = `call f\n${remap}mov bl, [${DATA}]\ncall f\nf equ ${DATA}`;
    check(call, "done: 11", {
      ...setting(),
      prepare: (c) => {
        setting().prepare?.(c);
        c.memory.writeBytes(DATA, new Uint8Array([0xb0, 0x11, 0xc3]));
        c.memory.writeBytes(DATA + 0x1000, new Uint8Array([0xb0, 0x22, 0xc3]));
      },
    });
    check(call.replace("mov bl", `invlpg [${DATA}]\nmov bl`), "done: 22", {
      ...setting(),
      prepare: (c) => {
        setting().prepare?.(c);
        c.memory.writeBytes(DATA, new Uint8Array([0xb0, 0x11, 0xc3]));
        c.memory.writeBytes(DATA + 0x1000, new Uint8Array([0xb0, 0x22, 0xc3]));
      },
    });
  });
  test("an entry made more generous is noticed at once: rights are only raised by a walk", () => {
    check(
      `mov al, [${DATA}]\nmov dword [${pte}], ${DATA | 7}\nmov [${DATA}], al`,
      "done: 11",
      setting({
        flags: 5,
        prepare: (c) => {
          c.cpu.state.cr0 |= WP;
        },
      }),
    );
  });
  test("rights withdrawn are not noticed until the entry goes", () => {
    const program = `mov [${DATA}], al\nand dword [${pte}], ~2\n`;
    const wp = (c: Computer): void => {
      c.cpu.state.cr0 |= WP;
    };
    check(`${program}mov [${DATA}], al`, "done: 0", setting({ prepare: wp }));
    check(`${program}invlpg [${DATA}]\nmov [${DATA}], al`, `#PF(3)@20000 +19: 0`, setting({ prepare: wp }));
  });
  test("a look through translate changes neither TLB nor tables", () => {
    const c = new Computer();
    c.page();
    const before = c.memory.read32(c.pte(DATA));
    expect(c.cpu.translate(DATA, "write", true, false)).toMatchObject({ ok: true, physical: DATA });
    expect(c.memory.read32(c.pte(DATA))).toBe(before);
    expect([...c.cpu.tlb.words].every((word) => word === 0)).toBe(true);
    expect(c.cpu.translate(DATA, "write", true, true)).toMatchObject({ ok: true });
    expect(c.memory.read32(c.pte(DATA)) & 0x60).toBe(0x60);
  });
});

describe("4 MiB pages", () => {
  const large = (entry: number, cr4: number, setting: Setting = {}): Setting => ({
    ...setting,
    prepare: (c) => {
      c.page();
      c.memory.write32(PAGES + 4, entry);
      c.cpu.state.cr4 = cr4;
      c.memory.write32(DATA, 0x12345678);
    },
  });
  const readLarge = `mov eax, [${LARGE + DATA}]`;
  test("map 4 MiB at once, with their own A and D", () => {
    check(readLarge, "done: 12345678", large(0x87, PSE, { show: ({ cpu }) => cpu.gpr[EAX] }));
    check(
      `mov [${LARGE + DATA}], eax`,
      "done: e7",
      large(0x87, PSE, { show: ({ memory }) => memory.read32(PAGES + 4) }),
    );
  });
  test("only under CR4.PSE; else bit 7 is ignored", () => {
    check(readLarge, "done: 12345678", large((PAGES + 0x1000) | 0x87, 0, { show: ({ cpu }) => cpu.gpr[EAX] }));
  });
  test("reserved bits fault with RSVD and P", () => {
    check(readLarge, "#PF(9)@420000 +0", large(0x2087, PSE));
    check(readLarge, "#PF(d)@420000 +0", large(0x200087, PSE, { ring: 3 }));
  });
  test("rights", () => {
    check(readLarge, "#PF(5)@420000 +0", large(0x83, PSE, { ring: 3 }));
    check(`mov [${LARGE}], eax`, "#PF(7)@400000 +0", large(0x85, PSE, { ring: 3 }));
  });
  test("INVLPG of any address in it removes all its pieces", () => {
    const remap = `mov dword [${PAGES + 4}], ${0x800087}\n`;
    const setting = large(0x87, PSE, { show: ({ cpu }) => cpu.gpr[EAX] });
    check(`${readLarge}\n${remap}${readLarge}`, "done: 12345678", setting);
    check(`${readLarge}\n${remap}invlpg [${LARGE}]\n${readLarge}`, "done: ffffffff", setting);
  });
});

describe("accesses across pages", () => {
  const end = DATA + 0xffe;
  const second = (flags: number, setting: Setting = {}): Setting => ({
    ...setting,
    prepare: (c) => {
      c.page();
      c.memory.write32(c.pte(DATA + 0x1000), (DATA + 0x3000) | flags);
      c.memory.write32(DATA + 0x3000, 0x5555);
      c.memory.write16(end, 0x7777);
      setting.prepare?.(c);
    },
  });
  test("take each part from its own frame", () => {
    check(`mov eax, [${end}]`, "done: 55557777", second(7, { show: ({ cpu }) => cpu.gpr[EAX] }));
    check(
      `mov dword [${end}], 11223344h`,
      "done: 3344 1122",
      second(7, {
        show: ({ memory }) => `${memory.read16(end).toString(16)} ${memory.read16(DATA + 0x3000).toString(16)}`,
      }),
    );
    check(`xchg [${end}], eax`, "done: 55557777", second(7, { show: ({ cpu }) => cpu.gpr[EAX] }));
    check(`inc word [${DATA + 0xfff}]`, "done: 55", second(7, { show: ({ memory }) => memory.read8(DATA + 0x3000) }));
  });
  test("fault at the second page before the first is written", () => {
    const first = { show: ({ memory }: Computer): number => memory.read16(end) };
    check(`mov dword [${end}], 0`, "#PF(2)@21000 +0: 7777", second(6, first));
    check(`add dword [${end}], 1`, "#PF(2)@21000 +0: 7777", second(6, first));
    check(`mov dword [${end}], 0`, "#PF(7)@21000 +0: 7777", second(5, { ...first, ring: 3 }));
    check(`mov eax, [${end}]`, "#PF(0)@21000 +0: 7777", second(6, first));
  });
  test("instructions too", () => {
    const code = second(7, {
      show: ({ cpu }) => cpu.gpr[EBX],
      prepare: (c) => {
        c.memory.writeBytes(DATA + 0xffe, new Uint8Array([0xbb, 0x44]));
        c.memory.writeBytes(DATA + 0x3000, new Uint8Array([0x33, 0x22, 0x11, 0xc3]));
      },
    });
    check(`call ${end}`, "done: 11223344", code);
    check(`call ${end}`, "#PF(0)@21000 +69630: 0", {
      ...code,
      prepare: (c) => {
        code.prepare?.(c);
        c.memory.write32(c.pte(DATA + 0x1000), 6);
      },
    });
  });
});

describe("the order of checks", () => {
  test("limit before paging, paging only for what is touched", () => {
    check("mov eax, [dword -3]", "#GP(0) +0", paged(7));
    check("mov eax, [800000h]", "#PF(0)@800000 +0", paged(7));
  });
  test("where no frame can be pushed, the stack pointer stays and the processor shuts down", () => {
    check(`mov esp, ${DATA + 0x1000}\nint 80h`, "shutdown: 21000", paged(6, { show: ({ cpu }) => cpu.gpr[ESP] }));
  });
});
