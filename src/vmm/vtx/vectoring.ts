import { DB, DF, isContributory, PF } from "../../cpu/fault.ts";
import {
  INFO_ERROR_CODE,
  INFO_TYPE,
  INFO_TYPE_SHIFT,
  INFO_VALID,
  INFO_VECTOR,
  TYPE_EXTERNAL,
  TYPE_HARDWARE_EXCEPTION,
  TYPE_PRIVILEGED_EXCEPTION,
  TYPE_SOFTWARE_EXCEPTION,
  TYPE_SOFTWARE_INTERRUPT,
} from "../../isa/vmx-events.ts";

/** An event that goes through the guest's IDT: one that the VMM injects, or in whose delivery the guest was left. */
export interface GuestEvent {
  readonly vector: number;
  /** TYPE_* of isa/vmx-events.ts. */
  readonly type: number;
  /** -1 for none. */
  readonly errorCode: number;
  /** Length in bytes of the instruction that it stands for, where it is a software interrupt or exception; else 0. */
  readonly length: number;
}

/** Event information (SDM Vol. 3C, 25.8.3). */
export function encodeEvent({ vector, type, errorCode }: GuestEvent): number {
  return vector | (type << INFO_TYPE_SHIFT) | (errorCode >= 0 ? INFO_ERROR_CODE : 0) | INFO_VALID;
}

/** The event of an information field; null if it is not valid. The error code and the length are asked for if it has one. */
export function decodeEvent(information: number, code: () => number, length: () => number): GuestEvent | null {
  if ((information & INFO_VALID) === 0) return null;
  const type = (information & INFO_TYPE) >> INFO_TYPE_SHIFT;
  const event = { vector: information & INFO_VECTOR, type, errorCode: -1, length: 0 };
  if ((information & INFO_ERROR_CODE) !== 0) event.errorCode = code() & 0xffff;
  if (isSoftwareEvent(event)) event.length = length();
  return event;
}

export const externalInterrupt = (vector: number): GuestEvent => ({
  vector,
  type: TYPE_EXTERNAL,
  errorCode: -1,
  length: 0,
});

export const exception = (vector: number, errorCode: number): GuestEvent => ({
  vector,
  type: TYPE_HARDWARE_EXCEPTION,
  errorCode,
  length: 0,
});

/** INT n, INT1, INT3 and INTO: EIP is still that of the instruction. */
export function isSoftwareEvent({ type }: Pick<GuestEvent, "type">): boolean {
  return type === TYPE_SOFTWARE_INTERRUPT || type === TYPE_PRIVILEGED_EXCEPTION || type === TYPE_SOFTWARE_EXCEPTION;
}

/**
 * What becomes of an exception in the delivery of another event (SDM Vol. 3A, 6.15, interrupt 8): itself, a double fault,
 * or null for a triple fault. `protectedMode`: a double fault has an error code there.
 */
export function combine(first: GuestEvent | null, second: GuestEvent, protectedMode: boolean): GuestEvent | null {
  if (first === null || first.type !== TYPE_HARDWARE_EXCEPTION || second.type !== TYPE_HARDWARE_EXCEPTION)
    return second;
  const serious = isContributory(second.vector) || second.vector === PF;
  if (first.vector === DF && serious) return null;
  const double = (isContributory(first.vector) && isContributory(second.vector)) || (first.vector === PF && serious);
  return double ? exception(DF, protectedMode ? 0 : -1) : second;
}

/** Whether an event is a debug exception, which may be a trap: then its instruction has ended already. */
export function isDebug({ vector, type }: GuestEvent): boolean {
  return type === TYPE_HARDWARE_EXCEPTION && vector === DB;
}
