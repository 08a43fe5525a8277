import { GATE_DPL, instruction, V86_IOPL } from "./define.ts";
import type { Silence } from "./types.ts";

const FAR_SILENCE: Omit<Silence, "whatIf"> = {
  when: "cpl>0",
  robinIrvine: true,
  words: {
    en: "A far transfer is judged by the real CPL against the VMM's descriptors, and its CS carries the real ring; if the checks pass, nothing traps.",
    zh: "远转移按真实的 CPL 和 VMM 的描述符检查，CS 中带有真实的特权级；只要检查通过，就不会陷入。",
  },
};

const INT_SILENCE: Silence = {
  whatIf: "int-traps",
  when: "cpl>0",
  robinIrvine: true,
  words: {
    en: "A software interrupt goes through the real IDT, where the gate's DPL is compared with the real CPL, and pushes the real CS and IF.",
    zh: "软件中断经过真实的 IDT，用真实的 CPL 与门的 DPL 比较，并压入真实的 CS 和 IF。",
  },
};

const IRET_SILENCE: Silence = {
  whatIf: "iret-traps",
  when: "cpl>iopl",
  robinIrvine: false,
  words: {
    en: "With CPL > IOPL, IRET restores neither IF nor IOPL, and does not say so; the interrupt flag that the kernel meant to restore is lost.",
    zh: "CPL 大于 IOPL 时 IRET 既不恢复 IF 也不恢复 IOPL，且没有任何提示；内核想恢复的中断标志丢失了。",
  },
};

const LOOP = { manual: "LOOP/LOOPcc", cycles: 5 } as const;
const RET_PAGE = { manual: "RET" } as const;
const IRET = {
  manual: "IRET/IRETD/IRETQ",
  aliases: ["iret"],
  cycles: 10,
  written: "oszapcidtnv",
  read: "nv",
  checks: [V86_IOPL],
  sensitivity: "mode",
  silent: IRET_SILENCE,
} as const;
const INT_PAGE = { manual: "INT n/INTO/INT3/INT1", written: "itn" } as const;

