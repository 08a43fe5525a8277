import { ROWS } from "../isa/rows.ts";
import type { Words } from "../isa/types.ts";
import type { TimedInput } from "../machine/machine.ts";
import type { Computer, GuestSetup, Strategy } from "../vmm/strategy.ts";
import { StateComparer } from "./compare-state.ts";
import { type GuestInstruction, Probe } from "./position.ts";
import type { SourceMap } from "./program.ts";
import type { Comparison, Difference, DifferenceItem, Outcome } from "./types.ts";

/** Steps that one guest instruction may take, traps and all, before the run counts as stuck. */
const TICK_LIMIT = 100_000;

/** One of the two runs. */
export interface Side {
  readonly strategy: Strategy;
  readonly computer: Computer;
}

/** Builds one side of a comparison. */
export function buildSide(strategy: Strategy, setup: GuestSetup, inputs: readonly TimedInput[]): Side {
  const computer = strategy.build(setup);
  for (const input of inputs) computer.machine.addInput(input);
  return { strategy, computer };
}

/**
 * The equivalence check (decision 8): the same guest under two strategies in lockstep, compared wherever a guest
 * instruction is about to begin. The left run is the one that is right by definition (bare metal).
 */
export class EquivalenceCheck {
  readonly left: Side;
  readonly right: Side;
  private readonly comparer: StateComparer;
  private readonly leftProbe: Probe;
  private readonly sources: SourceMap | null;
  private difference: Difference | null = null;
  private finished = false;
  /** Values of the time-stamp counter that the left run has read in this tick, for the right run to read. */
  private stamps: number[] = [];
  private stampsFed = 0;

  constructor(left: Side, right: Side, sources: SourceMap | null) {
    this.left = left;
    this.right = right;
    this.sources = sources;
    this.comparer = new StateComparer(left.computer, right.computer);
    this.leftProbe = new Probe(left.computer);
    const { machine } = left.computer;
    machine.tscTap = (value) => this.stamps.push(value);
    right.computer.machine.tscFeed = () =>
      this.stamps[Math.min(this.stampsFed++, this.stamps.length - 1)] ?? machine.cycles;
    this.align(left);
    this.align(right);
    const items = this.comparer.differences();
    if (items.length > 0) this.conclude(null, items);
  }

  /** Compares at most `ticks` more guest instructions. */
  advance(ticks: number): { readonly done: boolean } {
    for (let i = 0; i < ticks && !this.finished; i++) this.tick();
    return { done: this.finished };
  }

  /** Ends the check where it stands: what has been compared so far was equal. */
  stop(): void {
    this.finished = true;
  }

  get ticks(): number {
    return this.left.computer.machine.ticks;
  }

  private tick(): void {
    this.leftProbe.readGuest();
    const instruction = this.left.computer.machine.outcome === "running" ? this.leftProbe.guestInstruction() : null;
    this.stamps = [];
    this.stampsFed = 0;
    this.step(this.left);
    this.step(this.right);
    const items = this.comparer.differences();
    const a = this.left.computer.machine;
    const b = this.right.computer.machine;
    if (a.outcome !== b.outcome) items.push({ what: "outcome", left: a.outcome, right: b.outcome });
    else if (a.ticks !== b.ticks)
      items.push({ what: "guest instructions", left: String(a.ticks), right: String(b.ticks) });
    if (items.length > 0) this.conclude(instruction, items);
    else if (a.outcome !== "running") this.finished = true;
  }

  private step(side: Side): void {
    const { machine } = side.computer;
    machine.runToTick(machine.ticks + 1, TICK_LIMIT);
    this.align(side);
  }

  /** On to where the next guest instruction begins. */
  private align({ computer: { machine } }: Side): void {
    for (let i = 0; i < TICK_LIMIT && machine.outcome === "running" && !machine.atGuestInstruction(); i++)
      machine.run(1);
  }

  private conclude(instruction: GuestInstruction | null, items: DifferenceItem[]): void {
    this.finished = true;
    const row = instruction?.row ?? null;
    const facts = row === null ? null : ROWS[row as keyof typeof ROWS];
    const silence = facts?.silent ?? null;
    const what = items[0]!.what;
    this.difference = {
      tick: this.left.computer.machine.ticks,
      leftStep: this.left.computer.machine.steps,
      rightStep: this.right.computer.machine.steps,
      eip: instruction?.eip ?? 0,
      row,
      mnemonic: facts?.mnemonic ?? "",
      text: instruction?.text ?? "",
      source: instruction?.physical == null ? null : (this.sources?.at(instruction.physical) ?? null),
      property: "equivalence",
      items,
      why: this.right.strategy.explain(facts?.mnemonic ?? "", silence?.words ?? null, what),
      whatIf: silence?.whatIf ?? null,
    };
  }

  result(): Comparison {
    const { left, right } = this;
    return {
      left: left.strategy.id as Comparison["left"],
      right: right.strategy.id as Comparison["right"],
      equivalent: this.difference === null,
      ticks: this.ticks,
      difference: this.difference,
      exempt: this.exemptions(),
      leftOutcome: outcomeOf(left),
      rightOutcome: outcomeOf(right),
    };
  }

  private exemptions(): { kind: string; count: number; words: Words }[] {
    const count = this.comparer.accessedDirty;
    if (count === 0) return [];
    return [
      {
        kind: "accessed-dirty",
        count,
        words: {
          en: "Accessed and dirty bits appeared at another moment; the manual leaves open when a processor sets them.",
          zh: "访问位和脏位出现的时刻不同；手册没有规定处理器何时设置它们。",
        },
      },
    ];
  }
}

function outcomeOf({ computer }: Side): Outcome {
  const { outcome } = computer.machine;
  return outcome === "running" ? "stopped" : outcome;
}
