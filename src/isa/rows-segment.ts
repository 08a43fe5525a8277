import { type About, type Forms, instruction, VALID_REGISTER } from "./define.ts";
import type { Silence } from "./types.ts";

const FROM_SREG: Silence = {
  whatIf: "mov-sreg-traps",
  when: "cpl>0",
  robinIrvine: true,
  words: {
    en: "Reading CS or SS shows the real privilege level in its low two bits, and no fault tells the VMM.",
    zh: "读取 CS 或 SS 会在最低两位暴露真实的特权级，而且没有异常通知 VMM。",
  },
};

const TO_SREG: Silence = {
  whatIf: "mov-sreg-traps",
  when: "cpl>0",
  robinIrvine: true,
  words: {
    en: "The load is checked against the real CPL and fills the hidden part from the VMM's table; if that passes, nothing traps.",
    zh: "装入时按真实的 CPL 检查，隐藏部分取自 VMM 的描述符表；只要检查通过，就不会陷入。",
  },
};

const PUSH_SREG: Silence = {
  ...FROM_SREG,
  whatIf: "push-sreg-traps",
};
const POP_SREG: Silence = { ...TO_SREG, whatIf: "pop-sreg-traps" };
const LOAD_POINTER: Silence = { ...TO_SREG, whatIf: "lds-traps", robinIrvine: false };

type SegmentName = "es" | "cs" | "ss" | "ds" | "fs" | "gs";

/** PUSH of a segment register in both operand sizes. Only CS and SS carry the CPL, so only they are sensitive. */
function pushSegment<S extends SegmentName>(name: S, opcode: string): Forms<"push", `${S}_o16` | `${S}_o32`> {
  const showsRing = name === "cs" || name === "ss";
  const about: About = {
    ...(showsRing ? { sensitivity: "mode", silent: PUSH_SREG } : {}),
    words: {
      en: `Pushes the selector in ${name.toUpperCase()}.`,
      zh: `把 ${name.toUpperCase()} 中的段选择子压栈。`,
    },
  };
  return instruction<"push", `${S}_o16` | `${S}_o32`>("push", about, {
    [`${name}_o16`]: `o16 ${opcode}`,
    [`${name}_o32`]: `o32 ${opcode}`,
  } as Record<`${S}_o16` | `${S}_o32`, string>);
}

/** POP to a segment register in both operand sizes. */
function popSegment<S extends SegmentName>(name: S, opcode: string): Forms<"pop", `${S}_o16` | `${S}_o32`> {
  const shadow = name === "ss" ? "; the next instruction is shielded from interrupts" : "";
  const shadowZh = name === "ss" ? "；下一条指令之前不响应中断" : "";
  const about: About = {
    cycles: 3,
    sensitivity: "mode",
    silent: POP_SREG,
    words: {
      en: `Pops a selector into ${name.toUpperCase()} and loads its descriptor${shadow}.`,
      zh: `弹出段选择子到 ${name.toUpperCase()}，并装入其描述符${shadowZh}。`,
    },
  };
  return instruction<"pop", `${S}_o16` | `${S}_o32`>("pop", about, {
    [`${name}_o16`]: `o16 ${opcode}`,
    [`${name}_o32`]: `o32 ${opcode}`,
  } as Record<`${S}_o16` | `${S}_o32`, string>);
}

type PointerForm = "r16_m16_16" | "r32_m16_32";

/** LDS and its kin: a far pointer from memory into a segment register and a general one. */
function loadPointer<M extends string>(mnemonic: M, opcode: string): Forms<M, PointerForm> {
  const name = mnemonic.slice(1).toUpperCase();
  return instruction<M, PointerForm>(
    mnemonic,
    {
      manual: "LDS/LES/LFS/LGS/LSS",
      cycles: 4,
      sensitivity: "mode",
      silent: LOAD_POINTER,
      words: {
        en: `Loads ${name} and a general register from a far pointer in memory.`,
        zh: `从内存中的远指针装入 ${name} 和通用寄存器。`,
      },
    },
    { r16_m16_16: `o16 ${opcode} /r mem`, r32_m16_32: `o32 ${opcode} /r mem` },
  );
}

/** Segment registers: MOV, PUSH, POP, LDS and kin. */
export const SEGMENT = {
  ...instruction(
    "mov",
    {
      checks: [VALID_REGISTER],
      sensitivity: "mode",
      silent: FROM_SREG,
      words: {
        en: "Copies the selector in a segment register; a 32-bit register is filled with zeros.",
        zh: "复制段寄存器中的选择子；目的为 32 位寄存器时高位补零。",
      },
    },
    { r16m16_sreg: "o16 8c /r", r32m16_sreg: "o32 8c /r" },
  ),
  ...instruction(
    "mov",
    {
      checks: [VALID_REGISTER],
      cycles: 3,
      sensitivity: "mode",
      silent: TO_SREG,
      words: {
        en: "Loads a segment register and, in protected mode, its descriptor; CS cannot be loaded so.",
        zh: "装入段寄存器，保护模式下同时装入其描述符；不能这样装入 CS。",
      },
    },
    { sreg_rm16: "8e /r" },
  ),
  ...pushSegment("es", "06"),
  ...pushSegment("cs", "0e"),
  ...pushSegment("ss", "16"),
  ...pushSegment("ds", "1e"),
  ...pushSegment("fs", "0f a0"),
  ...pushSegment("gs", "0f a8"),
  ...popSegment("es", "07"),
  ...popSegment("ss", "17"),
  ...popSegment("ds", "1f"),
  ...popSegment("fs", "0f a1"),
  ...popSegment("gs", "0f a9"),
  ...loadPointer("les", "c4"),
  ...loadPointer("lds", "c5"),
  ...loadPointer("lss", "0f b2"),
  ...loadPointer("lfs", "0f b4"),
  ...loadPointer("lgs", "0f b5"),
} as const;
