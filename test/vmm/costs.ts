import { expect } from "vitest";
import type { Memory } from "../../src/machine/memory.ts";
import type { Strategy } from "../../src/vmm/strategy.ts";
import { trapAndEmulate } from "../../src/vmm/trap-and-emulate/strategy.ts";
import { assemble } from "../cpu/assemble.ts";
import { EXIT, PAGING } from "./binary-translation/guests.ts";

const ORIGIN = 0x100000;
/** Enough that what happens once (translation, hidden faults, learning) drops out of the difference of the two. */
const FEW = 200;
const MANY = 1200;

interface Measured {
  readonly strategy: Strategy;
  readonly body: string;
  readonly options: readonly string[];
  /** Run once, before. EBX is the address of an entry of the page table, which maps 130000h. */
  readonly before: string;
}

/** Cycles of a run that does something so many times. */
function cycles({ strategy, body, options, before }: Measured, times: number): number {
  const source = `
        mov esp, 0x9000
        lgdt [gdtr]
        mov eax, 0x10
        mov ds, ax
        mov es, ax
        mov fs, ax
        mov gs, ax
        mov ss, ax
        jmp 8:flat
flat:
${PAGING}
        ${before}
        mov ebx, 0x11000 + 0x130 * 4
        mov esi, ${times}
again:  ${body}
        dec esi
        jnz again
        ${EXIT(0)}
gdtr:   dw 23
        dd gdt
gdt:    dq 0, 0x00cf9b000000ffff, 0x00cf93000000ffff
`;
  const place = (memory: Memory) => {
    memory.writeBytes(ORIGIN, assemble(source, ORIGIN));
    return ORIGIN;
  };
  // So that POPF is a trap at all; in translated code it stands where it is to be executed.
  const whatIf = strategy === trapAndEmulate ? ["popf-traps"] : [];
  const { machine } = strategy.build({ memoryBytes: 4 << 20, whatIf, options, place });
  machine.run(1_000_000);
  expect(machine.outcome).toBe("exited");
  return machine.cycles;
}

/** Cycles of doing it once more, in ring 0 under paging with flat segments (08 code, 10 data) and no IDT. */
export function cost(strategy: Strategy, body: string, options: readonly string[] = [], before = ""): number {
  const of = (code: string) => {
    const measured = { strategy, body: code, options, before };
    return cycles(measured, MANY) - cycles(measured, FEW);
  };
  return Math.round((of(body) - of("")) / (MANY - FEW));
}
