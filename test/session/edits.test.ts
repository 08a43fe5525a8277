import { describe, expect, it } from "vitest";
import { FLAG_CF, FLAG_IF, FLAG_VM } from "../../src/isa/flags.ts";
import { CompareRun } from "../../src/session/compare.ts";
import { Session } from "../../src/session/session.ts";
import type { EditEvent } from "../../src/session/types.ts";
import { OPTIONS } from "../../src/vmm/vtx/options.ts";
import { Random } from "../fuzz/random.ts";
import { programFiles, programPaths } from "../programs/library.ts";
import { Fresh, fingerprintOf, runOf, STRATEGIES, type StrategyName, subject } from "./laws.ts";

const MOST_STEPS = 20_000;

function randomEdit(random: Random, memoryBytes: number): EditEvent {
  const value = random.below(0x10000) * random.below(0x10000);
  switch (random.below(6)) {
    case 0:
      return { kind: "set-register", name: "eflags", value: 2 | (random.oneIn(2) ? FLAG_IF : 0) };
    case 1:
      return { kind: "set-memory", address: random.below(memoryBytes - 4), bytes: [1, 2, 3] };
    case 2:
      return { kind: "set-register", name: "ds", value: random.below(8) * 8 };
    case 3:
      return { kind: "set-register", name: "cr3", value: value & ~0xfff };
    default:
      return { kind: "set-register", name: ["eax", "ecx", "esi", "ebp"][random.below(4)]!, value };
  }
}

/** Any switch of VT-x, and at times an edit beside it. */
function randomTurn(random: Random, memoryBytes: number): EditEvent {
  if (random.oneIn(4)) return randomEdit(random, memoryBytes);
  const option = random.oneIn(3) ? "shadow-paging" : OPTIONS[random.below(OPTIONS.length)]!.id;
  return { kind: "set-option", option, on: random.oneIn(3) };
}

/** Edits a run in the middle and holds that everything after is what a fresh run with that recording comes to. */
function check(
  path: string,
  strategy: StrategyName,
  options: readonly string[] = [],
  edit: typeof randomEdit = randomEdit,
): void {
  const random = new Random(path.length * 17 + strategy.length);
  const { setup, inputs } = subject(path);
  const guest = { setup: { ...setup, options }, inputs };
  const run = runOf(guest, strategy);
  run.forward(MOST_STEPS);
  const asItWas = fingerprintOf(run);
  const wasEnd = run.step;
  const inputsBefore = run.machine.allInputs();
  run.seek(random.below(wasEnd));
  run.toEditPlace();
  if (run.ended) return;
  let made = 0;
  for (let i = 0; i < 3; i++) if (run.edit(edit(random, guest.setup.memoryBytes)) === null) made++;
  const at = run.step;
  const edited = fingerprintOf(run);
  run.forward(3000);
  const end = run.step;

  const fresh = new Fresh(guest, strategy, run.machine.allInputs());
  const places = [at, at + random.below(end - at + 1), end].sort((a, b) => a - b);
  const expected = places.map((place) => {
    fresh.runTo(place, random, true);
    return fresh.fingerprint();
  });
  expect(edited).toEqual(expected[0]);
  for (const i of [2, 0, 1, 0, 2]) {
    run.seek(places[i]!);
    expect(fingerprintOf(run)).toEqual(expected[i]);
    if (random.oneIn(2)) run.seek(random.below(at + 1));
  }
  expect(run.log.countsByKind()).toEqual(fresh.log.countsByKind());

  // Without the edits, it is the run that it was.
  const first = run.machine.allInputs().length - inputsBefore.length;
  expect(first).toBe(made);
  while (run.machine.allEdits().length > 0) run.removeEdit(run.machine.allEdits().length - 1);
  expect(run.machine.allInputs().length).toBe(inputsBefore.length);
  if (made > 0) expect(run.step).toBe(at);
  run.seek(wasEnd);
  expect(fingerprintOf(run)).toEqual(asItWas);
}

describe.each(STRATEGIES)("an edit is part of the recording, and goes out of it again: %s", (strategy) => {
  it.each(programPaths.filter((_, i) => i % 2 === 0))("%s", (path) => check(path, strategy));
});

