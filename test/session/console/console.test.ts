import { beforeAll, describe, expect, it } from "vitest";
import type { Breakpoint } from "../../../src/session/breakpoints/types.ts";
import type { ConsoleAnswer, ConsoleEffect, Language } from "../../../src/session/console/types.ts";
import { verbFacts } from "../../../src/session/console/verbs.ts";
import { Session } from "../../../src/session/session.ts";
import type { StrategyId } from "../../../src/session/types.ts";

const PROGRAM = `        bits 32
        org 0x100000
start:  mov esp, 0x180000
        mov dword [counter], 0x11223344
        call helper
        mov eax, cr0
        cli
        pushfd
        popfd
        mov al, 7
        out 0xf4, al
helper: inc dword [counter]
        ret
        align 16
counter: dd 0
text:   db "hi", 9, "there", 0
`;

function loaded(strategy: StrategyId = "bare-metal"): Session {
  const session = new Session();
  const result = session.load({
    program: { kind: "source", main: "a.asm", files: { "a.asm": PROGRAM } },
    strategy,
    memoryMiB: 2,
    whatIf: [],
    inputs: [],
  });
  expect(result.ok).toBe(true);
  return session;
}

class Terminal {
  readonly session: Session;
  breakpoints: Breakpoint[] = [];
  language: Language = "en";

  constructor(session: Session) {
    this.session = session;
  }

  ask(line: string): ConsoleAnswer {
    return this.session.inspect({ kind: "console", line, language: this.language, breakpoints: this.breakpoints });
  }

  /** Says it and does it, as a front end would. */
  type(line: string): string {
    const answer = this.ask(line);
    for (const effect of answer.effects) this.carryOut(effect);
    return answer.lines.join("\n");
  }

  private carryOut(effect: ConsoleEffect): void {
    if (effect.kind === "edit") expect(this.session.edit(effect.event).ok).toBe(true);
    if (effect.kind === "break") {
      this.breakpoints = [...this.breakpoints, effect.breakpoint];
      this.session.setBreakpoints(this.breakpoints);
    }
    if (effect.kind !== "command") return;
    for (let i = 0; i < effect.times; i++) {
      this.session.begin(effect.command);
      while (!this.session.advance(10_000).done);
    }
  }

  get step(): number {
    return this.session.view().step;
  }
}

describe("moving", () => {
  it("si, rsi, s, n, fin and goto move as the buttons do", () => {
    const terminal = new Terminal(loaded());
    terminal.type("si");
    expect(terminal.step).toBe(1);
    terminal.type("si 2");
    expect(terminal.step).toBe(3);
    terminal.type("fin");
    expect(terminal.step).toBe(5);
    terminal.type("reverse-stepi");
    expect(terminal.step).toBe(4);
    terminal.type("goto 2");
    expect(terminal.step).toBe(2);
    terminal.type("n");
    expect(terminal.step).toBe(5);
    terminal.type("rn");
    expect(terminal.step).toBe(2);
    terminal.type("s 2");
    expect(terminal.step).toBe(4);
  });

  it("b and c stop at a line, a label or an address, forwards and backwards", () => {
    const terminal = new Terminal(loaded());
    expect(terminal.type("b helper")).toContain("Breakpoint 1");
    terminal.type("c");
    expect(terminal.step).toBe(3);
    terminal.type("b 7");
    terminal.type("c");
    expect(terminal.session.view().next.text).toBe("cli");
    terminal.type("rc");
    expect(terminal.step).toBe(3);
    terminal.type("until a.asm:6");
    expect(terminal.session.view().next.text).toBe("mov eax, cr0");
  });

  it("says where it stands", () => {
    const terminal = new Terminal(loaded("trap-and-emulate"));
    terminal.type("trap");
    const { lines } = terminal.session.inspect({ kind: "console-where", language: "en", short: false });
    expect(lines.join("\n")).toMatch(/trap to the VMM.*\n.*ring 0 {2}VMM/);
    const zh = terminal.session.inspect({ kind: "console-where", language: "zh", short: true });
    expect(zh.lines[0]).toContain("环 0");
  });
});

