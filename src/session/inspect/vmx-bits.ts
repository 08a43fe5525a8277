import type { Fields } from "../../cpu/vmx/entry-checks.ts";
import { type ControlBit, CR0_BITS, CR4_BITS } from "../../isa/control.ts";
import { vectorName } from "../../isa/exceptions.ts";
import { FLAG_FIELDS } from "../../isa/flags.ts";
import type { Words } from "../../isa/types.ts";
import type { FieldName } from "../../isa/vmcs.ts";
import { MEMORY_UC, MEMORY_WB } from "../../isa/vmx-capabilities.ts";
import { CONTROL_SETS, type ControlSet, mayBeOne, mustBeOne } from "../../isa/vmx-controls.ts";
import {
  ACTIVITY_STATES,
  INFO_ERROR_CODE,
  INFO_NMI_UNBLOCKING,
  INFO_TYPE_SHIFT,
  INFO_VALID,
  INFO_VECTOR,
  INTERRUPTIBILITY_BITS,
  INTERRUPTION_TYPES,
  interruptionWords,
  PENDING_DEBUG_BS,
  PENDING_DEBUG_ENABLED_BREAKPOINT,
  RIGHTS_AVL,
  RIGHTS_DB,
  RIGHTS_DPL_SHIFT,
  RIGHTS_G,
  RIGHTS_P,
  RIGHTS_S,
  RIGHTS_UNUSABLE,
} from "../../isa/vmx-events.ts";
import {
  EXIT_REASON_BASIC,
  EXIT_REASON_ENTRY_FAILURE,
  EXIT_REASON_PENDING_MTF,
  exitReason,
  INSTRUCTION_ERRORS,
  wordsOf,
} from "../../isa/vmx-exits.ts";
import { informationParts, type Part, qualificationParts } from "../../isa/vmx-qualifications.ts";
import { rightsType } from "../../isa/vmx-rights.ts";
import type { FieldPart } from "./vmx-field.ts";

/** A field taken apart: in a phrase, and part by part. */
export interface Decoded {
  readonly words: Words | null;
  readonly parts: readonly FieldPart[];
}

const words = (en: string, zh: string): Words => ({ en, zh });
const same = (text: string): Words => ({ en: text, zh: text });
const hex = (value: number, digits = 1) => (value >>> 0).toString(16).padStart(digits, "0");
const NONE = words("none", "无");
const NO_WORDS = same("");
const NO_EXIT = words("no VM exit yet", "还没有 VM 退出");
/** Of bits that are 1 and have no name. */
const RESERVED_ALONE = words("reserved bits only", "只有保留位");

const list = (items: readonly Words[]): Words =>
  items.length === 0 ? NONE : words(items.map(({ en }) => en).join(", "), items.map(({ zh }) => zh).join("、"));

function range(high: number, low: number, name: Words, value: Words, meaning: Words | null = null): FieldPart {
  return { bits: [high, low], name, value, words: meaning, set: null, must: null, wrong: false };
}

/** One bit. */
function flag(
  bit: number,
  name: Words,
  value: number,
  meaning: Words | null = null,
  must: 0 | 1 | null = null,
): FieldPart {
  const set = ((value >>> bit) & 1) !== 0;
  const wrong = must !== null && must !== (set ? 1 : 0);
  return { bits: [bit, bit], name, value: same(set ? "1" : "0"), words: meaning, set, must, wrong };
}

const bitOf = (mask: number): number => 31 - Math.clz32(mask);

/** The bits of a control register; only those that are 1, or (with `all`) every one that there is. */
function controlRegister(value: number, bits: readonly ControlBit[], must = 0): Decoded {
  const on = bits.filter(({ mask }) => (value & mask) !== 0).map(({ name }) => name);
  return {
    words: on.length > 0 ? same(on.join(" ")) : value === 0 ? NONE : RESERVED_ALONE,
    parts: bits.map(({ name, mask, words: meaning }) =>
      flag(bitOf(mask), same(name), value, meaning, (must & mask) !== 0 ? 1 : null),
    ),
  };
}

