import { describe, expect, it } from "vitest";
import type { Memory } from "../../../src/machine/memory.ts";
import { binaryTranslation, NO_SEQUENCES } from "../../../src/vmm/binary-translation/strategy.ts";
import type { Strategy } from "../../../src/vmm/strategy.ts";
import { trapAndEmulate } from "../../../src/vmm/trap-and-emulate/strategy.ts";
import { assemble } from "../../cpu/assemble.ts";
import { EXIT, PAGING } from "./guests.ts";

const ORIGIN = 0x100000;
/** Enough that what happens once (translation, hidden faults, learning) drops out of the difference of the two. */
const FEW = 200;
const MANY = 1200;

/** Cycles of a run that does something so many times. */
function cycles(strategy: Strategy, body: string, times: number, options: readonly string[]): number {
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

/** Cycles of doing it once more. */
function cost(strategy: Strategy, body: string, options: readonly string[] = []): number {
  const of = (code: string) => cycles(strategy, code, MANY, options) - cycles(strategy, code, FEW, options);
  return Math.round((of(body) - of("")) / (MANY - FEW));
}

/** What is done, and what Adams and Agesen measured for it (ASPLOS 2006, 3.3): trap, callout, in the cache. */
const OPERATIONS: readonly { name: string; body: string; published?: readonly number[] }[] = [
  { name: "RDTSC", body: "rdtsc", published: [2030, 1254, 216] },
  { name: "CLI", body: "cli" },
  { name: "POPFD", body: "push dword 2\npopfd" },
  { name: "IN AL, 21h", body: "in al, 0x21" },
];

describe("the model's costs keep the published order: a trap, a callout, a sequence in the cache", () => {
  it.each(OPERATIONS)("of $name", ({ name, body, published }) => {
    const trap = cost(trapAndEmulate, body);
    const callout = cost(binaryTranslation, body, [NO_SEQUENCES]);
    const inCache = cost(binaryTranslation, body);
    console.log(
      `${name}: trap ${trap}, callout ${callout}, in the cache ${inCache}${published ? `; published ${published.join(", ")}` : ""}`,
    );
    expect(trap).toBeGreaterThan(callout);
    expect(callout).toBeGreaterThan(inCache);
    // The handlers are calibrated; what a sequence costs is the sum of its instructions.
    for (const [i, cycles] of published === undefined ? [] : [trap, callout].entries()) {
      expect(Math.abs(cycles / published![i]! - 1)).toBeLessThan(0.1);
    }
  });

  it("of an update of a page table: the store that has learned to be a callout costs less than the fault", () => {
    const body = "mov dword [ebx], 0x130007";
    const trap = cost(trapAndEmulate, body);
    const callout = cost(binaryTranslation, body);
    console.log(`page-table update: trap ${trap}, callout ${callout}`);
    expect(trap).toBeGreaterThan(callout);
    expect(callout).toBeGreaterThan(0);
  });
});
