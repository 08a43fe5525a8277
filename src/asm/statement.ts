import type { Row } from "../isa/types.ts";
import type { Expr } from "./expression.ts";
import type { Register } from "./registers.ts";
import type { Origin, Token } from "./source.ts";

/** Code size in force: BITS 16 or BITS 32. */
export type Bits = 16 | 32;

/** SHORT, NEAR or FAR before an operand. */
export type Distance = "short" | "near" | "far" | null;

export interface RegisterOperand {
  readonly kind: "register";
  readonly register: Register;
  readonly token: Token;
}

export interface ImmediateOperand {
  readonly kind: "immediate";
  readonly expr: Expr;
  /** Size keyword in bits, 0 without. */
  readonly size: number;
  readonly strict: boolean;
  readonly distance: Distance;
  /** The part before the colon of `selector:offset`. */
  readonly selector: Expr | null;
  readonly token: Token;
}

export interface MemoryOperand {
  readonly kind: "memory";
  readonly expr: Expr;
  /** Size keyword in bits, 0 without. */
  readonly size: number;
  readonly distance: Distance;
  /** Size keyword inside the brackets, in bits, 0 without. */
  readonly displacementSize: number;
  readonly segment: Register | null;
  readonly nosplit: boolean;
  /** An address without registers; decided when it is parsed. */
  readonly direct: boolean;
  readonly token: Token;
}

export type Operand = RegisterOperand | ImmediateOperand | MemoryOperand;

/** Prefixes as written; null or 0 when absent. */
export interface Prefixes {
  /** F0 */
  readonly lock: boolean;
  /** F2 or F3 */
  readonly repeat: number;
  readonly segment: Register | null;
  readonly operandSize: 0 | 16 | 32;
  readonly addressSize: 0 | 16 | 32;
}

/** A row that the operands fit, and how they lie in it. */
export interface Form {
  readonly row: Row;
  /** In the order of `row.operands`: swapped back and completed where the source took liberties. */
  readonly operands: readonly Operand[];
}

/** An instruction with every form that its operands fit; which one encodes it may differ from pass to pass. */
export interface Instruction {
  readonly forms: readonly Form[];
  readonly prefixes: Prefixes;
  readonly addressSize: Bits;
  readonly bits: Bits;
  readonly mnemonic: Token;
  /** Only prefixes stand on the line. */
  readonly barePrefixes: boolean;
  /** Its bytes depend on nothing but itself. */
  readonly constant: boolean;
  /** Its length depends on no value: there is one form, and no displacement that could be short. */
  readonly rigid: boolean;
  /** The length of a rigid instruction, once encoded; else 0. */
  length: number;
  /** The bytes of a constant instruction, once encoded. */
  encoded: Uint8Array | null;
}

/** One element of DB and its kin: a number, or a string's bytes. */
export type DataItem = Expr | { readonly kind: "bytes"; readonly bytes: string; readonly token: Token };

/** What puts bytes somewhere, or keeps room for them. */
export type Body =
  | { readonly kind: "instruction"; readonly instruction: Instruction }
  | { readonly kind: "data"; readonly width: 1 | 2 | 4 | 8; readonly items: readonly DataItem[] }
  | { readonly kind: "reserve"; readonly width: number; readonly count: Expr };

export interface SectionAttribute {
  readonly name: string;
  readonly value: Expr | string | null;
  readonly token: Token;
}

export type Action =
  | Body
  | { readonly kind: "none" }
  | { readonly kind: "times"; readonly count: Expr; readonly body: Body }
  | {
      readonly kind: "align";
      readonly boundary: Expr;
      readonly fill: Body;
      /** ALIGN and ALIGNB raise the section's own alignment too. */
      readonly token: Token;
    }
  | { readonly kind: "equ"; readonly value: Expr }
  | { readonly kind: "org"; readonly value: Expr }
  | {
      readonly kind: "section";
      readonly name: string;
      readonly attributes: readonly SectionAttribute[];
      /** In brackets: __SECT__ stays as it is (NASM manual, 8.3). */
      readonly primitive: boolean;
    }
  | { readonly kind: "absolute"; readonly start: Expr }
  | { readonly kind: "struc"; readonly name: string; readonly start: Expr | null }
  | { readonly kind: "endstruc" }
  | { readonly kind: "istruc" }
  | { readonly kind: "at"; readonly field: Expr; readonly content: Body | null; readonly zero: Body }
  | { readonly kind: "iend"; readonly size: Expr; readonly zero: Body };

/** One line, understood. */
export interface Statement {
  readonly label: string | null;
  readonly labelToken: Token | null;
  readonly action: Action;
  readonly origin: Origin;
  /** The first token of the action, for errors. */
  readonly token: Token;
}
