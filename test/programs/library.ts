import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseProgramHeader } from "../../src/session/program-header.ts";

/** Where the programs are. */
export const PROGRAMS = resolve(import.meta.dirname, "../../programs");

const entries = readdirSync(PROGRAMS, { recursive: true, encoding: "utf8" })
  .map((path) => path.replaceAll("\\", "/"))
  .sort();

/** Text by path under `programs/` of every program and everything that can be included. */
export const programFiles: Readonly<Record<string, string>> = Object.fromEntries(
  entries
    .filter((path) => path.endsWith(".asm") || path.endsWith(".inc"))
    .map((path) => [path, readFileSync(join(PROGRAMS, path), "utf8")]),
);

const sources = entries.filter((path) => path.endsWith(".asm"));
const isCompanion = (path: string) => parseProgramHeader(programText(path)).program.isCompanion;

/** Paths under `programs/` of every program that runs by itself, and of those that run beside others only. */
export const programPaths = sources.filter((path) => !isCompanion(path));
export const companionPaths = sources.filter(isCompanion);

/** Text of a program. */
export function programText(path: string): string {
  return programFiles[path] ?? "";
}
