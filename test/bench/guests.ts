import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { assemble } from "../../src/asm/assemble.ts";
import { placeImage } from "../../src/machine/loaders/image.ts";
import { parseMultiboot } from "../../src/machine/loaders/multiboot.ts";
import { Run } from "../../src/session/run.ts";
import { findStrategy } from "../../src/vmm/registry.ts";

/** A row of the peers' `programs.mjs`: instructions of the measured region are `a + b * n`. */
export interface BenchProgram {
  readonly name: string;
  readonly unit: "insn" | "event" | "byte";
  readonly a?: number;
  readonly b?: number;
  readonly events?: number;
  readonly bytes?: number;
  readonly checkN: number;
  /** 8 hexadecimal digits that every machine reports for `checkN` iterations. */
  readonly sum: string;
  readonly what: string;
}

/** Where the benchmark's guests lie, from the repository's root. */
export const DEFAULT_FOLDER = join("..", "shared", "bench");
const ITERATIONS_AT = 0x34;
export const MEMORY_BYTES = 32 << 20;

/** The programs of the benchmark in `folder`. Throws if it is not there. */
export async function benchPrograms(folder: string): Promise<readonly BenchProgram[]> {
  const list = resolve(folder, "programs.mjs");
  if (!existsSync(list)) throw new Error(`${list} is not there: give the benchmark's folder with --guests`);
  const module: { PROGRAMS: readonly BenchProgram[] } = await import(pathToFileURL(list).href);
  return module.PROGRAMS;
}

/** Assembles a source file with its includes beside it. Throws with the first errors. */
export function assembleFile(path: string): Uint8Array {
  const beside = dirname(path);
  const resolveInclude = (name: string) => {
    const file = join(beside, name);
    return existsSync(file) ? readFileSync(file, "latin1") : null;
  };
  const assembly = assemble(readFileSync(path, "latin1"), { name: path, resolve: resolveInclude });
  if (!assembly.ok) {
    const errors = assembly.diagnostics.filter((d) => d.severity === "error").slice(0, 5);
    throw new Error(errors.map((d) => `${d.file}:${d.line}:${d.column}: ${d.message.en}`).join("\n"));
  }
  return assembly.bytes;
}

/** The image of a guest with its number of iterations set. */
export function withIterations(image: Uint8Array, n: number): Uint8Array {
  const bytes = image.slice();
  new DataView(bytes.buffer).setUint32(ITERATIONS_AT, n, true);
  return bytes;
}

/** A Multiboot image under a strategy, before its first step. */
export function startImage(bytes: Uint8Array, strategyId: string): Run {
  const strategy = findStrategy(strategyId);
  if (strategy === null) throw new Error(`no strategy ${strategyId}`);
  const loaded = parseMultiboot(bytes, MEMORY_BYTES);
  if (!loaded.ok) throw new Error(loaded.error.message.en);
  const { image } = loaded;
  return new Run(
    strategy,
    {
      memoryBytes: MEMORY_BYTES,
      whatIf: [],
      place: (memory) => {
        placeImage(image, memory);
        return image.entry;
      },
    },
    [],
  );
}
