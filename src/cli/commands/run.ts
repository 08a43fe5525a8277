import type { Command } from "commander";
import { parseBreakpoints, reachedAlready } from "../breakpoints.ts";
import { EXIT } from "../errors.ts";
import { type Ended, missedText, runForward, startSession } from "../execute.ts";
import { STRATEGY_IDS } from "../facts.ts";
import type { Io } from "../io.ts";
import {
  addMachineOptions,
  addOutputOptions,
  addStepOptions,
  collect,
  language,
  type MachineOptions,
  prepare,
  type StepOptions,
  stepBudget,
} from "../options.ts";
import { resultText, runResult } from "../result.ts";
import { json } from "../text.ts";
import { parseUntil } from "../until.ts";

export interface RunOptions extends MachineOptions, StepOptions {
  readonly vmm?: string;
  readonly break?: readonly string[];
}

/** `ringside run FILE`: how the program ends, and what it put out. */
export function addRun(program: Command, io: Io, end: (code: number) => void): void {
  const command = program.command("run").summary("run a program and say how it ended");
  command.description("Runs a program on bare metal or under a VMM, and says how it ended and what it put out.");
  addMachineOptions(command)
    .option("--vmm <strategy>", `who runs it: ${STRATEGY_IDS.join(", ")} (bare-metal)`)
    .option(
      "--break <where>",
      "stop before LABEL, LINE, FILE:LINE or 0xADDRESS [if CONDITION], or at `watch ...`, `catch ...` (see debug); may be repeated",
      collect,
    );
  addOutputOptions(addStepOptions(command)).action(async (file: string, options: RunOptions) => {
    const lang = language(options);
    const until = options.until === undefined ? null : parseUntil(options.until);
    const steps = stepBudget(options);
    const { opened, request } = prepare(file, options, options.vmm, io);
    const { session, program: loaded } = startSession(request, opened, lang, io);
    const breakpoints = parseBreakpoints(session, options.break ?? [], lang);
    session.setBreakpoints(breakpoints);
    const already = reachedAlready(session, breakpoints);
    const ended: Ended =
      already.length > 0 ? { cause: "breakpoint", stops: already } : await runForward(session, loaded, until, steps);
    if (!options.json && until !== null && ended.cause !== "until" && ended.cause !== "breakpoint") {
      io.err(missedText(session, until, options.until ?? ""));
    }
    const result = runResult(session, ended, opened.shownPath);
    io.out(options.json ? json(result) : resultText(result, lang));
    end(EXIT.ok);
  });
}
