import { EAX, EBX, ECX, EDI, EDX, ESI, ESP } from "../../cpu/state.ts";
import type { Words } from "../../isa/types.ts";
import type { FactGroup } from "../../machine/describe.ts";
import type { EventKind, MachineEvent } from "../../machine/events.ts";
import type { GuestChange, Machine } from "../../machine/machine.ts";
import type { Memory } from "../../machine/memory.ts";
import { GUEST_DOMAIN, type Tenant } from "../../machine/tenant.ts";
import { COUNTER_VECTOR, PIC_VECTOR, RESUME, RESUME_IRET, VMM_BASE } from "../deprivileged/layout.ts";
import { readFrame } from "../deprivileged/trap-frame.ts";
import { tell } from "../tell.ts";
import {
  DOMID_SELF,
  HYPERCALLS,
  PIRQ_COM1,
  PIRQ_KEYBOARD,
  SHUTDOWN_CRASH,
  SHUTDOWN_POWEROFF,
  VIRQ_CONSOLE,
  VIRQ_TIMER,
} from "./abi.ts";
import { bootXen, mapTables, openLine, SYSCALL_VECTOR, setKernelStack, setSystemCallGate } from "./boot.ts";
import { iret, trapEntry } from "./bounce.ts";
import { hypercall } from "./calls/index.ts";
import { changeDomain } from "./change.ts";
import { Console } from "./console.ts";
import { describeXen } from "./describe.ts";
import type { Domain, DomainSaved } from "./domain.ts";
import { CHANNEL_PIRQ, CHANNEL_VIRQ, EventChannels } from "./event-channels.ts";
import { Frames } from "./frames.ts";
import { Grants } from "./grants.ts";
import { BAD_POINTER, GuestMemory } from "./guest-memory.ts";
import type { Hypervisor } from "./hypervisor.ts";
import { FRAME_SIZE, HYPERCALL_VECTOR } from "./layout.ts";
import { HypercallLog } from "./log.ts";
import { mayUsePort } from "./ports.ts";
import { type Refusal, type Refused, refused } from "./refusals.ts";
import { followRunstates, tellRunstate } from "./runstate.ts";
import { Scheduler } from "./scheduler.ts";
import { seeCall } from "./seen.ts";
import { nanoseconds, ticksAt } from "./time.ts";
import { Traps } from "./traps.ts";
import { absorb, idle, resume, tellTime } from "./world.ts";

/**
 * Cycles of the hypervisor's own work at a gate, beside delivery and IRET, which the processor counts itself. Calibrated
 * against Barham et al. (SOSP 2003, table 3): a page fault costs 1.31 us more under Xen than without it, at 2.4 GHz, for
 * the bounce and the hypercall that maps the page: some 1500 cycles at each.
 */
const HANDLER_CYCLES = 1500;
/** INT goes where the guest has asked for: to the hypervisor by 82h, by the direct gate to its own kernel by 80h. */
const AGREED: ReadonlySet<string> = new Set(["int_imm8"]);

interface MonitorState {
  readonly domains: readonly DomainSaved[];
  readonly scheduler: readonly [number, number];
  readonly entered: boolean;
  readonly calls: number;
  readonly console: readonly number[];
}

/**
 * The hypervisor of the strategy `paravirtual`: 32-bit Xen without PAE. It has ring 0; its guests' kernels run in ring 1
 * and know it. They call it by INT 82h, get traps and events by frames that it builds on their stacks, and own page
 * tables of machine frames that it validates and the processor walks. Domains are its guests, one of which runs.
 */
export class Xen implements Tenant, Hypervisor {
  readonly id: number;
  readonly name = "Xen";
  readonly machine: Machine;
  readonly memory: Memory;
  readonly frames: Frames;
  readonly grants: Grants;
  readonly channels: EventChannels;
  readonly guest: GuestMemory;
  readonly log: HypercallLog;
  readonly scheduler = new Scheduler();
  readonly domains: Domain[] = this.scheduler.domains;
  readonly console = new Console();
  private readonly traps: Traps;
  /** The processor holds a domain's registers: it runs it, or is just being sent to it or has just left it. */
  private entered = false;
  /** Hypercalls so far, over all domains. */
  calls = 0;
  /** Why the last hypercall was refused: of the gate that runs, not state. */
  private refusal: Refused | null = null;

