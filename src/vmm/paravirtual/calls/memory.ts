import { E2BIG, EBUSY, EINVAL, ENOMEM, ENOSYS } from "../abi.ts";
import type { Domain } from "../domain.ts";
import type { Hypercall, Hypervisor } from "../hypervisor.ts";
import { GUEST_END, HOLE } from "../layout.ts";
import { type Refused, refused } from "../refusals.ts";
import { MOST_OPERATIONS, MOST_WORK, refuseAs, subjectOf } from "./batch.ts";

/** An extent has at most 2^9 frames (Xen's limit for unprivileged domains). */
const MOST_ORDER = 9;

/** xen_memory_reservation (public/memory.h): extents of 2^order frames, listed by frame or page. */
interface Reservation {
  readonly list: number;
  readonly count: number;
  readonly order: number;
  readonly domain: number;
}
const RESERVATION_SIZE = 20;

function readReservation(xen: Hypervisor, at: number): Reservation {
  const { guest } = xen;
  return {
    list: guest.read32(at),
    count: guest.read32(at + 4) >>> 0,
    order: guest.read32(at + 8) >>> 0,
    domain: guest.read16(at + 16),
  };
}

/** Why a list of extents is not looked at, or null. */
function unreasonable({ count, order }: Reservation): Refused | null {
  if (count > MOST_OPERATIONS) return refused("too-many-operations", count);
  return order > MOST_ORDER ? refused("extent-too-large", order) : null;
}

/**
 * First of 2^order free frames in one piece within the domain's reservation, at `from` or later, aligned to their size;
 * -1 for none.
 */
function findFree(xen: Hypervisor, domain: Domain, order: number, from: number): number {
  const size = 1 << order;
  const { frames } = xen;
  let first = Math.ceil(Math.max(from, domain.firstFrame) / size) * size;
  for (let run = 0; domain.holds(first + run); frames.work++) {
    if (!frames.isFree(first + run)) {
      first += size * (Math.floor(run / size) + 1);
      run = 0;
    } else if (++run === size) return first;
  }
  return -1;
}

type Extent = (domain: Domain, reservation: Reservation, index: number) => Refused | null;

/** Does the extents one by one and answers how many were done: fewer than asked for if one fails. */
function extents(xen: Hypervisor, arg: number, one: Extent): number {
  const reservation = readReservation(xen, arg);
  const domain = subjectOf(xen, reservation.domain);
  if (typeof domain === "number") return 0;
  const refusal = unreasonable(reservation);
  if (refusal) {
    refuseAs(xen, refusal, E2BIG);
    return 0;
  }
  for (let i = 0; i < reservation.count; i++) {
    const problem = one(domain, reservation, i);
    if (problem) {
      refuseAs(xen, problem);
      return i;
    }
  }
  return reservation.count;
}

/** Gives a domain 2^order frames, shown as its pages from `page` on (-1: none yet), from the next free place on. */
class Allocator {
  private readonly xen: Hypervisor;
  private from = 0;

  constructor(xen: Hypervisor) {
    this.xen = xen;
  }

  take(domain: Domain, order: number, page: number): number | Refused {
    const first = findFree(this.xen, domain, order, this.from);
    if (first < 0) return refused("no-memory", 1 << order);
    this.from = first;
    for (let i = 0; i < 1 << order; i++) {
      this.xen.frames.give(first + i, domain);
      if (page >= 0) this.xen.frames.setPage(first + i, page + i);
    }
    return first;
  }
}

/** XENMEM_increase_reservation: new frames, which the list (if there is one) is filled with. */
function increase(xen: Hypervisor, arg: number): number {
  const allocator = new Allocator(xen);
  return extents(xen, arg, (domain, { list, order }, i) => {
    const first = allocator.take(domain, order, -1);
    if (typeof first !== "number") return first;
    if (list !== 0) xen.guest.write32(list + i * 4, first);
    return null;
  });
}

/** XENMEM_decrease_reservation: the frames of the list go back; those still in use do with their last use. */
function decrease(xen: Hypervisor, arg: number): number {
  const { frames, guest } = xen;
  return extents(xen, arg, (domain, { list, order }, i) => {
    const first = guest.read32(list + i * 4) >>> 0;
    for (let frame = first; frame < first + (1 << order); frame++) {
      if (!frames.isOwnedBy(frame, domain) || !domain.holds(frame) || !frames.isAllocated(frame))
        return refused("frame-not-yours", frame);
      frames.takeBack(frame);
    }
    return null;
  });
}

/** XENMEM_populate_physmap: frames for the pages of the list, which is overwritten with them. */
function populate(xen: Hypervisor, arg: number): number {
  const allocator = new Allocator(xen);
  return extents(xen, arg, (domain, { list, order }, i) => {
    const first = allocator.take(domain, order, xen.guest.read32(list + i * 4));
    if (typeof first !== "number") return first;
    xen.guest.write32(list + i * 4, first);
    return null;
  });
}

const EXCHANGED = 2 * RESERVATION_SIZE;

