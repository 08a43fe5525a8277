import type { Words } from "../isa/types.ts";
import { digestGuests } from "../recorder/digest.ts";
import { findStrategy } from "../vmm/registry.ts";
import { Breakpoints } from "./breakpoints/breakpoints.ts";
import { makeTask, type SliceResult, type Task } from "./commands.ts";
import { eventView } from "./events.ts";
import { inspect } from "./inspect/index.ts";
import { prepareProgram, setupOf } from "./prepare.ts";
import type { PreparedProgram } from "./program.ts";
import { Run } from "./run.ts";
import type { TimelineAxis, TimelineIndex } from "./timeline-index.ts";
import {
  indexOf,
  type TimelinePoint,
  type TimelineSource,
  type TimelineWindow,
  timelinePoint,
  timelineWindow,
} from "./timeline-window.ts";
import type {
  Answer,
  Breakpoint,
  Command,
  DeviceInput,
  EditEvent,
  EditResult,
  EventKind,
  EventView,
  InspectionKind,
  LoadRequest,
  LoadResult,
  Outcome,
  Question,
  RecordedEdit,
  SessionApi,
  TimedInput,
  View,
} from "./types.ts";
import { makeView, type RegisterFiles, registerFiles } from "./view.ts";

export const MIB = 1 << 20;
export const MAX_MEMORY_MIB = 256;

const RUN_ENDED: Words = {
  en: "The run has ended: nothing would come of an edit. Step back to before its end and edit there.",
  zh: "运行已结束，修改不会产生任何效果。请先退回到结束之前，再修改。",
};

/** Where an edit has taken the session, since it is recorded by the guest's instructions, and an exit or a trap ends none. */
function movedWords(from: number, to: number): Words | null {
  if (to === from) return null;
  if (to < from) {
    return {
      en: `A change is made where an instruction of the guest is about to begin. You stand there again, at step ${to}: what followed up to step ${from} (an exit, a trap, the VMM's work) is to come anew.`,
      zh: `修改在客户机某条指令即将开始处生效。现在回到了那里，即第 ${to} 步：此后直到第 ${from} 步的一切（退出、陷入、VMM 的处理）将重新发生。`,
    };
  }
  return {
    en: `A change is made where an instruction of the guest is about to begin. You stand there now, at step ${to}, behind what was under way at step ${from}.`,
    zh: `修改在客户机某条指令即将开始处生效。现在到了那里，即第 ${to} 步：第 ${from} 步时正在进行的处理已经完成。`,
  };
}

/** What a session has loaded. */
interface Loaded {
  readonly request: LoadRequest;
  readonly program: PreparedProgram;
  readonly run: Run;
  /** Sums over the run's events, for its timeline. */
  readonly index: TimelineIndex;
}

/** The headless face of the simulator: one guest under one strategy, forwards and backwards. */
export class Session implements SessionApi {
  private loaded: Loaded | null = null;
  private breakpoints: readonly Breakpoint[] = [];
  private stops: Breakpoints | null = null;
  private task: Task | null = null;
  private viewed: { readonly step: number; readonly view: View } | null = null;

  load(request: LoadRequest): LoadResult {
    const strategy = findStrategy(request.strategy);
    if (!strategy)
      return refuse(`There is no strategy "${request.strategy}".`, `没有名为“${request.strategy}”的策略。`);
    if (!Number.isInteger(request.memoryMiB) || request.memoryMiB < 1 || request.memoryMiB > MAX_MEMORY_MIB) {
      return refuse(`Memory must be 1 to ${MAX_MEMORY_MIB} MiB.`, `内存必须为 1 到 ${MAX_MEMORY_MIB} MiB。`);
    }
    const memoryBytes = request.memoryMiB * MIB;
    const result = prepareProgram(request.program, memoryBytes, strategy);
    if (!result.ok) return result;
    const { prepared } = result;
    const setup = setupOf(prepared, request, strategy);
    const run = new Run(strategy, setup, request.inputs);
    this.loaded = { request, program: prepared, run, index: indexOf(run.log, strategy) };
    this.stops = new Breakpoints(run, prepared);
    this.stops.set(this.breakpoints);
    this.task = null;
    this.viewed = null;
    return { ok: true, diagnostics: result.diagnostics, program: prepared.program };
  }

  private need(): Loaded {
    if (!this.loaded) throw new Error("nothing is loaded: call load first");
    return this.loaded;
  }

