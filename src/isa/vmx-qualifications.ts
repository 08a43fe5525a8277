import { REGISTERS_32, SEGMENT_REGISTERS } from "./registers.ts";
import type { Words } from "./types.ts";
import { interruptionOf } from "./vmx-events.ts";
import { ENTRY_FAILURES, wordsOf } from "./vmx-exits.ts";

/** Exit qualifications and instruction information, bit by bit (SDM Vol. 3C, 28.2.1 and 28.2.5). */

/** One part of a field, for an inspector. */
export interface Part {
  readonly name: Words;
  readonly value: Words;
}

/** CR access: bits 3:0 the register, 5:4 how. */
export const CR_ACCESS_SHIFT = 4,
  CR_MOV_TO = 0,
  CR_MOV_FROM = 1,
  CR_CLTS = 2,
  CR_LMSW = 3,
  CR_LMSW_MEMORY = 1 << 6,
  /** The general register of MOV to and from control and debug registers. */
  MOV_REGISTER_SHIFT = 8,
  CR_LMSW_SOURCE_SHIFT = 16;

/** MOV DR: bits 2:0 the register, and whether it is read. */
export const DR_MOV_FROM = 1 << 4;

/** I/O: bits 2:0 the size less one. */
export const IO_IN = 1 << 3,
  IO_STRING = 1 << 4,
  IO_REP = 1 << 5,
  IO_IMMEDIATE = 1 << 6,
  IO_PORT_SHIFT = 16;

/** EPT violations: what was tried, what the entries allow, and for what. */
export const EPT_READ = 1 << 0,
  EPT_WRITE = 1 << 1,
  EPT_FETCH = 1 << 2,
  EPT_READABLE = 1 << 3,
  EPT_WRITABLE = 1 << 4,
  EPT_EXECUTABLE = 1 << 5,
  EPT_LINEAR_VALID = 1 << 7,
  /** The access itself; 0: to a paging structure of the guest on the way. */
  EPT_TRANSLATED = 1 << 8,
  EPT_NMI_UNBLOCKING = 1 << 12;

/** Task switches: bits 15:0 the selector, 31:30 by what. */
export const TASK_SOURCE_SHIFT = 30,
  TASK_CALL = 0,
  TASK_IRET = 1,
  TASK_JMP = 2,
  TASK_GATE = 3;

/** #DB. */
const DEBUG_BD = 1 << 13;
const DEBUG_BS = 1 << 14;

