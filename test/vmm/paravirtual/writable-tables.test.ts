import { describe, expect, it } from "vitest";
import { EAX, EBX, ECX, EDI, ESI, ESP } from "../../../src/cpu/state.ts";
import { FRAME_SIZE } from "../../../src/vmm/paravirtual/layout.ts";
import { handleWrite, makeEmulator } from "../../../src/vmm/paravirtual/writable-tables.ts";
import { assemble } from "../../cpu/assemble.ts";
import { A, Bench, FREE, P, W } from "./bench.ts";

const CODE = 0x1800;

/** A domain whose kernel runs one instruction, with EBX pointing to an entry of its page table. */
class Writer extends Bench {
  private readonly emulator = makeEmulator(this.machine);

  /** Where the page table is mapped read-only. */
  readonly table = this.tablePage * FRAME_SIZE;

  run(text: string, linear: number, registers: readonly (readonly [number, number])[] = []): boolean {
    this.domain.memory.writeBytes(CODE, assemble(text, CODE));
    const { context } = this.domain;
    context.eip = CODE;
    context.gpr[EBX] = linear;
    for (const [register, value] of registers) context.gpr[register] = value;
    this.emulator.state.words.set(context.words);
    return handleWrite(this.xen, this.emulator, linear);
  }

  entry(page: number): number {
    return this.get(this.table + page * 4);
  }
}

const at = (bench: Writer, page: number) => bench.table + page * 4;

describe("writable page tables", () => {
  it("carry out a write that mmu_update would", () => {
    const bench = new Writer();
    const value = (bench.mfn(FREE) << 12) | P;
    expect(bench.run("mov [ebx], eax", at(bench, FREE), [[EAX, value]])).toBe(true);
    expect(bench.entry(FREE)).toBe(value);
    expect(bench.domain.context.eip).toBe(CODE + 2);
    expect(bench.type(FREE)).toMatchObject({ typeCount: 0, references: 2 });
    expect(bench.entry(bench.tablePage) & W).toBe(0);
    expect(bench.problems()).toEqual([]);
  });

  it("know every instruction whose one write is that entry", () => {
    const bench = new Writer();
    const entry = (bench.mfn(FREE) << 12) | P | W;
    for (const [text, registers, expected] of [
      ["and dword [ebx], ~2", [], entry & ~W],
      ["or dword [ebx], 2", [], entry],
      ["btr dword [ebx], 1", [], entry & ~W],
      ["xchg [ebx], eax", [[EAX, entry]], entry],
      ["stosd", [[EAX, entry & ~W]], entry & ~W],
      ["lock or dword [ebx], 2", [], entry],
      [
        "cmpxchg [ebx], ecx",
        [
          [EAX, entry],
          [ECX, 0],
        ],
        0,
      ],
      ["mov dword [ebx], 0", [], 0],
      ["pop dword [ebx]", [[ESP, 0x8000]], entry & ~W],
    ] as const) {
      bench.put([entry & ~W], 0x8000);
      const done = bench.run(text, at(bench, FREE), [[EDI, at(bench, FREE)], ...registers]);
      expect(done, text).toBe(true);
      expect(bench.entry(FREE) & ~0x60, text).toBe(expected & ~0x60);
      expect(bench.problems(), text).toEqual([]);
    }
  });

  it("leave registers, flags and memory alone where the entry is refused", () => {
    const bench = new Writer([1, 2]);
    const before = bench.entry(FREE);
    const others = (bench.xen.domains[1]!.firstFrame << 12) | P;
    for (const value of [others, (bench.directory << 12) | P | W, before | 0x80]) {
      expect(bench.run("xchg [ebx], eax", at(bench, FREE), [[EAX, value]])).toBe(false);
      expect(bench.entry(FREE)).toBe(before);
      expect(bench.domain.context.gpr[EAX]).toBe(value);
      expect(bench.domain.context.eip).toBe(CODE);
    }
    expect(bench.problems()).toEqual([]);
  });

  it("are not for parts of entries, nor for more than one", () => {
    const bench = new Writer();
    const before = bench.entry(FREE);
    expect(bench.run("mov byte [ebx], 0", at(bench, FREE))).toBe(false);
    expect(bench.run("mov [ebx], ax", at(bench, FREE))).toBe(false);
    expect(bench.run("mov [ebx], eax", at(bench, FREE) + 1)).toBe(false);
    expect(bench.run("pusha", at(bench, FREE), [[ESP, at(bench, FREE) + 4]])).toBe(false);
    expect(bench.run("mov [ebx], eax", at(bench, FREE) + FRAME_SIZE * 5)).toBe(false);
    expect(bench.entry(FREE) & ~A).toBe(before & ~A);
    expect(bench.problems()).toEqual([]);
  });

  it("are page tables only: a page directory, another domain's table or a plain page is not written", () => {
    const bench = new Writer([1, 2]);
    expect(bench.run("mov [ebx], eax", bench.directoryPage * FRAME_SIZE, [[EAX, 0]])).toBe(false);
    bench.map(FREE, P);
    expect(bench.run("mov [ebx], eax", FREE * FRAME_SIZE, [[EAX, 0]])).toBe(false);
    expect(bench.run("mov [ebx], eax", 0xfc000000, [[EAX, 0]])).toBe(false);
    expect(bench.run("mov [ebx], eax", 0x40000000, [[EAX, 0]])).toBe(false);
    expect(bench.problems()).toEqual([]);
  });

  it("may change the very entry that maps the table", () => {
    const bench = new Writer();
    const page = bench.tablePage;
    const entry = bench.entry(page);
    expect(bench.run("mov [ebx], eax", at(bench, page), [[EAX, entry | 0x200]])).toBe(true);
    expect(bench.entry(page) & ~0x60).toBe((entry | 0x200) & ~0x60);
    expect(bench.run("mov [ebx], eax", at(bench, page), [[EAX, entry | W]])).toBe(false);
    expect(bench.entry(page) & W).toBe(0);
    expect(bench.problems()).toEqual([]);
  });

  it("do a repeated string instruction one element at a time", () => {
    const bench = new Writer();
    const registers = [
      [EDI, at(bench, FREE)],
      [ECX, 3],
      [EAX, 0],
      [ESI, 0],
    ] as const;
    expect(bench.run("rep stosd", at(bench, FREE), registers)).toBe(true);
    expect(bench.domain.context.gpr[ECX]).toBe(2);
    expect(bench.domain.context.eip).toBe(CODE);
    expect(bench.entry(FREE)).toBe(0);
    expect(bench.problems()).toEqual([]);
  });
});
