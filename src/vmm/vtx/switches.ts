import type { Words } from "../../isa/types.ts";
import { NO_SWITCHES, type Switches } from "../../machine/edits.ts";
import type { Machine } from "../../machine/machine.ts";
import type { FaultJudgement } from "../../machine/tenant.ts";
import { FAULT_JUDGEMENTS } from "../fault-words.ts";
import { isOpenPort, writeBitmaps, writeOptions } from "./controls.ts";
import { EPT_POINTER } from "./ept.ts";
import { Exits } from "./exits.ts";
import { EVERYTHING } from "./guest-state.ts";
import { isOption, OPTIONS, type OptionId, TSC_OFFSET_HIGH, type VtxOptions } from "./options.ts";

const INVEPT_SINGLE_CONTEXT = 1;

const ALREADY_ON: Words = { en: "This option is on already.", zh: "此选项已经启用。" };
const ALREADY_OFF: Words = { en: "This option is off already.", zh: "此选项已经关闭。" };

/**
 * Switches that a person turns in the middle of a run. The host counter, which is then due at once, makes the guest exit; the
 * VMM does what the exit asks for, writes its controls anew and enters again. No instruction of the guest's is lost or added.
 */
export abstract class Switched extends Exits implements Switches {
  /** The switches as they are to be: `options` itself, or others of which the VMM is to learn at its next gate. */
  private wanted: VtxOptions;

  constructor(machine: Machine, guestBytes: number, options: VtxOptions) {
    super(machine, guestBytes, options);
    this.wanted = options;
    machine.switches = this;
    machine.passthrough = (port) => (this.options.has("open-ports") && isOpenPort(port) ? this.platform : null);
  }

  has(option: string): boolean {
    return isOption(option);
  }

  on(): readonly OptionId[] {
    return OPTIONS.map(({ id }) => id).filter((id) => this.wanted.has(id));
  }

  set(option: string, on: boolean): Words | null {
    if (!isOption(option)) return NO_SWITCHES;
    if (this.wanted.has(option) === on) return on ? ALREADY_ON : ALREADY_OFF;
    const wanted = new Set(this.wanted);
    if (on) wanted.add(option);
    else wanted.delete(option);
    this.wanted = wanted;
    this.machine.counterDeadline = this.machine.time;
    return null;
  }

  /** Whether a switch has been turned that the VMM has not learnt of. */
  protected get turned(): boolean {
    return this.wanted !== this.options;
  }

  /** Goes on by the switches as they have been turned: everything that they decide is made anew. */
  protected followSwitches(): void {
    const { machine, vcpu, vmcs, options: before, wanted } = this;
    const changed = (option: OptionId) => before.has(option) !== wanted.has(option);
    this.need(EVERYTHING);
    this.workBy(wanted);
    if (changed("shadow-paging")) this.shadows.reset();
    if (changed("ept-large-pages")) this.nested.clear();
    if (changed("tsc-offset")) {
      const { state } = vcpu;
      const step = wanted.has("tsc-offset") ? TSC_OFFSET_HIGH : -TSC_OFFSET_HIGH;
      state.tscOffsetHigh = (state.tscOffsetHigh + step) | 0;
    }
    if (changed("open-ports")) writeBitmaps(machine.memory, wanted);
    writeOptions(vmcs, wanted);
    machine.cpu.vmx!.invept(INVEPT_SINGLE_CONTEXT, () => [EPT_POINTER, 0, 0, 0]);
    this.translationsChanged = true;
  }

  /** With EPT a page fault is the guest's own, and no business of the VMM's. */
  judgeFault(linear: number, write: boolean, user: boolean): FaultJudgement | null {
    return this.paging === null ? null : FAULT_JUDGEMENTS[this.paging.judge(linear, write, user)];
  }

  protected saveSwitches(): SwitchesState {
    return { options: [...this.options], wanted: this.turned ? [...this.wanted] : null };
  }

  protected loadSwitches({ options, wanted }: SwitchesState): void {
    this.workBy(new Set(options));
    this.wanted = wanted === null ? this.options : new Set(wanted);
  }
}

/** What is on, and what is to be on from the next gate on; null for the same. */
export interface SwitchesState {
  readonly options: readonly OptionId[];
  readonly wanted: readonly OptionId[] | null;
}
