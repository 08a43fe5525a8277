import type { TimedInput } from "../../src/machine/machine.ts";
import type { Memory } from "../../src/machine/memory.ts";
import { address, instruction, little, type Manner, selector, word } from "./instructions.ts";
import * as at from "./layout.ts";
import { Random, spread } from "./random.ts";
import { anyDescriptor, gate, globalTable, plainDescriptor, somePage, tableEntry, type Words } from "./tables.ts";

/** A generated guest. Everything follows from seed and manner; `blocks` are what can be taken out to make it smaller. */
export interface Guest {
  readonly seed: number;
  readonly manner: Manner;
  readonly image: readonly { readonly address: number; readonly bytes: Uint8Array }[];
  /** The code that varies, by block, each a list of pieces. */
  readonly blocks: readonly (readonly (readonly number[])[])[];
  readonly inputs: readonly TimedInput[];
}

// Machine code by its bytes.
const movEax = (value: number) => [0xb8, ...little(value, 4)];
const movRegister = (register: number, value: number) => [0xb8 + register, ...little(value, 4)];
const store = (linear: number, value: number) => [0xc7, 0x05, ...little(linear, 4), ...little(value, 4)];
const push = (value: number) => [0x68, ...little(value, 4)];
const movSegment = (segment: number) => [0x8e, 0xc0 | (segment << 3)];
const out = (port: number, value: number) => [0xb0, value, 0xe6, port];
const movCr = (register: number) => [0x0f, 0x22, 0xc0 | (register << 3)];
const fromCr = (register: number) => [0x0f, 0x20, 0xc0 | (register << 3)];
const invlpg = (linear: number) => [0x0f, 0x01, 0x3d, ...little(linear, 4)];
const IRETD = 0xcf;
const CLI = 0xfa;
const STI = 0xfb;
const HLT = 0xf4;

const jump = (from: number, to: number) => [0xe9, ...little(to - (from + 5), 4)];

const FLAG_IF = 0x200;
const FLAG_TF = 0x100;
const CR0 = 0x11;
const CR0_PG = 0x80000000;
const CR0_WP = 0x10000;
const CR0_AM = 0x40000;

type Place = (address: number, bytes: ArrayLike<number>) => void;

/** Doublewords as bytes. */
const entries = (list: readonly number[]) => new Uint8Array(Int32Array.from(list).buffer);
const words = (list: readonly Words[]) => entries(list.flat());

/** Choices that hold for a guest as a whole. */
interface Traits {
  readonly paging: boolean;
  readonly interrupts: boolean;
  /** In frames for outer rings; the kernel keeps it, so that one value serves for all in a faithful guest. */
  readonly iopl: number;
  readonly gateType: 14 | 15;
}

/** Different guests for the same seed. */
const SEED_OF: Readonly<Record<Manner, (seed: number) => number>> = {
  wild: (seed) => seed * 2,
  faithful: (seed) => seed * 2 + 1,
  kernel: (seed) => seed + 0x40000000,
  user: (seed) => seed + 0x50000000,
};

export function makeGuest(seed: number, manner: Manner): Guest {
  const random = new Random(SEED_OF[manner](seed));
  const traits: Traits = {
    paging: !random.oneIn(4),
    interrupts: manner === "kernel" || manner === "user" ? !random.oneIn(4) : random.oneIn(2),
    iopl: random.pick([0, 0, 1, 3]) << 12,
    gateType: random.pick([14, 15]),
  };
  const image: { address: number; bytes: Uint8Array }[] = [];
  const place: Place = (address, bytes) => image.push({ address, bytes: Uint8Array.from(bytes) });

  place(at.GDT, words(globalTable(random, manner)));
  const local = Array.from({ length: at.LDT_ENTRIES }, () =>
    manner === "faithful" ? plainDescriptor(random) : anyDescriptor(random),
  );
  place(at.LDT, words(local));
  place(at.TSS, taskState(random));
  placeInterrupts(random, manner, traits, place);
  placePaging(random, manner, place);
  place(at.SETUP, setup(random, manner, traits));
  place(
    at.DATA,
    Array.from({ length: 0x800 }, () => random.below(256)),
  );
  const blocks = Array.from({ length: at.BLOCK_COUNT }, (_, i) => block(random, manner, traits, i));
  return { seed, manner, image, blocks, inputs: inputs(random) };
}

