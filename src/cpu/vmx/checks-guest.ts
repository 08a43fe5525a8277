import { CR0_BITS, CR4_BITS } from "../../isa/control.ts";
import type { FieldName } from "../../isa/vmcs.ts";
import { VMCS_REVISION } from "../../isa/vmx-capabilities.ts";
import { VMX_CONTROLS } from "../../isa/vmx-controls.ts";
import {
  ACTIVITY_STATES,
  INTERRUPTIBILITY_BITS,
  interruptionWords,
  TYPE_EXTERNAL,
  TYPE_NMI,
} from "../../isa/vmx-events.ts";
import { wordsOf } from "../../isa/vmx-exits.ts";
import { CR0_NE, CR0_PE, CR0_PG, CR4_DEFINED, CR4_VMXE, FLAG_IF } from "../registers.ts";
import { beyond, type Fault, fault, part, wrongBits } from "./check-faults.ts";
import { SEGMENT_CHECKS } from "./checks-segments.ts";
import type { EntryCheck, Fields } from "./entry-checks.ts";
import { guestCheck as check, dpl, isV86 } from "./guest-check.ts";
import { interruptionOf } from "./interruption.ts";
import { has, isUnrestricted, usesVirtualNmis } from "./modes.ts";

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
/** Always 1. */
const FLAG_1 = 2;
const RESERVED_FLAGS = 0xffc0_8028 | 0;
const PAGE = 0xfff;
const QUALIFY_LINK = 4;
/** Bits that the manual gives a meaning: LBR, BTF, TR and the like (SDM Vol. 3B, 18.4.1). */
const DEBUGCTL_DEFINED = 0xdfc3;

const rights = (v: Fields, segment: "Ss") => v.get(`guest${segment}AccessRights`);
const injected = (v: Fields) => interruptionOf(v.get("entryInterruptionInformation"));
/** The bits of CR0 that must be 1, and those of CR4 that must be 0. */
const CR0_MUST = CR0_NE | CR0_PE | CR0_PG;
const cr0Must = (v: Fields) => (isUnrestricted(v) ? CR0_NE : CR0_MUST);
const CR4_RESERVED = ~(CR4_DEFINED | CR4_VMXE);

/** Which control activates the secondary ones is not among the check's fields: where NE is 1 it cannot be the one that is on. */
function wrongCr0(v: Fields): Fault[] {
  const value = v.get("guestCr0");
  const free = (v.get("secondaryControls") & VMX_CONTROLS["unrestricted-guest"].mask) !== 0 && (value & CR0_NE) === 0;
  return wrongBits("guestCr0", value, free ? CR0_NE : CR0_MUST, 0, CR0_BITS);
}

/** What blocks events, as a fault of the interruptibility state; `bits` of it matter. */
function blocking(v: Fields, bits: number): Fault[] {
  const state = v.get("guestInterruptibilityState") & bits;
  return INTERRUPTIBILITY_BITS.filter(({ mask }) => (state & mask) !== 0).map(({ words }) => ({
    field: "guestInterruptibilityState",
    words,
  }));
}
function activity(v: Fields): Fault {
  const number = v.get("guestActivityState") >>> 0;
  const name = wordsOf(ACTIVITY_STATES, number) ?? { en: "unknown", zh: "未知" };
  return fault("guestActivityState", name.en, name.zh);
}
const injection = (v: Fields): Fault => {
  const name = interruptionWords(v.get("entryInterruptionInformation")) ?? { en: "none", zh: "无" };
  return fault("entryInterruptionInformation", name.en, name.zh);
};
const bitOf = (field: FieldName, v: Fields, name: string, mask: number): Fault =>
  part(field, name, (v.get(field) & mask) !== 0 ? 1 : 0);

