import { suggest } from "../../asm/suggest.ts";
import { VMCS_FIELD_LIST } from "../../isa/vmcs.ts";
import { REGISTER_NAMES, segmentBase } from "./registers.ts";
import type {
  BinaryOperator,
  Evaluated,
  Expression,
  ExpressionContext,
  MemorySize,
  Node,
  UnaryOperator,
  Value,
  ViewName,
} from "./types.ts";
import { ExpressionError, problems } from "./words.ts";

/** Names beside registers and symbols. */
const COUNTERS = ["tick", "step", "hits"] as const;
const VMCS_PREFIX = "vmcs.";
/** Fields of the current VMCS, as `vmcs.exitReason`, in lower case. */
const VMCS_NAMES = new Map(VMCS_FIELD_LIST.map((field) => [VMCS_PREFIX + field.name.toLowerCase(), field]));

/**
 * Evaluates an expression in 32 bits. Operands are unsigned, but for what a minus sign or a cast to i8, i16 or i32 has
 * made signed: one signed operand makes a comparison, division or right shift signed. Comparisons give 1 or 0.
 */
export function evaluate(expression: Expression, context: ExpressionContext): Evaluated {
  try {
    return { ok: true, value: new Evaluator(context).node(expression.root, "guest") };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const { words, column, end } = error;
    return { ok: false, problem: { words, column, end } };
  }
}

function plain(bits: number, signed = false, size: MemorySize = 4): Value {
  return { bits: bits >>> 0, signed, size, place: null };
}

const truth = (holds: boolean): Value => plain(holds ? 1 : 0);

/** The number that a value stands for, with its sign if it has one. */
export function numberOf({ bits, signed }: Value): number {
  return signed ? bits | 0 : bits;
}

class Evaluator {
  private readonly context: ExpressionContext;

  constructor(context: ExpressionContext) {
    this.context = context;
  }

  node(node: Node, view: ViewName): Value {
    switch (node.kind) {
      case "number":
        return plain(node.value);
      case "name":
        return this.name(node, node.name, view);
      case "memory":
        return this.memory(node, view);
      case "cast":
        return cast(this.node(node.of, view).bits, node.size, node.signed);
      case "view": {
        const label = node.whole === null ? null : this.context.symbol(node.whole);
        return label === null ? this.node(node.of, node.view) : plain(label);
      }
      case "unary":
        return node.operator === "&" ? this.addressOf(node.of, view) : unary(node.operator, this.node(node.of, view));
      case "binary":
        return this.binary(node, view);
      case "choice":
        return this.node(this.node(node.condition, view).bits !== 0 ? node.then : node.otherwise, view);
    }
  }

  private name(node: Node, name: string, view: ViewName): Value {
    const { context } = this;
    const lower = name.toLowerCase();
    const register = REGISTER_NAMES.get(lower);
    if (register !== undefined && !register.isFlag) {
      return plain(register.read(context[view].state), false, register.size);
    }
    const symbol = context.symbol(name);
    if (symbol !== null) return plain(symbol);
    if (register !== undefined) return plain(register.read(context[view].state), false, register.size);
    if (lower === "tick" || lower === "step") return plain(context[lower]);
    if (lower === "hits") {
      if (context.hits === null) throw new ExpressionError(problems.noHits(), node.span.column, node.span.end);
      return plain(context.hits);
    }
    const field = VMCS_NAMES.get(lower);
    if (field !== undefined) {
      const value = context.vmcs?.(field.name) ?? null;
      if (value === null) throw new ExpressionError(problems.noVmcs(), node.span.column, node.span.end);
      return plain(value, false, field.width === 16 ? 2 : 4);
    }
    const fields = lower.startsWith(VMCS_PREFIX) ? [...VMCS_NAMES.values()].map((one) => VMCS_PREFIX + one.name) : [];
    const near = suggest(name, [...REGISTER_NAMES.keys(), ...COUNTERS, ...fields]);
    throw new ExpressionError(problems.unknownName(name, near), node.span.column, node.span.end);
  }