/** Puts a guest into memory; returns its entry. */
export function placeGuest(guest: Guest, memory: Memory): number {
  for (const { address, bytes } of guest.image) memory.writeBytes(address, bytes);
  guest.blocks.forEach((pieces, i) => {
    memory.writeBytes(at.blockAt(i), Uint8Array.from(layBlock(i, pieces)));
  });
  return at.SETUP;
}

/** The bytes of a block: its pieces as far as they fit, and a jump to the next block. */
export function layBlock(index: number, pieces: readonly (readonly number[])[]): number[] {
  const bytes: number[] = [];
  for (const piece of pieces) if (bytes.length + piece.length <= at.BLOCK_SIZE - 5) bytes.push(...piece);
  bytes.push(...jump(at.blockAt(index) + bytes.length, at.blockAt(index + 1)));
  return bytes;
}

function inputs(random: Random): TimedInput[] {
  if (!random.oneIn(3)) return [];
  return Array.from({ length: random.between(1, 4) }, () => ({
    tick: random.between(1, 1500),
    event: random.oneIn(2)
      ? ({ kind: "serial", byte: random.below(256) } as const)
      : ({ kind: "key", code: random.pick(["KeyA", "Enter", "ArrowUp"]), down: random.oneIn(2) } as const),
  })).sort((a, b) => a.tick - b.tick);
}

/** Stacks for rings 0 to 2, and an I/O bitmap that allows some ports. */
function taskState(random: Random): number[] {
  const bytes = new Array<number>(104 + 64).fill(0);
  for (const ring of [0, 1, 2] as const) {
    const selectors = at.RING_SELECTORS[ring];
    bytes.splice(4 + ring * 8, 8, ...little(at.STACKS[ring], 4), ...little(selectors[1], 4));
  }
  bytes.splice(102, 2, ...little(104, 2));
  for (let i = 104; i < bytes.length; i++) bytes[i] = random.pick([0, 0xff, 0xff]);
  return bytes;
}

/**
 * Handlers for 64 vectors and for 80h to 83h. An exception goes on at the next block of the table, in the ring where
 * it happened; an interrupt is acknowledged; 80h stays in the kernel. None of them uses a sensitive instruction that
 * does not trap, but for IRET, before which they set IF as the frame has it.
 */
function placeInterrupts(random: Random, manner: Manner, traits: Traits, place: Place): void {
  const withCode = new Set([8, 10, 11, 12, 13, 14, 17]);
  const common = at.HANDLERS;
  const code: number[] = [];
  const restoreIf = (offset: number) => [0xf6, 0x44, 0x24, offset, FLAG_IF >> 8, 0x74, 0x01, STI];
  // add esp, 4; push eax; inc dword [ss:COUNT]; mov eax, [ss:COUNT]; and eax, 31
  code.push(0x83, 0xc4, 0x04, 0x50, 0x36, 0xff, 0x05, ...little(at.COUNT, 4), 0x36, 0xa1, ...little(at.COUNT, 4));
  code.push(0x83, 0xe0, at.BLOCK_COUNT - 1);
  // mov eax, [ss:BLOCK_TABLE + eax * 4]; mov [esp + 4], eax
  code.push(0x36, 0x8b, 0x04, 0x85, ...little(at.BLOCK_TABLE, 4), 0x89, 0x44, 0x24, 0x04);
  code.push(...restoreIf(13), 0x58, IRETD);
  place(common, code);

  const interrupt = common + 0x80;
  const nests = manner === "kernel" && random.oneIn(2);
  place(interrupt, [0x50, 0xb0, 0x20, 0xe6, 0x20, ...(nests ? [STI, 0x90] : []), ...restoreIf(13), 0x58, IRETD]);
  const stay = common + 0xc0;
  place(stay, [0xbc, ...little(at.STACKS[0], 4), ...jump(stay + 5, at.blockAt(random.next()))]);
  const stubs = common + 0x100;
  const gates: Words[] = [];
  const unsure = manner === "kernel" ? placeUnsure(random, common, place) : [];
  for (let vector = 0; vector < 0x84; vector++) {
    const stub = stubs + vector * 8;
    const target = vector >= 0x20 && vector < 0x30 ? interrupt : common;
    const bytes = target === common && !withCode.has(vector) ? [0x6a, 0x00] : [];
    const first = target === common && unsure.length > 0 && random.oneIn(6) ? random.pick(unsure) : target;
    place(stub, [...bytes, ...jump(stub + bytes.length, first)]);
    const offset = vector === 0x80 ? stay : stub;
    const dpl = vector >= 0x80 || random.oneIn(6) ? 3 : 0;
    gates.push(vector < 0x40 || vector >= 0x80 ? gate(at.KERNEL_CODE, offset, dpl, traits.gateType) : [0, 0]);
    if (manner !== "faithful" && random.oneIn(30)) gates[vector] = anyDescriptor(random);
  }
  place(at.IDT, words(gates));
  place(at.BLOCK_TABLE, entries(Array.from({ length: at.BLOCK_COUNT }, (_, i) => at.blockAt(i * 5 + 1))));
}

