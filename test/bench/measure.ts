import type { Run } from "../../src/session/run.ts";
import { type BenchProgram, startImage, withIterations } from "./guests.ts";

const DEBUG_PORT = 0xe9;
const BEGIN = 2;
const END = 3;
/** Instructions between the two markers that are not between the two RDTSCs: `common.inc` has them. */
const AROUND = 7;
const SLICE = 2_000_000;
const STEP_LIMIT = 20_000_000_000;

/** One run of a guest from marker to marker. */
export interface Sample {
  readonly n: number;
  readonly milliseconds: number;
  /** Guest instructions between the two RDTSCs. */
  readonly instructions: number;
  readonly steps: number;
  /** The checksum of the report, or what the guest printed instead. */
  readonly sum: string;
}

/** A marker seen at port E9. */
interface Mark {
  readonly value: number;
  readonly time: number;
  readonly tick: number;
  readonly step: number;
}

/** Notes when the guest writes its markers; everything else goes on to the run's own log. */
function watchMarkers(run: Run): Mark[] {
  const marks: Mark[] = [];
  const { machine, log } = run;
  machine.sink = {
    wants: () => true,
    record(event) {
      if (event.kind === "io" && event.reason !== "in" && event.a === DEBUG_PORT && event.b <= END) {
        marks.push({ value: event.b, time: performance.now(), tick: machine.ticks, step: machine.steps });
      }
      log.record(event);
    },
  };
  return marks;
}

/** Runs a guest for `n` iterations with its whole history kept, as a session does. */
export function measure(image: Uint8Array, strategy: string, n: number): Sample {
  const run = startImage(withIterations(image, n), strategy);
  const marks = watchMarkers(run);
  while (!run.ended && run.step < STEP_LIMIT) run.forward(SLICE);
  const begin = marks.find((mark) => mark.value === BEGIN);
  const end = marks.find((mark) => mark.value === END);
  const text = run.computer.guest.platform.debug.text();
  const sum = /sum=([0-9a-f]{8})/.exec(text)?.[1];
  if (!begin || !end || sum === undefined) {
    return {
      n,
      milliseconds: 0,
      instructions: 0,
      steps: run.step,
      sum: `${run.machine.outcome}: ${text.slice(0, 120)}`,
    };
  }
  return {
    n,
    milliseconds: end.time - begin.time,
    instructions: end.tick - begin.tick - AROUND,
    steps: end.step - begin.step,
    sum,
  };
}

/** What is wrong with a guest's check run, or null. */
export function complaint(program: BenchProgram, sample: Sample): string | null {
  if (sample.sum !== program.sum) return `checksum ${sample.sum}, ${program.sum} expected`;
  if (program.a === undefined || program.b === undefined) return null;
  const expected = program.a + program.b * sample.n;
  return sample.instructions === expected ? null : `${sample.instructions} instructions, ${expected} expected`;
}

/** The score of a sample in the program's unit: MIPS, events per second, or MiB per second. */
export function score(program: BenchProgram, sample: Sample): number {
  const seconds = sample.milliseconds / 1000;
  if (program.unit === "event") return ((program.events ?? 1) * sample.n) / seconds;
  if (program.unit === "byte") return ((program.bytes ?? 0) * sample.n) / 2 ** 20 / seconds;
  return sample.instructions / seconds / 1e6;
}

/** Iterations that take about `milliseconds`, judged by growing runs. */
export function iterationsFor(image: Uint8Array, strategy: string, from: number, milliseconds: number): number {
  let n = from;
  for (;;) {
    const sample = measure(image, strategy, n);
    if (sample.milliseconds <= 0) return n;
    if (sample.milliseconds > milliseconds / 8)
      return Math.max(1, Math.round((n * milliseconds) / sample.milliseconds));
    n *= 8;
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
