import type { Words } from "../../isa/types.ts";
import type { FieldName } from "../../isa/vmcs.ts";
import {
  CR3_TARGETS,
  EPTP_LIST_ENTRIES,
  MEMORY_TYPE_NAMES,
  MEMORY_UC,
  MEMORY_WB,
  MSR_LIST_MAX,
  PHYSICAL_ADDRESS_BITS,
  VMFUNC_EPTP_SWITCHING,
} from "../../isa/vmx-capabilities.ts";
import {
  CONTROL_SETS,
  type ControlId,
  type ControlSetId,
  mayBeOne,
  mustBeOne,
  VMX_CONTROLS,
} from "../../isa/vmx-controls.ts";
import {
  INFO_ENTRY_RESERVED,
  INTERRUPTION_TYPES,
  TYPE_HARDWARE_EXCEPTION,
  TYPE_NMI,
  TYPE_OTHER,
} from "../../isa/vmx-events.ts";
import { wordsOf } from "../../isa/vmx-exits.ts";
import { CR0_PE } from "../registers.ts";
import { beyond, type Fault, fault, faults, part, wrongBits } from "./check-faults.ts";
import { checksOf, type EntryCheck, type Fields } from "./entry-checks.ts";
import { bringsErrorCode, interruptionOf, isSoftware } from "./interruption.ts";
import { controlsOf, has } from "./modes.ts";

const PAGE = 0xfff;
const MSR_ALIGNMENT = 15;
const MSR_ENTRY = 16;
/** The first physical address that there is not. */
const BEYOND = 2 ** PHYSICAL_ADDRESS_BITS;
const NMI_VECTOR = 2;
const TYPE_RESERVED = 1;
const LAST_EXCEPTION = 31;
const LONGEST = 15;
/** EPT pointer: memory type in 2:0, walk length less 1 in 5:3, accessed and dirty in 6, 11:7 reserved. */
const EPT_MEMORY = 7;
const EPT_LENGTH_SHIFT = 3;
const EPT_LENGTH = 3;
const EPT_RESERVED = 0xf80;
const INTERRUPTION = "entryInterruptionInformation";

const check = checksOf("control");

const FIELD_OF: Readonly<Record<ControlSetId, FieldName>> = {
  pin: "pinBasedControls",
  primary: "primaryControls",
  secondary: "secondaryControls",
  exit: "exitControls",
  entry: "entryControls",
};

const TITLES: Readonly<Record<ControlSetId, Words>> = {
  pin: { en: "Pin-based controls", zh: "基于引脚的控制" },
  primary: { en: "Primary processor-based controls", zh: "主处理器控制" },
  secondary: { en: "Secondary processor-based controls", zh: "辅助处理器控制" },
  exit: { en: "VM-exit controls", zh: "VM 退出控制" },
  entry: { en: "VM-entry controls", zh: "VM 进入控制" },
};

const reserved = (set: ControlSetId): EntryCheck => {
  const title = TITLES[set];
  const must = mustBeOne(CONTROL_SETS[set]);
  const may = mayBeOne(CONTROL_SETS[set]);
  return check(
    `${set}-reserved`,
    [FIELD_OF[set]],
    `${title.en}: bits that must be 1 are, and those that the processor does not allow are 0 (capability MSR)`,
    `${title.zh}：必须为 1 的位为 1，处理器不允许的位为 0（见能力 MSR）`,
    (v) => {
      const value = controlsOf(v, set);
      // The secondary controls are not looked at unless they are activated.
      return (set === "secondary" && value === 0) || ((value & must) === must && (value & ~may) === 0);
    },
  );
};

/** `control` is 0, or all of `needs` are 1. */
function implies(control: ControlId, needs: readonly ControlId[], en: string, zh: string): EntryCheck {
  const fields = [control, ...needs].map((id) => FIELD_OF[VMX_CONTROLS[id].set]);
  return check(
    `${control}-needs-${needs.join("-")}`,
    [...new Set(fields)],
    en,
    zh,
    (v) => !has(v, control) || needs.every((id) => has(v, id)),
    (v) => {
      const stands = (id: ControlId) => {
        const { set, title, mask } = VMX_CONTROLS[id];
        const is = (v.get(FIELD_OF[set]) & mask) !== 0 ? 1 : 0;
        return fault(FIELD_OF[set], `“${title.en}” is ${is}`, `“${title.zh}”为 ${is}`);
      };
      return [stands(control), ...needs.map(stands)];
    },
  );
}

