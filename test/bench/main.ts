// `npm run bench`: how fast guests run, with their history kept, and how fast one travels in it.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { StrategyId } from "../../src/session/types.ts";
import { STRATEGIES } from "../../src/vmm/registry.ts";
import { CROSSING, type Crossing, type PerOperation, perOperation } from "./crossings.ts";
import { assembleFile, type BenchProgram, benchPrograms, DEFAULT_FOLDER } from "./guests.ts";
import { complaint, iterationsFor, measure, median, score } from "./measure.ts";
import { TRAVELLERS, type Travel, type Traveller, travel } from "./time-travel.ts";

const HELP = `npm run bench -- [options]

Runs the peers' thirteen guests on bare metal and under the VMM, and prints the median of several runs: MIPS, events per
second or MiB per second. Then measures time travel: ${TRAVELLERS.join(", ")} to 10 million instructions, 200 random seeks,
each followed by a step back, as a person sees them. The bar is 100 ms (20 of them for the swimlanes) and 300 MB.
At the end: how often a system call, a page fault and a fork's page-table updates enter the VMM, and what they cost.

  --guests DIR     folder of the benchmark (${DEFAULT_FOLDER})
  --only A,B       only these programs or time-travel guests
  --vmm A,B        only these strategies
  --runs N         runs of each program (5)
  --ms N           milliseconds of a run, about (500)
  --travel N       instructions before travelling (10000000); 0 leaves it out
  --seeks N        seeks (200)
  --json           print JSON

Ends with exit code 1 if a checksum or an instruction count is wrong, or the bar is missed.
`;

