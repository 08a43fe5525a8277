import { type Message, messages } from "../messages.ts";
import type { Token } from "../source.ts";
import { suggest } from "../suggest.ts";
import { DIRECTIVES, SKIPPED_DIRECTIVES } from "./directives.ts";

/** Directives that the class itself handles, for suggestions. */
const STRUCTURAL = [
  ..."macro imacro rmacro endmacro rep endrep exitrep exitmacro include rotate".split(" "),
  ..."if ifdef ifndef ifidn ifidni ifnum ifid ifstr ifempty ifmacro elif else endif".split(" "),
  ...SKIPPED_DIRECTIVES,
];

/** The error that a word behind a percent sign is no directive, with the nearest that is. */
export function unknownDirective(token: Token): Message {
  const known = [...Object.keys(DIRECTIVES), ...STRUCTURAL].map((name) => `%${name}`);
  return messages.unknownDirective(token.text, suggest(token.text, known));
}
