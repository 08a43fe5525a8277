import type { Cpu } from "../../cpu/cpu.ts";
import { ACCESS_READ, ACCESS_WRITE, type Observer } from "../../cpu/observer.ts";
import { FLAG_RF } from "../../cpu/registers.ts";
import { CS, ECX } from "../../cpu/state.ts";
import { TICK_BEGINS } from "../../cpu/tick-map.ts";
import type { MachineEvent } from "../../machine/events.ts";
import { GUEST_DOMAIN } from "../../machine/tenant.ts";
import type { Run } from "../run.ts";
import type { Armed, Candidate, Trigger } from "./armed.ts";

type Of<K extends Trigger["kind"]> = Armed & { readonly trigger: Extract<Trigger, { kind: K }> };

function only<K extends Trigger["kind"]>(list: readonly Armed[], kind: K): readonly Of<K>[] {
  return list.filter((armed): armed is Of<K> => armed.trigger.kind === kind);
}

/**
 * Which instruction was announced last: the guest's attempts at one instruction (a hidden fault of a VMM lies between
 * them) are one, and so are the iterations of a repeated one, for which ticks and count together stay the same.
 */
interface Announced {
  readonly address: number;
  readonly domain: number;
  readonly tick: number;
  readonly sum: number;
}
const NOTHING: Announced = { address: -1, domain: -1, tick: -1, sum: -1 };

/** An instruction that is next: of which domain, at which tick, and with what in ECX. */
interface Next {
  readonly address: number;
  readonly domain: number;
  readonly tick: number;
  readonly count: number;
}

/** One processor on which guest instructions run: the real one, or the one that a VMM emulates with. */
class Side implements Observer {
  private readonly watcher: Watcher;
  private readonly emulator: boolean;
  /** Physical address of the guest's memory as this processor has it, and its size. */
  private readonly base: number;
  private readonly size: number;
  /** Accesses to physical addresses outside the guest's memory are somebody else's. */
  private readonly shared: boolean;

  constructor(watcher: Watcher, run: Run, emulator: boolean) {
    const { guest, machine } = run.computer;
    this.watcher = watcher;
    this.emulator = emulator;
    this.base = emulator ? 0 : guest.hostPhysical(0);
    this.size = guest.memory.size;
    this.shared = !emulator && !machine.countAll;
  }

  marks(offset: number): boolean {
    const { watcher } = this;
    // Translated code lies elsewhere than what it stands for: any of it may be looked for.
    if (this.shared && watcher.addresses.size > 0 && watcher.run.machine.cpu.inTranslated()) return true;
    return watcher.offsets.has(offset);
  }

  execute(cpu: Cpu, goesOn: boolean): void {
    const { watcher } = this;
    if (!watcher.listening || (this.shared && !cpu.isDeprivileged())) return;
    const address = this.shared && cpu.translated ? this.meant(cpu) : (cpu.base[CS]! + cpu.startEip) >>> 0;
    if (!watcher.addresses.has(address)) return;
    const { machine, computer } = watcher.run;
    const ended = this.emulator ? 0 : machine.countAll ? cpu.ended : cpu.endedDeprivileged;
    const domain = computer.guest.domain?.() ?? GUEST_DOMAIN;
    const at = { address, tick: machine.ticks + ended, count: cpu.gpr[ECX]!, domain };
    watcher.announce(at, goesOn, this.stepNow(cpu) - 1);
  }

  /** The linear address of the guest's instruction that begins here in translated code; -1 where none does. */
  private meant({ startEip, tickMap }: Cpu): number {
    const { machine, guest } = this.watcher.run.computer;
    if ((machine.memory.read8(tickMap!.map + startEip) & TICK_BEGINS) === 0) return -1;
    return (guest.emulator!.state.base[CS]! + machine.meanings!.meantEip(startEip)) >>> 0;
  }

  access(cpu: Cpu, linear: number, physical: number, size: number, how: number): void {
    const { watcher } = this;
    if (!watcher.listening) return;
    const inGuest = physical - this.base;
    if (this.shared && (inGuest < 0 || inGuest >= this.size)) return;
    const last = linear + size - 1;
    for (const armed of watcher.data) {
      const { trigger } = armed;
      if (!(how === ACCESS_READ ? trigger.read : how === ACCESS_WRITE ? trigger.write : true)) continue;
      const from = trigger.physical ? inGuest : linear;
      const to = trigger.physical ? Math.min(inGuest + size - 1, inGuest | 0xfff) : last;
      if (from <= trigger.last && to >= trigger.first) {
        watcher.found({ step: this.stepNow(cpu), armed, access: { linear, size, how } });
      }
    }
  }

  undo(cpu: Cpu): void {
    if (this.watcher.listening) this.watcher.undo(this.stepNow(cpu));
  }

  control(cpu: Cpu, before: number, after: number): void {
    const { watcher } = this;
    // Under a VMM the real CR0 is the VMM's, but for that of a guest in non-root operation.
    if (!watcher.listening || (this.shared && cpu.guest === null)) return;
    for (const armed of watcher.control) {
      const { mask, to } = armed.trigger;
      const on = (after & mask) !== 0;
      if (((before ^ after) & mask) === 0 || (to !== null && to !== on)) continue;
      watcher.found({ step: this.stepNow(cpu), armed, control: before });
    }
  }

  /** The step that the instruction under way, or its next iteration, will be. */
  private stepNow(cpu: Cpu): number {
    const { steps } = this.watcher.run.machine;
    return this.emulator ? steps : steps + cpu.ended + cpu.extraSteps + 1;
  }
}

/**
 * Looks on as a run goes on, and notes where breakpoints may be: marked instructions, accesses, loads of CR0, events.
 * While it does not listen it costs nothing but a look at instructions that are marked.
 */
