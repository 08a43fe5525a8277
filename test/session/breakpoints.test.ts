import { describe, expect, it } from "vitest";
import { Session } from "../../src/session/session.ts";
import type { Breakpoint, BreakpointPlace, Command, StopCause, StopReason } from "../../src/session/types.ts";
import { programFiles } from "../programs/library.ts";
import { STRATEGIES, type StrategyName } from "./laws.ts";

/** A kernel that uses memory in every way, then a task in ring 3, then paging. Data lie in a page of their own. */
const SOURCE = `
BITS 32
ORG 0x100000
%include "lib/machine.inc"
USER_TOP equ 0x170000
counter equ 0x184000
text    equ 0x184100
copy    equ 0x185ffe                    ; a doubleword there lies in two pages
table   equ 0x190000

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 0x80, service, USER_TRAP_GATE
first:  mov dword [counter], 1
        mov eax, 7
again:  inc dword [counter]
        dec eax
        jnz again
        mov ecx, [counter]
        mov dword [copy], 0x11223344
        mov edi, text
        mov ecx, 40
        mov al, 'x'
strings: rep stosb
        mov esi, text
        mov edi, text + 0x40
        mov ecx, 5
moving: rep movsd
pushes: mov esp, counter + 0x14
        push dword 5
        push dword 6
        push dword 7
        pop ebx
        mov esp, KERNEL_STACK
ports:  mov al, 0x41
        out DEBUG_PORT, al
        in al, 0x21
to_user: mov eax, USER_DATA
        mov ds, eax
        push dword USER_DATA
        push dword USER_TOP
        push dword RESERVED_FLAG
        push dword USER_CODE
        push dword user
        iretd
user:   mov dword [counter], 0x99
        pushfd
        popfd
        int 0x80
service: mov edi, table
        mov eax, 0x83                   ; 4 MiB pages, one to one
        mov ecx, 1024
.next:  mov [edi], eax
        add edi, 4
        add eax, 0x400000
        loop .next
        mov eax, cr4
        or al, 0x10
        mov cr4, eax
        mov eax, table
        mov cr3, eax
        mov eax, cr0
        or eax, 0x80000000
paging: mov cr0, eax
        mov byte [counter + 0x400000 - 0x400000 + 2], 3
        mov eax, cr0
        and eax, 0x7fffffff
        mov cr0, eax
ending: mov al, 0
        out EXIT_PORT, al
        jmp $

%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/console.inc"
`;

interface Stop {
  readonly cause: StopCause;
  readonly step: number;
  readonly tick: number;
  readonly stops: readonly StopReason[];
}

class Driver {
  readonly session = new Session();
  readonly symbols = new Map<string, number>();

  constructor(strategy: StrategyName, file: string | null = null) {
    const files = { ...programFiles, "a.asm": SOURCE };
    const program = { kind: "source", main: file ?? "a.asm", files } as const;
    const loaded = this.session.load({ program, strategy, memoryMiB: 16, whatIf: [], inputs: [] });
    if (!loaded.ok) throw new Error(JSON.stringify(loaded));
    for (const { name, value } of loaded.program.symbols) this.symbols.set(name, value);
  }

  set(...places: (BreakpointPlace | Omit<Breakpoint, "id">)[]): void {
    this.session.setBreakpoints(
      places.map((place, i) => ({ id: String(i), ...("at" in place ? place : { at: place }) })),
    );
  }

  do(command: Command, slice = 7000): Stop {
    this.session.begin(command);
    for (;;) {
      const { done, cause, stops } = this.session.advance(slice);
      if (!done) continue;
      const { step, tick } = this.session.view();
      return { cause, step, tick, stops: stops ?? [] };
    }
  }

  run(direction: "forward" | "back" = "forward", slice = 7000): Stop {
    return this.do({ kind: "run", direction, until: null, maxSteps: 3_000_000 }, slice);
  }

  /** Every stop from here to the end. */
  all(direction: "forward" | "back" = "forward", slice = 7000): Stop[] {
    const found: Stop[] = [];
    for (let i = 0; i < 5000; i++) {
      const stop = this.run(direction, slice);
      if (stop.cause !== "breakpoint") return found;
      found.push(stop);
    }
    throw new Error("too many stops");
  }

  get eip(): number {
    return this.session.view().guest.eip;
  }
}

const words = (stops: readonly Stop[]) =>
  stops.flatMap(({ stops: reasons }) => reasons.map((reason) => reason.words.en));
const data = (address: string, size = 4, access: "read" | "write" | "any" = "write"): BreakpointPlace => ({
  kind: "data",
  address,
  size,
  access,
  space: "linear",
});

