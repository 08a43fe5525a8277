import { describe, expect, it } from "vitest";
import { CompareRun } from "../../../src/session/compare.ts";
import { parseProgramHeader } from "../../../src/session/program-header.ts";
import type { Comparison, LoadRequest, StrategyId } from "../../../src/session/types.ts";
import { TRANSLATE_USER } from "../../../src/vmm/binary-translation/strategy.ts";
import { programFiles, programPaths, programText } from "../../programs/library.ts";
import { EXIT, runs } from "./guests.ts";

const leaks = programPaths.filter((path) => path.startsWith("sensitive/user-"));

function compare(path: string, options: readonly string[]): Comparison {
  const { inputs } = parseProgramHeader(programText(path)).program;
  const request = (strategy: StrategyId): LoadRequest => ({
    program: { kind: "source", main: path, files: programFiles },
    strategy,
    memoryMiB: 16,
    whatIf: [],
    options,
    inputs,
  });
  const run = new CompareRun(request("bare-metal"), request("binary-translation"));
  while (!run.advance(100_000).done);
  return run.result();
}

describe("unprivileged sensitive instructions in user code", () => {
  it("are shown to leak by six programs at least, each by a mnemonic of its own", () => {
    const mnemonics = leaks.map((path) => {
      const { comparisons } = parseProgramHeader(programText(path)).program;
      const { verdict, mnemonic } = comparisons.find(({ strategy }) => strategy === "binary-translation")!;
      expect(verdict).toBe("differs");
      return mnemonic;
    });
    expect(new Set(mnemonics).size).toBe(leaks.length);
    expect(leaks.length).toBeGreaterThanOrEqual(6);
  });

  it.each(leaks)("are named by the check, with the reason: %s", (path) => {
    const { difference } = compare(path, []);
    expect(difference?.why.en).toContain("user code runs directly");
    expect(difference?.why.zh).toContain("用户代码按原样直接执行");
  });

  it.each(leaks)("tell nothing where user code is translated as well: %s", (path) => {
    const { equivalent, difference, leftOutcome, rightOutcome } = compare(path, [TRANSLATE_USER]);
    expect(difference).toBeNull();
    expect([equivalent, leftOutcome, rightOutcome]).toEqual([true, "exited", "exited"]);
  });
});

/** From the kernel to `user` at ring 3; `flags` beside the reserved one. */
const enterUser = (flags: number) => `
        handler 0x30, system_call
        push dword 0x23
        push dword 0x7000
        push dword ${2 | flags}
        push dword 0x1b
        push dword user
        iretd
`;
const IF = 0x200;
const IOPL_3 = 0x3000;

describe("the published rule", () => {
  const body = `
user:   mov ecx, 100
        loop $
        int 0x30
system_call: ${EXIT(0)}`;

  it("runs user code directly, and nothing else", () => {
    const { counts } = runs(`${enterUser(IF)}${body}`, 0);
    expect(counts.ticksDirect).toBeGreaterThan(95);
    expect(counts.ticksDirect).toBeLessThan(110);
  });

  it.each([
    ["its virtual IF is 0", 0],
    ["its IOPL is 3, so that CLI would be its own", IF | IOPL_3],
  ])("translates user code where %s", (_, flags) => {
    expect(runs(`${enterUser(flags)}${body}`, 0).counts.ticksDirect).toBe(0);
  });

  it("translates user code where a segment register holds what no table says any more", () => {
    const { counts } = runs(
      `
        mov dword [GDT + 0x30], 0x0000ffff
        mov dword [GDT + 0x34], 0x00cff300
        mov eax, 0x33
        mov fs, eax
        mov dword [GDT + 0x34], 0
        ${enterUser(IF)}${body}`,
      0,
    );
    expect(counts.ticksDirect).toBe(0);
  });

  it("runs user code of virtual-8086 mode neither directly nor translated, and that of protected mode directly again", () => {
    const { counts } = runs(
      `
        handler 0x0d, monitor
        push dword 0
        push dword 0
        push dword 0
        push dword 0
        push dword 0
        push dword 0x7000
        push dword 0x20202
        push dword 0xffff
        push dword virtual - 0xffff0
        iretd
virtual: hlt
monitor: mov eax, 0x10
        mov ds, ax
        ${enterUser(IF)}${body}`,
      0,
    );
    expect(counts.ticksDirect).toBeGreaterThan(95);
    expect(counts.ticksDirect).toBeLessThan(110);
  });

  it("translates all of it where asked to", () => {
    expect(runs(`${enterUser(IF)}${body}`, 0, { translateUser: true }).counts.ticksDirect).toBe(0);
  });

  it.each([false, true])(
    "lets user code at IOPL 3 have CLI, STI and POPF (all of it translated: %s)",
    (translateUser) => {
      runs(
        `${enterUser(IF | IOPL_3)}
user:   cli
        pushfd
        pop eax
        test eax, ${IF}
        jnz wrong
        push dword ${2 | IF | IOPL_3}
        popfd
        pushfd
        pop eax
        test eax, ${IF}
        jz wrong
        int 0x30
system_call: ${EXIT(0)}
wrong:  ${EXIT(1)}`,
        0,
        { translateUser },
      );
    },
  );
});
