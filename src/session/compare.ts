import { placeImage } from "../machine/loaders/image.ts";
import type { Memory } from "../machine/memory.ts";
import { findStrategy } from "../vmm/registry.ts";
import { optionsOn } from "../vmm/strategy.ts";
import { Aftermath } from "./aftermath.ts";
import { buildSide, EquivalenceCheck, type Side } from "./equivalence.ts";
import { type PreparedProgram, prepareProgram } from "./program.ts";
import { MIB } from "./session.ts";
import type { Comparison, LoadRequest, LoadResult, View } from "./types.ts";
import { consoleOf, makeView } from "./view.ts";

/** Guest instructions compared unless asked otherwise. */
export const DEFAULT_COMPARE_TICKS = 2_000_000;

/**
 * The same program under two strategies: compared in lockstep to the first difference, then each run on its own for a
 * while. Throws nothing: a request that cannot be loaded shows in `problem`.
 */
export class CompareRun {
  /** Why there is nothing to compare; null if there is. */
  readonly problem: Extract<LoadResult, { ok: false }> | null;
  private readonly check: EquivalenceCheck | null;
  private readonly program: PreparedProgram | null;
  private readonly whatIf: readonly string[];
  private readonly maxTicks: number;
  private views: { left: View; right: View } | null = null;
  private aftermath: Aftermath | null = null;

  /** Both requests must have the same program; what differs is the strategy. */
  constructor(left: LoadRequest, right: LoadRequest, maxTicks = DEFAULT_COMPARE_TICKS) {
    this.maxTicks = maxTicks;
    this.whatIf = left.whatIf;
    const result = prepareProgram(left.program, left.memoryMiB * MIB);
    if (!result.ok) {
      this.problem = result;
      this.check = null;
      this.program = null;
      return;
    }
    this.problem = null;
    this.program = result.prepared;
    this.check = new EquivalenceCheck(this.side(left), this.side(right), result.prepared.sources);
  }

  private side(request: LoadRequest): Side {
    const { image } = this.program!;
    const place = (memory: Memory) => {
      placeImage(image, memory);
      return image.entry;
    };
    const strategy = findStrategy(request.strategy)!;
    const options = optionsOn(strategy, request.options);
    const setup = { memoryBytes: request.memoryMiB * MIB, whatIf: request.whatIf, options, place };
    return buildSide(strategy, setup, request.inputs);
  }

  /** Does at most `ticks` more guest instructions. Progress from 0 to 1. */
  advance(ticks: number): { readonly done: boolean; readonly progress: number } {
    const { check } = this;
    if (!check) return { done: true, progress: 1 };
    if (!this.views) {
      const { done } = check.advance(Math.min(ticks, this.maxTicks - check.ticks));
      const progress = check.ticks / this.maxTicks;
      if (!done && check.ticks < this.maxTicks) return { done: false, progress };
      check.stop();
      this.views = { left: this.viewOf(check.left), right: this.viewOf(check.right) };
      const { difference } = check.result();
      if (difference === null) return { done: true, progress };
      this.aftermath = new Aftermath(check.left, check.right, this.program!.sources, difference);
      return { done: false, progress };
    }
    const done = this.aftermath?.advance(ticks) ?? true;
    return { done, progress: done ? 1 : 0.99 };
  }

  result(): Comparison {
    if (!this.check) throw new Error("nothing was compared: see problem");
    return { ...this.check.result(), consequences: this.aftermath?.consequences() ?? [] };
  }

  /** The left run where the runs part (or end), with the console as it goes on to the end. */
  leftView(): View {
    return this.finalView("left");
  }

  /** The right run, likewise. */
  rightView(): View {
    return this.finalView("right");
  }

  private finalView(which: "left" | "right"): View {
    const side = this.check![which];
    const view = this.views?.[which] ?? this.viewOf(side);
    const { machine, guest } = side.computer;
    const { exitCode } = guest.platform;
    return {
      ...view,
      console: consoleOf(side.computer),
      outcome: machine.outcome,
      exitCode: exitCode >= 0 ? exitCode : null,
    };
  }

  private viewOf({ strategy, computer, options }: Side): View {
    return makeView({
      computer,
      strategy,
      whatIf: this.whatIf,
      options,
      sources: this.program!.sources,
      lastStep: computer.machine.steps,
      lastTick: computer.machine.ticks,
      eventCount: 0,
      transition: [],
      before: null,
    });
  }
}