const COUNTER = `
bits 32
org 0x100000
start: mov esp, 0x80000
 mov ecx, 5
.loop: add eax, 2
 dec ecx
 jnz .loop
 mov [result], eax
 cli
 hlt
result: dd 0
`;

/** Goes to CPL 3 without paging. */
const USER = `
bits 32
org 0x100000
start: lgdt [gdtr]
 push 0x23
 push 0x80000
 push 2
 push 0x1b
 push user
 iret
user: jmp user
 align 8
gdt: dq 0, 0x00cf9b000000ffff, 0x00cf93000000ffff, 0x00cffb000000ffff, 0x00cff3000000ffff
gdtr: dw gdtr - gdt - 1
 dd gdt
`;

function open(strategy: StrategyName, text = COUNTER): Session {
  const session = new Session();
  const program = { kind: "source" as const, main: "t.asm", files: { ...programFiles, "t.asm": text } };
  const loaded = session.load({ program, strategy, memoryMiB: 2, whatIf: [], inputs: [] });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
  return session;
}

function go(session: Session, command: Parameters<Session["begin"]>[0]): void {
  session.begin(command);
  while (!session.advance(1000).done);
}
const tick = (session: Session, n: number) => go(session, { kind: "seek-tick", tick: n });
const refuse = (session: Session, event: EditEvent): string => {
  const digest = session.digest();
  const before = session.view();
  const result = session.edit(event);
  expect(result.ok).toBe(false);
  expect(session.view().step).toBe(before.step);
  expect(session.view().lastStep).toBe(before.lastStep);
  expect(session.digest()).toBe(digest);
  expect(session.edits()).toEqual([]);
  return result.ok ? "" : result.problem.en;
};

describe.each([
  ["EPT", ["vpid"]],
  ["shadow paging", ["shadow-paging"]],
])("an edit is part of the recording, and goes out of it again: VT-x with %s", (_, options) => {
  it.each(programPaths.filter((_path, i) => i % 14 === 4))("%s", (path) => check(path, "vtx", options));
});

