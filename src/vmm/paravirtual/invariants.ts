import { PAGE_ACCESSED, PAGE_PRESENT, PAGE_WRITABLE } from "../../cpu/paging.ts";
import type { Domain } from "./domain.ts";
import { type FrameView, L1_TABLE, L2_TABLE, NO_TYPE, SEGMENT_TABLE, WRITABLE } from "./frame-types.ts";
import type { Frames } from "./frames.ts";
import { GNTMAP_READONLY, GRANT_ENTRIES, type Grants } from "./grants.ts";
import { FIRST_RESERVED_SLOT, FRAME_SIZE, XEN_FRAMES } from "./layout.ts";
import { ENTRIES, ENTRY_DISALLOWED, reservedEntry } from "./page-tables.ts";

/** What frames are counted from. */
interface Counted {
  readonly frames: Frames;
  readonly grants: Grants;
  readonly domains: readonly Domain[];
}

/**
 * Counts every frame's references and uses anew, from page directories in CR3, pins, descriptor tables, page-table
 * entries and reservations, and says where the frame table has something else, or a table holds what it may not.
 */
export function checkInvariants({ frames, grants, domains }: Counted): string[] {
  const problems: string[] = [];
  const views: FrameView[] = Array.from({ length: frames.count }, (_, frame) => frames.describe(frame));
  const references = new Int32Array(frames.count);
  const uses = new Int32Array(frames.count);
  /** Linear entries that a directory has, and that map it. */
  const maps = new Int32Array(frames.count);
  const mapped = new Int32Array(frames.count);
  /** Page-table entries by the domain whose they are and another domain's frame that they map; writable ones as well. */
  const foreign = new Map<string, number>();
  const say = (frame: number, text: string) => problems.push(`frame ${frame.toString(16)}: ${text}`);

  const use = (frame: number, type: number, by: string) => {
    const view = views[frame];
    if (!view) {
      problems.push(`${by} refers to frame ${frame.toString(16)}, which does not exist`);
      return;
    }
    references[frame]!++;
    if (type === NO_TYPE) return;
    uses[frame]!++;
    if (view.type !== type) say(frame, `${by} uses it as type ${type}, it has type ${view.type}`);
  };

  const mapping = (domain: number, entry: number, by: string) => {
    const frame = entry >>> 12;
    if ((entry & ENTRY_DISALLOWED) !== 0) problems.push(`${by} has bits ${(entry & ENTRY_DISALLOWED).toString(16)}`);
    use(frame, (entry & PAGE_WRITABLE) !== 0 ? WRITABLE : NO_TYPE, by);
    const owner = views[frame]?.owner;
    if (owner === domain) return;
    count(foreign, `${domain} ${frame}`);
    if ((entry & PAGE_WRITABLE) !== 0) count(foreign, `${domain} ${frame} writable`);
  };

  const directoryEntry = (directory: number, slot: number, entry: number) => {
    const frame = entry >>> 12;
    const by = `entry ${slot} of directory ${directory.toString(16)}`;
    if ((entry & ENTRY_DISALLOWED) !== 0) problems.push(`${by} has bits ${(entry & ENTRY_DISALLOWED).toString(16)}`);
    if (frame === directory || views[frame]?.type === L2_TABLE) {
      if ((entry & PAGE_WRITABLE) !== 0) problems.push(`${by} maps a directory writable`);
      if (frame === directory) return;
      maps[directory]!++;
      mapped[frame]!++;
      use(frame, L2_TABLE, by);
    } else use(frame, L1_TABLE, by);
    if (views[frame]?.owner !== views[directory]!.owner) problems.push(`${by} names another domain's frame`);
  };

  const entriesOf = (frame: number, slots: number, one: (slot: number, entry: number) => void) => {
    for (let slot = 0; slot < slots; slot++) {
      const entry = frames.memory.read32(frame * FRAME_SIZE + slot * 4);
      if ((entry & PAGE_PRESENT) !== 0) one(slot, entry);
    }
  };

  for (const [frame, view] of views.entries()) {
    if (view.pinned) use(frame, view.type === L1_TABLE ? L1_TABLE : L2_TABLE, "a pin");
    if (view.allocated) references[frame]!++;
    if (frame < XEN_FRAMES && view.owner < domains.length + XEN_FRAMES && domains.some(({ id }) => id === view.owner))
      use(frame, WRITABLE, "the hypervisor");
    if (view.typeCount === 0) continue;
    if (!view.validated) say(frame, "in use, and not judged");
    if (view.type === L1_TABLE)
      entriesOf(frame, ENTRIES, (slot, entry) =>
        mapping(view.owner, entry, `entry ${slot} of page table ${frame.toString(16)}`),
      );
    if (view.type !== L2_TABLE) continue;
    entriesOf(frame, FIRST_RESERVED_SLOT, (slot, entry) => directoryEntry(frame, slot, entry));
    for (let slot = FIRST_RESERVED_SLOT; slot < ENTRIES; slot++) {
      const entry = frames.memory.read32(frame * FRAME_SIZE + slot * 4);
      if (((entry ^ reservedEntry(slot)) & ~PAGE_ACCESSED) !== 0) say(frame, `reserved slot ${slot} is ${entry}`);
    }
  }

  for (const { id, fields, context } of domains) {
    if (fields.released) continue;
    use(context.cr3 >>> 12, L2_TABLE, `CR3 of domain ${id}`);
    for (const frame of fields.gdtFrames) if (frame !== 0) use(frame, SEGMENT_TABLE, `the GDT of domain ${id}`);
    for (const frame of fields.ldtFrames) if (frame !== 0) use(frame, SEGMENT_TABLE, `the LDT of domain ${id}`);
  }

  for (const [frame, view] of views.entries()) {
    if (view.references !== references[frame])
      say(frame, `${view.references} references, counted ${references[frame]}`);
    if (view.typeCount !== uses[frame])
      say(frame, `${view.typeCount} uses as type ${view.type}, counted ${uses[frame]}`);
    const linear = maps[frame]! - mapped[frame]!;
    if (view.linear !== linear) say(frame, `${view.linear} linear entries, counted ${linear}`);
    if (maps[frame]! > 0 && mapped[frame]! > 0) say(frame, "a directory that is mapped in another one maps a third");
    if (view.owner < 0 && view.references !== 0) say(frame, "has references and no owner");
  }
  return [...problems, ...checkGrants(frames, grants, domains, foreign)];
}

