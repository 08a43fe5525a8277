import { CpuState } from "../../cpu/state.ts";
import type { Memory } from "../../machine/memory.ts";
import {
  EVENT_CHANNELS,
  EVENT_CHANNELS_SIZE,
  FRAME_SIZE,
  GDT_PAGES,
  GRANT_MAPS,
  GRANT_MAPS_SIZE,
  GRANT_TABLE_SIZE,
  GRANT_TABLES,
  GRANT_USES,
  GRANT_USES_SIZE,
  LDT_PAGES,
  SHARED_INFO,
  TRAP_TABLE_SIZE,
  TRAP_TABLES,
} from "./layout.ts";

/** `running`: runs or could run. `blocked`: waits for an event. `dead`: shut down, or ended for breaking a rule. */
export type RunState = "running" | "blocked" | "dead";

/** What the hypervisor holds of a domain beside its registers and what is in simulated memory: plain data. */
export interface DomainFields {
  state: RunState;
  /** sched_op shutdown's reason once dead, or -1. */
  shutdownReason: number;
  /** Its page directory, pins, descriptor tables and grants are given up: after its end, as a toolstack destroys it. */
  released: boolean;
  /** stack_switch: SS and ESP on which the guest kernel is entered. */
  kernelSs: number;
  kernelSp: number;
  eventCs: number;
  eventEip: number;
  failsafeCs: number;
  failsafeEip: number;
  /** Callbacks begin with upcalls masked. */
  failsafeMasks: boolean;
  /** The guest's own ideas of CR0.TS, CR4 and IOPL. */
  taskSwitched: boolean;
  cr4: number;
  iopl: number;
  /** Bits by vm_assist type. */
  assists: number;
  /** Machine frames of the guest's GDT, by page; 0 for none. */
  readonly gdtFrames: number[];
  gdtEntries: number;
  /** Linear address and entries of the guest's LDT, and which frames of it are mapped by now (0: not yet). */
  ldtBase: number;
  ldtEntries: number;
  readonly ldtFrames: number[];
  /** Debug registers 0 to 3, 6, 7 as the guest has set them. */
  readonly debug: number[];
  /** Virtual time (ticks) of set_timer_op's deadline; Infinity for none. */
  timer: number;
  /** vcpu_op's periodic timer: nanoseconds of system time, 0 for none; and when it is due next (ticks). */
  period: number;
  periodic: number;
  /** Its run state (`runstate.ts`), since which virtual time, and what it has spent in each before. */
  runState: number;
  runSince: number;
  readonly runTimes: number[];
  /** Where it wants its run state to be told (vcpu_op); 0 for nowhere. */
  runArea: number;
  /** Virtual time at which a sched_op poll or a time slice ends; Infinity for none. */
  pollUntil: number;
  /** Ports polled for; empty unless blocked in a poll. */
  polled: readonly number[];
  /** Times it has entered the hypervisor, and hypercalls among them. */
  entries: number;
  hypercalls: number;
}

export interface DomainSaved {
  readonly words: Int32Array;
  readonly fields: DomainFields;
}

/** A domain: a guest of the hypervisor, with one virtual CPU. */
export class Domain {
  readonly id: number;
  /** First machine frame of its reservation, and how many frames it has at most. */
  readonly firstFrame: number;
  readonly frames: number;
  /** May use ports and bind real interrupts. */
  readonly privileged: boolean;
  /**
   * Its pseudo-physical memory as the builder laid it out: frame firstFrame + n shows as page n, whatever the domain has
   * made of its own list since.
   */
  readonly memory: Memory;
  /** Registers as of its last entry into the hypervisor: selectors and flags the real ones, CR3 a machine address. */
  readonly context = new CpuState();
  fields: DomainFields = {
    state: "running",
    shutdownReason: -1,
    released: false,
    kernelSs: 0,
    kernelSp: 0,
    eventCs: 0,
    eventEip: 0,
    failsafeCs: 0,
    failsafeEip: 0,
    failsafeMasks: false,
    taskSwitched: false,
    cr4: 0,
    iopl: 0,
    assists: 0,
    gdtFrames: new Array(GDT_PAGES).fill(0),
    gdtEntries: 0,
    ldtBase: 0,
    ldtEntries: 0,
    ldtFrames: new Array(LDT_PAGES).fill(0),
    debug: [0, 0, 0, 0, 0xffff0ff0 | 0, 0x400],
    timer: Number.POSITIVE_INFINITY,
    period: 0,
    periodic: Number.POSITIVE_INFINITY,
    runState: 1,
    runSince: 0,
    runTimes: [0, 0, 0, 0],
    runArea: 0,
    pollUntil: Number.POSITIVE_INFINITY,
    polled: [],
    entries: 0,
    hypercalls: 0,
  };

  constructor(id: number, firstFrame: number, memory: Memory, privileged: boolean) {
    this.id = id;
    this.firstFrame = firstFrame;
    this.frames = memory.size / FRAME_SIZE;
    this.memory = memory;
    this.privileged = privileged;
  }

  // Physical addresses of what is the domain's in the hypervisor's memory.

  get sharedInfo(): number {
    return SHARED_INFO + this.id * FRAME_SIZE;
  }
  get eventChannels(): number {
    return EVENT_CHANNELS + this.id * EVENT_CHANNELS_SIZE;
  }
  get trapTable(): number {
    return TRAP_TABLES + this.id * TRAP_TABLE_SIZE;
  }
  get grantTable(): number {
    return GRANT_TABLES + this.id * GRANT_TABLE_SIZE;
  }
  get grantMaps(): number {
    return GRANT_MAPS + this.id * GRANT_MAPS_SIZE;
  }
  get grantUses(): number {
    return GRANT_USES + this.id * GRANT_USES_SIZE;
  }

  /** Whether a machine frame is of its reservation. */
  holds(frame: number): boolean {
    return frame >= this.firstFrame && frame < this.firstFrame + this.frames;
  }

  save(): DomainSaved {
    return { words: this.context.words.slice(), fields: copyOf(this.fields) };
  }

  load({ words, fields }: DomainSaved): void {
    this.context.words.set(words);
    this.fields = copyOf(fields);
  }
}

function copyOf(fields: DomainFields): DomainFields {
  return {
    ...fields,
    gdtFrames: [...fields.gdtFrames],
    ldtFrames: [...fields.ldtFrames],
    debug: [...fields.debug],
    runTimes: [...fields.runTimes],
  };
}
