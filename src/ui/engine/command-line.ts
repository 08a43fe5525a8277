import { castDraft } from "immer";
import type { Answer, Command, StopCause } from "../../session/types.ts";
import type { CommandEntry } from "../store/command-line.ts";
import { isEnded } from "../store/state.ts";
import { change } from "../store/store.ts";
import { addBreakpoint, enableBreakpoints, removeBreakpoints, shownBreakpoints } from "./command-line-stops.ts";
import type { Engine } from "./engine.ts";
import { restart } from "./leaving.ts";
import { edit } from "./memory.ts";
import { inspectOnce } from "./question.ts";
import { command, run } from "./run.ts";

type Effect = Answer<"console">["effects"][number];

/** What is kept of the output and of what was typed. */
const MOST_ENTRIES = 1000;
const MOST_HISTORY = 200;
const MOST_TRACED = 1000;

let entryId = 0;

function print(engine: Engine, kind: CommandEntry["kind"], lines: readonly string[]): void {
  if (lines.length === 0) return;
  change(engine.store, (draft) => {
    draft.commandLine.entries.push({ id: ++entryId, kind, text: lines.join("\n") });
    draft.commandLine.entries = draft.commandLine.entries.slice(-MOST_ENTRIES);
  });
}

/**
 * Carries out a line of the command line. What it says comes from the session, what it does is done by the calls that
 * the buttons make; an empty line repeats the last one, as in gdb.
 */
export async function commandLine(engine: Engine, typed: string): Promise<void> {
  const { history, busy } = engine.state.commandLine;
  const line = typed.trim() === "" ? (history[history.length - 1] ?? "") : typed.trim();
  if (line === "" || busy) return;
  change(engine.store, (draft) => {
    draft.commandLine.busy = true;
    if (history[history.length - 1] !== line) draft.commandLine.history = [...history, line].slice(-MOST_HISTORY);
  });
  print(engine, "input", [line]);
  try {
    await carryOut(engine, line);
  } finally {
    change(engine.store, (draft) => {
      draft.commandLine.busy = false;
    });
  }
}

async function carryOut(engine: Engine, line: string): Promise<void> {
  const { language, run: now } = engine.state;
  if (now.view === null) {
    print(engine, "error", [NOT_LOADED[language]]);
    return;
  }
  const answer = await inspectOnce(engine, { kind: "console", line, language, breakpoints: shownBreakpoints(engine) });
  if (answer === undefined) return;
  print(engine, answer.failed ? "error" : "output", answer.lines);
  for (const effect of answer.effects) {
    if (!(await take(engine, effect))) break;
  }
}

const NOT_LOADED = {
  en: "No program is loaded: correct the text, or choose another program.",
  zh: "没有载入程序：请改正程序文本，或选择其他程序。",
};
const ENDED = {
  en: "The run has ended. `rsi`, `rc` and `goto` go back, `restart` begins anew.",
  zh: "运行已结束。rsi、rc、goto 可以后退，restart 重新开始。",
};
const UNDER_WAY = {
  en: "The guest is running: pause it first (Escape).",
  zh: "客户机正在运行：请先暂停（Escape）。",
};

/** Does what a line asks for; false if nothing more is to be done after it. */
async function take(engine: Engine, effect: Effect): Promise<boolean> {
  switch (effect.kind) {
    case "command":
      return move(engine, effect.command, effect.times);
    case "restart":
      await restart(engine);
      await sayWhere(engine, false);
      return true;
    case "edit": {
      const { ok, words } = await edit(engine, effect.event);
      if (words !== null) print(engine, ok ? "output" : "error", [words[engine.state.language]]);
      if (ok) await sayWhere(engine, true);
      return ok;
    }
    case "break":
      return addBreakpoint(engine, effect.breakpoint, effect.temporary);
    case "delete":
      return removeBreakpoints(engine, effect.numbers);
    case "enable":
      return enableBreakpoints(engine, effect.numbers, effect.on);
    case "trace":
    case "clear":
      change(engine.store, (draft) => {
        if (effect.kind === "clear") draft.commandLine.entries = [];
        else draft.commandLine.trace = effect.on;
      });
      return true;
  }
}

async function move(engine: Engine, wanted: Command, times: number): Promise<boolean> {
  const { language } = engine.state;
  const forward = !("direction" in wanted) || wanted.direction === "forward";
  if (engine.state.run.status !== "ready") {
    print(engine, "error", [UNDER_WAY[language]]);
    return false;
  }
  if (forward && isEnded(engine.state) && wanted.kind !== "seek" && wanted.kind !== "seek-tick") {
    print(engine, "error", [ENDED[language]]);
    return false;
  }
  let cause: StopCause | null = null;
  for (let i = 0; i < times; i++) {
    cause = engine.state.commandLine.trace ? await traced(engine, wanted) : await plain(engine, wanted);
    if (cause === null) return false;
    if (cause !== "done" && !(cause === "until" || (cause === "breakpoint" && times > 1))) break;
  }
  const { stops } = engine.state;
  print(
    engine,
    "output",
    stops.reasons.map(({ words }) => words[language]),
  );
  await sayWhere(engine, false);
  return true;
}

/** At the chosen speed where that is slow. */
function plain(engine: Engine, wanted: Command): Promise<StopCause | null> {
  const whole = wanted.kind === "run" && (wanted.until === null || wanted.until.kind !== "step");
  return whole && engine.state.pace.speed !== "full"
    ? run(engine, wanted.direction, wanted.until)
    : command(engine, wanted);
}

/** Step by step, each of them printed. */
async function traced(engine: Engine, wanted: Command): Promise<StopCause | null> {
  if (wanted.kind === "seek" || wanted.kind === "seek-tick") return command(engine, wanted);
  if (wanted.kind !== "run") {
    const before = engine.state.run.view?.step ?? 0;
    const cause = await command(engine, wanted);
    const after = engine.state.run.view?.step ?? 0;
    if (
      cause === null ||
      !("direction" in wanted) ||
      wanted.direction === "back" ||
      after - before < 2 ||
      after - before > MOST_TRACED
    )
      return cause;
    // The steps that were passed over are gone through once more, to be printed.
    await command(engine, { kind: "seek", step: before });
    while ((engine.state.run.view?.step ?? after) < after) {
      if ((await command(engine, { kind: "step", direction: "forward" })) === null) return null;
      await sayWhere(engine, true);
    }
    return cause;
  }
  for (let i = 0; i < MOST_TRACED; i++) {
    const cause = await command(engine, { ...wanted, maxSteps: 1 });
    if (cause !== "budget") return cause;
    await sayWhere(engine, true);
  }
  return "budget";
}

async function sayWhere(engine: Engine, short: boolean): Promise<void> {
  const { language, run: now } = engine.state;
  if (now.view === null) return;
  const answer = await inspectOnce(engine, { kind: "console-where", language, short });
  if (answer !== undefined) print(engine, "output", answer.lines);
}

/** What the word before the cursor may become. */
export async function completions(engine: Engine, text: string): Promise<Answer<"console-complete">> {
  const nothing = { from: text.length, candidates: [] };
  if (engine.state.run.view === null) return nothing;
  return (await inspectOnce(engine, { kind: "console-complete", text })) ?? nothing;
}

export function clearCommandLine(engine: Engine): void {
  change(engine.store, (draft) => {
    draft.commandLine.entries = castDraft([]);
  });
}
