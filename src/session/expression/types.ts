import type { CpuState } from "../../cpu/state.ts";
import type { Words } from "../../isa/types.ts";
import type { FieldName } from "../../isa/vmcs.ts";

/** Whose registers and tables an expression reads: as the guest means them, or as the processor has them. */
export type ViewName = "guest" | "real";

/** Part of an expression's text, counted from 1; `end` is the column behind it. */
export interface Span {
  readonly column: number;
  readonly end: number;
}

/** What is wrong with an expression, and where. */
export interface Problem extends Span {
  readonly words: Words;
}

export type MemorySize = 1 | 2 | 4;

export type BinaryOperator =
  | "||"
  | "&&"
  | "|"
  | "^"
  | "&"
  | "=="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "<<"
  | ">>"
  | "+"
  | "-"
  | "*"
  | "/"
  | "%";
export type UnaryOperator = "-" | "+" | "~" | "!" | "&";

/** A parsed expression. Names are looked up when it is evaluated: what they mean depends on the program. */
export type Node = { readonly span: Span } & (
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "name"; readonly name: string }
  | {
      readonly kind: "memory";
      /** `phys:[..]`: the address is physical. */
      readonly physical: boolean;
      readonly size: MemorySize;
      readonly signed: boolean;
      /** `[es:edi]`: a segment register whose base is added. */
      readonly segment: string | null;
      readonly address: Node;
    }
  | { readonly kind: "cast"; readonly size: MemorySize; readonly signed: boolean; readonly of: Node }
  | { readonly kind: "view"; readonly view: ViewName; readonly of: Node; readonly whole: string | null }
  | { readonly kind: "unary"; readonly operator: UnaryOperator; readonly of: Node }
  | { readonly kind: "binary"; readonly operator: BinaryOperator; readonly left: Node; readonly right: Node }
  | { readonly kind: "choice"; readonly condition: Node; readonly then: Node; readonly otherwise: Node }
);

export interface Expression {
  readonly text: string;
  readonly root: Node;
}

export type Parsed =
  | { readonly ok: true; readonly expression: Expression }
  | { readonly ok: false; readonly problem: Problem };

/** Where a value was read from. */
export interface MemoryPlace {
  readonly view: ViewName;
  readonly space: "linear" | "physical";
  readonly address: number;
  readonly size: MemorySize;
}

/** A value: 32 bits, unsigned as a number. */
export interface Value {
  readonly bits: number;
  /** To be shown with this many bytes. */
  readonly size: MemorySize;
  /** Compared, divided and shifted with its sign. */
  readonly signed: boolean;
  /** The memory that it is the content of, if the whole expression is a memory operand. */
  readonly place: MemoryPlace | null;
}

export type Evaluated =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: Problem };

/** One side of the computer for an expression to read. Addresses are unsigned; null where there is nothing. */
export interface ExpressionView {
  readonly state: CpuState;
  readLinear(address: number): number | null;
  readPhysical(address: number): number | null;
}

/** What the names and addresses of an expression refer to. */
export interface ExpressionContext {
  readonly guest: ExpressionView;
  readonly real: ExpressionView;
  /** Value of a symbol of the program (a label's is its address), or null. */
  symbol(name: string): number | null;
  readonly tick: number;
  readonly step: number;
  /** How often the breakpoint has been hit, this time included; null where there is no breakpoint. */
  readonly hits: number | null;
  /** A field of the current VMCS, of one with 64 bits the low half; null where there is none. Absent: never any. */
  vmcs?(field: FieldName): number | null;
}
