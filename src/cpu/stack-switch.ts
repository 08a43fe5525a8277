import type { Cpu } from "./cpu.ts";
import { Descriptor, isNull, markAccessed, readDescriptor } from "./descriptor.ts";
import { SS_FAULT, TS } from "./fault.ts";
import { setSegment } from "./segmentation.ts";
import { ATTR_DB, ESP, SS } from "./state.ts";
import { innerStack, readInnerStack } from "./tss.ts";

/**
 * The stack of an inner privilege level while control passes to it: values are pushed there before SS:ESP changes, so
 * that a fault leaves the old stack in place.
 */
class NewStack {
  readonly descriptor = new Descriptor();
  selector = 0;
  pointer = 0;
  private mask = -1;

  /** Takes the stack of `level` from the TSS and checks it (SDM Vol. 2A, CALL, "MORE-PRIVILEGE"; INT n likewise). */
  open(cpu: Cpu, level: number): void {
    readInnerStack(cpu, level);
    const { selector } = innerStack;
    const code = selector & 0xfffc;
    const { descriptor } = this;
    if (isNull(selector)) cpu.fault(TS, code);
    if (!readDescriptor(cpu, selector, descriptor)) cpu.fault(TS, code);
    if (descriptor.rpl !== level || descriptor.dpl !== level || !descriptor.writableData) {
      cpu.fault(TS, code);
    }
    if (!descriptor.present) cpu.fault(SS_FAULT, code);
    this.selector = selector;
    this.pointer = innerStack.pointer;
    this.mask = (descriptor.attributes & ATTR_DB) !== 0 ? -1 : 0xffff;
  }

  /** #SS(selector) unless there is room for `size` more bytes. */
  checkRoom(cpu: Cpu, size: number): void {
    const { descriptor } = this;
    const limit = descriptor.limit >>> 0;
    const first = ((this.pointer - size) & this.mask) >>> 0;
    const last = first + size - 1;
    const inside = (descriptor.type & 4) !== 0 ? first > limit && last <= this.mask >>> 0 : last <= limit;
    if (!inside) cpu.fault(SS_FAULT, this.selector & 0xfffc);
  }

  /** Pushes 2 or 4 bytes as a supervisor: an inner level is never 3. */
  push(cpu: Cpu, value: number, wide: boolean): void {
    const size = wide ? 4 : 2;
    this.checkRoom(cpu, size);
    const offset = (this.pointer - size) & this.mask;
    const linear = this.descriptor.base + offset;
    if (wide) cpu.writeSystem32(linear, value);
    else cpu.writeSystem16(linear, value);
    this.pointer = (this.pointer & ~this.mask) | offset;
  }

  /** SS:ESP become the new stack. */
  commit(cpu: Cpu): void {
    setSegment(cpu, SS, this.selector, this.descriptor);
    cpu.gpr[ESP] = this.pointer;
  }

  /** Sets the accessed bit of the new stack segment; the last thing here that may fault. */
  prepare(cpu: Cpu): void {
    markAccessed(cpu, this.descriptor);
  }
}

/** The only one: control transfers do not nest. */
export const newStack = new NewStack();
