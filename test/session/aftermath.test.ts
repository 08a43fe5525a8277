import { describe, expect, it } from "vitest";
import { CompareRun } from "../../src/session/compare.ts";
import type { Comparison, Consequence, StrategyId } from "../../src/session/types.ts";
import { programFiles } from "../programs/library.ts";
import { open, seek } from "./inspect/system.ts";

function compared(main: string, { whatIf = [] as string[], text = programFiles[main]! } = {}): Comparison {
  const files = { ...programFiles, [main]: text };
  const request = { program: { kind: "source", main, files }, memoryMiB: 16, whatIf, inputs: [] } as const;
  const run = new CompareRun({ ...request, strategy: "bare-metal" }, { ...request, strategy: "trap-and-emulate" });
  while (!run.advance(50_000).done);
  return run.result();
}

const of = ({ consequences }: Comparison, kind: Consequence["kind"]) => consequences.find((one) => one.kind === kind)!;
const kinds = ({ consequences }: Comparison) => consequences.map(({ kind }) => kind);

describe("what came of POPF's silence", () => {
  const lesson = compared("lesson-popf.asm");

  it("is an interrupt while the guest believes that interrupts are off, then another output, then another end", () => {
    expect(kinds(lesson)).toEqual(["delivery", "output", "end"]);
    const { en, zh } = of(lesson, "delivery").words;
    for (const words of [en, zh]) {
      expect(words).toContain("0x20");
      expect(words).toContain("“loop $”");
      expect(words).toMatch(/IF.*0.*1/);
    }
    expect(en).toContain("The guest believes that interrupts are off");
    expect(en).toMatch(/“Bare metal” holds it back until after “popfd” \(lesson-popf\.asm:\d+\)/);
    expect(of(lesson, "output").words.en).toContain("differs from character 5 on: “B2");
    expect(of(lesson, "end").words.en).toContain("last ticket 8”");
    expect(of(lesson, "end").words.zh).toContain("last ticket 4”");
  });

  it.each<[StrategyId, "left" | "right", string]>([
    ["trap-and-emulate", "right", "inject"],
    ["bare-metal", "left", "interrupt"],
  ])("is found in a run of its own under %s at the step that is named", (strategy, side, kind) => {
    const session = open("lesson-popf.asm", strategy);
    const { step, tick } = of(lesson, "delivery")[side]!;
    seek(session, step);
    const { transition } = session.view();
    expect(transition.map((event) => event.kind)).toContain(kind);
    expect(transition.find((event) => event.kind === kind)).toMatchObject({ vector: 0x20, tick });
    const output = of(lesson, "output")[side]!;
    seek(session, output.step - 1);
    expect(session.view().console.serial).toBe("A1 B");
    seek(session, output.step);
    expect(session.view().console.serial).toMatch(/^A1 B[12]$/);
  });

  it("is nothing on a processor where it traps", () => {
    expect(compared("lesson-popf.asm", { whatIf: ["popf-traps"] }).consequences).toEqual([]);
  });

  it("is said to be nothing more where nothing more comes of it", () => {
    const text = `BITS 32
ORG 0x100000
start:  mov esp, 0x180000
        push dword 0x3002
        popfd
        mov al, 5
        out 0xf4, al
        jmp $`;
    const result = compared("quiet.asm", { text });
    expect(result.difference?.mnemonic).toBe("popfd");
    expect(kinds(result)).toEqual(["end"]);
    expect(of(result, "end").words.en).toContain("Nothing more came of it");
    expect(of(result, "end").words.en).toContain("ended with code 5");
  });
});

it("where the guest decides by what it was told, the instruction after which the runs go different ways is named", () => {
  const result = compared("sensitive/sidt.asm");
  const { words, right } = of(result, "path");
  expect(words.en).toMatch(/After “jne \.other” \(sensitive\/sidt\.asm:\d+\) the runs go different ways/);
  expect(words.zh).toContain("走上不同的路");
  expect(right?.source?.file).toBe("sensitive/sidt.asm");
});

it("an exception that only the bare run takes is the difference's own parting of ways", () => {
  expect(of(compared("sensitive/pop.asm"), "path").words.en).toMatch(/After “pop es” .* the runs go different ways/);
});
