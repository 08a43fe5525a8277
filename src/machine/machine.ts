import {
  DELIVERY_EXTERNAL,
  DELIVERY_FAULT,
  STOP_ATTENTION,
  STOP_BUDGET,
  STOP_DELIVERED,
  STOP_GATE,
  STOP_WORLD,
} from "../cpu/api.ts";
import type { Bus } from "../cpu/bus.ts";
import { Cpu } from "../cpu/cpu.ts";
import { FLAG_IF } from "../cpu/registers.ts";
import { ACTIVE, HALTED, SHADOW_NONE, SHUTDOWN } from "../cpu/state.ts";
import type { Words } from "../isa/types.ts";
import { VMCS_ABORT_OFFSET } from "../isa/vmcs.ts";
import { applyEdit, type EditEvent, NO_SWITCHES, type Switches, switchReason } from "./edits.ts";
import type { EventSink, MachineEvent } from "./events.ts";
import { Memory } from "./memory.ts";
import { NO_TENANT, Notes } from "./notes.ts";
import { type DeviceInput, Platform, type PlatformState } from "./platform.ts";
import type { Tenant } from "./tenant.ts";

export type MachineOutcome = "running" | "exited" | "halted" | "shutdown";

/** What reaches the computer from outside: its devices, or by a person's hand the guest itself. */
export type InputEvent = DeviceInput | EditEvent;

/**
 * An input from outside and the virtual time (ticks plus sleep) at which it arrives. A device has it from then on; an
 * edit is made where the next guest instruction is about to begin, at the end of the step that led there.
 */
export interface TimedInput {
  readonly tick: number;
  readonly event: InputEvent;
}

/** An input that is an edit, and the step at whose end it has been made; -1 until then. */
interface TimedEdit {
  readonly input: TimedInput;
  readonly event: EditEvent;
  step: number;
}

/** What a place in translated code (an EIP there) means to the guest, for those who tell of it. */
export interface TranslatedMeanings {
  /** Vector by which it calls its VMM. */
  readonly calloutVector: number;
  /** The guest's EIP. */
  meantEip(eip: number): number;
  /** Why the INT at a place calls the VMM (a key of the strategy's reasons), and the row of the guest's instruction or -1. */
  whyCalled(eip: number): { readonly reason: string; readonly row: number };
}

/** Changes a processor that holds the guest's state as the guest means it; answers why that cannot be, or null. */
export type GuestChange = (cpu: Cpu) => Words | null;

/** Everything mutable but memory, which the timeline keeps by pages. */
export interface MachineState {
  readonly words: Int32Array;
  readonly tlb: Int32Array;
  readonly steps: number;
  readonly ticks: number;
  readonly idle: number;
  readonly cycles: number;
  readonly work: number;
  readonly counterDeadline: number;
  readonly nextInput: number;
  readonly nextEdit: number;
  readonly editStep: number;
  readonly leftInstruction: boolean;
  readonly outcome: MachineOutcome;
  readonly platform: PlatformState;
  readonly tenants: readonly unknown[];
}

export interface MachineOptions {
  /** RAM in bytes, a multiple of 4096. */
  readonly memoryBytes: number;
  readonly whatIf: readonly string[];
  /** The processor has VT-x. */
  readonly vmx?: boolean;
}

/** Exit reason of a triple fault in a guest of VT-x. */
const EXIT_TRIPLE_FAULT = 2;

/** Steps that take about as long as coming back from the processor, and as a gate, for spacing keyframes. */
const ROUND_WORK = 10;
const GATE_WORK = 300;

