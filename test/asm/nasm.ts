import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findTool } from "../tools/find.mjs";

/** The oracle: $NASM, or nasm on the path; null when there is none. */
export const NASM: string | null = findTool("nasm") || null;

/** Why oracle tests are skipped, or null. Under CI the oracle has to be there. */
export function missingOracle(): string | null {
  if (NASM !== null) return null;
  if (process.env.CI === "true") throw new Error("NASM is required under CI: install it or set $NASM");
  return "NASM is not installed and $NASM is not set";
}

export interface NasmResult {
  readonly bytes: Uint8Array | null;
  /** Lines (from 1) of the main file with errors. */
  readonly errors: ReadonlyMap<number, string>;
  readonly text: string;
}

/** Runs `nasm -f bin` on a source; includes are looked for in `includeFrom`, and `defines` go behind -D. */
export function nasm(source: string, includeFrom: readonly string[] = [], defines: readonly string[] = []): NasmResult {
  const folder = mkdtempSync(join(tmpdir(), "ringside-nasm-"));
  try {
    const input = join(folder, "input.asm");
    const output = join(folder, "output.bin");
    writeFileSync(input, source);
    const include = includeFrom.flatMap((folder) => ["-i", `${folder}/`]);
    const run = spawnSync(
      NASM!,
      ["-f", "bin", ...include, ...defines.map((define) => `-D${define}`), "-o", output, input],
      { encoding: "utf8" },
    );
    const errors = new Map<number, string>();
    for (const match of run.stderr.matchAll(/input\.asm:(\d+): (?:error|fatal): (.*)/g)) {
      errors.set(Number(match[1]), match[2]!);
    }
    const bytes = run.status === 0 ? new Uint8Array(readFileSync(output)) : null;
    return { bytes, errors, text: run.stderr };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A resolver for the assembler that looks in these folders, in this order. */
export function resolveFrom(folders: readonly string[]): (name: string) => string | null {
  return (name) => {
    const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
    return found === undefined ? null : readFileSync(found, "utf8");
  };
}
