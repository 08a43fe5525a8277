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
  View,
} from "../../session/types.ts";
import type { CompareReply } from "../../worker/protocol.ts";
import type { PanelId } from "../layout/panel-ids.ts";
import { initialStops, type StopsState, type Watch } from "./breakpoints.ts";
import { type CommandLineState, initialCommandLine } from "./command-line.ts";
import { type DocumentsState, initialDocuments } from "./documents.ts";
import type { OwnKeys } from "./keys.ts";
import { initialLayout, type LayoutState } from "./layout.ts";
import { initialMemory, type MemoryState } from "./memory.ts";
import { initialNaming, type NamingState } from "./naming.ts";
import { initialPace, type PaceState } from "./pace.ts";
import { initialPaging, type PagingState } from "./paging.ts";
import { initialSharing, type SharingState } from "./sharing.ts";
import { initialVisit, type VisitState } from "./visit.ts";
import { initialVmx, type VmxState } from "./vmx.ts";

export type ThemeChoice = "system" | "light" | "dark";
export type Language = "en" | "zh";
/** What a narrow page shows one at a time. */
export type TabId = PanelId | "lesson";
export type DialogId =
  | "help"
  | "palette"
  | "keys"
  | "share"
  | "templates"
  | "texts"
  | "binary"
  | "leave"
  | "file"
  | "rename"
  | "port";

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
  /** The switches that are on, of each strategy. */
  readonly options: Readonly<Partial<Record<StrategyId, readonly string[]>>>;
  readonly breakpoints: readonly Breakpoint[];
  readonly watches: readonly Watch[];
}

/** A text of the reader's own. */
export interface DraftText {
  readonly text: string;
  /** Files of the reader's own beside it; they win over the library's of the same name. Null: none. */
  readonly includes: Readonly<Record<string, string>> | null;
  /** The main file's name, if the reader gave it one. */
  readonly name?: string;
  /** A binary has no text: how its bytes, which are kept apart, are loaded. */
  readonly binary?: BinaryPlace;
}

/** How a binary of the reader's own is loaded. */
export type BinaryPlace =
  | { readonly kind: "flat"; readonly at: number; readonly entry: number }
  | { readonly kind: "multiboot" };

export interface OpenDocument {
  readonly kind: DocumentKind;
  /** Name of the main file, as diagnostics and source places have it. */
  readonly main: string;
  /** The main file's text; the files it includes are beside it in `includes`. */
  readonly text: string;
  /** The text as the library has it, to know a draft from it; null where there is none. */
  readonly original: string | null;
  readonly includes: Readonly<Record<string, string>>;
  /** The included files as the library has them, to know the reader's own and changed ones. */
  readonly library: Readonly<Record<string, string>>;
  /** A binary, which has no text; else null. */
  readonly binary: Exclude<ProgramSpec, { kind: "source" }> | null;
  /** Keys and bytes from outside that belong to the program. */
  readonly inputs: readonly TimedInput[];
}

/** `walking`: a run at less than full speed, of which every step is shown. */
export type RunStatus = "starting" | "loading" | "failed" | "ready" | "running" | "walking" | "crashed";

export interface RunState {
  readonly status: RunStatus;
  /** The files that the run under way was assembled from, the main one among them; null for a binary. */
  readonly loadedFiles: Readonly<Record<string, string>> | null;
  readonly program: LoadedProgram | null;
  readonly problem: Words | null;
  readonly view: View | null;
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
  /** What the link that is open asks for and this version does not have, in words; else null. */
  readonly passedOver: Words | null;
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
  /** The panel that was asked for last; on a narrow page, the one that shows. */
  readonly panel: TabId;
  readonly layout: LayoutState;
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
  readonly stops: StopsState;
  readonly documents: DocumentsState;
  readonly naming: NamingState;
  readonly pace: PaceState;
  readonly keys: OwnKeys;
  readonly commandLine: CommandLineState;
  readonly sharing: SharingState;
  readonly visit: VisitState;
  readonly memory: MemoryState;
  readonly paging: PagingState;
  readonly vmx: VmxState;
  /** What a screen reader is told. */
  readonly announcement: string;
}

export const LESSON_PROGRAM = "lesson-popf";

export const initialWork: Work = {
  programId: LESSON_PROGRAM,
  strategy: "trap-and-emulate",
  memoryMiB: 16,
  whatIf: [],
  options: {},
  breakpoints: [],
  watches: [],
};

export const initialRun: RunState = {
  status: "starting",
  loadedFiles: null,
  program: null,
  problem: null,
  view: null,
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
  layout: initialLayout,
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
  link: { passedOver: null, problem: null, outcome: null, made: null, copied: false },
  stops: initialStops,
  documents: initialDocuments,
  naming: initialNaming,
  pace: initialPace,
  keys: {},
  commandLine: initialCommandLine,
  sharing: initialSharing,
  visit: initialVisit,
  memory: initialMemory,
  paging: initialPaging,
  vmx: initialVmx,
  announcement: "",
};

/** The line of a program's header that asks for VT-x, and how far a header goes at most, in characters. */
const ASKS_FOR_VMX = /^; *processor: *vt-x\s*$/m;
const HEADER = 8000;

/** The program is a hypervisor that wants the processor's VT-x, which it has only where no VMM is beneath it. */
export function asksForVmx({ document }: State): boolean {
  return document !== null && ASKS_FOR_VMX.test(document.text.slice(0, HEADER));
}

/** The processor has the two worlds of VT-x, and somebody may run in each. */
export function hasWorlds({ run: { view } }: State): boolean {
  return view?.occupants.some(({ world }) => world === "non-root") ?? false;
}

/** Something of VT-x has failed in the run, or by the last step. */
export function hasVmxFailure({ run: { counts, view } }: State): boolean {
  return (counts["vm-fail"] ?? 0) > 0 || (view?.transition.some(({ kind }) => kind === "vm-fail") ?? false);
}

/** The text has changed since the run under way was assembled. */
export function isStale({ run, document }: State): boolean {
  if (run.loadedFiles === null || document === null || document.binary !== null) return false;
  for (const [name, text] of Object.entries(run.loadedFiles)) if (textOf(document, name) !== text) return true;
  return false;
}

/** The text of a file of a document, or undefined where it has none of that name. */
export function textOf(document: OpenDocument, file: string): string | undefined {
  return file === document.main ? document.text : document.includes[file];
}

/** The reader may not type: a shared moment is open. */
export function isReadOnly(state: State): boolean {
  return state.document?.kind === "link";
}

/** A run goes on: at full speed, or step by step. */
export function isUnderWay({ run }: State): boolean {
  return run.status === "running" || run.status === "walking";
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
