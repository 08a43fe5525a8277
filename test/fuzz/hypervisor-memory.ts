import type { Memory } from "../../src/machine/memory.ts";
import { IDT, STACK_TOP, TSS, VMM_PAGE_TABLE } from "../../src/vmm/deprivileged/layout.ts";
import type { Domain } from "../../src/vmm/paravirtual/domain.ts";
import {
  EVENT_CHANNELS,
  EVENT_CHANNELS_SIZE,
  FRAME_RECORD,
  FRAME_SIZE,
  FRAME_TABLE,
  GRANT_TABLE_SIZE,
  GRANT_USES,
  GRANT_USES_SIZE,
  HYPERCALL_LOG,
  LOG_RECORD,
  LOG_RECORDS,
  M2P,
  M2P_PAGE_TABLE,
  MAX_DOMAINS,
  MAX_FRAMES,
  SCRATCH_PAGE,
  TRAP_TABLE_SIZE,
  XEN_FRAMES,
} from "../../src/vmm/paravirtual/layout.ts";
import type { Xen } from "../../src/vmm/paravirtual/monitor.ts";

const ACCESSED = 0x20;
/** GTF_reading and GTF_writing: what the hypervisor writes into a grant entry. */
const GRANT_MARKS = 0x18;
const PENDING_WORDS = 0x880 - 0x800;
/** In the word that says how a grant is used: where the number of uses for writing begins. */
const WRITERS_SHIFT = 26;

/** Bytes of the hypervisor's memory that a domain's hypercalls may change, and how. */
interface Range {
  readonly from: number;
  readonly end: number;
  readonly may?: (at: number, old: number, now: number) => boolean;
}

function range(from: number, size: number, may?: Range["may"]): Range {
  return { from, end: from + size, ...(may ? { may } : {}) };
}

/**
 * A use of a grant has changed: if it is a new one, or the first that writes, the granter's entry permits it (which a
 * domain that has granted to itself may have changed since).
 */
function mayBeUsed(xen: Xen, at: number, old: number, actors: readonly Domain[]): boolean {
  const owner = xen.domains.find(({ grantUses }) => at >= grantUses && at < grantUses + GRANT_USES_SIZE);
  if (!owner || actors.includes(owner)) return owner !== undefined;
  const reference = (at - owner.grantUses) >>> 2;
  const use = xen.grants.use(owner, reference);
  const entry = xen.grants.entry(owner, reference);
  const begins = old === 0 && use.readers + use.writers > 0;
  const beginsToWrite = old >>> WRITERS_SHIFT === 0 && use.writers > 0;
  if (begins && use.frame !== entry.frame) return false;
  const permitted = (entry.flags & 3) === 1 && entry.domain === use.user;
  return (!begins && !beginsToWrite) || (permitted && (!beginsToWrite || (entry.flags & 4) === 0));
}

/**
 * What may change in the hypervisor's memory by what `actors` do: its tables as far as they are about them, and what
 * events and grants change for others. `running`: the domain has run, so that the hypervisor's stack was used.
 */
