import type { Words } from "./types.ts";

/** Bits of EFLAGS (SDM Vol. 1, 3.4.3). */
export const FLAG_CF = 1 << 0,
  /** Always 1. */
  FLAG_FIXED = 1 << 1,
  FLAG_PF = 1 << 2,
  FLAG_AF = 1 << 4,
  FLAG_ZF = 1 << 6,
  FLAG_SF = 1 << 7,
  FLAG_TF = 1 << 8,
  FLAG_IF = 1 << 9,
  FLAG_DF = 1 << 10,
  FLAG_OF = 1 << 11,
  FLAG_IOPL = 3 << 12,
  FLAG_NT = 1 << 14,
  FLAG_RF = 1 << 16,
  FLAG_VM = 1 << 17,
  FLAG_AC = 1 << 18,
  FLAG_VIF = 1 << 19,
  FLAG_VIP = 1 << 20,
  FLAG_ID = 1 << 21;
export const FLAG_IOPL_SHIFT = 12;
/** OF, SF, ZF, AF, PF and CF. */
export const FLAGS_ARITHMETIC = FLAG_OF | FLAG_SF | FLAG_ZF | FLAG_AF | FLAG_PF | FLAG_CF;

/** A field of EFLAGS, for those who show it. */
export interface FlagField {
  readonly name: string;
  /** The letter that rows use for it (`Row.flags`), or an empty text. */
  readonly letter: string;
  readonly mask: number;
  /** Lowest bit. */
  readonly shift: number;
  readonly words: Words;
}

const field = (name: string, letter: string, mask: number, en: string, zh: string): FlagField => ({
  name,
  letter,
  mask,
  shift: 31 - Math.clz32(mask & -mask),
  words: { en, zh },
});

/** The fields of EFLAGS from the highest bit to the lowest, as registers are drawn. */
export const FLAG_FIELDS: readonly FlagField[] = [
  field("ID", "", FLAG_ID, "CPUID exists", "支持 CPUID"),
  field("VIP", "", FLAG_VIP, "virtual interrupt pending", "虚拟中断挂起"),
  field("VIF", "", FLAG_VIF, "virtual interrupt flag", "虚拟中断标志"),
  field("AC", "", FLAG_AC, "alignment check at CPL 3", "对齐检查（CPL 3）"),
  field("VM", "v", FLAG_VM, "virtual-8086 mode", "虚拟 8086 模式"),
  field("RF", "", FLAG_RF, "resume: no instruction breakpoint", "恢复标志：不触发指令断点"),
  field("NT", "n", FLAG_NT, "nested task", "嵌套任务"),
  field(
    "IOPL",
    "",
    FLAG_IOPL,
    "I/O privilege level: the highest CPL that may use CLI, STI and ports",
    "I/O 特权级：允许使用 CLI、STI 和端口的最大 CPL",
  ),
  field("OF", "o", FLAG_OF, "signed overflow", "溢出标志"),
  field("DF", "d", FLAG_DF, "direction of strings", "方向标志"),
  field("IF", "i", FLAG_IF, "external interrupts enabled", "中断允许标志"),
  field("TF", "t", FLAG_TF, "single step", "单步陷阱标志"),
  field("SF", "s", FLAG_SF, "sign", "符号标志"),
  field("ZF", "z", FLAG_ZF, "zero", "零标志"),
  field("AF", "a", FLAG_AF, "carry out of bit 3", "辅助进位标志"),
  field("PF", "p", FLAG_PF, "even parity of the low byte", "奇偶标志（低字节偶校验）"),
  field("CF", "c", FLAG_CF, "carry or borrow", "进位标志"),
];
