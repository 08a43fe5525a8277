import { setCr0, setCr3, setCr4 } from "../cpu/control.ts";
import type { Cpu } from "../cpu/cpu.ts";
import { FAULT } from "../cpu/fault.ts";
import { getEflags, setEflags } from "../cpu/flags.ts";
import {
  CR0_PE,
  CR0_PG,
  FLAG_AC,
  FLAG_DF,
  FLAG_ID,
  FLAG_IF,
  FLAG_IOPL,
  FLAG_NT,
  FLAG_TF,
  FLAGS_ARITHMETIC,
} from "../cpu/registers.ts";
import { loadSegment } from "../cpu/segmentation.ts";
import { CS } from "../cpu/state.ts";
import { vectorName } from "../isa/exceptions.ts";
import type { Words } from "../isa/types.ts";

/** A change that a person makes to the guest, as the guest means it. */
export type GuestEdit =
  /** `name` is one of EDITABLE_REGISTERS or REFUSED_REGISTERS; `value` is unsigned. */
  | { readonly kind: "set-register"; readonly name: string; readonly value: number }
  /** Bytes (0..255) from a guest-physical address on. */
  | { readonly kind: "set-memory"; readonly address: number; readonly bytes: readonly number[] };

/** What a person changes in the middle of a run, recorded like a key: the guest, or a switch of its VMM's (by its id). */
export type EditEvent = GuestEdit | { readonly kind: "set-option"; readonly option: string; readonly on: boolean };

/** The switches of a VMM that a person can turn while it runs. */
export interface Switches {
  /** Whether it has a switch of that id that can be turned. */
  has(option: string): boolean;
  /** Turns one, where a guest instruction is about to begin. Answers why it cannot be, or null. */
  set(option: string, on: boolean): Words | null;
  /** Those that are on, by id; a turn that the VMM has not seen yet counts. */
  on(): readonly string[];
}

/** Key of the words that tell of a turn, in a strategy's reasons. */
export function switchReason(option: string, on: boolean): string {
  return `${on ? "on" : "off"}:${option}`;
}

const GENERAL = ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"];
const SEGMENTS = ["es", "cs", "ss", "ds", "fs", "gs"];

/** Registers that can be edited, and how wide they are in bits. */
export const EDITABLE_REGISTERS: Readonly<Record<string, number>> = {
  ...Object.fromEntries(GENERAL.map((name) => [name, 32])),
  eip: 32,
  eflags: 32,
  ...Object.fromEntries(SEGMENTS.filter((name) => name !== "cs").map((name) => [name, 16])),
  cr0: 32,
  cr2: 32,
  cr3: 32,
  cr4: 32,
  "gdtr.base": 32,
  "gdtr.limit": 16,
  "idtr.base": 32,
  "idtr.limit": 16,
};

/** The flags that an edit may change: those that software can, without a change of mode. */
export const EDITABLE_FLAGS = FLAGS_ARITHMETIC | FLAG_TF | FLAG_IF | FLAG_DF | FLAG_IOPL | FLAG_NT | FLAG_AC | FLAG_ID;

/** Bytes that one edit of memory may write. */
export const EDIT_BYTES = 4096;

/** Why a switch cannot be turned where the VMM has none for that, or there is no VMM. */
export const NO_SWITCHES: Words = {
  en: "There is no option of that name that can be switched in the middle of a run.",
  zh: "没有可在运行中途切换的同名选项。",
};

/** Registers that are shown and cannot be edited, and why. */
export const REFUSED_REGISTERS: Readonly<Record<string, Words>> = {
  cpl: {
    en: "CPL changes only together with CS and SS: by an interrupt, a far call or a return. Edit EIP, or let the guest make the change.",
    zh: "CPL 只能与 CS、SS 一起改变：通过中断、远调用或返回。请改 EIP，或让客户机自己完成切换。",
  },
  cs: {
    en: "CS changes only by a far transfer, which also sets EIP and CPL (SDM Vol. 2, MOV: loading CS by MOV is #UD).",
    zh: "CS 只能由远转移改变，同时设置 EIP 和 CPL（SDM 卷 2，MOV：用 MOV 装载 CS 会引发 #UD）。",
  },
  ldtr: {
    en: "LDTR holds a cached descriptor. Only LLDT loads it: put that instruction into the guest.",
    zh: "LDTR 缓存着一个描述符，只能由 LLDT 装载：请在客户机中使用该指令。",
  },
  tr: {
    en: "TR holds a cached descriptor, and loading it marks the TSS busy. Only LTR does: put that instruction into the guest.",
    zh: "TR 缓存着一个描述符，装载时还会把 TSS 标记为忙，只能由 LTR 完成：请在客户机中使用该指令。",
  },
};

