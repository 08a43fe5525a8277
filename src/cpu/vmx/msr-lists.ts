import { MSR_TSC } from "../../isa/control.ts";
import type { FieldName } from "../../isa/vmcs.ts";
import { MSR_LIST_MAX } from "../../isa/vmx-capabilities.ts";
import type { Cpu } from "../cpu.ts";
import { ownTimeStamp, readMsr, writeMsr } from "../model-registers.ts";
import type { Vmcs } from "./vmcs.ts";

/** Areas of MSRs that entries and exits load and store (SDM Vol. 3C, 25.7.2, 25.8.2, 27.4, 28.4, 28.6). */

/** Bytes of an entry: index, reserved, and 64 bits of value. */
const ENTRY = 16;
const RESERVED = 4;
const VALUE = 8;

/** Loads the MSRs of a list in order. Returns 0, or the number (from 1) of the first entry that cannot be loaded. */
export function loadMsrs(cpu: Cpu, vmcs: Vmcs, count: FieldName, area: FieldName): number {
  const entries = vmcs.get(count) >>> 0;
  const first = vmcs.get(area) >>> 0;
  const { memory } = cpu;
  for (let i = 0; i < Math.min(entries, MSR_LIST_MAX + 1); i++) {
    const at = first + i * ENTRY;
    const index = memory.read32(at);
    const reserved = memory.read32(at + RESERVED);
    const low = memory.read32(at + VALUE);
    const high = memory.read32(at + VALUE + 4);
    if (i === MSR_LIST_MAX || reserved !== 0 || !writeMsr(cpu, index, low, high)) return i + 1;
  }
  return 0;
}

/** Stores the MSRs of the VM-exit MSR-store area: whether all could be (28.4). */
export function storeMsrs(cpu: Cpu, vmcs: Vmcs): boolean {
  const entries = vmcs.get("exitMsrStoreCount") >>> 0;
  const first = vmcs.get("exitMsrStoreAddress") >>> 0;
  const { memory } = cpu;
  for (let i = 0; i < Math.min(entries, MSR_LIST_MAX + 1); i++) {
    const at = first + i * ENTRY;
    const index = memory.read32(at);
    // The counter itself, which the guest's offset is no part of.
    const value = index === MSR_TSC ? ownTimeStamp(cpu) : readMsr(cpu, index);
    // An entry has checked the count; whoever has written past it since has too many.
    if (i === MSR_LIST_MAX || memory.read32(at + RESERVED) !== 0 || value === null) return false;
    memory.write32(at + VALUE, value[0]);
    memory.write32(at + VALUE + 4, value[1]);
  }
  return true;
}
