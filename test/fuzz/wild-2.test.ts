import { describe } from "vitest";
import { fuzz } from "./suite.ts";

describe("guests that do anything", () => {
  fuzz("wild", "the VMM stays untouched, in ring 0 alone, and time travel keeps its law", { part: 1, parts: 4 });
});
