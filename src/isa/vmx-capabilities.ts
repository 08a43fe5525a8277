import { CR0_NE, CR0_PE, CR0_PG, CR4_DEFINED, CR4_VMXE } from "./control.ts";
import type { Words } from "./types.ts";
import { encodingIndex, VMCS_BYTES, VMCS_FIELD_LIST } from "./vmcs.ts";
import { CONTROL_SETS, type ControlSet, mayBeOne } from "./vmx-controls.ts";

/** What the processor says of its VT-x: the capability MSRs (SDM Vol. 3D, appendix A), made from the tables. */

export const MSR_FEATURE_CONTROL = 0x3a,
  MSR_VMX_BASIC = 0x480,
  MSR_VMX_PINBASED_CTLS = 0x481,
  MSR_VMX_PROCBASED_CTLS = 0x482,
  MSR_VMX_EXIT_CTLS = 0x483,
  MSR_VMX_ENTRY_CTLS = 0x484,
  MSR_VMX_MISC = 0x485,
  MSR_VMX_CR0_FIXED0 = 0x486,
  MSR_VMX_CR0_FIXED1 = 0x487,
  MSR_VMX_CR4_FIXED0 = 0x488,
  MSR_VMX_CR4_FIXED1 = 0x489,
  MSR_VMX_VMCS_ENUM = 0x48a,
  MSR_VMX_PROCBASED_CTLS2 = 0x48b,
  MSR_VMX_EPT_VPID_CAP = 0x48c,
  MSR_VMX_TRUE_PINBASED_CTLS = 0x48d,
  MSR_VMX_TRUE_PROCBASED_CTLS = 0x48e,
  MSR_VMX_TRUE_EXIT_CTLS = 0x48f,
  MSR_VMX_TRUE_ENTRY_CTLS = 0x490,
  MSR_VMX_VMFUNC = 0x491;

/** Bits of IA32_FEATURE_CONTROL. Locked, it cannot be written; VMXON needs the lock and the enable bit. */
export const FEATURE_CONTROL_LOCK = 1 << 0,
  FEATURE_CONTROL_VMX_IN_SMX = 1 << 1,
  FEATURE_CONTROL_VMX = 1 << 2;

/** First dword of a VMXON region and of a VMCS; bit 31 would make it a shadow VMCS. */
export const VMCS_REVISION = 0x52;
/** Nothing of a physical address may be beyond. */
export const PHYSICAL_ADDRESS_BITS = 32;
/** CR3-target values that there are. */
export const CR3_TARGETS = 4;
/** The timer counts at the rate of the time-stamp counter, shifted right by so much. */
export const PREEMPTION_TIMER_SHIFT = 0;
/** Entries of an MSR list that the manual recommends as the most. */
export const MSR_LIST_MAX = 512;

/** Bits of CR0 and CR4 that VMX operation fixes to 1 (SDM Vol. 3C, 24.8); an unrestricted guest is free in PE and PG. */
export const CR0_FIXED_1 = CR0_PE | CR0_NE | CR0_PG,
  CR4_FIXED_1 = CR4_VMXE;
/** Bits that may be 1: of CR0 all, for the reserved ones are ignored, of CR4 those that exist. */
export const CR0_MAY_BE_1 = -1,
  CR4_MAY_BE_1 = CR4_DEFINED | CR4_VMXE;

/** Memory types in IA32_VMX_BASIC, EPT pointers and EPT entries. */
export const MEMORY_UC = 0,
  MEMORY_WB = 6;
/** By number; the others are reserved. */
export const MEMORY_TYPE_NAMES: Readonly<Record<number, string>> = { 0: "UC", 1: "WC", 4: "WT", 5: "WP", 6: "WB" };

/** INVEPT and INVVPID types. */
export const INVEPT_SINGLE_CONTEXT = 1,
  INVEPT_GLOBAL = 2,
  INVVPID_ADDRESS = 0,
  INVVPID_SINGLE_CONTEXT = 1,
  INVVPID_ALL_CONTEXTS = 2,
  INVVPID_RETAIN_GLOBALS = 3;

