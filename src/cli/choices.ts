import { WHAT_IF_RULES } from "../isa/what-if.ts";
import { suggest } from "../session/tools.ts";
import type { StrategyId } from "../session/types.ts";
import { BadInput } from "./errors.ts";
import { FACTS, STRATEGY_IDS } from "./facts.ts";
import { oneLine } from "./text.ts";

/** The member of `choices` that `text` is; otherwise throws with the nearest one, or with all of them. */
export function oneOf<T extends string>(text: string, choices: readonly T[], what: string, noun: string): T {
  const found = choices.find((choice) => choice === text);
  if (found !== undefined) return found;
  const near = suggest(text, choices);
  const list = choices.length <= 20 ? choices.join(", ") : `${choices.slice(0, 20).join(", ")}, ...`;
  const hint = near === null ? `there is ${list}` : `did you mean ${near}? There is ${list}`;
  throw new BadInput(`${what}: "${oneLine(text)}" is not ${noun}; ${hint}`);
}

/** A strategy by its id. */
export function strategyId(text: string, what = "--vmm"): StrategyId {
  return oneOf(text, STRATEGY_IDS, what, "a strategy");
}

/** Switches of a strategy by name, each once; throws with what that strategy has. */
export function strategyOptions(names: readonly string[], strategy: StrategyId): string[] {
  const known = optionsOf(strategy);
  return listed(names).map((name) => {
    if (known.length > 0) return oneOf(name, known, "--option", `an option of ${strategy}`);
    const others = FACTS.strategies.filter(({ options }) => options.length > 0).map(({ id }) => id);
    throw new BadInput(
      `--option: ${strategy} has no options, so not "${oneLine(name)}"; these strategies have some: ${others.join(", ")}`,
    );
  });
}

/** The switches that a strategy has. */
export function optionsOf(strategy: StrategyId): string[] {
  return FACTS.strategies.find(({ id }) => id === strategy)!.options.map(({ id }) => id);
}

/** The switches of a strategy, or of any (null), that can be turned in the middle of a run. */
export function liveOptions(strategy: StrategyId | null): string[] {
  const those = FACTS.strategies.filter(({ id }) => strategy === null || id === strategy);
  return those.flatMap(({ options }) => options.filter(({ live }) => live === true).map(({ id }) => id));
}

/** Macros that are defined when a source is assembled for a strategy. */
export function definesOf(strategy: StrategyId): readonly string[] {
  return FACTS.strategies.find(({ id }) => id === strategy)!.defines;
}

/** Names that may be given one by one or with commas between them, each once. */
export function listed(names: readonly string[]): string[] {
  return [...new Set(names.flatMap((name) => name.split(",")))];
}

/** What-if rules by name, each once. */
export function whatIfRules(names: readonly string[], what = "--what-if"): string[] {
  const known = WHAT_IF_RULES.map(({ name }) => name);
  return listed(names).map((name) => oneOf(name, known, what, "a what-if rule"));
}
