import type { Row } from "../isa/types.ts";
import type { Cpu } from "./cpu.ts";

/** An execute body: does what the instruction does. The gate has let it through; `cpu.state.eip` is already the next. */
export type Body = (cpu: Cpu, insn: Insn) => void;

/** No base or index register. */
export const NO_REGISTER = -1;

/** A decoded instruction. Independent of where it stands; a function of its bytes and of CS.D. */
export interface Insn {
  readonly row: Row;
  /** Index of the row in `ROW_LIST`. */
  readonly rowIndex: number;
  /** In bytes, prefixes included, at most 15. */
  readonly length: number;
  readonly operandSize: 16 | 32;
  readonly addressSize: 16 | 32;
  /** Segment register of the memory operand, override and SS default for EBP/ESP bases applied (for string sources too). */
  readonly segment: number;
  /** Segment override as written (a segment register number), or -1. */
  readonly override: number;
  readonly lock: boolean;
  /** 0, 0xf2 or 0xf3. */
  readonly repeat: 0 | 0xf2 | 0xf3;
  /** The operand in ModRM.rm, or moffs, is memory. */
  readonly memory: boolean;
  /** ModRM.reg, or 0. */
  readonly reg: number;
  /** ModRM.rm where it names a register, or the register in the opcode's low bits. */
  readonly rm: number;
  readonly base: number;
  readonly index: number;
  /** Shift of the index: 0 to 3. */
  readonly scale: number;
  /** Displacement, moffs, sign-extended to 32 bits. */
  readonly disp: number;
  /** Immediate, relative offset or far offset; sign-extended where the form says so, else zero-extended; as int32. */
  readonly imm: number;
  /** Second immediate: selector of a far pointer, ENTER's nesting level. */
  readonly imm2: number;
  /** The bytes as they stand. */
  readonly bytes: Uint8Array;
  /** Set by the processor when it caches the instruction. The decoder leaves null. */
  body: Body | null;
}
