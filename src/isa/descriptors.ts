import type { Words } from "./types.ts";

/** Bits of a selector (SDM Vol. 3A, 3.4.2). */
export const SELECTOR_RPL = 3,
  SELECTOR_TI = 1 << 2,
  SELECTOR_INDEX = 0xfff8;

/** Bits of a code or data segment's type. */
export const TYPE_ACCESSED = 1,
  /** Data. */
  TYPE_WRITABLE = 2,
  /** Code. */
  TYPE_READABLE = 2,
  /** Data: the offsets above the limit are valid. */
  TYPE_EXPAND_DOWN = 4,
  /** Code: runs at the caller's CPL. */
  TYPE_CONFORMING = 4,
  TYPE_CODE = 8;

/** Types of system descriptors (SDM Vol. 3A, table 3-2). */
export const SYSTEM_TSS_16_AVAILABLE = 1,
  SYSTEM_LDT = 2,
  SYSTEM_TSS_16_BUSY = 3,
  SYSTEM_CALL_GATE_16 = 4,
  SYSTEM_TASK_GATE = 5,
  SYSTEM_INTERRUPT_GATE_16 = 6,
  SYSTEM_TRAP_GATE_16 = 7,
  SYSTEM_TSS_32_AVAILABLE = 9,
  SYSTEM_TSS_32_BUSY = 11,
  SYSTEM_CALL_GATE_32 = 12,
  SYSTEM_INTERRUPT_GATE_32 = 14,
  SYSTEM_TRAP_GATE_32 = 15;

/** What every descriptor has. */
interface Common {
  /** Bits 11:8 of the high word. */
  readonly type: number;
  readonly dpl: number;
  readonly present: boolean;
}

/** A code or data segment, a TSS or an LDT. */
export interface SegmentDescriptor extends Common {
  readonly form: "segment";
  /** False: a TSS or an LDT. */
  readonly codeOrData: boolean;
  readonly base: number;
  /** The last valid offset (expand-down: the last invalid one), granularity applied, unsigned. */
  readonly limit: number;
  readonly available: boolean;
  /** D/B: default operand size 32, stack through ESP, upper bound 4 GiB. */
  readonly big: boolean;
  /** The limit counts pages of 4 KiB. */
  readonly granular: boolean;
}

/** A call, interrupt, trap or task gate. */
export interface GateDescriptor extends Common {
  readonly form: "gate";
  readonly selector: number;
  readonly offset: number;
  /** Words or dwords that a call gate copies from the outer stack. */
  readonly parameters: number;
}

export type Descriptor = SegmentDescriptor | GateDescriptor;

/** Whether a system type is a gate. */
function isGate(type: number): boolean {
  return (type & 7) >= 4 && type !== 13;
}

/** Reads a descriptor from its two dwords, the one at the lower address first (SDM Vol. 3A, figures 3-8 and 6-2). */
export function decodeDescriptor(low: number, high: number): Descriptor {
  const type = (high >>> 8) & 15;
  const common = { type, dpl: (high >>> 13) & 3, present: (high & (1 << 15)) !== 0 };
  const codeOrData = (high & (1 << 12)) !== 0;
  if (!codeOrData && isGate(type)) {
    const wide = type >= 8;
    return {
      form: "gate",
      ...common,
      selector: low >>> 16,
      offset: ((low & 0xffff) | (wide ? high & 0xffff0000 : 0)) >>> 0,
      parameters: high & 31,
    };
  }
  const granular = (high & (1 << 23)) !== 0;
  const raw = (low & 0xffff) | (high & 0xf0000);
  return {
    form: "segment",
    ...common,
    codeOrData,
    base: ((low >>> 16) | ((high & 0xff) << 16) | (high & 0xff000000)) >>> 0,
    limit: (granular ? (raw << 12) | 0xfff : raw) >>> 0,
    available: (high & (1 << 20)) !== 0,
    big: (high & (1 << 22)) !== 0,
    granular,
  };
}

/** Reads a descriptor from eight bytes at `offset`. */
export function decodeDescriptorBytes(bytes: Uint8Array, offset: number): Descriptor {
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, 8);
  return decodeDescriptor(view.getUint32(0, true), view.getUint32(4, true));
}

/** The two dwords (signed) of a descriptor. A granular segment's limit loses its low twelve bits. */
export function encodeDescriptor(d: Descriptor): { readonly low: number; readonly high: number } {
  const access = (d.type << 8) | (d.dpl << 13) | (d.present ? 1 << 15 : 0);
  if (d.form === "gate") {
    return {
      low: (d.selector << 16) | (d.offset & 0xffff),
      high: (d.type >= 8 ? d.offset & 0xffff0000 : 0) | access | d.parameters,
    };
  }
  const raw = d.granular ? d.limit >>> 12 : d.limit;
  const flags =
    (d.codeOrData ? 1 << 12 : 0) | (d.available ? 1 << 20 : 0) | (d.big ? 1 << 22 : 0) | (d.granular ? 1 << 23 : 0);
  return {
    low: (d.base << 16) | (raw & 0xffff),
    high: (d.base & 0xff000000) | ((d.base >>> 16) & 0xff) | (raw & 0xf0000) | access | flags,
  };
}

const SYSTEM_WORDS: Readonly<Record<number, Words>> = {
  1: { en: "16-bit TSS, available", zh: "16 位 TSS（可用）" },
  2: { en: "LDT", zh: "LDT" },
  3: { en: "16-bit TSS, busy", zh: "16 位 TSS（忙）" },
  4: { en: "16-bit call gate", zh: "16 位调用门" },
  5: { en: "task gate", zh: "任务门" },
  6: { en: "16-bit interrupt gate", zh: "16 位中断门" },
  7: { en: "16-bit trap gate", zh: "16 位陷阱门" },
  9: { en: "TSS, available", zh: "TSS（可用）" },
  11: { en: "TSS, busy", zh: "TSS（忙）" },
  12: { en: "call gate", zh: "调用门" },
  14: { en: "interrupt gate", zh: "中断门" },
  15: { en: "trap gate", zh: "陷阱门" },
};

/** A descriptor's type in words: `code, readable, conforming`, `data, writable, expand-down`, `call gate`. */
export function descriptorTypeWords(codeOrData: boolean, type: number): Words {
  if (!codeOrData) return SYSTEM_WORDS[type] ?? { en: "reserved", zh: "保留" };
  const en: string[] = [];
  const zh: string[] = [];
  const add = (e: string, z: string): void => {
    en.push(e);
    zh.push(z);
  };
  if ((type & TYPE_CODE) !== 0) {
    add("code", "代码段");
    if ((type & TYPE_READABLE) !== 0) add("readable", "可读");
    else add("execute-only", "只执行");
    if ((type & TYPE_CONFORMING) !== 0) add("conforming", "一致");
  } else {
    add("data", "数据段");
    if ((type & TYPE_WRITABLE) !== 0) add("writable", "可写");
    else add("read-only", "只读");
    if ((type & TYPE_EXPAND_DOWN) !== 0) add("expand-down", "向下扩展");
  }
  if ((type & TYPE_ACCESSED) !== 0) add("accessed", "已访问");
  return { en: en.join(", "), zh: zh.join("，") };
}
