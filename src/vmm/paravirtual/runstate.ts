import type { Domain } from "./domain.ts";
import { BAD_POINTER, type GuestMemory } from "./guest-memory.ts";
import { halves, nanoseconds } from "./time.ts";

/** RUNSTATE_* of public/vcpu.h. What it spends as `runnable` is stolen from it. */
const RUNNING = 0;
const RUNNABLE = 1;
const BLOCKED = 2;
const OFFLINE = 3;

/** Follows the domains into the run states that they have from `time` (ticks) on; `running` is on the processor, or none is. */
export function followRunstates(domains: readonly Domain[], running: Domain | null, time: number): void {
  for (const domain of domains) {
    const { fields } = domain;
    const now = domain === running ? RUNNING : WAITING[fields.state];
    if (now === fields.runState) continue;
    fields.runTimes[fields.runState]! += time - fields.runSince;
    fields.runState = now;
    fields.runSince = time;
  }
}

const WAITING = { running: RUNNABLE, blocked: BLOCKED, dead: OFFLINE } as const;

/**
 * vcpu_runstate_info of 32-bit guests: {u32 state, u64 since when, u64 time[4]}, in nanoseconds of system time, written
 * where the guest's kernel could write. False where it could not.
 */
export function tellRunstate(guest: GuestMemory, { fields }: Domain, at: number, time: number): boolean {
  const spent = fields.runTimes.map((ticks, state) => ticks + (state === fields.runState ? time - fields.runSince : 0));
  const times = [fields.runSince, ...spent].map(nanoseconds);
  try {
    guest.write32(at, fields.runState);
    for (const [i, value] of times.entries()) {
      const [low, high] = halves(value);
      guest.write32((at + 4 + i * 8) >>> 0, low);
      guest.write32((at + 8 + i * 8) >>> 0, high);
    }
    return true;
  } catch (error) {
    if (error !== BAD_POINTER) throw error;
    return false;
  }
}
