import { describe, expect, it } from "vitest";
import { binaryTranslation, NO_SEQUENCES } from "../../../src/vmm/binary-translation/strategy.ts";
import { trapAndEmulate } from "../../../src/vmm/trap-and-emulate/strategy.ts";
import { cost } from "../costs.ts";

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
