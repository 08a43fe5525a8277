import { ROWS } from "../isa/rows.ts";
import type { Words } from "../isa/types.ts";
import type { EditEvent } from "../machine/edits.ts";
import type { TimedInput } from "../machine/machine.ts";
import { GUEST_DOMAIN, type GuestView } from "../machine/tenant.ts";
import { EventLog } from "../recorder/event-log.ts";
import { Timeline } from "../recorder/timeline.ts";
import type { Computer, GuestSetup, Strategy } from "../vmm/strategy.ts";
import { type Domain, runningDomain } from "./domains.ts";
import { Probe } from "./position.ts";
import { type RegisterFiles, registerFiles } from "./view.ts";

/** Steps that a VMM may take before the guest's next instruction, when one is looked for to be edited. */
const EDIT_SEARCH = 1_000_000;
/** Calls and software interrupts: what `over` takes as one, and `out` leaves by its counterpart. */
const CALLS = new Set(["call", "int", "int3", "into"]);
const VM_ENTRIES = new Set(["vmlaunch", "vmresume"]);
const RETURNS = new Set(["ret", "retn", "retf", "iret", "iretd", "iretw"]);

/** Whether a row (by id) enters something that comes back. */
export function isCall(row: string | null): boolean {
  return row !== null && CALLS.has(ROWS[row as keyof typeof ROWS].mnemonic);
}

/** Whether a row (by id) enters a guest of VT-x, which comes back by a VM exit. */
export function isVmEntry(row: string | null): boolean {
  return row !== null && VM_ENTRIES.has(ROWS[row as keyof typeof ROWS].mnemonic);
}

/** Whether a row (by id) is a return of any kind. */
export function isReturn(row: string | null): boolean {
  return row !== null && RETURNS.has(ROWS[row as keyof typeof ROWS].mnemonic);
}

/** One guest under one strategy, with its history: what commands move about in. */
export class Run {
  readonly strategy: Strategy;
  /** The strategy's switches that were on at the start. */
  private readonly chosen: readonly string[];
  readonly computer: Computer;
  readonly log: EventLog;
  readonly timeline: Timeline;
  /** Looks at the guest itself. */
  private readonly own: Probe;
  private readonly probes = new Map<number, Probe>();
  /** Registers as they were at a step that was passed on the way to the present one, or null. */
  before: { readonly step: number; readonly files: RegisterFiles } | null = null;

  constructor(strategy: Strategy, setup: GuestSetup, inputs: readonly TimedInput[]) {
    this.strategy = strategy;
    this.chosen = setup.options ?? [];
    this.computer = strategy.build(setup);
    const { machine } = this.computer;
    this.log = new EventLog(machine);
    machine.sink = this.log;
    // The first keyframe is older than any edit.
    this.timeline = new Timeline(machine, inputs);
    for (const input of inputs) machine.addInput(input);
    this.own = new Probe(this.computer);
    this.probes.set(GUEST_DOMAIN, this.own);
  }

  /** Looks at a domain. */
  probeOf({ id, guest }: Domain): Probe {
    let probe = this.probes.get(id);
    if (!probe) {
      probe = new Probe(this.computer, guest);
      this.probes.set(id, probe);
    }
    return probe;
  }

  /** The domain whose turn it is: the one that runs, or the one that the VMM has taken the processor from. */
  get domain(): Domain {
    return runningDomain(this.computer) ?? this.domainAt(this.step);
  }

  /** The domain whose turn it was at a step, by the log. */
  domainAt(step: number): Domain {
    const { log } = this;
    const { guest, others = [] } = this.computer;
    const end = others.length === 0 ? 0 : log.firstAt(step + 1);
    const id = end === 0 ? GUEST_DOMAIN : log.domainAt(end - 1);
    return others.find((other) => other.id === id) ?? { id: GUEST_DOMAIN, guest };
  }

  /** The guest that is looked at now: that of the domain whose turn it is. */
  get guest(): GuestView {
    return this.computer.others?.length ? this.domain.guest : this.computer.guest;
  }

  /** Looks at that guest. */
  get probe(): Probe {
    return this.computer.others?.length ? this.probeOf(this.domain) : this.own;
  }

  get machine() {
    return this.computer.machine;
  }

  /** The strategy's switches that are on at the present step. */
  get options(): readonly string[] {
    return this.machine.switches?.on() ?? this.chosen;
  }

  get step(): number {
    return this.machine.steps;
  }

  get ended(): boolean {
    return this.machine.outcome !== "running";
  }

  /** Runs forward by at most `steps`, recording what is new. */
  forward(steps: number): number {
    const made = this.timeline.forward(steps);
    this.log.closeStep(this.step);
    return made;
  }

  /** Goes to a step, through the one before it, whose registers are kept for showing what the last step changed. */
  seek(step: number): void {
    if (step > 0 && step !== this.step) {
      this.timeline.seek(step - 1);
      this.log.closeStep(this.step);
      this.before = { step: this.step, files: registerFiles(this.computer, this.guest) };
    }
    this.timeline.seek(step);
    this.log.closeStep(this.step);
  }

  /** To the first step at which `tick` guest instructions have ended, at most `maxSteps` beyond what is known. */
  forwardToTick(tick: number, maxSteps: number): void {
    this.timeline.forwardToTick(tick, maxSteps);
    this.log.closeStep(this.step);
  }

  /**
   * Stands at a step after a look ahead: what was not known before the look is unknown again. `frontier` is how far the
   * run had been simulated before.
   */
  returnTo(step: number, frontier: { readonly step: number; readonly tick: number }): void {
    this.seek(step);
    const { timeline, log } = this;
    const last = step > frontier.step ? { step, tick: this.machine.ticks } : frontier;
    // Events that the log had no room for are known by their number alone, which cannot be taken back.
    if (timeline.lastStep <= last.step || log.dropped > 0) return;
    timeline.forgetAhead(last.step, last.tick);
    log.truncate(last.step);
  }

  seekTick(tick: number): void {
    this.timeline.seekTick(tick);
    this.log.closeStep(this.step);
  }

  /** To where an edit can be made: the first step of the present tick at which a guest instruction is about to begin. */
  toEditPlace(): void {
    const { machine } = this;
    this.seekTick(machine.ticks);
    for (let i = 0; i < EDIT_SEARCH && !this.ended && !machine.atEditPlace(); i++) this.forward(1);
  }

  /** Makes an edit at the present step, a place for one, and records it. Answers why it cannot be made, or null. */
  edit(event: EditEvent): Words | null {
    const { log, timeline } = this;
    const refusal = timeline.tryEdit(event);
    if (refusal) return refusal;
    log.truncate(this.step);
    log.reopenStep();
    timeline.edit(event);
    log.closeStep(this.step);
    return null;
  }

  /** Takes an edit out of the recording, by its place in `machine.allEdits()`. */
  removeEdit(index: number): void {
    const { step } = this.machine.allEdits()[index]!;
    if (step >= 0) this.log.truncate(step - 1);
    this.timeline.removeEdit(index);
    this.log.closeStep(this.step);
    this.before = null;
  }

  /** On to where the next guest instruction begins: deliveries and VMM work are over. */
  toGuestInstruction(maxSteps: number): void {
    for (let i = 0; i < maxSteps && !this.ended && !this.machine.atGuestInstruction(); i++) this.forward(1);
  }

  /** One guest instruction with everything that it causes, to where the next one begins. */
  tick(maxSteps: number): void {
    this.toGuestInstruction(maxSteps);
    this.forwardToTick(this.machine.ticks + 1, maxSteps);
    this.toGuestInstruction(maxSteps);
  }
}
