import type { Words } from "./types.ts";

/** One of the sixteen conditions of Jcc, SETcc and CMOVcc; its position in the list is the opcode's low four bits. */
export interface Condition {
  /** The letters that NASM's disassembler would print: `e` of `je`. */
  readonly code: string;
  readonly aliases: readonly string[];
  /** Flags it reads, letters of `oszapc`. */
  readonly read: string;
  readonly words: Words;
}

export const CONDITIONS = [
  { code: "o", aliases: [], read: "o", words: { en: "overflow (OF = 1)", zh: "溢出（OF = 1）" } },
  { code: "no", aliases: [], read: "o", words: { en: "no overflow (OF = 0)", zh: "无溢出（OF = 0）" } },
  {
    code: "b",
    aliases: ["c", "nae"],
    read: "c",
    words: { en: "below, unsigned (CF = 1)", zh: "无符号小于（CF = 1）" },
  },
  {
    code: "ae",
    aliases: ["nc", "nb"],
    read: "c",
    words: { en: "above or equal, unsigned (CF = 0)", zh: "无符号大于或等于（CF = 0）" },
  },
  { code: "e", aliases: ["z"], read: "z", words: { en: "equal (ZF = 1)", zh: "相等（ZF = 1）" } },
  { code: "ne", aliases: ["nz"], read: "z", words: { en: "not equal (ZF = 0)", zh: "不相等（ZF = 0）" } },
  {
    code: "be",
    aliases: ["na"],
    read: "cz",
    words: { en: "below or equal, unsigned (CF = 1 or ZF = 1)", zh: "无符号小于或等于（CF = 1 或 ZF = 1）" },
  },
  {
    code: "a",
    aliases: ["nbe"],
    read: "cz",
    words: { en: "above, unsigned (CF = 0 and ZF = 0)", zh: "无符号大于（CF = 0 且 ZF = 0）" },
  },
  { code: "s", aliases: [], read: "s", words: { en: "negative (SF = 1)", zh: "为负（SF = 1）" } },
  { code: "ns", aliases: [], read: "s", words: { en: "not negative (SF = 0)", zh: "非负（SF = 0）" } },
  { code: "p", aliases: ["pe"], read: "p", words: { en: "parity even (PF = 1)", zh: "偶校验（PF = 1）" } },
  { code: "np", aliases: ["po"], read: "p", words: { en: "parity odd (PF = 0)", zh: "奇校验（PF = 0）" } },
  { code: "l", aliases: ["nge"], read: "so", words: { en: "less, signed (SF ≠ OF)", zh: "有符号小于（SF ≠ OF）" } },
  {
    code: "ge",
    aliases: ["nl"],
    read: "so",
    words: { en: "greater or equal, signed (SF = OF)", zh: "有符号大于或等于（SF = OF）" },
  },
  {
    code: "le",
    aliases: ["ng"],
    read: "szo",
    words: { en: "less or equal, signed (ZF = 1 or SF ≠ OF)", zh: "有符号小于或等于（ZF = 1 或 SF ≠ OF）" },
  },
  {
    code: "g",
    aliases: ["nle"],
    read: "szo",
    words: { en: "greater, signed (ZF = 0 and SF = OF)", zh: "有符号大于（ZF = 0 且 SF = OF）" },
  },
] as const satisfies readonly Condition[];

/** The condition codes as a literal type: `o`, `no`, `b`, ... */
export type ConditionCode = (typeof CONDITIONS)[number]["code"];
