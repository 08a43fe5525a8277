import { describe, expect, it } from "vitest";
import type { CompareResult } from "../../src/cli/commands/compare.ts";
import type { EventView } from "../../src/session/types.ts";
import { file, refuses, ringside, ringsideJson } from "./cli.ts";

const POPF = "programs/sensitive/popf.asm";
const HELLO = "programs/hello-uart.asm";

describe("compare", () => {
  it("names the first difference and ends with 3", async () => {
    const { code, out } = await ringside(["compare", POPF]);
    expect(code).toBe(3);
    expect(out).toContain("equivalence fails at popfd  (programs/sensitive/popf.asm:");
    expect(out).toContain("--what-if popf-traps");
    const result = await ringsideJson<CompareResult>(["compare", POPF], 3);
    expect(result).toMatchObject({ equivalent: false, complete: true, left: "bare-metal", right: "trap-and-emulate" });
    expect(result.difference).toMatchObject({
      mnemonic: "popfd",
      property: "equivalence",
      whatIf: "popf-traps",
      source: { file: POPF },
    });
    expect(result.difference!.items[0]).toMatchObject({ what: "eflags" });
    expect(result.difference!.rightStep).toBeGreaterThan(result.difference!.leftStep);
  });

  it("finds well-behaved guests equivalent, to their end", async () => {
    const { code, out } = await ringside(["compare", HELLO]);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^equivalent: bare-metal and trap-and-emulate agree on \d+ instructions, to the end \(exited\)/,
    );
  });

  it("finds nothing under the rule that makes the instruction trap", async () => {
    expect((await ringside(["compare", POPF, "--what-if", "popf-traps"])).code).toBe(0);
  });

  it("takes the strategies by name", async () => {
    expect((await ringside(["compare", POPF, "--vmm", "bare-metal,bare-metal"])).code).toBe(0);
    expect((await ringside(["compare", POPF, "--vmm", "trap-and-emulate"])).code).toBe(3);
  });

  it("says when the budget ended the comparison", async () => {
    const loop = file("loop.asm", "start: jmp start\n");
    const result = await ringsideJson<CompareResult>(["compare", loop, "--ticks", "500"]);
    expect(result).toMatchObject({ equivalent: true, complete: false, ticks: 500 });
    expect((await ringside(["compare", loop, "--ticks", "500"])).out).toContain("budget");
  });

  it("speaks Chinese", async () => {
    expect((await ringside(["compare", POPF, "--lang", "zh"])).out).toMatch(/[\u4e00-\u9fff]/);
  });

  it("refuses what it cannot compare", async () => {
    await refuses(["compare", POPF, "--vmm", "a,b,c"], ["two strategies"]);
    await refuses(["compare", POPF, "--vmm", "bare-metall"], ["did you mean bare-metal?"]);
    await refuses(["compare", POPF, "--ticks", "0"], ["--ticks"]);
    await refuses(["compare", "no-such.asm"], ["no such file"]);
    await refuses(["compare", file("bad.asm", "mov eax\n")], ["bad.asm:1:", "error"]);
  });
});

describe("trace", () => {
  it("prints an event a line with its reason, and the end on standard error", async () => {
    const { code, out, err } = await ringside(["trace", POPF, "--vmm", "trap-and-emulate"]);
    expect(code).toBe(0);
    const lines = out.trimEnd().split("\n");
    expect(lines.length).toBeGreaterThan(100);
    expect(lines.some((line) => /silent .*POPFD/.test(line) && line.includes("popf.asm:"))).toBe(true);
    expect(err).toMatch(/^exited 1 after/);
  });

  it("prints JSON, an object a line, in order, each kind as often as run counts it", async () => {
    const { out, err } = await ringside(["trace", POPF, "--vmm", "trap-and-emulate", "--json"]);
    expect(err).toBe("");
    const events = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as EventView);
    const { events: counts } = await ringsideJson<{ events: Record<string, number> }>([
      "run",
      POPF,
      "--vmm",
      "trap-and-emulate",
    ]);
    const seen: Record<string, number> = {};
    events.forEach((event, i) => {
      expect(event.index).toBe(i);
      expect(event.step).toBeGreaterThanOrEqual(events[i - 1]?.step ?? 0);
      expect(event.reason.en).not.toMatch(/[{}]/);
      seen[event.kind] = (seen[event.kind] ?? 0) + 1;
    });
    expect(seen).toEqual(counts);
  });

  it("stops where it is told to", async () => {
    const { out } = await ringside(["trace", POPF, "--vmm", "trap-and-emulate", "--until", "event:emulate", "--json"]);
    const kinds = out
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as EventView).kind);
    expect(kinds.filter((kind) => kind === "emulate")).toHaveLength(1);
    const short = await ringside(["trace", POPF, "--steps", "3"]);
    expect(short.out).toBe("");
    expect(short.err).toContain("budget");
  });

  it("shows only the kinds asked for", async () => {
    const { out } = await ringside([
      "trace",
      POPF,
      "--vmm",
      "trap-and-emulate",
      "--kind",
      "silent",
      "--kind",
      "exit",
      "--json",
    ]);
    const kinds = new Set(
      out
        .trimEnd()
        .split("\n")
        .map((line) => (JSON.parse(line) as EventView).kind),
    );
    expect(kinds).toEqual(new Set(["silent", "exit"]));
    await refuses(["trace", POPF, "--kind", "slient"], ["did you mean silent?"]);
  });

  it("ends quietly when its reader has gone", async () => {
    const { code, err } = await ringside(["trace", "programs/timer-ticks.asm"], { readerLeavesAfter: 10 });
    expect(code).toBe(0);
    expect(err).toBe("");
  });
});
