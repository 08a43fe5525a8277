/** Bytes to instructions (SDM Vol. 2A, chapter 2). The tables are made from the rows when the module is loaded. */
import { ROW_LIST } from "../isa/rows.ts";
import type { OperandKind, Row } from "../isa/types.ts";
import { type Insn, NO_REGISTER } from "./insn.ts";
import { DS, EBP, EBX, EDI, ESI, ESP, SS } from "./state.ts";

/** The instruction would be longer than 15 bytes: #GP(0). */
export const TOO_LONG = "too-long";

/** What `decode` finds: an instruction, null for #UD, `TOO_LONG` for #GP(0). */
export type Decoded = Insn | null | typeof TOO_LONG;

/** Longest instruction, in bytes. */
export const MAX_LENGTH = 15;

// What follows an opcode, ModRM and displacement. Signed and unsigned are as `Insn.imm` wants them.
const NONE = 0,
  UNSIGNED_8 = 1,
  SIGNED_8 = 2,
  UNSIGNED_16 = 3,
  SIGNED_16 = 4,
  DWORD = 5,
  /** An offset of address size. */
  OFFSET = 6,
  /** Far pointers: offset, then selector. */
  FAR_16 = 7,
  FAR_32 = 8,
  /** ENTER: a word, then a byte. */
  WORD_AND_BYTE = 9;

const IMMEDIATES: Partial<Record<OperandKind, number>> = {
  imm8: UNSIGNED_8,
  simm8: SIGNED_8,
  rel8: SIGNED_8,
  imm16: UNSIGNED_16,
  rel16: SIGNED_16,
  imm32: DWORD,
  rel32: DWORD,
  moffs8: OFFSET,
  moffs16: OFFSET,
  moffs32: OFFSET,
  ptr16_16: FAR_16,
  ptr16_32: FAR_32,
};

function immediateOf(row: Row): number {
  const found = row.operands.map((kind) => IMMEDIATES[kind] ?? NONE).filter((kind) => kind !== NONE);
  if (found.length > 1) return WORD_AND_BYTE;
  return found[0] ?? NONE;
}

/** By row index: what follows, and whether ModRM.mod is ignored (MOV to and from CRn and DRn). */
const FOLLOWS = Uint8Array.from(ROW_LIST, immediateOf);
const MOD_IGNORED = Uint8Array.from(ROW_LIST, (row) => (row.operands.includes("r32rm") ? 1 : 0));

// A cell of the table is chosen by opcode, operand size, address size, F2 or F3, ModRM.reg, and memory or register.
const MEMORY_BIT = 1;
const REG_SHIFT = 1;
const PREFIX_SHIFT = 4;
const ADDRESS_32 = 1 << 6;
const OPERAND_32 = 1 << 7;
const CELLS = 1 << 8;
/** Opcodes 0F xx come behind the one-byte ones, 0F 38 xx behind these. */
const TWO_BYTE = 0x100;
const THREE_BYTE = 0x200;
const OPCODES = 0x300;
/** The second byte that a third one follows. */
const ESCAPE_38 = 0x38;
/** Prefixes that can be part of an opcode; F2 and F3 outrank 66, which counts where they are absent. */
const PREFIX_NONE = 0,
  PREFIX_F2 = 1,
  PREFIX_F3 = 2,
  PREFIX_66 = 3;

const ABSENT = -1;
const table = new Int16Array(OPCODES * CELLS).fill(ABSENT);
/** By opcode: whether a ModRM byte follows. */
const hasModrm = new Uint8Array(OPCODES);
/** Rows of which the ModRM byte is a third opcode byte; by opcode, then by that byte in place of the operands. */
const exact = new Map<number, number>();
const hasExact = new Uint8Array(OPCODES);

const exactKey = (opcode: number, cell: number, modrm: number): number => (opcode << 16) | (cell << 8) | modrm;

function prefixesOf({ prefix }: Row): readonly number[] {
  switch (prefix) {
    case null:
      return [PREFIX_NONE, PREFIX_F2, PREFIX_F3, PREFIX_66];
    case 0:
      return [PREFIX_NONE];
    case 0x66:
      return [PREFIX_66];
    case 0xf2:
      return [PREFIX_F2];
    case 0xf3:
      return [PREFIX_F3];
  }
}

/** Sizes, prefixes and ModRM forms under which a row stands; `each` gets the cell's number. */
function forCells(row: Row, each: (cell: number) => void): void {
  const prefixes = prefixesOf(row);
  for (const size of row.size === 16 ? [0] : row.size === 32 ? [OPERAND_32] : [0, OPERAND_32]) {
    for (const address of row.addressSize === 16 ? [0] : row.addressSize === 32 ? [ADDRESS_32] : [0, ADDRESS_32]) {
      for (const prefix of prefixes) {
        for (let reg = 0; reg < 8; reg++) {
          if (typeof row.modrm === "number" && row.modrm !== reg) continue;
          const cell = size | address | (prefix << PREFIX_SHIFT) | (reg << REG_SHIFT);
          if (row.mod !== "memory") each(cell);
          if (row.mod !== "register") each(cell | MEMORY_BIT);
        }
      }
    }
  }
}

