import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { OpenResult } from "../../src/cli/commands/open.ts";
import type { ShareResult } from "../../src/cli/commands/share.ts";
import { decodeLink, encodeLink } from "../../src/share/link.ts";
import type { LinkRecord } from "../../src/share/record.ts";
import { file, refuses, ringside, ringsideJson } from "./cli.ts";

const POPF = "programs/sensitive/popf.asm";
const POPFD_LINE =
  1 +
  readFileSync(POPF, "utf8")
    .split("\n")
    .findIndex((line) => line.includes("popfd"));

const share = async (...args: string[]) => (await ringsideJson<ShareResult>(["share", ...args])).link;
const open = (link: string, code = 0, ...args: string[]) => ringsideJson<OpenResult>(["open", link, ...args], code);

function recordOf(link: string): LinkRecord {
  const decoded = decodeLink(link);
  if (!decoded.ok) throw new Error(decoded.words.en);
  return decoded.record;
}

describe("share and open", () => {
  it("carry a program, its run and a moment, and verify it", async () => {
    const link = await share(
      POPF,
      "--vmm",
      "trap-and-emulate",
      "--until",
      "event:silent",
      "--what-if",
      "umip",
      "--memory",
      "32",
    );
    const opened = await open(link);
    expect(opened).toMatchObject({
      strategy: "trap-and-emulate",
      memoryMiB: 32,
      whatIf: ["umip"],
      verified: true,
      result: null,
    });
    expect(opened.program).toMatchObject({ kind: "source", main: "sensitive/popf.asm" });
    expect(opened.program.files).toContain("lib/console.inc");
    expect(opened.moment!.step).toBeGreaterThan(10);
  });

  it("print the link alone, after the page's address if it is given", async () => {
    const { out } = await ringside(["share", POPF, "--base", "http://localhost:4173/"]);
    expect(out).toMatch(/^http:\/\/localhost:4173\/#1\.[A-Za-z0-9_-]+\n$/);
    const { code, out: shown } = await ringside(["open", "-"], { stdin: out });
    expect(code).toBe(0);
    expect(shown).toContain("verified");
    expect(shown).toContain("step 0");
  });

  it("go on from the moment to the end", async () => {
    const link = await share(POPF, "--vmm", "trap-and-emulate", "--steps", "100");
    const opened = await open(link, 0, "--run");
    expect(opened.moment!.step).toBe(100);
    expect(opened.result).toMatchObject({ outcome: "exited", exitCode: 1 });
    expect((await ringside(["open", link, "--run"])).out).toContain("exited 1 after");
  });

  it("carry inputs, breakpoints and binaries", async () => {
    const flat = file("flat.bin", Uint8Array.of(0x90, 0xb0, 0x03, 0xe6, 0xf4));
    const link = await share(
      flat,
      "--format",
      "flat",
      "--at",
      "0x2000",
      "--entry",
      "0x2001",
      "--input",
      "9:key:KeyA",
      "--break",
      "addr:2003",
    );
    expect(recordOf(link)).toMatchObject({
      program: { kind: "flat", at: 0x2000, entry: 0x2001 },
      breakpoints: [{ kind: "address", address: 0x2003 }],
    });
    expect(await open(link, 0, "--run")).toMatchObject({
      inputs: 2,
      verified: true,
      result: { exitCode: 3, ticks: 2 },
    });
    const turned = await share(POPF, "--vmm", "vtx", "--input", "20:on:exit-exceptions", "--until", "tick:60");
    expect(recordOf(turned).inputs).toEqual([
      { tick: 20, event: { kind: "set-option", option: "exit-exceptions", on: true } },
    ]);
    expect(await open(turned)).toMatchObject({ inputs: 1, verified: true });
    const source = await share(POPF, "--break", "label:start", "--break", `line:${POPFD_LINE}`);
    expect(recordOf(source).breakpoints).toEqual([
      { kind: "address", address: 0x100000 },
      { kind: "line", file: "sensitive/popf.asm", line: POPFD_LINE },
    ]);
  });

  it("show the source", async () => {
    const { out } = await ringside(["open", await share(POPF), "--source"]);
    expect(out).toContain("popfd");
    const flat = await share(file("nop.bin", Uint8Array.of(0x90)), "--format", "flat");
    await refuses(["open", flat, "--source"], ["no source"]);
  });

  it("open a link to a program that comes with Ringside", async () => {
    const record = recordOf(await share(POPF));
    const builtin = encodeLink({ ...record, program: { kind: "builtin", path: "sensitive/popf.asm" } });
    expect(await open(builtin)).toMatchObject({ verified: true });
    const missing = encodeLink({ ...record, program: { kind: "builtin", path: "no/such.asm" } });
    await refuses(["open", missing], ["no/such.asm"]);
  });

  it("end with 3 when the digest is not that of the state", async () => {
    const record = recordOf(await share(POPF, "--steps", "50"));
    const other = encodeLink({ ...record, moment: { step: 50, digest: "0123456789abcdef" } });
    expect(await open(other, 3)).toMatchObject({ verified: false });
    expect((await ringside(["open", other])).out).toContain("DIFFERS");
    const beyondEnd = encodeLink({ ...record, moment: { step: 40_000_000, digest: record.moment!.digest } });
    expect((await ringside(["open", beyondEnd])).code).toBe(3);
  });

  it("refuse links that cannot be read, each with its reason", async () => {
    const link = await share(POPF);
    await refuses(["open", "hello"], ["not a Ringside link"]);
    await refuses(["open", link.slice(0, 300)], ["end of the link is missing"]);
    await refuses(
      ["open", `${link.slice(0, 200)}${link[200] === "A" ? "B" : "A"}${link.slice(201)}`],
      ["changed on its way"],
    );
    await refuses(["open", link.replace("#1.", "#9.")], ["newer version"]);
    await refuses(["open", `#1.${"A".repeat(1_100_000)}`], ["larger than"]);
  });

  it("refuse what the link asks for and is not there, or takes for ever", async () => {
    const record = recordOf(await share(POPF));
    await refuses(["open", encodeLink({ ...record, strategy: "bare-metals" })], ["did you mean bare-metal?"]);
    await refuses(["open", encodeLink({ ...record, whatIf: ["popf-trap"] })], ["did you mean popf-traps?"]);
    const far = encodeLink({ ...record, moment: { step: 9_000_000_000_000, digest: "00000000" } });
    await refuses(["open", far], ["beyond the budget", "--steps"]);
  });

  it("refuse what cannot be shared", async () => {
    await refuses(["share", POPF, "--break", "here"], ["a breakpoint is"]);
    await refuses(["share", POPF, "--break", "line:1"], ["gives no bytes"]);
    await refuses(["share", POPF, "--break", "label:strat"], ["did you mean start?"]);
    const noise = new Uint8Array(3_000_000);
    for (let i = 0, x = 1; i < noise.length; i++) noise[i] = x = (Math.imul(x, 1103515245) + 12345) >>> 16;
    await refuses(["share", file("noise.bin", noise), "--format", "flat"], ["too large for a link"]);
  });
});
