import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ATTR_DB, ATTR_DPL_SHIFT, ATTR_G, ATTR_P, ATTR_S } from "../../src/cpu/state.ts";
import {
  deprivilege,
  descriptorOf,
  EMPTY_DATA,
  type HiddenPart,
  hiddenOf,
  shadowDescriptor,
} from "../../src/vmm/deprivileged/descriptors.ts";
import { VMM_BASE } from "../../src/vmm/deprivileged/layout.ts";
import { reachesVmm } from "../fuzz/watch.ts";

const base = fc.oneof(
  fc.constantFrom(
    0,
    1,
    0x20000,
    0x7fffffff,
    VMM_BASE - 1,
    VMM_BASE,
    VMM_BASE + 1,
    VMM_BASE - 0x1000,
    0xfffff000,
    0xffffffff,
  ),
  fc.integer({ min: 0, max: 0xffffffff }),
);
const raw = fc.oneof(fc.constantFrom(0, 1, 0xfffff, 0xffbff, 0xffc00, 0xffffe), fc.integer({ min: 0, max: 0xfffff }));

/** Hidden parts as a descriptor of the guest gives them: code or data, any type, DPL and size. */
const hidden: fc.Arbitrary<HiddenPart> = fc
  .record({
    base,
    raw,
    type: fc.integer({ min: 0, max: 15 }),
    dpl: fc.integer({ min: 0, max: 3 }),
    flags: fc.integer({ min: 0, max: 15 }),
  })
  .map(({ base, raw, type, dpl, flags }) => {
    const attr = (flags << 12) | ATTR_P | ATTR_S | (dpl << ATTR_DPL_SHIFT) | type;
    return { base: base | 0, limit: ((attr & ATTR_G) !== 0 ? raw * 4096 + 4095 : raw) >>> 0, attr };
  });

const dplOf = ({ attr }: HiddenPart) => (attr >> ATTR_DPL_SHIFT) & 3;
const isCode = ({ attr }: HiddenPart) => (attr & 8) !== 0;
const isExpandDown = ({ attr }: HiddenPart) => (attr & 0xc) === 4;

/** Whether an offset is inside, as SDM Vol. 3A, 5.3 has it. */
function inside({ limit, attr }: HiddenPart, offset: number): boolean {
  if ((attr & 0xc) !== 4) return offset <= limit >>> 0;
  return offset > limit >>> 0 && offset <= ((attr & ATTR_DB) !== 0 ? 0xffffffff : 0xffff);
}

describe("a guest's segment for the real tables", () => {
  it("never reaches the VMM", () => {
    fc.assert(
      fc.property(hidden, (guest) => {
        const given = deprivilege(guest);
        expect(given !== null && reachesVmm(given)).toBe(false);
      }),
      { numRuns: 20_000 },
    );
    expect(reachesVmm(EMPTY_DATA)).toBe(false);
  });

  it("reaches nothing that the guest's does not, and what it does at the same address", () => {
    fc.assert(
      fc.property(hidden, fc.integer({ min: 0, max: 0xffffffff }), (guest, offset) => {
        const given = deprivilege(guest);
        if (given === null || !inside(given, offset)) return;
        expect(inside(guest, offset)).toBe(true);
        expect(given.base).toBe(guest.base);
      }),
      { numRuns: 20_000 },
    );
  });

  it("keeps every byte below the VMM but for a broken page at the end, where truncation can express it", () => {
    fc.assert(
      fc.property(hidden, fc.integer({ min: 0, max: 0xffffffff }), (guest, offset) => {
        const start = guest.base >>> 0;
        const linear = start + offset;
        if (!inside(guest, offset) || isExpandDown(guest) || start >= VMM_BASE || linear >= VMM_BASE - 4096) return;
        expect(inside(deprivilege(guest)!, offset)).toBe(true);
      }),
      { numRuns: 20_000 },
    );
  });

  it("is a descriptor that gives the same again, of the deprivileged ring", () => {
    fc.assert(
      fc.property(hidden, (guest) => {
        const given = deprivilege(guest);
        if (given === null) {
          expect(isCode(guest)).toBe(true);
          return;
        }
        expect(dplOf(given)).toBe(Math.max(1, dplOf(guest)));
        expect(hiddenOf(descriptorOf(given))).toEqual({ ...given, limit: given.limit >>> 0 });
      }),
      { numRuns: 10_000 },
    );
  });

  it("is present in the shadow only with the accessed bit, and never as a system descriptor of DPL > 0", () => {
    const words = fc.record({ low: fc.integer(), high: fc.integer() });
    fc.assert(
      fc.property(words, fc.integer({ min: 0, max: 3 }), (guest, ring) => {
        const shadow = hiddenOf(shadowDescriptor(guest, ring));
        const present = (shadow.attr & ATTR_P) !== 0;
        if ((shadow.attr & ATTR_S) === 0) {
          expect(dplOf(shadow)).toBe(0);
          return;
        }
        if (!present) return;
        expect(shadow.attr & 1).toBe(1);
        expect(dplOf(shadow)).toBeGreaterThan(0);
        expect(reachesVmm(shadow)).toBe(false);
        // A change of ring must trap: code of another ring is not there, conforming code only for ring 3.
        if (!isCode(shadow)) expect(dplOf(hiddenOf(guest))).toBeGreaterThanOrEqual(ring);
        else if ((shadow.attr & 4) === 0) expect(dplOf(hiddenOf(guest))).toBe(ring);
        else expect(ring).toBe(3);
      }),
      { numRuns: 20_000 },
    );
  });
});