describe.each([...STRATEGIES, "vtx" as const])("editing: %s", (strategy) => {
  it("shows the new value at once and lives on with it", () => {
    const session = open(strategy);
    tick(session, 4);
    expect(session.edit({ kind: "set-register", name: "eax", value: 0x1000 }).ok).toBe(true);
    expect(session.view().guest.gpr[0]).toBe(0x1000);
    expect(session.view().guest.gpr[1]).toBe(4);
    go(session, { kind: "run", direction: "forward", until: null, maxSteps: 10_000 });
    expect(session.view().guest.gpr[0]).toBe(0x1000 + 8);
    const [edit] = session.edits();
    expect(edit).toMatchObject({ event: { name: "eax", value: 0x1000 }, tick: 4 });
    // Before the edit, the old value; at the edit, the new one.
    go(session, { kind: "seek", step: edit!.step! });
    expect(session.view().guest.gpr[0]).toBe(0x1000);
    go(session, { kind: "seek", step: edit!.step! - 1 });
    expect(session.view().guest.gpr[0]).not.toBe(0x1000);
    session.removeEdit(0);
    expect(session.view().step).toBe(edit!.step);
    go(session, { kind: "run", direction: "forward", until: null, maxSteps: 10_000 });
    expect(session.view().guest.gpr[0] & 0xffff).toBe(((0x2badb002 + 10) & 0xffff) >>> 0);
  });

  it("is made at the first moment too, and loaded from a recording", () => {
    const session = open(strategy);
    expect(session.edit({ kind: "set-memory", address: 0x100000, bytes: [0x90] }).ok).toBe(true);
    session.edit({ kind: "set-register", name: "ebx", value: 77 });
    go(session, { kind: "run", direction: "forward", until: null, maxSteps: 10_000 });
    const digest = session.digest();
    const { step } = session.view();
    const again = new Session();
    const program = { kind: "source" as const, main: "t.asm", files: { "t.asm": COUNTER } };
    again.load({ program, strategy, memoryMiB: 2, whatIf: [], inputs: session.inputs() });
    go(again, { kind: "seek", step });
    expect(again.digest()).toBe(digest);
    expect(again.edits()).toHaveLength(2);
  });

  it("changes flags, also those that a VMM keeps for its guest", () => {
    const session = open(strategy);
    tick(session, 3);
    const { eflags } = session.view().guest;
    session.edit({ kind: "set-register", name: "eflags", value: eflags | FLAG_IF | FLAG_CF });
    expect(session.view().guest.eflags).toBe((eflags | FLAG_IF | FLAG_CF) >>> 0);
    tick(session, 5);
    expect(session.view().guest.eflags & FLAG_IF).not.toBe(0);
  });

  it("refuses what the processor would, and says why", () => {
    const session = open(strategy);
    tick(session, 3);
    tick(session, 2);
    expect(refuse(session, { kind: "set-register", name: "ds", value: 0x50 })).toContain("#GP(0x50)");
    expect(refuse(session, { kind: "set-register", name: "ss", value: 0 })).toContain("#GP(0x0)");
    expect(refuse(session, { kind: "set-register", name: "cs", value: 8 })).toContain("far transfer");
    expect(refuse(session, { kind: "set-register", name: "cr0", value: 0x80000000 })).toContain("PG");
    expect(refuse(session, { kind: "set-register", name: "cr0", value: 0x20000001 })).toContain("#GP");
    expect(refuse(session, { kind: "set-register", name: "cr4", value: 0xffffffff })).toContain("#GP");
    expect(refuse(session, { kind: "set-register", name: "cpl", value: 3 })).toContain("CPL");
    expect(refuse(session, { kind: "set-register", name: "eflags", value: FLAG_VM | 2 })).toContain("VM");
    expect(refuse(session, { kind: "set-register", name: "xyz", value: 0 })).not.toBe("");
    expect(refuse(session, { kind: "set-memory", address: 0x200000, bytes: [1] })).toContain("no memory");
  });

  it("goes to real mode by CR0.PE at CPL 0, as the guest could, and on from there", () => {
    const session = open(strategy);
    tick(session, 4);
    const { cr0 } = session.view().guest;
    expect(session.edit({ kind: "set-register", name: "cr0", value: (cr0 & ~1) >>> 0 }).ok).toBe(true);
    // The hidden part of CS stays that of 32-bit code, base 0.
    expect(session.view().guest.mode).toEqual({ kind: "real", bits: 32, world: null });
    expect(session.edit({ kind: "set-register", name: "ds", value: 0x50 }).ok).toBe(true);
    expect(session.view().guest.segments[3]).toMatchObject({ selector: 0x50, base: 0x500 });
    tick(session, 9);
    expect(session.view().guest).toMatchObject({ cr0: (cr0 & ~1) >>> 0, mode: { kind: "real" } });
    const step = session.view().step;
    const digest = session.digest();
    tick(session, 2);
    go(session, { kind: "seek", step });
    expect(session.digest()).toBe(digest);
  });

  it("refuses at the end of a run", () => {
    const session = open(strategy);
    go(session, { kind: "run", direction: "forward", until: null, maxSteps: 10_000 });
    expect(refuse(session, { kind: "set-register", name: "eax", value: 1 })).toContain("ended");
  });

  it("is forgotten with the future when another input comes before it", () => {
    const session = open(strategy);
    tick(session, 6);
    session.edit({ kind: "set-register", name: "edx", value: 1 });
    tick(session, 2);
    session.edit({ kind: "set-register", name: "esi", value: 1 });
    expect(session.edits().map(({ event }) => event)).toEqual([{ kind: "set-register", name: "esi", value: 1 }]);
  });
});

describe.each(["bare-metal", "trap-and-emulate"] as const)("an edit of CR0.PE further out: %s", (strategy) => {
  it("is refused, for real mode has no rings", () => {
    const session = open(strategy, USER);
    go(session, { kind: "run", direction: "forward", until: { kind: "label", name: "user" }, maxSteps: 100_000 });
    const { cpl, cr0 } = session.view().guest;
    expect(cpl).toBe(3);
    const value = (cr0 & ~0x80000001) >>> 0;
    expect(refuse(session, { kind: "set-register", name: "cr0", value })).toContain("CPL 0");
  });
});

