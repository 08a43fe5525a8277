import { CompareRun } from "../session/compare.ts";
import { collectFacts, type Facts } from "../session/facts.ts";
import { Session } from "../session/session.ts";
import type {
  Breakpoint,
  Command,
  EventKind,
  EventView,
  InputEvent,
  LoadRequest,
  ProgramSpec,
  TimedInput,
  Timeline,
  View,
} from "../session/types.ts";
import { checkProgram } from "./check.ts";
import {
  type CheckReply,
  type CommandResult,
  type CompareOutcome,
  type LoadReply,
  MAX_BANDS,
  MAX_MARKS,
  type Moment,
  type OnProgress,
  type RunnerApi,
} from "./protocol.ts";
import { breathe, Pace } from "./slices.ts";

/** How often the page is told how far a long command is, in milliseconds. */
const REPORT_MS = 90;
/** From this many events on, a timeline is only made anew when the run has grown by this share of its length. */
const LONG_LOG = 20_000;
const SEEN_SHARE = 400;

/** The session as the page uses it: long work goes in slices, so that messages get in between. */
export class Runner implements RunnerApi {
  private readonly session = new Session();
  private cancelled = false;
  /** What the timeline that was sent last was made of. */
  private sent: { readonly eventCount: number; readonly lastStep: number } | null = null;
  /** The command under way: an input ends it in the session, and it goes on from there. */
  private current: Command | null = null;
  /** Commands queue up: one at a time touches the session. */
  private tail: Promise<unknown> = Promise.resolve();

  facts(): Facts {
    return collectFacts();
  }

  check(program: ProgramSpec): CheckReply {
    return checkProgram(program);
  }

  load(request: LoadRequest): LoadReply {
    this.cancelled = true;
    this.sent = null;
    const result = this.session.load(request);
    return { result, moment: result.ok ? this.moment() : null };
  }

  setBreakpoints(breakpoints: readonly Breakpoint[]): void {
    this.session.setBreakpoints(breakpoints);
  }

  command(command: Command, onProgress: OnProgress): Promise<CommandResult> {
    return this.enqueue(async () => {
      const pace = new Pace();
      let reported = performance.now();
      this.current = command;
      this.session.begin(command);
      for (;;) {
        const started = performance.now();
        const { done, cause, progress } = this.session.advance(pace.steps);
        const now = performance.now();
        pace.took(now - started);
        if (done) {
          this.current = null;
          return { ...this.moment(), cause };
        }
        if (now - reported > REPORT_MS) {
          reported = now;
          onProgress(progress, this.session.view());
        }
        await breathe();
        if (this.cancelled) {
          this.current = null;
          this.session.cancel();
          return { ...this.moment(), cause: "cancelled" as const };
        }
      }
    });
  }

  cancel(): void {
    this.cancelled = true;
  }

  input(event: InputEvent): Moment {
    this.session.input(event);
    if (this.current !== null) this.session.begin(this.current);
    return this.moment();
  }

  moment(): Moment {
    const view = this.session.view();
    return { view, timeline: this.timelineIfNews(view) };
  }

  /** A long log takes a while to be thinned; it is not done anew for what would not be seen on the strip. */
  private timelineIfNews({ eventCount, lastStep }: View): Timeline | null {
    const { sent } = this;
    const grown = lastStep - (sent?.lastStep ?? 0);
    const same = sent !== null && sent.eventCount === eventCount && grown === 0;
    const hardlyGrown = sent !== null && eventCount >= sent.eventCount && grown >= 0 && grown < lastStep / SEEN_SHARE;
    if (same || (eventCount > LONG_LOG && hardlyGrown)) return null;
    this.sent = { eventCount, lastStep };
    return this.session.timeline(MAX_BANDS, MAX_MARKS);
  }

  events(from: number, count: number): readonly EventView[] {
    return this.session.events(from, count);
  }

  eventAt(step: number): number {
    return this.session.eventAt(step);
  }

  eventCounts(): Readonly<Partial<Record<EventKind, number>>> {
    return this.session.eventCounts();
  }

  digest(): string {
    return this.session.digest();
  }

  inputs(): readonly TimedInput[] {
    return this.session.inputs();
  }

  compare(left: LoadRequest, right: LoadRequest, onProgress: OnProgress): Promise<CompareOutcome> {
    return this.enqueue(async () => {
      const run = new CompareRun(left, right);
      if (run.problem !== null) {
        return { ok: false as const, problem: run.problem.problem, diagnostics: run.problem.diagnostics };
      }
      const pace = new Pace();
      let reported = performance.now();
      for (;;) {
        const started = performance.now();
        const { done, progress } = run.advance(pace.steps);
        const now = performance.now();
        pace.took(now - started);
        if (done) break;
        if (now - reported > REPORT_MS) {
          reported = now;
          onProgress(progress, null);
        }
        await breathe();
        if (this.cancelled) return { ok: false as const, cancelled: true as const };
      }
      const reply = { comparison: run.result(), left: run.leftView(), right: run.rightView() };
      return { ok: true as const, reply };
    });
  }

  /** Runs `work` after what is under way has ended. */
  private enqueue<T>(work: () => Promise<T>): Promise<T> {
    const next = this.tail.then(() => {
      this.cancelled = false;
      return work();
    });
    this.tail = next.catch(() => undefined);
    return next;
  }
}