/** VM function 0: EPTP switching, among so many pointers. */
export const VMFUNC_EPTP_SWITCHING = 1 << 0;
export const EPTP_LIST_ENTRIES = 512;

/** A capability MSR: 64 bits in two halves (int32). */
export interface CapabilityMsr {
  readonly msr: number;
  readonly name: string;
  readonly low: number;
  readonly high: number;
  readonly words: Words;
}

const msr = (number: number, name: string, low: number, high: number, en: string, zh: string): CapabilityMsr => ({
  msr: number,
  name: `IA32_VMX_${name}`,
  low: low | 0,
  high: high | 0,
  words: { en, zh },
});

/** Bits of 64, numbered from the lowest, as two halves. */
function halves(bits: readonly number[]): readonly [number, number] {
  const half = (from: number): number =>
    bits.reduce((all, bit) => (bit >= from && bit < from + 32 ? all | (1 << (bit - from)) : all), 0);
  return [half(0), half(32)];
}

const BASIC_HIGH =
  VMCS_BYTES |
  /* Physical addresses of 32 bits, as on a processor without Intel 64. */ (1 << (48 - 32)) |
  (MEMORY_WB << (50 - 32)) |
  /* Exits by INS and OUTS tell about the instruction. */ (1 << (54 - 32)) |
  /* The TRUE MSRs exist. */ (1 << (55 - 32));

const MISC =
  PREEMPTION_TIMER_SHIFT |
  /* An exit stores LMA in the entry controls; 1 wherever guests can be unrestricted, though LMA is never set here. */
  (1 << 5) |
  /* The activity states HLT and shutdown. */ (1 << 6) |
  (1 << 7) |
  (CR3_TARGETS << 16) |
  ((MSR_LIST_MAX / 512 - 1) << 25);

/** No execute-only pages, four levels, UC and WB tables, 2 MiB pages, accessed and dirty bits, and what invalidates. */
const EPT_VPID = halves([
  6,
  8,
  14,
  16,
  20,
  21,
  24 + INVEPT_SINGLE_CONTEXT,
  24 + INVEPT_GLOBAL,
  32,
  40 + INVVPID_ADDRESS,
  40 + INVVPID_SINGLE_CONTEXT,
  40 + INVVPID_ALL_CONTEXTS,
  40 + INVVPID_RETAIN_GLOBALS,
]);

const HIGHEST_INDEX = Math.max(...VMCS_FIELD_LIST.map(({ encoding }) => encodingIndex(encoding)));

/** Allowed settings of a vector: what may be 0 in the low half, what may be 1 in the high half. */
const settings = (
  number: number,
  name: string,
  set: ControlSet,
  mustBeOne: number,
  en: string,
  zh: string,
): CapabilityMsr => msr(number, name, mustBeOne, mayBeOne(set), en, zh);

const { pin, primary, secondary, exit, entry } = CONTROL_SETS;

