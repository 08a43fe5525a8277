import type { Insn } from "../insn.ts";

/** Fields of the VM-exit instruction information (SDM Vol. 3C, 28.2.5, tables 28-8 to 28-14). */
const SCALE = 0,
  REG1 = 3,
  ADDRESS_SIZE = 7,
  IS_REGISTER = 1 << 10,
  OPERAND_32 = 1 << 11,
  SEGMENT = 15,
  INDEX = 18,
  NO_INDEX = 1 << 22,
  BASE = 23,
  NO_BASE = 1 << 27,
  IDENTITY = 28,
  REG2 = 28;

const TABLES = ["sgdt", "sidt", "lgdt", "lidt"];
const SELECTORS = ["sldt", "str", "lldt", "ltr"];

/** What an exit says of the instruction's operands. */
export interface OperandInformation {
  /** VM-exit instruction information. */
  readonly information: number;
  /** Exit qualification: the displacement of a memory operand, else 0. */
  readonly displacement: number;
}

const addressSize = (insn: Insn): number => (insn.addressSize === 32 ? 1 : 0) << ADDRESS_SIZE;

function memory(insn: Insn): number {
  const index = insn.index < 0 ? NO_INDEX : (insn.index << INDEX) | (insn.scale << SCALE);
  const base = insn.base < 0 ? NO_BASE : insn.base << BASE;
  return addressSize(insn) | (insn.segment << SEGMENT) | index | base;
}

/** Of instructions whose exit tells about their operands; null for all others. */
export function operandInformation(insn: Insn): OperandInformation | null {
  const { mnemonic, operands } = insn.row;
  const displacement = insn.memory ? insn.disp : 0;
  const place = insn.memory ? memory(insn) : IS_REGISTER | (insn.rm << REG1);
  switch (mnemonic) {
    case "insb":
    case "insw":
    case "insd":
      return { information: addressSize(insn), displacement: 0 };
    case "outsb":
    case "outsw":
    case "outsd":
      return { information: addressSize(insn) | (insn.segment << SEGMENT), displacement: 0 };
    case "vmread":
    case "vmwrite":
    case "invept":
    case "invvpid":
      return { information: place | (insn.reg << REG2), displacement };
    case "vmclear":
    case "vmptrld":
    case "vmptrst":
    case "vmxon":
      return { information: place, displacement };
    default:
  }
  const table = TABLES.indexOf(mnemonic);
  if (table >= 0) {
    const wide = insn.operandSize === 32 ? OPERAND_32 : 0;
    return { information: place | wide | (table << IDENTITY), displacement };
  }
  const selector = SELECTORS.indexOf(mnemonic);
  if (selector >= 0 && operands.length > 0) return { information: place | (selector << IDENTITY), displacement };
  return null;
}
