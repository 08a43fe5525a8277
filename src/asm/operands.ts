import { addressRegisters } from "./address.ts";
import { AsmError } from "./diagnostics.ts";
import type { Cursor, Expr } from "./expression.ts";
import { operatorAt, parseExpression } from "./expression.ts";
import { messages } from "./messages.ts";
import type { Register } from "./registers.ts";
import { REGISTERS } from "./registers.ts";
import type { Token } from "./source.ts";
import type { Distance, MemoryOperand, Operand } from "./statement.ts";

/** Size keywords and what they mean in bits. */
export const SIZE_KEYWORDS: ReadonlyMap<string, number> = new Map([
  ["byte", 8],
  ["word", 16],
  ["dword", 32],
  ["qword", 64],
  ["tword", 80],
  ["oword", 128],
]);

const DISTANCES: ReadonlySet<string> = new Set(["short", "near", "far"]);

interface Qualifiers {
  size: number;
  strict: boolean;
  distance: Distance;
}

function wordAt(cursor: Cursor): string | null {
  const token = cursor.tokens[cursor.at];
  return token?.kind === "id" ? token.text.toLowerCase() : null;
}

/** Reads BYTE, WORD, SHORT, STRICT and the like before an operand, in any order. */
function qualifiers(cursor: Cursor): Qualifiers {
  const found: Qualifiers = { size: 0, strict: false, distance: null };
  for (;;) {
    const word = wordAt(cursor);
    if (word === null) return found;
    const size = SIZE_KEYWORDS.get(word);
    if (size !== undefined) {
      if (found.size !== 0 && found.size !== size) throw new AsmError(messages.twoSizes(), cursor.tokens[cursor.at]!);
      found.size = size;
    } else if (word === "strict") found.strict = true;
    else if (DISTANCES.has(word)) found.distance = word as Distance;
    else if (word !== "to" || cursor.tokens[cursor.at + 1] === undefined) return found;
    cursor.at++;
  }
}

/** Reads a comma-separated list of operands up to the end of the line. */
export function parseOperands(cursor: Cursor, resolve: (name: string) => string): Operand[] {
  const operands: Operand[] = [];
  if (cursor.at >= cursor.tokens.length) return operands;
  for (;;) {
    operands.push(parseOperand(cursor, resolve));
    if (cursor.at >= cursor.tokens.length) return operands;
    const token = cursor.tokens[cursor.at]!;
    if (operatorAt(cursor) !== ",") throw new AsmError(messages.expected("`,`", token.text), token);
    cursor.at++;
  }
}

function parseOperand(cursor: Cursor, resolve: (name: string) => string): Operand {
  const { size, strict, distance } = qualifiers(cursor);
  const token = cursor.tokens[cursor.at];
  if (token === undefined) throw new AsmError(messages.expected("an operand", null), cursor.tokens.at(-1)!);
  if (operatorAt(cursor) === "[") return parseMemory(cursor, resolve, size, distance);
  const register = token.kind === "id" ? REGISTERS.get(token.text.toLowerCase()) : undefined;
  if (register !== undefined) {
    const after = cursor.tokens[cursor.at + 1];
    if (after === undefined || (after.kind === "op" && after.text === ",")) {
      cursor.at++;
      if (size !== 0 && size !== register.bits)
        throw new AsmError(messages.registerSize(token.text, register.bits), token);
      return { kind: "register", register, token };
    }
    if (after.kind === "op" && after.text === ":" && register.class === "segment") {
      cursor.at += 2;
      if (operatorAt(cursor) === "[") {
        const memory = parseMemory(cursor, resolve, size, distance);
        if (memory.segment !== null) throw new AsmError(messages.twoSegments(), token);
        return { ...memory, segment: register };
      }
      throw new AsmError(
        messages.expected("`[` after the segment register", cursor.tokens[cursor.at]?.text ?? null),
        token,
      );
    }
  }
  const expr = parseExpression(cursor, resolve);
  if (operatorAt(cursor) !== ":") {
    refuseRegisters(expr);
    return { kind: "immediate", expr, size, strict, distance, selector: null, token };
  }
  cursor.at++;
  const inner = qualifiers(cursor);
  const offset = parseExpression(cursor, resolve);
  refuseRegisters(expr);
  refuseRegisters(offset);
  return {
    kind: "immediate",
    expr: offset,
    size: inner.size || size,
    strict: strict || inner.strict,
    distance: inner.distance ?? distance,
    selector: expr,
    token,
  };
}

/** A register outside brackets stands alone; `eax + 4` is an address without its brackets. */
function refuseRegisters(expr: Expr): void {
  const register = findRegister(expr);
  if (register !== null) throw new AsmError(messages.bracketsMissing(register.text), register);
}

function findRegister(expr: Expr): Token | null {
  switch (expr.kind) {
    case "register":
      return expr.token;
    case "unary":
      return findRegister(expr.a);
    case "binary":
      return findRegister(expr.a) ?? findRegister(expr.b);
    case "choice":
      return findRegister(expr.a) ?? findRegister(expr.b) ?? findRegister(expr.c);
    default:
      return null;
  }
}

/** Reads `[size segment: expression]`; the cursor is on the opening bracket. */
function parseMemory(
  cursor: Cursor,
  resolve: (name: string) => string,
  size: number,
  distance: Distance,
): MemoryOperand {
  const token = cursor.tokens[cursor.at++]!;
  let displacementSize = 0;
  let segment: Register | null = null;
  let nosplit = false;
  for (;;) {
    const word = wordAt(cursor);
    const keyword = word === null ? undefined : SIZE_KEYWORDS.get(word);
    const after = cursor.tokens[cursor.at + 1];
    if (keyword !== undefined) displacementSize = keyword;
    else if (word === "nosplit") nosplit = true;
    else if (word === "abs") displacementSize += 0;
    else if (word === "rel") throw new AsmError(messages.noRelative(), cursor.tokens[cursor.at]!);
    else if (word !== null && REGISTERS.get(word)?.class === "segment" && after?.kind === "op" && after.text === ":") {
      if (segment !== null) throw new AsmError(messages.twoSegments(), cursor.tokens[cursor.at]!);
      segment = REGISTERS.get(word)!;
      cursor.at++;
    } else break;
    cursor.at++;
  }
  const expr = parseExpression(cursor, resolve);
  if (operatorAt(cursor) !== "]") {
    const found = cursor.tokens[cursor.at];
    throw new AsmError(messages.expected("`]`", found?.text ?? null), found ?? token);
  }
  cursor.at++;
  return {
    kind: "memory",
    expr,
    size,
    distance,
    displacementSize,
    segment,
    nosplit,
    direct: findRegister(expr) === null || addressRegisters(expr).length === 0,
    token,
  };
}
