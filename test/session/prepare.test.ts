import { describe, expect, it } from "vitest";
import { checkSource, prepareProgram } from "../../src/session/prepare.ts";
import { Session } from "../../src/session/session.ts";
import { gatherSources } from "../../src/session/tools.ts";
import type { LoadRequest } from "../../src/session/types.ts";
import { findStrategy } from "../../src/vmm/registry.ts";
import { programFiles } from "../programs/library.ts";

const MAIN = `; domain 0: beside/driver.asm
; domain 3: peer.asm

%ifdef XEN
%include "port.inc"
%else
        db 0xEE
%endif
start:  nop
`;
const FILES = {
  "xen/main.asm": MAIN,
  "xen/port.inc": "        db 1, 2\n",
  "xen/beside/driver.asm": 'start: nop\n%ifdef XEN\n%include "shared.inc"\n%endif\n',
  "lib/peer.asm": "        dd 0\nstart: jmp start\n",
  "lib/shared.inc": "        dw 7\n",
};
const TARGET = { defines: ["XEN"], companions: true } as const;
const MEMORY = 1 << 20;

const prepared = (files: Readonly<Record<string, string>>, target: Parameters<typeof prepareProgram>[2] = TARGET) =>
  prepareProgram({ kind: "source", main: "xen/main.asm", files }, MEMORY << 2, target);

function refused(files: Readonly<Record<string, string>>) {
  const result = prepared(files);
  if (result.ok) throw new Error("it was not refused");
  return result;
}

describe("a program is made ready for a strategy", () => {
  it("with the strategy's macros, or without", () => {
    const bytesUnder = (target: Parameters<typeof prepareProgram>[2]) => {
      const result = prepared(FILES, target);
      return result.ok ? [...result.prepared.image.segments[0]!.bytes] : null;
    };
    expect(bytesUnder(TARGET)).toEqual([1, 2, 0x90]);
    expect(bytesUnder({})).toEqual([0xee, 0x90]);
  });

  it("with the programs of other domains, found as includes are, where the strategy has domains", () => {
    const result = prepared(FILES);
    if (!result.ok) throw new Error(result.problem.en);
    const { companions, program } = result.prepared;
    expect(companions.map(({ id, prepared: { sources, image } }) => [id, sources!.main, image.entry])).toEqual([
      [0, "xen/beside/driver.asm", 0x100000],
      [3, "lib/peer.asm", 0x100004],
    ]);
    expect([...companions[0]!.prepared.image.segments[0]!.bytes]).toEqual([0x90, 7, 0]);
    expect(program.companions!.map(({ domain, file, lines }) => [domain, file, lines[0]!.file])).toEqual([
      [0, "xen/beside/driver.asm", "xen/beside/driver.asm"],
      [3, "lib/peer.asm", "lib/peer.asm"],
    ]);
    const alone = prepared(FILES, { defines: ["XEN"] });
    expect(alone.ok && [alone.prepared.companions, alone.prepared.program.companions]).toEqual([[], undefined]);
  });

  it("a companion that is not there is an error at its line", () => {
    const { "lib/peer.asm": _, ...files } = FILES;
    const { diagnostics, problem } = refused(files);
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]).toMatchObject({
      severity: "error",
      file: "xen/main.asm",
      line: 2,
      column: 1,
      endColumn: 21,
    });
    expect(diagnostics[0]!.message.en).toContain("`peer.asm` for domain 3");
    expect(diagnostics[0]!.hint).not.toBeNull();
    expect(problem.en).toBe("The program has an error.");
  });

  it("a domain that cannot be is an error at its line", () => {
    const { diagnostics } = refused({ ...FILES, "xen/main.asm": MAIN.replace("domain 3", "domain 1") });
    expect(diagnostics).toMatchObject([
      { file: "xen/main.asm", line: 2, message: { en: expect.stringContaining("domain 1") } },
    ]);
  });

  it("errors of a companion are at their places, and what the program includes too is said once", () => {
    const broken = refused({ ...FILES, "lib/peer.asm": "mov eax,\n" });
    expect(broken.diagnostics).toMatchObject([{ file: "lib/peer.asm", line: 1, severity: "error" }]);
    expect(broken.problem.en).toMatch(/^Domain 3 \(lib\/peer\.asm\): /);
    expect(broken.problem.zh).toMatch(/^域 3（/);
    const warned = prepared({
      ...FILES,
      "xen/port.inc": '%include "shared.inc"\n',
      "lib/shared.inc": "        db 300\n",
    });
    expect(warned.ok).toBe(true);
    expect(warned.diagnostics.map(({ file, line }) => `${file}:${line}`)).toEqual(["shared.inc:1"]);
  });

  it("what the strategy does not accept is refused in its words, a companion's too", () => {
    const why = { en: "It has no notes.", zh: "没有注记。" };
    const target = { ...TARGET, accepts: ({ entry }: { entry: number }) => (entry === 0x100004 ? why : null) };
    const result = prepared(FILES, target);
    expect(result).toMatchObject({ ok: false, problem: { en: "Domain 3 (lib/peer.asm): It has no notes." } });
    expect(prepared(FILES, { ...target, accepts: () => why })).toMatchObject({ ok: false, problem: why });
  });
});

describe("what an editor asks as one types", () => {
  it("has the lines of all programs, and what is wrong with any", () => {
    const { diagnostics, lines } = checkSource("xen/main.asm", FILES, TARGET);
    expect(diagnostics).toEqual([]);
    expect(new Set(lines.map(({ file }) => file))).toEqual(
      new Set(["port.inc", "xen/main.asm", "xen/beside/driver.asm", "shared.inc", "lib/peer.asm"]),
    );
    const broken = checkSource("xen/main.asm", { ...FILES, "lib/peer.asm": "mov eax,\n" }, TARGET);
    expect(broken).toMatchObject({ lines: [], diagnostics: [{ file: "lib/peer.asm", line: 1 }] });
    const native = checkSource("xen/main.asm", { ...FILES, "lib/peer.asm": "mov eax,\n" }, {});
    expect(native.diagnostics).toEqual([]);
    expect(native.lines.map(({ bytes }) => bytes)).toEqual(["ee", "90"]);
  });
});

describe("the files that a program needs", () => {
  const gathered = (main: string, files: Readonly<Record<string, string>>, defines: readonly string[] = []) =>
    gatherSources(main, files[main]!, (path) => files[path] ?? null, defines);

  it("are those of every build of it and of those beside it, whatever it is assembled for", () => {
    for (const defines of [[], ["XEN"]]) {
      const { files, missing, assembly } = gathered("xen/main.asm", FILES, defines);
      expect(Object.keys(files).sort()).toEqual(Object.keys(FILES).sort());
      expect(missing).toEqual([]);
      expect([...assembly.bytes]).toEqual(defines.length === 0 ? [0xee, 0x90] : [1, 2, 0x90]);
    }
  });

  it("and those that are not there are named", () => {
    const { "lib/peer.asm": _, ...files } = FILES;
    expect(gathered("xen/main.asm", files).missing).toEqual(["peer.asm"]);
  });

  it("make every port run from what was gathered alone", () => {
    const { files } = gathered("xen/console.asm", programFiles);
    expect(Object.keys(files)).toContain("xen/driver-domain.asm");
    const request: LoadRequest = {
      program: { kind: "source", main: "xen/console.asm", files },
      strategy: "paravirtual",
      memoryMiB: 16,
      whatIf: [],
      inputs: [],
    };
    expect(new Session().load(request)).toMatchObject({ ok: true, diagnostics: [] });
    expect(findStrategy("paravirtual")).toMatchObject(TARGET);
  });
});
