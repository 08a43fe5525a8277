import { rowsByMnemonic } from "../isa/rows.ts";
import type { OperandKind, Row } from "../isa/types.ts";
import { REGISTERS } from "./registers.ts";
import type { Bits, Form, ImmediateOperand, MemoryOperand, Operand, Prefixes } from "./statement.ts";
import { number } from "./value.ts";

/**
 * Which rows the operands of a line fit. Everything here follows from the rows' operand kinds; the rules are those that
 * NASM's own templates have in common, so that no instruction needs code of its own.
 */

const fullKind = /^(?:r|rm|m|moffs|imm)(8|16|32)(?:op|rm)?$/;
const wordKind = /^r(16|32)m16$/;
const relKind = /^rel(8|16|32)$/;
const farMemory = /^m16_(16|32)$/;
const farPointer = /^ptr16_(16|32)$/;
const FIXED = new Set<OperandKind>(["al", "ax", "eax", "cl", "dx", "es", "cs", "ss", "ds", "fs", "gs"]);

/** The width in bits that a kind names, or 0. */
function widthOf(kind: OperandKind): number {
  const match = fullKind.exec(kind) ?? relKind.exec(kind) ?? farMemory.exec(kind) ?? farPointer.exec(kind);
  return match ? Number(match[1]) : 0;
}

/** What all rows of a mnemonic say together; some keywords are only allowed where there is something to choose. */
interface Family {
  readonly rows: readonly Row[];
  /** Immediates grow with the operand size (ADD, MOV), so that one says how wide unsized memory is. */
  readonly scaledImmediate: boolean;
  /** Relative targets come in a short and a near form. */
  readonly shortAndNear: boolean;
  /** Targets may also be in a register or memory (JMP, CALL): these forms follow the code size. */
  readonly indirect: boolean;
}

const families = new Map<string, Family>();

function familyOf(mnemonic: string): Family {
  const known = families.get(mnemonic);
  if (known) return known;
  const rows = rowsByMnemonic(mnemonic).filter((row) => row.alias === null && row.mnemonic !== "hostgate");
  const has = (test: (kinds: readonly OperandKind[]) => boolean): boolean => rows.some((r) => test(r.operands));
  const relative = has((k) => k[0] === "rel16" || k[0] === "rel32");
  const family: Family = {
    rows,
    scaledImmediate: has((k) => k.includes("imm32")),
    shortAndNear: relative && has((k) => k[0] === "rel8"),
    indirect: relative && has((k) => k[0] === "rm32"),
  };
  families.set(mnemonic, family);
  return family;
}

/** A word that the table knows as an instruction. */
export function isMnemonic(word: string): boolean {
  return familyOf(word.toLowerCase()).rows.length > 0;
}

interface Fit {
  readonly form: Form;
  /** Memory without a size, where this row would take so many bits; 0 when nothing is missing. */
  readonly missing: number;
  /** Some operand says how wide the operation is. */
  readonly pinned: boolean;
}

/** Why nothing fits: the operands as such, or only that no size was given. */
export type Mismatch = "operands" | "size";

/**
 * All forms of a mnemonic that the operands fit, in order of preference. Which of them is taken may still depend on the
 * values (see `encode.ts`).
 */
export function matchForms(
  mnemonic: string,
  operands: readonly Operand[],
  prefixes: Prefixes,
  addressSize: Bits,
  bits: Bits,
): readonly Form[] | Mismatch {
  const family = familyOf(mnemonic.toLowerCase());
  let fits: Fit[] = [];
  for (const row of family.rows) {
    if (row.addressSize !== 0 && row.operands[0] !== undefined && !addressRow(row, family, operands, addressSize))
      continue;
    const fit = fitRow(row, operands, family);
    if (fit) fits.push(fit);
  }
  if (fits.length === 0) return "operands";
  if (fits.every((f) => f.missing > 0)) {
    if (fits.some((f) => f.missing !== fits[0]!.missing) && !family.indirect) return "size";
    fits = fits.map((f) => ({ ...f, missing: 0, pinned: !family.indirect }));
  }
  fits = fits.filter((f) => f.missing === 0);
  const wanted = prefixes.operandSize || bits;
  const forms = fits
    .filter(
      (f) =>
        f.pinned || f.form.row.size < 16 || f.form.row.size === wanted || !fits.some((o) => o !== f && differs(o, f)),
    )
    .map((f) => f.form);
  return forms.length > 0 ? forms : "operands";
}