const registers: readonly EntryCheck[] = [
  check(
    "guest-cr0-fixed",
    ["guestCr0", "secondaryControls"],
    "CR0: NE is 1, and PE and PG unless the guest is unrestricted (IA32_VMX_CR0_FIXED0)",
    "CR0：NE 为 1；若非不受限客户机，PE 和 PG 也为 1（IA32_VMX_CR0_FIXED0）",
    (v) => (v.get("guestCr0") & cr0Must(v)) === cr0Must(v),
    wrongCr0,
  ),
  check(
    "guest-cr0-pg-pe",
    ["guestCr0"],
    "CR0: paging only with protection (PG implies PE)",
    "CR0：分页必须在保护模式下（PG 蕴含 PE）",
    (v) => (v.get("guestCr0") & CR0_PG) === 0 || (v.get("guestCr0") & CR0_PE) !== 0,
    () => [fault("guestCr0", "PG is 1 and PE is 0", "PG 为 1 而 PE 为 0")],
  ),
  check(
    "guest-cr4",
    ["guestCr4"],
    "CR4: VMXE is 1, and bits that the processor does not have are 0",
    "CR4：VMXE 为 1，处理器没有的位为 0",
    (v) => (v.get("guestCr4") & CR4_VMXE) !== 0 && (v.get("guestCr4") & CR4_RESERVED) === 0,
    (v) => wrongBits("guestCr4", v.get("guestCr4"), CR4_VMXE, CR4_RESERVED, CR4_BITS),
  ),
  check(
    "guest-debugctl",
    ["guestDebugctl", "entryControls"],
    "IA32_DEBUGCTL, if debug controls are loaded: reserved bits are 0",
    "IA32_DEBUGCTL（若装入调试控制）：保留位为 0",
    (v) =>
      !has(v, "load-debug-controls") ||
      ((v.get("guestDebugctl") & ~DEBUGCTL_DEFINED) === 0 && v.high("guestDebugctl") === 0),
    (v) => [
      ...wrongBits("guestDebugctl", v.get("guestDebugctl"), 0, ~DEBUGCTL_DEFINED),
      ...beyond("guestDebugctl", v.high("guestDebugctl")),
    ],
  ),
];