describe.each(STRATEGIES)("breakpoints under %s", (strategy) => {
  it("stop at writes of a doubleword and say who wrote what", () => {
    const driver = new Driver(strategy);
    driver.set(data("counter"));
    const found = words(driver.all());
    expect(found.slice(0, 3)).toEqual([
      "Stopped: write of 4 bytes at 0x00184000 by mov dword [0x184000], 0x1: 0x0 → 0x1",
      "Stopped: read and write of 4 bytes at 0x00184000 by inc dword [0x184000]: 0x1 → 0x2",
      "Stopped: read and write of 4 bytes at 0x00184000 by inc dword [0x184000]: 0x2 → 0x3",
    ]);
    expect(found).toHaveLength(10);
    expect(found[8]).toMatch(/by mov dword \[0x184000\], 0x99: 0x8 → 0x99/);
    expect(found[9]).toMatch(/write of 1 byte at 0x00184002 by mov byte .*: 0x0 → 0x3/);
  });

  it("stop at reads, at parts of strings, at pushes and pops, and where two pages meet", () => {
    const driver = new Driver(strategy);
    driver.set(data("counter", 4, "read"));
    expect(driver.all()).toHaveLength(8);
    driver.do({ kind: "seek", step: 0 });
    driver.set(data("text + 38", 1));
    expect(words(driver.all())).toEqual([expect.stringMatching(/1 byte at 0x00184126 by rep stosb.*0x0 → 0x78/)]);
    driver.do({ kind: "seek", step: 0 });
    driver.set(data("text + 8", 4, "read"));
    expect(words(driver.all())).toEqual([expect.stringMatching(/read of 4 bytes at 0x00184108 by rep movsd/)]);
    driver.do({ kind: "seek", step: 0 });
    driver.set(data("counter + 8", 1, "any"));
    expect(words(driver.all())).toEqual([
      expect.stringMatching(/write of 4 bytes at 0x00184008 by push 0x7: 0x0 → 0x7/),
      expect.stringMatching(/read of 4 bytes at 0x00184008 by pop ebx/),
    ]);
    driver.do({ kind: "seek", step: 0 });
    driver.set(data("copy + 3", 1), { ...data("copy + 2", 1), space: "physical" } as BreakpointPlace);
    const both = driver.all();
    expect(both).toHaveLength(1);
    expect(both[0]!.stops).toHaveLength(2);
  });

  it("stop at what the processor pushes for a trap into another ring", () => {
    const driver = new Driver(strategy);
    driver.set(data("KERNEL_STACK - 20", 20));
    const found = words(driver.all());
    expect(found.some((text) => /by int 0x80/.test(text))).toBe(true);
  });

  it("stop at ports, deliveries, rings, modes and silent instructions", () => {
    const driver = new Driver(strategy);
    driver.set({ kind: "port", from: 0xe0, to: 0xef, direction: "out" });
    expect(words(driver.all())).toEqual(["Stopped: write of 0x41 to port 0x0e9 by out 0xe9, al"]);
    driver.do({ kind: "seek", step: 0 });
    driver.set({ kind: "port", from: 0x21, to: 0x21, direction: "in" });
    expect(driver.all()).toHaveLength(1);
    driver.do({ kind: "seek", step: 0 });
    driver.set({ kind: "vector", vector: 0x80, into: "guest" });
    const [syscall, ...more] = driver.all();
    expect(more).toEqual([]);
    expect(words([syscall!])[0]).toContain("0x80");
    driver.do({ kind: "seek", step: 0 });
    driver.set({ kind: "ring", from: null, to: null, view: "guest" });
    expect(words(driver.all())).toEqual(
      ["Stopped: CPL 0 → 3 by iret", "Stopped: CPL 3 → 0 by int 0x80"].map((text) => expect.stringMatching(text)),
    );
    driver.do({ kind: "seek", step: 0 });
    driver.set({ kind: "ring", from: 3, to: null, view: "guest" });
    expect(driver.all()).toHaveLength(1);
    driver.do({ kind: "seek", step: 0 });
    driver.set({ kind: "mode", bit: "paging", to: null });
    expect(words(driver.all())).toEqual([
      "Stopped: paging switched on by mov cr0, eax",
      "Stopped: paging switched off by mov cr0, eax",
    ]);
    driver.do({ kind: "seek", step: 0 });
    driver.set({ kind: "silent", row: null });
    const silent = words(driver.all());
    if (strategy === "bare-metal") expect(silent).toEqual([]);
    else expect(silent.some((text) => /POPF|popf/.test(text))).toBe(true);
    driver.do({ kind: "seek", step: 0 });
    driver.set({ kind: "vector", vector: 13, into: "vmm" });
    expect(driver.all().length > 3).toBe(strategy !== "bare-metal");
  });

  it("stop once at a repeated instruction and once at each turn of a loop", () => {
    const driver = new Driver(strategy);
    driver.set({ address: driver.symbols.get("strings")! }, { address: driver.symbols.get("again")! });
    for (const slice of [7000, 13]) {
      driver.do({ kind: "seek", step: 0 });
      expect(driver.all("forward", slice)).toHaveLength(8);
      expect(driver.all("back", slice)).toHaveLength(8);
    }
  });

  it("evaluate conditions and count hits from the beginning of the run, whichever way one came", () => {
    const driver = new Driver(strategy);
    const at = { address: driver.symbols.get("again")! };
    driver.set({ at, condition: "eax == 3" });
    expect(driver.run().cause).toBe("breakpoint");
    expect(driver.session.view().guest.gpr[0]).toBe(3);
    expect(driver.run().cause).toBe("end");
    const eax = (): number => driver.session.view().guest.gpr[0]!;
    driver.set({ at, hits: { rule: "at", count: 4 } });
    const back = driver.run("back");
    expect(eax()).toBe(4);
    expect(back.stops[0]!.words.en).toMatch(/\(hit 4\)$/);
    driver.set({ at, hits: { rule: "every", count: 3 } });
    driver.do({ kind: "seek", step: 0 });
    expect([driver.run(), driver.run()].map(({ cause }) => cause)).toEqual(["breakpoint", "breakpoint"]);
    expect(eax()).toBe(2);
    driver.set({ at, condition: "hits > 5 && [counter] != 0" });
    driver.do({ kind: "seek", step: back.step });
    expect(driver.run().cause).toBe("breakpoint");
    expect(eax()).toBe(2);
    driver.set({ at: data("counter"), condition: "[counter] == 6" });
    driver.do({ kind: "seek", step: 0 });
    expect(words([driver.run()])[0]).toMatch(/0x5 → 0x6, with \[counter\] == 6$/);
    driver.set({ at, enabled: false });
    expect(driver.run().cause).toBe("end");
  });

  it("stop where an expression has changed", () => {
    const driver = new Driver(strategy);
    driver.set({ kind: "change", expression: "byte [counter] & 4" });
    expect(words(driver.all())).toEqual([
      expect.stringMatching(/changed by inc .*: 0x0 → 0x4/),
      expect.stringMatching(/changed by inc .*: 0x4 → 0x0/),
    ]);
    expect(driver.all("back")).toHaveLength(2);
  });

  it("do not let the run seem longer than it has come", () => {
    const driver = new Driver(strategy);
    driver.set({ address: driver.symbols.get("first")! });
    const { step } = driver.run();
    const view = driver.session.view();
    expect(view.lastStep).toBe(step);
    expect(driver.session.events(0, 10_000).every((event) => event.step <= step)).toBe(true);
  });
});

