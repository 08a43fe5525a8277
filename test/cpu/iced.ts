/** What iced-x86 makes of some bytes, in a form that our decoder's answer can be put into as well. */
import { Decoder, DecoderOptions, type Instruction, MemorySizeExt, Mnemonic, OpKind, Register } from "iced-x86";
import type { Insn } from "../../src/cpu/insn.ts";
import { REGISTERS_8, REGISTERS_16, REGISTERS_32, SEGMENT_REGISTERS } from "../../src/isa/registers.ts";
import type { OperandKind } from "../../src/isa/types.ts";

/** Address of the instruction, for branch targets. */
const ADDRESS = 0x40_1000;

/**
 * Processors differ in what they make of prefixes and reserved opcodes that are newer than this one: TZCNT and LZCNT are
 * BSF and BSR to it, WBNOINVD is WBINVD.
 */
const OPTIONS = DecoderOptions.NoMPFX_0FBC | DecoderOptions.NoMPFX_0FBD | DecoderOptions.NoWbnoinvd;

/** What is compared: length, mnemonic, operands in words, LOCK, repetition. */
export interface Shape {
  readonly length: number;
  readonly mnemonic: string;
  readonly operands: readonly string[];
}

/** Mnemonics that iced writes otherwise. */
const MNEMONICS: Readonly<Record<string, string>> = {
  sal: "shl",
  pusha: "pushaw",
  popa: "popaw",
  pushf: "pushfw",
  popf: "popfw",
  iret: "iretw",
};

const STRING_KINDS = new Set<OpKind>([
  OpKind.MemorySegSI,
  OpKind.MemorySegESI,
  OpKind.MemorySegDI,
  OpKind.MemorySegEDI,
  OpKind.MemoryESDI,
  OpKind.MemoryESEDI,
]);

const SHORT_KINDS = new Set<OpKind>([OpKind.MemorySegSI, OpKind.MemorySegDI, OpKind.MemoryESDI]);
const SOURCE_KINDS = new Set<OpKind>([OpKind.MemorySegSI, OpKind.MemorySegESI, OpKind.Memory]);

const STRINGS = /^(?:movs|cmps|stos|lods|scas|ins|outs)[bwd]$|^xlatb$/;

const registerName = (register: Register): string =>
  register === Register.None ? "-" : Register[register]!.toLowerCase();

function memoryOf(i: Instruction, sizeless: boolean): string {
  const base = registerName(i.memoryBase);
  const index = registerName(i.memoryIndex);
  const short = i.memoryDisplSize === 2 || /^(?:bx|bp|si|di)$/.test(base === "-" ? index : base);
  const disp = BigInt.asUintN(short ? 16 : 32, i.memoryDisplacement);
  const size = sizeless ? "" : MemorySizeExt.size(i.memorySize);
  const scale = index === "-" ? 1 : i.memoryIndexScale;
  return `m${size} ${registerName(i.memorySegment)}:${base}+${index}*${scale}+${disp.toString(16)} a${short ? 16 : 32}`;
}

const hex = (value: bigint | number): string => `#${value.toString(16)}`;

function operandOf(i: Instruction, n: number, sizeless: boolean): string {
  switch (i.opKind(n)) {
    case OpKind.Register:
      return registerName(i.opRegister(n));
    case OpKind.NearBranch16:
      return `to ${i.nearBranch16.toString(16)}`;
    case OpKind.NearBranch32:
      return `to ${i.nearBranch32.toString(16)}`;
    case OpKind.FarBranch16:
      return `far ${i.farBranchSelector.toString(16)}:${i.farBranch16.toString(16)}`;
    case OpKind.FarBranch32:
      return `far ${i.farBranchSelector.toString(16)}:${i.farBranch32.toString(16)}`;
    case OpKind.Immediate8to16:
      return hex(BigInt.asUintN(16, i.immediate(n)));
    case OpKind.Immediate8to32:
      return hex(BigInt.asUintN(32, i.immediate(n)));
    case OpKind.Memory:
      return memoryOf(i, sizeless);
    default:
      return STRING_KINDS.has(i.opKind(n)) ? "implied" : hex(i.immediate(n));
  }
}

/** Instructions of which the operands are implied: only their source segment and address size are compared. */
function stringShape(i: Instruction): string[] {
  const kinds = Array.from({ length: i.opCount }, (_, n) => i.opKind(n));
  const short = kinds.some((kind) => SHORT_KINDS.has(kind)) || i.memoryBase === Register.BX;
  const reads = kinds.some((kind) => SOURCE_KINDS.has(kind));
  return [`${reads ? `${registerName(i.memorySegment)} ` : ""}a${short ? 16 : 32}`];
}

/** Kinds of memory operand whose size has no meaning. */
const SIZELESS = new Set(["lea", "invlpg"]);