/** Two forms that are alike but for the operand size: the code size decides between them. */
function differs(a: Fit, b: Fit): boolean {
  return !a.pinned && a.form.row.size >= 16 && a.form.row.size !== b.form.row.size;
}

/** LOOP and JCXZ: the row of the address size in force, or of the counter written behind the target. */
function addressRow(row: Row, family: Family, operands: readonly Operand[], addressSize: Bits): boolean {
  const counter = operands[1];
  if (counter?.kind === "register") return row.addressSize === counter.register.bits;
  return family.rows.length === 1 || row.addressSize === addressSize;
}

function fitRow(row: Row, written: readonly Operand[], family: Family): Fit | null {
  let operands = written;
  const counter = operands[1];
  if (row.addressSize !== 0 && family.rows.length > 1 && operands.length === 2 && counter?.kind === "register") {
    if (!/^e?cx$/.test(counter.register.name)) return null;
    operands = operands.slice(0, 1);
  }
  if (row.omissible !== null && operands.length === row.operands.length - 1) {
    const filled = completed(row, operands);
    return filled === null ? null : fitOperands(row, filled, family);
  }
  const straight = fitOperands(row, operands, family);
  if (straight !== null || !row.interchangeable || operands.length !== 2) return straight;
  return fitOperands(row, [operands[1]!, operands[0]!], family);
}

/** The operands with the one that the row lets the source leave out. */
function completed(row: Row, operands: readonly Operand[]): Operand[] | null {
  const { operand, as } = row.omissible!;
  const first = operands[0];
  const place = first?.token;
  if (as === "first") {
    if (first?.kind !== "register") return null;
    return [...operands.slice(0, operand), first, ...operands.slice(operand)];
  }
  const token = place ?? {
    kind: "number" as const,
    text: "",
    value: "",
    source: NOWHERE,
    start: 0,
    end: 0,
    space: false,
  };
  const filled: ImmediateOperand = {
    kind: "immediate",
    expr: { kind: "value", value: number(BigInt(as)), token },
    size: 0,
    strict: false,
    distance: null,
    selector: null,
    token,
  };
  return [...operands.slice(0, operand), filled, ...operands.slice(operand)];
}

const NOWHERE = { file: "", line: 0, text: "" };

function fitOperands(row: Row, operands: readonly Operand[], family: Family): Fit | null {
  if (operands.length !== row.operands.length) return null;
  let missing = 0;
  let pinned = false;
  let unsized = 0;
  for (let i = 0; i < operands.length; i++) {
    const kind = row.operands[i]!;
    const operand = operands[i]!;
    const fit = fitOperand(kind, operand, row, family);
    if (fit === null) return null;
    if (fit === "unsized") unsized = widthOf(kind);
    if (fit === "pins") pinned = true;
  }
  if (unsized > 0 && !row.operands.some((kind, i) => ties(kind, operands[i]!, unsized, family))) missing = unsized;
  if (unsized > 0 && missing === 0) pinned = true;
  return { form: { row, operands }, missing, pinned };
}

/** An operand beside unsized memory that says how wide the memory is. */
function ties(kind: OperandKind, operand: Operand, width: number, family: Family): boolean {
  if (operand.kind === "register") return widthOf(kind) === width || kind === `${accumulator(width)}`;
  if (operand.kind !== "immediate" || operand.size !== width) return false;
  return family.scaledImmediate && (kind === `imm${width}` || kind === "simm8");
}

const accumulator = (width: number): string => (width === 8 ? "al" : width === 16 ? "ax" : "eax");

/** `pins`: it fits and says how wide the operation is; `unsized`: memory that could be of any size. */
type OperandFit = "fits" | "pins" | "unsized" | null;

function fitOperand(kind: OperandKind, operand: Operand, row: Row, family: Family): OperandFit {
  switch (operand.kind) {
    case "register":
      return fitRegister(kind, operand.register.name, row);
    case "memory":
      return fitMemory(kind, operand, row, family);
    case "immediate":
      return fitImmediate(kind, operand, row, family);
  }
}

