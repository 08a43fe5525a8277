import { ROW_LIST } from "../../isa/rows.ts";
import {
  TYPE_EXTERNAL,
  TYPE_HARDWARE_EXCEPTION,
  TYPE_PRIVILEGED_EXCEPTION,
  TYPE_SOFTWARE_EXCEPTION,
  TYPE_SOFTWARE_INTERRUPT,
} from "../../isa/vmx-events.ts";
import { DELIVERY_EXTERNAL, DELIVERY_FAULT, DELIVERY_SOFTWARE } from "../api.ts";
import type { Cpu } from "../cpu.ts";
import { DB, PF } from "../fault.ts";
import { encodeInterruption } from "./interruption.ts";
import type { ExitInformation } from "./vm-exit.ts";
import type { Vmcs } from "./vmcs.ts";

/** VM exits by exceptions, and what an exit in the middle of a delivery says of the event (SDM Vol. 3C, 26.2, 28.2). */

const REASON_EXCEPTION = 0;

/** Interruption type of an event, by its kind and, of software ones, the instruction. */
export function typeOf(cpu: Cpu, kind: number): number {
  if (kind === DELIVERY_EXTERNAL) return TYPE_EXTERNAL;
  const mnemonic = ROW_LIST[cpu.lastRow]?.mnemonic;
  if (kind !== DELIVERY_SOFTWARE) return TYPE_HARDWARE_EXCEPTION;
  if (mnemonic === "int1") return TYPE_PRIVILEGED_EXCEPTION;
  return mnemonic === "int3" || mnemonic === "into" ? TYPE_SOFTWARE_EXCEPTION : TYPE_SOFTWARE_INTERRUPT;
}

/**
 * Why an exception leaves the guest, or null: the exception bitmap, for page faults with mask and match (25.6.3). `code` is -1
 * for none; `debug`: the bits that DR6 would get. `length` of the instruction whose software exception it is, else 0.
 */
export function exceptionExit(
  cpu: Cpu,
  vmcs: Vmcs,
  vector: number,
  kind: number,
  code: number,
  debug: number,
  length: number,
): ExitInformation | null {
  const type = typeOf(cpu, kind);
  if (type === TYPE_EXTERNAL || type === TYPE_SOFTWARE_INTERRUPT) return null;
  let exits = ((vmcs.get("exceptionBitmap") >>> vector) & 1) !== 0;
  if (vector === PF) {
    const matches = (code & vmcs.get("pageFaultErrorCodeMask")) === vmcs.get("pageFaultErrorCodeMatch");
    exits = exits === matches;
  }
  if (!exits) return null;
  return {
    reason: REASON_EXCEPTION,
    qualification: vector === PF ? cpu.state.cr2 : vector === DB ? debug : 0,
    interruption: encodeInterruption(vector, type, code),
    errorCode: Math.max(0, code),
    resumes: kind === DELIVERY_FAULT,
    ...(length > 0 && { instructionLength: length }),
    byInstruction: kind !== DELIVERY_EXTERNAL,
  };
}
