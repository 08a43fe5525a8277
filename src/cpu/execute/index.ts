import { ROW_LIST, type RowId } from "../../isa/rows.ts";
import type { Body } from "../insn.ts";
import { ADDITION } from "./arithmetic-add.ts";
import { COMPARISON } from "./arithmetic-compare.ts";
import { STEP } from "./arithmetic-step.ts";
import { SUBTRACTION } from "./arithmetic-subtract.ts";
import { DECIMAL } from "./bcd.ts";
import { BITS } from "./bits.ts";
import { BRANCH } from "./branch.ts";
import { CONDITIONAL_JUMP } from "./branch-conditional.ts";
import { CONDITIONAL_DATA } from "./data-conditional.ts";
import { EXCHANGE } from "./data-exchange.ts";
import { MOVE } from "./data-move.ts";
import { DEBUG } from "./debug.ts";
import { FLAGS_SYSTEM } from "./flags-system.ts";
import { IO } from "./io.ts";
import { NOT } from "./logic.ts";
import { AND } from "./logic-and.ts";
import { OR } from "./logic-or.ts";
import { MISCELLANEOUS } from "./misc.ts";
import { MULTIPLICATION } from "./multiply.ts";
import { DIVISION } from "./multiply-divide.ts";
import { REGISTERS_MODEL } from "./registers-model.ts";
import { SEGMENTS } from "./segments.ts";
import { SELECTORS } from "./selectors.ts";
import { SHIFT } from "./shift.ts";
import { DOUBLE_SHIFT } from "./shift-double.ts";
import { ROTATE } from "./shift-rotate.ts";
import { STACK } from "./stack.ts";
import { FRAME } from "./stack-frame.ts";
import { STRINGS } from "./string.ts";
import { SYSTEM } from "./system.ts";
import { TRANSFER_FAR } from "./transfer-far.ts";
import { TRANSFER_INTERRUPT } from "./transfer-interrupt.ts";
import { TRANSFER_RETURN } from "./transfer-return.ts";
import { VMX } from "./vmx.ts";

/** What every row does. The type makes it exhaustive: a row without a body does not compile. */
const BODIES: Record<RowId, Body> = {
  ...ADDITION,
  ...COMPARISON,
  ...STEP,
  ...SUBTRACTION,
  ...DECIMAL,
  ...BITS,
  ...CONDITIONAL_JUMP,
  ...BRANCH,
  ...CONDITIONAL_DATA,
  ...EXCHANGE,
  ...MOVE,
  ...DEBUG,
  ...FLAGS_SYSTEM,
  ...IO,
  ...AND,
  ...OR,
  ...NOT,
  ...MISCELLANEOUS,
  ...DIVISION,
  ...MULTIPLICATION,
  ...REGISTERS_MODEL,
  ...SEGMENTS,
  ...SELECTORS,
  ...DOUBLE_SHIFT,
  ...ROTATE,
  ...SHIFT,
  ...FRAME,
  ...STACK,
  ...STRINGS,
  ...SYSTEM,
  ...TRANSFER_FAR,
  ...TRANSFER_INTERRUPT,
  ...TRANSFER_RETURN,
  ...VMX,
};

/** The bodies by row index. */
export const BODY_LIST: readonly Body[] = ROW_LIST.map((row) => BODIES[row.id as RowId]);
