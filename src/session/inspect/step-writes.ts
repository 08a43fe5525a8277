import type { Words } from "../../isa/types.ts";
import type { EventKind } from "../../machine/events.ts";
import { titleOf } from "../../recorder/words.ts";
import { runningDomain } from "../domains.ts";
import { bytesWritten } from "../last-write.ts";
import type { Run } from "../run.ts";

/** Who made a step. */
export interface StepActor {
  /** `processor`: the delivery of an external interrupt. */
  readonly who: "guest" | "vmm" | "processor";
  /** The ring it ran in, as the processor has it. */
  readonly ring: number;
  /** The instruction, for those that execute one; empty where a VMM's handler ran at its gate. */
  readonly text: string;
  /** Linear address of the instruction. */
  readonly linear: number;
  /** What a VMM's handler did in it (the first of the recorded events), or null. */
  readonly did: Words | null;
  /** Vector that the processor delivered at the end of the step, or null. */
  readonly delivered: number | null;
}

/** What the last step wrote to memory, and who made it. */
export interface StepWrites {
  /** Host-physical address of each byte written, and its value before. At most WRITE_LIMIT. */
  readonly before: ReadonlyMap<number, number>;
  /** Host-physical addresses of the bytes that were edited by hand at its end. */
  readonly edited: ReadonlySet<number>;
  readonly actor: StepActor | null;
}

const DELIVERED: ReadonlySet<EventKind> = new Set(["trap", "callout", "exception", "interrupt", "software-interrupt"]);
const HANDLED: ReadonlySet<EventKind> = new Set(["emulate", "reflect", "inject", "shadow-fill", "trace-hit"]);
const WRITE_LIMIT = 65_536;

const known = new WeakMap<Run, { readonly key: string; readonly writes: StepWrites }>();

/** Makes the last step again under observation. The run stands where it stood. */
export function lastStepWrites(run: Run): StepWrites {
  const here = run.step;
  if (here === 0) return atStart(run);
  const key = `${here} ${run.machine.recording}`;
  const last = known.get(run);
  if (last?.key === key) return last.writes;
  const { memory } = run.machine;
  const before = new Map<number, number>();
  run.timeline.seek(here - 1);
  const doer = doerOf(run);
  memory.observe(null, (address, size) => {
    for (let i = 0; i < size && before.size < WRITE_LIMIT; i++) {
      if (!before.has(address + i)) before.set(address + i, memory.bytes[address + i]!);
    }
  });
  run.forward(1);
  memory.unobserve(null);
  const writes = { before, edited: editedAt(run, here), actor: { ...doer, ...eventsOf(run, here) } };
  known.set(run, { key, writes });
  return writes;
}

/** Nobody has made a step, but there may have been edits. */
function atStart(run: Run): StepWrites {
  const edited = editedAt(run, 0);
  return { before: new Map([...edited].map((at) => [at, run.timeline.loadedByte(at)])), edited, actor: null };
}

function editedAt(run: Run, here: number): ReadonlySet<number> {
  const edited = new Set<number>();
  for (const { event, step } of run.machine.allEdits()) {
    const bytes = step === here ? bytesWritten(run, event, step) : null;
    for (let i = 0; i < (bytes?.count ?? 0); i++) edited.add(bytes!.first + i);
  }
  return edited;
}

/** Who makes the step that is about to be made. */
function doerOf(run: Run): Omit<StepActor, "did" | "delivered"> {
  const { machine, computer } = run;
  const { cpl } = machine.cpu.state;
  const domain = runningDomain(computer);
  if (domain === null) {
    const { linear, text, row } = run.probe.physicalInstruction();
    return { who: "vmm", ring: cpl, linear, text: row === "hostgate" ? "" : text };
  }
  const probe = run.probeOf(domain);
  probe.readGuest();
  const { linear, text } = probe.guestInstruction();
  const begins = machine.atGuestInstruction();
  return { who: begins ? "guest" : "processor", ring: cpl, linear, text: begins ? text : "" };
}

/** What the log knows of a step. */
function eventsOf({ log, strategy }: Run, step: number): Pick<StepActor, "did" | "delivered"> {
  const end = log.firstAt(step + 1);
  let did: Words | null = null;
  let delivered: number | null = null;
  for (let index = log.firstAt(step); index < end; index++) {
    const event = log.at(index);
    if (DELIVERED.has(event.kind)) delivered ??= event.vector >= 0 ? event.vector : null;
    else if (HANDLED.has(event.kind)) did ??= titleOf(event, strategy);
  }
  return { did, delivered };
}