const KINDS: readonly (readonly [string, readonly BreakpointPlace[]])[] = [
  ["writes", [{ kind: "data", address: "0", size: 0x100000, access: "write", space: "physical" }]],
  ["stack accesses", [{ kind: "data", address: "0x108000", size: 0x8000, access: "any", space: "linear" }]],
  [
    "events",
    [
      { kind: "port", from: 0, to: 0xffff, direction: "any" },
      { kind: "vector", vector: null, into: "guest" },
      { kind: "ring", from: null, to: null, view: "guest" },
      { kind: "mode", bit: "paging", to: null },
    ],
  ],
];

describe.each(["copy-on-write.asm", "preempt-users.asm", "address-spaces.asm"])("in %s", (file) => {
  it.each(KINDS)("%s are the same forwards and backwards, in slices of any length", (_, places) => {
    for (const strategy of STRATEGIES) {
      const driver = new Driver(strategy, file);
      driver.set(...places);
      driver.do({ kind: "run", direction: "forward", until: { kind: "tick", tick: 100_000_000 }, maxSteps: 40_000 });
      driver.do({ kind: "seek", step: 20_000 });
      const start = driver.session.view().step;
      const forward: number[] = [];
      for (let i = 0; i < 12; i++) {
        const stop = driver.run("forward", [7000, 100, 3][i % 3]!);
        if (stop.cause === "breakpoint") forward.push(stop.step);
      }
      if (forward.length === 0) continue;
      const back: number[] = [];
      while (driver.session.view().step > start) {
        const stop = driver.run("back", [900, 50, 7000][back.length % 3]!);
        if (stop.step > start && stop.cause === "breakpoint") back.unshift(stop.step);
      }
      expect(back).toEqual(forward.slice(0, -1));
    }
  });
});

/** Code, data and stacks by convention; page tables lie above, whose accessed and dirty bits are nobody's writes. */
const FIRST = 0x100000;
const LENGTH = 0xa0000;

describe.each(STRATEGIES)("under %s, no change of a byte", (strategy) => {
  it.each(["copy-on-write.asm", "preempt-users.asm", "strings.asm", "call-gate.asm"])(
    "goes unnoticed in %s",
    (file) => {
      const driver = new Driver(strategy, file);
      driver.set({ kind: "data", address: String(FIRST), size: LENGTH, access: "write", space: "physical" });
      const { session } = driver;
      const bytes = () => session.readMemory("guest-physical", FIRST, LENGTH);
      driver.do({ kind: "seek", step: 300 });
      for (let i = 0; i < 8; i++) {
        const from = driver.do({ kind: "seek", step: 300 + i * 700 });
        const before = bytes();
        const stop = driver.run();
        if (stop.cause !== "breakpoint") break;
        driver.do({ kind: "seek", step: stop.step - 1 });
        expect(bytes(), `${from.step} to ${stop.step - 1}`).toEqual(before);
      }
    },
  );
});