/**
 * XENMEM_exchange: frames of one's own that nothing refers to, for others in pieces of another size. The new ones are
 * shown as the pages that the second list names, and it is overwritten with them.
 */
function exchange(xen: Hypervisor, arg: number): number {
  const { guest, frames } = xen;
  const given = readReservation(xen, arg);
  const wanted = readReservation(xen, arg + RESERVATION_SIZE);
  const domain = subjectOf(xen, given.domain);
  if (typeof domain === "number") return domain;
  const refusal = unreasonable(given) ?? unreasonable(wanted);
  if (refusal) return refuseAs(xen, refusal, E2BIG);
  let done = guest.read32(arg + EXCHANGED) >>> 0;
  const fits = given.domain === wanted.domain && given.count << given.order === wanted.count << wanted.order;
  if (!fits || done > given.count) return xen.refuse(EINVAL, "bad-exchange");
  // As many of the smaller extents as make up one of the larger are exchanged at once.
  const order = Math.max(given.order, wanted.order);
  const step = { given: 1 << (order - given.order), wanted: 1 << (order - wanted.order) };
  if (done % step.given !== 0) return xen.refuse(EINVAL, "bad-exchange");

  const before = frames.work;
  for (; done < given.count; done += step.given) {
    if (frames.work - before > MOST_WORK) return xen.refuse(E2BIG, "too-much-work", done);
    const old: { frame: number; page: number }[] = [];
    for (let i = 0; i < step.given; i++) {
      const first = guest.read32(given.list + (done + i) * 4) >>> 0;
      for (let frame = first; frame < first + (1 << given.order); frame++) old.push({ frame, page: 0 });
    }
    const at = Array.from({ length: step.wanted }, (_, i) => wanted.list + ((done / step.given) * step.wanted + i) * 4);
    const pages = at.map((address) => guest.read32(address));
    // What is to be written can be: once frames have been exchanged there is no way back.
    for (const address of [arg + EXCHANGED, ...at]) guest.write32(address, guest.read32(address));
    for (const [i, piece] of old.entries()) {
      const { frame } = piece;
      const own = frames.isOwnedBy(frame, domain) && domain.holds(frame);
      if (!own || !frames.isAllocated(frame) || frames.describe(frame).references !== 1) {
        restore(old.slice(0, i));
        return own ? xen.refuse(EBUSY, "frame-in-use", frame) : xen.refuse(EINVAL, "frame-not-yours", frame);
      }
      piece.page = frames.pageOf(frame);
      frames.takeBack(frame);
    }
    const allocator = new Allocator(xen);
    const got: number[] = [];
    for (const page of pages) {
      const first = allocator.take(domain, wanted.order, page);
      if (typeof first !== "number") {
        for (const other of got) for (let i = 0; i < 1 << wanted.order; i++) frames.takeBack(other + i);
        restore(old);
        return refuseAs(xen, first, ENOMEM);
      }
      got.push(first);
    }
    guest.write32(arg + EXCHANGED, done + step.given);
    for (const [i, first] of got.entries()) guest.write32(at[i]!, first);
  }
  return 0;

  function restore(old: readonly { frame: number; page: number }[]): void {
    for (const { frame, page } of old) {
      frames.give(frame, domain as Domain);
      frames.setPage(frame, page);
    }
  }
}

function currentReservation(xen: Hypervisor, domain: Domain): number {
  let count = 0;
  xen.frames.work += domain.frames;
  for (let frame = domain.firstFrame; domain.holds(frame); frame++)
    if (xen.frames.isOwnedBy(frame, domain) && xen.frames.isAllocated(frame)) count++;
  return count;
}

function ofDomain(xen: Hypervisor, arg: number, ask: (domain: Domain) => number): number {
  const domain = subjectOf(xen, xen.guest.read16(arg));
  return typeof domain === "number" ? domain : ask(domain);
}

/** XENMEM_machphys_mapping: where guests see the machine-to-physical table, and its last frame. */
function machphysMapping(xen: Hypervisor, arg: number): number {
  xen.guest.write32(arg, HOLE | 0);
  xen.guest.write32(arg + 4, GUEST_END | 0);
  xen.guest.write32(arg + 8, xen.frames.count - 1);
  return 0;
}

/** memory_op(command, argument). */
export const memoryOp: Hypercall = (xen, args) => {
  const [command, arg] = [args[0]!, args[1]! >>> 0];
  switch (command) {
    case 0:
      return increase(xen, arg);
    case 1:
      return decrease(xen, arg);
    case 2:
      return xen.frames.count;
    case 3:
      return ofDomain(xen, arg, (domain) => currentReservation(xen, domain));
    case 4:
      return ofDomain(xen, arg, (domain) => domain.frames);
    case 6:
      return populate(xen, arg);
    case 11:
      return exchange(xen, arg);
    case 12:
      return machphysMapping(xen, arg);
    default:
      return xen.refuse(ENOSYS, "no-such-operation", command);
  }
};