/** While `control` is 1, an address is aligned and within physical memory's width (32 bits here). */
function address(control: ControlId | null, field: FieldName, mask: number, en: string, zh: string): EntryCheck {
  return check(
    `${field}-address`,
    [field],
    en,
    zh,
    (v) => {
      const matters = control === null || has(v, control);
      return !matters || ((v.get(field) & mask) === 0 && v.high(field) === 0);
    },
    (v) => badAddress(field, v, mask),
  );
}

/** An address that is not aligned to `mask` + 1, or beyond physical memory's width. */
const badAddress = (field: FieldName, v: Fields, mask: number): Fault[] => [
  ...wrongBits(field, v.get(field), 0, mask),
  ...beyond(field, v.high(field)),
];

function list(count: FieldName, area: FieldName, en: string, zh: string): EntryCheck {
  const endsBeyond = (v: Fields) => (v.get(area) >>> 0) + (v.get(count) >>> 0) * MSR_ENTRY > BEYOND;
  return check(
    `${area}-list`,
    [count, area],
    en,
    zh,
    (v) => {
      const entries = v.get(count) >>> 0;
      if (entries === 0) return true;
      const inside = v.high(area) === 0 && !endsBeyond(v);
      return entries <= MSR_LIST_MAX && (v.get(area) & MSR_ALIGNMENT) === 0 && inside;
    },
    (v) => {
      const entries = v.get(count) >>> 0;
      return [
        ...(entries > MSR_LIST_MAX ? [fault(count, `${entries} items`, `${entries} 项`)] : []),
        ...badAddress(area, v, MSR_ALIGNMENT),
        ...(endsBeyond(v) ? [fault(area, "the list ends beyond 32 bits", "列表末尾超出 32 位")] : []),
      ];
    },
  );
}

const event = (v: Fields) => interruptionOf(v.get(INTERRUPTION));
/** Whether a VM entry would take these halves for an EPT pointer; INVEPT asks as well. */
export function isEptPointer(low: number, high: number): boolean {
  const plain = (low & EPT_RESERVED) === 0 && high === 0;
  return isTableMemory(low & EPT_MEMORY) && eptLength(low) === EPT_LENGTH && plain;
}
const isTableMemory = (type: number) => type === MEMORY_UC || type === MEMORY_WB;
/** Levels of the walk, less 1. */
const eptLength = (low: number) => (low >>> EPT_LENGTH_SHIFT) & 7;

function wrongEptPointer(v: Fields): Fault[] {
  const low = v.get("eptPointer");
  const memory = low & EPT_MEMORY;
  const levels = eptLength(low) + 1;
  const name = MEMORY_TYPE_NAMES[memory];
  return [
    ...faults(
      [
        !isTableMemory(memory),
        fault("eptPointer", `memory type ${memory} (${name ?? "reserved"})`, `内存类型 ${memory}（${name ?? "保留"}）`),
      ],
      [
        levels !== EPT_LENGTH + 1,
        fault(
          "eptPointer",
          `bits 5:3 are ${levels - 1}: a walk of ${levels} level${levels === 1 ? "" : "s"}`,
          `第 5:3 位为 ${levels - 1}：${levels} 级遍历`,
        ),
      ],
    ),
    ...wrongBits("eptPointer", low, 0, EPT_RESERVED),
    ...beyond("eptPointer", v.high("eptPointer")),
  ];
}
/** A check of what is to be injected, if anything is. */
const injection = (
  id: string,
  fields: readonly FieldName[],
  en: string,
  zh: string,
  holds: (event: ReturnType<typeof interruptionOf>, vmcs: Fields) => boolean,
  why?: (vmcs: Fields) => readonly Fault[],
): EntryCheck => check(id, [INTERRUPTION, ...fields], en, zh, (v) => !event(v).valid || holds(event(v), v), why);

/** The kind of event that is to be injected. */
function injectedKind(v: Fields): Fault {
  const { type, vector } = event(v);
  const name = wordsOf(INTERRUPTION_TYPES, type) ?? { en: "reserved", zh: "保留" };
  return fault(
    INTERRUPTION,
    `type ${type} (${name.en}), vector ${vector}`,
    `类型 ${type}（${name.zh}），向量 ${vector}`,
  );
}

