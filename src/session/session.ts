import { placeImage } from "../machine/loaders/image.ts";
import { digestGuest } from "../recorder/digest.ts";
import { findStrategy } from "../vmm/registry.ts";
import { makeTask, type SliceResult, type StopTest, type Task } from "./commands.ts";
import { eventView } from "./events.ts";
import { type PreparedProgram, prepareProgram } from "./program.ts";
import { Run } from "./run.ts";
import { timelineOf } from "./timeline-view.ts";
import type {
  Breakpoint,
  Command,
  EventKind,
  EventView,
  InputEvent,
  LoadRequest,
  LoadResult,
  Outcome,
  SessionApi,
  TimedInput,
  Timeline,
  View,
} from "./types.ts";
import { makeView, type RegisterFiles, registerFiles } from "./view.ts";

export const MIB = 1 << 20;
export const MAX_MEMORY_MIB = 256;

/** What a session has loaded. */
interface Loaded {
  readonly request: LoadRequest;
  readonly program: PreparedProgram;
  readonly run: Run;
}

/** The headless face of the simulator: one guest under one strategy, forwards and backwards. */
export class Session implements SessionApi {
  private loaded: Loaded | null = null;
  private breakpoints: readonly Breakpoint[] = [];
  private task: Task | null = null;
  private viewed: { readonly step: number; readonly view: View } | null = null;
  private drawn: { readonly key: string; readonly timeline: Timeline } | null = null;

  load(request: LoadRequest): LoadResult {
    const strategy = findStrategy(request.strategy);
    if (!strategy)
      return refuse(`There is no strategy "${request.strategy}".`, `没有名为“${request.strategy}”的策略。`);
    if (!Number.isInteger(request.memoryMiB) || request.memoryMiB < 1 || request.memoryMiB > MAX_MEMORY_MIB) {
      return refuse(`Memory must be 1 to ${MAX_MEMORY_MIB} MiB.`, `内存必须为 1 到 ${MAX_MEMORY_MIB} MiB。`);
    }
    const memoryBytes = request.memoryMiB * MIB;
    const result = prepareProgram(request.program, memoryBytes);
    if (!result.ok) return result;
    const { prepared } = result;
    const place = (memory: Parameters<typeof placeImage>[1]) => {
      placeImage(prepared.image, memory);
      return prepared.image.entry;
    };
    const run = new Run(strategy, { memoryBytes, whatIf: request.whatIf, place }, request.inputs);
    this.loaded = { request, program: prepared, run };
    this.task = null;
    this.viewed = null;
    this.drawn = null;
    return { ok: true, diagnostics: result.diagnostics, program: prepared.program };
  }

  private need(): Loaded {
    if (!this.loaded) throw new Error("nothing is loaded: call load first");
    return this.loaded;
  }

  setBreakpoints(breakpoints: readonly Breakpoint[]): void {
    this.breakpoints = breakpoints;
  }

  begin(command: Command): void {
    const { run, program } = this.need();
    const label = (name: string) => program.program.symbols.find((symbol) => symbol.name === name)?.value ?? null;
    this.task = makeTask(run, command, { breakpoint: this.breakpointTest(), label });
  }

  advance(maxSteps: number): SliceResult {
    if (!this.task) return { done: true, cause: "done", progress: 1 };
    const result = this.task.slice(maxSteps);
    if (result.done) this.task = null;
    return result;
  }

  cancel(): void {
    this.task = null;
  }

  /** Whether the next guest instruction is at a breakpoint; null if there are none. */
  private breakpointTest(): StopTest | null {
    const { run, program } = this.need();
    const addresses = new Set(this.breakpoints.flatMap((breakpoint) => this.addressesOf(breakpoint, program)));
    if (addresses.size === 0) return null;
    return () => {
      const state = run.probe.readGuest();
      return addresses.has((state.base[1]! + state.eip) >>> 0);
    };
  }