export class Watcher {
  readonly run: Run;
  listening = false;
  /** Offsets in their page of the instructions to be announced, and their addresses. */
  readonly offsets = new Set<number>();
  addresses: ReadonlySet<number> = new Set();
  data: readonly Of<"data">[] = [];
  control: readonly Of<"control">[] = [];
  private execute: readonly Of<"execute">[] = [];
  private events: readonly Of<"event">[] = [];
  private candidates: Candidate[] = [];
  private last = NOTHING;

  constructor(run: Run) {
    this.run = run;
    const { machine, guest } = run.computer;
    machine.cpu.observer = new Side(this, run, false);
    if (guest.emulator) guest.emulator.observer = new Side(this, run, true);
  }

  private cpus(): Cpu[] {
    const { machine, guest } = this.run.computer;
    return guest.emulator ? [machine.cpu, guest.emulator] : [machine.cpu];
  }

  /** What is looked for from now on. */
  arm(list: readonly Armed[]): void {
    this.execute = only(list, "execute");
    this.data = only(list, "data");
    this.control = only(list, "control");
    this.events = only(list, "event");
    const addresses = new Set(this.execute.flatMap(({ trigger }) => [...trigger.addresses]));
    const same = addresses.size === this.addresses.size && [...addresses].every((at) => this.addresses.has(at));
    if (same) return;
    this.addresses = addresses;
    this.offsets.clear();
    for (const address of addresses) this.offsets.add(address & 0xfff);
    this.run.machine.memory.dropAllCode();
  }

  /**
   * Begins to look for what comes after the present moment. Where the guest stands at a breakpoint already, that
   * instruction is not announced again, unless `here` is wanted: the present is then the first position of its tick.
   */
  begin(here = false): void {
    const { run } = this;
    this.candidates = [];
    if (here) {
      this.last = NOTHING;
      this.lookHere();
      return;
    }
    const { id } = run.domain;
    const state = run.probe.readGuest();
    const tick = run.machine.ticks;
    const address = (state.base[CS]! + state.eip) >>> 0;
    const passed = this.addresses.has(address) && this.hasBegun(tick);
    this.last = passed ? { address, domain: id, tick, sum: tick + state.gpr[ECX]! } : NOTHING;
  }

  /** Whether the guest instruction of this tick has been begun before the present step, or may begin at it. */
  private hasBegun(tick: number): boolean {
    const { run } = this;
    if (run.machine.atGuestInstruction()) return true;
    // Bare, what lies before the instruction is a delivery; under a VMM it may be an attempt that failed.
    if (run.machine.countAll) return false;
    const { step } = run;
    run.timeline.seekTick(tick);
    while (run.step < step && !run.machine.atGuestInstruction()) run.timeline.forward(1);
    const begun = run.step < step;
    run.timeline.seek(step);
    return begun;
  }

  /** Goes on by at most `steps`, and not beyond the end of guest instruction `tick`, looking on. */
  forward(steps: number, tick: number): void {
    const { run } = this;
    this.listen(true);
    try {
      if (tick === Number.POSITIVE_INFINITY) run.forward(steps);
      else run.forwardToTick(tick, steps);
    } finally {
      this.listen(false);
    }
    this.lookHere();
  }

  private listen(on: boolean): void {
    this.listening = on;
    this.run.log.tap = on && this.events.length > 0 ? (event) => this.hear(event) : null;
    for (const cpu of this.cpus()) cpu.observesMemory = on && this.data.length > 0;
  }

  /** The instruction that is next is announced when it runs: at the end of a piece it has not. */
  private lookHere(): void {
    const { run } = this;
    if (this.execute.length === 0 || run.ended || !run.machine.atGuestInstruction()) return;
    const probe = run.probe;
    const state = probe.readGuest();
    const address = (state.base[CS]! + state.eip) >>> 0;
    if (this.addresses.has(address)) {
      // RF tells that a repeated instruction has run in part; a fault of the guest's own leaves it too.
      const goesOn = (state.rawFlags & FLAG_RF) !== 0 && probe.guestInstruction().insn?.repeat !== 0;
      const next = { address, domain: run.domain.id, tick: run.machine.ticks, count: state.gpr[ECX]! };
      this.announce(next, goesOn, run.step);
    }
  }

  /** A marked instruction is next. */
  announce({ address, domain, tick, count }: Next, goesOn: boolean, step: number): void {
    const { last } = this;
    const sum = tick + count;
    const again = last.address === address && last.domain === domain && (last.tick === tick || last.sum === sum);
    this.last = { address, domain, tick, sum };
    if (again || goesOn) return;
    for (const armed of this.execute) {
      const { trigger } = armed;
      if (trigger.domain === domain && trigger.addresses.has(address)) this.candidates.push({ step, armed });
    }
  }

  found(candidate: Candidate): void {
    const before = this.candidates[this.candidates.length - 1];
    if (before?.armed !== candidate.armed || before.step !== candidate.step) this.candidates.push(candidate);
  }

  /** What the instruction of this step has accessed is not to count. */
  undo(step: number): void {
    const { candidates } = this;
    for (let i = candidates.length - 1; i >= 0; i--) {
      if (candidates[i]!.access === undefined || candidates[i]!.step !== step) return;
      candidates.pop();
    }
  }

  private hear(event: MachineEvent): void {
    for (const armed of this.events) {
      if (armed.trigger.test(event)) this.candidates.push({ step: this.run.step, armed, event });
    }
  }

  /** What has been noted since the last call, in order of steps. */
  take(): Candidate[] {
    const { candidates } = this;
    this.candidates = [];
    return candidates.sort((a, b) => a.step - b.step);
  }
}