const UNKNOWN: Words = { en: "There is no register of that name to edit.", zh: "没有可编辑的同名寄存器。" };
const TOO_WIDE: Words = { en: "The value does not fit into the register.", zh: "数值超出了寄存器的宽度。" };
const BEYOND: Words = { en: "The guest has no memory at that address.", zh: "该地址处没有客户机内存。" };
const FIXED_FLAGS: Words = {
  en: "Only the status flags, TF, IF, DF, IOPL, NT, AC and ID can be edited: VM and RF belong to mode changes and debug faults, and the rest is fixed.",
  zh: "只能编辑状态标志以及 TF、IF、DF、IOPL、NT、AC、ID：VM 和 RF 属于模式切换与调试故障，其余位是固定的。",
};
const PAGING: Words = {
  en: "CR0.PE cannot be 0 while CR0.PG is 1: the processor would raise #GP(0x0). Clear PG first.",
  zh: "CR0.PG 为 1 时 CR0.PE 不能为 0：处理器会引发 #GP(0x0)。请先清除 PG。",
};
const RINGLESS: Words = {
  en: "Real mode is CPL 0, so that only code at CPL 0 can clear CR0.PE. This is further out, or in virtual-8086 mode.",
  zh: "实模式的 CPL 为 0，所以只有 CPL 0 的代码才能清除 CR0.PE。此处在外层环或虚拟 8086 模式。",
};

/**
 * Carries out an edit on a processor that holds the guest's state as the guest means it, by the rules that an instruction
 * would meet. Answers why it cannot be, or null.
 */
export function applyEdit(cpu: Cpu, edit: GuestEdit): Words | null {
  if (edit.kind === "set-memory") return writeBytes(cpu, edit.address, edit.bytes);
  const bits = EDITABLE_REGISTERS[edit.name];
  if (bits === undefined) return REFUSED_REGISTERS[edit.name] ?? UNKNOWN;
  if (!Number.isInteger(edit.value) || edit.value < 0 || edit.value >= 2 ** bits) return TOO_WIDE;
  const { cr2 } = cpu.state;
  try {
    return writeRegister(cpu, edit.name, edit.value | 0);
  } catch (error) {
    if (error !== FAULT) throw error;
    cpu.state.cr2 = cr2;
    return faultWords(cpu, edit.name, edit.value);
  }
}

function writeBytes(cpu: Cpu, address: number, bytes: readonly number[]): Words | null {
  const { memory } = cpu;
  if (address < 0 || bytes.length > EDIT_BYTES || address + bytes.length > memory.size) return BEYOND;
  bytes.forEach((byte, i) => {
    memory.write8(address + i, byte);
  });
  // The page being executed may be the one that was written.
  cpu.forgetFetch();
  return null;
}

function writeRegister(cpu: Cpu, name: string, value: number): Words | null {
  const { state } = cpu;
  const general = GENERAL.indexOf(name);
  if (general >= 0) {
    state.gpr[general] = value;
    return null;
  }
  const segment = SEGMENTS.indexOf(name);
  if (segment >= 0) {
    loadSegment(cpu, segment, value);
    return null;
  }
  switch (name) {
    case "eip":
      return writeEip(cpu, value);
    case "eflags":
      if (((getEflags(state) ^ value) & ~EDITABLE_FLAGS) !== 0) return FIXED_FLAGS;
      setEflags(state, value);
      return null;
    case "cr0":
      if ((value & CR0_PE) === 0) {
        if ((value & CR0_PG) !== 0) return PAGING;
        if (state.cpl !== 0) return RINGLESS;
      }
      setCr0(cpu, value);
      return null;
    case "cr2":
      state.cr2 = value;
      return null;
    case "cr3":
      setCr3(cpu, value);
      return null;
    case "cr4":
      setCr4(cpu, value);
      return null;
    case "gdtr.base":
      state.gdtrBase = value;
      return null;
    case "gdtr.limit":
      state.gdtrLimit = value;
      return null;
    case "idtr.base":
      state.idtrBase = value;
      return null;
    default:
      state.idtrLimit = value;
      return null;
  }
}

function writeEip(cpu: Cpu, value: number): Words | null {
  const limit = cpu.state.limit[CS]! >>> 0;
  if (value >>> 0 > limit) {
    return {
      en: `EIP would lie beyond the limit of CS (${hex(limit)}): a jump there is #GP(0).`,
      zh: `EIP 会超出 CS 的界限（${hex(limit)}）：跳到那里会引发 #GP(0)。`,
    };
  }
  cpu.state.eip = value;
  return null;
}

function faultWords(cpu: Cpu, name: string, value: number): Words {
  const code = cpu.faultCode >= 0 ? `(${hex(cpu.faultCode)})` : "";
  const fault = `${vectorName(cpu.faultVector)}${code}`;
  const register = name.toUpperCase();
  return {
    en: `The processor would not load ${register} with ${hex(value)}: it would raise ${fault}.`,
    zh: `处理器不会把 ${hex(value)} 装入 ${register}：会引发 ${fault}。`,
  };
}

function hex(value: number): string {
  return `0x${(value >>> 0).toString(16)}`;
}
