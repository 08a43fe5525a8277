import { HYPERCALLS } from "./abi.ts";

/** The structures to which a pointer among a hypercall's arguments leads, as far as the log keeps them. */
export interface Pointed {
  /** Which argument it is: 0 for EBX. */
  readonly argument: number;
  /** How many structures there are, and bytes from one to the next. */
  readonly count: number;
  readonly stride: number;
  /** Offsets of the doublewords that are kept: as the hypercall finds them, and as it leaves them. */
  readonly read: readonly number[];
  readonly written: readonly number[];
}

type Structures = Omit<Pointed, "argument">;
type Operation = readonly [stride: number, read: readonly number[], written: readonly number[]];

const WORD = 4;

/** A list of `count` structures at the argument. */
function list(argument: number, count: number, [stride, read, written]: Operation): Pointed {
  return { argument, count: count >>> 0, stride, read, written };
}

/** One structure, by the sub-operation that the first argument names. */
function single(operations: Readonly<Record<number, Operation>>, args: Int32Array, argument = 1): Pointed | null {
  const operation = operations[args[0]!];
  return operation ? list(argument, 1, operation) : null;
}

/** event_channel_op (public/event_channel.h). */
const EVENT_OPERATIONS: Readonly<Record<number, Operation>> = {
  0: [12, [0, 4], [8]],
  1: [12, [0, 4], [8]],
  2: [12, [0, 4], [8]],
  3: [4, [0], []],
  4: [4, [0], []],
  5: [24, [0, 4], [8, 16, 20]],
  6: [8, [0], [4]],
  7: [8, [0], [4]],
  8: [8, [0, 4], []],
  9: [4, [0], []],
  10: [4, [0], []],
};

/** grant_table_op (public/grant_table.h): the status that it leaves is among what is written. */
const GRANT_OPERATIONS: Readonly<Record<number, Operation>> = {
  0: [32, [0, 8, 12, 16], [16, 20]],
  1: [24, [0, 16], [20]],
  2: [16, [0, 4, 12], [8]],
  5: [24, [0, 4, 8, 12, 16], [20]],
  6: [16, [0], [4, 8, 12]],
  8: [4, [0], []],
  10: [8, [0], [4]],
};

const SCHED_OPERATIONS: Readonly<Record<number, Operation>> = {
  2: [4, [0], []],
  3: [16, [0, 4, 8, 12], []],
};

const RESERVATION: Operation = [20, [0, 4, 8, 16], []];
const MEMORY_OPERATIONS: Readonly<Record<number, Operation>> = {
  0: RESERVATION,
  1: RESERVATION,
  6: RESERVATION,
  11: [44, [0, 4, 8, 16, 20, 24, 28], [40]],
};

const VCPU_OPERATIONS: Readonly<Record<number, Operation>> = { 8: [16, [0, 4], []] };
const PHYSDEV_OPERATIONS: Readonly<Record<number, Operation>> = { 6: [4, [0], []], 12: [4, [0], []] };
const VERSION_OPERATIONS: Readonly<Record<number, Operation>> = { 5: [4, [], [0]], 6: [8, [0], [4]] };

const MOST_VECTORS = 257;
const ENTRIES_IN_FRAME = 512;

const BY_CALL: Readonly<Record<number, (args: Int32Array) => Pointed | null>> = {
  [HYPERCALLS.set_trap_table]: () => list(0, MOST_VECTORS, [8, [0, 4], []]),
  [HYPERCALLS.mmu_update]: (args) => list(0, args[1]!, [16, [0, 4, 8], []]),
  [HYPERCALLS.set_gdt]: (args) => list(0, Math.ceil((args[1]! >>> 0) / ENTRIES_IN_FRAME), [WORD, [0], []]),
  [HYPERCALLS.memory_op]: (args) => single(MEMORY_OPERATIONS, args),
  [HYPERCALLS.multicall]: (args) => list(0, args[1]!, [32, [0, 8, 12, 16, 20, 24], [4]]),
  [HYPERCALLS.xen_version]: (args) => single(VERSION_OPERATIONS, args),
  [HYPERCALLS.console_io]: (args) =>
    args[0] === 0 ? list(2, Math.ceil((args[1]! >>> 0) / WORD), [WORD, [0], []]) : null,
  [HYPERCALLS.grant_table_op]: (args) => {
    const operation = GRANT_OPERATIONS[args[0]!];
    return operation ? list(1, args[2]!, operation) : null;
  },
  [HYPERCALLS.vcpu_op]: (args) => single(VCPU_OPERATIONS, args, 2),
  [HYPERCALLS.mmuext_op]: (args) => list(0, args[1]!, [12, [0, 4, 8], []]),
  [HYPERCALLS.sched_op]: (args) => single(SCHED_OPERATIONS, args),
  [HYPERCALLS.callback_op]: () => list(1, 1, [12, [0, 4, 8], []]),
  [HYPERCALLS.event_channel_op]: (args) => single(EVENT_OPERATIONS, args),
  [HYPERCALLS.physdev_op]: (args) => single(PHYSDEV_OPERATIONS, args),
};

/** What a hypercall's pointer leads to; null where none of its arguments is one that is looked into. */
export function pointedBy(number: number, args: Int32Array): Pointed | null {
  const pointed = BY_CALL[number]?.(args) ?? null;
  return pointed === null || args[pointed.argument] === 0 ? null : pointed;
}

/** How many of the structures a record with room for `words` doublewords holds. */
export function recorded({ count, read, written }: Structures, words: number): number {
  return Math.min(count, Math.floor(words / Math.max(1, read.length + written.length)));
}

/** Reads a doubleword of the guest's, or answers null where its kernel can't. */
export type ReadWord = (linear: number) => number | null;

/**
 * Reads the doublewords at `offsets` of the first `structures` of them, one structure after the other, up to the first
 * that can't be read.
 */
export function readPointed(
  { argument, stride }: Pointed,
  offsets: readonly number[],
  structures: number,
  args: Int32Array,
  read: ReadWord,
): number[] {
  const found: number[] = [];
  for (let i = 0; i < structures; i++) {
    const base = args[argument]! + i * stride;
    const words = offsets.map((offset) => read((base + offset) >>> 0));
    if (words.includes(null)) return found;
    found.push(...(words as number[]));
  }
  return found;
}