/** Control transfers, near and far. Jcc is in `rows-conditional.ts`. */
export const FLOW = {
  ...instruction(
    "jmp",
    { words: { en: "Jumps within the code segment.", zh: "段内跳转。" } },
    {
      rel8: "eb",
      rel16: "o16 e9",
      rel32: "o32 e9",
      rm16: "o16 ff /4 c.2",
      rm32: "o32 ff /4 c.2",
    },
  ),
  ...instruction(
    "jmp",
    {
      cycles: 4,
      sensitivity: "mode",
      silent: { ...FAR_SILENCE, whatIf: "jmp-far-traps" },
      words: {
        en: "Jumps to another code segment, through a call gate or to another task.",
        zh: "跳转到另一代码段，可经过调用门，也可切换任务。",
      },
    },
    {
      ptr16_16: "o16 ea",
      ptr16_32: "o32 ea",
      m16_16: "o16 ff /5 mem",
      m16_32: "o32 ff /5 mem",
    },
  ),
  ...instruction(
    "call",
    { words: { en: "Pushes the return address and jumps within the code segment.", zh: "压入返回地址并段内跳转。" } },
    { rel16: "o16 e8", rel32: "o32 e8", rm16: "o16 ff /2 c.2", rm32: "o32 ff /2 c.2" },
  ),
  ...instruction(
    "call",
    {
      cycles: 5,
      sensitivity: "mode",
      silent: { ...FAR_SILENCE, whatIf: "call-far-traps" },
      words: {
        en: "Pushes CS and the return address and goes to another code segment; a call gate may switch to an inner ring and its stack.",
        zh: "压入 CS 和返回地址并转到另一代码段；经过调用门时可以进入内层特权级并切换栈。",
      },
    },
    {
      ptr16_16: "o16 9a",
      ptr16_32: "o32 9a",
      m16_16: "o16 ff /3 mem",
      m16_32: "o32 ff /3 mem",
    },
  ),
  ...instruction(
    "ret",
    {
      ...RET_PAGE,
      aliases: ["retn"],
      cycles: 2,
      words: {
        en: "Pops the return address, then drops so many bytes of arguments.",
        zh: "弹出返回地址，再丢弃指定字节数的参数。",
      },
    },
    { o16: "o16 c3", o32: "o32 c3", imm16_o16: "o16 c2", imm16_o32: "o32 c2" },
  ),
  ...instruction(
    "retf",
    {
      ...RET_PAGE,
      cycles: 4,
      sensitivity: "mode",
      silent: { ...FAR_SILENCE, whatIf: "ret-far-traps" },
      words: {
        en: "Pops EIP and CS; a return to an outer ring also pops ESP and SS and clears data segments of inner rings.",
        zh: "弹出 EIP 和 CS；返回外层特权级时还弹出 ESP 和 SS，并清除内层特权级的数据段寄存器。",
      },
    },
    { o16: "o16 cb", o32: "o32 cb", imm16_o16: "o16 ca", imm16_o32: "o32 ca" },
  ),
  ...instruction(
    "iretw",
    {
      ...IRET,
      words: {
        en: "Pops IP, CS and 16 flags: returns from an interrupt.",
        zh: "弹出 IP、CS 和 16 位标志，从中断返回。",
      },
    },
    { "": "o16 cf" },
  ),
  ...instruction(
    "iretd",
    {
      ...IRET,
      words: {
        en: "Pops EIP, CS and EFLAGS, for an outer ring also ESP and SS: returns from an interrupt.",
        zh: "弹出 EIP、CS 和 EFLAGS，返回外层特权级时还弹出 ESP 和 SS：从中断返回。",
      },
    },
    { "": "o32 cf" },
  ),
  ...instruction(
    "int",
    {
      ...INT_PAGE,
      cycles: 16,
      checks: [V86_IOPL, GATE_DPL],
      sensitivity: "mode",
      silent: INT_SILENCE,
      words: {
        en: "Goes through the gate of that vector in the IDT; #GP if the gate's DPL is below CPL.",
        zh: "经过 IDT 中对应向量的门；门的 DPL 小于 CPL 则 #GP。",
      },
    },
    { imm8: "cd" },
  ),
  ...instruction(
    "int3",
    {
      ...INT_PAGE,
      cycles: 13,
      checks: [GATE_DPL],
      sensitivity: "mode",
      silent: { ...INT_SILENCE, robinIrvine: false },
      words: { en: "Breakpoint trap, vector 3, in one byte.", zh: "单字节断点陷阱，向量 3。" },
    },
    { "": "cc" },
  ),
  ...instruction(
    "into",
    {
      ...INT_PAGE,
      read: "o",
      cycles: 4,
      checks: [GATE_DPL],
      sensitivity: "mode",
      silent: { ...INT_SILENCE, robinIrvine: false },
      words: { en: "Overflow trap, vector 4, if OF is set.", zh: "OF 为 1 时产生溢出陷阱，向量 4。" },
    },
    { "": "ce" },
  ),
  ...instruction(
    "int1",
    {
      ...INT_PAGE,
      aliases: ["icebp"],
      cycles: 13,
      words: { en: "Debug exception, vector 1, whatever the gate's DPL.", zh: "调试异常，向量 1，不检查门的 DPL。" },
    },
    { "": "f1" },
  ),
  ...instruction(
    "bound",
    {
      cycles: 8,
      words: {
        en: "Raises #BR unless the signed index lies between the two bounds in memory.",
        zh: "有符号下标不在内存中的上下界之间则 #BR。",
      },
    },
    { r16_m16and16: "o16 62 /r mem", r32_m32and32: "o32 62 /r mem" },
  ),
  ...instruction(
    "loopne",
    {
      ...LOOP,
      aliases: ["loopnz"],
      read: "z",
      words: {
        en: "Decrements the counter and jumps while it is not 0 and ZF is 0.",
        zh: "计数器减 1，不为 0 且 ZF 为 0 则跳转。",
      },
    },
    { rel8_a16: "a16 e0", rel8_a32: "a32 e0" },
  ),
  ...instruction(
    "loope",
    {
      ...LOOP,
      aliases: ["loopz"],
      read: "z",
      words: {
        en: "Decrements the counter and jumps while it is not 0 and ZF is 1.",
        zh: "计数器减 1，不为 0 且 ZF 为 1 则跳转。",
      },
    },
    { rel8_a16: "a16 e1", rel8_a32: "a32 e1" },
  ),
  ...instruction(
    "loop",
    {
      ...LOOP,
      words: { en: "Decrements the counter and jumps while it is not 0.", zh: "计数器减 1，不为 0 则跳转。" },
    },
    { rel8_a16: "a16 e2", rel8_a32: "a32 e2" },
  ),
  ...instruction(
    "jcxz",
    { manual: "Jcc", cycles: 5, words: { en: "Jumps if CX is 0.", zh: "CX 为 0 则跳转。" } },
    { rel8: "a16 e3" },
  ),
  ...instruction(
    "jecxz",
    { manual: "Jcc", cycles: 5, words: { en: "Jumps if ECX is 0.", zh: "ECX 为 0 则跳转。" } },
    { rel8: "a32 e3" },
  ),
  ...instruction(
    "ud2",
    {
      manual: "UD",
      words: { en: "Raises #UD: an opcode that will never be defined.", zh: "产生 #UD：保证永不定义的操作码。" },
    },
    { "": "0f 0b" },
  ),
} as const;