/** Checks of the control fields, in the manual's order (SDM Vol. 3C, 27.2.1). */
export const CONTROL_CHECKS: readonly EntryCheck[] = [
  reserved("pin"),
  reserved("primary"),
  reserved("secondary"),
  check(
    "cr3-target-count",
    ["cr3TargetCount"],
    `CR3-target count: at most ${CR3_TARGETS}`,
    `CR3 目标计数：至多 ${CR3_TARGETS}`,
    (v) => v.get("cr3TargetCount") >>> 0 <= CR3_TARGETS,
  ),
  address(
    "use-io-bitmaps",
    "ioBitmapA",
    PAGE,
    "I/O bitmap A, if used: 4 KiB aligned, within 32 bits",
    "I/O 位图 A 若使用：按 4 KiB 对齐，在 32 位以内",
  ),
  address(
    "use-io-bitmaps",
    "ioBitmapB",
    PAGE,
    "I/O bitmap B, if used: 4 KiB aligned, within 32 bits",
    "I/O 位图 B 若使用：按 4 KiB 对齐，在 32 位以内",
  ),
  address(
    "use-msr-bitmaps",
    "msrBitmap",
    PAGE,
    "MSR bitmaps, if used: 4 KiB aligned, within 32 bits",
    "MSR 位图若使用：按 4 KiB 对齐，在 32 位以内",
  ),
  implies("virtual-nmis", ["nmi-exiting"], "Virtual NMIs only with NMI exiting", "虚拟 NMI 需要 NMI 退出"),
  implies(
    "nmi-window-exiting",
    ["virtual-nmis"],
    "NMI-window exiting only with virtual NMIs",
    "NMI 窗口退出需要虚拟 NMI",
  ),
  check(
    "vpid",
    ["vpid", "secondaryControls"],
    "VPID, if enabled: not 0",
    "VPID 若启用：不为 0",
    (v) => !has(v, "enable-vpid") || (v.get("vpid") & 0xffff) !== 0,
  ),
  check(
    "ept-pointer",
    ["eptPointer", "secondaryControls"],
    "EPT pointer, if EPT is enabled: memory type UC or WB, a walk of 4 levels, reserved bits 0, within 32 bits",
    "EPT 指针（若启用 EPT）：内存类型 UC 或 WB，4 级遍历，保留位为 0，在 32 位以内",
    (v) => {
      if (!has(v, "enable-ept")) return true;
      return isEptPointer(v.get("eptPointer"), v.high("eptPointer"));
    },
    wrongEptPointer,
  ),
  implies("unrestricted-guest", ["enable-ept"], "An unrestricted guest only with EPT", "不受限客户机需要 EPT"),
  check(
    "vm-functions",
    ["vmFunctionControls", "eptpListAddress", "secondaryControls"],
    `VM functions, if enabled: only EPTP switching (bit 0), which needs EPT and a list of ${EPTP_LIST_ENTRIES} pointers, 4 KiB aligned`,
    `VM 功能若启用：只有 EPTP 切换（第 0 位），它需要 EPT 以及按 4 KiB 对齐的 ${EPTP_LIST_ENTRIES} 项指针表`,
    (v) => {
      if (!has(v, "enable-vm-functions")) return true;
      const functions = v.get("vmFunctionControls");
      if ((functions & ~VMFUNC_EPTP_SWITCHING) !== 0 || v.high("vmFunctionControls") !== 0) return false;
      if (functions === 0) return true;
      return has(v, "enable-ept") && (v.get("eptpListAddress") & PAGE) === 0 && v.high("eptpListAddress") === 0;
    },
    (v) => [
      ...wrongBits("vmFunctionControls", v.get("vmFunctionControls"), 0, ~VMFUNC_EPTP_SWITCHING),
      ...beyond("vmFunctionControls", v.high("vmFunctionControls")),
      ...badAddress("eptpListAddress", v, PAGE),
      ...(v.get("secondaryControls") & VMX_CONTROLS["enable-ept"].mask
        ? []
        : [fault("secondaryControls", "“Enable EPT” is 0", "“启用 EPT”为 0")]),
    ],
  ),
  reserved("exit"),
  implies(
    "save-preemption-timer",
    ["activate-preemption-timer"],
    "The VMX-preemption timer is saved only where it is activated",
    "仅在启用 VMX 抢占定时器时才保存它",
  ),
  list(
    "exitMsrStoreCount",
    "exitMsrStoreAddress",
    `VM-exit MSR-store area, if any: at most ${MSR_LIST_MAX} items, 16-byte aligned, within 32 bits`,
    `VM 退出 MSR 保存区（若有）：至多 ${MSR_LIST_MAX} 项，按 16 字节对齐，在 32 位以内`,
  ),
  list(
    "exitMsrLoadCount",
    "exitMsrLoadAddress",
    `VM-exit MSR-load area, if any: at most ${MSR_LIST_MAX} items, 16-byte aligned, within 32 bits`,
    `VM 退出 MSR 装入区（若有）：至多 ${MSR_LIST_MAX} 项，按 16 字节对齐，在 32 位以内`,
  ),
  reserved("entry"),
  injection(
    "inject-type",
    [],
    "Event injection: not of the reserved type 1; type 7 only for the monitor trap flag (vector 0)",
    "事件注入：不是保留类型 1；类型 7 仅用于监视陷阱标志（向量 0）",
    ({ type, vector }) => type !== TYPE_RESERVED && (type !== TYPE_OTHER || vector === 0),
    (v) => [injectedKind(v)],
  ),
  injection(
    "inject-vector",
    [],
    "Event injection: an NMI has vector 2, a hardware exception one of 0 to 31",
    "事件注入：NMI 的向量为 2，硬件异常的向量为 0 到 31",
    ({ type, vector }) =>
      type === TYPE_NMI ? vector === NMI_VECTOR : type !== TYPE_HARDWARE_EXCEPTION || vector <= LAST_EXCEPTION,
    (v) => [injectedKind(v)],
  ),
  injection(
    "inject-error-code",
    ["guestCr0"],
    "Event injection: an error code is delivered if and only if the exception has one (8, 10 to 14, 17) and CR0.PE is 1",
    "事件注入：仅当异常带错误码（8、10 至 14、17）且 CR0.PE 为 1 时才投递错误码",
    (injected, v) => injected.errorCode === (bringsErrorCode(injected) && (v.get("guestCr0") & CR0_PE) !== 0),
    (v) => {
      const { vector } = event(v);
      const protection = (v.get("guestCr0") & CR0_PE) !== 0 ? 1 : 0;
      return [
        part(INTERRUPTION, "bit 11", event(v).errorCode ? 1 : 0, "第 11 位"),
        fault(
          INTERRUPTION,
          `vector ${vector} ${bringsErrorCode(event(v)) ? "has" : "has no"} error code`,
          `向量 ${vector} ${bringsErrorCode(event(v)) ? "带" : "不带"}错误码`,
        ),
        part("guestCr0", "PE", protection),
      ];
    },
  ),
  injection(
    "inject-reserved",
    [],
    "Event injection: bits 30:12 are 0",
    "事件注入：30:12 位为 0",
    (injected) => !injected.reserved,
    (v) => wrongBits(INTERRUPTION, v.get(INTERRUPTION), 0, INFO_ENTRY_RESERVED),
  ),
  injection(
    "inject-error-code-bits",
    ["entryExceptionErrorCode"],
    "Event injection: bits 31:16 of the error code are 0",
    "事件注入：错误码的 31:16 位为 0",
    (injected, v) => !injected.errorCode || v.get("entryExceptionErrorCode") >>> 16 === 0,
    () => [fault("entryExceptionErrorCode", "bits 31:16 are not 0", "31:16 位不为 0")],
  ),
  injection(
    "inject-length",
    ["entryInstructionLength"],
    `Event injection: a software interrupt or exception has an instruction of 1 to ${LONGEST} bytes`,
    `事件注入：软件中断或异常的指令长度为 1 到 ${LONGEST} 字节`,
    (injected, v) => {
      const length = v.get("entryInstructionLength") >>> 0;
      return !isSoftware(injected) || (length >= 1 && length <= LONGEST);
    },
    (v) => {
      const length = v.get("entryInstructionLength") >>> 0;
      return [injectedKind(v), fault("entryInstructionLength", `${length} bytes`, `${length} 字节`)];
    },
  ),
  list(
    "entryMsrLoadCount",
    "entryMsrLoadAddress",
    `VM-entry MSR-load area, if any: at most ${MSR_LIST_MAX} items, 16-byte aligned, within 32 bits`,
    `VM 进入 MSR 装入区（若有）：至多 ${MSR_LIST_MAX} 项，按 16 字节对齐，在 32 位以内`,
  ),
];
