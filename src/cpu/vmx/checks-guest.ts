import type { FieldName } from "../../isa/vmcs.ts";
import { VMCS_REVISION } from "../../isa/vmx-capabilities.ts";
import { TYPE_EXTERNAL, TYPE_NMI } from "../../isa/vmx-events.ts";
import { CR0_NE, CR0_PE, CR0_PG, CR4_DEFINED, CR4_VMXE, FLAG_IF, FLAG_VM } from "../registers.ts";
import type { EntryCheck, Fields } from "./entry-checks.ts";
import { interruptionOf } from "./interruption.ts";
import { has, isUnrestricted, usesVirtualNmis } from "./modes.ts";

/** Access rights: type, S, DPL, P, D/B, G, unusable. */
const TYPE = 15;
const S = 1 << 4;
const DPL_SHIFT = 5;
const P = 1 << 7;
const G = 1 << 15;
const UNUSABLE = 1 << 16;
const RESERVED_RIGHTS = 0xfffe0f00 | 0;
const TI = 4;
const SEGMENTS = ["Es", "Cs", "Ss", "Ds", "Fs", "Gs"] as const;
const REAL_LIMIT = 0xffff;
const REAL_RIGHTS = 0xf3;

const ACTIVITY_ACTIVE = 0;
const ACTIVITY_HLT = 1;
const ACTIVITY_SHUTDOWN = 2;
const BLOCKING_STI = 1;
const BLOCKING_MOV_SS = 2;
const BLOCKING_NMI = 8;
const RESERVED_BLOCKING = ~(BLOCKING_STI | BLOCKING_MOV_SS | BLOCKING_NMI);
const PENDING_ALLOWED = 0x0000_500f | (1 << 12);
const PENDING_BS = 1 << 14;
const TF = 1 << 8;
/** In IA32_DEBUGCTL: single steps are branches. */
const BTF = 1 << 1;
const RESERVED_FLAGS = 0xffc0_8028 | 0;
const PAGE = 0xfff;
const QUALIFY_LINK = 4;
/** Bits that the manual gives a meaning: LBR, BTF, TR and the like (SDM Vol. 3B, 18.4.1). */
const DEBUGCTL_DEFINED = 0xdfc3;

const dpl = (rights: number) => (rights >>> DPL_SHIFT) & 3;
const usable = (rights: number) => (rights & UNUSABLE) === 0;
const name = (segment: string, part: string) => `guest${segment}${part}` as FieldName;
const selector = (v: Fields, segment: string) => v.get(name(segment, "Selector"));
const rights = (v: Fields, segment: string) => v.get(name(segment, "AccessRights"));
const limit = (v: Fields, segment: string) => v.get(name(segment, "Limit")) >>> 0;
const isV86 = (v: Fields) => (v.get("guestRflags") & FLAG_VM) !== 0;
const injected = (v: Fields) => interruptionOf(v.get("entryInterruptionInformation"));

function check(
  id: string,
  fields: readonly FieldName[],
  en: string,
  zh: string,
  holds: (vmcs: Fields) => boolean,
  qualification = 0,
): EntryCheck {
  return { id, stage: "guest", fields, words: { en, zh }, qualification, holds };
}

/** G agrees with the limit: low 12 bits not all ones forbid pages, bits 31:20 demand them. */
function granular(rightsWord: number, limitValue: number): boolean {
  const pages = (rightsWord & G) !== 0;
  if ((limitValue & 0xfff) !== 0xfff && pages) return false;
  return (limitValue & 0xfff00000) === 0 || pages;
}

const registers: readonly EntryCheck[] = [
  check(
    "guest-cr0-fixed",
    ["guestCr0", "secondaryControls"],
    "CR0: NE is 1, and PE and PG unless the guest is unrestricted (IA32_VMX_CR0_FIXED0)",
    "CR0：NE 为 1；若非不受限客户机，PE 和 PG 也为 1（IA32_VMX_CR0_FIXED0）",
    (v) => {
      const must = CR0_NE | (isUnrestricted(v) ? 0 : CR0_PE | CR0_PG);
      return (v.get("guestCr0") & must) === must;
    },
  ),
  check(
    "guest-cr0-pg-pe",
    ["guestCr0"],
    "CR0: paging only with protection (PG implies PE)",
    "CR0：分页必须在保护模式下（PG 蕴含 PE）",
    (v) => (v.get("guestCr0") & CR0_PG) === 0 || (v.get("guestCr0") & CR0_PE) !== 0,
  ),
  check(
    "guest-cr4",
    ["guestCr4"],
    "CR4: VMXE is 1, and bits that the processor does not have are 0",
    "CR4：VMXE 为 1，处理器没有的位为 0",
    (v) => (v.get("guestCr4") & CR4_VMXE) !== 0 && (v.get("guestCr4") & ~(CR4_DEFINED | CR4_VMXE)) === 0,
  ),
  check(
    "guest-debugctl",
    ["guestDebugctl", "entryControls"],
    "IA32_DEBUGCTL, if debug controls are loaded: reserved bits are 0",
    "IA32_DEBUGCTL（若装入调试控制）：保留位为 0",
    (v) =>
      !has(v, "load-debug-controls") ||
      ((v.get("guestDebugctl") & ~DEBUGCTL_DEFINED) === 0 && v.high("guestDebugctl") === 0),
  ),
];

