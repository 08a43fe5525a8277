import { describe, expect, it } from "vitest";
import type { UnitDetail } from "../../../src/session/inspect/translation.ts";
import { Session } from "../../../src/session/session.ts";
import type { StrategyId } from "../../../src/session/types.ts";
import { programFiles } from "../../programs/library.ts";
import { ask, open, seek, toLabel } from "./system.ts";

const END = 1_000_000;
const SOURCE = `BITS 32
ORG 0x100000
start: mov ecx, 3
.next: call work
 loop .next
 cli
 in al, 0x40
 mov al, 7
 out 0xf4, al
work: inc ebx
 ret
`;

function opened(options: readonly string[] = [], source = SOURCE): Session {
  const session = new Session();
  const result = session.load({
    program: { kind: "source", main: "a.asm", files: { ...programFiles, "a.asm": source } },
    strategy: "binary-translation",
    memoryMiB: 2,
    whatIf: [],
    inputs: [],
    options,
  });
  if (!result.ok) throw new Error(result.problem.en);
  return session;
}

/** What stands in the cache now, and the unit that was asked for. */
function found(session: Session, unit: number | null = null) {
  const { translation } = ask(session, { kind: "translation", unit });
  if (translation === null) throw new Error("nothing translates");
  return translation;
}

function unitOf(session: Session, label: string): UnitDetail {
  const unit = found(session).units.find((one) => one.label === label && one.valid);
  if (unit === undefined) throw new Error(`no unit at ${label}`);
  return found(session, unit.index).unit!;
}

