import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  LEAST_WIDTH,
  panned,
  type Range,
  rangeIn,
  rulerMarks,
  withPosition,
  zoomed,
} from "../../../src/ui/panels/timeline/range.ts";

const LAST = 1_000_000;

describe("the part of the run that the lanes show", () => {
  it("goes closer and further away around a position that stays where it is", () => {
    const close = zoomed(null, LAST, 10, 250_000)!;
    expect(close).toEqual({ from: 225_000, to: 325_000 });
    expect(zoomed(close, LAST, 0.5, 250_000)).toEqual({ from: 200_000, to: 400_000 });
  });

  it("ends at single instructions, and at the whole run", () => {
    const closest = zoomed(null, LAST, 1e9, 77)!;
    expect(closest.to - closest.from).toBe(LEAST_WIDTH);
    expect(zoomed(closest, LAST, 1e-9, 77)).toBeNull();
    expect(zoomed(null, LAST, 0.5, 77)).toBeNull();
  });

  it("never leaves the run, whatever is done with it", () => {
    const doing = fc.oneof(
      fc.record({
        factor: fc.double({ min: 0.01, max: 100, noNaN: true }),
        at: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      fc.record({ by: fc.double({ min: -LAST, max: LAST, noNaN: true }) }),
    );
    fc.assert(
      fc.property(fc.array(doing, { maxLength: 20 }), (doings) => {
        let range: Range | null = null;
        for (const one of doings) {
          if ("by" in one) range = panned(range, LAST, one.by);
          else {
            const { from, to } = rangeIn(range, LAST);
            range = zoomed(range, LAST, one.factor, from + one.at * (to - from));
          }
          const { from, to } = rangeIn(range, LAST);
          expect(from).toBeGreaterThanOrEqual(0);
          expect(to).toBeLessThanOrEqual(LAST);
          expect(to - from).toBeGreaterThanOrEqual(LEAST_WIDTH * 0.999);
        }
      }),
    );
  });

  it("follows a journey no further than needed", () => {
    expect(withPosition({ from: 100, to: 200 }, LAST, 150)).toEqual({ from: 100, to: 200 });
    expect(withPosition({ from: 100, to: 200 }, LAST, 300)).toEqual({ from: 208, to: 308 });
    expect(withPosition({ from: 100, to: 200 }, LAST, 50)).toEqual({ from: 42, to: 142 });
    expect(withPosition(null, LAST, 50)).toBeNull();
  });

  it("has round numbers on its ruler, no more than there is room for", () => {
    expect(rulerMarks({ from: 0, to: 1000 }, 10)).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]);
    expect(rulerMarks({ from: 3, to: 9 }, 10)).toEqual([3, 4, 5, 6, 7, 8, 9]);
    expect(rulerMarks({ from: 0, to: 123_456 }, 5).length).toBeLessThanOrEqual(6);
  });
});
