import { describe } from "vitest";
import { fuzz } from "./suite.ts";

describe("guests with user code that does anything, in translation", () => {
  fuzz("users", "they run as on bare metal, but for what user code that runs directly is told", { part: 0, parts: 1 });
});
