import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** Where the programs are. */
export const PROGRAMS = resolve(import.meta.dirname, "../../programs");

const entries = readdirSync(PROGRAMS, { recursive: true, encoding: "utf8" })
  .map((path) => path.replaceAll("\\", "/"))
  .sort();

/** Paths under `programs/` of every program. */
export const programPaths = entries.filter((path) => path.endsWith(".asm"));

/** Text by path under `programs/` of every program and everything that can be included. */
export const programFiles: Readonly<Record<string, string>> = Object.fromEntries(
  entries
    .filter((path) => path.endsWith(".asm") || path.endsWith(".inc"))
    .map((path) => [path, readFileSync(join(PROGRAMS, path), "utf8")]),
);

/** Text of a program. */
export function programText(path: string): string {
  return programFiles[path] ?? "";
}
