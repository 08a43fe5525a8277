import type { Words } from "../../isa/types.ts";

interface Refused {
  readonly reason: Words;
  readonly remedy: Words;
}

/** Refusals that are not of one instruction. */
export const REFUSED = {
  small: {
    reason: { en: "16-bit code: Xen's guests are 32-bit throughout.", zh: "16 位代码：Xen 的客户机全是 32 位。" },
    remedy: { en: "Leave it out under Xen (%ifndef XEN).", zh: "在 Xen 之下略去它（%ifndef XEN）。" },
  },
  mixed: {
    reason: {
      en: "This line of a macro gives a sensitive instruction in some calls and an innocuous one in others.",
      zh: "宏的这一行在有些调用中给出敏感指令，在另一些中给出无害指令。",
    },
    remedy: { en: "Write two macros.", zh: "请写成两个宏。" },
  },
  hidden: {
    reason: {
      en: "The instruction's mnemonic does not stand on this line itself: a macro's parameter or a %define gives it.",
      zh: "指令的助记符不在这一行本身：它来自宏参数或 %define。",
    },
    remedy: { en: "Write the instruction out.", zh: "请直接写出这条指令。" },
  },
  times: {
    reason: {
      en: "TIMES repeats a sensitive instruction; what stands for it is a macro call, which TIMES does not repeat.",
      zh: "TIMES 重复了一条敏感指令；取代它的是宏调用，而 TIMES 不能重复宏调用。",
    },
    remedy: { en: "Use %rep around a line without TIMES.", zh: "请改用 %rep 包住不带 TIMES 的行。" },
  },
  ported: {
    reason: {
      en: "This source already asks whether it is built for Xen: it is a port by hand, or has been through the tool.",
      zh: "这份源代码已经在询问是否为 Xen 构建：它是手工移植，或已经过本工具。",
    },
    remedy: { en: "Run it under paravirtual as it is.", zh: "请直接在半虚拟化下运行它。" },
  },
  name: {
    reason: { en: "The name is one of the wedge's.", zh: "这个名字属于楔子。" },
    remedy: { en: "Give it another name.", zh: "请换一个名字。" },
  },
  long: {
    reason: {
      en: "The image is longer than 7 KiB and begins without a label `start`: the notes that tell Xen of the wedge must lie in its first 8 KiB, but its first byte is its entry.",
      zh: "映像超过 7 KiB，又没有标签 `start`：告诉 Xen 有楔子的注记必须在前 8 KiB 内，而第一个字节却是入口。",
    },
    remedy: { en: "Name the entry `start`.", zh: "请把入口命名为 `start`。" },
  },
  assembly: {
    reason: {
      en: "With calls in place of instructions the source does not assemble; most often a short jump no longer reaches.",
      zh: "指令换成调用之后，源代码无法汇编；多半是短跳转够不着了。",
    },
    remedy: {
      en: "Write the jump at this line so that it may be near (no SHORT, DEC and JNZ for LOOP).",
      zh: "请让这一行的跳转可以是近转移（不写 SHORT；用 DEC 和 JNZ 代替 LOOP）。",
    },
  },
} as const satisfies Record<string, Refused>;
