import { describe, expect, test } from "vitest";
import { DELIVERY_FAULT, STOP_ATTENTION, STOP_BUDGET, STOP_DELIVERED, STOP_GATE } from "../../src/cpu/api.ts";
import { PAGE_CODE, PAGE_SHARED } from "../../src/cpu/bus.ts";
import { EAX, EBX, ECX, EDI, ESI } from "../../src/cpu/state.ts";
import { assemble } from "./assemble.ts";
import { check } from "./check.ts";
import { CODE, CODE_SELECTOR, Computer, DATA, FREE, G_32 } from "./computer.ts";

function loaded(source: string): Computer {
  const c = new Computer();
  c.memory.writeBytes(CODE, assemble(source, CODE));
  return c;
}

describe("the budget", () => {
  test("is exact for instructions and for iterations of REP", () => {
    const c = loaded("nop\nmov ecx, 100\nrep stosb\nnop\nnop");
    expect([c.cpu.run(50), c.cpu.stop, c.cpu.ended]).toEqual([50, STOP_BUDGET, 50]);
    expect([c.cpu.gpr[ECX], c.cpu.gpr[EDI], c.cpu.state.eip]).toEqual([52, DATA + 48, CODE + 6]);
    expect(c.cpu.run(52)).toBe(52);
    expect([c.cpu.gpr[ECX], c.cpu.state.eip]).toEqual([0, CODE + 8]);
  });
  test("a REP with a count of 0 is one step", () => {
    const c = loaded("rep movsd\nnop");
    expect(c.cpu.run(1)).toBe(1);
    expect(c.cpu.state.eip).toBe(CODE + 2);
  });
  test("a fault and its delivery are one step and one ended instruction", () => {
    const c = loaded("nop\nud2");
    expect([c.cpu.run(10), c.cpu.stop, c.cpu.ended]).toEqual([2, STOP_DELIVERED, 2]);
    expect(c.cpu.last).toMatchObject({ vector: 6, kind: DELIVERY_FAULT, eip: CODE + 1, cpl: 0 });
  });
  test("a fault within REP counts the iterations before it", () => {
    const c = loaded("mov ecx, 10\nrep stosd");
    c.cpu.gpr[EDI] = DATA + 0xff0;
    c.page();
    c.memory.write32(c.pte(DATA + 0x1000), 0);
    expect([c.cpu.run(100), c.cpu.stop, c.cpu.ended]).toEqual([6, STOP_DELIVERED, 6]);
    expect([c.cpu.gpr[ECX], c.cpu.gpr[EDI], c.cpu.last.eip]).toEqual([6, DATA + 0x1000, CODE + 5]);
    expect(c.cpu.last.address >>> 0).toBe(DATA + 0x1000);
  });
  test("cycles are the rows' costs and the deliveries'", () => {
    const c = loaded("nop\nnop");
    c.cpu.run(2);
    expect(c.cpu.cycles).toBe(2);
    const d = loaded("mov ecx, 10\nrep stosb");
    d.cpu.run(11);
    expect(d.cpu.cycles).toBe(1 + 30);
  });
  test("deprivileged instructions are counted by the CPL they begin at", () => {
    const c = loaded("nop\nint 80h");
    c.idtGate(0x80, CODE_SELECTOR[0], CODE + 0x100, 0xee);
    c.memory.writeBytes(CODE + 0x100, new Uint8Array([0x90, 0xcf]));
    c.enter(3);
    expect([c.cpu.run(100), c.cpu.endedDeprivileged]).toEqual([2, 2]);
    expect([c.cpu.run(100), c.cpu.stop, c.cpu.endedDeprivileged]).toEqual([2, STOP_ATTENTION, 0]);
    expect(c.cpu.state.cpl).toBe(3);
  });
  test("a host gate is not run and not counted", () => {
    const c = loaded("nop\ndb 0fh, 0ah");
    c.gate = CODE + 1;
    expect([c.cpu.run(100), c.cpu.stop, c.cpu.ended]).toEqual([1, STOP_GATE, 1]);
    expect([c.cpu.run(100), c.cpu.stop, c.cpu.state.eip]).toEqual([0, STOP_GATE, CODE + 1]);
  });
});

