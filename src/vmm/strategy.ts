import type { CpuState } from "../cpu/state.ts";
import type { Behaviour } from "../isa/behaviour.ts";
import type { Row, Words } from "../isa/types.ts";
import { switchReason } from "../machine/edits.ts";
import type { MachineEvent } from "../machine/events.ts";
import type { Image } from "../machine/loaders/image.ts";
import type { Machine } from "../machine/machine.ts";
import type { Memory } from "../machine/memory.ts";
import type { GuestView } from "../machine/tenant.ts";

/** A guest to be run. */
export interface GuestSetup {
  /** Guest memory in bytes, a multiple of 4096. */
  readonly memoryBytes: number;
  /** What-if rules in force. */
  readonly whatIf: readonly string[];
  /** The strategy's own switches that are on, by id; what it does not have is passed over. */
  readonly options?: readonly string[];
  /** Copies the program into guest memory and returns where it is entered. */
  readonly place: (memory: Memory) => number;
  /** The program itself, for a strategy that builds the guest's memory by what the image says of itself. */
  readonly image?: Image;
  /** Programs that run in domains of their own beside the guest. */
  readonly companions?: readonly CompanionSetup[];
  /** The program asks for a processor with VT-x; what it gets of it under a VMM is the strategy's affair. */
  readonly vmx?: boolean;
}

/** Memory of every other domain, in bytes. */
export const COMPANION_MEMORY = 4 << 20;

/** A program that runs beside the guest, in a domain of its own. */
export interface CompanionSetup {
  /** The domain's number. */
  readonly id: number;
  readonly image: Image;
}

/** A computer with a guest in it, ready for its first step. */
export interface Computer {
  readonly machine: Machine;
  /** The guest that was asked for. */
  readonly guest: GuestView;
  /** The other domains, where the strategy runs several. */
  readonly others?: readonly DomainView[];
}

/** A domain beside the guest's. */
export interface DomainView {
  readonly id: number;
  readonly name: Words;
  readonly guest: GuestView;
}

/**
 * Whose seat it is: `driver-` are the kernel and the user programs of another domain, `inner-` those of a guest that the
 * program on a bare machine runs by VT-x.
 */
export type SeatName =
  | "vmm"
  | "guest-kernel"
  | "guest-user"
  | "guest-ring1"
  | "guest-ring2"
  | "driver-kernel"
  | "driver-user"
  | "inner-kernel"
  | "inner-user";

/** Who may sit in a ring under a strategy. */
export interface Seat {
  readonly who: SeatName;
  readonly ring: 0 | 1 | 2 | 3;
  readonly virtualRing: 0 | 1 | 2 | 3 | null;
  /** Where a processor with VMX has two worlds of rings, the one it is in. */
  readonly world?: "root" | "non-root";
  readonly label: Words;
}

/** A switch that a strategy offers, off unless chosen. */
export interface StrategyOption {
  readonly id: string;
  readonly name: Words;
  /** What it changes, and what one sees of it. */
  readonly summary: Words;
  /** It can be turned in the middle of a run too. */
  readonly live?: true;
}

/** Those of a strategy's switches that `names` says are on, in the strategy's order; what it does not have is left out. */
export function optionsOn(strategy: Pick<Strategy, "options">, names: readonly string[] = []): string[] {
  return (strategy.options ?? []).map(({ id }) => id).filter((id) => names.includes(id));
}

/** Words for the turns of a strategy's live switches, as its reasons: see `switchReason`. */
export function turnReasons(options: readonly StrategyOption[]): Record<string, Words> {
  const reasons: Record<string, Words> = {};
  for (const { id, name, summary, live } of options) {
    if (live !== true) continue;
    const turned = (en: string, zh: string, more: Words): Words => ({
      en: `You switched "${name.en}" ${en} from here on. The VMM is called by an exit to see to it.${more.en}`,
      zh: `你从此处起${zh}了“${name.zh}”。VMM 经一次退出来处理。${more.zh}`,
    });
    reasons[switchReason(id, true)] = turned("on", "启用", { en: ` ${summary.en}`, zh: summary.zh });
    reasons[switchReason(id, false)] = turned("off", "关闭", { en: "", zh: "" });
  }
  return reasons;
}

