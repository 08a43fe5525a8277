import { describe, expect, it } from "vitest";
import type { RunResult } from "../../src/cli/result.ts";
import { file, refuses, ringside, ringsideJson } from "./cli.ts";

const POPF = "programs/sensitive/popf.asm";
const HELLO = "programs/hello-uart.asm";
const VMM = ["--vmm", "trap-and-emulate"];
const COUNT = `        org 0x100000
start:  mov ecx, 5
again:  inc dword [counter]
        mov al, 'x'
        out 0xe9, al
        loop again
        mov al, 7
        out 0xf4, al
counter: dd 0
`;

/** Carries out verbs, a line each, on a program; answers what was said. */
async function debug(program: string, verbs: readonly string[], ...options: string[]): Promise<string> {
  const { code, out, err } = await ringside(["debug", program, ...options, ...verbs.flatMap((verb) => ["-c", verb])]);
  expect(err).toBe("");
  expect(code).toBe(0);
  return out;
}

describe("debug", () => {
  const count = () => file("count.asm", COUNT);

  it("stops at places with conditions, shows values, and goes on to the end", async () => {
    const out = await debug(count(), ["b again if ecx == 3", "c", "p [counter]", "delete", "c", "p [counter]"]);
    expect(out).toMatch(/Stopped before inc dword \S+ at count\.asm:3, with ecx == 3\n/);
    expect(out).toMatch(/\n0x00000002 {2}2\n[\s\S]*\n0x00000005 {2}5\n/);
    expect(out).toContain("the guest has ended with code 7");
  });

  it("watches memory forwards and backwards, with gdb's verbs and with Bochs's", async () => {
    const out = await debug(count(), ["watch counter", "c 2", "rc", "delete", "awatch counter, 4", "blist", "c"]);
    expect(out).toMatch(/: 0x1 → 0x2\n[\s\S]*: 0x0 → 0x1\n/);
    expect(out).toContain("  1  ");
    expect(await debug(POPF, ["modebp", "c", "creg", "sreg"], ...VMM)).toMatch(/cr0[\s\S]*cs\s/);
  });

  it("stops at what should have trapped, steps back, and says what the guest believes", async () => {
    const out = await debug(POPF, ["catch silent popf", "c", "rsi", "where", "info eflags", "goto 0", "where"], ...VMM);
    expect(out).toContain("did not trap: POPF");
    expect(out).toMatch(/ring 1 \(believes 0\)/);
    expect(out).toMatch(/\n0 ring 0 {2}VMM/);
  });

  it("stops once at a temporary breakpoint, and keeps a disabled one without stopping", async () => {
    expect(await debug(count(), ["tb again", "c", "info break", "c"])).toMatch(
      /Stopped before[\s\S]*ended with code 7/,
    );
    const off = await debug(count(), ["b again", "disable 1", "info break", "c"]);
    expect(off).not.toContain("Stopped before");
    expect(off).toContain("ended with code 7");
  });

  it("begins at a breakpoint that stands at the first instruction, and restarts", async () => {
    const out = await debug(count(), ["b start", "c", "c", "run"]);
    expect(out.match(/Stopped before mov ecx/g)).toHaveLength(2);
    expect(out).toContain("ended with code 7");
  });

  it("prints what the guest puts out, once, however often it is gone through", async () => {
    const out = await debug(HELLO, ["c", "goto 0", "c"]);
    expect(out.match(/serial: Hello from ring 0!/g)).toHaveLength(1);
  });

  it("changes the guest as a recorded input, and traces every step", async () => {
    const out = await debug(count(), ["si", "set $ecx = 1", "trace on", "c"]);
    expect(out.match(/loop/g)?.length).toBe(1);
    expect(out).toContain("ended with code 7");
  });

  it("speaks Chinese, and echoes lines if asked", async () => {
    const out = await debug(count(), ["b again", "c"], "--lang", "zh", "--echo");
    expect(out).toContain("(ringside) b again\n断点 1");
  });

  it("reads a script, with comments, in order with single verbs, and ends at quit", async () => {
    const script = file("verbs.txt", "# to the loop\nb again\n\nc\nquit\np 1 + 1\n");
    const { code, out } = await ringside(["debug", count(), "-c", "p 40 + 2", "-x", script, "-c", "p 3 + 3"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^0x0000002a {2}42\n[\s\S]*Stopped before inc/);
    expect(out).not.toMatch(/^0x0000000[26] /m);
  });

  it("names the line of a script that fails, and ends there", async () => {
    const script = file("bad.txt", "si\nbogus\nsi\n");
    const { code, out, err } = await ringside(["debug", count(), "-x", script]);
    expect(code).toBe(2);
    expect(out).toContain('There is no "bogus"');
    expect(err).toContain('bad.txt:2: "bogus" failed');
  });

  it("reads verbs from standard input, goes on after one that fails, and says so by its exit code", async () => {
    const { code, out, err } = await ringside(["debug", count()], { stdin: "si\nnonsense\nsi\n" });
    expect(code).toBe(2);
    expect(err).toBe("");
    expect(out).toMatch(/^1 ring 0[\s\S]*There is no "nonsense"[\s\S]*\n2 ring 0/);
    expect((await ringside(["debug", count()], { stdin: "si\n# nothing\n\nq\nnonsense\n" })).code).toBe(0);
  });

  it("says what it cannot read", async () => {
    await refuses(["debug", "-"], ["standard input", "-c or -x"]);
    await refuses(["debug", count(), "-x", "/nowhere/verbs"], ["there is no such file"]);
    await refuses(["debug", "-", "-x", "-"], ["cannot be the program and the script"]);
  });
});

describe("run --break", () => {
  const run = (...args: string[]) => ringsideJson<RunResult>(["run", ...args]);

  it("stops before labels, lines and addresses, with conditions, and says why", async () => {
    const count = file("count.asm", COUNT);
    const result = await run(count, "--break", "again if [counter] == 4");
    expect(result).toMatchObject({ outcome: "stopped", next: { text: "inc dword [0x100015]", source: { line: 3 } } });
    expect(result.stops[0]!.en).toMatch(/Stopped before inc .* with \[counter\] == 4/);
    for (const where of ["5", "line:5", "count.asm:5", "line:count.asm:5"]) {
      expect((await run(count, "--break", where)).next.source?.line).toBe(5);
    }
    for (const where of ["start", "label:start", "addr:100000", "0x100000"]) {
      expect(await run(count, "--break", where)).toMatchObject({ outcome: "stopped", steps: 0 });
    }
    expect(await run(count, "--break", "start if ecx == 1")).toMatchObject({ outcome: "exited", stops: [] });
  });

  it("stops at memory, ports and instructions that should have trapped", async () => {
    const count = file("count.asm", COUNT);
    expect((await run(count, "--break", "watch counter")).stops[0]!.en).toMatch(/0x0 → 0x1/);
    expect((await run(count, "--break", "catch port 0xe9 out")).stops[0]!.en).toMatch(/port 0x0e9/);
    expect((await run(POPF, ...VMM, "--break", "catch silent popf")).stops[0]!.zh).toContain("POPF");
    const { out } = await ringside(["run", count, "--break", "again", "--break", "watch counter"]);
    expect(out).toMatch(/^stop {7}Stopped before inc/m);
    expect(out).toContain("stopped at a breakpoint after 1 instruction,");
  });

  it("refuses a place that there is not, with the reason", async () => {
    const count = file("count.asm", COUNT);
    await refuses(["run", count, "--break", "agian"], ["--break agian", "agian"]);
    await refuses(["run", count, "--break", "again if ecx =="], ["--break"]);
    await refuses(["run", count, "--break", "nothere.asm:3"], ["nothere.asm"]);
  });
});
