// Runs programs bare and under VT-x in lockstep, with the options that are given; prints what each of them came to. A process
// of its own: there the modules are Node's, which is twice as fast as under vitest.
import { CompareRun } from "../../../src/session/compare.ts";
import { parseProgramHeader } from "../../../src/session/program-header.ts";
import type { LoadRequest, StrategyId } from "../../../src/session/types.ts";
import { programFiles, programPaths, programText } from "../../programs/library.ts";

const SLICE = 200_000;

/** What a comparison came to, and what the program's header says that it does. */
export interface ProgramResult {
  readonly path: string;
  readonly expected: string;
  readonly found: string;
}

function run(path: string, options: readonly string[]): ProgramResult | null {
  const { program } = parseProgramHeader(programText(path));
  const verdict = program.comparisons.find(({ strategy }) => strategy === "vtx");
  if (verdict === undefined) return null;
  const request = (strategy: StrategyId): LoadRequest => ({
    program: { kind: "source", main: path, files: programFiles },
    strategy,
    memoryMiB: 16,
    whatIf: [],
    inputs: program.inputs,
    options,
  });
  const compared = new CompareRun(request("bare-metal"), request("vtx"));
  if (compared.problem !== null) return { path, expected: "a run", found: compared.problem.problem.en };
  while (!compared.advance(SLICE).done);
  const { difference, exempt, leftOutcome, rightOutcome } = compared.result();
  const early = exempt.filter(({ kind }) => kind !== "accessed-dirty").map(({ kind }) => kind);
  const end = `${leftOutcome} and ${rightOutcome}`;
  const found = difference ? `differs at ${difference.text}: ${JSON.stringify(difference.items)}` : "equivalent";
  const { outcome } = program.bareMetal;
  return {
    path,
    expected:
      verdict.verdict === "equivalent" ? `equivalent, ${outcome} and ${outcome}` : `differs at ${verdict.mnemonic}`,
    found: verdict.verdict === "equivalent" ? [found, end, ...early].join(", ") : found,
  };
}

const options = process.argv.slice(2);
console.log(JSON.stringify(programPaths.map((path) => run(path, options)).filter((result) => result !== null)));
