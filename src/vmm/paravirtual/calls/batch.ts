import { DOMID_SELF, E2BIG, EFAULT, EINVAL, EPERM, ESRCH } from "../abi.ts";
import type { Domain } from "../domain.ts";
import { BAD_POINTER } from "../guest-memory.ts";
import type { Hypervisor } from "../hypervisor.ts";
import type { Refused } from "../refusals.ts";

/** Operations that one hypercall does at most, and page-table entries that it judges or gives up at most. */
export const MOST_OPERATIONS = 4096;
export const MOST_WORK = 1 << 21;
/** What an operation costs by itself, as so many page-table entries. */
const OPERATION_WORK = 32;

/** Notes a refusal that was found further down. */
export function refuseAs(xen: Hypervisor, { reason, a, b }: Refused, errno = EINVAL): number {
  return xen.refuse(errno, reason, a, b);
}

/** 0, or the refusal. */
export function outcome(xen: Hypervisor, refusal: Refused | null): number {
  return refusal ? refuseAs(xen, refusal) : 0;
}

/** The domain that a hypercall is about: the caller, or for a privileged caller another one. Else -errno. */
export function subjectOf(xen: Hypervisor, id: number): Domain | number {
  if (id === DOMID_SELF || id === xen.current.id) return xen.current;
  if (!xen.current.privileged) return xen.refuse(EPERM, "not-privileged");
  return xen.domain(id) ?? xen.refuse(ESRCH, "no-such-domain", id);
}

/**
 * Does `count` operations, one after the other, up to the first that fails, as Xen does: those before it stand. `one`
 * answers 0 or -errno. How many were done goes to the pointer `done`, unless that is 0. Where Xen would interrupt the
 * hypercall to go on later, it ends with a refusal here.
 */
export function batch(xen: Hypervisor, count: number, done: number, one: (index: number) => number): number {
  if (count >>> 0 > MOST_OPERATIONS) return xen.refuse(E2BIG, "too-many-operations", count >>> 0);
  const { frames, guest } = xen;
  const before = frames.work;
  let result = 0;
  let i = 0;
  try {
    for (; i < count; i++) {
      frames.work += OPERATION_WORK;
      result = frames.work - before > MOST_WORK ? xen.refuse(E2BIG, "too-much-work", i) : one(i);
      if (result !== 0) break;
    }
  } catch (error) {
    if (error !== BAD_POINTER) throw error;
    result = xen.refuse(EFAULT, "bad-pointer");
  }
  if (done !== 0 && guest.at(done, true) >= 0 && guest.at((done + 3) >>> 0, true) >= 0) guest.write32(done, i);
  return result;
}
