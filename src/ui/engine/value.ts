import type { Words } from "../../isa/types.ts";
import type { Engine } from "./engine.ts";
import { inspectNow } from "./inspect.ts";

export type TypedValue = { readonly ok: true; readonly value: number } | { readonly ok: false; readonly words: Words };

const HEX = /^[0-9a-f]{1,8}$/i;
const DECIMAL = /^0d([0-9]{1,10})$/i;

/**
 * A value as a reader types it where values stand in hex: digits are hex as they are shown, `0d` makes them decimal,
 * anything else is an expression over registers, labels and memory (`esp+8`, `[esp]`, `start`). Unsigned, 32 bits.
 */
export async function typedValue(engine: Engine, typed: string): Promise<TypedValue> {
  const text = typed.trim();
  const decimal = DECIMAL.exec(text);
  if (decimal) {
    const value = Number(decimal[1]);
    if (value <= 0xffffffff) return { ok: true, value };
  }
  // `dead` may be a label; `0ead` is a number whatever the program calls its labels.
  const digits = HEX.test(text);
  if (digits && /^[0-9]/.test(text)) return { ok: true, value: Number.parseInt(text, 16) };
  const answers = await inspectNow<"expression">(engine, { kind: "expression", text: [text] });
  const answer = answers?.[0];
  if (answer?.ok) return { ok: true, value: answer.value.bits };
  if (digits) return { ok: true, value: Number.parseInt(text, 16) };
  return { ok: false, words: answer?.problem.words ?? { en: "", zh: "" } };
}
