import { NameIndex } from "../../../src/asm/language/names.ts";
import type { Position } from "../../../src/asm/language/types.ts";
import { sourceFiles } from "../../../src/session/language/files.ts";

type Files = Readonly<Record<string, string>>;

/** The names of the program whose main file is the first. */
export function index(files: Files): NameIndex {
  return new NameIndex(sourceFiles(Object.keys(files)[0]!, files));
}

/** Takes the cursor `|` out of the files, and says where it was. */
export function positionOf(files: Files): { readonly found: Files; readonly position: Position } {
  const file = Object.keys(files).find((name) => files[name]!.includes("|"))!;
  const before = files[file]!.slice(0, files[file]!.indexOf("|")).split("\n");
  return {
    found: { ...files, [file]: files[file]!.replace("|", "") },
    position: { file, line: before.length, column: before.at(-1)!.length + 1 },
  };
}