/** What an event is about that tells of a turned switch: its id, and how it was turned. Null for other events. */
export function turnSubject({ reason }: Pick<MachineEvent, "reason">): string | null {
  const [, turned, id] = /^(on|off):(.+)$/.exec(reason) ?? [];
  return turned === undefined ? null : `${id} ${turned}`;
}

/** A strategy's row in the registry. */
export interface Strategy {
  readonly id: string;
  readonly name: Words;
  readonly summary: Words;
  readonly seats: readonly Seat[];
  readonly options?: readonly StrategyOption[];
  /** The guest's code is translated, which its `GuestView.translation` shows. */
  readonly translates?: boolean;
  /** Guests know their VMM and call it, which `GuestView.hypervisor` shows; they own the page tables. */
  readonly hypercalls?: boolean;
  /** Macros that are defined when a source is assembled for this strategy. */
  readonly defines?: readonly string[];
  /** How its runs are compared with others: in lockstep, unless the guest was rewritten for it. */
  readonly compares?: "lockstep" | "traces";
  /** It runs further domains beside the guest. */
  readonly companions?: true;
  /** Why an image cannot run under it at all; null if it can. */
  accepts?(image: Image, memoryBytes: number): Words | null;
  build(setup: GuestSetup): Computer;
  /** What one of the strategy's own events is about, by the name that it has in the VMM's interface; null for none. */
  subject?(event: MachineEvent): string | null;
  /** Words for the reasons of the strategy's own events. */
  readonly reasons: Readonly<Record<string, Words>>;
  /**
   * Why, under this strategy, the guest could tell: from what the equivalence check found.
   */
  explain(finding: Finding): Words;
  /**
   * What becomes of an instruction of the guest's kernel, in a sentence or two; null where there is nothing to say beyond
   * what it does at the ring that the kernel really has, which is `at`.
   */
  treats?(row: Row, at: Behaviour): Words | null;
  /** Why a real descriptor is not the guest's at the same index, for a VMM that keeps shadows of descriptor tables. */
  readonly shadowNotes?: (pair: ShadowPair) => readonly Words[];
  /** What the real table is that stands where the guest believes its own to be. */
  readonly shadowTables?: Readonly<Partial<Record<ShadowPair["table"] | "tss", Words>>>;
}

/** Whether guests are written anew for a strategy, so that their runs cannot be compared in lockstep. */
export function comparesByTraces({ compares }: Strategy): boolean {
  return compares === "traces";
}

/** The two dwords of a descriptor. */
export interface ShadowEntry {
  readonly low: number;
  readonly high: number;
}

/** The same index of the guest's table and of the real one; null beyond a limit or where nothing is mapped. */
export interface ShadowPair {
  readonly table: "gdt" | "ldt" | "idt";
  readonly index: number;
  readonly guest: ShadowEntry | null;
  readonly real: ShadowEntry | null;
  readonly virtualCpl: number;
}

/**
 * Why runs part whose program wants the processor's VT-x: as a guest it has none, whoever its VMM is.
 */
export function hidesVmx({ name }: Pick<Strategy, "name">): Words {
  return {
    en: `The program is a hypervisor itself and wants the processor's VT-x, which the VMM (${name.en}) hides from its guest: CPUID says that there is none, and what belongs to VT-x faults. It runs on bare metal only.`,
    zh: `该程序自己就是虚拟机监控器，需要处理器的 VT-x，而 VMM（${name.zh}）对客户机隐藏了它：CPUID 表明没有 VT-x，属于 VT-x 的操作都会引发异常。它只能在裸机上运行。`,
  };
}

/** Where two runs of a guest parted. */
export interface Finding {
  /** The instruction that ended when the runs parted; empty if there is none. */
  readonly mnemonic: string;
  /** Its row's id, or null. */
  readonly row: string | null;
  /** What the instruction does silently, if it does. */
  readonly silentWords: Words | null;
  /** The guest before the instruction, as it means itself. */
  readonly before: CpuState;
}
