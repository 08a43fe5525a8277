import { describe, expect, it } from "vitest";
import type { Session } from "../../../src/session/session.ts";
import type { StrategyId } from "../../../src/session/types.ts";
import { realModeGuest, virtual8086Guest } from "./eighty-eighty-six.ts";
import { ask, open, toLabel } from "./system.ts";

type Command = Parameters<Session["begin"]>[0];

function run(session: Session, command: Command) {
  session.begin(command);
  for (;;) {
    const { done, cause } = session.advance(100_000);
    if (done) return cause;
  }
}

const STRATEGIES = ["bare-metal", "trap-and-emulate", "binary-translation", "vtx"] as const;
const everywhere = STRATEGIES.flatMap((strategy) => [0, 0x700].map((paragraph) => [strategy, paragraph] as const));

function at(strategy: StrategyId, source: string, label: string): Session {
  const session = open("low.asm", strategy, source);
  toLabel(session, label);
  return session;
}

/** The linear address of the guest's next instruction, whoever runs. */
function nextOf(session: Session): number {
  const { segments, eip } = session.view().guest;
  return (segments[1]!.base + eip) >>> 0;
}
/** The text of the guest's next instruction. */
function textOf(session: Session): string {
  const space = "linear" as const;
  return ask(session, { kind: "disassembly", space, address: nextOf(session), before: 0, after: 1 }).lines[0]!.text;
}
/** Where a line of the source runs. */
function placeOf(session: Session, text: string): number {
  return ask(session, { kind: "listing" }).rows!.find((row) => row.text.includes(text) && row.size > 0)!.address!;
}

const stackOf = (session: Session) => ask(session, { kind: "stack", side: "guest", words: 24, below: 0 });
const lineOf = (source: string, text: string) => source.split("\n").findIndex((line) => line.includes(text)) + 1;
const where = (session: Session, language: "en" | "zh" = "en") =>
  ask(session, { kind: "console-where", language, short: true }).lines.join("\n");
const say = (session: Session, line: string, language: "en" | "zh" = "en") =>
  ask(session, { kind: "console", line, language, breakpoints: [] }).lines.join("\n");

