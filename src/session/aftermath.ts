import { FLAG_IF } from "../cpu/registers.ts";
import { vectorName } from "../isa/exceptions.ts";
import type { EventKind, EventSink, MachineEvent } from "../machine/events.ts";
import type { OutputLog } from "../machine/output-log.ts";
import { type Code, codeOf, consequenceWords, lastLine, lineOf, snippet } from "./aftermath-words.ts";
import type { Side } from "./equivalence.ts";
import { Probe } from "./position.ts";
import type { SourceMap } from "./program.ts";
import type { Consequence, Difference } from "./types.ts";

/** Steps that the runs go on after they have parted, so that people see what came of it. */
const STEPS = 800_000;
/** Guest instructions for which both runs are still watched side by side, and the left one alone afterwards. */
const TOGETHER = 50_000;
const WAITING = 20_000;
/** Steps that one guest instruction may take, traps and all. */
const TICK_LIMIT = 100_000;
/** Bytes of output whose moments are kept. */
const MOST_BYTES = 100_000;

const CHANNELS = ["serial", "debug"] as const;
type Channel = (typeof CHANNELS)[number];

/** Deliveries to the guest's own handlers; true: from outside, false: its own exceptions and software interrupts. */
const DELIVERIES: Partial<Record<EventKind, boolean>> = {
  interrupt: true,
  inject: true,
  exception: false,
  "software-interrupt": false,
  reflect: false,
};

interface Moment {
  readonly step: number;
  readonly tick: number;
}
interface Delivery extends Moment {
  readonly vector: number;
  readonly external: boolean;
}

/** Listens to one run. */
class Ear implements EventSink {
  /** Since they were last taken away. */
  deliveries: Delivery[] = [];
  hearsDeliveries = true;
  private readonly side: Side;
  private readonly written: Record<Channel, Moment[]> = { serial: [], debug: [] };
  /** Bytes that had been put out before. */
  private readonly before: Record<Channel, number>;

  constructor(side: Side) {
    this.side = side;
    const { serial, debug } = side.computer.guest.platform;
    this.before = { serial: serial.length, debug: debug.length };
    side.computer.machine.sink = this;
  }

  wants(): boolean {
    return true;
  }

  record(event: MachineEvent): void {
    const { machine, guest } = this.side.computer;
    const here = { step: machine.steps, tick: machine.ticks };
    if (event.kind === "io") {
      for (const channel of CHANNELS) {
        const moments = this.written[channel];
        const count = Math.min(MOST_BYTES, guest.platform[channel].length - this.before[channel]);
        while (moments.length < count) moments.push(here);
      }
    }
    const external = DELIVERIES[event.kind];
    if (external !== undefined && this.hearsDeliveries)
      this.deliveries.push({ ...here, vector: event.vector, external });
  }

  /** When a byte was put out; null if it was not, or so late that it is not known. */
  momentOf(channel: Channel, index: number): Moment | null {
    return this.written[channel][index - this.before[channel]] ?? null;
  }
}

/** What is found where the two runs first do not go on at the same instruction. */
interface Parting {
  /** The delivery that only this run had; null where the instruction itself led to two places. */
  readonly delivery: { readonly which: "left" | "right"; readonly of: Delivery } | null;
  /** The last instruction that both executed, and where each goes on. */
  readonly after: Code;
  readonly next: Readonly<Record<"left" | "right", Code>>;
  /** IF of each run as the guest has it, before that instruction's end. */
  readonly interruptFlag: Readonly<Record<"left" | "right", boolean>>;
  readonly moments: Readonly<Record<"left" | "right", Moment>>;
}

/** Where the interrupt came in the left run, and after which instruction. */
interface Late {
  readonly moment: Moment;
  readonly after: Code;
}

/**
 * What comes of a difference: both runs go on from where the check has ended, first side by side until they go different
 * ways, then each by itself. Everything that is said of it is read from the two runs.
 */
export class Aftermath {
  private readonly left: Side;
  private readonly right: Side;
  private readonly ears: { readonly left: Ear; readonly right: Ear };
  private readonly probes: { readonly left: Probe; readonly right: Probe };
  private readonly sources: SourceMap | null;
  private phase: "together" | "waiting" | "apart" = "together";
  private parting: Parting | null = null;
  private late: Late | null = null;
  private together = TOGETHER;
  private waiting = WAITING;
  private steps = STEPS;

