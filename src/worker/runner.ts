import { CompareRun } from "../session/compare.ts";
import type { ExportFormat, ExportLanguage } from "../session/export.ts";
import { collectFacts, type Facts } from "../session/facts.ts";
import { LanguageService } from "../session/language/service.ts";
import type { LanguageAnswer, LanguageKind, LanguageQuestion } from "../session/language/types.ts";
import { paravirtualize } from "../session/paravirtualize/paravirtualize.ts";
import type { Port, PortStyle } from "../session/paravirtualize/types.ts";
import { Session } from "../session/session.ts";
import type {
  Answer,
  Breakpoint,
  Command,
  DeviceInput,
  EditEvent,
  EventKind,
  EventView,
  InspectionKind,
  LoadRequest,
  ProgramSpec,
  Question,
  RecordedEdit,
  StrategyId,
  TimedInput,
  TimelineAxis,
  TimelinePoint,
  TimelineWindow,
} from "../session/types.ts";
import { assembleProgram, checkProgram } from "./check.ts";
import { exportEvents } from "./export-events.ts";
import type {
  Artefacts,
  CheckReply,
  CommandResult,
  CompareOutcome,
  EditReply,
  LoadReply,
  Moment,
  OnProgress,
  RunnerApi,
} from "./protocol.ts";
import { Reports } from "./reports.ts";
import { breathe, Pace } from "./slices.ts";

/** The session as the page uses it: long work goes in slices, so that messages get in between. */
export class Runner implements RunnerApi {
  private readonly session = new Session();
  private loaded = false;
  private readonly languages = new LanguageService((name) =>
    this.loaded ? this.session.inspect({ kind: "name", name }) : { kind: "nothing" },
  );
  private cancelled = false;
  /** The command under way: an input ends it in the session, and it goes on from there. */
  private current: Command | null = null;
  /** Commands queue up: one at a time touches the session. */
  private tail: Promise<unknown> = Promise.resolve();

  facts(): Facts {
    return collectFacts();
  }

  check(program: ProgramSpec, strategy: StrategyId): CheckReply {
    return checkProgram(program, strategy);
  }

  assemble(program: ProgramSpec, strategy: StrategyId): Artefacts {
    return assembleProgram(program, strategy);
  }

  paravirtualize({ main, files }: Extract<ProgramSpec, { kind: "source" }>, style: PortStyle): Port {
    return paravirtualize(main, files, { style });
  }

  load(request: LoadRequest): LoadReply {
    this.cancelled = true;
    const result = this.session.load(request);
    this.loaded ||= result.ok;
    return { result, moment: result.ok ? this.moment() : null };
  }

  setBreakpoints(breakpoints: readonly Breakpoint[]): void {
    this.session.setBreakpoints(breakpoints);
  }

  command(command: Command, onProgress: OnProgress): Promise<CommandResult> {
    return this.enqueue(async () => {
      const pace = new Pace();
      const reports = new Reports(onProgress);
      this.current = command;
      this.session.begin(command);
      for (;;) {
        const started = performance.now();
        const { done, cause, progress, stops = [] } = this.session.advance(pace.steps);
        pace.took(performance.now() - started);
        if (done) {
          this.current = null;
          return { ...this.moment(), cause, stops };
        }
        reports.tell(progress, () => this.session.view());
        await breathe();
        if (this.cancelled) {
          this.current = null;
          this.session.cancel();
          return { ...this.moment(), cause: "cancelled" as const, stops: [] };
        }
      }
    });
  }

  cancel(): void {
    this.cancelled = true;
  }

  input(event: DeviceInput): Moment {
    this.session.input(event);
    if (this.current !== null) this.session.begin(this.current);
    return this.moment();
  }

  edit(event: EditEvent): Promise<EditReply> {
    return this.enqueue(async () => {
      const result = this.session.edit(event);
      return { result, moment: this.moment() };
    });
  }

  edits(): readonly RecordedEdit[] {
    return this.session.edits();
  }

  removeEdit(index: number): Promise<Moment> {
    return this.enqueue(async () => {
      this.session.removeEdit(index);
      return this.moment();
    });
  }

  moment(): Moment {
    return { view: this.session.view() };
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

  timelineWindow(axis: TimelineAxis, from: number, to: number, maxBands: number, maxMarks: number): TimelineWindow {
    return this.session.timelineWindow(axis, from, to, maxBands, maxMarks);
  }

  timelinePoint(axis: TimelineAxis, at: number): TimelinePoint {
    return this.session.timelinePoint(axis, at);
  }

  exportEvents(format: ExportFormat, language: ExportLanguage, onProgress: OnProgress): Promise<Blob | null> {
    return this.enqueue(() => exportEvents(this.session, format, language, onProgress, () => this.cancelled));
  }

  inspect<K extends InspectionKind>(question: Question<K>): Answer<K> {
    return this.session.inspect(question);
  }

  language<K extends LanguageKind>(question: LanguageQuestion<K>): LanguageAnswer<K> {
    return this.languages.answer(question);
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
      const reports = new Reports(onProgress);
      for (;;) {
        const started = performance.now();
        const { done, progress } = run.advance(pace.steps);
        pace.took(performance.now() - started);
        if (done) break;
        reports.tell(progress, () => null);
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
