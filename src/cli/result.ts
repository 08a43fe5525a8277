import type { Words } from "../isa/types.ts";
import type { TranslationCounts } from "../session/inspect/translation.ts";
import { modeWords } from "../session/mode.ts";
import type { Session } from "../session/session.ts";
import type { EventKind, Outcome, RegisterFile, SegmentView, StopCause, View } from "../session/types.ts";
import type { Ended } from "./execute.ts";
import { count, hex32, indent, type Language, oneLine, plural, printable, say } from "./text.ts";

const GPR = ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"] as const;
const SEGMENTS = ["es", "cs", "ss", "ds", "fs", "gs", "ldtr", "tr"] as const;

type Segment = Omit<SegmentView, "name">;

/** Registers by name; numbers are unsigned. */
export type NamedRegisters = { readonly [K in (typeof GPR)[number]]: number } & {
  readonly [K in (typeof SEGMENTS)[number]]: Segment;
} & Pick<RegisterFile, "eip" | "eflags" | "cpl" | "mode" | "cr0" | "cr2" | "cr3" | "cr4" | "gdtr" | "idtr">;

/** What a VMM that translates has done; callouts by cause. */
export type TranslationResult = Omit<TranslationCounts, "callouts"> & {
  readonly callouts: Readonly<Record<string, number>>;
};

/** What `run --json` prints. */
export interface RunResult {
  readonly outcome: Exclude<Outcome, "running">;
  /** Why breakpoints stopped it, if they did. */
  readonly stops: readonly Words[];
  /** The byte written to port F4, or null. */
  readonly exitCode: number | null;
  readonly ticks: number;
  readonly steps: number;
  readonly cycles: number;
  readonly debug: string;
  readonly serial: string;
  readonly screen: readonly string[];
  readonly events: Readonly<Partial<Record<EventKind, number>>>;
  /** As the guest sees them. */
  readonly registers: NamedRegisters;
  /** As the processor has them; the same on bare metal. */
  readonly physicalRegisters: NamedRegisters;
  readonly digest: string;
  readonly strategy: string;
  readonly whatIf: readonly string[];
  /** The strategy's switches that were on. */
  readonly options: readonly string[];
  /** Null where nobody translates the guest's code. */
  readonly translation: TranslationResult | null;
  /** The next instruction and where it was written. */
  readonly next: View["next"];
}

export function namedRegisters(file: RegisterFile): NamedRegisters {
  const { gpr, segments, ...rest } = file;
  const named: Record<string, unknown> = {};
  GPR.forEach((name, i) => {
    named[name] = gpr[i]!;
  });
  Object.assign(named, rest);
  for (const { name, ...segment } of segments) named[name] = segment;
  return named as unknown as NamedRegisters;
}

/** How a run ended, from why the command stopped. */
export function outcomeOf(view: View, cause: StopCause): RunResult["outcome"] {
  if (view.outcome !== "running") return view.outcome;
  return cause === "until" || cause === "breakpoint" ? "stopped" : "budget";
}

/** Everything about where a session stands now; source files are named by paths that a person can open. */
export function runResult(session: Session, { cause, stops }: Ended, shownPath: (file: string) => string): RunResult {
  const view = session.view();
  const { next } = view;
  const shown = <T extends { readonly file: string }>(place: T): T => ({ ...place, file: shownPath(place.file) });
  return {
    outcome: outcomeOf(view, cause),
    stops: stops.map(({ words }) => words),
    exitCode: view.exitCode,
    ticks: view.tick,
    steps: view.step,
    cycles: view.cycles,
    debug: view.console.debug,
    serial: view.console.serial,
    screen: view.console.screen.map((row) => row.trimEnd()),
    events: session.eventCounts(view.step),
    registers: namedRegisters(view.guest),
    physicalRegisters: namedRegisters(view.physical),
    digest: session.digest(),
    strategy: view.strategy,
    whatIf: view.whatIf,
    options: view.options,
    translation: translationResult(session),
    next: { ...next, source: next.source && shown(next.source), expansion: next.expansion.map(shown) },
  };
}

function translationResult(session: Session): TranslationResult | null {
  const { translation } = session.inspect({ kind: "translation", unit: null });
  if (translation === null) return null;
  const { callouts, ...counts } = translation.counts;
  return { ...counts, callouts: Object.fromEntries(callouts.map(({ cause, count: times }) => [cause, times])) };
}

