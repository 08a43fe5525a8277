import { RunContext, symbolTable } from "../expression/context.ts";
import { evaluate } from "../expression/evaluate.ts";
import { parseExpression } from "../expression/parse.ts";
import type { Evaluated } from "../expression/types.ts";
import { beforeLastStep } from "./before.ts";
import type { Inspected } from "./index.ts";

export interface ExpressionAsk {
  readonly text: readonly string[];
  /** Whether what each was before the last step is wanted too, which travels one step back and forth. */
  readonly before?: boolean;
}

export type ExpressionResult = Evaluated & {
  /** The value before the last step where that step changed it; else null. */
  readonly before: number | null;
  /** Whether it could be read at all: what it speaks of may come into being later. */
  readonly wellFormed: boolean;
};

/** In the order in which they were asked. */
export type ExpressionAnswer = readonly ExpressionResult[];

/** Evaluates expressions at the present moment. */
export function inspectExpression({ run, program }: Inspected, { text, before }: ExpressionAsk): ExpressionAnswer {
  const context = new RunContext(run, symbolTable(program));
  const parsed = text.map(parseExpression);
  const values = (): Evaluated[] => {
    context.moved();
    return parsed.map((one) => (one.ok ? evaluate(one.expression, context) : one));
  };
  const now = values();
  const then = before === true ? beforeLastStep(run, `expression ${text.join("\n")}`, values) : null;
  return now.map((value, i) => {
    const old = then?.[i];
    const changed = value.ok && old?.ok === true && value.value.bits !== old.value.bits;
    return { ...value, before: changed ? old.value.bits : null, wellFormed: parsed[i]!.ok };
  });
}
