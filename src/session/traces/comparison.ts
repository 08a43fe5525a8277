import { getEflags } from "../../cpu/flags.ts";
import { ROWS } from "../../isa/rows.ts";
import type { Words } from "../../isa/types.ts";
import { comparesByTraces, type Strategy } from "../../vmm/strategy.ts";
import type { Side } from "../equivalence.ts";
import { type GuestInstruction, Probe } from "../position.ts";
import type { SourceMap } from "../program.ts";
import { GPR_NAMES } from "../registers.ts";
import type { ComparedStream, Comparison, Difference, DifferenceItem, Outcome } from "../types.ts";
import { judge, type Verdict } from "./judge.ts";
import { Queue } from "./queue.ts";
import { SEEN_FLAGS, UserTrace } from "./user-trace.ts";
import { ENDED_SOONER, KERNEL_LEFT, NEVER_RAN } from "./words.ts";

/** Guest instructions between two looks at the budget. */
const CHUNK = 4096;
/** Records of one run that may wait for the other's. */
const MOST_WAITING = 4 << 20;
/** A guest that was written anew may take so many times as many instructions. */
const MORE = 8;

/** The two sides of a comparison, each built as often as it is wanted. */
export interface Sides {
  readonly left: () => Side;
  readonly right: () => Side;
}

/** A task's user-mode instruction by its number in the task's trace. */
interface Place {
  readonly task: number;
  readonly index: number;
}

/** What the second look has found of one side. */
interface Look {
  readonly side: Side;
  readonly trace: UserTrace;
  /** It came to the place; else its run ended before. */
  readonly there: boolean;
  /** The instruction before the place, of the same task. */
  readonly before: GuestInstruction | null;
  /** The kernel ran between that and the place. */
  readonly afterKernel: boolean;
}

/** One task's instructions of the run that is ahead, as far as the other has not come to them. */
class Waiting {
  /** Which run is ahead; null while neither is. */
  ahead: UserTrace | null = null;
  readonly records = new Queue();
  matched = 0;

  /** Takes the next record of a run; answers whether it is equal to the other's, as far as that is known. */
  take(trace: UserTrace, record: number): boolean {
    if (this.ahead !== null && this.ahead !== trace) {
      const equal = this.records.shift() === record;
      if (this.records.length === 0) this.ahead = null;
      if (equal) this.matched++;
      return equal;
    }
    this.ahead = trace;
    this.records.push(record);
    return true;
  }
}

/**
 * The equivalence check for a guest that was written anew for its VMM: its kernel is another program, so what is compared
 * is what the kernel is there for. Both computers run by themselves, and are held against each other by each task's
 * instructions in user mode with the registers and flags that they find, by what comes out, and by how they end.
 */
export class TraceComparison {
  left: Side;
  right: Side;
  private readonly sides: Sides;
  private readonly sources: SourceMap | null;
  private readonly maxTicks: number;
  private a: UserTrace;
  private b: UserTrace;
  private readonly waiting: Waiting[] = [];
  private waits = 0;
  private streams: readonly ComparedStream[] = [];
  private exempt: Comparison["exempt"] = [];
  private difference: Difference | null = null;
  private outcomes: readonly [Outcome, Outcome] | null = null;
  private lastTick = 0;
  private stopped = false;
  private finished = false;
  private budget = 0;
  private readonly work: Generator<void, void>;

  /** @param maxTicks guest instructions of the left run at most */
  constructor(sides: Sides, sources: SourceMap | null, maxTicks: number) {
    this.sides = sides;
    this.sources = sources;
    this.maxTicks = maxTicks;
    this.left = sides.left();
    this.right = sides.right();
    this.a = new UserTrace(this.left);
    this.b = new UserTrace(this.right);
    this.work = this.compare();
  }

  /** Guest instructions of the left run that were compared. */
  get ticks(): number {
    return this.outcomes === null ? this.a.ticks : this.lastTick;
  }

  /** How far it has come, from 0 to 1. */
  get progress(): number {
    return Math.min(1, Math.max(this.a.ticks, this.b.ticks / MORE) / this.maxTicks);
  }

