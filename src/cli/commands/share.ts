import type { Command } from "commander";
import { encodeLink, LinkError } from "../../share/link.ts";
import { BadInput, EXIT } from "../errors.ts";
import { runForward, startSession } from "../execute.ts";
import { STRATEGY_IDS } from "../facts.ts";
import type { Io } from "../io.ts";
import { linkProgram, parseBreakpoint } from "../link.ts";
import {
  addMachineOptions,
  addOutputOptions,
  addStepOptions,
  collect,
  language,
  prepare,
  stepBudget,
} from "../options.ts";
import { json, say } from "../text.ts";
import { parseUntil } from "../until.ts";
import type { RunOptions } from "./run.ts";

interface ShareOptions extends RunOptions {
  readonly base: string;
  readonly break?: readonly string[];
}

/** What `share --json` prints. */
export interface ShareResult {
  readonly link: string;
  readonly moment: { readonly step: number; readonly tick: number; readonly digest: string };
}

/** `ringside share FILE`: a link that carries the program, who runs it, and a moment. */
export function addShare(program: Command, io: Io, end: (code: number) => void): void {
  const command = program.command("share").summary("make a link to a program and a moment of its run");
  command.description(
    "Prints a link that carries the program, the strategy, the configuration, the inputs, the breakpoints and a moment: the start, or where --steps or --until leads. Put the page's address before it with --base, or give it to `ringside open`.",
  );
  addMachineOptions(command)
    .option("--vmm <strategy>", `who runs it: ${STRATEGY_IDS.join(", ")} (bare-metal)`)
    .option("--break <where>", "a breakpoint: line:N, line:FILE:N, label:NAME or addr:HEX; may be repeated", collect)
    .option("--base <url>", "the page's address, put before the link", "");
  addOutputOptions(addStepOptions(command)).action(async (file: string, options: ShareOptions) => {
    const lang = language(options);
    const until = options.until === undefined ? null : parseUntil(options.until);
    const moves = until !== null || options.steps !== undefined;
    const steps = moves ? stepBudget(options) : 0;
    const { opened, request } = prepare(file, options, options.vmm, io);
    const { session, program: loaded } = startSession(request, opened, lang, io);
    const main = opened.spec.kind === "source" ? opened.spec.main : "";
    const breakpoints = (options.break ?? []).map((where) => parseBreakpoint(where, main, loaded));
    if (moves) await runForward(session, loaded, until, steps);
    const { step, tick } = session.view();
    const digest = session.digest();
    try {
      const link =
        options.base.replace(/#.*$/s, "") +
        encodeLink({
          program: linkProgram(opened),
          strategy: request.strategy,
          memoryMiB: request.memoryMiB,
          whatIf: [...request.whatIf],
          ...(request.options?.length ? { options: [...request.options] } : {}),
          inputs: session.inputs().map(({ tick: when, event }) => ({ tick: when, event: { ...event } })),
          breakpoints,
          moment: { step, digest },
        });
      const result: ShareResult = { link, moment: { step, tick, digest } };
      io.out(options.json ? json(result) : `${link}\n`);
    } catch (error) {
      if (error instanceof LinkError) throw new BadInput(`${opened.name}: ${say(error.words, lang)}`);
      throw error;
    }
    end(EXIT.ok);
  });
}
