import { ROWS } from "../isa/rows.ts";
import type { Words } from "../isa/types.ts";
import type { TimedInput } from "../machine/machine.ts";
import { type Computer, type GuestSetup, hidesVmx, type Strategy } from "../vmm/strategy.ts";
import { StateComparer } from "./compare-state.ts";
import { type GuestInstruction, Probe } from "./position.ts";
import type { SourceMap } from "./program.ts";
import { holdTables, innerStackPages, stackPages, stalePages, touchedPages } from "./stale-tlb.ts";
import type { Comparison, Difference, DifferenceItem, Outcome } from "./types.ts";

/** Accessed and dirty bits of an entry, at any alignment of the doubleword that holds them. */
const ACCESSED_DIRTY_BYTES = 0x60606060;
/** Steps that one guest instruction may take, traps and all, before the run counts as stuck. */
const TICK_LIMIT = 100_000;

/** One of the two runs. */
export interface Side {
  readonly strategy: Strategy;
  readonly computer: Computer;
  /** The strategy's switches that are on. */
  readonly options: readonly string[];
  /** Which addresses are the guest's own code, where a VMM of its own is linked into it (`paravirtualize/own-code.ts`). */
  readonly own?: (eip: number) => boolean;
}

/** Builds one side of a comparison. */
export function buildSide(strategy: Strategy, setup: GuestSetup, inputs: readonly TimedInput[]): Side {
  const computer = strategy.build(setup);
  for (const input of inputs) computer.machine.addInput(input);
  return { strategy, computer, options: setup.options ?? [] };
}

/**
 * The equivalence check (decision 8): the same guest under two strategies in lockstep, compared wherever a guest
 * instruction is about to begin. The left run is the one that is right by definition (bare metal).
 */
export class EquivalenceCheck {
  readonly left: Side;
  readonly right: Side;
  private readonly comparer: StateComparer;
  private readonly leftProbe: Probe;
  private readonly sources: SourceMap | null;
  private difference: Difference | null = null;
  private finished = false;
  private lastTick = 0;
  /** What ended the comparison without being a difference, and the instruction. */
  private endsAt: { readonly kind: Ending; readonly instruction: GuestInstruction } | null = null;
  private readonly tlbBefore: Int32Array;
  /** Values of the time-stamp counter that the left run has read in this tick, for the right run to read. */
  private stamps: number[] = [];
  private stampsFed = 0;

  constructor(left: Side, right: Side, sources: SourceMap | null) {
    this.left = left;
    this.right = right;
    this.sources = sources;
    this.comparer = new StateComparer(left.computer, right.computer);
    this.leftProbe = new Probe(left.computer);
    const { machine } = left.computer;
    this.tlbBefore = machine.cpu.tlb.words.slice();
    machine.tscTap = (value) => this.stamps.push(value);
    right.computer.machine.tscFeed = () =>
      this.stamps[Math.min(this.stampsFed++, this.stamps.length - 1)] ?? machine.cycles;
    this.align(left);
    this.align(right);
    const items = this.comparer.differences();
    if (items.length > 0) this.conclude(null, items);
  }

  /** Compares at most `ticks` more guest instructions. */
  advance(ticks: number): { readonly done: boolean } {
    for (let i = 0; i < ticks && !this.finished; i++) this.tick();
    return { done: this.finished };
  }

  /** Ends the check where it stands: what has been compared so far was equal. */
  stop(): void {
    if (!this.finished) this.finish();
  }

  /** Guest instructions compared. Once the check has ended it stays, however far the machines are run on. */
  get ticks(): number {
    return this.finished ? this.lastTick : this.left.computer.machine.ticks;
  }

  private finish(): void {
    this.lastTick = this.ticks;
    this.finished = true;
  }

  private tick(): void {
    this.leftProbe.readGuest();
    const instruction = this.left.computer.machine.outcome === "running" ? this.leftProbe.guestInstruction() : null;
    this.stamps = [];
    this.stampsFed = 0;
    this.tlbBefore.set(this.left.computer.machine.cpu.tlb.words);
    this.step(this.left);
    this.step(this.right);
    const items = this.comparer.differences();
    const a = this.left.computer.machine;
    const b = this.right.computer.machine;
    if (a.outcome !== b.outcome) items.push({ what: "outcome", left: a.outcome, right: b.outcome });
    else if (a.ticks !== b.ticks)
      items.push({ what: "guest instructions", left: String(a.ticks), right: String(b.ticks) });
    if (items.length === 0) {
      if (a.outcome !== "running") this.finish();
    } else if (this.isStale(instruction)) {
      this.endsAt = { kind: "stale-tlb", instruction: instruction ?? this.leftProbe.guestInstruction() };
      this.finish();
    } else if (instruction && this.readsMarks(instruction, items)) {
      this.endsAt = { kind: "accessed-dirty-read", instruction };
      this.finish();
    } else {
      this.conclude(instruction, items);
    }
  }

  /**
   * Whether the left run may have gone through a TLB entry that its page tables had left behind. Bare metal alone has
   * such entries: a VMM's shadow follows every write.
   */
  private isStale(instruction: GuestInstruction | null): boolean {
    const { cpu, memory } = this.left.computer.machine;
    const { state } = this.leftProbe;
    const stale = new Set<number>();
    // The instruction may itself have emptied the TLB, or put right the table that it had bypassed: so both TLBs are
    // held against the tables as either run has them.
    for (const tlb of [this.tlbBefore, cpu.tlb.words]) {
      for (const tables of [memory, this.right.computer.guest.memory]) {
        for (const page of stalePages(tables, state, tlb)) stale.add(page);
      }
    }
    if (stale.size === 0) return false;
    const touched = touchedPages(state, instruction);
    for (const page of innerStackPages(memory, state)) touched.add(page);
    for (const page of stackPages(cpu.state)) touched.add(page);
    return [...stale].some((page) => touched.has(page));
  }