function place(row: Row, index: number): void {
  const [first, second, last] = row.opcode;
  const escaped = first === 0x0f && second === ESCAPE_38;
  const opcode = escaped ? THREE_BYTE + last! : first === 0x0f ? TWO_BYTE + second! : first!;
  const third = escaped ? undefined : last;
  if (third !== undefined) {
    hasExact[opcode] = 1;
    hasModrm[opcode] = 1;
    forCells(row, (cell) => exact.set(exactKey(opcode, cell & ~((7 << REG_SHIFT) | MEMORY_BIT), third), index));
    return;
  }
  for (let low = 0; low < (row.plusR ? 8 : 1); low++) {
    if (row.modrm !== null) hasModrm[opcode + low] = 1;
    forCells(row, (cell) => {
      table[(opcode + low) * CELLS + cell] = index;
    });
  }
}

// The more special a row, the later it is placed: NOP takes its byte from XCHG's range, PAUSE its prefix from NOP.
const specialty = (row: Row): number => (row.plusR ? 0 : 1) + (row.prefix === null ? 0 : 2);
const bySpecialty = ROW_LIST.map((row, position) => ({ row, position })).sort(
  (a, b) => specialty(a.row) - specialty(b.row),
);
for (const { row, position } of bySpecialty) place(row, position);

// Kinds of byte, for the loop over prefixes.
const PREFIX_KIND = new Uint8Array(256);
const IS_SEGMENT = 1,
  IS_OPERAND_SIZE = 2,
  IS_ADDRESS_SIZE = 3,
  IS_LOCK = 4,
  IS_REPEAT = 5;
const SEGMENT_OF = new Uint8Array(256);
[0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65].forEach((byte, segment) => {
  PREFIX_KIND[byte] = IS_SEGMENT;
  SEGMENT_OF[byte] = segment;
});
PREFIX_KIND[0x66] = IS_OPERAND_SIZE;
PREFIX_KIND[0x67] = IS_ADDRESS_SIZE;
PREFIX_KIND[0xf0] = IS_LOCK;
PREFIX_KIND[0xf2] = IS_REPEAT;
PREFIX_KIND[0xf3] = IS_REPEAT;

/** Bases and indices of 16-bit addressing by ModRM.rm (SDM Vol. 2A, table 2-1). */
const BASE_16 = [EBX, EBX, EBP, EBP, ESI, EDI, EBP, EBX];
const INDEX_16 = [ESI, EDI, ESI, EDI, NO_REGISTER, NO_REGISTER, NO_REGISTER, NO_REGISTER];

/** Thrown at the sixteenth byte, so that no caller of `next` has to look. */
const LENGTH_EXCEEDED = { lengthExceeded: true };
/** Thrown where the bytes given to `decodeBytes` end. */
const BYTES_END = { bytesEnd: true };

// The instruction at hand. Decoding is not re-entered: `read` does not decode.
const buffer = new Uint8Array(MAX_LENGTH);
let at = 0;
let source: (i: number) => number;
let base = NO_REGISTER;
let index = NO_REGISTER;
let scale = 0;
let disp = 0;

function next(): number {
  if (at === MAX_LENGTH) throw LENGTH_EXCEEDED;
  const byte = source(at);
  buffer[at++] = byte;
  return byte;
}

function nextSigned8(): number {
  return (next() << 24) >> 24;
}

function next16(): number {
  const low = next();
  return low | (next() << 8);
}

function nextSigned16(): number {
  return (next16() << 16) >> 16;
}

function next32(): number {
  const low = next16();
  return low | (next16() << 16);
}

function address16(mod: number, rm: number): void {
  if (mod === 0 && rm === 6) {
    disp = nextSigned16();
    return;
  }
  base = BASE_16[rm]!;
  index = INDEX_16[rm]!;
  if (mod === 1) disp = nextSigned8();
  else if (mod === 2) disp = nextSigned16();
}

function address32(mod: number, rm: number): void {
  base = rm;
  if (rm === 4) {
    const sib = next();
    base = sib & 7;
    index = (sib >> 3) & 7;
    scale = sib >> 6;
    if (index === ESP) {
      index = NO_REGISTER;
      scale = 0;
    }
  }
  if (mod === 0) {
    if (base === EBP) {
      base = NO_REGISTER;
      disp = next32();
    }
  } else {
    disp = mod === 1 ? nextSigned8() : next32();
  }
}