/** The computer: memory, devices, processor, the clock that guests live by, and the gates of its tenants. */
export class Machine {
  readonly memory: Memory;
  readonly platform = new Platform();
  readonly cpu: Cpu;
  readonly tenants: Tenant[] = [];
  /** Physical steps made. */
  steps = 0;
  /** Guest instructions ended (decision 5). */
  ticks = 0;
  /** Virtual time slept in HLT; virtual time is `ticks + idle`. */
  idle = 0;
  /** By the plain cost profile. */
  cycles = 0;
  /** Rough measure of how long it takes to get here again: steps, and more for deliveries and gates. */
  work = 0;
  outcome: MachineOutcome = "running";
  /**
   * Whether every instruction is the guest's (bare metal), or only those that begin at CPL > 0 or in non-root operation:
   * the host counter of guest instructions, as a performance counter with its user bit set.
   */
  countAll = true;
  /** Virtual time at which the host counter raises `counterVector`; Infinity for never. */
  counterDeadline = Number.POSITIVE_INFINITY;
  counterVector = 0;
  /** Rows (ids) that run silently by agreement between the VMM and its guest, so that nothing is to be told of them. */
  agreed: ReadonlySet<string> = new Set();
  /** Whose devices an instruction reaches at a port, where a VMM has given some to its guest; null: the machine's own. */
  passthrough: ((port: number) => Platform | null) | null = null;
  /**
   * Whether the guest of VT-x was last left by an instruction, which has not ended by that: whoever ends it, by emulation or by
   * an exception, adds its tick.
   */
  leftInstruction = false;
  /** What translated code means, where a VMM translates. */
  meanings: TranslatedMeanings | null = null;
  /** Grows whenever an input is added or forgotten: what was kept of a step may then be of another run. */
  recording = 0;
  /** Inputs to devices in order of time. */
  inputs: TimedInput[] = [];
  private nextInput = 0;
  /** Edits in order of time. */
  private edits: TimedEdit[] = [];
  private nextEdit = 0;
  /** The step at whose end the last edit was made: further ones may follow at once. */
  private editStep = -1;
  /** Whoever keeps the guest's state makes a change to it: on bare metal, the processor itself. */
  changeGuest: (change: GuestChange) => Words | null = (change) => {
    const refusal = change(this.cpu);
    this.cpu.refresh();
    return refusal;
  };
  /** The VMM's switches that can be turned in a run; null where there are none. */
  switches: Switches | null = null;
  /**
   * What the time-stamp counter shows, when the equivalence check feeds one run's values to another; else null.
   */
  tscFeed: (() => number) | null = null;
  /** Told every value of the time-stamp counter that an instruction reads. */
  tscTap: ((value: number) => void) | null = null;

  /** Physical address of each gate to its tenant and number. */
  private readonly gates = new Map<number, { readonly tenant: Tenant; readonly index: number }>();
  /** Virtual time of the next device event or input. */
  private nextDevice = 0;
  private readonly notes: Notes;

  constructor(options: MachineOptions) {
    this.memory = new Memory(options.memoryBytes);
    this.cpu = new Cpu(this.makeBus(), { whatIf: options.whatIf, vmx: options.vmx ?? false });
    this.notes = new Notes(this);
  }

  /** Virtual time now, exact even in the middle of a processor run. */
  get time(): number {
    return this.ticks + this.idle;
  }

  /** The time-stamp counter at the last step, in cycles: the machine's own, or what the equivalence check feeds. */
  timeStamp(): number {
    return this.readTimeStamp(this.cycles);
  }

  private readTimeStamp(cycles: number): number {
    const value = this.tscFeed ? this.tscFeed() : cycles;
    this.tscTap?.(value);
    return value;
  }

  /** Puts a gate at a physical address; the two bytes there must be `hostgate`. */
  addGate(physical: number, tenant: Tenant, index: number): void {
    this.gates.set(physical, { tenant, index });
  }

  /** Ends the run on behalf of the guest (a virtual exit port, a virtual triple fault). */
  end(outcome: MachineOutcome): void {
    this.outcome = outcome;
  }

  /**
   * Whether an event of this step, or of one `ahead` of it, would be recorded: replays of what is known spare
   * themselves the making of events.
   */
  heard(ahead = 0): boolean {
    return this.notes.heard(ahead);
  }

  emit(event: MachineEvent): void {
    this.notes.emit(event);
  }

  /** Who is told of events; null for nobody. */
  get sink(): EventSink | null {
    return this.notes.sink;
  }

  set sink(sink: EventSink | null) {
    this.notes.sink = sink;
  }

