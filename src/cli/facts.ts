import { collectFacts } from "../session/facts.ts";
import type { EventKind, StrategyId } from "../session/types.ts";

/** The tables that the layers below know. */
export const FACTS = collectFacts();

export const STRATEGY_IDS: readonly StrategyId[] = FACTS.strategies.map(({ id }) => id);

/** The strategy that `compare` holds against the reference unless asked otherwise. */
export const COMPARED: StrategyId = STRATEGY_IDS.find((id) => id !== FACTS.reference)!;

export const EVENT_KIND_LIST = Object.keys(FACTS.eventKinds) as readonly EventKind[];
