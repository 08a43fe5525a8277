import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { LoadedProgram, ProgramSpec } from "../session/types.ts";
import type { LinkBreakpoint, LinkProgram } from "../share/record.ts";
import { isPath } from "../share/record.ts";
import { BadInput } from "./errors.ts";
import { hexAddress, wholeNumber } from "./numbers.ts";
import { gather, type OpenedProgram, PROGRAMS } from "./program.ts";
import { oneLine } from "./text.ts";
import { labelAddress } from "./until.ts";

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, "base64"));

/** A program as a link carries it. */
export function linkProgram({ spec, name }: OpenedProgram): LinkProgram {
  switch (spec.kind) {
    case "source": {
      const strange = Object.keys(spec.files).find((path) => !isPath(path));
      if (strange !== undefined) {
        throw new BadInput(
          `${name}: a link cannot carry a file named "${oneLine(strange)}"; rename it without : and \\`,
        );
      }
      return { kind: "source", main: spec.main, files: { ...spec.files } };
    }
    case "flat":
      return { kind: "flat", image: base64(spec.bytes), at: spec.at, entry: spec.entry };
    case "multiboot":
      return { kind: "multiboot", image: base64(spec.bytes) };
  }
}

/** What a link carries, as a session loads it. */
export function programOfLink(program: LinkProgram): ProgramSpec {
  switch (program.kind) {
    case "source":
      return { kind: "source", main: program.main, files: program.files };
    case "builtin": {
      const text = builtinText(program.path);
      const { main, files } = gather(join(PROGRAMS, program.path), text);
      return { kind: "source", main, files };
    }
    case "flat":
      return { kind: "flat", bytes: bytesOf(program.image), at: program.at, entry: program.entry };
    case "multiboot":
      return { kind: "multiboot", bytes: bytesOf(program.image) };
  }
}

function builtinText(path: string): string {
  try {
    return readFileSync(join(PROGRAMS, path), "utf8");
  } catch {
    throw new BadInput(`the link asks for the program ${oneLine(path)}, which this version of Ringside does not have`);
  }
}

/** What one `--break` says: `line:N`, `line:FILE:N`, `label:NAME` or `addr:HEX`. */
export function parseBreakpoint(text: string, main: string, program: LoadedProgram): LinkBreakpoint {
  const what = `--break ${text}`;
  const [kind = "", ...rest] = text.split(":");
  const value = rest.join(":");
  if (kind === "addr") return { kind: "address", address: hexAddress(value, what) };
  if (kind === "label") return { kind: "address", address: labelAddress(value, program, what) };
  if (kind !== "line") throw new BadInput(`${what}: a breakpoint is line:N, line:FILE:N, label:NAME or addr:HEX`);
  const file = rest.length > 1 ? rest.slice(0, -1).join(":") : main;
  const line = wholeNumber(rest.at(-1) ?? "", what, { least: 1, most: 1_000_000_000 });
  if (!program.lines.some((candidate) => candidate.file === file && candidate.line === line)) {
    throw new BadInput(`${what}: line ${line} of ${file} gives no bytes, so nothing can stop there`);
  }
  return { kind: "line", file, line };
}
