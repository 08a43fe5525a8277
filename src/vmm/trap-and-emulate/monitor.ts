import type { Machine } from "../../machine/machine.ts";
import { VMM_DIRECTORY_ENTRY } from "../deprivileged/boot.ts";
import { POOL, POOL_END } from "../deprivileged/layout.ts";
import { Monitor } from "../deprivileged/monitor.ts";

/**
 * The trap-and-emulate VMM: guest kernel at CPL 1, guest user at CPL 3, both as they are written. Privileged
 * instructions trap and are run on the virtual CPU; the sensitive ones that do not trap are not special-cased anywhere.
 */
export class TrapAndEmulate extends Monitor {
  constructor(machine: Machine, guestBytes: number) {
    super(machine, guestBytes, { pool: { first: POOL, end: POOL_END }, directoryEntry: VMM_DIRECTORY_ENTRY });
  }

  protected override enter(): boolean {
    return this.world.compose();
  }
}