describe.each(everywhere)("real mode under %s, CS %i", (strategy, paragraph) => {
  const source = realModeGuest(paragraph);
  const base = paragraph * 16;

  it("is named as such, with the size of its code", () => {
    const session = at(strategy, source, "real");
    expect(session.view().guest.mode).toMatchObject({ kind: "real", bits: 16 });
    if (strategy === "bare-metal" || strategy === "vtx") {
      expect(where(session)).toContain("real mode, 16-bit");
      expect(where(session, "zh")).toContain("实模式，16 位");
    }
    expect(say(session, "info reg cpl")).toContain("real mode, 16-bit");
    const before = at(strategy, source, "start");
    expect(before.view().guest.mode).toMatchObject({ kind: "protected", bits: 32 });
    expect(where(before)).not.toContain("mode");
  });

  it("has paragraphs in its segment registers, and says where a base is still of before", () => {
    const segments = (label: string) => {
      const session = at(strategy, source, label);
      const { rows } = ask(session, { kind: "segments", changes: false });
      return new Map(rows.map((row) => [row.name, row.guest ?? row.physical]));
    };
    const now = segments("near_call");
    expect(now.get("cs")).toMatchObject({ paragraph: true, selector: paragraph, base, stale: [] });
    expect(now.get("ds")).toMatchObject({ paragraph: true, selector: paragraph, base, stale: [] });
    expect(now.get("es")).toMatchObject({ paragraph: true, selector: 0x20, base: 0 });
    expect(now.get("es")!.stale[0]!.en).toContain("16 times");
    expect(now.get("ldtr")!.paragraph).toBe(false);
    expect(segments("switch").get("cs")).toMatchObject({ paragraph: false, index: 3 });
    expect(say(at(strategy, source, "near_call"), "sreg")).toContain("(paragraph)");
  });

  it("knows where it is: label, line and instruction", () => {
    const session = at(strategy, source, "ret_one");
    const line = lineOf(source, "ret_one:");
    expect(nextOf(session)).toBe(placeOf(session, "ret_one:"));
    expect(textOf(session)).toBe("pop ax");
    expect(say(session, "info line ret_one")).toMatch(new RegExp(`<ret_one> {2}low\\.asm:${line}$`));
    if (session.view().current !== "vmm") {
      const { linear, source: place } = session.view().next;
      expect(session.view().guest.eip).toBe(linear - base);
      expect(place).toEqual({ file: "low.asm", line });
      expect(where(session)).toContain(`<ret_one> low.asm:${line}`);
    }
    run(session, { kind: "tick", direction: "forward" });
    expect(say(session, "info reg eip")).toContain("<ret_one+0x1>");
  });

  it("is disassembled and listed where it runs", () => {
    const session = at(strategy, source, "ret_one");
    const { bits, lines } = ask(session, {
      kind: "disassembly",
      space: "linear",
      address: nextOf(session),
      before: 1,
      after: 3,
    });
    expect(bits).toBe(16);
    expect(lines.map((line) => line.text)).toEqual(["int 0x60", "pop ax", "pop bp", "ret"]);
    expect(lines.map((line) => line.label)).toEqual([null, "ret_one", null, null]);
    expect(lines.map((line) => line.next)).toEqual([false, true, false, false]);
    const first = lineOf(source, "ret_one:");
    expect(lines.map((line) => line.source?.line)).toEqual([first - 1, first, first + 1, first + 2]);
    expect(placeOf(session, "ret_one:")).toBe(nextOf(session));
  });

  it("stops at breakpoints on its lines, and runs to one as to a place", () => {
    const session = open("low.asm", strategy, source);
    const line = lineOf(source, "ret_one:");
    session.setBreakpoints([{ id: "b", at: { file: "low.asm", line } }]);
    expect(run(session, { kind: "run", direction: "forward", until: null, maxSteps: 1_000_000 })).toBe("breakpoint");
    const { step } = session.view();
    const address = placeOf(session, "ret_one:");
    expect(nextOf(session)).toBe(address);
    const again = open("low.asm", strategy, source);
    run(again, { kind: "run", direction: "forward", until: { kind: "address", address }, maxSteps: 1_000_000 });
    expect(again.view().step).toBe(step);
    // What CR0.PE does is the guest's own doing, whoever runs it.
    const mode = { kind: "mode", bit: "protection", to: null } as const;
    again.setBreakpoints([{ id: "m", at: mode }]);
    expect(run(again, { kind: "run", direction: "forward", until: null, maxSteps: 1_000_000 })).toBe("breakpoint");
    expect(again.view().guest.mode.kind).toBe("protected");
  });

  it("is stepped over and out of, near and far, both ways", () => {
    const session = at(strategy, source, "near_call");
    const here = nextOf(session);
    run(session, { kind: "over", direction: "forward" });
    expect(textOf(session)).toBe("nop");
    run(session, { kind: "over", direction: "back" });
    expect(nextOf(session)).toBe(here);
    toLabel(session, "far_call");
    run(session, { kind: "over", direction: "forward" });
    expect(nextOf(session)).toBe(placeOf(session, "last:"));
    // What SP = 0 comes back to lies above FFFE.
    const top = at(strategy, source.replace("mov sp, 0x7000", "mov sp, 0"), "top");
    run(top, { kind: "out", direction: "forward" });
    expect(textOf(top)).toBe("int 0x60");
    run(top, { kind: "over", direction: "forward" });
    expect(textOf(top)).toBe("mov eax, cr0");
    const far = at(strategy, source, "inside");
    run(far, { kind: "out", direction: "back" });
    expect(textOf(far)).toMatch(/^call 0x(0|700):/);
    toLabel(far, "inside");
    run(far, { kind: "out", direction: "forward" });
    expect(nextOf(far)).toBe(placeOf(far, "last:"));
  });

  it("has the three words of an interrupt on its stack, and its calls", () => {
    const session = at(strategy, source, "mid");
    const { traps, words, calls } = stackOf(session);
    expect(traps).toHaveLength(1);
    expect(traps[0]).toMatchObject({ first: 0, fields: ["eip", "cs", "eflags"], name: "INT 60h", mode: "real" });
    expect(words[1]!.value).toBe(paragraph);
    expect(calls.map(({ place }) => place?.name)).toEqual(["after"]);
    const frames = say(session, "bt").split("\n");
    expect(frames.map((line) => /<(.*?)>/.exec(line)?.[1])).toEqual(["mid", "after"]);
    const far = at(strategy, source, "ret_one");
    // The first time was the near call.
    run(far, { kind: "tick", direction: "forward" });
    toLabel(far, "ret_one");
    const stack = stackOf(far);
    expect(stack.calls.map(({ place }) => place?.name)).toEqual(["inside", "last"]);
    const notes = stack.words.map(({ notes: of }) => of[0]?.kind);
    expect(notes.slice(0, 6)).toEqual([undefined, "saved-ebp", "return", "saved-ebp", "return", "return-segment"]);
  });

  it("has the lines of its instructions at what happened to them", () => {
    const session = at(strategy, source, "mid");
    const events = session.events(0, 500).filter(({ vector, kind }) => vector === 0x60 && kind !== "vm-exit");
    // EIP of a software interrupt is that behind INT n, of an emulated instruction its own.
    const line = lineOf(source, "ret_one:");
    expect(events.at(-1)!.source?.line).toBe(events.at(-1)!.kind === "software-interrupt" ? line : line - 1);
  });

  it("has its vectors shown as far pointers", () => {
    const session = at(strategy, source, "mid");
    const { rows, guest, physical } = ask(session, {
      kind: "table",
      table: "idt",
      all: false,
      from: 0,
      count: 300,
      changes: false,
    });
    expect(guest ?? physical).toMatchObject({ size: 4, entries: 256 });
    const row = rows.find(({ index }) => index === 0x60)!;
    const { view, address } = row.guest ?? row.physical;
    expect(address).toBe(0x180);
    expect(view).toMatchObject({ form: "vector", target: { selector: paragraph, symbol: "service" } });
    expect(say(session, "info idt 0x60")).toMatch(/far pointer of real mode {2}-> 0x0[07]00:0x[\da-f]{4} {2}<service>/);
    expect(say(session, "info idt 0x60", "zh")).toContain("实模式的远指针");
  });
});

