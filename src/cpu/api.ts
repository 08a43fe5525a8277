import type { Bus } from "./bus.ts";
import type { CpuState } from "./state.ts";

/**
 * What `Cpu` (cpu/cpu.ts) offers to the machine, and to a VMM that uses a second instance as its emulator.
 * The class implements this interface; nobody reaches further in.
 */

/** Why `run` came back. */
export const STOP_BUDGET = 0;
/** An exception, a software interrupt, a #DB trap or an external interrupt has just been delivered (see `last`). */
export const STOP_DELIVERED = 1;
/** EIP stands at a host gate, which has not been run. */
export const STOP_GATE = 2;
/** HLT has ended, or a triple fault has shut the processor down (see `state.activity`). */
export const STOP_INACTIVE = 3;
/** The instruction that ended used a port, changed CPL, or changed IF from 0 to 1: the machine looks around. */
export const STOP_ATTENTION = 4;
/** VT-x: a guest was entered or left, or an entry failed; the processor goes on elsewhere. */
export const STOP_WORLD = 5;
/** A fault has been held back (`Cpu.holdsFaults`): `faultVector` and `faultCode` say which. */
export const STOP_FAULT = 6;

/** What kind of delivery. */
export const DELIVERY_FAULT = 0; // EIP of the instruction itself
export const DELIVERY_TRAP = 1; // #DB single step; EIP of the next instruction
export const DELIVERY_SOFTWARE = 2; // INT n, INT3, INTO
export const DELIVERY_EXTERNAL = 3; // from the interrupt controller or a host counter

/** The last delivery, plain data. */
export interface Delivery {
  vector: number;
  /** DELIVERY_* */
  kind: number;
  /** -1 if the vector has none. */
  errorCode: number;
  /** CR2 if the vector is 14. */
  address: number;
  /** EIP, CS with its base, and CPL of the interrupted code, before. */
  eip: number;
  cs: number;
  base: number;
  cpl: number;
  /** An earlier vector that this delivery replaced (contributory faults become #DF), or -1. */
  replaced: number;
}

export interface CpuOptions {
  /** What-if rules in force (decision 13), e.g. `popf-traps`. */
  readonly whatIf: readonly string[];
  /** The processor has VT-x. */
  readonly vmx?: boolean;
}

/** A translation's outcome: physical address, or what #PF would say (-1: EPT does not allow it). */
export type Translation =
  | {
      readonly ok: true;
      readonly physical: number;
      readonly pde: number;
      readonly pte: number;
      readonly large: boolean;
    }
  | { readonly ok: false; readonly errorCode: number };

export interface CpuApi {
  readonly state: CpuState;
  /** Plain data: tags and frames of the instruction and data TLB. Part of snapshots. */
  readonly tlb: { readonly words: Int32Array; flush(): void; invalidate(linear: number): void };
  readonly last: Delivery;
  readonly bus: Bus;
  /**
   * Runs at most `budget` (>= 1) physical steps: instructions that retire (each REP iteration is one), deliveries of
   * their faults, deliveries of pending #DB traps. It takes no external interrupts by itself. Returns how many steps
   * were made; `stop` says why it ended.
   */
  run(budget: number): number;
  /** STOP_* of the last `run`. */
  readonly stop: number;
  /** Of the steps of the last `run`, how many ended an instruction (retired or faulted), and their cycles. */
  readonly ended: number;
  readonly cycles: number;
  /** Instructions (not deliveries) executed by the last `run` that began at a CPL above 0, or in a guest of VT-x. */
  readonly endedDeprivileged: number;
  /**
   * Delivers an interrupt or exception through the IDT as the manual has it, double and triple faults included. The
   * caller has decided that it is due. EIP must already be what is to be pushed. Wakes the processor from HLT.
   * `errorCode` is -1 for none. Sets `last`.
   */
  deliver(vector: number, kind: number, errorCode: number): void;
  /** EFLAGS with every arithmetic flag computed. */
  getEflags(): number;
  /** Sets all of EFLAGS, no checks. */
  setEflags(value: number): void;
  /**
   * Walks the page tables now (not through the TLB) for `linear`. With `mark`, accessed and dirty bits are set as an
   * access would; without, nothing changes. Paging off: identity.
   */
  translate(linear: number, access: "read" | "write" | "execute", user: boolean, mark: boolean): Translation;
  /** Forgets decoded instructions that belong to this processor alone. Never changes what a guest sees. */
  dropCaches(): void;
}
