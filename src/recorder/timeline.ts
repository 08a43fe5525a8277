import type { Words } from "../isa/types.ts";
import type { EditEvent } from "../machine/edits.ts";
import type { Machine, MachineState, TimedInput } from "../machine/machine.ts";
import type { DeviceInput } from "../machine/platform.ts";
import { byteOf, bytesOf, PageStore, type PageTable } from "./page-store.ts";

/** The whole computer at one step. */
interface Keyframe {
  readonly step: number;
  readonly tick: number;
  readonly work: number;
  readonly state: MachineState;
  readonly pages: PageTable;
  /** Pages that were written since the keyframe before; where in doubt, one too many. */
  readonly written: Int32Array;
}

/** A part of the past: the steps after `from`, through `to`. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Work (see `machine.work`) between keyframes at first: some 2 ms of running. Doubled whenever keyframes are thinned. */
const SPACING = 80_000;
/** Work that it takes to look at a page written since the last keyframe. Keyframes cost no more than the run itself. */
const PAGE_WORK = 150;
/** Bytes of page images kept together; beyond, keyframes are thinned out. */
const PAGE_BYTES = 24 * 1024 * 1024;
/** After thinning they may take this much, so that it is not to be done again at once. */
const ROOM_BYTES = (PAGE_BYTES / 4) * 3;
/** Keyframes kept; each holds some 6 KB beside its pages. */
const KEYFRAME_LIMIT = 1500;
/** Steps between two looks at whether a keyframe is due. */
const SLICE = 1000;

/**
 * Time travel by replay (decision 4): keyframes, and running forward from the nearest one. The machine is
 * deterministic, so that `seek(n)` gives the state of a fresh run to step n.
 */
export class Timeline {
  private readonly machine: Machine;
  private readonly store: PageStore;
  private keyframes: Keyframe[] = [];
  /** Work between keyframes now. */
  private spacing = SPACING;
  /** The furthest step that has been simulated, and its tick. */
  lastStep = 0;
  lastTick = 0;

  /** Inputs that belong to the program: they come whatever else does. */
  private readonly scripted: ReadonlySet<TimedInput>;

  /** `scripted`: the inputs that the machine has been given beforehand. */
  constructor(machine: Machine, scripted: readonly TimedInput[] = []) {
    this.machine = machine;
    this.scripted = new Set(scripted);
    this.store = new PageStore(machine.memory);
    this.addKeyframe();
  }

  /** Runs forward by at most `maxSteps`; fewer if the run ends. Returns the steps made. */
  forward(maxSteps: number): number {
    return this.go(maxSteps, (steps) => this.machine.run(steps));
  }

  /** Runs forward until `tick` guest instructions have ended, or `maxSteps` steps. */
  forwardToTick(tick: number, maxSteps: number): number {
    return this.go(
      maxSteps,
      (steps) => this.machine.runToTick(tick, steps),
      () => this.machine.ticks >= tick,
    );
  }

  private go(maxSteps: number, run: (steps: number) => number, reached: () => boolean = () => false): number {
    const { machine } = this;
    let left = maxSteps;
    while (left > 0 && machine.outcome === "running" && !reached()) {
      left -= run(Math.min(left, SLICE));
      this.notePosition();
    }
    return maxSteps - left;
  }

  private notePosition(): void {
    const { machine } = this;
    if (machine.steps > this.lastStep) {
      this.lastStep = machine.steps;
      this.lastTick = machine.ticks;
    }
    const last = this.keyframes[this.keyframes.length - 1]!;
    if (machine.steps <= last.step) return;
    const work = machine.work - last.work;
    if (work >= this.spacing && work >= machine.memory.dirtyCount * PAGE_WORK) this.addKeyframe();
  }

  private addKeyframe(): void {
    const { machine } = this;
    this.keyframes.push({
      step: machine.steps,
      tick: machine.ticks,
      work: machine.work,
      state: machine.save(),
      pages: this.store.take(),
      written: this.store.takeWritten(),
    });
    if (this.keyframes.length > KEYFRAME_LIMIT || this.store.copiedBytes > PAGE_BYTES) this.thin();
  }

  /** Drops every second keyframe while they are too many or too large together; the first and the last stay. */
  private thin(): void {
    let { keyframes } = this;
    for (;;) {
      keyframes = everySecond(keyframes);
      this.spacing *= 2;
      const tables = this.store.condense(keyframes.map((keyframe) => keyframe.pages));
      keyframes = keyframes.map((keyframe, i) => ({ ...keyframe, pages: tables[i]! }));
      const held = bytesOf(tables);
      this.store.copiedBytes = held;
      if (keyframes.length <= 4 || (held <= ROOM_BYTES && keyframes.length <= KEYFRAME_LIMIT)) break;
    }
    this.keyframes = keyframes;
    // With 4 keyframes that are still too large, the next try is to come when there are more.
    this.store.copiedBytes = Math.min(this.store.copiedBytes, ROOM_BYTES);
  }

  /** Goes to a step that has been simulated before, or on to one that has not. */
  seek(step: number): void {
    const { machine } = this;
    this.approach(step);
    if (machine.steps < step) this.forward(step - machine.steps);
  }

