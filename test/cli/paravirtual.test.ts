import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { CompareResult } from "../../src/cli/commands/compare.ts";
import type { RunResult } from "../../src/cli/result.ts";
import type { EventView } from "../../src/session/types.ts";
import { file, refuses, ringside, ringsideJson } from "./cli.ts";
import { type Definitions, violations } from "./schema.ts";

const PREEMPT = "programs/xen/preempt.asm";
const CONSOLE = "programs/xen/console.asm";
const XEN = ["--vmm", "paravirtual"] as const;

const check = async (name: string, value: unknown) => {
  const schema = JSON.parse((await ringside(["schema"])).out) as Definitions;
  expect(violations(schema, name, value)).toEqual([]);
};

describe("a port", () => {
  it("is assembled for the strategy that runs it", async () => {
    const result = await ringsideJson<RunResult>(["run", PREEMPT, ...XEN]);
    expect(result).toMatchObject({ outcome: "exited", exitCode: 0, strategy: "paravirtual" });
    expect(result.serial).toContain("changed tasks: yes");
    expect(result.events.hypercall).toBeGreaterThan(0);
    const native = await ringsideJson<RunResult>(["run", PREEMPT]);
    expect(native.serial).toBe(result.serial);
    expect(native.events).not.toHaveProperty("hypercall");
  });

  it("is compared by what its tasks do, what comes out and how it ends", async () => {
    const { code, out } = await ringside(["compare", PREEMPT, ...XEN]);
    expect(code).toBe(0);
    expect(out).toMatch(/^equivalent: bare-metal and paravirtual agree on what is compared, to the end \(exited\)\n/);
    expect(out).toMatch(/\ncompared task 2: [\d,]{5,} user-mode instructions, equal\n/);
    expect(out).toMatch(/\ncompared serial line: \d+ bytes, equal\n/);
    expect((await ringside(["compare", PREEMPT, ...XEN, "--lang", "zh"])).out).toContain("任务 2");
    const result = await ringsideJson<CompareResult>(["compare", PREEMPT, ...XEN]);
    expect(result).toMatchObject({ equivalent: true, complete: true });
    await check("Comparison", result);
  });

  it("is told to be incomplete where the budget ends the comparison", async () => {
    const result = await ringsideJson<CompareResult>(["compare", PREEMPT, ...XEN, "--ticks", "3000"]);
    expect(result).toMatchObject({ equivalent: true, complete: false });
    await check("Comparison", result);
  });

  it("that does something else is found out", async () => {
    const hello = readFileSync("programs/xen/hello.asm", "utf8");
    const port = file("port.asm", hello.replace(/^( *print .*)!(.*)$/m, "%ifdef XEN\n$1?$2\n%else\n$&\n%endif"));
    const { code, out, err } = await ringside(["compare", port, ...XEN]);
    expect(err).toBe("");
    expect(out).toMatch(/^different: equivalence fails at out dx, al/);
    expect(out).toMatch(/serial +\S*rom a kernel!\S+ +\S*rom a kernel\?/);
    expect(code).toBe(3);
  });

  it("and a program that is none is refused, with what to do", async () => {
    await refuses(["run", "programs/rings.asm", ...XEN], ["rings.asm: ", "Xen"]);
    await refuses(["compare", "programs/rings.asm", ...XEN], ["rings.asm: ", "Xen"]);
  });
});

describe("other domains", () => {
  it("are started beside the program, and their events are marked", async () => {
    const { out } = await ringside(["trace", CONSOLE, ...XEN, "--json"]);
    const events = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as EventView);
    expect(new Set(events.map(({ domain }) => domain))).toEqual(new Set([0, 1]));
    expect(events.some(({ source }) => source?.file === "programs/xen/driver-domain.asm")).toBe(true);
    for (const event of events.filter((_, i) => i % 40 === 0)) await check("Event", event);
    const text = (await ringside(["trace", CONSOLE, ...XEN, "--kind", "io"])).out;
    expect(text).toMatch(/ domain 0 {2}port I\/O/);
    expect((await ringside(["trace", PREEMPT, ...XEN, "--kind", "trap"])).out).not.toContain("domain");
  });

  it("can be stopped in", async () => {
    const { out } = await ringside(["run", CONSOLE, ...XEN, "--break", "driver-domain.asm:38"]);
    expect(out).toContain("programs/xen/driver-domain.asm:38");
    const { out: said } = await ringside(["debug", CONSOLE, ...XEN, "-c", "b driver-domain.asm:38", "-c", "c"]);
    expect(said).toContain("domain 0");
  });

  it("travel in a link with the program, for whatever strategy it is opened", async () => {
    for (const vmm of [XEN, []]) {
      const { link } = await ringsideJson<{ link: string }>(["share", CONSOLE, ...vmm, "--steps", "3000"]);
      const opened = await ringsideJson<{ program: { files: string[] }; verified: boolean }>(["open", link]);
      expect(opened.verified).toBe(true);
      expect(opened.program.files).toContain("xen/driver-domain.asm");
      expect(opened.program.files).toContain("include/xen.inc");
    }
  });

  it("that are not there are an error at the line that names them", async () => {
    const alone = file("alone.asm", "; domain 0: nowhere.asm\nstart: cli\nhlt\n");
    expect((await ringside(["run", alone])).code).toBe(0);
    const port = file(
      "missing.asm",
      '; domain 0: nowhere.asm\n%include "include/xen.inc"\n%ifdef XEN\nxen_guest "x", start\n%endif\nstart: jmp start\n',
    );
    await refuses(["run", port, ...XEN], ["missing.asm:1:1: error", "nowhere.asm", "; domain 0: nowhere.asm"]);
  });
});

describe("asm -D", () => {
  const source = file("defines.asm", "%ifdef XEN\ndb SIZE\n%else\ndb 1\n%endif\n");

  it("defines macros, as NASM's does", async () => {
    const bytes = async (...options: readonly string[]) => [
      ...(await ringside(["asm", source, "-o", "-", ...options])).bytes,
    ];
    expect(await bytes()).toEqual([1]);
    expect(await bytes("-D", "XEN", "-DSIZE=0x40")).toEqual([0x40]);
    expect(await bytes("--define", "XEN", "--define", "SIZE=3*2")).toEqual([6]);
  });

  it("refuses what is no macro", async () => {
    await refuses(["asm", source, "-D", "1X"], ["--define 1X", "NAME=VALUE"]);
    await refuses(["asm", source, "-D", ""], ["NAME=VALUE"]);
  });
});