const ENDINGS: Readonly<Record<RunResult["outcome"], string>> = {
  exited: "exited",
  halted: "halted: HLT with nothing that could wake it",
  shutdown: "shut down (a triple fault, a reset, a crash: `ringside trace` says why)",
  stopped: "stopped where --until said",
  budget: "stopped at the budget of steps",
};

/** How it ended and how long it took, on one line. */
export function endingLine(result: RunResult): string {
  const ending =
    result.outcome === "exited"
      ? `exited ${result.exitCode}`
      : result.stops.length > 0
        ? "stopped at a breakpoint"
        : ENDINGS[result.outcome];
  const cost = `${plural(result.ticks, "instruction")}, ${plural(result.steps, "step")}, ${plural(result.cycles, "cycle")}`;
  const rules = result.whatIf.length === 0 ? "" : `, what if: ${result.whatIf.join(", ")}`;
  const options = result.options.map((name) => `, ${name}`).join("");
  return `${ending} after ${cost} (${result.strategy}${options}${rules})\n`;
}

/** What a guest has put out, headed by where. */
export function consoleText(result: Pick<RunResult, "debug" | "serial" | "screen">): string {
  const parts: string[] = [];
  if (result.serial !== "") parts.push(`serial (COM1)\n${indent(printable(result.serial))}\n`);
  if (result.debug !== "") parts.push(`debug (port E9)\n${indent(printable(result.debug))}\n`);
  const last = result.screen.findLastIndex((row) => row !== "");
  if (last >= 0) parts.push(`screen\n${indent(printable(result.screen.slice(0, last + 1).join("\n")))}\n`);
  return parts.join("");
}

/** A run's result for people. */
export function resultText(result: RunResult, language: Language = "en"): string {
  const events = Object.entries(result.events).map(([kind, number]) => `${kind} ${count(number)}`);
  const { source, text, linear } = result.next;
  const at = source === null ? "" : `  (${printable(source.file)}:${source.line})`;
  return (
    consoleText(result) +
    result.stops.map((stop) => `stop       ${oneLine(say(stop, language))}\n`).join("") +
    (events.length === 0 ? "" : `events     ${events.join(", ")}\n`) +
    (result.translation === null ? "" : translationLine(result.translation)) +
    (result.outcome === "stopped" || result.outcome === "budget" ? `next       ${hex32(linear)}  ${text}${at}\n` : "") +
    `registers  ${registerLines(result.registers).join("\n           ")}\n` +
    `mode       ${modeLine(result, language)}\n` +
    `digest     ${result.digest}\n` +
    endingLine(result)
  );
}

function translationLine(counts: TranslationResult): string {
  const causes = Object.entries(counts.callouts).filter(([, times]) => times > 0);
  const callouts = causes.map(([cause, times]) => `${cause} ${count(times)}`).join(", ");
  return (
    `translated ${plural(counts.units, "unit")} of ${plural(counts.instructions, "instruction")}, ${count(counts.guestBytes)} to ${plural(counts.cacheBytes, "byte")}; callouts: ${callouts || "none"}\n` +
    `ran        directly ${count(counts.direct)}, translated ${count(counts.translated)}, emulated ${count(counts.emulated)}\n`
  );
}

/** The guest's mode, and the processor's where that is another. */
function modeLine({ registers, physicalRegisters }: RunResult, language: Language): string {
  const [guest, real] = [modeWords(registers.mode)[language], modeWords(physicalRegisters.mode)[language]];
  if (guest === real) return guest;
  return `${guest}${say({ en: ` (the processor: ${real})`, zh: `（处理器：${real}）` }, language)}`;
}

function registerLines(registers: NamedRegisters): string[] {
  const pair = (name: (typeof GPR)[number] | "eip" | "eflags" | "cr0" | "cr3") => `${name} ${hex32(registers[name])}`;
  return [
    GPR.slice(0, 4).map(pair).join("  "),
    GPR.slice(4).map(pair).join("  "),
    `${pair("eip")}  ${pair("eflags")}  cpl ${registers.cpl}  cs ${registers.cs.selector.toString(16).padStart(4, "0")}  ${pair("cr0")}  ${pair("cr3")}`,
  ];
}
