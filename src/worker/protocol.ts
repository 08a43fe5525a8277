/**
 * What the page asks of the worker. All of it is plain data: comlink carries it, and nothing of the simulated
 * computer itself ever crosses (decision 11).
 */
import type { Words } from "../isa/types.ts";
import type { ExportFormat, ExportLanguage } from "../session/export.ts";
import type { Facts } from "../session/facts.ts";
import type { LanguageAnswer, LanguageKind, LanguageQuestion } from "../session/language/types.ts";
import type { Port, PortStyle } from "../session/paravirtualize/types.ts";
import type {
  Answer,
  Breakpoint,
  Command,
  Comparison,
  DeviceInput,
  Diagnostic,
  EditEvent,
  EditResult,
  EventKind,
  EventView,
  InspectionKind,
  LoadRequest,
  LoadResult,
  ProgramSpec,
  Question,
  RecordedEdit,
  SourceLine,
  StopCause,
  StopReason,
  StrategyId,
  TimedInput,
  TimelineAxis,
  TimelinePoint,
  TimelineWindow,
  View,
} from "../session/types.ts";

/** Everything that the panels show of one moment. */
export interface Moment {
  readonly view: View;
}

/** A moment together with why the session stands there. */
export interface CommandResult extends Moment {
  readonly cause: StopCause;
  /** The breakpoints at which it has stopped, and why. */
  readonly stops: readonly StopReason[];
}

export interface EditReply {
  readonly result: EditResult;
  readonly moment: Moment;
}

export interface LoadReply {
  readonly result: LoadResult;
  /** Null when the program could not be loaded. */
  readonly moment: Moment | null;
}

/** What the assembler says of a text that is being typed. */
export interface CheckReply {
  readonly diagnostics: readonly Diagnostic[];
  /** Lines that gave bytes; empty when there are errors. */
  readonly lines: readonly SourceLine[];
}

/** What the assembler makes of a program: the flat image, and the listing with addresses and bytes. */
export interface Artefacts {
  readonly ok: boolean;
  readonly image: Uint8Array;
  readonly listing: string;
  readonly diagnostics: readonly Diagnostic[];
}

export interface CompareReply {
  readonly comparison: Comparison;
  readonly left: View;
  readonly right: View;
}

export type CompareOutcome =
  | { readonly ok: true; readonly reply: CompareReply }
  | { readonly ok: false; readonly problem: Words; readonly diagnostics: readonly Diagnostic[] }
  | { readonly ok: false; readonly cancelled: true };

/** Called while something long is under way. `fraction` is from 0 to 1. */
export type OnProgress = (fraction: number, view: View | null) => void;

export interface RunnerApi {
  facts(): Facts;
  /** As the program is assembled for that strategy. */
  check(program: ProgramSpec, strategy: StrategyId): CheckReply;
  assemble(program: ProgramSpec, strategy: StrategyId): Artefacts;
  /** The source rewritten for Xen; its files must have the wedge among them. */
  paravirtualize(program: Extract<ProgramSpec, { kind: "source" }>, style: PortStyle): Port;
  load(request: LoadRequest): LoadReply;
  setBreakpoints(breakpoints: readonly Breakpoint[]): void;
  /** Runs a command to its end in slices; `cancel` ends it early with cause `cancelled`. */
  command(command: Command, onProgress: OnProgress): Promise<CommandResult>;
  /** Ends the command or comparison that is under way, at the next slice. */
  cancel(): void;
  input(event: DeviceInput): Moment;
  /** Waits for what is under way. */
  edit(event: EditEvent): Promise<EditReply>;
  edits(): readonly RecordedEdit[];
  removeEdit(index: number): Promise<Moment>;
  moment(): Moment;
  events(from: number, count: number): readonly EventView[];
  eventAt(step: number): number;
  eventCounts(): Readonly<Partial<Record<EventKind, number>>>;
  /** A stretch of the run, as finely as a screen shows it. */
  timelineWindow(axis: TimelineAxis, from: number, to: number, maxBands: number, maxMarks: number): TimelineWindow;
  timelinePoint(axis: TimelineAxis, at: number): TimelinePoint;
  /** The event log as a file, after what is under way has ended; null if `cancel` ended it. */
  exportEvents(format: ExportFormat, language: ExportLanguage, onProgress: OnProgress): Promise<Blob | null>;
  inspect<K extends InspectionKind>(question: Question<K>): Answer<K>;
  /** What the editor asks about the program's text. */
  language<K extends LanguageKind>(question: LanguageQuestion<K>): LanguageAnswer<K>;
  digest(): string;
  inputs(): readonly TimedInput[];
  compare(left: LoadRequest, right: LoadRequest, onProgress: OnProgress): Promise<CompareOutcome>;
}