  /** @param difference at whose instruction both runs stand */
  constructor(left: Side, right: Side, sources: SourceMap | null, difference: Difference) {
    this.left = left;
    this.right = right;
    this.sources = sources;
    this.ears = { left: new Ear(left), right: new Ear(right) };
    this.probes = { left: new Probe(left.computer), right: new Probe(right.computer) };
    const next = { left: this.code("left"), right: this.code("right") };
    if (!goElsewhere(next)) return;
    const { eip, source, text, items } = difference;
    const after = { linear: eip, cpl: 0, text: lineOf(source, sources) ?? text, place: source };
    // Nothing but the place: that is the difference itself, and it has been said.
    if (items.some(({ what }) => what !== "eip")) this.part(null, after, next, { left: false, right: false });
    this.phase = "apart";
  }

  private part(
    delivery: Parting["delivery"],
    after: Code,
    next: Parting["next"],
    interruptFlag: Parting["interruptFlag"],
  ): void {
    const moment = ({ computer: { machine } }: Side): Moment => ({ step: machine.steps, tick: machine.ticks });
    const moments = { left: moment(this.left), right: moment(this.right) };
    this.parting = { delivery, after, next, interruptFlag, moments };
  }

  /** Goes on by at most so many guest instructions (or, once the runs are apart, steps). Answers whether that is all. */
  advance(amount: number): boolean {
    for (let i = 0; i < amount && this.phase !== "apart"; i++) {
      if (this.phase === "together") this.stepTogether();
      else this.stepLeft();
    }
    if (this.phase !== "apart") return false;
    for (const ear of [this.ears.left, this.ears.right]) ear.hearsDeliveries = false;
    this.steps -= amount;
    const machines = [this.left.computer.machine, this.right.computer.machine];
    for (const machine of machines) machine.run(amount);
    return this.steps <= 0 || machines.every(({ outcome }) => outcome !== "running");
  }

  private code(which: "left" | "right"): Code {
    const probe = this.probes[which];
    probe.readGuest();
    return codeOf(probe.guestInstruction(), this.sources);
  }

  private step({ computer: { machine } }: Side): void {
    machine.runToTick(machine.ticks + 1, TICK_LIMIT);
    for (let i = 0; i < TICK_LIMIT && machine.outcome === "running" && !machine.atGuestInstruction(); i++)
      machine.run(1);
  }

  private stepTogether(): void {
    const { left, right, ears } = this;
    const running = [left, right].every(({ computer }) => computer.machine.outcome === "running");
    if (!running || this.together-- <= 0) {
      this.phase = "apart";
      return;
    }
    const after = this.code("left");
    this.probes.right.readGuest();
    const flag = (which: "left" | "right") => (this.probes[which].eflags() & FLAG_IF) !== 0;
    const interruptFlag = { left: flag("left"), right: flag("right") };
    ears.left.deliveries = [];
    ears.right.deliveries = [];
    this.step(left);
    this.step(right);
    const next = { left: this.code("left"), right: this.code("right") };
    if (!goElsewhere(next)) return;
    const lone = (mine: Ear, other: Ear) =>
      mine.deliveries.find(({ vector }) => !other.deliveries.some((theirs) => theirs.vector === vector));
    const inRight = lone(ears.right, ears.left);
    const inLeft = lone(ears.left, ears.right);
    const delivery = inRight
      ? ({ which: "right", of: inRight } as const)
      : inLeft
        ? ({ which: "left", of: inLeft } as const)
        : null;
    this.part(delivery, after, next, interruptFlag);
    this.phase = delivery?.which === "right" && delivery.of.external ? "waiting" : "apart";
  }

  /** The left run alone, to where it takes the interrupt that the right one has taken. */
  private stepLeft(): void {
    const { left, ears, parting } = this;
    if (left.computer.machine.outcome !== "running" || this.waiting-- <= 0) {
      this.phase = "apart";
      return;
    }
    const after = this.code("left");
    ears.left.deliveries = [];
    this.step(left);
    const found = ears.left.deliveries.find(({ vector }) => vector === parting!.delivery!.of.vector);
    if (!found) return;
    this.late = { moment: { step: found.step, tick: found.tick }, after };
    this.phase = "apart";
  }

