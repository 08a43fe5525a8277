import { DOMID_SELF } from "./abi.ts";
import type { Domain } from "./domain.ts";
import type { Frames } from "./frames.ts";
import { GRANT_MAPS_SIZE, GRANT_TABLE_SIZE } from "./layout.ts";
import { type Refused, refused } from "./refusals.ts";

// grant_entry_v1 (public/grant_table.h): flags, the domain that is granted access, and the frame.
const ENTRY_SIZE = 8;
export const GRANT_ENTRIES = GRANT_TABLE_SIZE / ENTRY_SIZE;
const ENTRY_DOMAIN_SHIFT = 16;
const GTF_TYPE = 3;
export const GTF_PERMIT_ACCESS = 1;
export const GTF_READONLY = 1 << 2;
export const GTF_READING = 1 << 3;
export const GTF_WRITING = 1 << 4;

// How a grant is used now, a word of the hypervisor's for each: the frame, who uses it, uses for reading and writing.
const USED_FRAME = 0x1ffff;
const USER_SHIFT = 17;
const READERS_SHIFT = 20;
const WRITERS_SHIFT = 26;
const MOST_USES = 63;

// What a domain has mapped of others' grants: records by handle.
const MAP_SIZE = 16;
export const MOST_HANDLES = GRANT_MAPS_SIZE / MAP_SIZE;
const MAP_USED = 1 << 31;
const MAP_GRANTER_SHIFT = 8;

/** GNTST_ codes. */
export const GRANT_OKAY = 0;
export const GRANT_ERROR = -1;
export const GRANT_BAD_DOMAIN = -2;
export const GRANT_BAD_REFERENCE = -3;
export const GRANT_BAD_HANDLE = -4;
export const GRANT_BAD_ADDRESS = -5;
export const GRANT_NO_SPACE = -7;
export const GRANT_DENIED = -8;
export const GRANT_BAD_PAGE = -9;
export const GRANT_BAD_COPY = -10;

/** Why a grant can't be used: GNTST_ code and reason. */
export interface GrantRefusal {
  readonly status: number;
  readonly refusal: Refused;
}

export function grantRefusal(status: number, refusal: Refused): GrantRefusal {
  return { status, refusal };
}

export interface GrantEntry {
  readonly flags: number;
  readonly domain: number;
  readonly frame: number;
}

export interface GrantUse {
  readonly frame: number;
  readonly user: number;
  readonly readers: number;
  readonly writers: number;
}

/** A grant that a domain has mapped. */
export interface GrantMapping {
  readonly granter: number;
  readonly reference: number;
  /** GNTMAP_ flags. */
  readonly flags: number;
  /** Where it was mapped: a linear address, or a page-table entry's machine address, as the flags say. */
  readonly address: number;
  readonly frame: number;
}

/** Grant tables: the granter's entries are shared with it, uses and mappings are kept by the hypervisor. */
export class Grants {
  private readonly frames: Frames;
  private readonly domains: readonly Domain[];

  constructor(host: { readonly frames: Frames; readonly domains: readonly Domain[] }) {
    this.frames = host.frames;
    this.domains = host.domains;
  }

  entry(granter: Domain, reference: number): GrantEntry {
    const { memory } = this.frames;
    const at = granter.grantTable + reference * ENTRY_SIZE;
    const word = memory.read32(at);
    return { flags: word & 0xffff, domain: word >>> ENTRY_DOMAIN_SHIFT, frame: memory.read32(at + 4) >>> 0 };
  }

  /** Writes an entry, as the granter itself could. */
  setEntry(granter: Domain, reference: number, { flags, domain, frame }: GrantEntry): void {
    const { memory } = this.frames;
    const at = granter.grantTable + reference * ENTRY_SIZE;
    memory.write32(at + 4, frame | 0);
    memory.write32(at, flags | (domain << ENTRY_DOMAIN_SHIFT));
  }

  private mark(granter: Domain, reference: number, set: number, clear: number): void {
    const { memory } = this.frames;
    const at = granter.grantTable + reference * ENTRY_SIZE;
    memory.write32(at, (memory.read32(at) & ~clear) | set);
  }

  use(granter: Domain, reference: number): GrantUse {
    const word = this.frames.memory.read32(granter.grantUses + reference * 4);
    return {
      frame: word & USED_FRAME,
      user: (word >>> USER_SHIFT) & 7,
      readers: (word >>> READERS_SHIFT) & MOST_USES,
      writers: word >>> WRITERS_SHIFT,
    };
  }

  private setUse(granter: Domain, reference: number, { frame, user, readers, writers }: GrantUse): void {
    const word = frame | (user << USER_SHIFT) | (readers << READERS_SHIFT) | (writers << WRITERS_SHIFT);
    this.frames.memory.write32(granter.grantUses + reference * 4, readers + writers === 0 ? 0 : word);
  }