  /** Adds an input at a virtual time that has not yet passed. */
  addInput(input: TimedInput): void {
    const { event } = input;
    this.recording++;
    if (event.kind === "set-register" || event.kind === "set-memory" || event.kind === "set-option") {
      this.edits.push({ input, event, step: -1 });
      this.edits.sort((a, b) => a.input.tick - b.input.tick);
      this.makeEdits();
      return;
    }
    this.inputs.push(input);
    this.inputs.sort((a, b) => a.tick - b.tick);
    this.nextDevice = 0;
    if (this.outcome === "halted") this.outcome = "running";
  }

  /** Forgets the inputs that were to come later than a virtual time, but for those in `keep`. */
  dropInputsAfter(time: number, keep: ReadonlySet<TimedInput>): void {
    this.recording++;
    this.inputs = this.inputs.filter((input) => input.tick <= time || keep.has(input));
    this.edits = this.edits.filter(({ input }, i) => i < this.nextEdit || keep.has(input));
  }

  /** Every input, devices' and edits, in order of time. */
  allInputs(): readonly TimedInput[] {
    return [...this.inputs, ...this.edits.map(({ input }) => input)].sort((a, b) => a.tick - b.tick);
  }

  /** The edits in order of time, and the step at whose end each was made (-1: not yet). */
  allEdits(): readonly { readonly input: TimedInput; readonly event: EditEvent; readonly step: number }[] {
    return this.edits;
  }

  /** Takes an edit out of the recording; what it has done is undone by whoever goes back to before it. */
  dropEdit(index: number): void {
    this.recording++;
    this.edits.splice(index, 1);
  }

  /** Whether a guest instruction begins here, or an edit has just been made where one was to begin. */
  atEditPlace(): boolean {
    return this.outcome === "running" && (this.editStep === this.steps || this.atGuestInstruction());
  }

  /** Makes the edits that are due, if this is a place for them. */
  private makeEdits(): void {
    for (;;) {
      const edit = this.edits[this.nextEdit];
      if (edit === undefined || edit.input.tick > this.time || !this.atEditPlace()) return;
      this.nextEdit++;
      this.editStep = this.steps;
      edit.step = this.steps;
      this.noteEdit(edit.event);
      this.makeEdit(edit.event);
      this.nextDevice = 0;
    }
  }

  /** Makes an edit here, which must be a place for one, without recording it. Answers why it cannot be, or null. */
  makeEdit(event: EditEvent): Words | null {
    if (event.kind !== "set-option") return this.changeGuest((cpu) => applyEdit(cpu, event));
    return this.switches === null ? NO_SWITCHES : this.switches.set(event.option, event.on);
  }

  private noteEdit(event: EditEvent): void {
    const { notes } = this;
    if (event.kind === "set-register") notes.note("input", "edit-register", event.value | 0, 0);
    else if (event.kind === "set-memory") notes.note("input", "edit-memory", event.address | 0, event.bytes.length);
    // Who has no such switch has no words for it either.
    else if (this.switches?.has(event.option)) notes.note("input", switchReason(event.option, event.on), 0, 0);
  }

  /** Guest instructions that end outside the processor's own count: emulated or reflected by a VMM. */
  addTicks(count: number): void {
    this.ticks += count;
  }

  /** Makes at most `maxSteps` physical steps; fewer if the run ends. Returns how many. */
  run(maxSteps: number): number {
    const goal = this.steps + maxSteps;
    const begin = this.steps;
    while (this.steps < goal && this.outcome === "running") this.advance(goal - this.steps, Number.POSITIVE_INFINITY);
    return this.steps - begin;
  }

  /** As `run`, but ends as soon as `ticks` has reached `tick`. */
  runToTick(tick: number, maxSteps: number): number {
    const goal = this.steps + maxSteps;
    const begin = this.steps;
    while (this.steps < goal && this.ticks < tick && this.outcome === "running") {
      this.advance(goal - this.steps, tick - this.ticks);
    }
    return this.steps - begin;
  }

