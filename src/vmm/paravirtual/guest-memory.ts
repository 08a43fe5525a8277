import type { Machine } from "../../machine/machine.ts";
import { HOLE } from "./layout.ts";

/** Thrown where a hypercall's pointer leads nowhere; the hypercall answers -EFAULT. */
export const BAD_POINTER = new Error("a hypercall's pointer leads nowhere");

/**
 * The guest's memory as its kernel reaches it, through the page tables that are loaded now: where the pointers of
 * hypercalls lead. What the guest's kernel could not touch by itself throws BAD_POINTER, the hypervisor's own range
 * among it (guest_handle_okay, copy_from_guest and copy_to_guest of Xen).
 */
export class GuestMemory {
  private readonly machine: Machine;

  constructor(machine: Machine) {
    this.machine = machine;
  }

  /** Physical address of a byte, or -1 where the guest's kernel has no such access. Marks accessed and dirty. */
  at(linear: number, write: boolean): number {
    if (linear >>> 0 >= HOLE) return -1;
    const walk = this.machine.cpu.translate(linear >>> 0, write ? "write" : "read", false, true);
    return walk.ok ? walk.physical : -1;
  }

  private need(linear: number, write: boolean): number {
    const physical = this.at(linear, write);
    if (physical < 0) throw BAD_POINTER;
    return physical;
  }

  read8(linear: number): number {
    return this.machine.memory.read8(this.need(linear, false));
  }

  read16(linear: number): number {
    return this.read8(linear) | (this.read8((linear + 1) >>> 0) << 8);
  }

  /** Signed. */
  read32(linear: number): number {
    if ((linear & 3) === 0) return this.machine.memory.read32(this.need(linear, false));
    return this.read16(linear) | (this.read16((linear + 2) >>> 0) << 16);
  }

  write8(linear: number, value: number): void {
    this.machine.memory.write8(this.need(linear, true), value);
  }

  write32(linear: number, value: number): void {
    if ((linear & 3) === 0) {
      this.machine.memory.write32(this.need(linear, true), value);
      return;
    }
    // All or nothing: both ends first.
    this.need(linear, true);
    this.need((linear + 3) >>> 0, true);
    for (let i = 0; i < 4; i++) this.write8((linear + i) >>> 0, (value >>> (i * 8)) & 0xff);
  }
}
