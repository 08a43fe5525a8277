import type { Insn } from "../../cpu/insn.ts";
import { FLAG_IF, FLAG_IOPL, FLAG_TF } from "../../cpu/registers.ts";
import { CS, EAX, ECX, ESP, GS, LDTR, TR } from "../../cpu/state.ts";
import { dword, type Emitter } from "./emitter.ts";
import { FIELDS, MAP_BEGINS, MAP_EAX, MAP_ECX, MAP_ENDS, MAP_POPPED, MAP_PUSHED, TARGETS, VCPU } from "./layout.ts";
import { answersAt, answerTable } from "./selector-answers.ts";

/**
 * What stands in the cache for instructions that are cheap to do without the VMM (Adams and Agesen, ASPLOS 2006, 3.1).
 * Nothing here changes a flag that the guest could see: where something is added or compared, LEA, NOT and JECXZ do it.
 * A register that a sequence borrows is in its field meanwhile, and the map says so.
 */

/** What a sequence needs to know of where it is to run. */
export interface Where {
  /** The guest's ring. */
  readonly cpl: number;
  /** SS.B: the stack pointer is ESP. */
  readonly bigStack: boolean;
  /** CS.D: the guest's bytes can stand in the cache as they are. */
  readonly bigCode: boolean;
}

const PREFIXES = new Set([0x66, 0x67, 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0xf0, 0xf2, 0xf3]);
const OPERAND_SIZE = 0x66;
const BOTH = MAP_EAX | MAP_ECX;
const TARGETS_IN_GS = TARGETS - VCPU;
const POP_FIELD = [0x65, 0x8f, 0x05] as const;
const PUSH_FIELD = [0x65, 0xff, 0x35] as const;
const JUMP_FIELD = [0x65, 0xff, 0x25] as const;
/** Length of INT, over which the sequences jump. */
const CALLOUT_LENGTH = 2;

/** Field of a segment register's selector. */
const selectorField = (segment: number) => FIELDS.selectors + segment * 4;

/** The segment register that a row's fixed operand names, or -1. */
function fixedSegment(insn: Insn): number {
  return ["es", "cs", "ss", "ds", "fs", "gs"].indexOf(insn.row.operands[0] ?? "");
}

/** Emits the sequence for an instruction; false, with nothing emitted, where there is none. */
export function inline(emitter: Emitter, insn: Insn, where: Where): boolean {
  switch (insn.row.mnemonic) {
    case "push":
      return pushSelector(emitter, insn);
    case "mov":
      return move(emitter, insn, where);
    case "pushfd":
      return where.bigStack && pushFlags(emitter);
    case "lar":
    case "lsl":
    case "verr":
    case "verw":
      return where.bigCode && askSelector(emitter, insn);
    case "sldt":
    case "str":
    case "smsw":
      return where.cpl === 0 && readSystem(emitter, insn);
    default:
      return where.cpl === 0 && kernelOnly(emitter, insn, where);
  }
}

/** What only a guest in its ring 0 may do without a check. */
function kernelOnly(emitter: Emitter, insn: Insn, where: Where): boolean {
  switch (insn.row.mnemonic) {
    case "cli":
      emitter.set(MAP_BEGINS | MAP_ENDS, FIELDS.interruptFlag, 0);
      return true;
    case "sti":
      setInterruptFlag(emitter);
      return true;
    case "popfd":
      return where.bigStack && popFlags(emitter);
    case "rdtsc":
      emitter.put(MAP_BEGINS | MAP_ENDS, 0x0f, 0x31);
      return true;
    case "in":
      return readPort(emitter, insn);
    case "out":
      return writePort(emitter, insn);
    default:
      return false;
  }
}

function pushSelector(emitter: Emitter, insn: Insn): boolean {
  const segment = fixedSegment(insn);
  if (segment < 0) return false;
  const size = insn.operandSize === 16 ? [OPERAND_SIZE] : [];
  emitter.put(MAP_BEGINS | MAP_ENDS, ...size, ...PUSH_FIELD, ...dword(selectorField(segment)));
  return true;
}

function move(emitter: Emitter, insn: Insn, where: Where): boolean {
  const { operands } = insn.row;
  if (operands[1] === "sreg" && insn.reg <= GS) {
    if (insn.memory) return where.bigCode && storeSelector(emitter, insn);
    return loadField(emitter, insn.rm, selectorField(insn.reg), insn.operandSize);
  }
  // MOV from a control register.
  if (operands[1] === "cr" && where.cpl === 0 && (insn.reg === 0 || (insn.reg >= 2 && insn.reg <= 4))) {
    return loadField(emitter, insn.rm, FIELDS.control + insn.reg * 4, 32);
  }
  return false;
}