  /**
   * True if the very next step begins a guest instruction: no delivery is due, no VMM is at work. Runs are compared
   * at these points.
   */
  atGuestInstruction(): boolean {
    const state = this.cpu.state;
    if (this.outcome !== "running" || state.activity !== ACTIVE || state.pendingDebug !== 0) return false;
    this.catchUp();
    if (!this.countAll && !this.cpu.isDeprivileged()) {
      const gate = this.gates.get(this.physicalEip());
      return gate?.tenant.runsGuestAt(gate.index) ?? false;
    }
    if (!this.countAll && this.cpu.inTranslated() && !this.cpu.beginsTranslated()) return false;
    return !this.interruptDue() && this.cpu.boundaryExit() === null;
  }

  /** One round: a delivery, a gate, or a processor run of at most `steps` steps and `ticks` guest instructions. */
  private advance(steps: number, ticks: number): void {
    const { state } = this.cpu;
    this.catchUp();
    const left = this.cpu.guest !== null && this.cpu.boundaryExit() !== null;
    if (!left && state.pendingDebug === 0 && this.interruptDue()) this.deliverInterrupt();
    else if (!left && state.activity === HALTED && state.pendingDebug === 0) this.sleep();
    else {
      const boundary = this.cpu.guest?.stepsUntilBoundary() ?? Number.POSITIVE_INFINITY;
      this.runProcessor(Math.max(1, Math.min(steps, ticks, this.nextStop() - this.time, boundary)));
    }
    if (this.nextEdit < this.edits.length) this.makeEdits();
  }

  /** Virtual time of whatever the processor must not run past. */
  private nextStop(): number {
    return Math.min(this.nextEvent(), this.edits[this.nextEdit]?.input.tick ?? Number.POSITIVE_INFINITY);
  }

  private runProcessor(budget: number): void {
    const { cpu } = this;
    const cplBefore = cpu.state.cpl;
    const inGuest = cpu.guest !== null;
    const done = cpu.run(budget);
    this.steps += done;
    // A budget that runs out costs as much, but where it does is the caller's affair: work is a matter of the step.
    this.work += done + (cpu.stop === STOP_BUDGET ? 0 : ROUND_WORK);
    this.takeCycles();
    let ended = this.countAll ? cpu.ended : cpu.endedDeprivileged;
    const intoTenant = cpu.stop === STOP_DELIVERED ? this.tenantAtEip() : NO_TENANT;
    // A guest instruction that faulted into a VMM has not ended: the VMM will emulate it, reflect it or let it retry.
    const faulted = intoTenant !== NO_TENANT && cpu.last.kind === DELIVERY_FAULT && cpu.last.cpl > 0;
    // An instruction that leaves the guest has not ended; one that shuts it down has.
    const left = inGuest && cpu.left?.byInstruction === true && cpu.left.reason !== EXIT_TRIPLE_FAULT;
    if ((faulted || left) && !this.countAll && !cpu.translated) ended--;
    if (cpu.left !== null) this.leftInstruction = left;
    this.ticks += ended;
    this.notes.flush();
    if (cpu.stop === STOP_DELIVERED) this.notes.delivery(intoTenant);
    else if (cpu.state.cpl !== cplBefore && cpu.stop !== STOP_WORLD) this.notes.ring(cplBefore);
    if (cpu.stop === STOP_GATE) this.runGate();
    else if (cpu.state.activity === SHUTDOWN) this.rest();
    else if (cpu.state.activity === HALTED) {
      if (this.countAll) this.notes.note("halt", "halt", 0, 0);
      if (cpu.state.pendingDebug === 0) this.sleep();
    }
    if (!this.countAll) return;
    if (this.platform.exitCode >= 0) this.exit(this.platform.exitCode);
    else if (this.platform.resetRequested) this.shutDown("reset");
  }

  private runGate(): void {
    const gate = this.gates.get(this.physicalEip());
    if (!gate) throw new Error("the processor stopped at a gate that is not in the table");
    this.steps++;
    this.work += GATE_WORK;
    gate.tenant.gate(gate.index);
  }

  /** Lets the devices and the inputs come up to the present. */
  private catchUp(): void {
    const now = this.time;
    if (now < this.nextDevice) return;
    while (this.nextInput < this.inputs.length && this.inputs[this.nextInput]!.tick <= now) {
      this.platform.input(this.inputs[this.nextInput++]!.event as DeviceInput);
      this.notes.note("input", "input", 0, 0);
    }
    this.platform.advanceTo(now);
    this.nextDevice = Math.min(
      this.platform.nextEvent(),
      this.inputs[this.nextInput]?.tick ?? Number.POSITIVE_INFINITY,
    );
  }