describe("a transition of real mode", () => {
  it("pushes three words by way of the vector table, and IRET and far RET take theirs", () => {
    const session = at("bare-metal", realModeGuest(0x700), "service");
    const { real } = ask(session, { kind: "transition" });
    expect(real).toMatchObject({
      way: "delivery",
      gate: { table: "IVT", index: 0x60, kind: "vector", selector: 0x700 },
      frame: { size: 2, from: null, slots: [{ name: "eflags" }, { name: "cs", value: 0x700 }, { name: "eip" }] },
    });
    toLabel(session, "mid");
    run(session, { kind: "tick", direction: "forward" });
    run(session, { kind: "tick", direction: "forward" });
    const back = ask(session, { kind: "transition" }).real;
    expect(back).toMatchObject({
      way: "iret",
      frame: { slots: [{ name: "eflags" }, { name: "cs" }, { name: "eip" }] },
    });
    toLabel(session, "far_one");
    const called = ask(session, { kind: "transition" }).real;
    expect(called).toMatchObject({ way: "far-call", gate: null, frame: { size: 2, slots: [{ name: "cs" }, {}] } });
  });
});

describe.each(["bare-metal", "trap-and-emulate"] as const)("virtual-8086 mode under %s", (strategy) => {
  const NAMES = ["gs", "fs", "ds", "es", "ss", "esp", "eflags", "cs", "eip"];

  it("is named, has paragraphs, and knows its places", () => {
    const session = at(strategy, virtual8086Guest, "v_mid");
    expect(session.view().guest).toMatchObject({ cpl: 3, mode: { kind: "virtual-8086", bits: 16 } });
    if (strategy === "bare-metal")
      expect(where(session)).toMatch(/virtual-8086 mode, 16-bit.*<v_mid> low\.asm:\d+ {2}pop bp/);
    const { rows } = ask(session, { kind: "segments", changes: false });
    const ds = rows.find(({ name }) => name === "ds")!;
    expect(ds.guest ?? ds.physical).toMatchObject({ paragraph: true, selector: 0x1234, base: 0x12340, stale: [] });
    const { words } = stackOf(session);
    expect(words.slice(0, 3).map(({ notes }) => notes[0]?.kind)).toEqual([undefined, "return", "return-segment"]);
    expect(words[1]!.notes[0]).toMatchObject({ place: { name: "v_int" } });
  });

  it("is left by a frame of nine slots and entered by one", () => {
    const ready = at(strategy, virtual8086Guest, "go86");
    expect(stackOf(ready).traps[0]).toMatchObject({ first: 0, name: null, mode: "virtual-8086", fromRing: 3 });
    expect(stackOf(ready).traps[0]!.fields).toEqual([...NAMES].reverse());
    run(ready, { kind: "tick", direction: "forward" });
    const entered = ask(ready, { kind: "transition" });
    const into = strategy === "bare-metal" ? entered.real : entered.virtual;
    expect(into?.way).toBe("iret");
    expect(into!.frame.slots.map(({ name }) => name)).toEqual(NAMES);

    const session = at(strategy, virtual8086Guest, "handler");
    const { traps, words } = stackOf(session);
    expect(traps[0]).toMatchObject({ first: 0, name: "INT 30h", mode: "virtual-8086" });
    expect(traps[0]!.fields).toEqual([...NAMES].reverse());
    expect(words.slice(5, 9).map(({ value }) => value)).toEqual([0x11, 0x1234, 0x33, 0x44]);
    if (strategy !== "bare-metal") return;
    const { real } = ask(session, { kind: "transition" });
    expect(real!.frame.slots.map(({ name }) => name)).toEqual(NAMES);
    expect(real).toMatchObject({ from: { cs: 0x7c0, ss: 0x500, ring: 3 }, to: { ring: 0 } });
  });
});
