import { describe } from "vitest";
import { fuzz } from "./suite.ts";

describe("kernels that do anything, in translation", () => {
  fuzz("kernel", "they run as on bare metal, dropped cache or not", { part: 0, parts: 2 });
});