/** MOV r16 or r32 from a field. ESP can be neither read nor written half-way: there is nothing to borrow here. */
function loadField(emitter: Emitter, register: number, field: number, size: 16 | 32): boolean {
  const prefix = size === 16 ? [OPERAND_SIZE] : [];
  emitter.put(MAP_BEGINS | MAP_ENDS, ...prefix, 0x65, 0x8b, 5 | (register << 3), ...dword(field));
  return true;
}

function readSystem(emitter: Emitter, insn: Insn): boolean {
  if (insn.memory) return false;
  const { mnemonic } = insn.row;
  const field = mnemonic === "smsw" ? FIELDS.control : selectorField(mnemonic === "sldt" ? LDTR : TR);
  return loadField(emitter, insn.rm, field, insn.operandSize);
}

/** MOV m16, Sreg: through a register that the address does not use. */
function storeSelector(emitter: Emitter, insn: Insn): boolean {
  const free = [EAX, ECX].find((register) => !usesRegister(insn, register));
  if (free === undefined || !isPlainOperand(insn)) return false;
  const mark = free === EAX ? MAP_EAX : MAP_ECX;
  const spill = free === EAX ? FIELDS.spilledEax : FIELDS.spilledEcx;
  const { prefixes, tail } = parts(insn, 1);
  emitter.store(MAP_BEGINS, spill, free);
  emitter.load(mark, free, selectorField(insn.reg));
  const modrm = (tail[0]! & ~0x38) | (free << 3);
  emitter.put(mark, ...prefixes, OPERAND_SIZE, 0x89, modrm, ...tail.slice(1));
  emitter.load(mark | MAP_ENDS, free, spill);
  return true;
}

/**
 * LAR, LSL, VERR, VERW: what the virtual CPU has answered before is in a table. ZF, which is all that they change beside
 * their register, is made by a VERR of the VMM's own whose answer is known.
 */
function askSelector(emitter: Emitter, insn: Insn): boolean {
  if (insn.memory && !isPlainOperand(insn)) return false;
  const table = answersAt(answerTable(insn)) - VCPU;
  const { prefixes, tail } = parts(insn, 2);
  const loads = answerTable(insn) < 4;
  emitter.store(MAP_BEGINS, FIELDS.spilledEax, EAX);
  // movzx eax, r/m16: where it faults, EAX is as it was.
  emitter.put(0, ...prefixes, 0x0f, 0xb7, tail[0]! & ~0x38, ...tail.slice(1));
  emitter.store(MAP_EAX, FIELDS.target, EAX);
  emitter.store(MAP_EAX, FIELDS.spilledEcx, ECX);
  const slot = () => {
    emitter.loadByte(BOTH, EAX, FIELDS.target);
    emitter.put(BOTH, 0x8d, 0x04, 0xc5, ...dword(0)); // lea eax, [eax * 8]
  };
  const loadSlot = (offset: number) => emitter.put(BOTH, 0x65, 0x8b, 0x0c, 0x45, ...dword(table + offset)); // mov ecx, gs:[eax * 2 + ...]
  slot();
  loadSlot(0);
  compareTarget(emitter, BOTH);
  slot();
  loadSlot(4);
  emitter.store(BOTH, FIELDS.answer, ECX);
  loadSlot(8);
  emitter.store(BOTH, FIELDS.verdict, ECX);
  emitter.load(BOTH, EAX, FIELDS.spilledEax);
  emitter.load(MAP_ECX, ECX, FIELDS.spilledEcx);
  emitter.put(loads ? 0 : MAP_ENDS, 0x65, 0x0f, 0x00, 0x25, ...dword(FIELDS.verdict)); // verr gs:[verdict]
  if (!loads) return true;
  const size = insn.operandSize === 16 ? [OPERAND_SIZE] : [];
  // cmovz r, gs:[answer]
  emitter.put(MAP_ENDS, ...size, 0x65, 0x0f, 0x44, 5 | (insn.reg << 3), ...dword(FIELDS.answer));
  return true;
}

/** Calls out unless ECX is what the target field holds: made by NOT and LEA, asked by JECXZ, without a flag. */
function compareTarget(emitter: Emitter, mark: number): void {
  emitter.load(mark, EAX, FIELDS.target);
  emitter.put(mark, 0xf7, 0xd0); // not eax
  emitter.put(mark, 0x8d, 0x4c, 0x01, 0x01); // lea ecx, [ecx + eax + 1]
  emitter.put(mark, 0xe3, CALLOUT_LENGTH); // jecxz over the callout
  emitter.callout(mark);
}

