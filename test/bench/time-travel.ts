import { existsSync, readFileSync } from "node:fs";
import { Session } from "../../src/session/session.ts";
import { gatherSources } from "../../src/session/tools.ts";
import type { StrategyId } from "../../src/session/types.ts";
import { median } from "./measure.ts";

const MEMORY_MIB = 16;
/** What the page asks for with each moment. */
const BANDS = 600;
const MARKS = 400;

/** Guests that run for ever, in `guests/`. */
export const TRAVELLERS = ["compute", "pages", "traps"] as const;
export type Traveller = (typeof TRAVELLERS)[number];

/** Times in milliseconds: processor time where other processes took the processor away meanwhile. */
export interface Times {
  readonly median: number;
  readonly worst: number;
}

export interface Travel {
  readonly guest: Traveller;
  readonly strategy: StrategyId;
  readonly ticks: number;
  readonly steps: number;
  readonly events: number;
  /** Milliseconds that the run itself took. */
  readonly running: number;
  readonly seek: Times;
  readonly stepBack: Times;
  /** The swimlanes of the whole run, which are a part of both. */
  readonly window: Times;
  /** Resident memory of the process at most, and what the session added, in MB. */
  readonly memory: number;
  readonly grown: number;
}

function load(guest: Traveller, strategy: StrategyId): Session {
  const read = (path: string) => {
    const file = `programs/${path}`;
    return existsSync(file) ? readFileSync(file, "utf8") : null;
  };
  const main = `${guest}.asm`;
  const { files } = gatherSources(main, readFileSync(`test/bench/guests/${main}`, "utf8"), read);
  const session = new Session();
  const program = { kind: "source", main, files } as const;
  const result = session.load({ program, strategy, memoryMiB: MEMORY_MIB, whatIf: [], inputs: [] });
  if (!result.ok) throw new Error(`${guest}: ${result.problem.en} ${result.diagnostics[0]?.message.en ?? ""}`);
  return session;
}

function finish(session: Session): void {
  while (!session.advance(Number.MAX_SAFE_INTEGER).done);
}

/**
 * What an action takes, in milliseconds: of wall and processor time the smaller, so that other processes on the machine do
 * not count. (The action waits for nothing.)
 */
function timed(action: () => void): number {
  const cpu = process.cpuUsage();
  const start = performance.now();
  action();
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return Math.min(wall, (user + system) / 1000);
}

/** A seek and all that a person sees then; how long the swimlanes took is added to `windows`. */
function visit(session: Session, step: number, windows: number[]): number {
  return timed(() => {
    session.begin({ kind: "seek", step });
    finish(session);
    session.view();
    windows.push(timed(() => session.timelineWindow("step", 0, Number.MAX_SAFE_INTEGER, BANDS, MARKS)));
  });
}

/** Runs a guest to `ticks`, then seeks to random places `visits` times, each time followed by a step back. */
export function travel(guest: Traveller, strategy: StrategyId, ticks: number, visits: number): Travel {
  const before = process.memoryUsage().rss;
  const session = load(guest, strategy);
  const start = performance.now();
  session.begin({ kind: "seek-tick", tick: ticks });
  finish(session);
  const running = performance.now() - start;
  const { step: last, tick, eventCount } = session.view();
  const seeks: number[] = [];
  const backs: number[] = [];
  const windows: number[] = [];
  let memory = process.memoryUsage().rss;
  for (let i = 0, random = 1; i < visits; i++) {
    random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
    const step = 1 + Math.floor((random / 2 ** 32) * (last - 1));
    seeks.push(visit(session, step, windows));
    backs.push(visit(session, step - 1, windows));
    memory = Math.max(memory, process.memoryUsage().rss);
  }
  const times = (values: number[]): Times => ({ median: median(values), worst: Math.max(...values) });
  return {
    guest,
    strategy,
    ticks: tick,
    steps: last,
    events: eventCount,
    running,
    seek: times(seeks),
    stepBack: times(backs),
    window: times(windows),
    memory: memory / 1e6,
    grown: (memory - before) / 1e6,
  };
}
