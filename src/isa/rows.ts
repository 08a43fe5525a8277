/** The instruction table: every form that the processor knows, by id. */
import { ARITHMETIC } from "./rows-arithmetic.ts";
import { BIT } from "./rows-bit.ts";
import { CONDITIONAL } from "./rows-conditional.ts";
import { FLAG } from "./rows-flag.ts";
import { FLOW } from "./rows-flow.ts";
import { IO } from "./rows-io.ts";
import { LOGIC } from "./rows-logic.ts";
import { MOVE } from "./rows-move.ts";
import { MULTIPLY } from "./rows-multiply.ts";
import { SEGMENT } from "./rows-segment.ts";
import { SELECTOR } from "./rows-selector.ts";
import { STACK } from "./rows-stack.ts";
import { STRING } from "./rows-string.ts";
import { SYSTEM } from "./rows-system.ts";
import { VMX } from "./rows-vmx.ts";
import type { OperandKind, Row } from "./types.ts";

/**
 * Every row by id. Among rows of one mnemonic that could encode the same source line, the order is NASM's preference.
 */
export const ROWS = {
  ...MOVE,
  ...STACK,
  ...SEGMENT,
  ...ARITHMETIC,
  ...LOGIC,
  ...BIT,
  ...MULTIPLY,
  ...STRING,
  ...CONDITIONAL,
  ...FLOW,
  ...FLAG,
  ...IO,
  ...SELECTOR,
  ...SYSTEM,
  ...VMX,
} as const;

export type RowId = keyof typeof ROWS;

/** All rows in a stable order; the position is the row's index. */
export const ROW_LIST: readonly Row[] = Object.values(ROWS);

const INDEX = new Map<string, number>(ROW_LIST.map((row, i) => [row.id, i]));

/** The position of a row in `ROW_LIST`. */
export function rowIndex(id: RowId): number {
  return INDEX.get(id)!;
}

/** Whether a text is the id of a row. */
export function isRowId(id: string): id is RowId {
  return INDEX.has(id);
}

const BY_MNEMONIC = new Map<string, Row[]>();
for (const row of ROW_LIST) {
  for (const name of [row.mnemonic, ...row.aliases]) {
    const list = BY_MNEMONIC.get(name);
    if (list === undefined) BY_MNEMONIC.set(name, [row]);
    else list.push(row);
  }
}

/** The rows that a mnemonic or alias (any case) may mean, in the order of the table; none if it is unknown. */
export function rowsByMnemonic(mnemonic: string): readonly Row[] {
  return BY_MNEMONIC.get(mnemonic.toLowerCase()) ?? [];
}

/** Every mnemonic and alias, sorted. The host gate is not for programs and not among them. */
export function mnemonics(): readonly string[] {
  return [...BY_MNEMONIC.keys()].filter((name) => name !== "hostgate").sort();
}

const FIXED: Partial<Record<OperandKind, string>> = { one: "1", sreg: "Sreg", cr: "CRn", dr: "DRn", r32rm: "r32" };

/** An operand kind as the manual writes it: `r/m32`, `imm8`, `m16:32`, `AL`, `Sreg`. */
export function operandText(kind: OperandKind): string {
  const fixed = FIXED[kind];
  if (fixed !== undefined) return fixed;
  if (/^(?:al|ax|eax|cl|dx|[c-gs]s|es)$/.test(kind)) return kind.toUpperCase();
  if (/^rm\d/.test(kind)) return `r/m${kind.slice(2)}`;
  if (/^r\d+m\d+$/.test(kind)) return kind.replace("m", "/m");
  if (/^r\d+op$/.test(kind)) return kind.slice(0, -2);
  if (kind.startsWith("simm")) return kind.slice(1);
  if (kind === "m64p") return "m64";
  return kind.replace("_", ":").replace("and", "&");
}
