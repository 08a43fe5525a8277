import type { Command } from "commander";
import { EXIT_REASONS } from "../../isa/vmx-exits.ts";
import { WHAT_IF_RULES } from "../../isa/what-if.ts";
import { DEFAULT_COMPARE_TICKS } from "../../session/compare.ts";
import { EVENT_LIMIT } from "../../session/tools.ts";
import { MAX_LINK_LENGTH } from "../../share/link.ts";
import { EXIT } from "../errors.ts";
import { COMPARED, FACTS } from "../facts.ts";
import { MAX_FILE_BYTES } from "../files.ts";
import type { Io } from "../io.ts";
import { DEFAULT_MEMORY_MIB, DEFAULT_STEPS, DEFAULT_STRATEGY, MAX_MEMORY_MIB, MAX_STEPS } from "../options.ts";
import { DEFAULT_ORIGIN, FORMATS } from "../program.ts";
import { TYPES } from "../schema/types.ts";
import { json } from "../text.ts";
import { UNTIL_FORMS } from "../until.ts";

/** What is assumed where the command line says nothing, and what may be asked for at most. */
const BUDGETS = {
  run: { steps: DEFAULT_STEPS, mostSteps: MAX_STEPS },
  trace: { steps: DEFAULT_STEPS, mostSteps: MAX_STEPS, events: EVENT_LIMIT },
  compare: { ticks: DEFAULT_COMPARE_TICKS, mostTicks: MAX_STEPS },
  open: { steps: DEFAULT_STEPS, mostSteps: MAX_STEPS },
  memoryMiB: { default: DEFAULT_MEMORY_MIB, least: 1, most: MAX_MEMORY_MIB },
  fileBytes: MAX_FILE_BYTES,
  linkCharacters: MAX_LINK_LENGTH,
};

/** `ringside schema`: what programs that read the output need to know. */
export function addSchema(program: Command, io: Io, end: (code: number) => void): void {
  program
    .command("schema")
    .summary("print the JSON types, event kinds and default budgets")
    .description(
      "Prints a JSON Schema of everything that --json prints, the kinds of events, the strategies, the what-if rules and the default budgets.",
    )
    .option("--json", "the same: the output is always JSON")
    .action(() => {
      io.out(
        json({
          $schema: "https://json-schema.org/draft/2020-12/schema",
          title: "Ringside command line",
          $defs: TYPES,
          eventKinds: FACTS.eventKinds,
          strategies: Object.fromEntries(
            FACTS.strategies.map(({ id, title, summary, options }) => [id, { title, summary, options }]),
          ),
          whatIfRules: Object.fromEntries(
            WHAT_IF_RULES.map(({ name, mnemonics, words }) => [name, { mnemonics, words }]),
          ),
          defaults: {
            vmm: DEFAULT_STRATEGY,
            compare: [FACTS.reference, COMPARED],
            origin: DEFAULT_ORIGIN,
          },
          formats: FORMATS,
          until: UNTIL_FORMS,
          exitReasons: Object.fromEntries(EXIT_REASONS.map(({ number, name, title }) => [name, { number, title }])),
          budgets: BUDGETS,
          exitCodes: {
            [EXIT.ok]: "done, whatever the guest's own exit code",
            [EXIT.failure]: "something failed that is not the input's fault",
            [EXIT.badInput]: "the input cannot be used; standard error says why",
            [EXIT.difference]: "compare: the runs differ; open: the digest is not that of the state",
          },
        }),
      );
      end(EXIT.ok);
    });
}
