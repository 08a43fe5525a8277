import { describe } from "vitest";
import { fuzz } from "./suite.ts";

describe("guests without sensitive instructions that do not trap", () => {
  fuzz("faithful", "they run as on bare metal, instruction by instruction", { part: 0, parts: 2 });
});