describe("self-modifying code", () => {
  test("is honoured at the next instruction", () => {
    check("mov byte [n + 1], 5\nn: mov al, 1", "done: 5", { show: ({ cpu }) => cpu.gpr[EAX] });
    check("mov ecx, 3\nl: inc byte [n + 1]\nn: mov al, 1\nadd ebx, eax\nloop l", "done: 9", {
      show: ({ cpu }) => cpu.gpr[EBX],
    });
  });
  test("through every width of write, and strings", () => {
    for (const line of [
      "mov word [n], 5b0h",
      "mov dword [n], 909005b0h",
      "or dword [n], 400h",
      "mov word [n + 1], 9005h",
      "xchg [n + 1], dl",
    ]) {
      check(`mov dl, 5\n${line}\nn: mov al, 1\nnop\nnop`, "done: 5", { show: ({ cpu }) => cpu.gpr[EAX] & 0xff });
    }
    check("mov edi, n + 1\nmov al, 5\nmov ecx, 1\nrep stosb\nxor eax, eax\nn: mov al, 1", "done: 5", {
      show: ({ cpu }) => cpu.gpr[EAX],
    });
  });
  test("in a loop that has run before, over an instruction that straddles pages", () => {
    const c = new Computer();
    const at = CODE + 0xffd;
    c.memory.writeBytes(at, assemble("mov eax, 11223344h\ninc byte [10ffeh]\ninc byte [11000h]\njmp $-17", at));
    c.cpu.state.eip = at;
    c.cpu.run(1);
    expect(c.cpu.gpr[EAX]).toBe(0x11223344);
    c.cpu.run(4);
    expect((c.cpu.gpr[EAX] >>> 0).toString(16)).toBe("11233345");
  });
  test("through another linear address of the same frame", () => {
    check(`mov byte [${0x200000} + (n - $$) + 1], 5\nn: mov al, 1`, "done: 5", {
      prepare: (c) => {
        c.page();
        c.memory.write32(c.pte(0x200000), CODE | 7);
      },
      show: ({ cpu }) => cpu.gpr[EAX],
    });
  });
  test("from outside, through memory", () => {
    const c = loaded("l: mov al, 1\njmp l");
    c.cpu.run(10);
    c.memory.write8(CODE + 1, 7);
    c.cpu.run(2);
    expect(c.cpu.gpr[EAX]).toBe(7);
  });
  test("data beside code do not cost the decoded code", () => {
    const c = loaded("l: inc dword [d]\njmp l\nalign 16\nd: dd 0");
    c.cpu.run(100);
    const decoded = c.memory.code[CODE >>> 12];
    c.cpu.run(100);
    expect(c.memory.code[CODE >>> 12]).toBe(decoded);
    expect(c.memory.read32(CODE + 16)).toBe(100);
    expect(c.memory.flags[CODE >>> 12]).toBe(PAGE_CODE);
  });
  test("a write to a shared page is noted once", () => {
    const c = loaded(`l: inc dword [${DATA}]\njmp l`);
    c.memory.flags[DATA >>> 12] |= PAGE_SHARED;
    c.cpu.run(100);
    expect(c.memory.flags[DATA >>> 12]).toBe(0);
    expect(c.memory.read32(DATA)).toBe(50);
  });
});

describe("caches", () => {
  test("dropping them at any moment changes nothing", () => {
    const source =
      "mov ecx, 50\nl: push ecx\nmov esi, n\ninc byte [esi + 1]\nn: mov al, 1\nadd ebx, eax\npop ecx\nloop l";
    const one = loaded(source);
    const other = loaded(source);
    for (let step = 0; step < 350; step++) {
      one.cpu.run(1);
      other.cpu.run(1);
      if (step % 7 === 0) other.cpu.dropCaches();
    }
    expect([...other.cpu.state.words]).toEqual([...one.cpu.state.words]);
    expect(one.cpu.gpr[ESI]).toBeGreaterThan(CODE);
  });
  test("a 16-bit segment over the same bytes decodes them anew", () => {
    // mov eax, 11223344h for 32 bits; mov ax, 3344h / and dl, [bx+di] for 16.
    check(`mov eax, 11223344h\njmp ${FREE}:${CODE}`, "running: 3344", {
      steps: 3,
      prepare: (c) => {
        c.descriptor(FREE, 0, 0xfffff, 0x9a, G_32 & ~4);
        c.cpu.gpr[EAX] = 0;
      },
      show: ({ cpu }) => cpu.gpr[EAX] & 0xffff,
    });
  });
  test("the state may be replaced from outside between runs", () => {
    const c = loaded("nop\nmov eax, cs\npush 5\nmov ebx, [esp]");
    const saved = c.cpu.state.words.slice();
    c.cpu.run(2);
    c.enter(3);
    c.cpu.run(2);
    expect(c.cpu.gpr[EAX]).toBe(CODE_SELECTOR[3]);
    c.cpu.state.words.set(saved);
    c.cpu.run(4);
    expect([c.cpu.gpr[EAX], c.cpu.gpr[EBX]]).toEqual([CODE_SELECTOR[0], 5]);
  });
});
