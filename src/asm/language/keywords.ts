import { SIZE_KEYWORDS } from "../operands.ts";
import { isForeignRegister, REGISTERS } from "../registers.ts";
import { isStatementWord } from "../words.ts";

/** Words that stand before or inside operands. */
const OPERAND_WORDS: ReadonlySet<string> = new Set([
  ...SIZE_KEYWORDS.keys(),
  ..."short near far strict to nosplit rel abs seg wrt oword yword zword dup".split(" "),
]);

/** Whether a word (any case) belongs to the assembler and names nothing of the program. */
export function isReserved(word: string): boolean {
  const lower = word.toLowerCase();
  return REGISTERS.has(lower) || OPERAND_WORDS.has(lower) || isForeignRegister(lower) || isStatementWord(lower);
}
