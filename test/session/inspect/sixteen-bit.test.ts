import { describe, expect, it } from "vitest";
import { assembleFiles, sourceLines } from "../../../src/session/program.ts";
import { ask, open, seek, toLabel } from "./system.ts";

/** A protected-mode guest whose code and stack are 16-bit segments that begin elsewhere than at 0. */
const SOURCE = `CODE equ 0x18
STACK equ 0x20
STACK_BASE equ 0x140000
        bits 32
        org 0x100000
start:  lgdt [gdtr]
        lidt [idtr]
        jmp CODE:entry - start

        align 8
gdt:    dq 0
        dq 0x00cf9b000000ffff, 0x00cf93000000ffff
        dq 0x00009b100000ffff           ; 18: 16-bit code at 100000
        dq 0x000093140000ffff           ; 20: 16-bit stack at 140000
gdtr:   dw gdtr - gdt - 1
        dd gdt
        align 8
idt:    times 0x30 dq 0
        dw handler - start, CODE
        db 0, 0x86                      ; a 16-bit interrupt gate
        dw 0
idtr:   dw idtr - idt - 1
        dd idt

        bits 16
entry:  mov ax, STACK
        mov ss, ax
        mov esp, 0x00771000             ; a 16-bit stack uses SP alone
        xor bp, bp
        call outer
        jmp $
outer:  push bp
        mov bp, sp
        push word 0x1234
        call inner
        pop ax
        pop bp
        ret
inner:  push bp
        mov bp, sp
there:  int 0x30
        pop bp
        ret
handler:
        popf
        nop
`;

describe.each(["bare-metal", "trap-and-emulate"] as const)("16-bit segments under %s", (strategy) => {
  const at = (label: string) => {
    const session = open("sixteen.asm", strategy, SOURCE);
    toLabel(session, label);
    return session;
  };
  const stack = (session: ReturnType<typeof open>) =>
    ask(session, { kind: "stack", side: "guest", words: 16, below: 2 });

  it("have a stack of 2-byte words at SP, from the segment's base", () => {
    const answer = stack(at("there"));
    expect(answer).toMatchObject({
      bits: 16,
      width: 2,
      selector: 0x20,
      base: 0x140000,
      pointer: 0x0ff6,
      owner: "guest",
    });
    const used = answer.words.filter(({ free }) => !free);
    expect(used.map(({ offset, linear }) => [offset, linear]).slice(0, 2)).toEqual([
      [0x0ff6, 0x140ff6],
      [0x0ff8, 0x140ff8],
    ]);
    expect(used.map(({ value }) => value)[2]).toBe(0x1234);
    expect(answer.words.filter(({ free }) => free).map(({ offset }) => offset)).toEqual([0x0ff2, 0x0ff4]);
  });

  it("have their calls and the chain of saved BPs told by 16-bit code", () => {
    const { calls, words } = stack(at("there"));
    expect(calls.map(({ base, place }) => [base, place?.name])).toEqual([
      [0x0ff6, "outer"],
      [0x0ffc, "entry"],
    ]);
    const notes = words.filter(({ free }) => !free).map(({ notes: of }) => of[0]);
    expect(notes[0]).toEqual({ kind: "saved-ebp", depth: 0 });
    expect(notes[1]).toMatchObject({ kind: "return", place: { name: "outer" } });
    expect((notes[1] as { call: string }).call).toMatch(/^call/);
    expect(notes[3]).toEqual({ kind: "saved-ebp", depth: 1 });
    expect(notes[4]).toMatchObject({ kind: "return", place: { name: "entry" } });
  });

  it("have the frame of a 16-bit gate named, word by word", () => {
    const { traps, words, pointer } = stack(at("handler"));
    expect(pointer).toBe(0x0ff0);
    expect(traps).toMatchObject([{ first: 0, fields: ["eip", "cs", "eflags"], name: "INT 30h", fromRing: 0 }]);
    const used = words.filter(({ free }) => !free);
    expect(used.slice(0, 3).map(({ notes }) => notes[0])).toMatchObject([
      { kind: "trap", field: "eip" },
      { kind: "trap", field: "cs" },
      { kind: "trap", field: "eflags" },
    ]);
    expect(used[1]!.value! & ~3).toBe(0x18);
  });

  it("say what a push wrote over", () => {
    const session = at("outer");
    const { step } = session.view();
    session.begin({ kind: "tick", direction: "forward" });
    while (!session.advance(10_000).done);
    const written = stack(session).words.find(({ offset }) => offset === 0x0ffc)!;
    expect(session.view().step).toBeGreaterThan(step);
    expect([written.value, written.before]).toEqual([0, 0]);
  });

  it("are disassembled as 16-bit code, with labels and lines", () => {
    const session = at("there");
    const { linear, text, source } = session.view().next;
    expect(text).toBe("int 0x30");
    const { bits, lines } = ask(session, {
      kind: "disassembly",
      space: "linear",
      address: linear,
      before: 2,
      after: 2,
    });
    expect(bits).toBe(16);
    expect(lines.map((line) => line.text)).toEqual(["push bp", "mov bp, sp", "int 0x30", "pop bp"]);
    expect(lines.map((line) => line.label)).toEqual(["inner", null, "there", null]);
    expect(lines.map((line) => line.source?.line)).toEqual([0, 1, 2, 3].map((i) => source!.line - 2 + i));
    expect(lines.map((line) => line.next)).toEqual([false, false, true, false]);
  });

  it("are listed with the bytes of 16-bit code, and marked by class", () => {
    const session = at("handler");
    const { rows } = ask(session, { kind: "listing" });
    const row = (text: string) => rows!.find((one) => one.text.includes(text))!;
    expect(row("push word 0x1234").bytes).toBe("68 34 12");
    expect(row("mov esp, 0x00771000").bytes).toBe("66 bc 00 10 77 00");
    expect(session.view().next.text).toBe("popfw");
  });

  it("stop at breakpoints on their lines, step over calls and out of them", () => {
    const session = open("sixteen.asm", strategy, SOURCE);
    const line = SOURCE.split("\n").findIndex((text) => text.includes("call inner")) + 1;
    session.setBreakpoints([{ id: "b", at: { file: "sixteen.asm", line } }]);
    const run = (command: Parameters<typeof session.begin>[0]) => {
      session.begin(command);
      for (;;) {
        const { done, cause } = session.advance(100_000);
        if (done) return cause;
      }
    };
    expect(run({ kind: "run", direction: "forward", until: null, maxSteps: 100_000 })).toBe("breakpoint");
    expect(session.view().next.source?.line).toBe(line);
    const here = session.view().step;
    session.setBreakpoints([]);
    toLabel(session, "there");
    expect(run({ kind: "out", direction: "back" })).toBe("done");
    expect(session.view().next.source?.line).toBe(line);
    expect(session.view().step).toBe(here);
    seek(session, here);
  });
});

it("lines of code are known as what they were assembled for, and data is no code", () => {
  const text =
    "        bits 16\nstart:  call there\nthere:  popf\n        bits 32\n        popf\n        db 0x9d, 0xf4\n";
  const lines = sourceLines(assembleFiles("a.asm", { "a.asm": text }));
  expect(lines.map(({ line, row, mark }) => [line, row, mark])).toEqual([
    [2, "call_rel16", null],
    [3, "popfw", "silent"],
    [5, "popfd", "silent"],
    [6, null, null],
  ]);
});
