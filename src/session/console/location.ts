import { suggest } from "../../asm/suggest.ts";
import { type Call, ConsoleError, words } from "./call.ts";

/** A place in the program, as breakpoints are set and runs are aimed. */
export interface Location {
  readonly address: number;
  /** The line that was named, or null where an address was. */
  readonly source: { readonly file: string; readonly line: number } | null;
}

/** An address: an expression, with gdb's star in front of it or not. */
export function addressOf(call: Call, text: string): number {
  return call.value(text.trim().replace(/^\*\s*(?=[\w$.])(?!\()/, "")).bits;
}

/** `22` and `main.asm:22` are lines, anything else an address: `start`, `*0x100000`, `handler+4`. */
export function locationOf(call: Call, text: string): Location {
  const trimmed = text.trim();
  if (trimmed === "") {
    throw new ConsoleError(
      words(
        "Where? A label, a line (22 or FILE:22), or an address (0x100000).",
        "在哪里？可以是标号、行号（22 或 文件:22）或地址（0x100000）。",
      ),
    );
  }
  const line = /^(?:(.+):)?(\d+)$/.exec(trimmed);
  if (line && !/^0\d/.test(trimmed)) return lineLocation(call, line[1] ?? null, Number(line[2]));
  return { address: addressOf(call, trimmed), source: null };
}

function lineLocation(call: Call, name: string | null, wanted: number): Location {
  const { program, sources } = call.at.program;
  const lines = [program, ...(program.companions ?? [])].flatMap((one) => one.lines);
  const files = [...new Set(lines.map((line) => line.file))];
  if (files.length === 0) {
    throw new ConsoleError(
      words("This program has no source lines; name an address.", "此程序没有源代码行，请给出地址。"),
    );
  }
  const main = sources?.at(program.entry)?.file ?? files[0]!;
  const file = name === null ? main : files.find((one) => one === name || one.endsWith(`/${name}`));
  if (file === undefined) {
    const near = suggest(name!, files);
    const all = files.join(", ");
    throw new ConsoleError(
      words(
        `No code comes from a file "${name}".${near ? ` Did you mean ${near}?` : ""} There are: ${all}.`,
        `没有来自文件“${name}”的代码。${near ? `是不是 ${near}？` : ""}现有：${all}。`,
      ),
    );
  }
  const found = lines
    .filter((line) => line.file === file && line.line >= wanted && line.row !== null)
    .sort((a, b) => a.line - b.line || a.address - b.address)[0];
  if (!found) {
    throw new ConsoleError(words(`No code from line ${wanted} of ${file} on.`, `${file} 第 ${wanted} 行起没有代码。`));
  }
  return { address: found.address, source: { file, line: found.line } };
}
