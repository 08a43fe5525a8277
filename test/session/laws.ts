import { EventLog } from "../../src/recorder/event-log.ts";
import { PageStore } from "../../src/recorder/page-store.ts";
import { prepareProgram, setupOf } from "../../src/session/prepare.ts";
import { parseProgramHeader } from "../../src/session/program-header.ts";
import { Run } from "../../src/session/run.ts";
import type { ProgramSpec, StrategyId, TimedInput } from "../../src/session/types.ts";
import { findStrategy } from "../../src/vmm/registry.ts";
import type { Computer, GuestSetup } from "../../src/vmm/strategy.ts";
import type { Random } from "../fuzz/random.ts";
import { programFiles, programText } from "../programs/library.ts";
import { type Fingerprint, fingerprint } from "./fingerprint.ts";

export const STRATEGIES = ["bare-metal", "trap-and-emulate"] as const;
export type StrategyName = StrategyId;
const MEMORY_MIB = 16;

/** A program of `programs/`, assembled and ready to be built as often as one likes. */
export interface Subject {
  readonly setup: GuestSetup;
  readonly inputs: readonly TimedInput[];
}

/** @param strategy the one that it is assembled for, where that matters */
export function subject(path: string, strategy: StrategyName = "bare-metal"): Subject {
  const { inputs } = parseProgramHeader(programText(path)).program;
  const program: ProgramSpec = { kind: "source", main: path, files: programFiles };
  const request = { program, strategy, memoryMiB: MEMORY_MIB, whatIf: [], inputs };
  const target = findStrategy(strategy)!;
  const result = prepareProgram(program, MEMORY_MIB << 20, target);
  if (!result.ok) throw new Error(`${path}: ${result.problem.en}`);
  return { setup: setupOf(result.prepared, request, target), inputs };
}

/** The subject with its history. */
export function runOf({ setup, inputs }: Subject, strategy: StrategyName): Run {
  return new Run(findStrategy(strategy)!, setup, inputs);
}

/** The subject without: a fresh computer, its events, and how to look at it. */
export class Fresh {
  readonly computer: Computer;
  readonly log: EventLog;
  private readonly store: PageStore;

  constructor({ setup }: Subject, strategy: StrategyName, inputs: readonly TimedInput[]) {
    this.computer = findStrategy(strategy)!.build(setup);
    const { machine } = this.computer;
    this.log = new EventLog(machine);
    machine.sink = this.log;
    for (const input of inputs) machine.addInput(input);
    this.store = new PageStore(machine.memory);
  }

  /** On to a step, in slices of any size; with `dropping`, all caches are lost now and then. */
  runTo(step: number, random: Random, dropping: boolean): void {
    const { machine } = this.computer;
    while (machine.steps < step && machine.outcome === "running") {
      machine.run(Math.min(step - machine.steps, random.oneIn(3) ? random.between(1, 7) : random.between(1, 3000)));
      if (dropping && random.oneIn(3)) {
        machine.cpu.dropCaches();
        machine.memory.dropAllCode();
      }
    }
  }

  fingerprint(): Fingerprint {
    return fingerprint(this.computer.machine, this.store.take());
  }
}

export function fingerprintOf(run: Run): Fingerprint {
  return fingerprint(run.machine, run.timeline.pages());
}
