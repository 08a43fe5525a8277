import { findStrategy } from "../vmm/registry.ts";
import { comparesByTraces, type Strategy } from "../vmm/strategy.ts";
import { Aftermath } from "./aftermath.ts";
import { buildSide, EquivalenceCheck, type Side } from "./equivalence.ts";
import { ownCode } from "./paravirtualize/own-code.ts";
import { prepareProgram, setupOf } from "./prepare.ts";
import type { PreparedProgram } from "./program.ts";
import { MIB } from "./session.ts";
import { TraceComparison } from "./traces/comparison.ts";
import type { Comparison, LoadRequest, LoadResult, View } from "./types.ts";
import { consoleOf, makeView } from "./view.ts";

/** Guest instructions compared unless asked otherwise. */
export const DEFAULT_COMPARE_TICKS = 2_000_000;

/** A program made ready for the strategy that one of the runs is under. */
interface Ready {
  readonly request: LoadRequest;
  readonly strategy: Strategy;
  readonly program: PreparedProgram;
}

/**
 * The same program under two strategies: compared to the first difference, in lockstep or, where it was written anew for
 * one of them, by traces; after lockstep each then runs on its own for a while. Throws nothing: a request that cannot be
 * loaded shows in `problem`.
 */
export class CompareRun {
  /** Why there is nothing to compare; null if there is. */
  readonly problem: Extract<LoadResult, { ok: false }> | null;
  private readonly check: EquivalenceCheck | TraceComparison | null = null;
  private readonly programs: Readonly<Record<Which, PreparedProgram>> | null = null;
  private readonly whatIf: readonly string[];
  private readonly maxTicks: number;
  private views: { left: View; right: View } | null = null;
  private aftermath: Aftermath | null = null;

  /** Both requests must have the same program; what differs is the strategy. */
  constructor(left: LoadRequest, right: LoadRequest, maxTicks = DEFAULT_COMPARE_TICKS) {
    this.maxTicks = maxTicks;
    this.whatIf = left.whatIf;
    const sides: Ready[] = [];
    for (const request of [left, right]) {
      const strategy = findStrategy(request.strategy)!;
      const alike = sides.find((other) => isForSame(other.strategy, strategy));
      const result = alike ?? prepareProgram(request.program, request.memoryMiB * MIB, strategy);
      if ("ok" in result && !result.ok) {
        this.problem = result;
        return;
      }
      sides.push({ request, strategy, program: "ok" in result ? result.prepared : result.program });
    }
    this.problem = null;
    const [a, b] = sides as [Ready, Ready];
    this.programs = { left: a.program, right: b.program };
    const { sources } = a.program;
    this.check = sides.some(({ strategy }) => comparesByTraces(strategy))
      ? new TraceComparison({ left: () => build(a), right: () => build(b) }, sources, maxTicks)
      : new EquivalenceCheck(build(a), build(b), sources);
  }

  /** Does at most `ticks` more guest instructions. Progress from 0 to 1. */
  advance(ticks: number): { readonly done: boolean; readonly progress: number } {
    const { check } = this;
    if (!check) return { done: true, progress: 1 };
    if (check instanceof TraceComparison) return { ...check.advance(ticks), progress: check.progress };
    if (!this.views) {
      const { done } = check.advance(Math.min(ticks, this.maxTicks - check.ticks));
      const progress = check.ticks / this.maxTicks;
      if (!done && check.ticks < this.maxTicks) return { done: false, progress };
      check.stop();
      this.views = { left: this.viewOf("left"), right: this.viewOf("right") };
      const { difference } = check.result();
      if (difference === null) return { done: true, progress };
      this.aftermath = new Aftermath(check.left, check.right, this.programs!.left.sources, difference);
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

  private finalView(which: Which): View {
    const side = this.check![which];
    const view = this.views?.[which] ?? this.viewOf(which);
    const { machine, guest } = side.computer;
    const { exitCode } = guest.platform;
    return {
      ...view,
      console: consoleOf(side.computer),
      outcome: machine.outcome,
      exitCode: exitCode >= 0 ? exitCode : null,
    };
  }

  private viewOf(which: Which): View {
    const { strategy, computer, options }: Side = this.check![which];
    return makeView({
      computer,
      strategy,
      whatIf: this.whatIf,
      options,
      program: this.programs![which],
      lastStep: computer.machine.steps,
      lastTick: computer.machine.ticks,
      eventCount: 0,
      transition: [],
      before: null,
    });
  }
}

type Which = "left" | "right";

/** Whether a program is made ready in the same way for both. */
function isForSame(a: Strategy, b: Strategy): boolean {
  return a === b || ![a, b].some(({ defines, companions, accepts }) => defines || companions || accepts);
}

function build({ request, strategy, program }: Ready): Side {
  const side = buildSide(strategy, setupOf(program, request, strategy), request.inputs);
  const own = ownCode(program);
  return own === null ? side : { ...side, own };
}
