import { PAGE_ACCESSED, PAGE_DIRTY, PAGE_FRAME, PAGE_PRESENT, PAGE_USER, PAGE_WRITABLE } from "../../../cpu/paging.ts";
import { EINVAL, ENOSYS } from "../abi.ts";
import type { Domain } from "../domain.ts";
import { L1_TABLE, WRITABLE } from "../frame-types.ts";
import {
  GNTMAP_APPLICATION,
  GNTMAP_CONTAINS_PTE,
  GNTMAP_HOST,
  GNTMAP_READONLY,
  GRANT_BAD_ADDRESS,
  GRANT_BAD_COPY,
  GRANT_BAD_DOMAIN,
  GRANT_BAD_HANDLE,
  GRANT_BAD_PAGE,
  GRANT_DENIED,
  GRANT_ERROR,
  GRANT_NO_SPACE,
  GRANT_OKAY,
  type GrantMapping,
  type GrantRefusal,
  grantRefusal,
  isSelf,
  MOST_HANDLES,
} from "../grants.ts";
import type { Hypercall, Hypervisor } from "../hypervisor.ts";
import { FRAME_SIZE, GRANT_FRAMES } from "../layout.ts";
import { dropL1Entry, findL1Entry } from "../page-tables.ts";
import { type Refused, refused } from "../refusals.ts";
import { batch, refuseAs } from "./batch.ts";

/** One operation, whose structure is at `at`: reads it, does it, and writes the GNTST_ code into it. */
interface Operation {
  readonly size: number;
  /** Where in the structure the code goes. */
  readonly status: number;
  readonly run: (xen: Hypervisor, at: number) => GrantRefusal | null;
}

/** Where a grant's page-table entry is to stand: its machine address. */
function entryAt(xen: Hypervisor, address: number, flags: number): number | Refused {
  if ((flags & GNTMAP_CONTAINS_PTE) === 0) return findL1Entry(xen, address);
  const { frames, current } = xen;
  const frame = address >>> 12;
  if (!frames.isOwnedBy(frame, current)) return refused("frame-not-yours", frame);
  return (address & 3) === 0 && frames.typeInUse(frame) === L1_TABLE ? address : refused("no-page-table", address);
}

function endUse(xen: Hypervisor, { granter, reference, flags }: Pick<GrantMapping, "granter" | "reference" | "flags">) {
  const domain = xen.domains.find(({ id }) => id === granter)!;
  xen.grants.end(domain, reference, (flags & GNTMAP_READONLY) === 0);
}

/** map_grant_ref: {u64 address, u32 flags, u32 reference, u16 domain, s16 status, u32 handle, u64 bus address}. */
const map: Operation = {
  size: 32,
  status: 18,
  run(xen, at) {
    const { guest, grants, frames, current, memory } = xen;
    const [address, high] = [guest.read32(at) >>> 0, guest.read32(at + 4)];
    const [flags, reference] = [guest.read32(at + 8), guest.read32(at + 12) >>> 0];
    const id = guest.read16(at + 16);
    const offered = GNTMAP_HOST | GNTMAP_READONLY | GNTMAP_APPLICATION | GNTMAP_CONTAINS_PTE;
    if ((flags & GNTMAP_HOST) === 0 || (flags & ~offered) !== 0)
      return grantRefusal(GRANT_ERROR, refused("grant-flags", flags));
    const granter = xen.domain(id);
    if (!granter) return grantRefusal(GRANT_BAD_DOMAIN, refused("no-such-domain", id));
    const handle = grants.freeHandle(current);
    if (handle < 0) return grantRefusal(GRANT_NO_SPACE, refused("grant-handles", MOST_HANDLES));
    const entry = high === 0 ? entryAt(xen, address, flags) : refused("address-beyond", address, high);
    if (typeof entry !== "number") return grantRefusal(GRANT_BAD_ADDRESS, entry);

    const writable = (flags & GNTMAP_READONLY) === 0;
    const frame = grants.begin(granter, reference, current, writable);
    if (typeof frame !== "number") return frame;
    // The reference that the entry is: it goes when the entry does.
    if (writable ? frames.takeAs(frame, granter, WRITABLE) : frames.take(frame, granter)) {
      grants.end(granter, reference, writable);
      return grantRefusal(GRANT_BAD_PAGE, refused("granted-frame", reference, frame));
    }
    const old = memory.read32(entry);
    const rights = (writable ? PAGE_WRITABLE : 0) | ((flags & GNTMAP_APPLICATION) !== 0 ? PAGE_USER : 0);
    memory.write32(entry, (frame << 12) | PAGE_PRESENT | PAGE_ACCESSED | PAGE_DIRTY | rights);
    dropL1Entry(frames, old, current);
    xen.flush();
    grants.setMapping(current, handle, { granter: granter.id, reference, flags, address, frame });
    guest.write32(at + 20, handle);
    guest.write32(at + 24, frame << 12);
    guest.write32(at + 28, 0);
    return null;
  },
};

