import { CONDITIONS, type Condition, type ConditionCode } from "./conditions.ts";
import { type Forms, instruction } from "./define.ts";
import type { Row } from "./types.ts";

const hex = (byte: number): string => byte.toString(16).padStart(2, "0");

type JumpForm = "rel8" | "rel16" | "rel32";
type MoveForm = "r16_rm16" | "r32_rm32";

/** One mnemonic for each condition, in the order of the opcodes. */
function forAll(make: (condition: Condition, n: number) => Record<string, Row>): Record<string, Row> {
  return Object.assign({}, ...CONDITIONS.map(make)) as Record<string, Row>;
}

const JUMPS = forAll(({ code, aliases, read, words }, n) =>
  instruction(
    `j${code}`,
    {
      manual: "Jcc",
      aliases: aliases.map((a) => `j${a}`),
      read,
      words: { en: `Jumps if ${words.en}.`, zh: `${words.zh}时跳转。` },
    },
    { rel8: hex(0x70 + n), rel16: `o16 0f ${hex(0x80 + n)}`, rel32: `o32 0f ${hex(0x80 + n)}` },
  ),
) as Forms<`j${ConditionCode}`, JumpForm>;

const SETS = forAll(({ code, aliases, read, words }, n) =>
  instruction(
    `set${code}`,
    {
      manual: "SETcc",
      aliases: aliases.map((a) => `set${a}`),
      read,
      words: { en: `Sets the byte to 1 if ${words.en}, else to 0.`, zh: `${words.zh}时把字节置 1，否则置 0。` },
    },
    { rm8: `o8 0f ${hex(0x90 + n)} /r` },
  ),
) as Forms<`set${ConditionCode}`, "rm8">;

const MOVES = forAll(({ code, aliases, read, words }, n) =>
  instruction(
    `cmov${code}`,
    {
      manual: "CMOVcc",
      aliases: aliases.map((a) => `cmov${a}`),
      read,
      words: {
        en: `Copies the source to the register if ${words.en}; it is read in any case.`,
        zh: `${words.zh}时把源操作数复制到寄存器；源操作数总会被读取。`,
      },
    },
    { r16_rm16: `o16 0f ${hex(0x40 + n)} /r`, r32_rm32: `o32 0f ${hex(0x40 + n)} /r` },
  ),
) as Forms<`cmov${ConditionCode}`, MoveForm>;

/** Jcc, SETcc, CMOVcc. */
export const CONDITIONAL = { ...JUMPS, ...SETS, ...MOVES } as const;