const segments: readonly EntryCheck[] = [
  check(
    "guest-tr-ti",
    ["guestTrSelector"],
    "TR: the selector is of the GDT (TI is 0)",
    "TR：选择子取自 GDT（TI 为 0）",
    (v) => (selector(v, "Tr") & TI) === 0,
  ),
  check(
    "guest-ldtr-ti",
    ["guestLdtrSelector", "guestLdtrAccessRights"],
    "LDTR, if usable: the selector is of the GDT (TI is 0)",
    "LDTR 若可用：选择子取自 GDT（TI 为 0）",
    (v) => !usable(rights(v, "Ldtr")) || (selector(v, "Ldtr") & TI) === 0,
  ),
  check(
    "guest-ss-rpl",
    ["guestSsSelector", "guestCsSelector"],
    "SS and CS have the same RPL (unless virtual-8086 or unrestricted)",
    "SS 与 CS 的 RPL 相同（虚拟 8086 模式或不受限客户机除外）",
    (v) => isV86(v) || isUnrestricted(v) || ((selector(v, "Ss") ^ selector(v, "Cs")) & 3) === 0,
  ),
  ...SEGMENTS.map((segment) =>
    check(
      `guest-${segment.toLowerCase()}-v86`,
      [name(segment, "Base"), name(segment, "Limit"), name(segment, "AccessRights"), "guestRflags"],
      `${segment.toUpperCase()} in virtual-8086 mode: base is the selector times 16, limit FFFF, rights F3`,
      `虚拟 8086 模式下的 ${segment.toUpperCase()}：基址为选择子乘 16，界限 FFFF，访问权限 F3`,
      (v) =>
        !isV86(v) ||
        (v.get(name(segment, "Base")) === selector(v, segment) << 4 &&
          limit(v, segment) === REAL_LIMIT &&
          rights(v, segment) === REAL_RIGHTS),
    ),
  ),
  check(
    "guest-cs-type",
    ["guestCsAccessRights", "secondaryControls"],
    "CS: accessed code (type 9, 11, 13, 15), or accessed writable data (3) if unrestricted",
    "CS：已访问的代码段（类型 9、11、13、15）；不受限客户机也可为已访问的可写数据段（3）",
    (v) => {
      const type = rights(v, "Cs") & TYPE;
      return isV86(v) || [9, 11, 13, 15].includes(type) || (type === 3 && isUnrestricted(v));
    },
  ),
  check(
    "guest-ss-type",
    ["guestSsAccessRights"],
    "SS, if usable: accessed writable data (type 3 or 7)",
    "SS 若可用：已访问的可写数据段（类型 3 或 7）",
    (v) => isV86(v) || !usable(rights(v, "Ss")) || [3, 7].includes(rights(v, "Ss") & TYPE),
  ),
  ...(["Ds", "Es", "Fs", "Gs"] as const).map((segment) =>
    check(
      `guest-${segment.toLowerCase()}-type`,
      [name(segment, "AccessRights")],
      `${segment.toUpperCase()}, if usable: accessed, and readable if it is code`,
      `${segment.toUpperCase()} 若可用：已访问；若为代码段则可读`,
      (v) => {
        const word = rights(v, segment);
        return isV86(v) || !usable(word) || ((word & 1) !== 0 && ((word & 8) === 0 || (word & 2) !== 0));
      },
    ),
  ),
  ...SEGMENTS.flatMap((segment) => [
    check(
      `guest-${segment.toLowerCase()}-present`,
      [name(segment, "AccessRights")],
      `${segment.toUpperCase()}, if usable: S and P are 1, reserved bits 0`,
      `${segment.toUpperCase()} 若可用：S 和 P 为 1，保留位为 0`,
      (v) => {
        const word = rights(v, segment);
        const matters = !isV86(v) && (segment === "Cs" || usable(word));
        return !matters || ((word & (S | P)) === (S | P) && (word & RESERVED_RIGHTS & ~UNUSABLE) === 0);
      },
    ),
    check(
      `guest-${segment.toLowerCase()}-granularity`,
      [name(segment, "Limit"), name(segment, "AccessRights")],
      `${segment.toUpperCase()}, if usable: G agrees with the limit (low 12 bits not all 1: G is 0; one of the high 12 is 1: G is 1)`,
      `${segment.toUpperCase()} 若可用：G 与界限相符（低 12 位不全为 1 则 G 为 0；高 12 位有 1 则 G 为 1）`,
      (v) => {
        const word = rights(v, segment);
        return isV86(v) || (segment !== "Cs" && !usable(word)) || granular(word, limit(v, segment));
      },
    ),
  ]),
  check(
    "guest-cs-dpl",
    ["guestCsAccessRights", "guestSsAccessRights"],
    "CS: DPL equals SS.DPL (conforming: not above it; data: 0)",
    "CS：DPL 等于 SS.DPL（一致代码段：不大于；数据段：0）",
    (v) => {
      if (isV86(v)) return true;
      const word = rights(v, "Cs");
      const type = word & TYPE;
      if (type === 3) return dpl(word) === 0;
      return type >= 12 ? dpl(word) <= dpl(rights(v, "Ss")) : dpl(word) === dpl(rights(v, "Ss"));
    },
  ),
  check(
    "guest-ss-dpl",
    ["guestSsAccessRights", "guestSsSelector", "guestCr0", "guestCsAccessRights"],
    "SS: DPL equals its RPL (unless unrestricted), and is 0 in real mode or where CS is data",
    "SS：DPL 等于其 RPL（不受限客户机除外）；实模式下或 CS 为数据段时为 0",
    (v) => {
      if (isV86(v)) return true;
      const level = dpl(rights(v, "Ss"));
      const mustBe0 = (rights(v, "Cs") & TYPE) === 3 || (v.get("guestCr0") & CR0_PE) === 0;
      return (isUnrestricted(v) || level === (selector(v, "Ss") & 3)) && (!mustBe0 || level === 0);
    },
  ),
  ...(["Ds", "Es", "Fs", "Gs"] as const).map((segment) =>
    check(
      `guest-${segment.toLowerCase()}-dpl`,
      [name(segment, "AccessRights"), name(segment, "Selector")],
      `${segment.toUpperCase()}, if usable and not conforming code: DPL is not below the RPL (unless unrestricted)`,
      `${segment.toUpperCase()} 若可用且非一致代码段：DPL 不小于 RPL（不受限客户机除外）`,
      (v) => {
        const word = rights(v, segment);
        const exempt = isV86(v) || isUnrestricted(v) || !usable(word) || (word & TYPE) >= 12;
        return exempt || dpl(word) >= (selector(v, segment) & 3);
      },
    ),
  ),
  check(
    "guest-tr",
    ["guestTrAccessRights", "guestTrLimit"],
    "TR: usable, a busy 32-bit TSS (11) or 16-bit one (3), S 0, P 1, reserved bits 0, G agrees with the limit",
    "TR：可用，忙的 32 位 TSS（11）或 16 位 TSS（3），S 为 0，P 为 1，保留位为 0，G 与界限相符",
    (v) => isSystem(rights(v, "Tr"), limit(v, "Tr"), [3, 11]) && usable(rights(v, "Tr")),
  ),
  check(
    "guest-ldtr",
    ["guestLdtrAccessRights", "guestLdtrLimit"],
    "LDTR, if usable: type 2, S 0, P 1, reserved bits 0, G agrees with the limit",
    "LDTR 若可用：类型 2，S 为 0，P 为 1，保留位为 0，G 与界限相符",
    (v) => !usable(rights(v, "Ldtr")) || isSystem(rights(v, "Ldtr"), limit(v, "Ldtr"), [2]),
  ),
  check(
    "guest-table-limits",
    ["guestGdtrLimit", "guestIdtrLimit"],
    "GDTR and IDTR: bits 31:16 of the limits are 0",
    "GDTR 和 IDTR：界限的 31:16 位为 0",
    (v) => limit(v, "Gdtr") <= REAL_LIMIT && limit(v, "Idtr") <= REAL_LIMIT,
  ),
];

