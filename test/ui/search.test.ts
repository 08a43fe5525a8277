import { expect, test } from "vitest";
import { score } from "../../src/ui/actions/search.ts";

const NAMES = [
  "Step",
  "Step back",
  "Step out, back",
  "To the next trap",
  "To the previous trap",
  "Run",
  "Run to the cursor",
  "Show the panel Breakpoints",
  "单步后退",
  "回到起点",
];

test.each([
  ["stb", "Step back"],
  ["nxtrp", "To the next trap"],
  ["run", "Run"],
  ["cursor", "Run to the cursor"],
  ["back step", "Step back"],
  ["ptrap", "To the previous trap"],
  ["后退", "单步后退"],
  ["起点", "回到起点"],
])("%s finds %s first", (query, expected) => {
  const best = [...NAMES].sort((a, b) => score(query, b) - score(query, a))[0];
  expect(best).toBe(expected);
});

test("letters must come in order, and nothing typed finds everything alike", () => {
  expect(score("bts", "Step back")).toBe(0);
  expect(score("", "Step back")).toBeGreaterThan(0);
});
