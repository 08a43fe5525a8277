import type { Command } from "commander";
import { EVENT_LIMIT } from "../../session/tools.ts";
import type { EventKind, EventView } from "../../session/types.ts";
import { oneOf } from "../choices.ts";
import { EXIT } from "../errors.ts";
import { runForward, startSession } from "../execute.ts";
import { EVENT_KIND_LIST, STRATEGY_IDS } from "../facts.ts";
import type { Io } from "../io.ts";
import {
  addMachineOptions,
  addOutputOptions,
  addStepOptions,
  collect,
  language,
  prepare,
  stepBudget,
} from "../options.ts";
import { endingLine, runResult } from "../result.ts";
import { count, hex32, type Language, oneLine, say } from "../text.ts";
import { parseUntil } from "../until.ts";
import type { RunOptions } from "./run.ts";

/** Events fetched and printed at a time. */
const BATCH = 2000;

interface TraceOptions extends RunOptions {
  readonly kind?: readonly string[];
}

/** `ringside trace FILE`: an event a line, as they happen. */
export function addTrace(program: Command, io: Io, end: (code: number) => void): void {
  const command = program.command("trace").summary("print every event of a run, one a line");
  command.description(
    "Runs a program and prints its events (traps, deliveries, ring changes, I/O, ...) with their reasons. A line has: step, instruction, cycles, kind, CPL before and after, address, what happened and why.",
  );
  addMachineOptions(command)
    .option("--vmm <strategy>", `who runs it: ${STRATEGY_IDS.join(", ")} (bare-metal)`)
    .option("--kind <kind>", "only events of this kind; may be repeated", collect);
  addOutputOptions(addStepOptions(command)).action(async (file: string, options: TraceOptions) => {
    const lang = language(options);
    const until = options.until === undefined ? null : parseUntil(options.until);
    const kinds = new Set<EventKind>(
      (options.kind ?? []).map((kind) => oneOf(kind, EVENT_KIND_LIST, "--kind", "a kind of event")),
    );
    const steps = stepBudget(options);
    const { opened, request } = prepare(file, options, options.vmm, io);
    const { session, program: loaded } = startSession(request, opened, lang, io);
    let next = 0;
    const print = async (done: boolean) => {
      // At the end the session may stand before what it has recorded: only what has happened by now counts.
      const limit = done ? session.eventAt(session.view().step + 1) : Number.POSITIVE_INFINITY;
      for (;;) {
        const events = session.events(next, Math.min(BATCH, limit - next));
        if (events.length === 0) return;
        next += events.length;
        for (const event of events) {
          if (kinds.size > 0 && !kinds.has(event.kind)) continue;
          const shown = {
            ...event,
            source: event.source && { ...event.source, file: opened.shownPath(event.source.file) },
          };
          io.out(options.json ? `${JSON.stringify(shown)}\n` : eventLine(shown, lang));
        }
        await io.flush();
      }
    };
    const ended = await runForward(session, loaded, until, steps, print);
    const result = runResult(session, ended, opened.shownPath);
    const happened = Object.values(result.events).reduce((sum, number) => sum + number, 0);
    if (happened > next) {
      io.err(
        `ringside trace: the log keeps ${count(EVENT_LIMIT)} events; ${count(happened - next)} later ones were only counted\n`,
      );
    }
    if (!options.json) io.err(endingLine(result));
    end(EXIT.ok);
  });
}

function eventLine(event: EventView, language: Language): string {
  const source = event.source === null ? "" : `  (${event.source.file}:${event.source.line})`;
  const numbers = [event.step, event.tick, event.cycles].map((value) => String(value).padStart(8)).join(" ");
  const levels = event.cplBefore === event.cplAfter ? `${event.cplBefore}   ` : `${event.cplBefore}->${event.cplAfter}`;
  const whose = event.domain === null ? "" : `domain ${event.domain}  `;
  const what = `${whose}${say(event.title, language)}  ${say(event.reason, language)}${source}`;
  return `${numbers}  ${event.kind.padEnd(18)} ${levels}  ${hex32(event.eip)}  ${oneLine(what)}\n`;
}
