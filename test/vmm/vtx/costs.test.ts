import { describe, expect, it } from "vitest";
import { WALK_CYCLES } from "../../../src/cpu/vmx/cycles.ts";
import { bareMetal } from "../../../src/vmm/bare-metal/strategy.ts";
import { vtx } from "../../../src/vmm/vtx/strategy.ts";
import { cost } from "../costs.ts";

/** An IDT at 7000h whose gates 0, 14 and 30h lead to handlers that go on behind the instruction, at EBP. */
const HANDLERS = `
%macro gate 2
        mov eax, %2
        mov [0x7000 + %1 * 8], ax
        mov word [0x7000 + %1 * 8 + 2], 8
        mov dword [0x7000 + %1 * 8 + 4], 0x108e00
%endmacro
        jmp prepare
fault:  add esp, 4
trap:   mov [esp], ebp
        iret
tables: dw 0x7ff
        dd 0x7000
prepare: gate 0, trap
        gate 14, fault
        gate 0x30, back
        lidt [tables]
        jmp begin
back:   iret
begin:
`;
const SHADOW = ["shadow-paging"];

/** Cycles on bare metal, under EPT, and under shadow paging. */
function costs(body: string): readonly [number, number, number] {
  return [cost(bareMetal, body, [], HANDLERS), cost(vtx, body, [], HANDLERS), cost(vtx, body, SHADOW, HANDLERS)];
}

/** What Adams and Agesen measured for a VMM on the first processor with VT-x (ASPLOS 2006, appendix): it had no EPT. */
const PAGE_FAULT = 11242;
const PTE_UNCHANGED = 12733;

describe("what things cost under VT-x, in cycles", () => {
  it("a page fault of the guest's own and a write to a page table cost about what was measured, without EPT", () => {
    const fault = costs("mov ebp, %%on\nmov eax, [0x200000]\n%%on:".replaceAll("%%on", "on"));
    const write = costs("mov dword [ebx], 0x130007");
    console.log(`page fault ${fault.join(", ")}; store to a page table ${write.join(", ")} (bare, EPT, shadow)`);
    expect(Math.abs(fault[2] / PAGE_FAULT - 1)).toBeLessThan(0.1);
    // This VMM takes the guest's whole state to emulate a store, theirs what it needs.
    expect(write[2] / PTE_UNCHANGED).toBeGreaterThan(1);
    expect(write[2] / PTE_UNCHANGED).toBeLessThan(1.5);
    // With EPT both are the guest's own affair, but for the walk in two dimensions: two entries, four of EPT before each.
    expect(fault[1] - fault[0]).toBe(10 * WALK_CYCLES);
    expect(write[1]).toBe(write[0]);
  });

  it("system calls and divide errors cost no more than on bare metal, under either", () => {
    for (const body of ["int 0x30", "mov ebp, on\nxor ecx, ecx\ndiv ecx\non:"]) {
      const [bare, ept, shadow] = costs(body);
      expect([ept, shadow]).toEqual([bare, bare]);
    }
  });

  it("an exit costs the guest its translations, unless they have a VPID, and finding them again costs more with EPT", () => {
    // The page of the code, and three of data.
    const body = "cpuid\nmov al, [0x110000]\nmov al, [0x120000]\nmov al, [0x130000]";
    const flushed = cost(vtx, body, [], HANDLERS);
    const kept = cost(vtx, body, ["vpid"], HANDLERS);
    const shadow = cost(vtx, body, SHADOW, HANDLERS) - cost(vtx, body, [...SHADOW, "vpid"], HANDLERS);
    console.log(`translations lost at an exit: ${flushed - kept} with EPT, ${shadow} with shadow paging`);
    expect(shadow).toBe(4 * 2 * WALK_CYCLES);
    expect(flushed - kept).toBe(4 * 14 * WALK_CYCLES);
  });

  it("port I/O costs an exit and an entry: the one thing that became dearer than by binary translation", () => {
    const [bare, ept] = costs("in al, 0x21");
    console.log(`IN ${bare}, ${ept}`);
    expect(ept - bare).toBeGreaterThan(1931 + 2409);
  });
});
