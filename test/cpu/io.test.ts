import { describe, expect, test } from "vitest";
import { STOP_ATTENTION } from "../../src/cpu/api.ts";
import { EAX, ECX, EDI } from "../../src/cpu/state.ts";
import { assemble } from "./assemble.ts";
import { check, type Setting } from "./check.ts";
import { CODE, Computer, DATA, DATA_SELECTOR, TSS } from "./computer.ts";

/** Opens ports in the bitmap of the TSS. */
function open(...ports: number[]): Setting {
  return {
    ring: 3,
    prepare: ({ memory }) => {
      for (const port of ports) {
        const at = TSS + 104 + (port >>> 3);
        memory.write8(at, memory.read8(at) & ~(1 << (port & 7)));
      }
    },
  };
}

describe("the I/O permission bitmap", () => {
  test("a clear bit opens a port; all ports of a wide access must be open", () => {
    check("in al, 60h", "done", open(0x60));
    check("in al, 61h", "#GP(0) +0", open(0x60));
    check("in ax, 60h", "#GP(0) +0", open(0x60));
    check("in ax, 60h", "done", open(0x60, 0x61));
    check("in eax, 60h", "done", open(0x60, 0x61, 0x62, 0x63));
    check("in eax, 60h", "#GP(0) +0", open(0x60, 0x61, 0x62));
    check("in eax, 66h", "done", open(0x66, 0x67, 0x68, 0x69));
    check("mov edx, 60h\nout dx, al", "done", open(0x60));
    check("mov edx, 60h\noutsb", "done", open(0x60));
  });
  test("it opens nothing at another level that IOPL would not", () => {
    check("in al, 60h", "done", { ...open(0x60), ring: 1 });
    check("cli", "#GP(0) +0", open(0x60));
  });
  test("two bytes are read: both must be inside the limit", () => {
    const limited = (limit: number, expected: string): void =>
      check("in al, 60h", expected, {
        ...open(),
        prepare: (c) => {
          open(0x60).prepare?.(c);
          c.cpu.state.limit[7] = limit;
        },
      });
    limited(104 + 12 + 1, "done");
    limited(104 + 12, "#GP(0) +0");
    limited(103, "#GP(0) +0");
    limited(102, "#GP(0) +0");
  });
  test("the base may lie beyond the limit, and a 16-bit TSS has none", () => {
    check("in al, 60h", "#GP(0) +0", {
      ring: 3,
      prepare: ({ memory }) => memory.write16(TSS + 102, 0xffff),
    });
    check("in al, 60h", "#GP(0) +0", {
      ring: 3,
      prepare: (c) => {
        open(0x60).prepare?.(c);
        c.cpu.state.attr[7] = 0x83;
        c.memory.write16(TSS + 2, 0x8000);
        c.memory.write16(TSS + 4, DATA_SELECTOR[0]);
      },
    });
  });
  test("the bitmap is read as a supervisor", () => {
    check("in al, 60h", "done", {
      ring: 3,
      prepare: (c) => {
        open(0x60).prepare?.(c);
        c.page();
        c.memory.write32(c.pte(TSS), TSS | 3);
      },
    });
  });
});

describe("ports", () => {
  const ports = (c: Computer): string => c.ports.join(", ");
  test("IN and OUT move 1, 2 or 4 bytes", () => {
    check(
      "mov eax, 11223344h\nout 80h, al\nout 80h, ax\nout 80h, eax",
      "done: out1 80 44, out2 80 3344, out4 80 11223344",
      {
        show: ports,
      },
    );
    check("mov eax, -1\nin al, 60h\nmov dx, 1234h\nin ax, dx", "done: in1 60, in2 1234 ffff5678", {
      prepare: (c) => {
        c.portValue = 0x5678;
      },
      show: (c) => `${ports(c)} ${(c.cpu.gpr[EAX] >>> 0).toString(16)}`,
    });
  });
  test("REP INS and OUTS are a step for each element", () => {
    check("mov edx, 1f0h\nmov ecx, 3\nrep insw", "done: in2 1f0, in2 1f0, in2 1f0 20006 0", {
      show: (c) => `${ports(c)} ${c.cpu.gpr[EDI].toString(16)} ${c.cpu.gpr[ECX]}`,
    });
    check("std\nmov ecx, 2\nrep outsb", "done: out1 0 0, out1 0 ff", { show: ports });
    check("xor ecx, ecx\nrep outsb", "done: ", { show: ports });
  });
  test("INS does not read the port when the memory cannot be written", () => {
    check("insd", "#PF(2)@20000 +0: ", {
      prepare: (c) => {
        c.page();
        c.memory.write32(c.pte(DATA), 6);
      },
      show: ports,
    });
  });
  test("run stops after each use, and the clock is exact during it", () => {
    const c = new Computer();
    c.memory.writeBytes(CODE, assemble("nop\nnop\nout 80h, al\nnop", CODE));
    expect([c.cpu.run(100), c.cpu.stop, c.cpu.ended]).toEqual([3, STOP_ATTENTION, 3]);
  });
});
