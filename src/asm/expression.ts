import { AsmError } from "./diagnostics.ts";
import { LIMITS } from "./limits.ts";
import { messages } from "./messages.ts";
import { charConstant, parseNumber } from "./numbers.ts";
import { isForeignRegister, REGISTERS } from "./registers.ts";
import type { Token } from "./source.ts";
import type { Hints, Value } from "./value.ts";
import { binary, number, unary } from "./value.ts";

/** A parsed expression. `token` is where errors about the node are reported. */
export type Expr =
  | { readonly kind: "value"; readonly value: Value; readonly token: Token }
  | { readonly kind: "here" | "base"; readonly token: Token }
  | { readonly kind: "symbol"; readonly name: string; readonly token: Token }
  | { readonly kind: "register"; readonly value: Value; readonly token: Token }
  | { readonly kind: "unary"; readonly a: Expr; readonly token: Token }
  | { readonly kind: "binary"; readonly a: Expr; readonly b: Expr; readonly token: Token }
  | { readonly kind: "choice"; readonly a: Expr; readonly b: Expr; readonly c: Expr; readonly token: Token };

/** A position in a list of tokens. */
export interface Cursor {
  readonly tokens: readonly Token[];
  at: number;
}

/** Binary operators by precedence, loosest first (NASM manual, 3.5). */
const LEVELS: readonly (readonly string[])[] = [
  ["||"],
  ["^^"],
  ["&&"],
  ["=", "==", "!=", "<>", "<", ">", "<=", ">=", "<=>"],
  ["|"],
  ["^"],
  ["&"],
  ["<<", ">>", "<<<", ">>>"],
  ["+", "-"],
  ["*", "/", "//", "%", "%%"],
];
const LEVEL_OF = new Map(LEVELS.flatMap((ops, level) => ops.map((op) => [op, level] as const)));

/** Reads the expression at the cursor and leaves the cursor behind it. `resolve` completes a local label's name. */
export function parseExpression(cursor: Cursor, resolve: (name: string) => string): Expr {
  return new Parser(cursor, resolve).choice(0);
}

/** The operator at the cursor, or null. */
export function operatorAt(cursor: Cursor): string | null {
  const token = cursor.tokens[cursor.at];
  return token?.kind === "op" ? token.text : null;
}

class Parser {
  private readonly cursor: Cursor;
  private readonly resolve: (name: string) => string;
  constructor(cursor: Cursor, resolve: (name: string) => string) {
    this.cursor = cursor;
    this.resolve = resolve;
  }

  choice(depth: number): Expr {
    const a = this.level(0, depth);
    if (operatorAt(this.cursor) !== "?") return a;
    const token = this.cursor.tokens[this.cursor.at++]!;
    const b = this.choice(depth + 1);
    if (operatorAt(this.cursor) !== ":") throw this.unexpected("`:`");
    this.cursor.at++;
    const c = this.choice(depth + 1);
    return { kind: "choice", a, b, c, token };
  }

  private level(level: number, depth: number): Expr {
    let a = this.prefix(depth);
    let terms = depth;
    for (;;) {
      const op = operatorAt(this.cursor);
      const found = op === null ? undefined : LEVEL_OF.get(op);
      if (found === undefined || found < level) return a;
      const token = this.cursor.tokens[this.cursor.at++]!;
      if (++terms > LIMITS.expressionDepth) throw new AsmError(messages.expressionTooDeep(), token);
      const b = this.level(found + 1, depth + 1);
      a = { kind: "binary", a, b, token };
    }
  }

  private prefix(depth: number): Expr {
    if (depth > LIMITS.expressionDepth) {
      throw new AsmError(messages.expressionTooDeep(), this.cursor.tokens[this.cursor.at] ?? null);
    }
    const token = this.cursor.tokens[this.cursor.at];
    if (token === undefined) throw this.unexpected(null);
    if (token.kind !== "op") return this.atom(token);
    this.cursor.at++;
    switch (token.text) {
      case "-":
      case "+":
      case "~":
      case "!":
        return { kind: "unary", a: this.prefix(depth + 1), token };
      case "(": {
        const inner = this.choice(depth + 1);
        if (operatorAt(this.cursor) !== ")") throw this.unexpected("`)`");
        this.cursor.at++;
        return inner;
      }
      case "$":
        return { kind: "here", token };
      case "$$":
        return { kind: "base", token };
    }
    this.cursor.at--;
    throw this.unexpected(null);
  }

  private atom(token: Token): Expr {
    this.cursor.at++;
    switch (token.kind) {
      case "number": {
        const value = parseNumber(token.text);
        if (value === null) throw new AsmError(messages.badNumber(token.text), token);
        return { kind: "value", value: number(value), token };
      }
      case "string":
        return { kind: "value", value: number(charConstant(token.value)), token };
      case "id": {
        const lower = token.text.toLowerCase();
        const register = REGISTERS.get(lower);
        if (register !== undefined) {
          return {
            kind: "register",
            value: { number: 0n, terms: [{ key: lower, times: 1 }], unknown: false },
            token,
          };
        }
        if (isForeignRegister(lower)) throw new AsmError(messages.foreignRegister(token.text), token);
        if (lower === "seg" || lower === "wrt") throw new AsmError(messages.noSegments(token.text), token);
        return { kind: "symbol", name: this.resolve(token.text), token };
      }
      case "float":
        throw new AsmError(messages.noFloats(token.text), token);
      default:
        this.cursor.at--;
        throw this.unexpected(null);
    }
  }

  private unexpected(wanted: string | null): AsmError {
    const { tokens, at } = this.cursor;
    const token = tokens[at] ?? null;
    return new AsmError(messages.expected(wanted, token?.text ?? null), token ?? tokens.at(-1) ?? null);
  }
}

/** What an expression may refer to. */
export interface Scope {
  /** The value of a symbol; UNKNOWN if it may still be defined. Throws when it must be known by now. */
  symbol(name: string, token: Token): Value;
  here(token: Token): Value;
  base(token: Token): Value;
}

/**
 * Evaluates an expression.
 * @param hints for the contents of a memory operand: receives how its registers were written
 */
export function evaluate(expr: Expr, scope: Scope, hints: Hints | null = null): Value {
  switch (expr.kind) {
    case "value":
      return expr.value;
    case "here":
      return scope.here(expr.token);
    case "base":
      return scope.base(expr.token);
    case "symbol":
      return scope.symbol(expr.name, expr.token);
    case "register":
      if (hints?.kind === "none") {
        hints.kind = "base";
        hints.base = expr.value.terms[0]!.key;
      }
      return expr.value;
    case "unary":
      return unary(expr.token, evaluate(expr.a, scope, hints), hints);
    case "binary": {
      const a = evaluate(expr.a, scope, hints);
      return binary(expr.token, a, evaluate(expr.b, scope, hints), hints);
    }
    case "choice": {
      const condition = evaluate(expr.a, scope, hints);
      if (condition.unknown) return condition;
      if (condition.terms.length > 0) throw new AsmError(messages.notScalar("?:", false), expr.token);
      return evaluate(condition.number !== 0n ? expr.b : expr.c, scope, hints);
    }
  }
}

/** Whether the expression has the same value wherever it stands and in every pass. */
export function isConstant(expr: Expr): boolean {
  switch (expr.kind) {
    case "value":
    case "register":
      return true;
    case "unary":
      return isConstant(expr.a);
    case "binary":
      return isConstant(expr.a) && isConstant(expr.b);
    case "choice":
      return isConstant(expr.a) && isConstant(expr.b) && isConstant(expr.c);
    default:
      return false;
  }
}
