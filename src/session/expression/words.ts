import type { Words } from "../../isa/types.ts";

/** What may be wrong with an expression, in words. */
export const problems = {
  empty: (): Words => ({
    en: "There is no expression: try eax, [counter], or IF == 0 && cpl == 3.",
    zh: "表达式为空：可以写 eax、[counter]，或 IF == 0 && cpl == 3。",
  }),
  badCharacter: (text: string): Words => ({
    en: `“${text}” has no meaning in an expression.`,
    zh: `表达式中不能出现“${text}”。`,
  }),
  badNumber: (text: string): Words => ({
    en: `“${text}” is no number: write 42, 0x2a, 2ah or 0b101010.`,
    zh: `“${text}”不是数：请写 42、0x2a、2ah 或 0b101010。`,
  }),
  tooLarge: (text: string): Words => ({
    en: `${text} does not fit in 32 bits.`,
    zh: `${text} 超出 32 位。`,
  }),
  badCharacterConstant: (): Words => ({
    en: "A character constant is one to four characters between quotes: 'A'.",
    zh: "字符常量是引号中的一到四个字符，例如 'A'。",
  }),
  expected: (what: string, found: string | null): Words => ({
    en: found === null ? `Expected ${what} here.` : `Expected ${what}, but found “${found}”.`,
    zh: found === null ? `此处应为 ${what}。` : `此处应为 ${what}，却是“${found}”。`,
  }),
  expectedOperand: (found: string | null): Words => ({
    en: `Expected a register, number, symbol or [address]${found === null ? " here" : `, but found “${found}”`}.`,
    zh: `此处应为寄存器、数、符号或 [地址]${found === null ? "" : `，却是“${found}”`}。`,
  }),
  extra: (found: string): Words => ({
    en: `The expression ends before “${found}”: is an operator missing?`,
    zh: `表达式在“${found}”之前已经结束：是否缺少运算符？`,
  }),
  tooLong: (): Words => ({ en: "The expression is too long or too deeply nested.", zh: "表达式过长或嵌套过深。" }),
  unknownName: (name: string, suggestion: string | null): Words => ({
    en: `“${name}” is no register, flag or symbol of this program.${suggestion === null ? "" : ` Did you mean ${suggestion}?`}`,
    zh: `“${name}”不是寄存器、标志，也不是本程序的符号。${suggestion === null ? "" : `是不是 ${suggestion}？`}`,
  }),
  notASegment: (name: string): Words => ({
    en: `“${name}” is no segment register: one of cs, ds, es, fs, gs, ss stands before the colon.`,
    zh: `“${name}”不是段寄存器：冒号前应为 cs、ds、es、fs、gs 或 ss。`,
  }),
  unmapped: (address: string, physical: boolean): Words => ({
    en: physical ? `There is no memory at ${address}.` : `Nothing is mapped at ${address}.`,
    zh: physical ? `${address} 处没有内存。` : `${address} 处没有映射。`,
  }),
  divisionByZero: (): Words => ({ en: "Division by zero.", zh: "除以零。" }),
  noAddress: (): Words => ({
    en: "& takes the address of a symbol or of [memory] only.",
    zh: "& 只能取符号或 [内存] 的地址。",
  }),
  noVmcs: (): Words => ({ en: "There is no current VMCS here.", zh: "此处没有当前 VMCS。" }),
  noHits: (): Words => ({ en: "“hits” has a meaning in a breakpoint only.", zh: "hits 只在断点中有意义。" }),
} as const;

/** An error while an expression is read or evaluated. */
export class ExpressionError extends Error {
  readonly words: Words;
  readonly column: number;
  readonly end: number;

  constructor(words: Words, column: number, end: number) {
    super(words.en);
    this.words = words;
    this.column = column;
    this.end = Math.max(end, column + 1);
  }
}
