import { describe, expect, it } from "vitest";
import type { RunResult } from "../../src/cli/result.ts";
import { file, refuses, ringside, ringsideJson } from "./cli.ts";

const HELLO = "programs/hello-uart.asm";
const POPF = "programs/sensitive/popf.asm";
const LOOP = "start: jmp start\n";
const MULTIBOOT = `ORG 0x100000
image: dd 0x1badb002, 0x10000, -(0x1badb002 + 0x10000), image, image, 0, 0, start
start: mov al, 5
 out 0xf4, al
`;

const run = (...args: string[]) => ringsideJson<RunResult>(["run", ...args]);

describe("run", () => {
  it("says how a program ended and what it put out", async () => {
    const result = await run(HELLO);
    expect(result).toMatchObject({
      outcome: "exited",
      exitCode: 0,
      serial: "Hello from ring 0!\n",
      debug: "",
      strategy: "bare-metal",
    });
    expect(result.ticks).toBeGreaterThan(100);
    expect(result.steps).toBe(result.ticks);
    expect(result.events.exit).toBe(1);
    expect(result.registers.cs.selector).toBe(8);
    expect(result.digest).toMatch(/^[0-9a-f]{16}$/);
    expect(result.screen).toHaveLength(25);
  });

  it("gives a well-behaved guest the same digest under a VMM, at more steps", async () => {
    const bare = await run(HELLO);
    const virtual = await run(HELLO, "--vmm", "trap-and-emulate");
    expect(virtual.digest).toBe(bare.digest);
    expect(virtual.ticks).toBe(bare.ticks);
    expect(virtual.steps).toBeGreaterThan(bare.steps);
    expect(virtual.events.trap).toBeGreaterThan(0);
    expect(virtual.registers.eax).toBe(bare.registers.eax);
  });

  it("finds includes from the folder of programs, and applies what-if rules", async () => {
    expect((await run(POPF, "--vmm", "trap-and-emulate")).exitCode).toBe(1);
    const counterfactual = await run(POPF, "--vmm", "trap-and-emulate", "--what-if", "popf-traps");
    expect(counterfactual).toMatchObject({ exitCode: 0, whatIf: ["popf-traps"] });
  });

  it("finds includes beside the file, above it, and by a name from a macro", async () => {
    file("deep/common.inc", "VALUE equ 40\n");
    file("deep/code/more.inc", "MORE equ 2\n");
    const main = file(
      "deep/code/main.asm",
      '%include "../common.inc"\n%define NAME "more.inc"\n%include NAME\nmov al, VALUE + MORE\nout 0xf4, al\n',
    );
    expect((await run(main)).exitCode).toBe(42);
  });

  it.each([
    ["exited", "mov al, 9\nout 0xf4, al"],
    ["halted", "cli\nhlt"],
    ["shutdown", "ud2"],
    ["budget", LOOP],
  ])("reports the outcome %s", async (outcome, source) => {
    for (const vmm of ["bare-metal", "trap-and-emulate"]) {
      const result = await run(file(`${outcome}.asm`, source), "--vmm", vmm, "--steps", "1000");
      expect(result.outcome, vmm).toBe(outcome);
      expect(result.exitCode).toBe(outcome === "exited" ? 9 : null);
    }
  });

  it("makes at most the steps asked for", async () => {
    expect(await run(file("loop.asm", LOOP), "--steps", "0x10")).toMatchObject({ outcome: "budget", steps: 16 });
    expect(await run(file("loop.asm", LOOP), "--steps", "2k")).toMatchObject({ steps: 2000 });
    expect(await run(HELLO, "--steps", "0")).toMatchObject({ outcome: "budget", steps: 0, events: {} });
  });

  it.each([
    ["tick:5", { ticks: 5 }],
    ["step:7", { steps: 7 }],
    ["tick:0", { ticks: 0 }],
    ["label:start", { steps: 0 }],
    ["label:start.next", { ticks: 1 }],
    ["addr:100005", { ticks: 1 }],
    ["addr:0x100007", { ticks: 2 }],
    ["event:io", { ticks: 8 }],
  ])("runs until %s", async (until, expected) => {
    expect(await run(HELLO, "--until", until)).toMatchObject({ outcome: "stopped", exitCode: null, ...expected });
  });

  it("runs until a trap and until a ring change, and counts events up to there only", async () => {
    const trap = await run(POPF, "--vmm", "trap-and-emulate", "--until", "trap");
    expect(trap).toMatchObject({ outcome: "stopped", events: { trap: 1 } });
    expect(trap.events.exit).toBeUndefined();
    const ring = await run("programs/rings.asm", "--until", "ring");
    expect(ring.outcome).toBe("stopped");
    expect(ring.registers.cpl).toBe(3);
    const inside = await run("programs/rings.asm", "--vmm", "trap-and-emulate", "--until", "event:emulate");
    expect(inside).toMatchObject({ outcome: "stopped", events: { emulate: 1 } });
  });

  it("ends by itself when the place never comes", async () => {
    expect(await run(HELLO, "--until", "addr:200000")).toMatchObject({ outcome: "exited" });
    expect(await run(HELLO, "--until", "tick:99999")).toMatchObject({ outcome: "exited" });
    const { code, err } = await ringside(["run", HELLO, "--until", "event:trap"]);
    expect([code, err]).toEqual([
      0,
      expect.stringMatching(/^--until event:trap: this did not come before the run ended/),
    ]);
  });

  it("loads flat binaries and Multiboot images", async () => {
    const flat = file("flat.bin", Uint8Array.of(0x90, 0xb0, 0x03, 0xe6, 0xf4));
    expect(await run(flat, "--format", "flat")).toMatchObject({ exitCode: 3, ticks: 3 });
    expect(await run(flat, "--format", "flat", "--at", "0x7c00", "--entry", "7c01h")).toMatchObject({
      exitCode: 3,
      ticks: 2,
    });
    const source = file("image.asm", MULTIBOOT);
    const image = file("image.elf", (await ringside(["asm", source, "-o", "-"])).bytes);
    expect(await run(image)).toMatchObject({ exitCode: 5 });
    expect(await run(image, "--format", "multiboot", "--vmm", "trap-and-emulate")).toMatchObject({ exitCode: 5 });
  });

  it("reads a program from standard input", async () => {
    const { code, out } = await ringside(["run", "-"], { stdin: "mov al, 4\nout 0xf4, al\n" });
    expect(code).toBe(0);
    expect(out).toContain("exited 4 after 2 instructions");
    const binary = await ringside(["run", "-", "--format", "flat"], { stdin: Uint8Array.of(0xb0, 3, 0xe6, 0xf4) });
    expect(binary.out).toContain("exited 3");
  });

  it("gives the guest the memory asked for", async () => {
    const source = file("memory.asm", "mov al, [0x1800000]\nout 0xf4, al\n");
    expect(await run(source)).toMatchObject({ exitCode: 255 });
    expect(await run(source, "--memory", "32")).toMatchObject({ exitCode: 0 });
  });

  it("takes inputs from the command line and from the program's header", async () => {
    const echo = file(
      "echo.asm",
      "start: mov dx, 0x3fd\n.wait: in al, dx\ntest al, 1\njz .wait\nmov dx, 0x3f8\nin al, dx\nout 0xf4, al\n",
    );
    expect(await run(echo, "--input", "500:serial:A")).toMatchObject({ exitCode: 65 });
    expect(await run(echo, "--input", "500:serial:\\x07")).toMatchObject({ exitCode: 7 });
    expect(await run(echo, "--input", "500:serial:0xfe")).toMatchObject({ exitCode: 254 });
    const key = file("key.asm", "start: in al, 0x64\ntest al, 1\njz start\nin al, 0x60\nout 0xf4, al\n");
    expect(await run(key, "--input", "300:key:KeyA")).toMatchObject({ exitCode: 0x1e });
    expect(await run(key, "--input", "300:key-up:KeyA")).toMatchObject({ exitCode: 0x9e });
    const loop = file("loop.asm", "start: mov ecx, 50\n.l: rdtsc\nloop .l\nmov al, 3\nout 0xf4, al\n");
    const plain = await run(loop, "--vmm", "vtx");
    const turned = await run(loop, "--vmm", "vtx", "--input", "40:on:exit-rdtsc", "--input", "60:off:exit-rdtsc");
    expect(turned).toMatchObject({ exitCode: 3, ticks: plain.ticks, options: [] });
    expect(turned.events["vm-exit"]! - plain.events["vm-exit"]!).toBe(12);
    const header = file(
      "header.asm",
      `; title: t\n; input: tick 100 serial "B"\n${"nop\n"}${"start: mov dx, 0x3fd\n.w: in al, dx\ntest al, 1\njz .w\nmov dx, 0x3f8\nin al, dx\nout 0xf4, al\n"}`,
    );
    expect(await run(header)).toMatchObject({ exitCode: 66 });
  });

  it("prints a summary for people, safe for a terminal", async () => {
    const { out } = await ringside(["run", HELLO, "--vmm", "trap-and-emulate"]);
    expect(out).toContain("Hello from ring 0!");
    expect(out).toMatch(/exited 0 after [\d,]+ instructions, [\d,]+ steps, [\d,]+ cycles \(trap-and-emulate\)/);
    const colours = file(
      "escape.asm",
      "mov al, 27\nout 0xe9, al\nmov al, '['\nout 0xe9, al\nmov al, 0\nout 0xf4, al\n",
    );
    expect((await ringside(["run", colours])).out).toContain("\\x1b[");
  });
});