function rangesFor(xen: Xen, actors: readonly Domain[], running: boolean): Range[] {
  const ranges: Range[] = [
    range(FRAME_TABLE, MAX_FRAMES * FRAME_RECORD),
    range(EVENT_CHANNELS, EVENT_CHANNELS_SIZE * MAX_DOMAINS),
    range(GRANT_USES, GRANT_USES_SIZE * MAX_DOMAINS, (at, old) => mayBeUsed(xen, at, old, actors)),
    range(HYPERCALL_LOG, LOG_RECORD * LOG_RECORDS),
    range(M2P, MAX_FRAMES * 4, (at) => {
      const frame = (at - M2P) >>> 2;
      const shared = frame < XEN_FRAMES && actors.some((domain) => xen.frames.isOwnedBy(frame, domain));
      return shared || actors.some((domain) => domain.holds(frame));
    }),
    range(M2P_PAGE_TABLE, FRAME_SIZE, (_, old, now) => ((old ^ now) & ~ACCESSED) === 0),
    range(SCRATCH_PAGE, FRAME_SIZE),
    // The guest's descriptor tables in the hypervisor's range, the system call's gate, the stack of ring 1.
    range(VMM_PAGE_TABLE, 14 * 4),
    range(VMM_PAGE_TABLE + 16 * 4, 16 * 4),
    range(IDT + 0x80 * 8, 8),
    range(TSS + 12, 8),
  ];
  if (running) ranges.push(range(STACK_TOP - 256, 256));
  for (const domain of xen.domains) {
    if (actors.includes(domain)) {
      ranges.push(
        range(domain.sharedInfo, FRAME_SIZE),
        range(domain.grantTable, GRANT_TABLE_SIZE),
        range(domain.trapTable, TRAP_TABLE_SIZE),
        range(domain.grantMaps, FRAME_SIZE),
      );
      continue;
    }
    ranges.push(
      range(domain.sharedInfo, 8, (at, old, now) => at !== domain.sharedInfo || ((old ^ now) & ~0xff) === 0),
      range(domain.sharedInfo + 0x800, PENDING_WORDS),
      range(domain.grantTable, GRANT_TABLE_SIZE, (_, old, now) => ((old ^ now) & ~GRANT_MARKS) === 0),
    );
    // It may have been its turn in between: it was told the time.
    if (running) ranges.push(range(domain.sharedInfo + 32, 32));
  }
  return ranges;
}

/** Whether a domain's frame is granted to somebody for writing, by its table as it is or by a use that goes on. */
function isGranted(xen: Xen, owner: Domain, frame: number, to: readonly Domain[]): boolean {
  for (let reference = 0; reference < GRANT_TABLE_SIZE / 8; reference++) {
    const { flags, domain, frame: named } = xen.grants.entry(owner, reference);
    const offered = (flags & 7) === 1 && named === frame && to.some(({ id }) => id === domain);
    const use = xen.grants.use(owner, reference);
    if (offered || (use.writers > 0 && use.frame === frame && to.some(({ id }) => id === use.user))) return true;
  }
  return false;
}

/**
 * Looks at what has been written since the last time: in the hypervisor's memory only what may, in other domains' only
 * what they have granted. `kept` is memory as it was then, and is brought up to date.
 */
export class MemoryGuard {
  private readonly xen: Xen;
  private readonly kept: Uint8Array;
  private readonly words: Int32Array;

  constructor(xen: Xen) {
    this.xen = xen;
    this.kept = xen.memory.bytes.slice();
    this.words = new Int32Array(this.kept.buffer);
  }

  /** Pages that were written since the last look. */
  look(actors: readonly Domain[], running: boolean, granted = isGranted): { problem: string | null; dirty: number[] } {
    const { xen, words } = this;
    const { memory } = xen;
    const dirty = memory.takeDirty();
    const ranges = rangesFor(xen, actors, running);
    let problem: string | null = null;
    for (const page of dirty) {
      // Its reservation, and what the hypervisor shares with it.
      const owner = xen.domains.find((domain) => domain.holds(page));
      const shares = xen.domains.find((domain) => page < XEN_FRAMES && xen.frames.isOwnedBy(page, domain));
      for (let word = page * 1024; word < page * 1024 + 1024; word++) {
        const [old, now] = [words[word]!, memory.words32[word]!];
        if (old === now) continue;
        words[word] = now;
        if (problem !== null) continue;
        const at = word * 4;
        const fits = owner
          ? actors.includes(owner) || granted(xen, owner, page, actors)
          : ranges.some((r) => at >= r.from && at < r.end && (r.may?.(at, old, now) ?? true)) ||
            (shares !== undefined && granted(xen, shares, page, actors));
        if (!fits) {
          const of = owner ? `domain ${owner.id}` : "the hypervisor";
          problem = `${of}: ${at.toString(16)} has changed from ${(old >>> 0).toString(16)} to ${(now >>> 0).toString(16)}`;
        }
      }
    }
    return { problem, dirty };
  }

  /** Puts pages back as they were in `original`, and takes them so. */
  restore(memory: Memory, original: Uint8Array, pages: Iterable<number>): void {
    for (const page of pages) {
      const at = page * FRAME_SIZE;
      const bytes = original.subarray(at, at + FRAME_SIZE);
      memory.bytes.set(bytes, at);
      this.kept.set(bytes, at);
      memory.replaced(page);
    }
    memory.takeDirty();
  }
}
