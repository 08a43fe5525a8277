import type { Command } from "commander";
import { CompareRun, DEFAULT_COMPARE_TICKS } from "../../session/compare.ts";
import type { Comparison, Difference, StrategyId } from "../../session/types.ts";
import { listed, optionsOf, strategyId, strategyOptions } from "../choices.ts";
import { BadInput, EXIT } from "../errors.ts";
import { refuseProblem } from "../execute.ts";
import { COMPARED, FACTS } from "../facts.ts";
import type { Io } from "../io.ts";
import { wholeNumber } from "../numbers.ts";
import { addMachineOptions, addOutputOptions, language, MAX_STEPS, type MachineOptions, prepare } from "../options.ts";
import { count, hex32, json, type Language, oneLine, plural, printable, say, table } from "../text.ts";

/** Guest instructions between two looks. */
const SLICE = 20_000;

interface CompareOptions extends MachineOptions {
  readonly vmm?: string;
  readonly ticks?: string;
}

/** What `compare --json` prints. */
export interface CompareResult extends Comparison {
  /** Whether the runs were compared to their end; else the budget of instructions ended the comparison. */
  readonly complete: boolean;
}

/** `ringside compare FILE`: the first difference between two ways of running it. */
export function addCompare(program: Command, io: Io, end: (code: number) => void): void {
  const command = program.command("compare").summary("find where a virtualized run stops being equivalent");
  command.description(
    "Runs a program twice, instruction by instruction, and names the first difference with its reason; a guest that was written anew for its VMM is compared by what its tasks do in user mode, what comes out and how it ends. Exit code 3 if there is a difference.",
  );
  addMachineOptions(command)
    .option("--vmm <a,b>", "the two strategies; one alone is compared with bare-metal (bare-metal,trap-and-emulate)")
    .option("--ticks <n>", `guest instructions compared at most (${DEFAULT_COMPARE_TICKS / 1e6}M)`);
  addOutputOptions(command).action(async (file: string, options: CompareOptions) => {
    const lang = language(options);
    const [left, right] = strategies(options.vmm);
    const ticks =
      options.ticks === undefined
        ? DEFAULT_COMPARE_TICKS
        : wholeNumber(options.ticks, "--ticks", { least: 1, most: MAX_STEPS });
    const own = sidesOptions(options.option ?? [], left, right);
    const { opened, request } = prepare(file, options, left, io, () => own.left);
    const run = new CompareRun(request, { ...request, strategy: right, options: own.right }, ticks);
    if (run.problem) refuseProblem(run.problem, opened, lang);
    while (!run.advance(SLICE).done);
    const comparison = run.result();
    const { difference } = comparison;
    const shown = <T extends { readonly source: Difference["source"] }>(at: T): T => ({
      ...at,
      source: at.source && { ...at.source, file: opened.shownPath(at.source.file) },
    });
    const result: CompareResult = {
      ...comparison,
      difference: difference && shown(difference),
      consequences: comparison.consequences.map((one) => ({
        ...one,
        left: one.left && shown(one.left),
        right: one.right && shown(one.right),
      })),
      complete: !comparison.equivalent || comparison.leftOutcome !== "stopped",
    };
    if (options.json) io.out(json(result));
    else io.out(comparisonText(result, lang));
    end(result.equivalent ? EXIT.ok : EXIT.difference);
  });
}

/** `--option` is for whichever of the two strategies has it. */
function sidesOptions(names: readonly string[], left: StrategyId, right: StrategyId) {
  const [ofLeft, ofRight] = [optionsOf(left), optionsOf(right)];
  const strange = listed(names).filter((name) => !ofLeft.includes(name) && !ofRight.includes(name));
  // Refused in the words of the strategy that has options, if one of them has.
  strategyOptions(strange, ofRight.length > 0 || ofLeft.length === 0 ? right : left);
  const on = (known: readonly string[]) => listed(names).filter((name) => known.includes(name));
  return { left: on(ofLeft), right: on(ofRight) };
}

/** The two strategies of `--vmm`. */
function strategies(text: string | undefined): [StrategyId, StrategyId] {
  if (text === undefined) return [FACTS.reference, COMPARED];
  const names = text.split(",").map((name) => name.trim());
  if (names.length > 2) throw new BadInput(`--vmm ${text}: two strategies are compared; these are ${names.length}`);
  const ids = names.map((name) => strategyId(name));
  return ids.length === 1 ? [FACTS.reference, ids[0]!] : [ids[0]!, ids[1]!];
}

function comparisonText(result: CompareResult, language: Language): string {
  const exempt = result.exempt.map(
    ({ kind, count: times, words }) => `not counted: ${kind}, ${count(times)} times. ${say(words, language)}\n`,
  );
  const end = result.complete ? `, to the end (${result.leftOutcome})` : "; the budget ended the comparison (--ticks)";
  const what = result.streams ? "what is compared" : plural(result.ticks, "instruction");
  const head = result.difference
    ? differenceText(result, result.difference, language)
    : `equivalent: ${result.left} and ${result.right} agree on ${what}${end}\n`;
  const streams = (result.streams ?? []).map(({ words }) => `compared ${say(words, language)}\n`);
  return head + streams.join("") + exempt.join("");
}

function differenceText(result: CompareResult, difference: Difference, language: Language): string {
  const { source, text, eip, tick, leftStep, rightStep, property, items, why, whatIf } = difference;
  const place = source === null ? "" : `  (${printable(source.file)}:${source.line})`;
  const name = text === "" ? "the start" : text;
  const rows = [["", result.left, result.right], ...items.map(({ what, left, right }) => [what, left, right])];
  return (
    `different: ${property} fails at ${name}${place}\n` +
    `at       ${hex32(eip)}, instruction ${count(tick)}; step ${count(leftStep)} of ${result.left}, ${count(rightStep)} of ${result.right}\n` +
    table(rows).replace(/^(?=.)/gm, "  ") +
    `why      ${say(why, language)}\n` +
    result.consequences.map(({ words }) => `then     ${oneLine(say(words, language))}\n`).join("") +
    (whatIf === null ? "" : `what if  --what-if ${whatIf} would make it trap\n`)
  );
}
