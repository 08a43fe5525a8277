import { describe, expect, it } from "vitest";
import type { FindAnswer } from "../../../src/session/inspect/find.ts";
import { Session } from "../../../src/session/session.ts";
import type { Command, EventKind, StrategyId } from "../../../src/session/types.ts";
import { programFiles } from "../../programs/library.ts";

const SOURCE = `
BITS 32
ORG 0x100000
%include "lib/machine.inc"
start:  mov esp, 0x180000
        call segments_init
        call interrupts_init
        gate 0x80, service, USER_TRAP_GATE
        gate 13, protection, INTERRUPT_GATE
        mov dword [tss + 4], 0x180000
        mov byte [marked], 1
        mov byte [marked], 2
        call outer
        mov ecx, 20000
.spin:  dec ecx
        jnz .spin
        mov ecx, STACK_1
        mov eax, user
        jmp enter_user
outer:  push ebp
        mov ebp, esp
        call inner
.back:  leave
        ret
inner:  push ebp
        mov ebp, esp
.here:  nop
        leave
        ret
user:   mov eax, 7
        int 0x80
fault:  cli
        jmp $
service: iretd
protection: exit 0
marked: db 0
text:   db "needle in memory", 0
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/console.inc"
`;

class Bench {
  readonly session = new Session();
  private readonly symbols = new Map<string, number>();
  readonly guestBase: number;

  constructor(strategy: StrategyId) {
    const program = { kind: "source", main: "memory.asm", files: { ...programFiles, "memory.asm": SOURCE } } as const;
    const loaded = this.session.load({ program, strategy, memoryMiB: 4, whatIf: [], inputs: [] });
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
    for (const symbol of loaded.program.symbols) this.symbols.set(symbol.name, symbol.value);
    this.guestBase = this.session.inspect({
      kind: "memory",
      space: "guest-physical",
      address: 0,
      length: 1,
      changes: false,
    }).parts[0]!.physical!;
  }

  label(name: string): number {
    return this.symbols.get(name)!;
  }

  do(command: Command) {
    this.session.begin(command);
    for (;;) {
      const result = this.session.advance(5000);
      if (result.done) return result.cause;
    }
  }

  run(): void {
    this.do({ kind: "run", direction: "forward", until: null, maxSteps: 1_000_000 });
  }

  to(label: string): void {
    const until = { kind: "label", name: label } as const;
    this.do({ kind: "run", direction: "forward", until, maxSteps: 1_000_000 });
  }

  memory(space: "linear" | "guest-physical" | "physical" | "host-linear", address: number, length = 16) {
    return this.session.inspect({ kind: "memory", space, address, length, changes: true });
  }

  toEvent(event: EventKind): void {
    this.do({ kind: "run", direction: "forward", until: { kind: "event", event }, maxSteps: 1_000_000 });
  }
}