  private memory(node: Extract<Node, { kind: "memory" }>, viewName: ViewName): Value {
    const view = this.context[viewName];
    const offset = this.node(node.address, viewName).bits;
    const base = node.segment === null ? 0 : segmentBase(view.state, node.segment);
    const address = (offset + base) >>> 0;
    let bits = 0;
    for (let i = node.size - 1; i >= 0; i--) {
      const at = (address + i) >>> 0;
      const byte = node.physical ? view.readPhysical(at) : view.readLinear(at);
      if (byte === null) {
        const { column, end } = node.span;
        throw new ExpressionError(problems.unmapped(`0x${at.toString(16)}`, node.physical), column, end);
      }
      bits = (bits << 8) | byte;
    }
    const space = node.physical ? "physical" : "linear";
    const value = cast(bits, node.size, node.signed);
    return { ...value, place: { view: viewName, space, address, size: node.size } };
  }

  private addressOf(node: Node, view: ViewName): Value {
    if (node.kind === "view") return this.addressOf(node.of, node.view);
    if (node.kind === "memory") return plain(this.memory(node, view).place!.address);
    const symbol = node.kind === "name" ? this.context.symbol(node.name) : null;
    if (symbol === null) throw new ExpressionError(problems.noAddress(), node.span.column, node.span.end);
    return plain(symbol);
  }

  private binary(node: Extract<Node, { kind: "binary" }>, view: ViewName): Value {
    const left = this.node(node.left, view);
    if (node.operator === "&&") return truth(left.bits !== 0 && this.node(node.right, view).bits !== 0);
    if (node.operator === "||") return truth(left.bits !== 0 || this.node(node.right, view).bits !== 0);
    const right = this.node(node.right, view);
    if ((node.operator === "/" || node.operator === "%") && right.bits === 0) {
      throw new ExpressionError(problems.divisionByZero(), node.right.span.column, node.right.span.end);
    }
    return arithmetic(node.operator, left, right);
  }
}

function cast(bits: number, size: MemorySize, signed: boolean): Value {
  const shift = 32 - size * 8;
  return plain(signed ? (bits << shift) >> shift : (bits << shift) >>> shift, signed, size);
}

function unary(operator: UnaryOperator, value: Value): Value {
  if (operator === "!") return truth(value.bits === 0);
  if (operator === "-") return plain(-value.bits, true);
  return plain(operator === "~" ? ~value.bits : value.bits, value.signed);
}

function arithmetic(operator: BinaryOperator, left: Value, right: Value): Value {
  const signed = left.signed || right.signed;
  const a = signed ? left.bits | 0 : left.bits;
  const b = signed ? right.bits | 0 : right.bits;
  switch (operator) {
    case "|":
      return plain(a | b, signed);
    case "^":
      return plain(a ^ b, signed);
    case "&":
      return plain(a & b, signed);
    case "==":
      return truth(left.bits === right.bits);
    case "!=":
      return truth(left.bits !== right.bits);
    case "<":
      return truth(a < b);
    case "<=":
      return truth(a <= b);
    case ">":
      return truth(a > b);
    case ">=":
      return truth(a >= b);
    case "<<":
      return plain(right.bits > 31 ? 0 : a << right.bits, left.signed);
    case ">>":
      return plain(shiftRight(left, right.bits), left.signed);
    case "+":
      return plain(a + b, signed);
    case "-":
      return plain(a - b, signed);
    case "*":
      return plain(Math.imul(a, b), signed);
    case "/":
      return plain(Math.trunc(a / b), signed);
    case "%":
      return plain(a % b, signed);
    case "&&":
    case "||":
      throw new Error("decided before both sides are known");
  }
}

function shiftRight({ bits, signed }: Value, count: number): number {
  if (signed) return (bits | 0) >> Math.min(31, count);
  return count > 31 ? 0 : bits >>> count;
}
