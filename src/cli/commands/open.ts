import type { Command } from "commander";
import type { Session } from "../../session/session.ts";
import type { LoadRequest } from "../../session/types.ts";
import { decodeLink } from "../../share/link.ts";
import type { LinkRecord } from "../../share/record.ts";
import { optionsOf, strategyId, whatIfRules } from "../choices.ts";
import { BadInput, EXIT } from "../errors.ts";
import { runForward, startSession } from "../execute.ts";
import type { Io } from "../io.ts";
import { programOfLink } from "../link.ts";
import { addOutputOptions, addStepOptions, language, type StepOptions, stepBudget } from "../options.ts";
import { type RunResult, resultText, runResult } from "../result.ts";
import { count, hex32, json, oneLine, plural, printable, say, table } from "../text.ts";
import { parseUntil } from "../until.ts";

interface OpenOptions extends StepOptions {
  readonly run?: boolean;
  readonly source?: boolean;
  readonly json?: boolean;
  readonly lang: string;
}

/** What `open --json` prints. */
export interface OpenResult {
  readonly program: {
    readonly kind: string;
    readonly main: string | null;
    readonly files: readonly string[];
    readonly bytes: number;
  };
  readonly strategy: string;
  readonly memoryMiB: number;
  readonly whatIf: readonly string[];
  /** The strategy's switches that are on. */
  readonly options: readonly string[];
  readonly inputs: number;
  readonly breakpoints: LinkRecord["breakpoints"];
  readonly moment: { readonly step: number; readonly tick: number; readonly digest: string } | null;
  /** Whether the state at the moment is the one that the link was made of; null without a moment. */
  readonly verified: boolean | null;
  /** With --run. */
  readonly result: RunResult | null;
}

/** `ringside open LINK`: what a link carries, and whether its moment is here what it was there. */
export function addOpen(program: Command, io: Io, end: (code: number) => void): void {
  const command = program.command("open").summary("look into a link and verify its moment");
  command
    .description(
      "Says what a link carries, runs its program to the moment it names, and compares the digest of the state there. Exit code 2 for a link that cannot be read, 3 if the digest differs.",
    )
    .argument("<link>", "a whole address, or what begins with #; - reads it from standard input")
    .option("--run", "go on from the moment, and say how the program ended")
    .option("--source", "print the program's source instead");
  addOutputOptions(addStepOptions(command)).action(async (link: string, options: OpenOptions) => {
    const lang = language(options);
    const until = options.until === undefined ? null : parseUntil(options.until);
    const steps = stepBudget(options);
    const decoded = decodeLink(link === "-" ? new TextDecoder().decode(io.stdin()) : link);
    if (!decoded.ok) throw new BadInput(say(decoded.words, lang));
    const { record } = decoded;
    const strategy = strategyId(record.strategy, "the link");
    const known = optionsOf(strategy);
    const passedOver = (record.options ?? []).filter((name) => !known.includes(name));
    if (passedOver.length > 0) {
      const names = oneLine(passedOver.join(", "));
      io.err(`ringside open: the link asks for options that ${strategy} does not have here, passed over: ${names}\n`);
    }
    const request: LoadRequest = {
      program: programOfLink(record.program),
      strategy,
      memoryMiB: record.memoryMiB,
      whatIf: whatIfRules(record.whatIf, "the link"),
      options: (record.options ?? []).filter((name) => known.includes(name)),
      inputs: record.inputs,
    };
    if (options.source) {
      io.out(sourceText(request));
      end(EXIT.ok);
      return;
    }
    if (record.moment !== null && record.moment.step > steps) {
      throw new BadInput(
        `the link's moment is step ${count(record.moment.step)}, beyond the budget of ${count(steps)}; raise it with --steps`,
      );
    }
    const opened = { name: "the program in the link", spec: request.program, shownPath: (file: string) => file };
    const { session, program: loaded } = startSession(request, opened, lang, io);
    const verified = land(session, record.moment);
    const { step, tick } = session.view();
    let ran: RunResult | null = null;
    if (options.run) {
      ran = runResult(session, await runForward(session, loaded, until, steps), opened.shownPath);
    }
    const moment = record.moment === null ? null : { step, tick, digest: record.moment.digest };
    const result: OpenResult = { ...describe(record, request), moment, verified, result: ran };
    io.out(options.json ? json(result) : openText(result, session));
    end(verified === false ? EXIT.difference : EXIT.ok);
  });
}

/** Goes to the moment and compares digests; null without a moment. */
function land(session: Session, moment: LinkRecord["moment"]): boolean | null {
  if (moment === null) return null;
  session.begin({ kind: "seek", step: moment.step });
  while (!session.advance(Number.MAX_SAFE_INTEGER).done);
  return session.view().step === moment.step && session.digest() === moment.digest;
}

function describe(
  record: LinkRecord,
  { program, options = [] }: LoadRequest,
): Omit<OpenResult, "moment" | "verified" | "result"> {
  const source = program.kind === "source";
  return {
    program: {
      kind: record.program.kind,
      main: source ? program.main : null,
      files: source ? Object.keys(program.files) : [],
      bytes: source ? Object.values(program.files).reduce((sum, text) => sum + text.length, 0) : program.bytes.length,
    },
    strategy: record.strategy,
    memoryMiB: record.memoryMiB,
    whatIf: record.whatIf,
    options,
    inputs: record.inputs.length,
    breakpoints: record.breakpoints,
  };
}

function sourceText({ program }: LoadRequest): string {
  if (program.kind !== "source") throw new BadInput("--source: the link carries a binary image, which has no source");
  return printable((program.files[program.main] ?? "").replaceAll("\r\n", "\n"));
}

function openText(result: OpenResult, session: Session): string {
  const { program, moment } = result;
  const others = program.files.filter((file) => file !== program.main);
  const rows = [
    [
      "program",
      `${program.kind}${program.main === null ? "" : ` ${printable(program.main)}`}, ${plural(program.bytes, "byte")}`,
    ],
    ...(others.length === 0 ? [] : [["includes", printable(others.join(", "))]]),
    ["strategy", result.strategy],
    ["memory", `${result.memoryMiB} MiB`],
    ...(result.whatIf.length === 0 ? [] : [["what if", result.whatIf.join(", ")]]),
    ...(result.options.length === 0 ? [] : [["options", result.options.join(", ")]]),
    ...(result.inputs === 0 ? [] : [["inputs", count(result.inputs)]]),
    ...(result.breakpoints.length === 0 ? [] : [["breakpoints", count(result.breakpoints.length)]]),
  ];
  if (moment !== null) {
    rows.push(["moment", `step ${count(moment.step)}, instruction ${count(moment.tick)}`]);
    if (result.result === null) {
      const { next } = session.view();
      rows.push(["next", `${hex32(next.linear)}  ${next.text}`]);
    }
    rows.push([
      "digest",
      result.verified
        ? `${moment.digest}, verified`
        : `DIFFERS from the link's ${moment.digest}: this version runs the program otherwise`,
    ]);
  }
  return table(rows) + (result.result === null ? "" : `\n${resultText(result.result)}`);
}
