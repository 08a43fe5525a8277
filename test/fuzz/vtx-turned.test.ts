import { describe } from "vitest";
import { fuzz } from "./suite.ts";

describe("guests whose VMM's options are turned in the middle of the run, under VT-x", () => {
  fuzz("vtx-turned", "they run as on bare metal", { part: 0, parts: 1 });
});
