import type { Manner } from "./instructions.ts";
import * as at from "./layout.ts";
import { type Random, spread } from "./random.ts";

/** Two doublewords of a descriptor. */
export type Words = readonly [low: number, high: number];

/** A code or data descriptor; `flags` are G, D/B, L and AVL from bit 3 down. */
export function segment(base: number, limit: number, access: number, flags: number): Words {
  const low = ((limit & 0xffff) | (base << 16)) >>> 0;
  const high = (((base >>> 16) & 0xff) | (access << 8) | (limit & 0xf0000) | (flags << 20) | (base & 0xff000000)) >>> 0;
  return [low, high];
}

/** A gate of the given type: 4 and 12 call, 5 task, 6 and 14 interrupt, 7 and 15 trap. */
export function gate(selector: number, offset: number, dpl: number, type: number, parameters = 0): Words {
  return [
    ((offset & 0xffff) | (selector << 16)) >>> 0,
    ((offset & 0xffff0000) | 0x8000 | (dpl << 13) | (type << 8) | parameters) >>> 0,
  ];
}

const BASES = spread<(random: Random) => number>([
  [4, () => 0],
  [2, (r) => 0xffc00000 + r.pick([0, -1, 1, -0x1000, 0x1000, 0x27000, 0x3ff000])],
  [1, (r) => 0xffc00000 + r.below(0x400000)],
  [1, (r) => 0xfffff000 + r.below(0x1000)],
  [2, () => at.DATA],
  [1, (r) => r.next()],
]);

const LIMITS = spread<(random: Random) => number>([
  [4, () => 0xfffff],
  [1, () => 0xffbff],
  [1, () => 0xffc00],
  [1, () => 0],
  [1, () => 0x1000],
  [2, (r) => r.below(0x100000)],
]);

/** Any descriptor: all types, expand-down, bases near and inside the VMM's range, wrapping ones, pure garbage. */
export function anyDescriptor(random: Random): Words {
  if (random.oneIn(12)) return [random.next(), random.next()];
  const base = random.pick(BASES)(random);
  const limit = random.pick(LIMITS)(random);
  const dpl = random.below(4);
  const system = random.oneIn(4);
  const present = random.oneIn(8) ? 0 : 0x80;
  const access = present | (dpl << 5) | (system ? 0 : 0x10) | random.below(16);
  return segment(base >>> 0, limit, access, random.pick([0xc, 0xc, 0x4, 0x8, 0x0, random.below(16)]));
}

/**
 * A descriptor that a well-behaved kernel may have: data or code of DPL 0 or 3, of any reach. (Ring 1 would be the
 * kernel's alias.)
 */
export function plainDescriptor(random: Random): Words {
  const dpl = random.pick([0, 3]);
  const type = random.pick([0x0, 0x1, 0x2, 0x3, 0x2, 0x3, 0x4, 0x5, 0x6, 0x7, 0x9, 0xa, 0xb]);
  const base = random.pick([0, 0, at.DATA, at.DATA + 0x123, 0xffc00000, 0xfff00000, 0xffe00000 + at.DATA]);
  const limit = random.pick([0xfffff, 0xfffff, 0x0, 0x7, 0x1000, 0xffbff, 0xffc00, 0x24]);
  const present = random.oneIn(10) ? 0 : 0x80;
  return segment(base, limit, present | 0x10 | (dpl << 5) | type, random.pick([0xc, 0xc, 0x4, 0x8, 0x0]));
}

/** The descriptors below FREE_ENTRY, then generated ones. */
export function globalTable(random: Random, manner: Manner): Words[] {
  const accessed = () => (random.oneIn(4) ? 0 : 1);
  const flat = (access: number) => segment(0, 0xfffff, access | accessed(), 0xc);
  const words: Words[] = [
    [0, 0],
    flat(0x9a),
    flat(0x92),
    flat(0xfa),
    flat(0xf2),
    segment(at.TSS, random.pick([103, 103, 0x2000, 0x67 + 33]), 0x89, 0),
    segment(at.LDT, at.LDT_ENTRIES * 8 - 1, 0x82, 0),
    flat(0xba),
    flat(0xb2),
    flat(0xda),
    flat(0xd2),
    flat(0x9e),
    gate(at.KERNEL_CODE, at.blockAt(random.next()), 3, 12, random.below(3)),
  ];
  while (words.length < at.GDT_ENTRIES) {
    words.push(manner === "faithful" ? plainDescriptor(random) : anyDescriptor(random));
  }
  return words;
}

/** Present, writable, user. */
const RIGHTS = spread([
  [16, 7],
  [2, 5],
  [2, 3],
  [1, 1],
  [1, 0],
]);

/** A page-table entry for a guest-physical page. */
export function tableEntry(random: Random, page: number, manner: Manner): number {
  const marks = random.pick([0, 0x20, 0x60, 0x60]);
  const other = random.oneIn(manner === "faithful" ? 200 : 20) ? random.pick([0x80, 0x100, 0x118, 0xe00]) : 0;
  return ((page << 12) | random.pick(RIGHTS) | marks | other) >>> 0;
}

const PLAIN_PAGES = spread<(random: Random) => number>([
  [10, (r) => (at.DATA >>> 12) + r.below(8)],
  [1, (r) => (at.BLOCKS >>> 12) + r.below(2)],
  [1, (r) => 0x80 + r.below(0x40)],
  [1, (r) => (at.GUEST_BYTES >>> 12) + r.below(0x1000)],
  [1, (r) => 0xa0 + r.below(0x20)],
]);

const ANY_PAGES = [
  ...PLAIN_PAGES,
  ...spread<(random: Random) => number>([
    [4, (r) => 0x30 + r.below(5)],
    [2, (r) => r.below(0x14)],
    [1, (r) => r.below(0x100000)],
  ]),
];

const PAGES = { faithful: PLAIN_PAGES, kernel: ANY_PAGES, user: ANY_PAGES, wild: ANY_PAGES } as const;

/** Some physical page: data, tables, code, beyond RAM. */
export function somePage(random: Random, manner: Manner): number {
  return random.pick(PAGES[manner])(random);
}
