import { describe, expect, it } from "vitest";
import type { VmcsResult } from "../../src/cli/commands/vmcs.ts";
import type { RunResult } from "../../src/cli/result.ts";
import type { EventView } from "../../src/session/types.ts";
import { hypervisor } from "../session/hypervisor.ts";
import { file, refuses, ringside, ringsideJson } from "./cli.ts";
import { type Definitions, violations } from "./schema.ts";

const CODE = "mov eax, 1\ncpuid\nhlt\ncpuid\nmov dx, 0x3f8\nin al, dx";
const program = (what: Partial<Parameters<typeof hypervisor>[0]> = {}) =>
  file("hypervisor.asm", hypervisor({ guest: CODE, fields: { primaryControls: 0x850061f2 }, ...what }));

describe("vmcs", () => {
  it("prints the VMCS by groups at the Nth exit of a reason", async () => {
    const { out, code } = await ringside(["vmcs", program(), "--at", "exit:cpuid:2"]);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^step \d+, instruction \d+: VMX root operation, current VMCS 00182000, VMXON region 00181000\n/,
    );
    expect(out).toContain("VMCS 00182000, launched");
    expect(out).toMatch(/\nGuest registers\n {2}6800 {2}Guest CR0 +80000031 +PG NE ET PE\n/);
    expect(out).toMatch(/4002 .*HLT exiting, Unconditional I\/O exiting/);
    expect(out).toMatch(/4402 {2}Exit reason +0000000a {2}10: CPUID {2}\[was 0000000c\]/);
    expect(out).toMatch(
      /\nlast exit {2}step \d+: CPUID of leaf .* left the guest: exit reason 10\. CPUID always exits\..*hypervisor\.asm:\d+\)/,
    );
    expect(out).toMatch(/\nexits {6}10 cpuid 2, 12 hlt 1\n$/);
    // What does not count is shown if asked for.
    expect(out).not.toContain("Address of I/O bitmap A");
    expect((await ringside(["vmcs", program(), "--all"])).out).toContain("Address of I/O bitmap A");
  });

  it("takes a step, and its end without --at", async () => {
    const at = await ringsideJson<VmcsResult>(["vmcs", program(), "--at", "3"]);
    expect(at).toMatchObject({
      step: 3,
      vmcs: { operation: "off", shown: null, current: null },
      exit: null,
      exits: [],
    });
    const end = await ringsideJson<VmcsResult>(["vmcs", program()]);
    expect(end.exits.map(({ name, count }) => [name, count])).toEqual([
      ["cpuid", 2],
      ["hlt", 1],
      ["vmcall", 1],
      ["io-instruction", 1],
    ]);
    expect(end.exit).toMatchObject({ reason: 18, name: "vmcall", instruction: { text: "vmcall" } });
  });

  it("says which check failed instead of error 7", async () => {
    const bad = program({ fields: { primaryControls: 0 } });
    const { out } = await ringside(["vmcs", bad]);
    expect(out).toMatch(/\nfailure {4}step \d+: VMLAUNCH .* error 7, .*bit 26 is 0 and must be 1/);
    expect(out).toMatch(/\n1 entry check would fail now:\n +\* Primary .*\n +Primary .*\(bit 1 is 0 and must be 1; /);
    const chinese = await ringside(["vmcs", bad, "--lang", "zh"]);
    expect(chinese.out).toContain("第 26 位为 0，必须为 1");
  });

  it("prints JSON as the schema says", async () => {
    const schema = JSON.parse((await ringside(["schema"])).out) as Definitions;
    for (const args of [["--at", "exit:hlt"], ["--at", "0"], []]) {
      const result = await ringsideJson(["vmcs", program(), ...args]);
      expect(violations(schema, "VmcsResult", result)).toEqual([]);
    }
    expect((schema as unknown as { exitReasons: Record<string, unknown> }).exitReasons["ept-violation"]).toMatchObject({
      number: 48,
    });
  });

  it.each<[string[], string[]]>([
    [
      ["--at", "exit:cpuidd"],
      ["--at exit:cpuidd: did you mean cpuid? An exit reason is a number, any, or a name: exception-or-nmi"],
    ],
    [["--at", "exit:999"], ["--at exit:999: an exit reason is a number, any, or a name"]],
    [["--at", "exit:"], ["--at exit:: exit wants a value after the colon; --at may be trap, ring, exit:REASON[:N]"]],
    [["--at", "exit:hlt:0"], ["--at exit:hlt:0"]],
    [
      ["--at", "exit:hlt:9"],
      ["--at exit:hlt:9: this did not come before the run ended at step ", "VM exits: cpuid 2, hlt 1, vmcall 1"],
    ],
    [["--pointer", "200000"], ["--pointer 200000: there is no VMCS; there are 00182000"]],
  ])("says what is wrong with %j", async (args, message) => {
    await refuses(["vmcs", program(), ...args], message);
  });

  it("wants VT-x", async () => {
    await refuses(["vmcs", "programs/rings.asm"], ["has no VT-x; a program asks for it by `; processor: vt-x`"]);
    await refuses(
      ["run", "programs/rings.asm", "--until", "exit:any"],
      ["there are no VM exits: the processor has no VT-x"],
    );
  });
});

