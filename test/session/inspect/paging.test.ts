import { describe, expect, it } from "vitest";
import { translate } from "../../../src/cpu/paging.ts";
import { isVirtualized, sidesOf } from "../../../src/session/inspect/side.ts";
import { inspectWalk, type PageAccess } from "../../../src/session/inspect/walk.ts";
import { prepareProgram } from "../../../src/session/prepare.ts";
import { runOf, STRATEGIES, subject } from "../laws.ts";
import { ask, open, seek } from "./system.ts";

const PROGRAMS = ["large-pages.asm", "recursive-tables.asm", "copy-on-write.asm", "write-protect.asm", "fibonacci.asm"];
const ACCESSES: readonly PageAccess[] = ["read", "write", "execute"];
const ADDRESSES = [
  0, 0x1000, 0x100000, 0x17fffc, 0x200000, 0x400000, 0x7fffff, 0x800000, 0xc0000000, 0xffbff000, 0xffc00000, 0xfffff000,
];

describe("the walk", () => {
  it.each(PROGRAMS)("of %s says what the processor's own walk says, on both sides, for every access", (path) => {
    for (const strategy of STRATEGIES) {
      const run = runOf(subject(path), strategy);
      const prepared = prepareProgram(
        { kind: "flat", bytes: new Uint8Array(1), at: 0x100000, entry: 0x100000 },
        1 << 24,
      );
      if (!prepared.ok) throw new Error();
      for (let i = 0; i < 6; i++) {
        run.forward(1777);
        const sides = sidesOf(run);
        for (const linear of ADDRESSES) {
          for (const access of ACCESSES) {
            for (const user of [false, true]) {
              const answer = inspectWalk({ run, program: prepared.prepared }, { linear, access, user });
              for (const [walk, side] of [
                [answer.physical, sides.physical] as const,
                [answer.guest, sides.guest] as const,
              ]) {
                if (walk === null || side === null) continue;
                const own = translate(side.memory, side.state, linear, access, user, false);
                expect(walk.result.ok).toBe(own.ok);
                if (walk.result.ok && own.ok) expect(walk.result.physical).toBe(own.physical);
                if (!walk.result.ok && !own.ok) expect(walk.result.errorCode).toBe(own.errorCode);
              }
            }
          }
        }
      }
      expect(isVirtualized(run)).toBe(strategy !== "bare-metal");
    }
  });

  it.each(["demand-paging.asm", "page-editor.asm", "copy-on-write.asm"])(
    "of %s foretells which fault the VMM will judge a real one to be: hidden, true or trace",
    (path) => {
      const session = open(path, "trap-and-emulate");
      seek(session, 60_000);
      const kinds: Record<string, string> = {
        "A true": "true",
        "A hidden": "hidden",
        "A write": "trace",
      };
      const seen = new Set<string>();
      const checked: string[] = [];
      const events = session.events(0, 3000);
      events.forEach((event, i) => {
        const trap = events[i - 1];
        const kind = kinds[event.reason.en.split(" ", 2).join(" ")];
        if (kind === undefined || trap === undefined || trap.kind !== "trap" || trap.vector !== 14) return;
        if (checked.filter((other) => other === kind).length >= 12) return;
        checked.push(kind);
        seek(session, trap.step - 1);
        const address = Number.parseInt(/at 0x([0-9a-f]+)/i.exec(event.reason.en)![1]!, 16);
        const user = (trap.errorCode! & 4) !== 0;
        // The error code does not tell a fetch from a read: one of the two is what happened.
        const accesses: readonly PageAccess[] = (trap.errorCode! & 2) !== 0 ? ["write"] : ["read", "execute"];
        const verdicts = accesses.map(
          (access) => ask(session, { kind: "walk", linear: address, access, user }).outcome,
        );
        expect(
          verdicts.map(({ vmm }) => vmm?.kind),
          `step ${trap.step}: ${event.reason.en}`,
        ).toContain(kind);
        seen.add(kind);
      });
      expect(seen.has("hidden")).toBe(true);
      expect(seen.size).toBeGreaterThan(1);
    },
  );

  it("is the identity while paging is off, and goes on to the host's memory", () => {
    const session = open("fibonacci.asm", "trap-and-emulate");
    const answer = ask(session, { kind: "walk", linear: 0x1234, access: "read", user: false });
    expect(answer.guest).toMatchObject({
      paging: false,
      levels: [],
      result: { ok: true, physical: 0x1234, host: 0x401234 },
    });
  });

  it("tells where the real tables let pass what is not the guest's: the VMM's own range", () => {
    const session = open("fibonacci.asm", "trap-and-emulate");
    const walk = (linear: number) => ask(session, { kind: "walk", linear, access: "read", user: false });
    expect(walk(0xffc22000).outcome).toMatchObject({ ok: true, vmm: { kind: "absent" } });
    expect(walk(0x100000).outcome.vmm?.kind ?? "none").not.toBe("absent");
  });

  it("shows a stale TLB entry, which answers though the tables say otherwise", () => {
    const source = `BITS 32
ORG 0x100000
start:  mov edi, 0x200000
        mov ecx, 1024
        mov eax, 0x83
fill:   mov [edi], eax
        add edi, 4
        add eax, 0x400000
        loop fill
        mov eax, 0x10
        mov cr4, eax
        mov eax, 0x200000
        mov cr3, eax
        mov eax, 0x80000011
        mov cr0, eax
        mov eax, [0x401000]
        mov dword [0x200004], 0
stale:  jmp stale
`;
    const session = open("stale.asm", "bare-metal", source);
    session.begin({ kind: "run", direction: "forward", until: { kind: "label", name: "stale" }, maxSteps: 100_000 });
    while (!session.advance(100_000).done);
    const answer = ask(session, { kind: "walk", linear: 0x401000, access: "read", user: false });
    expect(answer.physical.result.ok).toBe(false);
    expect(answer.outcome).toMatchObject({ ok: true, throughTlb: true, physical: 0x401000 });
    expect(answer.tlb[0]!.stale.map(({ en }) => en)).toEqual(["the tables map nothing here now"]);
  });
});

