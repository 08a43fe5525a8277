import { instruction } from "./define.ts";

/** Data movement within general registers and memory. Segment registers are in `rows-segment.ts`. */
export const MOVE = {
  ...instruction(
    "mov",
    { words: { en: "Copies the source to the destination.", zh: "把源操作数复制到目的操作数。" } },
    {
      al_moffs8: "o8 a0",
      ax_moffs16: "o16 a1",
      eax_moffs32: "o32 a1",
      moffs8_al: "o8 a2",
      moffs16_ax: "o16 a3",
      moffs32_eax: "o32 a3",
      rm8_r8: "o8 88 /r",
      rm16_r16: "o16 89 /r",
      rm32_r32: "o32 89 /r",
      r8_rm8: "o8 8a /r",
      r16_rm16: "o16 8b /r",
      r32_rm32: "o32 8b /r",
      r8op_imm8: "o8 b0 +r",
      r16op_imm16: "o16 b8 +r",
      r32op_imm32: "o32 b8 +r",
      rm8_imm8: "o8 c6 /0",
      rm16_imm16: "o16 c7 /0",
      rm32_imm32: "o32 c7 /0",
    },
  ),
  ...instruction(
    "movzx",
    {
      cycles: 3,
      words: { en: "Copies a narrower source, filling with zeros.", zh: "复制较窄的源操作数，高位补零。" },
    },
    {
      r16_rm8: "o16 0f b6 /r",
      r32_rm8: "o32 0f b6 /r",
      r32_rm16: "o32 0f b7 /r",
      r16_rm16: "o16 0f b7 /r alias",
    },
  ),
  ...instruction(
    "movsx",
    {
      manual: "MOVSX/MOVSXD",
      cycles: 3,
      words: {
        en: "Copies a narrower source, filling with its sign.",
        zh: "复制较窄的源操作数，高位补符号位。",
      },
    },
    {
      r16_rm8: "o16 0f be /r",
      r32_rm8: "o32 0f be /r",
      r32_rm16: "o32 0f bf /r",
      r16_rm16: "o16 0f bf /r alias",
    },
  ),
  ...instruction(
    "xchg",
    {
      cycles: 2,
      words: {
        en: "Exchanges the accumulator with a register.",
        zh: "交换累加器与寄存器。",
      },
      interchangeable: true,
    },
    { ax_r16op: "o16 90 +r", eax_r32op: "o32 90 +r" },
  ),
  ...instruction(
    "xchg",
    {
      cycles: 3,
      words: {
        en: "Exchanges the operands; with memory the bus is locked even without LOCK.",
        zh: "交换两个操作数；涉及内存时即使没有 LOCK 前缀也锁总线。",
      },
      interchangeable: true,
    },
    { r8_rm8: "o8 86 /r lock", r16_rm16: "o16 87 /r lock", r32_rm32: "o32 87 /r lock" },
  ),
  ...instruction(
    "lea",
    {
      words: {
        en: "Loads the offset of the memory operand without accessing memory.",
        zh: "装入内存操作数的有效地址（偏移），不访问内存。",
      },
    },
    { r16_m: "o16 8d /r mem", r32_m: "o32 8d /r mem" },
  ),
  ...instruction(
    "bswap",
    { words: { en: "Reverses the order of the register's four bytes.", zh: "颠倒寄存器四个字节的次序。" } },
    { r32op: "o32 0f c8 +r" },
  ),
  ...instruction(
    "bswap",
    {
      words: {
        en: "With a 16-bit register the result is undefined; processors clear it.",
        zh: "操作数为 16 位寄存器时结果未定义；实际处理器将其清零。",
      },
    },
    { r16op: "o16 0f c8 +r alias" },
  ),
  ...instruction(
    "cbw",
    {
      manual: "CBW/CWDE/CDQE",
      cycles: 3,
      words: { en: "Extends the sign of AL into AX.", zh: "把 AL 符号扩展到 AX。" },
    },
    { "": "o16 98" },
  ),
  ...instruction(
    "cwde",
    {
      manual: "CBW/CWDE/CDQE",
      cycles: 3,
      words: { en: "Extends the sign of AX into EAX.", zh: "把 AX 符号扩展到 EAX。" },
    },
    { "": "o32 98" },
  ),
  ...instruction(
    "cwd",
    {
      manual: "CWD/CDQ/CQO",
      cycles: 2,
      words: { en: "Extends the sign of AX into DX:AX.", zh: "把 AX 符号扩展到 DX:AX。" },
    },
    { "": "o16 99" },
  ),
  ...instruction(
    "cdq",
    {
      manual: "CWD/CDQ/CQO",
      cycles: 2,
      words: { en: "Extends the sign of EAX into EDX:EAX.", zh: "把 EAX 符号扩展到 EDX:EAX。" },
    },
    { "": "o32 99" },
  ),
  ...instruction(
    "nop",
    { words: { en: "Does nothing.", zh: "空操作。" } },
    { "": "90", rm16: "o16 0f 1f /0", rm32: "o32 0f 1f /0" },
  ),
  ...instruction(
    "pause",
    {
      cycles: 4,
      vmx: { exitReason: 40, control: "pause-exiting" },
      words: { en: "Does nothing; says that this is a spin-wait loop.", zh: "空操作，提示处理器这是自旋等待循环。" },
    },
    { "": "f3: 90" },
  ),
  ...instruction(
    "endbr32",
    {
      words: {
        en: "Marks a valid target of an indirect branch; without CET it does nothing.",
        zh: "标记间接转移的合法目标；没有 CET 时为空操作。",
      },
    },
    { "": "f3: 0f 1e fb" },
  ),
} as const;
