import { ARITHMETIC_FLAGS, getEflags } from "../../cpu/flags.ts";
import { FLAG_DF } from "../../cpu/registers.ts";
import { ATTR_UNUSABLE, type CpuState, TR } from "../../cpu/state.ts";
import { GUEST_DOMAIN } from "../../machine/tenant.ts";
import type { Side } from "../equivalence.ts";
import { Probe } from "../position.ts";

/** Where bytes come out. */
export const CHANNELS = ["serial", "debug"] as const;
export type Channel = (typeof CHANNELS)[number];

/** Steps that one guest instruction may take, traps and other domains' turns and all, before the run counts as stuck. */
const TICK_LIMIT = 1_000_000;
/** Flags that a program sees: those of arithmetic, and the direction. */
export const SEEN_FLAGS = ARITHMETIC_FLAGS | FLAG_DF;
/** Bytes of which it is kept who put them out. */
const OWNED = 1 << 20;
/** A task-state segment of 32 bits has this bit in its type. */
const TSS_32 = 8;

/** No task has run user code yet: the kernel by itself. */
export const KERNEL = -1;

/** Bytes that came out together. */
export interface Burst {
  /** Index of the first. */
  readonly from: number;
  /** The task that ran user code last, or KERNEL. */
  readonly task: number;
  /** Guest instructions that had ended then, and the step. */
  readonly tick: number;
  readonly step: number;
}

/**
 * Runs one side of a comparison and stops before each instruction that its guest begins in user mode. Whose instruction it
 * is, is told by the kernel stack that a trap would use then: each task has its own.
 */
export class UserTrace {
  readonly side: Side;
  /** How many user-mode instructions each task has begun, by its number; tasks are numbered as they first appear. */
  readonly counts: number[] = [];
  /** Of all tasks. */
  total = 0;
  /** The task that ran user code last, or KERNEL. */
  last = KERNEL;
  /** What has come out, and of whom. */
  readonly bursts: Readonly<Record<Channel, Burst[]>> = { serial: [], debug: [] };
  private readonly probe: Probe;
  private readonly tasks = new Map<number, number>();
  private readonly heard: Record<Channel, number> = { serial: 0, debug: 0 };
  private begun = false;
  /** The instruction before this one was in user mode too: no kernel has run since. */
  stays = false;
  private wasIn = false;

  constructor(side: Side) {
    this.side = side;
    this.probe = new Probe(side.computer);
  }

  /** The guest's state as the instruction finds it that was stopped before. */
  get state(): CpuState {
    return this.probe.state;
  }

  get ticks(): number {
    return this.side.computer.machine.ticks;
  }

  get ended(): boolean {
    return this.side.computer.machine.outcome !== "running";
  }

  /**
   * Goes on to the next instruction in user mode, over at most `ticks` guest instructions. Answers the number of its task,
   * or null if there was none.
   */
  next(ticks: number): number | null {
    for (let left = ticks; left > 0 && !this.ended; left--) {
      this.tick();
      const task = this.ended ? null : this.taskHere();
      if (task === null) continue;
      this.counts[task]!++;
      this.total++;
      return task;
    }
    return null;
  }

  /** The instruction that is about to begin. */
  instruction() {
    return this.probe.guestInstruction();
  }

  /** A number for the registers and flags that a program sees; equal for equal ones. */
  fingerprint(): number {
    const { state } = this;
    let hash = Math.imul(state.eip ^ 0x9e3779b9, 0x85ebca6b);
    for (const value of state.gpr) hash = Math.imul(hash ^ (hash >>> 15) ^ value, 0x01000193) ^ (hash >>> 13);
    hash = Math.imul(hash ^ (hash >>> 15) ^ (getEflags(state) & SEEN_FLAGS), 0xc2b2ae35);
    return hash ^ (hash >>> 16);
  }

  /** Ends the instruction that is about to begin, and goes on to where another is. */
  private tick(): void {
    const { machine } = this.side.computer;
    if (this.begun) machine.runToTick(machine.ticks + 1, TICK_LIMIT);
    this.begun = true;
    this.listen();
    for (let i = 0; i < TICK_LIMIT && !this.ended && !machine.atGuestInstruction(); i++) machine.run(1);
    this.listen();
  }

  private listen(): void {
    const { machine, guest } = this.side.computer;
    for (const channel of CHANNELS) {
      const { length } = guest.platform[channel];
      const from = this.heard[channel];
      if (length === from) continue;
      this.heard[channel] = length;
      if (from < OWNED) this.bursts[channel].push({ from, task: this.last, tick: machine.ticks, step: machine.steps });
    }
  }

  /** The task whose user-mode instruction is about to begin; null if it is the kernel's, or another domain's. */
  private taskHere(): number | null {
    const { guest } = this.side.computer;
    const elsewhere = guest.domain !== undefined && guest.domain() !== GUEST_DOMAIN;
    if (elsewhere) return null;
    this.stays = this.wasIn;
    this.wasIn = guest.virtualCpl() === 3;
    if (!this.wasIn) return null;
    this.probe.readGuest();
    if (!this.stays) this.last = this.numberOf(guest.taskStack?.() ?? this.stackOfTss());
    // What stands for a rewritten instruction is not the program's.
    return this.side.own?.(this.state.eip >>> 0) === false ? null : this.last;
  }

  private numberOf(stack: number): number {
    const known = this.tasks.get(stack);
    if (known !== undefined) return known;
    const number = this.tasks.size;
    this.tasks.set(stack, number);
    this.counts.push(0);
    return number;
  }

  /** SS0:ESP0 of the task-state segment (SDM Vol. 3A, 8.2.1); 0 where there is none. */
  private stackOfTss(): number {
    const { state, probe } = this;
    if ((state.attr[TR]! & ATTR_UNUSABLE) !== 0) return 0;
    const wide = (state.attr[TR]! & TSS_32) !== 0;
    const at = state.base[TR]! + (wide ? 4 : 2);
    const size = wide ? 4 : 2;
    return (probe.read(at + size, 2) ?? 0) * 2 ** 32 + (probe.read(at, size) ?? 0);
  }
}
