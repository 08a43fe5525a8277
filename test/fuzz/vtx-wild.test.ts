import { describe } from "vitest";
import { fuzz } from "./suite.ts";

describe("guests that do anything, under VT-x", () => {
  fuzz("vtx-wild", "they reach nothing but their own memory, and time travel keeps its law", { part: 0, parts: 1 });
});
