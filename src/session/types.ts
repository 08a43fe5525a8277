/**
 * What the session answers and is asked, as plain data that crosses the worker's boundary, goes out as JSON from the
 * command line, and is described by `ringside schema`. Numbers are unsigned unless said; addresses are 32 bits.
 */
import type { Words } from "../isa/types.ts";
import type { EventKind } from "../machine/events.ts";
import type { SeatName } from "../vmm/strategy.ts";
import type { Breakpoint, StopReason } from "./breakpoints/types.ts";
import type { Answer, InspectionKind, Question } from "./inspect/types.ts";
import type { ProcessorMode } from "./mode.ts";
import type { TimelineAxis } from "./timeline-index.ts";
import type { TimelinePoint, TimelineWindow } from "./timeline-window.ts";

export type { EventKind } from "../machine/events.ts";
export type { Breakpoint, BreakpointPlace, BreakpointStatus, HitRule, StopReason } from "./breakpoints/types.ts";
export type { Answer, InspectionKind, Question } from "./inspect/types.ts";
export type { TimelineAxis } from "./timeline-index.ts";
export type { TimelinePoint, TimelineWindow } from "./timeline-window.ts";

/** Row names of `src/vmm/registry.ts`. */
export type StrategyId = "bare-metal" | "trap-and-emulate" | "binary-translation" | "paravirtual" | "vtx";

/** A key or a byte from outside, for the guest's devices. */
export type DeviceInput =
  | { readonly kind: "key"; readonly code: string; readonly down: boolean }
  | { readonly kind: "serial"; readonly byte: number };

/**
 * A person's change of the guest, as the guest means it, or of a strategy's switch that is `live`. Registers are those of
 * `EDITABLE_REGISTERS` (machine/edits.ts), addresses guest-physical, bytes 0 to 255.
 */
export type EditEvent =
  | { readonly kind: "set-register"; readonly name: string; readonly value: number }
  | { readonly kind: "set-memory"; readonly address: number; readonly bytes: readonly number[] }
  | { readonly kind: "set-option"; readonly option: string; readonly on: boolean };

/** Whatever comes from outside, at a tick of the guest's virtual time. */
export type InputEvent = DeviceInput | EditEvent;
export interface TimedInput {
  readonly tick: number;
  readonly event: InputEvent;
}

/** What became of an edit. */
export type EditResult =
  /** `moved`: to which other step the session had to go first, and why; null if it stands where it stood. */
  { readonly ok: true; readonly moved: Words | null } | { readonly ok: false; readonly problem: Words };

export interface RecordedEdit {
  readonly event: EditEvent;
  readonly tick: number;
  /** The step at whose end it was made, or null if the run has not come there. */
  readonly step: number | null;
}

export type ProgramSpec =
  | { readonly kind: "source"; readonly main: string; readonly files: Readonly<Record<string, string>> }
  | { readonly kind: "flat"; readonly bytes: Uint8Array; readonly at: number; readonly entry: number }
  | { readonly kind: "multiboot"; readonly bytes: Uint8Array };

export interface LoadRequest {
  readonly program: ProgramSpec;
  readonly strategy: StrategyId;
  /** Guest memory in MiB, 1 to 256. */
  readonly memoryMiB: number;
  /** What-if rules in force. */
  readonly whatIf: readonly string[];
  /** The strategy's own switches that are on (`Strategy.options`); what it does not have is passed over. */
  readonly options?: readonly string[];
  /** Inputs known beforehand (from a link, a program's header, the command line). */
  readonly inputs: readonly TimedInput[];
}

export interface Diagnostic {
  readonly severity: "error" | "warning";
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
  readonly message: Words;
  /** What would be accepted, or a suggestion. */
  readonly hint: Words | null;
}

export type LoadResult =
  | { readonly ok: true; readonly diagnostics: readonly Diagnostic[]; readonly program: LoadedProgram }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[]; readonly problem: Words };