describe("run, trace and debug of a hypervisor", () => {
  it("say that an exit did not come, which did, and that there is no VT-x under a VMM", async () => {
    const missed = await ringside(["run", program(), "--until", "exit:hlt:9"]);
    expect(missed.err).toMatch(/^--until exit:hlt:9: this did not come before .*; VM exits: cpuid 2, hlt 1, vmcall 1/);
    const beneath = await ringside(["run", "programs/vmx/vmxon.asm", "--vmm", "vtx"]);
    expect(beneath.err).toMatch(/asks for a processor with VT-x; under this VMM the processor that it sees has none/);
    expect((await ringside(["run", "programs/vmx/vmxon.asm"])).err).toBe("");
  });

  it("stop at an exit by name, number, any, and the Nth", async () => {
    const at = async (where: string) =>
      (await ringsideJson<RunResult>(["run", program(), "--until", where])).events["vm-exit"];
    expect(await at("exit:any")).toBe(1);
    expect(await at("exit:hlt")).toBe(2);
    expect(await at("exit:10:2")).toBe(3);
    expect(await at("exit:io")).toBe(4);
    expect(await at("exit:any:5")).toBe(5);
  });

  it("print entries and exits with their sentences", async () => {
    const { out } = await ringside(["trace", program(), "--kind", "vm-entry", "--kind", "vm-exit"]);
    const lines = out.trimEnd().split("\n");
    expect(lines).toHaveLength(10);
    expect(lines[0]).toMatch(/vm-entry .* VMLAUNCH passed every check of the VMCS at 0x182000/);
    expect(lines[3]).toMatch(
      /vm-exit .* HLT at 0x[0-9a-f]+ left the guest: exit reason 12, because “HLT exiting” is 1/,
    );
    const json = (await ringside(["trace", program(), "--json", "--until", "exit:hlt"])).out.trimEnd().split("\n");
    expect((JSON.parse(json.at(-1)!) as EventView).kind).toBe("vm-exit");
    // The whole way to the second of a kind is printed once.
    const twice = (await ringside(["trace", program(), "--until", "exit:cpuid:2"])).out.trimEnd().split("\n");
    expect(new Set(twice).size).toBe(twice.length);
    expect(twice.filter((line) => line.includes("vm-exit"))).toHaveLength(3);
  });

  it("break on exits, forwards and backwards, and look", async () => {
    const verbs = [
      "catch vmexit cpuid",
      "c",
      "c",
      "rc",
      "info vmexit",
      "info vmexits",
      "info vmcs exit reason",
      "info vmcs 4002",
    ];
    const more = [
      "delete",
      "vmexit",
      "rvmexit",
      "vmexit io",
      "catch vmfail",
      "catch vmswitch",
      "info break",
      "info checks",
    ];
    const { out, code } = await ringside(["debug", program(), ...[...verbs, ...more].flatMap((verb) => ["-c", verb])]);
    expect(code).toBe(0);
    expect(out).toContain("Breakpoint 1: VM exit 10: CPUID");
    expect(out.match(/Stopped: VM exit 10: CPUID\. CPUID of leaf 0x1/g)!.length).toBeGreaterThan(1);
    expect(out).toContain("VM exit 1 of");
    expect(out).toMatch(/4402 {2}Exit reason +0000000a {2}10: CPUID/);
    expect(out).toMatch(/4002 {2}Primary/);
    expect(out).toMatch(/the host goes on at HOST_RIP = 0x001[0-9a-f]{5} {2}exits \(/);
    expect(out).toContain("a VMX instruction or VM entry that fails");
    expect(out).toContain("VM entry or VM exit");
    expect(out).toContain("VMRESUME would enter the guest: every check holds.");
  });

  it("say what is wrong with a verb", async () => {
    const failing = await ringside(["debug", program(), "-c", "catch vmexit cpud"]);
    expect(failing.out + failing.err).toContain('There is no exit reason "cpud". Did you mean cpuid?');
    const plain = await ringside(["debug", "programs/rings.asm", "-c", "info vmcs"]);
    expect(plain.out + plain.err).toContain("The processor has no VT-x here");
    await refuses(["run", "programs/rings.asm", "--break", "catch vmexit"], ["The processor has no VT-x here"]);
  });
});