const RESERVED_ONES = words("Reserved, must be 1", "保留，须为 1");
const UNSUPPORTED = words("This processor does not support it.", "本处理器不支持。");

/** A vector of controls, bit by bit, with what each has to be. */
export function controls(set: ControlSet, value: number): Decoded {
  const must = mustBeOne(set);
  const may = mayBeOne(set);
  const named = set.controls.map(({ bit, mask, title, words: meaning }) => {
    const fixed = (must & mask) !== 0 ? 1 : (may & mask) === 0 ? 0 : null;
    return flag(bit, title, value, meaning ?? UNSUPPORTED, fixed);
  });
  const taken = set.controls.reduce((all, { mask }) => all | mask, 0);
  const others = Array.from({ length: 32 }, (_, bit) => bit).filter((bit) => ((taken >>> bit) & 1) === 0);
  const reserved = others
    .filter((bit) => ((must >>> bit) & 1) !== 0 || ((value >>> bit) & 1) !== 0)
    .map((bit) =>
      ((must >>> bit) & 1) !== 0
        ? flag(bit, RESERVED_ONES, value, null, 1)
        : flag(bit, words("Reserved, must be 0", "保留，须为 0"), value, null, 0),
    );
  const on = set.controls.filter(({ mask }) => (value & mask) !== 0).map(({ title }) => title);
  const said = on.length > 0 ? list(on) : value === 0 ? NONE : RESERVED_ALONE;
  return { words: said, parts: [...named, ...reserved].sort((a, b) => a.bits![1] - b.bits![1]) };
}

function accessRights(value: number): Decoded {
  const type = rightsType(value);
  const dpl = (value >>> RIGHTS_DPL_SHIFT) & 3;
  const wide = (value & RIGHTS_DB) !== 0 ? "32" : "16";
  // The type of a TSS says its size itself; D/B is nothing there.
  const size = (value & RIGHTS_S) === 0 ? NO_WORDS : words(`, ${wide}-bit`, `，${wide} 位`);
  const unusable = (value & RIGHTS_UNUSABLE) !== 0;
  return {
    words: unusable
      ? words("unusable", "不可用")
      : words(`${type.en}, DPL ${dpl}${size.en}`, `${type.zh}，DPL ${dpl}${size.zh}`),
    parts: [
      range(3, 0, words("Type", "类型"), type),
      flag(bitOf(RIGHTS_S), words("S: code or data", "S：代码或数据"), value),
      range(6, 5, same("DPL"), same(String(dpl))),
      flag(bitOf(RIGHTS_P), words("P: present", "P：存在"), value),
      flag(bitOf(RIGHTS_AVL), words("AVL: for software", "AVL：供软件使用"), value),
      flag(bitOf(RIGHTS_DB), words("D/B: 32-bit", "D/B：32 位"), value),
      flag(bitOf(RIGHTS_G), words("G: limit in pages", "G：界限以页计"), value),
      flag(bitOf(RIGHTS_UNUSABLE), words("Unusable", "不可用"), value),
    ],
  };
}

function selector(value: number): Decoded {
  const table = (value & 4) !== 0 ? "LDT" : "GDT";
  const index = (value & 0xffff) >>> 3;
  return {
    words: (value & 0xfffc) === 0 ? words("null", "空") : same(`${table}[${index}], RPL ${value & 3}`),
    parts: [
      range(15, 3, words("Index", "索引"), same(String(index))),
      range(2, 2, words("TI: table", "TI：表"), same(table)),
      range(1, 0, same("RPL"), same(String(value & 3))),
    ],
  };
}

