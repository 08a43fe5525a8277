import { instruction, V86_IOPL } from "./define.ts";
import type { Silence } from "./types.ts";

const PUSHF_SILENCE: Silence = {
  whatIf: "pushf-traps",
  when: "cpl>iopl",
  robinIrvine: true,
  words: {
    en: "PUSHF stores the real IF and IOPL without a fault; a deprivileged kernel reads the VMM's interrupt flag where it expects its own.",
    zh: "PUSHF 不产生异常，直接压入真实的 IF 和 IOPL；被降权的内核读到的是 VMM 的中断标志，而不是自己的。",
  },
};

const POPF_SILENCE: Silence = {
  whatIf: "popf-traps",
  when: "cpl>iopl",
  robinIrvine: true,
  words: {
    en: "Outside ring 0 POPF may not change IF (unless CPL <= IOPL) nor IOPL. The processor leaves them as they are and does not fault, so the VMM never learns what the kernel wanted.",
    zh: "在环 0 之外，POPF 不能改变 IF（除非 CPL 不大于 IOPL），也不能改变 IOPL。处理器保持它们不变，而且不产生异常，所以 VMM 无从得知内核的意图。",
  },
};

const PUSHF = {
  manual: "PUSHF/PUSHFD/PUSHFQ",
  aliases: ["pushf"],
  cycles: 3,
  read: "oszapcidtnv",
  checks: [V86_IOPL],
  sensitivity: "mode",
  silent: PUSHF_SILENCE,
} as const;

const POPF = {
  manual: "POPF/POPFD/POPFQ",
  aliases: ["popf"],
  cycles: 4,
  written: "oszapcidtn",
  read: "v",
  checks: [V86_IOPL],
  sensitivity: "mode",
  silent: POPF_SILENCE,
} as const;

/** The stack, without segment registers (`rows-segment.ts`) and control transfers (`rows-flow.ts`). */
export const STACK = {
  ...instruction(
    "push",
    { words: { en: "Lowers ESP and stores the operand there.", zh: "ESP 下移，把操作数压入栈。" } },
    {
      r16op: "o16 50 +r",
      r32op: "o32 50 +r",
      rm16: "o16 ff /6 c.2",
      rm32: "o32 ff /6 c.2",
      simm8_o16: "o16 6a",
      simm8_o32: "o32 6a",
      imm16: "o16 68",
      imm32: "o32 68",
    },
  ),
  ...instruction(
    "pop",
    {
      words: { en: "Loads the operand from the top of the stack and raises ESP.", zh: "从栈顶弹出操作数，ESP 上移。" },
    },
    {
      r16op: "o16 58 +r",
      r32op: "o32 58 +r",
      rm16: "o16 8f /0 c.3",
      rm32: "o32 8f /0 c.3",
    },
  ),
  ...instruction(
    "pushaw",
    {
      manual: "PUSHA/PUSHAD",
      aliases: ["pusha"],
      cycles: 5,
      words: { en: "Pushes the eight 16-bit registers.", zh: "依次压入八个 16 位通用寄存器。" },
    },
    { "": "o16 60" },
  ),
  ...instruction(
    "pushad",
    {
      manual: "PUSHA/PUSHAD",
      aliases: ["pusha"],
      cycles: 5,
      words: { en: "Pushes the eight 32-bit registers.", zh: "依次压入八个 32 位通用寄存器。" },
    },
    { "": "o32 60" },
  ),
  ...instruction(
    "popaw",
    {
      manual: "POPA/POPAD",
      aliases: ["popa"],
      cycles: 5,
      words: {
        en: "Pops seven 16-bit registers; the image of SP is skipped.",
        zh: "弹出七个 16 位通用寄存器，跳过 SP 的映像。",
      },
    },
    { "": "o16 61" },
  ),
  ...instruction(
    "popad",
    {
      manual: "POPA/POPAD",
      aliases: ["popa"],
      cycles: 5,
      words: {
        en: "Pops seven 32-bit registers; the image of ESP is skipped.",
        zh: "弹出七个 32 位通用寄存器，跳过 ESP 的映像。",
      },
    },
    { "": "o32 61" },
  ),
  ...instruction(
    "pushfw",
    { ...PUSHF, words: { en: "Pushes the low 16 bits of EFLAGS.", zh: "压入 EFLAGS 的低 16 位。" } },
    { "": "o16 9c" },
  ),
  ...instruction(
    "pushfd",
    {
      ...PUSHF,
      words: { en: "Pushes EFLAGS, with VM and RF shown as 0.", zh: "压入 EFLAGS，其中 VM 和 RF 显示为 0。" },
    },
    { "": "o32 9c" },
  ),
  ...instruction(
    "popfw",
    {
      ...POPF,
      words: {
        en: "Loads the low 16 flags from the stack, as far as the ring allows: IF if CPL <= IOPL, IOPL at CPL 0.",
        zh: "从栈弹出低 16 位标志，按特权级写入：CPL ≤ IOPL 时写 IF，CPL 为 0 时写 IOPL。",
      },
    },
    { "": "o16 9d" },
  ),
  ...instruction(
    "popfd",
    {
      ...POPF,
      words: {
        en: "Loads EFLAGS from the stack, as far as the ring allows: IF if CPL <= IOPL, IOPL at CPL 0.",
        zh: "从栈弹出 EFLAGS，按特权级写入：CPL ≤ IOPL 时写 IF，CPL 为 0 时写 IOPL。",
      },
    },
    { "": "o32 9d" },
  ),
  ...instruction(
    "enter",
    {
      cycles: 11,
      words: {
        en: "Makes a stack frame: pushes EBP, copies the frame pointers of enclosing levels, reserves bytes.",
        zh: "建立栈帧：压入 EBP，复制外层的帧指针，并预留若干字节。",
      },
    },
    { imm16_imm8_o16: "o16 c8", imm16_imm8_o32: "o32 c8" },
  ),
  ...instruction(
    "leave",
    {
      cycles: 3,
      words: { en: "Drops a stack frame: ESP from EBP, then pops EBP.", zh: "撤销栈帧：ESP 取自 EBP，再弹出 EBP。" },
    },
    { o16: "o16 c9", o32: "o32 c9" },
  ),
} as const;
