/**
 * What the page asks of the worker. All of it is plain data: comlink carries it, and nothing of the simulated
 * computer itself ever crosses (decision 11).
 */
import type { Words } from "../isa/types.ts";
import type { Facts } from "../session/facts.ts";
import type {
  Breakpoint,
  Command,
  Comparison,
  Diagnostic,
  EventKind,
  EventView,
  InputEvent,
  LoadRequest,
  LoadResult,
  ProgramSpec,
  SourceLine,
  StopCause,
  TimedInput,
  Timeline,
  View,
} from "../session/types.ts";

/** Everything that the panels show of one moment. */
export interface Moment {
  readonly view: View;
  /** Null where the one that was sent last still shows what there is to see. */
  readonly timeline: Timeline | null;
}

/** A moment together with why the session stands there. */
export interface CommandResult extends Moment {
  readonly cause: StopCause;
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
  check(program: ProgramSpec): CheckReply;
  load(request: LoadRequest): LoadReply;
  setBreakpoints(breakpoints: readonly Breakpoint[]): void;
  /** Runs a command to its end in slices; `cancel` ends it early with cause `cancelled`. */
  command(command: Command, onProgress: OnProgress): Promise<CommandResult>;
  /** Ends the command or comparison that is under way, at the next slice. */
  cancel(): void;
  input(event: InputEvent): Moment;
  moment(): Moment;
  events(from: number, count: number): readonly EventView[];
  eventAt(step: number): number;
  eventCounts(): Readonly<Partial<Record<EventKind, number>>>;
  digest(): string;
  inputs(): readonly TimedInput[];
  compare(left: LoadRequest, right: LoadRequest, onProgress: OnProgress): Promise<CompareOutcome>;
}

/** How finely the timeline is asked for: more would not be seen on a screen. */
export const MAX_BANDS = 600;
export const MAX_MARKS = 240;
