import { type Token, tokens } from "./lexer.ts";
import type { BinaryOperator, Expression, MemorySize, Node, Parsed, Span, UnaryOperator, ViewName } from "./types.ts";
import { ExpressionError, problems } from "./words.ts";

const MAX_DEPTH = 64;

/** Binary operators by precedence as in C, loosest first. */
const LEVELS: readonly (readonly BinaryOperator[])[] = [
  ["||"],
  ["&&"],
  ["|"],
  ["^"],
  ["&"],
  ["==", "!="],
  ["<", "<=", ">", ">="],
  ["<<", ">>"],
  ["+", "-"],
  ["*", "/", "%"],
];
const LEVEL_OF = new Map<string, number>(LEVELS.flatMap((row, level) => row.map((op) => [op, level] as const)));
const UNARY: ReadonlySet<string> = new Set(["-", "+", "~", "!", "&"]);

interface Type {
  readonly size: MemorySize;
  readonly signed: boolean;
}
const SIZES: Readonly<Record<string, MemorySize>> = { byte: 1, word: 2, dword: 4 };
const TYPES: ReadonlyMap<string, Type> = new Map(
  ([1, 2, 4] as const).flatMap((size): [string, Type][] => [
    [`u${size * 8}`, { size, signed: false }],
    [`i${size * 8}`, { size, signed: true }],
    [`s${size * 8}`, { size, signed: true }],
  ]),
);

/**
 * Reads an expression: registers, flags, symbols, numbers, C's operators, `byte/word/dword [address]` or
 * `*(u32*)address`, `phys:[address]`, and `guest.` or `real.` before any of it.
 */
export function parseExpression(text: string): Parsed {
  try {
    const expression: Expression = { text, root: new Parser(tokens(text), text.length + 1).whole() };
    return { ok: true, expression };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const { words, column, end } = error;
    return { ok: false, problem: { words, column, end } };
  }
}

class Parser {
  private readonly list: readonly Token[];
  private readonly endColumn: number;
  private at = 0;
  private depth = 0;

  constructor(list: readonly Token[], endColumn: number) {
    this.list = list;
    this.endColumn = endColumn;
  }

  whole(): Node {
    if (this.list.length === 0) throw new ExpressionError(problems.empty(), 1, this.endColumn);
    const node = this.choice();
    const rest = this.list[this.at];
    if (rest) throw new ExpressionError(problems.extra(rest.text), rest.column, rest.end);
    return node;
  }

  private choice(): Node {
    this.enter();
    const condition = this.level(0);
    let node = condition;
    if (this.accept("?")) {
      const then = this.choice();
      this.need(":");
      const otherwise = this.choice();
      node = { kind: "choice", condition, then, otherwise, span: join(condition, otherwise) };
    }
    this.depth--;
    return node;
  }

  private level(level: number): Node {
    let left = this.prefix();
    for (;;) {
      const token = this.list[this.at];
      const found = token?.kind === "operator" ? LEVEL_OF.get(token.text) : undefined;
      if (token === undefined || found === undefined || found < level) return left;
      this.at++;
      const right = this.level(found + 1);
      left = { kind: "binary", operator: token.text as BinaryOperator, left, right, span: join(left, right) };
    }
  }

  private prefix(): Node {
    this.enter();
    const node = this.prefixed();
    this.depth--;
    return node;
  }

  private prefixed(): Node {
    const token = this.list[this.at];
    if (token?.kind !== "operator") return this.operand();
    if (UNARY.has(token.text)) {
      this.at++;
      const of = this.prefix();
      return { kind: "unary", operator: token.text as UnaryOperator, of, span: join(token, of) };
    }
    if (token.text === "*") {
      this.at++;
      const { size, signed } = this.type(true) ?? { size: 4, signed: false };
      const address = this.prefix();
      const span = join(token, address);
      return { kind: "memory", physical: false, size, signed, segment: null, address, span };
    }
    const cast = this.type(false);
    if (cast !== null) {
      const of = this.prefix();
      return { kind: "cast", ...cast, of, span: join(token, of) };
    }
    return this.operand();
  }

