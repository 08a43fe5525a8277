import { describe, expect, it } from "vitest";
import { behaviourAt } from "../../../src/isa/behaviour.ts";
import { ROW_LIST, ROWS, type RowId } from "../../../src/isa/rows.ts";
import type { Memory } from "../../../src/machine/memory.ts";
import { vtx } from "../../../src/vmm/vtx/strategy.ts";

function boot() {
  return vtx.build({
    memoryBytes: 1 << 20,
    whatIf: [],
    place: (memory: Memory) => {
      memory.write8(0x1000, 0x40);
      return 0x1000;
    },
  });
}

describe("the VMM's start", () => {
  it("is code in simulated memory that the processor runs: VMXON, VMCLEAR, VMPTRLD, VMLAUNCH", () => {
    const { machine } = boot();
    const mnemonics: string[] = [];
    while (machine.cpu.guest === null && machine.steps < 100) {
      machine.run(1);
      mnemonics.push(ROW_LIST[machine.cpu.lastRow]!.mnemonic);
    }
    expect(mnemonics.filter((name) => name.startsWith("vm"))).toEqual(["vmxon", "vmclear", "vmptrld", "vmlaunch"]);
    expect(machine.ticks).toBe(0);
  });

  it("says what was wrong if an instruction of VT-x fails, which would be its own mistake", () => {
    const { machine } = boot();
    // Another revision identifier in the VMXON region.
    machine.memory.write32(0x3000, 1);
    expect(() => machine.run(100)).toThrow(/VM-instruction error/);
  });
});

describe("what is said of an instruction", () => {
  const words = (id: RowId) => vtx.treats!(ROWS[id], behaviourAt(ROWS[id], 0))?.en ?? "";

  it("follows from its exit and the controls", () => {
    expect(words("cpuid")).toMatch(/always exits.*virtual CPU/);
    expect(words("vmcall")).toMatch(/#UD/);
    expect(words("hlt")).toMatch(/Exits.*HLT exiting/);
    expect(words("rdtsc")).toMatch(/Does not exit unless.*RDTSC exiting/);
    expect(words("in_al_imm8")).toMatch(/I\/O bitmap/);
    expect(words("popfd")).toMatch(/Does not exit/);
    expect(words("mov_cr_r32rm")).toMatch(/masks and shadows/);
  });

  it("is there in both languages wherever something is said", () => {
    for (const row of ROW_LIST) {
      const said = vtx.treats!(row, behaviourAt(row, 0));
      if (said) expect([said.en, said.zh].every((text) => text.length > 4)).toBe(true);
    }
  });
});
