import type { MachineEvent } from "../../machine/events.ts";
import { runningDomain, sourcesOf } from "../domains.ts";
import { Probe } from "../position.ts";
import type { SourcePlace } from "../program.ts";
import type { Run } from "../run.ts";
import { beforeLastStep } from "./before.ts";
import type { Inspected } from "./index.ts";

/** Asks for what the last step did: the instruction that it executed, or that did not get so far. */
export type ExecutedAsk = Record<never, never>;

export interface ExecutedAnswer {
  /** The present step: the answer is about the one that led here. */
  readonly step: number;
  readonly instruction: {
    readonly text: string;
    /** Row id, or null. */
    readonly row: string | null;
    readonly source: SourcePlace | null;
    /** Whose instruction it was: that of a VMM has no source. */
    readonly guest: boolean;
    /**
     * `executed`; `faulted`: it was begun and raised an exception (a trap into a VMM, as a rule) or a VM exit; `held-up`: an
     * interrupt came before it, or a VM exit that is none of its own.
     */
    readonly how: "executed" | "faulted" | "held-up";
  } | null;
}

/** The instruction of the step that led to the present one; null at the beginning. */
export function inspectExecuted({ run, program }: Inspected): ExecutedAnswer {
  const found = beforeLastStep(run, "executed", () => {
    const domain = runningDomain(run.computer);
    const probe = new Probe(run.computer, domain?.guest);
    probe.readGuest();
    if (domain === null) return { ...pick(probe.physicalInstruction()), source: null, guest: false };
    const instruction = probe.guestInstruction();
    const { physical } = instruction;
    const source = physical === null ? null : (sourcesOf(program, domain.id)?.at(physical) ?? null);
    return { ...pick(instruction), source, guest: true };
  });
  const { step } = run;
  return { step, instruction: found === null ? null : { ...found, how: howOf(run) } };
}

function pick({ text, row }: { readonly text: string; readonly row: string | null }) {
  return { text, row };
}

const HELD_UP = new Set(["interrupt", "trap-interrupt", "host-counter"]);
const FAULTED = new Set(["fault", "trap"]);

function howOf({ log, step }: Run): "executed" | "faulted" | "held-up" {
  for (let i = log.firstAt(step); i < log.length && log.stepAt(i) === step; i++) {
    const { kind, reason, row }: MachineEvent = log.at(i);
    if (kind === "vm-exit") return row < 0 ? "held-up" : "faulted";
    if (kind !== "interrupt" && kind !== "trap" && kind !== "exception") continue;
    if (HELD_UP.has(reason)) return "held-up";
    if (FAULTED.has(reason)) return "faulted";
  }
  return "executed";
}