  private nextEvent(): number {
    return Math.min(this.nextDevice, this.counterDeadline);
  }

  private interruptDue(): boolean {
    const { state, guest } = this.cpu;
    if (state.shadow !== SHADOW_NONE || state.activity === SHUTDOWN) return false;
    if ((state.rawFlags & FLAG_IF) === 0 && guest?.interruptsExit !== true) return false;
    if (this.time >= this.counterDeadline) return true;
    if (!this.platform.interruptPending()) return false;
    // The timer's line may have fallen since, which withdraws its request.
    this.platform.advanceTo(this.time);
    return this.platform.interruptPending();
  }

  private deliverInterrupt(): void {
    const counter = this.time >= this.counterDeadline;
    const acknowledge = (): number => (counter ? this.counterVector : this.platform.acknowledgeInterrupt());
    const { guest } = this.cpu;
    if (guest?.interruptsExit === true) {
      this.cpu.ended = 0;
      guest.exitByInterrupt(acknowledge);
      if (counter) this.counterDeadline = Number.POSITIVE_INFINITY;
      this.cameBetween();
      return;
    }
    const vector = acknowledge();
    if (counter) this.counterDeadline = Number.POSITIVE_INFINITY;
    this.cpu.deliver(vector, DELIVERY_EXTERNAL, -1);
    this.takeCycles();
    if (this.cpu.left !== null) {
      this.cameBetween();
      return;
    }
    this.steps++;
    this.work += ROUND_WORK;
    this.notes.delivery(this.tenantAtEip(), counter);
    if (this.cpu.state.activity === SHUTDOWN) this.shutDown();
  }

  /** What the processor has counted since it was last asked. */
  private takeCycles(): void {
    this.cycles += this.cpu.cycles;
    this.cpu.cycles = 0;
  }

  /** The guest of VT-x has been left between two instructions: a step of its own. */
  private cameBetween(): void {
    this.steps++;
    this.work += ROUND_WORK;
    this.leftInstruction = false;
    this.notes.flush();
    if (this.cpu.state.activity === SHUTDOWN) this.shutDown();
  }

  /**
   * HLT: virtual time jumps to the event that wakes the processor. It belongs to the step that halted, so that how a
   * run stands is a function of its step. The event's delivery is a step of its own.
   */
  private sleep(): void {
    for (;;) {
      this.catchUp();
      if (this.interruptDue() || this.cpu.boundaryExit() !== null) return;
      const { guest, state } = this.cpu;
      const wakes = (state.rawFlags & FLAG_IF) !== 0 || guest?.interruptsExit === true;
      const boundary = guest === null ? Number.POSITIVE_INFINITY : this.time + guest.sleepUntilBoundary();
      const next = Math.min(wakes ? this.nextEvent() : Number.POSITIVE_INFINITY, boundary);
      if (next === Number.POSITIVE_INFINITY) {
        this.notes.note("halt", "halt-forever", 0, 0);
        this.outcome = "halted";
        return;
      }
      this.idle += Math.max(1, next - this.time);
    }
  }

  /** Shut down: for good, but for a guest of VT-x that its VMM has entered so and the preemption timer or a window leaves. */
  private rest(): void {
    const { cpu } = this;
    const ends = cpu.guest !== null && (cpu.boundaryExit() !== null || cpu.guest.sleepUntilBoundary() !== Infinity);
    if (ends) this.sleep();
    else this.shutDown();
  }

  private exit(code: number): void {
    this.notes.note("exit", "exit", 0xf4, code);
    this.outcome = "exited";
  }

  /** The VMX-abort indicator, where it was a VM exit that could not be ended; else 0. */
  private vmxAbort(): number {
    const { left, state } = this.cpu;
    return left === null ? 0 : this.memory.read32((state.vmcsPointer >>> 0) + VMCS_ABORT_OFFSET);
  }