/** Whether a memory operand lies in a segment that the processor has as the guest means it. */
export function isPlainOperand(insn: Insn): boolean {
  return insn.override !== CS && insn.override !== GS;
}

function usesRegister({ base, index }: Insn, register: number): boolean {
  return base === register || index === register;
}

/** The prefixes but for the operand size's, and what follows the opcode of `opcodeLength` bytes. */
function parts(insn: Insn, opcodeLength: number): { readonly prefixes: number[]; readonly tail: number[] } {
  const bytes = [...insn.bytes];
  const count = prefixCount(insn.bytes);
  return {
    prefixes: bytes.slice(0, count).filter((byte) => byte !== OPERAND_SIZE),
    tail: bytes.slice(count + opcodeLength),
  };
}

/** How many prefixes an instruction begins with. */
export function prefixCount(bytes: Uint8Array): number {
  let count = 0;
  while (PREFIXES.has(bytes[count] ?? -1)) count++;
  return count;
}

/** PUSHFD: the real flags, with the virtual IF and IOPL in place of the real ones (IF 1, IOPL 0). */
function pushFlags(emitter: Emitter): true {
  emitter.put(MAP_BEGINS, 0x9c);
  emitter.store(MAP_PUSHED, FIELDS.spilledEax, EAX);
  emitter.store(MAP_PUSHED, FIELDS.spilledEcx, ECX);
  const mark = MAP_PUSHED | BOTH;
  emitter.put(mark, 0x8b, 0x04, 0x24); // mov eax, [esp]
  emitter.put(mark, 0x8d, 0x80, ...dword(-FLAG_IF)); // lea eax, [eax - IF]
  for (const field of [FIELDS.interruptFlag, FIELDS.iopl]) {
    emitter.load(mark, ECX, field);
    emitter.put(mark, 0x8d, 0x04, 0x08); // lea eax, [eax + ecx]
  }
  emitter.put(mark, 0x89, 0x04, 0x24); // mov [esp], eax
  emitter.load(mark, EAX, FIELDS.spilledEax);
  emitter.load(mark | MAP_ENDS, ECX, FIELDS.spilledEcx);
  return true;
}

/**
 * POPFD in the guest's ring 0: IF goes to its field, the rest to the processor. What would change TF or IOPL, and what
 * lets a pending interrupt in, is the VMM's. Once the stack has been read POPFD cannot fault, and the flags are free.
 */
function popFlags(emitter: Emitter): true {
  emitter.store(MAP_BEGINS, FIELDS.spilledEax, EAX);
  emitter.store(MAP_EAX, FIELDS.spilledEcx, ECX);
  emitter.put(BOTH, 0x8b, 0x04, 0x24); // mov eax, [esp]
  emitter.put(BOTH, 0x89, 0xc1); // mov ecx, eax
  emitter.put(BOTH, 0x81, 0xe1, ...dword(FLAG_TF | FLAG_IOPL)); // and ecx, TF | IOPL
  emitter.put(BOTH, 0x65, 0x3b, 0x0d, ...dword(FIELDS.iopl)); // cmp ecx, gs:[iopl]
  emitter.put(BOTH, 0x74, CALLOUT_LENGTH); // je over the callout
  emitter.callout(BOTH);
  emitter.put(BOTH, 0x89, 0xc1); // mov ecx, eax
  emitter.put(BOTH, 0x81, 0xe1, ...dword(FLAG_IF)); // and ecx, IF
  emitter.put(BOTH, 0x74, 8 + 2 + CALLOUT_LENGTH); // jz over the question whether anything is pending
  emitter.put(BOTH, 0x65, 0x83, 0x3d, ...dword(FIELDS.pending), 0); // cmp dword gs:[pending], 0
  emitter.put(BOTH, 0x74, CALLOUT_LENGTH); // je over the callout
  emitter.callout(BOTH);
  emitter.store(BOTH, FIELDS.interruptFlag, ECX);
  emitter.load(BOTH, EAX, FIELDS.spilledEax);
  emitter.load(BOTH, ECX, FIELDS.spilledEcx);
  emitter.put(BOTH | MAP_ENDS, 0x9d);
  return true;
}

/** STI: with an interrupt pending it is the VMM's, for the interrupt comes after the next instruction. */
function setInterruptFlag(emitter: Emitter): void {
  emitter.store(MAP_BEGINS, FIELDS.spilledEcx, ECX);
  emitter.load(MAP_ECX, ECX, FIELDS.pending);
  emitter.put(MAP_ECX, 0xe3, CALLOUT_LENGTH); // jecxz over the callout
  emitter.callout(MAP_ECX);
  emitter.load(MAP_ECX, ECX, FIELDS.interruptFlag);
  emitter.store(MAP_ECX, FIELDS.interruptFlagBefore, ECX);
  emitter.set(MAP_ECX, FIELDS.interruptFlag, FLAG_IF);
  emitter.load(MAP_ECX | MAP_ENDS, ECX, FIELDS.spilledEcx);
}

