import {
  INFO_ENTRY_RESERVED,
  INFO_ERROR_CODE,
  INFO_TYPE_SHIFT,
  INFO_VALID,
  INFO_VECTOR,
  TYPE_HARDWARE_EXCEPTION,
  TYPE_PRIVILEGED_EXCEPTION,
  TYPE_SOFTWARE_EXCEPTION,
  TYPE_SOFTWARE_INTERRUPT,
} from "../../isa/vmx-events.ts";
import { hasErrorCode } from "../fault.ts";

/** Event information as entry, exit and IDT-vectoring fields have it (SDM Vol. 3C, 25.8.3, 25.9.2). */

export interface EventInformation {
  readonly vector: number;
  readonly type: number;
  readonly errorCode: boolean;
  readonly valid: boolean;
  readonly reserved: boolean;
}

export function interruptionOf(value: number): EventInformation {
  return {
    vector: value & INFO_VECTOR,
    type: (value >>> INFO_TYPE_SHIFT) & 7,
    errorCode: (value & INFO_ERROR_CODE) !== 0,
    valid: (value & INFO_VALID) !== 0,
    reserved: (value & INFO_ENTRY_RESERVED) !== 0,
  };
}

/** `code` is -1 for none. */
export function encodeInterruption(vector: number, type: number, code: number): number {
  return vector | (type << INFO_TYPE_SHIFT) | (code === -1 ? 0 : INFO_ERROR_CODE) | INFO_VALID;
}

/** Whether an injected event of that kind brings an error code, with CR0.PE set. */
export function bringsErrorCode({ type, vector }: EventInformation): boolean {
  return type === TYPE_HARDWARE_EXCEPTION && hasErrorCode(vector);
}

/** Whether the event stands for an instruction, whose length entry needs. */
export function isSoftware({ type }: EventInformation): boolean {
  return type === TYPE_SOFTWARE_INTERRUPT || type === TYPE_PRIVILEGED_EXCEPTION || type === TYPE_SOFTWARE_EXCEPTION;
}