/** By number. */
export const CAPABILITY_MSRS: readonly CapabilityMsr[] = [
  msr(
    MSR_VMX_BASIC,
    "BASIC",
    VMCS_REVISION,
    BASIC_HIGH,
    "Revision identifier and size of the VMCS, its memory type, and whether the TRUE MSRs exist.",
    "VMCS 的修订标识、大小、内存类型，以及 TRUE MSR 是否存在。",
  ),
  settings(
    MSR_VMX_PINBASED_CTLS,
    "PINBASED_CTLS",
    pin,
    pin.default1,
    "What the pin-based controls may be.",
    "基于引脚的控制允许的取值。",
  ),
  settings(
    MSR_VMX_PROCBASED_CTLS,
    "PROCBASED_CTLS",
    primary,
    primary.default1,
    "What the primary processor-based controls may be.",
    "主处理器控制允许的取值。",
  ),
  settings(
    MSR_VMX_EXIT_CTLS,
    "EXIT_CTLS",
    exit,
    exit.default1,
    "What the exit controls may be.",
    "退出控制允许的取值。",
  ),
  settings(
    MSR_VMX_ENTRY_CTLS,
    "ENTRY_CTLS",
    entry,
    entry.default1,
    "What the entry controls may be.",
    "进入控制允许的取值。",
  ),
  msr(
    MSR_VMX_MISC,
    "MISC",
    MISC,
    0,
    "Rate of the preemption timer, activity states, number of CR3-target values.",
    "抢占定时器的速率、活动状态、CR3 目标值个数。",
  ),
  msr(
    MSR_VMX_CR0_FIXED0,
    "CR0_FIXED0",
    CR0_FIXED_1,
    0,
    "Bits of CR0 that must be 1 in VMX operation.",
    "VMX 操作中 CR0 必须为 1 的位。",
  ),
  msr(
    MSR_VMX_CR0_FIXED1,
    "CR0_FIXED1",
    CR0_MAY_BE_1,
    0,
    "Bits of CR0 that may be 1 in VMX operation.",
    "VMX 操作中 CR0 可以为 1 的位。",
  ),
  msr(
    MSR_VMX_CR4_FIXED0,
    "CR4_FIXED0",
    CR4_FIXED_1,
    0,
    "Bits of CR4 that must be 1 in VMX operation.",
    "VMX 操作中 CR4 必须为 1 的位。",
  ),
  msr(
    MSR_VMX_CR4_FIXED1,
    "CR4_FIXED1",
    CR4_MAY_BE_1,
    0,
    "Bits of CR4 that may be 1 in VMX operation.",
    "VMX 操作中 CR4 可以为 1 的位。",
  ),
  msr(
    MSR_VMX_VMCS_ENUM,
    "VMCS_ENUM",
    HIGHEST_INDEX << 1,
    0,
    "The highest index in the encoding of any field.",
    "各字段编码中最大的索引。",
  ),
  settings(
    MSR_VMX_PROCBASED_CTLS2,
    "PROCBASED_CTLS2",
    secondary,
    secondary.default1,
    "What the secondary processor-based controls may be.",
    "辅助处理器控制允许的取值。",
  ),
  msr(
    MSR_VMX_EPT_VPID_CAP,
    "EPT_VPID_CAP",
    ...EPT_VPID,
    "What EPT, VPID, INVEPT and INVVPID can do.",
    "EPT、VPID、INVEPT、INVVPID 的能力。",
  ),
  settings(
    MSR_VMX_TRUE_PINBASED_CTLS,
    "TRUE_PINBASED_CTLS",
    pin,
    pin.trueDefault1,
    "As IA32_VMX_PINBASED_CTLS, for software that knows the later controls.",
    "同 IA32_VMX_PINBASED_CTLS，供了解后来新增控制的软件使用。",
  ),
  settings(
    MSR_VMX_TRUE_PROCBASED_CTLS,
    "TRUE_PROCBASED_CTLS",
    primary,
    primary.trueDefault1,
    "As IA32_VMX_PROCBASED_CTLS, but exits at CR3 loads and stores may be off.",
    "同 IA32_VMX_PROCBASED_CTLS，但 CR3 装入、存储退出可以关闭。",
  ),
  settings(
    MSR_VMX_TRUE_EXIT_CTLS,
    "TRUE_EXIT_CTLS",
    exit,
    exit.trueDefault1,
    "As IA32_VMX_EXIT_CTLS, but saving of debug controls may be off.",
    "同 IA32_VMX_EXIT_CTLS，但保存调试控制可以关闭。",
  ),
  settings(
    MSR_VMX_TRUE_ENTRY_CTLS,
    "TRUE_ENTRY_CTLS",
    entry,
    entry.trueDefault1,
    "As IA32_VMX_ENTRY_CTLS, but loading of debug controls may be off.",
    "同 IA32_VMX_ENTRY_CTLS，但装入调试控制可以关闭。",
  ),
  msr(
    MSR_VMX_VMFUNC,
    "VMFUNC",
    VMFUNC_EPTP_SWITCHING,
    0,
    "Which VM functions there are: EPTP switching.",
    "有哪些 VM 功能：EPTP 切换。",
  ),
];

const BY_NUMBER = new Map(CAPABILITY_MSRS.map((each) => [each.msr, each]));

/** A capability MSR by its number, or null. All are read-only: WRMSR is #GP(0). */
export function capabilityMsr(number: number): CapabilityMsr | null {
  return BY_NUMBER.get(number) ?? null;
}
