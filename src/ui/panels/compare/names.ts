import type { StrategyId } from "../../../session/types.ts";
import { useWords } from "../../i18n/index.ts";
import { useUi } from "../../store/store.ts";

/** The name of a strategy, from its registry row. */
export function useStrategyName(): (id: StrategyId) => string {
  const words = useWords();
  const strategies = useUi((state) => state.facts?.strategies);
  return (id) => {
    const fact = strategies?.find((strategy) => strategy.id === id);
    return fact === undefined ? id : words(fact.title);
  };
}
