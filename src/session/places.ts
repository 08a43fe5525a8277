import type { Words } from "../isa/types.ts";
import { EVENT_KIND_LIST, type EventKind } from "../machine/events.ts";
import { GUEST_DOMAIN } from "../machine/tenant.ts";
import type { Seat, Strategy } from "../vmm/strategy.ts";
import { isInner, isOthers } from "./domains.ts";

/**
 * Where the processor is: its real ring, whether the VMM runs or a guest, whether it is another domain's turn, and on a
 * bare machine whether it is in VMX non-root operation. (Where a VMM is there, its world is root and the guest's is not.)
 */
export type Place = number;
/** What is summed up by: as a place, but a VMM is the same whoever's turn it is. */
export type Stay = number;
export const STAYS = 20;
const RINGS = 4;
const VMM = 4;
const OTHER = 8;
const NON_ROOT = 16;

export const isVmm = (place: Place): boolean => (place & VMM) !== 0;
export const ringOf = (place: Place): number => place & 3;
export const stayOf = (place: Place): Stay => (isVmm(place) ? place & ~OTHER : place);

type Effect = "stays" | "ring-changes" | "enters-vmm" | "enters-guest" | "switches" | "vm-enters" | "vm-exits";
/** What an event does to the place. Privilege levels are the processor's own in those that change it. */
const EFFECTS: Readonly<Record<EventKind, Effect>> = {
  exception: "ring-changes",
  "software-interrupt": "ring-changes",
  interrupt: "ring-changes",
  ring: "ring-changes",
  trap: "enters-vmm",
  callout: "enters-vmm",
  resume: "enters-guest",
  emulate: "stays",
  reflect: "stays",
  inject: "stays",
  "shadow-fill": "stays",
  "trace-hit": "stays",
  translate: "stays",
  hypercall: "stays",
  domain: "switches",
  silent: "stays",
  io: "stays",
  input: "stays",
  halt: "stays",
  exit: "stays",
  shutdown: "stays",
  "vm-entry": "vm-enters",
  "vm-exit": "vm-exits",
  "vm-fail": "stays",
};
const BY_NUMBER = EVENT_KIND_LIST.map((kind) => EFFECTS[kind]);
const MOVES = Uint8Array.from(BY_NUMBER, (effect) => (effect === "stays" ? 0 : 1));

/** Whether an event of a kind (by number) moves the processor. */
export const moves = (kind: number): boolean => MOVES[kind] === 1;

/** The place after an event of a kind (by number) that moves the processor to a ring, and whose turn it is then. */
export function placeAfter(place: Place, kind: number, ring: number, domain: number): Place {
  const other = domain === GUEST_DOMAIN ? 0 : OTHER;
  switch (BY_NUMBER[kind]) {
    case "switches":
      return (place & ~OTHER) | other;
    case "ring-changes":
      return (place & (VMM | NON_ROOT)) | ring | other;
    // Who enters as a VMM has a guest that comes out to it; else both are the bare machine's, in two worlds.
    case "vm-enters":
      return (isVmm(place) ? 0 : NON_ROOT) | ring | other;
    case "vm-exits":
      return ((place & NON_ROOT) === 0 ? VMM : 0) | ring | other;
    default:
      return (BY_NUMBER[kind] === "enters-vmm" ? VMM : 0) | ring | other;
  }
}

export const isVirtualized = ({ seats }: Strategy): boolean => seats.some(({ who }) => who === "vmm");

/** Where a run begins: under a VMM, with the VMM's own start. */
export const startOf = (strategy: Strategy): Place => (isVirtualized(strategy) ? VMM : 0);

/** Every stay, from the guest's outermost ring over the other domains' to the VMM's innermost. */
export const STAYS_IN_ORDER: readonly Stay[] = [NON_ROOT, 0, OTHER, VMM].flatMap((side) =>
  Array.from({ length: RINGS }, (_, i) => side | (RINGS - 1 - i)),
);

/** Whether a seat is the VMM's, another domain's or the guest's own, as a place is. */
const onSide = (seat: Seat, place: Place): boolean =>
  (seat.who === "vmm") === isVmm(place) &&
  (isVmm(place) || isOthers(seat) === ((place & OTHER) !== 0)) &&
  isInner(seat) === ((place & NON_ROOT) !== 0);

/** The seat at a place: the VMM's, or that of the deepest ring there of whoever's turn it is. */
export function seatAt({ seats }: Strategy, place: Place): Seat | null {
  return seats.find((seat) => onSide(seat, place) && seat.ring === ringOf(place)) ?? null;
}

/** Who is somewhere. */
export interface Sitter {
  readonly who: Seat["who"];
  /** The real one. */
  readonly ring: number;
  /** Whether the ring is one of those of non-root operation. */
  readonly world: "non-root" | null;
  readonly label: Words;
}

/**
 * Who is at a place; where a strategy has no seat, whoever is nearest to it. That the processor is in non-root operation is
 * known; outside of it, the log does not tell root operation from what comes before VMXON and after VMXOFF.
 */
export function sitterAt(strategy: Strategy, place: Place): Sitter {
  const { seats } = strategy;
  const near = seats.find((seat) => onSide(seat, place));
  const { who, world, label } = seatAt(strategy, place) ?? near ?? seats[0]!;
  return { who, ring: ringOf(place), world: world === "non-root" ? world : null, label };
}