describe("the translation of guest code", () => {
  it("is not there where nobody translates", () => {
    for (const strategy of ["bare-metal", "trap-and-emulate"] as const satisfies readonly StrategyId[]) {
      const session = open("hello-uart.asm", strategy);
      expect(ask(session, { kind: "translation", unit: null })).toEqual({ translation: null });
      expect(ask(session, { kind: "translation-heat" }).entries).toBeNull();
    }
  });

  it("stands beside the guest's instructions, treated each in its way, with the reason in words", () => {
    const session = opened();
    seek(session, END);
    const lines = found(session).units.flatMap(({ index, valid }) => (valid ? found(session, index).unit!.lines : []));
    const by = (text: string) => lines.find((line) => line.text.startsWith(text))!;
    expect(by("inc ebx")).toMatchObject({
      bytes: "43",
      treatment: "identical",
      code: [{ bytes: "43", text: "inc ebx" }],
    });
    expect(by("call")).toMatchObject({ treatment: "chained" });
    expect(by("loop")).toMatchObject({ treatment: "chained" });
    expect(by("ret")).toMatchObject({ treatment: "indirect" });
    expect(by("cli")).toMatchObject({
      treatment: "inline",
      code: [{ text: "mov dword [gs:0x0], 0x0", remark: { en: "the virtual IF" } }],
    });
    expect(by("in al")).toMatchObject({ treatment: "callout", code: [{ bytes: "cdf1" }] });
    expect(by("in al").reason.en).toContain("virtual device");
    expect(by("in al").code[0]!.remark?.en).toContain("callout");
    for (const { reason } of lines) {
      expect(reason.en).toMatch(/\.$/);
      expect(reason.zh).toMatch(/\p{Script=Han}.*。$/u);
    }
    // The guest's return address is pushed, not the cache's.
    expect(by("call").code[0]).toMatchObject({ text: "push 0x10000a" });
  });

  it("says which instruction is being executed, and where a unit is left by a stub", () => {
    const session = opened();
    toLabel(session, "work");
    const first = found(session);
    expect(first.present).toMatchObject({ instruction: 0 });
    expect(first.unit!.lines.filter(({ now }) => now).map(({ text }) => text)).toEqual(["inc ebx"]);
    expect(first.unit!.lines[0]!.code.map(({ now }) => now)).toEqual([true]);
    const start = unitOf(session, "start");
    expect(start.to).toContain(first.unit!.index);
    expect(first.unit!.from).toContain(start.index);
    expect(start.successors).toMatchObject([{ state: "elided", unit: first.unit!.index }]);
    seek(session, END);
    const loop = unitOf(session, "start.next+0x5");
    expect(loop.lines.at(-1)!.text).toBe("loop 0x100005");
    expect(loop.successors.map(({ state }) => state).sort()).toEqual(["chained", "chained"]);
  });

  it("is stopped in by breakpoints on the guest's own lines, each time and backwards too", () => {
    const session = opened();
    const steps: number[] = [];
    for (;;) {
      toLabel(session, "work");
      if (session.view().outcome !== "running") break;
      expect(session.view().next.text).toBe("inc ebx");
      expect(session.view().current).toBe("guest-kernel");
      steps.push(session.view().step);
    }
    expect(steps).toHaveLength(3);
    session.begin({ kind: "run", direction: "back", until: { kind: "label", name: "work" }, maxSteps: END });
    while (!session.advance(END).done);
    expect(session.view().step).toBe(steps[2]);
  });

  it("follows through every step of a callout: interrupted there, then resumed", () => {
    const session = opened();
    const texts = new Set<string>();
    for (let step = 0; step < 400 && session.view().outcome === "running"; step++) {
      session.begin({ kind: "step", direction: "forward" });
      session.advance(END);
      const { present, unit } = found(session);
      if (present === null || unit === null) continue;
      expect(unit.index).toBe(present.unit);
      const now = unit.lines.filter((line) => line.now);
      if (present.instruction >= 0) expect(now).toHaveLength(1);
      if (!present.running && now[0]?.text.startsWith("in al")) texts.add(session.view().next.text);
    }
    expect([...texts]).toContain("hostgate");
  });

  it("shows what is overwritten of a unit that was given up as it is now", () => {
    const session = open("self-modifying.asm", "binary-translation");
    seek(session, END);
    const { units, counts } = found(session);
    const gone = units.filter(({ valid }) => !valid);
    expect(gone.length).toBeGreaterThan(3);
    expect(counts.givenUp).toBe(gone.length - counts.retranslated);
    for (const { index } of gone) {
      const [line] = found(session, index).unit!.lines;
      expect(line!.code[0]!.text).toMatch(/^(?:int 0xf1|jmp near)/);
    }
  });

  it("has the cache's size and fill, and every unit in its place", () => {
    const session = open("preempt-users.asm", "binary-translation");
    seek(session, END);
    const { units, codeEnd, stubStart, size } = found(session);
    expect(codeEnd).toBeLessThan(stubStart);
    expect(size).toBe(0x40000);
    units.forEach(({ start, end }, i) => {
      expect(start).toBe(i === 0 ? 0 : units[i - 1]!.end);
      expect(end).toBeGreaterThan(start);
    });
    expect(units.at(-1)!.end).toBe(codeEnd);
  });

  it("counts where the guest's instructions ended, and why translated code called the VMM", () => {
    const session = open("preempt-users.asm", "binary-translation");
    seek(session, END);
    const { counts } = found(session);
    expect(counts.direct + counts.translated + counts.emulated).toBe(session.view().tick);
    expect(counts.direct).toBeGreaterThan(counts.translated);
    const called = counts.callouts.reduce((sum, { count }) => sum + count, 0);
    expect(called).toBe(session.eventCounts().callout);
    // The first unit is made before the run begins, when nobody listens yet.
    expect(counts.units).toBe(session.eventCounts().translate! + 1);
  });

  it("says that an option is why an instruction is called out", () => {
    const session = opened(["callouts-only"]);
    seek(session, END);
    expect(session.view().options).toEqual(["callouts-only"]);
    const lines = found(session).units.flatMap(({ index }) => found(session, index).unit!.lines);
    const cli = lines.find(({ text }) => text === "cli")!;
    expect(cli.treatment).toBe("callout");
    expect(cli.reason.en).toContain("Callouts only");
  });
});

describe("the heat of the cache", () => {
  it("is how often each unit was entered, found by making the run again", () => {
    const session = opened();
    seek(session, END);
    const heat = ask(session, { kind: "translation-heat" });
    expect(heat).toMatchObject({ from: 0, to: session.view().step, dropped: false });
    expect(heat.entries![unitOf(session, "work").index]).toBe(3);
    expect(heat.entries![unitOf(session, "start").index]).toBe(1);
  });

  it("is the same counted in one go and bit by bit, forwards and back", () => {
    const whole = open("preempt-users.asm", "binary-translation");
    seek(whole, 6000);
    const wanted = ask(whole, { kind: "translation-heat" }).entries;
    const parts = open("preempt-users.asm", "binary-translation");
    for (const step of [50, 777, 778, 4000, 3000, 6000]) {
      seek(parts, step);
      ask(parts, { kind: "translation-heat" });
    }
    expect(ask(parts, { kind: "translation-heat" }).entries).toEqual(wanted);
  });

  it("counts a repeated instruction once, however many iterations it makes", () => {
    const session = opened(
      [],
      `BITS 32
ORG 0x100000
 mov edi, 0x180000
 mov ecx, 500
 cld
 jmp fill
fill: rep stosb
 mov al, 1
 out 0xf4, al
`,
    );
    seek(session, END);
    expect(ask(session, { kind: "translation-heat" }).entries![unitOf(session, "fill").index]).toBeLessThan(4);
  });
});
