import { describe } from "vitest";
import { fuzz } from "./suite.ts";

describe("guests that do anything, under VT-x", () => {
  fuzz("vtx", "they run as on bare metal, with EPT and with shadow paging", { part: 0, parts: 1 });
});