describe("looking", () => {
  let terminal: Terminal;
  beforeAll(() => {
    terminal = new Terminal(loaded());
    terminal.type("si 2");
  });

  it.each([
    ["x/xw counter", "0x11223344"],
    ["x /2xh counter", "0x3344  0x1122"],
    ["x/4xb counter", "0x44  0x33  0x22  0x11"],
    ["x/dw counter", "287454020"],
    ["x/uw counter", "287454020"],
    ["x/ow counter", "02110431504"],
    ["x/tb counter", "0b01000100"],
    ["x/c text", "104 'h'"],
    ["x/s text", '"hi\\tthere"'],
    ["x/a counter", "0x11223344"],
    ["x/2i start", "mov esp, 0x180000"],
    ["xp/xw 0x100000", "0x180000bc"],
    ["p $esp + 4", "0x00180004"],
    ["p/d -1", "-1"],
    ["p/t 5", "101"],
    ["p counter", "<counter>"],
    ["p [counter]", "0x11223344"],
    ["info reg esp", "0x00180000"],
    ["r", "eflags"],
    ["creg", "cr0"],
    ["sreg", "gdtr"],
    ["dreg", "dr7"],
    ["info eflags", "IOPL=0"],
    ["info gdt", "GDT: base"],
    ["info idt", "IDT: base"],
    ["info ldt", "LDT: base"],
    ["info tss", "TSS"],
    ["info tab", "Paging is off"],
    ["info cpu", "cr4"],
    ["page 0x1234", "physical 00001234"],
    ["print-stack 2", "[esp+0x04]"],
    ["info symbols help", "helper"],
    ["info symbol start+2", "start+0x2"],
    ["info line 7", "a.asm:7"],
    ["info break", "No breakpoints"],
    ["info program", "step 2 of 2"],
    ["bt", "#0"],
    ["u/2 start", "mov dword"],
    ["disas start counter", "popfd"],
    ["i r esp", "0x00180000"],
    ["help x", "x/NFU"],
    ["help", "rsi [N]"],
  ])("%s says %s", (line, expected) => {
    const answer = terminal.ask(line);
    expect(answer.lines.join("\n")).toContain(expected);
    expect(answer.failed).toBe(false);
    expect(answer.effects).toEqual([]);
  });

  it("shows the guest's view, and with `real` the processor's", () => {
    const virtual = new Terminal(loaded("trap-and-emulate"));
    virtual.type("until 7");
    expect(virtual.type("r cpl")).toContain("0");
    expect(virtual.type("r real cpl")).toContain("1");
    expect(virtual.type("p real.cpl")).toContain("1");
    expect(virtual.type("info cpu")).toContain("In truth the processor has:");
  });

  it("speaks Chinese where it is asked to", () => {
    terminal.language = "zh";
    expect(terminal.type("info tab")).toContain("分页关闭");
    expect(terminal.ask("stpei").lines[0]).toContain("是不是 stepi");
    terminal.language = "en";
  });
});

describe("changing", () => {
  it("set $reg and set [memory] are recorded edits", () => {
    const terminal = new Terminal(loaded());
    terminal.type("si");
    terminal.type("set $ebx = 0x1234 + 1");
    expect(terminal.session.view().guest.gpr[3]).toBe(0x1235);
    terminal.type("set byte [counter + 1] = 0xab");
    expect(terminal.type("x/xw counter")).toContain("0x0000ab00");
    expect(terminal.session.edits()).toHaveLength(2);
  });

  it("option NAME on|off is one too, and info options says what is on here", () => {
    const terminal = new Terminal(loaded("vtx"));
    terminal.type("s 3");
    expect(terminal.type("info options")).toMatch(/exit-rdtsc +off +RDTSC exits\n/);
    terminal.type("option exit-rdtsc on");
    expect(terminal.type("info options")).toMatch(/exit-rdtsc +on +RDTSC exits\n/);
    terminal.type("rs");
    expect(terminal.type("info options")).toMatch(/exit-rdtsc +off/);
    expect(terminal.session.edits()).toMatchObject([{ event: { kind: "set-option", option: "exit-rdtsc", on: true } }]);
    terminal.language = "zh";
    expect(terminal.type("info options")).toMatch(/exit-rdtsc +关闭 +RDTSC 退出/);
    const refused = (line: string, strategy: StrategyId) => new Terminal(loaded(strategy)).ask(line).lines.join();
    expect(refused("option", "vtx")).toContain("option exit-rdtsc on");
    expect(refused("option exit-rdtcs on", "vtx")).toContain("Did you mean exit-rdtsc?");
    expect(refused("option vpid on", "bare-metal")).toContain("no options");
    expect(refused("option translate-user on", "binary-translation")).toContain("before a run only");
    const { candidates } = terminal.session.inspect({ kind: "console-complete", text: "option exit-r" });
    expect(candidates).toEqual(["exit-rdtsc"]);
  });
});