describe("an edit belongs to the guest, whoever runs it", () => {
  it("comes to the same guest instruction under every strategy, where runs are compared", () => {
    const session = open("bare-metal");
    tick(session, 4);
    session.edit({ kind: "set-register", name: "eax", value: 0x100 });
    session.edit({ kind: "set-register", name: "eflags", value: FLAG_IF | FLAG_CF | 2 });
    tick(session, 9);
    session.edit({ kind: "set-memory", address: 0x100000, bytes: [0x90, 0x90] });
    const program = { kind: "source" as const, main: "t.asm", files: { "t.asm": COUNTER } };
    const request = { program, memoryMiB: 2, whatIf: [], inputs: session.inputs() };
    const run = new CompareRun({ ...request, strategy: "bare-metal" }, { ...request, strategy: "trap-and-emulate" });
    while (!run.advance(1000).done);
    const { equivalent, difference } = run.result();
    expect(difference).toBeNull();
    expect(equivalent).toBe(true);
    expect(run.rightView().guest.gpr[0]).toBe(0x100 + 8);
  });
});

describe("an edit under a VMM", () => {
  it("is made where the guest's instruction begins, though the VMM is at work", () => {
    const session = open("trap-and-emulate");
    go(session, { kind: "run", direction: "forward", until: { kind: "trap" }, maxSteps: 10_000 });
    expect(session.view().current).toBe("vmm");
    const result = session.edit({ kind: "set-register", name: "edi", value: 5 });
    const { current, step } = session.view();
    expect(result).toMatchObject({ ok: true, moved: { en: expect.stringContaining(`again, at step ${step}: `) } });
    expect(current).toBe("guest-kernel");
    expect(session.view().guest.gpr[7]).toBe(5);
  });
});

describe.each([
  ["EPT", ["exit-rdtsc", "vpid"]],
  ["shadow paging", ["shadow-paging", "exit-cr3"]],
])(
  "a switch that is turned in a run is part of the recording, and goes out of it again: VT-x with %s",
  (_, options) => {
    it.each(programPaths.filter((_path, i) => i % 14 === 7))("%s", (path) => check(path, "vtx", options, randomTurn));
  },
);

describe("a switch that is turned in a run", () => {
  function openVtx(options: readonly string[] = []): Session {
    const session = new Session();
    const program = { kind: "source" as const, main: "t.asm", files: { ...programFiles, "t.asm": COUNTER } };
    const loaded = session.load({ program, strategy: "vtx", memoryMiB: 2, whatIf: [], inputs: [], options });
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
    return session;
  }
  const turn = (option: string, on: boolean): EditEvent => ({ kind: "set-option", option, on });

  it("is in the log in words, in the view from there on, and out of both when it is undone", () => {
    const session = openVtx(["vpid"]);
    tick(session, 6);
    expect(session.view().options).toEqual(["vpid"]);
    expect(session.edit(turn("single-step", true))).toMatchObject({ ok: true });
    expect(session.edit(turn("vpid", false))).toMatchObject({ ok: true });
    const { step, options } = session.view();
    expect(options).toEqual(["single-step"]);
    const events = session.events(session.eventAt(step), 10).filter(({ kind }) => kind === "input");
    expect(events.map(({ title }) => title.en)).toEqual(["input: single-step on", "input: vpid off"]);
    expect(events[0]!.reason.en).toMatch(/^You switched "Single step" on from here on/);
    expect(events[1]!.reason.zh).toMatch(/关闭了“VPID”/);
    tick(session, 12);
    const steps = session.view().step;
    go(session, { kind: "seek", step: step - 1 });
    expect(session.view().options).toEqual(["vpid"]);
    tick(session, 12);
    expect(session.view().step).toBe(steps);
    expect(session.edits().map(({ event }) => event)).toEqual([turn("single-step", true), turn("vpid", false)]);
    session.removeEdit(0);
    tick(session, 12);
    expect(session.view().options).toEqual([]);
    expect(session.view().step).toBeLessThan(steps);
    session.removeEdit(0);
    expect(session.view().options).toEqual(["vpid"]);
  });

  it("is refused in words where there is no such switch, and where it is so already", () => {
    const session = openVtx(["vpid"]);
    tick(session, 6);
    expect(refuse(session, turn("vpid", true))).toContain("on already");
    expect(refuse(session, turn("exit-rdtsc", false))).toContain("off already");
    expect(refuse(session, turn("no-such", true))).toContain("no option");
    for (const strategy of ["bare-metal", "trap-and-emulate"] as const) {
      const other = open(strategy);
      tick(other, 6);
      expect(refuse(other, turn("vpid", true))).toContain("no option");
    }
  });
});