describe("the tree", () => {
  const whole = {
    physical: Array.from({ length: 1024 }, (_, i) => i),
    guest: Array.from({ length: 1024 }, (_, i) => i),
  };

  it("covers all 4 GiB in runs, each beginning where the one before ends", () => {
    const session = open("large-pages.asm", "bare-metal");
    seek(session, 100_000);
    const { physical } = ask(session, { kind: "paging", open: whole, changes: true });
    expect(physical.paging).toBe(true);
    let next = 0;
    for (const run of physical.runs) {
      expect(run.linear).toBe(next);
      next += run.count * 0x400000;
      if (run.pages) expect(run.pages.reduce((sum, page) => sum + page.count, 0)).toBe(1024);
    }
    expect(next).toBe(2 ** 32);
    expect(physical.runs.some(({ kind }) => kind === "large")).toBe(true);
  });

  it("shows the shadow's tree beside the guest's, and nothing of the guest's while its paging is off", () => {
    const session = open("demand-paging.asm", "trap-and-emulate");
    seek(session, 20_000);
    const answer = ask(session, { kind: "paging", open: whole, changes: true });
    expect(answer.guest!.runs.length).toBeGreaterThan(1);
    expect(answer.physical.cr3).not.toBe(answer.guest!.cr3);
    // The VMM's own 4 MiB, supervisor only, are in every shadow.
    const own = answer.physical.runs.find(({ index }) => index === 1023)!;
    expect([own.kind, own.present, own.bits.includes("U")]).toEqual(["table", 1024, false]);
  });

  it("shows the entry that the last step filled, with its old value", () => {
    const session = open("demand-paging.asm", "trap-and-emulate");
    seek(session, 20_000);
    const fill = session
      .events(0, 500)
      .filter(({ reason }) => reason.en.startsWith("A hidden"))
      .at(-1)!;
    seek(session, fill.step);
    const { physical } = ask(session, { kind: "paging", open: whole, changes: true });
    expect(physical.changeCount).toBeGreaterThan(0);
    const change = physical.changes.at(-1)!;
    expect(change.after & 1).toBe(1);
    expect(change.after).not.toBe(change.before);
  });

  it("is bounded for a directory that maps itself and tables beyond memory", () => {
    const source = `BITS 32
ORG 0x100000
start:  mov edi, 0x200000
        mov ecx, 1024
fill:   mov dword [edi], 0x200007
        test ecx, 3
        jnz next
        mov dword [edi], 0xfffff007
next:   add edi, 4
        loop fill
        mov dword [0x200000], 0x201007
        mov edi, 0x201000
        mov eax, 7
        mov ecx, 1024
flat:   mov [edi], eax
        add edi, 4
        add eax, 4096
        loop flat
        mov eax, 0x200000
        mov cr3, eax
        mov eax, 0x80000011
        mov cr0, eax
stop:   jmp stop
`;
    for (const strategy of STRATEGIES) {
      const session = open("hostile.asm", strategy, source);
      session.begin({ kind: "run", direction: "forward", until: { kind: "label", name: "stop" }, maxSteps: 100_000 });
      while (!session.advance(100_000).done);
      const started = performance.now();
      const answer = ask(session, {
        kind: "paging",
        open: { physical: [0, 1, 2, 3], guest: [0, 1, 2, 3] },
        changes: true,
      });
      expect(performance.now() - started).toBeLessThan(2000);
      expect((answer.guest ?? answer.physical).runs.length).toBeLessThanOrEqual(1024);
    }
  });
});
