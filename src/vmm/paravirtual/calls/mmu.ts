import { EFAULT, EINVAL, ENOSYS, EPERM } from "../abi.ts";
import type { Domain } from "../domain.ts";
import { L1_TABLE, L2_TABLE, SEGMENT_TABLE, WRITABLE } from "../frame-types.ts";
import type { Hypercall, Hypervisor } from "../hypervisor.ts";
import { FRAME_SIZE, HOLE } from "../layout.ts";
import { ENTRIES, findL1Entry, setL1Entry, setL2Entry } from "../page-tables.ts";
import { type Refused, refused } from "../refusals.ts";
import { batch, outcome, refuseAs, subjectOf } from "./batch.ts";

/** Commands in the low bits of mmu_update's machine address; 0 and 3 (which is for translated guests) just write. */
const MACHPHYS = 1;
const PRESERVE_AD = 2;
const UPDATE_SIZE = 16;
const EXTENDED_OP_SIZE = 12;

/** mmu_update(list of {u64 machine address and command, u64 value}, count, done, domain): entries of any page table. */
export const mmuUpdate: Hypercall = (xen, args) => {
  const [list, count, done, foreign] = [args[0]!, args[1]!, args[2]!, args[3]! >>> 0];
  // Upper half: whose page tables, counted from 1; lower half: whose frames the entries may name.
  const tables = foreign >>> 16 === 0 ? xen.current : subjectOf(xen, (foreign >>> 16) - 1);
  if (typeof tables === "number") return tables;
  const subject = subjectOf(xen, foreign & 0xffff);
  if (typeof subject === "number") return subject;
  const { guest } = xen;
  return batch(xen, count, done, (i) => {
    const at = (list + i * UPDATE_SIZE) >>> 0;
    const [address, high, value] = [guest.read32(at), guest.read32(at + 4), guest.read32(at + 8)];
    if (high !== 0) return xen.refuse(EINVAL, "address-beyond", address, high);
    return outcome(xen, updateOne(xen, address >>> 0, value, tables, subject));
  });
};

function updateOne(xen: Hypervisor, address: number, value: number, tables: Domain, subject: Domain): Refused | null {
  const { frames, memory } = xen;
  const command = address & 3;
  const at = (address & ~3) >>> 0;
  const frame = at >>> 12;
  const owner = command === MACHPHYS ? subject : tables;
  const refusal = frames.take(frame, owner);
  if (refusal) return refusal;
  const change = (): Refused | null => {
    if (command === MACHPHYS) {
      frames.setPage(frame, value);
      return null;
    }
    const update = { tables, subject, preserve: command === PRESERVE_AD };
    switch (frames.typeInUse(frame)) {
      case L1_TABLE:
        return setL1Entry(frames, at, value, update);
      case L2_TABLE:
        return setL2Entry(frames, at, value, update);
      case SEGMENT_TABLE:
        return refused("frame-is-segment-table", frame);
      default: {
        // Not a table: written as by the guest itself.
        const conflict = frames.takeType(frame, WRITABLE);
        if (conflict) return conflict;
        memory.write32(at, value);
        frames.dropType(frame);
        return null;
      }
    }
  };
  const result = change();
  frames.drop(frame);
  return result;
}

const FLUSH_TYPE = 3;
const FLUSH_ALL = 1;
const FLUSH_PAGE = 2;
const EVERY_CPU = 4;

/**
 * update_va_mapping(linear address, L1 entry in ECX and EDX, flags): sets the entry that maps an address in the address
 * space that is loaded, and flushes as the flags say. EDX is the upper half, of which nothing is kept without PAE.
 */
export const updateVaMapping: Hypercall = (xen, args) => {
  const [linear, value, flags] = [args[0]! >>> 0, args[1]!, args[3]! >>> 0];
  const at = findL1Entry(xen, linear);
  if (typeof at !== "number") return refuseAs(xen, at);
  const update = { tables: xen.current, subject: xen.current };
  const result = outcome(xen, setL1Entry(xen.frames, at, value, update));
  const cpus = (flags & ~FLUSH_TYPE) >>> 0;
  // Beside all and this one, the processors are a bitmap at an address. There is one.
  const pointed = cpus !== 0 && cpus !== EVERY_CPU;
  if ((flags & FLUSH_TYPE) === 0) return result;
  if (pointed && xen.guest.at(cpus, false) < 0) return xen.refuse(EFAULT, "bad-pointer");
  if (pointed && (xen.guest.read8(cpus) & 1) === 0) return result;
  if ((flags & FLUSH_TYPE) === FLUSH_ALL) xen.flush();
  if ((flags & FLUSH_TYPE) === FLUSH_PAGE) xen.invalidate(linear);
  return result;
};