function isSystem(word: number, limitValue: number, types: readonly number[]): boolean {
  const plain = (word & (S | P)) === P && (word & RESERVED_RIGHTS & ~UNUSABLE) === 0;
  return plain && types.includes(word & TYPE) && granular(word, limitValue);
}

const flags: readonly EntryCheck[] = [
  check(
    "guest-rflags-reserved",
    ["guestRflags"],
    "RFLAGS: bit 1 is 1, bits 3, 5, 15 and 31:22 are 0",
    "RFLAGS：第 1 位为 1，第 3、5、15 和 31:22 位为 0",
    (v) => (v.get("guestRflags") & 2) !== 0 && (v.get("guestRflags") & RESERVED_FLAGS) === 0,
  ),
  check(
    "guest-rflags-vm",
    ["guestRflags", "guestCr0"],
    "RFLAGS: VM is 1 only where CR0.PE is 1",
    "RFLAGS：仅当 CR0.PE 为 1 时 VM 才可为 1",
    (v) => !isV86(v) || (v.get("guestCr0") & CR0_PE) !== 0,
  ),
  check(
    "guest-rflags-if",
    ["guestRflags", "entryInterruptionInformation"],
    "RFLAGS: IF is 1 if an external interrupt is injected",
    "RFLAGS：注入外部中断时 IF 为 1",
    (v) => {
      const event = injected(v);
      return !event.valid || event.type !== TYPE_EXTERNAL || (v.get("guestRflags") & FLAG_IF) !== 0;
    },
  ),
];