describe.each(["bare-metal", "trap-and-emulate"] as const)("memory under %s", (strategy) => {
  it("reads the same bytes through every space, and says where they lie", () => {
    const bench = new Bench(strategy);
    bench.to("outer");
    const at = bench.label("text");
    const answers = [
      bench.memory("linear", at),
      bench.memory("guest-physical", at),
      bench.memory("physical", at + bench.guestBase),
    ];
    for (const { bytes, parts } of answers) {
      expect(new TextDecoder().decode(bytes)).toBe("needle in memory");
      expect(parts[0]).toMatchObject({ guestPhysical: at, physical: at + bench.guestBase });
    }
    expect(answers[0]!.symbol).toEqual({ name: "text", offset: 0 });
    expect(bench.memory("linear", 0xfffffff0, 64).bytes).toHaveLength(16);
    expect(bench.memory("guest-physical", 0x3fffff, 64).bytes).toHaveLength(1);
    expect(bench.memory("linear", 0x80000000).parts[0]!.physical).toBeNull();
  });

  it("marks what the last step wrote, with the values before", () => {
    const bench = new Bench(strategy);
    bench.to("outer");
    const before = bench.session.view();
    const esp = before.guest.gpr[4]!;
    const { written, actor } = bench.memory("linear", esp, 4);
    expect(written.map(({ address }) => address)).toEqual([esp, esp + 1, esp + 2, esp + 3]);
    expect(actor).toMatchObject({ who: "guest", text: expect.stringMatching(/^call /) });
    expect(bench.session.view()).toEqual(before);
  });

  it("finds the step that last wrote a byte, and who made it", () => {
    const bench = new Bench(strategy);
    bench.run();
    const end = bench.session.view();
    const at = bench.label("marked");
    expect(bench.do({ kind: "last-write", physical: at + bench.guestBase })).toBe("done");
    const { bytes, written, actor } = bench.memory("linear", at, 1);
    expect([...bytes]).toEqual([2]);
    expect(written).toEqual([{ address: at, before: 1, edited: false }]);
    // The page holds the guest's GDT too: a VMM that traces it carries the write out in the guest's place.
    const traced = strategy === "trap-and-emulate";
    expect(actor).toMatchObject(
      traced
        ? { who: "vmm", did: { en: expect.stringMatching(/MOV|trace/i) } }
        : { who: "guest", text: expect.stringContaining("mov byte") },
    );
    // And the one before.
    bench.do({ kind: "seek", step: bench.session.view().step - 1 });
    expect(bench.do({ kind: "last-write", physical: at + bench.guestBase })).toBe("done");
    expect(bench.memory("linear", at, 1).written).toEqual([{ address: at, before: 0, edited: false }]);
    // Nobody has written the text.
    bench.do({ kind: "seek", step: end.step });
    const text = bench.label("text") + bench.guestBase;
    expect(bench.do({ kind: "last-write", physical: text })).toBe("start");
    expect(bench.session.view().step).toBe(end.step);
  });

  it("leaves a search that is given up where it began", () => {
    const bench = new Bench(strategy);
    bench.run();
    const { step } = bench.session.view();
    const digest = bench.session.digest();
    bench.session.begin({ kind: "last-write", physical: bench.label("text") + bench.guestBase });
    bench.session.advance(3);
    bench.session.cancel();
    expect(bench.session.view().step).toBe(step);
    expect(bench.session.digest()).toBe(digest);
  });

  it("names an edit of memory as the last that wrote", () => {
    const bench = new Bench(strategy);
    bench.to("outer");
    const at = bench.label("marked");
    bench.session.edit({ kind: "set-memory", address: at, bytes: [9] });
    const edited = bench.session.view().step;
    bench.to("user");
    expect(bench.do({ kind: "last-write", physical: at + bench.guestBase })).toBe("done");
    expect(bench.session.view().step).toBe(edited);
    expect(bench.memory("linear", at, 1).written).toEqual([{ address: at, before: 2, edited: true }]);
  });

  it("names an edit before the first instruction as the last that wrote, and the value before it", () => {
    const bench = new Bench(strategy);
    const at = bench.label("text");
    const physical = at + bench.guestBase;
    const edit = (bytes: number[]) => bench.session.edit({ kind: "set-memory", address: at + 1, bytes });
    expect(edit([0x41, 0x42])).toMatchObject({ ok: true });
    const edited = bench.session.view().step;
    bench.to("outer");
    const here = bench.session.view().step;
    expect(bench.do({ kind: "last-write", physical: physical + 2 })).toBe("done");
    expect(bench.session.view().step).toBe(edited);
    expect(bench.memory("linear", at, 4).written).toEqual([
      { address: at + 1, before: "needle".charCodeAt(1), edited: true },
      { address: at + 2, before: "needle".charCodeAt(2), edited: true },
    ]);
    // It is where one stands already, and further back there is nothing.
    expect(bench.do({ kind: "last-write", physical: physical + 2 })).toBe("done");
    expect(bench.session.view().step).toBe(edited);
    bench.do({ kind: "seek", step: here });
    expect(bench.do({ kind: "last-write", physical: physical + 3 })).toBe("start");
    expect(bench.session.view().step).toBe(here);
  });

  it("finds bytes in every space, both ways, piece by piece", () => {
    const bench = new Bench(strategy);
    bench.to("outer");
    const pattern = [...new TextEncoder().encode("needle")];
    const text = bench.label("text");
    const search = (space: "linear" | "guest-physical" | "physical", from: number, direction: "forward" | "back") => {
      for (let next: number | null = from, i = 0; next !== null && i < 1000; i++) {
        const answer: FindAnswer = bench.session.inspect({ kind: "find", space, from: next, pattern, direction });
        if (answer.found !== null) return answer.found;
        next = answer.next;
      }
      return null;
    };
    expect(search("linear", 0, "forward")).toBe(text);
    expect(search("guest-physical", 0, "forward")).toBe(text);
    expect(search("physical", 0, "forward")).toBe(text + bench.guestBase);
    expect(search("linear", text, "forward")).toBe(text);
    expect(search("linear", text + 1, "forward")).toBeNull();
    expect(search("linear", 0xffffffff, "back")).toBe(text);
    expect(search("guest-physical", text - 1, "back")).toBeNull();
  });

  it("disassembles about an address, with labels and source lines", () => {
    const bench = new Bench(strategy);
    bench.to("outer");
    const address = bench.label("outer");
    const { lines, at, bits } = bench.session.inspect({
      kind: "disassembly",
      space: "linear",
      address,
      before: 3,
      after: 4,
    });
    expect(bits).toBe(32);
    expect(lines[at]).toMatchObject({ address, label: "outer", text: "push ebp", next: true });
    expect(lines[at]!.source?.file).toBe("memory.asm");
    expect(at).toBe(3);
    expect(lines[at - 1]!.address + lines[at - 1]!.bytes.length / 2).toBe(address);
  });
});