export interface LoadedProgram {
  readonly entry: number;
  readonly origin: number;
  readonly length: number;
  readonly symbols: readonly { readonly name: string; readonly value: number; readonly isLabel: boolean }[];
  /** Per line of a file that gave bytes: address, bytes (hex), and the sensitivity mark of its instruction if any. */
  readonly lines: readonly SourceLine[];
  /** Sections that run elsewhere than where they are loaded; absent where there are none. */
  readonly moved?: readonly { readonly runsAt: number; readonly length: number }[];
  /** The programs of the domains beside it; absent where there are none. */
  readonly companions?: readonly LoadedCompanion[];
}
/** A program that runs in a domain of its own beside the one that was loaded. */
export interface LoadedCompanion {
  readonly domain: number;
  /** Its main source. */
  readonly file: string;
  readonly lines: readonly SourceLine[];
}
export interface SourceLine {
  readonly file: string;
  readonly line: number;
  readonly address: number;
  readonly bytes: string;
  /** Row id of the (first) instruction, or null for data. */
  readonly row: string | null;
  /** `silent`: sensitive and does not trap; `privileged`: always or conditionally traps when deprivileged. */
  readonly mark: "silent" | "privileged" | null;
}

export type Outcome = "running" | "exited" | "halted" | "shutdown" | "stopped" | "budget";

export interface SegmentView {
  readonly name: string;
  readonly selector: number;
  readonly base: number;
  readonly limit: number;
  /** ATTR_* bits of cpu/state.ts. */
  readonly attr: number;
}
export interface RegisterFile {
  /** EAX ECX EDX EBX ESP EBP ESI EDI. */
  readonly gpr: readonly number[];
  readonly eip: number;
  readonly eflags: number;
  readonly cpl: number;
  readonly mode: ProcessorMode;
  readonly cr0: number;
  readonly cr2: number;
  readonly cr3: number;
  readonly cr4: number;
  readonly gdtr: { readonly base: number; readonly limit: number };
  readonly idtr: { readonly base: number; readonly limit: number };
  /** ES CS SS DS FS GS LDTR TR. */
  readonly segments: readonly SegmentView[];
}

export interface EventView {
  /** Position in the log. */
  readonly index: number;
  readonly step: number;
  readonly tick: number;
  readonly cycles: number;
  readonly kind: EventKind;
  readonly tenant: string;
  /** The domain whose turn it was; null where there is only the guest. */
  readonly domain: number | null;
  readonly cplBefore: number;
  readonly cplAfter: number;
  /** Address (offset in CS) of the instruction concerned, as the one who ran it has it. */
  readonly eip: number;
  /** Row id of the instruction concerned, or null. */
  readonly row: string | null;
  readonly vector: number | null;
  readonly errorCode: number | null;
  /** One line: what happened. */
  readonly title: Words;
  /** One or two sentences: why, with the rule that applied. */
  readonly reason: Words;
  readonly source: { readonly file: string; readonly line: number } | null;
}

/** One who sits in a ring. */
export interface Occupant {
  readonly who: SeatName;
  /** The real ring. */
  readonly ring: 0 | 1 | 2 | 3;
  /** The ring the guest believes to be in; null for a VMM. */
  readonly virtualRing: 0 | 1 | 2 | 3 | null;
  /** Where a processor with VMX has two worlds of rings, the one it is in. */
  readonly world?: "root" | "non-root";
  readonly label: Words;
}

export interface Change {
  readonly name: string;
  readonly before: number;
  readonly after: number;
}