/** iced's answer for the bytes, null for an invalid instruction or one that the bytes end within. */
export function icedShape(bytes: Uint8Array, bitness: 16 | 32): Shape | null {
  const decoder = new Decoder(bitness, bytes, OPTIONS);
  decoder.ip = BigInt(ADDRESS);
  const i = decoder.decode();
  try {
    if (i.isInvalid) return null;
    const name = Mnemonic[i.mnemonic]!.toLowerCase();
    const mnemonic = MNEMONICS[name] ?? name;
    const operands: string[] = [];
    if (STRINGS.test(mnemonic) && !isVector(i)) {
      operands.push(...stringShape(i));
      if (mnemonic === "xlatb") return { length: i.length, mnemonic, operands };
      if (i.hasRepnePrefix) operands.push("repne");
      else if (i.hasRepPrefix || i.hasRepePrefix) operands.push("rep");
    } else {
      for (let n = 0; n < i.opCount; n++) operands.push(operandOf(i, n, SIZELESS.has(mnemonic)));
      if (mnemonic === "xchg") operands.sort();
    }
    if (i.hasLockPrefix) operands.push("lock");
    return { length: i.length, mnemonic, operands };
  } finally {
    i.free();
    decoder.free();
  }
}

/** MOVSD and CMPSD are also names of SSE instructions. */
function isVector(i: Instruction): boolean {
  return i.opCount > 0 && i.opKind(0) === OpKind.Register && i.opRegister(0) >= Register.XMM0;
}

const FIXED = new Set<OperandKind>(["al", "ax", "eax", "cl", "dx", "es", "cs", "ss", "ds", "fs", "gs"]);

const MEMORY_BYTES: Partial<Record<OperandKind, number>> = {
  rm8: 1,
  rm16: 2,
  rm32: 4,
  m64: 8,
  m64p: 8,
  m128: 16,
  m48: 6,
  m16_16: 4,
  m16_32: 6,
  m16and16: 4,
  m32and32: 8,
  r16m16: 2,
  r32m16: 2,
  moffs8: 1,
  moffs16: 2,
  moffs32: 4,
};

const names = (size: number): readonly string[] =>
  size === 8 ? REGISTERS_8 : size === 16 ? REGISTERS_16 : REGISTERS_32;

function ownMemory(insn: Insn, kind: OperandKind): string {
  const of = (register: number): string => (register < 0 ? "-" : names(insn.addressSize)[register]!);
  const disp = insn.addressSize === 16 ? insn.disp & 0xffff : insn.disp >>> 0;
  const size = kind === "m" ? "" : MEMORY_BYTES[kind];
  return `m${size} ${SEGMENT_REGISTERS[insn.segment]}:${of(insn.base)}+${of(insn.index)}*${1 << insn.scale}+${disp.toString(16)} a${insn.addressSize}`;
}

function ownOperand(insn: Insn, kind: OperandKind, position: number): string {
  const { row } = insn;
  if (FIXED.has(kind)) return kind;
  if (kind in MEMORY_BYTES || kind === "m") {
    if (insn.memory) return ownMemory(insn, kind);
    const size =
      kind === "rm8"
        ? 8
        : kind === "rm32"
          ? 32
          : row.size === 0
            ? insn.operandSize
            : kind.includes("16") && !kind.startsWith("r32")
              ? 16
              : 32;
    return names(size)[insn.rm]!;
  }
  switch (kind) {
    case "r8":
      return REGISTERS_8[insn.reg]!;
    case "r16":
      // ARPL works on words whatever the operand size; iced names the registers by it.
      return names(row.size === 0 ? insn.operandSize : 16)[insn.reg]!;
    case "r32":
      return REGISTERS_32[insn.reg]!;
    case "r8op":
      return REGISTERS_8[insn.rm]!;
    case "r16op":
      return REGISTERS_16[insn.rm]!;
    case "r32op":
    case "r32rm":
      return REGISTERS_32[insn.rm]!;
    case "one":
      return "#1";
    case "sreg":
      return SEGMENT_REGISTERS[insn.reg] ?? "none";
    case "cr":
    case "dr":
      return `${kind}${insn.reg}`;
    case "rel8":
    case "rel16":
    case "rel32": {
      const target = (ADDRESS + insn.length + insn.imm) >>> 0;
      return `to ${(insn.operandSize === 16 ? target & 0xffff : target).toString(16)}`;
    }
    case "ptr16_16":
    case "ptr16_32":
      return `far ${insn.imm2.toString(16)}:${(insn.imm >>> 0).toString(16)}`;
    case "simm8":
      return hex(row.size === 16 ? insn.imm & 0xffff : insn.imm >>> 0);
    default:
      return hex(row.mnemonic === "enter" && position === 1 ? insn.imm2 : insn.imm >>> 0);
  }
}

/** Our decoder's answer in the same form. */
export function ownShape(insn: Insn): Shape {
  const { row } = insn;
  const operands: string[] = [];
  if (STRINGS.test(row.mnemonic)) {
    const reads = !/^(?:stos|scas|ins)/.test(row.mnemonic);
    operands.push(`${reads ? `${SEGMENT_REGISTERS[insn.segment]} ` : ""}a${insn.addressSize}`);
    if (row.rep !== null && insn.repeat !== 0) operands.push(insn.repeat === 0xf2 ? "repne" : "rep");
  } else {
    operands.push(...row.operands.map((kind, n) => ownOperand(insn, kind, n)));
    if (row.mnemonic === "xchg") operands.sort();
  }
  if (insn.lock) operands.push("lock");
  return { length: insn.length, mnemonic: row.mnemonic, operands };
}
