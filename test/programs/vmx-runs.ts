import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseProgramHeader } from "../../src/session/program-header.ts";
import { Session } from "../../src/session/session.ts";
import { PROGRAMS, programFiles, programPaths, programText } from "./library.ts";
import { build, type Observed, onBochs, type SeenExit } from "./oracle-machines.ts";

const BUDGET = 5_000_000;
const SLICE = 200_000;
const RECORD = join(import.meta.dirname, "vmx-exits.txt");

/** Programs that are hypervisors. */
export const hypervisors = programPaths.filter((path) => parseProgramHeader(programText(path)).program.vmx);

/** Runs a program to its end: its VM exits and failed entries. */
export function exitsHere(path: string): SeenExit[] {
  const session = new Session();
  const { inputs } = parseProgramHeader(programText(path)).program;
  const program = { kind: "source", main: path, files: programFiles } as const;
  const loaded = session.load({ program, strategy: "bare-metal", memoryMiB: 16, whatIf: [], inputs });
  if (!loaded.ok) throw new Error(`${path}: ${JSON.stringify(loaded.diagnostics[0])}`);
  session.begin({ kind: "run", direction: "forward", until: null, maxSteps: BUDGET });
  while (!session.advance(SLICE).done);
  return session.events(0, Number.MAX_SAFE_INTEGER).flatMap(({ kind, index }) => {
    if (kind !== "vm-exit" && kind !== "vm-fail") return [];
    const { exit } = session.inspect({ kind: "vmx-exit", index });
    if (exit === null || exit.index !== index) return [];
    const qualification = exit.fields.find(({ name }) => name === "exitQualification");
    return [[exit.reason, qualification?.value ?? 0] as const];
  });
}

/** The same in Bochs, with what the program puts out and how it ends. */
export async function runInBochs(path: string): Promise<Observed> {
  const directory = mkdtempSync(join(tmpdir(), "ringside-hypervisor-"));
  try {
    return await onBochs(build(join(PROGRAMS, path), directory), directory, true);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** What Bochs has told of each program's exits. A line: the path, then reason and qualification (hexadecimal) of each. */
export function recordedExits(): Readonly<Record<string, readonly SeenExit[]>> {
  const lines = readFileSync(RECORD, "utf8").trimEnd().split("\n");
  return Object.fromEntries(
    lines.map((line) => {
      const [path = "", ...exits] = line.split(" ");
      return [
        path,
        exits.map((exit) => [Number.parseInt(exit, 10), Number.parseInt(exit.split(":")[1]!, 16)] as const),
      ];
    }),
  );
}

/** Keeps what Bochs has told. */
export function writeRecord(exits: Readonly<Record<string, readonly SeenExit[]>>): void {
  const text = ([reason, qualification]: SeenExit) => ` ${reason}:${qualification.toString(16)}`;
  const lines = Object.entries(exits).map(([path, list]) => `${path}${list.map(text).join("")}\n`);
  writeFileSync(RECORD, lines.join(""));
}
