import { operandsText, operandWords } from "../../isa/notation.ts";
import { operandText } from "../../isa/rows.ts";
import type { Words } from "../../isa/types.ts";
import type { parametersText } from "./macros.ts";
import type { NameIndex } from "./names.ts";
import { mayBecome, placeIn, writableRows } from "./operands.ts";
import type { Position } from "./types.ts";

/** One way to write the operands of what stands on a line. */
export interface Signature {
  /** `mov r/m32, r32`. */
  readonly label: string;
  readonly words: Words | null;
  /** Where each operand stands in the label, from 0, and what it may be. */
  readonly parameters: readonly { readonly start: number; readonly end: number; readonly words: Words | null }[];
}

export interface SignatureHelp {
  readonly signatures: readonly Signature[];
  /** The first that what is written so far fits. */
  readonly active: number;
  /** The operand that is being written, from 0. */
  readonly parameter: number;
}

/** What directives take, for those that take several things. */
const DIRECTIVES: Readonly<Record<string, readonly [string, Words]>> = {
  times: ["times COUNT, STATEMENT", { en: "Repeats an instruction or data.", zh: "重复一条指令或数据。" }],
  align: ["align BOUNDARY, FILL", { en: "Fills up to a multiple of a power of two.", zh: "填充到 2 的幂的整数倍。" }],
};

/** The operand forms of what stands on the line, and which of them is being written; null where there is nothing to say. */
export function signatureAt(index: NameIndex, { file, line, column }: Position): SignatureHelp | null {
  const text = index.texts.get(file)?.lines[line - 1];
  if (text === undefined || text.comment < column - 1 || text.continues) return null;
  const before = text.tokens.filter((token) => token.end < column);
  const { head, operands } = placeIn(before, index);
  if (head?.kind !== "id") return null;
  // The word itself is still being written.
  if (
    head.end >= column - 1 &&
    operands.length <= 1 &&
    (operands[0]?.length ?? 0) === 0 &&
    !spaceBefore(text.text, column)
  ) {
    return null;
  }
  const parameter = Math.max(0, operands.length - 1);
  const macro = index.macroNamed(head.text);
  const signatures =
    macro !== null
      ? [macroSignature(macro)]
      : head.text.toLowerCase() in DIRECTIVES
        ? [directiveSignature(head.text.toLowerCase())]
        : instructionSignatures(head.text);
  if (signatures.length === 0 || signatures.every(({ parameters }) => parameters.length === 0)) return null;
  const rows = macro === null ? formsOf(head.text) : [];
  const fits = rows.filter((row) => row.operands.length > parameter && mayBecome(row, operands));
  // Forms for the accumulator alone come first in the table, and last to mind.
  const fitting = rows.indexOf(fits.find((row) => !row.operands.some((kind) => SHORT_FORM.test(kind))) ?? fits[0]!);
  return { signatures, active: Math.max(0, fitting), parameter };
}

const SHORT_FORM = /^(?:e?ax|al|moffs\d+)$/;

const spaceBefore = (text: string, column: number): boolean => /\s/.test(text[column - 2] ?? "");

/** The rows of a mnemonic whose operands read differently, in the order of the table. */
function formsOf(mnemonic: string) {
  const seen = new Set<string>();
  return writableRows(mnemonic).filter((row) => {
    const text = operandsText(row);
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

function instructionSignatures(mnemonic: string): Signature[] {
  const name = mnemonic.toLowerCase();
  return formsOf(name).map((row) => {
    let label = name;
    const parameters = row.operands.map((kind, i) => {
      label += i === 0 ? " " : ", ";
      const start = label.length;
      label += operandText(kind);
      return { start, end: label.length, words: operandWords(kind) };
    });
    return { label, words: row.words, parameters };
  });
}

function macroSignature(macro: Parameters<typeof parametersText>[0]): Signature {
  let label = macro.name;
  const count = macro.most === Number.POSITIVE_INFINITY ? Math.max(1, macro.least) : macro.most;
  const parameters = Array.from({ length: count }, (_, i) => {
    label += i === 0 ? " " : ", ";
    const start = label.length;
    label += `%${i + 1}${i >= macro.least ? "?" : ""}${i + 1 === count && macro.most === Number.POSITIVE_INFINITY ? "..." : ""}`;
    return { start, end: label.length, words: null };
  });
  return { label, words: null, parameters };
}

function directiveSignature(name: string): Signature {
  const [label, words] = DIRECTIVES[name]!;
  const parts = label.slice(name.length + 1).split(", ");
  let from = name.length + 1;
  const parameters = parts.map((part) => {
    const start = from;
    from += part.length + 2;
    return { start, end: start + part.length, words: null };
  });
  return { label, words, parameters };
}
