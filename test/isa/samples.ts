/** Encodings of every row, made from the row's own data: what decoder, disassembler and assembler are tried on. */
import { ROW_LIST } from "../../src/isa/rows.ts";
import type { OperandKind, Row } from "../../src/isa/types.ts";

/** ModRM.mod, ModRM.rm and what follows, for one way to write an operand; `address16` for 16-bit addressing. */
interface Place {
  readonly mod: number;
  readonly rm: number;
  readonly tail: readonly number[];
  readonly address16?: boolean;
  readonly segment?: number;
}

const REGISTER_PLACES: readonly Place[] = [
  { mod: 3, rm: 1, tail: [] },
  { mod: 3, rm: 0, tail: [] },
  { mod: 3, rm: 7, tail: [] },
];

const MEMORY_PLACES: readonly Place[] = [
  { mod: 0, rm: 3, tail: [] },
  { mod: 1, rm: 5, tail: [0xf8] },
  { mod: 2, rm: 4, tail: [0x88, 0x78, 0x56, 0x34, 0x12] },
  { mod: 0, rm: 5, tail: [0x00, 0x80, 0x0b, 0x00] },
  { mod: 1, rm: 4, tail: [0x24, 0x10] },
  { mod: 0, rm: 4, tail: [0x4d, 0x00, 0x00, 0x00, 0xc0] },
  { mod: 0, rm: 4, tail: [0x2d, 0x34, 0x12, 0x00, 0x00] },
  { mod: 1, rm: 4, tail: [0x2b, 0x04] },
  { mod: 0, rm: 3, tail: [], segment: 0x26 },
  { mod: 1, rm: 2, tail: [0x05], address16: true },
  { mod: 0, rm: 6, tail: [0x34, 0x12], address16: true },
  { mod: 2, rm: 7, tail: [0x00, 0xff], address16: true },
];

const little = (value: number, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, i) => (value >>> (8 * i)) & 0xff);

/** Immediates, one for each `round` (0 to 2): small, negative, large. */
function immediates(kind: OperandKind, round: number): number[] {
  const pick = (values: readonly number[], bytes: number): number[] => little(values[round % values.length]!, bytes);
  switch (kind) {
    case "imm8":
    case "simm8":
      return pick([5, 0xf8, 0x7f], 1);
    case "imm16":
      return pick([5, 0xfff8, 0x1234], 2);
    case "imm32":
      return pick([5, 0xfffffff8, 0x12345678], 4);
    case "rel8":
      return pick([0x10, 0xf0, 0x7f], 1);
    case "rel16":
      return pick([0x1000, 0xf000, 0x0200], 2);
    case "rel32":
      return pick([0x10000, 0xffff0000, 0x200], 4);
    case "ptr16_16":
      return [...pick([0x10, 0xfff8, 0x1234], 2), ...pick([8, 0x1b, 0x23], 2)];
    case "ptr16_32":
      return [...pick([0x10, 0xfffffff8, 0x12345678], 4), ...pick([8, 0x1b, 0x23], 2)];
    default:
      return [];
  }
}

const isOffset = (kind: OperandKind): boolean => kind.startsWith("moffs");

/** Encodings of a row for code of the given default size. Every register number and every place occurs. */
export function samplesOf(row: Row, bits: 16 | 32): Uint8Array[] {
  const prefixes: number[] = [];
  if ((row.size === 16 || row.size === 32) && row.size !== bits) prefixes.push(0x66);
  if (row.addressSize !== 0 && row.addressSize !== bits) prefixes.push(0x67);
  if (row.prefix) prefixes.push(row.prefix);
  const after = (round: number): number[] =>
    row.operands.flatMap((kind) => (isOffset(kind) ? little(0x4321, bits / 8) : immediates(kind, round)));
  const samples: number[][] = [];
  if (row.modrm === null) {
    const last = row.opcode.length - 1;
    for (let round = 0; round < (row.plusR ? 8 : 3); round++) {
      const opcode = row.opcode.map((byte, i) => (i === last && row.plusR ? byte + round : byte));
      // XCHG of the accumulator with itself is NOP.
      if (opcode.length === 1 && opcode[0] === 0x90 && row.plusR) continue;
      samples.push([...prefixes, ...opcode, ...after(round)]);
    }
  } else {
    const places = [
      ...(row.mod === "memory" ? [] : REGISTER_PLACES),
      ...(row.mod === "register" || row.operands.includes("r32rm") ? [] : MEMORY_PLACES),
    ];
    places.forEach((place, round) => {
      const reg = typeof row.modrm === "number" ? row.modrm : registerFor(row, round);
      const own = [...prefixes];
      if (place.mod !== 3 && bits !== (place.address16 === true ? 16 : 32)) own.push(0x67);
      if (place.segment !== undefined) own.push(place.segment);
      samples.push([...own, ...row.opcode, (place.mod << 6) | (reg << 3) | place.rm, ...place.tail, ...after(round)]);
    });
  }
  if (row.rep !== null) samples.push([0xf3, ...samples[0]!], [0xf2, ...samples[0]!]);
  if (row.lock) samples.push([0xf0, ...samples.at(-1)!]);
  return samples.map((bytes) => Uint8Array.from(bytes));
}

/** A number for ModRM.reg that names an existing register. */
function registerFor(row: Row, round: number): number {
  if (row.operands.includes("cr")) return [0, 2, 3, 4][round % 4]!;
  if (row.operands[0] === "sreg") return [0, 2, 3, 4, 5][round % 5]!;
  if (row.operands.includes("sreg")) return round % 6;
  return row.operands.some((kind) => kind === "r8" || kind === "r16" || kind === "r32" || kind === "dr")
    ? (round * 3 + 2) % 8
    : 0;
}

/** All samples of all rows but the host gate, which is not for programs. */
export function allSamples(bits: 16 | 32): { readonly row: Row; readonly bytes: Uint8Array }[] {
  return ROW_LIST.filter((row) => row.id !== "hostgate").flatMap((row) =>
    samplesOf(row, bits).map((bytes) => ({ row, bytes })),
  );
}