describe("run refuses", () => {
  const garbage = () =>
    file(
      "garbage.bin",
      Uint8Array.from({ length: 600 }, (_, i) => (i * 151 + 7) & 0xff),
    );
  const cases: readonly (readonly [string, () => string[], string[]])[] = [
    ["a missing file", () => ["no-such.asm"], ["no-such.asm: there is no such file"]],
    ["a folder", () => ["programs"], ["it is a folder"]],
    ["an empty name", () => [""], ["name of the file is empty"]],
    ["binary garbage as a source", () => [garbage()], ["this is no text", "--format flat"]],
    ["text that is not UTF-8", () => [file("latin.asm", Uint8Array.of(0x3b, 0xe9, 0x0a))], ["UTF-8"]],
    ["an empty source", () => [file("empty.asm", "")], ["gives no bytes"]],
    ["an empty binary", () => [file("empty.bin", ""), "--format", "flat"], ["The file is empty"]],
    ["garbage as Multiboot", () => [garbage(), "--format", "multiboot"], ["no Multiboot header"]],
    ["an unknown strategy", () => [HELLO, "--vmm", "trap-and-emulat"], ["did you mean trap-and-emulate?"]],
    ["an unknown rule", () => [HELLO, "--what-if", "popf-trap"], ["did you mean popf-traps?"]],
    ["an unknown format", () => [HELLO, "--format", "elf"], ["source, flat, multiboot"]],
    ["--at with a source", () => [HELLO, "--at", "0x1000"], ["--at goes with --format flat"]],
    ["--entry with a source", () => [HELLO, "--entry", "0x1000"], ["--entry goes with --format flat"]],
    ["an address out of memory", () => [garbage(), "--format", "flat", "--at", "0xfff00000"], ["16 MiB", "memory"]],
    ["an entry outside", () => [garbage(), "--format", "flat", "--entry", "0x10"], ["entry point 0x10"]],
    [
      "an address beyond 32 bits",
      () => [garbage(), "--format", "flat", "--at", "0x100000000"],
      ["--at", "out of range"],
    ],
    ["a bare hexadecimal address", () => [garbage(), "--format", "flat", "--at", "7c00"], ["write 0x7c00"]],
    ["no memory", () => [HELLO, "--memory", "0"], ["--memory", "1 to 256"]],
    ["too much memory", () => [HELLO, "--memory", "257"], ["--memory", "1 to 256"]],
    ["half a MiB", () => [HELLO, "--memory", "0.5"], ["--memory", "whole number"]],
    ["negative steps", () => [HELLO, "--steps", "-5"], ["--steps", "whole number"]],
    ["steps in words", () => [HELLO, "--steps", "many"], ["--steps", "whole number"]],
    ["an unknown end", () => [HELLO, "--until", "lable:x"], ["did you mean label?"]],
    ["an end without its value", () => [HELLO, "--until", "tick:"], ["wants a value"]],
    ["a value that does not belong", () => [HELLO, "--until", "trap:5"], ["takes nothing"]],
    ["an unknown kind of event", () => [HELLO, "--until", "event:trp"], ["did you mean trap?"]],
    ["an unknown label", () => [HELLO, "--until", "label:strat"], ["did you mean start?"]],
    ["a label of a binary", () => [garbage(), "--format", "flat", "--until", "label:x"], ["no labels"]],
    ["a wrong address", () => [HELLO, "--until", "addr:xyz"], ["hexadecimal"]],
    ["a wrong input", () => [HELLO, "--input", "5"], ["TICK:key:CODE"]],
    ["an unknown key", () => [HELLO, "--input", "5:key:Entr"], ["did you mean Enter?"]],
    ["an option that is not there", () => [HELLO, "--vmm", "vtx", "--input", "5:on:exit-rdtcs"], ["mean exit-rdtsc?"]],
    ["an option where there is none", () => [HELLO, "--input", "5:on:vpid"], ["has options that can be switched"]],
    ["an unknown kind of input", () => [HELLO, "--input", "5:mouse:1"], ["kind of input"]],
    ["an unknown language", () => [HELLO, "--lang", "fr"], ["en, zh"]],
    ["an unknown option", () => [HELLO, "--step", "5"], ["--steps"]],
    ["a second file", () => [HELLO, HELLO], ["too many arguments"]],
    ["no file", () => [], ["missing required argument"]],
  ];
  it.each(cases)("%s", async (_, args, pieces) => {
    await refuses(["run", ...args()], pieces);
  });

  it("a file larger than it reads", async () => {
    await refuses(["run", file("big.bin", new Uint8Array(16 * 1024 * 1024 + 1))], ["larger than 16,777,216 bytes"]);
  });

  it("a source with errors, naming every place, cause and remedy at once", async () => {
    const source = file("errors.asm", "mov eax, [ebx+ecx*3]\nnop\nfrobnicate eax\n");
    await refuses(["run", source], [`${source}:1:`, `${source}:3:1: error`, "frobnicate", "2 errors"]);
    const chinese = await ringside(["run", source, "--lang", "zh"]);
    expect(chinese.err).toContain("2 处错误");
  });
});
