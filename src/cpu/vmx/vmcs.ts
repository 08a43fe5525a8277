import { type FieldName, VMCS_FIELDS } from "../../isa/vmcs.ts";
import type { PhysicalMemory } from "../bus.ts";

/** Offset of the VMX-abort indicator in the region; the revision identifier is before it, the launch state behind. */
const ABORT = 4;
const LAUNCHED = 8;

/** A VMCS: the region of simulated memory in which the processor keeps it. Fields are read and written in place. */
export class Vmcs {
  /** Physical address of the region, or -1 for none. */
  pointer = -1;
  private readonly memory: PhysicalMemory;

  constructor(memory: PhysicalMemory) {
    this.memory = memory;
  }

  /** A field's value as int32; of a 64-bit field the low half. */
  get(name: FieldName): number {
    return this.memory.read32(this.pointer + VMCS_FIELDS[name].offset);
  }

  /** The upper half of a 64-bit field. */
  high(name: FieldName): number {
    return this.memory.read32(this.pointer + VMCS_FIELDS[name].offset + 4);
  }

  /** What stands in memory at a physical address. */
  read32(physical: number): number {
    return this.memory.read32(physical);
  }

  set(name: FieldName, value: number): void {
    this.memory.write32(this.pointer + VMCS_FIELDS[name].offset, value);
  }

  setHigh(name: FieldName, value: number): void {
    this.memory.write32(this.pointer + VMCS_FIELDS[name].offset + 4, value);
  }

  /** Sets all 64 bits of a field from two halves. */
  set64(name: FieldName, low: number, high: number): void {
    this.set(name, low);
    this.setHigh(name, high);
  }

  get launched(): boolean {
    return this.memory.read32(this.pointer + LAUNCHED) !== 0;
  }

  setLaunched(launched: boolean): void {
    this.memory.write32(this.pointer + LAUNCHED, launched ? 1 : 0);
  }

  abort(indicator: number): void {
    this.memory.write32(this.pointer + ABORT, indicator);
  }
}

/** The fields of a segment register in the VMCS, guest or host, by its name there. */
export const GUEST_SEGMENTS = ["Es", "Cs", "Ss", "Ds", "Fs", "Gs", "Ldtr", "Tr"] as const;
export type GuestSegment = (typeof GUEST_SEGMENTS)[number];
