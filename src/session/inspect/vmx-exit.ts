import { type CpuState, CS, VMX_OFF } from "../../cpu/state.ts";
import { EXIT_CYCLES } from "../../cpu/vmx/cycles.ts";
import { EPT_VIOLATION } from "../../cpu/vmx/ept.ts";
import type { Words } from "../../isa/types.ts";
import type { FieldName } from "../../isa/vmcs.ts";
import { EXIT_REASON_BASIC, EXIT_REASON_ENTRY_FAILURE, exitReason } from "../../isa/vmx-exits.ts";
import { EPT_FETCH, EPT_WRITE } from "../../isa/vmx-qualifications.ts";
import { GUEST_DOMAIN } from "../../machine/tenant.ts";
import { reasonOf } from "../../recorder/words.ts";
import { sourcesOf } from "../domains.ts";
import { eventView } from "../events.ts";
import type { Inspected } from "./index.ts";
import { type VmcsFieldView, viewField } from "./vmx-field.ts";
import { guestState, instructionOf } from "./vmx-guest.ts";
import { type HostPlace, hostPlace } from "./vmx-host.ts";
import { regionAt } from "./vmx-region.ts";
import { countBefore, lastBefore, vmxSums } from "./vmx-sums.ts";
import type { PageAccess } from "./walk.ts";

export interface VmxExitAsk {
  /** Place in the log of a VM exit or of a failed entry; null: the last one up to now. */
  readonly index: number | null;
}

/** One VM exit, or an entry that failed after its checks (`failed`). */
export interface VmxExitView {
  /** Place in the event log. */
  readonly index: number;
  readonly step: number;
  readonly tick: number;
  /** Which one it is of the run's exits, or of its failed entries, from 1. */
  readonly number: number;
  /** Basic exit reason, its name for breakpoints and the command line (`io-instruction`), and as it is called. */
  readonly reason: number;
  readonly name: string;
  readonly title: Words;
  readonly failed: boolean;
  /** What happened and why, in a sentence or two. */
  readonly sentence: Words;
  /** Of the guest; of a failed entry, that of the VMM. */
  readonly cpl: number;
  /** CS:RIP of the guest as saved; of a failed entry, where the VMM executed VMLAUNCH or VMRESUME. */
  readonly cs: number;
  readonly rip: number;
  /** The instruction there, its bytes in hex; null where it cannot be read. */
  readonly instruction: { readonly text: string; readonly bytes: string } | null;
  readonly source: { readonly file: string; readonly line: number } | null;
  /** Where the host goes on; null if the current VMCS is not to be had. */
  readonly host: HostPlace | null;
  /** The exit-information fields that this exit has given, decoded. */
  readonly fields: readonly VmcsFieldView[];
  /** Of an EPT violation, what was tried; null for others. */
  readonly access: PageAccess | null;
  /**
   * The VM entry before it: its step, and how long the guest ran from there, in instructions that ended and cycles. Null if
   * it is not in the log, and of a failed entry.
   */
  readonly entry: { readonly step: number; readonly ticks: number; readonly cycles: number } | null;
}

export interface VmxExitAnswer {
  readonly available: boolean;
  /** Null if the guest has not been left yet. */
  readonly exit: VmxExitView | null;
  /** Steps of the exits before and after that one; null if there is none. */
  readonly previous: number | null;
  readonly next: number | null;
  /** How many exits there are in all; where `exit` is a failed entry, how many of those. */
  readonly total: number;
}

/** Exit information in the order in which one reads it; beside the reason and the qualification, only what this exit has given. */
const FIELDS: readonly FieldName[] = [
  "exitReason",
  "exitQualification",
  "guestPhysicalAddress",
  "guestLinearAddress",
  "exitInterruptionInformation",
  "exitInterruptionErrorCode",
  "idtVectoringInformation",
  "idtVectoringErrorCode",
  "exitInstructionLength",
  "exitInstructionInformation",
];