  constructor(machine: Machine) {
    this.machine = machine;
    this.memory = machine.memory;
    this.id = machine.tenants.length + 1;
    this.frames = new Frames(this);
    this.grants = new Grants(this);
    this.channels = new EventChannels(machine.memory);
    this.guest = new GuestMemory(machine);
    this.log = new HypercallLog(machine.memory);
    this.traps = new Traps(this, (kind, reason, details) => this.emit(kind, reason, details));
    machine.tenants.push(this);
    machine.countAll = false;
    machine.counterVector = COUNTER_VECTOR;
    machine.agreed = AGREED;
    machine.changeGuest = (change) => this.changeGuest(change);
    bootXen(machine, this);
    this.frames.boot();
  }

  get current(): Domain {
    return this.scheduler.current;
  }

  /** Whether the processor is in that domain's code now. */
  runs(domain: Domain): boolean {
    return this.machine.cpu.state.cpl > 0 && this.current === domain;
  }

  /** Prepares the first entry, once the domains have been built. */
  start(first: Domain): void {
    this.scheduler.running = this.domains.indexOf(first);
    this.switchTo(first);
    this.leave();
  }

  gate(vector: number): void {
    const { machine } = this;
    machine.cycles += HANDLER_CYCLES;
    this.refusal = null;
    const frame = readFrame(machine, vector);
    const eip = (frame.eip - VMM_BASE) >>> 0;
    if (frame.fromGuest) {
      absorb(this.current.context, machine, this.current, frame);
      this.current.fields.entries++;
      this.entered = false;
      this.dispatch(vector, frame.errorCode);
    } else if (eip >= RESUME && eip <= RESUME_IRET) {
      this.entered = false;
      this.traps.failedResume(vector);
    } else this.interrupt(vector);
    this.expire();
    this.leave();
  }

  runsGuestAt(): boolean {
    return false;
  }

  private dispatch(vector: number, errorCode: number): void {
    if (vector === HYPERCALL_VECTOR) this.hypercall();
    else if (vector >= PIC_VECTOR) this.interrupt(vector);
    else this.traps.exception(vector, errorCode);
  }

  // Hypercalls.

  private hypercall(): void {
    const { current } = this;
    const { gpr, eip, cpl } = current.context;
    const number = gpr[EAX]! >>> 0;
    const args = Int32Array.of(gpr[EBX]!, gpr[ECX]!, gpr[EDX]!, gpr[ESI]!, gpr[EDI]!);
    const seen = seeCall(this.machine, number, args, eip, gpr[ESP]!);
    this.calls++;
    current.fields.hypercalls++;
    const result = number === HYPERCALLS.iret ? this.returnByHypercall() : hypercall(this, number, args);
    if (number !== HYPERCALLS.iret) gpr[EAX] = result;
    const { refusal } = this;
    const reason = refusal?.reason ?? null;
    const { machine, calls } = this;
    this.log.write({
      number: calls,
      domain: current.id,
      hypercall: number,
      args: [...args],
      read: seen.read,
      written: seen.written(),
      result,
      eip: seen.caller,
      tick: machine.ticks,
      refusal,
    });
    this.emit("hypercall", reason ?? (result < 0 ? "call-failed" : "call"), {
      vector: HYPERCALL_VECTOR,
      errorCode: number,
      cplBefore: cpl,
      eip,
      a: refusal ? refusal.a : number,
      b: refusal ? refusal.b : result,
    });
  }

  private returnByHypercall(): number {
    try {
      const refusal = iret(this.memory, this.guest, this.channels, this.current);
      if (refusal !== null) this.crash(this.current, refusal);
    } catch (error) {
      if (error !== BAD_POINTER) throw error;
      this.crash(this.current, "iret-without-frame");
    }
    return 0;
  }

  refuse(errno: number, reason: Refusal, a = 0, b = 0): number {
    this.refusal = refused(reason, a, b);
    return -errno;
  }

  // Time, interrupts and events.