/** Ways into the common handler on which anything may happen, a fault or another interrupt among it. */
function placeUnsure(random: Random, common: number, place: Place): number[] {
  return Array.from({ length: 6 }, (_, i) => {
    const start = common + 0x600 + i * 0x80;
    const code = random.oneIn(2) ? [STI] : [];
    for (let count = random.between(1, 5); count > 0; count--) code.push(...instruction(random, "kernel"));
    place(start, [...code, ...jump(start + code.length, common)]);
    return start;
  });
}

/** Two directories: the first 4 MiB one to one, others, and the top with a table, a 4 MiB page or the directory itself. */
function placePaging(random: Random, manner: Manner, place: Place): void {
  const low: number[] = [];
  for (let page = 0; page < 1024; page++) {
    const entry = page < 0x100 ? tableEntry(random, page, manner) : (page << 12) | 7;
    const inUse = page < 0x20 || (page >= 0x30 && page < 0x38);
    low.push(inUse && (entry & 7) !== 7 ? (page << 12) | 0x07 : entry);
  }
  place(at.TABLE_LOW, entries(low));
  const other = Array.from({ length: 64 }, () => tableEntry(random, somePage(random, manner), manner));
  place(at.TABLE_OTHER, entries(other));
  const top = Array.from({ length: 64 }, () => tableEntry(random, somePage(random, manner), manner));
  place(at.TABLE_TOP, entries(Array.from({ length: 1024 }, (_, i) => top[(i * 5) % 64]!)));
  for (const directory of at.DIRECTORIES) {
    const put = (index: number, entry: number) => place(directory + index * 4, little(entry, 4));
    put(0, at.TABLE_LOW | 7);
    put(at.OTHER_LINEAR >>> 22, at.TABLE_OTHER | random.pick([7, 7, 5, 3, 0x27]));
    put(1, random.pick([0x87, 0x83, 0xe7, 0x100087, 0x400087]));
    put(2, random.pick([directory | 7, directory | 3, 0]));
    put(3, random.pick([at.TABLE_LOW | 5, at.TABLE_LOW | 3, at.TABLE_OTHER | 7]));
    put(1023, random.pick([directory | 3, directory | 7, at.TABLE_TOP | 7, at.TABLE_TOP | 3, 0x87, 0]));
  }
}