  /** Goes to the keyframe nearest before a step, unless the present is nearer: what is left is to run forward. */
  approach(step: number): void {
    const { machine } = this;
    const keyframe = this.lastBefore((candidate) => candidate.step <= step);
    if (machine.steps > step || machine.steps < keyframe.step) this.restore(keyframe);
  }

  /** Goes to the first step at which `tick` guest instructions have ended. */
  seekTick(tick: number): void {
    this.approachTick(tick);
    this.forwardToTick(tick, Number.MAX_SAFE_INTEGER);
  }

  /** As `approach`, for the step at which `tick` guest instructions have ended. */
  approachTick(tick: number): void {
    const { machine } = this;
    const keyframe = this.lastBefore((candidate) => candidate.tick < tick || candidate.step === 0);
    if (machine.ticks >= tick || machine.steps < keyframe.step) this.restore(keyframe);
  }

  private lastBefore(fits: (keyframe: Keyframe) => boolean): Keyframe {
    let low = 0;
    let high = this.keyframes.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (fits(this.keyframes[middle]!)) low = middle;
      else high = middle - 1;
    }
    return this.keyframes[low]!;
  }

  private restore(keyframe: Keyframe): void {
    this.store.restore(keyframe.pages);
    this.machine.load(keyframe.state);
  }

  /** Adds an input at the next tick. What had been simulated beyond the present is no longer true, and forgotten. */
  input(event: DeviceInput): TimedInput {
    const { machine } = this;
    const input = { tick: machine.time + 1, event };
    this.branch();
    machine.addInput(input);
    return input;
  }

  /** Another future begins. At the frontier nothing is to come but what has just been typed at this very moment. */
  private branch(): void {
    const { machine } = this;
    if (machine.steps >= this.lastStep) return;
    this.forgetFuture();
    machine.dropInputsAfter(machine.time, this.scripted);
  }

  /**
   * Whether the guest would take an edit here; answers why not, or null. Nothing is changed: what was tried is undone by
   * going back to a keyframe and coming here again.
   */
  tryEdit(event: EditEvent): Words | null {
    const { machine } = this;
    const refusal = machine.makeEdit(event);
    this.remake(machine.steps);
    return refusal;
  }

  /** Makes an edit here and now, which must be a place for one. What had been simulated beyond is forgotten. */
  edit(event: EditEvent): void {
    const { machine } = this;
    this.branch();
    machine.addInput({ tick: machine.time, event });
  }

  /** Takes an edit out of the recording and stands where it had been made, without it; the other inputs stay. */
  removeEdit(index: number): void {
    const { machine } = this;
    const { step } = machine.allEdits()[index]!;
    machine.dropEdit(index);
    if (step < 0) return;
    this.keyframes = this.keyframes.filter(
      (keyframe, i) => i === 0 || (keyframe.step <= step && keyframe.state.nextEdit <= index),
    );
    this.remake(step);
    this.lastStep = machine.steps;
    this.lastTick = machine.ticks;
  }

  /** Comes to a step anew from the keyframe before it. */
  private remake(step: number): void {
    const { machine } = this;
    this.restore(this.lastBefore((candidate) => candidate.step <= step));
    if (machine.steps < step) this.forward(step - machine.steps);
  }

  private forgetFuture(): void {
    const { machine } = this;
    this.forgetAhead(machine.steps, machine.ticks);
  }

  /** Forgets what has been simulated beyond a step, which ends with that tick: it was only looked ahead at. */
  forgetAhead(step: number, tick: number): void {
    this.keyframes = this.keyframes.filter((keyframe) => keyframe.step <= step);
    this.lastStep = step;
    this.lastTick = tick;
  }

  /** The parts of the past in which a physical page was written, the latest first. The last part is always one. */
  stretchesWriting(page: number): Stretch[] {
    const here = this.machine.steps;
    const result: Stretch[] = [];
    let to = here;
    for (let i = this.keyframes.length - 1; i >= 0; i--) {
      const { step } = this.keyframes[i]!;
      if (step > here) continue;
      const written = to === here || this.keyframes[i + 1]!.written.includes(page);
      if (written && step < to) result.push({ from: step, to });
      to = step;
    }
    return result;
  }

  /** A byte of physical memory as the loader left it, before any edit. */
  loadedByte(physical: number): number {
    return byteOf(this.keyframes[0]!.pages, physical);
  }

  /** An image of memory as it is now. */
  pages(): PageTable {
    return this.store.take();
  }

  get keyframeCount(): number {
    return this.keyframes.length;
  }
}

/** Every second keyframe, and the last: what was written before those that go is remembered with those that stay. */
function everySecond(keyframes: readonly Keyframe[]): Keyframe[] {
  const kept: Keyframe[] = [];
  let pending: Int32Array | null = null;
  keyframes.forEach((keyframe, i) => {
    if (i % 2 !== 0 && i !== keyframes.length - 1) {
      pending = keyframe.written;
      return;
    }
    kept.push(
      pending ? { ...keyframe, written: Int32Array.from(new Set([...pending, ...keyframe.written])) } : keyframe,
    );
    pending = null;
  });
  return kept;
}
