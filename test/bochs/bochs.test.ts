import { existsSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { findTool } from "../tools/find.mjs";
import {
  assembleHere,
  assembleWithNasm,
  corrected,
  END,
  golden,
  guestNames,
  runBochs,
  runHere,
  twoAtATime,
} from "./harness.ts";

const names = guestNames();
const hasNasm = findTool("nasm") !== "";
const hasBochs = hasNasm && findTool("bochs") !== "";

/** A guest prints on this machine what is recorded, and comes to its end. */
function check(name: string): void {
  const text = runHere(assembleHere(name));
  expect(text).toBe(golden(name));
  expect(text.endsWith(END)).toBe(true);
}

describe("guests print here what the manual and Bochs say", () => {
  it("there are at least 60 of them, each with a record", () => {
    expect(names.length).toBeGreaterThanOrEqual(60);
    expect(names.filter((name) => !existsSync(`test/bochs/golden/${name}.txt`))).toEqual([]);
  });
  it.each(names)("%s", (name) => check(name));
});

describe.skipIf(!hasNasm)("the guests' bytes equal NASM's", () => {
  it.each(names)("%s", (name) => {
    expect(Buffer.from(assembleHere(name)).equals(Buffer.from(assembleWithNasm(`guests/${name}`)))).toBe(true);
  });
});

describe.skipIf(!hasBochs)("a live Bochs prints what is recorded", () => {
  let runs: Map<string, Promise<string>>;
  beforeAll(() => {
    runs = twoAtATime(names, (name) => runBochs(assembleHere(name)));
  });
  it.each(names)("%s", { timeout: 300_000 }, async (name) => {
    expect(corrected(name, (await runs.get(name)) ?? "")).toBe(golden(name));
  });
});
