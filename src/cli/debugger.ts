import type { ConsoleEffect } from "../session/console/types.ts";
import type { Session } from "../session/session.ts";
import type { Breakpoint, Command, LoadRequest, StopCause, StopReason } from "../session/types.ts";
import { reachedAlready } from "./breakpoints.ts";
import { type Language, printable } from "./text.ts";

/** Steps between two looks at whether somebody has interrupted. */
const SLICE = 200_000;
/** Steps that a trace prints at most in one go. */
const MOST_TRACED = 1000;

/** Where a debugger prints, and how it hears that it is to stop what it does. */
export interface DebuggerSurroundings {
  out(text: string): void;
  /** Lets the output go, and other things happen. */
  breathe(): Promise<void>;
  interrupted(): boolean;
}

/** The session behind a line of text at a time: the verbs of the page's command line (session/console). */
export class Debugger {
  private readonly session: Session;
  private readonly request: LoadRequest;
  private readonly language: Language;
  private readonly around: DebuggerSurroundings;
  private breakpoints: readonly Breakpoint[] = [];
  private temporary: readonly string[] = [];
  private tracing = false;
  /** Nothing has been run since the program was loaded: a breakpoint at its first instruction counts. */
  private fresh = true;
  /** Bytes of the guest's output that have been printed. */
  private readonly shown = { serial: 0, debug: 0 };

  constructor(session: Session, request: LoadRequest, language: Language, around: DebuggerSurroundings) {
    this.session = session;
    this.request = request;
    this.language = language;
    this.around = around;
  }

  /** Carries out a line. Answers whether it could be; what it had to say is printed. */
  async line(text: string): Promise<boolean> {
    const { session, language, breakpoints } = this;
    const answer = session.inspect({ kind: "console", line: text, language, breakpoints });
    this.print(answer.lines);
    for (const effect of answer.effects) {
      if (!(await this.take(effect))) return false;
    }
    return !answer.failed;
  }

  /** Says where the session stands. */
  where(short = false): void {
    this.print(this.session.inspect({ kind: "console-where", language: this.language, short }).lines);
  }

  private print(lines: readonly string[]): void {
    for (const line of lines) this.around.out(`${printable(line)}\n`);
  }

  /** Does what a line asks for; false if it could not be done. */
  private async take(effect: ConsoleEffect): Promise<boolean> {
    switch (effect.kind) {
      case "command":
        return this.move(effect.command, effect.times);
      case "restart":
        this.session.load(this.request);
        this.fresh = true;
        this.shown.serial = 0;
        this.shown.debug = 0;
        this.where();
        return true;
      case "edit": {
        const result = this.session.edit(effect.event);
        if (!result.ok) this.print([result.problem[this.language]]);
        else {
          if (result.moved !== null) this.print([result.moved[this.language]]);
          this.where(true);
        }
        return result.ok;
      }
      case "break": {
        const { id } = effect.breakpoint;
        const there = this.breakpoints.some((one) => one.id === id);
        this.temporary = [...this.temporary.filter((one) => one !== id), ...(effect.temporary ? [id] : [])];
        this.set(
          there
            ? this.breakpoints.map((one) => (one.id === id ? effect.breakpoint : one))
            : [...this.breakpoints, effect.breakpoint],
        );
        const [status] = this.session.inspect({ kind: "breakpoints", breakpoints: [effect.breakpoint] });
        if (status !== undefined && status.problem !== null) this.print([status.problem[this.language]]);
        return true;
      }
      case "delete":
        this.set(this.breakpoints.filter((_, i) => effect.numbers !== null && !effect.numbers.includes(i + 1)));
        return true;
      case "enable":
        this.set(
          this.breakpoints.map((one, i) => {
            if (effect.numbers !== null && !effect.numbers.includes(i + 1)) return one;
            const { enabled: _, ...rest } = one;
            return effect.on ? rest : { ...rest, enabled: false };
          }),
        );
        return true;
      case "trace":
        this.tracing = effect.on;
        return true;
      case "clear":
        return true;
    }
  }

  private set(breakpoints: readonly Breakpoint[]): void {
    this.breakpoints = breakpoints;
    this.session.setBreakpoints(breakpoints);
  }