describe("stops", () => {
  it.each([
    ["watch counter", { kind: "data", address: "counter", size: 4, access: "write", space: "linear" }],
    ["rwatch byte [counter+1]", { kind: "data", address: "counter+1", size: 1, access: "read", space: "linear" }],
    ["awatch counter, 2", { kind: "data", address: "counter", size: 2, access: "any", space: "linear" }],
    ["watch r 0x100000", { kind: "data", address: "0x100000", size: 4, access: "read", space: "linear" }],
    ["watch phys:[0x1000]", { kind: "data", address: "0x1000", size: 4, access: "write", space: "physical" }],
    ["watch $eax", { kind: "change", expression: "$eax" }],
    ["catch trap gp", { kind: "vector", vector: 13, into: "vmm" }],
    ["catch exception", { kind: "vector", vector: null, into: "guest" }],
    ["catch port 0x3f8-0x3ff out", { kind: "port", from: 0x3f8, to: 0x3ff, direction: "out" }],
    ["catch ring 0 3", { kind: "ring", from: 0, to: 3, view: "guest" }],
    ["catch silent popf", { kind: "silent", row: "popfd" }],
  ])("%s", (line, at) => {
    const { effects } = new Terminal(loaded()).ask(line);
    expect(effects).toMatchObject([{ kind: "break", breakpoint: { at }, temporary: false }]);
  });

  it("takes conditions, temporary ones, numbers and the modes", () => {
    const terminal = new Terminal(loaded());
    expect(terminal.ask("tb 7 if $eax == 3").effects).toMatchObject([
      { kind: "break", temporary: true, breakpoint: { at: { file: "a.asm", line: 7 }, condition: "$eax == 3" } },
    ]);
    terminal.type("b start");
    expect(terminal.type("info break")).toContain("1  *0x00100000");
    expect(terminal.ask("delete 1").effects).toEqual([{ kind: "delete", numbers: [1] }]);
    expect(terminal.ask("d").effects).toEqual([{ kind: "delete", numbers: null }]);
    expect(terminal.ask("disable 1").effects).toEqual([{ kind: "enable", numbers: [1], on: false }]);
    expect(terminal.ask("delete 9")).toMatchObject({ failed: true });
    const kinds = terminal.ask("modebp").effects.map((effect) => effect.kind === "break" && effect.breakpoint.at);
    expect(kinds).toMatchObject([{ kind: "ring" }, { kind: "mode" }, { kind: "mode" }]);
    terminal.type("modebp");
    expect(terminal.ask("modebp").effects).toEqual([{ kind: "delete", numbers: [2, 3, 4] }]);
  });
});

describe("what is not understood", () => {
  it.each([
    ["stpei", "Did you mean `stepi`?"],
    ["info idr", "Did you mean `info idt`?"],
    ["info", "idt"],
    ["r zz", 'no register "zz"'],
    ["p $eex", "Did you mean eax?"],
    ["x/8q start", "x d u o t a c s i"],
    ["x", "Which address?"],
    ["x/g start", "wider than anything"],
    ["b nowhere", "nowhere"],
    ["b other.asm:3", "There are: a.asm"],
    ["b 4000", "No code from line 4000"],
    ["set eax", "set $eax = 5"],
    ["set nothing = 4", "cannot be set"],
    ["catch fish", "catch takes"],
    ["si 0", "from 1 to"],
    ["rwatch $eax", "Only memory"],
    ["d 7", "no breakpoint 7"],
    ["1 2 3", "begins with a verb"],
    ["reverse", "may be"],
    ["goto", "goto 100"],
  ])("%s: %s", (line, expected) => {
    const answer = new Terminal(loaded()).ask(line);
    expect(answer.lines.join("\n")).toContain(expected);
    expect(answer).toMatchObject({ failed: true, effects: [] });
  });

  it("never throws, whatever is typed", () => {
    const terminal = new Terminal(loaded());
    const verbs = verbFacts().flatMap((verb) => verb.names);
    const rests = [
      "",
      " ",
      " %%%",
      " ((((",
      " 0xffffffff",
      " -1",
      " [",
      " real",
      " real real",
      ` ${"a".repeat(2000)}`,
      " a:b:c",
      " 1 2 3",
    ];
    for (const verb of verbs) for (const rest of rests) terminal.ask(verb + rest);
    for (const verb of verbs) terminal.ask(`${verb}/9999zz start`);
  });
});

describe("completion", () => {
  const complete = (text: string) => loaded().inspect({ kind: "console-complete", text });

  it("offers verbs, topics, symbols and registers", () => {
    expect(complete("reverse-c")).toEqual({ from: 0, candidates: ["reverse-continue"] });
    expect(complete("info g")).toEqual({ from: 5, candidates: ["gdt"] });
    expect(complete("b hel")).toEqual({ from: 2, candidates: ["helper"] });
    expect(complete("p $es").candidates).toContain("$esp");
    expect(complete("x/8xw coun").candidates).toEqual(["counter"]);
    expect(complete("help unt").candidates).toEqual(["until"]);
  });
});
