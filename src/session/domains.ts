import { GUEST_DOMAIN, type GuestView } from "../machine/tenant.ts";
import type { Computer, Seat } from "../vmm/strategy.ts";
import type { PreparedProgram, SourceMap } from "./program.ts";

/** A domain, and what it believes in. */
export interface Domain {
  readonly id: number;
  readonly guest: GuestView;
}

/** The domain whose code the processor runs now; null while a VMM runs. Without domains, the guest counts as one. */
export function runningDomain({ guest, others = [] }: Computer): Domain | null {
  if (guest.domain === undefined) return guest.inGuest() ? { id: GUEST_DOMAIN, guest } : null;
  const id = guest.domain();
  if (id === GUEST_DOMAIN) return { id, guest };
  return others.find((other) => other.id === id) ?? null;
}

/** Whose memory a physical address of the computer is, and where it lies in there; null if it is no domain's. */
export function ownerOf(
  { guest, others = [] }: Computer,
  physical: number,
): { domain: Domain; address: number } | null {
  for (const domain of [{ id: GUEST_DOMAIN, guest }, ...others]) {
    const address = physical - domain.guest.hostPhysical(0);
    if (address >= 0 && address < domain.guest.memory.size) return { domain, address };
  }
  return null;
}

/** Whether the seat is that of another domain than the guest's. */
export const isOthers = ({ who }: Pick<Seat, "who">): boolean => who === "driver-kernel" || who === "driver-user";

/** Whether the seat is that of a guest which the program on a bare machine runs by VT-x. */
export const isInner = ({ who }: Pick<Seat, "who">): boolean => who === "inner-kernel" || who === "inner-user";

/** A domain's program by its number; the guest's own where it has no other. */
export function programOf(program: PreparedProgram, domain: number): PreparedProgram {
  return program.companions.find(({ id }) => id === domain)?.prepared ?? program;
}

/** The program of the domain whose turn it is. */
export function programHere({ run, program }: { readonly run: { readonly domain: Domain }; program: PreparedProgram }) {
  return programOf(program, run.domain.id);
}

/** From the addresses of a domain to the lines of its source. */
export function sourcesOf(program: PreparedProgram, domain: number): SourceMap | null {
  return programOf(program, domain).sources;
}
