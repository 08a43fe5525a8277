import type { Words } from "./types.ts";

/** What EIP the handler gets: of the instruction (fault), of the next (trap), nothing reliable (abort). */
export type ExceptionKind = "fault" | "trap" | "abort" | "interrupt";

/** How an exception during the delivery of another is treated (SDM Vol. 3A, table 6-4). */
export type ExceptionClass = "benign" | "contributory" | "page-fault" | "double-fault";

/** An exception vector (SDM Vol. 3A, table 6-1). */
export interface ExceptionFact {
  readonly vector: number;
  /** `#GP`. NMI has `NMI`. */
  readonly mnemonic: string;
  readonly name: string;
  /** #DB is a fault or a trap by its cause; here the kind of single step. */
  readonly kind: ExceptionKind;
  readonly errorCode: boolean;
  readonly class: ExceptionClass;
  readonly words: Words;
}

const exception = (
  vector: number,
  mnemonic: string,
  name: string,
  kind: ExceptionKind,
  errorCode: boolean,
  className: ExceptionClass,
  en: string,
  zh: string,
): ExceptionFact => ({ vector, mnemonic, name, kind, errorCode, class: className, words: { en, zh } });

/** The exceptions that this processor can raise, by vector. */
export const EXCEPTIONS: readonly ExceptionFact[] = [
  exception(
    0,
    "#DE",
    "Divide Error",
    "fault",
    false,
    "contributory",
    "Division by zero, or a quotient that does not fit.",
    "除数为零，或商放不下。",
  ),
  exception(
    1,
    "#DB",
    "Debug Exception",
    "trap",
    false,
    "benign",
    "A single step, a breakpoint register, or INT1.",
    "单步、断点寄存器命中或 INT1。",
  ),
  exception(
    2,
    "NMI",
    "Nonmaskable Interrupt",
    "interrupt",
    false,
    "benign",
    "An interrupt that IF does not mask.",
    "不受 IF 屏蔽的中断。",
  ),
  exception(3, "#BP", "Breakpoint", "trap", false, "benign", "INT3.", "INT3 断点指令。"),
  exception(4, "#OF", "Overflow", "trap", false, "benign", "INTO with OF set.", "OF 为 1 时执行 INTO。"),
  exception(
    5,
    "#BR",
    "BOUND Range Exceeded",
    "fault",
    false,
    "benign",
    "BOUND with an index out of bounds.",
    "BOUND 的下标越界。",
  ),
  exception(
    6,
    "#UD",
    "Invalid Opcode",
    "fault",
    false,
    "benign",
    "An opcode that does not exist, or not in this mode.",
    "操作码不存在，或在当前模式下无效。",
  ),
  exception(
    7,
    "#NM",
    "Device Not Available",
    "fault",
    false,
    "benign",
    "A floating-point instruction without a unit, or with TS set.",
    "没有浮点单元或 TS 置位时执行浮点指令。",
  ),
  exception(
    8,
    "#DF",
    "Double Fault",
    "abort",
    true,
    "double-fault",
    "An exception while another was being delivered.",
    "在交付一个异常时又发生了异常。",
  ),
  exception(
    10,
    "#TS",
    "Invalid TSS",
    "fault",
    true,
    "contributory",
    "A TSS, or a stack in it, that cannot be used.",
    "TSS 或其中的栈无法使用。",
  ),
  exception(
    11,
    "#NP",
    "Segment Not Present",
    "fault",
    true,
    "contributory",
    "A descriptor whose present bit is clear.",
    "描述符的存在位为 0。",
  ),
  exception(
    12,
    "#SS",
    "Stack-Segment Fault",
    "fault",
    true,
    "contributory",
    "The stack's limit, or a stack segment that is not present.",
    "超出栈段界限，或栈段不存在。",
  ),
  exception(
    13,
    "#GP",
    "General Protection",
    "fault",
    true,
    "contributory",
    "A privileged instruction outside ring 0, a limit, a type or a privilege violated.",
    "在 0 环之外执行特权指令，或违反段界限、类型、特权级检查。",
  ),
  exception(
    14,
    "#PF",
    "Page Fault",
    "fault",
    true,
    "page-fault",
    "A page that is not present or does not allow the access; CR2 has the address.",
    "页不存在或不允许该访问；CR2 中为线性地址。",
  ),
  exception(
    16,
    "#MF",
    "x87 Floating-Point Error",
    "fault",
    false,
    "benign",
    "A pending floating-point error.",
    "挂起的浮点错误。",
  ),
  exception(
    17,
    "#AC",
    "Alignment Check",
    "fault",
    true,
    "benign",
    "A misaligned access at CPL 3 with CR0.AM and EFLAGS.AC set.",
    "CR0.AM 与 EFLAGS.AC 置位时，CPL 3 的未对齐访问。",
  ),
  exception(18, "#MC", "Machine Check", "abort", false, "benign", "An error of the hardware.", "硬件错误。"),
];

const BY_VECTOR = new Map(EXCEPTIONS.map((fact) => [fact.vector, fact]));

/** The exception of a vector (0 to 31), or undefined where none is defined. */
export function exceptionByVector(vector: number): ExceptionFact | undefined {
  return BY_VECTOR.get(vector);
}

/** `#GP` for 13, `NMI` for 2, `INT 80h` for other vectors. */
export function vectorName(vector: number): string {
  return BY_VECTOR.get(vector)?.mnemonic ?? `INT ${vector.toString(16).toUpperCase().padStart(2, "0")}h`;
}

/** Bits of a selector error code (SDM Vol. 3A, 6.13). */
export const ERROR_EXT = 1 << 0;
export const ERROR_IDT = 1 << 1;
export const ERROR_TI = 1 << 2;