/** From the hand-over to the first block: tables, paging, segments, task, interrupt controllers, registers. */
function setup(random: Random, manner: Manner, traits: Traits): number[] {
  const code: number[] = [];
  const lastEntry = manner !== "faithful" && random.oneIn(20) ? 0xffff : at.GDT_ENTRIES * 8 - 1;
  const operands = [
    [at.TABLE_OPERANDS, at.GDT, lastEntry],
    [at.TABLE_OPERANDS + 8, at.IDT, 0x84 * 8 - 1],
    [at.TABLE_OPERANDS + 16, at.GDT, 32 * 8 - 1],
    [at.TABLE_OPERANDS + 24, random.pick([at.OTHER_GDT, 0xffbfff00, 0xfffffff0, 0]), random.below(0x10000)],
  ] as const;
  for (const [address, base, limit] of operands) {
    code.push(...store(address, (limit | (base << 16)) >>> 0), ...store(address + 4, base >>> 16));
  }
  code.push(0x0f, 0x01, 0x15, ...little(at.TABLE_OPERANDS, 4), 0x0f, 0x01, 0x1d, ...little(at.TABLE_OPERANDS + 8, 4));
  code.push(...movEax(random.pick([0, 0x10, 0x10, 0x90, 0x80])), ...movCr(4));
  if (traits.paging) {
    const cr0 = (CR0 | CR0_PG | random.pick([0, CR0_WP]) | random.pick([0, CR0_AM])) >>> 0;
    code.push(...movEax(at.DIRECTORIES[0]), ...movCr(3), ...movEax(cr0), ...movCr(0));
  }
  code.push(...movEax(at.KERNEL_DATA));
  for (const segment of [0, 2, 3, 4, 5]) code.push(...movSegment(segment));
  code.push(0xbc, ...little(at.STACKS[0], 4), ...movEax(at.TASK), 0x0f, 0x00, 0xd8);
  if (!random.oneIn(4)) code.push(...movEax(at.LOCAL), 0x0f, 0x00, 0xd0);
  code.push(0xea, ...little(at.SETUP + code.length + 7, 4), ...little(at.KERNEL_CODE, 2));
  if (traits.interrupts) {
    for (const [port, value] of [
      [0x20, 0x11],
      [0x21, 0x20],
      [0x21, 0x04],
      [0x21, 0x01],
      [0x21, random.pick([0xfe, 0xec])],
    ] as const) {
      code.push(...out(port, value));
    }
    const period = random.pick(manner === "kernel" || manner === "user" ? [5, 9, 21] : [40, 90, 200]);
    code.push(...out(0x43, 0x34), ...out(0x40, period), ...out(0x40, 0));
    if (random.oneIn(2)) {
      // Interrupts of the UART, and OUT2, which connects it to its line.
      code.push(0xba, ...little(0x3f9, 4), 0xb0, 1, 0xee, 0xba, ...little(0x3fc, 4), 0xb0, 8, 0xee);
    }
    code.push(STI);
  }
  for (const register of [0, 1, 2, 3, 5, 6, 7]) code.push(...movRegister(register, word(random, manner)));
  if (manner === "user") {
    code.push(...movEax(at.USER_DATA));
    for (const segment of [0, 3, 4, 5]) code.push(...movSegment(segment));
    const flags = 2 | FLAG_IF | traits.iopl;
    code.push(
      ...push(at.USER_DATA),
      ...push(at.STACKS[3]),
      ...push(flags),
      ...push(at.USER_CODE),
      ...push(at.blockAt(0)),
    );
    code.push(IRETD);
  }
  code.push(...jump(at.SETUP + code.length, at.blockAt(0)));
  return code;
}

function block(random: Random, manner: Manner, traits: Traits, index: number): number[][] {
  const pieces: number[][] = [];
  if (!random.oneIn(3)) pieces.push([0xbc, ...little(at.STACKS[random.below(4)]! - random.below(64) * 4, 4)]);
  let length = 0;
  const count = random.between(4, 24);
  for (let i = 0; i < count; i++) {
    const bytes = piece(random, manner, traits, at.blockAt(index) + length);
    length += bytes.length;
    pieces.push(bytes);
  }
  return pieces;
}

/** Makes a piece; `from` is about where it will stand. */
type Piece = (random: Random, manner: Manner, traits: Traits, from: number) => number[];

const PLAIN_PIECES = spread<Piece>([
  [60, (r, manner) => instruction(r, manner)],
  [10, (r, manner) => movRegister(r.pick([0, 1, 2, 3, 5, 6, 7]), word(r, manner))],
  [5, (r, manner) => loadSegment(r, manner)],
  [6, (r, manner, traits) => editPages(r, manner, traits)],
  [4, (r, manner) => editDescriptor(r, manner)],
  [3, (r, manner, traits) => toRing(r, manner, traits)],
  [4, (r) => [0xcd, r.pick([0x80, 0x81, 0x82, 0x83, 0x03, 0x0d, 0x20, 0x30, 0x90])]],
  [3, (r, manner, traits) => control(r, manner, traits)],
  [2, (r) => [r.pick([CLI, STI, STI])]],
  [2, (r) => devices(r)],
  [1, (_r, _manner, traits) => (traits.interrupts ? [STI, HLT] : [0x90])],
  [2, (r, _manner, _traits, from) => codeWrite(r, from)],
  [1, (r, manner) => tables(r, manner)],
]);

const WILD_PIECES = [
  ...PLAIN_PIECES,
  ...spread<Piece>([
    [5, (r) => farTransfer(r)],
    [2, (r) => [...push(r.next() & 0x247fd7), 0x9d]],
    [2, (r) => Array.from({ length: r.between(1, 8) }, () => r.below(256))],
  ]),
];

