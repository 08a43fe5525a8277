import { ROW_LIST } from "../../src/isa/rows.ts";
import type { OperandKind, Row } from "../../src/isa/types.ts";
import * as at from "./layout.ts";
import { type Random, spread } from "./random.ts";

/**
 * How freely a guest is generated: `wild` may do anything; `kernel` as well, but stays in the inner rings, and its handlers
 * may fault and be interrupted themselves; `user` as well, but goes to ring 3 at once; `faithful` keeps off what
 * trap-and-emulate cannot virtualize.
 */
export type Manner = "wild" | "kernel" | "user" | "faithful";

export const little = (value: number, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, i) => (value >>> (8 * i)) & 0xff);

/** PUSH of a data segment register shows its selector, which may be that of one of the VMM's slots. */
const SHOWS_SELECTOR = /^push_[defg]s_/;

/** Whether a guest can tell by the row, without any trap, that it is not alone. */
export function isSensitive(row: Row): boolean {
  return row.silent !== null || SHOWS_SELECTOR.test(row.id);
}

/** An address cut to 16 bits leads into tables and stacks: seldom of use. */
const CUT = /rel16|^(ret|jmp|call)_(rm16|o16|imm16_o16)/;

const ALL = ROW_LIST.filter((row) => row.id !== "hostgate");
const WILD = ALL.filter((row) => !CUT.test(row.id) && row.mnemonic !== "hlt");
const FAITHFUL = WILD.filter((row) => !isSensitive(row) && !/^(lgdt|lidt|lldt|ltr|lmsw|mov_[cd]r)/.test(row.id));

const SEGMENT_PREFIXES = [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65] as const;

type Maker = (random: Random, manner: Manner) => number;

/** What a number is made by, with its weight in faithful guests and in wild ones. */
function choices(rows: readonly (readonly [number, number, Maker])[]): Readonly<Record<Manner, readonly Maker[]>> {
  const wild = spread(rows.map(([, weight, make]) => [weight, make] as const));
  return { faithful: spread(rows.map(([weight, , make]) => [weight, make] as const)), kernel: wild, user: wild, wild };
}

const ADDRESSES = choices([
  [12, 12, (r) => at.DATA + r.below(at.DATA_BYTES)],
  [2, 2, (r) => at.blockAt(r.next()) + r.below(at.BLOCK_SIZE)],
  [1, 1, (r) => at.OTHER_LINEAR + r.below(0x10000)],
  [1, 1, (r) => at.DATA + r.below(8) * 0x1000 + 0xffd],
  [0, 2, (r) => at.GDT + r.below(at.GDT_ENTRIES * 8)],
  [0, 1, (r) => at.LDT + r.below(at.LDT_ENTRIES * 8)],
  [0, 1, (r) => at.IDT + r.below(0x800)],
  [0, 1, (r) => at.TSS + r.below(0x80)],
  [0, 2, (r) => r.pick(at.DIRECTORIES) + r.below(0x1000)],
  [0, 2, (r) => at.TABLE_LOW + r.below(0x3000)],
  [2, 2, (r) => 0xffc00000 + r.below(0x400000)],
  [1, 1, (r) => 0xfffff000 + r.below(0x1000)],
  [1, 1, (r) => 0xfffffff8 + r.below(8)],
  [1, 1, (r) => at.GUEST_BYTES + r.below(0x100000)],
  [1, 1, (r) => r.next()],
]);

const WORDS = choices([
  [3, 3, (r) => r.between(-8, 64) >>> 0],
  [3, 3, (r, manner) => address(r, manner)],
  [1, 1, (r) => selector(r)],
  [1, 1, (r) => (1 << r.below(32)) >>> 0],
  [1, 1, (r) => r.pick([0, 0x7fffffff, 0x80000000, 0xffffffff])],
  [1, 1, (r) => r.next()],
]);

const SELECTORS = choices([
  [6, 6, (r) => (r.below(at.FREE_ENTRY) << 3) | r.below(4)],
  [6, 6, (r) => (r.below(at.GDT_ENTRIES) << 3) | r.below(4)],
  [3, 3, (r) => (r.below(at.LDT_ENTRIES) << 3) | 4 | r.below(4)],
  [2, 2, (r) => 0xffb0 + r.below(0x50)],
  [1, 1, (r) => r.below(0x10000)],
]);

/** A linear address that is worth touching. */
export function address(random: Random, manner: Manner): number {
  return random.pick(ADDRESSES[manner])(random, manner);
}