/** `exit`: of an exit, of which bit 12 tells something; entries reserve it, and IDT vectoring leaves it undefined. */
function interruption(value: number, exit: boolean): Decoded {
  const valid = (value & INFO_VALID) !== 0;
  const type = (value >>> INFO_TYPE_SHIFT) & 7;
  const vector = value & INFO_VECTOR;
  return {
    words: interruptionWords(value),
    parts: [
      range(
        7,
        0,
        words("Vector", "向量"),
        same(
          vector < 32 && type !== 0 && type !== 4
            ? `${vector} ${vectorName(vector)}`
            : `${hex(vector, 2).toUpperCase()}h (${vector})`,
        ),
      ),
      range(10, 8, words("Type", "类型"), wordsOf(INTERRUPTION_TYPES, type) ?? words("reserved", "保留")),
      flag(bitOf(INFO_ERROR_CODE), words("Error code", "有错误码"), value),
      ...(exit ? [flag(bitOf(INFO_NMI_UNBLOCKING), words("NMI unblocking by IRET", "IRET 解除 NMI 阻塞"), value)] : []),
      flag(31, words("Valid", "有效"), value, valid ? null : words("There is no event.", "没有事件。")),
    ],
  };
}

function interruptibility(value: number): Decoded {
  return {
    words: list(INTERRUPTIBILITY_BITS.filter(({ mask }) => (value & mask) !== 0).map(({ words: name }) => name)),
    parts: INTERRUPTIBILITY_BITS.map(({ mask, words: name }) => flag(bitOf(mask), name, value)),
  };
}

function pendingDebug(value: number): Decoded {
  const parts = [
    ...[0, 1, 2, 3].map((n) => flag(n, words(`B${n}: breakpoint ${n}`, `B${n}：断点 ${n}`), value)),
    flag(bitOf(PENDING_DEBUG_ENABLED_BREAKPOINT), words("Enabled breakpoint", "已启用的断点"), value),
    flag(bitOf(PENDING_DEBUG_BS), words("BS: single step", "BS：单步"), value),
  ];
  return { words: list(parts.filter(({ set }) => set).map(({ name }) => name)), parts };
}

function flags(value: number): Decoded {
  const parts = FLAG_FIELDS.map((field): FieldPart => {
    const low = bitOf(field.mask & -field.mask);
    const high = bitOf(field.mask);
    const part = (value & field.mask) >>> low;
    return high === low
      ? flag(low, same(field.name), value, field.words)
      : range(high, low, same(field.name), same(String(part)), field.words);
  });
  const on = parts.filter(({ set }) => set).map(({ name }) => name.en);
  const iopl = (value >>> 12) & 3;
  const said = [...on, ...(iopl > 0 ? [`IOPL=${iopl}`] : [])].join(" ");
  return { words: said === "" ? words("no flag set", "没有置位的标志") : same(said), parts };
}

function exceptionBitmap(value: number): Decoded {
  const vectors = Array.from({ length: 32 }, (_, vector) => vector).filter((vector) => ((value >>> vector) & 1) !== 0);
  return {
    words: vectors.length === 0 ? NONE : same(vectors.map((vector) => vectorName(vector)).join(" ")),
    parts: Array.from({ length: 32 }, (_, vector) => vector)
      .filter((vector) => vectors.includes(vector) || vector <= 14 || vector === 17)
      .filter((vector) => vector !== 2 && vector !== 9)
      .map((vector) => flag(vector, same(vectorName(vector)), value)),
  };
}

function eptPointer(low: number): Decoded {
  const memory = low & 7;
  const length = ((low >>> 3) & 7) + 1;
  const accessed = (low & 0x40) !== 0;
  const name = memory === MEMORY_WB ? same("WB") : memory === MEMORY_UC ? same("UC") : words("reserved", "保留");
  const base = hex(low & ~0xfff, 8);
  return {
    words: words(
      `tables at ${base}, ${length} levels, ${name.en}${accessed ? ", accessed and dirty bits" : ""}`,
      `表位于 ${base}，${length} 级，${name.zh}${accessed ? "，使用访问位和脏位" : ""}`,
    ),
    parts: [
      range(
        2,
        0,
        words("Memory type of the tables", "表的内存类型"),
        words(`${memory} ${name.en}`, `${memory} ${name.zh}`),
      ),
      range(5, 3, words("Levels less 1", "级数减 1"), same(String(length - 1))),
      flag(6, words("Accessed and dirty bits", "访问位和脏位"), low),
      range(31, 12, words("Address of the PML4 table", "PML4 表的地址"), same(base)),
    ],
  };
}

