import type { Cpu } from "../cpu/cpu.ts";
import type { CpuState } from "../cpu/state.ts";
import type { Words } from "../isa/types.ts";
import type { FactGroup } from "./describe.ts";
import type { HypervisorView } from "./hypervisor.ts";
import type { Memory } from "./memory.ts";
import type { Platform } from "./platform.ts";
import type { TranslationView } from "./translation.ts";

/**
 * Somebody who lives in the simulated computer beside, above or below the guest: a VMM, later a VMM inside a guest.
 * Its code is TypeScript behind host gates (decision 6); its tables, stack and stubs are bytes in simulated memory.
 * All its mutable state goes in and out through `save` and `load`.
 */
export interface Tenant {
  /** Position in `machine.tenants`, from 1; 0 means the guest on the bare machine. */
  readonly id: number;
  readonly name: string;
  /** The processor stands at gate number `index`; afterwards it goes on at whatever EIP the tenant left. */
  gate(index: number): void;
  /** Whether that gate, if run now, would begin by running a guest instruction in the guest's place. */
  runsGuestAt(index: number): boolean;
  /** A structured-clonable copy of every mutable thing that is not in simulated memory. */
  save(): unknown;
  load(state: unknown): void;
  /** What it holds of its guest beside what is in simulated memory, for those who show it. A function of the step. */
  describe(): readonly FactGroup[];
}

/** Number of the domain that the guest itself runs in, where a VMM runs several. */
export const GUEST_DOMAIN = 1;

/** How a VMM would judge a page fault that an access of its guest takes on the real processor. */
export interface FaultJudgement {
  /** Short, as the field says it: `hidden`, `true`, `trace`, ... */
  readonly kind: string;
  readonly name: Words;
  readonly words: Words;
}

/** A guest as its strategy lets one look at it: what the guest believes, wherever that is really kept. */
export interface GuestView {
  /** Fills `into` with the processor's state as the guest means it, at this step. */
  readState(into: CpuState): void;
  /** Guest-physical memory. */
  readonly memory: Memory;
  /** The devices the guest believes it has. */
  readonly platform: Platform;
  /** The guest's own CPL now (the one it believes). */
  virtualCpl(): number;
  /** True while the processor runs the guest itself, false while a VMM runs. */
  inGuest(): boolean;
  /** Guest-physical to physical. */
  hostPhysical(guestPhysical: number): number;
  /** The processor on which a VMM runs instructions in the guest's place, over guest-physical memory; null without one. */
  readonly emulator: Cpu | null;
  /** What a real page fault at `linear` would be to the VMM; absent or null where there is none. Changes nothing. */
  judgeFault?(linear: number, write: boolean, user: boolean): FaultJudgement | null;
  /**
   * CR3 and the page tables hold host-physical addresses, so that a walk goes through the machine's memory; it is a
   * guest-physical one where, less `hostPhysical(0)`, it is inside `memory`.
   */
  readonly directPaging?: boolean;
  /** The domain that the processor runs now, where there are several; -1 for the VMM. */
  domain?(): number;
  /**
   * Top of the kernel stack that a trap out of ring 3 would use now, as SS * 2^32 + ESP; absent where it is what the
   * guest's task-state segment says.
   */
  taskStack?(): number;
  /** What stands for the guest's code, where a VMM translates it; absent where none does. Changes nothing. */
  translation?(): TranslationView;
  /** The hypervisor that the guest knows of and calls; absent where there is none. Changes nothing. */
  hypervisor?(): HypervisorView;
}
