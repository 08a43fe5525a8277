import { describe, expect, it } from "vitest";
import { CpuState } from "../../../src/cpu/state.ts";
import type { Memory } from "../../../src/machine/memory.ts";
import { bareMetal } from "../../../src/vmm/bare-metal/strategy.ts";
import { OPTIONS } from "../../../src/vmm/vtx/options.ts";
import { compare } from "../guests.ts";
import { CAUSES, PAGING } from "./causes.ts";
import { EXIT, exitsOf, runs, strategyWith } from "./guests.ts";

describe("exits that an option asks for", () => {
  it.each(CAUSES)("%s: exit %i, and the guest knows nothing of it", (option, reason, source) => {
    const guest = `${PAGING}\n${source}\n${EXIT(7)}`;
    const without = exitsOf(runs(guest, 7))[reason]!;
    expect(exitsOf(runs(guest, 7, [option]))[reason]!).toBeGreaterThan(without);
  });

  it("all together leave a guest as it is on bare metal", () => {
    const all = OPTIONS.map(({ id }) => id).filter((id) => id !== "tsc-offset");
    const guest = `${PAGING}\n${CAUSES.map(([, , source]) => source).join("\n")}\n${EXIT(9)}`;
    runs(guest, 9, all);
    runs(
      guest,
      9,
      all.filter((id) => id !== "shadow-paging"),
    );
  });
});

describe("what always exits", () => {
  it.each([
    [10, "cpuid"],
    [
      12,
      "mov eax, esp\nsti\nmov al, 0xfe\nout 0x21, al\nmov al, 0x34\nout 0x43, al\nmov al, 20\nout 0x40, al\nxor al, al\nout 0x40, al\nhandler 8, tick\nhlt\njmp over\ntick: mov al, 0x20\nout 0x20, al\niret\nover: cli",
    ],
    [13, "invd"],
    [30, "in al, 0x61\nmov dx, 0x3f8\nmov esi, guest\ncld\nmov ecx, 3\nrep outsb"],
    [32, "mov ecx, 0x10\nmov eax, 5\nxor edx, edx\nwrmsr"],
  ])("exit %i", (reason, source) => {
    expect(exitsOf(runs(`${source}\n${EXIT(3)}`, 3))[reason]).toBeGreaterThan(0);
  });

  it("leaves SYSENTER's MSRs to the guest", () => {
    const guest = "mov ecx, 0x175\nmov eax, 0x7000\nxor edx, edx\nwrmsr\nxor eax, eax\nrdmsr\nmov ebx, eax";
    const exits = exitsOf(runs(`${guest}\n${EXIT(1)}`, 1));
    expect([exits[31], exits[32]]).toEqual([0, 0]);
  });

  it("keeps CR0.NE, CD and NW and CR4.VMXE to itself", () => {
    const guest = `
        handler 13, refused
        mov eax, cr0
        or eax, 0x60000020
        mov cr0, eax
        mov ebx, cr0
        and eax, ~0x60000020
        mov cr0, eax
        mov eax, 0x2010
        mov cr4, eax            ; #GP: the guest's processor has no VMX
        jmp $
refused: mov ecx, cr4
${EXIT(4)}`;
    expect(exitsOf(runs(guest, 4))[28]).toBeGreaterThanOrEqual(3);
  });
});

describe("EPT", () => {
  it("maps a page when it is first touched, with 2 MiB pages fewer of them", () => {
    const guest = `mov edi, 0x200000\nmov ecx, 16\nnext: mov [edi], ecx\nadd edi, 0x1000\nloop next\n${EXIT(2)}`;
    const small = exitsOf(runs(guest, 2))[48]!;
    const large = exitsOf(runs(guest, 2, ["ept-large-pages"]))[48]!;
    expect(small).toBeGreaterThan(16);
    expect(large).toBeLessThanOrEqual(2);
  });

  it("leaves page faults and page tables to the guest", () => {
    const guest = `
${PAGING}
        handler 14, fault
        mov dword [0x11100], 0
        invlpg [0x40000]
        mov eax, [0x40000]
${EXIT(6)}
fault:  add esp, 4
        mov dword [0x11100], 0x40007
        iret`;
    const exits = exitsOf(runs(guest, 6));
    expect([exits[0], exits[14], exits[28]]).toEqual([0, 0, 0]);
    const shadow = exitsOf(runs(guest, 6, ["shadow-paging"]));
    expect(shadow[0]).toBeGreaterThan(2);
    expect(shadow[14]).toBe(1);
    expect(shadow[28]).toBe(2);
    expect(shadow[48]).toBe(0);
  });
});

describe("TSC offset", () => {
  it("is what the guest can tell by, at RDTSC", () => {
    const source = `rdtsc\n${EXIT(0)}`;
    const { difference } = compare(source, [], 1000, strategyWith(["tsc-offset"])).comparison;
    expect(difference?.row).toBe("rdtsc");
    expect(difference?.items.map(({ what }) => what)).toEqual(["edx"]);
    // Emulated or not, the guest's counter is the same.
    const both = compare(source, [], 1000, strategyWith(["tsc-offset", "exit-rdtsc"])).comparison;
    expect(both.difference?.items).toEqual(difference?.items);
  });
});

describe("interrupts", () => {
  it("come at the same instruction, IF or not, by injection and by the interrupt window", () => {
    const guest = `
        handler 8, tick
        mov al, 0xfe
        out 0x21, al
        mov al, 0x34
        out 0x43, al
        mov al, 9
        out 0x40, al
        xor al, al
        out 0x40, al
        xor ebx, ebx
again:  sti
        mov ecx, 40
spin:   loop spin
        cli
        mov ecx, 40
held:   loop held
        cmp ebx, 12
        jb again
${EXIT(5)}
tick:   inc ebx
        push eax
        mov al, 0x20
        out 0x20, al
        pop eax
        iret`;
    for (const options of [[], ["shadow-paging"]] as const) {
      const exits = exitsOf(runs(guest, 5, options));
      expect(exits[1]).toBeGreaterThan(5);
      expect(exits[7]).toBeGreaterThan(2);
    }
  });
});

describe("a person's hand on the guest", () => {
  it.each([[[]], [["shadow-paging"]]] as const)("takes it into real mode and back, %s", (options) => {
    const [bare, virtual] = [bareMetal, strategyWith(options)].map((strategy) => {
      const place = (memory: Memory) => {
        memory.writeBytes(0x1000, Uint8Array.of(0x40, 0xeb, 0xfd));
        return 0x1000;
      };
      const { machine, guest } = strategy.build({ memoryBytes: 1 << 20, whatIf: [], place });
      const edit = (tick: number, name: string, value: number) =>
        machine.addInput({ tick, event: { kind: "set-register", name, value } });
      edit(10, "cr0", 0x10);
      edit(20, "eax", 0x7000);
      edit(31, "cr0", 0x11);
      machine.runToTick(50, 10_000);
      for (let i = 0; i < 100 && !machine.atGuestInstruction(); i++) machine.run(1);
      const state = new CpuState();
      guest.readState(state);
      return [machine.ticks, state.gpr[0], state.eip, state.cr0];
    });
    expect(virtual).toEqual(bare);
    expect(bare![1]).toBeGreaterThan(0x7000);
  });
});
