import { type About, type Forms, instruction } from "./define.ts";
import type { Words } from "./types.ts";

type AluForm =
  | "rm8_r8"
  | "rm16_r16"
  | "rm32_r32"
  | "r8_rm8"
  | "r16_rm16"
  | "r32_rm32"
  | "al_imm8"
  | "rm16_simm8"
  | "rm32_simm8"
  | "ax_imm16"
  | "eax_imm32"
  | "rm8_imm8"
  | "rm16_imm16"
  | "rm32_imm32"
  | "rm8_imm8_alias";

const hex = (byte: number): string => byte.toString(16).padStart(2, "0");

/**
 * The fifteen encodings of an operation of the first group (ADD, OR, ADC, SBB, AND, SUB, XOR, CMP): `n` is its number
 * there, which makes both its opcodes (n * 8 and on) and its ModRM extension.
 */
export function alu<M extends string>(mnemonic: M, n: number, about: About): Forms<M, AluForm> {
  const o = n * 8;
  const lock = mnemonic === "cmp" ? "" : " lock";
  return instruction<M, AluForm>(mnemonic, about, {
    rm8_r8: `o8 ${hex(o)} /r${lock}`,
    rm16_r16: `o16 ${hex(o + 1)} /r${lock}`,
    rm32_r32: `o32 ${hex(o + 1)} /r${lock}`,
    r8_rm8: `o8 ${hex(o + 2)} /r`,
    r16_rm16: `o16 ${hex(o + 3)} /r`,
    r32_rm32: `o32 ${hex(o + 3)} /r`,
    al_imm8: `o8 ${hex(o + 4)}`,
    rm16_simm8: `o16 83 /${n}${lock}`,
    rm32_simm8: `o32 83 /${n}${lock}`,
    ax_imm16: `o16 ${hex(o + 5)}`,
    eax_imm32: `o32 ${hex(o + 5)}`,
    rm8_imm8: `o8 80 /${n}${lock}`,
    rm16_imm16: `o16 81 /${n}${lock}`,
    rm32_imm32: `o32 81 /${n}${lock}`,
    rm8_imm8_alias: `o8 82 /${n}${lock} alias`,
  });
}

type UnaryForm = "rm8" | "rm16" | "rm32";

/** NEG and NOT: F6 and F7 with an extension. */
export function unary<M extends string>(mnemonic: M, n: number, about: About): Forms<M, UnaryForm> {
  return instruction<M, UnaryForm>(mnemonic, about, {
    rm8: `o8 f6 /${n} lock`,
    rm16: `o16 f7 /${n} lock`,
    rm32: `o32 f7 /${n} lock`,
  });
}

type StepForm = "r16op" | "r32op" | UnaryForm;

/** INC and DEC: one byte for a whole register, FE and FF for the rest. */
function step<M extends string>(mnemonic: M, n: 0 | 1, words: Words): Forms<M, StepForm> {
  const short = hex(0x40 + n * 8);
  return instruction<M, StepForm>(
    mnemonic,
    { written: "oszap", words },
    {
      r16op: `o16 ${short} +r`,
      r32op: `o32 ${short} +r`,
      rm8: `o8 fe /${n} lock`,
      rm16: `o16 ff /${n} lock`,
      rm32: `o32 ff /${n} lock`,
    },
  );
}

const ALL = "oszapc";

