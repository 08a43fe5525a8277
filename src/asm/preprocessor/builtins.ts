import { type Origin, outermost, retext, type Token } from "../source.ts";
import type { Host } from "./frames.ts";

/** Names that are always defined: where the line is, which section, what is being made, which NASM's dialect this is. */
const BUILTINS = "LINE FILE BITS SECT OUTPUT_FORMAT NASM_MAJOR NASM_MINOR NASM_SUBMINOR".split(" ");

/** Whether a name is one of them. */
export function isBuiltin(name: string): boolean {
  return BUILTINS.some((b) => name === `__${b}__` || name === `__?${b}?__`);
}

/** The tokens of __LINE__ and its like at a place, or null for any other name. */
export function builtin(token: Token, origin: Origin, host: Pick<Host, "bits" | "section">): Token[] | null {
  const name = token.text.replace(/^__\?(.*)\?__$/, "__$1__");
  switch (name) {
    case "__LINE__": {
      return [retext(token, String(outermost(origin).source.line), "number")];
    }
    case "__FILE__":
      return [{ ...retext(token, `"${origin.source.file}"`, "string"), value: origin.source.file }];
    case "__BITS__":
      return [retext(token, String(host.bits), "number")];
    case "__SECT__":
      return [
        retext(token, "[", "op"),
        { ...retext(token, "section", "id"), space: false },
        { ...retext(token, host.section, "id"), space: true },
        { ...retext(token, "]", "op"), space: false },
      ];
    case "__NASM_MAJOR__":
      return [retext(token, "2", "number")];
    case "__NASM_MINOR__":
      return [retext(token, "16", "number")];
    case "__NASM_SUBMINOR__":
      return [retext(token, "1", "number")];
    case "__OUTPUT_FORMAT__":
      return [retext(token, "bin", "id")];
    default:
      return null;
  }
}
