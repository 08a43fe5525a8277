import { vectorName } from "./exceptions.ts";
import type { Words } from "./types.ts";
import type { Numbered } from "./vmx-exits.ts";

/** States and events as fields of the VMCS hold them (SDM Vol. 3C, 25.4.2, 25.8.3 and 25.9). */

const numbered = (number: number, en: string, zh: string): Numbered => ({ number, words: { en, zh } });

/** Guest activity state. */
export const ACTIVITY_ACTIVE = 0,
  ACTIVITY_HLT = 1,
  ACTIVITY_SHUTDOWN = 2,
  ACTIVITY_WAIT_FOR_SIPI = 3;

export const ACTIVITY_STATES: readonly Numbered[] = [
  numbered(ACTIVITY_ACTIVE, "active", "活动"),
  numbered(ACTIVITY_HLT, "halted by HLT", "因 HLT 停机"),
  numbered(ACTIVITY_SHUTDOWN, "shut down", "已关机"),
  numbered(ACTIVITY_WAIT_FOR_SIPI, "waiting for SIPI (not supported here)", "等待 SIPI（此处不支持）"),
];

/** Bits of the guest interruptibility state; the others are reserved. */
export const BLOCKING_BY_STI = 1 << 0,
  BLOCKING_BY_MOV_SS = 1 << 1,
  BLOCKING_BY_SMI = 1 << 2,
  BLOCKING_BY_NMI = 1 << 3;

/** By bit. */
export const INTERRUPTIBILITY_BITS: readonly { readonly mask: number; readonly words: Words }[] = [
  { mask: BLOCKING_BY_STI, words: { en: "blocking by STI", zh: "被 STI 阻塞" } },
  { mask: BLOCKING_BY_MOV_SS, words: { en: "blocking by MOV SS", zh: "被 MOV SS 阻塞" } },
  { mask: BLOCKING_BY_SMI, words: { en: "blocking by SMI", zh: "被 SMI 阻塞" } },
  { mask: BLOCKING_BY_NMI, words: { en: "blocking by NMI", zh: "被 NMI 阻塞" } },
];

/** Interruption information, of entry, exit and IDT vectoring alike. */
export const INFO_VECTOR = 0xff,
  INFO_TYPE_SHIFT = 8,
  INFO_TYPE = 7 << INFO_TYPE_SHIFT,
  INFO_ERROR_CODE = 1 << 11,
  /** Exits alone: IRET had ended blocking by NMI before it faulted. */
  INFO_NMI_UNBLOCKING = 1 << 12,
  INFO_VALID = 1 << 31,
  /** What an entry does not allow to be set. */
  INFO_ENTRY_RESERVED = 0x7ffff000;

/** Interruption types. */
export const TYPE_EXTERNAL = 0,
  TYPE_NMI = 2,
  TYPE_HARDWARE_EXCEPTION = 3,
  /** INT n: at entries and in IDT vectoring alone. */
  TYPE_SOFTWARE_INTERRUPT = 4,
  /** INT1. */
  TYPE_PRIVILEGED_EXCEPTION = 5,
  /** INT3 and INTO. */
  TYPE_SOFTWARE_EXCEPTION = 6,
  /** Entries alone: a pending MTF exit. */
  TYPE_OTHER = 7;

export const INTERRUPTION_TYPES: readonly Numbered[] = [
  numbered(TYPE_EXTERNAL, "external interrupt", "外部中断"),
  numbered(TYPE_NMI, "NMI", "NMI"),
  numbered(TYPE_HARDWARE_EXCEPTION, "hardware exception", "硬件异常"),
  numbered(TYPE_SOFTWARE_INTERRUPT, "software interrupt", "软件中断"),
  numbered(TYPE_PRIVILEGED_EXCEPTION, "privileged software exception", "特权软件异常"),
  numbered(TYPE_SOFTWARE_EXCEPTION, "software exception", "软件异常"),
  numbered(TYPE_OTHER, "other event", "其他事件"),
];

/** Bits of the access rights of a segment in the VMCS, where they are not those of a descriptor's second dword. */
export const RIGHTS_TYPE = 0xf,
  RIGHTS_S = 1 << 4,
  RIGHTS_DPL_SHIFT = 5,
  RIGHTS_P = 1 << 7,
  RIGHTS_AVL = 1 << 12,
  RIGHTS_L = 1 << 13,
  RIGHTS_DB = 1 << 14,
  RIGHTS_G = 1 << 15,
  RIGHTS_UNUSABLE = 1 << 16,
  RIGHTS_RESERVED = 0xfffe0f00 | 0;

/** Pending debug exceptions, and the exit qualification of #DB: bits as in DR6. */
export const PENDING_DEBUG_ENABLED_BREAKPOINT = 1 << 12,
  PENDING_DEBUG_BS = 1 << 14;

/** Interruption information taken apart; null if it is not valid. */
export interface Interruption {
  readonly vector: number;
  readonly type: number;
  readonly errorCode: boolean;
}

export function interruptionOf(information: number): Interruption | null {
  if ((information & INFO_VALID) === 0) return null;
  return {
    vector: information & INFO_VECTOR,
    type: (information & INFO_TYPE) >> INFO_TYPE_SHIFT,
    errorCode: (information & INFO_ERROR_CODE) !== 0,
  };
}

/** What an event is called: an exception by its mnemonic, others by the vector. */
function nameOf({ type, vector }: Interruption): Words {
  const hex = `${vector.toString(16).toUpperCase().padStart(2, "0")}h`;
  if (type === TYPE_EXTERNAL) return { en: `vector ${hex}`, zh: `向量 ${hex}` };
  const name = type === TYPE_NMI ? "NMI" : type === TYPE_SOFTWARE_INTERRUPT ? `INT ${hex}` : vectorName(vector);
  return { en: name, zh: name };
}

/** Interruption information in words: `#PF, hardware exception, with error code`. */
export function interruptionWords(information: number): Words {
  const event = interruptionOf(information);
  if (event === null) return { en: "none", zh: "无" };
  const type = INTERRUPTION_TYPES.find(({ number }) => number === event.type)?.words;
  const name = nameOf(event);
  return {
    en: `${name.en}, ${type?.en ?? "reserved type"}${event.errorCode ? ", with error code" : ""}`,
    zh: `${name.zh}，${type?.zh ?? "保留类型"}${event.errorCode ? "，带错误码" : ""}`,
  };
}
