import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import type { AsmResult } from "../../src/cli/commands/asm.ts";
import type { DisasmLine } from "../../src/cli/commands/disasm.ts";
import type { IsaRow } from "../../src/cli/commands/isa.ts";
import { file, place, refuses, ringside, ringsideJson } from "./cli.ts";

const HELLO = "programs/hello-uart.asm";

describe("asm", () => {
  it("writes the image, and says where it belongs", async () => {
    const output = place("hello.bin");
    const { code, out } = await ringside(["asm", HELLO, "-o", output]);
    expect(code).toBe(0);
    expect(out).toBe(`${output}: 58 bytes at 0x100000, entry 0x100000\n`);
    const piped = await ringside(["asm", HELLO, "--output", "-"]);
    expect(piped.out).toBe("");
    expect(piped.bytes).toEqual(new Uint8Array(readFileSync(output)));
  });

  it("only checks without an output", async () => {
    expect((await ringside(["asm", HELLO])).out).toContain("58 bytes");
    expect((await ringside(["asm", "-"], { stdin: "nop\n" })).out).toContain("standard input: 1 byte at");
  });

  it("prints a listing", async () => {
    const { out } = await ringside(["asm", HELLO, "--listing"]);
    expect(out).toContain("00100000 BE26001000");
    expect(out).toContain("mov esi, text");
  });

  it("prints JSON with symbols, and with the errors of a bad source", async () => {
    const good = await ringsideJson<AsmResult>(["asm", HELLO, "--listing"]);
    expect(good).toMatchObject({
      ok: true,
      origin: 0x100000,
      entry: 0x100000,
      length: 58,
      output: null,
      diagnostics: [],
    });
    expect(good.symbols).toContainEqual({ name: "start", value: 0x100000, isLabel: true });
    expect(good.listing).toContain("mov esi");
    const bad = await ringside(["asm", file("bad.asm", "mov al\n"), "--json"]);
    expect(bad.code).toBe(2);
    expect(JSON.parse(bad.out)).toMatchObject({ ok: false, diagnostics: [{ severity: "error", line: 1 }] });
  });

  it("writes nothing for a bad source, and leaves what was there", async () => {
    const output = file("kept.bin", "before");
    await refuses(["asm", file("wrong.asm", "nop\nmov al\n"), "-o", output], ["wrong.asm:2:", "nothing was written"]);
    expect(readFileSync(output, "utf8")).toBe("before");
    expect(readdirSync(dirname(output)).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  it("refuses outputs that it cannot or must not write", async () => {
    const source = file("source.asm", "nop\n");
    await refuses(["asm", source, "-o", source], ["the source itself"]);
    await refuses(["asm", source, "-o", place("no/such/folder.bin")], ["no such folder"]);
    await refuses(["asm", source, "-o", dirname(source)], ["it is a folder"]);
    await refuses(["asm", source, "-o", ""], ["name of the file is empty"]);
    await refuses(["asm", source, "-o", "-", "--listing"], ["standard output"]);
    await refuses(["asm", file("x.bin", Uint8Array.of(0, 1))], ["this is no text"]);
  });
});

describe("disasm", () => {
  it("shows a binary at an address", async () => {
    const binary = file("code.bin", Uint8Array.of(0x9d, 0xeb, 0xfd, 0x0f, 0xff));
    const { out } = await ringside(["disasm", binary, "--at", "0x7c00"]);
    expect(out.split("\n").map((line) => line.replace(/\s+/g, " "))).toEqual([
      "00007c00 9d popfd",
      "00007c01 eb fd jmp short 0x7c00",
      "00007c03 0f db 0xf",
      "00007c04 ff db 0xff",
      "",
    ]);
    const lines = await ringsideJson<DisasmLine[]>(["disasm", binary]);
    expect(lines[0]).toEqual({ address: 0x100000, bytes: "9d", text: "popfd", row: "popfd" });
    expect(lines[2]!.row).toBeNull();
  });

  it("takes hexadecimal bytes and code of 16 bits", async () => {
    expect((await ringside(["disasm", "--hex", "0f01e0", "--bits", "16"])).out).toContain("smsw ax");
    expect((await ringside(["disasm", "--hex", "0x0f, 0x01 0xe0"])).out).toContain("smsw eax");
    expect((await ringside(["disasm", "-"], { stdin: Uint8Array.of(0xf4) })).out).toContain("hlt");
  });

  it("is the inverse of asm on a program", async () => {
    const { bytes } = await ringside(["asm", HELLO, "-o", "-"]);
    const lines = await ringsideJson<DisasmLine[]>(["disasm", file("hello.bin", bytes)]);
    expect(
      lines
        .map((line) => line.bytes)
        .join(" ")
        .split(" "),
    ).toHaveLength(bytes.length);
    expect(lines[0]!.text).toBe("mov esi, 0x100026");
  });

  it("refuses what is no code", async () => {
    await refuses(["disasm"], ["--hex"]);
    await refuses(["disasm", HELLO, "--hex", "90"], ["not both"]);
    await refuses(["disasm", "--hex", "9"], ["whole bytes"]);
    await refuses(["disasm", "--hex", "xy"], ["hexadecimal digit"]);
    await refuses(["disasm", "--hex", "90", "--bits", "64"], ["16, 32"]);
    await refuses(["disasm", file("none.bin", "")], ["empty"]);
  });
});

describe("isa", () => {
  it("tells all of one mnemonic, in both languages", async () => {
    const { out } = await ringside(["isa", "POPFD"]);
    for (const piece of ["POPFD", "mode", "--what-if popf-traps", "Robin and Irvine", "9D", "SDM Vol. 2B"])
      expect(out).toContain(piece);
    expect((await ringside(["isa", "popfd", "--lang", "zh"])).out).toMatch(/[\u4e00-\u9fff]/);
  });

  it("says what an instruction needs, and what makes it exit under VT-x", async () => {
    const { out } = await ringside(["isa", "lgdt"]);
    expect(out).toContain("CPL 0, else #GP(0)");
    expect(out).toContain("0F 01 /2");
    expect(out).toMatch(/exit \d+/);
  });

  it("knows aliases", async () => {
    expect((await ringside(["isa", "jz"])).out).toContain("another name of JE");
  });

  it("lists the table, all of it or what is silent or privileged", async () => {
    const all = await ringsideJson<IsaRow[]>(["isa"]);
    expect(all.length).toBeGreaterThan(400);
    expect(all.some((row) => row.mnemonic === "hostgate")).toBe(false);
    const silent = await ringsideJson<IsaRow[]>(["isa", "--silent"]);
    expect(silent.every((row) => row.silent !== null)).toBe(true);
    const privileged = await ringside(["isa", "--privileged"]);
    expect(privileged.out).toContain("hlt");
    expect(privileged.out).not.toMatch(/^add /m);
    expect((await ringsideJson<IsaRow[]>(["isa", "cli"]))[0]).toMatchObject({
      mnemonic: "cli",
      encoding: "FA",
      operandText: "",
    });
  });

  it("refuses what it does not know", async () => {
    await refuses(["isa", "pofp"], ["did you mean popf?"]);
    await refuses(["isa", "hostgate"], ["not an instruction"]);
  });
});

describe("the process", () => {
  const start = (...args: string[]) =>
    [process.execPath, ["node_modules/tsx/dist/cli.mjs", "src/cli/main.ts", ...args]] as const;

  it("runs a program by its own start script", () => {
    const [node, args] = start("run", HELLO, "--json");
    expect(JSON.parse(execFileSync(node, args, { encoding: "utf8" }))).toMatchObject({ outcome: "exited" });
  });

  it.runIf(existsSync("/bin/sh"))("ends quietly in a pipe that closes", () => {
    const [node, args] = start("trace", "programs/timer-ticks.asm");
    const line = `"${node}" ${args.join(" ")} 2>"${place("err")}" | head -1`;
    expect(execFileSync("/bin/sh", ["-c", line], { encoding: "utf8" }).split("\n")).toHaveLength(2);
    expect(readFileSync(place("err"), "utf8")).not.toMatch(/EPIPE|\n\s+at /);
  });
});
