import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { runBochs, runHere } from "../bochs/harness.ts";
import { findTool } from "../tools/find.mjs";
import { checksums, integerCases } from "./integer-32.ts";

const hasBochs = findTool("nasm") !== "" && findTool("bochs") !== "";
const long = process.env.RINGSIDE_LONG === "1";
/** More cases are run in the long run: this many seeds, this many cases of each kind for a row. */
const SEEDS = long ? [2, 3, 4, 5] : [];
const MORE = 4;

describe("single 32-bit instructions leave registers, flags and memory as Bochs leaves them", () => {
  const recorded = readFileSync(new URL("./integer-32.txt", import.meta.url), "utf8")
    .trimEnd()
    .split("\n");

  test("as recorded, undefined flags included", async () => {
    const here = await checksums(integerCases(1, 1), runHere);
    expect(here.sort()).toEqual(recorded);
    expect(recorded.length).toBeGreaterThan(400);
  });

  test.skipIf(!hasBochs)("a live Bochs leaves what is recorded", async () => {
    expect((await checksums(integerCases(1, 1), runBochs)).sort()).toEqual(recorded);
  });

  test.skipIf(!hasBochs).each(SEEDS)("with seed %i, against a live Bochs", { timeout: 600_000 }, async (seed) => {
    const cases = integerCases(MORE, seed);
    expect(await checksums(cases, runHere)).toEqual(await checksums(cases, runBochs));
  });
});
