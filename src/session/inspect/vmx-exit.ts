import { CS, VMX_OFF } from "../../cpu/state.ts";
import type { Words } from "../../isa/types.ts";
import type { FieldName } from "../../isa/vmcs.ts";
import { EXIT_REASON_BASIC, EXIT_REASON_ENTRY_FAILURE, exitReason } from "../../isa/vmx-exits.ts";
import { GUEST_DOMAIN } from "../../machine/tenant.ts";
import { reasonOf } from "../../recorder/words.ts";
import { sourcesOf } from "../domains.ts";
import { eventView } from "../events.ts";
import type { Inspected } from "./index.ts";
import { type VmcsFieldView, viewField } from "./vmx-field.ts";
import { guestState, instructionOf } from "./vmx-guest.ts";
import { regionAt } from "./vmx-region.ts";
import { countBefore, lastBefore, vmxSums } from "./vmx-sums.ts";

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
  /** Which one it is of the run's exits, from 1. */
  readonly number: number;
  /** Basic exit reason, its name for breakpoints and the command line (`io-instruction`), and as it is called. */
  readonly reason: number;
  readonly name: string;
  readonly title: Words;
  readonly failed: boolean;
  /** What happened and why, in a sentence or two. */
  readonly sentence: Words;
  /** Of the guest. */
  readonly cpl: number;
  /** CS:RIP of the guest as saved. */
  readonly cs: number;
  readonly rip: number;
  /** The guest's instruction there, its bytes in hex; null where it cannot be read. */
  readonly instruction: { readonly text: string; readonly bytes: string } | null;
  readonly source: { readonly file: string; readonly line: number } | null;
  /** The exit-information fields that this exit has given, decoded. */
  readonly fields: readonly VmcsFieldView[];
  /** The VM entry before it: its step, and how long the guest ran from there. Null if it is not in the log. */
  readonly entry: { readonly step: number; readonly ticks: number; readonly cycles: number } | null;
}

export interface VmxExitAnswer {
  readonly available: boolean;
  /** Null if the guest has not been left yet. */
  readonly exit: VmxExitView | null;
  /** Steps of the exits before and after that one; null if there is none. */
  readonly previous: number | null;
  readonly next: number | null;
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
  const { exits, entries } = vmxSums(log);
  const stepOf = (place: number | undefined) => (place === undefined ? null : log.stepAt(place));
  const index = asked ?? lastBefore(exits, log.firstAt(run.step + 1));
  const place = index === null ? -1 : countBefore(exits, index);
  if (index === null || exits[place] !== index) {
    return { available, exit: null, previous: null, next: stepOf(exits[0]), total: exits.length };
  }
  const event = log.at(index);
  const here = run.step;
  if (here !== event.step) run.timeline.seek(event.step);
  const { fields, instruction, source, cs } = readAt({ run, program }, event.eip >>> 0);
  if (here !== event.step) run.timeline.seek(here);
  const entered = lastBefore(entries, index);
  // Of a failed entry there is none.
  const from = entered !== null && entered > (exits[place - 1] ?? -1) ? log.at(entered) : null;
  const basic = event.b & EXIT_REASON_BASIC;
  const reason = exitReason(basic);
  return {
    available,
    exit: {
      index,
      step: event.step,
      tick: event.tick,
      number: place + 1,
      reason: basic,
      name: reason?.name ?? String(basic),
      title: reason?.title ?? { en: "?", zh: "?" },
      failed: (event.b & EXIT_REASON_ENTRY_FAILURE) !== 0,
      sentence: reasonOf(event, run.strategy),
      cpl: event.cplBefore,
      cs,
      rip: event.eip >>> 0,
      instruction,
      // Where the instruction cannot be read, its address says where it would be.
      source: source ?? eventView(run, event, program).source,
      fields,
      entry:
        from === null ? null : { step: from.step, ticks: event.tick - from.tick, cycles: event.cycles - from.cycles },
    },
    previous: stepOf(exits[place - 1]),
    next: stepOf(exits[place + 1]),
    total: exits.length,
  };
}

/** What stands in the VMCS and in the guest's memory at the present step, which ended in an exit at `rip`. */
function readAt({ run, program }: Inspected, rip: number) {
  const { state } = run.machine.cpu;
  const none = { fields: [], instruction: null, source: null, cs: 0 };
  if (state.vmxMode === VMX_OFF || state.vmcsPointer === -1) return none;
  const pointer = state.vmcsPointer >>> 0;
  const region = regionAt(run, pointer);
  const fields = FIELDS.map((name) => viewField(name, region)).filter(
    ({ name, idle, value }) => name === "exitReason" || (!idle && (name !== "exitInstructionLength" || value !== 0)),
  );
  const guest = guestState(run, pointer);
  guest.eip = rip;
  const found = instructionOf(run, guest);
  const address = found === null ? 0 : found.physical - run.guest.hostPhysical(0);
  return {
    fields,
    instruction: found === null ? null : { text: found.text, bytes: found.bytes },
    source: found === null ? null : (sourcesOf(program, GUEST_DOMAIN)?.at(address) ?? null),
    cs: guest.selector[CS]!,
  };
}
