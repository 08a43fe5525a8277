import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { assemble } from "../../src/asm/assemble.ts";
import { missingOracle, nasm, resolveFrom } from "./nasm.ts";

const why = missingOracle();
const BENCH = "../shared/bench/guest";

function programs(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? programs(path) : path.endsWith(".asm") ? [path] : [];
    })
    .sort();
}

/** Whether the source or something that it includes says ORG. */
function hasOrigin(source: string, folders: readonly string[]): boolean {
  if (/^\s*\[?org\b/im.test(source)) return true;
  const includes = [...source.matchAll(/^\s*%include\s+["']([^"']+)["']/gim)];
  return includes.some(([, name]) => hasOrigin(resolveFrom(folders)(name!) ?? "", folders));
}

/** The program and its includes give the same image in both; what it includes is beside it or in `programs/`. */
function check(path: string): void {
  const source = readFileSync(path, "utf8");
  const folders = [dirname(path), "programs"];
  const own = assemble(source, { name: path, resolve: resolveFrom(folders) });
  expect(
    own.diagnostics.filter((d) => d.severity === "error").map((d) => `${d.file}:${d.line}: ${d.message.en}`),
  ).toEqual([]);
  // 32-bit code at 1 MiB is this assembler's default, not NASM's.
  const placed = hasOrigin(source, folders);
  const expected = nasm(`bits 32\n${placed ? "" : `org ${own.origin}\n`}${source}`, folders);
  expect(expected.text).not.toMatch(/error/);
  expect(Buffer.compare(Buffer.from(own.bytes), Buffer.from(expected.bytes!))).toBe(0);
}

describe.skipIf(why !== null)(`every program gives NASM's image${why ? ` (skipped: ${why})` : ""}`, () => {
  for (const path of programs("programs")) it(path, () => check(path));
});

describe.skipIf(why !== null || !existsSync(BENCH))(
  `the bench's guests give NASM's image${existsSync(BENCH) ? "" : ` (skipped: ${BENCH} is not there)`}`,
  () => {
    for (const path of programs(BENCH)) it(path, () => check(path));
  },
);
