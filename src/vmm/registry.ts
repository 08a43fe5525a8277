import { bareMetal } from "./bare-metal/strategy.ts";
import { binaryTranslation } from "./binary-translation/strategy.ts";
import { paravirtual } from "./paravirtual/strategy.ts";
import type { Strategy } from "./strategy.ts";
import { trapAndEmulate } from "./trap-and-emulate/strategy.ts";
import { vtx } from "./vtx/strategy.ts";

/** Every strategy, in the order in which they are taught. */
export const STRATEGIES: readonly Strategy[] = [bareMetal, trapAndEmulate, binaryTranslation, paravirtual, vtx];

/** The strategy of that id, or null. */
export function findStrategy(id: string): Strategy | null {
  return STRATEGIES.find((strategy) => strategy.id === id) ?? null;
}
