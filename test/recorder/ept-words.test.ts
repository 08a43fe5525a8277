import fc from "fast-check";
import { expect, it } from "vitest";
import { EPT_RIGHTS, isMisconfigured } from "../../src/cpu/vmx/ept.ts";
import { misconfigurations } from "../../src/recorder/ept-words.ts";

it("an EPT entry has bits at fault exactly where the processor calls it misconfigured", () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.oneof(fc.constant(0), fc.integer()),
      fc.integer({ min: 1, max: 4 }),
      (low, high, level) => {
        fc.pre((low & EPT_RIGHTS) !== 0);
        expect(misconfigurations(low, high, level).length > 0).toBe(isMisconfigured(low, high, level));
      },
    ),
    { numRuns: 2000 },
  );
  // Low bits alone, as they are met.
  for (let low = 1; low < 0x200; low++) {
    if ((low & EPT_RIGHTS) === 0) continue;
    for (const level of [1, 2, 3, 4]) {
      expect(misconfigurations(low, 0, level).length > 0).toBe(isMisconfigured(low, 0, level));
    }
  }
});

it("names them", () => {
  const said = (low: number, high: number, level: number) => misconfigurations(low, high, level).map(({ en }) => en);
  expect(said(0x3d, 0, 1)).toEqual(["bits 5:3 give the memory type 7, which is reserved"]);
  expect(said(0x4, 0, 3)).toEqual([expect.stringContaining("bit 2 allows fetches, but bit 0 no reads")]);
  expect(said(0x87, 3, 3)).toEqual(["bits 32, 33 are 1 and reserved", "bit 7 is 1 and reserved"]);
  expect(said(0x10b7, 0, 2)).toEqual(["bit 12 is 1 and reserved"]);
});