  /**
   * Whether all that differs are accessed and dirty bits that the instruction has read out of a page table. Under a
   * VMM it may set such a bit, take a hidden fault, and read the bit when it is begun again.
   */
  private readsMarks(instruction: GuestInstruction, items: readonly DifferenceItem[]): boolean {
    const isMarks = ({ what, left, right }: DifferenceItem) =>
      /^(e[a-ds][xpi]|edi|memory .*)$/.test(what) && ((Number(left) ^ Number(right)) & ~ACCESSED_DIRTY_BYTES) === 0;
    // A comparison leaves what it has read in the flags alone.
    const isFlags = ({ what }: DifferenceItem) => what === "eflags";
    if (!items.every((item) => isMarks(item) || isFlags(item))) return false;
    const { state } = this.leftProbe;
    return holdTables(this.left.computer.machine.memory, state, touchedPages(state, instruction));
  }

  private step(side: Side): void {
    const { machine } = side.computer;
    machine.runToTick(machine.ticks + 1, TICK_LIMIT);
    this.align(side);
  }

  /** On to where the next guest instruction begins. */
  private align({ computer: { machine } }: Side): void {
    for (let i = 0; i < TICK_LIMIT && machine.outcome === "running" && !machine.atGuestInstruction(); i++)
      machine.run(1);
  }

  private conclude(instruction: GuestInstruction | null, items: DifferenceItem[]): void {
    this.finish();
    const row = instruction?.row ?? null;
    const facts = row === null ? null : ROWS[row as keyof typeof ROWS];
    const silence = facts?.silent ?? null;
    this.difference = {
      tick: this.left.computer.machine.ticks,
      leftStep: this.left.computer.machine.steps,
      rightStep: this.right.computer.machine.steps,
      eip: instruction?.eip ?? 0,
      row,
      mnemonic: facts?.mnemonic ?? "",
      text: instruction?.text ?? "",
      source: instruction?.physical == null ? null : (this.sources?.at(instruction.physical) ?? null),
      property: "equivalence",
      items,
      why: this.why(facts?.mnemonic ?? "", row, silence?.words ?? null),
      whatIf: silence?.whatIf ?? null,
    };
  }

  private why(mnemonic: string, row: string | null, silentWords: Words | null): Words {
    const { strategy, computer } = this.right;
    // A silent instruction comes before what a hypervisor's program does with VT-x, and parts the runs by itself.
    const { cpu, tenants } = this.left.computer.machine;
    const lacksVmx = cpu.vmx !== null && tenants.length === 0 && computer.machine.tenants.length > 0;
    if (lacksVmx && silentWords === null) return hidesVmx(strategy);
    return strategy.explain({ mnemonic, row, silentWords, before: this.leftProbe.state });
  }

  result(): Comparison {
    const { left, right } = this;
    return {
      left: left.strategy.id as Comparison["left"],
      right: right.strategy.id as Comparison["right"],
      equivalent: this.difference === null,
      ticks: this.ticks,
      difference: this.difference,
      consequences: [],
      exempt: this.exemptions(),
      leftOutcome: outcomeOf(left),
      rightOutcome: outcomeOf(right),
    };
  }

  private exemptions(): Comparison["exempt"] {
    const exempt: Comparison["exempt"][number][] = [];
    const count = this.comparer.accessedDirty;
    if (count > 0) exempt.push({ kind: "accessed-dirty", count, words: ACCESSED_DIRTY_WORDS });
    if (this.endsAt) {
      const { kind, instruction } = this.endsAt;
      exempt.push({ kind, count: 1, words: ENDINGS[kind](instruction) });
    }
    return exempt;
  }
}

const ACCESSED_DIRTY_WORDS: Words = {
  en: "Accessed and dirty bits appeared at another moment; the manual leaves open when a processor sets them.",
  zh: "访问位和脏位出现的时刻不同；手册没有规定处理器何时设置它们。",
};

/** What a comparison may end at that is neither a difference nor the end of the run. */
type Ending = "stale-tlb" | "accessed-dirty-read";

const ENDINGS: Readonly<Record<Ending, (instruction: GuestInstruction) => Words>> = {
  "stale-tlb": ({ text }) => ({
    en: `The comparison ends here: "${text}" went through a TLB entry that the guest had changed in its page tables without INVLPG or a load of CR3. A processor may use the old entry or the new one.`,
    zh: `比较到此为止：“${text}”经过了一个过时的 TLB 表项：客户机改了页表，却没有执行 INVLPG 或重新加载 CR3。处理器用旧表项或新表项都可以。`,
  }),
  "accessed-dirty-read": ({ text }) => ({
    en: `The comparison ends here: "${text}" read accessed or dirty bits out of a page table, which may appear at another moment.`,
    zh: `比较到此为止：“${text}”从页表中读出了访问位或脏位，它们出现的时刻可以不同。`,
  }),
};

function outcomeOf({ computer }: Side): Outcome {
  const { outcome } = computer.machine;
  return outcome === "running" ? "stopped" : outcome;
}
