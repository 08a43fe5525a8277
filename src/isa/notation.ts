import { operandText } from "./rows.ts";
import type { OperandKind, Row, Words } from "./types.ts";

const hex = (value: number) => value.toString(16).padStart(2, "0").toUpperCase();

/** Operands as the manual writes them: `r/m32, imm8`; empty where there are none. */
export function operandsText(row: Row): string {
  return row.operands.map(operandText).join(", ");
}

/** The encoding as the manual writes it: `0F 01 /4`, `66 | 50+r`, `04 ib`. */
export function encodingText(row: Row): string {
  const opcode = row.opcode.map(hex);
  if (row.plusR) opcode[opcode.length - 1] += "+r";
  const prefix = row.prefix === null ? [] : [row.prefix === 0 ? "NP" : hex(row.prefix)];
  const parts = [...prefix, ...opcode];
  if (row.modrm !== null) parts.push(`/${row.modrm}`);
  for (const kind of row.operands) {
    const immediate = /^s?imm(8|16|32)$/.exec(kind)?.[1];
    const relative = /^rel(8|16|32)$/.exec(kind)?.[1];
    const letter = (bits: string) => ({ "8": "b", "16": "w", "32": "d" })[bits]!;
    if (immediate) parts.push(`i${letter(immediate)}`);
    else if (relative) parts.push(`c${letter(relative)}`);
    else if (kind.startsWith("ptr16")) parts.push(kind === "ptr16_16" ? "cd" : "cp");
    else if (kind.startsWith("moffs")) parts.push("mo");
  }
  return parts.join(" ");
}

const NAMED: Partial<Record<OperandKind, Words>> = {
  m: { en: "an address in memory, of no size", zh: "内存地址，不论宽度" },
  m48: { en: "6 bytes of memory: limit, then base", zh: "6 字节内存：先界限，后基址" },
  m64p: { en: "64 bits of memory: a physical address", zh: "64 位内存：存有物理地址" },
  m128: { en: "16 bytes of memory: what to invalidate", zh: "16 字节内存：说明要使什么失效" },
  m16and16: { en: "two words of memory: the bounds", zh: "内存中的两个字：上下界" },
  m32and32: { en: "two double words of memory: the bounds", zh: "内存中的两个双字：上下界" },
  sreg: { en: "a segment register", zh: "段寄存器" },
  cr: { en: "a control register: CR0, CR2, CR3 or CR4", zh: "控制寄存器：CR0、CR2、CR3 或 CR4" },
  dr: { en: "a debug register", zh: "调试寄存器" },
  one: { en: "the number 1", zh: "数字 1" },
};

/** What an operand of that kind may be, in words. Widths are in bits. */
export function operandWords(kind: OperandKind): Words {
  const named = NAMED[kind];
  if (named !== undefined) return named;
  const bits = /(\d+)(?:op|rm)?$/.exec(kind)?.[1] ?? "";
  if (/^rm\d/.test(kind)) return { en: `a ${bits}-bit register, or memory`, zh: `${bits} 位寄存器或内存` };
  if (/^r\d+m\d+$/.test(kind)) {
    const [, register, memory] = /^r(\d+)m(\d+)$/.exec(kind)!;
    return {
      en: `a ${register}-bit register, or ${memory} bits of memory`,
      zh: `${register} 位寄存器，或 ${memory} 位内存`,
    };
  }
  if (/^r\d/.test(kind)) return { en: `a ${bits}-bit register`, zh: `${bits} 位寄存器` };
  if (kind.startsWith("simm")) {
    return { en: "a number from -128 to 127, sign-extended", zh: "-128 到 127 的数，按符号扩展" };
  }
  if (kind.startsWith("imm")) return { en: `a number of ${bits} bits`, zh: `${bits} 位的数` };
  if (kind === "rel8") return { en: "a label at most 127 bytes away", zh: "标号，相距至多 127 字节" };
  if (kind.startsWith("rel")) return { en: "a label", zh: "标号" };
  if (kind.startsWith("moffs")) return { en: "memory at a fixed address", zh: "固定地址处的内存" };
  if (kind.startsWith("ptr16")) return { en: "selector:offset, both numbers", zh: "选择子:偏移，均为数" };
  if (kind.startsWith("m16_")) return { en: "memory that holds offset, then selector", zh: "存有偏移和选择子的内存" };
  if (/^m\d/.test(kind)) return { en: `${bits} bits of memory`, zh: `${bits} 位内存` };
  const name = kind.toUpperCase();
  return { en: `the register ${name}`, zh: `寄存器 ${name}` };
}