  /** What has come of the difference so far, in the order in which it did. */
  consequences(): readonly Consequence[] {
    const found = [this.ofParting(), ...CHANNELS.map((channel) => this.ofOutput(channel))].filter(
      (one) => one !== null,
    );
    return [...found.sort((a, b) => a.tick - b.tick), this.ofEnd(found.length > 0)];
  }

  private ofParting(): Consequence | null {
    const { parting, late } = this;
    if (parting === null) return null;
    const names = this.names();
    const { delivery, after, next, interruptFlag, moments } = parting;
    if (delivery === null) {
      return {
        kind: "path",
        words: consequenceWords.path(names, after, next),
        tick: moments.right.tick,
        left: { ...moments.left, source: after.place },
        right: { ...moments.right, source: after.place },
      };
    }
    const { which, of } = delivery;
    const other = which === "right" ? "left" : "right";
    // The instruction before which it came is where the other run, which was not interrupted, goes on.
    const here = { step: of.step, tick: of.tick, source: next[other].place };
    const there = late === null ? { ...moments[other], source: null } : { ...late.moment, source: late.after.place };
    return {
      kind: "delivery",
      words: consequenceWords.delivery(names, {
        which,
        what: of.external ? null : vectorName(of.vector),
        vector: of.vector,
        irq: of.external ? this.irqOf(of.vector) : null,
        tick: of.tick,
        after,
        before: next[other],
        heldOff: of.external && interruptFlag[which] && !interruptFlag[other],
        late: late === null ? null : { tick: late.moment.tick, after: late.after },
      }),
      tick: of.tick,
      left: which === "left" ? here : there,
      right: which === "right" ? here : there,
    };
  }

  private ofOutput(channel: Channel): Consequence | null {
    const a = this.left.computer.guest.platform[channel];
    const b = this.right.computer.guest.platform[channel];
    const index = firstDifference(a, b);
    if (index === null) return null;
    const left = this.ears.left.momentOf(channel, index);
    const right = this.ears.right.momentOf(channel, index);
    // A byte that is missing because the run has not come so far yet says nothing.
    const unfinished = (side: Side, log: OutputLog) =>
      index >= log.length && side.computer.machine.outcome === "running";
    if (unfinished(this.left, a) || unfinished(this.right, b)) return null;
    return {
      kind: "output",
      words: consequenceWords.output(this.names(), channel, index, {
        left: snippet(a, index),
        right: snippet(b, index),
      }),
      tick: Math.min(left?.tick ?? Number.POSITIVE_INFINITY, right?.tick ?? Number.POSITIVE_INFINITY),
      left: left && { ...left, source: null },
      right: right && { ...right, source: null },
    };
  }

  private ofEnd(anything: boolean): Consequence {
    const [a, b] = [this.left, this.right].map(({ computer: { machine, guest } }) => ({
      outcome: machine.outcome,
      exitCode: guest.platform.exitCode,
      line: lastLine(guest.platform),
      moment: { step: machine.steps, tick: machine.ticks },
    })) as [End, End];
    const same = a.outcome === b.outcome && a.exitCode === b.exitCode && a.line === b.line;
    return {
      kind: "end",
      words: same ? consequenceWords.sameEnd(a, anything) : consequenceWords.end(this.names(), a, b),
      tick: b.moment.tick,
      left: { ...a.moment, source: null },
      right: { ...b.moment, source: null },
    };
  }

  /** The line of the first interrupt controller that has a vector, or null. */
  private irqOf(vector: number): number | null {
    const irq = vector - this.right.computer.guest.platform.pics.master.state.base;
    return irq >= 0 && irq < 8 ? irq : null;
  }

  private names() {
    return { left: this.left.strategy.name, right: this.right.strategy.name };
  }
}

/** Whether the two runs do not go on at the same instruction. */
function goElsewhere({ left, right }: Parting["next"]): boolean {
  return left.linear !== right.linear || left.cpl !== right.cpl;
}

/** How a run stands at last. */
export interface End {
  readonly outcome: string;
  readonly exitCode: number;
  /** The last line that it has printed; empty for none. */
  readonly line: string;
  readonly moment: Moment;
}

/** The first byte that is not the same in both, or null. */
function firstDifference(a: OutputLog, b: OutputLog): number | null {
  const left = a.bytes();
  const right = b.bytes();
  let at = 0;
  while (at < left.length && at < right.length && left[at] === right[at]) at++;
  return at === left.length && at === right.length ? null : at;
}
