import { type About, type Forms, instruction } from "./define.ts";
import { alu, unary } from "./rows-arithmetic.ts";

const LOGIC_FLAGS = { written: "oszpc", undefined: "a" } as const;

type ShiftForm =
  | "rm8_one"
  | "rm16_one"
  | "rm32_one"
  | "rm8_cl"
  | "rm16_cl"
  | "rm32_cl"
  | "rm8_imm8"
  | "rm16_imm8"
  | "rm32_imm8";

function shiftForms(n: number): Record<ShiftForm, string> {
  return {
    rm8_one: `o8 d0 /${n}`,
    rm16_one: `o16 d1 /${n}`,
    rm32_one: `o32 d1 /${n}`,
    rm8_cl: `o8 d2 /${n} c.4`,
    rm16_cl: `o16 d3 /${n} c.4`,
    rm32_cl: `o32 d3 /${n} c.4`,
    rm8_imm8: `o8 c0 /${n}`,
    rm16_imm8: `o16 c1 /${n}`,
    rm32_imm8: `o32 c1 /${n}`,
  };
}

/** An operation of the second group: by one, by CL, by an immediate. `n` is the ModRM extension. */
function shift<M extends string>(mnemonic: M, n: number, about: About): Forms<M, ShiftForm> {
  return instruction<M, ShiftForm>(mnemonic, { manual: "RCL/RCR/ROL/ROR", ...about }, shiftForms(n));
}

const SHIFT_PAGE = { manual: "SAL/SAR/SHL/SHR", written: "oszpc", undefined: "oa" } as const;
const SHL: About = {
  ...SHIFT_PAGE,
  aliases: ["sal"],
  words: {
    en: "Shifts left, zeros coming in; the last bit out goes to CF.",
    zh: "左移，低位补零；最后移出的位进入 CF。",
  },
};

type DoubleForm = "rm16_r16_imm8" | "rm32_r32_imm8" | "rm16_r16_cl" | "rm32_r32_cl";

function doubleShift<M extends string>(mnemonic: M, opcode: string, byCl: string, about: About): Forms<M, DoubleForm> {
  return instruction<M, DoubleForm>(
    mnemonic,
    { written: "oszpc", undefined: "oa", cycles: 4, ...about },
    {
      rm16_r16_imm8: `o16 0f ${opcode} /r`,
      rm32_r32_imm8: `o32 0f ${opcode} /r`,
      rm16_r16_cl: `o16 0f ${byCl} /r`,
      rm32_r32_cl: `o32 0f ${byCl} /r`,
    },
  );
}

/** Bitwise operations, shifts and rotates. */
export const LOGIC = {
  ...alu("or", 1, {
    ...LOGIC_FLAGS,
    words: { en: "Bitwise inclusive OR into the destination.", zh: "按位或，结果写入目的操作数。" },
  }),
  ...alu("and", 4, {
    ...LOGIC_FLAGS,
    words: { en: "Bitwise AND into the destination.", zh: "按位与，结果写入目的操作数。" },
  }),
  ...alu("xor", 6, {
    ...LOGIC_FLAGS,
    words: { en: "Bitwise exclusive OR into the destination.", zh: "按位异或，结果写入目的操作数。" },
  }),
  ...unary("not", 2, {
    words: { en: "Inverts every bit; no flag changes.", zh: "按位取反，不影响标志。" },
  }),
  ...instruction(
    "test",
    {
      ...LOGIC_FLAGS,
      interchangeable: true,
      words: { en: "Bitwise AND of which only the flags are kept.", zh: "按位与，只保留标志。" },
    },
    {
      rm8_r8: "o8 84 /r",
      rm16_r16: "o16 85 /r",
      rm32_r32: "o32 85 /r",
    },
  ),
  ...instruction(
    "test",
    {
      ...LOGIC_FLAGS,
      words: { en: "Bitwise AND of which only the flags are kept.", zh: "按位与，只保留标志。" },
    },
    {
      al_imm8: "o8 a8",
      ax_imm16: "o16 a9",
      eax_imm32: "o32 a9",
      rm8_imm8: "o8 f6 /0",
      rm16_imm16: "o16 f7 /0",
      rm32_imm32: "o32 f7 /0",
      rm8_imm8_alias: "o8 f6 /1 alias",
      rm16_imm16_alias: "o16 f7 /1 alias",
      rm32_imm32_alias: "o32 f7 /1 alias",
    },
  ),
  ...shift("rol", 0, {
    written: "oc",
    undefined: "o",
    words: { en: "Rotates left; CF gets the bit that came round.", zh: "循环左移，CF 得到绕回的位。" },
  }),
  ...shift("ror", 1, {
    written: "oc",
    undefined: "o",
    words: { en: "Rotates right; CF gets the bit that came round.", zh: "循环右移，CF 得到绕回的位。" },
  }),
  ...shift("rcl", 2, {
    written: "oc",
    undefined: "o",
    read: "c",
    cycles: 8,
    words: { en: "Rotates left through the carry flag.", zh: "带进位循环左移。" },
  }),
  ...shift("rcr", 3, {
    written: "oc",
    undefined: "o",
    read: "c",
    cycles: 8,
    words: { en: "Rotates right through the carry flag.", zh: "带进位循环右移。" },
  }),
  ...shift("shl", 4, SHL),
  ...shift("shr", 5, {
    ...SHIFT_PAGE,
    words: {
      en: "Shifts right, zeros coming in; the last bit out goes to CF.",
      zh: "逻辑右移，高位补零；最后移出的位进入 CF。",
    },
  }),
  ...shift("sar", 7, {
    ...SHIFT_PAGE,
    words: {
      en: "Shifts right, copies of the sign coming in; the last bit out goes to CF.",
      zh: "算术右移，高位补符号位；最后移出的位进入 CF。",
    },
  }),
  ...instruction("shl", SHL, {
    rm8_one_alias: "o8 d0 /6 alias",
    rm16_one_alias: "o16 d1 /6 alias",
    rm32_one_alias: "o32 d1 /6 alias",
    rm8_cl_alias: "o8 d2 /6 alias c.4",
    rm16_cl_alias: "o16 d3 /6 alias c.4",
    rm32_cl_alias: "o32 d3 /6 alias c.4",
    rm8_imm8_alias: "o8 c0 /6 alias",
    rm16_imm8_alias: "o16 c1 /6 alias",
    rm32_imm8_alias: "o32 c1 /6 alias",
  }),
  ...doubleShift("shld", "a4", "a5", {
    words: {
      en: "Shifts the destination left, bits of the source coming in from the right.",
      zh: "目的操作数左移，低位由源操作数的高位补入。",
    },
  }),
  ...doubleShift("shrd", "ac", "ad", {
    words: {
      en: "Shifts the destination right, bits of the source coming in from the left.",
      zh: "目的操作数右移，高位由源操作数的低位补入。",
    },
  }),
} as const;