  /**
   * A domain begins to use a grant: the entry is marked, so that the granter can see it and must not take it back. While
   * a grant is in use its frame is the one that it named first, whatever the granter has made of the entry since.
   */
  begin(granter: Domain, reference: number, user: Domain, writable: boolean): GrantRefusal | number {
    if (reference >= GRANT_ENTRIES)
      return grantRefusal(GRANT_BAD_REFERENCE, refused("no-such-grant", reference, granter.id));
    const use = this.use(granter, reference);
    const entry = this.entry(granter, reference);
    const inUse = use.readers + use.writers > 0;
    if (inUse && (use.user !== user.id || use.readers === MOST_USES || use.writers === MOST_USES))
      return grantRefusal(GRANT_ERROR, refused("grant-busy", reference, use.user));
    if (!inUse || (writable && use.writers === 0)) {
      if ((entry.flags & GTF_TYPE) !== GTF_PERMIT_ACCESS || entry.domain !== user.id)
        return grantRefusal(GRANT_ERROR, refused("not-granted", reference, entry.domain));
      if (writable && (entry.flags & GTF_READONLY) !== 0)
        return grantRefusal(GRANT_ERROR, refused("granted-read-only", reference));
    }
    const frame = inUse ? use.frame : entry.frame;
    if (!this.frames.isOwnedBy(frame, granter))
      return grantRefusal(GRANT_BAD_PAGE, refused("granted-frame", reference, frame));
    this.mark(granter, reference, GTF_READING | (writable ? GTF_WRITING : 0), 0);
    const { readers, writers } = use;
    this.setUse(granter, reference, {
      frame,
      user: user.id,
      readers: readers + (writable ? 0 : 1),
      writers: writers + (writable ? 1 : 0),
    });
    return frame;
  }

  /** Ends a use; the granter's entry shows when the last one that writes, and the last one at all, has ended. */
  end(granter: Domain, reference: number, writable: boolean): void {
    const use = this.use(granter, reference);
    const readers = use.readers - (writable ? 0 : 1);
    const writers = use.writers - (writable ? 1 : 0);
    this.setUse(granter, reference, { ...use, readers, writers });
    const over = writers > 0 ? 0 : GTF_WRITING;
    this.mark(granter, reference, 0, readers + writers > 0 ? over : over | GTF_READING);
  }

  /** What a domain has mapped under a handle, or null. */
  mapping(domain: Domain, handle: number): GrantMapping | null {
    if (handle >>> 0 >= MOST_HANDLES) return null;
    const { memory } = this.frames;
    const at = domain.grantMaps + handle * MAP_SIZE;
    const word = memory.read32(at);
    if ((word & MAP_USED) === 0) return null;
    return {
      granter: (word >>> MAP_GRANTER_SHIFT) & 0xff,
      reference: memory.read32(at + 4),
      flags: word & 0xff,
      address: memory.read32(at + 8) >>> 0,
      frame: memory.read32(at + 12),
    };
  }

  freeHandle(domain: Domain): number {
    this.frames.work += MOST_HANDLES;
    for (let handle = 0; handle < MOST_HANDLES; handle++) if (!this.mapping(domain, handle)) return handle;
    return -1;
  }

  setMapping(domain: Domain, handle: number, mapping: GrantMapping | null): void {
    const { memory } = this.frames;
    const at = domain.grantMaps + handle * MAP_SIZE;
    memory.write32(at, mapping ? MAP_USED | (mapping.granter << MAP_GRANTER_SHIFT) | mapping.flags : 0);
    memory.write32(at + 4, mapping?.reference ?? 0);
    memory.write32(at + 8, (mapping?.address ?? 0) | 0);
    memory.write32(at + 12, mapping?.frame ?? 0);
  }

  /** All that a domain has mapped, by handle. */
  mappings(domain: Domain): (readonly [number, GrantMapping])[] {
    return Array.from({ length: MOST_HANDLES }, (_, handle) => [handle, this.mapping(domain, handle)] as const).filter(
      (pair): pair is readonly [number, GrantMapping] => pair[1] !== null,
    );
  }

  /** Ended or not: a domain that has ended may still have lent its frames. */
  granterOf({ granter }: GrantMapping): Domain {
    return this.domains.find(({ id }) => id === granter)!;
  }

  /** A domain has ended: it uses no grant any more. The frames' references go with its page tables. */
  release(domain: Domain): void {
    for (const [handle, mapping] of this.mappings(domain)) {
      this.end(this.granterOf(mapping), mapping.reference, (mapping.flags & GNTMAP_READONLY) === 0);
      this.setMapping(domain, handle, null);
    }
  }
}

/** GNTMAP_ flags. */
export const GNTMAP_HOST = 1 << 1;
export const GNTMAP_READONLY = 1 << 2;
export const GNTMAP_APPLICATION = 1 << 3;
export const GNTMAP_CONTAINS_PTE = 1 << 4;

/** Whether an id in a hypercall means the caller. */
export function isSelf(id: number, caller: Domain): boolean {
  return id === DOMID_SELF || id === caller.id;
}
