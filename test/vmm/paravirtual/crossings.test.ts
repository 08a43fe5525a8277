import { describe, expect, it } from "vitest";
import type { StrategyId } from "../../../src/session/types.ts";
import { CROSSING, type Crossing, perOperation } from "../../bench/crossings.ts";

function entries(main: Crossing): { emulated: number; ported: number } {
  const count = (strategy: StrategyId) => perOperation(main, strategy).entries;
  return { emulated: count("trap-and-emulate"), ported: count("paravirtual") };
}

describe("ring crossings of a ported guest, beside trap-and-emulate's", () => {
  it("are one for a system call, on the way back alone: INT 80h goes to the kernel directly", () => {
    expect(entries("xen/system-calls.asm")).toEqual({ emulated: 3, ported: 1 });
  });

  it("are three for a page fault that the kernel fills: the bounce, update_va_mapping, iret", () => {
    expect(entries("xen/page-faults.asm")).toEqual({ emulated: 7, ported: 3 });
  });

  it("are one for each page-table update of a fork, below what shadow page tables take in the end", () => {
    const { emulated, ported } = entries("xen/burst.asm");
    expect(ported).toBeCloseTo(1, 1);
    expect(ported).toBeLessThan(emulated);
  });

  it("are next to none where a fork's updates go in a multicall", () => {
    const { emulated, ported } = entries("xen/burst-multicall.asm");
    expect(ported).toBeLessThan(0.05);
    expect(ported).toBeLessThan(emulated);
  });

  it("cost less in cycles than trap-and-emulate's for each of these", () => {
    for (const main of Object.keys(CROSSING) as Crossing[]) {
      const emulated = perOperation(main, "trap-and-emulate").cycles;
      expect(perOperation(main, "paravirtual").cycles).toBeLessThan(emulated);
    }
  });
});