function fitRegister(kind: OperandKind, name: string, row: Row): OperandFit {
  const register = REGISTERS.get(name)!;
  if (FIXED.has(kind)) {
    if (kind !== name) return null;
    return register.class === "general" && kind !== "cl" && kind !== "dx" ? "pins" : "fits";
  }
  switch (register.class) {
    case "segment":
      return kind === "sreg" ? "fits" : null;
    case "control":
      return kind === "cr" ? "fits" : null;
    case "debug":
      return kind === "dr" ? "fits" : null;
  }
  const word = wordKind.exec(kind);
  if (word) {
    // A selector's source may be the wider register: only its low half is read (LAR, LSL).
    const either = row.modrm === "r" && row.operands.some((k) => k === "r16" || k === "r32") && register.bits > 8;
    return either || register.bits === Number(word[1]) ? "pins" : null;
  }
  // MOV to a segment register likewise takes the wider register.
  if (kind === "rm16" && row.operands[0] === "sreg") return register.bits > 8 ? "fits" : null;
  if (!fullKind.test(kind) || kind[0] === "i" || (kind[0] === "m" && row.mod !== "any")) return null;
  if (/^(?:m|moffs|imm)\d/.test(kind) || (row.mod === "memory" && kind.startsWith("rm"))) return null;
  return widthOf(kind) === register.bits ? "pins" : null;
}

function fitMemory(kind: OperandKind, operand: MemoryOperand, row: Row, family: Family): OperandFit {
  const { size, distance } = operand;
  const sole = row.operands.length === 1;
  const far = farMemory.exec(kind);
  if (far) {
    if ((distance === "far") !== sole || (size !== 0 && (!sole || size !== Number(far[1])))) return null;
    return size !== 0 ? "pins" : "fits";
  }
  if (kind === "m") return sole && (size !== 0 || distance !== null) ? null : "fits";
  if (distance !== null && !(distance === "near" && family.indirect)) return null;
  if (/^m(?:48|64p|16and16|32and32)$/.test(kind)) return size === 0 ? "fits" : null;
  if (kind === "m64" || kind === "m128") return size === 0 || size === Number(kind.slice(1)) ? "fits" : null;
  if (wordKind.test(kind)) return size === 0 || size === 16 ? "fits" : null;
  if (kind.startsWith("moffs") && (!operand.direct || operand.displacementSize === 8)) return null;
  if (!/^(?:rm|m|moffs)(?:8|16|32)$/.test(kind)) return null;
  const width = widthOf(kind);
  if (size === 0) return "unsized";
  return size === width ? "pins" : null;
}

function fitImmediate(kind: OperandKind, operand: ImmediateOperand, row: Row, family: Family): OperandFit {
  const { size, distance } = operand;
  const pointer = farPointer.exec(kind);
  if (pointer) {
    if (operand.selector === null || distance !== null) return null;
    return size === 0 ? "fits" : size === Number(pointer[1]) ? "pins" : null;
  }
  if (operand.selector !== null) return null;
  const relative = relKind.exec(kind);
  if (relative) return fitRelative(Number(relative[1]), operand, family);
  if (distance !== null) return null;
  if (kind === "one") return size === 0 ? "fits" : null;
  const immediates = row.operands.filter((k) => /^s?imm/.test(k)).length;
  if (kind === "simm8") {
    if (size === 8) return "fits";
    if (operand.strict && size !== 8) return null;
    return size === 0 ? "fits" : size === row.size ? "pins" : null;
  }
  const width = kind === "imm8" ? 8 : kind === "imm16" ? 16 : kind === "imm32" ? 32 : 0;
  if (width === 0) return null;
  if (size === 0) return "fits";
  // ENTER's two immediates and SHLD's count take no size at all.
  if (immediates > 1 || (row.operands.length > 2 && width !== row.size)) return null;
  return size !== width ? null : width === row.size && family.scaledImmediate ? "pins" : "fits";
}

function fitRelative(width: number, operand: ImmediateOperand, family: Family): OperandFit {
  const { size, distance } = operand;
  if (distance === "far") return null;
  if (width === 8) {
    if (size !== 0 || distance === "near") return null;
    if (distance === "short") return family.shortAndNear ? "fits" : null;
    return operand.strict && family.shortAndNear ? null : "fits";
  }
  if (distance === "short") return null;
  if (size === 0) return "fits";
  return family.indirect && size === width ? "pins" : null;
}
