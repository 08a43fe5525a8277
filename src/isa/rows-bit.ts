import { type About, type Forms, instruction } from "./define.ts";

type BitForm = "rm16_r16" | "rm32_r32" | "rm16_imm8" | "rm32_imm8";

/** BT and its kin: `opcode` with the bit number in a register, 0F BA with extension `n` for an immediate. */
function bitTest<M extends string>(mnemonic: M, opcode: string, n: number, about: About): Forms<M, BitForm> {
  const lock = mnemonic === "bt" ? "" : " lock";
  return instruction<M, BitForm>(
    mnemonic,
    { written: "c", undefined: "osap", cycles: 7, ...about },
    {
      rm16_r16: `o16 0f ${opcode} /r${lock}`,
      rm32_r32: `o32 0f ${opcode} /r${lock}`,
      rm16_imm8: `o16 0f ba /${n}${lock}`,
      rm32_imm8: `o32 0f ba /${n}${lock}`,
    },
  );
}

/** Bit tests and scans. */
export const BIT = {
  ...bitTest("bt", "a3", 4, {
    words: {
      en: "Copies one bit to CF; a bit number in a register may reach outside the memory operand.",
      zh: "把某一位复制到 CF；寄存器中的位号可以超出内存操作数。",
    },
  }),
  ...bitTest("bts", "ab", 5, {
    words: { en: "Copies one bit to CF, then sets it.", zh: "把某一位复制到 CF，再将其置 1。" },
  }),
  ...bitTest("btr", "b3", 6, {
    words: { en: "Copies one bit to CF, then clears it.", zh: "把某一位复制到 CF，再将其清 0。" },
  }),
  ...bitTest("btc", "bb", 7, {
    words: { en: "Copies one bit to CF, then inverts it.", zh: "把某一位复制到 CF，再将其取反。" },
  }),
  ...instruction(
    "bsf",
    {
      written: "z",
      undefined: "osapc",
      cycles: 6,
      words: {
        en: "Finds the lowest set bit; ZF if there is none.",
        zh: "从低位起查找第一个为 1 的位；没有则 ZF 置 1。",
      },
    },
    { r16_rm16: "o16 0f bc /r", r32_rm32: "o32 0f bc /r" },
  ),
  ...instruction(
    "bsr",
    {
      written: "z",
      undefined: "osapc",
      cycles: 7,
      words: {
        en: "Finds the highest set bit; ZF if there is none.",
        zh: "从高位起查找第一个为 1 的位；没有则 ZF 置 1。",
      },
    },
    { r16_rm16: "o16 0f bd /r", r32_rm32: "o32 0f bd /r" },
  ),
} as const;
