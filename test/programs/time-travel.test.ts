import { describe, expect, it } from "vitest";
import { parseProgramHeader } from "../../src/session/program-header.ts";
import { Session } from "../../src/session/session.ts";
import type { Command, StrategyId } from "../../src/session/types.ts";
import { programFiles, programPaths, programText } from "./library.ts";

const BUDGET = 5_000_000;
const SLICE = 200_000;
/** Where to go in a run, as parts of its length; out of order, so that seeks go both ways. */
const PLACES = [0.71, 0.38];

function load(path: string, strategy: StrategyId): Session {
  const session = new Session();
  const { inputs } = parseProgramHeader(programText(path)).program;
  const program = { kind: "source", main: path, files: programFiles } as const;
  expect(session.load({ program, strategy, memoryMiB: 16, whatIf: [], inputs }).ok).toBe(true);
  return session;
}

function go(session: Session, command: Command): void {
  session.begin(command);
  while (!session.advance(SLICE).done);
}

/** Step and digest of the whole guest state at a step. */
function at(session: Session, step: number): { step: number; digest: string } {
  go(session, { kind: "seek", step });
  return { step: session.view().step, digest: session.digest() };
}

/** Seeks about in a run that has been to its end, and compares with fresh runs to the same steps. */
function check(path: string, strategy: StrategyId): void {
  const travelled = load(path, strategy);
  go(travelled, { kind: "run", direction: "forward", until: null, maxSteps: BUDGET });
  const end = travelled.view().step;
  const atEnd = { step: end, digest: travelled.digest() };
  for (const place of PLACES) {
    const step = Math.floor(end * place);
    expect(at(travelled, step)).toEqual(at(load(path, strategy), step));
  }
  expect(at(travelled, end)).toEqual(atEnd);
}

describe.each(programPaths)("a seek in %s", (path) => {
  it("comes to the same state as a fresh run on bare metal", () => check(path, "bare-metal"));
  const { bareOnly, comparisons } = parseProgramHeader(programText(path)).program;
  if (bareOnly !== null) return;
  it("comes to the same state as a fresh run under trap-and-emulate", () => check(path, "trap-and-emulate"));
  if (!comparisons.some(({ strategy }) => strategy === "paravirtual")) return;
  it("comes to the same state as a fresh run under paravirtual", () => check(path, "paravirtual"));
});