/** Takes a VM exit apart; the run stands where it stood. */
export function inspectVmxExit({ run, program }: Inspected, { index: asked }: VmxExitAsk): VmxExitAnswer {
  const { log, machine } = run;
  const available = machine.cpu.vmx !== null;
  const { exits, entries, failedEntries } = vmxSums(log);
  const stepOf = (place: number | undefined) => (place === undefined ? null : log.stepAt(place));
  const index = asked ?? lastBefore(exits, log.firstAt(run.step + 1));
  const place = index === null ? -1 : countBefore(exits, index);
  if (index === null || exits[place] !== index) {
    return {
      available,
      exit: null,
      previous: null,
      next: stepOf(exits[0]),
      total: exits.length - failedEntries.length,
    };
  }
  const event = log.at(index);
  const failed = (event.b & EXIT_REASON_ENTRY_FAILURE) !== 0;
  const failedBefore = countBefore(failedEntries, index);
  const here = run.step;
  // The instruction of a failed entry is the VMM's: what it was is read before it has put the host's state into place.
  const vmm = failed ? readAt({ run, program }, event.step - 1, () => run.machine.cpu.state) : null;
  const left = readAt({ run, program }, event.step, (pointer) => {
    const guest = guestState(run, pointer);
    guest.eip = event.eip;
    return guest;
  });
  const { instruction, source, cs } = vmm ?? left;
  if (here !== run.step) run.timeline.seek(here);
  const entered = lastBefore(entries, index);
  const from = entered !== null && entered > (exits[place - 1] ?? -1) ? log.at(entered) : null;
  const basic = event.b & EXIT_REASON_BASIC;
  const reason = exitReason(basic);
  return {
    available,
    exit: {
      index,
      step: event.step,
      tick: event.tick,
      number: failed ? failedBefore + 1 : place + 1 - failedBefore,
      reason: basic,
      name: reason?.name ?? String(basic),
      title: reason?.title ?? { en: "?", zh: "?" },
      failed,
      sentence: reasonOf(event, run.strategy),
      cpl: event.cplBefore,
      cs,
      rip: event.eip >>> 0,
      instruction,
      // Where the instruction cannot be read, its address says where it would be.
      source: source ?? eventView(run, event, program).source,
      host: left.host,
      fields: left.fields,
      access: basic === EPT_VIOLATION ? accessOf(event.a) : null,
      entry:
        from === null
          ? null
          : {
              step: from.step,
              ticks: event.tick - from.tick - left.unended,
              // The exit itself is no time of the guest's. Where entry and exit are one step, both have the count of its end.
              cycles: Math.max(0, event.cycles - EXIT_CYCLES - from.cycles),
            },
    },
    previous: stepOf(exits[place - 1]),
    next: stepOf(exits[place + 1]),
    total: failed ? failedEntries.length : exits.length - failedEntries.length,
  };
}

function accessOf(qualification: number): PageAccess {
  if ((qualification & EPT_FETCH) !== 0) return "execute";
  return (qualification & EPT_WRITE) !== 0 ? "write" : "read";
}

/**
 * What stands in the VMCS and in memory at `step`, to which the run is taken: the exit information, and the instruction at
 * which a processor in `stateOf` the current VMCS stands. `unended`: 1 if the step counted an instruction that left the guest.
 */
function readAt({ run, program }: Inspected, step: number, stateOf: (pointer: number) => CpuState) {
  if (run.step !== step) run.timeline.seek(step);
  const { machine } = run;
  const { state } = machine.cpu;
  // On the bare machine every instruction counts that is begun.
  const unended = machine.countAll && machine.leftInstruction ? 1 : 0;
  const none = { fields: [], instruction: null, source: null, host: null, cs: 0, unended };
  if (state.vmxMode === VMX_OFF || state.vmcsPointer === -1) return none;
  const pointer = state.vmcsPointer >>> 0;
  const region = regionAt(run, pointer);
  const stood = stateOf(pointer);
  const found = instructionOf(run, stood);
  const address = found === null ? 0 : found.physical - run.guest.hostPhysical(0);
  return {
    fields: FIELDS.map((name) => viewField(name, region)).filter(({ name, idle }) => name === "exitReason" || !idle),
    instruction: found === null ? null : { text: found.text, bytes: found.bytes },
    source: found === null ? null : (sourcesOf(program, GUEST_DOMAIN)?.at(address) ?? null),
    host: hostPlace({ run, program }, pointer),
    cs: stood.selector[CS]!,
    unended,
  };
}
