import type { Command } from "commander";
import type { LoadRequest, StrategyId } from "../session/types.ts";
import { definesOf, liveOptions, oneOf, strategyId, strategyOptions, whatIfRules } from "./choices.ts";
import { FACTS } from "./facts.ts";
import type { Io } from "./io.ts";
import { wholeNumber } from "./numbers.ts";
import { type OpenedProgram, openProgram, type ProgramOptions } from "./program.ts";
import { LANGUAGES, type Language } from "./text.ts";
import { parseInput, UNTIL_FORMS } from "./until.ts";

/** Guest memory in MiB unless asked otherwise, and at most. */
export const DEFAULT_MEMORY_MIB = 16;
export const MAX_MEMORY_MIB = 256;
/** Steps that `run`, `trace`, `share` and `open` make unless asked otherwise. */
export const DEFAULT_STEPS = 50_000_000;
export const MAX_STEPS = 1_000_000_000_000;
export const DEFAULT_STRATEGY = FACTS.reference;

/** Options of commands that start a program, as commander hands them over. */
export interface MachineOptions extends ProgramOptions {
  readonly memory?: string;
  readonly whatIf?: readonly string[];
  readonly option?: readonly string[];
  readonly input?: readonly string[];
  readonly lang: string;
  readonly json?: boolean;
}

export interface StepOptions {
  readonly steps?: string;
  readonly until?: string;
}

/** For options that may be repeated. */
export const collect = (value: string, earlier: readonly string[] = []) => [...earlier, value];

const OPTION_HELP = FACTS.strategies
  .filter(({ options }) => options.length > 0)
  .map(({ id, options }) => `${options.map((option) => option.id).join(", ")} (${id})`)
  .join("; ");

/** FILE, its format, and the computer it runs on. `at`: the flag that says where a flat binary is loaded. */
export function addMachineOptions(command: Command, at = "--at"): Command {
  return command
    .argument("<file>", "a source, a flat binary or a Multiboot image; - is standard input")
    .option("--format <format>", "source, flat or multiboot; without it an ELF file or Multiboot header is recognised")
    .option(`${at} <address>`, "where a flat binary is loaded (0x100000)")
    .option("--entry <address>", "where a flat binary is entered (its first byte)")
    .option("--memory <MiB>", `guest memory, 1 to ${MAX_MEMORY_MIB} (${DEFAULT_MEMORY_MIB})`)
    .option("--what-if <rule>", "a rule of another processor, as popf-traps; may be repeated", collect)
    .option("--option <name>", `a switch of the strategy's own: ${OPTION_HELP}; may be repeated`, collect)
    .option(
      "--input <input>",
      "TICK:key:CODE, TICK:serial:TEXT, TICK:on:OPTION or TICK:off:OPTION; may be repeated",
      collect,
    );
}

export function addStepOptions(command: Command): Command {
  return command
    .option("--steps <n>", `physical steps at most (${DEFAULT_STEPS / 1e6}M)`)
    .option("--until <where>", `${UNTIL_FORMS.slice(0, -1).join(", ")} or ${UNTIL_FORMS.at(-1)}`);
}

export function addLanguageOption(command: Command): Command {
  return command.option("--lang <language>", "language of explanations: en or zh", "en");
}

export function addOutputOptions(command: Command): Command {
  return addLanguageOption(command.option("--json", "print JSON"));
}

export function language(options: { readonly lang: string }): Language {
  return oneOf(options.lang, LANGUAGES, "--lang", "a language");
}

export function stepBudget(options: StepOptions): number {
  if (options.steps === undefined) return DEFAULT_STEPS;
  return wholeNumber(options.steps, "--steps", { least: 0, most: MAX_STEPS });
}

/** A program and the request that loads it. */
export interface Prepared {
  readonly opened: OpenedProgram;
  readonly request: LoadRequest;
}

/**
 * Everything that the options say of the computer and its program. `switches`: what the strategy's own are, where they are
 * not simply those of `--option`.
 */
export function prepare(
  file: string,
  options: MachineOptions,
  vmm: string | undefined,
  io: Io,
  switches?: (strategy: StrategyId) => string[],
): Prepared {
  const strategy = strategyId(vmm ?? DEFAULT_STRATEGY);
  const memoryMiB =
    options.memory === undefined
      ? DEFAULT_MEMORY_MIB
      : wholeNumber(options.memory, "--memory", { least: 1, most: MAX_MEMORY_MIB });
  const whatIf = whatIfRules(options.whatIf ?? []);
  const own = switches?.(strategy) ?? strategyOptions(options.option ?? [], strategy);
  // Of two strategies that are compared, one may have none.
  const live = liveOptions(switches === undefined ? strategy : null);
  const given = (options.input ?? []).flatMap((text) => parseInput(text, live));
  const opened = openProgram(file, options, io, definesOf(strategy));
  const inputs = [...opened.inputs, ...given].sort((a, b) => a.tick - b.tick);
  return { opened, request: { program: opened.spec, strategy, memoryMiB, whatIf, options: own, inputs } };
}
