import type { Fields } from "../../cpu/vmx/entry-checks.ts";
import { EPT_MISCONFIGURATION, EPT_VIOLATION } from "../../cpu/vmx/ept.ts";
import { has } from "../../cpu/vmx/modes.ts";
import { ROW_LIST } from "../../isa/rows.ts";
import type { Words } from "../../isa/types.ts";
import { type FieldName, VMCS_FIELDS, type VmcsAccess, type VmcsWidth } from "../../isa/vmcs.ts";
import { INFO_ERROR_CODE, INFO_VALID, interruptionOf, RIGHTS_UNUSABLE } from "../../isa/vmx-events.ts";
import { EXIT_REASON_BASIC, EXIT_REASON_ENTRY_FAILURE } from "../../isa/vmx-exits.ts";
import {
  CR_LMSW_MEMORY,
  EPT_LINEAR_VALID,
  IO_STRING,
  TASK_GATE,
  TASK_SOURCE_SHIFT,
} from "../../isa/vmx-qualifications.ts";
import { fieldHex } from "../../recorder/vmx-check-words.ts";
import { decodeField } from "./vmx-bits.ts";

/** A bit or a range of bits of a field. */
export interface FieldPart {
  /** The highest and the lowest bit; null where the part is no range of bits. */
  readonly bits: readonly [high: number, low: number] | null;
  readonly name: Words;
  readonly value: Words;
  /** What it means; null where the name says all. */
  readonly words: Words | null;
  /** Of a single bit: whether it is 1. Null for ranges. */
  readonly set: boolean | null;
  /** What a control has to be on this processor; null where it is free (or no control). */
  readonly must: 0 | 1 | null;
  /** It is not what it must be: a VM entry would fail. */
  readonly wrong: boolean;
}

/** A field of a VMCS with what it holds. */
export interface VmcsFieldView {
  readonly name: FieldName;
  readonly encoding: number;
  readonly width: VmcsWidth;
  readonly access: VmcsAccess;
  readonly title: Words;
  /** What the field is for; null where the title says all. */
  readonly words: Words | null;
  /** Unsigned; of a 64-bit field the low half. */
  readonly value: number;
  /** The high half of a 64-bit field; null for others. */
  readonly high: number | null;
  /** Hex digits as wide as the field: `0000000000101000`. */
  readonly raw: string;
  /** What it says, in a phrase: `PE NE PG`, `code, ring 0, 32-bit`, `#PF, with error code`; null for plain numbers. */
  readonly decoded: Words | null;
  /** Bit by bit; empty for plain numbers. */
  readonly parts: readonly FieldPart[];
  /** It does not count: another control switches it off, or it is information that the last exit did not give. */
  readonly idle: boolean;
}

/** A field with what it holds, taken apart. */
export function viewField(name: FieldName, fields: Fields): VmcsFieldView {
  const { encoding, width, access, title, words } = VMCS_FIELDS[name];
  const low = fields.get(name);
  const high = width === 64 ? fields.high(name) : null;
  const idle = isIdle(name, fields);
  const decoded = decodeField(name, fields, has(fields, "unrestricted-guest"), idle);
  return {
    name,
    encoding,
    width,
    access,
    title,
    words,
    value: width === 16 ? low & 0xffff : low >>> 0,
    high: high === null ? null : high >>> 0,
    raw: fieldHex(name, low, high ?? 0),
    decoded: decoded.words,
    parts: decoded.parts,
    idle,
  };
}

/** Exits whose instruction information says something, and those that give a linear or guest-physical address. */
const WITH_INFORMATION = new Set([19, 21, 22, 23, 25, 27, 46, 47, 50, 53]);
const CR_ACCESS = 28;
const IO_INSTRUCTION = 30;
const WITH_GUEST_PHYSICAL = new Set([EPT_VIOLATION, EPT_MISCONFIGURATION]);
const SOFTWARE_TYPES = new Set([4, 5, 6]);
/** Exits by an instruction, whose length they give. */
const BY_INSTRUCTION = new Set(ROW_LIST.flatMap(({ vmx }) => (vmx === null ? [] : [vmx.exitReason])));
const EXCEPTION_OR_NMI = 0;
const TASK_SWITCH = 9;

/** Whether a VMCS holds no exit at all: what a 0 would say, an exception, would have left valid interruption information. */
function hasNoExit(fields: Fields): boolean {
  return (
    fields.get("exitReason") === EXCEPTION_OR_NMI && (fields.get("exitInterruptionInformation") & INFO_VALID) === 0
  );
}