function reasonOf(value: number): Decoded {
  const basic = value & EXIT_REASON_BASIC;
  const title = exitReason(basic)?.title ?? words("unknown", "未知");
  const failed = (value & EXIT_REASON_ENTRY_FAILURE) !== 0;
  return {
    words: words(`${basic}: ${title.en}`, `${basic}：${title.zh}`),
    parts: [
      range(15, 0, words("Basic exit reason", "基本退出原因"), words(`${basic} ${title.en}`, `${basic} ${title.zh}`)),
      flag(bitOf(EXIT_REASON_PENDING_MTF), words("Pending MTF exit", "待处理的 MTF 退出"), value),
      { ...flag(31, words("VM-entry failure", "VM 进入失败"), value), set: failed },
    ],
  };
}

/** Parts that the tables of the manual name without bit numbers. */
function named(parts: readonly Part[]): Decoded {
  return {
    words:
      parts.length === 0
        ? null
        : list(parts.map(({ name, value }) => words(`${name.en} ${value.en}`, `${name.zh} ${value.zh}`))),
    parts: parts.map(({ name, value }) => ({
      bits: null,
      name,
      value,
      words: null,
      set: null,
      must: null,
      wrong: false,
    })),
  };
}

const plain: Decoded = { words: null, parts: [] };

/** Controls of a guest's CR0 or CR4: what an entry demands of them, if it does. */
const CR0_MUST = CR0_BITS.filter(({ name }) => name === "PE" || name === "NE" || name === "PG").reduce(
  (all, { mask }) => all | mask,
  0,
);
const CR0_MUST_UNRESTRICTED = CR0_BITS.filter(({ name }) => name === "NE").reduce((all, { mask }) => all | mask, 0);
const CR4_MUST = CR4_BITS.filter(({ name }) => name === "VMXE").reduce((all, { mask }) => all | mask, 0);

/**
 * Takes a field apart; others of the same VMCS say what it is about. `unrestricted`: that control is on; `idle`: the field
 * does not count.
 */
export function decodeField(name: FieldName, fields: Fields, unrestricted: boolean, idle: boolean): Decoded {
  const value = fields.get(name);
  const set = Object.values(CONTROL_SETS).find(({ field }) => field === name);
  if (set !== undefined) return controls(set, value);
  if (name.endsWith("AccessRights")) return accessRights(value);
  if (name.endsWith("Selector")) return selector(value);
  const reason = fields.get("exitReason") & EXIT_REASON_BASIC;
  switch (name) {
    case "guestCr0":
      return controlRegister(value, CR0_BITS, unrestricted ? CR0_MUST_UNRESTRICTED : CR0_MUST);
    case "hostCr0":
      return controlRegister(value, CR0_BITS, CR0_MUST);
    case "cr0GuestHostMask":
    case "cr0ReadShadow":
      return controlRegister(value, CR0_BITS);
    case "guestCr4":
    case "hostCr4":
      return controlRegister(value, CR4_BITS, CR4_MUST);
    case "cr4GuestHostMask":
    case "cr4ReadShadow":
      return controlRegister(value, CR4_BITS);
    case "guestRflags":
      return flags(value);
    case "exitInterruptionInformation":
    case "entryInterruptionInformation":
    case "idtVectoringInformation":
      return interruption(value, name === "exitInterruptionInformation");
    case "guestInterruptibilityState":
      return interruptibility(value);
    case "guestActivityState":
      return { words: wordsOf(ACTIVITY_STATES, value >>> 0), parts: [] };
    case "guestPendingDebugExceptions":
      return pendingDebug(value);
    case "exceptionBitmap":
      return exceptionBitmap(value);
    case "eptPointer":
      return eptPointer(value);
    case "exitReason":
      return idle ? { words: NO_EXIT, parts: [] } : reasonOf(value);
    case "exitQualification":
      return named(qualificationParts(reason, value, fields.get("exitInterruptionInformation")));
    case "exitInstructionInformation":
      return named(informationParts(reason, value));
    case "vmInstructionError":
      return { words: value === 0 ? NONE : wordsOf(INSTRUCTION_ERRORS, value >>> 0), parts: [] };
    default:
      return plain;
  }
}