describe.each(["bare-metal", "trap-and-emulate"] as const)("the stack under %s", (strategy) => {
  it("knows calls by the CALL before the return address, and frames by the chain of EBPs", () => {
    const bench = new Bench(strategy);
    bench.to("inner.here");
    const { calls, words, width, bits } = bench.session.inspect({ kind: "stack", side: "guest", words: 8, below: 2 });
    expect([width, bits]).toEqual([4, 32]);
    expect(calls.map(({ place }) => place?.name)).toEqual(["outer.back", "start"]);
    const live = words.filter(({ free }) => !free);
    expect(live.map(({ notes }) => notes[0]?.kind)).toEqual(
      expect.arrayContaining(["saved-ebp", "return", "saved-ebp", "return"]),
    );
    expect(live[1]!.notes[0]).toMatchObject({ kind: "return", place: { name: "outer.back", offset: 0 } });
    expect(words.filter(({ free }) => free)).toHaveLength(2);
  });

  it("names the frame that a system call from ring 3 pushed onto the guest's kernel stack", () => {
    const bench = new Bench(strategy);
    bench.to("service");
    const { traps, words, ring } = bench.session.inspect({ kind: "stack", side: "guest", words: 8, below: 0 });
    expect(ring).toBe(0);
    expect(traps[0]).toMatchObject({
      first: 0,
      name: "INT 80h",
      fromRing: 3,
      toRing: 0,
      fields: ["eip", "cs", "eflags", "esp", "ss"],
    });
    expect(words[0]!.value).toBe(bench.label("fault"));
    expect(words[0]!.notes).toEqual([{ kind: "trap", frame: 0, field: "eip" }]);
  });

  it("names a fault's frame with its error code", () => {
    const bench = new Bench(strategy);
    bench.to("protection");
    const { traps, words } = bench.session.inspect({ kind: "stack", side: "guest", words: 8, below: 0 });
    expect(traps[0]).toMatchObject({ name: "#GP", fields: ["error", "eip", "cs", "eflags", "esp", "ss"] });
    expect(words[1]!.value).toBe(bench.label("fault"));
  });
});

describe("the stack of a VMM", () => {
  it("shows the frame of the trap while the VMM runs", () => {
    const bench = new Bench("trap-and-emulate");
    bench.to("fault");
    bench.toEvent("trap");
    const { owner, ring, traps } = bench.session.inspect({ kind: "stack", side: "processor", words: 8, below: 0 });
    expect([owner, ring]).toEqual(["vmm", 0]);
    expect(traps[0]).toMatchObject({ name: "#GP", fromRing: 3, toRing: 0 });
  });
});
