import type { Words } from "../isa/types.ts";
import { WHAT_IF_RULES } from "../isa/what-if.ts";
import { EVENT_KINDS } from "../machine/events.ts";
import { STRATEGIES } from "../vmm/registry.ts";
import type { VerbFact } from "./console/types.ts";
import { verbFacts } from "./console/verbs.ts";
import type { EventKind, StrategyId } from "./types.ts";

/** A strategy as the registry has it. */
export interface StrategyFact {
  readonly id: StrategyId;
  readonly title: Words;
  readonly summary: Words;
  /** Its own switches, off unless chosen. */
  readonly options: readonly OptionFact[];
  /** There is a translation cache to be seen. */
  readonly translates: boolean;
  /** There is a hypervisor that the guest calls to be seen. */
  readonly hypercalls: boolean;
  /** The guest runs in VMX non-root operation, under a VMCS that is to be seen. */
  readonly nonRoot: boolean;
  /** Macros that are defined when a source is assembled for it. */
  readonly defines: readonly string[];
}

export interface OptionFact {
  readonly id: string;
  readonly name: Words;
  /** What it changes, and what one sees of it. */
  readonly summary: Words;
  /** It can be turned in the middle of a run too. */
  readonly live?: true;
}

/** A what-if rule and the instructions it makes trap. */
export interface WhatIfFact {
  readonly rule: string;
  readonly mnemonics: readonly string[];
}

/** What pickers and legends show. */
export interface Facts {
  /** The name of each kind of event, and what it means. */
  readonly eventKinds: Readonly<Record<EventKind, Words & { readonly help: Words }>>;
  /** In the order in which they are taught. */
  readonly strategies: readonly StrategyFact[];
  /** The strategy that the others are compared with: the one under which nobody but the guest is there. */
  readonly reference: StrategyId;
  readonly whatIf: readonly WhatIfFact[];
  /** The verbs of the command line. */
  readonly verbs: readonly VerbFact[];
}

/** Collects the facts from the tables that know them. */
export function collectFacts(): Facts {
  const alone = STRATEGIES.find((strategy) => strategy.seats.every((seat) => seat.who !== "vmm"))!;
  return {
    eventKinds: EVENT_KINDS,
    strategies: STRATEGIES.map(
      ({ id, name, summary, seats, options = [], translates = false, hypercalls = false, defines = [] }) => ({
        id: id as StrategyId,
        title: name,
        summary,
        options: options.map((option) => ({ ...option })),
        translates,
        hypercalls,
        nonRoot: seats.some(({ who, world }) => who === "guest-kernel" && world === "non-root"),
        defines,
      }),
    ),
    reference: alone.id as StrategyId,
    whatIf: WHAT_IF_RULES.map(({ name, mnemonics }) => ({ rule: name, mnemonics })),
    verbs: verbFacts(),
  };
}
