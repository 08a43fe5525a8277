import type { Words } from "../../isa/types.ts";
import type { Facts } from "../../session/facts.ts";
import type {
  Breakpoint,
  Diagnostic,
  EventKind,
  LoadedProgram,
  ProgramSpec,
  SourceLine,
  StopCause,
  StrategyId,
  TimedInput,
  Timeline,
  View,
} from "../../session/types.ts";
import type { CompareReply } from "../../worker/protocol.ts";

export type ThemeChoice = "system" | "light" | "dark";
export type Language = "en" | "zh";
/** Panels that a narrow page shows one at a time. */
export type PanelId = "lesson" | "editor" | "stage" | "registers" | "events" | "console";
export type DialogId = "help" | "palette" | "share";

/** Whose text is in the editor. */
export type DocumentKind = "program" | "link";

/** A line of a file of the program, counted from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** What the reader works on; it is what is saved in the browser and what a link carries. */
export interface Work {
  readonly programId: string;
  readonly strategy: StrategyId;
  readonly memoryMiB: number;
  readonly whatIf: readonly string[];
  readonly breakpoints: readonly Place[];
}

/** A text of the reader's own. `includes` is null where the library of `programs/` serves. */
export interface DraftText {
  readonly text: string;
  readonly includes: Readonly<Record<string, string>> | null;
}

export interface OpenDocument {
  readonly kind: DocumentKind;
  /** Name of the main file, as diagnostics and source places have it. */
  readonly main: string;
  /** The main file's text; the files it includes are beside it in `includes`. */
  readonly text: string;
  /** The text as the library has it, to know a draft from it; null where there is none. */
  readonly original: string | null;
  readonly includes: Readonly<Record<string, string>>;
  /** A binary that a link brought, which has no text; else null. */
  readonly binary: Exclude<ProgramSpec, { kind: "source" }> | null;
  /** Keys and bytes from outside that belong to the program. */
  readonly inputs: readonly TimedInput[];
}

export type RunStatus = "starting" | "loading" | "failed" | "ready" | "running" | "crashed";

export interface RunState {
  readonly status: RunStatus;
  /** The text that the run under way was assembled from. */
  readonly loadedText: string | null;
  readonly program: LoadedProgram | null;
  readonly problem: Words | null;
  readonly view: View | null;
  readonly timeline: Timeline | null;
  readonly cause: StopCause | null;
  /** 0 to 1 while something long is under way. */
  readonly progress: number | null;
  /** Grows whenever the event log may have changed, so that its pages are read again. */
  readonly logVersion: number;
  readonly counts: Readonly<Partial<Record<EventKind, number>>>;
  readonly crash: string | null;
}

export interface CheckState {
  readonly diagnostics: readonly Diagnostic[];
  readonly lines: readonly SourceLine[];
}

export interface CompareState {
  readonly open: boolean;
  readonly status: "idle" | "running" | "done" | "failed";
  readonly progress: number;
  readonly reply: CompareReply | null;
  /** The rules that the comparison was made under. */
  readonly whatIf: readonly string[];
  readonly problem: Words | null;
}

export type LinkOutcome = "verified" | "mismatch";
export interface LinkState {
  /** Why the last link could not be opened or made, or null. */
  readonly problem: Words | null;
  readonly outcome: LinkOutcome | null;
  /** The link that the share dialog shows. */
  readonly made: string | null;
  readonly copied: boolean;
}

export interface State {
  readonly theme: ThemeChoice;
  readonly language: Language;
  readonly panel: PanelId;
  readonly dialog: DialogId | null;
  readonly lessonOpen: boolean;
  /** Where the editor's cursor is; its file is the one on view. Null: the main file's beginning. */
  readonly editorPlace: Place | null;
  readonly facts: Facts | null;
  readonly work: Work;
  readonly document: OpenDocument | null;
  /** Texts that differ from the program's own, by program. */
  readonly drafts: Readonly<Record<string, DraftText>>;
  readonly check: CheckState;
  readonly run: RunState;
  readonly compare: CompareState;
  readonly link: LinkState;
  /** What a screen reader is told. */
  readonly announcement: string;
}

export const LESSON_PROGRAM = "lesson-popf";

export const initialWork: Work = {
  programId: LESSON_PROGRAM,
  strategy: "trap-and-emulate",
  memoryMiB: 16,
  whatIf: [],
  breakpoints: [],
};

export const initialRun: RunState = {
  status: "starting",
  loadedText: null,
  program: null,
  problem: null,
  view: null,
  timeline: null,
  cause: null,
  progress: null,
  logVersion: 0,
  counts: {},
  crash: null,
};

export const initialCompare: CompareState = {
  open: false,
  status: "idle",
  progress: 0,
  reply: null,
  whatIf: [],
  problem: null,
};

export const initialState: State = {
  theme: "system",
  language: "en",
  panel: "lesson",
  dialog: null,
  lessonOpen: true,
  editorPlace: null,
  facts: null,
  work: initialWork,
  document: null,
  drafts: {},
  check: { diagnostics: [], lines: [] },
  run: initialRun,
  compare: initialCompare,
  link: { problem: null, outcome: null, made: null, copied: false },
  announcement: "",
};

/** The breakpoints as the session takes them. */
export function sessionBreakpoints(state: State): readonly Breakpoint[] {
  return state.work.breakpoints.map(({ file, line }) => ({ id: `${file}:${line}`, at: { file, line } }));
}

/** The text has changed since the run under way was assembled. */
export function isStale(state: State): boolean {
  return state.run.loadedText !== null && state.document !== null && state.run.loadedText !== state.document.text;
}

/** The reader may not type: a shared moment is open. */
export function isReadOnly(state: State): boolean {
  return state.document?.kind === "link";
}

/** A run is loaded and nothing is under way. */
export function isIdle(state: State): boolean {
  return state.run.status === "ready" && state.run.view !== null;
}

/** The session stands at the end: nothing more can be run. */
export function isEnded(state: State): boolean {
  const outcome = state.run.view?.outcome;
  return outcome === "exited" || outcome === "shutdown" || outcome === "halted";
}