function count(map: Map<string, number>, key: string): void {
  map.set(key, (map.get(key) ?? 0) + 1);
}

/** Uses of grants are the mappings by handle; what a domain maps of another's it has mapped by a grant. */
function checkGrants(
  frames: Frames,
  grants: Grants,
  domains: readonly Domain[],
  foreign: ReadonlyMap<string, number>,
): string[] {
  const problems: string[] = [];
  const readers = new Map<string, number>();
  const writers = new Map<string, number>();
  const mapped = new Map<string, number>();
  for (const domain of domains)
    for (const [handle, mapping] of grants.mappings(domain)) {
      const key = `${mapping.granter} ${mapping.reference}`;
      const readOnly = (mapping.flags & GNTMAP_READONLY) !== 0;
      count(readOnly ? readers : writers, key);
      count(mapped, `${domain.id} ${mapping.frame}`);
      if (!readOnly) count(mapped, `${domain.id} ${mapping.frame} writable`);
      const use = grants.use(grants.granterOf(mapping), mapping.reference);
      if (use.user !== domain.id || use.frame !== mapping.frame)
        problems.push(`handle ${handle} of domain ${domain.id} maps grant ${key}, which somebody else uses`);
    }
  for (const domain of domains)
    for (let reference = 0; reference < GRANT_ENTRIES; reference++) {
      const use = grants.use(domain, reference);
      const key = `${domain.id} ${reference}`;
      if (use.readers !== (readers.get(key) ?? 0) || use.writers !== (writers.get(key) ?? 0))
        problems.push(`grant ${key}: ${use.readers} readers and ${use.writers} writers that are not mapped`);
    }
  for (const [key, entries] of foreign) {
    const [domain, frame] = key.split(" ", 2).map(Number) as [number, number];
    const privileged = domains.find(({ id }) => id === domain)?.privileged ?? false;
    if (!privileged && entries > (mapped.get(key) ?? 0))
      problems.push(`domain ${domain} maps frame ${frame.toString(16)} of domain ${frames.describe(frame).owner}`);
  }
  return problems;
}