const PIECES = {
  faithful: PLAIN_PIECES,
  wild: WILD_PIECES,
  user: WILD_PIECES,
  // What a translator rewrites, more often.
  kernel: [
    ...WILD_PIECES,
    ...spread<Piece>([
      [4, (r) => [r.pick([0x9c, 0x9c, 0x9d]), ...(r.oneIn(2) ? [] : [0x58])]],
      [4, (r) => [...movEax(at.blockAt(r.next())), 0xff, r.pick([0xe0, 0xd0])]],
      [3, (r) => [...push(at.blockAt(r.next())), 0xc3]],
      [3, (r) => [0xe8, ...little(r.between(0, 40), 4)]],
      [3, (r) => [0xe4, r.pick([0x21, 0xa1, 0x92])]],
      [2, () => [0x0f, 0x31]],
      [6, () => [STI]],
      [3, (r) => [0x8c, 0xc0 | (r.below(6) << 3) | r.pick([0, 1, 2, 3, 5, 6, 7])]],
      [2, (r) => [0x0f, r.pick([0x00, 0x01]), 0xc0 | (r.pick([0, 1, 4, 5]) << 3) | r.pick([0, 1, 3])]],
      [6, (r, _manner, _traits, from) => codeWrite(r, from)],
    ]),
  ],
} as const;

/** One thing that a guest does: mostly an instruction, at times a few that belong together. */
function piece(random: Random, manner: Manner, traits: Traits, from: number): number[] {
  return random.pick<Piece>(PIECES[manner])(random, manner, traits, from);
}

const WELL_FORMED = [at.KERNEL_DATA, at.USER_DATA, at.USER_DATA, 0, 0x0c, 0x1f] as const;

/** MOV or POP to a data segment register; a faithful guest's selectors have the RPL of their descriptor. */
function loadSegment(random: Random, manner: Manner): number[] {
  const segment = random.pick([0, 3, 4, 5]);
  const index = random.between(at.FREE_ENTRY, at.GDT_ENTRIES - 1);
  const faithful = random.oneIn(2) ? random.pick(WELL_FORMED) : index << 3;
  const chosen = manner === "faithful" ? faithful : selector(random);
  const order = manner !== "faithful" && random.oneIn(6) ? [...movSegment(2)] : movSegment(segment);
  return [...movEax(chosen), ...order];
}

/** Writes an entry of a page table and makes it known to the processor. */
function editPages(random: Random, manner: Manner, traits: Traits): number[] {
  if (!traits.paging) return store(address(random, manner), random.next());
  const reload = [...fromCr(3), ...movCr(3)];
  const choice = random.below(manner === "faithful" ? 4 : 6);
  const entry = tableEntry(random, somePage(random, manner), manner);
  if (choice === 0) {
    const page = (at.DATA >>> 12) + random.below(8);
    return [...store(at.TABLE_LOW + page * 4, entry), ...invlpg(page << 12)];
  }
  if (choice === 1) {
    const page = random.below(16);
    return [...store(at.TABLE_OTHER + page * 4, entry), ...invlpg(at.OTHER_LINEAR + (page << 12))];
  }
  if (choice === 2) {
    const page = random.below(1024);
    return [...store(at.TABLE_TOP + page * 4, entry), ...invlpg((0xffc00000 + (page << 12)) >>> 0)];
  }
  if (choice === 3) {
    const directory = random.pick(at.DIRECTORIES);
    const index = random.pick([1, 2, 3, at.OTHER_LINEAR >>> 22, 1023]);
    const value = random.pick([
      at.TABLE_OTHER | 7,
      at.TABLE_TOP | 3,
      at.TABLE_LOW | 5,
      directory | 7,
      0x87,
      0x100083,
      0,
      entry,
    ]);
    return [...store(directory + index * 4, value), ...reload];
  }
  return store(random.pick([...at.DIRECTORIES, at.TABLE_LOW, at.TABLE_TOP]) + random.below(1024) * 4, entry);
}

function editDescriptor(random: Random, manner: Manner): number[] {
  const first = manner !== "faithful" && random.oneIn(4) ? 1 : at.FREE_ENTRY;
  const entry = at.GDT + random.between(first, at.GDT_ENTRIES - 1) * 8;
  const [low, high] = manner === "faithful" ? plainDescriptor(random) : anyDescriptor(random);
  return random.oneIn(3) ? store(entry + 4, high) : [...store(entry, low), ...store(entry + 4, high)];
}

/** Where IRET leads. */
const RINGS = { wild: [0, 1, 2, 3], kernel: [0, 0, 0, 1, 2], user: [3, 3, 3, 3, 1] } as const;