  /** Goes on by about so many guest instructions. */
  advance(ticks: number): { readonly done: boolean } {
    this.budget = ticks;
    while (!this.finished && this.budget > 0) this.finished = this.work.next().done === true;
    return { done: this.finished };
  }

  private *compare(): Generator<void, void> {
    const place = yield* this.follow();
    const { a, b } = this;
    this.lastTick = a.ticks;
    this.outcomes = [outcomeOf(a), outcomeOf(b)];
    const cut = this.stopped || !a.ended || !b.ended;
    const verdict = judge(a, b, (task) => this.waiting[task]?.matched ?? 0, cut, place);
    this.streams = verdict.streams;
    this.exempt = verdict.exempt;
    const at = place ?? verdict.place;
    if (at !== null) yield* this.partAt(at, verdict);
    else if (verdict.finding !== null) yield* this.partAtMoment(verdict.finding);
  }

  /** Lets the runs go on, the one that has fewer user-mode instructions behind it first, to the first that differs. */
  private *follow(): Generator<void, Place | null> {
    for (let trace = this.behind(); trace !== null; trace = this.behind()) {
      const before = trace.ticks;
      const task = trace.next(CHUNK);
      this.budget -= Math.max(1, trace.ticks - before);
      if (task === null) yield;
      else {
        const waiting = this.waiting[task] ?? new Waiting();
        this.waiting[task] = waiting;
        this.waits -= waiting.records.length;
        const equal = waiting.take(trace, trace.fingerprint());
        this.waits += waiting.records.length;
        if (!equal) return { task, index: waiting.matched };
        if (this.budget <= 0) yield;
      }
    }
    return null;
  }

  /** The run that is to go on; null when both have come as far as they go. */
  private behind(): UserTrace | null {
    const { a, b } = this;
    if (this.waits > MOST_WAITING) {
      this.stopped = true;
      return null;
    }
    const spent = (trace: UserTrace) => trace.ticks >= this.maxTicks * (trace === a ? 1 : MORE);
    const goes = (trace: UserTrace, other: UserTrace) =>
      !trace.ended && !spent(trace) && (other.ended || !spent(other) || trace.total < other.total);
    const first = a.total <= b.total ? a : b;
    const second = first === a ? b : a;
    if (goes(first, second)) return first;
    return goes(second, first) ? second : null;
  }

  /** Runs both once more to where a task's instructions part, and says what is different there. */
  private *partAt(place: Place, verdict: Verdict): Generator<void, void> {
    const left = yield* this.lookAgain(this.sides.left(), place);
    const right = yield* this.lookAgain(this.sides.right(), place);
    this.left = left.side;
    this.right = right.side;
    const name = { left: left.side.strategy.name, right: right.side.strategy.name };
    const shorter = left.there === right.there ? null : left.there ? "right" : "left";
    const task = place.task + 1;
    const items =
      shorter === null
        ? registersOf(left.trace, right.trace)
        : [
            ...verdict.endings,
            { what: `task ${task}`, left: verdict.lengths(place.task).left, right: verdict.lengths(place.task).right },
          ];
    const { before } = left;
    let why: Words | null = null;
    if (shorter !== null) why = (before === null ? NEVER_RAN : ENDED_SOONER)(name, task, shorter);
    else if (before !== null && (left.afterKernel || right.afterKernel)) why = KERNEL_LEFT(task, before.text);
    this.say(before, items, why);
  }

  private *lookAgain(side: Side, { task, index }: Place): Generator<void, Look> {
    const trace = new UserTrace(side);
    let before: GuestInstruction | null = null;
    while (!trace.ended && trace.ticks < this.maxTicks * MORE) {
      const ticks = trace.ticks;
      const found = trace.next(CHUNK);
      this.budget -= Math.max(1, trace.ticks - ticks);
      if (found === task) {
        const at = trace.counts[task]! - 1;
        if (at === index) return { side, trace, there: true, before, afterKernel: !trace.stays };
        if (at === index - 1) before = trace.instruction();
      }
      if (this.budget <= 0) yield;
    }
    return { side, trace, there: false, before, afterKernel: false };
  }