const other: readonly EntryCheck[] = [
  check(
    "guest-activity",
    ["guestActivityState"],
    "Activity state: active (0), HLT (1) or shutdown (2)",
    "活动状态：活动（0）、HLT（1）或关机（2）",
    (v) => {
      const state = v.get("guestActivityState");
      return state >= ACTIVITY_ACTIVE && state <= ACTIVITY_SHUTDOWN;
    },
  ),
  check(
    "guest-activity-hlt",
    ["guestActivityState", "guestSsAccessRights"],
    "Activity state HLT: only at CPL 0 (SS.DPL)",
    "活动状态 HLT：仅限 CPL 0（SS.DPL）",
    (v) => v.get("guestActivityState") !== ACTIVITY_HLT || dpl(rights(v, "Ss")) === 0,
  ),
  check(
    "guest-activity-blocking",
    ["guestActivityState", "guestInterruptibilityState"],
    "Activity state: active if STI or MOV SS blocks",
    "活动状态：有 STI 或 MOV SS 阻塞时须为“活动”",
    (v) =>
      (v.get("guestInterruptibilityState") & (BLOCKING_STI | BLOCKING_MOV_SS)) === 0 ||
      v.get("guestActivityState") === ACTIVITY_ACTIVE,
  ),
  check(
    "guest-activity-event",
    ["guestActivityState", "entryInterruptionInformation"],
    "An injected event, if any, can wake the guest from its activity state: from HLT an interrupt, NMI, #DB, #MC or pending MTF exit; from shutdown an NMI or #MC",
    "若注入事件，它须能把客户机从其活动状态唤醒：HLT 下为外部中断、NMI、#DB、#MC 或待处理的 MTF 退出；关机下为 NMI 或 #MC",
    (v) => mayWake(v.get("guestActivityState"), injected(v)),
  ),
  check(
    "guest-interruptibility-reserved",
    ["guestInterruptibilityState"],
    "Interruptibility: reserved bits are 0",
    "可中断性状态：保留位为 0",
    (v) => (v.get("guestInterruptibilityState") & RESERVED_BLOCKING) === 0,
  ),
  check(
    "guest-interruptibility-both",
    ["guestInterruptibilityState"],
    "Interruptibility: STI and MOV SS do not both block",
    "可中断性状态：STI 与 MOV SS 不同时阻塞",
    (v) => {
      const both = BLOCKING_STI | BLOCKING_MOV_SS;
      return (v.get("guestInterruptibilityState") & both) !== both;
    },
  ),
  check(
    "guest-interruptibility-sti",
    ["guestInterruptibilityState", "guestRflags"],
    "Interruptibility: STI blocks only with IF 1",
    "可中断性状态：仅当 IF 为 1 时才有 STI 阻塞",
    (v) => (v.get("guestInterruptibilityState") & BLOCKING_STI) === 0 || (v.get("guestRflags") & FLAG_IF) !== 0,
  ),
  check(
    "guest-interruptibility-event",
    ["guestInterruptibilityState", "entryInterruptionInformation"],
    "Interruptibility: nothing blocks by STI or MOV SS if an external interrupt is injected, nor by MOV SS if an NMI is",
    "可中断性状态：注入外部中断时没有 STI 或 MOV SS 阻塞；注入 NMI 时没有 MOV SS 阻塞",
    (v) => {
      const event = injected(v);
      const blocking = v.get("guestInterruptibilityState");
      if (event.valid && event.type === TYPE_EXTERNAL) return (blocking & (BLOCKING_STI | BLOCKING_MOV_SS)) === 0;
      return !event.valid || event.type !== TYPE_NMI || (blocking & BLOCKING_MOV_SS) === 0;
    },
  ),
  check(
    "guest-nmi-blocking",
    ["guestInterruptibilityState", "entryInterruptionInformation", "pinBasedControls"],
    "Interruptibility: NMIs are not blocked if one is injected with virtual NMIs",
    "可中断性状态：使用虚拟 NMI 并注入 NMI 时，NMI 未被阻塞",
    (v) => {
      const event = injected(v);
      const nmi = event.valid && event.type === TYPE_NMI && usesVirtualNmis(v);
      return !nmi || (v.get("guestInterruptibilityState") & BLOCKING_NMI) === 0;
    },
  ),
  check(
    "guest-pending-debug-reserved",
    ["guestPendingDebugExceptions"],
    "Pending debug exceptions: reserved bits are 0",
    "待处理的调试异常：保留位为 0",
    (v) => (v.get("guestPendingDebugExceptions") & ~PENDING_ALLOWED) === 0,
  ),
  check(
    "guest-pending-debug-step",
    ["guestPendingDebugExceptions", "guestInterruptibilityState", "guestActivityState", "guestRflags", "guestDebugctl"],
    "Pending debug exceptions: while STI or MOV SS blocks, or in HLT, BS is 1 if and only if RFLAGS.TF is 1 and IA32_DEBUGCTL.BTF is 0",
    "待处理的调试异常：有 STI 或 MOV SS 阻塞、或处于 HLT 时，BS 为 1 当且仅当 RFLAGS.TF 为 1 且 IA32_DEBUGCTL.BTF 为 0",
    (v) => {
      const blocked = (v.get("guestInterruptibilityState") & (BLOCKING_STI | BLOCKING_MOV_SS)) !== 0;
      if (!blocked && v.get("guestActivityState") !== ACTIVITY_HLT) return true;
      const step = (v.get("guestPendingDebugExceptions") & PENDING_BS) !== 0;
      return step === ((v.get("guestRflags") & TF) !== 0 && (v.get("guestDebugctl") & BTF) === 0);
    },
  ),
  check(
    "guest-link-pointer",
    ["vmcsLinkPointer"],
    "VMCS link pointer: all ones, or another region with the revision identifier, 4 KiB aligned, within 32 bits",
    "VMCS 链接指针：全 1，或指向另一个带有修订标识的区域（按 4 KiB 对齐，在 32 位以内）",
    (v) => isLink(v, v.get("vmcsLinkPointer"), v.high("vmcsLinkPointer")),
    QUALIFY_LINK,
  ),
];

function isLink(v: Fields, low: number, high: number): boolean {
  if (low === -1 && high === -1) return true;
  const pointer = low >>> 0;
  return (low & PAGE) === 0 && high === 0 && pointer !== v.pointer && v.read32?.(pointer) === VMCS_REVISION;
}

const DB = 1;
const MC = 18;

function mayWake(activity: number, event: ReturnType<typeof interruptionOf>): boolean {
  if (!event.valid || activity === ACTIVITY_ACTIVE) return true;
  const machineCheck = event.type === 3 && event.vector === MC;
  if (activity === ACTIVITY_SHUTDOWN) return event.type === TYPE_NMI || machineCheck;
  const isWaking = event.type === TYPE_EXTERNAL || event.type === TYPE_NMI || event.type === 7;
  return isWaking || machineCheck || (event.type === 3 && event.vector === DB);
}

/** Checks of the guest-state area, in the manual's order (SDM Vol. 3C, 27.3.1). */
export const GUEST_CHECKS: readonly EntryCheck[] = [...registers, ...segments, ...flags, ...other];