/** IRET, mostly to an outer ring. Ring 3 alone in a faithful guest: ring 1 is the kernel's alias. */
function toRing(random: Random, manner: Manner, traits: Traits): number[] {
  const ring = manner === "faithful" ? 3 : random.pick<0 | 1 | 2 | 3>(RINGS[manner]);
  const [code, stack] = at.RING_SELECTORS[ring]!;
  const trap = random.oneIn(6) ? FLAG_TF : 0;
  const noise = manner !== "faithful" && random.oneIn(4) ? random.next() & 0x3f7fd7 : 0;
  const enabled = traits.interrupts || random.oneIn(2) ? FLAG_IF : 0;
  const flags = 2 | enabled | traits.iopl | trap | noise | (random.oneIn(4) ? 0x40000 : 0);
  return [
    // CLTS: in a faithful guest only the kernel gets further, for IRET at IOPL 3 sets IF.
    ...(manner === "faithful" ? [0x0f, 0x06] : []),
    ...push(manner !== "faithful" && random.oneIn(8) ? selector(random) : stack),
    ...push(at.STACKS[3] - random.below(16) * 4),
    ...push(flags),
    ...push(manner !== "faithful" && random.oneIn(8) ? selector(random) : code),
    ...push(at.blockAt(random.next())),
    IRETD,
  ];
}

/** Switches of the address space and of paging's rules. */
function control(random: Random, manner: Manner, traits: Traits): number[] {
  if (manner !== "faithful" && random.oneIn(3)) {
    const register = random.pick([0, 2, 3, 4]);
    const bits = register === 0 ? (random.pick([0x80000000, 0x10000, 0x1, 0xe]) ^ 0) >>> 0 : random.next();
    return [...fromCr(register), 0x35, ...little(bits, 4), ...movCr(register)];
  }
  if (!traits.paging || random.oneIn(4)) return [...movEax(random.pick([0, 0x10, 0x90, 0x80])), ...movCr(4)];
  if (random.oneIn(2)) return [...movEax(random.pick(at.DIRECTORIES)), ...movCr(3)];
  const bit = random.pick([CR0_WP, CR0_WP, CR0_AM, 8]);
  return [...fromCr(0), 0x35, ...little(bit, 4), ...movCr(0)];
}

function devices(random: Random): number[] {
  const port = random.pick([0x21, 0x40, 0x43, 0x60, 0x64, 0x61, 0xe9, 0x3d4, 0x3d5]);
  return random.oneIn(2) ? [0xe4, port & 0xff] : out(random.pick([0xe9, 0x42, 0x61]), random.below(256));
}

/** Code that changes itself: a NOP or INC where something stands. */
function codeWrite(random: Random, from: number): number[] {
  const target = random.oneIn(2) ? from + random.between(7, 40) : at.blockAt(random.next()) + random.below(64);
  return [0xc6, 0x05, ...little(target, 4), random.pick([0x90, 0x40, 0x43, 0xf8])];
}

/** LGDT, LIDT, LLDT and LTR with the usual operand, and in wild guests with another. */
function tables(random: Random, manner: Manner): number[] {
  const wild = manner !== "faithful" && random.oneIn(3);
  switch (random.below(4)) {
    case 0:
      return [0x0f, 0x01, 0x15, ...little(at.TABLE_OPERANDS + (wild ? 24 : random.pick([0, 16])), 4)];
    case 1:
      return [0x0f, 0x01, 0x1d, ...little(at.TABLE_OPERANDS + (wild ? 24 : 8), 4)];
    case 2:
      return [...movEax(wild ? selector(random) : random.pick([0, at.LOCAL])), 0x0f, 0x00, 0xd0];
    default:
      return [...movEax(wild ? selector(random) : at.TASK), 0x0f, 0x00, 0xd8];
  }
}

/** A far JMP, CALL or RET to some selector, gates included. */
function farTransfer(random: Random): number[] {
  const chosen = random.oneIn(3)
    ? random.pick([at.KERNEL_CODE, at.USER_CODE, at.RING1_CODE, at.RING2_CODE, at.CONFORMING, at.CALL_GATE])
    : selector(random);
  const target = at.blockAt(random.next());
  if (random.oneIn(3)) return [...push(chosen), ...push(target), 0xcb];
  return [random.pick([0xea, 0x9a]), ...little(target, 4), ...little(chosen, 2)];
}