/** Whether the exit has written the length of an instruction (SDM Vol. 3C, 28.2.5): its own, or of a software event. */
function givesLength(fields: Fields): boolean {
  const reason = fields.get("exitReason") & EXIT_REASON_BASIC;
  const events = [fields.get("exitInterruptionInformation"), fields.get("idtVectoringInformation")];
  if (events.some((event) => SOFTWARE_TYPES.has(interruptionOf(event)?.type ?? 0))) return true;
  const gate = fields.get("exitQualification") >>> TASK_SOURCE_SHIFT === TASK_GATE;
  return BY_INSTRUCTION.has(reason) || (reason === TASK_SWITCH && !gate);
}

/** Whether the last exit has not given a field of exit information; a failed entry gives two alone (27.8). */
function isNotGiven(name: FieldName, fields: Fields): boolean {
  if (name === "vmInstructionError") return false;
  if (hasNoExit(fields)) return true;
  const failed = (fields.get("exitReason") & EXIT_REASON_ENTRY_FAILURE) !== 0;
  return failed && name !== "exitReason" && name !== "exitQualification";
}

/** Whether a field does not count now. */
function isIdle(name: FieldName, fields: Fields): boolean {
  const segment = /^guest(Es|Cs|Ss|Ds|Fs|Gs|Ldtr|Tr)(Base|Limit)$/.exec(name)?.[1];
  if (segment !== undefined) return (fields.get(`guest${segment}AccessRights` as FieldName) & RIGHTS_UNUSABLE) !== 0;
  const target = /^cr3TargetValue(\d)$/.exec(name)?.[1];
  if (target !== undefined) return Number(target) >= fields.get("cr3TargetCount");
  if (VMCS_FIELDS[name].access === "read-only" && isNotGiven(name, fields)) return true;
  const reason = fields.get("exitReason") & EXIT_REASON_BASIC;
  const qualification = fields.get("exitQualification");
  const isString = reason === IO_INSTRUCTION && (qualification & IO_STRING) !== 0;
  const isMemoryLmsw = reason === CR_ACCESS && (qualification & CR_LMSW_MEMORY) !== 0;
  const injected = interruptionOf(fields.get("entryInterruptionInformation"));
  const hasCode = (field: FieldName) =>
    (fields.get(field) & (INFO_VALID | INFO_ERROR_CODE)) === (INFO_VALID | INFO_ERROR_CODE);
  switch (name) {
    case "guestPdpte0":
    case "guestPdpte1":
    case "guestPdpte2":
    case "guestPdpte3":
      return true;
    case "secondaryControls":
      return !has(fields, "activate-secondary-controls");
    case "ioBitmapA":
    case "ioBitmapB":
      return !has(fields, "use-io-bitmaps");
    case "msrBitmap":
      return !has(fields, "use-msr-bitmaps");
    case "tscOffset":
      return !has(fields, "use-tsc-offsetting");
    case "eptPointer":
      return !has(fields, "enable-ept");
    case "vpid":
      return !has(fields, "enable-vpid");
    case "vmFunctionControls":
    case "eptpListAddress":
      return !has(fields, "enable-vm-functions");
    case "preemptionTimerValue":
      return !has(fields, "activate-preemption-timer");
    case "exitMsrStoreAddress":
      return fields.get("exitMsrStoreCount") === 0;
    case "exitMsrLoadAddress":
      return fields.get("exitMsrLoadCount") === 0;
    case "entryMsrLoadAddress":
      return fields.get("entryMsrLoadCount") === 0;
    case "entryExceptionErrorCode":
      return !hasCode("entryInterruptionInformation");
    case "entryInstructionLength":
      return injected === null || !SOFTWARE_TYPES.has(injected.type);
    case "exitInterruptionInformation":
    case "idtVectoringInformation":
      return (fields.get(name) & INFO_VALID) === 0;
    case "exitInterruptionErrorCode":
      return !hasCode("exitInterruptionInformation");
    case "idtVectoringErrorCode":
      return !hasCode("idtVectoringInformation");
    case "exitInstructionLength":
      return !givesLength(fields);
    case "exitInstructionInformation":
      return !WITH_INFORMATION.has(reason) && !isString;
    case "guestLinearAddress":
      return !isString && !isMemoryLmsw && (reason !== EPT_VIOLATION || (qualification & EPT_LINEAR_VALID) === 0);
    case "guestPhysicalAddress":
      return !WITH_GUEST_PHYSICAL.has(reason);
    case "vmInstructionError":
      return fields.get(name) === 0;
    default:
      return false;
  }
}
