import { type Part, seeds } from "./campaign.ts";
import { type Outcome, runDirect, runGuest } from "./hypercalls.ts";

/** Sequences in all, under `npm test` and under `npm run fuzz`; each is made directly and by a guest. */
const SEQUENCES = { usual: 300, long: 20_000 };

/** What a part of the campaign came to. */
export interface HypercallResult {
  readonly sequences: number;
  readonly calls: number;
  readonly refused: number;
  /** Domains that the hypervisor had ended by then, or that had ended themselves. */
  readonly ended: number;
  /** Of the sequence that took longest. */
  readonly milliseconds: number;
  readonly failure: string | null;
}

const MODES = { direct: runDirect, guest: runGuest } as const satisfies Record<string, (seed: number) => Outcome>;
type Mode = keyof typeof MODES;

function runPart(mode: Mode, part: Part): HypercallResult {
  let [sequences, calls, refused, ended, milliseconds] = [0, 0, 0, 0, 0];
  for (const seed of seeds(SEQUENCES, part)) {
    const began = performance.now();
    try {
      const outcome = MODES[mode](seed);
      sequences++;
      calls += outcome.calls;
      refused += outcome.refused;
      ended += outcome.ended;
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      const failure = `seed ${seed}; again, alone: FUZZ_SEED=${seed} npx vitest run test/fuzz/hypercalls\n${text}`;
      return { sequences, calls, refused, ended, milliseconds, failure };
    }
    milliseconds = Math.max(milliseconds, performance.now() - began);
  }
  return { sequences, calls, refused, ended, milliseconds, failure: null };
}

const [mode, part, parts] = process.argv.slice(2);
if (mode === "direct" || mode === "guest")
  console.log(JSON.stringify(runPart(mode, { part: Number(part), parts: Number(parts) })));
