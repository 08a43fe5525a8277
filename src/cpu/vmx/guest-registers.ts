import { CR0_NE, CR0_PE, CR0_PG } from "../registers.ts";
import { has, isUnrestricted } from "./modes.ts";
import type { Vmcs } from "./vmcs.ts";

/** What the guest sees of registers that the VMM shares with it (SDM Vol. 3C, 25.6.5, 25.6.6, 26.3). */

/** CR0 as the guest reads it: bits of the mask come from the read shadow. `real` is the register. */
export function readCr0(vmcs: Vmcs, real: number): number {
  const mask = vmcs.get("cr0GuestHostMask");
  return (real & ~mask) | (vmcs.get("cr0ReadShadow") & mask);
}

/** As `readCr0`, CR4. */
export function readCr4(vmcs: Vmcs, real: number): number {
  const mask = vmcs.get("cr4GuestHostMask");
  return (real & ~mask) | (vmcs.get("cr4ReadShadow") & mask);
}

/** What a write of `value` that does not leave the guest makes of CR0: bits of the mask stay. */
export function writeCr0(vmcs: Vmcs, real: number, value: number): number {
  const mask = vmcs.get("cr0GuestHostMask");
  return (real & mask) | (value & ~mask);
}

/** As `writeCr0`, CR4. */
export function writeCr4(vmcs: Vmcs, real: number, value: number): number {
  const mask = vmcs.get("cr4GuestHostMask");
  return (real & mask) | (value & ~mask);
}

/** Bits of CR0 that must stay 1 in the guest (24.8). */
export function guestCr0Fixed(vmcs: Vmcs): number {
  return isUnrestricted(vmcs) ? CR0_NE : CR0_NE | CR0_PE | CR0_PG;
}

/** What the guest's RDTSC adds to the counter, in two halves. */
export function tscOffset(vmcs: Vmcs): readonly [low: number, high: number] {
  if (!has(vmcs, "use-tsc-offsetting")) return [0, 0];
  return [vmcs.get("tscOffset"), vmcs.high("tscOffset")];
}
