import { IOPL, instruction } from "./define.ts";

/** Single flags. PUSHF and POPF are with the stack. */
export const FLAG = {
  ...instruction("clc", { written: "c", words: { en: "Clears the carry flag.", zh: "进位标志清 0。" } }, { "": "f8" }),
  ...instruction("stc", { written: "c", words: { en: "Sets the carry flag.", zh: "进位标志置 1。" } }, { "": "f9" }),
  ...instruction(
    "cmc",
    { written: "c", read: "c", words: { en: "Inverts the carry flag.", zh: "进位标志取反。" } },
    { "": "f5" },
  ),
  ...instruction(
    "cld",
    { written: "d", words: { en: "Clears DF: strings go upwards.", zh: "DF 清 0：串操作地址递增。" } },
    { "": "fc" },
  ),
  ...instruction(
    "std",
    { written: "d", words: { en: "Sets DF: strings go downwards.", zh: "DF 置 1：串操作地址递减。" } },
    { "": "fd" },
  ),
  ...instruction(
    "cli",
    {
      written: "i",
      cycles: 7,
      checks: [IOPL],
      sensitivity: "control",
      words: {
        en: "Clears IF: external interrupts wait; #GP(0) if CPL > IOPL.",
        zh: "IF 清 0：屏蔽外部中断；CPL 大于 IOPL 则 #GP(0)。",
      },
    },
    { "": "fa" },
  ),
  ...instruction(
    "sti",
    {
      written: "i",
      cycles: 7,
      checks: [IOPL],
      sensitivity: "control",
      words: {
        en: "Sets IF, effective after the next instruction; #GP(0) if CPL > IOPL.",
        zh: "IF 置 1，在下一条指令之后生效；CPL 大于 IOPL 则 #GP(0)。",
      },
    },
    { "": "fb" },
  ),
  ...instruction(
    "lahf",
    {
      read: "szapc",
      cycles: 2,
      words: { en: "Copies SF, ZF, AF, PF, CF to AH.", zh: "把 SF、ZF、AF、PF、CF 复制到 AH。" },
    },
    { "": "o8 9f" },
  ),
  ...instruction(
    "sahf",
    {
      written: "szapc",
      cycles: 2,
      words: { en: "Copies AH to SF, ZF, AF, PF, CF.", zh: "把 AH 复制到 SF、ZF、AF、PF、CF。" },
    },
    { "": "o8 9e" },
  ),
  ...instruction(
    "salc",
    {
      read: "c",
      manual: "SALC (undocumented)",
      words: {
        en: "Fills AL with the carry flag: FF or 00 (undocumented).",
        zh: "用进位标志填充 AL：FF 或 00（未公开指令）。",
      },
    },
    { "": "o8 d6" },
  ),
} as const;