  private interrupt(vector: number): void {
    const { platform, time } = this.machine;
    const line = vector - PIC_VECTOR;
    if (line === PIRQ_COM1) {
      if (!this.tellPirq(PIRQ_COM1)) {
        this.console.receive(platform, time);
        for (const domain of this.domains) if (domain.privileged) this.notifyVirq(domain, VIRQ_CONSOLE);
      }
    } else if (line === PIRQ_KEYBOARD) this.tellPirq(PIRQ_KEYBOARD);
    if (line === PIRQ_COM1 || line === PIRQ_KEYBOARD) {
      platform.portOut(0x20, 1, 0x20, time);
      this.emit("input", "interrupt-to-event", {});
    }
  }

  private tellPirq(pirq: number): boolean {
    for (const domain of this.domains) {
      const port = domain.privileged ? this.channels.portOf(domain, CHANNEL_PIRQ, pirq) : -1;
      if (port < 0) continue;
      this.notify(domain, port);
      return true;
    }
    return false;
  }

  bindPirq(pirq: number): void {
    openLine(this.machine, pirq, true);
  }

  /** Timers and polls that are due. */
  private expire(): void {
    const { time } = this.machine;
    for (const domain of this.domains) {
      const { fields } = domain;
      if (fields.timer <= time) {
        fields.timer = Number.POSITIVE_INFINITY;
        this.notifyVirq(domain, VIRQ_TIMER);
      }
      if (fields.periodic <= time) {
        fields.periodic = ticksAt(nanoseconds(time) + BigInt(fields.period));
        this.notifyVirq(domain, VIRQ_TIMER);
      }
      if (fields.pollUntil <= time) this.scheduler.wake(domain);
    }
  }

  notifyVirq(domain: Domain, virq: number): void {
    const port = this.channels.portOf(domain, CHANNEL_VIRQ, virq);
    if (port >= 0) this.notify(domain, port);
  }

  notify(domain: Domain, port: number): void {
    if (domain.fields.state === "dead") return;
    const news = this.channels.raise(domain, port);
    if (news || domain.fields.polled.includes(port)) this.scheduler.wake(domain);
  }

  yield(): void {
    this.scheduler.yield();
  }

  domain(id: number): Domain | null {
    if (id === DOMID_SELF) return this.current;
    const found = this.domains.find((domain) => domain.id === id);
    return found && found.fields.state !== "dead" ? found : null;
  }

  shutDown(domain: Domain, reason: number): void {
    this.end(domain, reason);
    this.emit("exit", reason === SHUTDOWN_POWEROFF ? "domain-poweroff" : "domain-shutdown", {
      a: domain.id,
      b: reason,
    });
  }

  crash(domain: Domain, reason: Refusal, a = 0, b = 0): void {
    this.end(domain, SHUTDOWN_CRASH);
    this.emit("shutdown", reason, { a, b });
  }

  private end(domain: Domain, reason: number): void {
    domain.fields.state = "dead";
    domain.fields.shutdownReason = reason;
    domain.fields.timer = Number.POSITIVE_INFINITY;
    domain.fields.pollUntil = Number.POSITIVE_INFINITY;
    domain.fields.periodic = Number.POSITIVE_INFINITY;
    if (domain !== this.subject) {
      this.channels.closeAll(domain, (id) => this.domain(id));
      this.grants.release(domain);
      this.frames.release(domain);
      return;
    }
    if (reason === SHUTDOWN_POWEROFF) this.machine.platform.exitCode = 0;
    this.machine.end(reason === SHUTDOWN_POWEROFF ? "exited" : "shutdown");
  }

  /** The domain whose end is the end of the run. */
  get subject(): Domain {
    return this.domains.find(({ id }) => id === GUEST_DOMAIN)!;
  }

  // Ports and console.

  mayUsePort(port: number, size: number): boolean {
    return mayUsePort(this.current, port, size);
  }

  portIn(port: number, size: 1 | 2 | 4): number {
    const value = this.machine.platform.portIn(port, size, this.machine.time);
    this.emit("io", "in", { a: port, b: value });
    return value;
  }

  portOut(port: number, size: 1 | 2 | 4, value: number): void {
    this.machine.platform.portOut(port, size, value, this.machine.time);
    this.emit("io", "out", { a: port, b: value });
  }

  consoleWrite(byte: number): void {
    this.console.write(this.machine.platform, byte, this.machine.time);
  }

  consoleRead(most: number): number[] {
    return this.console.read(most);
  }

  // The processor's tables.

  flush(): void {
    this.machine.cpu.tlb.flush();
  }