function decodeOne(defaultSize: 16 | 32): Insn | null {
  let operandSize = defaultSize;
  let addressSize = defaultSize;
  let override = -1;
  let lock = false;
  let repeat: 0 | 0xf2 | 0xf3 = 0;
  let prefix = PREFIX_NONE;

  let byte = next();
  for (let kind = PREFIX_KIND[byte]!; kind !== 0; kind = PREFIX_KIND[byte]!) {
    if (kind === IS_SEGMENT) override = SEGMENT_OF[byte]!;
    else if (kind === IS_OPERAND_SIZE) {
      operandSize = defaultSize === 32 ? 16 : 32;
      prefix = PREFIX_66;
    } else if (kind === IS_ADDRESS_SIZE) addressSize = defaultSize === 32 ? 16 : 32;
    else if (kind === IS_LOCK) lock = true;
    else repeat = byte as 0xf2 | 0xf3;
    byte = next();
  }

  let opcode = byte;
  if (byte === 0x0f) {
    const second = next();
    opcode = second === ESCAPE_38 ? THREE_BYTE + next() : TWO_BYTE + second;
  }
  if (repeat !== 0) prefix = repeat === 0xf2 ? PREFIX_F2 : PREFIX_F3;

  let cell = (operandSize === 32 ? OPERAND_32 : 0) | (addressSize === 32 ? ADDRESS_32 : 0) | (prefix << PREFIX_SHIFT);
  let rowIndex = ABSENT;
  let mod = 3;
  let reg = 0;
  let rm = 0;
  if (hasModrm[opcode] === 1) {
    const modrm = next();
    mod = modrm >> 6;
    reg = (modrm >> 3) & 7;
    rm = modrm & 7;
    if (hasExact[opcode] === 1) rowIndex = exact.get(exactKey(opcode, cell, modrm)) ?? ABSENT;
    cell |= reg << REG_SHIFT;
    if (mod !== 3) cell |= MEMORY_BIT;
  }
  if (rowIndex === ABSENT) rowIndex = table[opcode * CELLS + cell]!;
  if (rowIndex === ABSENT) return null;
  const row = ROW_LIST[rowIndex]!;
  if (row.plusR) rm = opcode & 7;

  let memory = mod !== 3 && MOD_IGNORED[rowIndex] === 0;
  if (lock && !(row.lock && memory)) return null;

  base = NO_REGISTER;
  index = NO_REGISTER;
  scale = 0;
  disp = 0;
  if (memory) {
    if (addressSize === 32) address32(mod, rm);
    else address16(mod, rm);
    rm = 0;
  }

  let imm = 0;
  let imm2 = 0;
  switch (FOLLOWS[rowIndex]) {
    case UNSIGNED_8:
      imm = next();
      break;
    case SIGNED_8:
      imm = nextSigned8();
      break;
    case UNSIGNED_16:
      imm = next16();
      break;
    case SIGNED_16:
      imm = nextSigned16();
      break;
    case DWORD:
      imm = next32();
      break;
    case OFFSET:
      memory = true;
      disp = addressSize === 32 ? next32() : nextSigned16();
      break;
    case FAR_16:
      imm = next16();
      imm2 = next16();
      break;
    case FAR_32:
      imm = next32();
      imm2 = next16();
      break;
    case WORD_AND_BYTE:
      imm = next16();
      imm2 = next();
      break;
  }

  const segment = override !== -1 ? override : base === EBP || base === ESP ? SS : DS;
  return {
    row,
    rowIndex,
    length: at,
    operandSize,
    addressSize,
    segment,
    override,
    lock,
    repeat,
    memory,
    reg,
    rm,
    base,
    index,
    scale,
    disp,
    imm,
    imm2,
    bytes: buffer.slice(0, at),
    body: null,
  };
}

/**
 * Decodes one instruction. `read(i)` gives its byte `i` (0 to 255); it is asked strictly in order, each byte once and
 * none that is not needed, and what it throws (a page fault in the middle of the instruction) passes through.
 * `defaultSize` is 32 where CS.D is set, else 16.
 *
 * Prefixes may come in any order and be repeated; of several segment overrides, and of F2 and F3, the last counts.
 * Null is #UD: no such row, or LOCK where it is not allowed. `TOO_LONG` is #GP(0): a sixteenth byte would be needed
 * (SDM Vol. 3A, 6.15, interrupt 13). A relative branch of operand size 16 truncates EIP to 16 bits.
 */
export function decode(read: (i: number) => number, defaultSize: 16 | 32): Decoded {
  source = read;
  at = 0;
  try {
    return decodeOne(defaultSize);
  } catch (error) {
    if (error === LENGTH_EXCEEDED) return TOO_LONG;
    throw error;
  }
}

/**
 * Decodes the instruction at `offset` of `bytes`; null also where the bytes end within it.
 * See `decode` for `defaultSize` and the result.
 */
export function decodeBytes(bytes: Uint8Array, offset: number, defaultSize: 16 | 32): Decoded {
  try {
    return decode((i) => {
      const byte = bytes[offset + i];
      if (byte === undefined) throw BYTES_END;
      return byte;
    }, defaultSize);
  } catch (error) {
    if (error === BYTES_END) return null;
    throw error;
  }
}
