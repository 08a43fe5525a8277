import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect } from "vitest";
import { runCli } from "../../src/cli/cli.ts";
import { ReaderGone } from "../../src/cli/errors.ts";

/** What a command line printed and ended with. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly bytes: Uint8Array;
}

export interface Surroundings {
  readonly stdin?: string | Uint8Array;
  /** Characters after which whoever reads the output goes away. */
  readonly readerLeavesAfter?: number;
}

/** Carries out a command line in this process. */
export async function ringside(args: readonly string[], around: Surroundings = {}): Promise<Ended> {
  let gathered = "";
  let out = "";
  let err = "";
  const parts: Uint8Array[] = [];
  const { stdin = "", readerLeavesAfter = Number.POSITIVE_INFINITY } = around;
  const flush = async () => {
    out += gathered;
    gathered = "";
    if (out.length > readerLeavesAfter) throw new ReaderGone();
  };
  const code = await runCli(args, {
    out: (text) => {
      gathered += text;
    },
    outBytes: async (bytes) => void parts.push(bytes),
    err: (text) => {
      err += text;
    },
    flush,
    stdin: () => (typeof stdin === "string" ? new TextEncoder().encode(stdin) : stdin),
    async *lines() {
      if (stdin !== "") yield* String(stdin).replace(/\n$/, "").split("\n");
    },
    onInterrupt: () => () => {},
    isTerminal: false,
    columns: null,
  });
  return { code, out, err, bytes: new Uint8Array(Buffer.concat(parts)) };
}

/** What the command prints with --json. */
export async function ringsideJson<T = Record<string, unknown>>(args: readonly string[], code = 0): Promise<T> {
  const ended = await ringside([...args, "--json"]);
  expect(ended.err).toBe("");
  expect(ended.code).toBe(code);
  return JSON.parse(ended.out) as T;
}

/** Expects exit code 2 and one message without a stack trace that holds every one of `pieces`. */
export async function refuses(
  args: readonly string[],
  pieces: readonly string[],
  around: Surroundings = {},
): Promise<void> {
  const { code, err } = await ringside(args, around);
  for (const piece of pieces) expect(err).toContain(piece);
  expect(err).not.toMatch(/\n\s+at /);
  expect(err.startsWith("ringside") || pieces.length > 1, err).toBe(true);
  expect(code).toBe(2);
}

const folder = mkdtempSync(join(tmpdir(), "ringside-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a file into a folder of its own and returns its path. */
export function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** The path of a file that has not been written. */
export function place(name: string): string {
  return join(folder, name);
}
