import { spawn } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ProgramResult } from "./programs-worker.ts";

const TIMEOUT = 300_000;

function compareAll(options: readonly string[]): Promise<ProgramResult[]> {
  const worker = join(import.meta.dirname, "programs-worker.ts");
  const child = spawn(process.execPath, ["--import", "tsx", worker, ...options], { stdio: ["ignore", "pipe", "pipe"] });
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
      if (code === 0) resolve(JSON.parse(output.out) as ProgramResult[]);
      else reject(new Error(`the worker ended with ${code}\n${output.err}`));
    });
  });
}

describe("every program that is not for bare metal alone, under VT-x", () => {
  it.each([
    ["EPT", []],
    ["shadow paging", ["shadow-paging"]],
  ])(
    "does with %s what its header says, instruction by instruction",
    async (_name, options) => {
      const results = await compareAll(options);
      expect(results.length).toBeGreaterThan(80);
      for (const { path, expected, found } of results) expect(`${path}: ${found}`).toBe(`${path}: ${expected}`);
    },
    TIMEOUT,
  );
});
