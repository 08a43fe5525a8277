import { beforeAll, describe, expect, it } from "vitest";
import { findTool } from "../../tools/find.mjs";
import { END, twoAtATime } from "../harness.ts";
import {
  assembleCase,
  assembleCaseWithNasm,
  caseNames,
  goldenCase,
  hasGolden,
  notInBochs,
  runCaseHere,
  runCaseInBochs,
} from "./cases.ts";

const names = caseNames();
const inBochs = names.filter((name) => notInBochs(name) === null);
const hasNasm = findTool("nasm") !== "";
const hasBochs = hasNasm && findTool("bochs") !== "";
/** Reasons that a 32-bit guest can cause. */
const REASONS = [
  0, 1, 2, 7, 8, 9, 10, 12, 13, 14, 15, 16, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 37, 40, 46, 47,
  48, 49, 50, 52, 53, 54, 59,
];
const ERRORS = [1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 15, 26, 28];

describe("cases of VT-x print here what the manual and Bochs say", () => {
  it("there are at least 40 that Bochs runs too, each with a record", () => {
    expect(inBochs.length).toBeGreaterThanOrEqual(40);
    expect(names.filter((name) => !hasGolden(name))).toEqual([]);
  });

  it.each(names)("%s", (name) => {
    const text = runCaseHere(assembleCase(name));
    expect(text).toBe(goldenCase(name));
    expect(text.endsWith(END)).toBe(true);
  });
});

describe("the cases", () => {
  const all = names.map(goldenCase).join("");

  it("have every exit reason that a 32-bit guest can cause, and both failures of entries", () => {
    const found = new Set([...all.matchAll(/^ {2}(\d{1,2}) q=/gm)].map((match) => Number(match[1])));
    expect(REASONS.filter((reason) => !found.has(reason))).toEqual([]);
    expect(all).toMatch(/^ {2}80000021 q=00000000$/m);
    expect(all).toMatch(/^ {2}80000021 q=00000004$/m);
    expect(all).toMatch(/^ {2}80000022 q=00000002$/m);
  });

  it("have every VM-instruction error that can be had without an SMM monitor", () => {
    const found = new Set([...all.matchAll(/fails, error (\d+)$/gm)].map((match) => Number(match[1])));
    expect(ERRORS.filter((error) => !found.has(error))).toEqual([]);
    expect(all).toContain("fails, invalid");
  });
});

describe.skipIf(!hasNasm)("the cases' bytes equal NASM's", () => {
  it.each(names)("%s", (name) => {
    expect(Buffer.from(assembleCase(name)).equals(Buffer.from(assembleCaseWithNasm(name)))).toBe(true);
  });
});

describe.skipIf(!hasBochs)("a live Bochs prints of VT-x what is recorded", () => {
  let runs: Map<string, Promise<string>>;
  beforeAll(() => {
    runs = twoAtATime(inBochs, (name) => runCaseInBochs(name, assembleCase(name)));
  });
  it.each(inBochs)("%s", { timeout: 300_000 }, async (name) => {
    expect(await runs.get(name)).toBe(goldenCase(name));
  });
});
