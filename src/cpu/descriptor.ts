import type { Cpu } from "./cpu.ts";
import { ATTR_G, ATTR_UNUSABLE, LDTR } from "./state.ts";

/** A descriptor as it stood in its table, and where. Fields of the raw words are read through accessors. */
export class Descriptor {
  /** As given, RPL included. */
  selector = 0;
  /** Linear address in the table. */
  address = 0;
  low = 0;
  high = 0;

  /** S: code or data, not system. */
  get segment(): boolean {
    return (this.high & 0x1000) !== 0;
  }
  get type(): number {
    return (this.high >> 8) & 15;
  }
  get dpl(): number {
    return (this.high >> 13) & 3;
  }
  get present(): boolean {
    return (this.high & 0x8000) !== 0;
  }
  get code(): boolean {
    return (this.high & 0x1800) === 0x1800;
  }
  get conforming(): boolean {
    return (this.high & 0x1c00) === 0x1c00;
  }
  /** Data that can be written: what SS may hold. */
  get writableData(): boolean {
    return (this.high & 0x1a00) === 0x1200;
  }
  /** Data, or code that can be read: what DS may hold. */
  get readable(): boolean {
    return this.segment && (this.high & 0x0a00) !== 0x0800;
  }
  /** Access is a matter of DPL: data and nonconforming code. */
  get protectedByDpl(): boolean {
    return !this.conforming;
  }
  get base(): number {
    return (this.low >>> 16) | ((this.high & 0xff) << 16) | (this.high & 0xff000000);
  }
  /** In bytes, granularity applied. */
  get limit(): number {
    const limit = (this.low & 0xffff) | (this.high & 0xf0000);
    return (this.attributes & ATTR_G) !== 0 ? (limit << 12) | 0xfff : limit;
  }
  /** As `CpuState.attr` keeps them. */
  get attributes(): number {
    return (this.high >>> 8) & 0xf0ff;
  }
  /** Of a gate: where it leads. */
  get gateSelector(): number {
    return this.low >>> 16;
  }
  get gateOffset(): number {
    return (this.high & 0xffff0000) | (this.low & 0xffff);
  }
  /** Of a call gate. */
  get parameters(): number {
    return this.high & 31;
  }
  /** RPL of the selector it was read through. */
  get rpl(): number {
    return this.selector & 3;
  }
  /** The selector as an error code has it. */
  get errorCode(): number {
    return this.selector & 0xfffc;
  }
}

/** Whether a selector is null: index 0 of the GDT, any RPL. */
export function isNull(selector: number): boolean {
  return (selector & 0xfffc) === 0;
}

/**
 * Reads the descriptor that `selector` names into `into`. Returns false if it lies beyond the limit of its table, or
 * in an LDT when there is none. The access is a supervisor's.
 */
export function readDescriptor(cpu: Cpu, selector: number, into: Descriptor): boolean {
  const { state } = cpu;
  let table = state.gdtrBase;
  let limit = state.gdtrLimit;
  if ((selector & 4) !== 0) {
    if ((state.attr[LDTR] & ATTR_UNUSABLE) !== 0) return false;
    table = state.base[LDTR];
    limit = state.limit[LDTR];
  }
  const offset = selector & 0xfff8;
  if (offset + 7 > limit >>> 0) return false;
  into.selector = selector & 0xffff;
  into.address = (table + offset) | 0;
  into.low = cpu.readSystem32(into.address);
  into.high = cpu.readSystem32(into.address + 4);
  return true;
}

/** Sets the accessed bit in the table, if it is clear. */
export function markAccessed(cpu: Cpu, descriptor: Descriptor): void {
  if ((descriptor.high & 0x100) !== 0) return;
  descriptor.high |= 0x100;
  cpu.writeSystem8(descriptor.address + 5, descriptor.high >> 8);
}