export interface View {
  readonly step: number;
  readonly tick: number;
  readonly cycles: number;
  /** Virtual time: ticks plus time slept in HLT. */
  readonly time: number;
  /** The furthest step that has been simulated. */
  readonly lastStep: number;
  readonly lastTick: number;
  readonly outcome: Outcome;
  readonly exitCode: number | null;
  readonly strategy: StrategyId;
  readonly whatIf: readonly string[];
  /** The strategy's switches that are on, in its order. */
  readonly options: readonly string[];
  readonly occupants: readonly Occupant[];
  readonly current: Occupant["who"];
  /** The domain that runs, where there are several; null while the VMM runs. */
  readonly domain: number | null;
  readonly physical: RegisterFile;
  /** What the guest believes; equal to `physical` on bare metal. */
  readonly guest: RegisterFile;
  /** What the last step changed. */
  readonly changes: { readonly physical: readonly Change[]; readonly guest: readonly Change[] };
  /** The next instruction (of the guest, or of the VMM while it runs). */
  readonly next: {
    readonly linear: number;
    readonly text: string;
    readonly row: string | null;
    readonly source: { readonly file: string; readonly line: number } | null;
    readonly expansion: readonly { readonly file: string; readonly line: number; readonly macro: string }[];
  };
  /** The events of the step that led here (the transition that just happened). */
  readonly transition: readonly EventView[];
  readonly console: { readonly debug: string; readonly serial: string; readonly screen: readonly string[] };
  readonly eventCount: number;
}

export type RunUntil =
  | { readonly kind: "trap" }
  | { readonly kind: "ring" }
  | { readonly kind: "event"; readonly event: EventKind }
  /** A VM exit, by its basic reason; null: any. `orFailed`: or VMLAUNCH or VMRESUME that fails, by whatever. */
  | { readonly kind: "exit"; readonly reason: number | null; readonly orFailed?: true }
  | { readonly kind: "label"; readonly name: string }
  | { readonly kind: "address"; readonly address: number }
  | { readonly kind: "tick"; readonly tick: number }
  | { readonly kind: "step"; readonly step: number };

/**
 * `step`: one physical step; `tick`: to the end of the current guest instruction, traps and all; `over`/`out`: calls,
 * software interrupts and (over) traps are one; `run`: until a breakpoint, `until`, the end, or the budget.
 */
export type Command =
  | { readonly kind: "step" | "tick" | "over" | "out"; readonly direction: "forward" | "back" }
  | {
      readonly kind: "run";
      readonly direction: "forward" | "back";
      readonly until: RunUntil | null;
      readonly maxSteps: number;
    }
  | { readonly kind: "seek"; readonly step: number }
  | { readonly kind: "seek-tick"; readonly tick: number }
  /**
   * Back to the end of the step that last wrote a byte, by its host-physical address. Cause `start`, and the present
   * step, if none has since the beginning.
   */
  | { readonly kind: "last-write"; readonly physical: number };

export type StopCause = "done" | "breakpoint" | "until" | "end" | "start" | "budget" | "cancelled";