/** Ports whose value the VMM keeps in a field. */
const PORT_FIELDS: Readonly<Record<number, number>> = {
  33: FIELDS.masterMask,
  161: FIELDS.slaveMask,
  146: FIELDS.port92,
};

/** IN AL from a port that has no side effects. */
function readPort(emitter: Emitter, insn: Insn): boolean {
  const { operands } = insn.row;
  if (operands[0] !== "al" || operands[1] !== "imm8") return false;
  const field = PORT_FIELDS[insn.imm & 0xff];
  if (field === undefined) return false;
  emitter.store(MAP_BEGINS, FIELDS.spilledEcx, ECX);
  emitter.load(MAP_ECX, ECX, FIELDS.masksReadable);
  emitter.put(MAP_ECX, 0xe3, 2); // jecxz to the callout
  emitter.put(MAP_ECX, 0xeb, CALLOUT_LENGTH); // jmp over it
  emitter.callout(MAP_ECX);
  emitter.load(MAP_ECX, ECX, FIELDS.spilledEcx);
  emitter.put(MAP_ENDS, 0x65, 0xa0, ...dword(field)); // mov al, gs:[field]
  return true;
}

/** OUT to the port that only takes time (0x80). */
function writePort(emitter: Emitter, insn: Insn): boolean {
  const { operands } = insn.row;
  if (operands[0] !== "imm8" || operands[1] !== "al" || (insn.imm & 0xff) !== 0x80) return false;
  emitter.put(MAP_BEGINS | MAP_ENDS, OPERAND_SIZE, 0x90);
  return true;
}

/** RET, with or without bytes to release: pops the guest's EIP and looks it up. */
export function returnNear(emitter: Emitter, release: number): void {
  emitter.put(MAP_BEGINS, ...POP_FIELD, ...dword(FIELDS.target));
  emitter.store(MAP_POPPED, FIELDS.spilledEax, EAX);
  lookUp(emitter, MAP_POPPED, release);
}

/** JMP r/m32, or CALL r/m32 with the guest's return address to push; false where the operand is not the processor's. */
export function jumpIndirect(emitter: Emitter, insn: Insn, returnTo: number | null): boolean {
  if (insn.memory && !isPlainOperand(insn)) return false;
  const { prefixes, tail } = parts(insn, 1);
  emitter.store(MAP_BEGINS, FIELDS.spilledEax, EAX);
  // mov eax, r/m32: where it faults, EAX is as it was.
  emitter.put(0, ...prefixes, 0x8b, tail[0]! & ~0x38, ...tail.slice(1));
  emitter.store(MAP_EAX, FIELDS.target, EAX);
  let pushed = 0;
  if (returnTo !== null) {
    emitter.put(MAP_EAX, 0x68, ...dword(returnTo));
    pushed = MAP_PUSHED;
  }
  lookUp(emitter, pushed, 0);
  return true;
}

/**
 * Goes to the translation of the guest's EIP in the target field: a table of pairs by its low byte. EAX is in its field.
 */
function lookUp(emitter: Emitter, mark: number, release: number): void {
  emitter.store(mark | MAP_EAX, FIELDS.spilledEcx, ECX);
  const both = mark | BOTH;
  emitter.loadByte(both, EAX, FIELDS.target);
  emitter.put(both, 0x65, 0x8b, 0x0c, 0xc5, ...dword(TARGETS_IN_GS)); // mov ecx, gs:[eax * 8 + table]
  compareTarget(emitter, both);
  emitter.loadByte(both, EAX, FIELDS.target);
  emitter.put(both, 0x65, 0x8b, 0x04, 0xc5, ...dword(TARGETS_IN_GS + 4)); // mov eax, gs:[eax * 8 + table + 4]
  emitter.store(both, FIELDS.place, EAX);
  emitter.load(both, EAX, FIELDS.spilledEax);
  emitter.load(mark | MAP_ECX, ECX, FIELDS.spilledEcx);
  // lea esp, [esp + release]: the view of a moment in between does not know of it, and nothing faults any more.
  if (release > 0) emitter.put(mark, 0x8d, 0x84 | (ESP << 3), 0x24, ...dword(release));
  emitter.put(mark | MAP_ENDS, ...JUMP_FIELD, ...dword(FIELDS.place));
}