  setBreakpoints(breakpoints: readonly Breakpoint[]): void {
    this.breakpoints = breakpoints;
    this.stops?.set(breakpoints);
  }

  begin(command: Command): void {
    const { run, program } = this.need();
    const label = (name: string) => program.program.symbols.find((symbol) => symbol.name === name)?.value ?? null;
    this.task = makeTask(run, command, { breakpoints: this.stops!, label });
  }

  advance(maxSteps: number): SliceResult {
    if (!this.task) return { done: true, cause: "done", progress: 1 };
    const result = this.task.slice(maxSteps);
    // Bit by bit, so that no question waits for a million events to be summed up.
    this.loaded?.index.update();
    if (result.done) this.task = null;
    return result;
  }

  cancel(): void {
    this.task?.abandon?.();
    this.task = null;
  }

  input(event: DeviceInput): void {
    const { run } = this.need();
    this.cancel();
    run.timeline.input(event);
    run.log.truncate(run.step);
    this.viewed = null;
  }

  edit(event: EditEvent): EditResult {
    const { run } = this.need();
    this.cancel();
    const here = run.step;
    if (!run.ended) run.toEditPlace();
    const problem = run.ended ? RUN_ENDED : run.edit(event);
    if (problem !== null) {
      run.seek(here);
      return { ok: false, problem };
    }
    this.viewed = null;
    return { ok: true, moved: movedWords(here, run.step) };
  }

  edits(): readonly RecordedEdit[] {
    return this.need()
      .run.machine.allEdits()
      .map(({ input, event, step }) => ({ event, tick: input.tick, step: step < 0 ? null : step }));
  }

  removeEdit(index: number): void {
    const { run } = this.need();
    this.cancel();
    if (index < 0 || index >= run.machine.allEdits().length) return;
    run.removeEdit(index);
    this.viewed = null;
  }

  view(): View {
    const { run } = this.need();
    const step = run.step;
    if (this.viewed?.step === step && this.viewed.view.lastStep === run.timeline.lastStep) return this.viewed.view;
    const { request, program } = this.need();
    const view = makeView({
      computer: run.computer,
      guest: run.guest,
      strategy: run.strategy,
      whatIf: request.whatIf,
      options: run.options,
      program,
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
    const files = registerFiles(run.computer, run.guest);
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
      result.push(eventView(run, run.log.at(index), program));
    }
    return result;
  }

  eventAt(step: number): number {
    return this.need().run.log.firstAt(step);
  }

  eventCounts(throughStep?: number): Readonly<Partial<Record<EventKind, number>>> {
    return this.need().run.log.countsByKind(throughStep);
  }

  timelineWindow(axis: TimelineAxis, from: number, to: number, maxBands: number, maxMarks: number): TimelineWindow {
    return timelineWindow(this.timelineSource(), axis, from, to, maxBands, maxMarks);
  }

  timelinePoint(axis: TimelineAxis, at: number): TimelinePoint {
    return timelinePoint(this.timelineSource(), axis, at);
  }

  private timelineSource(): TimelineSource {
    const { run, index } = this.need();
    const { log, strategy, machine } = run;
    const { lastStep, lastTick } = run.timeline;
    return { log, strategy, lastStep, lastTick, index, countAll: machine.countAll };
  }

  readMemory(
    space: "guest-physical" | "guest-linear" | "physical",
    address: number,
    length: number,
  ): readonly (number | null)[] {
    const { run } = this.need();
    const { guest, machine, probe } = run;
    probe.readGuest();
    const memory = space === "guest-physical" ? guest.memory : machine.memory;
    return Array.from({ length }, (_, i) => {
      const at = (address + i) >>> 0;
      const physical = space === "guest-linear" ? probe.toHost(at) : at;
      return physical === null || physical >= memory.size ? null : memory.read8(physical);
    });
  }

  inspect<K extends InspectionKind>(question: Question<K>): Answer<K> {
    return inspect(this.need(), question);
  }

  digest(): string {
    const { run } = this.need();
    const { guest, others = [] } = run.computer;
    const guests = [guest, ...others.map((other) => other.guest)];
    return digestGuests(guests, run.timeline.pages(), run.machine.time);
  }

  inputs(): readonly TimedInput[] {
    return this.need().run.machine.allInputs();
  }

  /** Outcome as the command line reports it. */
  outcome(): Outcome {
    return this.need().run.machine.outcome;
  }
}

function refuse(en: string, zh: string): LoadResult {
  return { ok: false, diagnostics: [], problem: { en, zh } };
}