  invalidate(linear: number): void {
    this.machine.cpu.tlb.invalidate(linear);
  }

  loadBase(frame: number): void {
    this.current.context.cr3 = (frame * FRAME_SIZE) | 0;
    this.machine.cpu.state.cr3 = this.current.context.cr3;
    this.flush();
  }

  mapDescriptorTables(): void {
    mapTables(this.memory, this.current);
    this.flush();
  }

  trapsChanged(): void {
    setSystemCallGate(this.memory, trapEntry(this.memory, this.current, SYSCALL_VECTOR));
  }

  stackChanged(): void {
    setKernelStack(this.memory, this.current);
  }

  // The way back.

  private switchTo(domain: Domain): void {
    const { memory, machine, scheduler } = this;
    const changed = domain !== this.current;
    scheduler.begin(domain, machine.time);
    machine.cpu.state.cr3 = domain.context.cr3;
    this.mapDescriptorTables();
    this.trapsChanged();
    this.stackChanged();
    tellTime(memory, domain, machine.time);
    const { runArea } = domain.fields;
    if (runArea !== 0) {
      followRunstates(this.domains, domain, machine.time);
      tellRunstate(this.guest, domain, runArea, machine.time);
    }
    if (changed) this.emit("domain", "domain", { a: domain.id, eip: domain.context.eip });
  }

  /** Into a domain by a real IRET, with an upcall if it has events to be told; else into the idle loop. */
  private leave(): void {
    const { machine, scheduler } = this;
    if (machine.outcome !== "running" || this.endedByPort()) return;
    let next = scheduler.choose(machine.time);
    while (next !== null) {
      if (scheduler.begins(next, machine.time)) this.switchTo(next);
      if (this.deliverEvents()) break;
      if (machine.outcome !== "running") return;
      next = scheduler.choose(machine.time);
    }
    machine.counterDeadline = scheduler.nextDeadline();
    followRunstates(this.domains, next, machine.time);
    if (next === null) {
      idle(machine);
      return;
    }
    resume(machine, next);
    this.entered = true;
  }

  /** A privileged domain has written to the exit port or pulsed the reset line. */
  private endedByPort(): boolean {
    const { machine } = this;
    const { exitCode, resetRequested } = machine.platform;
    if (exitCode >= 0) this.emit("exit", "exit", { a: 0xf4, b: exitCode });
    else if (resetRequested) this.emit("shutdown", "reset", {});
    else return false;
    machine.end(exitCode >= 0 ? "exited" : "shutdown");
    return true;
  }

  /** The event callback, where events are pending and unmasked. False if the domain has ended by it. */
  private deliverEvents(): boolean {
    const { current, channels } = this;
    const { fields, context } = current;
    if (!channels.upcallPending(current) || channels.upcallMasked(current)) return true;
    if (fields.eventEip === 0) {
      this.crash(current, "no-event-callback");
      return false;
    }
    const entry = { cs: fields.eventCs, eip: fields.eventEip, masks: true };
    this.traps.enter(entry, -1, { kind: "inject", reason: "upcall", vector: -1, eip: context.eip });
    return fields.state === "running";
  }

  // Those who look on.

  /** `reason`: a key of the strategy's reasons. */
  private emit(kind: EventKind, reason: string, details: Partial<MachineEvent>): void {
    tell(this.machine, this, this.current.context, kind, reason, details);
  }

  /** Whether the processor holds this domain's registers, in ring 1 to 3 or just delivered out of it. */
  holds(domain: Domain): boolean {
    return this.entered && this.current === domain;
  }

  private changeGuest(change: GuestChange): Words | null {
    return changeDomain(
      { machine: this.machine, domain: this.current, frames: this.frames, channels: this.channels },
      change,
    );
  }

  describe(): readonly FactGroup[] {
    return describeXen(this);
  }

  save(): MonitorState {
    const { entered, calls, scheduler } = this;
    const domains = this.domains.map((domain) => domain.save());
    return { domains, scheduler: scheduler.save(), entered, calls, console: this.console.save() };
  }

  load(saved: unknown): void {
    const state = saved as MonitorState;
    state.domains.forEach((domain, i) => {
      this.domains[i]!.load(domain);
    });
    this.scheduler.load(state.scheduler);
    this.entered = state.entered;
    this.calls = state.calls;
    this.console.load(state.console);
  }
}
