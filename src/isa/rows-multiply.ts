import { type About, type Forms, instruction } from "./define.ts";

type AccumulatorForm = "rm8" | "rm16" | "rm32";

/** MUL, IMUL, DIV, IDIV of the accumulator: F6 and F7 with extension `n`; `cycles` for 8, 16 and 32 bits. */
function accumulator<M extends string>(
  mnemonic: M,
  n: number,
  cycles: readonly [number, number, number],
  about: About,
): Forms<M, AccumulatorForm> {
  return instruction<M, AccumulatorForm>(mnemonic, about, {
    rm8: `o8 f6 /${n} c.${cycles[0]}`,
    rm16: `o16 f7 /${n} c.${cycles[1]}`,
    rm32: `o32 f7 /${n} c.${cycles[2]}`,
  });
}

const MULTIPLY_FLAGS = { written: "oc", undefined: "szap" } as const;
const DIVIDE_FLAGS = { undefined: "oszapc" } as const;

const IMUL: About = {
  ...MULTIPLY_FLAGS,
  cycles: 10,
  words: {
    en: "Signed multiplication; CF and OF say that the product did not fit.",
    zh: "有符号乘法；乘积放不下时 CF 和 OF 置 1。",
  },
};

/** Multiplication and division. */
export const MULTIPLY = {
  ...accumulator("mul", 4, [11, 11, 10], {
    ...MULTIPLY_FLAGS,
    words: {
      en: "Unsigned multiplication of the accumulator into twice its width.",
      zh: "累加器无符号乘法，乘积为双倍宽度。",
    },
  }),
  ...accumulator("imul", 5, [11, 11, 10], IMUL),
  ...instruction("imul", IMUL, { r16_rm16: "o16 0f af /r", r32_rm32: "o32 0f af /r" }),
  ...instruction(
    "imul",
    { ...IMUL, omissible: { operand: 1, as: "first" } },
    {
      r16_rm16_simm8: "o16 6b /r",
      r32_rm32_simm8: "o32 6b /r",
      r16_rm16_imm16: "o16 69 /r",
      r32_rm32_imm32: "o32 69 /r",
    },
  ),
  ...accumulator("div", 6, [17, 25, 41], {
    ...DIVIDE_FLAGS,
    words: {
      en: "Unsigned division of the double-width accumulator; #DE if by 0 or the quotient does not fit.",
      zh: "双倍宽度累加器的无符号除法；除数为 0 或商放不下则 #DE。",
    },
  }),
  ...accumulator("idiv", 7, [22, 30, 46], {
    ...DIVIDE_FLAGS,
    words: {
      en: "Signed division of the double-width accumulator; #DE if by 0 or the quotient does not fit.",
      zh: "双倍宽度累加器的有符号除法；除数为 0 或商放不下则 #DE。",
    },
  }),
} as const;
