import { describe, expect, it } from "vitest";
import { EVENT_KIND_LIST } from "../../src/machine/events.ts";
import { file, ringside, ringsideJson } from "./cli.ts";
import { type Definitions, violations } from "./schema.ts";

const POPF = "programs/sensitive/popf.asm";

interface Printed extends Definitions {
  readonly eventKinds: Readonly<Record<string, unknown>>;
  readonly budgets: { readonly run: { readonly steps: number }; readonly compare: { readonly ticks: number } };
  readonly exitCodes: Readonly<Record<string, string>>;
}

const schema = async () => JSON.parse((await ringside(["schema"])).out) as Printed;

async function check(name: string, value: unknown): Promise<void> {
  expect(violations(await schema(), name, value)).toEqual([]);
}

describe("schema", () => {
  it("names the event kinds, the default budgets and the exit codes", async () => {
    const printed = await schema();
    expect(Object.keys(printed.eventKinds)).toEqual([...EVENT_KIND_LIST]);
    expect(printed.budgets.run.steps).toBe(50_000_000);
    expect(printed.budgets.compare.ticks).toBeGreaterThan(0);
    expect(Object.keys(printed.exitCodes)).toEqual(["0", "1", "2", "3"]);
  });

  it("finds what is wrong with a value", async () => {
    const result = await ringsideJson(["run", POPF]);
    expect(
      violations(await schema(), "RunResult", { ...result, outcome: "done", extra: 1, ticks: undefined }),
    ).toHaveLength(3);
  });

  it("describes what run prints", async () => {
    await check("RunResult", await ringsideJson(["run", POPF, "--vmm", "trap-and-emulate"]));
    await check("RunResult", await ringsideJson(["run", POPF, "--until", "event:interrupt"]));
  });

  it("describes what compare prints", async () => {
    await check("Comparison", await ringsideJson(["compare", POPF], 3));
    await check("Comparison", await ringsideJson(["compare", "programs/demand-paging.asm"]));
  });

  it("describes what trace prints", async () => {
    const { out } = await ringside(["trace", POPF, "--vmm", "trap-and-emulate", "--json"]);
    for (const line of out.trimEnd().split("\n").slice(0, 60)) await check("Event", JSON.parse(line));
  });

  it("describes what asm, disasm and isa print", async () => {
    await check("Assembly", await ringsideJson(["asm", POPF, "--listing"]));
    await check("Assembly", JSON.parse((await ringside(["asm", file("bad.asm", "mov al\n"), "--json"])).out));
    for (const line of await ringsideJson<unknown[]>(["disasm", "--hex", "9d0fff"])) await check("CodeLine", line);
    for (const row of await ringsideJson<unknown[]>(["isa", "--silent"])) await check("Instruction", row);
  });

  it("describes what share and open print", async () => {
    const shared = await ringsideJson<{ link: string }>(["share", POPF, "--steps", "9", "--break", "label:start"]);
    await check("Share", shared);
    await check("Opened", await ringsideJson(["open", shared.link, "--run"]));
  });
});

describe("help and version", () => {
  it("are there for the program and for each command", async () => {
    const help = await ringside(["--help"]);
    expect(help.code).toBe(0);
    for (const name of [
      "run",
      "compare",
      "trace",
      "asm",
      "disasm",
      "isa",
      "paravirtualize",
      "vmcs",
      "share",
      "open",
      "schema",
    ]) {
      expect(help.out).toContain(`  ${name} `);
      const own = await ringside([name, "--help"]);
      expect(own.code).toBe(0);
      expect(own.out).toContain(`Usage: ringside ${name}`);
    }
    const version = await ringside(["--version"]);
    expect(version).toMatchObject({ code: 0, err: "" });
    expect(version.out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it("come to whoever gives no command, or one that is not there", async () => {
    expect(await ringside([])).toMatchObject({ code: 2, out: "" });
    const unknown = await ringside(["rum"]);
    expect(unknown.code).toBe(2);
    expect(unknown.err).toContain("unknown command 'rum'");
    expect(unknown.err).toContain("run");
  });
});