/** mmuext_op(list of {command, frame or linear address, second argument}, count, done, domain). */
export const mmuextOp: Hypercall = (xen, args) => {
  const [list, count, done] = [args[0]!, args[1]!, args[2]!];
  const subject = subjectOf(xen, args[3]! & 0xffff);
  if (typeof subject === "number") return subject;
  const { guest } = xen;
  return batch(xen, count, done, (i) => {
    const at = (list + i * EXTENDED_OP_SIZE) >>> 0;
    const command = guest.read32(at);
    const operation = EXTENDED[command];
    if (!operation) return xen.refuse(ENOSYS, "no-such-operation", command);
    return operation(xen, guest.read32(at + 4) >>> 0, guest.read32(at + 8) >>> 0, subject);
  });
};

type Extended = (xen: Hypervisor, first: number, second: number, subject: Domain) => number;

const pinL1: Extended = (xen, frame, _, subject) => outcome(xen, xen.frames.pin(frame, subject, L1_TABLE));
const pinL2: Extended = (xen, frame, _, subject) => outcome(xen, xen.frames.pin(frame, subject, L2_TABLE));

const unpin: Extended = (xen, frame, _, subject) => {
  const { frames } = xen;
  const refusal = frames.take(frame, subject);
  if (refusal) return refuseAs(xen, refusal);
  const pinned = frames.isPinned(frame);
  if (pinned) frames.unpin(frame);
  frames.drop(frame);
  return pinned ? 0 : xen.refuse(EINVAL, "not-pinned", frame);
};

const newBase: Extended = (xen, frame) => {
  const refusal = xen.frames.loadBase(xen.current, frame);
  if (refusal) return refuseAs(xen, refusal);
  xen.loadBase(frame);
  return 0;
};

const flush: Extended = (xen) => {
  xen.flush();
  return 0;
};

const invalidate: Extended = (xen, linear) => {
  xen.invalidate(linear);
  return 0;
};

/** The second argument points to a bitmap of processors, of which there is one. */
const onChosen =
  (operation: Extended): Extended =>
  (xen, first, second, subject) =>
    (xen.guest.read32(second) & 1) === 0 ? 0 : operation(xen, first, second, subject);

/** What the simulated processor has not, a privileged domain may flush. */
const flushCache: Extended = (xen) => (xen.current.privileged ? 0 : xen.refuse(EPERM, "not-privileged"));

const MOST_LDT_ENTRIES = 8192;

const setLdt: Extended = (xen, base, entries) => {
  const { fields } = xen.current;
  if ((base & (FRAME_SIZE - 1)) !== 0 || entries > MOST_LDT_ENTRIES || base + entries * 8 > HOLE)
    return xen.refuse(EINVAL, "bad-ldt", base, entries);
  if (fields.ldtBase === base && fields.ldtEntries === entries) return 0;
  xen.frames.dropLdt(xen.current);
  fields.ldtBase = base;
  fields.ldtEntries = entries;
  xen.mapDescriptorTables();
  return 0;
};

const clearPage: Extended = (xen, frame, _, subject) => fillPage(xen, frame, subject, () => 0);

const copyPage: Extended = (xen, frame, source, subject) => {
  const { frames, memory } = xen;
  const refusal = frames.take(source, subject);
  if (refusal) return refuseAs(xen, refusal);
  const result = fillPage(xen, frame, subject, (offset) => memory.read32(source * FRAME_SIZE + offset));
  frames.drop(source);
  return result;
};

function fillPage(xen: Hypervisor, frame: number, subject: Domain, word: (offset: number) => number): number {
  const { frames, memory } = xen;
  const refusal = frames.takeAs(frame, subject, WRITABLE);
  if (refusal) return refuseAs(xen, refusal);
  frames.work += ENTRIES;
  for (let offset = 0; offset < FRAME_SIZE; offset += 4) memory.write32(frame * FRAME_SIZE + offset, word(offset));
  frames.dropAs(frame);
  return 0;
}

const deeper =
  (command: number): Extended =>
  (xen) =>
    xen.refuse(EINVAL, "only-two-levels", command);
const superpage =
  (command: number): Extended =>
  (xen) =>
    xen.refuse(ENOSYS, "no-superpages", command);

/** By command (MMUEXT_ in public/xen.h). */
const EXTENDED: Readonly<Record<number, Extended>> = {
  0: pinL1,
  1: pinL2,
  2: deeper(2),
  3: deeper(3),
  4: unpin,
  5: newBase,
  6: flush,
  7: invalidate,
  8: onChosen(flush),
  9: onChosen(invalidate),
  10: flush,
  11: invalidate,
  12: flushCache,
  13: setLdt,
  15: deeper(15),
  16: clearPage,
  17: copyPage,
  18: flushCache,
  19: superpage(19),
  20: superpage(20),
};
