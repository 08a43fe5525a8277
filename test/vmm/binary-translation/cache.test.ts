import { describe, expect, it } from "vitest";
import { CACHE, CALLOUT_VECTOR, TARGETS } from "../../../src/vmm/binary-translation/layout.ts";
import type { BinaryTranslation } from "../../../src/vmm/binary-translation/monitor.ts";
import { compare } from "../guests.ts";
import { EXIT, machineMemory, runs, runsWith, strategyWith } from "./guests.ts";

const byteAt = (vmm: BinaryTranslation, place: number) => machineMemory(vmm).read8(CACHE + place);

/** All of the guest's memory. */
const bytesOf = ({ memory }: BinaryTranslation) =>
  new Uint8Array(memory.words32.buffer, memory.words32.byteOffset, memory.size);

/** Something of everything that is rewritten, with the timer at work: about 400 instructions. */
const BUSY = `
        handler 0x20, timer
        mov al, 0x11
        out 0x20, al
        mov al, 0x20
        out 0x21, al
        mov al, 4
        out 0x21, al
        mov al, 1
        out 0x21, al
        mov al, 0xfe
        out 0x21, al
        mov al, 0x34
        out 0x43, al
        mov al, 7                       ; every 56 instructions
        out 0x40, al
        mov al, 0
        out 0x40, al
        mov ebx, 12
again:  sti
        nop
        call work
        cli
        pushfd
        pop eax
        test eax, 0x200
        jnz wrong
        push dword 0x202
        popfd
        mov eax, table
        call [eax]
        pushfd
        pop eax
        test eax, 0x200
        jz wrong
        mov eax, ds
        lar ecx, eax
        in al, 0x21
        cmp al, 0xfe
        jne wrong
        cli
        dec ebx
        jnz again
        cmp dword [ticks], 2
        jb wrong
        ${EXIT(0)}
wrong:  ${EXIT(1)}
work:   push ecx
        mov ecx, 3
.l:     loop .l
        pop ecx
        ret
timer:  push eax
        inc dword [ticks]
        mov al, 0x20
        out 0x20, al
        pop eax
        iretd
table:  dd work
ticks:  dd 0
`;
/** Instructions before the label `guest`, which are the same in every guest. */
const PRELUDE_TICKS = 600;

describe("the cache", () => {
  it("chains units, so that a loop asks for each of them once", () => {
    const { counts } = runs(
      `
        mov ecx, 1000
.next:  test cl, 1
        jz .even
        inc eax
.even:  inc edx
        dec ecx
        jnz .next
        ${EXIT(0)}`,
      0,
    );
    expect(counts.calloutsBy("continuation")).toBeLessThan(40);
    expect(counts.chained).toBeGreaterThan(0);
    expect(counts.elided).toBeGreaterThan(0);
  });

  it("finds the way back from calls in the table of targets, also where two share a slot", () => {
    const vmm = runs(
      `
        mov ecx, 50
.next:  call work
        loop .next
        mov ecx, 50
        jmp .far
        align 256
        times 11 nop
.far:   call work
        times 251 - 2 nop
        call work                       ; returns to an address with the same low byte
        dec ecx
        jnz .far
        ${EXIT(0)}
work:   ret`,
      0,
    );
    const { counts } = vmm;
    // The first loop asks once; in the second, two return addresses drive each other out of their slot.
    expect(counts.calloutsBy("target")).toBeGreaterThan(0);
    expect(counts.calloutsBy("target")).toBeLessThan(150);
  });

  it("holds guest EIPs in the table, each with the place of a unit that has it", () => {
    const vmm = runs(BUSY, 0);
    const memory = machineMemory(vmm);
    let filled = 0;
    for (let slot = 0; slot < 256; slot++) {
      const eip = memory.read32(TARGETS + slot * 8);
      if ((eip & 0xff) !== slot) continue;
      filled++;
      const place = memory.read32(TARGETS + slot * 8 + 4);
      expect(vmm.cache.all.find((unit) => unit.valid && unit.start === place)?.eip).toBe(eip);
    }
    expect(filled).toBeGreaterThan(0);
  });

  it("begins anew when it is full, and the guest cannot tell", () => {
    const { counts, cache } = runs(
      `
        mov ebx, 2
again:
%rep 2300
        jmp short $ + 2
%endrep
        dec ebx
        jnz near again
        ${EXIT(0)}`,
      0,
    );
    expect(counts.flushed).toBeGreaterThanOrEqual(1);
    expect(counts.units).toBeGreaterThan(4600);
    expect(cache.all.length).toBeLessThanOrEqual(2048);
  });

  it("is dropped between any two instructions without a trace", () => {
    // One run for each remainder: together they drop it after every instruction of the guest's.
    for (let first = 0; first < 7; first++) {
      let slices = 0;
      runsWith(
        BUSY,
        () => (slices++ === 0 ? PRELUDE_TICKS + first : 7),
        (vmm) => vmm.dropCache(),
      );
    }
  });

  it("is dropped after every single instruction without a trace, sequences or not", () => {
    for (const inline of [true, false]) {
      let slices = 0;
      const { counts } = runsWith(
        BUSY,
        () => (slices++ === 0 ? PRELUDE_TICKS : 1),
        (vmm) => vmm.dropCache(),
        { inline },
      );
      expect(counts.flushed).toBeGreaterThan(300);
    }
  });

  it("is dropped in the middle of a sequence without a trace: the instruction begins again", () => {
    const start = () => {
      const { check } = compare(BUSY, [], 0, strategyWith({}));
      const vmm = check.right.computer.guest as BinaryTranslation;
      return { vmm, machine: check.right.computer.machine };
    };
    const whole = start();
    whole.machine.run(1_000_000);
    const { steps, ticks } = whole.machine;
    let middles = 0;
    for (let step = steps - 1; step > steps / 2; step -= 13) {
      const { vmm, machine } = start();
      machine.run(step);
      // In the VMM there is nothing to be dropped yet: it is about to look at its cache.
      if (machine.cpu.state.cpl === 0) continue;
      if (!machine.atGuestInstruction()) middles++;
      vmm.dropCache();
      machine.run(1_000_000);
      expect([vmm.platform.exitCode, machine.ticks]).toEqual([0, ticks]);
      expect(Buffer.compare(bytesOf(vmm), bytesOf(whole.vmm))).toBe(0);
    }
    expect(middles).toBeGreaterThan(20);
  });

  it("forwards whoever comes to a unit that was made anew", () => {
    const vmm = runs(
      `
        mov ecx, 20
.next:  mov eax, [patch]                ; the page of this code is traced: each store is caught
        mov [patch], eax
        dec ecx
        jnz .next
        ${EXIT(0)}
patch:  dd 0`,
      0,
    );
    const old = vmm.cache.all.find(({ valid }) => !valid)!;
    expect(old).toBeDefined();
    expect([0xe9, 0xcd]).toContain(byteAt(vmm, old.start));
    if (byteAt(vmm, old.start) === 0xcd) expect(byteAt(vmm, old.start + 1)).toBe(CALLOUT_VECTOR);
    expect(vmm.counts.retranslated).toBeGreaterThan(0);
  });
});
