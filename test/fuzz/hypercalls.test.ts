import { describe, expect, it } from "vitest";
import { FUZZ_TIMEOUT } from "./campaign.ts";
import type { HypercallResult } from "./hypercall-worker.ts";
import { runPart } from "./suite.ts";

/** A sequence takes some milliseconds; one that takes so long hangs, or as good as. */
const MOST_MILLISECONDS = 10_000;

describe("random hypercalls, most of them nearly right", () => {
  const promise =
    "they never change the hypervisor's memory or another domain's beyond what they may, break a frame's type, or hang";
  it.concurrent.each([
    ["of two hostile domains in turn", "direct"],
    ["by INT 82h, of a hostile kernel beside another domain", "guest"],
  ] as const)(`%s: ${promise}`, { timeout: FUZZ_TIMEOUT }, async (_, mode) => {
    const result = await runPart<HypercallResult>("hypercall-worker.ts", mode, { part: 0, parts: 1 });
    if (result.failure !== null) expect.unreachable(result.failure);
    expect(result.milliseconds).toBeLessThan(MOST_MILLISECONDS);
    // They come far: half of them and more are carried out.
    expect(result.refused).toBeLessThan(result.calls);
  });
});
