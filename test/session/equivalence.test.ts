import { describe, expect, it } from "vitest";
import { CompareRun } from "../../src/session/compare.ts";
import { programFiles } from "../programs/library.ts";
import { compare } from "../vmm/guests.ts";

const PAGING = `
        mov edi, 0x11000
        mov eax, 7
.fill:  mov [edi], eax
        add edi, 4
        add eax, 0x1000
        cmp edi, 0x12000
        jb .fill
        mov dword [0x10000], 0x11007
        mov eax, 0x10000
        mov cr3, eax
        mov eax, 0x80010011
        mov cr0, eax
`;
const EXIT = `
        mov al, 0
        out 0xf4, al
        jmp $`;

function kinds(source: string): string[] {
  const { comparison } = compare(source);
  expect(comparison.difference).toBeNull();
  expect(comparison.equivalent).toBe(true);
  // Accessed bits may come at another moment besides.
  return comparison.exempt.map(({ kind }) => kind).filter((kind) => kind !== "accessed-dirty");
}

describe("an access through a stale TLB entry is no violation", () => {
  const stale = (access: string, between: string) => `${PAGING}
        mov dword [0x21000], 0x22222222
        mov eax, [0x20000]
        mov dword [0x11000 + 4 * 0x20], 0x21007
        ${between}
        ${access}
        ${EXIT}`;

  it.each([
    ["a read", "mov eax, [0x20000]"],
    ["a read with a register", "mov ebx, 0x1f000\nmov eax, [ebx + 0x1000]"],
    ["a string instruction", "mov esi, 0x20000\nlodsd"],
    ["a stack", "mov esp, 0x20000\npop eax"],
    ["a test of bits", "mov ecx, 33\nmov ebx, 0x20000 - 4\nbt [ebx], ecx"],
  ])("%s", (_name, access) => {
    expect(kinds(stale(access, ""))).toEqual(["stale-tlb"]);
  });

  it.each(["invlpg [0x20000]", "mov ebx, cr3\nmov cr3, ebx"])("and none at all after %s", (between) => {
    expect(kinds(stale("mov eax, [0x20000]", between))).toEqual([]);
  });

  it("the comparison ends there, and says so", () => {
    const { comparison } = compare(stale("mov eax, [0x20000]", ""));
    expect(comparison.leftOutcome).toBe("stopped");
    const { words } = comparison.exempt.find(({ kind }) => kind === "stale-tlb")!;
    expect(words.en).toContain("mov eax, [0x20000]");
    expect(words.en).toContain("INVLPG");
    expect(words.zh).toContain("INVLPG");
  });

  it("a page that is taken away while the TLB still has it", () => {
    expect(
      kinds(`${PAGING}
        mov eax, [0x20000]
        mov dword [0x11000 + 4 * 0x20], 0
        mov eax, [0x20000]
        ${EXIT}`),
    ).toEqual(["stale-tlb"]);
  });

  it("a page far below, that ENTER reaches", () => {
    expect(
      kinds(`${PAGING}
        mov ebp, 0x28000
        mov dword [0x19000], 1
        mov dword [0x11000 + 4 * 0x19], 0
        mov esp, 0x28010
        enter 0xf000, 0
        ${EXIT}`),
    ).toEqual(["stale-tlb"]);
  });

  it("does not excuse a lie about something else", () => {
    const { comparison } = compare(stale("push cs", ""));
    expect(comparison.difference?.mnemonic).toBe("push");
  });
});

describe("the difference", () => {
  const RING_1 = `
        mov dword [GDT + 0x30], 0x0000ffff
        mov dword [GDT + 0x34], 0x00cfbb00        ; code of DPL 1
        mov dword [GDT + 0x38], 0x0000ffff
        mov dword [GDT + 0x3c], 0x00cfb300        ; data of DPL 1
        push dword 0x39
        push dword 0x7000
        push dword 2
        push dword 0x31
        push dword inner
        iretd
inner:  mov edx, 0x10
        lar eax, edx
        ${EXIT}`;

  it("in ring 1 is called ring aliasing, in both languages", () => {
    const { difference } = compare(RING_1).comparison;
    expect(difference?.mnemonic).toBe("lar");
    expect(difference?.why.en).toContain("Ring aliasing");
    expect(difference?.why.zh).toContain("环混叠");
  });

  it("in ring 0 is not", () => {
    const { difference } = compare(`lar eax, esp\npush cs${EXIT}`).comparison;
    expect(difference?.mnemonic).toBe("push");
    expect(difference?.why.en).not.toContain("aliasing");
    expect(difference?.why.en).toContain("PUSH:");
  });

  it("at a PUSH that shows one of the VMM's own selectors says so", () => {
    const { difference } = compare(`
        mov eax, 0x30
        mov dword [GDT + 0x30], 0x0000ffff
        mov dword [GDT + 0x34], 0xffdf9bf0        ; code that reaches into the VMM's range
        mov fs, ax
        push fs
        ${EXIT}`).comparison;
    expect(difference?.text).toBe("push fs");
    expect(difference?.items[0]).toMatchObject({ left: "0x00000030", right: "0x0000ffb8" });
    expect(difference?.why.en).toContain("slot of its own");
  });

  it("keeps its tick, however far the runs go on", () => {
    const request = {
      program: { kind: "source", main: "lesson-popf.asm", files: programFiles },
      memoryMiB: 16,
      whatIf: [],
      inputs: [],
    } as const;
    const run = new CompareRun({ ...request, strategy: "bare-metal" }, { ...request, strategy: "trap-and-emulate" });
    while (!run.advance(50_000).done);
    const { difference, ticks } = run.result();
    expect(difference?.mnemonic).toMatch(/^popf/);
    expect(ticks).toBe(difference?.tick);
    expect(run.leftView().outcome).toBe("exited");
  });

  it("says of a hypervisor that its VT-x is hidden from it, whoever the VMM is", () => {
    const program = { kind: "source" as const, main: "vmx/cpuid.asm", files: programFiles };
    const request = { program, memoryMiB: 8, whatIf: [], inputs: [] };
    for (const strategy of ["trap-and-emulate", "vtx"] as const) {
      const run = new CompareRun({ ...request, strategy: "bare-metal" }, { ...request, strategy });
      while (!run.advance(50_000).done);
      const { difference } = run.result();
      expect(difference?.mnemonic).toBe("cpuid");
      expect(difference?.why.en).toContain("hides from its guest");
      expect(difference?.why.zh).toContain("隐藏");
    }
  });

  it("keeps its tick when the machines are run on by hand", () => {
    const { check } = compare(`pushfd${EXIT}`);
    const { ticks } = check;
    check.left.computer.machine.run(3);
    expect(check.ticks).toBe(ticks);
    expect(check.result().ticks).toBe(ticks);
  });
});