/** Addition, subtraction, comparison, and decimal adjustment. */
export const ARITHMETIC = {
  ...alu("add", 0, {
    written: ALL,
    words: { en: "Adds the source to the destination.", zh: "把源操作数加到目的操作数。" },
  }),
  ...alu("adc", 2, {
    written: ALL,
    read: "c",
    words: {
      en: "Adds the source and the carry flag to the destination.",
      zh: "把源操作数和进位标志一起加到目的操作数。",
    },
  }),
  ...alu("sbb", 3, {
    written: ALL,
    read: "c",
    words: {
      en: "Subtracts the source and the carry flag (as a borrow) from the destination.",
      zh: "从目的操作数中减去源操作数和进位标志（借位）。",
    },
  }),
  ...alu("sub", 5, {
    written: ALL,
    words: { en: "Subtracts the source from the destination.", zh: "从目的操作数中减去源操作数。" },
  }),
  ...alu("cmp", 7, {
    written: ALL,
    words: {
      en: "Subtracts the second operand from the first, keeps only the flags.",
      zh: "用第一操作数减去第二操作数，只保留标志。",
    },
  }),
  ...step("inc", 0, {
    en: "Adds 1 to the operand; the carry flag stays as it is.",
    zh: "操作数加 1，进位标志不变。",
  }),
  ...step("dec", 1, {
    en: "Subtracts 1 from the operand; the carry flag stays as it is.",
    zh: "操作数减 1，进位标志不变。",
  }),
  ...unary("neg", 3, {
    written: ALL,
    words: {
      en: "Replaces the operand by its two's complement; CF says whether it was not zero.",
      zh: "把操作数取补（求负）；操作数不为零时 CF 置 1。",
    },
  }),
  ...instruction(
    "xadd",
    {
      written: ALL,
      cycles: 3,
      words: {
        en: "Exchanges the operands, then stores their sum in the destination.",
        zh: "交换两个操作数，再把它们的和写入目的操作数。",
      },
    },
    {
      rm8_r8: "o8 0f c0 /r lock",
      rm16_r16: "o16 0f c1 /r lock",
      rm32_r32: "o32 0f c1 /r lock",
    },
  ),
  ...instruction(
    "cmpxchg",
    {
      written: ALL,
      cycles: 5,
      words: {
        en: "Compares the accumulator with the destination; if equal stores the source there, else loads the accumulator from it.",
        zh: "比较累加器与目的操作数：相等则把源操作数写入目的操作数，否则把目的操作数装入累加器。",
      },
    },
    {
      rm8_r8: "o8 0f b0 /r lock",
      rm16_r16: "o16 0f b1 /r lock",
      rm32_r32: "o32 0f b1 /r lock",
    },
  ),
  ...instruction(
    "cmpxchg8b",
    {
      written: "z",
      cycles: 10,
      words: {
        en: "Compares EDX:EAX with 64 bits of memory; if equal stores ECX:EBX there, else loads EDX:EAX from it.",
        zh: "比较 EDX:EAX 与 64 位内存操作数：相等则写入 ECX:EBX，否则装入 EDX:EAX。",
      },
    },
    { m64: "0f c7 /1 mem lock" },
  ),
  ...instruction(
    "daa",
    {
      written: "szapc",
      undefined: "o",
      read: "ac",
      cycles: 3,
      words: {
        en: "Makes AL two packed decimal digits again after an addition.",
        zh: "加法之后把 AL 调整为压缩 BCD 码。",
      },
    },
    { "": "27" },
  ),
  ...instruction(
    "das",
    {
      written: "szapc",
      undefined: "o",
      read: "ac",
      cycles: 3,
      words: {
        en: "Makes AL two packed decimal digits again after a subtraction.",
        zh: "减法之后把 AL 调整为压缩 BCD 码。",
      },
    },
    { "": "2f" },
  ),
  ...instruction(
    "aaa",
    {
      written: "ac",
      undefined: "oszp",
      read: "a",
      cycles: 3,
      words: {
        en: "Makes AL one decimal digit after an addition and carries into AH.",
        zh: "加法之后把 AL 调整为非压缩 BCD 码，进位加到 AH。",
      },
    },
    { "": "37" },
  ),
  ...instruction(
    "aas",
    {
      written: "ac",
      undefined: "oszp",
      read: "a",
      cycles: 3,
      words: {
        en: "Makes AL one decimal digit after a subtraction and borrows from AH.",
        zh: "减法之后把 AL 调整为非压缩 BCD 码，向 AH 借位。",
      },
    },
    { "": "3f" },
  ),
  ...instruction(
    "aam",
    {
      written: "szp",
      undefined: "oac",
      cycles: 18,
      omissible: { operand: 0, as: 10 },
      words: {
        en: "Divides AL by the immediate: quotient to AH, remainder to AL; #DE if the immediate is 0.",
        zh: "用立即数除 AL：商送 AH，余数送 AL；立即数为 0 则 #DE。",
      },
    },
    { imm8: "d4" },
  ),
  ...instruction(
    "aad",
    {
      written: "szp",
      undefined: "oac",
      cycles: 10,
      omissible: { operand: 0, as: 10 },
      words: {
        en: "Sets AL to AL + AH times the immediate, and AH to 0.",
        zh: "AL 置为 AL 加 AH 乘以立即数，AH 清零。",
      },
    },
    { imm8: "d5" },
  ),
} as const;