const OPTIONS = {
  guests: { type: "string", default: DEFAULT_FOLDER },
  only: { type: "string", default: "" },
  vmm: { type: "string", default: "" },
  runs: { type: "string", default: "5" },
  ms: { type: "string", default: "500" },
  travel: { type: "string", default: "10000000" },
  seeks: { type: "string", default: "200" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
  /** One guest's time travel, in a process of its own so that its memory can be measured. */
  traveller: { type: "string", default: "" },
} as const;

const UNITS = { insn: "MIPS", event: "events/s", byte: "MiB/s" } as const;
const BAR_MS = 100;
const BAR_WINDOW_MS = 20;
const BAR_MB = 300;

interface Score {
  readonly program: string;
  readonly strategy: string;
  readonly unit: string;
  readonly median: number;
  readonly least: number;
  readonly most: number;
  readonly n: number;
  /** Physical steps for each guest instruction. */
  readonly stepsPerInstruction: number;
  readonly complaint: string | null;
}

function bench(program: BenchProgram, image: Uint8Array, strategy: string, runs: number, ms: number): Score {
  const check = measure(image, strategy, program.checkN);
  const n = iterationsFor(image, strategy, program.checkN, ms);
  const samples = Array.from({ length: runs }, () => measure(image, strategy, n));
  const scores = samples.map((sample) => score(program, sample));
  const { steps, instructions } = samples[0]!;
  return {
    program: program.name,
    strategy,
    unit: UNITS[program.unit],
    median: median(scores),
    least: Math.min(...scores),
    most: Math.max(...scores),
    n,
    stepsPerInstruction: steps / Math.max(1, instructions),
    complaint: complaint(program, check),
  };
}

function shown(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)} M`;
  if (value >= 1e4) return `${(value / 1e3).toFixed(0)} k`;
  return value >= 100 ? value.toFixed(0) : value.toFixed(1);
}

function scoreLine({ program, strategy, unit, complaint: wrong, ...result }: Score): string {
  const range = `(${shown(result.least)} to ${shown(result.most)})`;
  const steps = result.stepsPerInstruction > 1.01 ? `${result.stepsPerInstruction.toFixed(2)} steps/insn` : "";
  const cells = [
    program.padEnd(8),
    strategy.padEnd(17),
    shown(result.median).padStart(8),
    unit.padEnd(9),
    range.padEnd(24),
    steps,
  ];
  return `${cells.join(" ").trimEnd()}${wrong === null ? "" : `  WRONG: ${wrong}`}`;
}

function meetsBar({ seek, stepBack, window, memory }: Travel): boolean {
  return Math.max(seek.worst, stepBack.worst) <= BAR_MS && window.median <= BAR_WINDOW_MS && memory <= BAR_MB;
}

function travelLine(result: Travel): string {
  const times = ({ median: middle, worst }: Travel["seek"]) => `${middle.toFixed(1)} ms, worst ${worst.toFixed(1)}`;
  return (
    `${result.guest.padEnd(8)} ${result.strategy.padEnd(17)} seek ${times(result.seek)}; step back ${times(result.stepBack)}; lanes ${times(result.window)}; ` +
    `${result.memory.toFixed(0)} MB; ran ${(result.running / 1000).toFixed(1)} s, ${result.steps} steps, ${result.events} events` +
    (meetsBar(result) ? "" : "  MISSES THE BAR")
  );
}

/** Time travel of one guest, measured in a process of its own. */
function travelApart(guest: Traveller, strategy: string, ticks: string, seeks: string): Travel {
  const script = process.argv[1]!;
  const args = [
    ...process.execArgv,
    script,
    "--traveller",
    `${guest}:${strategy}`,
    "--travel",
    ticks,
    "--seeks",
    seeks,
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", maxBuffer: 1 << 24 });
  if (status !== 0) throw new Error(`time travel of ${guest} under ${strategy} failed:\n${stderr}`);
  return JSON.parse(stdout) as Travel;
}

interface CrossingScore extends PerOperation {
  readonly what: string;
  readonly strategy: string;
}

function crossingTable(strategies: readonly string[]): CrossingScore[] {
  return (Object.keys(CROSSING) as Crossing[]).flatMap((main) =>
    strategies.map((strategy) => ({
      what: CROSSING[main].what,
      strategy,
      ...perOperation(main, strategy as StrategyId),
    })),
  );
}

function crossingLine({ what, strategy, entries, cycles }: CrossingScore): string {
  return `${what.padEnd(34)} ${strategy.padEnd(19)} ${entries.toFixed(2).padStart(6)} entries ${cycles.toFixed(0).padStart(7)} cycles`;
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (values.traveller !== "") {
    const [guest, strategy] = values.traveller.split(":") as [Traveller, StrategyId];
    process.stdout.write(JSON.stringify(travel(guest, strategy, Number(values.travel), Number(values.seeks))));
    return 0;
  }
  const chosen = (list: string, name: string) => list === "" || list.split(",").includes(name);
  // The guests are native ones: a strategy that asks for ported guests cannot run them.
  const native = STRATEGIES.filter(({ accepts }) => accepts === undefined);
  const strategies = native.map(({ id }) => id).filter((id) => chosen(values.vmm, id));
  const say = (line: string) => void (values.json || process.stdout.write(`${line}\n`));
  const scores: Score[] = [];
  for (const program of (await benchPrograms(values.guests)).filter(({ name }) => chosen(values.only, name))) {
    const image = assembleFile(join(values.guests, "guest", `${program.name}.asm`));
    for (const strategy of strategies) {
      scores.push(bench(program, image, strategy, Number(values.runs), Number(values.ms)));
      say(scoreLine(scores.at(-1)!));
    }
  }
  const travels: Travel[] = [];
  if (Number(values.travel) > 0) {
    say(`\ntime travel at ${Number(values.travel).toLocaleString("en")} instructions`);
    for (const guest of TRAVELLERS.filter((name) => chosen(values.only, name))) {
      for (const strategy of strategies) {
        travels.push(travelApart(guest, strategy, values.travel, values.seeks));
        say(travelLine(travels.at(-1)!));
      }
    }
  }
  const crossings = crossingTable(STRATEGIES.map(({ id }) => id).filter((id) => chosen(values.vmm, id)));
  say(`\nentries into the VMM and cycles, for each operation\n${crossings.map(crossingLine).join("\n")}`);
  if (values.json) process.stdout.write(`${JSON.stringify({ scores, travels, crossings }, null, 2)}\n`);
  return scores.some((result) => result.complaint !== null) || !travels.every(meetsBar) ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
