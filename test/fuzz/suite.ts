import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { FUZZ_TIMEOUT, type Part } from "./campaign.ts";
import type { CampaignName } from "./campaigns.ts";
import type { PartResult } from "./worker.ts";

/** A guest that changes its own code, or jumps into the middle of it, may come upon a sensitive instruction. */
const MOST_SENSITIVE = 0.02;
const MOST_STALE = 0.1;

/**
 * Runs a part of a campaign in a process of its own: there the modules are Node's, which is twice as fast as under
 * vitest. `worker` is the file that prints what the part came to.
 */
export function runPart<Result>(worker: string, name: string, { part, parts }: Part): Promise<Result> {
  const path = join(import.meta.dirname, worker);
  const child = spawn(process.execPath, ["--import", "tsx", path, name, String(part), String(parts)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { out: "", err: "" };
  child.stdout.on("data", (chunk) => {
    output.out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    output.err += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(JSON.parse(output.out) as Result);
      else reject(new Error(`the worker ended with ${code}\n${output.err}`));
    });
  });
}

/** The test that a part of a campaign is. */
export function fuzz(name: CampaignName, promise: string, part: Part): void {
  it(
    `${part.part + 1} of ${part.parts}: ${promise}`,
    async () => {
      const { counts, failure } = await runPart<PartResult>("worker.ts", name, part);
      if (failure !== null) expect.unreachable(failure);
      const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
      expect(counts.sensitive ?? 0).toBeLessThanOrEqual(1 + all * MOST_SENSITIVE);
      expect(counts["stale-tlb"] ?? 0).toBeLessThanOrEqual(1 + all * MOST_STALE);
    },
    FUZZ_TIMEOUT,
  );
}