  /** The first address of each stretch of code that a line gave; the address itself for an address. */
  private addressesOf({ at }: Breakpoint, { program }: PreparedProgram): number[] {
    if ("address" in at) return [at.address >>> 0];
    const line = program.lines.find((candidate) => candidate.file === at.file && candidate.line === at.line);
    return line ? [line.address] : [];
  }

  input(event: InputEvent): void {
    const { run } = this.need();
    this.task = null;
    run.timeline.input(event);
    run.log.truncate(run.step);
    this.drawn = null;
    this.viewed = null;
  }

  view(): View {
    const { run } = this.need();
    const step = run.step;
    if (this.viewed?.step === step && this.viewed.view.lastStep === run.timeline.lastStep) return this.viewed.view;
    const { request, program } = this.need();
    const view = makeView({
      computer: run.computer,
      strategy: run.strategy,
      whatIf: request.whatIf,
      sources: program.sources,
      lastStep: run.timeline.lastStep,
      lastTick: run.timeline.lastTick,
      eventCount: run.log.length,
      transition: this.eventsOfStep(step),
      before: this.registersAt(step - 1),
    });
    this.viewed = { step, view };
    return view;
  }

  /** Both register files at an earlier step, by going there and back; null before the start. */
  private registersAt(step: number): RegisterFiles | null {
    const { run } = this.need();
    if (step < 0) return null;
    if (run.before?.step === step) return run.before.files;
    const here = run.step;
    run.seek(step);
    const files = registerFiles(run.computer);
    run.seek(here);
    return files;
  }

  private eventsOfStep(step: number): EventView[] {
    const { log } = this.need().run;
    const first = log.firstAt(step);
    const end = log.firstAt(step + 1);
    return this.events(first, Math.min(end - first, 64)) as EventView[];
  }

  events(from: number, count: number): readonly EventView[] {
    const { run, program } = this.need();
    const end = Math.min(run.log.length, from + count);
    const result: EventView[] = [];
    for (let index = Math.max(0, from); index < end; index++) {
      result.push(eventView(run, run.log.at(index), program.sources));
    }
    return result;
  }

  eventAt(step: number): number {
    return this.need().run.log.firstAt(step);
  }

  eventCounts(throughStep?: number): Readonly<Partial<Record<EventKind, number>>> {
    return this.need().run.log.countsByKind(throughStep);
  }

  timeline(maxBands: number, maxMarks: number): Timeline {
    const { run } = this.need();
    const { lastStep, lastTick } = run.timeline;
    // Going back changes nothing of it, and a long log takes its time.
    const key = `${lastStep} ${run.log.length} ${maxBands} ${maxMarks}`;
    if (this.drawn?.key !== key) {
      this.drawn = { key, timeline: timelineOf(run.log, run.strategy, lastStep, lastTick, maxBands, maxMarks) };
    }
    return this.drawn.timeline;
  }

  readMemory(
    space: "guest-physical" | "guest-linear" | "physical",
    address: number,
    length: number,
  ): readonly (number | null)[] {
    const { run } = this.need();
    const { machine, guest } = run.computer;
    run.probe.readGuest();
    const memory = space === "physical" ? machine.memory : guest.memory;
    return Array.from({ length }, (_, i) => {
      const at = (address + i) >>> 0;
      const physical = space === "guest-linear" ? run.probe.toPhysical(at) : at;
      return physical === null || physical >= memory.size ? null : memory.read8(physical);
    });
  }

  digest(): string {
    const { run } = this.need();
    return digestGuest(run.computer.guest, run.timeline.pages(), run.machine.time);
  }

  inputs(): readonly TimedInput[] {
    return [...this.need().run.machine.inputs];
  }

  /** Outcome as the command line reports it. */
  outcome(): Outcome {
    return this.need().run.machine.outcome;
  }
}

function refuse(en: string, zh: string): LoadResult {
  return { ok: false, diagnostics: [], problem: { en, zh } };
}
