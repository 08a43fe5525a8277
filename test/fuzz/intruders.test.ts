import { describe } from "vitest";
import { fuzz } from "./suite.ts";

describe("guests that do anything, in translation", () => {
  fuzz("intruders", "the VMM and its cache stay untouched, and time travel keeps its law", { part: 0, parts: 1 });
});
