import { beforeAll, describe, expect, it } from "vitest";
import { parseProgramHeader } from "../../src/session/program-header.ts";
import { twoAtATime } from "../bochs/harness.ts";
import { findTool } from "../tools/find.mjs";
import { programFiles, programText } from "./library.ts";
import type { Observed } from "./oracle-machines.ts";
import { vmcsNames } from "./vmcs-names.ts";
import { exitsHere, hypervisors, recordedExits, runInBochs } from "./vmx-runs.ts";

const record = recordedExits();
const hasBochs = findTool("nasm") !== "" && findTool("bochs") !== "";

describe.each(hypervisors)("the hypervisor %s", (path) => {
  const exits = exitsHere(path);

  it("leaves its guests as its header says", () => {
    expect(exits.map(([reason]) => reason)).toEqual(parseProgramHeader(programText(path)).program.exits);
  });

  it("sees the reasons and qualifications that it sees in Bochs", () => {
    expect(exits).toEqual(record[path]);
  });
});

describe.skipIf(!hasBochs)("a live Bochs runs the hypervisors as it did when they were recorded", () => {
  let runs: Map<string, Promise<Observed>>;
  beforeAll(() => {
    runs = twoAtATime(hypervisors, runInBochs);
  });
  it.each(hypervisors)("%s", { timeout: 120_000 }, async (path) => {
    const { bareMetal } = parseProgramHeader(programText(path)).program;
    const run = await runs.get(path);
    expect(run?.vmExits).toEqual(record[path]);
    expect(run).toMatchObject({ outcome: `exited ${bareMetal.exitCode}`, serial: bareMetal.serial });
  });
});

describe("names of VT-x for programs", () => {
  it("are those of the tables", () => {
    expect(programFiles["include/vmcs.inc"]).toBe(vmcsNames());
  });

  it("hypervisors are eight at least, from VMXON to one that shares time between two guests", () => {
    expect(hypervisors.length).toBeGreaterThanOrEqual(8);
    for (const name of ["vmxon", "cpuid", "real-mode", "io", "ept", "inject", "time-slice"])
      expect(hypervisors).toContain(`vmx/${name}.asm`);
  });
});
