import { rowsByMnemonic } from "../../isa/rows.ts";
import type { OperandKind, Row } from "../../isa/types.ts";
import { isMnemonic } from "../match.ts";
import { SIZE_KEYWORDS } from "../operands.ts";
import { REGISTERS, type Register } from "../registers.ts";
import type { Token } from "../source.ts";
import { REPEAT, SIZE_PREFIX } from "../words.ts";
import { labelWidth, type NameIndex } from "./names.ts";
import { isOp } from "./text.ts";

/** Where a column is in a line of code. */
export interface LinePlace {
  /** The word that says what the line does: a mnemonic, a directive or a macro; null before it. */
  readonly head: Token | null;
  /** The tokens of each operand up to the column; the last one is being written. Empty before the first. */
  readonly operands: readonly (readonly Token[])[];
  /** The column is inside square brackets. */
  readonly inBrackets: boolean;
}

const isPrefix = (word: string): boolean =>
  word === "lock" || REPEAT[word] !== undefined || SIZE_PREFIX[word] !== undefined;

/** Takes the tokens before a column apart: label, prefixes, TIMES, and the operands so far. */
export function placeIn(tokens: readonly Token[], index: NameIndex): LinePlace {
  let at = labelWidth(tokens, (word) => index.macroNamed(word) !== null);
  // A word without a colon in front of a word being written may be a label.
  if (at === 1 && tokens.length === 1) at = 0;
  for (;;) {
    const word = tokens[at]?.kind === "id" ? tokens[at]!.text.toLowerCase() : "";
    if (isPrefix(word)) at++;
    else if (word === "times") {
      const body = tokens.findIndex(
        (token, i) => i > at + 1 && token.kind === "id" && isStatementHead(token.text, index),
      );
      if (body < 0) return { head: tokens[at]!, operands: [tokens.slice(at + 1)], inBrackets: false };
      at = body;
    } else break;
  }
  const head = tokens[at] ?? null;
  if (head === null) return { head: null, operands: [], inBrackets: false };
  const operands: Token[][] = [[]];
  let brackets = 0;
  let depth = 0;
  for (const token of tokens.slice(at + 1)) {
    if (isOp(token, "[")) brackets++;
    if (isOp(token, "]")) brackets--;
    if (isOp(token, "(") || isOp(token, "{")) depth++;
    if (isOp(token, ")") || isOp(token, "}")) depth--;
    if (isOp(token, ",") && brackets <= 0 && depth <= 0) operands.push([]);
    else operands.at(-1)!.push(token);
  }
  return { head, operands, inBrackets: brackets > 0 };
}

function isStatementHead(word: string, index: NameIndex): boolean {
  return isMnemonic(word) || /^(?:d[bwdq]|res[bwdq])$/i.test(word) || index.macroNamed(word) !== null;
}

/** The rows that programs may write for a mnemonic. */
export function writableRows(mnemonic: string): readonly Row[] {
  return isMnemonic(mnemonic) ? rowsByMnemonic(mnemonic).filter((row) => row.alias === null) : [];
}

/** What an operand looks like so far. */
type Shape =
  | { readonly kind: "register"; readonly register: Register }
  | { readonly kind: "memory"; readonly size: number; readonly far: boolean }
  | { readonly kind: "value"; readonly selector: boolean }
  | { readonly kind: "open" };

function shapeOf(tokens: readonly Token[]): Shape {
  let size = 0;
  let far = false;
  for (const token of tokens) {
    const word = token.kind === "id" ? token.text.toLowerCase() : "";
    const keyword = SIZE_KEYWORDS.get(word);
    if (keyword !== undefined) size = keyword;
    else if (word === "far") far = true;
    else if (isOp(token, "[")) return { kind: "memory", size, far };
    else if (/^(?:near|short|strict|to)$/.test(word)) continue;
    else {
      const register = REGISTERS.get(word);
      if (register !== undefined) return { kind: "register", register };
      return { kind: "value", selector: tokens.some((other) => isOp(other, ":")) };
    }
  }
  return { kind: "open" };
}

const width = (kind: OperandKind): number => Number(/(\d+)(?:op|rm)?$/.exec(kind)?.[1] ?? 0);
const takesRegister = (kind: OperandKind): boolean => /^(?:r\d|rm\d)/.test(kind);
const takesMemory = (kind: OperandKind): boolean => /^(?:m|rm\d|r\d+m)/.test(kind);
const takesValue = (kind: OperandKind): boolean => /^(?:s?imm|rel|ptr|one)/.test(kind);

/** Whether a register can be an operand of that kind. */
export function fitsRegister(kind: OperandKind, register: Register): boolean {
  if (kind === register.name) return true;
  if (kind === "sreg") return register.class === "segment";
  if (kind === "cr") return register.class === "control";
  if (kind === "dr") return register.class === "debug";
  if (register.class !== "general" || !takesRegister(kind)) return false;
  const pair = /^r(\d+)m\d+$/.exec(kind);
  return (pair ? Number(pair[1]) : width(kind)) === register.bits;
}

function fits(kind: OperandKind, tokens: readonly Token[]): boolean {
  const shape = shapeOf(tokens);
  switch (shape.kind) {
    case "open":
      return true;
    case "register":
      return fitsRegister(kind, shape.register);
    case "value":
      return shape.selector ? kind.startsWith("ptr") : takesValue(kind) && !kind.startsWith("ptr");
    case "memory":
      if (!takesMemory(kind) && !kind.startsWith("moffs")) return false;
      if (kind.startsWith("m16_")) return shape.far || shape.size === 0;
      return shape.size === 0 || width(kind) === 0 || width(kind) === shape.size;
  }
}

/** Whether the operands so far could be the beginning of a row's. */
export function mayBecome(row: Row, operands: readonly (readonly Token[])[]): boolean {
  if (operands.length > Math.max(1, row.operands.length)) return false;
  return operands.every((tokens, i) => row.operands[i] === undefined || fits(row.operands[i], tokens));
}

/** What may stand at an operand's place, over all rows that the operands before it allow. */
export interface Accepted {
  register(register: Register): boolean;
  readonly memory: boolean;
  /** Numbers, names of addresses and constants. */
  readonly value: boolean;
  /** A jump's target. */
  readonly target: boolean;
}

/** What the last of the operands, which is being written, may be. */
export function acceptedAt(mnemonic: string, operands: readonly (readonly Token[])[]): Accepted {
  const at = Math.max(0, operands.length - 1);
  const rows = writableRows(mnemonic).filter(
    (row) => at < row.operands.length && mayBecome(row, operands.slice(0, at)),
  );
  const kinds = [...new Set(rows.map((row) => row.operands[at]!))];
  return {
    register: (register) => kinds.some((kind) => fitsRegister(kind, register)),
    memory: kinds.some((kind) => takesMemory(kind) || kind.startsWith("moffs")),
    value: kinds.some(takesValue),
    target: kinds.some((kind) => kind.startsWith("rel")),
  };
}
