import { FLAG_IF, FLAG_IOPL } from "../../cpu/registers.ts";
import type { CpuState } from "../../cpu/state.ts";
import type { Memory } from "../../machine/memory.ts";
import type { Platform } from "../../machine/platform.ts";
import { FIELDS, VCPU } from "./layout.ts";

const SEGMENT_REGISTERS = 8;

/** What translated code reads and writes through GS (FIELDS), in simulated memory. */
export class Fields {
  private readonly memory: Memory;

  constructor(memory: Memory) {
    this.memory = memory;
  }

  get(field: number): number {
    return this.memory.read32(VCPU + field);
  }

  private set(field: number, value: number): void {
    if (this.get(field) !== value) this.memory.write32(VCPU + field, value);
  }

  /** Before translated code is entered: all that it may ask. `time`: virtual time now. */
  write(state: CpuState, platform: Platform, time: number): void {
    this.set(FIELDS.interruptFlag, state.rawFlags & FLAG_IF);
    this.set(FIELDS.interruptFlagBefore, FLAG_IF);
    this.set(FIELDS.iopl, state.rawFlags & FLAG_IOPL);
    this.set(FIELDS.pending, platform.interruptPending() ? 1 : 0);
    const masks = platform.interruptMasks();
    this.set(FIELDS.masksReadable, masks ? 1 : 0);
    this.set(FIELDS.masterMask, masks?.master ?? 0);
    this.set(FIELDS.slaveMask, masks?.slave ?? 0);
    this.set(FIELDS.port92, platform.portIn(0x92, 1, time));
    this.set(FIELDS.control, state.cr0);
    this.set(FIELDS.control + 8, state.cr2);
    this.set(FIELDS.control + 12, state.cr3);
    this.set(FIELDS.control + 16, state.cr4);
    for (let register = 0; register < SEGMENT_REGISTERS; register++) {
      this.set(FIELDS.selectors + register * 4, state.selector[register]! & 0xffff);
    }
  }
}