/** unmap_grant_ref: {u64 address, u64 bus address, u32 handle, s16 status}. */
const unmap: Operation = {
  size: 24,
  status: 20,
  run(xen, at) {
    const { guest, grants, frames, current, memory } = xen;
    const [address, high] = [guest.read32(at) >>> 0, guest.read32(at + 4)];
    const handle = guest.read32(at + 16) >>> 0;
    const mapping = grants.mapping(current, handle);
    if (!mapping) return grantRefusal(GRANT_BAD_HANDLE, refused("bad-handle", handle));
    const entry = high === 0 ? entryAt(xen, address, mapping.flags) : refused("address-beyond", address, high);
    if (typeof entry !== "number") return grantRefusal(GRANT_BAD_ADDRESS, entry);
    const old = memory.read32(entry);
    const wanted = (mapping.frame << 12) | PAGE_PRESENT | ((mapping.flags & GNTMAP_READONLY) === 0 ? PAGE_WRITABLE : 0);
    if (((old ^ wanted) & (PAGE_FRAME | PAGE_PRESENT | PAGE_WRITABLE)) !== 0)
      return grantRefusal(GRANT_ERROR, refused("grant-not-mapped-there", handle, address));
    memory.write32(entry, 0);
    dropL1Entry(frames, old, current);
    xen.flush();
    grants.setMapping(current, handle, null);
    endUse(xen, mapping);
    return null;
  },
};

/** setup_table: {u16 domain, u32 frames, s16 status, pointer to the list of frames}. The table is there already. */
const setup: Operation = {
  size: 16,
  status: 8,
  run(xen, at) {
    const { guest, current } = xen;
    const count = guest.read32(at + 4) >>> 0;
    if (!isSelf(guest.read16(at), current)) return grantRefusal(GRANT_DENIED, refused("not-privileged"));
    if (count > GRANT_FRAMES) return grantRefusal(GRANT_ERROR, refused("grant-table-size", count));
    const list = guest.read32(at + 12);
    for (let i = 0; i < count; i++) guest.write32(list + i * 4, (current.grantTable >>> 12) + i);
    return null;
  },
};

/** query_size: {u16 domain, u32 frames, u32 most frames, s16 status}. */
const querySize: Operation = {
  size: 16,
  status: 12,
  run(xen, at) {
    if (!isSelf(xen.guest.read16(at), xen.current)) return grantRefusal(GRANT_DENIED, refused("not-privileged"));
    xen.guest.write32(at + 4, GRANT_FRAMES);
    xen.guest.write32(at + 8, GRANT_FRAMES);
    return null;
  },
};

const COPY_SOURCE_GRANT = 1;
const COPY_DESTINATION_GRANT = 2;

