import { RunContext, symbolTable } from "../expression/context.ts";
import { evaluate } from "../expression/evaluate.ts";
import type { Expression } from "../expression/types.ts";
import type { PreparedProgram } from "../program.ts";
import type { Run } from "../run.ts";
import type { Armed, Candidate } from "./armed.ts";
import { counts, type Tally } from "./tally.ts";
import type { HitRule } from "./types.ts";
import type { Watcher } from "./watcher.ts";

/** A candidate whose condition holds and whose turn it is. */
export interface Hit extends Candidate {
  /** Which one it is since the beginning of the run, where that is counted. */
  readonly number: number | null;
}

/** Looks through stretches of a run for places where breakpoints stop it. */
export class Scanner {
  readonly run: Run;
  readonly program: PreparedProgram;
  private readonly watcher: Watcher;
  private readonly tally: Tally;
  private readonly context: RunContext;
  private readonly changes: readonly Armed[];
  /** Values of the expressions whose change is looked for. */
  private values: (number | null)[] = [];

  constructor(watcher: Watcher, tally: Tally, program: PreparedProgram, list: readonly Armed[]) {
    this.run = watcher.run;
    this.program = program;
    this.watcher = watcher;
    this.tally = tally;
    this.context = new RunContext(watcher.run, symbolTable(program));
    this.changes = list.filter(({ trigger }) => trigger.kind === "change");
    watcher.arm(list);
    tally.arm(list);
  }

  /** Begins behind the present moment, or with it (`here`; see `Watcher.begin`). */
  begin(here = false): void {
    this.watcher.begin(here);
    this.values = this.changes.map((armed) => this.valueOf(armed));
  }

  /**
   * Goes on by at most `steps`, and not beyond the end of guest instruction `tick`; answers the hits on the way, in order.
   */
  forward(steps: number, tick = Number.POSITIVE_INFINITY): Hit[] {
    const { watcher } = this;
    let candidates: Candidate[];
    if (this.changes.length === 0) {
      watcher.forward(steps, tick);
      candidates = watcher.take();
    } else {
      candidates = [];
      this.stepwise(steps, tick, candidates);
    }
    const end = this.run.step;
    const hits = candidates.length === 0 ? [] : this.judge(candidates);
    if (this.run.step !== end) this.run.timeline.seek(end);
    if (this.tally.isCounting) this.tally.through = Math.max(this.tally.through, end);
    return hits;
  }

  /** Expressions may change at any instruction. */
  private stepwise(steps: number, tick: number, candidates: Candidate[]): void {
    const { run, watcher } = this;
    const end = run.step + steps;
    while (run.step < end && run.machine.ticks < tick && !run.ended) {
      watcher.forward(1, tick);
      candidates.push(...watcher.take());
      if (!run.ended && !run.machine.atGuestInstruction()) continue;
      this.changes.forEach((armed, i) => {
        const value = this.valueOf(armed);
        const before = this.values[i]!;
        if (value !== before) candidates.push({ step: run.step, armed, before });
        this.values[i] = value;
      });
    }
  }

  private valueOf({ trigger }: Armed): number | null {
    return trigger.kind === "change" ? this.number(trigger.expression, null) : null;
  }

  private number(expression: Expression, hits: number | null): number | null {
    const result = evaluate(expression, this.context.moved(hits));
    return result.ok ? result.value.bits : null;
  }

  /** Which of the candidates, in order of steps, are hits. Conditions are evaluated where they would stop. */
  private judge(candidates: readonly Candidate[]): Hit[] {
    const hits: Hit[] = [];
    for (const candidate of candidates) {
      const { armed, step } = candidate;
      const { condition } = armed;
      if (condition !== null && !armed.countsInCondition && !this.holds(step, condition, null)) continue;
      const number = counts(armed) ? this.tally.number(armed, step) : null;
      if (condition !== null && armed.countsInCondition && !this.holds(step, condition, number)) continue;
      if (number === null || fits(armed.breakpoint?.hits, number)) hits.push({ ...candidate, number });
    }
    return hits;
  }

  private holds(step: number, condition: Expression, hits: number | null): boolean {
    if (this.run.step !== step) this.run.timeline.seek(step);
    const value = this.number(condition, hits);
    // What cannot be evaluated is no reason to stop: memory that is not mapped yet, for one.
    return value !== null && value !== 0;
  }
}

function fits(rule: HitRule | undefined, number: number): boolean {
  if (rule === undefined) return true;
  if (rule.rule === "at") return number === rule.count;
  return rule.rule === "from" ? number >= rule.count : number % rule.count === 0;
}