const flags: readonly EntryCheck[] = [
  check(
    "guest-rflags-reserved",
    ["guestRflags"],
    "RFLAGS: bit 1 is 1, bits 3, 5, 15 and 31:22 are 0",
    "RFLAGS：第 1 位为 1，第 3、5、15 和 31:22 位为 0",
    (v) => (v.get("guestRflags") & FLAG_1) !== 0 && (v.get("guestRflags") & RESERVED_FLAGS) === 0,
    (v) => wrongBits("guestRflags", v.get("guestRflags"), FLAG_1, RESERVED_FLAGS),
  ),
  check(
    "guest-rflags-vm",
    ["guestRflags", "guestCr0"],
    "RFLAGS: VM is 1 only where CR0.PE is 1",
    "RFLAGS：仅当 CR0.PE 为 1 时 VM 才可为 1",
    (v) => !isV86(v) || (v.get("guestCr0") & CR0_PE) !== 0,
    () => [part("guestRflags", "VM", 1), part("guestCr0", "PE", 0)],
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
    (v) => [part("guestRflags", "IF", 0), injection(v)],
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
    (v) => [activity(v)],
  ),
  check(
    "guest-activity-hlt",
    ["guestActivityState", "guestSsAccessRights"],
    "Activity state HLT: only at CPL 0 (SS.DPL)",
    "活动状态 HLT：仅限 CPL 0（SS.DPL）",
    (v) => v.get("guestActivityState") !== ACTIVITY_HLT || dpl(rights(v, "Ss")) === 0,
    (v) => [activity(v), part("guestSsAccessRights", "DPL", dpl(rights(v, "Ss")))],
  ),
  check(
    "guest-activity-blocking",
    ["guestActivityState", "guestInterruptibilityState"],
    "Activity state: active if STI or MOV SS blocks",
    "活动状态：有 STI 或 MOV SS 阻塞时须为“活动”",
    (v) =>
      (v.get("guestInterruptibilityState") & (BLOCKING_STI | BLOCKING_MOV_SS)) === 0 ||
      v.get("guestActivityState") === ACTIVITY_ACTIVE,
    (v) => [activity(v), ...blocking(v, BLOCKING_STI | BLOCKING_MOV_SS)],
  ),
  check(
    "guest-activity-event",
    ["guestActivityState", "entryInterruptionInformation"],
    "An injected event, if any, can wake the guest from its activity state: from HLT an interrupt, NMI, #DB, #MC or pending MTF exit; from shutdown an NMI or #MC",
    "若注入事件，它须能把客户机从其活动状态唤醒：HLT 下为外部中断、NMI、#DB、#MC 或待处理的 MTF 退出；关机下为 NMI 或 #MC",
    (v) => mayWake(v.get("guestActivityState"), injected(v)),
    (v) => [activity(v), injection(v)],
  ),
  check(
    "guest-interruptibility-reserved",
    ["guestInterruptibilityState"],
    "Interruptibility: reserved bits are 0",
    "可中断性状态：保留位为 0",
    (v) => (v.get("guestInterruptibilityState") & RESERVED_BLOCKING) === 0,
    (v) => wrongBits("guestInterruptibilityState", v.get("guestInterruptibilityState"), 0, RESERVED_BLOCKING),
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
    (v) => blocking(v, BLOCKING_STI | BLOCKING_MOV_SS),
  ),
  check(
    "guest-interruptibility-sti",
    ["guestInterruptibilityState", "guestRflags"],
    "Interruptibility: STI blocks only with IF 1",
    "可中断性状态：仅当 IF 为 1 时才有 STI 阻塞",
    (v) => (v.get("guestInterruptibilityState") & BLOCKING_STI) === 0 || (v.get("guestRflags") & FLAG_IF) !== 0,
    (v) => [...blocking(v, BLOCKING_STI), part("guestRflags", "IF", 0)],
  ),
  check(
    "guest-interruptibility-event",
    ["guestInterruptibilityState", "entryInterruptionInformation"],
    "Interruptibility: nothing blocks by STI or MOV SS if an external interrupt is injected, nor by MOV SS if an NMI is",
    "可中断性状态：注入外部中断时没有 STI 或 MOV SS 阻塞；注入 NMI 时没有 MOV SS 阻塞",
    (v) => {
      const event = injected(v);
      const state = v.get("guestInterruptibilityState");
      if (event.valid && event.type === TYPE_EXTERNAL) return (state & (BLOCKING_STI | BLOCKING_MOV_SS)) === 0;
      return !event.valid || event.type !== TYPE_NMI || (state & BLOCKING_MOV_SS) === 0;
    },
    (v) => [...blocking(v, BLOCKING_STI | BLOCKING_MOV_SS), injection(v)],
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
    (v) => [...blocking(v, BLOCKING_NMI), injection(v)],
  ),
  check(
    "guest-pending-debug-reserved",
    ["guestPendingDebugExceptions"],
    "Pending debug exceptions: reserved bits are 0",
    "待处理的调试异常：保留位为 0",
    (v) => (v.get("guestPendingDebugExceptions") & ~PENDING_ALLOWED) === 0,
    (v) => wrongBits("guestPendingDebugExceptions", v.get("guestPendingDebugExceptions"), 0, ~PENDING_ALLOWED),
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
    (v) => [
      ...blocking(v, BLOCKING_STI | BLOCKING_MOV_SS),
      ...(v.get("guestActivityState") === ACTIVITY_HLT ? [activity(v)] : []),
      bitOf("guestPendingDebugExceptions", v, "BS", PENDING_BS),
      bitOf("guestRflags", v, "TF", TF),
      bitOf("guestDebugctl", v, "BTF", BTF),
    ],
  ),
  check(
    "guest-link-pointer",
    ["vmcsLinkPointer"],
    "VMCS link pointer: all ones, or another region with the revision identifier, 4 KiB aligned, within 32 bits",
    "VMCS 链接指针：全 1，或指向另一个带有修订标识的区域（按 4 KiB 对齐，在 32 位以内）",
    (v) => isLink(v, v.get("vmcsLinkPointer"), v.high("vmcsLinkPointer")),
    (v) => wrongLink(v, v.get("vmcsLinkPointer"), v.high("vmcsLinkPointer")),
    QUALIFY_LINK,
  ),
];

function isLink(v: Fields, low: number, high: number): boolean {
  if (low === -1 && high === -1) return true;
  const pointer = low >>> 0;
  return (low & PAGE) === 0 && high === 0 && pointer !== v.pointer && v.read32?.(pointer) === VMCS_REVISION;
}

/** What an event has not kept, the place of the VMCS and what stands in memory, is told where it is at hand. */
function wrongLink(v: Fields, low: number, high: number): Fault[] {
  const field = "vmcsLinkPointer";
  const address = [...wrongBits(field, low, 0, PAGE), ...beyond(field, high)];
  if (address.length > 0 || v.read32 === undefined) return address;
  if (v.pointer === low >>> 0) return [fault(field, "this VMCS itself", "就是此 VMCS 本身")];
  const found = (v.read32(low >>> 0) >>> 0).toString(16);
  return [fault(field, `there stands 0x${found}, no revision identifier`, `该处是 0x${found}，不是修订标识`)];
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
export const GUEST_CHECKS: readonly EntryCheck[] = [...registers, ...SEGMENT_CHECKS, ...flags, ...other];
