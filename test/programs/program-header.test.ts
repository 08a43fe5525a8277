import { describe, expect, it } from "vitest";
import { type ParsedHeader, parseProgramHeader } from "../../src/session/program-header.ts";

const COMPLETE = `; title: A title
; title-zh: 标题
; summary: What it: shows.
; summary-zh: 摘要
; topic: devices
; order: 7
; input: tick 900 serial "a\\n"
; input: tick 500 key KeyA
; outcome: exited 3
; serial: "one\\x21\\t\\"\\\\"
; serial: "two\\n"
; screen: 2 "  blue"
; trap-and-emulate: differs at POPF property=equivalence
; trap-and-emulate outcome: halted
; trap-and-emulate serial: "lost"
; what-if: popf-traps

BITS 32
; order: 99
`;

/** Reads a header in which some lines of the complete one are replaced, and checks what comes of it. */
function check(changes: Readonly<Record<string, string>>, expected: (parsed: ParsedHeader) => void): void {
  const lines = COMPLETE.split("\n").map((line) => {
    const key = Object.keys(changes).find((name) => line.startsWith(`; ${name}: `));
    return key === undefined ? line : `; ${key}: ${changes[key]}`;
  });
  expected(parseProgramHeader(lines.join("\n")));
}

describe("the header of a program", () => {
  it("gives texts, topic and order, and ends with the comment block", () => {
    check({}, ({ program, errors }) => {
      expect(errors).toEqual([]);
      expect(program.title).toEqual({ en: "A title", zh: "标题" });
      expect(program.summary.en).toBe("What it: shows.");
      expect([program.topic, program.order, program.whatIf, program.bareOnly]).toEqual([
        "devices",
        7,
        "popf-traps",
        null,
      ]);
    });
  });

  it("states the run on bare metal, with escapes and joined lines", () => {
    check({}, ({ program }) => {
      expect(program.bareMetal).toEqual({
        outcome: "exited",
        exitCode: 3,
        debug: null,
        serial: 'one!\t"\\two\n',
        screen: [{ row: 2, text: "  blue" }],
      });
    });
  });

  it("states the verdict and the virtualized run", () => {
    check({}, ({ program }) => {
      expect(program.comparisons).toEqual([
        {
          strategy: "trap-and-emulate",
          verdict: "differs",
          mnemonic: "POPF",
          property: "equivalence",
          run: { outcome: "halted", exitCode: null, debug: null, serial: "lost", screen: [] },
        },
        // Under these every guest is equivalent unless its header says otherwise.
        ...(["binary-translation", "vtx"] as const).map((strategy) => ({
          strategy,
          verdict: "equivalent",
          mnemonic: null,
          property: null,
          run: program.bareMetal,
        })),
      ]);
    });
  });

  it("expects of an equivalent run what bare metal shows", () => {
    check({ "trap-and-emulate": "equivalent" }, ({ program }) => {
      expect(program.comparisons[0]?.run).toBe(program.bareMetal);
    });
  });

  it("gives inputs in order of time, a key as press and release", () => {
    check({}, ({ program }) => {
      expect(program.inputs).toEqual([
        { tick: 500, event: { kind: "key", code: "KeyA", down: true } },
        { tick: 600, event: { kind: "key", code: "KeyA", down: false } },
        { tick: 900, event: { kind: "serial", byte: 97 } },
        { tick: 900, event: { kind: "serial", byte: 10 } },
      ]);
    });
  });

  it.each([
    ["outcome", "crashed", 9, "`exited CODE`"],
    ["order", "first", 6, "decimal number"],
    ["screen", "blue", 12, 'ROW "text"'],
    ["trap-and-emulate", "differs", 13, "differs at MNEMONIC"],
    ["trap-and-emulate serial", "lost", 15, "double quotes"],
  ])("says at which line `%s: %s` is wrong, and what would do", (key, value, line, words) => {
    check({ [key]: value }, ({ errors }) => {
      expect(errors).toHaveLength(1);
      expect(errors[0]?.line).toBe(line);
      expect(errors[0]?.message).toContain(words);
    });
  });

  const TITLES = COMPLETE.split("\n").slice(0, 6).join("\n");
  const ported = (...lines: readonly string[]) =>
    parseProgramHeader([TITLES, "; outcome: halted", "; trap-and-emulate: equivalent", ...lines, ""].join("\n"));

  it("expects a port under paravirtual only where the header says so", () => {
    const under = (...lines: readonly string[]) =>
      ported(...lines).program.comparisons.find(({ strategy }) => strategy === "paravirtual");
    expect(under()).toBeUndefined();
    const { errors, program } = ported("; paravirtual: equivalent");
    expect(errors).toEqual([]);
    expect(under("; paravirtual: equivalent")).toEqual({
      strategy: "paravirtual",
      verdict: "equivalent",
      mnemonic: null,
      property: null,
      run: program.bareMetal,
    });
    expect(ported("; paravirtual: differs at POPF property=equivalence").errors[0]?.message).toContain("`equivalent`");
  });

  it("names the programs of other domains, with the lines that name them", () => {
    const { program, errors } = ported("; domain 0: xen/driver-domain.asm", "; domain 7: ../peer.asm");
    expect(errors).toEqual([]);
    expect(program.companions).toEqual([
      { id: 0, path: "xen/driver-domain.asm", line: 9 },
      { id: 7, path: "../peer.asm", line: 10 },
    ]);
    expect(program.isCompanion).toBe(false);
  });

  it.each([
    ["; domain 1: a.asm", "domain 1"],
    ["; domain 8: a.asm", "0 or 2 to 7"],
    ["; domain 0: ", "file"],
    ["; domain 0: a.asm\n; domain 0: b.asm", "already"],
  ])("refuses %j in both languages, for those who load the program", (lines, words) => {
    const { errors } = ported(...lines.split("\n"));
    expect(errors).toHaveLength(1);
    expect(errors[0]?.words?.en).toContain(words);
    expect(errors[0]?.words?.zh).toMatch(/域/);
  });

  it("wants no outcome and no verdict of a program that only runs beside others", () => {
    const { program, errors } = parseProgramHeader(`${TITLES}\n; companion: yes\n`);
    expect(errors).toEqual([]);
    expect(program).toMatchObject({ isCompanion: true, comparisons: [] });
    expect(parseProgramHeader(`${TITLES}\n; companion: no\n`).errors[0]?.message).toContain("companion: yes");
  });

  it("knows a processor with VT-x and the sequence of its exits", () => {
    const lines = [
      "; bare-only: x",
      "; processor: vt-x",
      "; exits: 10 CPUID, 30 I/O x 3",
      "; exits: 52 preemption timer",
    ];
    const { program, errors } = parseProgramHeader(`${TITLES}\n; outcome: halted\n${lines.join("\n")}\n`);
    expect(errors).toEqual([]);
    expect(program).toMatchObject({ vmx: true, exits: [10, 30, 30, 30, 52], comparisons: [] });
    expect(ported().program).toMatchObject({ vmx: false, exits: [] });
    expect(ported("; processor: 386").errors[0]?.message).toContain("`vt-x`");
    expect(ported("; exits: 10 CPUID").errors[0]?.message).toContain("processor");
    expect(ported("; processor: vt-x", "; exits: CPUID").errors[0]?.message).toContain("REASON NAME");
  });

  it("names every key that is missing and every key that it does not know", () => {
    const { errors } = parseProgramHeader("; title: x\n; author: y\nBITS 32\n");
    const all = errors.map((error) => error.message).join("\n");
    for (const key of ["title-zh", "summary", "summary-zh", "topic", "order", "outcome", "trap-and-emulate"])
      expect(all).toContain(`\`${key}\``);
    expect(errors[0]).toEqual({ line: 2, message: "unknown key `author`" });
  });
});