  private shutDown(reason: "shutdown" | "reset" = "shutdown"): void {
    const abort = reason === "shutdown" ? this.vmxAbort() : 0;
    if (abort === 0) this.notes.note("shutdown", reason, 0, 0);
    else this.notes.note("shutdown", "vmx-abort", abort, this.cpu.state.vmcsPointer);
    this.outcome = "shutdown";
  }

  /** The tenant whose gate the processor stands at, or NO_TENANT. */
  private tenantAtEip(): number {
    if (this.gates.size === 0) return NO_TENANT;
    return this.gates.get(this.physicalEip())?.tenant.id ?? NO_TENANT;
  }

  private physicalEip(): number {
    const { state } = this.cpu;
    const translation = this.cpu.translate((state.base[1]! + state.eip) >>> 0, "execute", state.cpl === 3, false);
    return translation.ok ? translation.physical : -1;
  }

  /** Everything but memory. */
  save(): MachineState {
    return {
      words: this.cpu.state.words.slice(),
      tlb: this.cpu.tlb.save(),
      steps: this.steps,
      ticks: this.ticks,
      idle: this.idle,
      cycles: this.cycles,
      work: this.work,
      counterDeadline: this.counterDeadline,
      nextInput: this.nextInput,
      nextEdit: this.nextEdit,
      editStep: this.editStep,
      leftInstruction: this.leftInstruction,
      outcome: this.outcome,
      platform: this.platform.save(),
      tenants: this.tenants.map((tenant) => tenant.save()),
    };
  }

  /** Restores what `save` gave; memory must have been restored already. */
  load(saved: MachineState): void {
    this.cpu.state.words.set(saved.words);
    this.cpu.tlb.load(saved.tlb);
    this.cpu.refresh();
    this.steps = saved.steps;
    this.ticks = saved.ticks;
    this.idle = saved.idle;
    this.cycles = saved.cycles;
    this.work = saved.work;
    this.counterDeadline = saved.counterDeadline;
    this.leftInstruction = saved.leftInstruction;
    this.nextInput = saved.nextInput;
    // Who was halted for good is not, once an input is to come.
    const awaited = saved.outcome === "halted" && saved.nextInput < this.inputs.length;
    this.outcome = awaited ? "running" : saved.outcome;
    this.platform.load(saved.platform);
    saved.tenants.forEach((state, i) => {
      this.tenants[i]!.load(state);
    });
    this.nextInput = saved.nextInput;
    this.nextDevice = 0;
    this.nextEdit = saved.nextEdit;
    this.editStep = saved.editStep;
    // A keyframe of this very step may be older than an edit made at its end.
    this.makeEdits();
  }

  private makeBus(): Bus {
    const machine = this;
    const { memory, platform } = this;
    return {
      memory,
      portIn(port, size) {
        const device = machine.passthrough?.(port) ?? platform;
        const value = device.portIn(port, size, machine.time + machine.guestProgress());
        machine.nextDevice = 0;
        machine.notes.port("in", port, value);
        return value;
      },
      portOut(port, size, value) {
        const device = machine.passthrough?.(port) ?? platform;
        device.portOut(port, size, value, machine.time + machine.guestProgress());
        machine.nextDevice = 0;
        machine.notes.port("out", port, value);
      },
      cycles: () => machine.readTimeStamp(machine.cycles + machine.cpu.cycles),
      timerCycles: () => machine.cycles + machine.cpu.cycles + machine.idle,
      noteVmx(note) {
        // So that the event of a failure has its own step, as entries and exits have.
        if (note.kind === "vm-fail") machine.cpu.requestStop(STOP_ATTENTION);
        machine.notes.vmx(note);
      },
      isHostGate: (address) => machine.gates.has(address),
      noteSilent(rowId) {
        // What a VMM has put into its translation itself does not escape it.
        if (machine.countAll || machine.cpu.translated || machine.agreed.has(rowId)) return;
        // Whether anybody listens or not: the event then has its own step, and a run is the same with and without.
        machine.cpu.requestStop(STOP_ATTENTION);
        machine.notes.silent(rowId);
      },
    };
  }

  /** Guest instructions ended by the processor run that is under way. */
  private guestProgress(): number {
    return this.countAll ? this.cpu.ended : this.cpu.endedDeprivileged;
  }
}
