import { describe, expect, it } from "vitest";
import { assembleFiles, sourceLines } from "../../src/session/program.ts";
import { parseProgramHeader } from "../../src/session/program-header.ts";
import { Session } from "../../src/session/session.ts";
import { findStrategy } from "../../src/vmm/registry.ts";
import { companionPaths, programFiles, programPaths, programText } from "./library.ts";

const BUDGET = 5_000_000;
const PAGE = 0x1000;
const DEFINES = findStrategy("paravirtual")!.defines!;

const ported = programPaths.filter((path) =>
  parseProgramHeader(programText(path)).program.comparisons.some(({ strategy }) => strategy === "paravirtual"),
);

/** Sensitive instructions that do not trap, among the bytes of a ported kernel: its pages begin with the one of Xen's notes. */
function silentInKernel(path: string): string[] {
  const assembly = assembleFiles(path, programFiles, DEFINES);
  expect(assembly.diagnostics).toEqual([]);
  const notes = Buffer.from(assembly.bytes).indexOf("Xen\0", 0, "latin1");
  expect(notes).toBeGreaterThan(0);
  const kernel = Math.floor((assembly.origin + notes) / PAGE) * PAGE;
  return sourceLines(assembly)
    .filter(({ address, mark }) => address >= kernel && mark === "silent")
    .map(({ file, line, row }) => `${file}:${line} ${row}`);
}

describe.each([...ported, ...companionPaths])("the kernel of %s as a Xen guest", (path) => {
  it("contains no sensitive instruction that runs unnoticed in ring 1", () => {
    expect(silentInKernel(path)).toEqual([]);
  });
});

describe.each(ported)("the run of %s as a Xen guest", (path) => {
  it("meets none either, whatever bytes are executed", () => {
    const session = new Session();
    const { inputs } = parseProgramHeader(programText(path)).program;
    const program = { kind: "source", main: path, files: programFiles } as const;
    const loaded = session.load({ program, strategy: "paravirtual", memoryMiB: 16, whatIf: [], inputs });
    expect(loaded.ok).toBe(true);
    session.begin({ kind: "run", direction: "forward", until: null, maxSteps: BUDGET });
    while (!session.advance(BUDGET).done);
    const events = session.events(0, Number.MAX_SAFE_INTEGER);
    expect(events.filter(({ kind, cplBefore }) => kind === "silent" && cplBefore < 3)).toEqual([]);
  });
});

describe("ported programs", () => {
  it("are eight at least, each from one source with the native one", () => {
    expect(ported.length).toBeGreaterThanOrEqual(8);
    for (const path of ported) {
      const native = assembleFiles(path, programFiles).bytes;
      const port = assembleFiles(path, programFiles, DEFINES).bytes;
      expect(Buffer.from(native).equals(Buffer.from(port))).toBe(false);
    }
  });
});