export interface DifferenceItem {
  /** `eax`, `cs.selector`, `memory 0x00101234`, `serial`, ... */
  readonly what: string;
  readonly left: string;
  readonly right: string;
}
export interface Difference {
  readonly tick: number;
  /** The steps at which each run has ended that tick's instruction. */
  readonly leftStep: number;
  readonly rightStep: number;
  readonly eip: number;
  readonly row: string | null;
  readonly mnemonic: string;
  readonly text: string;
  readonly source: { readonly file: string; readonly line: number } | null;
  readonly property: "equivalence" | "resource control" | "efficiency";
  readonly items: readonly DifferenceItem[];
  readonly why: Words;
  /** The rule that would make this instruction trap, if there is one. */
  readonly whatIf: string | null;
}
/** Something that came of a difference, read from the two runs as they went on. */
export interface Consequence {
  /**
   * `delivery`: an interrupt or exception that only one run took there; `path`: an instruction after which they go
   * different ways; `output`: where their outputs differ; `end`: how they ended.
   */
  readonly kind: "delivery" | "path" | "output" | "end";
  readonly words: Words;
  /** Guest instructions ended by then. */
  readonly tick: number;
  /** Where to see it in each run. */
  readonly left: ConsequenceMoment | null;
  readonly right: ConsequenceMoment | null;
}
export interface ConsequenceMoment {
  readonly step: number;
  readonly tick: number;
  /** The line of the instruction concerned. */
  readonly source: { readonly file: string; readonly line: number } | null;
}
/** Something by which two runs are compared that do not go in step. */
export interface ComparedStream {
  readonly kind: "outcome" | "serial" | "debug" | "screen" | "task";
  /** Number of a task, from 1 on, in the order in which they first run in user mode; null for what is no task's. */
  readonly task: number | null;
  /** `prefix`: equal as far as both went, and that one went further is no matter. */
  readonly verdict: "equal" | "prefix" | "differs";
  /** How long it is in each run: user-mode instructions of a task, bytes, rows of the screen that are not empty. */
  readonly left: number;
  readonly right: number;
  /** The same in a phrase. */
  readonly words: Words;
}
export interface Comparison {
  readonly left: StrategyId;
  readonly right: StrategyId;
  readonly equivalent: boolean;
  readonly ticks: number;
  readonly difference: Difference | null;
  /** What came of the difference, in order; empty while it is not known. */
  readonly consequences: readonly Consequence[];
  /**
   * Where the guest was written anew for its VMM, what the runs were compared by, and how each came out; absent where they
   * were compared instruction by instruction.
   */
  readonly streams?: readonly ComparedStream[];
  /** What was seen and is not a violation: timing, stale TLB entries, accessed and dirty bits. */
  readonly exempt: readonly { readonly kind: string; readonly count: number; readonly words: Words }[];
  readonly leftOutcome: Outcome;
  readonly rightOutcome: Outcome;
}

/**
 * The session, as the worker and the command line use it. Long work is sliced: `advance` is called until it says
 * done, so that its caller can report progress, cancel, or let messages in.
 */
export interface SessionApi {
  load(request: LoadRequest): LoadResult;
  setBreakpoints(breakpoints: readonly Breakpoint[]): void;
  /** Begins a command; it goes on in `advance`. */
  begin(command: Command): void;
  /** Does a slice of at most `maxSteps` steps. */
  advance(maxSteps: number): {
    readonly done: boolean;
    readonly cause: StopCause;
    readonly progress: number;
    /** The breakpoints at which it has stopped, and why. */
    readonly stops?: readonly StopReason[];
  };
  cancel(): void;
  /** A key or byte now: recorded at the current tick. What was simulated beyond is dropped. */
  input(event: DeviceInput): void;
  /**
   * An edit now, recorded as a key is. Where no guest instruction is about to begin, the session first goes to where the
   * present tick's does. A refused edit changes nothing.
   */
  edit(event: EditEvent): EditResult;
  /** The edits recorded, in order. */
  edits(): readonly RecordedEdit[];
  /** Takes an edit (by its place in `edits`) out of the recording; the session stands where it had been made. */
  removeEdit(index: number): void;
  view(): View;
  events(from: number, count: number): readonly EventView[];
  /** Index of the first event at or after `step`. */
  eventAt(step: number): number;
  /** Events by kind up to a step; of all that has been simulated without it. */
  eventCounts(throughStep?: number): Readonly<Partial<Record<EventKind, number>>>;
  /** A stretch of the run, with at most so many bands and marks in a lane. Takes a few ms whatever the run's length. */
  timelineWindow(axis: TimelineAxis, from: number, to: number, maxBands: number, maxMarks: number): TimelineWindow;
  /** Who ran at a position of the run, and the marks beside it. */
  timelinePoint(axis: TimelineAxis, at: number): TimelinePoint;
  /** Guest-physical or linear memory for inspection; unmapped bytes are null. */
  readMemory(
    space: "guest-physical" | "guest-linear" | "physical",
    address: number,
    length: number,
  ): readonly (number | null)[];
  /** Answers an inspector's question about the present moment (see session/inspect). */
  inspect<K extends InspectionKind>(question: Question<K>): Answer<K>;
  /** 16 hex digits over the whole guest state. */
  digest(): string;
  /** Everything recorded so far, for a link. */
  inputs(): readonly TimedInput[];
}