  /** Runs both once more to a moment of each, and says what is different then. */
  private *partAtMoment(finding: NonNullable<Verdict["finding"]>): Generator<void, void> {
    this.left = this.sides.left();
    this.right = this.sides.right();
    const { machine } = this.left.computer;
    // The instruction that made the difference is the one that ended then.
    while (machine.ticks < finding.left.tick - 1 && machine.outcome === "running") {
      machine.runToTick(Math.min(machine.ticks + CHUNK, finding.left.tick - 1), Number.MAX_SAFE_INTEGER);
      this.budget -= CHUNK;
      if (this.budget <= 0) yield;
    }
    while (machine.steps < finding.left.step && machine.outcome === "running" && !machine.atGuestInstruction()) {
      machine.run(1);
    }
    const probe = new Probe(this.left.computer);
    probe.readGuest();
    const instruction = machine.outcome === "running" ? probe.guestInstruction() : null;
    for (const which of ["left", "right"] as const) {
      const { machine: of } = this[which].computer;
      while (of.steps < finding[which].step && of.outcome === "running") {
        of.run(Math.min(CHUNK, finding[which].step - of.steps));
        this.budget -= CHUNK;
        if (this.budget <= 0) yield;
      }
    }
    this.say(instruction, finding.items, finding.why);
  }

  /** The strategy that the guest was written anew for. */
  private anew(): Strategy {
    const { left, right } = this;
    return comparesByTraces(left.strategy) ? left.strategy : right.strategy;
  }

  private say(instruction: GuestInstruction | null, items: readonly DifferenceItem[], why: Words | null): void {
    const row = instruction?.row ?? null;
    const facts = row === null ? null : ROWS[row as keyof typeof ROWS];
    const left = this.left.computer.machine;
    const probe = new Probe(this.left.computer);
    this.difference = {
      tick: left.ticks,
      leftStep: left.steps,
      rightStep: this.right.computer.machine.steps,
      eip: instruction?.eip ?? 0,
      row,
      mnemonic: facts?.mnemonic ?? "",
      text: instruction?.text ?? "",
      source: instruction?.physical == null ? null : (this.sources?.at(instruction.physical) ?? null),
      property: "equivalence",
      items,
      why:
        why ??
        this.anew().explain({
          mnemonic: facts?.mnemonic ?? "",
          row,
          silentWords: facts?.silent?.words ?? null,
          before: probe.readGuest(),
        }),
      whatIf: why === null ? (facts?.silent?.whatIf ?? null) : null,
    };
  }

  result(): Comparison {
    const [leftOutcome, rightOutcome] = this.outcomes ?? [outcomeOf(this.a), outcomeOf(this.b)];
    return {
      left: this.left.strategy.id as Comparison["left"],
      right: this.right.strategy.id as Comparison["right"],
      equivalent: this.difference === null,
      ticks: this.ticks,
      difference: this.difference,
      consequences: [],
      exempt: this.exempt,
      streams: this.streams,
      leftOutcome,
      rightOutcome,
    };
  }
}

const hex = (value: number) => `0x${(value >>> 0).toString(16).padStart(8, "0")}`;

/** What differs before the instruction that both runs have come to. */
function registersOf({ state: a }: UserTrace, { state: b }: UserTrace): DifferenceItem[] {
  const items: DifferenceItem[] = [];
  const put = (what: string, left: number, right: number) => {
    if (left !== right) items.push({ what, left: hex(left), right: hex(right) });
  };
  put("eip", a.eip, b.eip);
  GPR_NAMES.forEach((name, i) => {
    put(name, a.gpr[i]!, b.gpr[i]!);
  });
  put("eflags", getEflags(a) & SEEN_FLAGS, getEflags(b) & SEEN_FLAGS);
  return items;
}

function outcomeOf({ side }: UserTrace): Outcome {
  const { outcome } = side.computer.machine;
  return outcome === "running" ? "stopped" : outcome;
}