  /** `(u32*)` with `pointer`, else `(u32)`; null and nothing read if it is not that. */
  private type(pointer: boolean): Type | null {
    const words = pointer ? 4 : 3;
    const [open, name, star, close] = this.list.slice(this.at, this.at + 4);
    if (open?.text !== "(" || name?.kind !== "name") return null;
    if (pointer ? star?.text !== "*" || close?.text !== ")" : star?.text !== ")") return null;
    const type = TYPES.get(name.text.toLowerCase());
    if (type === undefined) return null;
    this.at += words;
    return type;
  }

  private operand(): Node {
    const token = this.list[this.at];
    if (token === undefined) throw this.missing();
    this.at++;
    if (token.kind === "number") return { kind: "number", value: token.value, span: token };
    if (token.kind === "name") return this.named(token);
    if (token.text === "(") {
      const inner = this.choice();
      this.need(")");
      return inner;
    }
    if (token.text === "[") return this.memory(token, false, 4);
    this.at--;
    throw this.missing();
  }

  private named(token: Token): Node {
    const name = token.text.toLowerCase();
    const size = SIZES[name];
    const next = this.list[this.at];
    if (size !== undefined && (next?.text === "[" || next?.kind === "name")) return this.sized(token, size);
    if (name === "phys" && next?.text === ":") {
      this.at++;
      this.need("[");
      return this.memory(token, true, 4);
    }
    const view = /^(guest|real)\.(.*)$/.exec(name);
    if (view) return this.viewed(token, view[1] as ViewName, token.text.slice(view[1]!.length + 1));
    return { kind: "name", name: token.text, span: token };
  }

  /** `byte`, `word` or `dword` before a memory operand, which may have a view and `phys:` in front. */
  private sized(token: Token, size: MemorySize): Node {
    const of = this.operand();
    const resize = (node: Node): Node => {
      if (node.kind === "view") return { ...node, of: resize(node.of), span: join(token, node) };
      if (node.kind !== "memory") {
        throw new ExpressionError(problems.expected("[", null), node.span.column, node.span.end);
      }
      return { ...node, size, span: join(token, node) };
    };
    return resize(of);
  }

  /** What follows `guest.` or `real.`: the rest of the name, or an operand of its own. */
  private viewed(token: Token, view: ViewName, rest: string): Node {
    if (rest === "") {
      const of = this.prefix();
      return { kind: "view", view, of, whole: null, span: join(token, of) };
    }
    const inner: Token = { kind: "name", text: rest, column: token.column + view.length + 1, end: token.end };
    const of = this.named(inner);
    // A label of that very name, with a local one behind the dot, has precedence.
    return { kind: "view", view, of, whole: of.kind === "name" ? token.text : null, span: join(token, of) };
  }

  private memory(first: Token, physical: boolean, size: MemorySize): Node {
    let segment: string | null = null;
    const [name, colon] = this.list.slice(this.at, this.at + 2);
    if (name?.kind === "name" && colon?.text === ":" && name.text.toLowerCase() !== "phys") {
      segment = name.text.toLowerCase();
      if (!/^[c-gs]s$/.test(segment)) {
        throw new ExpressionError(problems.notASegment(name.text), name.column, name.end);
      }
      this.at += 2;
    }
    const address = this.choice();
    const close = this.need("]");
    return { kind: "memory", physical, size, signed: false, segment, address, span: join(first, close) };
  }

  private accept(text: string): boolean {
    if (this.list[this.at]?.text !== text || this.list[this.at]?.kind !== "operator") return false;
    this.at++;
    return true;
  }

  private need(text: string): Token {
    const token = this.list[this.at];
    if (token?.kind === "operator" && token.text === text) {
      this.at++;
      return token;
    }
    const span = token ?? { column: this.endColumn, end: this.endColumn + 1 };
    throw new ExpressionError(problems.expected(text, token?.text ?? null), span.column, span.end);
  }

  private missing(): ExpressionError {
    const token = this.list[this.at];
    const span = token ?? { column: this.endColumn, end: this.endColumn + 1 };
    return new ExpressionError(problems.expectedOperand(token?.text ?? null), span.column, span.end);
  }

  private enter(): void {
    if (++this.depth <= MAX_DEPTH) return;
    const { column, end } = this.list[this.at] ?? { column: this.endColumn, end: this.endColumn + 1 };
    throw new ExpressionError(problems.tooLong(), column, end);
  }
}

function join(first: Span | Node, last: Span | Node): Span {
  const from = "span" in first ? first.span : first;
  const to = "span" in last ? last.span : last;
  return { column: from.column, end: to.end };
}