const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`;
const same = (text: string): Words => ({ en: text, zh: text });
const part = (en: string, zh: string, value: Words | string): Part => ({
  name: { en, zh },
  value: typeof value === "string" ? same(value) : value,
});
const registerName = (number: number): string => (REGISTERS_32[number & 7] as string).toUpperCase();
const YES: Words = { en: "yes", zh: "是" };
const NO: Words = { en: "no", zh: "否" };
const yes = (set: boolean): Words => (set ? YES : NO);

function list(parts: readonly (readonly [boolean, Words])[]): Words {
  const set = parts.filter(([is]) => is).map(([, words]) => words);
  if (set.length === 0) return { en: "none", zh: "无" };
  return { en: set.map(({ en }) => en).join(", "), zh: set.map(({ zh }) => zh).join("、") };
}

const READ: Words = { en: "read", zh: "读" };
const WRITE: Words = { en: "write", zh: "写" };
const FETCH: Words = { en: "fetch", zh: "取指" };

function crAccess(q: number): Part[] {
  const how = (q >> CR_ACCESS_SHIFT) & 3;
  const access = part(
    "access",
    "访问",
    [
      { en: "MOV to the register", zh: "MOV 写入" },
      { en: "MOV from the register", zh: "MOV 读出" },
      same("CLTS"),
      same("LMSW"),
    ][how]!,
  );
  const register = part("control register", "控制寄存器", `CR${q & 15}`);
  if (how === CR_CLTS) return [register, access];
  if (how === CR_LMSW) {
    const memory = (q & CR_LMSW_MEMORY) !== 0;
    return [
      register,
      access,
      part("operand", "操作数", memory ? { en: "memory", zh: "内存" } : { en: "register", zh: "寄存器" }),
      part("source", "源值", hex(q >>> CR_LMSW_SOURCE_SHIFT)),
    ];
  }
  return [register, access, part("general register", "通用寄存器", registerName(q >> MOV_REGISTER_SHIFT))];
}

function movDr(q: number): Part[] {
  return [
    part("debug register", "调试寄存器", `DR${q & 7}`),
    part(
      "access",
      "访问",
      (q & DR_MOV_FROM) !== 0
        ? { en: "MOV from the register", zh: "MOV 读出" }
        : { en: "MOV to the register", zh: "MOV 写入" },
    ),
    part("general register", "通用寄存器", registerName(q >> MOV_REGISTER_SHIFT)),
  ];
}

function io(q: number): Part[] {
  return [
    part("port", "端口", hex((q >>> IO_PORT_SHIFT) & 0xffff)),
    part("direction", "方向", same((q & IO_IN) !== 0 ? "IN" : "OUT")),
    part("bytes", "字节数", String((q & 7) + 1)),
    part("string instruction", "串指令", yes((q & IO_STRING) !== 0)),
    part("REP", "REP", yes((q & IO_REP) !== 0)),
    part("port as immediate", "端口为立即数", yes((q & IO_IMMEDIATE) !== 0)),
  ];
}

function eptViolation(q: number): Part[] {
  const linear = (q & EPT_LINEAR_VALID) !== 0;
  return [
    part(
      "access",
      "访问",
      list([
        [(q & EPT_READ) !== 0, READ],
        [(q & EPT_WRITE) !== 0, WRITE],
        [(q & EPT_FETCH) !== 0, FETCH],
      ]),
    ),
    part(
      "allowed by EPT",
      "EPT 允许",
      list([
        [(q & EPT_READABLE) !== 0, READ],
        [(q & EPT_WRITABLE) !== 0, WRITE],
        [(q & EPT_EXECUTABLE) !== 0, FETCH],
      ]),
    ),
    part("linear address valid", "线性地址有效", yes(linear)),
    ...(linear
      ? [
          part(
            "what was accessed",
            "访问的对象",
            (q & EPT_TRANSLATED) !== 0
              ? { en: "the page that the linear address is translated to", zh: "线性地址转换到的页" }
              : { en: "a paging structure of the guest, on the walk there", zh: "遍历途中客户机的分页结构" },
          ),
        ]
      : []),
    part("NMI unblocking by IRET", "IRET 解除 NMI 阻塞", yes((q & EPT_NMI_UNBLOCKING) !== 0)),
  ];
}

function taskSwitch(q: number): Part[] {
  const sources = [same("CALL"), same("IRET"), same("JMP"), { en: "a task gate in the IDT", zh: "IDT 中的任务门" }];
  return [
    part("TSS selector", "TSS 选择子", hex(q & 0xffff)),
    part("initiated by", "发起者", sources[q >>> TASK_SOURCE_SHIFT]!),
  ];
}

function debugException(q: number): Part[] {
  const breakpoints = [0, 1, 2, 3].filter((n) => (q & (1 << n)) !== 0).map((n) => `B${n}`);
  return [
    part("breakpoint conditions", "断点条件", breakpoints.length > 0 ? breakpoints.join(", ") : NO),
    part("access to a debug register (BD)", "访问调试寄存器（BD）", yes((q & DEBUG_BD) !== 0)),
    part("single step (BS)", "单步（BS）", yes((q & DEBUG_BS) !== 0)),
  ];
}

const LINEAR: readonly [string, string] = ["linear address", "线性地址"];
const DISPLACEMENT: readonly [string, string] = ["displacement of the operand", "操作数的位移量"];

/** Exits that give the displacement of their memory operand. */
const WITH_DISPLACEMENT = new Set([19, 21, 22, 23, 25, 27, 46, 47, 50, 53]);

/**
 * The exit qualification (its low 32 bits) of a basic exit reason, taken apart; empty where the reason has none. For an
 * exception it depends on which one the VM-exit interruption information names.
 */
export function qualificationParts(reason: number, qualification: number, interruption = 0): readonly Part[] {
  switch (reason) {
    case 0: {
      const vector = interruptionOf(interruption)?.vector;
      if (vector === 1) return debugException(qualification);
      return vector === 14 ? [part(...LINEAR, hex(qualification))] : [];
    }
    case 9:
      return taskSwitch(qualification);
    case 14:
      return [part(...LINEAR, hex(qualification))];
    case 28:
      return crAccess(qualification);
    case 29:
      return movDr(qualification);
    case 30:
      return io(qualification);
    case 33: {
      const cause = wordsOf(ENTRY_FAILURES, qualification);
      return [part("what failed", "失败之处", cause ?? hex(qualification))];
    }
    case 34:
      return [part("item of the MSR list, from 1", "MSR 列表项（从 1 计）", String(qualification >>> 0))];
    case 48:
      return eptViolation(qualification);
    default:
      return WITH_DISPLACEMENT.has(reason) ? [part(...DISPLACEMENT, hex(qualification))] : [];
  }
}

/** Instruction information: bits 1:0 the scale, 6:3 the register operand where there is no memory. */
export const INFORMATION_REGISTER_SHIFT = 3,
  /** 0: 16 bits, 1: 32 bits. */
  INFORMATION_ADDRESS_SHIFT = 7,
  /** The operand in ModRM.rm is a register. */
  INFORMATION_IS_REGISTER = 1 << 10,
  /** SGDT, SIDT, LGDT, LIDT: the operand size is 32 bits. */
  INFORMATION_OPERAND_32 = 1 << 11,
  INFORMATION_SEGMENT_SHIFT = 15,
  INFORMATION_INDEX_SHIFT = 18,
  INFORMATION_NO_INDEX = 1 << 22,
  INFORMATION_BASE_SHIFT = 23,
  INFORMATION_NO_BASE = 1 << 27,
  /** VMREAD, VMWRITE, INVEPT, INVVPID: the other register. LGDT and the like: which of them, in two bits. */
  INFORMATION_OTHER_SHIFT = 28;

/** Which instruction it was, by bits 29:28. */
const TABLE_INSTRUCTIONS = ["SGDT", "SIDT", "LGDT", "LIDT"];
const SELECTOR_INSTRUCTIONS = ["SLDT", "STR", "LLDT", "LTR"];
const WITH_REGISTER = new Set([23, 25, 50, 53]);

function memoryText(information: number): string {
  const index = information & INFORMATION_NO_INDEX ? "" : registerName(information >> INFORMATION_INDEX_SHIFT);
  const base = information & INFORMATION_NO_BASE ? "" : registerName(information >> INFORMATION_BASE_SHIFT);
  const scaled = index === "" ? "" : `${index}*${1 << (information & 3)}`;
  const segment = SEGMENT_REGISTERS[(information >> INFORMATION_SEGMENT_SHIFT) & 7];
  const inside = [base, scaled].filter((text) => text !== "").join("+");
  return `${segment === undefined ? "?" : segment.toUpperCase()}:[${inside === "" ? "" : `${inside}+`}…]`;
}

/** The instruction information of a basic exit reason, taken apart; empty where the reason has none. */
export function informationParts(reason: number, information: number): readonly Part[] {
  const bits = ((information >> INFORMATION_ADDRESS_SHIFT) & 7) === 0 ? "16" : "32";
  const address = part("address size", "地址宽度", bits);
  if (reason === 30) {
    const segment = SEGMENT_REGISTERS[(information >> INFORMATION_SEGMENT_SHIFT) & 7];
    return [address, part("segment", "段", segment === undefined ? "?" : segment.toUpperCase())];
  }
  if (!WITH_DISPLACEMENT.has(reason)) return [];
  const parts: Part[] = [];
  const which = (information >>> INFORMATION_OTHER_SHIFT) & 3;
  if (reason === 46) parts.push(part("instruction", "指令", TABLE_INSTRUCTIONS[which]!));
  if (reason === 47) parts.push(part("instruction", "指令", SELECTOR_INSTRUCTIONS[which]!));
  if ((information & INFORMATION_IS_REGISTER) !== 0) {
    parts.push(part("operand", "操作数", registerName(information >> INFORMATION_REGISTER_SHIFT)));
  } else {
    parts.push(part("operand", "操作数", memoryText(information)), address);
  }
  if (WITH_REGISTER.has(reason)) {
    parts.push(part("other register", "另一寄存器", registerName(information >>> INFORMATION_OTHER_SHIFT)));
  }
  return parts;
}
