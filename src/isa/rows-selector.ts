import { CPL0, instruction, PROTECTED_MODE, UMIP } from "./define.ts";
import type { Silence, Words } from "./types.ts";

const TABLE_EXIT = { exitReason: 47, control: "descriptor-table-exiting" } as const;

const silence = (mnemonic: string, words: Words): Silence => ({
  whatIf: `${mnemonic}-traps`,
  when: "cpl>0",
  robinIrvine: true,
  words,
});

const VISIBLE: Words = {
  en: "Whether a descriptor is visible, and what it says, depends on the real CPL and the VMM's table, and no fault tells.",
  zh: "描述符是否可见、内容是什么，取决于真实的 CPL 和 VMM 的描述符表，而且没有异常提示。",
};

/** Instructions that take a selector and look at its descriptor. */
export const SELECTOR = {
  ...instruction(
    "sldt",
    {
      cycles: 2,
      checks: [PROTECTED_MODE, UMIP],
      sensitivity: "location",
      silent: silence("sldt", {
        en: "SLDT stores the real LDT selector at any CPL; a deprivileged guest reads the VMM's.",
        zh: "SLDT 在任何 CPL 都存出真实的 LDT 选择子；被降权的客户机读到的是 VMM 的。",
      }),
      vmx: TABLE_EXIT,
      words: { en: "Stores the selector of the LDT.", zh: "存储 LDT 的段选择子。" },
    },
    { r16m16: "o16 0f 00 /0", r32m16: "o32 0f 00 /0" },
  ),
  ...instruction(
    "str",
    {
      cycles: 2,
      checks: [PROTECTED_MODE, UMIP],
      sensitivity: "location",
      silent: silence("str", {
        en: "STR stores the real task register at any CPL; a deprivileged guest reads the selector of the VMM's TSS.",
        zh: "STR 在任何 CPL 都存出真实的任务寄存器；被降权的客户机读到的是 VMM 的 TSS 选择子。",
      }),
      vmx: TABLE_EXIT,
      words: { en: "Stores the selector of the current TSS.", zh: "存储当前 TSS 的段选择子。" },
    },
    { r16m16: "o16 0f 00 /1", r32m16: "o32 0f 00 /1" },
  ),
  ...instruction(
    "lldt",
    {
      cycles: 9,
      checks: [PROTECTED_MODE, CPL0],
      sensitivity: "control",
      vmx: TABLE_EXIT,
      words: { en: "Loads the LDT register from a GDT selector.", zh: "用 GDT 中的选择子装入 LDTR。" },
    },
    { rm16: "0f 00 /2" },
  ),
  ...instruction(
    "ltr",
    {
      cycles: 10,
      checks: [PROTECTED_MODE, CPL0],
      sensitivity: "control",
      vmx: TABLE_EXIT,
      words: { en: "Loads the task register and marks its TSS busy.", zh: "装入任务寄存器 TR，并把其 TSS 标为忙。" },
    },
    { rm16: "0f 00 /3" },
  ),
  ...instruction(
    "verr",
    {
      manual: "VERR/VERW",
      written: "z",
      cycles: 7,
      checks: [PROTECTED_MODE],
      sensitivity: "mode",
      silent: silence("verr", VISIBLE),
      words: {
        en: "ZF says whether the segment could be read from this ring.",
        zh: "用 ZF 表示当前特权级能否读该段。",
      },
    },
    { rm16: "0f 00 /4" },
  ),
  ...instruction(
    "verw",
    {
      manual: "VERR/VERW",
      written: "z",
      cycles: 7,
      checks: [PROTECTED_MODE],
      sensitivity: "mode",
      silent: silence("verw", VISIBLE),
      words: {
        en: "ZF says whether the segment could be written from this ring.",
        zh: "用 ZF 表示当前特权级能否写该段。",
      },
    },
    { rm16: "0f 00 /5" },
  ),
  ...instruction(
    "lar",
    {
      written: "z",
      cycles: 8,
      checks: [PROTECTED_MODE],
      sensitivity: "mode",
      silent: silence("lar", VISIBLE),
      words: {
        en: "Loads the access rights of a descriptor, if it is visible from this ring; ZF says so.",
        zh: "若当前特权级可见，则装入描述符的访问权限；用 ZF 表示是否成功。",
      },
    },
    { r16_r16m16: "o16 0f 02 /r", r32_r32m16: "o32 0f 02 /r" },
  ),
  ...instruction(
    "lsl",
    {
      written: "z",
      cycles: 8,
      checks: [PROTECTED_MODE],
      sensitivity: "mode",
      silent: silence("lsl", VISIBLE),
      words: {
        en: "Loads the limit of a segment in bytes, if it is visible from this ring; ZF says so.",
        zh: "若当前特权级可见，则装入段界限（字节）；用 ZF 表示是否成功。",
      },
    },
    { r16_r16m16: "o16 0f 03 /r", r32_r32m16: "o32 0f 03 /r" },
  ),
  ...instruction(
    "arpl",
    {
      written: "z",
      cycles: 7,
      checks: [PROTECTED_MODE],
      words: {
        en: "Raises the RPL of the destination selector to that of the source if it is lower; ZF says so.",
        zh: "若目的选择子的 RPL 小于源选择子的，则提高到相同；用 ZF 表示。",
      },
    },
    { rm16_r16: "63 /r" },
  ),
} as const;
