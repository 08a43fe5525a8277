import { describe } from "vitest";
import { fuzz } from "./suite.ts";

describe("guests without sensitive instructions that do not trap", () => {
  fuzz("faithful", "they run as on bare metal, instruction by instruction", { part: 1, parts: 2 });
});