/** A 32-bit number: small, an address, a selector, or anything. */
export function word(random: Random, manner: Manner): number {
  return random.pick(WORDS[manner])(random, manner);
}

/** Any selector: the guest's own, beyond its tables, the VMM's. */
export function selector(random: Random): number {
  return random.pick(SELECTORS.wild)(random, "wild");
}

function immediate(random: Random, kind: OperandKind, manner: Manner): number[] {
  switch (kind) {
    case "imm8":
    case "simm8":
      return [
        random.pick([0, 1, 2, 3, 4, 7, 8, 31, 0x20, 0x21, 0x40, 0x43, 0x60, 0x80, 0xf0, 0xff, random.below(256)]),
      ];
    case "imm16":
      return little(random.pick([0, 4, 8, 0x10, random.below(0x10000)]), 2);
    case "imm32":
      return little(word(random, manner), 4);
    case "rel8":
      return little(random.between(-16, 48), 1);
    case "rel16":
      return little(random.between(-16, 48), 2);
    case "rel32":
      return little(random.oneIn(4) ? random.pick([-1, 1, 2]) * at.BLOCK_SIZE : random.between(-16, 48), 4);
    case "ptr16_16":
      return [...little(random.below(0x10000), 2), ...little(selector(random), 2)];
    case "ptr16_32":
      return [...little(at.blockAt(random.next()), 4), ...little(selector(random), 2)];
    case "moffs8":
    case "moffs16":
    case "moffs32":
      return little(address(random, manner), 4);
    default:
      return [];
  }
}

/** A general register; ESP seldom. */
function register(random: Random): number {
  const number = random.below(8);
  return number === 4 && !random.oneIn(8) ? 0 : number;
}

/** ModRM of a memory operand and what follows, for 32-bit addressing. */
function memoryPlace(random: Random, reg: number, manner: Manner): number[] {
  const modrm = (mod: number, rm: number) => (mod << 6) | (reg << 3) | rm;
  const kind = random.below(10);
  if (kind < 6) return [modrm(0, 5), ...little(address(random, manner), 4)];
  const base = random.pick([0, 1, 2, 3, 5, 6, 7]);
  if (kind < 7) return [modrm(1, base), random.below(256)];
  if (kind < 8) return [modrm(2, base), ...little(address(random, manner), 4)];
  const sib = (random.below(4) << 6) | (random.below(8) << 3) | random.below(8);
  if (kind < 9) return [modrm(1, 4), sib, random.below(256)];
  return [modrm(2, 4), sib, ...little(random.below(0x100), 4)];
}

/** A valid encoding of the row for 32-bit code. */
export function encode(random: Random, row: Row, manner: Manner): number[] {
  const bytes: number[] = [];
  const registerForm =
    row.mod === "register" || row.operands.includes("r32rm") || (row.mod === "any" && random.oneIn(2));
  const touchesMemory = row.modrm !== null && !registerForm;
  if (row.lock && touchesMemory && random.oneIn(6)) bytes.push(0xf0);
  if (row.rep !== null && random.oneIn(2)) bytes.push(random.pick([0xf2, 0xf3]));
  if (random.oneIn(12)) {
    const prefix = random.pick(SEGMENT_PREFIXES);
    // Where an INT1 that runs directly began, a VMM learns only if it has no prefix.
    if (row.id !== "int1") bytes.push(prefix);
  }
  if (row.size === 16) bytes.push(0x66);
  if (row.addressSize === 16 || (row.rep !== null && random.oneIn(20))) bytes.push(0x67);
  if (row.prefix) bytes.push(row.prefix);
  const last = row.opcode.length - 1;
  row.opcode.forEach((byte, i) => {
    bytes.push(i === last && row.plusR ? byte + register(random) : byte);
  });
  if (row.modrm !== null) {
    let reg = typeof row.modrm === "number" ? row.modrm : register(random);
    if (row.operands.includes("cr")) reg = random.pick([0, 2, 3, 4]);
    else if (row.operands.includes("sreg")) reg = random.pick([0, 2, 3, 4, 5]);
    if (registerForm) bytes.push(0xc0 | (reg << 3) | register(random));
    else bytes.push(...memoryPlace(random, reg, manner));
  }
  for (const kind of row.operands) bytes.push(...immediate(random, kind, manner));
  return bytes;
}

/** Some instruction of the whole table, or of what a faithful guest may use. */
export function instruction(random: Random, manner: Manner): number[] {
  return encode(random, random.pick(manner === "faithful" ? FAITHFUL : WILD), manner);
}