/** One side of a copy, held for its time: the frame, and how it is let go. */
interface Side {
  readonly frame: number;
  readonly release: () => void;
}

/** Half of gnttab_copy: {u32 reference or frame, u16 domain, u16 offset}. */
function holdSide(xen: Hypervisor, at: number, byGrant: boolean, writable: boolean): Side | GrantRefusal {
  const { guest, grants, frames, current } = xen;
  const [number, id] = [guest.read32(at) >>> 0, guest.read16(at + 4)];
  let frame = number;
  let owner: Domain | null = current;
  let end = () => {};
  if (byGrant) {
    const granter = xen.domain(id);
    if (!granter) return grantRefusal(GRANT_BAD_DOMAIN, refused("no-such-domain", id));
    const granted = grants.begin(granter, number, current, writable);
    if (typeof granted !== "number") return granted;
    frame = granted;
    owner = granter;
    end = () => grants.end(granter, number, writable);
  } else if (!isSelf(id, current)) return grantRefusal(GRANT_DENIED, refused("frame-not-yours", frame));
  const refusal = writable ? frames.takeAs(frame, owner, WRITABLE) : frames.take(frame, owner);
  if (refusal) {
    end();
    return grantRefusal(GRANT_BAD_PAGE, byGrant ? refused("granted-frame", number, frame) : refusal);
  }
  const release = () => {
    if (writable) frames.dropAs(frame);
    else frames.drop(frame);
    end();
  };
  return { frame, release };
}

/** copy: {source, destination, u16 length, u16 flags, s16 status}. */
const copy: Operation = {
  size: 24,
  status: 20,
  run(xen, at) {
    const { guest, memory } = xen;
    const [from, to] = [guest.read16(at + 6), guest.read16(at + 14)];
    const [length, flags] = [guest.read16(at + 16), guest.read16(at + 18)];
    if (Math.max(from, to) + length > FRAME_SIZE)
      return grantRefusal(GRANT_BAD_COPY, refused("grant-copy-range", Math.max(from, to), length));
    const source = holdSide(xen, at, (flags & COPY_SOURCE_GRANT) !== 0, false);
    if ("status" in source) return source;
    const destination = holdSide(xen, at + 8, (flags & COPY_DESTINATION_GRANT) !== 0, true);
    if ("status" in destination) {
      source.release();
      return destination;
    }
    xen.frames.work += length;
    const start = source.frame * FRAME_SIZE + from;
    memory.writeBytes(destination.frame * FRAME_SIZE + to, memory.bytes.slice(start, start + length));
    destination.release();
    source.release();
    return null;
  },
};

/** By command (GNTTABOP_ in public/grant_table.h). */
const OPERATIONS: Readonly<Record<number, Operation>> = { 0: map, 1: unmap, 2: setup, 5: copy, 6: querySize };
const SET_VERSION = 8;
const GET_VERSION = 10;

/** grant_table_op(command, list of structures, count): the code of each goes into its structure. */
export const grantTableOp: Hypercall = (xen, args) => {
  const [command, list, count] = [args[0]!, args[1]!, args[2]!];
  const { guest } = xen;
  if (command === SET_VERSION) {
    const version = guest.read32(list);
    if (version !== 1) return xen.refuse(EINVAL, "grant-version", version);
    return 0;
  }
  if (command === GET_VERSION) {
    guest.write32(list + 4, 1);
    return 0;
  }
  const operation = OPERATIONS[command];
  if (!operation) return xen.refuse(ENOSYS, "no-such-operation", command);
  return batch(xen, count, 0, (i) => {
    const at = (list + i * operation.size) >>> 0;
    const problem = operation.run(xen, at);
    if (problem) refuseAs(xen, problem.refusal);
    const status = problem?.status ?? GRANT_OKAY;
    guest.write8(at + operation.status, status & 0xff);
    guest.write8(at + operation.status + 1, (status >> 8) & 0xff);
    return 0;
  });
};