  private async move(command: Command, times: number): Promise<boolean> {
    const forward = !("direction" in command) || command.direction === "forward";
    const seeks = command.kind === "seek" || command.kind === "seek-tick";
    const { outcome } = this.session.view();
    if (forward && !seeks && outcome !== "running") {
      this.print([ENDED[this.language]]);
      return false;
    }
    const begins = this.fresh && command.kind === "run" && forward;
    this.fresh = false;
    let reasons: readonly StopReason[] = begins ? reachedAlready(this.session, this.breakpoints) : [];
    let cause: StopCause = "breakpoint";
    for (let i = 0; i < times && (i > 0 || reasons.length === 0); i++) {
      const ended = this.tracing ? await this.traced(command) : await this.carryOut(command);
      cause = ended.cause;
      reasons = ended.stops;
      if (cause !== "done" && !(cause === "until" || (cause === "breakpoint" && times > 1))) break;
    }
    this.printOutput();
    this.print(reasons.map(({ words }) => words[this.language]));
    this.drop(reasons.map(({ id }) => id));
    if (cause === "budget" && command.kind === "run") this.print([BUDGET[this.language]]);
    if (cause === "cancelled") this.print([STOPPED[this.language]]);
    this.where();
    return cause !== "cancelled";
  }

  /** Takes away the breakpoints that were to stop once and have. */
  private drop(stopped: readonly string[]): void {
    const gone = stopped.filter((id) => this.temporary.includes(id));
    if (gone.length === 0) return;
    this.temporary = this.temporary.filter((id) => !gone.includes(id));
    this.set(this.breakpoints.filter(({ id }) => !gone.includes(id)));
  }

  private async carryOut(command: Command): Promise<{ cause: StopCause; stops: readonly StopReason[] }> {
    this.session.begin(command);
    for (;;) {
      const { done, cause, stops } = this.session.advance(SLICE);
      if (done) return { cause, stops: stops ?? [] };
      this.printOutput();
      await this.around.breathe();
      if (!this.around.interrupted()) continue;
      this.session.cancel();
      return { cause: "cancelled", stops: [] };
    }
  }

  /** Step by step, each of them printed. */
  private async traced(command: Command): Promise<{ cause: StopCause; stops: readonly StopReason[] }> {
    if (command.kind === "run") {
      for (let i = 0; i < MOST_TRACED; i++) {
        const ended = await this.carryOut({ ...command, maxSteps: 1 });
        if (ended.cause !== "budget") return ended;
        this.where(true);
      }
      return { cause: "budget", stops: [] };
    }
    const before = this.session.view().step;
    const ended = await this.carryOut(command);
    const after = this.session.view().step;
    if (!("direction" in command) || command.direction === "back" || after - before > MOST_TRACED) return ended;
    // The steps that were passed over are gone through once more, to be printed.
    for (let step = before + 1; step < after; step++) {
      await this.carryOut({ kind: "seek", step });
      this.where(true);
    }
    await this.carryOut({ kind: "seek", step: after });
    return ended;
  }

  /** What the guest has put out and nobody has seen yet. What comes again after going back is not printed again. */
  private printOutput(): void {
    for (const port of ["serial", "debug"] as const) {
      const { length } = this.session.inspect({ kind: "output", port, last: 0 });
      const fresh = length - this.shown[port];
      if (fresh <= 0) continue;
      this.shown[port] = length;
      const { bytes } = this.session.inspect({ kind: "output", port, last: fresh });
      const text = new TextDecoder().decode(bytes).replace(/\n$/, "");
      this.print(text.split("\n").map((line) => `${port}: ${line}`));
    }
  }
}

const ENDED = {
  en: "The run has ended. `rsi`, `rc` and `goto` go back, `restart` begins anew.",
  zh: "运行已结束。rsi、rc、goto 可以后退，restart 重新开始。",
};
const BUDGET = {
  en: "Not at an end yet: `c` goes on.",
  zh: "尚未结束：c 继续运行。",
};
const STOPPED = { en: "Interrupted.", zh: "已中断。" };
