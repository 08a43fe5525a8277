import type { Words } from "../isa/types.ts";
import { EVENT_KIND_LIST, type EventKind } from "../machine/events.ts";
import type { Seat, Strategy } from "../vmm/strategy.ts";

/**
 * Where the processor is: its real ring, and whether the VMM runs or its guest. (A processor with two worlds of rings has
 * both in the same ring.)
 */
export type Place = number;
export const PLACES = 8;
const RINGS = 4;
const VMM = 4;

export const isVmm = (place: Place): boolean => place >= VMM;
export const ringOf = (place: Place): number => place & 3;
const placeOf = (vmm: boolean, ring: number): Place => (vmm ? VMM : 0) | ring;

type Effect = "stays" | "ring-changes" | "enters-vmm" | "enters-guest";
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
  silent: "stays",
  io: "stays",
  input: "stays",
  halt: "stays",
  exit: "stays",
  shutdown: "stays",
};
const BY_NUMBER = EVENT_KIND_LIST.map((kind) => EFFECTS[kind]);
const MOVES = Uint8Array.from(BY_NUMBER, (effect) => (effect === "stays" ? 0 : 1));

/** Whether an event of a kind (by number) moves the processor. */
export const moves = (kind: number): boolean => MOVES[kind] === 1;

/** The place after an event of a kind (by number) that moves the processor to a ring. */
export function placeAfter(place: Place, kind: number, ring: number): Place {
  const effect = BY_NUMBER[kind];
  return effect === "ring-changes" ? (place & VMM) | ring : placeOf(effect === "enters-vmm", ring);
}

export const isVirtualized = ({ seats }: Strategy): boolean => seats.some(({ who }) => who === "vmm");

/** Where a run begins: under a VMM, with the VMM's own start. */
export const startOf = (strategy: Strategy): Place => placeOf(isVirtualized(strategy), 0);

/** Every place, from the guest's outermost ring to the VMM's innermost. */
export const PLACES_IN_ORDER: readonly Place[] = [false, true].flatMap((vmm) =>
  Array.from({ length: RINGS }, (_, i) => placeOf(vmm, RINGS - 1 - i)),
);

/** The seat at a place: the VMM's, or that of the guest's deepest ring there. */
export function seatAt({ seats }: Strategy, place: Place): Seat | null {
  return seats.find(({ who, ring }) => (who === "vmm") === isVmm(place) && ring === ringOf(place)) ?? null;
}

/** Who is somewhere. */
export interface Sitter {
  readonly who: Seat["who"];
  /** The real one. */
  readonly ring: number;
  /** Where a processor with VMX has two worlds of rings, the one it is in. */
  readonly world: NonNullable<Seat["world"]> | null;
  readonly label: Words;
}

/** Who is at a place; where a strategy has no seat, whoever is nearest to it. */
export function sitterAt(strategy: Strategy, place: Place): Sitter {
  const { seats } = strategy;
  const side = (seat: Seat) => (seat.who === "vmm") === isVmm(place);
  const { who, world, label } = seatAt(strategy, place) ?? seats.find(side) ?? seats[0]!;
  return { who, ring: ringOf(place), world: world ?? null, label };
}
