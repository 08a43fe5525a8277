import { PAGE_SIZE } from "../../machine/memory.ts";
import type { GuestView } from "../../machine/tenant.ts";
import type { Probe } from "../position.ts";
import type { Run } from "../run.ts";

/**
 * Where an address is meant: the guest's linear addresses through its own page tables, the guest's physical memory, the
 * computer's physical memory, and linear addresses as the processor translates them now (shadow tables under a VMM).
 */
export type AddressSpace = "linear" | "guest-physical" | "physical" | "host-linear";

export const LINEAR_SIZE = 0x1_0000_0000;

/** A run's address spaces at its present step; reading changes nothing. */
export class Spaces {
  private readonly run: Run;
  private readonly guest: GuestView;
  private readonly probe: Probe;
  private readonly guestBase: number;

  constructor(run: Run) {
    this.run = run;
    this.guest = run.guest;
    this.probe = run.probe;
    this.probe.readGuest();
    this.guestBase = this.guest.hostPhysical(0);
  }

  /** Bytes that the space has. */
  size(space: AddressSpace): number {
    if (space === "physical") return this.run.machine.memory.size;
    return space === "guest-physical" ? this.guest.memory.size : LINEAR_SIZE;
  }

  /** The computer's physical address, or null where nothing is mapped or there is no memory. */
  toPhysical(space: AddressSpace, address: number): number | null {
    const { memory } = this.run.machine;
    if (space === "physical") return address < memory.size ? address : null;
    if (space === "host-linear") {
      const walk = this.run.machine.cpu.translate(address | 0, "read", false, false);
      if (!walk.ok) return null;
      const physical = walk.physical >>> 0;
      return physical < memory.size ? physical : null;
    }
    if (space === "linear") return this.probe.toHost(address);
    const guestPhysical = this.toGuestPhysical(space, address);
    return guestPhysical === null ? null : this.guest.hostPhysical(guestPhysical);
  }

  /** The guest's physical address, or null where nothing is mapped, there is no memory, or it is not the guest's. */
  toGuestPhysical(space: AddressSpace, address: number): number | null {
    const { size } = this.guest.memory;
    if (space === "linear") {
      const walked = this.probe.toPhysical(address);
      if (walked === null) return null;
      return walked >>> 0 < size ? walked >>> 0 : null;
    }
    if (space === "guest-physical") return address < size ? address : null;
    const physical = this.toPhysical(space, address);
    if (physical === null) return null;
    const inGuest = physical - this.guestBase;
    return inGuest >= 0 && inGuest < size ? inGuest : null;
  }

  /**
   * Copies `length` bytes from `address` on (wrapping round at 4 GiB in a linear space) and calls `page` for each page
   * begun, with where it lies. Bytes that are not there are 0.
   */
  read(space: AddressSpace, address: number, length: number, page?: (part: MappedPart) => void): Uint8Array {
    const bytes = new Uint8Array(length);
    const { memory } = this.run.machine;
    for (let offset = 0; offset < length; ) {
      const at = (address + offset) % LINEAR_SIZE;
      const part = Math.min(length - offset, PAGE_SIZE - (at % PAGE_SIZE));
      const physical = this.toPhysical(space, at);
      if (physical !== null) bytes.set(memory.bytes.subarray(physical, physical + part), offset);
      page?.({ address: at, length: part, physical, guestPhysical: this.toGuestPhysical(space, at) });
      offset += part;
    }
    return bytes;
  }
}

/** A part of a space that lies in one page, and where its first byte is; null where nothing is. */
export interface MappedPart {
  readonly address: number;
  readonly length: number;
  readonly physical: number | null;
  readonly guestPhysical: number | null;
}
